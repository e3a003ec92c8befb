#include "services/reporting/rules/link_score.h"

#include <algorithm>

namespace athena::reporting {
namespace {

// A value of which nothing is expected (a formula that takes replacements alone) is complete.
std::optional<Decimal> ShareOf(const Measured& measured) {
  constexpr Decimal kComplete = Decimal::FromInt(1);
  if (measured.expected <= 0) {
    return measured.value.has_value() ? std::optional(kComplete) : std::nullopt;
  }
  return std::min(kComplete, *Decimal::Divide(Decimal::FromInt(measured.present),
                                              Decimal::FromInt(measured.expected)));
}

JudgedMeasure JudgeMeasure(const Measured& measured) {
  JudgedMeasure judged;
  judged.coverage = ShareOf(measured);
  if (!measured.value.has_value()) return judged;
  const auto judge = [&](const std::optional<Thresholds>& thresholds) {
    return thresholds.has_value() ? std::optional(Judge(*thresholds, *measured.value))
                                  : std::nullopt;
  };
  judged.current = judge(measured.current);
  judged.original =
      measured.original == measured.current ? judged.current : judge(measured.original);
  judged.ended = judge(measured.ended);
  return judged;
}

Scored NotApplicable(Reason reason) { return {Status::kNotApplicable, reason, {}, {}}; }

// Steps 5 to 7.
Scored ScoreMeasure(const Measured& measured, const std::optional<Judgement>& judgement,
                    const std::optional<Decimal>& coverage) {
  if (judgement.has_value()) {
    return {judgement->status, judgement->reason, judgement->score, coverage};
  }
  const Reason reason = measured.reason == Reason::kNone ? Reason::kNoData : measured.reason;
  if (reason == Reason::kNoData || reason == Reason::kNotDue) return NotApplicable(reason);
  return {Status::kNoScore, reason, {}, coverage};
}

}  // namespace

LinkOutcome ScoreLink(const Link& link, bool year_to_date, bool begun, Reason inactive) {
  LinkOutcome outcome;
  outcome.period = JudgeMeasure(link.period);
  if (link.year_to_date.has_value()) outcome.year_to_date = JudgeMeasure(*link.year_to_date);
  outcome.scored_year_to_date = year_to_date && link.year_to_date.has_value();
  const Measured& measured = outcome.scored_year_to_date ? *link.year_to_date : link.period;
  const JudgedMeasure& judged =
      outcome.scored_year_to_date ? *outcome.year_to_date : outcome.period;
  // What the target that ended is compared with: it may begin later in the year than the one shown.
  const Measured& held = outcome.scored_year_to_date && link.year_to_date_held.has_value()
                             ? *link.year_to_date_held
                             : measured;
  Scored now;
  Scored stood;
  if (!begun) {
    now.reason = stood.reason = Reason::kNotBegun;
  } else if (measured.reason == Reason::kNotReadable) {
    now.reason = stood.reason = Reason::kNotReadable;
  } else if (measured.current.has_value()) {
    now = stood = ScoreMeasure(measured, judged.current, judged.coverage);
  } else if (held.ended.has_value()) {
    now = NotApplicable(Reason::kTargetEnded);
    const JudgedMeasure judged_held = JudgeMeasure(held);
    stood = ScoreMeasure(held, judged_held.ended, judged_held.coverage);
  } else {
    now = stood = NotApplicable(Reason::kNoTarget);
  }
  if (begun && inactive != Reason::kNone) now = NotApplicable(inactive);
  static_cast<Scored&>(outcome) = now;
  outcome.as_last_stood = stood;
  return outcome;
}

}  // namespace athena::reporting
