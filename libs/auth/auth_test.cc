#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <initializer_list>
#include <memory>
#include <string>
#include <utility>
#include <vector>

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
  ATHENA_ASSERT_OK_AND_ASSIGN(const auto principal,
                              TwoPrincipals()->Authenticate({"Bearer s3cret", {}, {}}));
  EXPECT_EQ(principal->subject, "hr-system");
  EXPECT_EQ(principal->institution, "gob");
  EXPECT_TRUE(principal->roles.Has(Role::kSender));
  EXPECT_TRUE(principal->roles.Has(Role::kViewer));
  EXPECT_FALSE(principal->roles.Has(Role::kPlanner));
}

TEST(StaticAuthenticatorTest, NoCredentialIsTheAnonymousPrincipal) {
  ATHENA_ASSERT_OK_AND_ASSIGN(const auto principal, TwoPrincipals()->Authenticate({"", {}, {}}));
  EXPECT_EQ(principal->subject, "guest");
}

TEST(StaticAuthenticatorTest, AnUnknownTokenIsRefusedWithoutRepeatingIt) {
  EXPECT_THAT(TwoPrincipals()->Authenticate({"Bearer guess-me", {}, {}}),
              StatusIs(absl::StatusCode::kUnauthenticated, Not(HasSubstr("guess-me"))));
}

TEST(StaticAuthenticatorTest, WithoutAnonymousPrincipalACredentialIsRequired) {
  ATHENA_ASSERT_OK_AND_ASSIGN(const auto only,
                              StaticAuthenticator::Create({"s3cret,hr-system,gob,sender"}));
  EXPECT_THAT(only->Authenticate({"", {}, {}}), StatusIs(absl::StatusCode::kUnauthenticated));
  EXPECT_THAT(only->Authenticate({"Basic s3cret", {}, {}}),
              StatusIs(absl::StatusCode::kUnauthenticated));
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

std::vector<std::string> Uris(std::initializer_list<std::string> uris) { return uris; }

const char kSenderUri[] = "spiffe://athena/institutions/gob/roles/sender+viewer/hr-system";
const char kServiceUri[] = "spiffe://athena/services/reporting";

TEST(CertificateAuthenticatorTest, AUriNamesTheCaller) {
  const std::vector<std::string> uris = Uris({"https://example.org/hr", kSenderUri});
  ATHENA_ASSERT_OK_AND_ASSIGN(const PrincipalPtr principal,
                              CertificateAuthenticator().Authenticate({"", uris, {}}));
  EXPECT_EQ(principal->subject, "hr-system");
  EXPECT_EQ(principal->institution, "gob");
  EXPECT_EQ(principal->roles.ToString(), "viewer, sender");
  EXPECT_EQ(principal->caller_uri, kSenderUri);
}

TEST(CertificateAuthenticatorTest, ACertificateWithoutNameIsNoCredential) {
  const CertificateAuthenticator certificates;
  for (const auto& uris :
       {Uris({}), Uris({"https://example.org/hr"}),
        Uris({"spiffe://other/institutions/gob/roles/admin/x"}), Uris({kServiceUri})}) {
    EXPECT_EQ(*certificates.Judge({"", uris, {}}), nullptr);
    EXPECT_THAT(certificates.Authenticate({"", uris, {}}),
                StatusIs(absl::StatusCode::kUnauthenticated));
  }
}

TEST(CertificateAuthenticatorTest, AMalformedNameOrSeveralAreRefused) {
  const CertificateAuthenticator certificates;
  const auto twice = Uris({kSenderUri, kServiceUri});
  EXPECT_THAT(certificates.Judge({"", twice, {}}),
              StatusIs(absl::StatusCode::kUnauthenticated, HasSubstr("several")));
  EXPECT_THAT(certificates.Judge({"", twice, kSenderUri}),
              StatusIs(absl::StatusCode::kUnauthenticated, HasSubstr("several")));
  EXPECT_THAT(certificates.Judge({"", Uris({"spiffe://athena/services/a/b"}), {}}),
              StatusIs(absl::StatusCode::kUnauthenticated));
}

TEST(CertificateAuthenticatorTest, AForwardedCallerIsBelievedFromServicesAlone) {
  const CertificateAuthenticator certificates;
  const auto service = Uris({kServiceUri});
  ATHENA_ASSERT_OK_AND_ASSIGN(const PrincipalPtr principal,
                              certificates.Judge({"", service, kSenderUri}));
  EXPECT_EQ(principal->subject, "hr-system");
  EXPECT_EQ(principal->caller_uri, kSenderUri);  // and goes on to the next service
  const char admin[] = "spiffe://athena/institutions/gob/roles/admin/hr-system";
  for (const auto& uris : {Uris({}), Uris({kSenderUri}), Uris({"https://example.org/hr"}),
                           Uris({"spiffe://other/services/reporting"})}) {
    EXPECT_THAT(certificates.Judge({"", uris, admin}),
                StatusIs(absl::StatusCode::kUnauthenticated, HasSubstr("services alone")));
  }
  EXPECT_THAT(certificates.Judge({"Bearer s3cret", service, admin}),
              StatusIs(absl::StatusCode::kUnauthenticated, HasSubstr("want one of them")));
  for (const std::string& malformed : {std::string(kServiceUri), std::string("gob"),
                                       std::string(admin) + "/more", std::string(100'000, 'a')}) {
    EXPECT_THAT(certificates.Judge({"", service, malformed}),
                StatusIs(absl::StatusCode::kUnauthenticated));
  }
}

TEST(AuthenticatorChainTest, ATokenCountsBeforeACertificateAndThatBeforeNothing) {
  AuthenticatorChain chain;
  chain.Add(std::make_unique<CertificateAuthenticator>());
  chain.Add(TwoPrincipals());
  const auto caller = Uris({"spiffe://athena/institutions/talent-brussels/roles/viewer/anna"});
  const auto service = Uris({kServiceUri});
  EXPECT_EQ((*chain.Authenticate({"Bearer s3cret", caller, {}}))->subject, "hr-system");
  EXPECT_EQ((*chain.Authenticate({"Bearer s3cret", service, {}}))->subject, "hr-system");
  EXPECT_EQ((*chain.Authenticate({"", caller, {}}))->subject, "anna");
  EXPECT_EQ((*chain.Authenticate({"", service, {}}))->subject, "guest");
  EXPECT_EQ((*chain.Authenticate({"", {}, {}}))->subject, "guest");
  // A fault is not passed over for the anonymous principal.
  EXPECT_THAT(chain.Authenticate({"Bearer guess-me", caller, {}}),
              StatusIs(absl::StatusCode::kUnauthenticated, Not(HasSubstr("guess-me"))));
  EXPECT_THAT(chain.Authenticate({"", Uris({"spiffe://athena/institutions/gob"}), {}}),
              StatusIs(absl::StatusCode::kUnauthenticated));
  EXPECT_THAT(chain.Authenticate({"", {}, kSenderUri}),
              StatusIs(absl::StatusCode::kUnauthenticated));
}

TEST(AuthenticatorChainTest, WithoutCertificatesNoForwardedCallerIsTaken) {
  EXPECT_THAT(TwoPrincipals()->Authenticate({"", {}, kSenderUri}),
              StatusIs(absl::StatusCode::kUnauthenticated, HasSubstr("athena-caller")));
  EXPECT_THAT(TwoPrincipals()->Authenticate({"Bearer s3cret", {}, kSenderUri}),
              StatusIs(absl::StatusCode::kUnauthenticated, HasSubstr("athena-caller")));
}

TEST(AuthenticatorChainTest, IsSafeBeyondLoopbackIfAllOfItAre) {
  AuthenticatorChain chain;
  chain.Add(std::make_unique<CertificateAuthenticator>());
  EXPECT_TRUE(chain.SafeBeyondLoopback());
  chain.Add(TwoPrincipals());
  EXPECT_FALSE(chain.SafeBeyondLoopback());
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
