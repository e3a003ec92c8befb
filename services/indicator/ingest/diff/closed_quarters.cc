#include "services/indicator/ingest/diff/closed_quarters.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "libs/audit/journal.h"
#include "libs/status/macros.h"
#include "libs/versioned/store.h"
#include "services/indicator/store/closing_store.h"

namespace athena::indicator {
namespace {

// Ascending.
std::vector<int32_t> ChangedQuarters(const PushDiff& diff) {
  std::vector<int32_t> quarters;
  for (size_t i = 0; i < diff.outcomes.size(); ++i) {
    if (!diff.IsWritten(i)) continue;
    const int32_t quarter = diff.Cell(i).quarter;
    if (quarters.empty() || quarters.back() != quarter) quarters.push_back(quarter);
  }
  std::sort(quarters.begin(), quarters.end());
  quarters.erase(std::unique(quarters.begin(), quarters.end()), quarters.end());
  return quarters;
}

}  // namespace

absl::Status LockClosedQuarters(sql::ReadTx& tx, std::string_view institution, PushDiff* diff) {
  const std::vector<int32_t> quarters = ChangedQuarters(*diff);
  if (quarters.empty()) return absl::OkStatus();
  ATHENA_ASSIGN_OR_RETURN(const audit::Head head, audit::ReadHead(tx, institution));
  ATHENA_ASSIGN_OR_RETURN(
      const std::vector<int32_t> closed,
      ClosedAmong(versioned::Snapshot(tx, std::string(institution), head.revision, head.time),
                  quarters));
  if (closed.empty()) return absl::OkStatus();
  for (size_t i = 0; i < diff->outcomes.size(); ++i) {
    if (!diff->IsWritten(i)) continue;
    if (!std::binary_search(closed.begin(), closed.end(), diff->Cell(i).quarter)) continue;
    diff->outcomes[i] = v1::OUTCOME_LOCKED;
    ++diff->locked;
  }
  diff->closed_quarters = closed;
  return absl::OkStatus();
}

}  // namespace athena::indicator
