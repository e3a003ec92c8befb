#include "libs/versioned/last_change.h"

#include <algorithm>
#include <vector>

#include "libs/status/macros.h"

namespace athena::versioned {
namespace {

// The scope of the institution itself; a root is never empty.
constexpr std::string_view kInstitutionScope = "";

constexpr sql::Statement kMark{R"(
  INSERT INTO last_change (institution, scope, revision) VALUES (?, ?, ?)
  ON CONFLICT (institution, scope) DO UPDATE SET revision = excluded.revision)"};
constexpr sql::Statement kLast{R"(
  SELECT revision FROM last_change WHERE institution = ? AND scope IN (?, ?) ORDER BY scope)"};

}  // namespace

absl::StatusOr<int64_t> LastChange(sql::ReadTx& tx, std::string_view institution) {
  return LastChange(tx, institution, kInstitutionScope);
}

absl::StatusOr<int64_t> LastChange(sql::ReadTx& tx, std::string_view institution,
                                   std::string_view root) {
  ATHENA_ASSIGN_OR_RETURN(const int64_t key, tx.Key(institution));
  int64_t last = 0;
  ATHENA_RETURN_IF_ERROR(tx.Query(kLast, {key, root, kInstitutionScope}, [&](const sql::Row& row) {
    last = std::max(last, row.Int(0));
    return absl::OkStatus();
  }));
  return last;
}

void CollectMark(Collection collection, std::string_view id, absl::btree_set<std::string>* scopes) {
  switch (collection.marks) {
    case Marks::kNone:
      return;
    case Marks::kInstitution:
      scopes->insert(std::string(kInstitutionScope));
      return;
    case Marks::kRoot:
      scopes->insert(std::string(id.substr(0, id.find('/'))));
      return;
  }
}

absl::Status WriteMarks(sql::WriteTx& tx, int64_t revision,
                        const absl::btree_set<std::string>& scopes) {
  constexpr size_t kColumns = 3;
  std::vector<sql::Param> marks;
  for (const std::string& scope : scopes) {
    marks.insert(marks.end(), {sql::Param(tx.head().key), std::string_view(scope), revision});
  }
  return tx.ExecuteMany(kMark, kColumns, marks);
}

}  // namespace athena::versioned
