// What risks, processes and budget lines name exists, and stays as long as they name it.

#include "services/plan/operations/links.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "libs/status/status.h"
#include "libs/status/testing/matchers.h"
#include "services/plan/testing/service.h"

namespace athena::plan {
namespace {

using ::athena::status::testing::Refuses;
using ::testing::ElementsAre;
using testing::FaultyFields;
using testing::OperationsRpc;
using testing::Rpc;

constexpr char kElementA[] = "institutions/gob/plans/p1/elements/a";

class LinksTest : public testing::PlanTest {
 protected:
  LinksTest() {
    MakeUnit("hr");
    MakeElement("a", "1", "AXIS");
    MakeElement("b", "1.1", "ACTION", "a");
  }

  absl::StatusOr<v1::Risk> MakeRisk(const std::string& fields) {
    return Call(&OperationsRpc::CreateRisk,
                absl::StrCat(R"(parent: "institutions/gob" risk_id: "r" risk { code: "R"
                                inherent_likelihood: 1 inherent_impact: 1
                                title { text { key: "nl" value: "x" } } )",
                             fields, "}"));
  }
  absl::StatusOr<v1::Process> MakeProcess(const std::string& fields) {
    return Call(&OperationsRpc::CreateProcess,
                absl::StrCat(R"(parent: "institutions/gob" process_id: "p" process { code: "P"
                                title { text { key: "nl" value: "x" } } )",
                             fields, "}"));
  }
  absl::StatusOr<v1::BudgetLine> MakeLine(const std::string& fields) {
    return Call(&OperationsRpc::CreateBudgetLine,
                absl::StrCat(R"(parent: "institutions/gob" budget_line_id: "l"
                                budget_line { code: "L" year: 2026
                                title { text { key: "nl" value: "x" } } )",
                             fields, "}"));
  }
  absl::Status DeleteElement(const std::string& id, bool force = false) {
    return Call(&Rpc::DeleteElement, absl::StrCat(R"(name: "institutions/gob/plans/p1/elements/)",
                                                  id, R"(" force: )", force ? "true" : "false"))
        .status();
  }
};

TEST_F(LinksTest, WhatIsNamedMustExist) {
  EXPECT_THAT(FaultyFields(MakeRisk(R"(owner_unit: "institutions/gob/units/none"
                                       elements: "institutions/gob/plans/p1/elements/a"
                                       elements: "institutions/gob/plans/p1/elements/none"
                                       elements: "institutions/gob/plans/none/elements/a")")
                               .status()),
              ElementsAre("risk.owner_unit", "risk.elements[1]", "risk.elements[2]"));
  EXPECT_THAT(FaultyFields(MakeProcess(R"(owner_unit: "institutions/gob/units/none"
                                          risks: "institutions/gob/risks/none"
                                          elements: "institutions/gob/plans/p1/elements/none")")
                               .status()),
              ElementsAre("process.owner_unit", "process.risks[0]", "process.elements[0]"));
  EXPECT_THAT(FaultyFields(MakeLine(R"(shares { element: "institutions/gob/plans/p1/elements/none"
                                                share: 1 })")
                               .status()),
              ElementsAre("budget_line.shares[0].element"));
}

TEST_F(LinksTest, WhatIsNamedInAnUpdateMustExist) {
  ATHENA_ASSERT_OK(MakeRisk(""));
  EXPECT_THAT(FaultyFields(Call(&OperationsRpc::UpdateRisk,
                                R"(risk { name: "institutions/gob/risks/r"
                                          elements: "institutions/gob/plans/p1/elements/none" })")
                               .status()),
              ElementsAre("risk.elements[0]"));
}

TEST_F(LinksTest, AnElementThatARiskNamesIsNotDeleted) {
  ATHENA_ASSERT_OK(MakeRisk(R"(elements: "institutions/gob/plans/p1/elements/b")"));
  const absl::Status refused = DeleteElement("b");
  EXPECT_THAT(refused, Refuses("ELEMENT_IN_USE"));
  EXPECT_EQ(refused.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(status::MetadataValue(refused, "element"), "institutions/gob/plans/p1/elements/b");
  EXPECT_EQ(status::MetadataValue(refused, "user"), "institutions/gob/risks/r");
  // Not as one of those below, and not with its plan either.
  EXPECT_THAT(DeleteElement("a", /*force=*/true), Refuses("ELEMENT_IN_USE"));
  EXPECT_THAT(Call(&Rpc::DeletePlan, R"(name: "institutions/gob/plans/p1")"),
              Refuses("ELEMENT_IN_USE"));
  ATHENA_ASSERT_OK(Call(&OperationsRpc::UpdateRisk,
                        R"(risk { name: "institutions/gob/risks/r" }
                           update_mask { paths: "elements" })"));
  ATHENA_EXPECT_OK(DeleteElement("a", /*force=*/true));
}

TEST_F(LinksTest, AnElementThatAProcessOrABudgetLineNamesIsNotDeleted) {
  ATHENA_ASSERT_OK(MakeProcess(absl::StrCat(R"(elements: ")", kElementA, R"(")")));
  EXPECT_THAT(DeleteElement("a", /*force=*/true), Refuses("ELEMENT_IN_USE"));
  ATHENA_ASSERT_OK(Call(&OperationsRpc::DeleteProcess, R"(name: "institutions/gob/processes/p")"));
  ATHENA_ASSERT_OK(MakeLine(absl::StrCat(R"(shares { element: ")", kElementA, R"(" share: 1 })")));
  const absl::Status refused = DeleteElement("a", /*force=*/true);
  EXPECT_THAT(refused, Refuses("ELEMENT_IN_USE"));
  EXPECT_EQ(status::MetadataValue(refused, "user"), "institutions/gob/budgetLines/l");
}

TEST_F(LinksTest, AUnitThatARiskOrAProcessNamesIsNotDeleted) {
  const auto erase = [&] { return Call(&Rpc::DeleteUnit, R"(name: "institutions/gob/units/hr")"); };
  const std::string owner = R"(owner_unit: "institutions/gob/units/hr")";
  ATHENA_ASSERT_OK(MakeRisk(owner));
  EXPECT_THAT(erase(), Refuses("UNIT_IN_USE"));
  ATHENA_ASSERT_OK(Call(&OperationsRpc::DeleteRisk, R"(name: "institutions/gob/risks/r")"));
  ATHENA_ASSERT_OK(MakeProcess(owner));
  EXPECT_THAT(erase(), Refuses("UNIT_IN_USE"));
  ATHENA_ASSERT_OK(Call(&OperationsRpc::DeleteProcess, R"(name: "institutions/gob/processes/p")"));
  ATHENA_EXPECT_OK(erase());
}

TEST_F(LinksTest, ARiskThatAProcessNamesIsNotDeleted) {
  const auto erase = [&] {
    return Call(&OperationsRpc::DeleteRisk, R"(name: "institutions/gob/risks/r")");
  };
  ATHENA_ASSERT_OK(MakeRisk(""));
  ATHENA_ASSERT_OK(MakeProcess(R"(risks: "institutions/gob/risks/r")"));
  EXPECT_THAT(erase(), Refuses("RISK_IN_USE"));
  ATHENA_ASSERT_OK(Call(&OperationsRpc::DeleteProcess, R"(name: "institutions/gob/processes/p")"));
  ATHENA_EXPECT_OK(erase());
}

TEST_F(LinksTest, TheTreeOfAPlanShowsThatARiskChanged) {
  const std::string tree = R"(name: "institutions/gob/plans/p1" )";
  const auto before = GetTree(tree);
  ATHENA_ASSERT_OK(before);
  const std::string again =
      absl::StrCat(tree, R"(if_newer_than: ")", before->header.version_token(), R"(")");
  const auto same = GetTree(again);
  ATHENA_ASSERT_OK(same);
  EXPECT_TRUE(same->header.not_modified());
  ATHENA_ASSERT_OK(MakeRisk(""));
  const auto changed = GetTree(again);
  ATHENA_ASSERT_OK(changed);
  EXPECT_FALSE(changed->header.not_modified());
}

}  // namespace
}  // namespace athena::plan
