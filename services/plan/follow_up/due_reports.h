#ifndef ATHENA_SERVICES_PLAN_FOLLOW_UP_DUE_REPORTS_H_
#define ATHENA_SERVICES_PLAN_FOLLOW_UP_DUE_REPORTS_H_

#include <memory>
#include <utility>

#include "absl/status/statusor.h"
#include "athena/plan/v1/follow_up_service.pb.h"
#include "libs/auth/principal.h"
#include "libs/paging/page_tokens.h"
#include "libs/resource/resources.h"

namespace athena::plan {

// Lists the progress reports that are expected for a quarter (report_rules.h), each with where it
// stands. Reads all elements of the plan. Errors as the contract lists them. Thread-safe.
class DueReports {
 public:
  // `plans` is the kind of plans. The other two outlive it.
  DueReports(const resource::Resources& resources, std::shared_ptr<const resource::AnyKind> plans,
             const PageTokens& tokens)
      : resources_(resources), plans_(std::move(plans)), tokens_(tokens) {}

  absl::StatusOr<v1::ListDueProgressReportsResponse> List(
      const auth::Principal& principal, const v1::ListDueProgressReportsRequest& request) const;

 private:
  const resource::Resources& resources_;
  const std::shared_ptr<const resource::AnyKind> plans_;
  const PageTokens& tokens_;
};

}  // namespace athena::plan

#endif  // ATHENA_SERVICES_PLAN_FOLLOW_UP_DUE_REPORTS_H_
