#include "services/plan/changes_store.h"

#include <algorithm>

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
  return edit.tx()
      .Execute(kMark, {std::string_view(edit.institution()), scope, edit.revision()})
      .status();
}

}  // namespace

absl::Status MarkInstitution(versioned::Edit& edit) { return Mark(edit, kInstitutionScope); }

absl::Status MarkPlan(versioned::Edit& edit, std::string_view plan) { return Mark(edit, plan); }

absl::StatusOr<int64_t> LastChange(sql::ReadTx& tx, std::string_view institution,
                                   std::string_view plan) {
  int64_t last = 0;
  const absl::Status status =
      tx.Query(kLast, {institution, plan, kInstitutionScope}, [&](const sql::Row& row) {
        last = std::max(last, row.Int(0));
        return absl::OkStatus();
      });
  if (!status.ok()) return status;
  return last;
}

}  // namespace athena::plan
