#include "libs/versioned/revisions.h"

#include <limits>
#include <string>

#include "absl/strings/str_cat.h"
#include "libs/status/macros.h"

namespace athena::versioned {
namespace {

constexpr sql::Statement kOne{R"(
  SELECT from_revision, to_revision FROM resource
  WHERE institution = ? AND collection = ? AND id = ?
  ORDER BY from_revision)"};
constexpr sql::Statement kBelow{R"(
  SELECT from_revision, to_revision FROM resource
  WHERE institution = ? AND collection = ? AND id >= ? AND id < ?
  ORDER BY id, from_revision)"};

auto AddTo(absl::btree_set<int64_t>* revisions) {
  return [revisions](const sql::Row& row) {
    revisions->insert(row.Int(0));
    if (row.Int(1) != std::numeric_limits<int64_t>::max()) revisions->insert(row.Int(1));
    return absl::OkStatus();
  };
}

}  // namespace

absl::Status AddRevisionsOf(sql::ReadTx& tx, std::string_view institution, Collection collection,
                            std::string_view id, absl::btree_set<int64_t>* revisions) {
  ATHENA_ASSIGN_OR_RETURN(const int64_t key, tx.Key(institution));
  return tx.Query(kOne, {key, collection.name, id}, AddTo(revisions));
}

absl::Status AddRevisionsBelow(sql::ReadTx& tx, std::string_view institution, Collection collection,
                               std::string_view prefix, absl::btree_set<int64_t>* revisions) {
  ATHENA_ASSIGN_OR_RETURN(const int64_t key, tx.Key(institution));
  // Sorts behind every id that begins with the prefix: ids are ASCII.
  const std::string end = absl::StrCat(std::string(prefix), "\x7f");
  return tx.Query(kBelow, {key, collection.name, prefix, std::string_view(end)}, AddTo(revisions));
}

}  // namespace athena::versioned
