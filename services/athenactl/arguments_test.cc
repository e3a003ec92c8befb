#include "services/athenactl/arguments.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/athenactl/text.h"

namespace athena::athenactl {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

const Grammar& TestGrammar() {
  static const Grammar* const grammar =
      new Grammar{{{"plan-address", "HOST:PORT", "the plan service", "127.0.0.1:7701"},
                   {"token", "TOKEN", "who you are"}},
                  {{.name = "push",
                    .operands = "FILE",
                    .summary = "Push a file",
                    .about = "",
                    .least_operands = 1,
                    .most_operands = 1,
                    .flags = {{"partial", "", "the good rows"},
                              {"slice", "DIM=CODE", "a slice", "", true},
                              {"depth", "N", "levels", "3"}}},
                   {.name = "help",
                    .operands = "[COMMAND]",
                    .summary = "Help",
                    .about = "",
                    .most_operands = 1}}};
  return *grammar;
}

absl::StatusOr<Arguments> Parse(const std::vector<std::string>& words,
                                const std::map<std::string, std::string>& environment = {}) {
  return ParseArguments(TestGrammar(), words,
                        [&](const std::string& name) -> std::optional<std::string> {
                          const auto found = environment.find(name);
                          if (found == environment.end()) return std::nullopt;
                          return found->second;
                        });
}

std::string Fault(const std::vector<std::string>& words) {
  const absl::StatusOr<Arguments> arguments = Parse(words);
  EXPECT_TRUE(IsMisuse(arguments.status())) << arguments.status();
  return std::string(arguments.status().message());
}

TEST(ArgumentsTest, GlobalFlagsStandBeforeOrAfterTheCommand) {
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"--token", "t", "push", "a.csv"},
        std::vector<std::string>{"push", "--token=t", "a.csv"},
        std::vector<std::string>{"push", "a.csv", "--token", "t"}}) {
    const absl::StatusOr<Arguments> arguments = Parse(words);
    ASSERT_TRUE(arguments.ok()) << arguments.status();
    EXPECT_EQ(arguments->command().name, "push");
    EXPECT_EQ(arguments->Get("token"), "t");
    EXPECT_THAT(arguments->operands(), ElementsAre("a.csv"));
  }
}

TEST(ArgumentsTest, TheCommandLineWinsOverTheEnvironmentAndThatOverTheDefault) {
  EXPECT_EQ(Parse({"push", "a"})->Get("plan-address"), "127.0.0.1:7701");
  const std::map<std::string, std::string> environment = {{"ATHENA_PLAN_ADDRESS", "plan:1"}};
  EXPECT_EQ(Parse({"push", "a"}, environment)->Get("plan-address"), "plan:1");
  EXPECT_EQ(Parse({"push", "a", "--plan-address=plan:2"}, environment)->Get("plan-address"),
            "plan:2");
  EXPECT_EQ(Parse({"push", "a"}, {{"ATHENA_PLAN_ADDRESS", ""}})->Get("plan-address"),
            "127.0.0.1:7701");
}

TEST(ArgumentsTest, AFlagOfACommandIsReadFromTheCommandLineAlone) {
  const absl::StatusOr<Arguments> arguments = Parse({"push", "a"}, {{"ATHENA_DEPTH", "9"}});
  EXPECT_EQ(arguments->Get("depth"), "3");
  EXPECT_FALSE(arguments->Has("depth"));
}

TEST(ArgumentsTest, ARepeatedFlagKeepsAllValuesAndAnyOtherTheLast) {
  const absl::StatusOr<Arguments> arguments =
      Parse({"push", "a", "--slice", "x=1", "--depth=1", "--slice=y=2", "--depth=2"});
  EXPECT_THAT(arguments->All("slice"), ElementsAre("x=1", "y=2"));
  EXPECT_THAT(arguments->All("depth"), ElementsAre("2"));
}

TEST(ArgumentsTest, AfterTwoDashesNothingIsAFlag) {
  EXPECT_THAT(Parse({"push", "--", "--partial"})->operands(), ElementsAre("--partial"));
  EXPECT_THAT(Parse({"push", "-"})->operands(), ElementsAre("-"));
}

TEST(ArgumentsTest, HelpIsAskedForAnywhereAndCountsNoOperands) {
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"push", "--help"}, std::vector<std::string>{"push", "-h"},
        std::vector<std::string>{"--help", "push"}}) {
    const absl::StatusOr<Arguments> arguments = Parse(words);
    ASSERT_TRUE(arguments.ok()) << arguments.status();
    EXPECT_EQ(arguments->command().name, "push");
    EXPECT_TRUE(arguments->Has("help"));
  }
  EXPECT_EQ(Parse({})->command().name, "help");
  EXPECT_EQ(Parse({"--help"})->command().name, "help");
}

TEST(ArgumentsTest, WhatIsWrongIsNamedWithWhatToTypeInstead) {
  EXPECT_EQ(Fault({"psuh"}), "unknown command psuh: did you mean push?");
  EXPECT_EQ(Fault({"frobnicate"}),
            "unknown command frobnicate; athenactl help lists what there is");
  EXPECT_EQ(Fault({"push", "--partail", "a"}), "unknown flag --partail: did you mean --partial?");
  EXPECT_EQ(Fault({"push", "-partial", "a"}), "unknown flag -partial: did you mean --partial?");
  EXPECT_EQ(Fault({"--partial", "push", "a"}),
            "unknown flag --partial; athenactl help lists what there is");
  EXPECT_EQ(Fault({"push"}), "push needs FILE; see athenactl push --help");
  EXPECT_EQ(Fault({"push", "a", "b"}), "did not expect b; see athenactl push --help");
  EXPECT_EQ(Fault({"push", "a", "--depth"}), "--depth needs a value: --depth N");
  EXPECT_EQ(Fault({"push", "a", "--depth="}), "--depth got nothing, want N");
  EXPECT_EQ(Fault({"push", "a", "--partial=yes"}),
            "--partial takes no value; see athenactl push --help");
  EXPECT_EQ(Fault({"--token", "t"}), "no command; athenactl help lists what there is");
}

TEST(ArgumentsTest, AServicesRefusalIsNoMisuse) {
  EXPECT_FALSE(IsMisuse(absl::InvalidArgumentError("got 3")));
  EXPECT_FALSE(IsMisuse(absl::OkStatus()));
}

TEST(ArgumentsTest, HelpShowsEachFlagWithItsDefault) {
  const std::string help = CommandHelp(TestGrammar().commands[0]);
  EXPECT_THAT(help, HasSubstr("athenactl push [FLAGS] FILE\nPush a file.\n"));
  EXPECT_THAT(help, HasSubstr("  --slice DIM=CODE  a slice\n"));
  EXPECT_THAT(help, HasSubstr("  --depth N         levels [3]\n"));
}

TEST(ArgumentsTest, CompletionKnowsCommandsAndTheirFlags) {
  const std::string script = BashCompletion(TestGrammar());
  EXPECT_THAT(script, HasSubstr("compgen -W \"push help\""));
  EXPECT_THAT(script, HasSubstr("push) flags+=\" --partial --slice --depth\""));
  EXPECT_THAT(script, HasSubstr("flags=\"--help --plan-address --token\""));
  // The word after one of these is its value, not the command.
  EXPECT_THAT(script, HasSubstr("--plan-address|--token|--slice|--depth) ((at++))"));
}

TEST(TextTest, WidthCountsCodePointsAndNoCombiningMarks) {
  EXPECT_EQ(Width("Économie"), 8);
  EXPECT_EQ(Width("E\xCC\x81"), 1);
  EXPECT_EQ(Width("██▌"), 3);
  EXPECT_EQ(Cut("Économie", 8), "Économie");
  EXPECT_EQ(Cut("Économie", 4), "Éco…");
  EXPECT_EQ(Cut("Économie", 0), "");
  EXPECT_EQ(PadRight("é", 3) + "|" + PadLeft("é", 3), "é  |  é");
}

TEST(TextTest, NumbersAreWrittenAlikeEverywhere) {
  EXPECT_EQ(Grouped(0), "0");
  EXPECT_EQ(Grouped(999), "999");
  EXPECT_EQ(Grouped(12765), "12,765");
  EXPECT_EQ(Grouped(-1234567), "-1,234,567");
  EXPECT_EQ(Shortest(0.1), "0.1");
  EXPECT_EQ(Shortest(1e15), "1000000000000000");
  EXPECT_EQ(Shortest(-2.5e-7), "-0.00000025");
  EXPECT_EQ(Counted(1, "row", "rows"), "1 row");
  EXPECT_EQ(Counted(10000, "row", "rows"), "10,000 rows");
  EXPECT_EQ(WholeNumber("17"), 17);
  EXPECT_EQ(WholeNumber("-17"), std::nullopt);
  EXPECT_EQ(WholeNumber("1.5"), std::nullopt);
  EXPECT_EQ(WholeNumber(""), std::nullopt);
  EXPECT_EQ(WholeNumber("99999999999999999999"), std::nullopt);
}

TEST(TextTest, WhatWouldSteerATerminalIsEscaped) {
  EXPECT_EQ(Printable("a\x1b[2Jb"), "a\\x1b[2Jb");
  EXPECT_EQ(Printable("één\n"), "één\\n");
}

}  // namespace
}  // namespace athena::athenactl
