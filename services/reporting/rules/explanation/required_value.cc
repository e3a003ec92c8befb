#include "services/reporting/rules/explanation/required_value.h"

#include "absl/functional/function_ref.h"

namespace athena::reporting {
namespace {

// The sides of a kRange, as if each were alone.
Thresholds LowerSide(const Thresholds& t) {
  Thresholds side;
  side.target = t.low;
  side.red = t.red_low;
  return side;
}

Thresholds UpperSide(const Thresholds& t) {
  Thresholds side;
  side.direction = Direction::kLower;
  side.target = t.high;
  side.red = t.red_high;
  return side;
}

// The decimal nearest to `bad` for which `is_good`, which holds from some decimal on between `bad`
// (where it does not) and `good` (where it does).
Decimal NearestGood(Decimal bad, Decimal good, absl::FunctionRef<bool(Decimal)> is_good) {
  Int128 worse = bad.units();
  Int128 better = good.units();
  while (better - worse > 1 || worse - better > 1) {
    const Int128 middle = worse + (better - worse) / 2;
    (is_good(Decimal::FromUnits(middle)) ? better : worse) = middle;
  }
  return Decimal::FromUnits(better);
}

bool ScoresAtLeast(const Thresholds& thresholds, Decimal value, Decimal score) {
  const Judgement judgement = Judge(thresholds, value);
  return judgement.score.has_value() && *judgement.score >= score;
}

// From the value that scores 0 to `best`. Of one side.
std::optional<RequiredValue> OneSidedValue(const Thresholds& side, Decimal best, Decimal score) {
  const bool at_least = side.direction == Direction::kHigher;
  const std::optional<Decimal> d = Decimal::Subtract(side.target, side.red);
  if (!d.has_value()) return std::nullopt;
  if (d->IsZero()) return RequiredValue{side.target, at_least};
  const std::optional<Decimal> nothing = Decimal::Subtract(side.red, *d);
  if (!nothing.has_value() || !ScoresAtLeast(side, best, score)) return std::nullopt;
  return RequiredValue{
      NearestGood(*nothing, best, [&](Decimal v) { return ScoresAtLeast(side, v, score); }),
      at_least};
}

// The value that scores 100.
std::optional<Decimal> FullValue(const Thresholds& side) {
  const std::optional<Decimal> d = Decimal::Subtract(side.target, side.red);
  return d.has_value() ? Decimal::Add(side.target, *d) : std::nullopt;
}

// The best value of a kRange: where its two sides score the same, or nearly so.
Decimal BestOf(const Thresholds& range, const Thresholds& lower, const Thresholds& upper) {
  const Decimal at = NearestGood(range.red_low, range.red_high, [&](Decimal v) {
    return Judge(lower, v).score >= Judge(upper, v).score;
  });
  const Decimal before = Decimal::FromUnits(at.units() - 1);
  return Judge(range, before).score > Judge(range, at).score ? before : at;
}

}  // namespace

std::optional<ScoreTerms> TermsOf(const Thresholds& thresholds, Decimal value) {
  ScoreTerms terms;
  terms.target = thresholds.target;
  terms.red = thresholds.red;
  if (thresholds.direction == Direction::kRange) {
    const std::optional<Decimal> lower = Judge(LowerSide(thresholds), value).score;
    const std::optional<Decimal> upper = Judge(UpperSide(thresholds), value).score;
    if (!lower.has_value() || !upper.has_value()) return std::nullopt;
    terms.upper = *upper < *lower;
    terms.target = terms.upper ? thresholds.high : thresholds.low;
    terms.red = terms.upper ? thresholds.red_high : thresholds.red_low;
  }
  const std::optional<Decimal> d = Decimal::Subtract(terms.target, terms.red);
  if (!d.has_value()) return std::nullopt;
  terms.d = *d;
  return terms;
}

RequiredValue ValueForStatus(const Thresholds& thresholds, std::optional<Decimal> value,
                             Status worst) {
  const bool green = worst == Status::kGreen;
  if (thresholds.direction == Direction::kRange) {
    if (value.has_value() && *value > thresholds.high) {
      return {green ? thresholds.high : thresholds.red_high, false};
    }
    return {green ? thresholds.low : thresholds.red_low, true};
  }
  return {green ? thresholds.target : thresholds.red, thresholds.direction == Direction::kHigher};
}

std::optional<RequiredValue> ValueForScore(const Thresholds& thresholds,
                                           std::optional<Decimal> value, Decimal score) {
  if (thresholds.direction != Direction::kRange) {
    const std::optional<Decimal> full = FullValue(thresholds);
    return full.has_value() ? OneSidedValue(thresholds, *full, score) : std::nullopt;
  }
  const Thresholds lower = LowerSide(thresholds);
  const Thresholds upper = UpperSide(thresholds);
  if (!Judge(thresholds, thresholds.low).score.has_value()) return std::nullopt;
  const Decimal best = BestOf(thresholds, lower, upper);
  if (!ScoresAtLeast(thresholds, best, score)) return std::nullopt;
  return OneSidedValue(value.has_value() && *value > best ? upper : lower, best, score);
}

}  // namespace athena::reporting
