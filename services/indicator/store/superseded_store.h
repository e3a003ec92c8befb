#ifndef ATHENA_SERVICES_INDICATOR_STORE_SUPERSEDED_STORE_H_
#define ATHENA_SERVICES_INDICATOR_STORE_SUPERSEDED_STORE_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "libs/sql/database.h"
#include "services/indicator/model/cell_block.h"

// Compaction of the table `observation`. A row is superseded once each of its cells has a newer
// revision (a retraction is one, too). Reads of current values would step over such rows, so where
// a block has many, they are moved to the table `observation_superseded`, which only reads of
// history and of the past open (observation_store.h). The rows that stay, at most kBlockPeriods a
// block, give every current cell. Functions run in the caller's transaction and keep no state.
namespace athena::indicator {

// A block of a series in a quarter.
struct StoredBlock {
  int32_t quarter = 0;
  int32_t series = 0;  // number
  int32_t block = 0;
};

// The number of rows in `observation` at which the next push to a block compacts it. More than
// kBlockPeriods, so that every compaction moves many rows; different between blocks, so that those
// of a push that always revises the same cells are not all compacted by the same push.
constexpr size_t CrowdedRows(int32_t series, int32_t block) {
  constexpr size_t kFewest = size_t{2} * kBlockPeriods;
  constexpr uint32_t kSpread = 16;
  return kFewest + (static_cast<uint32_t>(series) + static_cast<uint32_t>(block)) % kSpread;
}

// Moves the superseded rows of blocks, which are sorted by quarter. Call it at the end of the
// transaction that writes `revision`, the newest, to them. INTERNAL when a row cannot be read.
absl::Status SetSupersededAside(sql::WriteTx& tx, int64_t institution, int64_t revision,
                                absl::Span<const StoredBlock> blocks);

// The quarters from `first` to `last`, ascending, that were compacted after a revision: reads at
// that revision need the moved rows as well.
absl::StatusOr<std::vector<int32_t>> QuartersSetAsideAfter(sql::ReadTx& tx, int64_t institution,
                                                           int32_t first, int32_t last,
                                                           int64_t revision);

}  // namespace athena::indicator

#endif  // ATHENA_SERVICES_INDICATOR_STORE_SUPERSEDED_STORE_H_
