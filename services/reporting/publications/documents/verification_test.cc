#include "services/reporting/publications/documents/verification.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "libs/canonical/canonical.h"
#include "libs/rpc/call.h"
#include "libs/status/testing/matchers.h"
#include "services/reporting/publications/documents/document.h"
#include "services/reporting/publications/testing/publications_fixture.h"
#include "services/reporting/rules/scoring.h"

namespace athena::reporting::testing {
namespace {

using ::testing::HasSubstr;

constexpr char kKey[] = "p/2021-Q1/1";

// A publication, read back as it is stored, and changed in memory.
class VerificationTest : public PublicationsTest {
 protected:
  VerificationTest() {
    plan_.lineage = "00000000000000a1";
    indicator_.lineage = "00000000000000b2";
    const auto published = Publish();
    EXPECT_THAT(published, status::testing::IsOk());
    if (published.ok()) publication_ = *published;
    const absl::Status read = database_->Read([&](sql::ReadTx& tx) -> absl::Status {
      ATHENA_ASSIGN_OR_RETURN(content_, ReadContent(tx, "gob", kKey));
      return absl::OkStatus();
    });
    EXPECT_THAT(read, status::testing::IsOk());
  }

  v1::VerifyPublicationResponse Check() {
    return reporting::Verify(call_, publication_, content_, keys_.trusted).value();
  }
  v1::PublicationCheck Check(v1::PublicationCheck::Kind kind) {
    const v1::VerifyPublicationResponse response = Check();
    for (const v1::PublicationCheck& check : response.checks()) {
      if (check.kind() == kind) return check;
    }
    return {};
  }
  // Makes the publication and its signature those of a document.
  void Sign(const v1::PublicationDocument& document) {
    content_.document = BytesOf(document).value();
    const v1::Publication before = publication_;
    publication_ = PublicationOf(document, content_.document);
    publication_.set_signature(keys_.signing->Sign(content_.document).value());
    publication_.set_key_id(keys_.signing->public_key().id());
    publication_.set_etag(before.etag());
    publication_.set_revision(before.revision());
    *publication_.mutable_create_time() = before.create_time();
    *publication_.mutable_update_time() = before.update_time();
  }

  // Flips a bit of each byte, one after the other; `found` says whether it is noticed.
  template <typename Found>
  static void FlipEach(std::string* bytes, Found found) {
    for (size_t i = 0; i < bytes->size(); ++i) {
      const char bit = static_cast<char>(1 << i % 8);
      (*bytes)[i] = static_cast<char>((*bytes)[i] ^ bit);
      ASSERT_TRUE(found()) << "byte " << i;
      (*bytes)[i] = static_cast<char>((*bytes)[i] ^ bit);
    }
  }

  rpc::Call call_;
  v1::Publication publication_;
  PublicationContent content_;
};

TEST_F(VerificationTest, AnyFlippedByteOfTheContentIsFound) {
  ASSERT_TRUE(Check().valid());
  ASSERT_GT(content_.document.size(), 1000U);
  FlipEach(&content_.document, [&] { return !Check().valid(); });
  for (auto* messages : {&content_.inputs.plan, &content_.inputs.values}) {
    ASSERT_FALSE(messages->empty());
    for (std::string& message : *messages) FlipEach(&message, [&] { return !Check().valid(); });
  }
  ASSERT_TRUE(Check().valid());
}

TEST_F(VerificationTest, AnyFlippedByteOfThePublicationIsFound) {
  const v1::Publication published = publication_;
  // What is stored: the rest comes with the row.
  v1::Publication stored = published;
  stored.clear_etag();
  stored.clear_revision();
  stored.clear_create_time();
  stored.clear_update_time();
  std::string body = stored.SerializeAsString();
  FlipEach(&body, [&] {
    if (!publication_.ParseFromString(body)) return true;
    publication_.set_etag(published.etag());
    publication_.set_revision(published.revision());
    *publication_.mutable_create_time() = published.create_time();
    *publication_.mutable_update_time() = published.update_time();
    return !Check().valid();
  });
}

TEST_F(VerificationTest, MissingAndFurtherInputsAreFound) {
  const PublicationContent whole = content_;
  content_.inputs.values.clear();
  EXPECT_FALSE(Check().valid());
  content_ = whole;
  content_.inputs.plan.emplace_back();
  EXPECT_FALSE(Check().valid());
  content_ = whole;
  content_.inputs.values.push_back(content_.inputs.plan.back());
  content_.inputs.plan.pop_back();
  EXPECT_FALSE(Check().valid());
  content_ = {};
  EXPECT_FALSE(Check().valid());
}

// The last message of the plan becomes the first of the values.
TEST_F(VerificationTest, InputsThatAreDividedOtherwiseAreFound) {
  content_.inputs.values.insert(content_.inputs.values.begin(), content_.inputs.plan.back());
  content_.inputs.plan.pop_back();
  EXPECT_EQ(Check(v1::PublicationCheck::KIND_INPUTS).outcome(),
            v1::PublicationCheck::OUTCOME_FAILED);
}

// Whoever has the key can sign anything; that it is what the data said is another check.
TEST_F(VerificationTest, ASignedScoreThatTheInputsDoNotGiveIsFound) {
  v1::PublicationDocument document = ReadDocument(content_.document).value();
  document.mutable_scorecards(0)->mutable_result()->mutable_root()->mutable_score()->set_decimal(
      "99");
  Sign(document);
  const v1::VerifyPublicationResponse response = Check();
  EXPECT_FALSE(response.valid());
  for (const v1::PublicationCheck& check : response.checks()) {
    EXPECT_EQ(check.outcome(), check.kind() == v1::PublicationCheck::KIND_RECOMPUTATION
                                   ? v1::PublicationCheck::OUTCOME_FAILED
                                   : v1::PublicationCheck::OUTCOME_PASSED)
        << check.detail();
  }
}

TEST_F(VerificationTest, AnotherEngineVersionIsNotRecomputed) {
  v1::PublicationDocument document = ReadDocument(content_.document).value();
  document.mutable_basis()->set_engine_version("1");
  Sign(document);
  const v1::PublicationCheck check = Check(v1::PublicationCheck::KIND_RECOMPUTATION);
  EXPECT_EQ(check.outcome(), v1::PublicationCheck::OUTCOME_NOT_POSSIBLE);
  EXPECT_THAT(check.detail(),
              HasSubstr("engine version 1; this server has " + std::string(kEngineVersion)));
  EXPECT_TRUE(Check().valid());
}

TEST_F(VerificationTest, InputsThatCannotBeScoredAreNamed) {
  v1::PublicationDocument document = ReadDocument(content_.document).value();
  content_.inputs.plan = {"nonsense"};
  document.set_inputs_sha256(DigestOf(content_.inputs));
  Sign(document);
  EXPECT_EQ(Check(v1::PublicationCheck::KIND_INPUTS).outcome(),
            v1::PublicationCheck::OUTCOME_PASSED);
  EXPECT_THAT(Check(v1::PublicationCheck::KIND_RECOMPUTATION).detail(),
              HasSubstr("cannot be scored"));
  document.mutable_basis()->mutable_date()->set_month(13);
  Sign(document);
  EXPECT_EQ(Check(v1::PublicationCheck::KIND_RECOMPUTATION).outcome(),
            v1::PublicationCheck::OUTCOME_FAILED);
}

TEST_F(VerificationTest, ASignedBasisThatTheInputsDoNotHaveIsFound) {
  v1::PublicationDocument document = ReadDocument(content_.document).value();
  document.mutable_basis()->set_plan_revision(document.basis().plan_revision() + 1);
  Sign(document);
  EXPECT_EQ(Check(v1::PublicationCheck::KIND_RECOMPUTATION).outcome(),
            v1::PublicationCheck::OUTCOME_FAILED);
}

TEST_F(VerificationTest, ADocumentOfAnotherFormatIsFound) {
  v1::PublicationDocument document = ReadDocument(content_.document).value();
  document.set_format("another");
  Sign(document);
  EXPECT_EQ(Check(v1::PublicationCheck::KIND_DOCUMENT).outcome(),
            v1::PublicationCheck::OUTCOME_FAILED);
}

TEST_F(VerificationTest, ADocumentThatIsNotCanonicalIsFound) {
  content_.document += " ";
  publication_.set_sha256(absl::BytesToHexString(Sha256Of(content_.document)));
  publication_.set_document_bytes(static_cast<int64_t>(content_.document.size()));
  publication_.set_signature(keys_.signing->Sign(content_.document).value());
  EXPECT_EQ(Check(v1::PublicationCheck::KIND_DOCUMENT).outcome(),
            v1::PublicationCheck::OUTCOME_FAILED);
}

TEST_F(VerificationTest, ASignatureOfOtherBytesIsFound) {
  publication_.set_signature(keys_.signing->Sign("something else").value());
  EXPECT_EQ(Check(v1::PublicationCheck::KIND_SIGNATURE).outcome(),
            v1::PublicationCheck::OUTCOME_FAILED);
  EXPECT_FALSE(Check().valid());
}

}  // namespace
}  // namespace athena::reporting::testing
