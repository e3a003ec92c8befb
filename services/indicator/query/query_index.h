#ifndef ATHENA_SERVICES_INDICATOR_QUERY_QUERY_INDEX_H_
#define ATHENA_SERVICES_INDICATOR_QUERY_QUERY_INDEX_H_

#include <cstdint>
#include <memory>
#include <optional>
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

// A version of a target, or a declared original: the stored message, and the trajectory that the
// rules read from it.
struct TargetVersion {
  int64_t revision = 0;
  absl::Time set_time;
  v1::Target message;
  Target trajectory;
};

// The versions of one target. Immutable.
struct TargetVersions {
  std::vector<std::shared_ptr<const TargetVersion>> recorded;  // by revision, ascending
  std::vector<std::shared_ptr<const TargetVersion>> declared;  // originals, by revision, ascending
  int64_t last_revision = 0;                                   // of both

  // The version in force at a revision; nullptr when there was none.
  std::shared_ptr<const TargetVersion> At(int64_t revision) const;
  // The original at a revision: what was declared, else the version in force at `time`; nullptr
  // when there was none, and without a time.
  std::shared_ptr<const TargetVersion> OriginalAt(int64_t revision,
                                                  std::optional<absl::Time> time) const;
};

// (dimension, code), by dimension, each dimension once.
using Slice = std::vector<std::pair<std::string, std::string>>;

// A series of an indicator: its number, and its codes joined by commas, in the order of the
// definition's dimensions.
struct SliceSeries {
  int32_t number = 0;
  std::string codes;
};

// An index in memory of what queries look up of one institution: its series, its targets, and the
// last revision at which cells of an indicator and quarter changed.
//
// In the database all three are append-only and ordered by revision, so Sync reads what is newer
// than the index. Several readers share the index, which may therefore be ahead of a reader's own
// snapshot. That is harmless: such series have no cells in the snapshot, target versions bear their
// revision (see TargetAt), and a later change at most makes a query read cells once more than it
// had to. Thread-safe.
class InstitutionIndex {
 public:
  explicit InstitutionIndex(std::string institution) : institution_(std::move(institution)) {}

  // Reads what was committed up to `head`, the institution's last revision in `tx`. Does nothing
  // when the index is that far already. `definitions` are the current ones in `tx`. After an error
  // the next Sync begins where this one began.
  absl::Status Sync(sql::ReadTx& tx, int64_t head, const Definitions& definitions);

  // Adds a series, or a version of a target, that is newer than those in the index. Sync does.
  void AddSeries(const std::string& indicator, const std::string& codes, int32_t number);
  void AddTarget(const std::string& indicator, const std::string& slice,
                 std::shared_ptr<const TargetVersion> version);

  // What the index contains: everything up to a revision. `additions` counts the series and target
  // versions in it: as long as it stays the same, SeriesOf and TargetsOf do.
  struct Extent {
    int64_t head = 0;
    int64_t additions = 0;
  };
  Extent extent() const;

  // The series of a BASE indicator that have the codes of a slice, by number.
  std::vector<SliceSeries> SeriesOf(const Definition& definition, const Slice& slice) const;

  // The versions of the target of an indicator and slice (SliceKey); nullptr when there is none.
  std::shared_ptr<const TargetVersions> TargetsOf(const std::string& indicator,
                                                  const std::string& slice) const;

  // The targets of an indicator and of all its slices.
  std::vector<std::shared_ptr<const TargetVersions>> AllTargetsOf(
      const std::string& indicator) const;

  // The last revision at which a cell of the indicator changed in one of these quarters
  // (Period::index, both included), or an end of one of its series was declared; 0 for never. Once
  // an end was ever declared all quarters up to the last one count.
  int64_t LastChange(const std::string& indicator, int32_t first_quarter,
                     int32_t last_quarter) const;
  // The first quarter in which a cell of the indicator ever changed; nullopt for none.
  std::optional<int32_t> FirstQuarter(const std::string& indicator) const;

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
  void InsertSeries(const std::string& indicator, const std::string& codes, int32_t number)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void InsertTarget(const std::string& indicator, const std::string& slice,
                    std::shared_ptr<const TargetVersion> version)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  const Indicator* Find(const std::string& indicator) const ABSL_SHARED_LOCKS_REQUIRED(mutex_);

  const std::string institution_;
  mutable absl::Mutex mutex_;
  int64_t head_ ABSL_GUARDED_BY(mutex_) = 0;
  int32_t last_series_ ABSL_GUARDED_BY(mutex_) = 0;  // the greatest number in the index
  int64_t additions_ ABSL_GUARDED_BY(mutex_) = 0;
  absl::flat_hash_map<std::string, Indicator> indicators_ ABSL_GUARDED_BY(mutex_);
};

// The indexes of all institutions. Thread-safe.
class QueryIndex {
 public:
  // The index of an institution whose last revision is `head`; lives as long as this. Institutions
  // without revisions share an empty one: their names come from callers, and would fill the memory.
  InstitutionIndex& For(const std::string& institution, int64_t head);

 private:
  InstitutionIndex empty_{""};
  absl::Mutex mutex_;
  absl::flat_hash_map<std::string, std::unique_ptr<InstitutionIndex>> institutions_
      ABSL_GUARDED_BY(mutex_);
};

}  // namespace athena::indicator

#endif  // ATHENA_SERVICES_INDICATOR_QUERY_QUERY_INDEX_H_
