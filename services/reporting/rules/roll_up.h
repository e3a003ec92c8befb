#ifndef ATHENA_SERVICES_REPORTING_RULES_ROLL_UP_H_
#define ATHENA_SERVICES_REPORTING_RULES_ROLL_UP_H_

#include <optional>
#include <vector>

#include "libs/decimal/decimal.h"
#include "services/reporting/rules/outcome.h"
#include "services/reporting/rules/plan.h"

namespace athena::reporting {

// Rolls the expected parts of a node (the links and elements below it, and its own delivery) up
// into its score. Not thread-safe.
//
// score = sum(w s) / sum(w) over the parts that have a score; coverage = sum(w c) / sum(w) over all
// expected parts, where c is the part's own coverage and 0 without score. Only the quotients are
// rounded.
class RollUp {
 public:
  // Adds a part, unless it is NOT_APPLICABLE: that is not expected.
  void Add(Decimal weight, const Scored& part);

  // The first that applies:
  //
  //  1. No expected part: NOT_APPLICABLE (kNothingExpected).
  //  2. The weights sum to 0: NOT_APPLICABLE (kNoWeight).
  //  3. A part lacks a score and the policy is kStrict: NO_SCORE (kMissingPart).
  //  4. The coverage is below the minimum: NO_SCORE (kCoverage); also when the weights of the parts
  //     that count in the score sum to 0.
  //  5. The score; GREEN from 66.666666666667, AMBER from 33.333333333333, else RED. Parts
  //     without score count as 0 when the policy is kZero, else not at all.
  Scored Finish(MissingPolicy policy, Decimal min_coverage) &&;

 private:
  std::vector<Decimal> weights_;
  std::vector<Decimal> coverages_;
  std::vector<Decimal> zero_filled_;  // scores, 0 where there is none
  // Of the parts that have a score.
  std::vector<Decimal> scored_weights_;
  std::vector<Decimal> scores_;
};

}  // namespace athena::reporting

#endif  // ATHENA_SERVICES_REPORTING_RULES_ROLL_UP_H_
