#ifndef ATHENA_SERVICES_INDICATOR_MODEL_CATALOG_H_
#define ATHENA_SERVICES_INDICATOR_MODEL_CATALOG_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "libs/sql/database.h"
#include "libs/versioned/store.h"
#include "services/indicator/model/definition.h"

namespace athena::indicator {

// Where definitions are stored: versioned resources of this collection, by indicator id.
inline constexpr versioned::Collection kIndicators{"indicators"};
// Where the settings of an institution are stored: one resource, of this id.
inline constexpr versioned::Collection kSettings{"settings"};
inline constexpr char kSettingsId[] = "settings";

// All indicators of an institution, and its time zone, at one point of its history. Immutable.
class Definitions {
 public:
  // `generation`: the revision of the last change among them; 0 when there was none.
  // `zone`: of the institution's settings.
  Definitions(int64_t generation, std::vector<Definition> definitions,
              std::optional<absl::TimeZone> zone = std::nullopt);

  int64_t generation() const { return generation_; }
  // In the order of their ids.
  const std::vector<Definition>& all() const { return all_; }
  // nullptr when there is none of that id.
  const Definition* Find(std::string_view id) const;
  // Where the institution's days begin and end: as it has set, else `otherwise`.
  absl::TimeZone zone(absl::TimeZone otherwise) const { return zone_.value_or(otherwise); }

 private:
  const int64_t generation_;
  const std::optional<absl::TimeZone> zone_;
  const std::vector<Definition> all_;
  absl::flat_hash_map<std::string_view, const Definition*> by_id_;
};

// Reads the definitions of a snapshot, current or past.
absl::StatusOr<std::shared_ptr<const Definitions>> ReadDefinitions(
    const versioned::Snapshot& snapshot);

// Reads the current definitions as a transaction sees them: for decisions in that transaction.
absl::StatusOr<std::shared_ptr<const Definitions>> ReadDefinitionsIn(
    sql::ReadTx& tx, const std::string& institution);

// Where the institution's days begin and end, as a transaction that changes it sees it.
absl::StatusOr<absl::TimeZone> ZoneIn(const versioned::Edit& edit, absl::TimeZone otherwise);
// The same of a snapshot, current or past.
absl::StatusOr<absl::TimeZone> ZoneAt(const versioned::Snapshot& snapshot,
                                      absl::TimeZone otherwise);

// A cache of the current definitions of institutions, each with its generation. Another process may
// change definitions, so a decision compares the generation of what it is based on with that of the
// transaction it is made in (Generation). Thread-safe.
class Catalog {
 public:
  // The database outlives the catalog.
  explicit Catalog(sql::Database& database) : database_(database) {}

  // The definitions of an institution, with every change that was acknowledged before the call:
  // reads the generation, and the definitions where it is not the cached one. An unknown
  // institution has none.
  absl::StatusOr<std::shared_ptr<const Definitions>> Current(const std::string& institution);

  // The cached definitions, which may be outdated; nullptr when there are none. Does not block.
  std::shared_ptr<const Definitions> Cached(const std::string& institution);

  // Every mutation that changes indicators or settings calls this once in its transaction: the
  // institution gets a new generation.
  absl::Status RecordChange(versioned::Edit& edit);

  // The generation that a transaction sees. Definitions of this generation hold in the transaction.
  static absl::StatusOr<int64_t> Generation(sql::ReadTx& tx, std::string_view institution);

 private:
  sql::Database& database_;
  absl::Mutex mutex_;
  absl::flat_hash_map<std::string, std::shared_ptr<const Definitions>> cached_
      ABSL_GUARDED_BY(mutex_);
};

}  // namespace athena::indicator

#endif  // ATHENA_SERVICES_INDICATOR_MODEL_CATALOG_H_
