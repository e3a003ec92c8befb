#ifndef ATHENA_LIBS_AUTH_AUTHENTICATOR_H_
#define ATHENA_LIBS_AUTH_AUTHENTICATOR_H_

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "libs/auth/principal.h"

namespace athena::auth {

// The metadata entry by which one service tells another for whom it calls, when that caller came
// with a client certificate: the caller's URI (caller_uri.h).
inline constexpr char kCallerMetadata[] = "athena-caller";

// What a call brings along to show who makes it. Borrowed.
struct Credential {
  // The metadata entry "authorization"; empty when there is none.
  std::string_view authorization = {};
  // The URIs among the subject alternative names of the client's certificate, which the transport
  // has verified; none without one.
  absl::Span<const std::string> certificate_uris = {};
  // The metadata entry kCallerMetadata; empty when there is none.
  std::string_view forwarded_caller = {};
};

using PrincipalPtr = std::shared_ptr<const Principal>;

// The seam between a call's credential and its principal. Implementations are thread-safe and
// quick: they are asked on the thread that accepts calls.
class Authenticator {
 public:
  virtual ~Authenticator() = default;

  // The principal, never null. UNAUTHENTICATED when the credential is missing, malformed, unknown
  // or over; UNAVAILABLE with RetryInfo when that cannot be decided now. Errors never repeat a
  // credential.
  absl::StatusOr<PrincipalPtr> Authenticate(const Credential& credential) const;

  // The same, but null where the credential is none of those that this authenticator judges.
  virtual absl::StatusOr<PrincipalPtr> Judge(const Credential& credential) const = 0;

  // Whether its credentials may cross a network that is protected by TLS. One that may not is
  // refused by servers that listen on anything but loopback.
  virtual bool SafeBeyondLoopback() const = 0;
};

// Principals named on the command line, told apart by a bearer token: for loopback and development.
class StaticAuthenticator : public Authenticator {
 public:
  // Each definition is "token,subject,institution,role+role": a call with
  // `authorization: Bearer token` is that subject. An empty token names who callers without
  // credential are; "all" names every role; the institution "*" is every institution.
  // INVALID_ARGUMENT names the definition at fault.
  static absl::StatusOr<std::unique_ptr<StaticAuthenticator>> Create(
      absl::Span<const std::string> definitions);

  absl::StatusOr<PrincipalPtr> Judge(const Credential& credential) const override;
  bool SafeBeyondLoopback() const override { return false; }

 private:
  absl::flat_hash_map<std::string, PrincipalPtr> by_token_;
};

// Callers by the URI in their client certificate (caller_uri.h); its common name never counts. A
// certificate that names no URI of Athena's trust domain is no credential; one that names several,
// or a malformed one, is refused. An authorization entry counts before the certificate: a service
// has both when it calls for a caller with a token.
//
// A service's certificate is no caller's. It makes kCallerMetadata believed, which is refused from
// everybody else, and beside an authorization entry.
class CertificateAuthenticator : public Authenticator {
 public:
  absl::StatusOr<PrincipalPtr> Judge(const Credential& credential) const override;
  bool SafeBeyondLoopback() const override { return true; }
};

// Asks several in their order; the first that judges decides. Safe beyond loopback if all are.
class AuthenticatorChain : public Authenticator {
 public:
  void Add(std::unique_ptr<Authenticator> next) { chain_.push_back(std::move(next)); }
  bool empty() const { return chain_.empty(); }

  absl::StatusOr<PrincipalPtr> Judge(const Credential& credential) const override;
  bool SafeBeyondLoopback() const override;

 private:
  std::vector<std::unique_ptr<Authenticator>> chain_;
};

// The token of "Bearer TOKEN"; empty when it does not read so.
std::string_view BearerToken(std::string_view authorization);

}  // namespace athena::auth

#endif  // ATHENA_LIBS_AUTH_AUTHENTICATOR_H_
