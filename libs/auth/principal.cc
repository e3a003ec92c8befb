#include "libs/auth/principal.h"

#include <array>

#include "libs/status/status.h"

namespace athena::auth {
namespace {

constexpr std::array<std::string_view, kRoleCount> kRoleNames = {
    "viewer",    "sender", "planner", "validator", "publisher",
    "corrector", "admin",  "auditor", "reporter"};

}  // namespace

std::string_view RoleName(Role role) { return kRoleNames[static_cast<size_t>(role)]; }

std::optional<Role> RoleNamed(std::string_view name) {
  for (int i = 0; i < kRoleCount; ++i) {
    if (kRoleNames[static_cast<size_t>(i)] == name) return static_cast<Role>(i);
  }
  return std::nullopt;
}

std::string Roles::ToString() const {
  std::string text;
  for (int i = 0; i < kRoleCount; ++i) {
    if (!Has(static_cast<Role>(i))) continue;
    if (!text.empty()) text += ", ";
    text += RoleName(static_cast<Role>(i));
  }
  return text;
}

absl::Status Principal::RequireInstitution(std::string_view id, std::string_view what) const {
  if (BelongsTo(id)) return absl::OkStatus();
  return status::PermissionDenied(subject, what);
}

}  // namespace athena::auth
