#ifndef ATHENA_SERVICES_INDICATOR_QUERY_QUERY_INDEX_H_
#define ATHENA_SERVICES_INDICATOR_QUERY_QUERY_INDEX_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "athena/indicator/v1/target.pb.h"
#include "libs/sql/database.h"
#include "services/indicator/model/catalog.h"
#include "services/indicator/rules/trajectory.h"

namespace athena::indicator {

// A version of a target, read once.
struct TargetVersion {
  int64_t revision = 0;
  absl::Time set_time;
  v1::Target message;
  Target trajectory;
};
// In the order in which they were set.
using TargetVersions = std::vector<std::shared_ptr<const TargetVersion>>;

// (dimension, code), by dimension, each dimension once.
using Slice = std::vector<std::pair<std::string, std::string>>;

// A series of a slice: its number and its codes, in the definition's order with a comma between.
struct SliceSeries {
  int32_t number = 0;
  std::string codes;
};

// What queries look up of one institution, in memory: its series, its targets, and when cells of
// which indicator and quarter last changed. All of these only ever grow, so that what is new is
// found by its revision: a reader first takes on, in its own snapshot, what came since the last one
// did. It may then know more than the snapshot shows: series that have no cells there yet, targets
// whose revision is later, changes that have not happened there (which only make it read more).
// Thread-safe.
class InstitutionIndex {
 public:
  explicit InstitutionIndex(std::string institution) : institution_(std::move(institution)) {}

  // Takes on everything up to `head`, the institution's last revision as `tx` sees it. Costs
  // nothing when that is known already. `definitions` are the current ones.
  absl::Status Sync(sql::ReadTx& tx, int64_t head, const Definitions& definitions);

  // How much of series and targets is known: all up to a revision, and how often any were added.
  struct Extent {
    int64_t head = 0;
    int64_t additions = 0;
  };
  Extent extent() const;

  // The series of a BASE indicator in a slice, by number.
  std::vector<SliceSeries> SeriesOf(const Definition& definition, const Slice& slice) const;

  // The versions of the target of an indicator and slice (SliceKey); nullptr when there is none.
  std::shared_ptr<const TargetVersions> TargetsOf(const std::string& indicator,
                                                  const std::string& slice) const;

  // The last revision at which a cell of the indicator changed in one of these quarters (indexes,
  // both included), or an end of its series was declared; 0: never.
  int64_t LastChange(const std::string& indicator, int32_t first_quarter,
                     int32_t last_quarter) const;

 private:
  struct Indicator {
    absl::flat_hash_map<std::string, int32_t> series;  // by codes
    std::vector<std::pair<int32_t, int64_t>> changes;  // (quarter, revision), by quarter
    absl::flat_hash_map<std::string, std::shared_ptr<const TargetVersions>> targets;  // by slice
  };

  absl::Status SyncSeries(sql::ReadTx& tx) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status SyncTargets(sql::ReadTx& tx, const Definitions& definitions)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status SyncChanges(sql::ReadTx& tx) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  const Indicator* Find(const std::string& indicator) const ABSL_SHARED_LOCKS_REQUIRED(mutex_);

  const std::string institution_;
  mutable absl::Mutex mutex_;
  int64_t head_ ABSL_GUARDED_BY(mutex_) = 0;         // everything up to here is known
  int32_t last_series_ ABSL_GUARDED_BY(mutex_) = 0;  // the greatest number that is known
  int64_t additions_ ABSL_GUARDED_BY(mutex_) = 0;    // of series and of targets
  absl::flat_hash_map<std::string, Indicator> indicators_ ABSL_GUARDED_BY(mutex_);
};

// The indexes of all institutions. Thread-safe.
class QueryIndex {
 public:
  // That of an institution whose last revision is `head`; lives as long as this. Of those without
  // any nothing is kept, since their names come from callers: they share an empty one.
  InstitutionIndex& Of(const std::string& institution, int64_t head);

 private:
  InstitutionIndex empty_{""};
  absl::Mutex mutex_;
  absl::flat_hash_map<std::string, std::unique_ptr<InstitutionIndex>> institutions_
      ABSL_GUARDED_BY(mutex_);
};

}  // namespace athena::indicator

#endif  // ATHENA_SERVICES_INDICATOR_QUERY_QUERY_INDEX_H_
