#include "libs/sql/sqlite/sqlite_transactions.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "libs/status/macros.h"

namespace athena::sql {
namespace {

constexpr Statement kLastKey{"SELECT max(key) FROM institution_head"};
constexpr Statement kStoreHead{R"(
  INSERT INTO institution_head
    (institution, key, lineage, revision, revision_time, journal_hash, definitions, time)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT (institution) DO UPDATE SET
    revision = excluded.revision, revision_time = excluded.revision_time,
    journal_hash = excluded.journal_hash, definitions = excluded.definitions,
    time = excluded.time)"};

// Whether a statement is the driver's own to run: what would end the group it shares.
bool ControlsTransactions(std::string_view text) {
  const absl::string_view statement =
      absl::StripLeadingAsciiWhitespace(absl::string_view(text.data(), text.size()));
  for (const char* word : {"BEGIN", "COMMIT", "END", "ROLLBACK", "SAVEPOINT", "RELEASE"}) {
    if (absl::StartsWithIgnoreCase(statement, word)) return true;
  }
  return false;
}

}  // namespace

absl::Status SqliteReadTx::Query(const Statement& statement, absl::Span<const Param> params,
                                 RowVisitor visit) {
  return connection_.Query(statement, params, visit);
}

absl::Status SqliteReadTx::QueryMany(
    const Statement& statement, size_t columns, absl::Span<const Param> values,
    absl::FunctionRef<absl::Status(size_t key, const Row&)> visit) {
  return connection_.QueryMany(statement, columns, values, visit);
}

absl::StatusOr<InstitutionHead> SqliteReadTx::Head(std::string_view institution) {
  // Most reads are about one institution, and ask for its head again and again.
  if (!known_.has_value() || known_->first != institution) {
    ATHENA_ASSIGN_OR_RETURN(InstitutionHead head, QueryHead(*this, institution));
    known_.emplace(institution, std::move(head));
  }
  return known_->second;
}

absl::Status SqliteWriteTx::Begin(absl::Time now, absl::Time floor) {
  ATHENA_ASSIGN_OR_RETURN(head_, QueryHead(*this, institution_));
  if (head_.key == 0) {
    ATHENA_ASSIGN_OR_RETURN(const int64_t last, connection_.QueryInt(kLastKey));
    head_.key = last + 1;
    head_.lineage = NewLineage();
    head_.time = floor;
    first_ = true;
  }
  stored_time_ = head_.time;
  head_.time =
      std::max(absl::FromUnixMicros(absl::ToUnixMicros(now)), head_.time + absl::Microseconds(1));
  return absl::OkStatus();
}

absl::Status SqliteWriteTx::End() {
  ATHENA_RETURN_IF_ERROR(doom_);
  if (!changed_ && !HasWritten()) return absl::OkStatus();
  return Execute(kStoreHead,
                 {std::string_view(institution_), head_.key, head_.lineage, head_.revision,
                  head_.revision == 0 ? int64_t{0} : absl::ToUnixMicros(head_.revision_time),
                  Blob{head_.journal_hash}, head_.definitions, absl::ToUnixMicros(head_.time)})
      .status();
}

bool SqliteWriteTx::ReserveTime(absl::Time as_of) {
  if (first_) return false;
  changed_ = as_of > stored_time_;
  head_.time = std::max(stored_time_, as_of);
  return true;
}

absl::Status SqliteWriteTx::Query(const Statement& statement, absl::Span<const Param> params,
                                  RowVisitor visit) {
  ATHENA_RETURN_IF_ERROR(doom_);
  absl::Status visited;
  absl::Status status = connection_.Query(statement, params, [&](const Row& row) {
    visited = visit(row);
    return visited;
  });
  if (!status.ok() && visited.ok()) Doom(status);
  return status;
}

absl::Status SqliteWriteTx::QueryMany(
    const Statement& statement, size_t columns, absl::Span<const Param> values,
    absl::FunctionRef<absl::Status(size_t key, const Row&)> visit) {
  ATHENA_RETURN_IF_ERROR(doom_);
  absl::Status visited;
  absl::Status status =
      connection_.QueryMany(statement, columns, values, [&](size_t key, const Row& row) {
        visited = visit(key, row);
        return visited;
      });
  if (!status.ok() && visited.ok()) Doom(status);
  return status;
}

absl::StatusOr<InstitutionHead> SqliteWriteTx::Head(std::string_view institution) {
  if (institution == institution_) return head_;
  return QueryHead(*this, institution);
}

void SqliteWriteTx::SetRevision(int64_t revision, std::string journal_hash) {
  head_.revision = revision;
  head_.revision_time = head_.time;
  head_.journal_hash = std::move(journal_hash);
  changed_ = true;
}

void SqliteWriteTx::SetDefinitions(int64_t revision) {
  head_.definitions = revision;
  changed_ = true;
}

absl::StatusOr<int64_t> SqliteWriteTx::Execute(const Statement& statement,
                                               absl::Span<const Param> params) {
  ATHENA_RETURN_IF_ERROR(doom_);
  if (ControlsTransactions(statement.text)) {
    Doom(absl::InternalError("a transaction is begun and ended by the driver alone"));
    return doom_;
  }
  absl::StatusOr<int64_t> changed = connection_.Execute(statement, params);
  if (!changed.ok()) Doom(changed.status());
  return changed;
}

absl::Status SqliteWriteTx::ExecuteMany(const Statement& statement, size_t columns,
                                        absl::Span<const Param> values) {
  ATHENA_RETURN_IF_ERROR(doom_);
  absl::Status status = connection_.ExecuteMany(statement, columns, values);
  if (!status.ok()) Doom(status);
  return status;
}

}  // namespace athena::sql
