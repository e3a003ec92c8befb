#include "libs/paging/token_key.h"

#include "libs/paging/page_tokens.h"

namespace athena {
namespace {

constexpr sql::Statement kRead{"SELECT key FROM page_token_key WHERE id = 1"};
constexpr sql::Statement kInsert{
    "INSERT INTO page_token_key (id, key) VALUES (1, ?) ON CONFLICT (id) DO NOTHING"};

}  // namespace

absl::StatusOr<std::string> TokenKey(sql::Database& database) {
  std::string key;
  const auto read = [&key](sql::ReadTx& tx) {
    return tx.Query(kRead, {}, [&key](const sql::Row& row) {
      key = std::string(row.Bytes(0));
      return absl::OkStatus();
    });
  };
  absl::Status status = database.Read(read);
  if (status.ok() && key.empty()) {
    status = database.Write("", [made = PageTokens::RandomKey()](sql::WriteTx& tx) {
      return tx.Execute(kInsert, {sql::Blob{made}}).status();
    });
    if (status.ok()) status = database.Read(read);
  }
  if (!status.ok()) return status;
  return key;
}

}  // namespace athena
