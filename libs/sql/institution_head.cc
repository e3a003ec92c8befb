#include "libs/sql/institution_head.h"

#include <limits>
#include <random>

#include "libs/status/macros.h"

namespace athena::sql {
namespace {

constexpr Statement kFind{R"(
  SELECT key, lineage, revision, revision_time, journal_hash, definitions, time
  FROM institution_head WHERE institution = ?)"};
constexpr Statement kRevisions{R"(
  SELECT institution, revision FROM institution_head WHERE revision > 0 ORDER BY institution)"};

}  // namespace

absl::StatusOr<InstitutionHead> QueryHead(ReadTx& tx, std::string_view institution) {
  InstitutionHead head;
  ATHENA_RETURN_IF_ERROR(tx.Query(kFind, {institution}, [&](const Row& row) {
    head.key = row.Int(0);
    head.lineage = row.Int(1);
    head.revision = row.Int(2);
    if (head.revision > 0) head.revision_time = absl::FromUnixMicros(row.Int(3));
    head.journal_hash = std::string(row.Bytes(4));
    head.definitions = row.Int(5);
    head.time = absl::FromUnixMicros(row.Int(6));
    return absl::OkStatus();
  }));
  return head;
}

int64_t NewLineage() {
  std::random_device device;
  std::uniform_int_distribution<int64_t> any(1, std::numeric_limits<int64_t>::max());
  return any(device);
}

absl::StatusOr<std::vector<InstitutionRevision>> ListRevisions(Database& database) {
  std::vector<InstitutionRevision> revisions;
  ATHENA_RETURN_IF_ERROR(database.Read([&](ReadTx& tx) {
    return tx.Query(kRevisions, {}, [&](const Row& row) {
      revisions.push_back({std::string(row.Text(0)), row.Int(1)});
      return absl::OkStatus();
    });
  }));
  return revisions;
}

}  // namespace athena::sql
