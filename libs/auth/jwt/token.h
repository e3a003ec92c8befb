#ifndef ATHENA_LIBS_AUTH_JWT_TOKEN_H_
#define ATHENA_LIBS_AUTH_JWT_TOKEN_H_

#include <memory>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "libs/auth/jwt/key_set.h"
#include "libs/auth/principal.h"

struct _cjose_jws_int;  // cjose's cjose_jws_t

namespace athena::auth {

// Providers' tokens have some kilobytes; all metadata of a call has at most 16 KiB.
inline constexpr size_t kMaxTokenBytes = 12 << 10;
// How far the clocks of issuer and service may differ.
inline constexpr absl::Duration kClockSkew = absl::Seconds(60);

// What a token must say, and which of its claims tell who its bearer is.
struct TokenRules {
  std::string issuer;    // "iss", exactly
  std::string audience;  // "aud", or one of it
  std::string institution_claim = "athena_institution";
  std::string roles_claim = "athena_roles";
};

struct VerifiedToken {
  std::shared_ptr<const Principal> principal;
  absl::Time expires;  // when it is refused, kClockSkew included
};

// A JSON Web Token (RFC 7519) as a signed JWS in compact form (RFC 7515), not verified yet. All
// faults are UNAUTHENTICATED and repeat nothing of the token but names of algorithms and keys.
class Token {
 public:
  // Refuses what is too long, has another form, an algorithm other than RS256 and ES256 ("none"
  // among them), no "kid", or extensions that must be understood ("crit").
  static absl::StatusOr<Token> Parse(std::string_view text);

  const std::string& kid() const { return kid_; }

  // Verifies that `key`, which is the one of that kid, is for the token's algorithm and signed it,
  // and then its claims:
  //   iss, aud  as the rules say
  //   exp       required; not over
  //   nbf       not in the future; where it is absent "iat" is required and counts as nbf
  //   sub       1 to 128 printable ASCII characters without blanks
  //   institution_claim  a resource id, or "*" for every institution
  //   roles_claim        a list of names, or a text of names between blanks. Names that are no
  //                      roles of Athena are ignored, since providers add their own; a caller
  //                      without any role may call nothing
  absl::StatusOr<VerifiedToken> Verify(const KeySet::Key& key, const TokenRules& rules,
                                       absl::Time now) const;

 private:
  std::string kid_;
  std::string algorithm_;
  std::shared_ptr<_cjose_jws_int> jws_;
};

}  // namespace athena::auth

#endif  // ATHENA_LIBS_AUTH_JWT_TOKEN_H_
