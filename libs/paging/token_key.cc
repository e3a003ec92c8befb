#include "libs/paging/token_key.h"

#include "libs/canonical/canonical.h"
#include "libs/paging/page_tokens.h"
#include "libs/status/macros.h"

namespace athena {
namespace {

constexpr std::string_view kDatabase;  // the institution "": the database itself

constexpr sql::Statement kRead{"SELECT key FROM page_token_key WHERE id = 1"};
constexpr sql::Statement kInsert{
    "INSERT INTO page_token_key (id, key) VALUES (1, ?) ON CONFLICT (id) DO NOTHING"};

}  // namespace

absl::StatusOr<std::string> TokenKey(sql::Database& database) {
  std::string key;
  int64_t lineage = 0;
  const auto read = [&](sql::ReadTx& tx) -> absl::Status {
    ATHENA_ASSIGN_OR_RETURN(const sql::InstitutionHead head, tx.Head(kDatabase));
    lineage = head.lineage;
    return tx.Query(kRead, {}, [&key](const sql::Row& row) {
      key = std::string(row.Bytes(0));
      return absl::OkStatus();
    });
  };
  ATHENA_RETURN_IF_ERROR(database.Read(read));
  if (key.empty()) {
    ATHENA_RETURN_IF_ERROR(
        database.Write(kDatabase, [made = PageTokens::RandomKey()](sql::WriteTx& tx) {
          return tx.Execute(kInsert, {sql::Blob{made}}).status();
        }));
    ATHENA_RETURN_IF_ERROR(database.Read(read));
  }
  return Sha256().AddField(key).AddInt(lineage).Digest();
}

}  // namespace athena
