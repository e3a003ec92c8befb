#ifndef ATHENA_SERVICES_REPORTING_RULES_DELIVERY_H_
#define ATHENA_SERVICES_REPORTING_RULES_DELIVERY_H_

#include <cstdint>
#include <optional>

#include "absl/time/civil_time.h"
#include "libs/decimal/decimal.h"
#include "libs/period/period.h"
#include "services/reporting/rules/judgement.h"
#include "services/reporting/rules/plan.h"

// What an element itself had to deliver: its state, its progress and its milestones. All functions
// are pure and thread-safe.
//
// A quarter is read on a date. D is the earlier of the quarter's last day and that date.
namespace athena::reporting {

enum class State : int8_t { kActive, kCompleted, kDeferred, kCancelled };

// The latest of the element's events on or before `day` gives its state; kActive before all of
// them. Of events on one day the first of cancelled, deferred, completed and resumed counts.
State StateOn(const Element& element, absl::CivilDay day);

// The last day, `day` or earlier, on which the element was neither cancelled nor deferred.
absl::CivilDay LastStandingDay(const Element& element, absl::CivilDay day);

enum class MilestoneState : int8_t {
  kOpen,       // not reached, and not missed
  kDone,       // reached on or before D, early or late
  kMissed,     // due before the date, in or before the quarter, and not reached on or before D
  kWithdrawn,  // in an earlier quarter: it no longer counts
};

MilestoneState StateOf(const Milestone& milestone, Period quarter, absl::CivilDay date);

enum class ScoredBy : int8_t { kNothing, kCompleted, kProgress, kMilestones };

// Whether the element's last day lies before D without its completion.
enum class PastEnd : int8_t {
  kNo,
  kYes,   // score at most 66, AMBER at best
  kLong,  // in quarters after the one that follows its last day's: at most 33 and RED
};

struct Delivery {
  Status status = Status::kNoScore;
  Reason reason = Reason::kNone;  // kNotDue or kNoReport, or none
  std::optional<Decimal> score;
  ScoredBy scored_by = ScoredBy::kNothing;
  // What the score was made of: the share of the work over the elapsed share of the element's days,
  // or milestones done over milestones judged. Absent when completed and without report.
  std::optional<Decimal> ratio;
  PastEnd past_end = PastEnd::kNo;
  // Scored by milestones.
  int milestones_done = 0;
  int milestones_judged = 0;
  // Scored by progress: the report.
  std::optional<Decimal> percent;
  bool validated = false;
  bool carried = false;  // it is the previous quarter's
  int64_t days = 0;      // of the element, from its first to its last one
  int64_t elapsed = 0;   // of them, until the day that the report is compared with
};

// The element's delivery in a quarter read on `date`; nullopt when it is no part of the element.
// The element is neither cancelled nor deferred on D. The first that applies:
//
//  1. Completed on D: 100 and GREEN.
//  2. Progress is expected: of an action with start and end, from the plan's quarter on, in
//     quarters after the one in which it starts. The ratio is percent / (100 x elapsed share),
//     where days are counted inclusively up to the earlier of D and the element's end. Reports are
//     due when the quarter's last day and the plan's delay are over on `date`. Until then, without
//     a report, the previous quarter's is carried, against the elapsed share of that quarter's last
//     day; if there is none either: NOT_APPLICABLE (kNotDue). Due and absent: NO_SCORE (kNoReport).
//     Where neither is there and PastEnd is kLong: 0 and RED at once. A validated report counts
//     before a submitted one, and of equals the last.
//  3. Milestones that are done or missed. The ratio is done / (done + missed).
//
// score = 100 (ratio - 0.5) / 0.6, between 0 and 100, rounded once; GREEN from a ratio of 0.9, RED
// below 0.7, else AMBER; lowered as PastEnd says.
std::optional<Delivery> DeliveryOf(const Plan& plan, const Element& element, Period quarter,
                                   absl::CivilDay date);

}  // namespace athena::reporting

#endif  // ATHENA_SERVICES_REPORTING_RULES_DELIVERY_H_
