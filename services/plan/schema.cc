#include "services/plan/schema.h"

#include <string_view>

#include "libs/audit/journal.h"
#include "libs/paging/token_key.h"
#include "libs/versioned/store.h"
#include "libs/versioned/versions_digest.h"
#include "services/plan/operations/budget/amounts_digest.h"

namespace athena::plan {
namespace {

constexpr std::string_view kPlan =
#include "services/plan/schema/0001_plan.sql.inc"
    ;

constexpr sql::Migration kMigrations[] = {
    {1, "journal", audit::kSchema},
    {2, "resources", versioned::kSchema},
    {3, "plan", kPlan},
    {4, "page token key", kTokenKeySchema},
    {5, "journal of versions", audit::kVersionsSchema},
    {6, "resources by revision", versioned::kRevisionsSchema},
};

constexpr audit::Records kRecords[] = {
    {"versions",
     {R"(
  SELECT revision FROM journal WHERE institution = ?
  EXCEPT SELECT from_revision FROM resource WHERE institution = ?
  EXCEPT SELECT to_revision FROM resource WHERE institution = ?
  EXCEPT SELECT revision FROM budget_push WHERE institution = ?
  ORDER BY revision LIMIT 1)"},
     4},
    {.name = "contents of versions", .first_at_fault = versioned::FirstAlteredVersion},
    {.name = "amounts of budget lines", .first_at_fault = FirstAlteredAmounts}};

}  // namespace

absl::Span<const audit::Records> JournalRecords() { return kRecords; }

absl::Span<const sql::Migration> Migrations() { return kMigrations; }

}  // namespace athena::plan
