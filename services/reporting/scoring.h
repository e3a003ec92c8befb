#ifndef ATHENA_SERVICES_REPORTING_SCORING_H_
#define ATHENA_SERVICES_REPORTING_SCORING_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/civil_time.h"
#include "libs/decimal/decimal.h"
#include "libs/period/period.h"

// How a quarter is scored: the rules alone. Values in, scores out; no clock, no I/O, no protobuf.
// The order of elements and of links in the input never changes anything in the outcome.
//
// Scores are exact decimals from 0 to 100. All functions are pure and thread-safe.
namespace athena::reporting {

// Raised whenever an outcome could change.
inline constexpr std::string_view kEngineVersion = "1";

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
};

// Which values are better.
enum class Direction : int8_t { kHigher, kLower, kRange };

// What an element does about expected parts without score.
enum class MissingPolicy : int8_t { kIgnore, kStrict, kZero };

// What a value is judged against. kHigher and kLower use target and red flag; kRange uses the rest,
// red_low < low <= high < red_high.
struct Thresholds {
  Decimal target;
  Decimal red;
  Decimal low;
  Decimal high;
  Decimal red_low;
  Decimal red_high;

  friend bool operator==(const Thresholds& a, const Thresholds& b) = default;
};

// A value against thresholds.
struct Judgement {
  Status status = Status::kNoScore;
  Reason reason = Reason::kNone;  // kOverflow, else none
  std::optional<Decimal> score;
  // Value minus target; kRange: 0 inside, else the signed distance to the nearer bound. Absent when
  // it exceeds 1e24.
  std::optional<Decimal> gap;
};

// With d = target - red: score = clamp(100 (value - red + d) / (3 d), 0, 100), rounded once: 33.3
// at the red flag, 66.7 at the target. kRange: the lower of the scores of its two sides. The status
// compares the value itself, never the rounded score: as good as the target is GREEN, worse than
// the red flag RED, else AMBER.
//
// Where target and red flag coincide (a flow target in a quarter whose share is 0) the score is the
// limit for d > 0: 100 when better, 66.7 at the target, 0 when worse.
Judgement Judge(Direction direction, const Thresholds& thresholds, Decimal value);

// Where a value stands on the way from the baseline to the target at the end of the plan.
struct Way {
  // (value - baseline) / (end - baseline).
  std::optional<Decimal> progress;
  // progress / (elapsed_days / plan_days).
  std::optional<Decimal> pace;
  // (end - value) / quarters_left: the change that each quarter left must bring.
  std::optional<Decimal> required_rate;
};
// `elapsed_days` of the plan's `plan_days` (> 0) have passed, counted inclusively; `quarters_left`
// follow the evaluation period. All parts are absent when end equals baseline, or on overflow; pace
// also when nothing has elapsed, the rate also when no quarter is left.
Way WayToEnd(Decimal value, Decimal baseline, Decimal end, int elapsed_days, int plan_days,
             int quarters_left);

enum class GrowthClass : int8_t {
  kNone,
  kReached,
  kOnTrack,       // ratio >= 0.95
  kModerate,      // ratio >= 0.6
  kInsufficient,  // ratio >= 0
  kMovingAway,
};
enum class GrowthReason : int8_t { kNone, kNoTarget, kZero, kNoGrowth, kNotWholeYears, kOverflow };

// The compound-growth class of national SDG reports (Open SDG's quantitative progress measure).
struct Growth {
  GrowthClass growth_class = GrowthClass::kNone;
  GrowthReason reason = GrowthReason::kNone;
  // sign(baseline) x (+1 where higher is better, -1 where lower is) x observed annual growth /
  // |required annual growth|.
  std::optional<Decimal> ratio;
  std::optional<Decimal> score;  // -5 to 5
};
// A growth rate over n years is the n-th root of the quotient, minus 1; n is the number of years
// between the ends of the two periods and must be whole and at least 1 (else kNotWholeYears). Where
// baseline or end target is 0, or the signs differ, there is no rate: kZero. A value as good as the
// end target is kReached whatever the rates.
Growth CompoundGrowth(Direction direction, Decimal value, Period period, Decimal baseline,
                      Period baseline_period, Decimal end, Period plan_end);

// What was measured in one period, and what it is judged against.
struct Measured {
  std::optional<Decimal> value;
  Reason reason = Reason::kNone;  // why there is no value
  int64_t present = 0;            // cells
  int64_t expected = 0;
  std::optional<Thresholds> current;
  std::optional<Thresholds> original;
};

// An indicator link of an element.
struct Link {
  // What tells it apart: the indicator and the slice, as a canonical text. Links of an element are
  // ordered by it; the same key in two elements is worth a warning.
  std::string key;
  Decimal weight = Decimal::FromInt(1);
  bool critical = false;
  Direction direction = Direction::kHigher;
  Measured period;
  std::optional<Measured> year_to_date;  // flow indicators
};

struct Milestone {
  std::string id;
  absl::CivilDay due;
  std::optional<absl::CivilDay> done;
  bool critical = false;
};

struct Element {
  int parent = -1;  // index in Plan::elements; -1: at the top. No cycles.
  std::string code;
  Decimal weight = Decimal::FromInt(1);
  bool critical = false;
  std::optional<absl::CivilDay> deferred_on;
  std::optional<absl::CivilDay> resumed_on;
  std::optional<absl::CivilDay> cancelled_on;
  std::vector<Milestone> milestones;
  std::vector<Link> links;
};

struct Plan {
  Period quarter;       // the one that is scored
  absl::CivilDay date;  // the day of the basis
  MissingPolicy missing_policy = MissingPolicy::kIgnore;
  Decimal min_coverage = Decimal::FromUnits(500'000'000'000);
  bool score_year_to_date = false;  // where a link has one
  std::vector<Element> elements;
};

struct Counts {
  int green = 0;
  int amber = 0;
  int red = 0;
  int no_score = 0;
  int not_applicable = 0;

  void Count(Status status);
  void Add(const Counts& other);
};

// A measurement judged against both targets; a judgement is absent without value or thresholds.
struct JudgedMeasure {
  std::optional<Judgement> current;
  std::optional<Judgement> original;
  std::optional<Decimal> coverage;  // present / expected; absent when nothing is expected
};

struct LinkOutcome {
  Status status = Status::kNoScore;
  Reason reason = Reason::kNone;
  std::optional<Decimal> score;
  // Whether its element waits for it: it has a score, or should have.
  bool expected = false;
  bool scored_year_to_date = false;
  JudgedMeasure period;
  std::optional<JudgedMeasure> year_to_date;
  std::optional<Decimal> coverage;  // of what was scored
};

// Why an element's status can be no better than AMBER.
struct Cap {
  enum class Cause : int8_t { kPartRed, kPartWithoutScore, kMilestoneMissed };
  enum class Part : int8_t { kElement, kLink, kMilestone };
  Cause cause;
  Part part;
  int index;  // into Plan::elements, or the element's links or milestones as given
};

struct NodeOutcome {
  Status status = Status::kNoScore;
  Reason reason = Reason::kNone;
  std::optional<Decimal> score;
  std::optional<Decimal> coverage;
  std::vector<Cap> caps;           // of links in order, then elements in order, then milestones
  std::vector<int> children;       // into Plan::elements, in natural order of their codes
  std::vector<int> link_order;     // into the element's links, in the order of their keys
  std::vector<LinkOutcome> links;  // as the element's links are given
  Counts element_counts;           // of the elements below
  Counts indicator_counts;         // of the links here and below
};

// The same key in several elements.
struct RepeatedLink {
  std::string key;
  // Pairs of element and link, in natural order of the elements' codes.
  std::vector<std::pair<int, int>> places;
};

struct Outcome {
  NodeOutcome plan;                    // whose parts are the elements at the top
  std::vector<NodeOutcome> elements;   // as given
  std::vector<RepeatedLink> repeated;  // in the order of their keys
};

// Scores a plan's quarter. An element's parts are its links and the elements below it.
//
// score = sum(w s) / sum(w) over the scored parts; coverage = sum(w c) / sum(w) over the expected
// parts, c being 0 without score; only the quotients are rounded. kZero counts expected parts
// without score as 0, kStrict refuses. Coverage below the minimum: kCoverage. An element without
// expected part is kNotApplicable, and not expected by its parent; so is one that was cancelled or
// stood deferred on the quarter's last day, with all that is below it. A critical part that is RED,
// or expected and without score, and a critical milestone that was missed, cap the status (never
// the score) of the element itself at AMBER, and go no further up.
//
// A quarter that has not begun on `date` is kNoScore (kNotBegun) everywhere.
Outcome Score(const Plan& plan);

// Whether `a` comes before `b` in natural order: runs of digits compare as numbers, so "3.1.9"
// comes before "3.1.10". A total order: texts that differ are never equal.
bool NaturalLess(std::string_view a, std::string_view b);

}  // namespace athena::reporting

#endif  // ATHENA_SERVICES_REPORTING_SCORING_H_
