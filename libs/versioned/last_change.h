#ifndef ATHENA_LIBS_VERSIONED_LAST_CHANGE_H_
#define ATHENA_LIBS_VERSIONED_LAST_CHANGE_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/container/btree_set.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "libs/sql/database.h"
#include "libs/versioned/collection.h"

// At which revision something last changed, so that "nothing changed since" is answered, and a
// cache found valid, without reading what may have changed. Written by Store with every mutation,
// as each collection's Marks say (table last_change of its schema). Functions keep no state.
namespace athena::versioned {

// The last revision that marked the institution itself; 0: none did.
absl::StatusOr<int64_t> LastChange(sql::ReadTx& tx, std::string_view institution);
// The last revision that marked the root ("p1") or the institution; 0: none did.
absl::StatusOr<int64_t> LastChange(sql::ReadTx& tx, std::string_view institution,
                                   std::string_view root);

// Internal to this library: the scope that a change of `id` marks goes to `scopes`.
void CollectMark(Collection collection, std::string_view id, absl::btree_set<std::string>* scopes);
absl::Status WriteMarks(sql::WriteTx& tx, int64_t revision,
                        const absl::btree_set<std::string>& scopes);

}  // namespace athena::versioned

#endif  // ATHENA_LIBS_VERSIONED_LAST_CHANGE_H_
