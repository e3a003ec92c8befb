#include "libs/auth/jwt/key_set.h"

#include <cjose/cjose.h>
#include <openssl/err.h>

#include <nlohmann/json.hpp>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/status/status.h"

namespace athena::auth {
namespace {

using Json = nlohmann::json;

absl::Status Unusable(std::string_view fault) {
  return status::Refusal(absl::StatusCode::kInvalidArgument, "KEY_SET_UNUSABLE", fault);
}

// The text of a member; empty when it is absent or no text.
std::string TextOf(const Json& object, const char* member) {
  const auto found = object.find(member);
  if (found == object.end() || !found->is_string()) return {};
  return found->get<std::string>();
}

// The algorithm that the type of a key is good for; empty for none that is taken.
std::string AlgorithmOf(const Json& key) {
  const std::string type = TextOf(key, "kty");
  if (type == "RSA") return "RS256";
  if (type == "EC" && TextOf(key, "crv") == "P-256") return "ES256";
  return {};
}

bool IsForTokens(const Json& key, const std::string& algorithm) {
  if (algorithm.empty() || TextOf(key, "kid").empty()) return false;
  if (key.contains("use") && TextOf(key, "use") != "sig") return false;
  return !key.contains("alg") || TextOf(key, "alg") == algorithm;
}

bool HasPrivatePart(const Json& key) {
  for (const char* part : {"d", "p", "q", "dp", "dq", "qi", "oth", "k"}) {
    if (key.contains(part)) return true;
  }
  return false;
}

// nullptr when it is malformed, or its size is outside the limits.
std::shared_ptr<const cjose_jwk_t> Import(const Json& key) {
  const std::string text = key.dump(-1, ' ', false, Json::error_handler_t::replace);
  cjose_err fault = {};
  const std::shared_ptr<cjose_jwk_t> jwk(cjose_jwk_import(text.c_str(), text.size(), &fault),
                                         &cjose_jwk_release);
  // What is left in OpenSSL's queue of errors would be taken for one of the next TLS connection.
  ERR_clear_error();
  if (jwk == nullptr) return nullptr;
  const size_t bits = cjose_jwk_get_keysize(jwk.get(), &fault);
  const bool is_rsa = cjose_jwk_get_kty(jwk.get(), &fault) == CJOSE_JWK_KTY_RSA;
  return is_rsa && (bits < kMinRsaBits || bits > kMaxRsaBits) ? nullptr : jwk;
}

}  // namespace

absl::StatusOr<KeySet> KeySet::FromJson(std::string_view json) {
  if (json.size() > kMaxKeySetBytes) {
    return Unusable(absl::StrCat("it has more than ", kMaxKeySetBytes, " bytes"));
  }
  const Json document = Json::parse(json, nullptr, /*allow_exceptions=*/false);
  if (!document.is_object() || !document.contains("keys") || !document["keys"].is_array()) {
    return Unusable("it is no JSON Web Key Set: want {\"keys\": [...]}");
  }
  if (document["keys"].size() > kMaxKeys) {
    return Unusable(
        absl::StrCat("it has ", document["keys"].size(), " keys, want at most ", kMaxKeys));
  }
  KeySet set;
  for (const Json& key : document["keys"]) {
    if (!key.is_object()) return Unusable("one of its keys is no JSON object");
    const std::string algorithm = AlgorithmOf(key);
    if (!IsForTokens(key, algorithm)) continue;
    const std::string kid = TextOf(key, "kid");
    if (HasPrivatePart(key)) {
      return Unusable(absl::StrCat("the key '", status::Printable(kid),
                                   "' has its private part, which belongs to its issuer alone"));
    }
    std::shared_ptr<const cjose_jwk_t> jwk = Import(key);
    if (jwk == nullptr) continue;
    if (!set.keys_.try_emplace(kid, Key{algorithm, std::move(jwk)}).second) {
      return Unusable(absl::StrCat("two of its keys have the kid '", status::Printable(kid), "'"));
    }
  }
  if (set.keys_.empty()) {
    return Unusable(
        "it has no key for tokens: want RSA of 2048 to 8192 bits, or EC on P-256, with a kid");
  }
  return set;
}

const KeySet::Key* KeySet::Find(const std::string& kid) const {
  const auto found = keys_.find(kid);
  return found == keys_.end() ? nullptr : &found->second;
}

}  // namespace athena::auth
