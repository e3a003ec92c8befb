#include "libs/auth/jwt/token.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/err.h>

#include <string>
#include <vector>

#include "libs/auth/jwt/key_set.h"
#include "libs/auth/jwt/testing/tokens.h"
#include "libs/status/macros.h"
#include "libs/status/testing/matchers.h"

namespace athena::auth {
namespace {

using status::testing::Refuses;
using status::testing::StatusIs;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::Tokens;

TokenRules CityRules() {
  TokenRules rules;
  rules.issuer = "https://login.example.org/realms/city";
  rules.audience = "athena";
  return rules;
}

const KeySet& FirstKeys() {
  static const KeySet* const keys =
      new KeySet(KeySet::FromJson(Tokens::Get().key_set("first")).value());
  return *keys;
}

absl::StatusOr<VerifiedToken> VerifyText(const std::string& text, const KeySet& keys = FirstKeys(),
                                         const TokenRules& rules = CityRules()) {
  ATHENA_ASSIGN_OR_RETURN(const Token token, Token::Parse(text));
  const KeySet::Key* key = keys.Find(token.kid());
  if (key == nullptr) return absl::NotFoundError("no such key");
  return token.Verify(*key, rules, Tokens::Get().now);
}

absl::StatusOr<VerifiedToken> VerifyNamed(const std::string& name) {
  return VerifyText(Tokens::Get().token(name));
}

TEST(TokenTest, RsaAndEcSignaturesOfAnotherImplementationVerify) {
  for (const std::string name : {"rs256", "es256"}) {
    ATHENA_ASSERT_OK_AND_ASSIGN(const VerifiedToken token, VerifyNamed(name));
    EXPECT_EQ(token.principal->subject, "hr-system");
    EXPECT_EQ(token.principal->institution, "gob");
    EXPECT_EQ(token.principal->roles.ToString(), "viewer, sender");
    EXPECT_EQ(token.principal->caller_uri, "");
    EXPECT_EQ(token.expires, Tokens::Get().now + absl::Seconds(300 + 60));
  }
}

TEST(TokenTest, ClaimsMayHaveOtherForms) {
  ATHENA_EXPECT_OK(VerifyNamed("audiences"));
  ATHENA_EXPECT_OK(VerifyNamed("fractional_times"));
  ATHENA_EXPECT_OK(VerifyNamed("iat_for_nbf"));
  EXPECT_EQ(VerifyNamed("roles_as_text")->principal->roles.ToString(), "viewer, publisher");
  EXPECT_EQ(VerifyNamed("every_institution")->principal->institution, "*");
}

TEST(TokenTest, RolesOfOtherApplicationsGiveNone) {
  EXPECT_EQ(VerifyNamed("roles_of_others")->principal->roles.ToString(), "viewer");
  EXPECT_TRUE(VerifyNamed("no_roles")->principal->roles.empty());
}

TEST(TokenTest, ClocksMayDifferByAMinute) {
  ATHENA_EXPECT_OK(VerifyNamed("expired_within_skew"));
  ATHENA_EXPECT_OK(VerifyNamed("early_within_skew"));
  EXPECT_THAT(VerifyNamed("expired"),
              StatusIs(absl::StatusCode::kUnauthenticated, HasSubstr("expired")));
  for (const std::string name : {"early", "issued_later", "negative_nbf"}) {
    EXPECT_THAT(VerifyNamed(name),
                StatusIs(absl::StatusCode::kUnauthenticated, HasSubstr("not valid yet")))
        << name;
  }
}

struct BadToken {
  std::string name;
  std::string fault;
};

TEST(TokenTest, EveryOtherFaultIsUnauthenticatedAndSaysWhich) {
  for (const auto& [name, fault] : std::vector<BadToken>{
           {"no_exp", "(exp)"},
           {"text_exp", "(exp)"},
           {"no_nbf_no_iat", "(nbf or iat)"},
           {"other_issuer", "(iss)"},
           {"no_issuer", "(iss)"},
           {"other_audience", "(aud)"},
           {"audience_prefix", "(aud)"},
           {"no_audience", "(aud)"},
           {"no_subject", "(sub)"},
           {"blank_subject", "(sub)"},
           {"line_in_subject", "(sub)"},
           {"long_subject", "(sub)"},
           {"no_institution", "(athena_institution)"},
           {"bad_institution", "(athena_institution)"},
           {"institutions", "(athena_institution)"},
           {"no_kid", "(kid)"},
           {"other_key", "not signed by the key"},
           {"own_key_in_header", "not signed by the key"},
           {"tampered", "not signed by the key"},
           {"none", "signed by RS256 or ES256"},
           {"none_with_signature", "'none', want RS256 or ES256"},
           {"hs256_pem", "'HS256', want RS256 or ES256"},
           {"hs256_der", "'HS256', want RS256 or ES256"},
           {"hs256_modulus", "'HS256', want RS256 or ES256"},
           {"ps256", "'PS256', want RS256 or ES256"},
           {"rs512", "'RS512', want RS256 or ES256"},
           {"es384", "'ES384', want RS256 or ES256"},
           {"rs256_by_ec_key", "its key is for ES256"},
           {"es256_by_rsa_key", "its key is for RS256"},
           {"crit", "(crit)"},
           {"no_json", "has no claims"},
           {"json_list", "has no claims"},
           {"long", "bytes, want at most"},
       }) {
    EXPECT_THAT(VerifyNamed(name), StatusIs(absl::StatusCode::kUnauthenticated, HasSubstr(fault)))
        << name;
  }
}

TEST(TokenTest, GarbageIsNoToken) {
  const std::string good = Tokens::Get().token("rs256");
  const std::string head = good.substr(0, good.find('.'));
  for (const std::string& text : std::vector<std::string>{
           "", ".", "..", "...", "a.b.c", "e30.e30.e30", head + "..", head + ".e30.", good + ".",
           good + "=", " " + good, good + "\n", "." + good, head + "." + head + "." + head,
           std::string(kMaxTokenBytes, '.'), std::string(kMaxTokenBytes, 'a'),
           std::string("\0.\0.\0", 5), "\xFF\xFE.\xFF.\xFF"}) {
    EXPECT_THAT(VerifyText(text), Not(status::testing::IsOk())) << text;
  }
}

// A token in which one character differs is refused. The last character of a part is left out:
// base64 ignores some of its bits.
TEST(TokenTest, NoCharacterCanBeChanged) {
  const std::string good = Tokens::Get().token("es256");
  for (size_t i = 0; i + 1 < good.size(); ++i) {
    if (good[i] == '.' || good[i + 1] == '.') continue;
    std::string changed = good;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    EXPECT_THAT(VerifyText(changed), Not(status::testing::IsOk())) << i;
  }
}

TEST(TokenTest, LeavesNoErrorToTheThreadsTlsConnections) {
  ERR_clear_error();
  EXPECT_THAT(VerifyNamed("other_key"), Not(status::testing::IsOk()));
  EXPECT_THAT(KeySet::FromJson(Tokens::Get().key_set("unusable")), Not(status::testing::IsOk()));
  EXPECT_EQ(ERR_peek_error(), 0U);
}

TEST(TokenTest, FaultsRepeatNoToken) {
  for (const auto& [name, token] : Tokens::Get().tokens) {
    const absl::Status status = VerifyText(token).status();
    EXPECT_THAT(std::string(status.message()), Not(HasSubstr(token.substr(0, 20)))) << name;
  }
}

TEST(KeySetTest, TakesKeysForSignaturesAlone) {
  EXPECT_EQ(FirstKeys().size(), 2U);
  EXPECT_EQ(FirstKeys().Find("rsa-1")->algorithm, "RS256");
  EXPECT_EQ(FirstKeys().Find("ec-1")->algorithm, "ES256");
  for (const std::string kid :
       {"secret", "ec-384", "for-encryption", "for-ps256", "weak", "malformed", "ed", ""}) {
    EXPECT_EQ(FirstKeys().Find(kid), nullptr) << kid;
  }
}

TEST(KeySetTest, WhatIsNoKeySetIsRefused) {
  for (const std::string name : {"unusable", "twice", "private"}) {
    EXPECT_THAT(KeySet::FromJson(Tokens::Get().key_set(name)), Refuses("KEY_SET_UNUSABLE")) << name;
  }
  std::string many = R"({"keys":[{})";
  for (size_t i = 0; i < kMaxKeys; ++i) many += ",{}";
  for (const std::string& text : std::vector<std::string>{
           "", "[]", "{}", "null", R"({"keys":{}})", R"({"keys":[]})", R"({"keys":[1]})",
           R"({"keys":[{"kty":1,"kid":[]}]})", R"({"keys":)", many + "]}",
           Tokens::Get().key_set("first") + std::string(kMaxKeySetBytes, ' ')}) {
    EXPECT_THAT(KeySet::FromJson(text), Refuses("KEY_SET_UNUSABLE")) << text.substr(0, 40);
  }
}

}  // namespace
}  // namespace athena::auth
