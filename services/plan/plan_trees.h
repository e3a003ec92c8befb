#ifndef ATHENA_SERVICES_PLAN_PLAN_TREES_H_
#define ATHENA_SERVICES_PLAN_PLAN_TREES_H_

#include <memory>

#include "absl/status/statusor.h"
#include "athena/plan/v1/plan_service.pb.h"
#include "libs/auth/principal.h"
#include "libs/rpc/method.h"
#include "services/plan/backend.h"

namespace athena::plan {

// Whole plans, streamed from one snapshot. Errors as the contract lists them. Thread-safe.
//
// A version token names the last change of what its answer showed: the plan, its elements, the
// institution and its units. That nothing changed since is found with a few point reads, whatever
// the size of the plan.
class PlanTrees {
 public:
  explicit PlanTrees(const Backend& backend) : backend_(backend) {}

  // The parts are serialised GetPlanTreeResponses.
  absl::StatusOr<std::unique_ptr<rpc::PageSource<rpc::PreparedAnswer>>> Get(
      const auth::Principal& principal, const v1::GetPlanTreeRequest& request) const;

 private:
  const Backend& backend_;
};

}  // namespace athena::plan

#endif  // ATHENA_SERVICES_PLAN_PLAN_TREES_H_
