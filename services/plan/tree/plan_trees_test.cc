// A whole plan at once, and whether it changed.

#include "services/plan/tree/plan_trees.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "libs/rpc/testing/direct_call.h"
#include "libs/status/status.h"
#include "libs/status/testing/matchers.h"
#include "services/plan/limits.h"
#include "services/plan/strategy/plans.h"
#include "services/plan/testing/service.h"

namespace athena::plan {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using testing::FaultyFields;
using ::testing::IsEmpty;
using ::testing::Le;
using testing::Rpc;
using ::testing::SizeIs;
using testing::Tree;

constexpr char kTreeOfP1[] = R"(name: "institutions/gob/plans/p1")";

class PlanTreesTest : public testing::PlanTest {
 protected:
  std::string Token(const std::string& rest = "") {
    const auto tree = GetTree(absl::StrCat(kTreeOfP1, rest));
    ATHENA_EXPECT_OK(tree);
    return tree.ok() ? tree->header.version_token() : "";
  }
  // Whether the tree is another one than that of the token.
  bool Modified(const std::string& token, const std::string& rest = "") {
    const auto tree = GetTree(absl::StrCat(kTreeOfP1, rest, R"( if_newer_than: ")", token, R"(")"));
    ATHENA_EXPECT_OK(tree);
    if (!tree.ok()) return false;
    EXPECT_EQ(tree->header.has_plan(), !tree->header.not_modified());
    EXPECT_EQ(tree->header.has_institution(), !tree->header.not_modified());
    if (tree->header.not_modified()) {
      EXPECT_EQ(tree->header.version_token(), token);
      EXPECT_THAT(tree->part_bytes, SizeIs(1));
    }
    return !tree->header.not_modified();
  }
};

TEST_F(PlanTreesTest, ATreeIsTheInstitutionThePlanItsUnitsAndItsElementsInCodeOrder) {
  MakeUnit("u2");
  MakeUnit("u1");
  const v1::Element ten = MakeElement("ten", "10");
  const v1::Element nine = MakeElement("nine", "9");
  const auto tree = GetTree(kTreeOfP1, "gob-viewer");  // the seventh call
  ATHENA_ASSERT_OK(tree);
  EXPECT_FALSE(tree->header.not_modified());
  EXPECT_EQ(tree->header.revision(), 6);
  EXPECT_EQ(tree->header.revision_time().seconds(), kStart + 6);
  EXPECT_EQ(tree->header.plan().DebugString(), Call(&Rpc::GetPlan, kTreeOfP1)->DebugString());
  EXPECT_EQ(tree->header.institution().DebugString(),
            Call(&Rpc::GetInstitution, R"(name: "institutions/gob")")->DebugString());
  ASSERT_THAT(tree->units, SizeIs(2));
  EXPECT_EQ(tree->units[0].name(), "institutions/gob/units/u1");
  EXPECT_EQ(tree->units[1].name(), "institutions/gob/units/u2");
  ASSERT_THAT(tree->elements, SizeIs(2));
  EXPECT_EQ(tree->elements[0].DebugString(), nine.DebugString());
  EXPECT_EQ(tree->elements[1].DebugString(), ten.DebugString());
}

TEST_F(PlanTreesTest, APlanWithoutElementsIsAHeader) {
  const auto tree = GetTree(kTreeOfP1);
  ATHENA_ASSERT_OK(tree);
  EXPECT_THAT(tree->part_bytes, SizeIs(1));
  EXPECT_EQ(tree->header.plan().name(), "institutions/gob/plans/p1");
}

TEST_F(PlanTreesTest, WhatIsNoPlanOrNotThereIsRefused) {
  EXPECT_THAT(FaultyFields(GetTree(R"(name: "p1")").status()), ElementsAre("name"));
  const auto missing = GetTree(R"(name: "institutions/gob/plans/none")");
  EXPECT_EQ(missing.status().code(), absl::StatusCode::kNotFound);
  const auto future = GetTree(absl::StrCat(kTreeOfP1, " as_of { revision: 3 }"));
  EXPECT_EQ(status::Reason(future.status()), "FUTURE_AS_OF");
}

TEST_F(PlanTreesTest, WhileNothingChangesItIsNotModified) {
  const std::string token = Token();
  EXPECT_FALSE(Modified(token));
  EXPECT_FALSE(Modified(Token()));
}

TEST_F(PlanTreesTest, ATokenOfNobodysMakingIsAnsweredInFull) {
  EXPECT_TRUE(Modified("AAAA"));
  MakePlan("p2");
  const auto other = GetTree(R"(name: "institutions/gob/plans/p2")");
  EXPECT_TRUE(Modified(other->header.version_token()));
}

TEST_F(PlanTreesTest, AChangeOfAnotherPlanIsNoModification) {
  MakePlan("p2");
  const std::string token = Token();
  ASSERT_TRUE(Call(&Rpc::CreateElement, R"(parent: "institutions/gob/plans/p2" element_id: "a"
                                           element { kind: KIND_AXIS code: "1"
                                                     title { text { key: "nl" value: "x" } } })")
                  .ok());
  ATHENA_ASSERT_OK(Call(&Rpc::DeletePlan, R"(name: "institutions/gob/plans/p2")"));
  EXPECT_FALSE(Modified(token));
}

TEST_F(PlanTreesTest, AChangeOfAnotherInstitutionIsNoModification) {
  const std::string token = Token();
  MakeInstitution("tal");
  EXPECT_FALSE(Modified(token));
}

TEST_F(PlanTreesTest, AnUpdateThatChangesNothingIsNoModification) {
  MakeElement("a", "1");
  const std::string token = Token();
  ASSERT_TRUE(Call(&Rpc::UpdateElement,
                   R"(element { name: "institutions/gob/plans/p1/elements/a" code: "1" })")
                  .ok());
  EXPECT_FALSE(Modified(token));
}

// Each change is one of what the tree shows.
TEST_F(PlanTreesTest, EveryKindOfChangeOfWhatIsShownIsAModification) {
  const std::string element = R"(name: "institutions/gob/plans/p1/elements/a")";
  std::string token = Token();
  const auto expect_modified = [&](const char* what) {
    EXPECT_TRUE(Modified(token)) << what;
    token = Token();
    EXPECT_FALSE(Modified(token)) << what;
  };
  MakeElement("a", "1");
  expect_modified("CreateElement");
  ASSERT_TRUE(Call(&Rpc::BatchCreateElements,
                   R"(parent: "institutions/gob/plans/p1"
                      requests { element_id: "b" element { kind: KIND_ACTION code: "2"
                                 title { text { key: "nl" value: "b" } } } })")
                  .ok());
  expect_modified("BatchCreateElements");
  ATHENA_ASSERT_OK(Call(&Rpc::UpdateElement, "element { " + element + " critical: true }"));
  expect_modified("UpdateElement");
  ATHENA_ASSERT_OK(Call(&Rpc::MoveElement, element + R"( code: "7")"));
  expect_modified("MoveElement");
  ATHENA_ASSERT_OK(Call(&Rpc::DeleteElement, element));
  expect_modified("DeleteElement");
  ATHENA_ASSERT_OK(
      Call(&Rpc::UpdatePlan, absl::StrCat("plan { ", kTreeOfP1, " min_coverage: 0 }")));
  expect_modified("UpdatePlan");
  MakeUnit("u");
  expect_modified("CreateUnit");
  ASSERT_TRUE(Call(&Rpc::UpdateUnit, R"(unit { name: "institutions/gob/units/u"
                                        display_name { text { key: "nl" value: "new" } } })")
                  .ok());
  expect_modified("UpdateUnit");
  ASSERT_TRUE(
      Call(&Rpc::UpdateInstitution, R"(institution { name: "institutions/gob" time_zone: "UTC" })")
          .ok());
  expect_modified("UpdateInstitution");
  ATHENA_ASSERT_OK(Call(&Rpc::ActivatePlan, kTreeOfP1));
  expect_modified("ActivatePlan");
  ATHENA_ASSERT_OK(Call(&Rpc::ClosePlan, kTreeOfP1));
  expect_modified("ClosePlan");
}

TEST_F(PlanTreesTest, ADeletedPlanIsNotFoundWhateverTheTokenSays) {
  const std::string token = Token();
  ATHENA_ASSERT_OK(Call(&Rpc::DeletePlan, kTreeOfP1));
  EXPECT_EQ(GetTree(absl::StrCat(kTreeOfP1, R"( if_newer_than: ")", token, R"(")")).status().code(),
            absl::StatusCode::kNotFound);
}

TEST_F(PlanTreesTest, ATreeIsReadAsItWas) {
  MakeElement("a", "1");  // revision 3, kStart + 3
  MakeElement("b", "2");  // revision 4, kStart + 4
  const auto at = [&](const std::string& point) {
    return GetTree(absl::StrCat(kTreeOfP1, " as_of { ", point, " }"));
  };
  EXPECT_THAT(at("revision: 2")->codes(), IsEmpty());
  EXPECT_THAT(at("revision: 3")->codes(), ElementsAre("1"));
  EXPECT_EQ(at("revision: 3")->header.revision(), 3);
  EXPECT_EQ(at("revision: 3")->header.revision_time().seconds(), kStart + 3);
  EXPECT_THAT(at(absl::StrCat("time { seconds: ", kStart + 3, " }"))->codes(), ElementsAre("1"));
  EXPECT_THAT(at(absl::StrCat("time { seconds: ", kStart + 4, " }"))->codes(),
              ElementsAre("1", "2"));
  EXPECT_EQ(at("revision: 1").status().code(), absl::StatusCode::kNotFound);
}

TEST_F(PlanTreesTest, ThePastIsNotModified) {
  MakeElement("a", "1");  // revision 3
  const std::string as_of = " as_of { revision: 3 }";
  const std::string token = Token(as_of);
  ATHENA_ASSERT_OK(Call(&Rpc::DeleteElement, R"(name: "institutions/gob/plans/p1/elements/a")"));
  EXPECT_FALSE(Modified(token, as_of));
  EXPECT_TRUE(Modified(token));
}

TEST_F(PlanTreesTest, ALargePlanComesInPartsOfAtMostOneMebibyte) {
  std::string text(4000, 'x');
  for (int batch = 0; batch < 3; ++batch) {
    v1::BatchCreateElementsRequest request;
    request.set_parent("institutions/gob/plans/p1");
    for (int i = 0; i < 200; ++i) {
      auto* one = request.add_requests();
      one->set_element_id(absl::StrCat("e", batch, "-", i));
      one->mutable_element()->set_kind(v1::Element::KIND_ACTION);
      one->mutable_element()->set_code(absl::StrCat(batch, ".", i));
      (*one->mutable_element()->mutable_title()->mutable_text())["nl"] = "t";
      (*one->mutable_element()->mutable_description()->mutable_text())["nl"] = text;
    }
    ATHENA_ASSERT_OK(Call(&Rpc::BatchCreateElements, request));
  }
  const auto tree = GetTree(kTreeOfP1);
  ATHENA_ASSERT_OK(tree);
  ASSERT_THAT(tree->elements, SizeIs(600));
  EXPECT_EQ(tree->elements.front().code(), "0.0");
  EXPECT_EQ(tree->elements.back().code(), "2.199");
  // 600 elements of a little over 4,000 bytes: 2.3 MiB and more.
  EXPECT_THAT(tree->part_bytes, SizeIs(4));
  EXPECT_THAT(tree->part_bytes, Each(Le(kMaxPartBytes)));
}

TEST_F(PlanTreesTest, A2_ATreeThatNobodyWaitsForIsNotRead) {
  MakeElement("one", "1");
  const versioned::Store store(*database_, [](const std::string&, int64_t) {});
  const PageTokens tokens(std::string(32, 'k'));
  const resource::Resources resources(store, clock_, tokens);
  const PlanTrees trees(resources, resource::KindOf<PlanKind>());
  const rpc::Method method = rpc::Pages("GetPlanTree", auth::Roles::Any(), trees, &PlanTrees::Get);
  const auto principal =
      std::make_shared<const auth::Principal>(auth::Principal{"an", "gob", auth::Roles::Any()});
  const std::string request =
      testing::Parsed<v1::GetPlanTreeRequest>(kTreeOfP1).SerializeAsString();
  ATHENA_EXPECT_OK(rpc::testing::DirectCall(method, principal, request, 10).status());
  EXPECT_THAT(rpc::testing::DirectCall(method, principal, request, 10, /*cancelled=*/true).status(),
              status::testing::StatusIs(absl::StatusCode::kCancelled));
}

// With element a (cancelled in April 2022), element b, and the tree's parts.
class PlanTreePartsTest : public PlanTreesTest {
 protected:
  PlanTreePartsTest() {
    MakeElement("b", "2");
    MakeElement("a", "1", "ACTION", "",
                "state: STATE_CANCELLED cancelled_on { year: 2022 month: 4 day: 1 }");
    GoTo(absl::CivilDay(2022, 12, 1));
  }

  void Report(const std::string& element, const std::string& quarter) {
    ATHENA_EXPECT_OK(Call(&testing::FollowUpRpc::CreateProgressReport,
                          absl::StrCat("parent: 'institutions/gob/plans/p1/elements/", element,
                                       "' progress_report_id: '", quarter,
                                       "' progress_report { percent_complete: 10 }")));
  }
  void Decide(const std::string& id, const std::string& about, int due_day,
              const std::string& rest = "") {
    ATHENA_EXPECT_OK(Call(
        &testing::FollowUpRpc::CreateDecision,
        absl::StrCat("parent: 'institutions/gob' decision_id: '", id,
                     "' decision { title { text { key: 'nl' value: 't' } } responsible: 'r' "
                     "element: 'institutions/gob/plans/",
                     about,
                     "' decided_on { year: 2022 month: 1 day: 1 } due_date { year: 2022 month: 12 "
                     "day: ",
                     due_day, " } ", rest, "}")));
  }
  static std::vector<std::string> NamesOfReports(const Tree& tree) {
    std::vector<std::string> names;
    for (const v1::ProgressReport& report : tree.progress_reports) {
      names.push_back(
          report.name().substr(std::string_view("institutions/gob/plans/p1/elements/").size()));
    }
    return names;
  }
};

TEST_F(PlanTreePartsTest, ReportsOfTheQuartersAndOfThoseInWhichACancelledElementLastStood) {
  for (const std::string quarter : {"2021-Q3", "2021-Q4", "2022-Q1", "2022-Q2", "2022-Q3"}) {
    Report("a", quarter);
    Report("b", quarter);
  }
  const auto tree = GetTree(absl::StrCat(
      kTreeOfP1, " parts: PART_PROGRESS_REPORTS quarters: '2022-Q3' quarters: '2022-Q4'"));
  ATHENA_ASSERT_OK(tree);
  // Its last day was 31 March 2022, in the first quarter.
  EXPECT_THAT(NamesOfReports(*tree),
              ElementsAre("a/progressReports/2021-Q4", "a/progressReports/2022-Q1",
                          "a/progressReports/2022-Q3", "b/progressReports/2022-Q3"));
  EXPECT_THAT(NamesOfReports(*GetTree(kTreeOfP1)), IsEmpty());
}

TEST_F(PlanTreePartsTest, ReportsOfTheQuartersInWhichADeferredElementLastStood) {
  MakeElement("d", "3", "ACTION", "",
              "state: STATE_DEFERRED deferred_on { year: 2022 month: 7 day: 2 }");
  for (const std::string quarter : {"2021-Q4", "2022-Q1", "2022-Q2", "2022-Q3"}) {
    Report("d", quarter);
  }
  const auto tree =
      GetTree(absl::StrCat(kTreeOfP1, " parts: PART_PROGRESS_REPORTS quarters: '2022-Q4'"));
  ATHENA_ASSERT_OK(tree);
  // Its last day was 1 July 2022, in the third quarter.
  EXPECT_THAT(NamesOfReports(*tree),
              ElementsAre("d/progressReports/2022-Q2", "d/progressReports/2022-Q3"));
}

TEST_F(PlanTreePartsTest, OpenDecisionsAboutItsElementsByDueDate) {
  MakePlan("p10");
  ATHENA_ASSERT_OK(Call(&Rpc::CreateElement,
                        "parent: 'institutions/gob/plans/p10' element_id: 'x' element { kind: "
                        "KIND_ACTION code: '1' title { text { key: 'nl' value: 't' } } }"));
  Decide("late", "p1/elements/a", 20);
  Decide("soon", "p1/elements/b", 10, "state: STATE_IN_PROGRESS");
  Decide("done", "p1/elements/b", 11, "state: STATE_DONE done_on { year: 2022 month: 11 day: 1 }");
  Decide("elsewhere", "p10/elements/x", 12);
  const auto decide_on = [&](const std::string& id, const std::string& plan) {
    ATHENA_EXPECT_OK(Call(&testing::FollowUpRpc::CreateDecision,
                          absl::StrCat("parent: 'institutions/gob' decision_id: '", id,
                                       "' decision { title { text { key: 'nl' value: 't' } } "
                                       "responsible: 'r' publication: 'institutions/gob/plans/",
                                       plan,
                                       "/scorecards/2022-Q3/publications/1' decided_on { year: "
                                       "2022 month: 1 day: 1 } due_date { year: 2022 month: 12 "
                                       "day: 31 } }")));
  };
  decide_on("whole", "p1");
  decide_on("whole-other", "p10");
  const auto tree = GetTree(absl::StrCat(kTreeOfP1, " parts: PART_DECISIONS"));
  ATHENA_ASSERT_OK(tree);
  ASSERT_THAT(tree->decisions, SizeIs(3));
  EXPECT_EQ(tree->decisions[0].name(), "institutions/gob/decisions/soon");
  EXPECT_EQ(tree->decisions[1].name(), "institutions/gob/decisions/late");
  EXPECT_EQ(tree->decisions[2].name(), "institutions/gob/decisions/whole");

  ATHENA_ASSERT_OK(Call(&Rpc::UpdatePlan,
                        "plan { name: 'institutions/gob/plans/p1' shared_with: "
                        "'institutions/tal' }"));
  const auto shared = GetTree(absl::StrCat(kTreeOfP1, " parts: PART_DECISIONS"), "tal-viewer");
  ATHENA_ASSERT_OK(shared);
  EXPECT_THAT(shared->decisions, IsEmpty());
}

TEST_F(PlanTreePartsTest, RisksOfItsElementsByCode) {
  const auto make = [&](const std::string& id, const std::string& code, const std::string& links) {
    ATHENA_EXPECT_OK(
        Call(&testing::OperationsRpc::CreateRisk,
             absl::StrCat("parent: 'institutions/gob' risk_id: '", id, "' risk { code: '", code,
                          "' title { text { key: 'nl' value: 't' } } "
                          "inherent_likelihood: 2 inherent_impact: 2 ",
                          links, "}")));
  };
  make("ten", "R-10", "elements: 'institutions/gob/plans/p1/elements/b'");
  make("nine", "R-9", "elements: 'institutions/gob/plans/p1/elements/a'");
  make("nobodys", "R-1", "");
  const auto tree = GetTree(absl::StrCat(kTreeOfP1, " parts: PART_RISKS"));
  ATHENA_ASSERT_OK(tree);
  ASSERT_THAT(tree->risks, SizeIs(2));
  EXPECT_EQ(tree->risks[0].code(), "R-9");
  EXPECT_EQ(tree->risks[1].code(), "R-10");
}

TEST_F(PlanTreePartsTest, ProcessesOfItsElementsByCode) {
  const auto make = [&](const std::string& id, const std::string& code, const std::string& links) {
    ATHENA_EXPECT_OK(
        Call(&testing::OperationsRpc::CreateProcess,
             absl::StrCat("parent: 'institutions/gob' process_id: '", id, "' process { code: '",
                          code, "' title { text { key: 'nl' value: 't' } } ", links, "}")));
  };
  make("ten", "P-10", "elements: 'institutions/gob/plans/p1/elements/b'");
  make("nine", "P-9", "elements: 'institutions/gob/plans/p1/elements/a'");
  make("nobodys", "P-1", "");
  const auto tree = GetTree(absl::StrCat(kTreeOfP1, " parts: PART_PROCESSES"));
  ATHENA_ASSERT_OK(tree);
  ASSERT_THAT(tree->processes, SizeIs(2));
  EXPECT_EQ(tree->processes[0].code(), "P-9");
  EXPECT_EQ(tree->processes[1].code(), "P-10");
  EXPECT_THAT(tree->risks, IsEmpty());
}

TEST_F(PlanTreePartsTest, BudgetLinesOfTheYearsAndTheirAmountsOfTheQuarters) {
  const auto make = [&](const std::string& id, int year, const std::string& element) {
    ATHENA_EXPECT_OK(Call(
        &testing::OperationsRpc::CreateBudgetLine,
        absl::StrCat("parent: 'institutions/gob' budget_line_id: '", id, "' budget_line { code: '",
                     id, "' year: ", year, " title { text { key: 'nl' value: 't' } } ",
                     element.empty() ? ""
                                     : absl::StrCat("shares { element: 'institutions/gob/plans/p1/"
                                                    "elements/",
                                                    element, "' share: 0.5 }"),
                     "}")));
  };
  make("l22", 2022, "a");
  make("l21", 2021, "b");
  make("l20", 2020, "b");
  make("none22", 2022, "");
  const auto push = [&](const std::string& id, const std::string& row) {
    ATHENA_EXPECT_OK(
        Call(&testing::OperationsRpc::SetBudgetAmounts,
             absl::StrCat("parent: 'institutions/gob' push_id: '", id, "' amounts {", row, "}")));
  };
  push("1", "budget_line: 'l22' quarter: '2022-Q2' paid { units: 5 }");
  push("2", "budget_line: 'l22' quarter: '2022-Q1' paid { units: 4 nanos: 500000000 }");
  push("3", "budget_line: 'l21' quarter: '2021-Q3' paid { units: 3 }");
  const std::string parts = " parts: PART_BUDGET quarters: '2022-Q1' quarters: '2021-Q4'";
  const auto tree = GetTree(kTreeOfP1 + parts);
  ATHENA_ASSERT_OK(tree);
  ASSERT_THAT(tree->budget_lines, SizeIs(2));
  EXPECT_EQ(tree->budget_lines[0].code(), "l21");
  EXPECT_EQ(tree->budget_lines[1].code(), "l22");
  ASSERT_THAT(tree->budget_amounts, SizeIs(1));
  EXPECT_EQ(tree->budget_amounts[0].budget_line(), "l22");
  EXPECT_EQ(tree->budget_amounts[0].quarter(), "2022-Q1");
  EXPECT_EQ(tree->budget_amounts[0].paid().units(), 4);
  EXPECT_EQ(tree->budget_amounts[0].paid().nanos(), 500'000'000);

  const std::string token = Token(parts);
  push("4", "budget_line: 'l22' quarter: '2022-Q1' paid { units: 6 }");
  EXPECT_TRUE(Modified(token, parts));
  // A tree of the past has the amounts of that time.
  const auto past =
      GetTree(absl::StrCat(kTreeOfP1, parts, " as_of { revision: ", tree->header.revision(), " }"));
  ATHENA_ASSERT_OK(past);
  ASSERT_THAT(past->budget_amounts, SizeIs(1));
  EXPECT_EQ(past->budget_amounts[0].paid().units(), 4);
}

TEST_F(PlanTreePartsTest, ATokenIsOfThePartsThatWereAskedFor) {
  const std::string reports = " parts: PART_PROGRESS_REPORTS quarters: '2022-Q3'";
  const std::string token = Token(reports);
  EXPECT_FALSE(Modified(token, reports));
  EXPECT_TRUE(Modified(token));
  EXPECT_TRUE(Modified(token, " parts: PART_PROGRESS_REPORTS quarters: '2022-Q2'"));
  EXPECT_TRUE(Modified(Token(" parts: PART_RISKS"), " parts: PART_DECISIONS"));
  Report("b", "2022-Q3");
  EXPECT_TRUE(Modified(token, reports));
}

TEST_F(PlanTreePartsTest, WhatIsAskedForIsCheckedAtOnce) {
  EXPECT_THAT(
      FaultyFields(GetTree(absl::StrCat(kTreeOfP1, R"( parts: PART_UNSPECIFIED parts: PART_DECISIONS
                  parts: PART_DECISIONS quarters: "2022" quarters: "2022-Q1" quarters: "2022-Q1")"))
                       .status()),
      ElementsAre("parts[0]", "parts[2]", "quarters[0]", "quarters[2]"));
  EXPECT_THAT(
      FaultyFields(GetTree(absl::StrCat(kTreeOfP1, " parts: PART_PROGRESS_REPORTS")).status()),
      ElementsAre("quarters"));
  std::string quarters = " parts: PART_PROGRESS_REPORTS quarters: '2031-Q1'";
  for (int year = 2021; year <= 2030; ++year) {
    for (int quarter = 1; quarter <= 4; ++quarter) {
      absl::StrAppend(&quarters, " quarters: '", year, "-Q", quarter, "'");
    }
  }
  ATHENA_EXPECT_OK(GetTree(kTreeOfP1 + quarters));
  EXPECT_THAT(FaultyFields(GetTree(kTreeOfP1 + quarters + " quarters: '2031-Q2'").status()),
              ElementsAre("quarters"));
}

}  // namespace
}  // namespace athena::plan
