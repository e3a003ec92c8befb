#ifndef ATHENA_SERVICES_INDICATOR_STORE_SERIES_STORE_H_
#define ATHENA_SERVICES_INDICATOR_STORE_SERIES_STORE_H_

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

// The numbers of institutions and series that have been committed, in memory, so that a push looks
// none up in the database. Numbers never change and nothing is removed: what is found here holds
// for good; what is not may still be in the database. Thread-safe.
class SeriesNumbers {
 public:
  // Reads what there is.
  static absl::StatusOr<std::unique_ptr<SeriesNumbers>> Load(sql::Database& database);

  // 0 when the institution is not known.
  int64_t InstitutionNumber(std::string_view institution) const;
  // Fills in the numbers that are known.
  void Resolve(std::string_view institution, absl::Span<SeriesKey> series) const;
  // Takes on what a transaction made; called after its commit. Keys that are known are ignored.
  void Publish(const std::string& institution, int64_t number, const std::vector<SeriesKey>& made);
  // Of all institutions.
  int64_t count() const;

 private:
  struct Institution {
    int64_t number = 0;
    // By indicator and codes, a line end between.
    absl::flat_hash_map<std::string, int32_t> series;
  };

  mutable absl::Mutex mutex_;
  absl::flat_hash_map<std::string, Institution> institutions_ ABSL_GUARDED_BY(mutex_);
  int64_t count_ ABSL_GUARDED_BY(mutex_) = 0;
};

// The numbers as a transaction sees them.

// 0 when the institution has none yet.
absl::StatusOr<int64_t> FindInstitutionNumber(sql::ReadTx& tx, std::string_view institution);
// 0 when there is no such series.
absl::StatusOr<int32_t> FindSeriesNumber(sql::ReadTx& tx, int64_t institution,
                                         const SeriesKey& key);
// Visits the series with a number greater than `after`, by number.
absl::Status ReadSeriesAfter(
    sql::ReadTx& tx, int64_t institution, int32_t after,
    absl::FunctionRef<void(std::string_view indicator, std::string_view codes, int32_t number)>
        visit);
// Gives the institution a number.
absl::StatusOr<int64_t> NumberInstitution(sql::WriteTx& tx, std::string_view institution);
// Gives each of the series, none of which has one yet, the next number in order.
absl::Status NumberSeries(sql::WriteTx& tx, int64_t institution, absl::Span<SeriesKey> series);

}  // namespace athena::indicator

#endif  // ATHENA_SERVICES_INDICATOR_STORE_SERIES_STORE_H_
