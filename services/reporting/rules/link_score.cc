#include "services/reporting/rules/link_score.h"

#include <algorithm>

namespace athena::reporting {
namespace {

std::optional<Decimal> ShareOf(int64_t present, int64_t expected) {
  if (expected <= 0) return std::nullopt;
  return std::min(Decimal::FromInt(1),
                  *Decimal::Divide(Decimal::FromInt(present), Decimal::FromInt(expected)));
}

JudgedMeasure JudgeMeasure(Direction direction, const Measured& measured) {
  JudgedMeasure judged;
  judged.coverage = ShareOf(measured.present, measured.expected);
  if (!measured.value.has_value()) return judged;
  if (measured.current.has_value()) {
    judged.current = Judge(direction, *measured.current, *measured.value);
  }
  if (measured.original == measured.current) {
    judged.original = judged.current;
  } else if (measured.original.has_value()) {
    judged.original = Judge(direction, *measured.original, *measured.value);
  }
  return judged;
}

// Whether an indicator without value is expected to have one: cells of it are due, or its own
// period is over. One that the caller cannot read is expected, so that the coverage shows it.
bool IsExpected(const Measured& measured) {
  switch (measured.reason) {
    case Reason::kNotDue:
    case Reason::kNotBegun:
      return false;
    case Reason::kOverdue:
    case Reason::kNotReadable:
      return true;
    default:
      return measured.expected > 0;
  }
}

}  // namespace

LinkOutcome ScoreLink(const Link& link, bool year_to_date, bool begun, Reason inactive) {
  LinkOutcome outcome;
  outcome.period = JudgeMeasure(link.direction, link.period);
  if (link.year_to_date.has_value()) {
    outcome.year_to_date = JudgeMeasure(link.direction, *link.year_to_date);
  }
  outcome.scored_year_to_date = year_to_date && link.year_to_date.has_value();
  const Measured& measured = outcome.scored_year_to_date ? *link.year_to_date : link.period;
  const JudgedMeasure& judged =
      outcome.scored_year_to_date ? *outcome.year_to_date : outcome.period;
  outcome.coverage = judged.coverage;
  if (inactive != Reason::kNone) {
    outcome.status = Status::kNotApplicable;
    outcome.reason = inactive;
    return outcome;
  }
  if (!begun) {
    outcome.reason = Reason::kNotBegun;
    return outcome;
  }
  if (!measured.value.has_value()) {
    outcome.reason = measured.reason == Reason::kNone ? Reason::kNoData : measured.reason;
    outcome.expected = IsExpected(measured);
    return outcome;
  }
  if (!judged.current.has_value()) {
    outcome.reason = Reason::kNoTarget;
    outcome.expected = measured.expected > 0;
    return outcome;
  }
  outcome.status = judged.current->status;
  outcome.reason = judged.current->reason;
  outcome.score = judged.current->score;
  outcome.expected = outcome.score.has_value() || measured.expected > 0;
  return outcome;
}

}  // namespace athena::reporting
