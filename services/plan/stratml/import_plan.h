#ifndef ATHENA_SERVICES_PLAN_STRATML_IMPORT_PLAN_H_
#define ATHENA_SERVICES_PLAN_STRATML_IMPORT_PLAN_H_

#include <memory>

#include "absl/status/statusor.h"
#include "athena/plan/v1/stratml.pb.h"
#include "libs/auth/principal.h"
#include "libs/resource/resources.h"

namespace athena::plan {

// ImportPlan: a plan with its elements from StratML documents, in one transaction. Errors as the
// contract lists them. Thread-safe.
class PlanImports {
 public:
  // `resources` outlives it; `plans` is the kind.
  PlanImports(const resource::Resources& resources, std::shared_ptr<const resource::AnyKind> plans)
      : resources_(resources), plans_(std::move(plans)) {}

  absl::StatusOr<v1::ImportPlanResponse> Import(const auth::Principal& caller,
                                                const v1::ImportPlanRequest& request) const;

 private:
  const resource::Resources& resources_;
  const std::shared_ptr<const resource::AnyKind> plans_;
};

}  // namespace athena::plan

#endif  // ATHENA_SERVICES_PLAN_STRATML_IMPORT_PLAN_H_
