#ifndef ATHENA_SERVICES_REPORTING_RULES_EXPLANATION_REQUIRED_VALUE_H_
#define ATHENA_SERVICES_REPORTING_RULES_EXPLANATION_REQUIRED_VALUE_H_

#include <optional>

#include "libs/decimal/decimal.h"
#include "services/reporting/rules/judgement.h"

// The inverse of judgement.h: which value gives a status or a score. All functions are pure and
// thread-safe.
namespace athena::reporting {

// A bound of a value.
struct RequiredValue {
  Decimal value;
  bool at_least = true;  // or at most

  friend bool operator==(const RequiredValue& a, const RequiredValue& b) = default;
};

// The two thresholds that a score is computed from. kRange: those of the side with the lower score;
// of two equal ones the lower side's.
struct ScoreTerms {
  Decimal target;
  Decimal red;
  Decimal d;           // target - red
  bool upper = false;  // kRange: of the upper side
};

// nullopt on overflow.
std::optional<ScoreTerms> TermsOf(const Thresholds& thresholds, Decimal value);

// The value nearest to `value` that has this status or a better one: `worst` is kGreen or kAmber.
// kRange: the bound on the side of `value`; the lower one where there is no value.
RequiredValue ValueForStatus(const Thresholds& thresholds, std::optional<Decimal> value,
                             Status worst);

// The value nearest to `value`, which scores less or is absent, that scores at least `score`
// (above 0, at most 100). Exact: the next worse decimal scores less. nullopt where no value does (a
// kRange whose sides are too near to each other), and on overflow.
std::optional<RequiredValue> ValueForScore(const Thresholds& thresholds,
                                           std::optional<Decimal> value, Decimal score);

}  // namespace athena::reporting

#endif  // ATHENA_SERVICES_REPORTING_RULES_EXPLANATION_REQUIRED_VALUE_H_
