#ifndef ATHENA_LIBS_AUTH_AUTHENTICATOR_H_
#define ATHENA_LIBS_AUTH_AUTHENTICATOR_H_

#include <memory>
#include <string>
#include <string_view>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "libs/auth/principal.h"

namespace athena::auth {

// The seam between a call's credential and its principal. Implementations are thread-safe and
// quick: they are asked on the thread that accepts calls.
class Authenticator {
 public:
  virtual ~Authenticator() = default;

  // `authorization` is the value of the metadata entry of that name, empty when there is none.
  // UNAUTHENTICATED when it is missing, malformed or unknown; the error never repeats it.
  virtual absl::StatusOr<std::shared_ptr<const Principal>> Authenticate(
      std::string_view authorization) const = 0;

  // Whether credentials may cross a network. One that may not is refused by servers that listen on
  // anything but loopback.
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

  absl::StatusOr<std::shared_ptr<const Principal>> Authenticate(
      std::string_view authorization) const override;
  bool SafeBeyondLoopback() const override { return false; }

 private:
  absl::flat_hash_map<std::string, std::shared_ptr<const Principal>> by_token_;
};

}  // namespace athena::auth

#endif  // ATHENA_LIBS_AUTH_AUTHENTICATOR_H_
