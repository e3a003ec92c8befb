#ifndef ATHENA_LIBS_VERSIONED_LINEAGE_H_
#define ATHENA_LIBS_VERSIONED_LINEAGE_H_

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "libs/sql/database.h"

// The lineage says to which history of an institution a revision belongs. It changes when a backup
// is restored: from then on, revisions with the same numbers may have other contents. Thread-safe
// as far as the transaction is.
namespace athena::versioned {

// The lineage as answers show it: 16 hexadecimal digits. Empty before the institution's first
// revision.
absl::StatusOr<std::string> ReadLineage(sql::ReadTx& tx, std::string_view institution);

// FAILED_PRECONDITION (LINEAGE_CHANGED) unless `given` is empty or the institution's lineage.
absl::Status CheckLineage(sql::ReadTx& tx, std::string_view institution, std::string_view given);

}  // namespace athena::versioned

#endif  // ATHENA_LIBS_VERSIONED_LINEAGE_H_
