#include "services/plan/changes_store.h"

#include <algorithm>

#include "libs/status/macros.h"

namespace athena::plan {
namespace {

// The scope of the institution and its units; a plan's is its id, which is never empty.
constexpr std::string_view kInstitutionScope = "";

constexpr sql::Statement kMark{R"(
  INSERT INTO last_change (institution, scope, revision) VALUES (?, ?, ?)
  ON CONFLICT (institution, scope) DO UPDATE SET revision = excluded.revision)"};
constexpr sql::Statement kLast{R"(
  SELECT revision FROM last_change WHERE institution = ? AND scope IN (?, ?) ORDER BY scope)"};

absl::Status Mark(versioned::Edit& edit, std::string_view scope) {
  if (!edit.changed()) return absl::OkStatus();
  return edit.tx().Execute(kMark, {edit.tx().head().key, scope, edit.revision()}).status();
}

}  // namespace

absl::Status MarkInstitution(versioned::Edit& edit) { return Mark(edit, kInstitutionScope); }

absl::Status MarkPlan(versioned::Edit& edit, std::string_view plan) { return Mark(edit, plan); }

absl::StatusOr<int64_t> LastChange(sql::ReadTx& tx, std::string_view institution,
                                   std::string_view plan) {
  ATHENA_ASSIGN_OR_RETURN(const int64_t key, tx.Key(institution));
  int64_t last = 0;
  ATHENA_RETURN_IF_ERROR(tx.Query(kLast, {key, plan, kInstitutionScope}, [&](const sql::Row& row) {
    last = std::max(last, row.Int(0));
    return absl::OkStatus();
  }));
  return last;
}

}  // namespace athena::plan
