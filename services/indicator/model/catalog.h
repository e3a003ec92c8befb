#ifndef ATHENA_SERVICES_INDICATOR_MODEL_CATALOG_H_
#define ATHENA_SERVICES_INDICATOR_MODEL_CATALOG_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "libs/sql/database.h"
#include "libs/versioned/store.h"
#include "services/indicator/model/definition.h"

namespace athena::indicator {

// Where definitions are stored: versioned resources of this collection, by indicator id.
inline constexpr versioned::Collection kIndicators{"indicators"};

// All indicators of an institution at one point of its history. Immutable.
class Definitions {
 public:
  // `generation`: the revision of the last change among them; 0 when there was none.
  Definitions(int64_t generation, std::vector<Definition> definitions);

  int64_t generation() const { return generation_; }
  // In the order of their ids.
  const std::vector<Definition>& all() const { return all_; }
  // nullptr when there is none of that id.
  const Definition* Find(std::string_view id) const;

 private:
  const int64_t generation_;
  const std::vector<Definition> all_;
  absl::flat_hash_map<std::string_view, const Definition*> by_id_;
};

// The definitions as they are at a snapshot, current or past, read from the database.
absl::StatusOr<std::shared_ptr<const Definitions>> ReadDefinitions(
    const versioned::Snapshot& snapshot);

// A cache of the current definitions of every institution. Another process may have changed them:
// whatever is decided by them is decided by In or Current, which compare generations in a snapshot.
// Thread-safe.
class Catalog {
 public:
  // The database outlives the catalog.
  explicit Catalog(sql::Database& database) : store_(database) {}

  // The definitions of an institution, with every change in them that was acknowledged before the
  // call. An institution that is not known has none.
  absl::StatusOr<std::shared_ptr<const Definitions>> Current(const std::string& institution);

  // The definitions as the newest revision of a snapshot has them, read in its transaction unless
  // the cache has that generation. Not for a transaction that has itself changed definitions.
  absl::StatusOr<std::shared_ptr<const Definitions>> In(const versioned::Snapshot& newest);

  // What the cache has, without using the database: nullptr when that is nothing. It may be out of
  // date: for work that is compared with Generation in the transaction that decides.
  std::shared_ptr<const Definitions> Cached(std::string_view institution);

  // To be called once by every mutation that changes indicators, in its transaction: moves the
  // institution on to a new generation.
  static absl::Status RecordChange(versioned::Edit& edit);

  // The generation as the transaction sees it. A push that was checked against Definitions of this
  // generation was checked against what holds in the transaction.
  static absl::StatusOr<int64_t> Generation(sql::ReadTx& tx, std::string_view institution);

 private:
  const versioned::Store store_;
  absl::Mutex mutex_;
  absl::flat_hash_map<std::string, std::shared_ptr<const Definitions>> cache_
      ABSL_GUARDED_BY(mutex_);
};

}  // namespace athena::indicator

#endif  // ATHENA_SERVICES_INDICATOR_MODEL_CATALOG_H_
