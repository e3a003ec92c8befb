#ifndef ATHENA_SERVICES_PLAN_PLANS_H_
#define ATHENA_SERVICES_PLAN_PLANS_H_

#include <google/protobuf/empty.pb.h>

#include "absl/status/statusor.h"
#include "athena/plan/v1/plan_service.pb.h"
#include "libs/auth/principal.h"
#include "services/plan/backend.h"

namespace athena::plan {

// Plans and their life: DRAFT, ACTIVE, CLOSED. Errors as the contract lists them. Thread-safe.
class Plans {
 public:
  explicit Plans(const Backend& backend) : backend_(backend) {}

  absl::StatusOr<v1::Plan> Create(const auth::Principal& principal,
                                  const v1::CreatePlanRequest& request) const;
  absl::StatusOr<v1::Plan> Get(const auth::Principal& principal,
                               const v1::GetPlanRequest& request) const;
  absl::StatusOr<v1::ListPlansResponse> List(const auth::Principal& principal,
                                             const v1::ListPlansRequest& request) const;
  absl::StatusOr<v1::Plan> Update(const auth::Principal& principal,
                                  const v1::UpdatePlanRequest& request) const;
  absl::StatusOr<google::protobuf::Empty> Delete(const auth::Principal& principal,
                                                 const v1::DeletePlanRequest& request) const;
  absl::StatusOr<v1::Plan> Activate(const auth::Principal& principal,
                                    const v1::ActivatePlanRequest& request) const;
  absl::StatusOr<v1::Plan> Close(const auth::Principal& principal,
                                 const v1::ClosePlanRequest& request) const;

 private:
  const Backend& backend_;
};

// The plan as it is now; NOT_FOUND, or ABORTED when `etag` is given and is not its.
absl::StatusOr<v1::Plan> FindPlan(const versioned::Edit& edit, const PlanName& name,
                                  std::string_view etag);
// The same of a plan whose elements are to be changed: FAILED_PRECONDITION (PLAN_CLOSED) when it is
// over.
absl::StatusOr<v1::Plan> FindOpenPlan(const versioned::Edit& edit, const PlanName& name);

}  // namespace athena::plan

#endif  // ATHENA_SERVICES_PLAN_PLANS_H_
