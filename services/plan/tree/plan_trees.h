#ifndef ATHENA_SERVICES_PLAN_TREE_PLAN_TREES_H_
#define ATHENA_SERVICES_PLAN_TREE_PLAN_TREES_H_

#include <memory>

#include "absl/status/statusor.h"
#include "athena/plan/v1/plan_service.pb.h"
#include "libs/resource/resources.h"
#include "libs/rpc/call.h"
#include "libs/rpc/method.h"

namespace athena::plan {

// Whole plans, streamed from one snapshot. Errors as the contract lists them. Thread-safe.
//
// A version token names the last change of what its answer showed: the plan, its elements, the
// institution and its units. That nothing changed since is found with a few point reads, whatever
// the size of the plan.
class PlanTrees {
 public:
  PlanTrees(const resource::Resources& resources, std::shared_ptr<const resource::AnyKind> plans)
      : resources_(resources), plans_(std::move(plans)) {}

  // The parts are serialised GetPlanTreeResponses. Asks now and then while it reads whether the
  // call is still wanted.
  absl::StatusOr<std::unique_ptr<rpc::PageSource<rpc::PreparedAnswer>>> Get(
      const rpc::Call& call, const v1::GetPlanTreeRequest& request) const;

 private:
  const resource::Resources& resources_;
  const std::shared_ptr<const resource::AnyKind> plans_;
};

}  // namespace athena::plan

#endif  // ATHENA_SERVICES_PLAN_TREE_PLAN_TREES_H_
