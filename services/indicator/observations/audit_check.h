#ifndef ATHENA_SERVICES_INDICATOR_OBSERVATIONS_AUDIT_CHECK_H_
#define ATHENA_SERVICES_INDICATOR_OBSERVATIONS_AUDIT_CHECK_H_

#include "absl/status/statusor.h"
#include "athena/indicator/v1/indicator_service.pb.h"
#include "libs/rpc/call.h"
#include "libs/sql/database.h"

namespace athena::indicator {

// VerifyAuditLog. Thread-safe.
class AuditCheck {
 public:
  // The database outlives this.
  explicit AuditCheck(sql::Database& database) : database_(database) {}

  absl::StatusOr<v1::VerifyAuditLogResponse> Verify(const rpc::Call& call,
                                                    const v1::VerifyAuditLogRequest& request) const;

 private:
  sql::Database& database_;
};

}  // namespace athena::indicator

#endif  // ATHENA_SERVICES_INDICATOR_OBSERVATIONS_AUDIT_CHECK_H_
