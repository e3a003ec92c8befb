#include "libs/versioned/lineage.h"

#include "absl/strings/str_cat.h"
#include "libs/status/macros.h"
#include "libs/status/status.h"

namespace athena::versioned {

absl::StatusOr<std::string> ReadLineage(sql::ReadTx& tx, std::string_view institution) {
  ATHENA_ASSIGN_OR_RETURN(const sql::InstitutionHead head, tx.Head(institution));
  if (head.revision == 0) return "";
  return absl::StrCat(absl::Hex(head.lineage, absl::kZeroPad16));
}

absl::Status CheckLineage(sql::ReadTx& tx, std::string_view institution, std::string_view given) {
  if (given.empty()) return absl::OkStatus();
  ATHENA_ASSIGN_OR_RETURN(const std::string present, ReadLineage(tx, institution));
  return given == present ? absl::OkStatus() : status::LineageChanged(institution, given, present);
}

}  // namespace athena::versioned
