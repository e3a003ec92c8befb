#include "services/reporting/rules/roll_up.h"

namespace athena::reporting {

void RollUp::Add(Decimal weight, std::optional<Decimal> score, std::optional<Decimal> coverage) {
  weights_.push_back(weight);
  // A value that came before anything was due is complete as far as it goes.
  coverages_.push_back(score.has_value() ? coverage.value_or(Decimal::FromInt(1)) : Decimal());
  zero_filled_.push_back(score.value_or(Decimal()));
  if (score.has_value()) {
    scored_weights_.push_back(weight);
    scores_.push_back(*score);
  }
}

void RollUp::Finish(MissingPolicy policy, Decimal min_coverage, NodeOutcome* node) && {
  if (weights_.empty()) {
    node->status = Status::kNotApplicable;
    node->reason = Reason::kNothingExpected;
    return;
  }
  const bool missing = scores_.size() < weights_.size();
  node->status = Status::kNoScore;
  node->coverage = Decimal::WeightedMean(weights_, coverages_);
  if (!node->coverage.has_value()) {
    node->reason = Reason::kNoWeight;
    return;
  }
  if (missing && policy == MissingPolicy::kStrict) {
    node->reason = Reason::kMissingPart;
    return;
  }
  if (*node->coverage < min_coverage) {
    node->reason = Reason::kCoverage;
    return;
  }
  if (policy == MissingPolicy::kZero) {
    scored_weights_ = weights_;
    scores_ = zero_filled_;
  }
  node->score = Decimal::WeightedMean(scored_weights_, scores_);
  if (!node->score.has_value()) {
    node->reason = Reason::kNoWeight;
    return;
  }
  node->status = *node->score >= kGreenFrom   ? Status::kGreen
                 : *node->score >= kAmberFrom ? Status::kAmber
                                              : Status::kRed;
}
}  // namespace athena::reporting
