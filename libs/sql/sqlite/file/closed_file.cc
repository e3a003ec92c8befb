#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/sql/backup.h"
#include "libs/sql/sqlite/file/database_copy.h"
#include "libs/sql/sqlite/sqlite_connection.h"
#include "libs/sql/sqlite/sqlite_transactions.h"
#include "libs/status/macros.h"

namespace athena::sql {
namespace {

constexpr Statement kApplicationId{"PRAGMA application_id"};
constexpr Statement kSchemaVersion{"SELECT max(version) FROM athena_schema"};
constexpr Statement kCountHeads{"SELECT count(*) FROM institution_head"};

absl::StatusOr<std::unique_ptr<SqliteConnection>> Connect(const std::string& path) {
  SqliteConnection::Settings settings;
  settings.path = path;
  settings.immutable = true;
  return SqliteConnection::Open(settings);
}

absl::StatusOr<FileIdentity> ReadIdentity(SqliteConnection& connection) {
  FileIdentity identity;
  ATHENA_ASSIGN_OR_RETURN(const int64_t id, connection.QueryInt(kApplicationId));
  ATHENA_ASSIGN_OR_RETURN(identity.schema_version, connection.QueryInt(kSchemaVersion));
  ATHENA_RETURN_IF_ERROR(connection.QueryInt(kCountHeads).status());
  identity.application_id = static_cast<int32_t>(id);
  return identity;
}

absl::Status Refused() {
  return absl::FailedPreconditionError("the file is open for reading alone");
}

// Each read has a connection of its own: they are few and long.
class SqliteClosedFile final : public ClosedFile {
 public:
  SqliteClosedFile(std::string path, FileIdentity identity, int64_t bytes)
      : path_(std::move(path)), identity_(identity), bytes_(bytes) {}

  const FileIdentity& identity() const override { return identity_; }
  int64_t bytes() const override { return bytes_; }
  absl::Status CheckIntegrity() override {
    ATHENA_ASSIGN_OR_RETURN(const auto connection, Connect(path_));
    return sql::CheckIntegrity(*connection, path_, [] { return absl::OkStatus(); });
  }
  absl::StatusOr<std::vector<BackupHead>> Heads() override {
    ATHENA_ASSIGN_OR_RETURN(const auto connection, Connect(path_));
    return ReadHeads(*connection);
  }

  absl::Status Read(ReadFn read) override {
    ATHENA_ASSIGN_OR_RETURN(const auto connection, Connect(path_));
    SqliteReadTx tx(*connection);
    return RunGuarded(read, tx);
  }
  absl::Status Write(std::string_view, WriteFn) override { return Refused(); }
  void WriteAsync(std::string_view, size_t, WriteFn,
                  absl::AnyInvocable<void(absl::Status) &&> done) override {
    std::move(done)(Refused());
  }
  absl::Status AwaitPast(std::string_view, absl::Time) override { return absl::OkStatus(); }
  void Close() override {}

 private:
  const std::string path_;
  const FileIdentity identity_;
  const int64_t bytes_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<ClosedFile>> ClosedFile::Open(const std::string& path) {
  struct stat found {};
  if (::stat(path.c_str(), &found) != 0) {
    return absl::NotFoundError(absl::StrCat("cannot open ", path, ": ", std::strerror(errno)));
  }
  if (!S_ISREG(found.st_mode)) {
    return absl::FailedPreconditionError(absl::StrCat(path, " is no file"));
  }
  for (const char* const suffix : {"-wal", "-journal"}) {
    const std::string beside = absl::StrCat(path, suffix);
    struct stat rest {};
    if (::stat(beside.c_str(), &rest) != 0 || rest.st_size == 0) continue;
    return absl::FailedPreconditionError(
        absl::StrCat(path, " is open, or was not closed in order: ", beside,
                     " holds a part of its data. Use a backup, or the file of a service that was "
                     "stopped by SIGTERM."));
  }
  ATHENA_ASSIGN_OR_RETURN(const auto connection, Connect(path));
  const absl::StatusOr<FileIdentity> identity = ReadIdentity(*connection);
  if (absl::IsInternal(identity.status())) {
    return absl::FailedPreconditionError(absl::StrCat(
        path, " is no database of this product, or damaged (", identity.status().message(), ")"));
  }
  ATHENA_RETURN_IF_ERROR(identity.status());
  return std::make_unique<SqliteClosedFile>(path, *identity, found.st_size);
}

}  // namespace athena::sql
