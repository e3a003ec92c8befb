#ifndef ATHENA_SERVICES_INDICATOR_STORE_SERIES_STORE_H_
#define ATHENA_SERVICES_INDICATOR_STORE_SERIES_STORE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/types/span.h"
#include "libs/sql/database.h"

namespace athena::indicator {

// A series of an institution as it is stored: its indicator and its codes in the order of the
// dimensions, a comma between; and its number, 0 where it is not known.
struct SeriesKey {
  std::string indicator;
  std::string codes;
  int32_t number = 0;
};

// The numbers of series in memory, so that a push seldom looks one up in the database. A cache:
// numbers never change and nothing is removed, so what is found here is right; what is not may be
// in the database, made by another process, or beyond the capacity. Thread-safe.
class SeriesNumbers {
 public:
  // Reads all there are; keeps `capacity` of them, about 100 bytes each.
  static absl::StatusOr<std::unique_ptr<SeriesNumbers>> Load(sql::Database& database,
                                                             size_t capacity = 1'000'000);
  explicit SeriesNumbers(size_t capacity) : capacity_(capacity) {}

  // Fills in the numbers that are known. `institution` is an id, here and below.
  void Resolve(std::string_view institution, absl::Span<SeriesKey> series) const;
  // Adds what a transaction made; called after its commit. Keys that are known are ignored.
  void Publish(const std::string& institution, const std::vector<SeriesKey>& made);
  // How many there are, of all institutions.
  int64_t count() const;

 private:
  // By indicator and codes, a line end between.
  using Numbers = absl::flat_hash_map<std::string, int32_t>;

  const size_t capacity_;
  mutable absl::Mutex mutex_;
  absl::flat_hash_map<std::string, Numbers> institutions_ ABSL_GUARDED_BY(mutex_);
  size_t kept_ ABSL_GUARDED_BY(mutex_) = 0;
  int64_t count_ ABSL_GUARDED_BY(mutex_) = 0;
};

// The numbers as a transaction sees them. `institution` is a key (sql::InstitutionHead).

// Looks up those whose number is 0, which stays where there is no such series.
absl::Status FindSeriesNumbers(sql::ReadTx& tx, int64_t institution, absl::Span<SeriesKey> series);
// Visits the series with a number greater than `after`, by number.
absl::Status ReadSeriesAfter(
    sql::ReadTx& tx, int64_t institution, int32_t after,
    absl::FunctionRef<void(std::string_view indicator, std::string_view codes, int32_t number)>
        visit);
// Gives each of the series, none of which has one yet, the next number in order.
absl::Status NumberSeries(sql::WriteTx& tx, absl::Span<SeriesKey> series);

}  // namespace athena::indicator

#endif  // ATHENA_SERVICES_INDICATOR_STORE_SERIES_STORE_H_
