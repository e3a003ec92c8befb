// Operational plans: derived, derived again without losing what was entered, approved by somebody
// else. derivation_rules_test.cc has the rules of what is derived.

#include "services/plan/operations/operational_plans.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/status/status.h"
#include "libs/status/testing/matchers.h"
#include "services/plan/operations/operational_items.h"
#include "services/plan/testing/service.h"

namespace athena::plan {
namespace {

using status::testing::IsOk;
using status::testing::Refuses;
using status::testing::StatusIs;
using ::testing::ElementsAre;
using testing::FaultyFields;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using Ops = testing::OperationsRpc;
using testing::Rpc;

constexpr char kStrategy[] = "institutions/gob/plans/p1";
constexpr char kFirst[] = "institutions/gob/plans/p1/operationalPlans/it-2022-1";

std::string ElementName(const std::string& id) { return absl::StrCat(kStrategy, "/elements/", id); }

// The units it > net and hr; it owns 1.1 and contributes to 1.2, net owns 1.3, hr owns 1.4.
class OperationalPlansTest : public testing::PlanTest {
 protected:
  OperationalPlansTest() {
    MakeUnit("it");
    MakeUnit("net", "institutions/gob/units/it");
    MakeUnit("hr");
    MakeElement("goal", "1", "OBJECTIVE");
    MakeAction("a", "1.1",
               Owner("it") + Date("start_date", 2021, 7) + Date("end_date", 2022, 3) +
                   Milestone("m21", 2021) + Milestone("m22", 2022) +
                   R"(indicators { indicator: "institutions/gob/indicators/k" })");
    MakeAction("b", "1.2", Owner("hr") + R"(contributors: "institutions/gob/units/it")");
    MakeAction("c", "1.3", Owner("net"));
    MakeAction("d", "1.4", Owner("hr"));
  }

  static std::string Owner(const std::string& unit) {
    return absl::StrCat(R"(owner_unit: "institutions/gob/units/)", unit, R"(" )");
  }
  static std::string Date(const std::string& field, int year, int month) {
    return absl::StrCat(field, " { year: ", year, " month: ", month, " day: 1 } ");
  }
  static std::string Milestone(const std::string& id, int year) {
    return absl::StrCat(R"(milestones { id: ")", id,
                        R"(" title { text { key: "nl" value: "m" } } )", Date("due_date", year, 6),
                        "} ");
  }
  void MakeAction(const std::string& id, const std::string& code, const std::string& rest) {
    MakeElement(id, code, "ACTION", "goal", rest);
  }
  void Update(const std::string& id, const std::string& fields, const std::string& rest = "") {
    ASSERT_THAT(Call(&Rpc::UpdateElement, absl::StrCat(R"(element { name: ")", ElementName(id),
                                                       R"(" )", fields, " } ", rest)),
                IsOk());
  }

  absl::StatusOr<v1::DeriveOperationalPlanResponse> Derive(const std::string& rest = "",
                                                           const std::string& who = "gob-planner",
                                                           const std::string& unit = "it",
                                                           int year = 2022) {
    return Call(&Ops::DeriveOperationalPlan,
                absl::StrCat(R"(parent: ")", kStrategy, R"(" unit: "institutions/gob/units/)", unit,
                             R"(" year: )", year, " ", rest),
                who);
  }
  absl::StatusOr<v1::OperationalPlan> Get(const std::string& name = kFirst,
                                          const std::string& rest = "") {
    return Call(&Ops::GetOperationalPlan, absl::StrCat(R"(name: ")", name, R"(" )", rest));
  }
  template <typename Request>
  absl::StatusOr<v1::OperationalPlan> Do(testing::UnaryRpc<Ops, Request, v1::OperationalPlan> verb,
                                         const std::string& who, const std::string& rest = "",
                                         const std::string& name = kFirst) {
    return Call(verb, absl::StrCat(R"(name: ")", name, R"(" )", rest), who);
  }
  absl::StatusOr<v1::OperationalPlan> Enter(const v1::OperationalPlan& plan,
                                            const std::string& who = "gob-planner") {
    v1::UpdateOperationalPlanRequest request;
    *request.mutable_operational_plan() = plan;
    return Call(&Ops::UpdateOperationalPlan, request, who);
  }
  // The first version, with staff, money and notes of item 1.3.
  v1::OperationalPlan MakeFirst() {
    EXPECT_THAT(Derive("apply: true"), IsOk());
    v1::OperationalPlan plan = *Get();
    v1::OperationalItem& item = *plan.mutable_items(2);
    item.set_staff(2.5);
    item.mutable_money()->set_units(120'000);
    item.mutable_money()->set_nanos(500'000'000);
    (*item.mutable_notes()->mutable_text())["nl"] = "twee aanwervingen";
    const auto entered = Enter(plan);
    EXPECT_THAT(entered, IsOk());
    return entered.ok() ? *entered : plan;
  }
  void Approve(const std::string& name = kFirst) {
    ASSERT_THAT(Do(&Ops::SubmitOperationalPlan, "gob-planner", "", name), IsOk());
    ASSERT_THAT(Do(&Ops::ApproveOperationalPlan, "gob-validator", "", name), IsOk());
  }

  // "NEW 1.1", "CHANGED 1.2 title end_date".
  static std::vector<std::string> Changes(const v1::DeriveOperationalPlanResponse& response) {
    std::vector<std::string> lines;
    for (const v1::OperationalPlanChange& change : response.changes()) {
      std::string line = absl::StrCat(v1::OperationalPlanChange::Kind_Name(change.kind()).substr(5),
                                      " ", change.code());
      for (const std::string& field : change.fields()) absl::StrAppend(&line, " ", field);
      lines.push_back(line);
    }
    return lines;
  }
  // "1.1 OWNER", "1.3 OWNER 2.5 gone".
  static std::vector<std::string> Items(const v1::OperationalPlan& plan) {
    std::vector<std::string> lines;
    for (const v1::OperationalItem& item : plan.items()) {
      std::string line =
          absl::StrCat(item.code(), " ", v1::OperationalItem::Role_Name(item.role()).substr(5));
      if (item.has_staff()) absl::StrAppend(&line, " ", item.staff());
      if (item.gone()) absl::StrAppend(&line, " gone");
      lines.push_back(line);
    }
    return lines;
  }
};

TEST_F(OperationalPlansTest, AProposalStoresNothing) {
  const auto proposed = Derive();
  ASSERT_THAT(proposed, IsOk());
  EXPECT_FALSE(proposed->applied());
  EXPECT_THAT(Changes(*proposed), ElementsAre("NEW 1.1", "NEW 1.2", "NEW 1.3"));
  EXPECT_EQ(proposed->operational_plan().name(), kFirst);
  EXPECT_EQ(proposed->operational_plan().etag(), "");
  EXPECT_THAT(Get(), Refuses("RESOURCE_NOT_FOUND"));
}

TEST_F(OperationalPlansTest, ADerivedPlanHasWhatTheStrategicPlanSays) {
  const auto derived = Derive("apply: true");
  ASSERT_THAT(derived, IsOk());
  EXPECT_TRUE(derived->applied());
  const auto plan = Get();
  ASSERT_THAT(plan, IsOk());
  EXPECT_EQ(plan->DebugString(), derived->operational_plan().DebugString());
  EXPECT_EQ(plan->state(), v1::OperationalPlan::STATE_DRAFT);
  EXPECT_EQ(plan->unit(), "institutions/gob/units/it");
  EXPECT_EQ(plan->year(), 2022);
  EXPECT_EQ(plan->version(), 1);
  EXPECT_THAT(plan->authors(), ElementsAre("gob-planner"));
  EXPECT_THAT(Items(*plan), ElementsAre("1.1 OWNER", "1.2 CONTRIBUTOR", "1.3 OWNER"));
  const v1::OperationalItem& first = plan->items(0);
  EXPECT_EQ(first.element(), ElementName("a"));
  EXPECT_EQ(first.title().text().at("nl"), "a");
  EXPECT_EQ(first.end_date().month(), 3);
  ASSERT_EQ(first.milestones_size(), 1);
  EXPECT_EQ(first.milestones(0).id(), "m22");
  EXPECT_THAT(first.indicators(), ElementsAre("institutions/gob/indicators/k"));
}

TEST_F(OperationalPlansTest, DerivingAgainDestroysNothingThatWasEntered) {
  MakeFirst();
  Update("a", "", R"(update_mask { paths: "owner_unit" })");  // no longer theirs
  Update("c", Owner("hr"));                                   // nor this, which has entries
  Update("b", R"(title { text { key: "nl" value: "Nieuw" } })");
  MakeAction("e", "1.10", Owner("it"));
  const auto again = Derive("apply: true");
  ASSERT_THAT(again, IsOk());
  EXPECT_THAT(Changes(*again),
              ElementsAre("GONE 1.1", "CHANGED 1.2 title", "GONE 1.3", "NEW 1.10"));
  EXPECT_THAT(Items(again->operational_plan()),
              ElementsAre("1.2 CONTRIBUTOR", "1.3 OWNER 2.5 gone", "1.10 OWNER"));
  EXPECT_EQ(again->operational_plan().items(1).notes().text().at("nl"), "twee aanwervingen");
  EXPECT_EQ(again->operational_plan().total_staff().decimal(), "0");
  EXPECT_EQ(Get()->version(), 1);
  // It is gone once, and new when it comes back, with what was entered.
  EXPECT_THAT(Changes(*Derive()), IsEmpty());
  Update("c", Owner("net"));
  const auto back = Derive("apply: true");
  EXPECT_THAT(Changes(*back), ElementsAre("NEW 1.3"));
  EXPECT_THAT(Items(back->operational_plan()),
              ElementsAre("1.2 CONTRIBUTOR", "1.3 OWNER 2.5", "1.10 OWNER"));
}

TEST_F(OperationalPlansTest, DerivingAgainWithoutAChangeMakesNoRevision) {
  const v1::OperationalPlan first = MakeFirst();
  const auto again = Derive("apply: true", "gob-all");
  ASSERT_THAT(again, IsOk());
  EXPECT_EQ(again->operational_plan().DebugString(), first.DebugString());
  EXPECT_EQ(Get()->revision(), first.revision());
}

TEST_F(OperationalPlansTest, AnUpdateChangesWhatIsEnteredAndNothingElse) {
  v1::OperationalPlan plan = MakeFirst();
  EXPECT_EQ(plan.total_staff().decimal(), "2.5");
  EXPECT_EQ(plan.total_money().units(), 120'000);
  EXPECT_EQ(plan.total_money().nanos(), 500'000'000);
  plan.mutable_items(0)->set_code("9.9");
  plan.mutable_items(0)->set_gone(true);
  plan.mutable_items(0)->set_staff(0.25);
  plan.mutable_items(0)->mutable_money()->set_nanos(500'000'000);
  plan.mutable_items()->SwapElements(0, 2);
  (*plan.mutable_notes()->mutable_text())["nl"] = "alles";
  const auto entered = Enter(plan, "gob-all");
  ASSERT_THAT(entered, IsOk());
  EXPECT_THAT(Items(*entered), ElementsAre("1.1 OWNER 0.25", "1.2 CONTRIBUTOR", "1.3 OWNER 2.5"));
  EXPECT_EQ(entered->total_staff().decimal(), "2.75");
  EXPECT_EQ(entered->total_money().units(), 120'001);
  EXPECT_EQ(entered->total_money().nanos(), 0);
  EXPECT_EQ(entered->notes().text().at("nl"), "alles");
  EXPECT_THAT(entered->authors(), ElementsAre("gob-planner", "gob-all"));
}

TEST_F(OperationalPlansTest, AnUpdateHasEachItemThatIsNotGone) {
  v1::OperationalPlan plan = MakeFirst();
  v1::OperationalPlan short_one = plan;
  short_one.mutable_items()->RemoveLast();
  EXPECT_THAT(FaultyFields(Enter(short_one).status()), ElementsAre("operational_plan.items"));
  v1::OperationalPlan other = plan;
  other.mutable_items(1)->set_element(ElementName("d"));
  EXPECT_THAT(FaultyFields(Enter(other).status()),
              ElementsAre("operational_plan.items[1].element", "operational_plan.items"));
  Update("c", Owner("hr"));
  ASSERT_THAT(Derive("apply: true"), IsOk());
  plan = *Get();
  ASSERT_TRUE(plan.items(2).gone());
  plan.mutable_items()->RemoveLast();
  const auto entered = Enter(plan);
  ASSERT_THAT(entered, IsOk());
  EXPECT_THAT(Items(*entered), ElementsAre("1.1 OWNER", "1.2 CONTRIBUTOR"));
}

TEST_F(OperationalPlansTest, WhatIsEnteredHasLimits) {
  const v1::OperationalPlan plan = MakeFirst();
  const auto faults = [&](double staff, int64_t units, int nanos) {
    v1::OperationalPlan changed = plan;
    changed.clear_etag();
    changed.mutable_items(0)->set_staff(staff);
    changed.mutable_items(0)->mutable_money()->set_units(units);
    changed.mutable_items(0)->mutable_money()->set_nanos(nanos);
    return FaultyFields(Enter(changed).status());
  };
  const std::string staff = "operational_plan.items[0].staff";
  const std::string money = "operational_plan.items[0].money";
  EXPECT_THAT(faults(100'000, 1'000'000'000'000, 0), IsEmpty());
  EXPECT_THAT(faults(100'000.01, 1'000'000'000'000, 10'000'000), ElementsAre(staff, money));
  EXPECT_THAT(faults(0.01, 0, 10'000'000), IsEmpty());
  EXPECT_THAT(faults(0.001, 0, 1'000'000), ElementsAre(staff, money));
  EXPECT_THAT(faults(-1, -1, 0), ElementsAre(staff, money));
  EXPECT_THAT(faults(0, 0, 1'000'000'000), ElementsAre(money));
  v1::OperationalPlan wordy = plan;
  wordy.clear_etag();
  (*wordy.mutable_notes()->mutable_text())["nl"] = std::string(4001, 'n');
  (*wordy.mutable_items(0)->mutable_notes()->mutable_text())["nl"] = std::string(4001, 'n');
  EXPECT_THAT(
      FaultyFields(Enter(wordy).status()),
      ElementsAre("operational_plan.notes.text[nl]", "operational_plan.items[0].notes.text[nl]"));
}

TEST_F(OperationalPlansTest, SomebodyElseThanItsAuthorsApproves) {
  MakeFirst();
  EXPECT_THAT(Do(&Ops::ApproveOperationalPlan, "gob-validator"), Refuses("OPERATIONAL_PLAN_STATE"));
  const auto submitted = Do(&Ops::SubmitOperationalPlan, "gob-all");
  ASSERT_THAT(submitted, IsOk());
  EXPECT_EQ(submitted->submitted_by(), "gob-all");
  EXPECT_THAT(submitted->authors(), ElementsAre("gob-planner", "gob-all"));
  EXPECT_THAT(Do(&Ops::ApproveOperationalPlan, "gob-all"), Refuses("OPERATIONAL_PLAN_AUTHOR"));
  EXPECT_THAT(Do(&Ops::ReturnOperationalPlan, "gob-all", R"(reason: "x")"),
              Refuses("OPERATIONAL_PLAN_AUTHOR"));
  const auto approved = Do(&Ops::ApproveOperationalPlan, "gob-validator");
  ASSERT_THAT(approved, IsOk());
  EXPECT_EQ(approved->state(), v1::OperationalPlan::STATE_APPROVED);
  EXPECT_EQ(approved->approved_by(), "gob-validator");
  EXPECT_TRUE(approved->has_approve_time());
  EXPECT_THAT(approved->authors(), ElementsAre("gob-planner", "gob-all"));
}

TEST_F(OperationalPlansTest, AReturnedPlanHasAReasonAndIsChangedAndSubmittedAgain) {
  v1::OperationalPlan plan = MakeFirst();
  ASSERT_THAT(Do(&Ops::SubmitOperationalPlan, "gob-planner"), IsOk());
  EXPECT_THAT(FaultyFields(Do(&Ops::ReturnOperationalPlan, "gob-validator").status()),
              ElementsAre("reason"));
  const auto returned = Do(&Ops::ReturnOperationalPlan, "gob-validator", R"(reason: "too dear")");
  ASSERT_THAT(returned, IsOk());
  EXPECT_EQ(returned->return_reason(), "too dear");
  EXPECT_EQ(returned->returned_by(), "gob-validator");
  plan = *returned;
  plan.mutable_items(2)->set_staff(1);
  ASSERT_THAT(Enter(plan), IsOk());
  const auto submitted = Do(&Ops::SubmitOperationalPlan, "gob-planner");
  ASSERT_THAT(submitted, IsOk());
  EXPECT_EQ(submitted->return_reason(), "");
  EXPECT_FALSE(submitted->has_return_time());
}

TEST_F(OperationalPlansTest, WhatIsSubmittedOrApprovedDoesNotChange) {
  v1::OperationalPlan plan = MakeFirst();
  const auto refused = [&](const std::string& state) {
    plan = *Get();
    plan.mutable_items(0)->set_staff(7);
    const auto update = Enter(plan);
    EXPECT_THAT(update, Refuses("OPERATIONAL_PLAN_STATE"));
    EXPECT_THAT(update, StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr(state)));
    EXPECT_THAT(Do(&Ops::SubmitOperationalPlan, "gob-planner"), Refuses("OPERATIONAL_PLAN_STATE"));
  };
  ASSERT_THAT(Do(&Ops::SubmitOperationalPlan, "gob-planner"), IsOk());
  refused("is SUBMITTED: it cannot be changed; it can be approved or returned");
  EXPECT_THAT(Derive("apply: true"), Refuses("OPERATIONAL_PLAN_STATE"));
  EXPECT_THAT(Derive(), IsOk());
  ASSERT_THAT(Do(&Ops::ApproveOperationalPlan, "gob-validator"), IsOk());
  refused("is APPROVED");
  EXPECT_THAT(Do(&Ops::ReturnOperationalPlan, "gob-validator", R"(reason: "x")"),
              Refuses("OPERATIONAL_PLAN_STATE"));
}

TEST_F(OperationalPlansTest, WhoDerivesAgainIsAnAuthorIfSomethingChanged) {
  MakeFirst();
  ASSERT_THAT(Derive("apply: true", "gob-validator"), Refuses("PERMISSION_DENIED"));
  ASSERT_THAT(Derive("apply: true", "gob-all"), IsOk());
  EXPECT_THAT(Get()->authors(), ElementsAre("gob-planner"));
  MakeAction("e", "1.5", Owner("it"));
  ASSERT_THAT(Derive("apply: true", "gob-all"), IsOk());
  EXPECT_THAT(Get()->authors(), ElementsAre("gob-planner", "gob-all"));
  ASSERT_THAT(Do(&Ops::SubmitOperationalPlan, "gob-planner"), IsOk());
  EXPECT_THAT(Do(&Ops::ApproveOperationalPlan, "gob-all"), Refuses("OPERATIONAL_PLAN_AUTHOR"));
}

TEST_F(OperationalPlansTest, DerivingAfterAnApprovalOpensTheNextVersion) {
  v1::OperationalPlan first = MakeFirst();
  (*first.mutable_notes()->mutable_text())["nl"] = "alles";
  ASSERT_THAT(Enter(first), IsOk());
  Approve();
  const v1::OperationalPlan approved = *Get();
  MakeAction("e", "1.5", Owner("it"));
  const auto next = Derive("apply: true", "gob-all");
  ASSERT_THAT(next, IsOk());
  EXPECT_THAT(Changes(*next), ElementsAre("NEW 1.5"));
  const v1::OperationalPlan& second = next->operational_plan();
  EXPECT_EQ(second.name(), "institutions/gob/plans/p1/operationalPlans/it-2022-2");
  EXPECT_EQ(second.version(), 2);
  EXPECT_EQ(second.state(), v1::OperationalPlan::STATE_DRAFT);
  EXPECT_THAT(Items(second),
              ElementsAre("1.1 OWNER", "1.2 CONTRIBUTOR", "1.3 OWNER 2.5", "1.5 OWNER"));
  EXPECT_EQ(second.notes().text().at("nl"), "alles");
  EXPECT_THAT(second.authors(), ElementsAre("gob-all"));
  EXPECT_EQ(second.approved_by(), "");
  EXPECT_EQ(second.submitted_by(), "");
  EXPECT_EQ(Get()->DebugString(), approved.DebugString());
  // The next one brings version 2 up to date.
  EXPECT_EQ(Derive("apply: true")->operational_plan().version(), 2);
  // Its author wrote nothing of version 1, and may approve what others derive.
  const auto list =
      Call(&Ops::ListOperationalPlans, absl::StrCat(R"(parent: ")", kStrategy, R"(")"));
  ASSERT_THAT(list, IsOk());
  EXPECT_EQ(list->operational_plans_size(), 2);
}

TEST_F(OperationalPlansTest, ADerivationNamesWhatItAsksFor) {
  EXPECT_THAT(FaultyFields(Call(&Ops::DeriveOperationalPlan, R"(parent: "p" unit: "u")").status()),
              ElementsAre("parent", "unit"));
  EXPECT_THAT(FaultyFields(Derive("", "gob-planner", "none").status()), ElementsAre("unit"));
  for (const int year : {0, 2020, 2027}) {
    EXPECT_THAT(FaultyFields(Derive("", "gob-planner", "it", year).status()), ElementsAre("year"))
        << year;
  }
  for (const int year : {2021, 2026}) EXPECT_THAT(Derive("", "gob-planner", "it", year), IsOk());
  EXPECT_THAT(FaultyFields(Call(&Ops::DeriveOperationalPlan,
                                R"(parent: "institutions/gob/plans/p1"
                                   unit: "institutions/tal/units/u" year: 2022)")
                               .status()),
              ElementsAre("unit"));
  EXPECT_THAT(Call(&Ops::DeriveOperationalPlan,
                   R"(parent: "institutions/gob/plans/none"
                      unit: "institutions/gob/units/it" year: 2022)"),
              Refuses("RESOURCE_NOT_FOUND"));
}

TEST_F(OperationalPlansTest, ARetryAndAnEtagHoldForDerivingToo) {
  const auto made = Derive(R"(apply: true request_id: "once")");
  ASSERT_THAT(made, IsOk());
  MakeAction("e", "1.5", Owner("it"));
  EXPECT_EQ(Derive(R"(apply: true request_id: "once")")->DebugString(), made->DebugString());
  const auto stale = Derive(R"(apply: true etag: "old")");
  EXPECT_THAT(stale, Refuses("ETAG_MISMATCH"));
  EXPECT_EQ(status::MetadataValue(stale.status(), "currentEtag"), made->operational_plan().etag());
  EXPECT_THAT(Derive(absl::StrCat("apply: true etag: '", made->operational_plan().etag(), "'")),
              IsOk());
}

TEST_F(OperationalPlansTest, UnitsWhoseIdsBeginAlikeHavePlansOfTheirOwn) {
  MakeUnit("it-2022");
  MakeAction("e", "1.5", Owner("it-2022"));
  ASSERT_THAT(Derive("apply: true", "gob-planner", "it-2022"), IsOk());
  const auto other = Derive("apply: true");
  ASSERT_THAT(other, IsOk());
  EXPECT_EQ(other->operational_plan().name(), kFirst);
  EXPECT_EQ(other->operational_plan().version(), 1);
}

TEST_F(OperationalPlansTest, APlanThatIsClosedTakesNoChange) {
  v1::OperationalPlan plan = MakeFirst();
  const std::string name = absl::StrCat(R"(name: ")", kStrategy, R"(")");
  ASSERT_THAT(Call(&Rpc::ActivatePlan, name), IsOk());
  ASSERT_THAT(Call(&Rpc::ClosePlan, name), IsOk());
  plan.mutable_items(0)->set_staff(9);
  EXPECT_THAT(Enter(plan), Refuses("PLAN_CLOSED"));
  EXPECT_THAT(Derive("apply: true"), Refuses("PLAN_CLOSED"));
  EXPECT_THAT(Do(&Ops::SubmitOperationalPlan, "gob-planner"), Refuses("PLAN_CLOSED"));
  EXPECT_THAT(Derive(), IsOk());
}

TEST_F(OperationalPlansTest, AnUpdateIsOneOfAVersionThatIsRead) {
  const v1::OperationalPlan first = MakeFirst();
  v1::OperationalPlan ann = first;
  v1::OperationalPlan bo = first;
  ann.mutable_items(0)->set_staff(1);
  bo.mutable_items(0)->set_staff(2);
  const auto won = Enter(ann);
  ASSERT_THAT(won, IsOk());
  const auto lost = Enter(bo);
  EXPECT_THAT(lost, StatusIs(absl::StatusCode::kAborted));
  EXPECT_EQ(status::MetadataValue(lost.status(), "currentEtag"), won->etag());
  EXPECT_EQ(Get(kFirst, absl::StrCat("as_of { revision: ", first.revision(), "}"))->DebugString(),
            first.DebugString());
}

TEST_F(OperationalPlansTest, TheUnitOfAPlanIsInUse) {
  MakeUnit("empty");
  ASSERT_THAT(Derive("apply: true", "gob-planner", "empty"), IsOk());
  EXPECT_THAT(Call(&Rpc::DeleteUnit, R"(name: "institutions/gob/units/empty")"),
              Refuses("UNIT_IN_USE"));
}

TEST_F(OperationalPlansTest, APlanTakesItsOperationalPlansAlong) {
  MakeFirst();
  ASSERT_THAT(Call(&Rpc::DeletePlan, absl::StrCat(R"(name: ")", kStrategy, R"(")")), IsOk());
  EXPECT_THAT(Get(), Refuses("RESOURCE_NOT_FOUND"));
}

TEST(OperationalPlanIdTest, AnIdIsUnitYearAndVersion) {
  for (const char* id : {"it-2026-1", "it-2026-2026-12", "a-2199-999999"}) {
    EXPECT_TRUE(IsOperationalPlanId(id)) << id;
  }
  EXPECT_TRUE(IsOperationalPlanId(std::string(63, 'u') + "-2026-1"));
  for (const char* id : {"", "it", "it-2026", "it-2026-", "it-2026-0", "it-2026-01", "it-26-1",
                         "-2026-1", "it--1", "IT-2026-1", "it-0026-1", "it-2026-1000000"}) {
    EXPECT_FALSE(IsOperationalPlanId(id)) << id;
  }
}

}  // namespace
}  // namespace athena::plan
