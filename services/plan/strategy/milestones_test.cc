// What stays of milestones and dates once a plan is in force, and plans that were under way before.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "libs/fields/fields.h"
#include "libs/status/status.h"
#include "libs/status/testing/matchers.h"
#include "services/plan/testing/service.h"

namespace athena::plan {
namespace {

using ::athena::status::testing::IsOk;
using ::athena::status::testing::Refuses;
using ::athena::status::testing::StatusIs;
using ::testing::AllOf;
using ::testing::ElementsAre;
using testing::FaultyFields;
using ::testing::HasSubstr;
using testing::Rpc;
using ::testing::UnorderedElementsAre;

constexpr char kPlanInForce[] = "institutions/gob/plans/p1";

std::string Date(int year, int month, int day) {
  return absl::StrCat(" { year: ", year, " month: ", month, " day: ", day, " } ");
}

// A milestone in text format that is due on the 31st of March 2022 unless `due` says otherwise.
std::string Milestone(const std::string& id, const std::string& rest = "",
                      const std::string& due = Date(2022, 3, 31)) {
  return absl::StrCat(R"(milestones { id: ")", id, R"(" title { text { key: "nl" value: "x" } } )",
                      " due_date ", due, rest, " } ");
}

std::string DayText(const common::v1::Date& date) {
  return absl::FormatCivilTime(*fields::DayOf(date));
}

class MilestonesTest : public testing::PlanTest {
 protected:
  void GoTo(int year, int month, int day) { PlanTest::GoTo(absl::CivilDay(year, month, day)); }
  absl::StatusOr<v1::Plan> Activate(const std::string& rest = "") {
    return Call(&Rpc::ActivatePlan, absl::StrCat(R"(name: ")", kPlanInForce, R"(" )", rest));
  }
  absl::StatusOr<v1::Element> Update(const std::string& fields, const std::string& mask = "") {
    return Call(&Rpc::UpdateElement, absl::StrCat(R"(element { name: ")", kPlanInForce,
                                                  R"(/elements/a" )", fields, " } ", mask));
  }
  absl::Status Delete(const std::string& id, bool force = false) {
    return Call(&Rpc::DeleteElement, absl::StrCat(R"(name: ")", kPlanInForce, "/elements/", id,
                                                  R"(")", force ? " force: true" : ""))
        .status();
  }
};

TEST_F(MilestonesTest, ADraftsMilestonesChangeFreelyAfterTheirDueDay) {
  GoTo(2023, 1, 1);
  MakeElement("a", "1", "ACTION", "", Milestone("m", "critical: true"));
  EXPECT_THAT(Update(Milestone("m", "", Date(2024, 3, 31))), IsOk());
  EXPECT_THAT(Update("", "update_mask { paths: 'milestones' }"), IsOk());
  EXPECT_THAT(Delete("a"), IsOk());
}

TEST_F(MilestonesTest, ADueMilestoneOfAPlanInForceIsNeitherMovedNorRemovedNorMadeUncritical) {
  MakeElement("a", "1", "ACTION", "", Milestone("m", "critical: true") + Milestone("n"));
  EXPECT_THAT(Activate(), IsOk());
  GoTo(2022, 4, 1);
  const auto refused = Update(Milestone("m", "", Date(2022, 12, 31)));
  EXPECT_THAT(refused, Refuses("MILESTONE_DUE"));
  EXPECT_THAT(refused,
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       AllOf(HasSubstr("m (due 2022-03-31) is moved to 2022-12-31"),
                             HasSubstr("n (due 2022-03-31) is removed"), HasSubstr("withdrawn"))));
  EXPECT_THAT(Update(Milestone("m") + Milestone("n")),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       HasSubstr("m (due 2022-03-31) is made uncritical")));
  EXPECT_THAT(Update("", "update_mask { paths: 'milestones' }"), Refuses("MILESTONE_DUE"));
  // What is not at fault is still taken.
  EXPECT_THAT(Update("lead: 'Ann'"), IsOk());
  EXPECT_THAT(Update(Milestone("m", "critical: true done_date" + Date(2022, 4, 1)) +
                     Milestone("n", "critical: true")),
              IsOk());
}

TEST_F(MilestonesTest, TheDueDayIsOverAtMidnightOfTheInstitution) {
  MakeElement("a", "1", "ACTION", "", Milestone("m"));
  EXPECT_THAT(Activate(), IsOk());
  // 2022-03-31 23:59:58 in Brussels; two calls later the day is over. In UTC it is not.
  GoTo(2022, 4, 1);
  clock_.Advance(absl::Seconds(-2));
  EXPECT_THAT(Update(Milestone("m", "", Date(2022, 3, 30))), IsOk());
  EXPECT_THAT(Update(Milestone("m", "", Date(2022, 3, 31))), Refuses("MILESTONE_DUE"));
}

TEST_F(MilestonesTest, AMilestoneThatIsNotDueYetIsMovedAndRemoved) {
  MakeElement("a", "1", "ACTION", "", Milestone("m") + Milestone("n"));
  EXPECT_THAT(Activate(), IsOk());
  GoTo(2022, 3, 31);
  const auto moved = Update(Milestone("m", "", Date(2022, 6, 30)));
  ATHENA_ASSERT_OK(moved);
  ASSERT_EQ(moved->milestones_size(), 1);
  EXPECT_EQ(DayText(moved->milestones(0).due_date()), "2022-06-30");
  EXPECT_EQ(DayText(moved->milestones(0).due_date_at_activation()), "2022-03-31");
}

TEST_F(MilestonesTest, AMissedMilestoneIsWithdrawnNotBeforeItsDueDayNorInTheFuture) {
  MakeElement("a", "1", "ACTION", "", Milestone("m"));
  EXPECT_THAT(Activate(), IsOk());
  GoTo(2022, 5, 10);
  const auto withdraw = [&](const std::string& day) {
    return Update(Milestone("m", "withdrawn_reason: 'no money' withdrawn_on" + day));
  };
  EXPECT_THAT(FaultyFields(withdraw(Date(2022, 5, 11)).status()),
              ElementsAre("element.milestones[0].withdrawn_on"));
  EXPECT_THAT(FaultyFields(withdraw(Date(2022, 3, 30)).status()),
              ElementsAre("element.milestones[0].withdrawn_on"));
  EXPECT_THAT(withdraw(Date(2022, 5, 10)), IsOk());
  EXPECT_THAT(Update("", "update_mask { paths: 'milestones' }"), Refuses("MILESTONE_DUE"));
}

TEST_F(MilestonesTest, AMilestoneThatWasWithdrawnBeforeItsDueDayStaysSoAfterIt) {
  MakeElement("a", "1", "ACTION", "", Milestone("m"));
  EXPECT_THAT(Activate(), IsOk());
  GoTo(2022, 2, 1);
  const std::string withdrawn =
      Milestone("m", "withdrawn_reason: 'no money' withdrawn_on" + Date(2022, 2, 1));
  EXPECT_THAT(Update(withdrawn), IsOk());
  GoTo(2022, 5, 10);
  EXPECT_THAT(Update("lead: 'Ann' " + withdrawn), IsOk());
}

TEST_F(MilestonesTest, AnElementWithADueMilestoneIsNotDeletedNorIsWhatItStandsBelow) {
  MakeElement("top", "1", "OBJECTIVE");
  MakeElement("a", "1.1", "ACTION", "top", Milestone("m"));
  EXPECT_THAT(Activate(), IsOk());
  GoTo(2022, 4, 1);
  EXPECT_THAT(Delete("a"),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       AllOf(HasSubstr("m (due 2022-03-31)"), HasSubstr("CANCELLED"))));
  EXPECT_THAT(Delete("top", /*force=*/true), Refuses("MILESTONE_DUE"));
  EXPECT_THAT(Update("state: STATE_CANCELLED cancelled_on" + Date(2022, 4, 1)), IsOk());
}

TEST_F(MilestonesTest, ActivationKeepsDueDaysAndLaterMilestonesAreMarked) {
  MakeElement(
      "a", "1", "ACTION", "",
      Milestone("m", "added_after_activation: true due_date_at_activation" + Date(2030, 1, 1)));
  const auto draft = Update(Milestone("m") + Milestone("n"));
  ATHENA_ASSERT_OK(draft);
  EXPECT_FALSE(draft->milestones(0).has_due_date_at_activation());
  EXPECT_FALSE(draft->milestones(0).added_after_activation());
  EXPECT_FALSE(draft->milestones(1).added_after_activation());

  EXPECT_THAT(Activate(), IsOk());
  const auto changed =
      Update(Milestone("n", "added_after_activation: true") +
             Milestone("m", "due_date_at_activation" + Date(2030, 1, 1)) + Milestone("late"));
  ATHENA_ASSERT_OK(changed);
  EXPECT_EQ(DayText(changed->milestones(0).due_date_at_activation()), "2022-03-31");
  EXPECT_FALSE(changed->milestones(0).added_after_activation());
  EXPECT_EQ(DayText(changed->milestones(1).due_date_at_activation()), "2022-03-31");
  EXPECT_TRUE(changed->milestones(2).added_after_activation());
  EXPECT_FALSE(changed->milestones(2).has_due_date_at_activation());

  const v1::Element later = MakeElement("b", "2", "ACTION", "", Milestone("m"));
  EXPECT_TRUE(later.milestones(0).added_after_activation());
}

TEST_F(MilestonesTest, WhatAClientLeavesOutOfOutputFieldsIsNoChange) {
  MakeElement("a", "1", "ACTION", "", Milestone("m"));
  EXPECT_THAT(Activate(), IsOk());
  const auto first = Update("lead: 'Ann'");
  ATHENA_ASSERT_OK(first);
  const auto same = Update(Milestone("m"));
  ATHENA_ASSERT_OK(same);
  EXPECT_EQ(same->revision(), first->revision());
}

using AdoptionTest = MilestonesTest;

TEST_F(AdoptionTest, AnEffectiveDateIsADayOfThePlanNotInTheFutureWithAReason) {
  GoTo(2022, 5, 10);
  const auto faults = [&](const std::string& rest) {
    return FaultyFields(Activate(rest).status());
  };
  const std::string because = "reason: 'loaded late' effective_date";
  EXPECT_THAT(faults("effective_date" + Date(2022, 1, 1)), ElementsAre("reason"));
  EXPECT_THAT(faults("effective_date" + Date(2022, 13, 1)),
              UnorderedElementsAre("effective_date", "reason"));
  EXPECT_THAT(faults(because + Date(2022, 5, 11)), ElementsAre("effective_date"));
  EXPECT_THAT(faults(because + Date(2020, 12, 31)), ElementsAre("effective_date"));
  GoTo(2027, 2, 1);
  EXPECT_THAT(faults(because + Date(2027, 1, 1)), ElementsAre("effective_date"));
  const auto active = Activate(because + Date(2021, 1, 1));
  ATHENA_ASSERT_OK(active);
  EXPECT_EQ(DayText(active->effective_date()), "2021-01-01");
}

TEST_F(AdoptionTest, APlanWithoutAnEffectiveDateHasNoneAndOneMayBeToday) {
  GoTo(2022, 5, 10);
  MakePlan("p2");
  const auto plain = Call(&Rpc::ActivatePlan, "name: 'institutions/gob/plans/p2'");
  ATHENA_ASSERT_OK(plain);
  EXPECT_FALSE(plain->has_effective_date());
  EXPECT_THAT(Activate("reason: 'x' effective_date" + Date(2022, 5, 10)), IsOk());
  // It stays what it is, whatever an update says.
  const auto updated =
      Call(&Rpc::UpdatePlan, absl::StrCat("plan { name: '", kPlanInForce, "' effective_date",
                                          Date(2021, 1, 1), " min_coverage: 0.4 }"));
  ATHENA_ASSERT_OK(updated);
  EXPECT_EQ(DayText(updated->effective_date()), "2022-05-10");
}

TEST_F(AdoptionTest, DeclaredDatesBecomeTheOriginalOnesAtActivation) {
  GoTo(2022, 5, 10);
  MakeElement(
      "a", "1", "ACTION", "",
      absl::StrCat("end_date", Date(2024, 12, 31), "declared_end_date", Date(2023, 6, 30),
                   Milestone("m", "declared_due_date" + Date(2021, 6, 30)), Milestone("n")));
  EXPECT_THAT(FaultyFields(Activate().status()), ElementsAre("effective_date"));
  EXPECT_THAT(Activate("reason: 'loaded late' effective_date" + Date(2021, 1, 1)), IsOk());
  const auto element =
      Call(&Rpc::GetElement, absl::StrCat("name: '", kPlanInForce, "/elements/a'"));
  ATHENA_ASSERT_OK(element);
  EXPECT_EQ(DayText(element->end_date_at_activation()), "2023-06-30");
  EXPECT_EQ(DayText(element->declared_end_date()), "2023-06-30");
  EXPECT_EQ(DayText(element->milestones(0).due_date_at_activation()), "2021-06-30");
  EXPECT_EQ(DayText(element->milestones(0).declared_due_date()), "2021-06-30");
  EXPECT_EQ(DayText(element->milestones(1).due_date_at_activation()), "2022-03-31");
  EXPECT_FALSE(element->milestones(1).has_declared_due_date());
}

TEST_F(AdoptionTest, ADeclaredDueDateOfAMilestoneAloneNeedsAnEffectiveDateToo) {
  MakeElement("a", "1", "ACTION", "", Milestone("m", "declared_due_date" + Date(2021, 6, 30)));
  EXPECT_THAT(FaultyFields(Activate().status()), ElementsAre("effective_date"));
}

TEST_F(AdoptionTest, OnlyADraftTakesDeclaredDates) {
  const std::string end = "declared_end_date" + Date(2023, 6, 30);
  const std::string milestone = Milestone("m", "declared_due_date" + Date(2022, 3, 30));
  GoTo(2022, 1, 10);
  MakeElement("a", "1", "ACTION", "", end + milestone);
  EXPECT_THAT(Activate("reason: 'loaded late' effective_date" + Date(2021, 1, 1)), IsOk());
  EXPECT_THAT(
      FaultyFields(Update("declared_end_date" + Date(2023, 7, 1) +
                          Milestone("m", "declared_due_date" + Date(2022, 3, 29)))
                       .status()),
      UnorderedElementsAre("element.declared_end_date", "element.milestones[0].declared_due_date"));
  EXPECT_THAT(FaultyFields(Update("", "update_mask { paths: 'declared_end_date' }").status()),
              ElementsAre("element.declared_end_date"));
  EXPECT_THAT(
      FaultyFields(Call(&Rpc::CreateElement,
                        absl::StrCat("parent: '", kPlanInForce,
                                     "' element_id: 'b' element { kind: KIND_ACTION "
                                     "code: '2' title { text { key: 'nl' value: 'b' } } ",
                                     end, milestone, "}"))
                       .status()),
      UnorderedElementsAre("element.declared_end_date", "element.milestones[0].declared_due_date"));
  EXPECT_THAT(Update("lead: 'Ann' " + end + milestone), IsOk());
}

}  // namespace
}  // namespace athena::plan
