// The life of elements in a plan that is in force, their steering structure, and the lists that
// planners ask for. rules/lifecycle_test.cc has every case of the rule itself.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "libs/status/status.h"
#include "libs/status/testing/matchers.h"
#include "services/plan/testing/service.h"

namespace athena::plan {
namespace {

using ::athena::status::testing::IsOk;
using ::athena::status::testing::Refuses;
using ::athena::status::testing::StatusIs;
using ::testing::ElementsAre;
using testing::FaultyFields;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::Rpc;
using ::testing::UnorderedElementsAre;

class ElementLifeTest : public testing::PlanTest {
 protected:
  ElementLifeTest() { GoTo(2022, 3, 31); }

  // Midnight in Brussels: the first second of that day is the next call's.
  void GoTo(int year, int month, int day) {
    absl::TimeZone brussels;
    ASSERT_TRUE(absl::LoadTimeZone("Europe/Brussels", &brussels));
    clock_.Set(absl::FromCivil(absl::CivilDay(year, month, day), brussels) - absl::Seconds(1));
  }
  void Activate() {
    ASSERT_THAT(Call(&Rpc::ActivatePlan, R"(name: "institutions/gob/plans/p1")"), IsOk());
  }
  absl::StatusOr<v1::Element> Update(const std::string& fields, const std::string& rest = "") {
    return Call(&Rpc::UpdateElement,
                absl::StrCat(R"(element { name: "institutions/gob/plans/p1/elements/a" )", fields,
                             " } ", rest));
  }
  std::vector<std::string> Codes(const std::string& filter) {
    v1::ListElementsRequest request;
    request.set_parent("institutions/gob/plans/p1");
    request.set_filter(filter);
    const auto list = Call(&Rpc::ListElements, request);
    EXPECT_THAT(list, IsOk()) << filter;
    std::vector<std::string> codes;
    if (!list.ok()) return codes;
    for (const v1::Element& element : list->elements()) codes.push_back(element.code());
    return codes;
  }
};

TEST_F(ElementLifeTest, WhatSaysNoStateIsPlanned) {
  EXPECT_EQ(MakeElement("a", "1").state(), v1::Element::STATE_PLANNED);
  const auto cleared = Update("", R"(update_mask { paths: "state" })");
  ASSERT_THAT(cleared, IsOk());
  EXPECT_EQ(cleared->state(), v1::Element::STATE_PLANNED);
}

TEST_F(ElementLifeTest, AnyStateFollowsAnyOtherWhileThePlanIsADraft) {
  MakeElement("a", "1", "ACTION", "", "state: STATE_PROPOSED");
  EXPECT_THAT(Update("state: STATE_COMPLETED completed_on { year: 2030 month: 1 day: 1 }"), IsOk());
  EXPECT_THAT(Update("state: STATE_PROPOSED"), IsOk());
}

TEST_F(ElementLifeTest, AStateOfAnActivePlanFollowsAsItMay) {
  MakeElement("a", "1", "ACTION", "", "state: STATE_PROPOSED");
  Activate();
  const auto skipped = Update("state: STATE_IN_PROGRESS");
  EXPECT_THAT(FaultyFields(skipped.status()), ElementsAre("element.state"));
  EXPECT_THAT(skipped,
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("what may follow PROPOSED: PLANNED, DEFERRED, CANCELLED")));
  EXPECT_THAT(Update("state: STATE_PLANNED"), IsOk());
  EXPECT_THAT(Update("state: STATE_IN_PROGRESS"), IsOk());
  const std::string completed = "state: STATE_COMPLETED completed_on { year: 2022 month: 3 day: ";
  EXPECT_THAT(Update(completed + "30 }"), IsOk());
  EXPECT_THAT(FaultyFields(Update("state: STATE_CANCELLED "
                                  "cancelled_on { year: 2022 month: 3 day: 31 }")
                               .status()),
              ElementsAre("element.state"));
}

TEST_F(ElementLifeTest, WhatWasOverIsTakenUpAgainWithAReasonAndADay) {
  MakeElement("a", "1", "ACTION", "",
              "state: STATE_COMPLETED completed_on { year: 2022 month: 3 day: 1 }");
  Activate();
  EXPECT_THAT(FaultyFields(Update("state: STATE_IN_PROGRESS").status()),
              UnorderedElementsAre("reason", "element.resumed_on"));
  const std::string resumed = "state: STATE_IN_PROGRESS resumed_on { year: 2022 month: 3 day: ";
  EXPECT_THAT(FaultyFields(Update(resumed + "15 }").status()), ElementsAre("reason"));
  EXPECT_THAT(Update(resumed + "15 }", R"(reason: "the supplier withdrew" validate_only: true)"),
              IsOk());
  // Or it never was.
  EXPECT_THAT(Update("state: STATE_IN_PROGRESS",
                     R"(update_mask { paths: "state" paths: "completed_on" } reason: "a mistake")"),
              IsOk());
}

TEST_F(ElementLifeTest, ADayIsNotInTheFutureOfTheInstitution) {
  MakeElement("a", "1", "ACTION", "", "state: STATE_IN_PROGRESS");
  Activate();
  const auto complete = [&](int day) {
    return Update(
        absl::StrCat("state: STATE_COMPLETED completed_on { year: 2022 month: 4 day: ", day, " }"),
        "validate_only: true");
  };
  // 22:00 UTC on the 1st: the 2nd has begun in Brussels.
  GoTo(2022, 4, 2);
  EXPECT_THAT(FaultyFields(complete(3).status()), ElementsAre("element.completed_on"));
  EXPECT_THAT(complete(2), IsOk());
}

TEST_F(ElementLifeTest, AnElementIsAddedToAnActivePlanInAnyState) {
  Activate();
  const auto add = [&](const std::string& id, const std::string& fields) {
    return Call(&Rpc::CreateElement,
                absl::StrCat(R"(parent: "institutions/gob/plans/p1" element_id: ")", id,
                             R"(" element { kind: KIND_ACTION code: ")", id,
                             R"(" title { text { key: "nl" value: "x" } } )", fields, "}"));
  };
  EXPECT_THAT(add("a", "state: STATE_DEFERRED deferred_on { year: 2022 month: 3 day: 1 }"), IsOk());
  EXPECT_THAT(
      FaultyFields(
          add("b", "state: STATE_DEFERRED deferred_on { year: 2023 month: 3 day: 1 }").status()),
      ElementsAre("element.deferred_on"));
}

TEST_F(ElementLifeTest, OtherFieldsOfAnElementChangeWhateverItsLife) {
  MakeElement("a", "1", "ACTION", "",
              "state: STATE_IN_PROGRESS completed_on { year: 2040 month: 3 day: 1 }");
  Activate();
  EXPECT_THAT(Update(R"(lead: "Ann")"), IsOk());
  EXPECT_THAT(Call(&Rpc::MoveElement, R"(name: "institutions/gob/plans/p1/elements/a" code: "2")"),
              IsOk());
}

TEST_F(ElementLifeTest, ASteeringStructureIsThatOfAnAction) {
  MakeElement("a", "1", "ACTION", "",
              R"(steering { sponsor: "Director general" steering_body: "Board of directors" })");
  EXPECT_THAT(FaultyFields(Update("kind: KIND_OBJECTIVE").status()),
              ElementsAre("element.steering"));
  const auto changed = Update(R"(steering { steering_body: "Project board" })");
  ASSERT_THAT(changed, IsOk());
  EXPECT_EQ(changed->steering().sponsor(), "");
  EXPECT_EQ(changed->steering().steering_body(), "Project board");
}

TEST_F(ElementLifeTest, ListsAreFilteredByWhatPlannersAskFor) {
  MakeUnit("bcit");
  MakeUnit("hr");
  const auto make = [&](const std::string& code, const std::string& fields) {
    MakeElement("e" + code, code, "ACTION", "", fields);
  };
  make("1", R"(owner_unit: "institutions/gob/units/bcit" lead: "Mr Peeters" scope: SCOPE_OVERARCHING
               priority: 1 tags: "sdg:11" tags: "caf:5.2" state: STATE_IN_PROGRESS
               end_date { year: 2022 month: 6 day: 30 }
               steering { steering_body: "Board" })");
  make("2", R"(owner_unit: "institutions/gob/units/hr" lead: "Ms Claes" scope: SCOPE_SPECIFIC
               contributors: "institutions/gob/units/bcit" contributors: "institutions/tal"
               priority: 3 end_date { year: 2022 month: 7 day: 1 })");
  make("3", R"(contributors: "institutions/gob/units/hr" tags: "sdg:1" state: STATE_COMPLETED
               completed_on { year: 2022 month: 1 day: 15 }
               milestones { id: "m" title { text { key: "nl" value: "M" } }
                            due_date { year: 2022 month: 1 day: 1 } })");
  const std::vector<std::pair<std::string, std::vector<std::string>>> wanted = {
      {R"(owner_unit = "institutions/gob/units/bcit")", {"1"}},
      {R"(contributors:"institutions/gob/units/bcit")", {"2"}},
      {R"(owner_unit = "institutions/gob/units/hr" OR contributors:"institutions/gob/units/hr")",
       {"2", "3"}},
      {R"(lead = "*Peeters*")", {"1"}},
      {R"(NOT lead:*)", {"3"}},
      {"state = PLANNED", {"2"}},
      {"state = PLANNED OR state = STATE_IN_PROGRESS", {"1", "2"}},
      {"NOT (state = COMPLETED OR state = CANCELLED)", {"1", "2"}},
      {"scope = OVERARCHING", {"1"}},
      {"priority = 1", {"1"}},
      {"priority > 0 AND priority <= 3", {"1", "2"}},
      {R"(tags:"sdg:11")", {"1"}},
      {R"(tags:"sdg:*")", {"1", "3"}},
      {"end_date < 2022-07-01", {"1"}},
      {"end_date <= 2022-07-01", {"1", "2"}},
      {"NOT end_date:*", {"3"}},
      {"completed_on >= 2022-01-01", {"3"}},
      {"milestones.due_date:2022-01-01", {"3"}},
      {"steering.steering_body:* AND NOT milestones:*", {"1"}},
      {R"(kind = ACTION AND (state = PLANNED OR state = IN_PROGRESS) AND end_date < 2022-07-01)",
       {"1"}},
  };
  for (const auto& [filter, codes] : wanted) EXPECT_EQ(Codes(filter), codes) << filter;
}

TEST_F(ElementLifeTest, OfTwoWritersOneWinsAndTheOtherIsToldThePresentEtag) {
  const v1::Element read = MakeElement("a", "1");
  const std::string etag = absl::StrCat(R"(etag: ')", read.etag(), "' ");
  const auto first = Update(etag + R"(lead: "Ann")");
  ASSERT_THAT(first, IsOk());
  const auto second = Update(etag + R"(lead: "Bo")");
  EXPECT_THAT(second, StatusIs(absl::StatusCode::kAborted));
  EXPECT_THAT(second, Refuses("ETAG_MISMATCH"));
  EXPECT_EQ(status::MetadataValue(second.status(), "currentEtag"), first->etag());
  const auto moved =
      Call(&Rpc::MoveElement,
           absl::StrCat(R"(name: "institutions/gob/plans/p1/elements/a" code: "2" )", etag));
  EXPECT_EQ(status::MetadataValue(moved.status(), "currentEtag"), first->etag());
  const auto deleted = Call(&Rpc::DeleteElement,
                            absl::StrCat(R"(name: "institutions/gob/plans/p1/elements/a" )", etag));
  EXPECT_EQ(status::MetadataValue(deleted.status(), "currentEtag"), first->etag());
  EXPECT_EQ(Call(&Rpc::GetElement, R"(name: "institutions/gob/plans/p1/elements/a")")->lead(),
            "Ann");
}

}  // namespace
}  // namespace athena::plan
