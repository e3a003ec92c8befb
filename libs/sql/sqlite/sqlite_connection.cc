#include "libs/sql/sqlite/sqlite_connection.h"

#include <SQLiteCpp/Exception.h>

#include <cerrno>
#include <cmath>
#include <exception>
#include <utility>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/string_view.h"
#include "libs/status/macros.h"
#include "libs/status/storage.h"

namespace athena::sql {
namespace {

// Statement texts are constants, so their number is that of the program's statements; beyond this
// somebody composes texts, and the cache is emptied rather than grown for ever.
constexpr size_t kMaxPreparedStatements = 2000;

class SqliteRow final : public Row {
 public:
  explicit SqliteRow(sqlite3_stmt* statement) : statement_(statement) {}

  bool IsNull(int column) const override {
    return sqlite3_column_type(statement_, column) == SQLITE_NULL;
  }
  int64_t Int(int column) const override { return sqlite3_column_int64(statement_, column); }
  double Real(int column) const override { return sqlite3_column_double(statement_, column); }
  std::string_view Text(int column) const override {
    const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
    if (text == nullptr) return {};
    return {text, static_cast<size_t>(sqlite3_column_bytes(statement_, column))};
  }
  std::string_view Bytes(int column) const override {
    const auto* bytes = static_cast<const char*>(sqlite3_column_blob(statement_, column));
    if (bytes == nullptr) return {};
    return {bytes, static_cast<size_t>(sqlite3_column_bytes(statement_, column))};
  }

 private:
  sqlite3_stmt* const statement_;
};

bool IsRowChange(std::string_view text) {
  const absl::string_view stripped =
      absl::StripLeadingAsciiWhitespace(absl::string_view(text.data(), text.size()));
  for (const char* const verb : {"INSERT", "UPDATE", "DELETE", "REPLACE", "WITH"}) {
    if (absl::StartsWithIgnoreCase(stripped, verb)) return true;
  }
  return false;
}

status::StorageCause CauseOfCode(int code, int system_error) {
  switch (code & 0xff) {
    case SQLITE_FULL:
      return status::StorageCause::kDiskFull;
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
      break;
    default:
      return status::StorageCause::kOther;
  }
  if (code == SQLITE_IOERR_NOMEM) return status::StorageCause::kOther;
  // SQLite tells a full disk apart where it writes, not where it grows the shared memory, and knows
  // no quotas.
  if (system_error == ENOSPC || system_error == EDQUOT) return status::StorageCause::kDiskFull;
  return status::StorageCause::kIoError;
}

// How SQLite is told that nobody writes to a file.
std::string ImmutableUri(const std::string& path) {
  return absl::StrCat(
      "file:", absl::StrReplaceAll(path, {{"%", "%25"}, {"?", "%3f"}, {"#", "%23"}}),
      "?immutable=1");
}

}  // namespace

absl::Status SqliteStatus(int code, std::string_view message, int system_error) {
  const std::string text = absl::StrCat("SQLite: ", std::string(message), " (code ", code, ")");
  if (IsStorageFault(code)) return status::StorageFault(CauseOfCode(code, system_error), text);
  switch (code) {
    case SQLITE_OK:
      return absl::OkStatus();
    case SQLITE_CONSTRAINT_UNIQUE:
    case SQLITE_CONSTRAINT_PRIMARYKEY:
    case SQLITE_CONSTRAINT_ROWID:
      return absl::AlreadyExistsError(text);
    default:
      break;
  }
  if ((code & 0xff) == SQLITE_CONSTRAINT) return absl::FailedPreconditionError(text);
  return absl::InternalError(text);
}

bool IsStorageFault(int code) {
  switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_NOMEM:
    case SQLITE_IOERR:
    case SQLITE_FULL:
    case SQLITE_CANTOPEN:
    case SQLITE_PROTOCOL:
    case SQLITE_READONLY:
      return true;
    default:
      return false;
  }
}

bool IsSyncFault(int code) { return code == SQLITE_IOERR_FSYNC || code == SQLITE_IOERR_DIR_FSYNC; }

struct SqliteConnection::Prepared {
  explicit Prepared(sqlite3_stmt* prepared) : statement(prepared) {}
  ~Prepared() { sqlite3_finalize(statement); }
  Prepared(const Prepared&) = delete;
  Prepared& operator=(const Prepared&) = delete;

  sqlite3_stmt* const statement;
  size_t parameters = 0;
  bool reads_only = false;
  bool changes_rows = false;  // of the rest that writes: it changes the schema
};

void SqliteConnection::ResetStatement::operator()(const Prepared* prepared) const {
  sqlite3_reset(prepared->statement);
}

SqliteConnection::SqliteConnection(SQLite::Database database)
    : database_(std::move(database)), handle_(database_.getHandle()) {}

SqliteConnection::~SqliteConnection() = default;

int SqliteConnection::Authorize(void* self, int action, const char*, const char*, const char*,
                                const char*) {
  if (static_cast<SqliteConnection*>(self)->control_allowed_) return SQLITE_OK;
  switch (action) {
    case SQLITE_TRANSACTION:
    case SQLITE_SAVEPOINT:
    case SQLITE_ATTACH:
    case SQLITE_DETACH:
    case SQLITE_PRAGMA:
      return SQLITE_DENY;
    default:
      return SQLITE_OK;
  }
}

absl::StatusOr<std::unique_ptr<SqliteConnection>> SqliteConnection::Open(const Settings& settings) {
  // SQLite's memory statistics take one process-wide mutex at each allocation; nobody reads them.
  // Refused, harmlessly, where something has initialised SQLite before.
  static const int memory_statistics = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
  static_cast<void>(memory_statistics);
  try {
    const int flags =
        (settings.writer ? SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE : SQLite::OPEN_READONLY) |
        (settings.immutable ? SQLite::OPEN_URI : 0) | SQLite::OPEN_NOMUTEX;
    SQLite::Database database(
        settings.immutable ? ImmutableUri(settings.path) : settings.path, flags,
        static_cast<int>(absl::ToInt64Milliseconds(settings.busy_timeout)), settings.vfs);
    auto connection = std::unique_ptr<SqliteConnection>(new SqliteConnection(std::move(database)));
    sqlite3_extended_result_codes(connection->handle_, 1);
    sqlite3_set_authorizer(connection->handle_, &SqliteConnection::Authorize, connection.get());
    return connection;
  } catch (const SQLite::Exception& error) {
    const int code =
        error.getExtendedErrorCode() > 0 ? error.getExtendedErrorCode() : error.getErrorCode();
    return SqliteStatus(code, absl::StrCat("cannot open ", settings.path, ": ", error.what()));
  }
}

absl::Status SqliteConnection::Configure(const Settings& settings) {
  // Checkpoints are the writer's own decision, the one at the last close included. Double quotes
  // name columns, as in any other database, and never fall back to being text.
  sqlite3_db_config(handle_, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
  sqlite3_db_config(handle_, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(handle_, SQLITE_DBCONFIG_DQS_DDL, 0, nullptr);
  sqlite3_db_config(handle_, SQLITE_DBCONFIG_DQS_DML, 0, nullptr);
  ATHENA_RETURN_IF_ERROR(RunScript(absl::StrCat(
      settings.writer ? "PRAGMA journal_mode = WAL;" : "",                          //
      "PRAGMA synchronous = ", settings.sync_each_commit ? "FULL" : "NORMAL", ";",  //
      "PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON;",
      "PRAGMA mmap_size = 0; PRAGMA temp_store = MEMORY; PRAGMA wal_autocheckpoint = 0;",
      "PRAGMA journal_size_limit = ", settings.journal_size_limit, ";", "PRAGMA cache_size = ",
      -settings.cache_kib, ";", settings.writer ? "" : "PRAGMA query_only = ON;")));

  std::string journal_mode;
  ATHENA_RETURN_IF_ERROR(Query({"PRAGMA journal_mode"}, {}, [&](const Row& row) {
    journal_mode = std::string(row.Text(0));
    return absl::OkStatus();
  }));
  if (journal_mode != "wal") {
    return absl::FailedPreconditionError(
        absl::StrCat(settings.path, ": journal_mode is \"", journal_mode,
                     "\", want \"wal\": keep the database on a local file system"));
  }
  struct Expected {
    Statement pragma;
    int64_t value;
  };
  for (const Expected& expected :
       {Expected{{"PRAGMA synchronous"}, settings.sync_each_commit ? 2 : 1},
        Expected{{"PRAGMA foreign_keys"}, 1}, Expected{{"PRAGMA trusted_schema"}, 0},
        Expected{{"PRAGMA cell_size_check"}, 1}, Expected{{"PRAGMA mmap_size"}, 0},
        Expected{{"PRAGMA wal_autocheckpoint"}, 0},
        Expected{{"PRAGMA query_only"}, settings.writer ? 0 : 1}}) {
    ATHENA_ASSIGN_OR_RETURN(const int64_t value, QueryInt(expected.pragma));
    if (value != expected.value) {
      return absl::FailedPreconditionError(absl::StrCat(settings.path, ": ",
                                                        std::string(expected.pragma.text), " is ",
                                                        value, ", want ", expected.value));
    }
  }
  return absl::OkStatus();
}

bool SqliteConnection::HasUnresolvedForeignKeys() const {
  int current = 0;
  int unused = 0;
  sqlite3_db_status(handle_, SQLITE_DBSTATUS_DEFERRED_FKS, &current, &unused, 0);
  return current != 0;
}

absl::Status SqliteConnection::Failed(int code, std::string_view text) {
  absl::Status status =
      SqliteStatus(code, absl::StrCat(sqlite3_errmsg(handle_), " in: ", std::string(text)),
                   sqlite3_system_errno(handle_));
  NoteFault(code, status);
  return status;
}

void SqliteConnection::NoteFault(int code, const absl::Status& status) {
  if (!IsStorageFault(code)) return;
  if (fault_.ok()) fault_ = status;
  sync_failed_ = sync_failed_ || IsSyncFault(code);
}

absl::StatusOr<SqliteConnection::Lease> SqliteConnection::Prepare(const Statement& statement) {
  if (visiting_) {
    return absl::InternalError(
        absl::StrCat("a visitor used its transaction: ", std::string(statement.text)));
  }
  const auto found = prepared_.find(statement.text.data());
  if (found != prepared_.end()) {
    if (sqlite3_sql(found->second->statement) == statement.text) return Lease(found->second.get());
    prepared_.erase(found);
  }
  sqlite3_stmt* handle = nullptr;
  const char* tail = nullptr;
  const int code =
      sqlite3_prepare_v3(handle_, statement.text.data(), static_cast<int>(statement.text.size()),
                         SQLITE_PREPARE_PERSISTENT, &handle, &tail);
  auto prepared = std::make_unique<Prepared>(handle);
  if (code != SQLITE_OK) return Failed(code, statement.text);
  const absl::string_view rest(
      tail, statement.text.size() - static_cast<size_t>(tail - statement.text.data()));
  if (handle == nullptr || !absl::StripAsciiWhitespace(rest).empty()) {
    return absl::InternalError(
        absl::StrCat("want exactly one statement: ", std::string(statement.text)));
  }
  prepared->parameters = static_cast<size_t>(sqlite3_bind_parameter_count(handle));
  prepared->reads_only = sqlite3_stmt_readonly(handle) != 0;
  prepared->changes_rows = !prepared->reads_only && IsRowChange(statement.text);
  if (prepared_.size() >= kMaxPreparedStatements) prepared_.clear();
  const Prepared* const kept = prepared.get();
  prepared_[statement.text.data()] = std::move(prepared);
  return Lease(kept);
}

absl::StatusOr<SqliteConnection::Lease> SqliteConnection::PrepareFor(const Statement& statement,
                                                                     size_t columns,
                                                                     size_t values) {
  ATHENA_ASSIGN_OR_RETURN(Lease prepared, Prepare(statement));
  if (columns != prepared->parameters || (columns == 0 ? values != 0 : values % columns != 0)) {
    return absl::InternalError(absl::StrCat("parameters: ", values, " in rows of ", columns,
                                            ", want rows of ", prepared->parameters,
                                            " in: ", std::string(statement.text)));
  }
  return prepared;
}

absl::Status SqliteConnection::Bind(sqlite3_stmt* statement, absl::Span<const Param> params) {
  int code = SQLITE_OK;
  for (size_t i = 0; i < params.size() && code == SQLITE_OK; ++i) {
    const int position = static_cast<int>(i) + 1;
    const Param& param = params[i];
    switch (param.index()) {
      case 0:
        code = sqlite3_bind_null(statement, position);
        break;
      case 1:
        code = sqlite3_bind_int64(statement, position, *std::get_if<int64_t>(&param));
        break;
      case 2: {
        const double value = *std::get_if<double>(&param);
        if (std::isnan(value)) {
          return absl::InvalidArgumentError(
              absl::StrCat("parameter ", position, " is not a number"));
        }
        code = sqlite3_bind_double(statement, position, value);
        break;
      }
      case 3: {
        // A null pointer would be bound as NULL, not as the empty text it is.
        const std::string_view text = *std::get_if<std::string_view>(&param);
        if (text.find('\0') != std::string_view::npos) {
          return absl::InvalidArgumentError(
              absl::StrCat("parameter ", position, " is a text with a NUL byte"));
        }
        code = sqlite3_bind_text64(statement, position, text.empty() ? "" : text.data(),
                                   text.size(), SQLITE_STATIC, SQLITE_UTF8);
        break;
      }
      default: {
        const std::string_view bytes = std::get_if<Blob>(&param)->bytes;
        code = sqlite3_bind_blob64(statement, position, bytes.empty() ? "" : bytes.data(),
                                   bytes.size(), SQLITE_STATIC);
        break;
      }
    }
  }
  return code == SQLITE_OK ? absl::OkStatus() : Failed(code, sqlite3_sql(statement));
}

absl::Status SqliteConnection::Query(const Statement& statement, absl::Span<const Param> params,
                                     RowVisitor visit) {
  ATHENA_ASSIGN_OR_RETURN(const Lease prepared,
                          PrepareFor(statement, params.size(), params.size()));
  return Visit(*prepared, statement, params, visit);
}

absl::Status SqliteConnection::QueryMany(
    const Statement& statement, size_t columns, absl::Span<const Param> values,
    absl::FunctionRef<absl::Status(size_t key, const Row&)> visit) {
  ATHENA_ASSIGN_OR_RETURN(const Lease prepared, PrepareFor(statement, columns, values.size()));
  for (size_t key = 0; key * columns < values.size(); ++key) {
    ATHENA_RETURN_IF_ERROR(Visit(*prepared, statement, values.subspan(key * columns, columns),
                                 [&](const Row& row) { return visit(key, row); }));
    sqlite3_reset(prepared->statement);
  }
  return absl::OkStatus();
}

absl::Status SqliteConnection::Visit(const Prepared& prepared, const Statement& statement,
                                     absl::Span<const Param> params, RowVisitor visit) {
  ATHENA_RETURN_IF_ERROR(Bind(prepared.statement, params));
  const SqliteRow row(prepared.statement);
  absl::Status visited;
  while (true) {
    const int code = sqlite3_step(prepared.statement);
    if (code == SQLITE_DONE) break;
    if (code != SQLITE_ROW) return Failed(code, statement.text);
    if (visited.ok()) {
      const absl::Cleanup done = [this] { visiting_ = false; };
      visiting_ = true;
      visited = visit(row);
    }
    if (!visited.ok() && prepared.reads_only) break;
  }
  if (!prepared.reads_only && !prepared.changes_rows) ++schema_changes_;
  return visited;
}

absl::StatusOr<int64_t> SqliteConnection::Execute(const Statement& statement,
                                                  absl::Span<const Param> params) {
  ATHENA_ASSIGN_OR_RETURN(const Lease prepared,
                          PrepareFor(statement, params.size(), params.size()));
  ATHENA_RETURN_IF_ERROR(Bind(prepared->statement, params));
  int code = SQLITE_ROW;
  while (code == SQLITE_ROW) code = sqlite3_step(prepared->statement);
  if (code != SQLITE_DONE) return Failed(code, statement.text);
  if (prepared->changes_rows) return sqlite3_changes64(handle_);
  if (!prepared->reads_only) ++schema_changes_;
  return 0;
}

absl::Status SqliteConnection::ExecuteMany(const Statement& statement, size_t columns,
                                           absl::Span<const Param> values) {
  ATHENA_ASSIGN_OR_RETURN(const Lease prepared, PrepareFor(statement, columns, values.size()));
  sqlite3_stmt* const handle = prepared->statement;
  for (size_t row = 0; row < values.size(); row += columns) {
    ATHENA_RETURN_IF_ERROR(Bind(handle, values.subspan(row, columns)));
    int code = sqlite3_step(handle);
    while (code == SQLITE_ROW) code = sqlite3_step(handle);
    if (code != SQLITE_DONE) return Failed(code, statement.text);
    sqlite3_reset(handle);
  }
  if (!prepared->reads_only && !prepared->changes_rows) ++schema_changes_;
  return absl::OkStatus();
}

absl::Status SqliteConnection::RunScript(const std::string& script) {
  try {
    database_.exec(script);
    return absl::OkStatus();
  } catch (const SQLite::Exception& error) {
    const int code =
        error.getExtendedErrorCode() > 0 ? error.getExtendedErrorCode() : error.getErrorCode();
    absl::Status status = SqliteStatus(code, error.what());
    NoteFault(code, status);
    return status;
  }
}

absl::StatusOr<int64_t> SqliteConnection::QueryInt(const Statement& statement) {
  int64_t value = 0;
  ATHENA_RETURN_IF_ERROR(Query(statement, {}, [&](const Row& row) {
    value = row.Int(0);
    return absl::OkStatus();
  }));
  return value;
}

}  // namespace athena::sql
