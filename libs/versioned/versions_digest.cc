#include "libs/versioned/versions_digest.h"

#include "libs/audit/journal.h"
#include "libs/canonical/canonical.h"
#include "libs/status/macros.h"

namespace athena::versioned {
namespace {

// Some tens of milliseconds of reading and hashing.
constexpr int64_t kRevisionsAtOnce = 1000;

constexpr sql::Statement kMade{R"(
  SELECT from_revision, collection, id, create_time, update_time, body FROM resource
  WHERE institution = ? AND from_revision > ? AND from_revision <= ?)"};
constexpr sql::Statement kEnded{R"(
  SELECT to_revision, collection, id, from_revision FROM resource
  WHERE institution = ? AND to_revision > ? AND to_revision <= ?)"};

// The stored versions of the revisions after one and up to another one.
absl::StatusOr<std::map<int64_t, VersionsDigest>> ReadVersions(sql::ReadTx& tx,
                                                               std::string_view institution,
                                                               int64_t after, int64_t last) {
  ATHENA_ASSIGN_OR_RETURN(const int64_t key, tx.Key(institution));
  std::map<int64_t, VersionsDigest> versions;
  ATHENA_RETURN_IF_ERROR(tx.Query(kMade, {key, after, last}, [&](const sql::Row& row) {
    versions[row.Int(0)].Made(row.Text(1), row.Text(2), {row.Int(3), row.Int(4), row.Bytes(5)});
    return absl::OkStatus();
  }));
  ATHENA_RETURN_IF_ERROR(tx.Query(kEnded, {key, after, last}, [&](const sql::Row& row) {
    versions[row.Int(0)].Ended(row.Text(1), row.Text(2), row.Int(3));
    return absl::OkStatus();
  }));
  return versions;
}

}  // namespace

void VersionsDigest::Made(std::string_view collection, std::string_view id, const Stored& version) {
  changes_[{std::string(collection), std::string(id)}].made =
      Sha256().AddInt(version.created).AddInt(version.updated).AddField(version.body).Digest();
}

void VersionsDigest::Ended(std::string_view collection, std::string_view id, int64_t from) {
  changes_[{std::string(collection), std::string(id)}].ended = from;
}

void VersionsDigest::Dropped(std::string_view collection, std::string_view id) {
  const auto found = changes_.find({std::string(collection), std::string(id)});
  if (found == changes_.end()) return;
  found->second.made.clear();
  if (!found->second.ended.has_value()) changes_.erase(found);
}

std::string VersionsDigest::Digest() const {
  if (changes_.empty()) return audit::NoVersions();
  Sha256 digest;
  for (const auto& [key, change] : changes_) {
    digest.AddField(key.first)
        .AddField(key.second)
        .AddInt(change.ended.value_or(0))
        .AddField(change.made);
  }
  return digest.Digest();
}

std::string RecordDigest(std::string_view name, std::string_view content) {
  return Sha256().AddField(name).AddField(content).Digest();
}

absl::StatusOr<std::optional<int64_t>> FirstAlteredVersion(
    sql::Database& database, std::string_view institution,
    absl::FunctionRef<absl::Status()> go_on) {
  std::optional<int64_t> first;
  int64_t after = 0;
  bool more = true;
  while (more && !first.has_value()) {
    ATHENA_RETURN_IF_ERROR(go_on());
    ATHENA_RETURN_IF_ERROR(database.Read([&](sql::ReadTx& tx) -> absl::Status {
      ATHENA_ASSIGN_OR_RETURN(const auto stored,
                              ReadVersions(tx, institution, after, after + kRevisionsAtOnce));
      more = false;
      return audit::ReadAfter(
          tx, institution, after, kRevisionsAtOnce, [&](const audit::Record& record) {
            more = true;
            after = record.revision;
            const auto found = stored.find(record.revision);
            const std::string digest =
                found == stored.end() ? audit::NoVersions() : found->second.Digest();
            if (!first.has_value() && !record.versions.empty() && record.versions != digest) {
              first = record.revision;
            }
            return absl::OkStatus();
          });
    }));
  }
  return first;
}

}  // namespace athena::versioned
