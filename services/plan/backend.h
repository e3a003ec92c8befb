#ifndef ATHENA_SERVICES_PLAN_BACKEND_H_
#define ATHENA_SERVICES_PLAN_BACKEND_H_

#include <string_view>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "athena/common/v1/values.pb.h"
#include "libs/auth/principal.h"
#include "libs/clock/clock.h"
#include "libs/paging/page_tokens.h"
#include "libs/versioned/store.h"
#include "services/plan/names.h"

namespace athena::plan {

// What the handlers of every resource work with; outlives them.
struct Backend {
  const versioned::Store& store;
  const Clock& clock;
  const PageTokens& tokens;
};

// The resources as they are kept: institutions, units and plans by their id, elements by
// "{plan}/{element}".
inline constexpr versioned::Collection kInstitutions{"institutions"};
inline constexpr versioned::Collection kUnits{"units"};
inline constexpr versioned::Collection kPlans{"plans"};
inline constexpr versioned::Collection kElements{"elements"};

// The frame of a mutation: what it is called follows from its request, "CreateUnitRequest". All are
// borrowed.
template <typename Request>
versioned::Mutation MutationOf(const auth::Principal& principal, std::string_view institution,
                               const Request& request) {
  std::string_view action = request.GetDescriptor()->name();
  action.remove_suffix(std::string_view("Request").size());
  return {.institution = institution,
          .subject = principal.subject,
          .action = action,
          .reason = request.reason(),
          .request_id = request.request_id(),
          .request = &request};
}

// Reads as of a point; or, going on with a list, at the revision that its first page was read at.
absl::Status ReadPage(const Backend& backend, std::string_view institution,
                      const common::v1::AsOf& as_of, const PagePosition& at,
                      absl::FunctionRef<absl::Status(const versioned::Snapshot&)> read);

// PERMISSION_DENIED unless the plan is the caller's institution's own, or shared with it now.
absl::Status RequirePlanReader(const Backend& backend, const auth::Principal& principal,
                               const PlanName& name);

}  // namespace athena::plan

#endif  // ATHENA_SERVICES_PLAN_BACKEND_H_
