#include "libs/auth/caller_uri.h"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "libs/ids/ids.h"
#include "libs/status/status.h"

namespace athena::auth {
namespace {

constexpr std::string_view kServices = "spiffe://athena/services/";

absl::Status MalformedUri(std::string_view uri, std::string_view fault) {
  return status::Unauthenticated(
      absl::StrCat("the caller's URI '", status::Printable(uri), "' ", std::string(fault),
                   ", want spiffe://athena/institutions/INSTITUTION/roles/ROLE+ROLE/SUBJECT"));
}

bool IsSubjectCharacter(char c) {
  return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '.' || c == '_' || c == '-' ||
         c == '@';
}

}  // namespace

absl::StatusOr<std::shared_ptr<const Principal>> PrincipalOfUri(std::string_view uri) {
  if (uri.size() > kMaxCallerUriBytes) return MalformedUri(uri, "is too long");
  if (!uri.starts_with(kTrustDomain)) return MalformedUri(uri, "is of another trust domain");
  const std::vector<std::string> parts =
      absl::StrSplit(std::string(uri.substr(kTrustDomain.size())), '/');
  if (parts.size() != 5 || parts[0] != "institutions" || parts[2] != "roles") {
    return MalformedUri(uri, "has another form");
  }
  auto principal = std::make_shared<Principal>();
  principal->institution = parts[1];
  if (!IsResourceId(parts[1]) && parts[1] != Principal::kEveryInstitution) {
    return MalformedUri(uri, "has an institution that is no id");
  }
  const std::vector<std::string> roles = absl::StrSplit(parts[3], '+');
  for (const std::string& name : roles) {
    const std::optional<Role> role = RoleNamed(name);
    if (!role.has_value()) return MalformedUri(uri, "has an unknown role");
    principal->roles.Add(*role);
  }
  principal->subject = parts[4];
  if (!IsSubject(parts[4])) return MalformedUri(uri, "has a subject that is none");
  principal->caller_uri = std::string(uri);
  return principal;
}

bool IsServiceUri(std::string_view uri) {
  return uri.starts_with(kServices) && IsResourceId(uri.substr(kServices.size()));
}

bool IsSubject(std::string_view subject) {
  return !subject.empty() && subject.size() <= kMaxSubjectBytes &&
         absl::ascii_isalnum(static_cast<unsigned char>(subject.front())) &&
         std::all_of(subject.begin(), subject.end(), IsSubjectCharacter);
}

}  // namespace athena::auth
