// Institutions and their units.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/status/status.h"
#include "libs/status/testing/matchers.h"
#include "services/plan/testing/service.h"

namespace athena::plan {
namespace {

using ::testing::ElementsAre;
using testing::FaultyFields;
using ::testing::IsEmpty;
using testing::Rpc;
using ::testing::UnorderedElementsAre;

class InstitutionsTest : public testing::ServiceTest {
 protected:
  static std::vector<std::string> Names(const v1::ListInstitutionsResponse& page) {
    std::vector<std::string> names;
    for (const v1::Institution& row : page.institutions()) names.push_back(row.name());
    return names;
  }
};

TEST_F(InstitutionsTest, CreatingFillsInNameTimesRevisionAndTheDefaultTimeZone) {
  const auto made = Call(&Rpc::CreateInstitution,
                         R"(institution_id: "gob" reason: "new"
                            institution { name: "ignored"
                                          display_name { text { key: "fr" value: "SPRB" } } })",
                         "gob-admin");
  ATHENA_ASSERT_OK(made);
  EXPECT_EQ(made->name(), "institutions/gob");
  EXPECT_EQ(made->display_name().text().at("fr"), "SPRB");
  EXPECT_EQ(made->time_zone(), "Europe/Brussels");
  EXPECT_EQ(made->revision(), 1);
  EXPECT_EQ(made->create_time().seconds(), kStart + 1);
  EXPECT_EQ(made->update_time().seconds(), kStart + 1);
  EXPECT_NE(made->etag(), "");
  const auto read = Call(&Rpc::GetInstitution, R"(name: "institutions/gob")", "gob-viewer");
  ATHENA_ASSERT_OK(read);
  EXPECT_EQ(read->DebugString(), made->DebugString());
}

TEST_F(InstitutionsTest, CreatingNamesEveryFieldAtFault) {
  const auto refused = Call(&Rpc::CreateInstitution,
                            R"(institution_id: "Gob" institution { time_zone: "Mars/Olympus" })");
  EXPECT_EQ(status::Reason(refused.status()), "INVALID_FIELDS");
  EXPECT_THAT(
      FaultyFields(refused.status()),
      UnorderedElementsAre("institution_id", "institution.display_name", "institution.time_zone"));
}

TEST_F(InstitutionsTest, ATakenIdIsRefused) {
  MakeInstitution("gob");
  const auto again = Call(&Rpc::CreateInstitution,
                          R"(institution_id: "gob"
                             institution { display_name { text { key: "nl" value: "x" } } })");
  EXPECT_EQ(again.status().code(), absl::StatusCode::kAlreadyExists);
  EXPECT_EQ(status::Reason(again.status()), "RESOURCE_EXISTS");
}

TEST_F(InstitutionsTest, WhatIsNotThereIsNotFound) {
  const auto read = Call(&Rpc::GetInstitution, R"(name: "institutions/gob")");
  EXPECT_EQ(read.status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(status::MetadataValue(read.status(), "resource"), "institutions/gob");
  EXPECT_THAT(FaultyFields(Call(&Rpc::GetInstitution, R"(name: "gob")").status()),
              ElementsAre("name"));
  EXPECT_THAT(FaultyFields(Call(&Rpc::GetInstitution, "").status()), ElementsAre("name"));
}

TEST_F(InstitutionsTest, AnUpdateTakesWhatTheMaskNamesAndKeepsTheRest) {
  MakeInstitution("gob");
  const auto changed = Call(&Rpc::UpdateInstitution,
                            R"(institution { name: "institutions/gob" time_zone: "Europe/Paris"
                                             display_name { text { key: "en" value: "new" } } }
                               update_mask { paths: "time_zone" })",
                            "gob-admin");
  ATHENA_ASSERT_OK(changed);
  EXPECT_EQ(changed->time_zone(), "Europe/Paris");
  EXPECT_EQ(changed->display_name().text().at("nl"), "gob");
  EXPECT_EQ(changed->display_name().text().count("en"), 0U);
  EXPECT_EQ(changed->revision(), 2);
  EXPECT_EQ(changed->create_time().seconds(), kStart + 1);
  EXPECT_EQ(changed->update_time().seconds(), kStart + 2);
}

TEST_F(InstitutionsTest, AnUpdateThatClearsTheTimeZoneRestoresTheDefault) {
  MakeInstitution("gob");
  ASSERT_TRUE(
      Call(&Rpc::UpdateInstitution, R"(institution { name: "institutions/gob" time_zone: "UTC" })")
          .ok());
  const auto cleared = Call(&Rpc::UpdateInstitution, R"(institution { name: "institutions/gob" }
                                                        update_mask { paths: "time_zone" })");
  ATHENA_ASSERT_OK(cleared);
  EXPECT_EQ(cleared->time_zone(), "Europe/Brussels");
}

TEST_F(InstitutionsTest, AnUpdateIsRefusedByFieldByEtagAndWhenThereIsNothing) {
  const auto missing = Call(&Rpc::UpdateInstitution, R"(institution { name: "institutions/gob" })");
  EXPECT_EQ(missing.status().code(), absl::StatusCode::kNotFound);
  MakeInstitution("gob");
  EXPECT_THAT(FaultyFields(Call(&Rpc::UpdateInstitution,
                                R"(institution { name: "institutions/gob"
                                                 display_name { text { key: "n" value: "x" } } }
                                   update_mask { paths: "display_name" paths: "colour" })")
                               .status()),
              UnorderedElementsAre("update_mask", "institution.display_name.text"));
  EXPECT_THAT(
      FaultyFields(Call(&Rpc::UpdateInstitution, R"(institution { name: "gob" })").status()),
      ElementsAre("institution.name"));
  const auto stale =
      Call(&Rpc::UpdateInstitution, R"(institution { name: "institutions/gob" etag: "\"7\"" })");
  EXPECT_EQ(stale.status().code(), absl::StatusCode::kAborted);
  EXPECT_EQ(status::Reason(stale.status()), "ETAG_MISMATCH");
}

TEST_F(InstitutionsTest, AnUpdateThatChangesNothingIsNoRevision) {
  MakeInstitution("gob");
  const auto same =
      Call(&Rpc::UpdateInstitution,
           R"(institution { name: "institutions/gob" time_zone: "Europe/Brussels" })");
  ATHENA_ASSERT_OK(same);
  EXPECT_EQ(same->revision(), 1);
  EXPECT_EQ(same->update_time().seconds(), kStart + 1);
}

TEST_F(InstitutionsTest, AnInstitutionIsReadAsItWas) {
  MakeInstitution("gob");  // kStart + 1
  ASSERT_TRUE(Call(&Rpc::UpdateInstitution,
                   R"(institution { name: "institutions/gob" time_zone: "UTC" })")
                  .ok());  // kStart + 2
  const auto zone = [&](const std::string& as_of) {
    const auto read = Call(&Rpc::GetInstitution,
                           absl::StrCat(R"(name: "institutions/gob" as_of { )", as_of, " }"));
    return read.ok() ? read->time_zone() : status::Reason(read.status());
  };
  EXPECT_EQ(zone("revision: 1"), "Europe/Brussels");
  EXPECT_EQ(zone("revision: 2"), "UTC");
  EXPECT_EQ(zone("revision: 3"), "FUTURE_AS_OF");
  EXPECT_EQ(zone(absl::StrCat("time { seconds: ", kStart, "}")), "RESOURCE_NOT_FOUND");
  EXPECT_EQ(zone(absl::StrCat("time { seconds: ", kStart + 1, "}")), "Europe/Brussels");
  EXPECT_EQ(zone(absl::StrCat("time { seconds: ", kStart + 1, " nanos: 999999999}")),
            "Europe/Brussels");
  EXPECT_EQ(zone(absl::StrCat("time { seconds: ", kStart + 2, "}")), "UTC");
  EXPECT_EQ(zone(absl::StrCat("time { seconds: ", kStart + 1000, "}")), "FUTURE_AS_OF");
}

TEST_F(InstitutionsTest, EachCallerListsTheInstitutionsItMayRead) {
  MakeInstitution("tal");
  MakeInstitution("gob");
  EXPECT_THAT(Names(*Call(&Rpc::ListInstitutions, "", "gob-viewer")),
              ElementsAre("institutions/gob"));
  EXPECT_THAT(Names(*Call(&Rpc::ListInstitutions, "", "everyone")),
              ElementsAre("institutions/gob", "institutions/tal"));
}

TEST_F(InstitutionsTest, APrincipalWithoutItsInstitutionListsNone) {
  MakeInstitution("tal");
  EXPECT_THAT(Names(*Call(&Rpc::ListInstitutions, "", "gob-viewer")), IsEmpty());
}

TEST_F(InstitutionsTest, InstitutionsComeInPages) {
  for (const char* id : {"c", "a", "b"}) {
    ASSERT_TRUE(Call(&Rpc::CreateInstitution,
                     absl::StrCat(R"(institution_id: ")", id,
                                  R"(" institution { display_name { text { key: "nl"
                                                                           value: "x" } } })"),
                     "everyone")
                    .ok());
  }
  const auto first = Call(&Rpc::ListInstitutions, "page_size: 2", "everyone");
  ATHENA_ASSERT_OK(first);
  EXPECT_THAT(Names(*first), ElementsAre("institutions/a", "institutions/b"));
  v1::ListInstitutionsRequest next;
  next.set_page_token(first->next_page_token());
  const auto second = Call(&Rpc::ListInstitutions, next, "everyone");
  ATHENA_ASSERT_OK(second);
  EXPECT_THAT(Names(*second), ElementsAre("institutions/c"));
  EXPECT_EQ(second->next_page_token(), "");
  EXPECT_THAT(FaultyFields(Call(&Rpc::ListInstitutions, "page_size: -1").status()),
              ElementsAre("page_size"));
  EXPECT_EQ(status::Reason(Call(&Rpc::ListInstitutions, R"(page_token: "x")").status()),
            "INVALID_PAGE_TOKEN");
}

class UnitsTest : public testing::ServiceTest {
 protected:
  UnitsTest() { MakeInstitution("gob"); }

  static std::vector<std::string> Ids(const v1::ListUnitsResponse& page) {
    std::vector<std::string> ids;
    for (const v1::Unit& row : page.units()) {
      ids.push_back(row.name().substr(std::string("institutions/gob/units/").size()));
    }
    return ids;
  }
};

TEST_F(UnitsTest, AUnitIsCreatedAndRead) {
  const auto made = Call(&Rpc::CreateUnit,
                         R"(parent: "institutions/gob" unit_id: "bcit"
                            unit { display_name { text { key: "nl" value: "BCIT" } } })",
                         "gob-planner");
  ATHENA_ASSERT_OK(made);
  EXPECT_EQ(made->name(), "institutions/gob/units/bcit");
  EXPECT_EQ(made->revision(), 2);
  const auto read = Call(&Rpc::GetUnit, R"(name: "institutions/gob/units/bcit")", "gob-viewer");
  ATHENA_ASSERT_OK(read);
  EXPECT_EQ(read->DebugString(), made->DebugString());
}

TEST_F(UnitsTest, CreatingNamesEveryFieldAtFault) {
  EXPECT_THAT(FaultyFields(Call(&Rpc::CreateUnit,
                                R"(parent: "institutions/gob" unit_id: "-"
                                   unit { parent_unit: "institutions/gob" })")
                               .status()),
              UnorderedElementsAre("unit_id", "unit.display_name", "unit.parent_unit"));
  EXPECT_THAT(FaultyFields(Call(&Rpc::CreateUnit, R"(parent: "gob")").status()),
              UnorderedElementsAre("parent", "unit_id", "unit.display_name"));
}

TEST_F(UnitsTest, AUnitNeedsAnInstitutionAndAFreeId) {
  const std::string unit =
      R"( unit_id: "u" unit { display_name { text { key: "nl" value: "u" } } })";
  EXPECT_EQ(
      Call(&Rpc::CreateUnit, R"(parent: "institutions/tal")" + unit, "tal-all").status().code(),
      absl::StatusCode::kNotFound);
  ATHENA_ASSERT_OK(Call(&Rpc::CreateUnit, R"(parent: "institutions/gob")" + unit));
  EXPECT_EQ(Call(&Rpc::CreateUnit, R"(parent: "institutions/gob")" + unit).status().code(),
            absl::StatusCode::kAlreadyExists);
  EXPECT_EQ(Call(&Rpc::GetUnit, R"(name: "institutions/gob/units/none")").status().code(),
            absl::StatusCode::kNotFound);
}

TEST_F(UnitsTest, AParentExistsIsOfTheSameInstitutionAndIsNotPartOfTheUnit) {
  MakeUnit("a");
  MakeUnit("b", "institutions/gob/units/a");
  MakeUnit("c", "institutions/gob/units/b");
  const auto put_a_below = [&](const std::string& parent) {
    return Call(&Rpc::UpdateUnit, absl::StrCat(R"(unit { name: "institutions/gob/units/a"
                                                         parent_unit: ")",
                                               parent, R"(" })"))
        .status();
  };
  for (const char* parent :
       {"institutions/gob/units/a", "institutions/gob/units/b", "institutions/gob/units/c",
        "institutions/gob/units/none", "institutions/tal/units/a", "c"}) {
    EXPECT_THAT(FaultyFields(put_a_below(parent)), ElementsAre("unit.parent_unit")) << parent;
  }
}

TEST_F(UnitsTest, AUnitMovesAndComesBackToTheTop) {
  MakeUnit("a");
  MakeUnit("b", "institutions/gob/units/a");
  const auto moved = Call(&Rpc::UpdateUnit, R"(unit { name: "institutions/gob/units/b" }
                                               update_mask { paths: "parent_unit" })",
                          "gob-admin");
  ATHENA_ASSERT_OK(moved);
  EXPECT_EQ(moved->parent_unit(), "");
  EXPECT_EQ(moved->display_name().text().at("nl"), "b");
}

TEST_F(UnitsTest, AUnitThatIsNamedElsewhereIsNotDeleted) {
  MakeUnit("a");
  MakeUnit("b", "institutions/gob/units/a");
  MakeUnit("c");
  MakePlan("p1");
  MakeElement("e", "1", "ACTION", "", R"(owner_unit: "institutions/gob/units/b"
                                         contributors: "institutions/gob/units/c")");
  const auto user = [&](const std::string& id) {
    const auto refused =
        Call(&Rpc::DeleteUnit, absl::StrCat(R"(name: "institutions/gob/units/)", id, R"(")"));
    EXPECT_EQ(refused.status().code(), absl::StatusCode::kFailedPrecondition);
    EXPECT_EQ(status::Reason(refused.status()), "UNIT_IN_USE");
    return status::MetadataValue(refused.status(), "user");
  };
  EXPECT_EQ(user("a"), "institutions/gob/units/b");
  EXPECT_EQ(user("b"), "institutions/gob/plans/p1/elements/e");
  EXPECT_EQ(user("c"), "institutions/gob/plans/p1/elements/e");
  ATHENA_ASSERT_OK(Call(&Rpc::DeletePlan, R"(name: "institutions/gob/plans/p1")"));
  ATHENA_EXPECT_OK(Call(&Rpc::DeleteUnit, R"(name: "institutions/gob/units/b")", "gob-admin"));
  ATHENA_EXPECT_OK(Call(&Rpc::DeleteUnit, R"(name: "institutions/gob/units/a")"));
  EXPECT_THAT(Ids(*Call(&Rpc::ListUnits, R"(parent: "institutions/gob")")), ElementsAre("c"));
}

TEST_F(UnitsTest, AnUpdateNeedsTheCurrentEtag) {
  const v1::Unit unit = MakeUnit("a");
  v1::UpdateUnitRequest request;
  request.mutable_unit()->set_name(unit.name());
  request.mutable_unit()->set_etag(unit.etag());
  (*request.mutable_unit()->mutable_display_name()->mutable_text())["nl"] = "new";
  const auto changed = Call(&Rpc::UpdateUnit, request);
  ATHENA_ASSERT_OK(changed);
  EXPECT_NE(changed->etag(), unit.etag());
  const auto stale = Call(&Rpc::UpdateUnit, request);
  EXPECT_EQ(status::Reason(stale.status()), "ETAG_MISMATCH");
  EXPECT_EQ(
      Call(&Rpc::UpdateUnit, R"(unit { name: "institutions/gob/units/none" })").status().code(),
      absl::StatusCode::kNotFound);
  EXPECT_THAT(FaultyFields(Call(&Rpc::UpdateUnit, R"(unit { name: "a" })").status()),
              ElementsAre("unit.name"));
}

TEST_F(UnitsTest, ARepeatedRequestChangesNothingAndAnotherOneIsRefused) {
  const std::string request = R"(parent: "institutions/gob" unit_id: "u" request_id: "r1"
                                 unit { display_name { text { key: "nl" value: "u" } } })";
  const auto first = Call(&Rpc::CreateUnit, request);
  const auto again = Call(&Rpc::CreateUnit, request);
  ATHENA_ASSERT_OK(first);
  ATHENA_ASSERT_OK(again);
  EXPECT_EQ(again->DebugString(), first->DebugString());
  const auto other = Call(&Rpc::CreateUnit, R"(parent: "institutions/gob" unit_id: "v"
                                               request_id: "r1"
                                               unit { display_name { text { key: "nl"
                                                                            value: "v" } } })");
  EXPECT_EQ(other.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(status::Reason(other.status()), "REQUEST_ID_REUSED");
  // Another caller's ids are its own.
  EXPECT_EQ(Call(&Rpc::CreateUnit, request, "gob-planner").status().code(),
            absl::StatusCode::kAlreadyExists);
}

TEST_F(UnitsTest, APageShowsTheRevisionThatTheFirstOneShowed) {
  for (const char* id : {"a", "c", "e"}) MakeUnit(id);
  const auto first = Call(&Rpc::ListUnits, R"(parent: "institutions/gob" page_size: 2)");
  ATHENA_ASSERT_OK(first);
  EXPECT_THAT(Ids(*first), ElementsAre("a", "c"));
  MakeUnit("d");
  v1::ListUnitsRequest next;
  next.set_parent("institutions/gob");
  next.set_page_token(first->next_page_token());
  const auto second = Call(&Rpc::ListUnits, next);
  ATHENA_ASSERT_OK(second);
  EXPECT_THAT(Ids(*second), ElementsAre("e"));
  EXPECT_EQ(second->next_page_token(), "");
  EXPECT_THAT(Ids(*Call(&Rpc::ListUnits, R"(parent: "institutions/gob")")),
              ElementsAre("a", "c", "d", "e"));
  next.mutable_as_of()->set_revision(1);
  EXPECT_EQ(status::Reason(Call(&Rpc::ListUnits, next).status()), "INVALID_PAGE_TOKEN");
}

TEST_F(UnitsTest, UnitsAreListedAndReadAsTheyWere) {
  MakeUnit("a");  // revision 2
  MakeUnit("b");  // revision 3
  EXPECT_THAT(Ids(*Call(&Rpc::ListUnits, R"(parent: "institutions/gob" as_of { revision: 2 })")),
              ElementsAre("a"));
  EXPECT_EQ(Call(&Rpc::GetUnit, R"(name: "institutions/gob/units/b" as_of { revision: 2 })")
                .status()
                .code(),
            absl::StatusCode::kNotFound);
  EXPECT_THAT(FaultyFields(Call(&Rpc::ListUnits, R"(parent: "gob" page_size: -1)").status()),
              UnorderedElementsAre("parent", "page_size"));
}

}  // namespace
}  // namespace athena::plan
