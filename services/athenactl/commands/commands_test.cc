#include "services/athenactl/commands/commands.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "libs/status/testing/matchers.h"
#include "services/athenactl/terminal/text.h"
#include "services/athenactl/testing/terminal.h"

namespace athena::athenactl {
namespace {

using ::testing::HasSubstr;
using ::testing::MatchesRegex;
using testing::Ran;
using testing::RunAthenactl;

// One page of the usual widths and heights.
constexpr size_t kPageLines = 40;
constexpr int kPageColumns = 80;

void ExpectFitsAPage(const std::string& text) {
  const std::vector<std::string> lines = absl::StrSplit(text, '\n');
  EXPECT_LE(lines.size(), kPageLines) << text;
  for (const std::string& line : lines) EXPECT_LE(Width(line), kPageColumns) << line;
}

std::vector<CommandSpec> AllSpecs() {
  std::vector<CommandSpec> specs;
  for (const Command& command : AllCommands()) specs.push_back(command.spec);
  return specs;
}

TEST(HelpTest, EveryHelpFitsAPage) {
  const CommandLine line(GlobalFlags(), AllSpecs());
  ExpectFitsAPage(line.Overview());
  for (const CommandSpec& command : AllSpecs()) {
    ATHENA_ASSERT_OK_AND_ASSIGN(const std::string help, line.Help(command.name));
    ExpectFitsAPage(help);
    EXPECT_EQ(RunAthenactl({"help", std::string(command.name)}, {}).out, help);
    if (command.name == "help") continue;  // --help of help is the overview
    EXPECT_EQ(RunAthenactl({std::string(command.name), "--help"}, {}).out, help);
  }
}

TEST(HelpTest, WithoutAnythingTypedThereIsAnOverview) {
  EXPECT_EQ(RunAthenactl({}, {}).out, RunAthenactl({"help"}, {}).out);
  EXPECT_EQ(RunAthenactl({"help", "frobnicate"}, {}).code, 2);
}

TEST(HelpTest, TheVersionIsPrinted) {
  const Ran ran = RunAthenactl({"--version"}, {});
  EXPECT_EQ(ran.code, 0);
  EXPECT_THAT(ran.out, MatchesRegex("athenactl [0-9]+\\.[0-9]+\\.[0-9]+ \\([0-9a-z]+\\)\n"));
}

TEST(OptionsTest, ATimeLimitThatIsNoneIsRefused) {
  const CommandLine line(GlobalFlags(), AllSpecs());
  for (const char* const bad : {"soon", "0s", "-1s", "48h"}) {
    ATHENA_ASSERT_OK_AND_ASSIGN(const Arguments arguments,
                                line.Parse({"health", absl::StrCat("--timeout=", bad)}));
    EXPECT_TRUE(IsMisuse(ReadConnectionOptions(arguments).status())) << bad;
  }
  ATHENA_ASSERT_OK_AND_ASSIGN(
      const Arguments arguments,
      CommandLine(GlobalFlags(), AllSpecs()).Parse({"health", "--timeout=2m"}));
  ATHENA_ASSERT_OK_AND_ASSIGN(const ConnectionOptions options, ReadConnectionOptions(arguments));
  EXPECT_EQ(options.timeout, absl::Minutes(2));
}

TEST(HealthTest, FailsWhenOneServiceDoesNotAnswer) {
  ConnectionOptions options;
  options.timeout = absl::Seconds(5);
  const Ran ran = RunAthenactl({"health"}, options);
  EXPECT_EQ(ran.code, 1);
  EXPECT_THAT(ran.out, HasSubstr("athena.indicator.v1.IndicatorService  127.0.0.1:1"));
  EXPECT_THAT(ran.out, HasSubstr("UNREACHABLE"));
}

// What a command line prints to a full disk.
Ran RunToAFullDisk(const std::vector<std::string>& words) {
  std::ofstream full("/dev/full");
  std::ostringstream err;
  Console console{full, err};
  ConnectionOptions nobody;
  nobody.plan_address = nobody.indicator_address = nobody.reporting_address = "127.0.0.1:1";
  nobody.timeout = absl::Seconds(5);
  const ExitCode code = RunProgram(words, console, &nobody);
  return {static_cast<int>(code), "", err.str()};
}

TEST(OutputTest, A9_ResultsThatCannotBeWrittenAreAFailure) {
  for (const std::vector<std::string>& words : {std::vector<std::string>{"help"},
                                                {"--version"},
                                                {"completion", "bash"},
                                                {"push", "--help"}}) {
    const Ran ran = RunToAFullDisk(words);
    EXPECT_EQ(ran.code, 1) << words[0];
    EXPECT_THAT(ran.err, HasSubstr("the results could not be written")) << words[0];
  }
  EXPECT_EQ(RunToAFullDisk({"health"}).code, 1);
  EXPECT_EQ(RunToAFullDisk({"frobnicate"}).code, 2);
}

TEST(OptionsTest, A6_WhatAHeaderOrAnAddressCannotHoldIsMisuse) {
  for (const char* const bad :
       {"s3cret\nx", "s3cret x", "s3cret\r\nx: y", "s3cret\u00e9", "s3cret\x7f"}) {
    const Ran ran = RunAthenactl({"health", "--token", bad}, {});
    EXPECT_EQ(ran.code, 2) << bad;
    EXPECT_THAT(ran.err, HasSubstr("--token got a character that no token has at place"));
    EXPECT_THAT(ran.err, ::testing::Not(HasSubstr("s3cret"))) << "a token is a secret";
  }
  for (const char* const bad : {"local host:1", "a\nb:1", "[::", "dns:///", "%zz:1", "127.0.0.1",
                                "127.0.0.1:99999", "127.0.0.1:0", ":7701", ""}) {
    EXPECT_EQ(RunAthenactl({"health", "--plan-address", bad}, {}).code, 2) << bad;
  }
}

TEST(OptionsTest, A6_WordsThatAreNotUtf8AreMisuse) {
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"scorecard", "caf\xe9", "2022-Q4"},
        std::vector<std::string>{"close", "2022-Q4", "--reason", "\xff"},
        std::vector<std::string>{"caf\xe9"}}) {
    const Ran ran = RunAthenactl(words, {});
    EXPECT_EQ(ran.code, 2);
    EXPECT_THAT(ran.err, HasSubstr("want UTF-8"));
  }
}

}  // namespace
}  // namespace athena::athenactl
