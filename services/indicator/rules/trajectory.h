#ifndef ATHENA_SERVICES_INDICATOR_RULES_TRAJECTORY_H_
#define ATHENA_SERVICES_INDICATOR_RULES_TRAJECTORY_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "libs/decimal/decimal.h"
#include "libs/period/period.h"
#include "services/indicator/rules/aggregation.h"

// How a target becomes the thresholds of a period: the line through its anchors, and the red flag
// at a distance from it. This header is the manual of these rules. G is the target of a period, R
// its red flag. All functions are pure.
namespace athena::indicator {

// A quarterly anchor for 100 years: the longest plan twice over, and then some.
inline constexpr size_t kMaxAnchors = 400;
// The largest magnitude of any number in a target: that of an observation.
inline constexpr Decimal kMaxTargetMagnitude = Decimal::FromInt(1'000'000'000'000'000);
// A tolerance of more than a thousand times the target is a mistake.
inline constexpr Decimal kMaxTolerance = Decimal::FromInt(1000);
// The smallest distance of target and red flag at an anchor. (A small share of a year, or of what
// is judged, may still bring the distance of scaled thresholds to 0.)
inline constexpr Decimal kMinRedDistance = Decimal::FromUnits(1'000'000);  // 0.000001

// Which values are good: high ones, low ones, or those from low to high.
enum class Direction : int8_t { kHigher, kLower, kRange };
// How a target moves between its anchors: along a straight line, or as a step at each anchor.
enum class Interpolation : int8_t { kLinear, kStep };
// Flow: adds up over time (BASE with time aggregation SUM or COUNT, FORMULA of nature FLOW). Level:
// everything else.
enum class Measure : int8_t { kFlow, kLevel };
// Where the red flag stands: at a distance from the target, at a share of it, or at values that the
// baseline and every anchor have.
enum class RedFlag : int8_t { kMargin, kTolerance, kValues };

// The target of one period.
struct Anchor {
  Period period;                    // all quarters or all years
  std::optional<Decimal> value;     // HIGHER, LOWER: G
  std::optional<Decimal> red;       // HIGHER, LOWER with kValues: R
  std::optional<Decimal> low;       // RANGE
  std::optional<Decimal> high;      // RANGE
  std::optional<Decimal> red_low;   // RANGE with kValues
  std::optional<Decimal> red_high;  // RANGE with kValues
};

// Where the indicator stood before. It is no target itself, but LINEAR starts from it.
struct Baseline {
  Period period;  // a quarter or a year as the anchors' are, and before them
  Decimal value;
  std::optional<Decimal> red;  // HIGHER, LOWER with kValues: where the red line starts
};

// One version of a target. For a flow the values are totals of the anchors' periods.
struct Target {
  Direction direction = Direction::kHigher;
  Measure measure = Measure::kLevel;
  Interpolation interpolation = Interpolation::kLinear;
  // With RANGE the lines do not start from it, but at the first anchor.
  std::optional<Baseline> baseline;
  std::vector<Anchor> anchors;  // ascending, each period once
  RedFlag red_flag = RedFlag::kMargin;
  Decimal margin;     // kMargin; > 0; for a flow, per anchor period
  Decimal tolerance;  // kTolerance; > 0; 0.1 is a tenth of the target
  // Flow with yearly anchors: each quarter's share of the year, > 0, sum 1; by default 1/4 each.
  std::optional<std::array<Decimal, 4>> quarter_profile;
  // The first period without a target, a quarter or a year; unset: the target goes on.
  std::optional<Period> ended_from;
};

// A fault of a field.
struct Fault {
  std::string field;  // `anchors[2].red`, `baseline.period`, `quarter_profile`, `margin`
  std::string message;
};

// All faults of a target, in the order of its fields. The functions below require a target without
// faults.
std::vector<Fault> Validate(const Target& target);

// Whether the line starts from the baseline.
bool StartsAtBaseline(const Target& target);

// The thresholds of one period.
struct Thresholds {
  // HIGHER, LOWER. The red flag is on the worse side; a tiny share may bring both to one number.
  Decimal target;
  Decimal red;
  // RANGE: red_low <= low <= high <= red_high.
  Decimal low;
  Decimal high;
  Decimal red_low;
  Decimal red_high;
  // The baseline, scaled to the period: a flow's yearly baseline times the quarter's share.
  std::optional<Decimal> baseline;

  friend bool operator==(const Thresholds& a, const Thresholds& b) = default;
};

// Whether a target is ended in a quarter, semester or year: the period reaches Target::ended_from.
bool IsEnded(const Target& target, Period period);

// The thresholds of a quarter, a semester or a year. nullopt for finer periods and where there is
// no target: before the first anchor, or with LINEAR up to and including the baseline, and where
// the target is ended. After the last anchor its values hold.
//
// Level: a yearly value stands at the fourth quarter of its year (STEP: at the first). A year has
// the thresholds of its Q4, a semester those of its last quarter.
// Flow: yearly totals are interpolated by year; quarters take their share of the profile. With
// quarterly anchors years, and semesters always, have the sum of their quarters, and nullopt when
// one of these has none.
//
// Interpolated values and shares are rounded once.
std::optional<Thresholds> ThresholdsAt(const Target& target, Period period);

// Flow: the sum of the thresholds of the quarters from `first` to `last`, each scaled by its share.
// `shares` has one for each, or is empty: not scaled. nullopt when a quarter has no target.
std::optional<Thresholds> ThresholdsToDate(const Target& target, Period first, Period last,
                                           absl::Span<const Share> shares);

// Each of the thresholds, the baseline included, times a share, rounded once.
Thresholds Scaled(const Thresholds& thresholds, Share share);

// The thresholds at the end of a plan whose last quarter is `last_quarter`, comparable with a value
// of `period`: progress is measured against them. Level: those of the last period of the same
// frequency that ends by then. Flow: those of the last one in the same part of the year, so that a
// Q2 is compared with a Q2. They do not change when the target is ended.
std::optional<Thresholds> ThresholdsAtEnd(const Target& target, Period period, Period last_quarter);

// The first quarter in which the trajectory has begun. nullopt without anchors.
std::optional<Period> FirstTargetQuarter(const Target& target);
// The first period with thresholds of an indicator of this frequency, from which on it is expected
// by default: a semester or a year of such an indicator, else a quarter. nullopt where there is
// none, as when the target is ended before it begins.
std::optional<Period> FirstTargetPeriod(const Target& target, Frequency frequency);

}  // namespace athena::indicator

#endif  // ATHENA_SERVICES_INDICATOR_RULES_TRAJECTORY_H_
