#ifndef ATHENA_SERVICES_PLAN_STRATML_EXPORT_PLAN_H_
#define ATHENA_SERVICES_PLAN_STRATML_EXPORT_PLAN_H_

#include <memory>
#include <utility>

#include "absl/status/statusor.h"
#include "athena/plan/v1/stratml.pb.h"
#include "libs/resource/resources.h"
#include "libs/rpc/call.h"
#include "libs/rpc/method.h"

namespace athena::plan {

// ExportPlan: a plan as StratML, from one snapshot. Errors as the contract lists them. Thread-safe.
class PlanExports {
 public:
  // `resources` outlives it; `plans` is the kind.
  PlanExports(const resource::Resources& resources, std::shared_ptr<const resource::AnyKind> plans)
      : resources_(resources), plans_(std::move(plans)) {}

  absl::StatusOr<std::unique_ptr<rpc::PageSource<v1::ExportPlanResponse>>> Export(
      const rpc::Call& call, const v1::ExportPlanRequest& request) const;

 private:
  const resource::Resources& resources_;
  const std::shared_ptr<const resource::AnyKind> plans_;
};

}  // namespace athena::plan

#endif  // ATHENA_SERVICES_PLAN_STRATML_EXPORT_PLAN_H_
