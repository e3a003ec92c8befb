#include "services/reporting/rules/roll_up.h"

namespace athena::reporting {

void RollUp::Add(Decimal weight, const Scored& part) {
  if (part.status == Status::kNotApplicable) return;
  weights_.push_back(weight);
  const bool scored = part.score.has_value();
  coverages_.push_back(scored ? part.coverage.value_or(Decimal()) : Decimal());
  zero_filled_.push_back(part.score.value_or(Decimal()));
  if (scored) {
    scored_weights_.push_back(weight);
    scores_.push_back(*part.score);
  }
}

Scored RollUp::Finish(MissingPolicy policy, Decimal min_coverage) && {
  Scored node;
  if (weights_.empty()) {
    node.status = Status::kNotApplicable;
    node.reason = Reason::kNothingExpected;
    return node;
  }
  const bool missing = scores_.size() < weights_.size();
  node.coverage = Decimal::WeightedMean(weights_, coverages_);
  if (!node.coverage.has_value()) {
    node.status = Status::kNotApplicable;
    node.reason = Reason::kNoWeight;
    return node;
  }
  if (missing && policy == MissingPolicy::kStrict) {
    node.reason = Reason::kMissingPart;
    return node;
  }
  if (*node.coverage < min_coverage) {
    node.reason = Reason::kCoverage;
    return node;
  }
  if (policy == MissingPolicy::kZero) {
    scored_weights_ = weights_;
    scores_ = zero_filled_;
  }
  node.score = Decimal::WeightedMean(scored_weights_, scores_);
  if (!node.score.has_value()) {
    node.reason = Reason::kCoverage;
    return node;
  }
  node.status = *node.score >= kGreenFrom   ? Status::kGreen
                : *node.score >= kAmberFrom ? Status::kAmber
                                            : Status::kRed;
  return node;
}

}  // namespace athena::reporting
