#include "services/plan/backend.h"

#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "athena/plan/v1/plan.pb.h"

namespace athena::plan {

absl::Status ReadPage(const Backend& backend, std::string_view institution,
                      const common::v1::AsOf& as_of, const PagePosition& at,
                      absl::FunctionRef<absl::Status(const versioned::Snapshot&)> read) {
  if (at.revision > 0) return backend.store.ReadAt(institution, at.revision, read);
  return backend.store.Read(institution, as_of, backend.clock.Now(), read);
}

absl::Status RequirePlanReader(const Backend& backend, const auth::Principal& principal,
                               const PlanName& name) {
  if (principal.BelongsTo(name.institution)) return absl::OkStatus();
  bool shared = false;
  const std::string reader = InstitutionName{principal.institution}.ToString();
  const absl::Status read =
      backend.store.ReadAt(name.institution, 0, [&](const versioned::Snapshot& now) {
        const auto plan = now.Find<v1::Plan>(kPlans, name.plan);
        if (!plan.ok()) return plan.status();
        if (!plan->has_value()) return absl::OkStatus();
        const auto& readers = (*plan)->shared_with();
        shared = std::find(readers.begin(), readers.end(), reader) != readers.end();
        return absl::OkStatus();
      });
  if (!read.ok()) return read;
  if (shared) return absl::OkStatus();
  return principal.RequireInstitution(name.institution, absl::StrCat("read ", name.ToString()));
}

}  // namespace athena::plan
