#ifndef ATHENA_SERVICES_REPORTING_RULES_JUDGEMENT_H_
#define ATHENA_SERVICES_REPORTING_RULES_JUDGEMENT_H_

#include <cstdint>
#include <optional>

#include "libs/decimal/decimal.h"

// How one value is scored against its thresholds. Scores are exact decimals from 0 to 100. Pure and
// thread-safe.
namespace athena::reporting {

// From good to bad.
enum class Status : int8_t { kGreen, kAmber, kRed, kNoScore, kNotApplicable };

// Why there is no value, no score, or why something does not apply.
enum class Reason : int8_t {
  kNone,
  kNotBegun,
  kNotDue,
  kOverdue,
  kNoTarget,
  kIncomplete,
  kNotAdditive,
  kDivisionByZero,
  kOperand,
  kOverflow,
  kNotReadable,
  kNoData,
  kCoverage,
  kNoWeight,
  kMissingPart,
  kNothingExpected,
  kCancelled,
  kDeferred,
  kTargetEnded,
  kNoCommonCells,
  kNoReport,
};

// Which values are better; kRange: those between two bounds.
enum class Direction : int8_t { kHigher, kLower, kRange };

// 200/3 and 100/3, rounded: the score of a value at its target and at its red flag. Scores from
// here up are GREEN, and AMBER.
inline constexpr Decimal kGreenFrom = Decimal::FromUnits(66'666'666'666'667);
inline constexpr Decimal kAmberFrom = Decimal::FromUnits(33'333'333'333'333);

// What a value is scored against. kHigher and kLower use target and red flag; kRange uses the rest,
// red_low < low <= high < red_high.
struct Thresholds {
  Direction direction = Direction::kHigher;
  Decimal target;
  Decimal red;
  Decimal low;
  Decimal high;
  Decimal red_low;
  Decimal red_high;

  friend bool operator==(const Thresholds& a, const Thresholds& b) = default;
};

struct Judgement {
  Status status = Status::kNoScore;
  Reason reason = Reason::kNone;  // kOverflow, or none
  std::optional<Decimal> score;   // absent on overflow
  // Value minus target; kRange: 0 inside the bounds, else the signed distance to the nearer one.
  // Absent beyond 1e24.
  std::optional<Decimal> gap;
};

// With d = target - red flag, the score is 100 (value - red flag + d) / (3 d), between 0 and 100,
// rounded once. So the red flag scores 33.3, the target 66.7, and a value that is better than the
// target by d scores 100. kRange takes the lower score of its two sides.
//
// The status compares the value itself, never the rounded score: at least as good as the target is
// GREEN, worse than the red flag RED, else AMBER.
//
// Where a target equals its red flag (a flow in a quarter whose share of the year is 0, or numbers
// that became equal when they were scaled), a value as good as it scores 100, another one 0.
Judgement Judge(const Thresholds& thresholds, Decimal value);

}  // namespace athena::reporting

#endif  // ATHENA_SERVICES_REPORTING_RULES_JUDGEMENT_H_
