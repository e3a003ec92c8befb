#include "services/athenactl/files/signed/signed_document.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/escaping.h"
#include "absl/strings/str_replace.h"
#include "libs/canonical/canonical.h"
#include "libs/canonical/jcs.h"
#include "libs/signing/signing.h"
#include "libs/status/testing/matchers.h"

namespace athena::athenactl {
namespace {

using status::testing::IsOkAndHolds;
using status::testing::StatusIs;
using ::testing::HasSubstr;

// Samples of RFC 8032.
constexpr char kKey[] =
    "-----BEGIN PRIVATE KEY-----\n"
    "MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n"
    "-----END PRIVATE KEY-----\n";
constexpr char kOther[] =
    "-----BEGIN PUBLIC KEY-----\n"
    "MCowBQYDK2VwAyEAPUAXw+hDiVqStwqnTRt+vJyYLM8uxJaMwM1V8Sr0Zgw=\n"
    "-----END PUBLIC KEY-----\n";

class SignedDocumentTest : public ::testing::Test {
 protected:
  SignedDocumentTest() {
    document_ = Jcs(R"({"format": "athena.reporting.v1.PublicationDocument",
                        "name": "institutions/gob/plans/p/scorecards/2026-Q2/publications/1",
                        "reason": "\u00e9t\u00e9", "number": 1})")
                    .value();
    publication_.set_sha256(absl::BytesToHexString(Sha256Of(document_)));
    publication_.set_key_id(key_.public_key().id());
    publication_.set_signature(key_.Sign(document_).value());
    file_ = SignedDocument(publication_, document_);
  }

  bool Valid(const std::string& text) {
    const auto checked = CheckSignedDocument("q2.json", text, key_.public_key());
    return checked.ok() && checked->verdict.valid();
  }

  const signing::PrivateKey key_ = signing::PrivateKey::FromPem(kKey).value();
  athena::reporting::v1::Publication publication_;
  std::string document_;
  std::string file_;
};

TEST_F(SignedDocumentTest, IsVerifiedByItsKey) {
  ATHENA_ASSERT_OK_AND_ASSIGN(const CheckedDocument checked,
                              CheckSignedDocument("q2.json", file_, key_.public_key()));
  EXPECT_TRUE(checked.verdict.valid());
  EXPECT_EQ(checked.document.number(), 1);
  EXPECT_EQ(checked.verdict.checks_size(), 2);
  EXPECT_THAT(Jcs(file_), IsOkAndHolds(file_));
}

TEST_F(SignedDocumentTest, BlanksAndOrderDoNotMatter) {
  const std::string signature = absl::Base64Escape(publication_.signature());
  EXPECT_TRUE(Valid("{ \"signature\": \"" + signature + "\", \"sha256\": \"" +
                    publication_.sha256() + "\",\n \"keyId\": \"" + publication_.key_id() +
                    "\", \"document\": " + absl::StrReplaceAll(document_, {{",", " ,\n"}}) + "}"));
}

TEST_F(SignedDocumentTest, AnyFlippedBitIsFound) {
  for (size_t bit = 0; bit < file_.size() * 8; ++bit) {
    std::string changed = file_;
    changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << bit % 8));
    const auto canonical = Jcs(changed);
    if (canonical.ok() && *canonical == file_) continue;  // it says the same
    EXPECT_FALSE(Valid(changed)) << changed;
  }
}

TEST_F(SignedDocumentTest, AnotherKeyDoesNotVerifyIt) {
  const signing::PublicKey other = signing::PublicKey::FromPem(kOther).value();
  ATHENA_ASSERT_OK_AND_ASSIGN(const CheckedDocument checked,
                              CheckSignedDocument("q2.json", file_, other));
  EXPECT_FALSE(checked.verdict.valid());
  EXPECT_EQ(checked.verdict.checks(0).outcome(),
            athena::reporting::v1::PublicationCheck::OUTCOME_PASSED);
  EXPECT_THAT(checked.verdict.checks(1).detail(),
              HasSubstr("the file names " + publication_.key_id()));
}

TEST_F(SignedDocumentTest, WhatIsNoPublicationIsRefused) {
  for (const std::string& text :
       {std::string(), std::string("[]"), std::string("{\"document\":{}}"), document_,
        std::string("{\"document\":{\"format\":\"x\"},\"signature\":\"\"}"),
        "{\"document\":1," + file_.substr(1)}) {
    EXPECT_THAT(CheckSignedDocument("q2.json", text, key_.public_key()),
                StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("q2.json")))
        << text;
  }
}

}  // namespace
}  // namespace athena::athenactl
