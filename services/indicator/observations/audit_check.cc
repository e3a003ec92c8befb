#include "services/indicator/observations/audit_check.h"

#include <optional>
#include <string>
#include <utility>

#include "absl/strings/escaping.h"
#include "libs/audit/verify.h"
#include "libs/status/macros.h"
#include "libs/status/status.h"
#include "services/indicator/model/names.h"
#include "services/indicator/store/schema.h"

namespace athena::indicator {

absl::StatusOr<v1::VerifyAuditLogResponse> AuditCheck::Verify(
    const rpc::Call& call, const v1::VerifyAuditLogRequest& request) const {
  status::FieldFaults faults;
  const std::optional<std::string> institution =
      ReadInstitutionName("parent", request.parent(), &faults);
  if (!institution.has_value()) return faults.ToStatus();
  ATHENA_RETURN_IF_ERROR(call.principal().RequireInstitution(
      *institution, "verify the audit log of " + request.parent()));
  ATHENA_ASSIGN_OR_RETURN(audit::Verdict verdict,
                          audit::VerifyInstitution(database_, *institution, JournalRecords(),
                                                   [&call] { return call.StillWanted(); }));
  v1::VerifyAuditLogResponse response;
  response.set_revision(verdict.revision);
  response.set_hash(absl::BytesToHexString(verdict.hash));
  for (std::string& fault : verdict.faults) response.add_faults(std::move(fault));
  return response;
}

}  // namespace athena::indicator
