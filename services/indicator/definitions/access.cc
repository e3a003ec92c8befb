#include "services/indicator/definitions/access.h"

#include <algorithm>
#include <memory>
#include <string>

#include "libs/status/macros.h"
#include "libs/status/status.h"

namespace athena::indicator {
namespace {

constexpr std::string_view kNoInstitution = "-";  // no id begins like that

constexpr auth::Roles kFullReaders = {auth::Role::kSender, auth::Role::kCorrector,
                                      auth::Role::kPlanner, auth::Role::kAuditor};

}  // namespace

bool SeesPersons(const auth::Principal& principal, std::string_view institution) {
  return principal.BelongsTo(institution) && principal.roles.Intersects(kFullReaders);
}

bool IsWithheld(const auth::Principal& principal, std::string_view institution,
                const Definition* definition) {
  return definition != nullptr && definition->IsPersonal() && !SeesPersons(principal, institution);
}

bool MayRead(const auth::Principal& principal, std::string_view institution,
             const Definition* definition) {
  if (principal.BelongsTo(institution)) return true;
  if (definition == nullptr) return false;
  const std::string name = "institutions/" + principal.institution;
  const auto& shared = definition->message.shared_with();
  return std::find(shared.begin(), shared.end(), name) != shared.end();
}

absl::Status RequireReadable(const auth::Principal& principal, std::string_view institution,
                             const Definition* definition, std::string_view name) {
  if (MayRead(principal, institution, definition)) return absl::OkStatus();
  return status::PermissionDenied(principal.subject, "read " + status::Printable(name));
}

absl::StatusOr<std::string> ReadableInstitution(const auth::Principal& principal,
                                                const std::string& institution, Catalog& catalog) {
  if (principal.BelongsTo(institution)) return institution;
  ATHENA_ASSIGN_OR_RETURN(const std::shared_ptr<const Definitions> current,
                          catalog.Current(institution));
  for (const Definition& definition : current->all()) {
    if (MayRead(principal, institution, &definition)) return institution;
  }
  return std::string(kNoInstitution);
}

absl::Status RequireReader(const auth::Principal& principal, const std::string& institution,
                           Catalog& catalog, std::string_view what) {
  ATHENA_ASSIGN_OR_RETURN(const std::string readable,
                          ReadableInstitution(principal, institution, catalog));
  if (readable == institution) return absl::OkStatus();
  return status::PermissionDenied(principal.subject, what);
}

}  // namespace athena::indicator
