#ifndef ATHENA_LIBS_AUDIT_VERIFY_H_
#define ATHENA_LIBS_AUDIT_VERIFY_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "libs/sql/database.h"

// Whether a journal (journal.h) is whole: its chain of hashes, up to the institution's head, and
// what its entries recorded. Finds what something other than the service edited or removed. Only an
// exported head shows that the newest entries and the head were removed, or all were made anew.
namespace athena::audit {

// The part of a chain that was found sound.
struct CheckedChain {
  int64_t revision = 0;  // of the last entry
  std::string hash;
  absl::Time time = absl::InfinitePast();
  int64_t broken = 0;  // the first entry at fault, once one was found
};

// Recomputes up to `limit` entries more and moves `chain` on. Returns whether that was the last
// one. DATA_LOSS names the first revision at fault, which is in chain->broken.
absl::StatusOr<bool> VerifyNext(sql::ReadTx& tx, std::string_view institution, int64_t limit,
                                CheckedChain* chain);

// The whole chain, in one transaction. For small journals.
absl::Status Verify(sql::ReadTx& tx, std::string_view institution);

// Records that entries of a journal speak of. `missing` selects the revisions of entries without
// theirs, the first one first, at most one row; each of its parameters is the institution's key.
struct Records {
  std::string_view name;  // "pushes"
  sql::Statement missing;
  int parameters = 1;
};

// An entry that an earlier verification found to be the last one; revision 0: none.
struct ExportedHead {
  int64_t revision = 0;
  std::string hash;  // 32 bytes
};

struct Fault {
  int64_t revision = 0;     // the first entry at fault
  std::string description;  // a sentence
};

// The result for one institution.
struct Verdict {
  int64_t revision = 0;       // up to which the chain is sound
  std::string hash;           // of that entry
  std::vector<Fault> faults;  // by revision; none when all is whole
};

// Verifies chain and records of an institution, in transactions of a few thousand entries, and that
// the chain has the exported head. Asks `go_on` between them, and returns its error. Errors of the
// database otherwise.
absl::StatusOr<Verdict> VerifyInstitution(sql::Database& database, std::string_view institution,
                                          absl::Span<const Records> records,
                                          const ExportedHead& exported,
                                          absl::FunctionRef<absl::Status()> go_on);

}  // namespace athena::audit

#endif  // ATHENA_LIBS_AUDIT_VERIFY_H_
