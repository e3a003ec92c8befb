#include "services/indicator/store/closing_store.h"

#include <algorithm>
#include <optional>
#include <string>

#include "absl/container/btree_set.h"
#include "athena/indicator/v1/closing.pb.h"
#include "libs/period/period.h"
#include "libs/status/macros.h"
#include "libs/versioned/revisions.h"

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

absl::StatusOr<absl::flat_hash_map<int32_t, int64_t>> FirstClosings(
    const versioned::Snapshot& at, absl::Span<const int32_t> quarters) {
  ATHENA_ASSIGN_OR_RETURN(const std::vector<int32_t> closed, ClosedAmong(at, quarters));
  absl::flat_hash_map<int32_t, int64_t> first;
  for (const int32_t quarter : closed) {
    absl::btree_set<int64_t> revisions;
    ATHENA_RETURN_IF_ERROR(versioned::AddRevisionsOf(
        at.tx(), at.institution(), kClosings,
        Period::OfIndex(Frequency::kQuarter, quarter).ToString(), &revisions));
    if (!revisions.empty()) first.emplace(quarter, *revisions.begin());
  }
  return first;
}

absl::StatusOr<int64_t> LastClosing(const versioned::Snapshot& at) {
  ATHENA_ASSIGN_OR_RETURN(const std::vector<v1::Closing> closings, at.List<v1::Closing>(kClosings));
  int64_t last = 0;
  for (const v1::Closing& closing : closings) last = std::max(last, closing.revision());
  return last;
}

}  // namespace athena::indicator
