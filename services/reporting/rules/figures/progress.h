#ifndef ATHENA_SERVICES_REPORTING_RULES_FIGURES_PROGRESS_H_
#define ATHENA_SERVICES_REPORTING_RULES_FIGURES_PROGRESS_H_

#include <cstdint>
#include <optional>

#include "absl/time/civil_time.h"
#include "libs/decimal/decimal.h"
#include "libs/period/period.h"
#include "services/reporting/rules/judgement.h"
#include "services/reporting/rules/plan.h"

// How far a value has come from the baseline towards the end target. It stands beside the score and
// never changes it. All functions are pure and thread-safe.
namespace athena::reporting {

// Where the target in force begins and ends.
struct Course {
  Decimal baseline;
  Period baseline_period;
  Decimal end;        // the last anchor's
  Period end_period;  // quarters or years, as all anchors
};

// Whether the measurement can be compared with the course: it has a value, the direction is not
// kRange, and a flow is all of one period of the anchors' kind (a quarter says nothing about a
// year) with a coverage of 1. It needs no target at the period.
bool IsOnCourse(Direction direction, bool is_flow, const Measured& measured, Period period,
                const Course& course);

struct Progress {
  // (value - baseline) / (end - baseline).
  std::optional<Decimal> share;
  // share / elapsed share of the plan: 1 is exactly on schedule.
  std::optional<Decimal> pace;
  // (end - value) / quarters from the period's end to that of the course: the change that each
  // quarter left must bring.
  std::optional<Decimal> required_rate;
};

// The share of the days from `first` to `last` that has passed on `day`, counted inclusively,
// rounded; 1 after `last`, nullopt before `first`.
std::optional<Decimal> ElapsedShare(absl::CivilDay first, absl::CivilDay last, absl::CivilDay day);

// All members are absent when end equals baseline, and on overflow; the pace also when nothing of
// the plan has elapsed, the rate also when no quarter is left.
Progress MeasureProgress(Decimal value, Period period, const Course& course,
                         std::optional<Decimal> elapsed_share);

enum class GrowthClass : int8_t {
  kNone,
  kReached,
  kOnTrack,       // ratio >= 0.95
  kModerate,      // ratio >= 0.6
  kInsufficient,  // ratio >= 0
  kMovingAway,
};
enum class GrowthReason : int8_t {
  kNone,
  kNoTarget,  // the value is not on a course
  kNotWholeYears,
  kZero,
  kNegative,
  kNoGrowth,
  kOverflow,
};

// The compound-growth class of national SDG reports (Open SDG's quantitative progress measure): the
// annual growth that was observed, compared with the one that the target requires.
struct Growth {
  GrowthClass growth_class = GrowthClass::kNone;
  GrowthReason reason = GrowthReason::kNone;  // why there is no class
  // sign(baseline) x (+1 where higher is better, -1 where lower is) x observed annual growth /
  // |required annual growth|.
  std::optional<Decimal> ratio;
  // From ratio 0.6 up 7.1429 ratio - 4.2857, below it 4.1667 ratio - 2.5; between -5 and 5.
  std::optional<Decimal> score;
};

// A growth rate over n years is the n-th root of the quotient, minus 1; n is the number of years
// between the ends of the two periods and must be whole and at least 1, else kNotWholeYears. The
// first that applies: that; baseline or end is 0 (kZero); the value is as good as the end, whatever
// the rates (kReached); value or end has another sign than the baseline (kNegative); no growth is
// required (kNoGrowth); the class of the ratio.
Growth CompoundGrowth(Direction direction, Decimal value, Period period, const Course& course);

}  // namespace athena::reporting

#endif  // ATHENA_SERVICES_REPORTING_RULES_FIGURES_PROGRESS_H_
