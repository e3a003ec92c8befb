#ifndef ATHENA_SERVICES_PLAN_BACKEND_H_
#define ATHENA_SERVICES_PLAN_BACKEND_H_

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "athena/common/v1/values.pb.h"
#include "libs/auth/principal.h"
#include "libs/clock/clock.h"
#include "libs/paging/page_tokens.h"
#include "libs/status/status.h"
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

// The resource that a Get request asks for, as of its point. NOT_FOUND when there was none.
template <versioned::Resource T, typename Request>
absl::StatusOr<T> FindAsOf(const Backend& backend, std::string_view institution,
                           versioned::Collection collection, std::string_view id,
                           const Request& request) {
  absl::StatusOr<T> resource = status::NotFound(request.name());
  const absl::Status read = backend.store.Read(
      institution, request.as_of(), backend.clock.Now(),
      [&](const versioned::Snapshot& snapshot) -> absl::Status {
        absl::StatusOr<std::optional<T>> found = snapshot.Find<T>(collection, id);
        if (!found.ok()) return found.status();
        if (found->has_value()) resource = **std::move(found);
        return absl::OkStatus();
      });
  if (!read.ok()) return read;
  return resource;
}

// The resource as it is, to be changed. NOT_FOUND, naming `name`, when there is none; ABORTED
// (ETAG_MISMATCH) unless `etag` is empty or its own.
template <versioned::Resource T>
absl::StatusOr<T> FindToChange(const versioned::Edit& edit, versioned::Collection collection,
                               std::string_view id, const std::string& name,
                               std::string_view etag) {
  absl::StatusOr<std::optional<T>> found = edit.Find<T>(collection, id);
  if (!found.ok()) return found.status();
  if (!found->has_value()) return status::NotFound(name);
  const absl::Status fits = versioned::CheckEtag((*found)->name(), etag, (*found)->etag());
  if (!fits.ok()) return fits;
  return **std::move(found);
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
