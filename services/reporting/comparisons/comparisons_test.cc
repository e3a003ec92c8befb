// CompareScorecards, and scorecards of closed quarters, over the fakes of the other two services.

#include "services/reporting/comparisons/comparisons.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "libs/fields/fields.h"
#include "libs/status/testing/matchers.h"
#include "services/reporting/scorecards/testing/scorecards_fixture.h"

namespace athena::reporting {
namespace {

using status::testing::Refuses;
using status::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::kPlan;
using testing::kVisits;
using ::testing::SizeIs;
using Cause = v1::DifferenceCause;

constexpr char kElement[] = "institutions/gob/plans/p/elements/e1";
const absl::CivilDay kClosed(2021, 4, 20);

class ComparisonsTest : public testing::ScorecardsTest {
 protected:
  ComparisonsTest() {
    // Before the closing on 20 April the value was 200; since, a correction made it 250.
    plan_.revision_before = 5;
    indicator_.revision_before = 9;
    indicator_.value_before = "200";
    indicator_.more_definition.mutable_indicator()->set_kind(indicator::v1::Indicator::KIND_BASE);
  }

  static indicator::v1::Closing Closing(indicator::v1::Closing::State state, int64_t revision) {
    indicator::v1::Closing closing;
    closing.set_quarter("2021-Q1");
    closing.set_state(state);
    closing.set_revision(revision);
    *closing.mutable_update_time() = fields::TimestampOf(
        absl::FromCivil(absl::CivilSecond(kClosed) + 12 * 3600, absl::UTCTimeZone()));
    return closing;
  }
  void Close() { indicator_.closings = {Closing(indicator::v1::Closing::STATE_CLOSED, 9)}; }

  static v1::CompareScorecardsRequest SinceClosing() {
    v1::CompareScorecardsRequest request;
    request.set_name(std::string(kPlan) + "/scorecards/2021-Q1");
    request.mutable_from_as_of()->set_closing(true);
    return request;
  }

  v1::ScorecardComparison Compare(const v1::CompareScorecardsRequest& request = SinceClosing()) {
    const absl::StatusOr<v1::ScorecardComparison> comparison = reporting_->Compare(request);
    ATHENA_EXPECT_OK(comparison);
    return comparison.ok() ? *comparison : v1::ScorecardComparison();
  }

  static indicator::v1::ObservationRecord Record(int64_t revision) {
    indicator::v1::ObservationRecord record;
    record.mutable_observation()->set_period("2021-03");
    record.mutable_observation()->set_value(1);
    record.set_revision(revision);
    return record;
  }
  // The push of revision 11: a correction.
  void Push(const std::string& reason) {
    indicator_.observations[kVisits] = {Record(3), Record(11), Record(11)};
    indicator::v1::Push push;
    push.set_sender("hr-system");
    push.set_push_id("march-again");
    push.set_correction_reason(reason);
    indicator_.pushes["institutions/gob/pushes/11"] = push;
  }

  static common::v1::Revision Edit(int64_t revision, const std::string& action,
                                   const std::string& resource,
                                   const std::vector<std::string>& paths) {
    common::v1::Revision message;
    message.set_revision(revision);
    message.set_action(action);
    message.set_subject("ann");
    message.set_reason("agreed");
    common::v1::ResourceChange& change = *message.add_changes();
    change.set_resource(resource);
    change.set_kind(common::v1::ResourceChange::KIND_UPDATED);
    for (const std::string& path : paths) change.add_differences()->set_path(path);
    return message;
  }
};

std::vector<std::string> Causes(const v1::ScoreDifference& difference) {
  std::vector<std::string> causes;
  for (const Cause& cause : difference.causes()) {
    causes.push_back(Cause::Kind_Name(cause.kind()).substr(5));
  }
  return causes;
}

TEST_F(ComparisonsTest, ACorrectionSinceTheClosingIsNamedWithItsPush) {
  Close();
  Push("misread meter");
  const v1::ScorecardComparison comparison = Compare();
  EXPECT_EQ(comparison.from().basis().plan_revision(), 5);
  EXPECT_EQ(comparison.from().basis().date().day(), 20);
  EXPECT_TRUE(comparison.from().has_close_time());
  EXPECT_EQ(comparison.to().basis().plan_revision(), 7);
  // The plan, the element and the indicator: 33.3 > 50.
  ASSERT_THAT(comparison.differences(), SizeIs(3));
  EXPECT_EQ(comparison.unchanged(), 0);
  const v1::ScoreDifference& visits = comparison.differences(2);
  EXPECT_EQ(visits.name(), kElement);
  EXPECT_EQ(visits.indicator(), kVisits);
  EXPECT_EQ(visits.from().score().decimal(), "33.333333333333");
  EXPECT_EQ(visits.to().score().decimal(), "50");
  EXPECT_EQ(visits.from_measure().value().decimal(), "200");
  EXPECT_EQ(visits.to_measure().value().decimal(), "250");
  ASSERT_THAT(Causes(visits), ElementsAre("CORRECTION"));
  EXPECT_EQ(visits.causes(0).cells(), 2);
  const v1::ComparedRevision& revision = comparison.revisions(visits.causes(0).revision());
  EXPECT_EQ(revision.service(), "indicator");
  EXPECT_EQ(revision.revision(), 11);
  EXPECT_EQ(revision.push(), "institutions/gob/pushes/11");
  EXPECT_EQ(revision.push_id(), "march-again");
  EXPECT_EQ(revision.subject(), "hr-system");
  EXPECT_EQ(revision.reason(), "misread meter");
  // Above it, what differs below.
  EXPECT_THAT(Causes(comparison.differences(1)), ElementsAre("PART"));
  EXPECT_EQ(comparison.differences(1).causes(0).part(), kVisits);
  EXPECT_THAT(Causes(comparison.differences(0)), ElementsAre("PART"));
  EXPECT_EQ(comparison.differences(0).causes(0).part(), kElement);
}

TEST_F(ComparisonsTest, APushThatMayNotBeReadIsAPushWithoutItsSender) {
  Close();
  Push("");
  EXPECT_THAT(Causes(Compare().differences(2)), ElementsAre("PUSH"));
  indicator_.pushes.clear();
  const v1::ScorecardComparison comparison = Compare();
  EXPECT_THAT(Causes(comparison.differences(2)), ElementsAre("PUSH"));
  EXPECT_EQ(comparison.revisions(0).subject(), "");
}

TEST_F(ComparisonsTest, WhatIsTheSameIsCountedAndLeftOut) {
  Close();
  indicator_.value = "200";
  const v1::ScorecardComparison comparison = Compare();
  EXPECT_THAT(comparison.differences(), IsEmpty());
  EXPECT_EQ(comparison.unchanged(), 3);
}

TEST_F(ComparisonsTest, TargetsAndDefinitionsAreTold) {
  Close();
  indicator_history_.revisions[kVisits] = {
      Edit(8, "UpdateIndicator", kVisits, {"owner"}),  // before the closing
      Edit(10, "SetTarget", std::string(kVisits) + "/targets/1", {"anchors"}),
      Edit(11, "UpdateIndicator", kVisits, {"missing_policy"})};
  const v1::ScorecardComparison comparison = Compare();
  const v1::ScoreDifference& visits = comparison.differences(2);
  EXPECT_THAT(Causes(visits), ElementsAre("TARGET", "DEFINITION"));
  EXPECT_EQ(comparison.revisions(visits.causes(0).revision()).subject(), "ann");
  EXPECT_EQ(visits.causes(1).fields(0).path(), "missing_policy");
  EXPECT_THAT(comparison.revisions(), SizeIs(2));
}

TEST_F(ComparisonsTest, EditsOfThePlanAreToldByField) {
  Close();
  indicator_.value = "200";
  // A milestone that was reached joined the element: its score and that of the plan rise.
  plan::v1::Milestone& milestone = *plan_.more_element.add_milestones();
  milestone.set_id("m");
  *milestone.mutable_due_date() = fields::DateOf(absl::CivilDay(2021, 2, 1));
  *milestone.mutable_done_date() = fields::DateOf(absl::CivilDay(2021, 2, 1));
  plan_history_.revisions[kPlan] = {
      Edit(6, "UpdateElement", kElement,
           {"milestones[m]", "delivery_weight", std::string("indicators[") + kVisits + "].weight"}),
      Edit(7, "ValidateProgressReport", std::string(kElement) + "/progressReports/2021-Q1",
           {"state"}),
      Edit(7, "ValidateProgressReport", std::string(kElement) + "/progressReports/2020-Q1",
           {"state"})};
  const v1::ScorecardComparison comparison = Compare();
  ASSERT_THAT(comparison.differences(), SizeIs(2));
  EXPECT_EQ(comparison.unchanged(), 1);
  const v1::ScoreDifference& element = comparison.differences(1);
  ASSERT_THAT(Causes(element), ElementsAre("WEIGHT", "PLAN", "REPORT"));
  EXPECT_EQ(element.causes(0).fields(0).path(), "delivery_weight");
  EXPECT_EQ(element.causes(1).fields(0).path(), "milestones[m]");
  EXPECT_EQ(comparison.revisions(element.causes(1).revision()).service(), "plan");
}

TEST_F(ComparisonsTest, AChangedWeightOfALinkIsTheLinks) {
  Close();
  indicator_.value = "200";
  plan_.more_element.add_indicators()->set_indicator("institutions/gob/indicators/other");
  plan_.element_before = plan_.more_element;
  plan_.more_element.mutable_indicators(0)->set_weight(3);
  indicator_.values[0] = "200";
  plan_history_.revisions[kPlan] = {
      Edit(6, "UpdateElement", kElement, {"indicators[institutions/gob/indicators/other].weight"})};
  const v1::ScorecardComparison comparison = Compare();
  ASSERT_THAT(comparison.differences(), SizeIs(1));
  const v1::ScoreDifference& link = comparison.differences(0);
  EXPECT_EQ(link.indicator(), "institutions/gob/indicators/other");
  EXPECT_EQ(link.from_weight().decimal(), "1");
  EXPECT_EQ(link.to_weight().decimal(), "3");
  EXPECT_THAT(Causes(link), ElementsAre("WEIGHT"));
}

TEST_F(ComparisonsTest, WhatOnlyTheDayChangesBecameDue) {
  Close();
  indicator_.value = "200";
  // Nothing was recorded in between, but a milestone was due on 1 May.
  plan::v1::Milestone& milestone = *plan_.more_element.add_milestones();
  milestone.set_id("m");
  *milestone.mutable_due_date() = fields::DateOf(absl::CivilDay(2021, 5, 1));
  plan_.element_before = plan_.more_element;
  indicator_.closings[0].set_quarter("2021-Q2");
  v1::CompareScorecardsRequest request = SinceClosing();
  request.set_name(std::string(kPlan) + "/scorecards/2021-Q2");
  const v1::ScorecardComparison comparison = Compare(request);
  ASSERT_THAT(comparison.differences(), SizeIs(2));
  EXPECT_EQ(comparison.differences(1).name(), kElement);
  EXPECT_THAT(Causes(comparison.differences(1)), ElementsAre("BECAME_DUE"));
  EXPECT_THAT(Causes(comparison.differences(0)), ElementsAre("BECAME_DUE", "PART"));
  // An edit in between that changed nothing of it is no cause.
  plan_history_.revisions[kPlan] = {Edit(6, "UpdateElement", kElement, {"title"})};
  EXPECT_THAT(Causes(Compare(request).differences(1)), ElementsAre("BECAME_DUE"));
}

TEST_F(ComparisonsTest, TwoQuartersDifferByTheirQuarters) {
  indicator_.more_by_period["2021-Q2"].mutable_own()->mutable_value()->set_decimal("300");
  v1::CompareScorecardsRequest request;
  request.set_name(std::string(kPlan) + "/scorecards/2021-Q2");
  request.set_from_quarter("2021-Q1");
  const v1::ScorecardComparison comparison = Compare(request);
  EXPECT_EQ(comparison.from().period(), "2021-Q1");
  EXPECT_EQ(comparison.to().period(), "2021-Q2");
  ASSERT_THAT(comparison.differences(), SizeIs(3));
  EXPECT_THAT(Causes(comparison.differences(2)), ElementsAre("OTHER_QUARTER"));
  EXPECT_THAT(comparison.revisions(), IsEmpty());
}

TEST_F(ComparisonsTest, AnElementThatCameIsOnOneSideAlone) {
  Close();
  plan_.element_before.set_name("x");  // was another element
  const v1::ScorecardComparison comparison = Compare();
  int came = 0;
  int went = 0;
  for (const v1::ScoreDifference& difference : comparison.differences()) {
    came += difference.has_from() ? 0 : 1;
    went += difference.has_to() ? 0 : 1;
  }
  EXPECT_EQ(came, 2);  // the element and its indicator
  EXPECT_EQ(went, 2);
}

TEST_F(ComparisonsTest, SomethingHasToDiffer) {
  v1::CompareScorecardsRequest request = SinceClosing();
  request.clear_from_as_of();
  EXPECT_THAT(reporting_->Compare(request).status(), Refuses("INVALID_FIELDS"));
  request.set_from_quarter("2021");
  EXPECT_THAT(reporting_->Compare(request).status(),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("from_quarter")));
  request = SinceClosing();
  request.set_element(std::string(kPlan) + "/elements/none");
  Close();
  EXPECT_THAT(reporting_->Compare(request).status(), StatusIs(absl::StatusCode::kNotFound));
  request.mutable_from_as_of()->set_closing(false);
  EXPECT_THAT(reporting_->Compare(request).status(),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("from_as_of.closing")));
}

// --- Which revisions are causes

// The earlier side is that of indicator revision 9 and plan revision 5.
TEST_F(ComparisonsTest, WhatTheEarlierSideHadIsNoCause) {
  Close();
  Push("misread meter");
  indicator_.observations[kVisits].push_back(Record(9));
  indicator_history_.revisions[kVisits] = {
      Edit(9, "SetTarget", std::string(kVisits) + "/targets/1", {"anchors"})};
  plan_history_.revisions[kPlan] = {Edit(5, "UpdateElement", kElement, {"milestones[m]"})};
  const v1::ScorecardComparison comparison = Compare();
  EXPECT_THAT(Causes(comparison.differences(2)), ElementsAre("CORRECTION"));
  EXPECT_THAT(Causes(comparison.differences(1)), ElementsAre("PART"));
  EXPECT_THAT(comparison.revisions(), SizeIs(1));
  const indicator::v1::ListObservationsRequest request = indicator_.ObservationsRequests().back();
  EXPECT_EQ(request.filter(), "revision > 9");
  EXPECT_EQ(request.as_of().revision(), 11);
}

TEST_F(ComparisonsTest, SaysWhenThereMayBeMoreRevisions) {
  Close();
  EXPECT_FALSE(Compare().more_revisions());
  plan_history_.fault = {grpc::StatusCode::PERMISSION_DENIED, "not yours"};
  EXPECT_TRUE(Compare().more_revisions());
  plan_history_.fault = grpc::Status::OK;
  indicator_history_.fault = {grpc::StatusCode::PERMISSION_DENIED, "not yours"};
  EXPECT_TRUE(Compare().more_revisions());
  indicator_history_.fault = grpc::Status::OK;
  indicator_.hidden_observations = {kVisits};
  EXPECT_TRUE(Compare().more_revisions());
  indicator_.hidden_observations.clear();
  plan_history_.revisions[kPlan] = {Edit(6, "UpdateElement", kElement, {"title"})};
  EXPECT_FALSE(Compare().more_revisions());
  plan_history_.revisions[kPlan][0].set_more_changes(1);
  EXPECT_TRUE(Compare().more_revisions());
}

TEST_F(ComparisonsTest, FiveHundredRevisionsAreToldAndOfMoreThatThereAreSome) {
  Close();
  indicator_.revision = 510;
  std::vector<common::v1::Revision>& edits = indicator_history_.revisions[kVisits];
  for (int revision = 10; revision < 510; ++revision) {
    edits.push_back(Edit(revision, "UpdateIndicator", kVisits, {"owner"}));
  }
  v1::ScorecardComparison comparison = Compare();
  EXPECT_THAT(comparison.revisions(), SizeIs(500));
  EXPECT_FALSE(comparison.more_revisions());
  edits.push_back(Edit(510, "UpdateIndicator", kVisits, {"owner"}));
  comparison = Compare();
  EXPECT_THAT(comparison.revisions(), SizeIs(500));
  EXPECT_TRUE(comparison.more_revisions());
}

// A page has 10,000.
TEST_F(ComparisonsTest, CellsAreCountedOverAllPages) {
  Close();
  indicator_.observations[kVisits].assign(10'001, Record(11));
  EXPECT_EQ(Compare().differences(2).causes(0).cells(), 10'001);
}

// The formula `visits` reads `mid`, a formula that reads `deep`.
TEST_F(ComparisonsTest, WhatHappenedToOperandsAtAnyDepthIsToldInOrder) {
  Close();
  indicator_.more_definition.mutable_indicator()->set_kind(indicator::v1::Indicator::KIND_FORMULA);
  indicator_.more_definition.mutable_indicator()->set_formula("mid / 2");
  const std::string mid = "institutions/gob/indicators/mid";
  const std::string deep = "institutions/gob/indicators/deep";
  indicator::v1::Indicator& formula = *indicator_.definitions[mid].mutable_indicator();
  formula.set_name(mid);
  formula.set_kind(indicator::v1::Indicator::KIND_FORMULA);
  formula.set_formula("deep * 3");
  indicator::v1::Indicator& base = *indicator_.definitions[deep].mutable_indicator();
  base.set_name(deep);
  base.set_kind(indicator::v1::Indicator::KIND_BASE);
  indicator_.observations[deep] = {Record(10)};
  indicator_history_.revisions[mid] = {Edit(11, "UpdateIndicator", mid, {"formula"})};
  const v1::ScorecardComparison comparison = Compare();
  const v1::ScoreDifference& visits = comparison.differences(2);
  ASSERT_THAT(Causes(visits), ElementsAre("PUSH", "DEFINITION"));
  EXPECT_EQ(visits.causes(0).part(), deep);
  EXPECT_EQ(visits.causes(1).part(), mid);
}

// Cells of an evaluation period that is not a quarter are those of that period.
TEST_F(ComparisonsTest, PushesAreLookedForInTheEvaluationPeriod) {
  Close();
  ATHENA_ASSERT_OK(reporting_->Compare(SinceClosing()));
  EXPECT_EQ(indicator_.ObservationsRequests().back().start_period(), "2021-Q1");
  EXPECT_EQ(indicator_.ObservationsRequests().back().end_period(), "2021-Q1");
  indicator_.evaluated[0] = "2020-S2";
  indicator_.token = "another";
  ATHENA_ASSERT_OK(reporting_->Compare(SinceClosing()));
  EXPECT_EQ(indicator_.ObservationsRequests().back().start_period(), "2020-S2");
  EXPECT_EQ(indicator_.ObservationsRequests().back().end_period(), "2020-S2");
}

TEST_F(ComparisonsTest, AnEditOfALinkIsACauseForItsIndicatorAlone) {
  Close();
  Push("misread meter");
  plan_history_.revisions[kPlan] = {
      Edit(6, "UpdateElement", kElement, {std::string("indicators[") + kVisits + "2].weight"}),
      Edit(7, "UpdateElement", kElement, {std::string("indicators[") + kVisits + "].critical"})};
  const v1::ScorecardComparison comparison = Compare();
  const v1::ScoreDifference& visits = comparison.differences(2);
  ASSERT_THAT(Causes(visits), ElementsAre("PLAN", "CORRECTION"));
  EXPECT_THAT(visits.causes(0).fields(), SizeIs(1));
  EXPECT_EQ(comparison.revisions(visits.causes(0).revision()).revision(), 7);
  EXPECT_THAT(Causes(comparison.differences(1)), ElementsAre("PART"));
  // Those of the plan come first.
  ASSERT_THAT(comparison.revisions(), SizeIs(3));
  EXPECT_EQ(comparison.revisions(0).revision(), 6);
  EXPECT_EQ(comparison.revisions(1).revision(), 7);
  EXPECT_EQ(comparison.revisions(2).service(), "indicator");
}

class ChangedElementTest : public ComparisonsTest {
 protected:
  // A milestone that was reached joined the element: its score and that of the plan rise.
  ChangedElementTest() {
    Close();
    indicator_.value = "200";
    plan::v1::Milestone& milestone = *plan_.more_element.add_milestones();
    milestone.set_id("m");
    *milestone.mutable_due_date() = fields::DateOf(absl::CivilDay(2021, 2, 1));
    *milestone.mutable_done_date() = fields::DateOf(absl::CivilDay(2021, 2, 1));
  }
};

TEST_F(ChangedElementTest, WeightsAreTheirOwnCause) {
  plan_history_.revisions[kPlan] = {
      Edit(6, "UpdateElement", kElement,
           {"delivery_weight", "milestones[m]", std::string("indicators[") + kVisits + "].weight"}),
      Edit(7, "UpdateElement", kElement, {"weight"})};
  const v1::ScorecardComparison comparison = Compare();
  const v1::ScoreDifference& element = comparison.differences(1);
  ASSERT_THAT(Causes(element), ElementsAre("WEIGHT", "PLAN", "WEIGHT"));
  ASSERT_THAT(element.causes(0).fields(), SizeIs(1));
  EXPECT_EQ(element.causes(0).fields(0).path(), "delivery_weight");
  ASSERT_THAT(element.causes(1).fields(), SizeIs(1));
  EXPECT_EQ(element.causes(1).fields(0).path(), "milestones[m]");
  EXPECT_EQ(element.causes(2).fields(0).path(), "weight");
}

TEST_F(ChangedElementTest, ReportsOfTheQuarterAndOfTheOneBeforeAreCauses) {
  const std::string reports = std::string(kElement) + "/progressReports/";
  plan_history_.revisions[kPlan] = {
      Edit(6, "ValidateProgressReport", reports + "2020-Q3", {"state"}),
      Edit(6, "ValidateProgressReport", reports + "2020-Q4", {"state"}),  // carried until due
      Edit(7, "ValidateProgressReport", reports + "2021-Q1", {"state"}),
      Edit(7, "ValidateProgressReport", reports + "2021-Q2", {"state"})};
  const v1::ScoreDifference element = Compare().differences(1);
  ASSERT_THAT(Causes(element), ElementsAre("REPORT", "REPORT"));
  EXPECT_EQ(element.causes(0).part(), reports + "2020-Q4");
  EXPECT_EQ(element.causes(1).part(), reports + "2021-Q1");
}

TEST_F(ChangedElementTest, AnEditOfThePlanIsTheCauseWhereThereIsNoOther) {
  plan_history_.revisions[kPlan] = {Edit(6, "UpdatePlan", kPlan, {"min_coverage"})};
  v1::ScorecardComparison comparison = Compare();
  ASSERT_THAT(Causes(comparison.differences(1)), ElementsAre("PLAN"));
  EXPECT_EQ(comparison.differences(1).causes(0).part(), kPlan);
  EXPECT_THAT(Causes(comparison.differences(0)), ElementsAre("PLAN", "PART"));
  plan_history_.revisions[kPlan].push_back(Edit(7, "UpdateElement", kElement, {"milestones[m]"}));
  comparison = Compare();
  ASSERT_THAT(Causes(comparison.differences(1)), ElementsAre("PLAN"));
  EXPECT_EQ(comparison.differences(1).causes(0).part(), kElement);
}

TEST_F(ChangedElementTest, WhatWasCreatedIsACauseAsAWhole) {
  plan_history_.revisions[kPlan] = {Edit(6, "CreateElement", kElement, {"title"})};
  plan_history_.revisions[kPlan][0].mutable_changes(0)->set_kind(
      common::v1::ResourceChange::KIND_CREATED);
  const v1::ScoreDifference element = Compare().differences(1);
  ASSERT_THAT(Causes(element), ElementsAre("PLAN"));
  EXPECT_THAT(element.causes(0).fields(), IsEmpty());
}

class QuartersComparedTest : public ComparisonsTest {
 protected:
  v1::ScorecardComparison CompareQuarters() {
    v1::CompareScorecardsRequest request;
    request.set_name(std::string(kPlan) + "/scorecards/2021-Q2");
    request.set_from_quarter("2021-Q1");
    return Compare(request);
  }
};

TEST_F(QuartersComparedTest, ACoverageAloneIsADifference) {
  indicator_.more_by_period["2021-Q2"].mutable_own()->set_present(2);
  const v1::ScorecardComparison comparison = CompareQuarters();
  ASSERT_THAT(comparison.differences(), SizeIs(3));
  const v1::ScoreDifference& visits = comparison.differences(2);
  EXPECT_EQ(visits.from().score().decimal(), visits.to().score().decimal());
  EXPECT_EQ(visits.from().coverage().share().decimal(), "1");
  EXPECT_EQ(visits.to().coverage().share().decimal(), "0.666666666667");
}

// 1,000 scores 100 against both targets.
TEST_F(QuartersComparedTest, ATargetAloneIsADifferenceOfTheIndicator) {
  indicator_.value = "1000";
  indicator_.more_by_period["2021-Q2"]
      .mutable_own()
      ->mutable_current()
      ->mutable_target()
      ->set_decimal("310");
  const v1::ScorecardComparison comparison = CompareQuarters();
  ASSERT_THAT(comparison.differences(), SizeIs(1));
  EXPECT_EQ(comparison.unchanged(), 2);
  EXPECT_EQ(comparison.differences(0).from_measure().target().decimal(), "300");
  EXPECT_EQ(comparison.differences(0).to_measure().target().decimal(), "310");
}

// --- Closed quarters

TEST_F(ComparisonsTest, AQuarterThatWasNeverClosedHasNoClosing) {
  EXPECT_THAT(reporting_->Compare(SinceClosing()).status(), Refuses("NEVER_CLOSED"));
  v1::GetScorecardRequest request = Asking();
  request.mutable_as_of()->set_closing(true);
  EXPECT_THAT(Get(request).status(),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("2021-Q1")));
  EXPECT_FALSE(Get()->has_closing());
}

TEST_F(ComparisonsTest, TheScorecardOfAClosedQuarterSaysWhatChangedSince) {
  Close();
  const absl::StatusOr<v1::Scorecard> card = Get();
  ATHENA_ASSERT_OK(card);
  ASSERT_TRUE(card->has_closing());
  EXPECT_EQ(absl::ToCivilDay(*fields::TimeOf(card->closing().close_time()), absl::UTCTimeZone()),
            kClosed);
  EXPECT_FALSE(card->closing().reopened());
  ASSERT_THAT(card->closing().differences(), SizeIs(3));
  const v1::ClosingDifference& element = card->closing().differences(1);
  EXPECT_EQ(element.name(), kElement);
  EXPECT_EQ(element.code(), "1");
  EXPECT_EQ(element.at_closing().score().decimal(), "33.333333333333");
  EXPECT_EQ(element.now().score().decimal(), "50");
  EXPECT_FALSE(element.became_due());
  EXPECT_EQ(card->closing().differences(2).indicator(), kVisits);
  // Only of what is asked for.
  v1::GetScorecardRequest root = Asking();
  root.set_depth(0);
  EXPECT_THAT(Get(root)->closing().differences(), SizeIs(1));
  // Of the scorecard itself nothing changes.
  EXPECT_EQ(card->result().root().score().decimal(), "50");
}

TEST_F(ComparisonsTest, WhatIsKnownOfAClosingIsAskedForOnceInARevision) {
  Close();
  const absl::StatusOr<v1::Scorecard> first = Get();
  ATHENA_ASSERT_OK(first);
  const size_t reads = plan_.Requests().size();
  const absl::StatusOr<v1::Scorecard> again = Get();
  ATHENA_ASSERT_OK(again);
  EXPECT_EQ(again->SerializeAsString(), first->SerializeAsString());
  EXPECT_EQ(indicator_.closings_asked, 1);
  EXPECT_EQ(plan_.Requests().size(), reads + 1);
  // A closing is a revision.
  indicator_.revision = 12;
  indicator_.closings = {Closing(indicator::v1::Closing::STATE_REOPENED, 12)};
  indicator_.closings_before = {Closing(indicator::v1::Closing::STATE_CLOSED, 9)};
  EXPECT_TRUE(Get()->closing().reopened());
}

TEST_F(ComparisonsTest, AScorecardAsItWasClosedDiffersInNothing) {
  Close();
  v1::GetScorecardRequest request = Asking();
  request.mutable_as_of()->set_closing(true);
  const absl::StatusOr<v1::Scorecard> card = Get(request);
  ATHENA_ASSERT_OK(card);
  EXPECT_EQ(card->result().root().score().decimal(), "33.333333333333");
  EXPECT_EQ(card->basis().date().day(), 20);
  EXPECT_TRUE(card->has_closing());
  EXPECT_THAT(card->closing().differences(), IsEmpty());
  v1::ListScorecardsRequest list;
  list.set_parent(kPlan);
  list.set_first_quarter("2021-Q1");
  list.set_last_quarter("2021-Q1");
  list.mutable_as_of()->set_closing(true);
  const auto lines = reporting_->List(list);
  ATHENA_ASSERT_OK(lines);
  EXPECT_EQ(lines->scorecards(0).scores(0).score().decimal(), "33.333333333333");
}

TEST_F(ComparisonsTest, AReopenedQuarterKeepsItsLastClosing) {
  indicator_.closings = {Closing(indicator::v1::Closing::STATE_REOPENED, 10)};
  indicator_.closings_before = {Closing(indicator::v1::Closing::STATE_CLOSED, 9)};
  indicator_.closings[0].mutable_update_time()->set_seconds(1);
  const absl::StatusOr<v1::Scorecard> card = Get();
  ATHENA_ASSERT_OK(card);
  EXPECT_TRUE(card->closing().reopened());
  EXPECT_EQ(absl::ToCivilDay(*fields::TimeOf(card->closing().close_time()), absl::UTCTimeZone()),
            kClosed);
}

TEST_F(ComparisonsTest, WhoMayNotReadClosingsGetsTheScorecardWithoutThem) {
  indicator_.closings_fault = {grpc::StatusCode::PERMISSION_DENIED, "not yours"};
  const absl::StatusOr<v1::Scorecard> card = Get();
  ATHENA_ASSERT_OK(card);
  EXPECT_FALSE(card->has_closing());
  v1::GetScorecardRequest request = Asking();
  request.mutable_as_of()->set_closing(true);
  EXPECT_THAT(Get(request).status(), StatusIs(absl::StatusCode::kPermissionDenied));
  indicator_.closings_fault = {grpc::StatusCode::UNAVAILABLE, "down"};
  indicator_.revision = 12;
  EXPECT_THAT(Get().status(), Refuses("DEPENDENCY_UNAVAILABLE"));
}

// As of the day of the closing, the milestone of 1 May was not due.
TEST_F(ComparisonsTest, AClosedQuarterTellsWhatOnlyBecameDueSince) {
  Close();
  indicator_.closings[0].set_quarter("2021-Q2");
  indicator_.value = "200";
  plan::v1::Milestone& milestone = *plan_.more_element.add_milestones();
  milestone.set_id("m");
  *milestone.mutable_due_date() = fields::DateOf(absl::CivilDay(2021, 5, 1));
  plan_.element_before = plan_.more_element;
  const absl::StatusOr<v1::Scorecard> card = Get(Asking("2021-Q2"));
  ATHENA_ASSERT_OK(card);
  ASSERT_THAT(card->closing().differences(), SizeIs(2));
  EXPECT_TRUE(card->closing().differences(0).became_due());
  EXPECT_TRUE(card->closing().differences(1).became_due());
}

TEST_F(ComparisonsTest, APlanWithoutTheQuarterAtItsClosingHasNothingToCompareWith) {
  Close();
  for (const grpc::StatusCode code :
       {grpc::StatusCode::NOT_FOUND, grpc::StatusCode::INVALID_ARGUMENT}) {
    plan_.fault_before = {code, "not then"};
    const absl::StatusOr<v1::Scorecard> card = Get();
    ATHENA_ASSERT_OK(card);
    EXPECT_TRUE(card->has_closing());
    EXPECT_THAT(card->closing().differences(), IsEmpty());
  }
  plan_.fault_before = {grpc::StatusCode::PERMISSION_DENIED, "not yours"};
  EXPECT_THAT(Get().status(), StatusIs(absl::StatusCode::kPermissionDenied));
}

// A restored backup counts revisions anew.
TEST_F(ComparisonsTest, TheClosingOfAnotherLineageIsAskedFor) {
  Close();
  indicator_.lineage = "00000000000000a1";
  ATHENA_ASSERT_OK_AND_ASSIGN(const v1::Scorecard before, Get());
  EXPECT_FALSE(before.closing().reopened());
  indicator_.lineage = "00000000000000b2";
  indicator_.closings = {Closing(indicator::v1::Closing::STATE_REOPENED, 10)};
  indicator_.closings_before = {Closing(indicator::v1::Closing::STATE_CLOSED, 9)};
  ATHENA_ASSERT_OK_AND_ASSIGN(const v1::Scorecard after, Get());
  EXPECT_TRUE(after.closing().reopened());
}

}  // namespace
}  // namespace athena::reporting
