#include "services/indicator/access.h"

#include <algorithm>
#include <string>

#include "libs/status/status.h"

namespace athena::indicator {

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

}  // namespace athena::indicator
