#ifndef ATHENA_SERVICES_PLAN_FOLLOW_UP_REPORT_RULES_H_
#define ATHENA_SERVICES_PLAN_FOLLOW_UP_REPORT_RULES_H_

#include <optional>
#include <vector>

#include "absl/time/civil_time.h"
#include "absl/types/span.h"
#include "libs/period/period.h"

// Which progress reports are expected, and until when. Pure and thread-safe.
namespace athena::plan {

// What decides whether an element is reported on.
struct ReportedElement {
  int parent = -1;  // the index of the element above; -1 at the top
  bool is_action = false;
  std::optional<absl::CivilDay> start;
  std::optional<absl::CivilDay> end;
  std::optional<absl::CivilDay> completed_on;
  std::optional<absl::CivilDay> deferred_on;
  std::optional<absl::CivilDay> resumed_on;
  std::optional<absl::CivilDay> cancelled_on;
};

enum class Standing { kActive, kCompleted, kDeferred, kCancelled };

// The latest of the element's dates on or before `day` says how it stands; kActive before all of
// them. Of dates that fall on one day the first of cancelled, deferred, completed and resumed
// counts. (As scorecards have it.)
Standing StandingOn(const ReportedElement& element, absl::CivilDay day);

// Of each element of a plan whether its report of `quarter` is expected: it is an action with start
// and end; the quarter is `expected_from` or later (nullopt: never) and after the one in which it
// starts; on the earlier of the quarter's last day and `today` it is not completed, and neither it
// nor an element above it is deferred or cancelled. Parents form no cycle.
std::vector<bool> ExpectReports(absl::Span<const ReportedElement> elements,
                                std::optional<Period> expected_from, Period quarter,
                                absl::CivilDay today);

// The last day on which a report of the quarter is in time.
absl::CivilDay ReportDueDate(Period quarter, int delay_days);

}  // namespace athena::plan

#endif  // ATHENA_SERVICES_PLAN_FOLLOW_UP_REPORT_RULES_H_
