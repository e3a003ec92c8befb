#include "libs/audit/journal.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "libs/canonical/canonical.h"
#include "libs/status/status.h"

namespace athena::audit {
namespace {

constexpr sql::Statement kHead{R"(
  SELECT revision, time, hash FROM journal
  WHERE institution = ? ORDER BY revision DESC LIMIT 1)"};
constexpr sql::Statement kEntry{R"(
  SELECT revision, time, hash FROM journal WHERE institution = ? AND revision = ?)"};
constexpr sql::Statement kAfter{R"(
  SELECT revision, time, subject, action, reason, resources, digest, hash FROM journal
  WHERE institution = ? AND revision > ? ORDER BY revision LIMIT ?)"};
constexpr sql::Statement kInsert{R"(
  INSERT INTO journal
    (institution, revision, time, subject, action, reason, resources, digest, hash)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?))"};

constexpr sql::NoteKind<Head> kHeadNote{"journal head"};

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

absl::StatusOr<Head> ReadOne(sql::ReadTx& tx, const sql::Statement& statement,
                             absl::Span<const sql::Param> params) {
  Head head;
  const absl::Status status = tx.Query(statement, params, [&](const sql::Row& row) {
    head.revision = row.Int(0);
    head.time = absl::FromUnixMicros(row.Int(1));
    head.hash = std::string(row.Bytes(2));
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  return head;
}

}  // namespace

absl::StatusOr<int64_t> Append(sql::WriteTx& tx, const Entry& entry) {
  absl::StatusOr<Head> head = ReadHead(tx, entry.institution);
  if (!head.ok()) return head.status();
  const int64_t revision = head->revision + 1;
  const int64_t micros = absl::ToUnixMicros(tx.time());
  const auto end = entry.resources.begin() +
                   static_cast<int64_t>(std::min(entry.resources.size(), kMaxResources));
  const std::string resources = absl::StrJoin(entry.resources.begin(), end, "\n");
  std::string hash = HashOf(head->hash, entry.institution, revision, micros, entry.subject,
                            entry.action, entry.reason, resources, entry.digest);
  const absl::Status inserted =
      tx.Execute(kInsert,
                 {entry.institution, revision, micros, entry.subject, entry.action, entry.reason,
                  std::string_view(resources), sql::Blob{entry.digest}, sql::Blob{hash}})
          .status();
  if (!inserted.ok()) return inserted;
  if (sql::Notes* const notes = tx.notes(); notes != nullptr) {
    notes->Keep(kHeadNote, entry.institution, Head{revision, tx.time(), std::move(hash)});
  }
  return revision;
}

absl::StatusOr<Head> ReadHead(sql::ReadTx& tx, std::string_view institution) {
  if (const sql::Notes* const notes = tx.notes(); notes != nullptr) {
    if (const Head* const noted = notes->Find(kHeadNote, institution)) return *noted;
  }
  return ReadOne(tx, kHead, {institution});
}

absl::StatusOr<Head> ReadEntry(sql::ReadTx& tx, std::string_view institution, int64_t revision) {
  absl::StatusOr<Head> entry = ReadOne(tx, kEntry, {institution, revision});
  if (entry.ok() && entry->revision == 0) {
    return status::NotFound(
        absl::StrCat("institutions/", std::string(institution), ", revision ", revision));
  }
  return entry;
}

absl::StatusOr<Head> ReadHeadAt(sql::ReadTx& tx, std::string_view institution, absl::Time time) {
  absl::StatusOr<Head> newest = ReadHead(tx, institution);
  if (!newest.ok() || newest->time <= time) return newest;
  // Times increase with revisions: the answer is in [low, high), revision 0 standing for none.
  Head found;
  int64_t low = 0;
  int64_t high = newest->revision;
  while (high - low > 1) {
    const int64_t middle = low + (high - low) / 2;
    absl::StatusOr<Head> entry = ReadEntry(tx, institution, middle);
    if (!entry.ok()) return entry.status();
    if (entry->time <= time) {
      low = middle;
      found = *std::move(entry);
    } else {
      high = middle;
    }
  }
  return found;
}

absl::Status ReadAfter(sql::ReadTx& tx, std::string_view institution, int64_t after, int64_t limit,
                       absl::FunctionRef<absl::Status(Record)> visit) {
  return tx.Query(kAfter, {institution, after, limit}, [&](const sql::Row& row) {
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
    return visit(std::move(record));
  });
}

absl::Status Verify(sql::ReadTx& tx, std::string_view institution) {
  int64_t expected = 1;
  std::string previous;
  absl::Time last = absl::InfinitePast();
  return ReadAfter(
      tx, institution, 0, std::numeric_limits<int64_t>::max(), [&](const Record& record) {
        const std::string hash = HashOf(
            previous, institution, record.revision, absl::ToUnixMicros(record.time), record.subject,
            record.action, record.reason, absl::StrJoin(record.resources, "\n"), record.digest);
        if (record.revision != expected || record.time <= last || record.hash != hash) {
          return absl::DataLossError(absl::StrCat("the journal of institutions/",
                                                  std::string(institution),
                                                  " is broken at revision ", expected));
        }
        ++expected;
        previous = record.hash;
        last = record.time;
        return absl::OkStatus();
      });
}

}  // namespace athena::audit
