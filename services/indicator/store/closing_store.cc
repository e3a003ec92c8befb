#include "services/indicator/store/closing_store.h"

#include <algorithm>
#include <optional>
#include <string>

#include "athena/indicator/v1/closing.pb.h"
#include "libs/period/period.h"
#include "libs/status/macros.h"

namespace athena::indicator {

absl::StatusOr<std::vector<int32_t>> ClosedAmong(const versioned::Snapshot& at,
                                                 absl::Span<const int32_t> quarters) {
  std::vector<std::string> ids;
  ids.reserve(quarters.size());
  for (const int32_t quarter : quarters) {
    ids.push_back(Period::OfIndex(Frequency::kQuarter, quarter).ToString());
  }
  ATHENA_ASSIGN_OR_RETURN(const std::vector<std::optional<v1::Closing>> closings,
                          at.FindMany<v1::Closing>(kClosings, ids));
  std::vector<int32_t> closed;
  for (size_t i = 0; i < quarters.size(); ++i) {
    if (closings[i].has_value() && closings[i]->state() == v1::Closing::STATE_CLOSED) {
      closed.push_back(quarters[i]);
    }
  }
  std::sort(closed.begin(), closed.end());
  return closed;
}

}  // namespace athena::indicator
