#include "services/athenactl/commands.h"

#include <gmock/gmock.h>
#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_split.h"
#include "services/athenactl/as_of.h"
#include "services/athenactl/cell_history.h"
#include "services/athenactl/testing/fake_services.h"
#include "services/athenactl/testing/terminal.h"
#include "services/athenactl/text.h"

namespace athena::athenactl {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::Ran;
using testing::RunAthenactl;
using testing::Served;
using ::testing::SizeIs;

namespace reporting = athena::reporting::v1;

// One page of the usual widths and heights.
constexpr size_t kPageLines = 40;
constexpr int kPageColumns = 80;

void ExpectFitsAPage(const std::string& text) {
  const std::vector<std::string> lines = absl::StrSplit(text, '\n');
  EXPECT_LE(lines.size(), kPageLines) << text;
  for (const std::string& line : lines) EXPECT_LE(Width(line), kPageColumns) << line;
}

TEST(HelpTest, EveryHelpFitsAPage) {
  const Grammar grammar = GrammarOf(AllCommands());
  ExpectFitsAPage(Overview(grammar));
  for (const CommandSpec& command : grammar.commands) {
    const std::string help = CommandHelp(command);
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

TEST(OptionsTest, ATimeLimitThatIsNoneIsRefused) {
  const Grammar grammar = GrammarOf(AllCommands());
  const auto none = [](const std::string&) -> std::optional<std::string> { return {}; };
  for (const char* const bad : {"soon", "0s", "-1s", "48h"}) {
    const auto arguments = ParseArguments(grammar, {"health", "--timeout", bad}, none);
    EXPECT_TRUE(IsMisuse(ReadConnectionOptions(*arguments).status())) << bad;
  }
  const auto arguments = ParseArguments(grammar, {"health", "--timeout=2m"}, none);
  EXPECT_EQ(ReadConnectionOptions(*arguments)->timeout, absl::Minutes(2));
}

class ScorecardTest : public ::testing::Test {
 protected:
  ScorecardTest() {
    options_.plan_address = plan_server_.address();
    options_.reporting_address = reporting_server_.address();
    Create("gob", {"strategy"});
  }

  static reporting::Scorecard Answer() {
    reporting::Scorecard scorecard;
    reporting::ScorecardNode& root = *scorecard.mutable_result()->mutable_root();
    root.set_name("institutions/gob/plans/strategy");
    root.set_title("Strategy");
    root.mutable_score()->set_value(50);
    root.mutable_score()->set_decimal("50");
    return scorecard;
  }

  void Create(const std::string& institution, const std::vector<std::string>& plans) {
    ConnectionOptions options = options_;
    options.indicator_address = "127.0.0.1:1";
    Connections connections(options);
    athena::plan::v1::CreateInstitutionRequest create;
    create.set_institution_id(institution);
    ASSERT_TRUE(connections.Plan(&Connections::PlanStub::CreateInstitution, create).ok());
    for (const std::string& plan : plans) {
      athena::plan::v1::CreatePlanRequest create_plan;
      create_plan.set_parent("institutions/" + institution);
      create_plan.set_plan_id(plan);
      ASSERT_TRUE(connections.Plan(&Connections::PlanStub::CreatePlan, create_plan).ok());
    }
  }

  testing::FakePlan plan_;
  testing::FakeReporting reporting_{Answer()};
  Served plan_server_{plan_};
  Served reporting_server_{reporting_};
  ConnectionOptions options_;
};

TEST_F(ScorecardTest, WhatIsLeftOutIsTheOnlyOneThereIs) {
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"scorecard", "2022-Q4"},
        std::vector<std::string>{"scorecard", "gob", "2022-Q4"},
        std::vector<std::string>{"scorecard", "gob/strategy", "2022-Q4"},
        std::vector<std::string>{"scorecard",
                                 "institutions/gob/plans/strategy/scorecards/2022-Q4"}}) {
    const Ran ran = RunAthenactl(words, options_);
    EXPECT_EQ(ran.code, 0) << ran.err;
    EXPECT_THAT(ran.out, HasSubstr("Strategy  2022-Q4\n"));
    EXPECT_EQ(reporting_.requests().back().name(),
              "institutions/gob/plans/strategy/scorecards/2022-Q4");
  }
}

TEST_F(ScorecardTest, WhatCouldBeSeveralMustBeSaid) {
  Create("talent", {"one", "two"});
  Ran ran = RunAthenactl({"scorecard", "2022-Q4"}, options_);
  EXPECT_EQ(ran.code, 2);
  EXPECT_THAT(ran.err, HasSubstr("say which institution: there are gob, talent"));
  ran = RunAthenactl({"scorecard", "talent", "2022-Q4"}, options_);
  EXPECT_EQ(ran.code, 2);
  EXPECT_THAT(ran.err, HasSubstr("say which plan, as talent/PLAN: there are one, two"));
  EXPECT_EQ(RunAthenactl({"scorecard", "2022-Q4", "--institution=gob"}, options_).code, 0);
}

TEST_F(ScorecardTest, AQuarterThatIsNoneIsRefusedBeforeAnythingIsAsked) {
  const Ran ran = RunAthenactl({"scorecard", "gob/strategy", "2022"}, options_);
  EXPECT_EQ(ran.code, 2);
  EXPECT_THAT(ran.err, HasSubstr("got the quarter 2022, want one like 2022-Q4"));
  EXPECT_THAT(reporting_.requests(), SizeIs(0));
}

TEST_F(ScorecardTest, FlagsBecomeTheRequest) {
  ASSERT_EQ(RunAthenactl({"scorecard", "gob/strategy", "2022-Q4", "--language=fr", "--depth=0",
                          "--element", "e3", "--as-of", "2023-01-31"},
                         options_)
                .code,
            0);
  const reporting::GetScorecardRequest request = reporting_.requests().back();
  EXPECT_EQ(request.language_code(), "fr");
  EXPECT_TRUE(request.has_depth());
  EXPECT_EQ(request.depth(), 0);
  EXPECT_EQ(request.element(), "institutions/gob/plans/strategy/elements/e3");
  EXPECT_EQ(TimeText(request.as_of().time()), "2023-01-31 23:59:59");
  EXPECT_EQ(request.view(), reporting::SCORECARD_VIEW_FULL);
}

TEST_F(ScorecardTest, TrendsEndWhereThePlanBegins) {
  const Ran ran = RunAthenactl({"scorecard", "gob/strategy", "2022-Q3", "--trend", "4"}, options_);
  EXPECT_EQ(ran.code, 0) << ran.err;
  // The quarter itself, two earlier ones, and the one that the plan does not have.
  EXPECT_THAT(reporting_.requests(), SizeIs(4));
  EXPECT_THAT(ran.out, HasSubstr("▅▅▅  Strategy"));
  EXPECT_THAT(ran.out, HasSubstr("Trend: the scores of 2022-Q1 to 2022-Q3"));
}

TEST_F(ScorecardTest, JsonIsTheAnswerItself) {
  const Ran ran = RunAthenactl({"scorecard", "gob/strategy", "2022-Q4", "--json"}, options_);
  reporting::Scorecard read;
  ASSERT_TRUE(google::protobuf::util::JsonStringToMessage(ran.out, &read).ok()) << ran.out;
  EXPECT_EQ(read.result().root().score().decimal(), "50");
  EXPECT_EQ(reporting_.requests().back().view(), reporting::SCORECARD_VIEW_BASIC);
}

TEST_F(ScorecardTest, TheServicesRefusalIsAFailureAndNoMisuse) {
  const Ran ran = RunAthenactl({"scorecard", "gob/strategy", "2020-Q4"}, options_);
  EXPECT_EQ(ran.code, 1);
  EXPECT_EQ(ran.err, "athenactl: the plan has no such quarter\n");
}

TEST_F(ScorecardTest, PlansAndInstitutionsAreListed) {
  EXPECT_EQ(RunAthenactl({"institutions"}, options_).out, "ID   TIME ZONE\ngob  Europe/Brussels\n");
  EXPECT_EQ(RunAthenactl({"plans"}, options_).out, "PLAN          STATE\ngob/strategy  draft\n");
}

TEST_F(ScorecardTest, HealthFailsWhenOneServiceDoesNotAnswer) {
  options_.indicator_address = "127.0.0.1:1";
  options_.timeout = absl::Seconds(5);
  const Ran ran = RunAthenactl({"health"}, options_);
  EXPECT_EQ(ran.code, 1);
  EXPECT_THAT(ran.out, HasSubstr("athena.indicator.v1.IndicatorService  127.0.0.1:1"));
  EXPECT_THAT(ran.out, HasSubstr("UNREACHABLE"));
}

TEST(AsOfTest, APointInHistoryIsATimeADayOrARevision) {
  EXPECT_EQ(ReadAsOf("17")->revision(), 17);
  EXPECT_EQ(TimeText(ReadAsOf("2022-12-31T17:00:00+01:00")->time()), "2022-12-31 16:00:00");
  EXPECT_EQ(ReadAsOf("")->point_case(), athena::common::v1::AsOf::POINT_NOT_SET);
  EXPECT_TRUE(IsMisuse(ReadAsOf("yesterday").status()));
  EXPECT_TRUE(IsMisuse(ReadAsOf("2022-13-01").status()));
  EXPECT_TRUE(IsMisuse(ReadTime("17").status()));
}

TEST(CellHistoryTest, EachRevisionSaysWhatItDidToItsCell) {
  google::protobuf::RepeatedPtrField<athena::indicator::v1::ObservationRecord> records;
  const auto add = [&](const std::string& period, const std::string& unit, bool retract) {
    auto& observation = *records.Add()->mutable_observation();
    observation.set_period(period);
    (*observation.mutable_dimensions())["unit"] = unit;
    observation.set_retract(retract);
  };
  add("2021", "a", false);
  add("2021", "a", false);
  add("2021", "a", true);
  add("2021", "a", false);
  add("2021", "b", false);
  add("2022", "b", false);
  EXPECT_THAT(OutcomesOf(records),
              ElementsAre("inserted", "revised", "deleted", "inserted", "inserted", "inserted"));
}

}  // namespace
}  // namespace athena::athenactl
