#include "libs/log/log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace athena::log {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

class LogTest : public ::testing::Test {
 protected:
  ~LogTest() override { SetLevel(Level::kInfo); }
  std::vector<std::string> lines_;
  Capture capture_{[this](const std::string& line) { lines_.push_back(line); }};
};

TEST_F(LogTest, AnEventIsOneLineOfJsonWithItsFieldsInOrder) {
  Info("listening", {{"address", "127.0.0.1"}, {"port", 8080}, {"ready", true}, {"share", 0.5}});
  ASSERT_THAT(lines_, SizeIs(1));
  nlohmann::ordered_json line = nlohmann::ordered_json::parse(lines_[0]);
  std::vector<std::string> names;
  for (const auto& item : line.items()) names.push_back(item.key());
  EXPECT_THAT(
      names, ::testing::ElementsAre("time", "level", "event", "address", "port", "ready", "share"));
  EXPECT_EQ(line["event"], "listening");
  EXPECT_EQ(line["level"], "info");
  EXPECT_EQ(line["port"], 8080);
  EXPECT_EQ(line["ready"], true);
  EXPECT_EQ(line["share"], 0.5);
}

TEST_F(LogTest, TextIsEscapedAndRepairedSoThatALineStaysALine) {
  Write(Level::kWarning, "x", {{"text", "a\"b\n{}%v\xff"}});
  ASSERT_THAT(lines_, SizeIs(1));
  EXPECT_EQ(lines_[0].find('\n'), std::string::npos);
  EXPECT_EQ(nlohmann::json::parse(lines_[0])["text"], "a\"b\n{}%v\xef\xbf\xbd");
}

TEST_F(LogTest, BelowTheLevelNothingIsWritten) {
  Write(Level::kDebug, "quiet");
  EXPECT_THAT(lines_, IsEmpty());
  EXPECT_FALSE(Enabled(Level::kDebug));
  SetLevel(Level::kDebug);
  Write(Level::kDebug, "heard");
  EXPECT_THAT(lines_, SizeIs(1));
  SetLevel(Level::kError);
  Write(Level::kWarning, "quiet");
  EXPECT_THAT(lines_, SizeIs(1));
}

TEST(LevelTest, NamesAreParsed) {
  EXPECT_EQ(ParseLevel("warning"), Level::kWarning);
  EXPECT_EQ(ParseLevel("loud"), std::nullopt);
}

}  // namespace
}  // namespace athena::log
