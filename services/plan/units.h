#ifndef ATHENA_SERVICES_PLAN_UNITS_H_
#define ATHENA_SERVICES_PLAN_UNITS_H_

#include "absl/status/statusor.h"
#include "athena/plan/v1/plan_service.pb.h"
#include "libs/auth/principal.h"
#include "services/plan/backend.h"

namespace athena::plan {

// The units of an institution, a tree. Errors as the contract lists them. Thread-safe.
class Units {
 public:
  explicit Units(const Backend& backend) : backend_(backend) {}

  absl::StatusOr<v1::Unit> Create(const auth::Principal& principal,
                                  const v1::CreateUnitRequest& request) const;
  absl::StatusOr<v1::Unit> Get(const auth::Principal& principal,
                               const v1::GetUnitRequest& request) const;
  absl::StatusOr<v1::ListUnitsResponse> List(const auth::Principal& principal,
                                             const v1::ListUnitsRequest& request) const;
  absl::StatusOr<v1::Unit> Update(const auth::Principal& principal,
                                  const v1::UpdateUnitRequest& request) const;

 private:
  const Backend& backend_;
};

}  // namespace athena::plan

#endif  // ATHENA_SERVICES_PLAN_UNITS_H_
