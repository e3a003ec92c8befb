#ifndef ATHENA_SERVICES_INDICATOR_RULES_TRAJECTORY_H_
#define ATHENA_SERVICES_INDICATOR_RULES_TRAJECTORY_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "absl/types/span.h"
#include "libs/decimal/decimal.h"
#include "libs/period/period.h"
#include "services/indicator/rules/aggregation.h"

namespace athena::indicator {

// A quarterly anchor for 100 years: the longest plan twice over, and then some.
inline constexpr size_t kMaxAnchors = 400;
// The largest magnitude of any number in a target: that of an observation.
inline constexpr Decimal kMaxTargetMagnitude = Decimal::FromInt(1'000'000'000'000'000);
// A tolerance beyond this, a thousand times the target, is a slip of the pen.
inline constexpr Decimal kMaxTolerance = Decimal::FromInt(1000);
// The red flag stays at least this far from the target at every anchor, so that neither rounding
// nor a quarter's share closes the gap that scores are divided by.
inline constexpr Decimal kMinRedDistance = Decimal::FromUnits(1'000'000);  // 0.000001

// Which values are good: high ones, low ones, or those between low and high.
enum class Direction : int8_t { kHigher, kLower, kRange };
// How a target moves between its anchors.
enum class Interpolation : int8_t { kLinear, kStep };
// Flow: what adds up over time (BASE with time aggregation SUM or COUNT). Level: all else.
enum class Measure : int8_t { kFlow, kLevel };
// Where the red flag stands: at a distance from the target, at a share of it, or at values given
// with the baseline and every anchor.
enum class RedFlag : int8_t { kMargin, kTolerance, kValues };

// A formula is a level.
Measure MeasureOf(bool is_formula, TimeAggregation time);

// What is aimed at in one period.
struct Anchor {
  Period period;                    // a quarter or a year, the same for all of a target
  std::optional<Decimal> value;     // HIGHER, LOWER: G
  std::optional<Decimal> red;       // HIGHER, LOWER with kValues: R
  std::optional<Decimal> low;       // RANGE
  std::optional<Decimal> high;      // RANGE
  std::optional<Decimal> red_low;   // RANGE with kValues
  std::optional<Decimal> red_high;  // RANGE with kValues
};

// Where the indicator stood before: itself no target, but LINEAR starts from it.
struct Baseline {
  Period period;  // like the anchors', and before them
  Decimal value;
  std::optional<Decimal> red;  // HIGHER, LOWER with kValues: where the red trajectory starts
};

// One version of a target: a trajectory. For a flow, values are totals of the anchor's period.
struct Target {
  Direction direction = Direction::kHigher;
  Measure measure = Measure::kLevel;
  Interpolation interpolation = Interpolation::kLinear;
  // RANGE never starts from it: there low and high start at the first anchor.
  std::optional<Baseline> baseline;
  std::vector<Anchor> anchors;  // ascending, each period once
  RedFlag red_flag = RedFlag::kMargin;
  Decimal margin;     // kMargin; > 0; for a flow, per anchor period
  Decimal tolerance;  // kTolerance; > 0; 0.1 is a tenth of the target
  // Flow with yearly anchors: each quarter's share of the year, > 0, in all 1; default 1/4 each.
  std::optional<std::array<Decimal, 4>> quarter_profile;
};

// A fault, and the field it is in: `anchors[2].red`, `baseline.period`, `quarter_profile`,
// `margin`.
struct Fault {
  std::string field;
  std::string message;
};

// All that is wrong with a target, in the order of its fields; empty when nothing is. Only a target
// without faults may be evaluated.
std::vector<Fault> Validate(const Target& target);

// A target at one period.
struct Thresholds {
  // HIGHER, LOWER. d = target - red: positive where HIGHER, negative where LOWER, never zero.
  Decimal target;
  Decimal red;
  Decimal d;
  // RANGE: red_low < low <= high < red_high.
  Decimal low;
  Decimal high;
  Decimal red_low;
  Decimal red_high;
  // Where it started, in the terms of the period (a flow's yearly baseline times the quarter's
  // share).
  std::optional<Decimal> baseline;
};

// The thresholds at E: a quarter, a semester or a year; nullopt where there is no target: before
// the first anchor (LINEAR: up to and including the baseline) and for finer periods. After the last
// anchor they hold.
//
// Level: yearly values stand at their fourth quarter; a year reads its Q4, a semester its last
// quarter. Flow: yearly totals move by year, quarters and semesters take their share of the
// profile; of quarterly anchors, semesters and years are the sums (none when a quarter has none).
// Interpolated values are rounded once. nullopt, too, where a share is so small that target and red
// flag round to one number.
std::optional<Thresholds> ThresholdsAt(const Target& target, Period period);

// Flow: the thresholds of the year to date, from 1 January to the end of `period`; nullopt for a
// level, or where a quarter of it has no target. While the value of `period` itself is provisional,
// its own part is scaled by counted / all.
std::optional<Thresholds> ThresholdsToDate(const Target& target, Period period, int32_t counted = 1,
                                           int32_t all = 1);

// The thresholds of a provisional flow: each of them, the baseline too, times counted / all,
// rounded once. nullopt when nothing counts yet.
std::optional<Thresholds> Scaled(const Thresholds& thresholds, int32_t counted, int32_t all);

// Where the trajectory ends (G_end of progress), comparable with a value of `period`. Level: at the
// last period like it that has ended by `last_quarter`. Flow: at the last one in the same part of a
// year, so that a Q2 is measured against a Q2.
std::optional<Thresholds> ThresholdsAtEnd(const Target& target, Period period, Period last_quarter);

// The first quarter with thresholds, from which an indicator is expected by default; nullopt
// without anchors.
std::optional<Period> FirstTargetQuarter(const Target& target);

// Of versions in the order of their (ascending) commit times, which one is ORIGINAL: the one in
// force at `activated`, else the first. nullopt when there are none.
std::optional<size_t> OriginalVersion(absl::Span<const absl::Time> committed,
                                      std::optional<absl::Time> activated);
// And which one is in force at `as_of`: nullopt when none was yet.
std::optional<size_t> CurrentVersion(absl::Span<const absl::Time> committed, absl::Time as_of);

}  // namespace athena::indicator

#endif  // ATHENA_SERVICES_INDICATOR_RULES_TRAJECTORY_H_
