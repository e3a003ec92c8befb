#ifndef ATHENA_SERVICES_INDICATOR_INGEST_STORED_NOTE_H_
#define ATHENA_SERVICES_INDICATOR_INGEST_STORED_NOTE_H_

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "libs/sql/database.h"
#include "services/indicator/ingest/checked_push.h"

namespace athena::indicator {

// Which periods of a quarter are stored of a series, retracted or not.
class StoredPeriods {
 public:
  // `period`: any of the quarter.
  explicit StoredPeriods(int32_t period) : first_(period - (kMostInQuarter - 1)) {}

  bool Has(int32_t period) const { return bits_[static_cast<size_t>(period - first_)]; }
  void Add(int32_t period) { bits_.set(static_cast<size_t>(period - first_)); }

 private:
  static constexpr int32_t kMostInQuarter = 92;  // days

  int32_t first_;
  std::bitset<2 * kMostInQuarter - 1> bits_;
};

// What is stored in quarters, as far as writing transactions know it: other cells are new without
// being looked for. Most pushes bring days that are not there yet, if not always in their order.
// The writing thread's alone: not thread-safe.
class StoredNote {
 public:
  struct Quarter {
    bool complete = false;  // of series that are not there nothing is stored
    absl::flat_hash_map<int64_t, StoredPeriods> series;  // by number
  };

  // nullptr when it is not known yet.
  Quarter* Find(int64_t institution, int32_t quarter) {
    const auto found = quarters_.find({institution, quarter});
    return found == quarters_.end() ? nullptr : &found->second;
  }
  Quarter& Add(int64_t institution, int32_t quarter, bool complete) {
    Quarter& added = quarters_[{institution, quarter}];
    added.complete = complete;
    return added;
  }
  // Adds a series with nothing; `period` as for StoredPeriods.
  StoredPeriods& Add(Quarter& quarter, int64_t series, int32_t period) {
    ++size_;
    return quarter.series.emplace(series, period).first->second;
  }
  // Makes room, by forgetting everything.
  void Bound() {
    if (size_ + quarters_.size() < kMost) return;
    quarters_.clear();
    size_ = 0;
  }

 private:
  // With as many series, some 6 MiB; what one push brings may be more.
  static constexpr size_t kMost = 65'536;

  absl::flat_hash_map<std::pair<int64_t, int32_t>, Quarter> quarters_;
  size_t size_ = 0;  // series in all of them
};

// The note of the transactions that write; nullptr where none are kept. Valid until the next note.
StoredNote* NoteOf(sql::ReadTx& tx);

// What is noted of a quarter, looked up first where nothing is.
absl::StatusOr<StoredNote::Quarter*> NotedQuarter(sql::ReadTx& tx, StoredNote& note,
                                                  int64_t institution, int32_t quarter);

// Whether a note says that none of the cells, which are of one series, is stored.
bool KnownNew(const StoredNote::Quarter& quarter, int64_t series,
              absl::Span<const CellWrite> cells);

}  // namespace athena::indicator

#endif  // ATHENA_SERVICES_INDICATOR_INGEST_STORED_NOTE_H_
