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

// Setting aside what does not hold any more. A row of the table `observation` is superseded once
// each of its cells has a newer revision, be it a retraction; a read of what holds now would step
// over such rows. Where a block has many, they move to the table `observation_superseded`, which is
// read for histories and for what held before the move (observation_store.h). What remains tells
// what holds, and which cells have any revision at all; at most kBlockPeriods rows of a block have
// to. Functions run in the caller's transaction and keep no state: thread-safe as far as it is.
namespace athena::indicator {

// A block of a series in a quarter.
struct StoredBlock {
  int32_t quarter = 0;
  int32_t series = 0;  // number
  int32_t block = 0;
};

// A push that writes to a block with so many rows in `observation` sets aside those that it leaves
// superseded. More than kBlockPeriods, so that each time frees many; spread, so that the blocks of
// a push that always revises the same cells do not all come due at once.
constexpr size_t CrowdedRows(int32_t series, int32_t block) {
  constexpr size_t kFewest = size_t{2} * kBlockPeriods;
  constexpr uint32_t kSpread = 16;
  return kFewest + (static_cast<uint32_t>(series) + static_cast<uint32_t>(block)) % kSpread;
}

// Sets aside the superseded rows of blocks, which come by quarter: at the end of the transaction
// that writes `revision`, the newest, to them. INTERNAL when a row is no block.
absl::Status SetSupersededAside(sql::WriteTx& tx, int64_t institution, int64_t revision,
                                absl::Span<const StoredBlock> blocks);

// The quarters from `first` to `last`, ascending, of which `observation` alone does not tell what
// was known at a revision: since then, rows of them were set aside.
absl::StatusOr<std::vector<int32_t>> QuartersSetAsideAfter(sql::ReadTx& tx, int64_t institution,
                                                           int32_t first, int32_t last,
                                                           int64_t revision);

}  // namespace athena::indicator

#endif  // ATHENA_SERVICES_INDICATOR_STORE_SUPERSEDED_STORE_H_
