#ifndef ATHENA_SERVICES_INDICATOR_QUERY_DISCLOSURE_RELEASES_H_
#define ATHENA_SERVICES_INDICATOR_QUERY_DISCLOSURE_RELEASES_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "libs/decimal/decimal.h"
#include "libs/period/period.h"
#include "libs/sql/database.h"
#include "services/indicator/rules/disclosure/release.h"

// What restricted readers see of the periods of a PERSONAL indicator, from what is stored.
namespace athena::indicator {

// A series of a PERSONAL indicator.
struct PersonSeries {
  int32_t number = 0;
  std::string codes;  // of the dimensions that may be shown: a key of PersonTable
};

// What is asked: an indicator in quarters, at a revision.
struct ReleaseQuestion {
  std::string_view institution;  // id
  // Series and threshold are those of the present definition. The contents of periods are those up
  // to `head`, of which the one at `revision` is read.
  absl::Span<const PersonSeries> series;  // all of the indicator, by number
  Frequency frequency = Frequency::kQuarter;
  Decimal threshold;
  int32_t first_quarter = 0;  // Period::index, both included
  int32_t last_quarter = 0;
  int64_t revision = 0;
  int64_t head = 0;
};

// The releases of the periods that end in some quarters. Immutable.
class Releases {
 public:
  Releases() = default;
  Releases(Frequency frequency, absl::flat_hash_map<int32_t, int64_t> closed,
           absl::flat_hash_map<int32_t, Release> periods)
      : frequency_(frequency), closed_(std::move(closed)), periods_(std::move(periods)) {}

  // Of a period, as an index in the indicator's frequency. kNothing unless its quarter is closed; a
  // period without observation has no persons.
  Release Of(int32_t period) const;

 private:
  Frequency frequency_ = Frequency::kQuarter;
  absl::flat_hash_map<int32_t, int64_t> closed_;   // quarter to its first closing
  absl::flat_hash_map<int32_t, Release> periods_;  // that ever had an observation
};

// Reads them in the caller's transaction. Errors are those of reading.
absl::StatusOr<Releases> ReadReleases(sql::ReadTx& tx, const ReleaseQuestion& question);

}  // namespace athena::indicator

#endif  // ATHENA_SERVICES_INDICATOR_QUERY_DISCLOSURE_RELEASES_H_
