#ifndef ATHENA_LIBS_PAGING_TOKEN_KEY_H_
#define ATHENA_LIBS_PAGING_TOKEN_KEY_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "libs/sql/database.h"

// The key of a database's page tokens, made of random bytes kept in it and of its lineage
// (sql::InstitutionHead): lists go on across a restart of their service, and no token of one
// database continues a list of another, nor one of a backup that was restored. Whoever can read the
// database can read the key; it opens nothing but places in lists, which show no more than their
// caller may see.
namespace athena {

// The table; part of a service's migrations.
inline constexpr std::string_view kTokenKeySchema = R"sql(
CREATE TABLE page_token_key (
  id BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),  -- there is one
  key BYTEA NOT NULL CHECK (length(key) >= 32)
);
)sql";

// The key, for PageTokens; made at random when the database has none yet. Errors are the
// database's.
absl::StatusOr<std::string> TokenKey(sql::Database& database);

}  // namespace athena

#endif  // ATHENA_LIBS_PAGING_TOKEN_KEY_H_
