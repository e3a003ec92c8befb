#include "libs/config/config.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

#include "absl/flags/flag.h"

ABSL_FLAG(int, test_rows, 1, "for this test");
ABSL_FLAG(std::string, test_name, "default", "for this test");

namespace athena::config {
namespace {

std::vector<char*> Parse(std::vector<std::string> words) {
  static std::vector<std::string> kept;
  kept = std::move(words);
  std::vector<char*> argv;
  argv.reserve(kept.size());
  for (std::string& word : kept) argv.push_back(word.data());
  auto rest = ParseCommandLine(static_cast<int>(argv.size()), argv.data(), "usage");
  EXPECT_TRUE(rest.ok()) << rest.status();
  return rest.value_or(std::vector<char*>{});
}

TEST(ConfigTest, TheCommandLineWinsOverTheEnvironmentAndThatOverTheDefault) {
  setenv("ATHENA_TEST_ROWS", "2", 1);
  setenv("ATHENA_TEST_NAME", "from the environment", 1);
  const std::vector<char*> rest = Parse({"program", "--test_rows=3", "word"});
  EXPECT_EQ(absl::GetFlag(FLAGS_test_rows), 3);
  EXPECT_EQ(absl::GetFlag(FLAGS_test_name), "from the environment");
  ASSERT_EQ(rest.size(), 1U);
  EXPECT_STREQ(rest[0], "word");
  unsetenv("ATHENA_TEST_ROWS");
  unsetenv("ATHENA_TEST_NAME");
}

TEST(ConfigTest, AVariableThatDoesNotFitItsFlagIsNamed) {
  setenv("ATHENA_TEST_ROWS", "many", 1);
  char program[] = "program";
  char* argv[] = {program};
  const absl::Status status = ParseCommandLine(1, argv, "usage").status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_NE(std::string(status.message()).find("ATHENA_TEST_ROWS"), std::string::npos) << status;
  unsetenv("ATHENA_TEST_ROWS");
}

}  // namespace
}  // namespace athena::config
