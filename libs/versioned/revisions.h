#ifndef ATHENA_LIBS_VERSIONED_REVISIONS_H_
#define ATHENA_LIBS_VERSIONED_REVISIONS_H_

#include <cstdint>
#include <string_view>

#include "absl/container/btree_set.h"
#include "absl/status/status.h"
#include "libs/sql/database.h"
#include "libs/versioned/collection.h"

// At which revisions stored resources changed. Functions keep no state.
namespace athena::versioned {

// Adds the revisions that created, changed or deleted the resource with this id.
absl::Status AddRevisionsOf(sql::ReadTx& tx, std::string_view institution, Collection collection,
                            std::string_view id, absl::btree_set<int64_t>* revisions);
// The same for all resources whose id begins with `prefix`.
absl::Status AddRevisionsBelow(sql::ReadTx& tx, std::string_view institution, Collection collection,
                               std::string_view prefix, absl::btree_set<int64_t>* revisions);

}  // namespace athena::versioned

#endif  // ATHENA_LIBS_VERSIONED_REVISIONS_H_
