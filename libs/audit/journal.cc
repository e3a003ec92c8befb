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
  SELECT revision, time, subject, action, reason, resources, digest, hash, request_id, cause,
    versions
  FROM journal WHERE institution = ? AND revision > ? ORDER BY revision LIMIT ?)"};
constexpr sql::Statement kBefore{R"(
  SELECT revision, time, subject, action, reason, resources, digest, hash, request_id, cause,
    versions
  FROM journal
  WHERE institution = ? AND revision < ? AND revision > ? ORDER BY revision DESC LIMIT ?)"};
constexpr sql::Statement kInsert{R"(
  INSERT INTO journal
    (institution, revision, time, subject, action, reason, resources, digest, request_id, cause,
     versions, hash)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?))"};

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
  record.request_id = std::string(row.Text(8));
  record.cause = std::string(row.Text(9));
  if (!row.IsNull(10)) record.versions = std::string(row.Bytes(10));
  return record;
}

}  // namespace

const std::string& NoVersions() {
  static const std::string* const kNone = new std::string(Sha256Of(""));
  return *kNone;
}

std::string HashOf(std::string_view previous, std::string_view institution, const Record& record) {
  Sha256 hash;
  hash.AddField(previous)
      .AddField(institution)
      .AddInt(record.revision)
      .AddInt(absl::ToUnixMicros(record.time))
      .AddField(record.subject)
      .AddField(record.action)
      .AddField(record.reason)
      .AddField(absl::StrJoin(record.resources, "\n"))
      .AddField(record.digest);
  if (!record.versions.empty()) {
    hash.AddField(record.request_id).AddField(record.cause).AddField(record.versions);
  }
  return hash.Digest();
}

absl::StatusOr<int64_t> Append(sql::WriteTx& tx, const Entry& entry) {
  Record record;
  record.revision = tx.head().revision + 1;
  record.time = tx.time();
  record.subject = std::string(entry.subject);
  record.action = std::string(entry.action);
  record.reason = std::string(entry.reason);
  record.resources.assign(entry.resources.begin(),
                          entry.resources.begin() + static_cast<int64_t>(std::min(
                                                        entry.resources.size(), kMaxResources)));
  record.digest = std::string(entry.digest);
  record.request_id = std::string(entry.request_id);
  record.cause = std::string(entry.cause);
  record.versions = entry.versions.empty() ? NoVersions() : std::string(entry.versions);
  record.hash = HashOf(tx.head().journal_hash, tx.institution(), record);
  const std::string resources = absl::StrJoin(record.resources, "\n");
  ATHENA_RETURN_IF_ERROR(
      tx.Execute(kInsert, {tx.head().key, record.revision, absl::ToUnixMicros(record.time),
                           entry.subject, entry.action, entry.reason, std::string_view(resources),
                           sql::Blob{record.digest}, entry.request_id, entry.cause,
                           sql::Blob{record.versions}, sql::Blob{record.hash}})
          .status());
  tx.SetRevision(record.revision, record.hash);
  return record.revision;
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
