#include "services/reporting/rules/judgement.h"

#include <algorithm>

namespace athena::reporting {
namespace {

constexpr Decimal kZeroScore;
constexpr Decimal kFullScore = Decimal::FromInt(100);
constexpr Decimal kThree = Decimal::FromInt(3);

// nullopt on overflow.
std::optional<Decimal> OneSidedScore(bool higher, Decimal target, Decimal red, Decimal value) {
  const std::optional<Decimal> d = Decimal::Subtract(target, red);
  if (!d.has_value()) return std::nullopt;
  const std::optional<Decimal> full = Decimal::Add(target, *d);
  const std::optional<Decimal> nothing = Decimal::Subtract(red, *d);
  const std::optional<Decimal> width = Decimal::Multiply(*d, kThree);
  if (!full.has_value() || !nothing.has_value() || !width.has_value()) return std::nullopt;
  if (higher ? value >= *full : value <= *full) return kFullScore;
  if (higher ? value <= *nothing : value >= *nothing) return kZeroScore;
  const std::optional<Decimal> above = Decimal::Subtract(value, *nothing);
  if (!above.has_value()) return std::nullopt;
  return Decimal::MultiplyDivide(kFullScore, *above, *width);
}

Status OneSidedStatus(bool higher, Decimal target, Decimal red, Decimal value) {
  if (higher ? value >= target : value <= target) return Status::kGreen;
  if (higher ? value < red : value > red) return Status::kRed;
  return Status::kAmber;
}

Judgement JudgeRange(const Thresholds& t, Decimal value) {
  Judgement judgement;
  const std::optional<Decimal> lower = OneSidedScore(true, t.low, t.red_low, value);
  const std::optional<Decimal> upper = OneSidedScore(false, t.high, t.red_high, value);
  if (!lower.has_value() || !upper.has_value()) {
    judgement.reason = Reason::kOverflow;
    return judgement;
  }
  judgement.score = std::min(*lower, *upper);
  judgement.status = std::max(OneSidedStatus(true, t.low, t.red_low, value),
                              OneSidedStatus(false, t.high, t.red_high, value));
  judgement.gap = value < t.low    ? Decimal::Subtract(value, t.low)
                  : value > t.high ? Decimal::Subtract(value, t.high)
                                   : Decimal();
  return judgement;
}

}  // namespace

Judgement Judge(const Thresholds& thresholds, Decimal value) {
  if (thresholds.direction == Direction::kRange) return JudgeRange(thresholds, value);
  const bool higher = thresholds.direction == Direction::kHigher;
  Judgement judgement;
  judgement.gap = Decimal::Subtract(value, thresholds.target);
  judgement.score = OneSidedScore(higher, thresholds.target, thresholds.red, value);
  if (!judgement.score.has_value()) {
    judgement.reason = Reason::kOverflow;
    return judgement;
  }
  judgement.status = OneSidedStatus(higher, thresholds.target, thresholds.red, value);
  return judgement;
}

}  // namespace athena::reporting
