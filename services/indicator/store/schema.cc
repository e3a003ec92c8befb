#include "services/indicator/store/schema.h"

#include <string_view>

#include "libs/audit/journal.h"
#include "libs/paging/token_key.h"
#include "libs/versioned/store.h"
#include "libs/versioned/versions_digest.h"

namespace athena::indicator {
namespace {

constexpr std::string_view kObservations =
#include "services/indicator/store/schema/0001_observations.sql.inc"
    ;
constexpr std::string_view kTargets =
#include "services/indicator/store/schema/0002_targets.sql.inc"
    ;

constexpr std::string_view kFeed =
#include "services/indicator/store/schema/0003_feed.sql.inc"
    ;

constexpr audit::Records kRecords[] = {
    {"pushes", {R"(
  SELECT journal.revision
  FROM journal LEFT JOIN push
    ON push.institution = journal.institution AND push.revision = journal.revision
  WHERE journal.institution = ? AND journal.action = 'PushObservations'
    AND (push.digest IS NULL OR push.digest <> journal.digest)
  ORDER BY journal.revision LIMIT 1)"}},
    {"definitions",
     {R"(
  SELECT revision FROM journal WHERE institution = ? AND action <> 'PushObservations'
  EXCEPT SELECT from_revision FROM resource WHERE institution = ?
  EXCEPT SELECT to_revision FROM resource WHERE institution = ?
  EXCEPT SELECT revision FROM target WHERE institution = ?
  ORDER BY revision LIMIT 1)"},
     4},
    {.name = "contents of definitions", .first_at_fault = versioned::FirstAlteredVersion}};

}  // namespace

absl::Span<const audit::Records> JournalRecords() { return kRecords; }

std::vector<sql::Migration> Schema() {
  return {{1, "journal", audit::kSchema},
          {2, "versioned resources", versioned::kSchema},
          {3, "observations", kObservations},
          {4, "targets", kTargets},
          {5, "feed", kFeed},
          {6, "page token key", kTokenKeySchema},
          {7, "journal of versions", audit::kVersionsSchema},
          {8, "resources by revision", versioned::kRevisionsSchema}};
}

}  // namespace athena::indicator
