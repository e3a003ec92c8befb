#ifndef ATHENA_LIBS_AUDIT_JOURNAL_H_
#define ATHENA_LIBS_AUDIT_JOURNAL_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "libs/sql/database.h"

// The journal: who changed what, when and why, one entry a revision. The revisions of an
// institution count from 1 without gaps, their times strictly increase, and each entry's hash
// covers the one before; the newest hash stands in the institution's head (sql::InstitutionHead).
// Whoever edits, removes or inserts an entry breaks the chain there. Each institution has a chain
// of its own, so that tenants do not wait for each other.
//
// An entry is written in the transaction of what it records. Functions keep no state; they are
// thread-safe as far as their transaction is. Institutions are ids.
namespace athena::audit {

// The tables; part of a service's migrations, before whatever refers to a revision.
inline constexpr std::string_view kSchema = R"sql(
CREATE TABLE journal (
  institution BIGINT NOT NULL,  -- key in institution_head
  revision BIGINT NOT NULL CHECK (revision > 0),
  time BIGINT NOT NULL,         -- microseconds since 1970, UTC
  subject TEXT NOT NULL,
  action TEXT NOT NULL,
  reason TEXT NOT NULL,
  resources TEXT NOT NULL,      -- names, one a line
  digest BYTEA NOT NULL,        -- of the content of the change
  hash BYTEA NOT NULL,          -- of this entry and the one before
  PRIMARY KEY (institution, revision)
);
)sql";

// An entry lists at most so many names; its digest covers them all.
inline constexpr size_t kMaxResources = 1000;

// What is recorded of a change.
struct Entry {
  std::string_view subject;  // who: the credential's
  std::string_view action;   // what: the RPC's name, "UpdatePlan"
  std::string_view reason;   // why, in their words; may be empty
  std::vector<std::string> resources;
  std::string_view digest;  // SHA-256 over what changed, in a canonical form
};

// An entry as it is kept.
struct Record {
  int64_t revision = 0;
  absl::Time time;
  std::string subject;
  std::string action;
  std::string reason;
  std::vector<std::string> resources;
  std::string digest;
  std::string hash;
};

// The newest entry of an institution; revision 0 and no hash before the first.
struct Head {
  int64_t revision = 0;
  absl::Time time = absl::InfinitePast();
  std::string hash;
};

// Appends an entry to the journal of the transaction's institution, with the transaction's time;
// returns its revision.
absl::StatusOr<int64_t> Append(sql::WriteTx& tx, const Entry& entry);

absl::StatusOr<Head> ReadHead(sql::ReadTx& tx, std::string_view institution);
// The newest entry at or before `time`: a binary search over revisions.
absl::StatusOr<Head> ReadHeadAt(sql::ReadTx& tx, std::string_view institution, absl::Time time);
// The entry of a revision; NOT_FOUND when there is none.
absl::StatusOr<Head> ReadEntry(sql::ReadTx& tx, std::string_view institution, int64_t revision);

// Visits the entries after a revision, the oldest first, `limit` at most.
absl::Status ReadAfter(sql::ReadTx& tx, std::string_view institution, int64_t after, int64_t limit,
                       absl::FunctionRef<absl::Status(Record)> visit);

// Visits the entries before a revision and after another one, the newest first, `limit` at most.
absl::Status ReadBefore(sql::ReadTx& tx, std::string_view institution, int64_t before,
                        int64_t after, int64_t limit,
                        absl::FunctionRef<absl::Status(Record)> visit);

// The hash of an entry, which covers that of the one before. `resources` are names, one a line.
std::string HashOf(std::string_view previous, std::string_view institution, int64_t revision,
                   int64_t micros, std::string_view subject, std::string_view action,
                   std::string_view reason, std::string_view resources, std::string_view digest);

}  // namespace athena::audit

#endif  // ATHENA_LIBS_AUDIT_JOURNAL_H_
