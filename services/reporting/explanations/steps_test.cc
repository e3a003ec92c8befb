// The numbers of the steps, recomputed, give the scores: over random plans.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <random>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/reporting/explanations/link_steps.h"
#include "services/reporting/explanations/node_steps.h"
#include "services/reporting/explanations/speaker.h"
#include "services/reporting/rules/scoring.h"
#include "services/reporting/rules/testing/plans.h"
#include "services/reporting/scorecards/messages/numbers.h"

namespace athena::reporting {
namespace {

using Step = v1::ExplanationStep;

// A scored plan, with the messages that explanations take names from.
ScoredPlan ScoredOf(Plan rules) {
  auto part = std::make_shared<OnArena<plan::v1::GetPlanTreeResponse>>();
  plan::v1::GetPlanTreeResponse& message = *part->get();
  message.mutable_header()->mutable_institution()->set_name("institutions/gob");
  message.mutable_header()->mutable_plan()->set_name("institutions/gob/plans/p");
  for (size_t i = 0; i < rules.elements.size(); ++i) {
    plan::v1::Element& element = *message.add_elements();
    element.set_name(absl::StrCat("institutions/gob/plans/p/elements/e", i));
    element.set_code(rules.elements[i].code);
    for (size_t k = 0; k < rules.elements[i].links.size(); ++k) {
      element.add_indicators()->set_indicator(
          absl::StrCat("institutions/gob/indicators/e", i, "-", k));
    }
  }
  ScoredPlan plan;
  plan.quarter = rules.quarter;
  plan.date = rules.date;
  plan.tree = MakePlanTree({part}).value();
  auto values = std::make_shared<PeriodValues>();
  values->definitions.resize(plan.tree->keys.size(), std::make_shared<DefinitionSummary>());
  values->values.resize(plan.tree->keys.size());
  for (size_t i = 0; i < rules.elements.size(); ++i) {
    for (size_t k = 0; k < rules.elements[i].links.size(); ++k) {
      Link& link = rules.elements[i].links[k];
      const int selection = plan.tree->links[i][k];
      link.key = plan.tree->keys[selection];
      auto value = std::make_shared<indicator::v1::PeriodValue>();
      value->set_period(rules.quarter.ToString());
      if (link.period.value.has_value()) {
        *value->mutable_own()->mutable_value() = NumberOf(*link.period.value);
      }
      values->values[selection] = std::move(value);
    }
  }
  plan.values = std::move(values);
  plan.outcome = Score(rules);
  plan.rules = std::move(rules);
  return plan;
}

long double Of(const common::v1::Number& number) { return std::stold(number.decimal()); }

long double InputOf(const Step& step, std::string_view name) {
  for (const v1::StepInput& input : step.inputs()) {
    if (input.name() == name) return Of(input.number());
  }
  ADD_FAILURE() << "no input " << name << " in " << step.ShortDebugString();
  return 0;
}

const Step* Find(const v1::Explanation& explanation, Step::Kind kind) {
  for (const Step& step : explanation.steps()) {
    if (step.kind() == kind) return &step;
  }
  return nullptr;
}

template <typename Number>
long double MeanOf(const Step& step, Number number) {
  long double sum = 0;
  long double weights = 0;
  for (const v1::ExplainedPart& part : step.parts()) {
    sum += Of(part.weight()) * number(part);
    weights += Of(part.weight());
  }
  return sum / weights;
}

TEST(StepsProperty, RecomputeToTheScoreAndTheCoverage) {
  std::mt19937 random(21);
  int means = 0;
  int scores = 0;
  for (int round = 0; round < 60; ++round) {
    Plan rules = RandomPlan(&random);
    rules.missing_policy = static_cast<MissingPolicy>(round % 3);
    const ScoredPlan plan = ScoredOf(std::move(rules));
    const Speaker speaker(plan, round % 2 == 0 ? "nl" : "fr");
    for (int node = -1; node < static_cast<int>(plan.outcome.elements.size()); ++node) {
      const NodeOutcome& outcome = node < 0 ? plan.outcome.plan : plan.outcome.elements[node];
      v1::Explanation explanation;
      ExplainNode(speaker, node, &explanation);
      // The last step with a status decides, but for caps that changed nothing.
      v1::ScorecardStatus last = v1::SCORECARD_STATUS_UNSPECIFIED;
      for (const Step& step : explanation.steps()) {
        EXPECT_FALSE(step.sentence().empty());
        if (step.status() != v1::SCORECARD_STATUS_UNSPECIFIED) last = step.status();
      }
      EXPECT_EQ(last, explanation.status());
      if (const Step* coverage = Find(explanation, Step::KIND_COVERAGE)) {
        const long double mean =
            MeanOf(*coverage, [](const v1::ExplainedPart& part) { return Of(part.coverage()); });
        EXPECT_NEAR(mean, Of(explanation.coverage().share()), 1e-11);
      }
      const Step* mean = Find(explanation, Step::KIND_MEAN);
      EXPECT_EQ(mean != nullptr, outcome.score.has_value());
      if (mean == nullptr) continue;
      EXPECT_EQ(mean->result().decimal(), explanation.score().decimal());
      EXPECT_NEAR(MeanOf(*mean, [](const v1::ExplainedPart& part) { return Of(part.score()); }),
                  Of(explanation.score()), 1e-11);
      ++means;
    }
    for (int element = 0; element < static_cast<int>(plan.outcome.elements.size()); ++element) {
      for (int link = 0; link < static_cast<int>(plan.rules.elements[element].links.size());
           ++link) {
        v1::Explanation explanation;
        ExplainLink(speaker, element, link, {}, &explanation);
        EXPECT_EQ(explanation.steps(explanation.steps_size() - 1).status(), explanation.status());
        const Step* score = Find(explanation, Step::KIND_SCORE);
        if (score == nullptr) continue;
        const long double d = InputOf(*score, "d");
        const long double raw =
            100 * (InputOf(*score, "value") - InputOf(*score, "red_flag") + d) / (3 * d);
        EXPECT_NEAR(std::clamp<long double>(raw, 0, 100), Of(explanation.score()), 1e-11);
        ++scores;
      }
    }
  }
  EXPECT_GT(means, 500);
  EXPECT_GT(scores, 500);
}

}  // namespace
}  // namespace athena::reporting
