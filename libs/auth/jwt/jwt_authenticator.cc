#include "libs/auth/jwt/jwt_authenticator.h"

#include <algorithm>
#include <optional>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "libs/status/macros.h"
#include "libs/status/status.h"

namespace athena::auth {
namespace {

// How soon the keys may have been read.
constexpr absl::Duration kKeysRetry = absl::Milliseconds(500);

absl::Status KeysAwaited() {
  return status::WithRetryAfter(
      status::Refusal(absl::StatusCode::kUnavailable, "KEYS_AWAITED",
                      "the key that signed the bearer token is not known here yet: the keys of "
                      "its issuer are being read"),
      kKeysRetry);
}

}  // namespace

absl::StatusOr<PrincipalPtr> JwtAuthenticator::Judge(const Credential& credential) const {
  if (!credential.forwarded_caller.empty()) return nullptr;
  const std::string_view text = BearerToken(credential.authorization);
  if (std::count(text.begin(), text.end(), '.') != 2) return nullptr;
  const absl::Time now = clock_.Now();
  const std::shared_ptr<const KeySet> keys = keys_->keys();
  const std::string key_of_cache(text);
  if (const std::optional<Verified> before = verified_.Find(key_of_cache);
      before.has_value() && before->keys == keys && now < before->token.expires) {
    return before->token.principal;
  }
  ATHENA_ASSIGN_OR_RETURN(const Token token, Token::Parse(text));
  const KeySet::Key* key = keys == nullptr ? nullptr : keys->Find(token.kid());
  if (key == nullptr) {
    if (keys_->ReadSoon() || keys == nullptr) return KeysAwaited();
    return status::Unauthenticated(absl::StrCat("the bearer token was signed by a key '",
                                                status::Printable(token.kid()),
                                                "' that its issuer does not publish"));
  }
  ATHENA_ASSIGN_OR_RETURN(VerifiedToken verified, token.Verify(*key, rules_, now));
  verified_.Insert(key_of_cache, {verified, keys}, text.size());
  return verified.principal;
}

}  // namespace athena::auth
