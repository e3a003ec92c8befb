#ifndef ATHENA_SERVICES_INDICATOR_QUARTERS_COMPLETENESS_READING_H_
#define ATHENA_SERVICES_INDICATOR_QUARTERS_COMPLETENESS_READING_H_

#include <cstdint>
#include <memory>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "athena/indicator/v1/observation.pb.h"
#include "libs/versioned/store.h"
#include "services/indicator/model/definition.h"
#include "services/indicator/rules/timeliness.h"

namespace athena::indicator {

// The overdue cells of a series, and the last push that changed a cell of it in their periods or in
// the silence window before them.
struct OverdueCells {
  int32_t series = 0;
  std::shared_ptr<const v1::Push> last_push;
  int64_t cells = 0;
  absl::CivilDay due;  // of the first of them
};

// The completeness of an indicator in a range of periods.
struct MeasuredPeriods {
  RangeCompleteness completeness;
  std::vector<OverdueCells> overdue;  // by series
};

// Reads cells and measures their completeness on a day. It keeps what it looked up, so one reader
// is used for all indicators and quarters of a request, by one thread.
class CompletenessReader {
 public:
  // Days begin and end in `zone`.
  CompletenessReader(absl::CivilDay date, absl::TimeZone zone) : date_(date), zone_(zone) {}

  // Measures the periods of `range` (PeriodsOfQuarter) of a BASE indicator. All calls have
  // snapshots of one institution at one revision.
  absl::StatusOr<MeasuredPeriods> Measure(const versioned::Snapshot& snapshot,
                                          const Definition& definition, const PeriodRange& range);

  // The number of cell revisions read so far, which is what Measure costs.
  int64_t revisions_read() const { return revisions_read_; }

 private:
  struct Reported;
  // `has_start`: whether it is known from when on the indicator is expected.
  absl::StatusOr<Reported> ReadReported(const versioned::Snapshot& snapshot,
                                        const Definition& definition, const PeriodRange& range,
                                        bool has_start);
  absl::StatusOr<int64_t> LastRevisionOn(const versioned::Snapshot& snapshot, absl::CivilDay day);
  absl::StatusOr<std::shared_ptr<const v1::Push>> PushAt(const versioned::Snapshot& snapshot,
                                                         int64_t revision);

  const absl::CivilDay date_;
  const absl::TimeZone zone_;
  int64_t revisions_read_ = 0;
  absl::flat_hash_map<absl::CivilDay, int64_t> last_revision_on_;
  absl::flat_hash_map<int64_t, std::shared_ptr<const v1::Push>> pushes_;
};

}  // namespace athena::indicator

#endif  // ATHENA_SERVICES_INDICATOR_QUARTERS_COMPLETENESS_READING_H_
