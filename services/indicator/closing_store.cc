#include "services/indicator/closing_store.h"

#include <algorithm>
#include <optional>

#include "athena/indicator/v1/closing.pb.h"
#include "libs/period/period.h"

namespace athena::indicator {

absl::StatusOr<std::vector<int32_t>> ClosedAmong(const versioned::Snapshot& at,
                                                 absl::Span<const int32_t> quarters) {
  std::vector<int32_t> closed;
  for (const int32_t quarter : quarters) {
    const absl::StatusOr<std::optional<v1::Closing>> closing =
        at.Find<v1::Closing>(kClosings, Period::OfIndex(Frequency::kQuarter, quarter).ToString());
    if (!closing.ok()) return closing.status();
    if (closing->has_value() && (*closing)->state() == v1::Closing::STATE_CLOSED) {
      closed.push_back(quarter);
    }
  }
  std::sort(closed.begin(), closed.end());
  return closed;
}

}  // namespace athena::indicator
