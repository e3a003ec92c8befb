#include "libs/auth/auth.h"

#include <google/protobuf/descriptor.h>

#include <utility>

#include "libs/status/status.h"

namespace athena::auth {
namespace {

constexpr std::string_view kBearer = "Bearer ";

std::vector<std::string_view> Split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (;;) {
    size_t end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

absl::Status BadDefinition(size_t index, std::string_view why) {
  // The definition itself is not repeated: it holds a token.
  return status::Refusal(absl::StatusCode::kInvalidArgument, "INVALID_PRINCIPAL",
                         "--principal number " + std::to_string(index + 1) + ": " +
                             std::string(why) +
                             "; want token,subject,institution,role+role with institution * for "
                             "every institution");
}

}  // namespace

std::string_view RoleName(Role role) {
  switch (role) {
    case Role::kViewer:
      return "viewer";
    case Role::kSender:
      return "sender";
    case Role::kPlanner:
      return "planner";
    case Role::kValidator:
      return "validator";
    case Role::kPublisher:
      return "publisher";
    case Role::kCorrector:
      return "corrector";
    case Role::kAdmin:
      return "admin";
    case Role::kAuditor:
      return "auditor";
  }
  return "";
}

std::optional<Role> ParseRole(std::string_view name) {
  for (Role role : kAllRoles) {
    if (RoleName(role) == name) return role;
  }
  return std::nullopt;
}

std::string Roles::ToString() const {
  std::string out;
  for (Role role : kAllRoles) {
    if (!Has(role)) continue;
    if (!out.empty()) out += '+';
    out += RoleName(role);
  }
  return out;
}

bool IsLoopback(std::string_view address) {
  if (address.substr(0, 5) == "unix:" || address.substr(0, 14) == "unix-abstract:") return true;
  std::string_view host;
  if (!address.empty() && address[0] == '[') {
    host = address.substr(1, address.find(']') - 1);
  } else {
    host = address.substr(0, address.rfind(':'));
  }
  if (host == "localhost" || host == "::1") return true;
  // 127.0.0.0/8, numbers only: "127.evil.example" is a name.
  return host.substr(0, 4) == "127." &&
         host.find_first_not_of("0123456789.") == std::string_view::npos;
}

absl::StatusOr<std::unique_ptr<StaticAuthenticator>> StaticAuthenticator::Create(
    absl::Span<const std::string> definitions, absl::Span<const std::string> listening) {
  for (const std::string& address : listening) {
    if (!IsLoopback(address)) {
      return status::Precondition(
          "NOT_LOOPBACK",
          "principals defined by flags serve loopback addresses only, not " +
              status::Printable(address) +
              ": listen on 127.0.0.1 or choose another way to authenticate",
          address);
    }
  }
  std::unique_ptr<StaticAuthenticator> authenticator(new StaticAuthenticator);
  for (size_t i = 0; i < definitions.size(); ++i) {
    std::vector<std::string_view> parts = Split(definitions[i], ',');
    if (parts.size() != 4) return BadDefinition(i, "it does not have four parts");
    Principal principal{std::string(parts[1]), std::string(parts[2]), {}};
    if (principal.subject.empty()) return BadDefinition(i, "the subject is empty");
    if (principal.institution.empty()) return BadDefinition(i, "the institution is empty");
    for (std::string_view name : Split(parts[3], '+')) {
      std::optional<Role> role = ParseRole(name);
      if (!role.has_value()) {
        return BadDefinition(i, "\"" + status::Printable(name) + "\" is not a role");
      }
      principal.roles.Add(*role);
    }
    std::string key =
        parts[0].empty() ? std::string() : std::string(kBearer) + std::string(parts[0]);
    auto [at, added] = authenticator->by_authorization_.emplace(
        std::move(key), std::make_shared<const Principal>(std::move(principal)));
    if (!added) return BadDefinition(i, "its token was given before");
  }
  return authenticator;
}

absl::StatusOr<std::shared_ptr<const Principal>> StaticAuthenticator::Authenticate(
    const Credentials& credentials) const {
  auto found = by_authorization_.find(
      absl::string_view(credentials.authorization.data(), credentials.authorization.size()));
  if (found != by_authorization_.end()) return found->second;
  if (credentials.authorization.empty()) {
    return status::Unauthenticated(
        "no credential: send the metadata \"authorization: Bearer ...\"");
  }
  return status::Unauthenticated("the credential names nobody who is known here");
}

const Permission* FindPermission(PermissionTable table, std::string_view method) {
  for (const Permission& row : table) {
    if (row.method == method) return &row;
  }
  return nullptr;
}

absl::Status Authorize(const Permission* row, const Principal& principal, std::string_view method) {
  if (row != nullptr &&
      (row->scope == Permission::Scope::kPublic || row->roles.Meets(principal.roles))) {
    return absl::OkStatus();
  }
  std::string what = "call " + std::string(method);
  if (row != nullptr) what += ": it needs one of the roles " + row->roles.ToString();
  return status::PermissionDenied(principal.subject, what);
}

std::vector<std::string> TableFaults(const google::protobuf::ServiceDescriptor& service,
                                     PermissionTable table) {
  std::vector<std::string> faults;
  for (int i = 0; i < service.method_count(); ++i) {
    if (FindPermission(table, service.method(i)->name()) == nullptr) {
      faults.push_back(service.method(i)->name() + " has no row");
    }
  }
  for (const Permission& row : table) {
    std::string method(row.method);
    if (service.FindMethodByName(method) == nullptr) faults.push_back(method + " is no method");
    if (FindPermission(table, row.method) != &row) faults.push_back(method + " has two rows");
    if (row.roles.empty() && row.scope != Permission::Scope::kPublic) {
      faults.push_back(method + " is open to no role");
    }
  }
  return faults;
}

}  // namespace athena::auth
