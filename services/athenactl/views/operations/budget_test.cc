#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/strings/str_split.h"
#include "services/athenactl/terminal/text.h"
#include "services/athenactl/views/operations/budget_text.h"
#include "services/athenactl/views/operations/element_budget.h"

namespace athena::athenactl {
namespace {

namespace plan = athena::plan::v1;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

// Element 1 has 1.1 and 1.2 below it; 2 has no lines; 3 and 4 have lines of their own.
constexpr char kBudgetTree[] = R"(
  header { revision: 12 plan { name: "institutions/a/plans/p" } }
  elements { name: "e1" code: "1" title { text { key: "en" value: "Mobility" } } }
  elements { name: "e11" code: "1.1" parent_element: "e1"
             title { text { key: "en" value: "Cycle paths" } } }
  elements { name: "e12" code: "1.2" parent_element: "e1"
             title { text { key: "en" value: "Buses" } } }
  elements { name: "e2" code: "2" }
  elements { name: "e3" code: "3" title { text { key: "en" value: "Zero" } } }
  elements { name: "e4" code: "4" title { text { key: "en" value: "Unpaired" } } }
  budget_lines { name: "institutions/a/budgetLines/staff" code: "01" year: 2026
                 title { text { key: "en" value: "Staff" } }
                 shares { element: "e11" share: 0.5 } shares { element: "e12" share: 0.25 } }
  budget_lines { name: "institutions/a/budgetLines/it" code: "02" year: 2026
                 shares { element: "e1" share: 0.1 } shares { element: "other plan" share: 0.9 } }
  budget_lines { name: "institutions/a/budgetLines/late" code: "03" year: 2026
                 title { text { key: "en" value: "Comes late" } }
                 shares { element: "e12" share: 1 } }
  budget_lines { name: "institutions/a/budgetLines/old" code: "01" year: 2025
                 shares { element: "e11" share: 1 } }
  budget_lines { name: "institutions/a/budgetLines/zero" code: "05" year: 2026
                 shares { element: "e3" share: 1 } }
  budget_lines { name: "institutions/a/budgetLines/six" code: "06" year: 2026
                 shares { element: "e4" share: 1 } }
  budget_lines { name: "institutions/a/budgetLines/seven" code: "07" year: 2026
                 shares { element: "e4" share: 1 } }
  budget_amounts { budget_line: "staff" quarter: "2026-Q3" commitment_initial { units: 1000 }
                   commitment_adjusted { units: 1200 } payment_initial { units: 900 }
                   payment_adjusted { units: 1000 } committed { units: 600 nanos: 100000000 }
                   paid { units: 300 } }
  budget_amounts { budget_line: "staff" quarter: "2026-Q2" commitment_initial { units: 7777 } }
  budget_amounts { budget_line: "it" quarter: "2026-Q3" commitment_initial { units: 100 }
                   commitment_adjusted {} payment_initial { units: 100 } payment_adjusted {}
                   committed {} paid {} }
  budget_amounts { budget_line: "old" quarter: "2026-Q3" commitment_initial { units: 7777 } }
  budget_amounts { budget_line: "zero" quarter: "2026-Q3" commitment_initial { units: 5 }
                   commitment_adjusted {} payment_initial {} payment_adjusted {}
                   committed { units: 3 } paid {} }
  budget_amounts { budget_line: "six" quarter: "2026-Q3" committed { units: 10 } }
  budget_amounts { budget_line: "seven" quarter: "2026-Q3" commitment_adjusted { units: 100 }
                   committed { units: 20 } })";

plan::GetPlanTreeResponse BudgetTree() {
  plan::GetPlanTreeResponse tree;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(kBudgetTree, &tree));
  return tree;
}

std::vector<std::string> SumTexts(const BudgetSums& sums) {
  std::vector<std::string> texts;
  for (const auto& amount : sums.amounts) {
    texts.push_back(amount.has_value() ? amount->ToString() : "none");
  }
  for (const auto& execution : {sums.commitment_execution, sums.payment_execution}) {
    texts.push_back(execution.has_value() ? execution->ToString() : "none");
  }
  return texts;
}

TEST(ElementBudgetTest, AddsUpSharesExactlyWithThoseOfTheElementsBelow) {
  const plan::GetPlanTreeResponse tree = BudgetTree();
  const PlanBudget budget = BudgetOf(tree, "2026-Q3");
  ASSERT_EQ(budget.elements.size(), 5U);
  // 0.75 of staff and 0.1 of it: 900 / 450.075 / 750 / 225.
  EXPECT_EQ(budget.elements[0].element->code(), "1");
  EXPECT_THAT(SumTexts(budget.elements[0].sums),
              ElementsAre("760", "900", "685", "750", "450.075", "225", "0.500083333333", "0.3"));
  EXPECT_EQ(budget.elements[0].sums.lines, 3);
  EXPECT_EQ(budget.elements[0].sums.incomplete, 1);
  // 0.5 of staff.
  EXPECT_EQ(budget.elements[1].element->code(), "1.1");
  EXPECT_EQ(budget.elements[1].depth, 1);
  EXPECT_THAT(SumTexts(budget.elements[1].sums),
              ElementsAre("500", "600", "450", "500", "300.05", "150", "0.500083333333", "0.3"));
  EXPECT_EQ(budget.elements[1].sums.incomplete, 0);
  // 0.25 of staff, and all of a line without amounts.
  EXPECT_THAT(SumTexts(budget.elements[2].sums),
              ElementsAre("250", "300", "225", "250", "150.025", "75", "0.500083333333", "0.3"));
  EXPECT_EQ(budget.elements[2].sums.lines, 2);
  EXPECT_EQ(budget.elements[2].sums.incomplete, 1);
}

TEST(ElementBudgetTest, ExecutionIsNoneOfZeroAndOfAmountsOfDifferentLines) {
  const plan::GetPlanTreeResponse tree = BudgetTree();
  const PlanBudget budget = BudgetOf(tree, "2026-Q3");
  ASSERT_EQ(budget.elements.size(), 5U);
  EXPECT_THAT(SumTexts(budget.elements[3].sums),
              ElementsAre("5", "0", "0", "0", "3", "0", "none", "none"));
  // One line has no adjusted appropriation: 30 committed are not of these 100.
  EXPECT_THAT(SumTexts(budget.elements[4].sums),
              ElementsAre("none", "100", "none", "none", "30", "none", "none", "none"));
  EXPECT_EQ(budget.elements[4].sums.incomplete, 2);
}

TEST(ElementBudgetTest, NamesLinesThatLackAmounts) {
  const plan::GetPlanTreeResponse tree = BudgetTree();
  const PlanBudget budget = BudgetOf(tree, "2026-Q3");
  ASSERT_EQ(budget.incomplete.size(), 3U);
  EXPECT_EQ(budget.incomplete[0].line->code(), "03");
  EXPECT_THAT(budget.incomplete[0].missing, ElementsAre());
  EXPECT_EQ(budget.incomplete[1].line->code(), "06");
  EXPECT_THAT(budget.incomplete[1].missing,
              ElementsAre("commitment_initial", "commitment_adjusted", "payment_initial",
                          "payment_adjusted", "paid"));
  EXPECT_EQ(BudgetOf(tree, "2026-Q1").incomplete.size(), 6U);
  EXPECT_EQ(BudgetOf(tree, "2024-Q1").total.lines, 0);
}

TEST(BudgetTextTest, ShowsCommitmentsAndPaymentsInTheWidthOfTheTerminal) {
  const plan::GetPlanTreeResponse tree = BudgetTree();
  const PlanBudget budget = BudgetOf(tree, "2026-Q3");
  const std::string text = BudgetText(budget, {.quarter = "2026-Q3", .language = "nl"});
  EXPECT_THAT(text, HasSubstr("CODE  ELEMENT        INITIAL  ADJUSTED  COMMITTED  EXECUTION    "
                              "INCOMPLETE\n"));
  EXPECT_THAT(text, HasSubstr("1.1     Cycle paths   500,00    600,00     300,05     50,0 %"));
  EXPECT_THAT(text, HasSubstr("3     Zero              5,00      0,00       3,00       none"));
  EXPECT_THAT(text, HasSubstr("03           Comes late  all amounts\n"));
  for (const int width : {80, 120}) {
    const std::string narrow =
        BudgetText(budget, {.quarter = "2026-Q3", .language = "en", .width = width});
    for (const std::string& line : std::vector<std::string>(absl::StrSplit(narrow, '\n'))) {
      EXPECT_LE(Width(line), width) << narrow;
    }
    EXPECT_THAT(narrow, HasSubstr("Cycle paths"));
  }
  EXPECT_THAT(BudgetText(BudgetOf(tree, "2024-Q1"), {.quarter = "2024-Q1"}),
              HasSubstr("No budget line of 2024"));
}

TEST(BudgetTextTest, JsonIsExact) {
  const plan::GetPlanTreeResponse tree = BudgetTree();
  const auto json = nlohmann::json::parse(
      BudgetJson(BudgetOf(tree, "2026-Q3"), tree.header(), {.quarter = "2026-Q3"}));
  EXPECT_EQ(json["plan"], "institutions/a/plans/p");
  EXPECT_EQ(json["revision"], 12);
  EXPECT_EQ(json["elements"][2]["code"], "1.2");
  EXPECT_EQ(json["elements"][2]["committed"], "150.025");
  EXPECT_EQ(json["elements"][2]["commitmentExecution"], "0.500083333333");
  EXPECT_FALSE(json["elements"][4].contains("paid"));
  EXPECT_EQ(json["incompleteLines"][0]["missing"].size(), 6U);
}

TEST(AmountsTextTest, AmountsAreExactAsTextAndAsAFile) {
  plan::ListBudgetAmountsResponse amounts;
  ASSERT_TRUE(google::protobuf::TextFormat::ParseFromString(R"(
    amounts { amounts { budget_line: "staff" quarter: "2026-Q3" commitment_initial { units: 1234567 }
                        paid { units: -1 nanos: -750000000 } }
              revision: 9 sender: "sap" }
    amounts { amounts { budget_line: "staff" quarter: "2026-Q4" retract: true } revision: 10 }
    revision: 10)",
                                                            &amounts));
  const std::string text = AmountsText(amounts, {.language = "en", .width = 80});
  EXPECT_THAT(text, HasSubstr("committed  1,234,567.00      none   none"));
  EXPECT_THAT(text, HasSubstr("paid               none      none  -1.75"));
  EXPECT_THAT(text, HasSubstr("retracted"));
  amounts.mutable_amounts()->RemoveLast();
  EXPECT_EQ(AmountsCsv(amounts),
            "budget_line,quarter,commitment_initial,commitment_adjusted,payment_initial,"
            "payment_adjusted,committed,paid\n"
            "staff,2026-Q3,1234567,,,,,-1.75\n");
}

}  // namespace
}  // namespace athena::athenactl
