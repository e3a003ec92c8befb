#ifndef ATHENA_TESTS_BENCH_RAW_SQLITE_H_
#define ATHENA_TESTS_BENCH_RAW_SQLITE_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

// What SQLite alone takes for the rows of the workload: one thread, no network, nothing to decode,
// to check or to answer.
namespace athena::bench {

enum class RawLayout {
  // A row of a table for each cell, and for each (series, quarter) of a push one range read that
  // finds out what is there.
  kCells,
  // As the indicator service: a row for each block of cells
  // (services/indicator/model/cell_block.h), and no reads, since all that comes is known to be new.
  kBlocks,
};

struct RawLoad {
  RawLayout layout = RawLayout::kCells;
  std::string database;  // a new file
  std::string schema;    // the file of the indicator service's own tables of observations
  int64_t rows = 0;      // in all
  int64_t rows_per_push = 0;
  int64_t pushes_per_commit = 1;
};

// Stores the rows in the layout, the marks of what changed, and the pushes themselves; a COMMIT
// with an fsync for each group of pushes; a checkpoint when the WAL exceeds 64 MiB. Rows are
// numbers already, and each push is sorted, before the clock starts. Returns how long it took.
// DATA_LOSS when the rows are not there afterwards.
absl::StatusOr<absl::Duration> LoadRaw(const RawLoad& load);

// The same in blocks, for whoever brings one row after the other, each a push by itself. Not
// thread-safe.
class RawStore {
 public:
  // `database` and `schema` as in RawLoad.
  static absl::StatusOr<std::unique_ptr<RawStore>> Create(const std::string& database,
                                                          const std::string& schema);
  virtual ~RawStore() = default;

  // Stores the workload's next rows, all in one commit with an fsync.
  virtual absl::Status Store(int64_t rows) = 0;
};

}  // namespace athena::bench

#endif  // ATHENA_TESTS_BENCH_RAW_SQLITE_H_
