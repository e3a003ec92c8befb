#include "libs/auth/authenticator.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "libs/status/status.h"

namespace athena::auth {

absl::StatusOr<std::unique_ptr<StaticAuthenticator>> StaticAuthenticator::Create(
    absl::Span<const std::string> definitions) {
  auto authenticator = std::make_unique<StaticAuthenticator>();
  for (const std::string& definition : definitions) {
    const std::vector<std::string> parts = absl::StrSplit(definition, ',');
    // The token is a secret: faults show the rest only.
    if (parts.size() != 4) {
      return status::InvalidField("--principal", absl::StrCat(parts.size(), " parts"),
                                  "token,subject,institution,role+role");
    }
    auto principal = std::make_shared<Principal>();
    principal->subject = parts[1];
    principal->institution = parts[2];
    if (principal->subject.empty() || principal->institution.empty()) {
      return status::InvalidField("--principal", absl::StrCat("...,", parts[1], ",", parts[2]),
                                  "a subject and an institution");
    }
    const std::vector<std::string> names = absl::StrSplit(parts[3], '+');
    for (const std::string& name : names) {
      if (name == "all") {
        principal->roles = Roles::Any();
      } else if (const std::optional<Role> role = RoleNamed(name)) {
        principal->roles.Add(*role);
      } else {
        return status::InvalidField("--principal", name,
                                    absl::StrCat("one of: all, ", Roles::Any().ToString()));
      }
    }
    if (!authenticator->by_token_.emplace(parts[0], std::move(principal)).second) {
      return status::InvalidField("--principal", absl::StrCat("...,", parts[1]),
                                  "a token of its own for each principal");
    }
  }
  return authenticator;
}

absl::StatusOr<std::shared_ptr<const Principal>> StaticAuthenticator::Authenticate(
    std::string_view authorization) const {
  constexpr std::string_view kScheme = "Bearer ";
  std::string_view token = authorization;
  if (token.substr(0, kScheme.size()) == kScheme) {
    token.remove_prefix(kScheme.size());
  } else if (!token.empty()) {
    return status::Unauthenticated("the authorization metadata must read 'Bearer TOKEN'");
  }
  const auto found = by_token_.find(std::string(token));
  if (found != by_token_.end()) return found->second;
  return status::Unauthenticated(
      token.empty()
          ? "this call needs a credential: send the metadata 'authorization: Bearer TOKEN'"
          : "the bearer token is not known here");
}

}  // namespace athena::auth
