// ExplainScore over the fakes of the other two services.

#include "services/reporting/explanations/explanations.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
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
using Step = v1::ExplanationStep;

class ExplanationsTest : public testing::ScorecardsTest {
 protected:
  static v1::ExplainScoreRequest OfElement(const std::string& language = "en") {
    v1::ExplainScoreRequest request;
    request.set_name(std::string(kPlan) + "/scorecards/2021-Q1");
    request.set_language_code(language);
    request.set_element(std::string(kPlan) + "/elements/e1");
    return request;
  }
  static v1::ExplainScoreRequest OfVisits(const std::string& language = "en") {
    v1::ExplainScoreRequest request = OfElement(language);
    request.set_indicator(kVisits);
    return request;
  }

  v1::Explanation Explain(const v1::ExplainScoreRequest& request) {
    const absl::StatusOr<v1::Explanation> explanation = reporting_->Explain(request);
    ATHENA_EXPECT_OK(explanation);
    return explanation.ok() ? *explanation : v1::Explanation();
  }

  // The indicator's definition: a monthly sum by desk.
  void DefineVisits() {
    indicator::v1::Indicator& definition = *indicator_.more_definition.mutable_indicator();
    definition.set_kind(indicator::v1::Indicator::KIND_BASE);
    definition.set_frequency(indicator::v1::Indicator::FREQUENCY_MONTHLY);
    definition.set_time_aggregation(indicator::v1::Indicator::TIME_AGGREGATION_SUM);
    definition.set_group_aggregation(indicator::v1::Indicator::GROUP_AGGREGATION_SUM);
    definition.add_dimensions()->set_id("desk");
    definition.set_unit("visits");
  }
};

std::vector<std::string> Sentences(const v1::Explanation& explanation) {
  std::vector<std::string> sentences;
  for (const Step& step : explanation.steps()) sentences.push_back(step.sentence());
  return sentences;
}

std::vector<std::string> Improvements(const v1::Explanation& explanation) {
  std::vector<std::string> sentences;
  for (const v1::Improvement& one : explanation.improvements()) sentences.push_back(one.sentence());
  return sentences;
}

const Step& StepOf(const v1::Explanation& explanation, Step::Kind kind) {
  for (const Step& step : explanation.steps()) {
    if (step.kind() == kind) return step;
  }
  ADD_FAILURE() << "no step " << Step::Kind_Name(kind);
  return Step::default_instance();
}

double Input(const Step& step, const std::string& name) {
  for (const v1::StepInput& input : step.inputs()) {
    if (input.name() == name) return std::stod(input.number().decimal());
  }
  ADD_FAILURE() << "no input " << name;
  return 0;
}

TEST_F(ExplanationsTest, AnIndicatorIsExplainedStepByStep) {
  DefineVisits();
  const v1::Explanation explanation = Explain(OfVisits());
  EXPECT_EQ(explanation.language(), "en");
  EXPECT_EQ(explanation.title(), "Bezoeken");
  EXPECT_EQ(explanation.title_language(), "nl");
  EXPECT_EQ(explanation.status(), v1::SCORECARD_STATUS_AMBER);
  EXPECT_THAT(
      Sentences(explanation),
      ElementsAre("The evaluated period is 2021-Q1.",
                  "Of 3 expected values 3 are there, a coverage of 100 %; the indicator needs all "
                  "of them.",
                  "The value is 250\u00A0visits, the sum over time and the sum over series.",
                  "The target is at least 300\u00A0visits, and below 200\u00A0visits it is RED.",
                  "250\u00A0visits against a target of 300\u00A0visits and a red flag of "
                  "200\u00A0visits scores 50.0 of 100.",
                  "The value is worse than the target and no worse than the red flag: AMBER."));
  EXPECT_THAT(Improvements(explanation),
              ElementsAre("The value has to be at least 300\u00A0visits (now 250\u00A0visits)."));
  EXPECT_EQ(explanation.improvements(0).required().decimal(), "300");
  EXPECT_EQ(explanation.improvements(0).side(), v1::Improvement::SIDE_AT_LEAST);
  EXPECT_EQ(explanation.basis().plan_revision(), 7);
}

TEST_F(ExplanationsTest, SentencesAreInTheLanguageAskedForAndNumbersToo) {
  DefineVisits();
  indicator_.value = "1234.5";
  const v1::Explanation dutch = Explain(OfVisits("nl-BE"));
  EXPECT_EQ(dutch.language(), "nl");
  EXPECT_THAT(StepOf(dutch, Step::KIND_VALUE).sentence(), HasSubstr("De waarde is 1.234"));
  EXPECT_THAT(StepOf(dutch, Step::KIND_OUTCOME).sentence(), HasSubstr("GROEN"));
  EXPECT_THAT(Improvements(dutch), IsEmpty());
  const v1::Explanation french = Explain(OfVisits("fr"));
  EXPECT_THAT(StepOf(french, Step::KIND_VALUE).sentence(), HasSubstr("La valeur est"));
  // The plan's first language where there are no sentences in the one asked for.
  EXPECT_EQ(Explain(OfVisits("de")).language(), "nl");
  EXPECT_EQ(Explain(OfVisits("")).language(), "nl");
}

TEST_F(ExplanationsTest, TheNumbersOfTheStepsRecomputeToTheScore) {
  DefineVisits();
  for (const char* value : {"-40", "0", "199.99", "200", "233.333333333333", "299", "300", "412"}) {
    indicator_.value = value;
    const v1::Explanation explanation = Explain(OfVisits());
    const Step& step = StepOf(explanation, Step::KIND_SCORE);
    EXPECT_EQ(step.formula(), "clamp(100 * (value - red_flag + d) / (3 * d), 0, 100)");
    const double d = Input(step, "d");
    EXPECT_EQ(d, Input(step, "target") - Input(step, "red_flag"));
    const double raw = 100 * (Input(step, "value") - Input(step, "red_flag") + d) / (3 * d);
    EXPECT_NEAR(std::stod(step.result().decimal()), std::clamp(raw, 0.0, 100.0), 1e-9) << value;
    EXPECT_EQ(step.result().decimal(), explanation.score().decimal());
  }
}

TEST_F(ExplanationsTest, ARangeIsExplainedByItsWorseSide) {
  DefineVisits();
  indicator_.has_target = false;
  indicator_.more_definition.mutable_indicator()->set_direction(
      indicator::v1::Indicator::DIRECTION_RANGE);
  indicator::v1::Thresholds& range = *indicator_.more_value.mutable_own()->mutable_current();
  range.set_direction(indicator::v1::Indicator::DIRECTION_RANGE);
  range.mutable_low()->set_decimal("100");
  range.mutable_high()->set_decimal("200");
  range.mutable_red_low()->set_decimal("50");
  range.mutable_red_high()->set_decimal("300");
  const v1::Explanation explanation = Explain(OfVisits());
  EXPECT_THAT(StepOf(explanation, Step::KIND_TARGET).sentence(), HasSubstr("from 100"));
  EXPECT_EQ(StepOf(explanation, Step::KIND_SCORE).formula(),
            "clamp(100 * (value - red_high + d) / (3 * d), 0, 100)");
  EXPECT_EQ(Input(StepOf(explanation, Step::KIND_SCORE), "d"), -100);
  EXPECT_EQ(explanation.improvements(0).side(), v1::Improvement::SIDE_AT_MOST);
  EXPECT_EQ(explanation.improvements(0).required().decimal(), "200");
}

TEST_F(ExplanationsTest, CellsAreNamedWithTheirPushesAndMissingOnesToo) {
  DefineVisits();
  indicator_.has_value = false;
  indicator::v1::Measured& own = *indicator_.more_value.mutable_own();
  own.set_present(1);
  own.set_reason(indicator::v1::NO_VALUE_REASON_INCOMPLETE);
  indicator::v1::ObservationRecord record;
  record.mutable_observation()->set_period("2021-01");
  (*record.mutable_observation()->mutable_dimensions())["desk"] = "N";
  record.mutable_observation()->set_value(80.1);
  record.set_revision(5);
  indicator_.observations[kVisits] = {record};
  record.set_revision(12);  // later than the scorecard
  indicator_.observations[kVisits].push_back(record);
  indicator::v1::PeriodValue missing;
  missing.set_asked("2021-02");
  (*missing.mutable_group())["desk"] = "N";
  missing.mutable_own()->set_expected(1);
  missing.mutable_own()->set_reason(indicator::v1::NO_VALUE_REASON_OVERDUE);
  indicator::v1::PeriodValue there = missing;
  there.set_asked("2021-01");
  there.mutable_own()->set_present(1);
  there.mutable_own()->clear_reason();
  indicator_.groups = {there, missing};

  const v1::Explanation explanation = Explain(OfVisits());
  EXPECT_EQ(explanation.status(), v1::SCORECARD_STATUS_NO_SCORE);
  EXPECT_THAT(Sentences(explanation),
              ::testing::Contains("So there is no score: too many expected values are missing."));
  EXPECT_THAT(Improvements(explanation),
              ElementsAre("The missing values have to be sent: 1 of 3 are there.",
                          "The value has to be at least 300\u00A0visits."));
  ASSERT_THAT(explanation.sources(), SizeIs(1));
  const v1::ExplainedSource& source = explanation.sources(0);
  ASSERT_THAT(source.cells(), SizeIs(1));
  EXPECT_EQ(source.cells(0).push(), "institutions/gob/pushes/5");
  EXPECT_EQ(source.cells(0).value().decimal(), "80.1");
  ASSERT_THAT(source.missing_cells(), SizeIs(1));
  EXPECT_EQ(source.missing_cells(0).period(), "2021-02");
  EXPECT_EQ(source.missing_cells(0).dimensions().at("desk"), "N");
  EXPECT_EQ(source.missing_cells(0).reason(), v1::SCORECARD_REASON_OVERDUE);
  // The months and the desks are what was asked for.
  const auto requests = indicator_.Requests();
  EXPECT_THAT(requests.back().periods(), ElementsAre("2021-01", "2021-02", "2021-03"));
  EXPECT_THAT(requests.back().selections(0).group_by(), ElementsAre("desk"));
}

TEST_F(ExplanationsTest, OperandsOfAFormulaAreSources) {
  indicator::v1::Indicator& definition = *indicator_.more_definition.mutable_indicator();
  definition.set_kind(indicator::v1::Indicator::KIND_FORMULA);
  definition.set_formula("1 - breaches{type=\"1\"} / attendances");
  indicator::v1::SelectionDefinition base;
  base.mutable_indicator()->set_kind(indicator::v1::Indicator::KIND_BASE);
  indicator_.definitions["institutions/gob/indicators/breaches"] = base;
  indicator_.definitions["institutions/gob/indicators/attendances"] = base;
  const v1::Explanation explanation = Explain(OfVisits());
  ASSERT_THAT(explanation.sources(), SizeIs(3));
  EXPECT_EQ(explanation.sources(1).indicator(), "institutions/gob/indicators/breaches");
  EXPECT_EQ(explanation.sources(1).slice().at("type"), "1");
  EXPECT_EQ(explanation.sources(2).indicator(), "institutions/gob/indicators/attendances");
  EXPECT_EQ(StepOf(explanation, Step::KIND_VALUE).formula(), definition.formula());
}

TEST_F(ExplanationsTest, WhatMayNotBeReadIsSaidToBeSo) {
  indicator_.has_value = false;
  indicator_.has_target = false;
  indicator_.more_value.mutable_own()->set_reason(
      indicator::v1::NO_VALUE_REASON_INDICATOR_NOT_READABLE);
  const v1::Explanation explanation = Explain(OfVisits());
  EXPECT_THAT(Sentences(explanation),
              ElementsAre("So there is no score: the indicator does not exist, or you may not read "
                          "it."));
  EXPECT_EQ(explanation.improvements(0).kind(), v1::Improvement::KIND_ACCESS);
  EXPECT_THAT(explanation.sources(), IsEmpty());
}

TEST_F(ExplanationsTest, EveryReasonHasASentence) {
  struct Case {
    indicator::v1::NoValueReason reason;
    v1::Improvement::Kind improvement;
  };
  indicator_.has_value = false;
  for (const Case& one :
       {Case{indicator::v1::NO_VALUE_REASON_NOT_DUE, v1::Improvement::KIND_WAIT},
        Case{indicator::v1::NO_VALUE_REASON_NO_DATA, v1::Improvement::KIND_SEND_DATA},
        Case{indicator::v1::NO_VALUE_REASON_OVERDUE, v1::Improvement::KIND_SEND_DATA},
        Case{indicator::v1::NO_VALUE_REASON_OPERAND, v1::Improvement::KIND_SEND_DATA},
        Case{indicator::v1::NO_VALUE_REASON_NO_COMMON_CELLS, v1::Improvement::KIND_SEND_DATA},
        Case{indicator::v1::NO_VALUE_REASON_DIV0, v1::Improvement::KIND_DEFINITION},
        Case{indicator::v1::NO_VALUE_REASON_NOT_ADDITIVE, v1::Improvement::KIND_DEFINITION},
        Case{indicator::v1::NO_VALUE_REASON_OVERFLOW, v1::Improvement::KIND_DEFINITION}}) {
    indicator_.more_value.mutable_own()->set_reason(one.reason);
    indicator_.token = std::to_string(one.reason);
    for (const char* language : {"nl", "fr", "en"}) {
      const v1::Explanation explanation = Explain(OfVisits(language));
      const std::string outcome = StepOf(explanation, Step::KIND_OUTCOME).sentence();
      EXPECT_THAT(outcome, HasSubstr(": "));
      EXPECT_EQ(outcome.back(), '.');
      ASSERT_THAT(explanation.improvements(), ::testing::Not(IsEmpty()));
      EXPECT_EQ(explanation.improvements(0).kind(), one.improvement);
    }
  }
}

TEST_F(ExplanationsTest, AnIndicatorWithoutTargetNeedsOne) {
  indicator_.has_target = false;
  const v1::Explanation explanation = Explain(OfVisits());
  EXPECT_EQ(explanation.status(), v1::SCORECARD_STATUS_NOT_APPLICABLE);
  EXPECT_THAT(Sentences(explanation), ::testing::Contains("There is no target for the period."));
  EXPECT_EQ(explanation.improvements(0).kind(), v1::Improvement::KIND_SET_TARGET);
}

TEST_F(ExplanationsTest, AScaledTargetNamesTheWholeOne) {
  DefineVisits();
  indicator_.more_value.mutable_own()->set_judged(2);
  indicator_.more_value.mutable_own()->mutable_current_unscaled()->mutable_target()->set_decimal(
      "450");
  const v1::Explanation explanation = Explain(OfVisits());
  EXPECT_EQ(StepOf(explanation, Step::KIND_PERIOD).sentence(),
            "The evaluated period is 2021-Q1, of which 2 of 3 sub-periods are judged so far.");
  const Step& target = StepOf(explanation, Step::KIND_TARGET);
  EXPECT_THAT(target.sentence(), HasSubstr("for the whole period it is 450"));
  EXPECT_EQ(target.formula(), "whole_target * judged / all");
  EXPECT_EQ(Input(target, "whole_target") * Input(target, "judged") / Input(target, "all"),
            Input(target, "target"));
}

TEST_F(ExplanationsTest, AnElementIsExplainedByItsParts) {
  const v1::Explanation explanation = Explain(OfElement());
  EXPECT_EQ(explanation.code(), "1");
  EXPECT_THAT(Sentences(explanation),
              ElementsAre("Expected parts: 1; with a score: 1; that do not count: 0.",
                          "The coverage is 100 %, and the plan asks for at least 50 %.",
                          "The mean of the parts by their weights is 50.0.",
                          "A score of 50.0 is at least 33.3 and less than 66.7: AMBER."));
  const Step& mean = StepOf(explanation, Step::KIND_MEAN);
  ASSERT_THAT(mean.parts(), SizeIs(1));
  EXPECT_EQ(mean.parts(0).name(), kVisits);
  EXPECT_EQ(mean.result().decimal(), "50");
  ASSERT_THAT(explanation.improvements(), SizeIs(1));
  const v1::Improvement& improvement = explanation.improvements(0);
  EXPECT_EQ(improvement.kind(), v1::Improvement::KIND_PART_SCORE);
  EXPECT_EQ(improvement.required().decimal(), "66.666666666667");
  EXPECT_EQ(improvement.required_value().decimal(), "300");
  EXPECT_EQ(improvement.sentence(),
            "“Bezoeken” alone has to score at least 66.7 (now 50.0), which takes a value of at "
            "least 300.");
}

TEST_F(ExplanationsTest, CapsPoliciesAndDeliveriesAreSteps) {
  plan_.more_header.mutable_plan()->set_missing_policy(plan::v1::Plan::MISSING_POLICY_ZERO);
  indicator_.has_value = false;
  indicator_.more_value.mutable_own()->set_reason(indicator::v1::NO_VALUE_REASON_OVERDUE);
  plan::v1::Element& element = plan_.more_element;
  plan::v1::IndicatorLink& link = *element.add_indicators();
  link.set_indicator("institutions/gob/indicators/other");
  link.set_critical(true);
  plan::v1::Milestone& milestone = *element.add_milestones();
  milestone.set_id("m1");
  milestone.set_critical(true);
  *milestone.mutable_due_date() = fields::DateOf(absl::CivilDay(2021, 2, 1));
  (*milestone.mutable_title()->mutable_text())["nl"] = "Handvest";
  plan_.more_header.mutable_plan()->set_min_coverage(0.25);
  const v1::Explanation explanation = Explain(OfElement());
  EXPECT_THAT(
      Sentences(explanation),
      ElementsAre("Its own delivery: 0 of 1 milestones that were due are reached, a ratio of 0.00, "
                  "which scores 0.0.",
                  "Expected parts: 3; with a score: 1; that do not count: 0.",
                  "The coverage is 33 %, and the plan asks for at least 25 %.",
                  "Parts without a score count as 0.",
                  "The mean of the parts by their weights is 0.0.",
                  "A score of 0.0 is less than 33.3: RED.",
                  "The critical part “Bezoeken” has no score, so the status is AMBER at best; that "
                  "changes nothing here.",
                  "The critical milestone “Handvest” was missed, so the status is AMBER at best; "
                  "that changes nothing here."));
  EXPECT_EQ(StepOf(explanation, Step::KIND_MISSING_POLICY).plan_policy(),
            plan::v1::Plan::MISSING_POLICY_ZERO);
  ASSERT_THAT(StepOf(explanation, Step::KIND_DELIVERY).milestones(), SizeIs(1));
  EXPECT_EQ(StepOf(explanation, Step::KIND_DELIVERY).milestones(0).id(), "m1");
  // One group for the score, one for each cap.
  std::map<int, int> groups;
  for (const v1::Improvement& one : explanation.improvements()) ++groups[one.group()];
  EXPECT_THAT(groups, SizeIs(3));
  // The mean, by its parts.
  double weights = 0;
  double sum = 0;
  for (const v1::ExplainedPart& part : StepOf(explanation, Step::KIND_MEAN).parts()) {
    weights += std::stod(part.weight().decimal());
    sum += std::stod(part.weight().decimal()) * std::stod(part.score().decimal());
  }
  EXPECT_EQ(weights, 3);
  EXPECT_EQ(sum / weights, std::stod(explanation.score().decimal()));
}

TEST_F(ExplanationsTest, ProgressIsExplainedByItsReport) {
  // 1 October 2020 to 30 June 2021 are 273 days, 182 of them until 31 March: 50 / (100 x 182 /
  // 273).
  plan_.more_header.mutable_plan()->set_progress_expected_from("2021-Q1");
  plan::v1::Element& element = plan_.more_element;
  element.set_kind(plan::v1::Element::KIND_ACTION);
  *element.mutable_start_date() = fields::DateOf(absl::CivilDay(2020, 10, 1));
  *element.mutable_end_date() = fields::DateOf(absl::CivilDay(2021, 6, 30));
  plan::v1::ProgressReport report;
  report.set_name(std::string(kPlan) + "/elements/e1/progressReports/2021-Q1");
  report.set_quarter("2021-Q1");
  report.set_state(plan::v1::ProgressReport::STATE_SUBMITTED);
  report.set_percent_complete(50);
  plan_.reports = {report};
  const v1::Explanation explanation = Explain(OfElement());
  const Step& step = StepOf(explanation, Step::KIND_DELIVERY);
  EXPECT_EQ(step.sentence(),
            "Its own delivery: 50 % was reported done after 182 of 273 days (not validated yet), a "
            "ratio of 0.75, which scores 41.7.");
  const double ratio =
      Input(step, "percent_complete") * Input(step, "days") / (100 * Input(step, "elapsed_days"));
  EXPECT_NEAR(ratio, Input(step, "ratio"), 1e-12);
  EXPECT_NEAR(100 * (ratio - 0.5) / 0.6, std::stod(step.result().decimal()), 1e-9);
}

TEST_F(ExplanationsTest, StatesOfTheElementComeFirst) {
  *plan_.more_element.mutable_cancelled_on() = fields::DateOf(absl::CivilDay(2021, 2, 1));
  EXPECT_THAT(Sentences(Explain(OfElement())),
              ElementsAre("It is cancelled: neither it nor what is below it counts."));
  EXPECT_THAT(Sentences(Explain(OfVisits())),
              ElementsAre("The element is cancelled, so its indicators do not count."));
  EXPECT_EQ(Explain(OfElement()).improvements(0).kind(), v1::Improvement::KIND_RESUME);
  v1::ExplainScoreRequest later = OfElement();
  later.set_name(std::string(kPlan) + "/scorecards/2022-Q1");
  EXPECT_THAT(Sentences(Explain(later)),
              ElementsAre("The quarter 2022-Q1 has not begun on 2021-06-01, so nothing is scored "
                          "yet."));
}

TEST_F(ExplanationsTest, ThePlanIsExplainedByItsElements) {
  v1::ExplainScoreRequest request = OfElement();
  request.clear_element();
  const v1::Explanation explanation = Explain(request);
  EXPECT_EQ(explanation.title(), "Plan");
  ASSERT_THAT(StepOf(explanation, Step::KIND_PARTS).parts(), SizeIs(1));
  EXPECT_EQ(StepOf(explanation, Step::KIND_PARTS).parts(0).code(), "1");
  EXPECT_EQ(explanation.improvements(0).sentence(),
            "“1 Doel” alone has to score at least 66.7 (now 50.0).");
}

TEST_F(ExplanationsTest, AllFaultsOfARequestAreNamed) {
  v1::ExplainScoreRequest request = OfElement();
  request.set_name("x");
  request.set_language_code("???");
  request.clear_element();
  request.set_indicator("visits");
  const absl::Status status = reporting_->Explain(request).status();
  EXPECT_THAT(status, Refuses("INVALID_FIELDS"));
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("name")));
  request = OfVisits();
  request.set_indicator("institutions/gob/indicators/none");
  EXPECT_THAT(reporting_->Explain(request).status(), StatusIs(absl::StatusCode::kNotFound));
  request = OfVisits();
  (*request.mutable_slice())["desk"] = "N";
  EXPECT_THAT(reporting_->Explain(request).status(), StatusIs(absl::StatusCode::kNotFound));
}

}  // namespace
}  // namespace athena::reporting
