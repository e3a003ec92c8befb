#ifndef ATHENA_LIBS_AUTH_JWT_KEY_SET_H_
#define ATHENA_LIBS_AUTH_JWT_KEY_SET_H_

#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

struct _cjose_jwk_int;  // cjose's cjose_jwk_t

namespace athena::auth {

inline constexpr size_t kMaxKeySetBytes = 256 << 10;  // a provider's has some kilobytes
inline constexpr size_t kMaxKeys = 100;
// Of an RSA key: less can be broken, more takes milliseconds to verify with.
inline constexpr size_t kMinRsaBits = 2048;
inline constexpr size_t kMaxRsaBits = 8192;

// The public keys that an issuer signs tokens with: a JSON Web Key Set (RFC 7517). Immutable and
// thread-safe.
//
// A key is good for one algorithm, which its type says, never a token: RS256 for RSA, ES256 for EC
// on P-256. Other keys are left out, as RFC 7517 wants it: those of other types and curves, for
// other uses than signing, with another "alg", malformed or of a size outside the limits above, and
// those without a "kid", which no token can name.
class KeySet {
 public:
  struct Key {
    std::string algorithm;  // "RS256" or "ES256"
    std::shared_ptr<const _cjose_jwk_int> jwk;
  };

  // INVALID_ARGUMENT when it is no key set, is too large, or has no key that is good for a token, a
  // key with its private part, or two keys of one kid.
  static absl::StatusOr<KeySet> FromJson(std::string_view json);

  // nullptr when there is none.
  const Key* Find(const std::string& kid) const;
  size_t size() const { return keys_.size(); }

 private:
  std::map<std::string, Key> keys_;  // by kid
};

}  // namespace athena::auth

#endif  // ATHENA_LIBS_AUTH_JWT_KEY_SET_H_
