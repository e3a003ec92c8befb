#ifndef ATHENA_LIBS_SQL_SQLITE_CONNECTION_H_
#define ATHENA_LIBS_SQL_SQLITE_CONNECTION_H_

#include <SQLiteCpp/Database.h>
#include <sqlite3.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "absl/container/flat_hash_map.h"
#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "libs/sql/database.h"

namespace athena::sql {

// The status of an SQLite result code (extended or not):
//   UNIQUE and PRIMARY KEY                                  ALREADY_EXISTS
//   any other constraint                                    FAILED_PRECONDITION
//   busy, full disk, I/O, memory: IsStorageFault            UNAVAILABLE, with its cause
//                                                           (libs/status/storage.h)
//   the rest (bad SQL, corruption)                          INTERNAL
// `system_error` is the errno behind an I/O error; 0 where it is not known.
absl::Status SqliteStatus(int code, std::string_view message, int system_error = 0);

// Whether the code says that the storage failed, not the statement: nothing of the transaction it
// happened in may be trusted.
bool IsStorageFault(int code);

// Whether the code says that a sync failed: the kernel may have dropped what it could not store, so
// that no later sync vouches for it.
bool IsSyncFault(int code);

// One connection and the statements prepared on it. Used by one thread at a time.
class SqliteConnection {
 public:
  struct Settings {
    std::string path;
    std::string vfs;  // empty: SQLite's default
    bool writer = false;
    // Reads a file that nobody writes to, without locks and without files beside it.
    bool immutable = false;
    int cache_kib = 4096;
    absl::Duration busy_timeout = absl::Seconds(5);
    int64_t journal_size_limit = 0;  // bytes
    bool sync_each_commit = true;    // false: synchronous=NORMAL
  };

  // Opens without changing a byte of the file, so that a stranger's file can be recognised first.
  static absl::StatusOr<std::unique_ptr<SqliteConnection>> Open(const Settings& settings);
  // Sets and reads back what SERVICE.md calls safety first: WAL, synchronous, foreign_keys and so
  // on. FAILED_PRECONDITION names a setting that did not take. A reader needs a file in WAL mode.
  absl::Status Configure(const Settings& settings);
  ~SqliteConnection();
  SqliteConnection(const SqliteConnection&) = delete;
  SqliteConnection& operator=(const SqliteConnection&) = delete;

  // As ReadTx::Query and QueryMany, WriteTx::Execute and ExecuteMany, on this connection.
  absl::Status Query(const Statement& statement, absl::Span<const Param> params, RowVisitor visit);
  absl::Status QueryMany(const Statement& statement, size_t columns, absl::Span<const Param> values,
                         absl::FunctionRef<absl::Status(size_t key, const Row&)> visit);
  absl::StatusOr<int64_t> Execute(const Statement& statement, absl::Span<const Param> params);
  absl::Status ExecuteMany(const Statement& statement, size_t columns,
                           absl::Span<const Param> values);
  // Any statements without parameters, one after the other; rows are ignored.
  absl::Status RunScript(const std::string& script);
  // The first column of the first row; 0 without a row.
  absl::StatusOr<int64_t> QueryInt(const Statement& statement);

  // While false, statements that begin or end transactions, attach files or set pragmas are refused
  // when they are prepared. The driver allows them for its own.
  void AllowControl(bool allow) { control_allowed_ = allow; }

  // The first storage fault met since ClearFault; OK if none.
  const absl::Status& fault() const { return fault_; }
  // Whether a sync failed since ClearFault.
  bool sync_failed() const { return sync_failed_; }
  void ClearFault() {
    fault_ = absl::OkStatus();
    sync_failed_ = false;
  }

  // Whether SQLite holds a transaction open; it ends one by itself on some faults.
  bool InTransaction() const { return sqlite3_get_autocommit(handle_) == 0; }
  // Whether anything was changed since the connection was opened, as a number that only grows.
  int64_t ChangeMark() const { return sqlite3_total_changes64(handle_) + schema_changes_; }
  // Whether a deferred foreign key is unresolved: the COMMIT would fail.
  bool HasUnresolvedForeignKeys() const;

  sqlite3* handle() const { return handle_; }

 private:
  struct Prepared;

  explicit SqliteConnection(SQLite::Database database);
  static int Authorize(void* self, int action, const char*, const char*, const char*, const char*);
  // A statement that is ready to run, and resets itself when its handle goes.
  struct ResetStatement {
    void operator()(const Prepared* prepared) const;
  };
  using Lease = std::unique_ptr<const Prepared, ResetStatement>;
  absl::StatusOr<Lease> Prepare(const Statement& statement);
  // Prepare, for rows of so many parameters each.
  absl::StatusOr<Lease> PrepareFor(const Statement& statement, size_t columns, size_t values);
  // Runs a prepared statement once and visits its rows.
  absl::Status Visit(const Prepared& prepared, const Statement& statement,
                     absl::Span<const Param> params, RowVisitor visit);
  absl::Status Bind(sqlite3_stmt* statement, absl::Span<const Param> params);
  absl::Status Failed(int code, std::string_view text);
  void NoteFault(int code, const absl::Status& status);

  SQLite::Database database_;
  sqlite3* const handle_;
  // By the address of the text. The text is compared, too: an address may be used again.
  absl::flat_hash_map<const char*, std::unique_ptr<Prepared>> prepared_;
  bool control_allowed_ = true;
  bool visiting_ = false;  // whether a visitor is being called
  int64_t schema_changes_ = 0;
  absl::Status fault_;
  bool sync_failed_ = false;
};

}  // namespace athena::sql

#endif  // ATHENA_LIBS_SQL_SQLITE_CONNECTION_H_
