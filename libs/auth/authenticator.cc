#include "libs/auth/authenticator.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "libs/auth/caller_uri.h"
#include "libs/status/macros.h"
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

absl::StatusOr<PrincipalPtr> StaticAuthenticator::Judge(const Credential& credential) const {
  if (!credential.forwarded_caller.empty()) return nullptr;
  const std::string_view token = BearerToken(credential.authorization);
  if (token.empty() && !credential.authorization.empty()) return nullptr;
  const auto found = by_token_.find(std::string(token));
  return found == by_token_.end() ? nullptr : found->second;
}

absl::StatusOr<PrincipalPtr> CertificateAuthenticator::Judge(const Credential& credential) const {
  const auto is_ours = [](const std::string& uri) { return uri.starts_with(kTrustDomain); };
  const auto& uris = credential.certificate_uris;
  const auto ours = std::find_if(uris.begin(), uris.end(), is_ours);
  const bool named = ours != uris.end();
  if (named && std::any_of(ours + 1, uris.end(), is_ours)) {
    return status::Unauthenticated(absl::StrCat("the client certificate has several URIs of ",
                                                std::string(kTrustDomain), ", want one"));
  }
  if (!credential.forwarded_caller.empty()) {
    if (!named || !IsServiceUri(*ours)) {
      return status::Unauthenticated(
          absl::StrCat("the metadata '", kCallerMetadata,
                       "' is believed from Athena's services alone, by their certificates"));
    }
    if (!credential.authorization.empty()) {
      return status::Unauthenticated(absl::StrCat("got the metadata 'authorization' and '",
                                                  kCallerMetadata, "', want one of them"));
    }
    return PrincipalOfUri(credential.forwarded_caller);
  }
  if (!credential.authorization.empty() || !named || IsServiceUri(*ours)) return nullptr;
  return PrincipalOfUri(*ours);
}

absl::StatusOr<PrincipalPtr> AuthenticatorChain::Judge(const Credential& credential) const {
  for (const std::unique_ptr<Authenticator>& next : chain_) {
    ATHENA_ASSIGN_OR_RETURN(PrincipalPtr principal, next->Judge(credential));
    if (principal != nullptr) return principal;
  }
  return nullptr;
}

bool AuthenticatorChain::SafeBeyondLoopback() const {
  return std::all_of(chain_.begin(), chain_.end(),
                     [](const auto& next) { return next->SafeBeyondLoopback(); });
}

absl::StatusOr<PrincipalPtr> Authenticator::Authenticate(const Credential& credential) const {
  ATHENA_ASSIGN_OR_RETURN(PrincipalPtr principal, Judge(credential));
  if (principal != nullptr) return principal;
  if (!credential.forwarded_caller.empty()) {
    return status::Unauthenticated(
        absl::StrCat("the metadata '", kCallerMetadata, "' is not taken here"));
  }
  if (credential.authorization.empty()) {
    return status::Unauthenticated(
        credential.certificate_uris.empty()
            ? "this call needs a credential: send the metadata 'authorization: Bearer TOKEN'"
            : "the client certificate names no caller, and there is no metadata "
              "'authorization: Bearer TOKEN'");
  }
  return status::Unauthenticated(BearerToken(credential.authorization).empty()
                                     ? "the authorization metadata must read 'Bearer TOKEN'"
                                     : "the bearer token is not known here");
}

std::string_view BearerToken(std::string_view authorization) {
  constexpr std::string_view kScheme = "Bearer ";
  if (!authorization.starts_with(kScheme)) return {};
  return authorization.substr(kScheme.size());
}

}  // namespace athena::auth
