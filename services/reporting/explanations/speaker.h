#ifndef ATHENA_SERVICES_REPORTING_EXPLANATIONS_SPEAKER_H_
#define ATHENA_SERVICES_REPORTING_EXPLANATIONS_SPEAKER_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "athena/reporting/v1/explanation.pb.h"
#include "libs/decimal/decimal.h"
#include "services/reporting/explanations/sentences/phrases.h"
#include "services/reporting/rules/explanation/improvements.h"
#include "services/reporting/scorecards/messages/languages.h"
#include "services/reporting/scorecards/scored_plan.h"

namespace athena::reporting {

// Numbers with a unit, with as many decimals as tell them apart.
struct NumberStyle {
  int decimals = 0;
  std::string unit = {};  // "%"; empty: none
};

// Writes the sentences, numbers and titles of one explanation. Borrows the plan. Thread-safe.
class Speaker {
 public:
  Speaker(const ScoredPlan& plan, const std::string& language_code);

  Language language() const { return language_; }
  const ScoredPlan& plan() const { return plan_; }
  const Languages& titles() const { return titles_; }

  std::string Say(Phrase phrase, const Filling& filling = {}) const {
    return reporting::Say(language_, phrase, filling);
  }
  std::string Reason(reporting::Reason reason) const;
  std::string Number(Decimal number, const NumberStyle& style) const;
  std::string Count(int64_t count) const;
  // With as many decimals as tell it from the scores where the status changes.
  std::string Score(Decimal score) const;
  // A score beside others.
  std::string Score(Decimal score, const std::vector<Decimal>& beside) const;
  // A share of 1 in percent, with as many decimals as tell it from `beside` and from 100 %.
  std::string Share(Decimal share, std::optional<Decimal> beside = {}) const;

  // The style of an indicator's values and thresholds.
  NumberStyle StyleOf(int selection, const std::vector<std::optional<Decimal>>& numbers) const;

  // "Sickness absence rate" of a link, "3.1 Titel" of an element, "Its own delivery".
  std::string NameOf(int node, const NodePart& part) const;
  std::string NameOfMilestone(int node, int milestone) const;
  // The part as the contract's message.
  v1::ExplainedPart PartMessage(int node, const NodePart& part) const;

 private:
  const ScoredPlan& plan_;
  const Language language_;
  const Languages titles_;
};

// One step with a sentence.
v1::ExplanationStep* AddStep(v1::ExplanationStep::Kind kind, std::string sentence,
                             v1::Explanation* explanation);
// An input of a step.
void AddInput(std::string_view name, Decimal number, v1::ExplanationStep* step);

}  // namespace athena::reporting

#endif  // ATHENA_SERVICES_REPORTING_EXPLANATIONS_SPEAKER_H_
