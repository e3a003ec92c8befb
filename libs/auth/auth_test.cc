#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "libs/auth/authenticator.h"
#include "libs/auth/principal.h"

namespace athena::auth {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::unique_ptr<StaticAuthenticator> TwoPrincipals() {
  auto made = StaticAuthenticator::Create(
      {"s3cret,hr-system,gob,sender+viewer", ",guest,talent-brussels,viewer"});
  EXPECT_TRUE(made.ok()) << made.status();
  return std::move(made).value();
}

TEST(StaticAuthenticatorTest, ABearerTokenNamesItsPrincipal) {
  const auto principal = TwoPrincipals()->Authenticate("Bearer s3cret");
  ASSERT_TRUE(principal.ok());
  EXPECT_EQ((*principal)->subject, "hr-system");
  EXPECT_EQ((*principal)->institution, "gob");
  EXPECT_TRUE((*principal)->roles.Has(Role::kSender));
  EXPECT_TRUE((*principal)->roles.Has(Role::kViewer));
  EXPECT_FALSE((*principal)->roles.Has(Role::kPlanner));
}

TEST(StaticAuthenticatorTest, NoCredentialIsTheAnonymousPrincipal) {
  const auto principal = TwoPrincipals()->Authenticate("");
  ASSERT_TRUE(principal.ok());
  EXPECT_EQ((*principal)->subject, "guest");
}

TEST(StaticAuthenticatorTest, AnUnknownTokenIsRefusedWithoutRepeatingIt) {
  const auto principal = TwoPrincipals()->Authenticate("Bearer guess-me");
  EXPECT_EQ(principal.status().code(), absl::StatusCode::kUnauthenticated);
  EXPECT_THAT(std::string(principal.status().message()), Not(HasSubstr("guess-me")));
}

TEST(StaticAuthenticatorTest, WithoutAnonymousPrincipalACredentialIsRequired) {
  auto only = StaticAuthenticator::Create({"s3cret,hr-system,gob,sender"});
  ASSERT_TRUE(only.ok());
  EXPECT_EQ((*only)->Authenticate("").status().code(), absl::StatusCode::kUnauthenticated);
  EXPECT_EQ((*only)->Authenticate("Basic s3cret").status().code(),
            absl::StatusCode::kUnauthenticated);
}

TEST(StaticAuthenticatorTest, MalformedDefinitionsAreRefused) {
  for (const std::string definition : {"a,b,c", "a,b,c,chief", "a,,c,viewer", "a,b,,viewer"}) {
    EXPECT_EQ(StaticAuthenticator::Create({definition}).status().code(),
              absl::StatusCode::kInvalidArgument)
        << definition;
  }
  EXPECT_EQ(StaticAuthenticator::Create({"a,b,c,viewer", "a,d,c,viewer"}).status().code(),
            absl::StatusCode::kInvalidArgument);
}

TEST(PrincipalTest, BelongsToItsOwnInstitutionOnly) {
  const Principal own{.subject = "x", .institution = "gob", .roles = {Role::kViewer}};
  EXPECT_TRUE(own.RequireInstitution("gob", "read plans").ok());
  EXPECT_EQ(own.RequireInstitution("gob2", "read plans").code(),
            absl::StatusCode::kPermissionDenied);
  const Principal every{.subject = "x", .institution = "*", .roles = Roles::Any()};
  EXPECT_TRUE(every.RequireInstitution("gob", "read plans").ok());
}

TEST(RolesTest, NamesReadBack) {
  for (int i = 0; i < kRoleCount; ++i) {
    const Role role = static_cast<Role>(i);
    EXPECT_EQ(RoleNamed(RoleName(role)), role);
  }
  EXPECT_EQ(Roles({Role::kSender, Role::kPlanner}).ToString(), "sender, planner");
  EXPECT_FALSE(Roles({Role::kSender}).Intersects(Roles({Role::kPlanner})));
}

}  // namespace
}  // namespace athena::auth
