#include "libs/auth/jwt/token.h"

#include <cjose/cjose.h>
#include <openssl/err.h>

#include <algorithm>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "libs/auth/caller_uri.h"
#include "libs/ids/ids.h"
#include "libs/status/macros.h"
#include "libs/status/status.h"

namespace athena::auth {
namespace {

using Json = nlohmann::json;

absl::Status BadToken(std::string_view fault) {
  return status::Unauthenticated(absl::StrCat("the bearer token ", std::string(fault)));
}

// Three parts of base64url. cjose would take some other characters, too.
bool IsCompactJws(std::string_view text) {
  int parts = 1;
  size_t length = 0;
  for (const char c : text) {
    if (c == '.') {
      if (length == 0) return false;
      ++parts;
      length = 0;
    } else if (absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '_') {
      ++length;
    } else {
      return false;
    }
  }
  return parts == 3 && length > 0;
}

// A NumericDate: seconds since 1970, possibly with a fraction. nullopt when it is none.
std::optional<absl::Time> TimeOfClaim(const Json& claims, const char* name) {
  const auto found = claims.find(name);
  // Up to the year 9999.
  constexpr double kLatest = 253402300799.0;
  if (found == claims.end() || !found->is_number()) return std::nullopt;
  const double seconds = found->get<double>();
  if (!(seconds >= 0 && seconds <= kLatest)) return std::nullopt;
  return absl::UnixEpoch() + absl::Seconds(seconds);
}

std::string TextOfClaim(const Json& claims, const std::string& name) {
  const auto found = claims.find(name);
  return found != claims.end() && found->is_string() ? found->get<std::string>() : "";
}

// The texts of a claim that is a list, or a single one.
std::vector<std::string> TextsOfClaim(const Json& claims, const std::string& name) {
  std::vector<std::string> texts;
  const auto found = claims.find(name);
  if (found == claims.end()) return texts;
  if (found->is_string()) return {found->get<std::string>()};
  if (!found->is_array()) return texts;
  for (const Json& one : *found) {
    if (one.is_string()) texts.push_back(one.get<std::string>());
  }
  return texts;
}

absl::StatusOr<absl::Time> CheckTimes(const Json& claims, absl::Time now) {
  const std::optional<absl::Time> expires = TimeOfClaim(claims, "exp");
  if (!expires.has_value()) return BadToken("does not say when it expires (exp)");
  if (now >= *expires + kClockSkew) return BadToken("has expired");
  bool begins = false;
  for (const char* name : {"nbf", "iat"}) {
    if (!claims.contains(name)) continue;
    const std::optional<absl::Time> from = TimeOfClaim(claims, name);
    if (!from.has_value() || *from > now + kClockSkew) return BadToken("is not valid yet");
    begins = true;
  }
  if (!begins) return BadToken("does not say from when it is valid (nbf or iat)");
  return *expires + kClockSkew;
}

absl::Status CheckOrigin(const Json& claims, const TokenRules& rules) {
  if (TextOfClaim(claims, "iss") != rules.issuer) return BadToken("is of another issuer (iss)");
  const std::vector<std::string> audiences = TextsOfClaim(claims, "aud");
  if (std::find(audiences.begin(), audiences.end(), rules.audience) == audiences.end()) {
    return BadToken("is for another audience (aud)");
  }
  return absl::OkStatus();
}

absl::StatusOr<Principal> PrincipalOf(const Json& claims, const TokenRules& rules) {
  Principal principal;
  principal.subject = TextOfClaim(claims, "sub");
  const auto is_graphic = [](char c) { return c >= 0x21 && c <= 0x7E; };
  if (principal.subject.empty() || principal.subject.size() > kMaxSubjectBytes ||
      !std::all_of(principal.subject.begin(), principal.subject.end(), is_graphic)) {
    return BadToken("does not say who its bearer is (sub)");
  }
  principal.institution = TextOfClaim(claims, rules.institution_claim);
  if (!IsResourceId(principal.institution) &&
      principal.institution != Principal::kEveryInstitution) {
    return BadToken(absl::StrCat("does not say of which institution its bearer is (",
                                 rules.institution_claim, ")"));
  }
  for (const std::string& text : TextsOfClaim(claims, rules.roles_claim)) {
    const std::vector<std::string> names = absl::StrSplit(text, ' ');
    for (const std::string& name : names) {
      if (const std::optional<Role> role = RoleNamed(name)) principal.roles.Add(*role);
    }
  }
  return principal;
}

}  // namespace

absl::StatusOr<Token> Token::Parse(std::string_view text) {
  if (text.size() > kMaxTokenBytes) {
    return BadToken(absl::StrCat("has ", text.size(), " bytes, want at most ", kMaxTokenBytes));
  }
  cjose_err fault = {};
  Token token;
  if (IsCompactJws(text)) {
    token.jws_ = std::shared_ptr<cjose_jws_t>(cjose_jws_import(text.data(), text.size(), &fault),
                                              &cjose_jws_release);
  }
  if (token.jws_ == nullptr) return BadToken("is no JSON Web Token signed by RS256 or ES256");
  cjose_header_t* const header = cjose_jws_get_protected(token.jws_.get());
  const auto text_of = [&](const char* name) {
    const char* const value = cjose_header_get(header, name, &fault);
    return std::string(value == nullptr ? "" : value);
  };
  token.algorithm_ = text_of("alg");
  if (token.algorithm_ != "RS256" && token.algorithm_ != "ES256") {
    return BadToken(absl::StrCat("has the algorithm '", status::Printable(token.algorithm_),
                                 "', want RS256 or ES256"));
  }
  if (char* const extensions = cjose_header_get_raw(header, "crit", &fault)) {
    cjose_get_dealloc()(extensions);
    return BadToken("has extensions that this service does not know (crit)");
  }
  token.kid_ = text_of("kid");
  if (token.kid_.empty()) return BadToken("does not name its key (kid)");
  return token;
}

absl::StatusOr<VerifiedToken> Token::Verify(const KeySet::Key& key, const TokenRules& rules,
                                            absl::Time now) const {
  // The key says which algorithm is right; the token may say anything.
  if (algorithm_ != key.algorithm) {
    return BadToken(
        absl::StrCat("has the algorithm '", algorithm_, "', and its key is for ", key.algorithm));
  }
  cjose_err fault = {};
  const bool verified = cjose_jws_verify(jws_.get(), key.jwk.get(), &fault);
  // What is left in OpenSSL's queue of errors would be taken for one of a TLS connection.
  ERR_clear_error();
  if (!verified) {
    return BadToken("was not signed by the key that it names");
  }
  uint8_t* bytes = nullptr;
  size_t size = 0;
  Json claims;
  if (cjose_jws_get_plaintext(jws_.get(), &bytes, &size, &fault)) {
    claims = Json::parse(bytes, bytes + size, nullptr, /*allow_exceptions=*/false);
  }
  if (!claims.is_object()) return BadToken("has no claims");
  ATHENA_RETURN_IF_ERROR(CheckOrigin(claims, rules));
  ATHENA_ASSIGN_OR_RETURN(const absl::Time expires, CheckTimes(claims, now));
  ATHENA_ASSIGN_OR_RETURN(Principal principal, PrincipalOf(claims, rules));
  return VerifiedToken{std::make_shared<const Principal>(std::move(principal)), expires};
}

}  // namespace athena::auth
