#ifndef ATHENA_LIBS_SQL_DATABASE_H_
#define ATHENA_LIBS_SQL_DATABASE_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "absl/functional/any_invocable.h"
#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "libs/sql/notes.h"

// The interface to a relational database. Stores are written against this header alone, in portable
// SQL: "?" parameters, ON CONFLICT, RETURNING, an ORDER BY wherever order matters; columns are
// BIGINT, DOUBLE PRECISION, TEXT (compared by bytes) or BYTEA. A driver owns connections, threads
// and the grouping of commits.
//
// An institution is the unit of isolation. Every write belongs to one and locks its head row first:
// what a write of an institution reads stays true until it commits, and nothing orders the writes
// of different institutions.
namespace athena::sql {

// A statement's text, written once as a constant next to the function that runs it:
//   constexpr Statement kFind{R"(SELECT body FROM resource WHERE institution = ? AND id = ?)"};
// Drivers prepare it once per connection and find it again by the address of its text, so the text
// must be a literal (or live as long as the database).
struct Statement {
  std::string_view text;
};

struct Null {};
struct Blob {
  std::string_view bytes;
};
// What a "?" is bound to. Text and blobs are borrowed until the call returns; a blob is kept apart
// from a text, an empty one from NULL. A NaN and a text with a NUL byte are refused
// (INVALID_ARGUMENT), and -0.0 is stored as 0.
using Param = std::variant<Null, int64_t, double, std::string_view, Blob>;

// One row of an answer, valid only inside the visitor it is passed to. Columns count from 0.
// Reading a NULL as a number gives 0, as text an empty string; ask IsNull where it matters.
class Row {
 public:
  virtual ~Row() = default;
  virtual bool IsNull(int column) const = 0;
  virtual int64_t Int(int column) const = 0;
  virtual double Real(int column) const = 0;
  virtual std::string_view Text(int column) const = 0;
  virtual std::string_view Bytes(int column) const = 0;
};

// What the database keeps of an institution in one row: its place in every sequence.
struct InstitutionHead {
  // The institution in every other table. 0: the institution has not been written to.
  int64_t key = 0;
  // Which history this is: a random positive number, made anew when a backup is restored. Revisions
  // and positions of different lineages do not compare.
  int64_t lineage = 0;
  // The newest revision, and the time of the transaction that made it; 0 before the first.
  int64_t revision = 0;
  absl::Time revision_time = absl::InfinitePast();
  std::string journal_hash;  // of the newest entry of the journal (libs/audit)
  // The revision of the last change among the institution's definitions.
  int64_t definitions = 0;
  // No later transaction has a time at or before this one.
  absl::Time time = absl::InfinitePast();
};

using RowVisitor = absl::FunctionRef<absl::Status(const Row&)>;

// A consistent snapshot: every query in it sees the same commits. Used by one thread at a time.
class ReadTx {
 public:
  virtual ~ReadTx() = default;

  // Calls `visit` for each row, in the statement's order; stops at the first error `visit` returns
  // and returns it. Driver faults are UNAVAILABLE (busy, disk) or INTERNAL (bad SQL, corruption).
  // `params` must be as many as the statement has "?". `visit` must not use the transaction
  // (INTERNAL).
  virtual absl::Status Query(const Statement& statement, absl::Span<const Param> params,
                             RowVisitor visit) = 0;

  // The same query for a set of keys in one round trip: `values` holds the keys one after the
  // other, each with `columns` values. `visit` also gets the index of the key; rows come by key,
  // then in the statement's order.
  virtual absl::Status QueryMany(const Statement& statement, size_t columns,
                                 absl::Span<const Param> values,
                                 absl::FunctionRef<absl::Status(size_t key, const Row&)> visit) = 0;

  // The head of an institution as the transaction sees it.
  virtual absl::StatusOr<InstitutionHead> Head(std::string_view institution) = 0;
  // Its `key`.
  absl::StatusOr<int64_t> Key(std::string_view institution) {
    absl::StatusOr<InstitutionHead> head = Head(institution);
    if (!head.ok()) return head.status();
    return head->key;
  }

  // What earlier transactions found out and this one can rely on. nullptr when there are no notes:
  // in a transaction that only reads, and where the driver keeps none.
  virtual Notes* notes() { return nullptr; }
};

// A transaction that can write, and reads what it wrote. Query also takes INSERT, UPDATE or DELETE
// with RETURNING, and applies all of it even when `visit` stops early.
//
// An error from a statement (not one from a visitor) dooms the transaction, as it does in
// PostgreSQL: later statements return the same error, and so does Write even if the function
// returned OK. To meet a conflict and go on, write ON CONFLICT and look at the count or at
// RETURNING.
class WriteTx : public ReadTx {
 public:
  // Runs an INSERT, UPDATE or DELETE; returns how many rows it changed. A violated UNIQUE or
  // PRIMARY KEY constraint is ALREADY_EXISTS, any other violated constraint FAILED_PRECONDITION.
  virtual absl::StatusOr<int64_t> Execute(const Statement& statement,
                                          absl::Span<const Param> params) = 0;

  // The same statement once per row: `values` holds the rows one after the other, each with
  // `columns` values. For the bulk path: no row counts, no per-row errors.
  virtual absl::Status ExecuteMany(const Statement& statement, size_t columns,
                                   absl::Span<const Param> values) = 0;

  // The institution the transaction was opened for, and its head, which the transaction holds
  // locked. `key` is set, even in the first transaction of an institution.
  virtual const std::string& institution() const = 0;
  virtual const InstitutionHead& head() const = 0;

  // Moves the head on to a new revision, made now. Stored with the transaction.
  virtual void SetRevision(int64_t revision, std::string journal_hash) = 0;
  // Records that the institution's definitions changed at a revision. Stored with the transaction.
  virtual void SetDefinitions(int64_t revision) = 0;

  // The transaction's time, whole microseconds: later than that of every earlier transaction of the
  // institution, also across restarts and when the clock was set back. Record this, never a clock
  // of your own.
  virtual absl::Time time() const = 0;

  // Runs `publish` after the COMMIT and before the writer is told, on the writing thread: the place
  // to publish what the transaction learned (ids, revisions, caches, wake-ups). A hint: another
  // process does not hear of it. Dropped when the transaction fails. Must not block and must not
  // use the database.
  virtual void OnCommit(absl::AnyInvocable<void() &&> publish) = 0;
};

// May run more than once (a group commit that fails is replayed one by one), each time on a fresh
// transaction: it must move nothing out of what it captured, do no I/O of its own and use the
// database through its transaction only. Returning an error rolls back all it did.
using WriteFn = absl::AnyInvocable<absl::Status(WriteTx&)>;
using ReadFn = absl::FunctionRef<absl::Status(ReadTx&)>;

// Thread-safe. Institutions are ids; "" is the database itself.
class Database {
 public:
  virtual ~Database() = default;

  // Runs `write` in a transaction of the institution, commits it durably (an fsync has returned)
  // and returns; other transactions may share the commit. Waits while the queue is full. Returns
  // the error of `write`; UNAVAILABLE when the commit failed and nothing of it is stored; UNKNOWN
  // when it is not known whether it is stored: retry by an id that the first attempt would have
  // stored. INTERNAL when called from inside a transaction or from a callback of this database.
  virtual absl::Status Write(std::string_view institution, WriteFn write) = 0;

  // As Write, without blocking: `done` is called exactly once, on the writing thread, after the
  // commit is durable. `rows` tells how many rows it is about (groups are bounded by it). `done`
  // must not block, and may call nothing of this database but WriteAsync. What cannot be queued is
  // refused at once, on the calling thread: RESOURCE_EXHAUSTED when the queue is full, UNAVAILABLE
  // after Close has begun.
  virtual void WriteAsync(std::string_view institution, size_t rows, WriteFn write,
                          absl::AnyInvocable<void(absl::Status) &&> done) = 0;

  // Runs `read` on a snapshot that contains every write acknowledged before the call. Keep it under
  // two seconds: materialise before you stream. Returns what `read` returns; UNAVAILABLE after
  // Close has begun, INTERNAL when called from inside a transaction or from a callback of this
  // database.
  virtual absl::Status Read(ReadFn read) = 0;

  // Returns once no transaction of the institution with a time() at or before `as_of` is under way
  // or will ever be: a read as of that time, from then on, always gives the same answer. Stores
  // `as_of` in the head where it is later than the head's time, so that this holds after a restart
  // with a clock that was set back. A time in the future is taken as now. Errors as Write.
  virtual absl::Status AwaitPast(std::string_view institution, absl::Time as_of) = 0;

  // Refuses new work, finishes the writes already queued and the reads under way, closes.
  // Idempotent; a second caller waits for the first. Must not be called from inside a transaction.
  virtual void Close() = 0;
};

// One step of the schema. Steps are numbered from 1 without gaps, run in one transaction each, and
// never change once released: a checksum is kept of what was run. The script is portable: every
// table has a primary key; types are those named above; no driver's own clauses.
struct Migration {
  int version;
  std::string_view name;
  std::string_view script;
};

}  // namespace athena::sql

#endif  // ATHENA_LIBS_SQL_DATABASE_H_
