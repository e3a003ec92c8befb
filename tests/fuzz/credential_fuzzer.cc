#include <string>
#include <string_view>

#include "absl/time/time.h"
#include "libs/auth/caller_uri.h"
#include "libs/auth/jwt/key_set.h"
#include "libs/auth/jwt/token.h"
#include "libs/ids/ids.h"
#include "tests/fuzz/property.h"

namespace {

using athena::IsResourceId;
using athena::auth::KeySet;
using athena::auth::Principal;
using athena::auth::PrincipalOfUri;
using athena::auth::Token;
using athena::auth::TokenRules;
using athena::fuzz::Require;

// The public key of RFC 7515, appendix A.3, with a kid.
const KeySet& PublicKeys() {
  static const KeySet* const keys = new KeySet(KeySet::FromJson(R"({"keys":[{
      "kty":"EC","crv":"P-256","kid":"k",
      "x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
      "y":"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"}]})")
                                                   .value());
  return *keys;
}

void CheckUri(const std::string& text) {
  const auto principal = PrincipalOfUri(text);
  if (!principal.ok())
    return Require(absl::IsUnauthenticated(principal.status()), "a refusal is one");
  const Principal& caller = **principal;
  Require(caller.caller_uri == text, "the name goes on as it came");
  Require(caller.institution == "*" || IsResourceId(caller.institution), "an institution's id");
  Require(!caller.roles.empty(), "a role");
  Require(text.ends_with("/" + caller.subject), "the subject comes last");
  Require(!athena::auth::IsServiceUri(text), "a caller is no service");
}

void CheckToken(const std::string& text) {
  const auto token = Token::Parse(text);
  if (!token.ok()) return Require(absl::IsUnauthenticated(token.status()), "a refusal is one");
  Require(!token->kid().empty(), "a token names its key");
  const TokenRules rules{"issuer", "athena"};
  const auto verified = token->Verify(*PublicKeys().Find("k"), rules, absl::UnixEpoch());
  Require(absl::IsUnauthenticated(verified.status()), "no seed is signed for these rules");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text(athena::fuzz::TextOf(data, size));
  CheckUri(text);
  CheckToken(text);
  const auto keys = KeySet::FromJson(text);
  Require(keys.ok() ? keys->size() > 0 : keys.status().code() == absl::StatusCode::kInvalidArgument,
          "a key set has keys, or is refused");
  return 0;
}
