#include "libs/auth/auth.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "grpc/health/v1/health.pb.h"
#include "libs/status/status.h"

namespace athena::auth {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

const std::vector<std::string> kLoopback = {"127.0.0.1:8080"};

absl::Status CreateStatus(std::vector<std::string> definitions,
                          std::vector<std::string> listening = kLoopback) {
  return StaticAuthenticator::Create(definitions, listening).status();
}

TEST(StaticAuthenticatorTest, ATokenNamesItsPrincipal) {
  std::vector<std::string> definitions = {"s3cret,ana,gob,viewer+sender", ",guest,gob,viewer",
                                          "root,dev,*,admin"};
  auto authenticator = StaticAuthenticator::Create(definitions, kLoopback);
  ASSERT_TRUE(authenticator.ok()) << authenticator.status();
  auto ana = (*authenticator)->Authenticate({"Bearer s3cret", {}});
  ASSERT_TRUE(ana.ok());
  EXPECT_EQ((*ana)->subject, "ana");
  EXPECT_EQ((*ana)->institution, "gob");
  EXPECT_EQ((*ana)->roles, (Roles{Role::kViewer, Role::kSender}));
  EXPECT_EQ((*(*authenticator)->Authenticate({"", {}}))->subject, "guest");
  EXPECT_TRUE((*(*authenticator)->Authenticate({"Bearer root", {}}))->ActsFor("anyone"));
}

TEST(StaticAuthenticatorTest, AnythingElseNamesNobody) {
  std::vector<std::string> definitions = {"s3cret,ana,gob,viewer"};
  auto authenticator = StaticAuthenticator::Create(definitions, kLoopback);
  ASSERT_TRUE(authenticator.ok());
  for (std::string_view authorization : {"", "Bearer ", "Bearer other", "s3cret", "bearer s3cret",
                                         "Basic s3cret", "Bearer s3cret "}) {
    auto nobody = (*authenticator)->Authenticate({authorization, {}});
    EXPECT_EQ(nobody.status().code(), absl::StatusCode::kUnauthenticated) << authorization;
    EXPECT_THAT(std::string(nobody.status().message()), Not(HasSubstr("s3cret")));
  }
}

TEST(StaticAuthenticatorTest, DefinitionsThatAreNotExactAreRefusedWithoutTellingTheToken) {
  for (const char* definition :
       {"", "t0ken", "t0ken,ana,gob", "t0ken,,gob,viewer", "t0ken,ana,,viewer", "t0ken,ana,gob,",
        "t0ken,ana,gob,king", "t0ken,ana,gob,viewer,more", "t0ken,ana,gob,viewer+"}) {
    absl::Status status = CreateStatus({definition});
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << definition;
    EXPECT_THAT(std::string(status.message()), Not(HasSubstr("t0ken")));
  }
  EXPECT_EQ(CreateStatus({"t,ana,gob,viewer", "t,eva,gob,viewer"}).code(),
            absl::StatusCode::kInvalidArgument);
}

TEST(StaticAuthenticatorTest, OnlyLoopbackIsServed) {
  absl::Status status = CreateStatus({}, {"127.0.0.1:1", "0.0.0.0:8080"});
  EXPECT_EQ(status.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(status::Reason(status), "NOT_LOOPBACK");
}

TEST(IsLoopbackTest, TellsThisMachineFromOthers) {
  for (const char* address :
       {"127.0.0.1:1", "127.1.2.3:1", "[::1]:80", "localhost:80", "unix:/x"}) {
    EXPECT_TRUE(IsLoopback(address)) << address;
  }
  for (const char* address :
       {"", ":80", "0.0.0.0:80", "[::]:80", "10.0.0.1:80", "127.evil.example:80", "example:80"}) {
    EXPECT_FALSE(IsLoopback(address)) << address;
  }
}

TEST(PrincipalTest, NoInstitutionIsNotEveryInstitution) {
  Principal principal{"ana", "", Roles::Every()};
  EXPECT_FALSE(principal.ActsFor("gob"));
  EXPECT_FALSE(principal.ActsFor(""));
  principal.institution = "*";
  EXPECT_TRUE(principal.ActsFor("gob"));
  EXPECT_FALSE(principal.ActsFor(""));
}

TEST(RolesTest, NamesRoundTrip) {
  for (Role role : kAllRoles) EXPECT_EQ(ParseRole(RoleName(role)), role);
  EXPECT_EQ(ParseRole("king"), std::nullopt);
  EXPECT_EQ((Roles{Role::kSender, Role::kViewer}).ToString(), "viewer+sender");
}

TEST(AuthorizeTest, AMethodWithoutARowIsDeniedToEverybody) {
  Principal everything{"ana", "*", Roles::Every()};
  EXPECT_EQ(Authorize(nullptr, everything, "Check").code(), absl::StatusCode::kPermissionDenied);
}

TEST(AuthorizeTest, OneOfTheRolesIsEnoughAndNoneIsNot) {
  constexpr Permission kRow{"Check", {Role::kSender, Role::kAdmin}};
  EXPECT_TRUE(Authorize(&kRow, {"ana", "gob", {Role::kSender}}, "Check").ok());
  absl::Status denied = Authorize(&kRow, {"ana", "gob", {Role::kViewer}}, "Check");
  EXPECT_EQ(denied.code(), absl::StatusCode::kPermissionDenied);
  EXPECT_THAT(std::string(denied.message()), HasSubstr("sender+admin"));
}

TEST(TableFaultsTest, EveryMethodHasExactlyOneRow) {
  const auto& service = *grpc::health::v1::HealthCheckRequest::descriptor()->file()->service(0);
  constexpr Permission kComplete[] = {{"Check", {Role::kViewer}},
                                      {"Watch", {}, Permission::Scope::kPublic}};
  EXPECT_THAT(TableFaults(service, kComplete), IsEmpty());
  constexpr Permission kFaulty[] = {
      {"Check", {}}, {"Check", {Role::kViewer}}, {"Chekc", Roles::Every()}};
  EXPECT_THAT(TableFaults(service, kFaulty),
              ElementsAre("Watch has no row", "Check is open to no role", "Check has two rows",
                          "Chekc is no method"));
}

}  // namespace
}  // namespace athena::auth
