#include "libs/audit/journal.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "libs/canonical/canonical.h"
#include "libs/status/macros.h"
#include "libs/status/status.h"

namespace athena::audit {
namespace {

constexpr sql::Statement kEntry{R"(
  SELECT revision, time, hash FROM journal WHERE institution = ? AND revision = ?)"};
constexpr sql::Statement kAfter{R"(
  SELECT revision, time, subject, action, reason, resources, digest, hash FROM journal
  WHERE institution = ? AND revision > ? ORDER BY revision LIMIT ?)"};
constexpr sql::Statement kBefore{R"(
  SELECT revision, time, subject, action, reason, resources, digest, hash FROM journal
  WHERE institution = ? AND revision < ? AND revision > ? ORDER BY revision DESC LIMIT ?)"};
constexpr sql::Statement kInsert{R"(
  INSERT INTO journal
    (institution, revision, time, subject, action, reason, resources, digest, hash)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?))"};

Record ReadRecord(const sql::Row& row) {
  Record record;
  record.revision = row.Int(0);
  record.time = absl::FromUnixMicros(row.Int(1));
  record.subject = std::string(row.Text(2));
  record.action = std::string(row.Text(3));
  record.reason = std::string(row.Text(4));
  const std::string resources(row.Text(5));
  record.resources = absl::StrSplit(resources, '\n', absl::SkipEmpty());
  record.digest = std::string(row.Bytes(6));
  record.hash = std::string(row.Bytes(7));
  return record;
}

}  // namespace

std::string HashOf(std::string_view previous, std::string_view institution, int64_t revision,
                   int64_t micros, std::string_view subject, std::string_view action,
                   std::string_view reason, std::string_view resources, std::string_view digest) {
  return Sha256()
      .AddField(previous)
      .AddField(institution)
      .AddInt(revision)
      .AddInt(micros)
      .AddField(subject)
      .AddField(action)
      .AddField(reason)
      .AddField(resources)
      .AddField(digest)
      .Digest();
}

absl::StatusOr<int64_t> Append(sql::WriteTx& tx, const Entry& entry) {
  const int64_t revision = tx.head().revision + 1;
  const int64_t micros = absl::ToUnixMicros(tx.time());
  const auto end = entry.resources.begin() +
                   static_cast<int64_t>(std::min(entry.resources.size(), kMaxResources));
  const std::string resources = absl::StrJoin(entry.resources.begin(), end, "\n");
  std::string hash = HashOf(tx.head().journal_hash, tx.institution(), revision, micros,
                            entry.subject, entry.action, entry.reason, resources, entry.digest);
  ATHENA_RETURN_IF_ERROR(
      tx.Execute(kInsert,
                 {tx.head().key, revision, micros, entry.subject, entry.action, entry.reason,
                  std::string_view(resources), sql::Blob{entry.digest}, sql::Blob{hash}})
          .status());
  tx.SetRevision(revision, std::move(hash));
  return revision;
}

absl::StatusOr<Head> ReadHead(sql::ReadTx& tx, std::string_view institution) {
  ATHENA_ASSIGN_OR_RETURN(sql::InstitutionHead head, tx.Head(institution));
  return Head{head.revision, head.revision_time, std::move(head.journal_hash)};
}

absl::StatusOr<Head> ReadEntry(sql::ReadTx& tx, std::string_view institution, int64_t revision) {
  ATHENA_ASSIGN_OR_RETURN(const int64_t key, tx.Key(institution));
  Head entry;
  ATHENA_RETURN_IF_ERROR(tx.Query(kEntry, {key, revision}, [&](const sql::Row& row) {
    entry.revision = row.Int(0);
    entry.time = absl::FromUnixMicros(row.Int(1));
    entry.hash = std::string(row.Bytes(2));
    return absl::OkStatus();
  }));
  if (entry.revision == 0) {
    return status::NotFound(
        absl::StrCat("institutions/", std::string(institution), ", revision ", revision));
  }
  return entry;
}

absl::StatusOr<Head> ReadHeadAt(sql::ReadTx& tx, std::string_view institution, absl::Time time) {
  ATHENA_ASSIGN_OR_RETURN(Head newest, ReadHead(tx, institution));
  if (newest.time <= time) return newest;
  // Times increase with revisions: the answer is in [low, high), revision 0 standing for none.
  Head found;
  int64_t low = 0;
  int64_t high = newest.revision;
  while (high - low > 1) {
    const int64_t middle = low + (high - low) / 2;
    ATHENA_ASSIGN_OR_RETURN(Head entry, ReadEntry(tx, institution, middle));
    if (entry.time <= time) {
      low = middle;
      found = std::move(entry);
    } else {
      high = middle;
    }
  }
  return found;
}

absl::Status ReadAfter(sql::ReadTx& tx, std::string_view institution, int64_t after, int64_t limit,
                       absl::FunctionRef<absl::Status(Record)> visit) {
  ATHENA_ASSIGN_OR_RETURN(const int64_t key, tx.Key(institution));
  return tx.Query(kAfter, {key, after, limit},
                  [&](const sql::Row& row) { return visit(ReadRecord(row)); });
}

absl::Status ReadBefore(sql::ReadTx& tx, std::string_view institution, int64_t before,
                        int64_t after, int64_t limit,
                        absl::FunctionRef<absl::Status(Record)> visit) {
  ATHENA_ASSIGN_OR_RETURN(const int64_t key, tx.Key(institution));
  return tx.Query(kBefore, {key, before, after, limit},
                  [&](const sql::Row& row) { return visit(ReadRecord(row)); });
}

}  // namespace athena::audit
