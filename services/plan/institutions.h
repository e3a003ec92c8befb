#ifndef ATHENA_SERVICES_PLAN_INSTITUTIONS_H_
#define ATHENA_SERVICES_PLAN_INSTITUTIONS_H_

#include "absl/status/statusor.h"
#include "athena/plan/v1/plan_service.pb.h"
#include "libs/auth/principal.h"
#include "services/plan/backend.h"

namespace athena::plan {

// Institutions: the tenants, each of which is kept in its own history. Errors as the contract lists
// them. Thread-safe.
class Institutions {
 public:
  explicit Institutions(const Backend& backend) : backend_(backend) {}

  absl::StatusOr<v1::Institution> Create(const auth::Principal& principal,
                                         const v1::CreateInstitutionRequest& request) const;
  absl::StatusOr<v1::Institution> Get(const auth::Principal& principal,
                                      const v1::GetInstitutionRequest& request) const;
  absl::StatusOr<v1::ListInstitutionsResponse> List(
      const auth::Principal& principal, const v1::ListInstitutionsRequest& request) const;
  absl::StatusOr<v1::Institution> Update(const auth::Principal& principal,
                                         const v1::UpdateInstitutionRequest& request) const;

 private:
  const Backend& backend_;
};

}  // namespace athena::plan

#endif  // ATHENA_SERVICES_PLAN_INSTITUTIONS_H_
