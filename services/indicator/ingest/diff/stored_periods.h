#ifndef ATHENA_SERVICES_INDICATOR_INGEST_DIFF_STORED_PERIODS_H_
#define ATHENA_SERVICES_INDICATOR_INGEST_DIFF_STORED_PERIODS_H_

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "libs/sql/database.h"
#include "services/indicator/ingest/rows/checked_rows.h"

// A cache of the periods that are stored: most pushes bring days that are not stored yet, and with
// it those are compared without a read.
namespace athena::indicator {

// The periods of a quarter in which a series has cells, including retracted ones.
class StoredPeriods {
 public:
  // `period`: any period of the quarter.
  explicit StoredPeriods(int32_t period) : first_(period - (kMaxPeriods - 1)) {}

  bool Has(int32_t period) const { return bits_[static_cast<size_t>(period - first_)]; }
  void Add(int32_t period) { bits_.set(static_cast<size_t>(period - first_)); }

 private:
  static constexpr int32_t kMaxPeriods = 92;  // days

  int32_t first_;
  std::bitset<2 * kMaxPeriods - 1> bits_;
};

// The stored periods of series in quarters, kept from one writing transaction to the next. Not
// thread-safe: transactions that write are sequential.
class StoredPeriodsCache {
 public:
  struct Quarter {
    bool complete = false;  // series that are not in `series` have no cells
    absl::flat_hash_map<int64_t, StoredPeriods> series;  // by number
  };

  // nullptr on a miss.
  Quarter* Find(int64_t institution, int32_t quarter) {
    const auto found = quarters_.find({institution, quarter});
    return found == quarters_.end() ? nullptr : &found->second;
  }
  Quarter& Add(int64_t institution, int32_t quarter, bool complete) {
    Quarter& added = quarters_[{institution, quarter}];
    added.complete = complete;
    return added;
  }
  // Adds a series without periods; `period` as for StoredPeriods.
  StoredPeriods& Add(Quarter& quarter, int64_t series, int32_t period) {
    ++size_;
    return quarter.series.emplace(series, period).first->second;
  }
  void ClearIfFull() {
    if (size_ + quarters_.size() < kCapacity) return;
    quarters_.clear();
    size_ = 0;
  }

 private:
  // Series and quarters: about 6 MiB. A single push may exceed it.
  static constexpr size_t kCapacity = 65'536;

  absl::flat_hash_map<std::pair<int64_t, int32_t>, Quarter> quarters_;
  size_t size_ = 0;  // series of all quarters
};

// The cache of the transactions that write; nullptr in those that only read and where the driver
// keeps no notes. Valid until the next note of the transaction.
StoredPeriodsCache* StoredPeriodsCacheOf(sql::ReadTx& tx);

// The cached quarter; on a miss it is added, complete when it has no cells.
absl::StatusOr<StoredPeriodsCache::Quarter*> FindOrReadQuarter(sql::ReadTx& tx,
                                                               StoredPeriodsCache& cache,
                                                               int64_t institution,
                                                               int32_t quarter);

// Whether it is certain that none of the cells, all of one series, is stored.
bool AllNew(const StoredPeriodsCache::Quarter& quarter, int64_t series,
            absl::Span<const CellWrite> cells);

}  // namespace athena::indicator

#endif  // ATHENA_SERVICES_INDICATOR_INGEST_DIFF_STORED_PERIODS_H_
