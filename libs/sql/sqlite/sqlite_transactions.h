#ifndef ATHENA_LIBS_SQL_SQLITE_TRANSACTIONS_H_
#define ATHENA_LIBS_SQL_SQLITE_TRANSACTIONS_H_

#include <cstddef>
#include <cstdint>
#include <exception>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "libs/sql/database.h"
#include "libs/sql/institution_head.h"
#include "libs/sql/sqlite/sqlite_connection.h"

// The transactions that SqliteDatabase hands to its callers. Used by one thread at a time; the
// connection has an open transaction as long as they live.
namespace athena::sql {

// Reads from the snapshot of a reading connection.
class SqliteReadTx final : public ReadTx {
 public:
  explicit SqliteReadTx(SqliteConnection& connection) : connection_(connection) {}

  absl::Status Query(const Statement& statement, absl::Span<const Param> params,
                     RowVisitor visit) override;
  absl::Status QueryMany(const Statement& statement, size_t columns, absl::Span<const Param> values,
                         absl::FunctionRef<absl::Status(size_t key, const Row&)> visit) override;
  absl::StatusOr<InstitutionHead> Head(std::string_view institution) override;

 private:
  SqliteConnection& connection_;
  std::optional<std::pair<std::string, InstitutionHead>> known_;  // the last one that was read
};

// One write of a group, in the group's transaction. After an error of the database every further
// statement returns that error.
class SqliteWriteTx final : public WriteTx {
 public:
  // All outlive it.
  SqliteWriteTx(SqliteConnection& connection, const std::string& institution, Notes& notes)
      : connection_(connection),
        institution_(institution),
        notes_(notes),
        start_mark_(connection.ChangeMark()) {}

  // Reads the head and takes the transaction's time: `now`, or the first microsecond after all that
  // the institution has had and, in its first transaction, after `floor`. Call it first.
  absl::Status Begin(absl::Time now, absl::Time floor);
  // Stores the head, if the transaction has changed anything. Call it last.
  absl::Status End();

  // Makes the transaction one that only keeps later ones from times up to `as_of`. An institution
  // that was never written to has no row that could keep it: false.
  bool ReserveTime(absl::Time as_of);

  absl::Status Query(const Statement& statement, absl::Span<const Param> params,
                     RowVisitor visit) override;
  absl::Status QueryMany(const Statement& statement, size_t columns, absl::Span<const Param> values,
                         absl::FunctionRef<absl::Status(size_t key, const Row&)> visit) override;
  absl::StatusOr<InstitutionHead> Head(std::string_view institution) override;

  const std::string& institution() const override { return institution_; }
  const InstitutionHead& head() const override { return head_; }
  void SetRevision(int64_t revision, std::string journal_hash) override;
  void SetDefinitions(int64_t revision) override;

  absl::StatusOr<int64_t> Execute(const Statement& statement,
                                  absl::Span<const Param> params) override;
  absl::Status ExecuteMany(const Statement& statement, size_t columns,
                           absl::Span<const Param> values) override;

  Notes* notes() override { return &notes_; }
  absl::Time time() const override { return head_.time; }
  void OnCommit(absl::AnyInvocable<void() &&> publish) override {
    on_commit_.push_back(std::move(publish));
  }

  bool HasWritten() const { return connection_.ChangeMark() != start_mark_; }
  std::vector<absl::AnyInvocable<void() &&>> TakeOnCommit() { return std::move(on_commit_); }

 private:
  void Doom(const absl::Status& status) {
    if (doom_.ok()) doom_ = status;
  }

  SqliteConnection& connection_;
  const std::string& institution_;
  Notes& notes_;
  const int64_t start_mark_;
  InstitutionHead head_;
  absl::Time stored_time_;  // of the head as it was found
  bool first_ = false;      // whether there was no head
  bool changed_ = false;    // whether the head was changed
  absl::Status doom_;
  std::vector<absl::AnyInvocable<void() &&>> on_commit_;
};

// Runs `function`, and turns an exception into an error: one request must not end the writer.
template <typename Function, typename Tx>
absl::Status RunGuarded(Function&& function, Tx& tx) {
  try {
    return function(tx);
  } catch (const std::exception& error) {
    return absl::InternalError(absl::StrCat("exception in a transaction: ", error.what()));
  }
}

}  // namespace athena::sql

#endif  // ATHENA_LIBS_SQL_SQLITE_TRANSACTIONS_H_
