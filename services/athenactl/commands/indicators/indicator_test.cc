#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_split.h"
#include "athena/indicator/v1/indicator_service.pb.h"
#include "libs/status/testing/matchers.h"
#include "services/athenactl/terminal/text.h"
#include "services/athenactl/testing/fake_services.h"
#include "services/athenactl/testing/terminal.h"

namespace athena::athenactl {
namespace {

namespace v1 = athena::indicator::v1;
using ::testing::HasSubstr;
using testing::Ran;

class IndicatorTextTest : public ::testing::Test {
 protected:
  IndicatorTextTest() {
    options_.indicator_address = indicator_.address();
    ConnectionOptions options = options_;
    options.plan_address = options.reporting_address = "127.0.0.1:1";
    Connections connections(options);
    v1::CreateIndicatorRequest create;
    EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(
        R"pb(
          parent: "institutions/a"
          indicator_id: "loans"
          indicator {
            display_name { text { key: "en" value: "Loans" } }
            kind: KIND_BASE
            unit: "loans"
            max_value: 1234567.5
            tags: "caf:5.2"
            tags: "sdg:11"
            steward: "the library, which counts each book, film and game that is taken home"
          }
        )pb",
        &create));
    (*create.mutable_indicator()->mutable_description()->mutable_text())["en"] =
        "Books, films and games that were taken home, counted at the desk where they were "
        "lent; \u202Ewhat is read in the library itself does not count.";
    ATHENA_EXPECT_OK(connections.Call<v1::Indicator>(create));
  }
  Ran Run(const std::vector<std::string>& words, int width) const {
    return testing::RunAthenactl(words, options_, width);
  }

  testing::FakeIndicator indicator_;
  ConnectionOptions options_;
};

TEST_F(IndicatorTextTest, A22_ADescriptionFitsTheTerminal) {
  for (const int width : {60, 80}) {
    const Ran ran = Run({"indicator", "a/loans"}, width);
    EXPECT_EQ(ran.code, 0) << ran.err;
    for (const std::string& line : std::vector<std::string>(absl::StrSplit(ran.out, '\n'))) {
      EXPECT_LE(Width(line), width) << line;
    }
    EXPECT_THAT(ran.out, HasSubstr("does not count."));
  }
}

TEST_F(IndicatorTextTest, A14_MarksOfDirectionAreEscaped) {
  EXPECT_THAT(Run({"indicator", "a/loans"}, 0).out, HasSubstr("lent; \\u202ewhat is read"));
}

TEST_F(IndicatorTextTest, NumbersAreWrittenAsTheLanguageWritesThem) {
  EXPECT_THAT(Run({"indicator", "a/loans"}, 0).out, HasSubstr("at most 1,234,567.5\n"));
  EXPECT_THAT(Run({"indicator", "a/loans", "--language", "nl"}, 0).out,
              HasSubstr("at most 1.234.567,5\n"));
}

}  // namespace
}  // namespace athena::athenactl
