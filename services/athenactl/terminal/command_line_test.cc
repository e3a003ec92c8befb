#include "services/athenactl/terminal/command_line.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <string>
#include <vector>

#include "libs/status/testing/matchers.h"
#include "services/athenactl/terminal/text.h"

namespace athena::athenactl {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// A small command line.
struct TestLine : CommandLine {
  TestLine()
      : CommandLine({{"plan-address", "HOST:PORT", "the plan service", "127.0.0.1:7701"},
                     {"token", "TOKEN", "who you are"}},
                    {{.name = "push",
                      .operands = "FILE",
                      .summary = "Push a file",
                      .about = "",
                      .min_operands = 1,
                      .max_operands = 1,
                      .flags = {{"partial", "", "the good rows"},
                                {"slice", "DIM=CODE", "a slice", "", true},
                                {"depth", "N", "levels", "3"}}},
                     {.name = "set",
                      .operands = "NAME FIELD=VALUE...",
                      .summary = "Set fields",
                      .about = "",
                      .min_operands = 2,
                      .max_operands = 9},
                     {.name = "help",
                      .operands = "[COMMAND]",
                      .summary = "Help",
                      .about = "",
                      .max_operands = 1}}) {}
};

// Sets a variable of the environment until it goes out of scope.
class Variable {
 public:
  Variable(const char* name, const char* value) : name_(name) { setenv(name, value, 1); }
  ~Variable() { unsetenv(name_); }
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;

 private:
  const char* const name_;
};

absl::StatusOr<Arguments> Parse(const std::vector<std::string>& words) {
  return TestLine().Parse(words);
}

std::string LineFault(const std::vector<std::string>& words) {
  const absl::StatusOr<Arguments> arguments = Parse(words);
  EXPECT_TRUE(IsMisuse(arguments.status())) << arguments.status();
  return std::string(arguments.status().message());
}

TEST(CommandLineTest, GlobalFlagsStandBeforeOrAfterTheCommand) {
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"--token", "t", "push", "a.csv"},
        std::vector<std::string>{"push", "--token=t", "a.csv"},
        std::vector<std::string>{"push", "a.csv", "--token", "t"}}) {
    const absl::StatusOr<Arguments> arguments = Parse(words);
    ATHENA_ASSERT_OK(arguments);
    EXPECT_EQ(arguments->command(), "push");
    EXPECT_EQ(arguments->Get("token"), "t");
    EXPECT_THAT(arguments->operands(), ElementsAre("a.csv"));
  }
}

TEST(CommandLineTest, TheCommandLineWinsOverTheEnvironmentAndThatOverTheDefault) {
  EXPECT_EQ(Parse({"push", "a"})->Get("plan-address"), "127.0.0.1:7701");
  {
    const Variable variable("ATHENA_PLAN_ADDRESS", "plan:1");
    EXPECT_EQ(Parse({"push", "a"})->Get("plan-address"), "plan:1");
    EXPECT_EQ(Parse({"push", "a", "--plan-address=plan:2"})->Get("plan-address"), "plan:2");
  }
  const Variable empty("ATHENA_PLAN_ADDRESS", "");
  EXPECT_EQ(Parse({"push", "a"})->Get("plan-address"), "127.0.0.1:7701");
}

TEST(CommandLineTest, AFlagOfACommandIsReadFromTheCommandLineAlone) {
  const Variable variable("ATHENA_DEPTH", "9");
  const absl::StatusOr<Arguments> arguments = Parse({"push", "a"});
  EXPECT_EQ(arguments->Get("depth"), "3");
  EXPECT_FALSE(arguments->Has("depth"));
}

TEST(CommandLineTest, ARepeatedFlagKeepsAllValuesAndAnyOtherTheLast) {
  const absl::StatusOr<Arguments> arguments =
      Parse({"push", "a", "--slice", "x=1", "--depth=1", "--slice=y=2", "--depth=2"});
  EXPECT_THAT(arguments->All("slice"), ElementsAre("x=1", "y=2"));
  EXPECT_THAT(arguments->All("depth"), ElementsAre("2"));
}

TEST(CommandLineTest, AfterTwoDashesNothingIsAFlag) {
  EXPECT_THAT(Parse({"push", "--", "--partial"})->operands(), ElementsAre("--partial"));
  EXPECT_THAT(Parse({"push", "-"})->operands(), ElementsAre("-"));
}

TEST(CommandLineTest, NamesOfCommandsAndNegativeNumbersMayBeOperands) {
  EXPECT_THAT(Parse({"help", "push"})->operands(), ElementsAre("push"));
  EXPECT_THAT(Parse({"set", "push", "x=-1", "help"})->operands(),
              ElementsAre("push", "x=-1", "help"));
}

TEST(CommandLineTest, HelpIsAskedForAnywhereAndCountsNoOperands) {
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"push", "--help"}, std::vector<std::string>{"push", "-h"},
        std::vector<std::string>{"--help", "push"}}) {
    const absl::StatusOr<Arguments> arguments = Parse(words);
    ATHENA_ASSERT_OK(arguments);
    EXPECT_EQ(arguments->command(), "push");
    EXPECT_TRUE(arguments->Has("help"));
  }
  EXPECT_EQ(Parse({})->command(), "help");
  EXPECT_EQ(Parse({"--help"})->command(), "help");
}

TEST(CommandLineTest, WhatIsWrongIsNamedWithWhatToTypeInstead) {
  EXPECT_EQ(LineFault({"psuh"}), "unknown command psuh: did you mean push?");
  EXPECT_EQ(LineFault({"frobnicate"}),
            "unknown command frobnicate; athenactl help lists all commands");
  EXPECT_EQ(LineFault({"push", "--partail", "a"}),
            "unknown flag --partail: did you mean --partial?");
  EXPECT_EQ(LineFault({"push", "-partial", "a"}), "unknown flag -partial: did you mean --partial?");
  EXPECT_EQ(LineFault({"--partial", "push", "a"}),
            "--partial is a flag of push: type it after that word");
  EXPECT_EQ(LineFault({"--frobnicate"}),
            "unknown flag --frobnicate; athenactl help lists all commands");
  EXPECT_EQ(LineFault({"set", "a"}), "set needs NAME FIELD=VALUE...; see athenactl set --help");
  EXPECT_EQ(LineFault({"push"}), "push needs FILE; see athenactl push --help");
  EXPECT_EQ(LineFault({"push", "a", "b"}), "did not expect b; see athenactl push --help");
  EXPECT_EQ(LineFault({"push", "a", "--depth"}), "--depth needs a value: --depth N");
  EXPECT_EQ(LineFault({"push", "a", "--depth="}), "--depth got nothing, want N");
  EXPECT_EQ(LineFault({"push", "a", "--partial=yes"}),
            "--partial takes no value; see athenactl push --help");
  EXPECT_EQ(LineFault({"--token", "t"}), "no command; athenactl help lists all commands");
}

TEST(CommandLineTest, AServicesRefusalIsNoMisuse) {
  EXPECT_FALSE(IsMisuse(absl::InvalidArgumentError("got 3")));
  EXPECT_FALSE(IsMisuse(absl::OkStatus()));
}

TEST(CommandLineTest, HelpShowsEachFlagWithItsDefault) {
  const std::string help = *TestLine().Help("push");
  EXPECT_THAT(help, HasSubstr("athenactl push [FLAGS] FILE\nPush a file.\n"));
  EXPECT_THAT(help, HasSubstr("  --slice DIM=CODE  a slice\n"));
  EXPECT_THAT(help, HasSubstr("  --depth N         levels [3]\n"));
}

TEST(CommandLineTest, CompletionKnowsCommandsAndTheirFlags) {
  const std::string script = TestLine().BashCompletion();
  EXPECT_THAT(script, HasSubstr("compgen -W \"push set help\""));
  EXPECT_THAT(script, HasSubstr("push) flags+=\" --partial --slice --depth\""));
  EXPECT_THAT(script, HasSubstr("flags=\"--help --plan-address --token\""));
  // The word after one of these is its value, not the command.
  EXPECT_THAT(script, HasSubstr("--plan-address|--token|--slice|--depth) ((at++))"));
}

}  // namespace
}  // namespace athena::athenactl
