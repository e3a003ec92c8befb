#ifndef ATHENA_SERVICES_PLAN_STRATML_IMPORT_PLAN_H_
#define ATHENA_SERVICES_PLAN_STRATML_IMPORT_PLAN_H_

#include <memory>
#include <utility>

#include "absl/status/statusor.h"
#include "athena/plan/v1/stratml.pb.h"
#include "libs/resource/resources.h"
#include "libs/rpc/call.h"
#include "services/plan/indicators/indicator_service.h"

namespace athena::plan {

// ImportPlan: a plan with its elements from StratML documents, in one transaction. Errors as the
// contract lists them. Thread-safe.
class PlanImports {
 public:
  // `resources` and `indicators` outlive it; `plans` is the kind.
  PlanImports(const resource::Resources& resources, std::shared_ptr<const resource::AnyKind> plans,
              const IndicatorService& indicators)
      : resources_(resources), plans_(std::move(plans)), indicators_(indicators) {}

  absl::StatusOr<v1::ImportPlanResponse> Import(const rpc::Call& call,
                                                const v1::ImportPlanRequest& request) const;

 private:
  const resource::Resources& resources_;
  const std::shared_ptr<const resource::AnyKind> plans_;
  const IndicatorService& indicators_;
};

}  // namespace athena::plan

#endif  // ATHENA_SERVICES_PLAN_STRATML_IMPORT_PLAN_H_
