#include <gmock/gmock.h>
#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/time/civil_time.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "libs/status/testing/matchers.h"
#include "services/athenactl/testing/fake_services.h"
#include "services/athenactl/testing/terminal.h"
#include "services/athenactl/views/value_text.h"

namespace athena::athenactl {
namespace {

namespace reporting = athena::reporting::v1;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::Ran;
using testing::RunAthenactl;
using ::testing::SizeIs;

class ScorecardTest : public ::testing::Test {
 protected:
  ScorecardTest() {
    options_.plan_address = plan_.address();
    options_.reporting_address = reporting_.address();
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
    ATHENA_ASSERT_OK(connections.Call<athena::plan::v1::Institution>(create));
    for (const std::string& plan : plans) {
      athena::plan::v1::CreatePlanRequest create_plan;
      create_plan.set_parent("institutions/" + institution);
      create_plan.set_plan_id(plan);
      ATHENA_ASSERT_OK(connections.Call<athena::plan::v1::Plan>(create_plan));
    }
  }

  testing::FakePlan plan_;
  testing::FakeReporting reporting_{Answer()};
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
  EXPECT_EQ(TimeText(request.as_of().time()), "2023-01-31 22:59:59");
  EXPECT_EQ(request.view(), reporting::SCORECARD_VIEW_FULL);
}

TEST_F(ScorecardTest, WatchPrintsWhatChangesAndGoesOnAfterARestart) {
  const auto scored = [](const std::string& score, int64_t revision) {
    reporting::Scorecard scorecard = Answer();
    scorecard.mutable_result()->set_period("2022-Q4");
    scorecard.mutable_result()->mutable_root()->mutable_score()->set_value(std::stod(score));
    scorecard.mutable_result()->mutable_root()->mutable_score()->set_decimal(score);
    scorecard.mutable_basis()->set_plan_revision(revision);
    return scorecard;
  };
  reporting_.AddWatch({scored("51.5", 1), scored("52.5", 2)}, absl::UnavailableError("stopping"));
  reporting_.AddWatch({}, absl::UnavailableError("starting"));
  reporting_.AddWatch({scored("53.5", 3)}, absl::UnavailableError("stopping"));
  const Ran ran = RunAthenactl(
      {"scorecard", "gob/strategy", "2022-Q4", "--watch", "--language=fr", "--element=e3"},
      options_);
  EXPECT_EQ(ran.code, 1);
  EXPECT_THAT(ran.out, AllOf(HasSubstr(" 51,5 "), HasSubstr(" 52,5 "), HasSubstr(" 53,5 ")));
  EXPECT_THAT(ran.err, HasSubstr("read this any more"));
  ASSERT_THAT(reporting_.watches(), SizeIs(4));
  const std::vector<int64_t> revisions = {0, 2, 2, 3};
  for (size_t i = 0; i < revisions.size(); ++i) {
    const reporting::WatchScorecardRequest request = reporting_.watches()[i];
    EXPECT_EQ(request.basis().plan_revision(), revisions[i]);
    EXPECT_EQ(request.name(), "institutions/gob/plans/strategy/scorecards/2022-Q4");
    EXPECT_EQ(request.element(), "institutions/gob/plans/strategy/elements/e3");
    EXPECT_EQ(request.language_code(), "fr");
    EXPECT_TRUE(request.has_depth());
    EXPECT_EQ(request.depth(), 0);
  }
}

TEST_F(ScorecardTest, WatchShowsThePresentAlone) {
  for (const char* other : {"--as-of=2023-01-31", "--trend=2"}) {
    const Ran ran =
        RunAthenactl({"scorecard", "gob/strategy", "2022-Q4", "--watch", other}, options_);
    EXPECT_EQ(ran.code, 2);
    EXPECT_THAT(ran.err, HasSubstr("--watch shows what is"));
  }
  reporting_.AddWatch({Answer()}, absl::OkStatus());
  const Ran ran = RunAthenactl(
      {"scorecard", "gob/strategy", "2022-Q4", "--watch", "--depth=2", "--json"}, options_);
  EXPECT_THAT(ran.out, HasSubstr("\"decimal\": \"50\""));
  EXPECT_EQ(reporting_.watches().back().depth(), 2);
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

TEST_F(ScorecardTest, V14_AnElementIsNamedByItsCodeOrItsId) {
  ConnectionOptions options = options_;
  options.indicator_address = "127.0.0.1:1";
  Connections connections(options);
  const auto create = [&](const std::string& id, const std::string& code) {
    athena::plan::v1::CreateElementRequest request;
    request.set_parent("institutions/gob/plans/strategy");
    request.set_element_id(id);
    request.mutable_element()->set_code(code);
    ATHENA_ASSERT_OK(connections.Call<athena::plan::v1::Element>(request));
  };
  create("growth", "1.1");
  create("2", "3");
  create("other", "2");
  const auto asked = [&](const std::string& typed) {
    const Ran ran = RunAthenactl({"scorecard", "2022-Q4", "--element", typed}, options_);
    EXPECT_EQ(ran.code, 0) << ran.err;
    return reporting_.requests().back().element();
  };
  const std::string elements = "institutions/gob/plans/strategy/elements/";
  EXPECT_EQ(asked("1.1"), elements + "growth");
  EXPECT_EQ(asked("growth"), elements + "growth");
  EXPECT_EQ(asked(elements + "growth"), elements + "growth");
  EXPECT_EQ(asked("3"), elements + "2");
  EXPECT_EQ(asked("unheard-of"), elements + "unheard-of");
  const Ran both = RunAthenactl({"scorecard", "2022-Q4", "--element", "2"}, options_);
  EXPECT_EQ(both.code, 2);
  EXPECT_THAT(both.err, HasSubstr("give the whole name"));
  const Ran none = RunAthenactl({"scorecard", "2022-Q4", "--element", "9.9"}, options_);
  EXPECT_EQ(none.code, 1);
  EXPECT_THAT(none.err, HasSubstr("no element with the code 9.9"));
  // Elsewhere too.
  const Ran got = RunAthenactl({"get", "gob/plans/strategy/elements/1.1"}, options_);
  EXPECT_EQ(got.code, 0) << got.err;
  EXPECT_THAT(got.out, HasSubstr(elements + "growth"));
  const Ran set = RunAthenactl({"set", "gob/plans/strategy/elements/1.1", "lead=Ann"}, options_);
  EXPECT_EQ(set.code, 0) << set.err;
  EXPECT_EQ(plan_.element(elements + "growth").lead(), "Ann");
}

TEST_F(ScorecardTest, V15_TodayAsAPointInHistoryIsNow) {
  absl::TimeZone brussels;
  ASSERT_TRUE(absl::LoadTimeZone("Europe/Brussels", &brussels));
  const std::string today = absl::FormatCivilTime(absl::ToCivilDay(absl::Now(), brussels));
  ASSERT_EQ(RunAthenactl({"scorecard", "2022-Q4", "--as-of", today}, options_).code, 0);
  EXPECT_FALSE(reporting_.requests().back().has_as_of());
  EXPECT_EQ(RunAthenactl({"scorecard", "2022-Q4", "--as-of", "17"}, options_).code, 2);
}

TEST_F(ScorecardTest, AJsonTrendHasTheScoresOfEveryQuarter) {
  const Ran ran = RunAthenactl({"scorecard", "2022-Q3", "--trend=2", "--json"}, options_);
  ASSERT_EQ(ran.code, 0) << ran.err;
  const nlohmann::json json = nlohmann::json::parse(ran.out);
  ASSERT_EQ(json["trend"].size(), 3);
  EXPECT_EQ(json["trend"][0]["period"], "2022-Q1");
  EXPECT_EQ(json["trend"][2]["period"], "2022-Q3");
  EXPECT_EQ(json["trend"][2]["scores"][0]["name"], "institutions/gob/plans/strategy");
  EXPECT_EQ(json["trend"][2]["scores"][0]["score"], "50");
  EXPECT_EQ(json["result"]["root"]["score"]["decimal"], "50");
}

TEST_F(ScorecardTest, ATrendThatIsAskedForShowsNumbersToo) {
  const Ran ran = RunAthenactl({"scorecard", "2022-Q3", "--trend=2"}, options_);
  EXPECT_THAT(ran.out, HasSubstr("SCORES    2022-Q1  2022-Q2  2022-Q3\n"
                                 "Strategy     50.0     50.0     50.0\n"));
}

TEST_F(ScorecardTest, OnlyTakesStatusesAndNothingElse) {
  EXPECT_EQ(RunAthenactl({"scorecard", "2022-Q4", "--only", "red,NO_SCORE"}, options_).code, 0);
  const Ran ran = RunAthenactl({"scorecard", "2022-Q4", "--only", "red,blue"}, options_);
  EXPECT_EQ(ran.code, 2);
  EXPECT_THAT(ran.err, HasSubstr("--only got blue, want some of green,amber,red,no-score,n/a"));
}

TEST_F(ScorecardTest, TrendListsTheQuartersUpToTheOneNamed) {
  const Ran usual = RunAthenactl({"trend", "gob", "2022-Q4"}, options_);
  EXPECT_EQ(usual.code, 0) << usual.err;
  EXPECT_THAT(usual.out, HasSubstr("2021-Q1  2021-Q2"));
  EXPECT_THAT(usual.out, HasSubstr("57.0 ▲"));
  ASSERT_THAT(reporting_.lists(), SizeIs(1));
  EXPECT_EQ(reporting_.lists()[0].parent(), "institutions/gob/plans/strategy");
  EXPECT_EQ(reporting_.lists()[0].first_quarter(), "2021-Q1");
  EXPECT_EQ(reporting_.lists()[0].depth(), 1);
  const Ran three = RunAthenactl({"trend", "gob", "2022-Q4", "--quarters", "3", "--depth", "0",
                                  "--language", "nl", "--as-of", "2022-12-31"},
                                 options_);
  EXPECT_EQ(three.code, 0) << three.err;
  EXPECT_EQ(reporting_.lists()[1].first_quarter(), "2022-Q2");
  EXPECT_EQ(reporting_.lists()[1].depth(), 0);
  EXPECT_TRUE(reporting_.lists()[1].as_of().has_time());
  EXPECT_THAT(three.out, HasSubstr("52,0 ▲"));
  EXPECT_EQ(RunAthenactl({"trend", "gob", "2022-Q4", "--quarters", "0"}, options_).code, 2);
  EXPECT_EQ(RunAthenactl({"trend", "gob", "2022-Q4", "--quarters", "41"}, options_).code, 2);
}

TEST_F(ScorecardTest, BoardAsksForTheTableOfAQuarter) {
  const Ran usual = RunAthenactl({"board", "gob", "2022-Q4"}, options_);
  EXPECT_EQ(usual.code, 0) << usual.err;
  EXPECT_THAT(usual.out, HasSubstr("Strategy · fourth quarter of 2022"));
  EXPECT_THAT(usual.out, HasSubstr("What is red, and why: 0 of 1"));
  ASSERT_THAT(reporting_.boards(), SizeIs(1));
  EXPECT_EQ(reporting_.boards()[0].name(),
            "institutions/gob/plans/strategy/scorecards/2022-Q4/boardTable");
  const Ran filtered =
      RunAthenactl({"board", "gob", "2022-Q4", "--scope", "Overarching", "--priority", "2",
                    "--unit", "it", "--language", "nl", "--as-of", "2022-12-31", "--json"},
                   options_);
  EXPECT_EQ(filtered.code, 0) << filtered.err;
  EXPECT_EQ(nlohmann::json::parse(filtered.out)["title"], "Strategy");
  const reporting::GetBoardTableRequest request = reporting_.boards()[1];
  EXPECT_EQ(request.scope(), athena::plan::v1::Element::SCOPE_OVERARCHING);
  EXPECT_EQ(request.max_priority(), 2);
  EXPECT_EQ(request.unit(), "institutions/gob/units/it");
  EXPECT_EQ(request.language_code(), "nl");
  EXPECT_TRUE(request.as_of().has_time());
  EXPECT_EQ(RunAthenactl({"board", "gob", "2022-Q4", "--scope", "wide"}, options_).code, 2);
  EXPECT_EQ(RunAthenactl({"board", "gob", "2022-Q4", "--priority", "6"}, options_).code, 2);
}

TEST_F(ScorecardTest, ExplainNamesThePlanAnElementOrAnIndicator) {
  const Ran plan = RunAthenactl({"explain", "gob", "2022-Q4", "--language", "nl"}, options_);
  EXPECT_EQ(plan.code, 0) << plan.err;
  EXPECT_THAT(plan.out, HasSubstr(" 1.  The mean of the parts is 50.\n"));
  ASSERT_THAT(reporting_.explanations(), SizeIs(1));
  EXPECT_EQ(reporting_.explanations()[0].name(),
            "institutions/gob/plans/strategy/scorecards/2022-Q4");
  EXPECT_EQ(reporting_.explanations()[0].language_code(), "nl");
  EXPECT_FALSE(reporting_.explanations()[0].has_as_of());
  const Ran link = RunAthenactl({"explain", "gob", "2022-Q4", "--element", "e3", "--indicator",
                                 "headcount", "--slice", "sex=F", "--as-of", "closing"},
                                options_);
  EXPECT_EQ(link.code, 0) << link.err;
  const reporting::ExplainScoreRequest request = reporting_.explanations()[1];
  EXPECT_EQ(request.element(), "institutions/gob/plans/strategy/elements/e3");
  EXPECT_EQ(request.indicator(), "institutions/gob/indicators/headcount");
  EXPECT_EQ(request.slice().at("sex"), "F");
  EXPECT_TRUE(request.as_of().closing());
  const Ran alone = RunAthenactl({"explain", "gob", "2022-Q4", "--indicator", "x"}, options_);
  EXPECT_EQ(alone.code, 2);
  EXPECT_THAT(alone.err, HasSubstr("--indicator needs --element"));
  const Ran json = RunAthenactl({"explain", "gob", "2022-Q4", "--json"}, options_);
  EXPECT_EQ(nlohmann::json::parse(json.out)["title"], "Strategy");
}

TEST_F(ScorecardTest, CompareTakesAQuarterOrAPointInHistory) {
  const Ran closing = RunAthenactl({"compare", "gob", "2022-Q4", "--since", "closing"}, options_);
  EXPECT_EQ(closing.code, 0) << closing.err;
  EXPECT_THAT(closing.out, HasSubstr("Strategy"));
  ASSERT_THAT(reporting_.comparisons(), SizeIs(1));
  EXPECT_TRUE(reporting_.comparisons()[0].from_as_of().closing());
  EXPECT_FALSE(reporting_.comparisons()[0].has_as_of());
  const Ran published =
      RunAthenactl({"compare", "gob", "2022-Q4", "--since", "published"}, options_);
  EXPECT_EQ(published.code, 0) << published.err;
  EXPECT_THAT(reporting_.asked(),
              ElementsAre("institutions/gob/plans/strategy/scorecards/2022-Q4"));
  EXPECT_EQ(reporting_.comparisons()[1].from_as_of().point_case(),
            reporting::ScorecardAsOf::kPublication);
  const Ran quarter = RunAthenactl({"compare", "gob", "2022-Q4", "--from", "2022-Q3", "--as-of",
                                    "2023-01-31", "--element", "e3"},
                                   options_);
  EXPECT_EQ(quarter.code, 0) << quarter.err;
  const reporting::CompareScorecardsRequest request = reporting_.comparisons()[2];
  EXPECT_EQ(request.from_quarter(), "2022-Q3");
  EXPECT_FALSE(request.has_from_as_of());
  EXPECT_EQ(TimeText(request.as_of().time()), "2023-01-31 22:59:59");
  EXPECT_EQ(request.element(), "institutions/gob/plans/strategy/elements/e3");
  EXPECT_EQ(RunAthenactl({"compare", "gob", "2022-Q4"}, options_).code, 2);
  EXPECT_EQ(RunAthenactl({"compare", "gob", "2022-Q4", "--since", "17"}, options_).code, 2);
}

TEST_F(ScorecardTest, AsOfTakesTheClosing) {
  EXPECT_EQ(RunAthenactl({"scorecard", "2022-Q4", "--as-of", "closing"}, options_).code, 0);
  EXPECT_TRUE(reporting_.requests().back().as_of().closing());
  EXPECT_EQ(RunAthenactl({"trend", "2022-Q4", "--as-of", "closing"}, options_).code, 0);
  EXPECT_TRUE(reporting_.lists().back().as_of().closing());
}

}  // namespace
}  // namespace athena::athenactl
