#include "libs/signing/signing.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "libs/sql/testing/temporary_folder.h"
#include "libs/status/testing/matchers.h"

namespace athena::signing {
namespace {

using status::testing::IsOkAndHolds;
using status::testing::Refuses;
using status::testing::StatusIs;
using ::testing::HasSubstr;

// RFC 8032, section 7.1, tests 1 to 3. The id was computed with Python's hashlib.
struct Sample {
  const char* secret;
  const char* public_key;
  const char* message;
  const char* signature;
  const char* id;
};
constexpr Sample kSamples[] = {
    {"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
     "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
     "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9"
     "b46bd25bf5f0595bbe24655141438e7a100b",
     "06e3fd8fda29bb60"},
    {"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
     "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
     "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f1"
     "1d8c387b2eaeb4302aeeb00d291612bb0c00",
     "deb2ded39dc26fce"},
    {"c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
     "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
     "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984d"
     "c6594a7c15e9716ed28dc027beceea1ec40a",
     "8d39ba50abe50f77"}};

// A key as PEM, from the algorithm's DER prefix and its 32 bytes.
std::string Pem(std::string_view kind, std::string_view prefix, std::string_view key) {
  const std::string der =
      absl::HexStringToBytes(absl::StrCat(std::string(prefix), std::string(key)));
  return absl::StrCat("-----BEGIN ", std::string(kind), " KEY-----\n", absl::Base64Escape(der),
                      "\n-----END ", std::string(kind), " KEY-----\n");
}
std::string PrivatePem(const Sample& sample) {
  return Pem("PRIVATE", "302e020100300506032b657004220420", sample.secret);
}
std::string PublicPem(const Sample& sample) {
  return Pem("PUBLIC", "302a300506032b6570032100", sample.public_key);
}
// The same numbers as keys of another algorithm, X25519.
std::string OtherPrivatePem() {
  return Pem("PRIVATE", "302e020100300506032b656e04220420", kSamples[0].secret);
}
std::string OtherPublicPem() {
  return Pem("PUBLIC", "302a300506032b656e032100", kSamples[0].public_key);
}

class SigningTest : public ::testing::Test {
 protected:
  std::string Write(const std::string& name, const std::string& content, mode_t mode = 0600) {
    const std::string path = folder_.File(name);
    std::ofstream(path) << content;
    EXPECT_EQ(chmod(path.c_str(), mode), 0);
    return path;
  }

  sql::TemporaryFolder folder_;
};

TEST_F(SigningTest, AgreesWithTheSamplesOfTheRfc) {
  for (const Sample& sample : kSamples) {
    const std::string message = absl::HexStringToBytes(sample.message);
    const std::string signature = absl::HexStringToBytes(sample.signature);
    ATHENA_ASSERT_OK_AND_ASSIGN(const PrivateKey key, PrivateKey::FromPem(PrivatePem(sample)));
    EXPECT_THAT(key.Sign(message), IsOkAndHolds(signature));
    EXPECT_EQ(key.public_key().id(), sample.id);
    ATHENA_ASSERT_OK_AND_ASSIGN(const PublicKey known, PublicKey::FromPem(PublicPem(sample)));
    EXPECT_EQ(known.id(), sample.id);
    EXPECT_TRUE(known.Verifies(message, signature));
    EXPECT_FALSE(known.Verifies(message + "x", signature));
  }
}

TEST_F(SigningTest, AnyFlippedBitIsFound) {
  ATHENA_ASSERT_OK_AND_ASSIGN(const PrivateKey key, PrivateKey::FromPem(PrivatePem(kSamples[0])));
  const std::string message = "the scorecard";
  ATHENA_ASSERT_OK_AND_ASSIGN(const std::string signature, key.Sign(message));
  for (std::string changed : {message, signature}) {
    for (size_t bit = 0; bit < changed.size() * 8; ++bit) {
      changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << bit % 8));
      EXPECT_FALSE(changed.size() == message.size() ? key.public_key().Verifies(changed, signature)
                                                    : key.public_key().Verifies(message, changed))
          << bit;
      changed[bit / 8] = static_cast<char>(changed[bit / 8] ^ (1 << bit % 8));
    }
  }
  EXPECT_FALSE(key.public_key().Verifies(message, ""));
  EXPECT_FALSE(key.public_key().Verifies(message, signature + "x"));
}

TEST_F(SigningTest, AnotherKeyVerifiesNothing) {
  ATHENA_ASSERT_OK_AND_ASSIGN(const PrivateKey key, PrivateKey::FromPem(PrivatePem(kSamples[0])));
  ATHENA_ASSERT_OK_AND_ASSIGN(const PublicKey other, PublicKey::FromPem(PublicPem(kSamples[1])));
  ATHENA_ASSERT_OK_AND_ASSIGN(const std::string signature, key.Sign("m"));
  EXPECT_FALSE(other.Verifies("m", signature));
}

TEST_F(SigningTest, APrivateKeyFileBelongsToItsOwnerAlone) {
  const std::string pem = PrivatePem(kSamples[0]);
  for (const mode_t mode : {0600, 0400}) {
    ATHENA_EXPECT_OK(PrivateKey::FromFile(Write(absl::StrCat("ok", mode), pem, mode)));
  }
  for (const mode_t mode : {0640, 0604, 0620, 0601, 0666}) {
    const std::string path = Write(absl::StrCat("open", mode), pem, mode);
    EXPECT_THAT(PrivateKey::FromFile(path),
                StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("chmod 600")))
        << mode;
  }
}

TEST_F(SigningTest, WhatIsNoKeyIsRefusedByTheNameOfItsFile) {
  const std::string good = PrivatePem(kSamples[0]);
  for (const std::string& content :
       {std::string(), std::string("key"), PublicPem(kSamples[0]), OtherPrivatePem(),
        good.substr(0, good.size() / 2), std::string(kMaxKeyFileBytes + 1, 'x')}) {
    const std::string path = Write("key.pem", content);
    EXPECT_THAT(PrivateKey::FromFile(path),
                StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("key.pem")));
  }
  EXPECT_THAT(PrivateKey::FromFile(folder_.File("none")), Refuses("KEY_UNUSABLE"));
  EXPECT_THAT(PrivateKey::FromFile("/dev/null"), Refuses("KEY_UNUSABLE"));
  for (const std::string& pem : {good, OtherPublicPem(), std::string("x")}) {
    EXPECT_THAT(PublicKey::FromPem(pem), Refuses("KEY_UNUSABLE"));
    EXPECT_THAT(PublicKey::FromFile(Write("pub.pem", pem)), Refuses("KEY_UNUSABLE"));
  }
}

TEST_F(SigningTest, AFolderHoldsTheTrustedKeys) {
  const std::string path = folder_.File("trusted");
  std::filesystem::create_directory(path);
  EXPECT_THAT(TrustedKeys::FromFolder(path)->size(), 0);
  Write("trusted/2021.pem", PublicPem(kSamples[0]), 0644);
  Write("trusted/2022.pem", PublicPem(kSamples[1]), 0644);
  Write("trusted/README", "not a key");
  ATHENA_ASSERT_OK_AND_ASSIGN(const TrustedKeys keys, TrustedKeys::FromFolder(path));
  EXPECT_EQ(keys.size(), 2U);
  const PublicKey* const found = keys.Find(kSamples[1].id);
  ASSERT_NE(found, nullptr);
  EXPECT_TRUE(found->Verifies("r", absl::HexStringToBytes(kSamples[1].signature)));
  EXPECT_EQ(keys.Find(kSamples[2].id), nullptr);
  Write("trusted/2023.pem", "not a key");
  EXPECT_THAT(TrustedKeys::FromFolder(path),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("2023.pem")));
  EXPECT_THAT(TrustedKeys::FromFolder(folder_.File("none")), Refuses("KEY_UNUSABLE"));
}

}  // namespace
}  // namespace athena::signing
