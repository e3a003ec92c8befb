#include "libs/auth/caller_uri.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "libs/status/testing/matchers.h"

namespace athena::auth {
namespace {

using status::testing::IsOk;
using status::testing::StatusIs;
using ::testing::HasSubstr;

TEST(CallerUriTest, NamesInstitutionRolesAndSubject) {
  ATHENA_ASSERT_OK_AND_ASSIGN(
      const auto principal,
      PrincipalOfUri("spiffe://athena/institutions/talent-brussels/roles/planner/a.b_c-d@e"));
  EXPECT_EQ(principal->institution, "talent-brussels");
  EXPECT_EQ(principal->roles.ToString(), "planner");
  EXPECT_EQ(principal->subject, "a.b_c-d@e");
  EXPECT_EQ(
      (*PrincipalOfUri("spiffe://athena/institutions/*/roles/admin+auditor/operator"))->institution,
      "*");
}

TEST(CallerUriTest, OtherFormsAreRefused) {
  for (const std::string& uri : std::vector<std::string>{
           "",
           "spiffe://athena/",
           "spiffe://athena/services/plan",
           "spiffe://other/institutions/gob/roles/viewer/x",
           "SPIFFE://athena/institutions/gob/roles/viewer/x",
           "spiffe://athena.example.org/institutions/gob/roles/viewer/x",
           "spiffe://athena/institutions/gob/roles/viewer",
           "spiffe://athena/institutions/gob/roles/viewer/",
           "spiffe://athena/institutions/gob/roles/viewer/x/",
           "spiffe://athena/institutions/gob/roles/viewer/x/y",
           "spiffe://athena/institutions//roles/viewer/x",
           "spiffe://athena/institutions/GOB/roles/viewer/x",
           "spiffe://athena/institutions/gob*/roles/viewer/x",
           "spiffe://athena/institutions/../roles/viewer/x",
           "spiffe://athena/institutions/gob/role/viewer/x",
           "spiffe://athena/roles/viewer/institutions/gob/x",
           "spiffe://athena/institutions/gob/roles//x",
           "spiffe://athena/institutions/gob/roles/viewer+/x",
           "spiffe://athena/institutions/gob/roles/all/x",
           "spiffe://athena/institutions/gob/roles/viewer%2Badmin/x",
           "spiffe://athena/institutions/gob/roles/viewer/.x",
           "spiffe://athena/institutions/gob/roles/viewer/x y",
           "spiffe://athena/institutions/gob/roles/viewer/x\n",
           std::string("spiffe://athena/institutions/gob/roles/viewer/x\0y", 49),
           "spiffe://athena/institutions/gob/roles/viewer/x?y",
           "spiffe://athena/institutions/gob/roles/viewer/\xC3\xA9",
       }) {
    EXPECT_THAT(PrincipalOfUri(uri), StatusIs(absl::StatusCode::kUnauthenticated)) << uri;
  }
  EXPECT_THAT(PrincipalOfUri("spiffe://athena/institutions/gob/roles/viewer+chief/x"),
              StatusIs(absl::StatusCode::kUnauthenticated, HasSubstr("unknown role")));
}

TEST(CallerUriTest, SubjectsAreBounded) {
  const std::string uri = "spiffe://athena/institutions/gob/roles/viewer/";
  EXPECT_THAT(PrincipalOfUri(uri + std::string(kMaxSubjectBytes, 's')), IsOk());
  EXPECT_THAT(PrincipalOfUri(uri + std::string(kMaxSubjectBytes + 1, 's')),
              StatusIs(absl::StatusCode::kUnauthenticated));
}

// Every role, and institution and subject of the greatest length.
TEST(CallerUriTest, TheLongestNameFits) {
  std::string roles;
  for (int i = 0; i < kRoleCount; ++i) {
    roles += (i == 0 ? "" : "+") + std::string(RoleName(static_cast<Role>(i)));
  }
  const std::string uri = "spiffe://athena/institutions/" + std::string(63, 'i') + "/roles/" +
                          roles + "/" + std::string(kMaxSubjectBytes, 's');
  EXPECT_LE(uri.size(), kMaxCallerUriBytes);
  EXPECT_THAT(PrincipalOfUri(uri), IsOk());
}

TEST(CallerUriTest, ServicesHaveNamesOfTheirOwn) {
  EXPECT_TRUE(IsServiceUri("spiffe://athena/services/plan"));
  for (const std::string uri :
       {"spiffe://athena/services/", "spiffe://athena/services/plan/x", "spiffe://athena/services",
        "spiffe://other/services/plan", "spiffe://athena/institutions/services/roles/viewer/x",
        "https://athena/services/plan", "spiffe://athena/services/Plan"}) {
    EXPECT_FALSE(IsServiceUri(uri)) << uri;
  }
}

}  // namespace
}  // namespace athena::auth
