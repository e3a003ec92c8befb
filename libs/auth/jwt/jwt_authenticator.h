#ifndef ATHENA_LIBS_AUTH_JWT_JWT_AUTHENTICATOR_H_
#define ATHENA_LIBS_AUTH_JWT_JWT_AUTHENTICATOR_H_

#include <memory>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "libs/auth/authenticator.h"
#include "libs/auth/jwt/key_source.h"
#include "libs/auth/jwt/token.h"
#include "libs/cache/cache.h"
#include "libs/clock/clock.h"

namespace athena::auth {

// Bytes of tokens that were verified and come again; some thousand tokens.
inline constexpr size_t kVerifiedTokensBytes = 8 << 20;

// Callers by a JSON Web Token, `authorization: Bearer TOKEN`, of one issuer. It judges what has the
// form of such a token, three parts between points.
//
// A token whose key is unknown has the keys read again, on the source's thread. Until that has
// ended, such tokens are answered UNAVAILABLE with RetryInfo, so that clients try again and notice
// nothing of a rotation; when no read is due, UNAUTHENTICATED.
class JwtAuthenticator : public Authenticator {
 public:
  JwtAuthenticator(TokenRules rules, std::unique_ptr<KeySource> keys,
                   const Clock& clock = Clock::System())
      : rules_(std::move(rules)), keys_(std::move(keys)), clock_(clock) {}

  absl::StatusOr<PrincipalPtr> Judge(const Credential& credential) const override;
  bool SafeBeyondLoopback() const override { return true; }

  const KeySource& keys() const { return *keys_; }

 private:
  struct Verified {
    VerifiedToken token;
    std::shared_ptr<const KeySet> keys;  // that it was verified with
  };

  const TokenRules rules_;
  const std::unique_ptr<KeySource> keys_;
  const Clock& clock_;
  mutable Cache<std::string, Verified> verified_{kVerifiedTokensBytes};
};

}  // namespace athena::auth

#endif  // ATHENA_LIBS_AUTH_JWT_JWT_AUTHENTICATOR_H_
