#include "services/plan/operations/codes_store.h"

#include <cstdint>
#include <string>

#include "services/plan/errors.h"

namespace athena::plan {
namespace {

constexpr sql::Statement kTakeCode{R"(
  INSERT INTO resource_code (institution, scope, code, resource) VALUES (?, ?, ?, ?)
  ON CONFLICT DO NOTHING)"};
constexpr sql::Statement kReleaseCode{R"(
  DELETE FROM resource_code WHERE institution = ? AND resource = ?)"};
constexpr sql::Statement kCodeHolder{R"(
  SELECT resource FROM resource_code WHERE institution = ? AND scope = ? AND code = ?)"};

}  // namespace

absl::Status TakeCode(sql::WriteTx& tx, std::string_view scope, std::string_view resource,
                      std::string_view code) {
  const int64_t institution = tx.head().key;
  ATHENA_RETURN_IF_ERROR(ReleaseCode(tx, resource));
  ATHENA_ASSIGN_OR_RETURN(const int64_t taken,
                          tx.Execute(kTakeCode, {institution, scope, code, resource}));
  if (taken == 1) return absl::OkStatus();
  std::string holder;
  ATHENA_RETURN_IF_ERROR(
      tx.Query(kCodeHolder, {institution, scope, code}, [&](const sql::Row& row) {
        holder = std::string(row.Text(0));
        return absl::OkStatus();
      }));
  return CodeTaken(code, holder);
}

absl::Status ReleaseCode(sql::WriteTx& tx, std::string_view resource) {
  return tx.Execute(kReleaseCode, {tx.head().key, resource}).status();
}

}  // namespace athena::plan
