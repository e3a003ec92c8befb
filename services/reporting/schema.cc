#include "services/reporting/schema.h"

#include <string_view>

#include "libs/audit/journal.h"
#include "libs/paging/token_key.h"
#include "libs/versioned/store.h"
#include "libs/versioned/versions_digest.h"
#include "services/reporting/publications/publication_store.h"

namespace athena::reporting {
namespace {

constexpr std::string_view kPublicationContents =
#include "services/reporting/schema/0001_publications.sql.inc"
    ;

constexpr sql::Migration kMigrations[] = {
    {1, "journal", audit::kSchema},
    {2, "resources", versioned::kSchema},
    {3, "publications", kPublicationContents},
    {4, "page token key", kTokenKeySchema},
    {5, "journal of versions", audit::kVersionsSchema},
    {6, "resources by revision", versioned::kRevisionsSchema},
};

constexpr audit::Records kRecords[] = {
    {"publications",
     {R"(
  SELECT revision FROM journal WHERE institution = ?
  EXCEPT SELECT from_revision FROM resource WHERE institution = ?
  ORDER BY revision LIMIT 1)"},
     2},
    {.name = "versions of publications", .first_at_fault = versioned::FirstAlteredVersion},
    {.name = "contents of publications", .first_at_fault = FirstAlteredContent}};

}  // namespace

absl::Span<const audit::Records> JournalRecords() { return kRecords; }

absl::Span<const sql::Migration> Migrations() { return kMigrations; }

}  // namespace athena::reporting
