#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "libs/auth/authenticator.h"
#include "libs/auth/principal.h"
#include "libs/status/testing/matchers.h"

namespace athena::auth {
namespace {

using status::testing::StatusIs;
using ::testing::HasSubstr;
using ::testing::Not;

std::unique_ptr<StaticAuthenticator> TwoPrincipals() {
  return StaticAuthenticator::Create(
             {"s3cret,hr-system,gob,sender+viewer", ",guest,talent-brussels,viewer"})
      .value();
}

TEST(StaticAuthenticatorTest, ABearerTokenNamesItsPrincipal) {
  ATHENA_ASSERT_OK_AND_ASSIGN(const auto principal, TwoPrincipals()->Authenticate("Bearer s3cret"));
  EXPECT_EQ(principal->subject, "hr-system");
  EXPECT_EQ(principal->institution, "gob");
  EXPECT_TRUE(principal->roles.Has(Role::kSender));
  EXPECT_TRUE(principal->roles.Has(Role::kViewer));
  EXPECT_FALSE(principal->roles.Has(Role::kPlanner));
}

TEST(StaticAuthenticatorTest, NoCredentialIsTheAnonymousPrincipal) {
  ATHENA_ASSERT_OK_AND_ASSIGN(const auto principal, TwoPrincipals()->Authenticate(""));
  EXPECT_EQ(principal->subject, "guest");
}

TEST(StaticAuthenticatorTest, AnUnknownTokenIsRefusedWithoutRepeatingIt) {
  EXPECT_THAT(TwoPrincipals()->Authenticate("Bearer guess-me"),
              StatusIs(absl::StatusCode::kUnauthenticated, Not(HasSubstr("guess-me"))));
}

TEST(StaticAuthenticatorTest, WithoutAnonymousPrincipalACredentialIsRequired) {
  ATHENA_ASSERT_OK_AND_ASSIGN(const auto only,
                              StaticAuthenticator::Create({"s3cret,hr-system,gob,sender"}));
  EXPECT_THAT(only->Authenticate(""), StatusIs(absl::StatusCode::kUnauthenticated));
  EXPECT_THAT(only->Authenticate("Basic s3cret"), StatusIs(absl::StatusCode::kUnauthenticated));
}

TEST(StaticAuthenticatorTest, MalformedDefinitionsAreRefused) {
  for (const std::string definition : {"a,b,c", "a,b,c,chief", "a,,c,viewer", "a,b,,viewer"}) {
    EXPECT_THAT(StaticAuthenticator::Create({definition}),
                StatusIs(absl::StatusCode::kInvalidArgument))
        << definition;
  }
  EXPECT_THAT(StaticAuthenticator::Create({"a,b,c,viewer", "a,d,c,viewer"}),
              StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST(PrincipalTest, BelongsToItsOwnInstitutionOnly) {
  const Principal own{.subject = "x", .institution = "gob", .roles = {Role::kViewer}};
  ATHENA_EXPECT_OK(own.RequireInstitution("gob", "read plans"));
  EXPECT_THAT(own.RequireInstitution("gob2", "read plans"),
              StatusIs(absl::StatusCode::kPermissionDenied));
  const Principal every{.subject = "x", .institution = "*", .roles = Roles::Any()};
  ATHENA_EXPECT_OK(every.RequireInstitution("gob", "read plans"));
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
