#include "services/plan/follow_up/report_rules.h"

#include <algorithm>
#include <cstddef>

namespace athena::plan {
namespace {

bool IsPutOff(const ReportedElement& element, absl::CivilDay day) {
  const Standing standing = StandingOn(element, day);
  return standing == Standing::kDeferred || standing == Standing::kCancelled;
}

bool ProgressBegins(const ReportedElement& element, Period quarter) {
  return element.is_action && element.start.has_value() && element.end.has_value() &&
         Period::Containing(Frequency::kQuarter, *element.start) < quarter;
}

}  // namespace

Standing StandingOn(const ReportedElement& element, absl::CivilDay day) {
  std::optional<absl::CivilDay> latest;
  Standing standing = Standing::kActive;
  const auto consider = [&](const std::optional<absl::CivilDay>& on, Standing after) {
    if (!on.has_value() || *on > day || (latest.has_value() && *on <= *latest)) return;
    latest = on;
    standing = after;
  };
  consider(element.cancelled_on, Standing::kCancelled);
  consider(element.deferred_on, Standing::kDeferred);
  consider(element.completed_on, Standing::kCompleted);
  consider(element.resumed_on, Standing::kActive);
  return standing;
}

std::vector<bool> ExpectReports(absl::Span<const ReportedElement> elements,
                                std::optional<Period> expected_from, Period quarter,
                                absl::CivilDay today) {
  std::vector<bool> expected(elements.size(), false);
  if (!expected_from.has_value() || quarter < *expected_from) return expected;
  const absl::CivilDay day = std::min(quarter.LastDay(), today);
  for (size_t i = 0; i < elements.size(); ++i) {
    const ReportedElement& element = elements[i];
    if (!ProgressBegins(element, quarter)) continue;
    bool is_expected = StandingOn(element, day) == Standing::kActive;
    for (int above = element.parent; is_expected && above >= 0;) {
      const ReportedElement& parent = elements[static_cast<size_t>(above)];
      is_expected = !IsPutOff(parent, day);
      above = parent.parent;
    }
    expected[i] = is_expected;
  }
  return expected;
}

absl::CivilDay ReportDueDate(Period quarter, int delay_days) {
  return quarter.LastDay() + delay_days;
}

}  // namespace athena::plan
