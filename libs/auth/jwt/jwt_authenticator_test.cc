#include "libs/auth/jwt/jwt_authenticator.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <fstream>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "libs/auth/jwt/fetch.h"
#include "libs/auth/jwt/testing/tokens.h"
#include "libs/clock/clock.h"
#include "libs/status/status.h"
#include "libs/status/testing/matchers.h"

namespace athena::auth {
namespace {

using status::testing::IsOk;
using status::testing::Refuses;
using status::testing::StatusIs;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::Tokens;

// An issuer whose keys a test changes. A read of them ends when the test lets it.
class Issuer {
 public:
  absl::StatusOr<std::string> Fetch() {
    absl::MutexLock lock(&mutex_);
    ++reads_;
    mutex_.Await(absl::Condition(&open_));
    return keys_;
  }
  void Publish(absl::StatusOr<std::string> keys) {
    absl::MutexLock lock(&mutex_);
    keys_ = std::move(keys);
  }
  void Hold(bool hold) {
    absl::MutexLock lock(&mutex_);
    open_ = !hold;
  }
  int reads() {
    absl::MutexLock lock(&mutex_);
    return reads_;
  }

 private:
  absl::Mutex mutex_;
  bool open_ ABSL_GUARDED_BY(mutex_) = true;
  int reads_ ABSL_GUARDED_BY(mutex_) = 0;
  absl::StatusOr<std::string> keys_ ABSL_GUARDED_BY(mutex_) = Tokens::Get().key_set("first");
};

class JwtAuthenticatorTest : public ::testing::Test {
 protected:
  // Reads are those that tests and tokens ask for.
  void Open() {
    KeySource::Options options;
    options.fetch = [this](const std::atomic<bool>&) { return issuer_.Fetch(); };
    options.every = absl::InfiniteDuration();
    options.clock = &clock_;
    auto source = std::make_unique<KeySource>(std::move(options));
    source_ = source.get();
    TokenRules rules;
    rules.issuer = "https://login.example.org/realms/city";
    rules.audience = "athena";
    authenticator_ = std::make_unique<JwtAuthenticator>(rules, std::move(source), clock_);
  }
  absl::StatusOr<PrincipalPtr> Ask(const std::string& name) {
    return authenticator_->Authenticate(
        {absl::StrCat("Bearer ", Tokens::Get().token(name)), {}, {}});
  }
  // The answer once no read is awaited any more, as a client gets it that tries again.
  absl::StatusOr<PrincipalPtr> AskAgain(const std::string& name) {
    source_->Read();
    return Ask(name);
  }

  Issuer issuer_;
  FakeClock clock_{Tokens::Get().now};
  KeySource* source_ = nullptr;
  std::unique_ptr<JwtAuthenticator> authenticator_;
};

TEST_F(JwtAuthenticatorTest, ATokenNamesItsBearer) {
  Open();
  source_->Read();
  ATHENA_ASSERT_OK_AND_ASSIGN(const PrincipalPtr principal, Ask("rs256"));
  EXPECT_EQ(principal->subject, "hr-system");
  EXPECT_EQ(principal->institution, "gob");
}

TEST_F(JwtAuthenticatorTest, AKnownTokenIsNotVerifiedAgainAndStillExpires) {
  Open();
  source_->Read();
  ATHENA_ASSERT_OK_AND_ASSIGN(const PrincipalPtr first, Ask("rs256"));
  EXPECT_EQ(*Ask("rs256"), first);  // the same object
  clock_.Advance(absl::Seconds(300 + 59));
  EXPECT_EQ(*Ask("rs256"), first);
  clock_.Advance(absl::Seconds(1));
  EXPECT_THAT(Ask("rs256"), StatusIs(absl::StatusCode::kUnauthenticated, HasSubstr("expired")));
}

TEST_F(JwtAuthenticatorTest, AKnownTokenEndsWithItsKey) {
  Open();
  source_->Read();
  EXPECT_THAT(Ask("rs256"), IsOk());
  issuer_.Publish(Tokens::Get().key_set("replaced"));
  EXPECT_THAT(AskAgain("rs256"),
              StatusIs(absl::StatusCode::kUnauthenticated, HasSubstr("not signed by the key")));
}

TEST_F(JwtAuthenticatorTest, WithoutKeysNobodyIsRefusedForGood) {
  issuer_.Publish(status::Unavailable("the issuer", absl::Seconds(1)));
  Open();
  EXPECT_THAT(Ask("rs256"), Refuses("KEYS_AWAITED"));
  EXPECT_THAT(AskAgain("rs256"), Refuses("KEYS_AWAITED"));
  EXPECT_GT(status::RetryAfter(Ask("rs256").status()), absl::ZeroDuration());
  EXPECT_THAT(source_->last_read(), StatusIs(absl::StatusCode::kUnavailable));
  issuer_.Publish(Tokens::Get().key_set("first"));
  EXPECT_THAT(AskAgain("rs256"), IsOk());
}

TEST_F(JwtAuthenticatorTest, ATokenOfANewKeyHasTheKeysReadAndIsAskedToComeAgain) {
  Open();
  source_->Read();
  clock_.Advance(kSoonestRead);
  issuer_.Publish(Tokens::Get().key_set("rotated"));
  EXPECT_THAT(Ask("rotated"), Refuses("KEYS_AWAITED"));
  EXPECT_THAT(AskAgain("rotated"), IsOk());
  EXPECT_THAT(Ask("es256"), IsOk());
  // The key of before is withdrawn.
  EXPECT_THAT(Ask("rs256"), StatusIs(absl::StatusCode::kUnauthenticated));
}

TEST_F(JwtAuthenticatorTest, UnknownKeysHaveTheKeysReadOnlySoOften) {
  Open();
  source_->Read();
  const int before = issuer_.reads();
  for (int i = 0; i < 100; ++i) {
    EXPECT_THAT(Ask("unknown_kid"),
                StatusIs(absl::StatusCode::kUnauthenticated, HasSubstr("rsa-9")));
  }
  EXPECT_EQ(issuer_.reads(), before);
  clock_.Advance(kSoonestRead - absl::Milliseconds(1));
  EXPECT_FALSE(source_->ReadSoon());
  clock_.Advance(absl::Milliseconds(1));
  EXPECT_THAT(Ask("unknown_kid"), Refuses("KEYS_AWAITED"));
  EXPECT_THAT(AskAgain("unknown_kid"), StatusIs(absl::StatusCode::kUnauthenticated));
}

TEST_F(JwtAuthenticatorTest, KnownKeysAreUsedWhileTheIssuerIsDownOrSlow) {
  Open();
  source_->Read();
  issuer_.Publish(status::Unavailable("the issuer", absl::Seconds(1)));
  source_->Read();
  EXPECT_THAT(source_->last_read(), Not(IsOk()));
  EXPECT_THAT(Ask("rs256"), IsOk());
  issuer_.Publish("no key set");
  source_->Read();
  EXPECT_THAT(Ask("es256"), IsOk());

  issuer_.Hold(true);
  clock_.Advance(kSoonestRead);
  EXPECT_THAT(Ask("unknown_kid"), Refuses("KEYS_AWAITED"));  // and a read hangs from here on
  EXPECT_THAT(Ask("rs256"), IsOk());
  EXPECT_THAT(Ask("unknown_kid"), Refuses("KEYS_AWAITED"));
  issuer_.Hold(false);
}

TEST_F(JwtAuthenticatorTest, OtherCredentialsAreLeftToOthers) {
  Open();
  source_->Read();
  const std::string good = absl::StrCat("Bearer ", Tokens::Get().token("rs256"));
  EXPECT_EQ(*authenticator_->Judge({"Bearer opaque", {}, {}}), nullptr);
  EXPECT_EQ(*authenticator_->Judge({"Basic a.b.c", {}, {}}), nullptr);
  EXPECT_EQ(*authenticator_->Judge({"", {}, {}}), nullptr);
  EXPECT_EQ(*authenticator_->Judge({good, {}, "spiffe://athena/institutions/gob/roles/admin/x"}),
            nullptr);
  EXPECT_THAT(authenticator_->Authenticate({"Bearer a.b.c", {}, {}}),
              StatusIs(absl::StatusCode::kUnauthenticated));
}

TEST(FetchTest, AFileIsReadUpToTheLimit) {
  const std::string path = absl::StrCat(::testing::TempDir(), "/keys.json");
  const auto write = [&](size_t size) { std::ofstream(path) << std::string(size, 'k'); };
  write(kMaxKeySetBytes);
  EXPECT_EQ(FetchFile(path)->size(), kMaxKeySetBytes);
  write(kMaxKeySetBytes + 1);
  EXPECT_THAT(FetchFile(path), Refuses("KEYS_UNREADABLE"));
  EXPECT_THAT(FetchFile(path + ".absent"), Refuses("KEYS_UNREADABLE"));
  EXPECT_THAT(FetchFile(::testing::TempDir()), Refuses("KEYS_UNREADABLE"));
}

TEST(FetchTest, KeysComeOverTlsButOnThisMachine) {
  for (const std::string url : {"https://login.example.org/jwks", "http://127.0.0.1:8080/jwks",
                                "http://localhost/jwks", "http://[::1]:80/jwks"}) {
    EXPECT_TRUE(IsKeyUrl(url)) << url;
  }
  for (const std::string url :
       {"http://login.example.org/jwks", "http://127.0.0.1.example.org/jwks", "https://",
        "http://127.0.0.1:80@example.org/jwks", "ftp://localhost/jwks", "file:///etc/jwks", ""}) {
    EXPECT_FALSE(IsKeyUrl(url)) << url;
  }
}

TEST(FetchTest, AServerThatIsNotThereIsAnError) {
  EXPECT_THAT(FetchUrl("https://127.0.0.1:1/jwks", "", false),
              StatusIs(absl::StatusCode::kUnavailable, HasSubstr("https://127.0.0.1:1/jwks")));
}

}  // namespace
}  // namespace athena::auth
