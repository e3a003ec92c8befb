#include "libs/config/config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include "absl/flags/flag.h"
#include "libs/status/testing/matchers.h"

ABSL_FLAG(int, test_rows, 1, "for this test");
ABSL_FLAG(std::string, test_name, "default", "for this test");

namespace athena::config {
namespace {

using status::testing::StatusIs;
using ::testing::HasSubstr;

std::vector<char*> Parse(std::vector<std::string> words) {
  static std::vector<std::string> kept;
  kept = std::move(words);
  std::vector<char*> argv;
  argv.reserve(kept.size());
  for (std::string& word : kept) argv.push_back(word.data());
  auto rest = ParseCommandLine(static_cast<int>(argv.size()), argv.data(), "usage", "1.2.3");
  ATHENA_EXPECT_OK(rest);
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
  EXPECT_THAT(ParseCommandLine(1, argv, "usage", "1.2.3"),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("ATHENA_TEST_ROWS")));
  unsetenv("ATHENA_TEST_ROWS");
}

TEST(ConfigDeathTest, S1_HelpShowsEveryFlagAndVersionTheVersion) {
  EXPECT_EXIT(
      {
        dup2(STDERR_FILENO, STDOUT_FILENO);
        Parse({"program", "--help"});
      },
      ::testing::ExitedWithCode(1), "test_name(.|\n)*test_rows");
  EXPECT_EXIT(
      {
        dup2(STDERR_FILENO, STDOUT_FILENO);
        Parse({"program", "--version"});
      },
      ::testing::ExitedWithCode(0), "^1.2.3\n$");
}

TEST(ConfigTest, A12_AddressesToListenOnHaveAHostAndAPort) {
  for (const char* address :
       {"127.0.0.1:0", "127.0.0.1:65535", "localhost:7701", "[::1]:7701", "unix:/run/athena"}) {
    EXPECT_TRUE(IsListenAddress(address)) << address;
  }
  for (const char* address : {"", "127.0.0.1", "127.0.0.1:", ":7701", "127.0.0.1:65536",
                              "127.0.0.1:-1", "127.0.0.1:77x", "::1:7701", "unix:"}) {
    EXPECT_FALSE(IsListenAddress(address)) << address;
  }
}

}  // namespace
}  // namespace athena::config
