#ifndef ATHENA_LIBS_SQL_INSTITUTION_HEAD_H_
#define ATHENA_LIBS_SQL_INSTITUTION_HEAD_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "libs/sql/database.h"

// The table of institution heads, for drivers.
namespace athena::sql {

// Portable, as the script of a Migration.
inline constexpr std::string_view kInstitutionHeadSchema = R"sql(
CREATE TABLE institution_head (
  institution TEXT NOT NULL PRIMARY KEY,  -- id; '': the database itself
  key BIGINT NOT NULL UNIQUE,             -- stands for the institution in every other table
  lineage BIGINT NOT NULL,                -- random; 0 in a backup: made anew when it is opened
  revision BIGINT NOT NULL,
  revision_time BIGINT NOT NULL,          -- microseconds since 1970, UTC
  journal_hash BYTEA NOT NULL,
  definitions BIGINT NOT NULL,            -- revision of the last change of a definition
  time BIGINT NOT NULL                    -- the last one that was given out or waited for
);
)sql";

// The head of an institution; key 0 when there is none.
absl::StatusOr<InstitutionHead> QueryHead(ReadTx& tx, std::string_view institution);

// A random positive number.
int64_t NewLineage();

// The revision of an institution.
struct InstitutionRevision {
  std::string institution;
  int64_t revision = 0;
};
// Of all institutions that have one: what a process compares to learn which have moved on.
absl::StatusOr<std::vector<InstitutionRevision>> ListRevisions(Database& database);

}  // namespace athena::sql

#endif  // ATHENA_LIBS_SQL_INSTITUTION_HEAD_H_
