#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "athena/plan/v1/follow_up_service.pb.h"
#include "athena/plan/v1/operations_service.pb.h"
#include "libs/status/testing/matchers.h"
#include "services/athenactl/testing/fake_services.h"
#include "services/athenactl/testing/terminal.h"

namespace athena::athenactl {
namespace {

namespace plan = athena::plan::v1;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::Ran;
using ::testing::SizeIs;

// The plan p of the institution a, with an element, two risks, a decision and a budget.
class OperationsCommandsTest : public ::testing::Test {
 protected:
  OperationsCommandsTest() {
    options_.plan_address = plan_.address();
    Create<plan::Institution>(plan::CreateInstitutionRequest(), R"(institution_id: "a")");
    Create<plan::Plan>(plan::CreatePlanRequest(), R"(parent: "institutions/a" plan_id: "p")");
    Create<plan::Element>(plan::CreateElementRequest(),
                          R"(parent: "institutions/a/plans/p" element_id: "e1"
                           element { code: "1.1" })");
    Create<plan::Risk>(plan::CreateRiskRequest(),
                       R"(parent: "institutions/a" risk_id: "r1" risk { code: "R-1"
                        inherent_likelihood: 2 inherent_impact: 2
                        elements: "institutions/a/plans/p/elements/e1"
                        next_review_on { year: 2020 month: 1 day: 1 } })");
    Create<plan::Risk>(plan::CreateRiskRequest(),
                       R"(parent: "institutions/a" risk_id: "r2" risk { code: "R-2"
                        inherent_likelihood: 5 inherent_impact: 5 })");
    Create<plan::Decision>(plan::CreateDecisionRequest(),
                           R"(parent: "institutions/a" decision_id: "d1" decision {
                            element: "institutions/a/plans/p/elements/e1" state: STATE_OPEN
                            responsible: "board" due_date { year: 2020 month: 2 day: 1 } })");
    plan::GetPlanTreeResponse tree;
    EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(R"(
      header { plan { name: "institutions/a/plans/p" first_quarter: "2021-Q1"
                      last_quarter: "2026-Q3" } }
      units { name: "institutions/a/units/hr" }
      elements { name: "institutions/a/plans/p/elements/e1" code: "1.1"
                 owner_unit: "institutions/a/units/hr"
                 milestones { id: "m" title { text { key: "en" value: "Signed" } }
                              due_date { year: 2020 month: 3 day: 1 } } }
      budget_lines { name: "institutions/a/budgetLines/staff" code: "01" year: 2026
                     shares { element: "institutions/a/plans/p/elements/e1" share: 1 } }
      budget_amounts { budget_line: "staff" quarter: "2026-Q3" commitment_adjusted { units: 200 }
                       committed { units: 50 } })",
                                                              &tree));
    plan_.SetTree(tree);
  }

  template <typename Resource, typename Request>
  void Create(Request request, const std::string& text) {
    EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &request)) << text;
    ATHENA_EXPECT_OK(Connections(options_).Call<Resource>(request));
  }

  Ran Do(const std::vector<std::string>& words, int width = 0) const {
    return testing::RunAthenactl(words, options_, width);
  }
  Ran Push(const std::string& csv, const std::vector<std::string>& flags = {}) const {
    std::vector<std::string> words = {"amounts", "push", folder_.Write("sap.csv", csv)};
    words.insert(words.end(), flags.begin(), flags.end());
    return Do(words);
  }

  testing::FakePlan plan_;
  ConnectionOptions options_;
  testing::Folder folder_;
};

TEST_F(OperationsCommandsTest, DueListsEverythingThatIsLate) {
  const Ran ran = Do({"due", "a/p"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("risk review  R-1"));
  EXPECT_THAT(ran.out, HasSubstr("decision     1.1"));
  EXPECT_THAT(ran.out, HasSubstr("milestone    1.1   Signed"));
  EXPECT_THAT(ran.out, HasSubstr("3 late, 0 due from today"));
  EXPECT_LE(plan_.due_request().quarter(), "2026-Q3") << "the plan's last quarter";
  EXPECT_EQ(plan_.tree_request().quarters_size(), 6);
  const auto json = nlohmann::json::parse(Do({"due", "a", "--owner", "hr", "--json"}).out);
  EXPECT_EQ(json["items"].size(), 1U);
  EXPECT_EQ(Do({"due", "a", "--owner", "nobody"}).code, 2);
  EXPECT_EQ(Do({"due", "a", "--within", "soon"}).code, 2);
}

TEST_F(OperationsCommandsTest, RisksOfAnInstitutionAndOfAPlan) {
  const Ran all = Do({"risks", "a"});
  EXPECT_EQ(all.code, 0) << all.err;
  EXPECT_THAT(all.out, HasSubstr("5 almost certain    .    .    .    .    1\n"));
  EXPECT_LT(all.out.find("R-2"), all.out.find("R-1"));
  const Ran of_plan = Do({"risks", "a/p"});
  EXPECT_THAT(of_plan.out, Not(HasSubstr("R-2")));
  EXPECT_THAT(of_plan.out, HasSubstr("1 open risk; 1 review is overdue."));
  const auto json = nlohmann::json::parse(Do({"risks", "a", "--json"}).out);
  EXPECT_EQ(json["risks"][0]["code"], "R-2");
  EXPECT_EQ(Do({"risks", "a/p/x"}).code, 2);
}

TEST_F(OperationsCommandsTest, DecisionsNameTheElementByItsCode) {
  const Ran ran = Do({"decisions", "a/p"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("days late  1.1"));
  const auto asked = plan_.last_request("ListDecisions");
  EXPECT_EQ(static_cast<const plan::ListDecisionsRequest&>(*asked).filter(),
            "state = OPEN OR state = IN_PROGRESS");
  EXPECT_EQ(Do({"decisions", "a/other"}).out,
            "institutions/a/plans/other has no open decisions.\n");
}

TEST_F(OperationsCommandsTest, BudgetByElement) {
  const Ran ran = Do({"budget", "a", "2026-Q3"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("200         50     25.0 %  1 of 1 line"));
  EXPECT_THAT(plan_.tree_request().quarters(), ElementsAre("2026-Q3"));
  const auto json = nlohmann::json::parse(Do({"budget", "a/p", "2026-Q3", "--json"}).out);
  EXPECT_EQ(json["total"]["commitmentExecution"], "0.25");
  EXPECT_EQ(Do({"budget", "a", "2026"}).code, 2);
}

TEST_F(OperationsCommandsTest, AmountsArePushedOnceAndListed) {
  const std::string file = "budget_line,quarter,paid\nstaff,2026-Q3,12.34\nit,2026-Q3,5\n";
  const Ran first = Push(file);
  EXPECT_EQ(first.code, 0) << first.err;
  EXPECT_THAT(first.out, HasSubstr("2 rows in 1 push\n  2 inserted\n"));
  const Ran again = Push(file);
  EXPECT_EQ(again.code, 0) << again.err;
  EXPECT_THAT(again.out, HasSubstr("2 rows are stored already: nothing was done\n"));
  ASSERT_THAT(plan_.amounts_pushes(), SizeIs(2));
  EXPECT_EQ(plan_.amounts_pushes()[0].push_id(), plan_.amounts_pushes()[1].push_id());
  EXPECT_THAT(Do({"amounts", "list", "a", "--line", "staff"}).out, HasSubstr("12.34"));
  EXPECT_EQ(Do({"amounts", "list", "--csv"}).out,
            "budget_line,quarter,commitment_initial,commitment_adjusted,payment_initial,"
            "payment_adjusted,committed,paid\n"
            "it,2026-Q3,,,,,,5\nstaff,2026-Q3,,,,,,12.34\n");
}

TEST_F(OperationsCommandsTest, WhatOthersChangedSinceIsNamedAndLeft) {
  const std::string file = "budget_line,quarter,paid\nstaff,2026-Q3,1\nit,2026-Q3,5\n";
  EXPECT_EQ(Push(file).code, 0);
  plan_.SetSender("controller");
  EXPECT_EQ(Push("budget_line,quarter,paid\nstaff,2026-Q3,2\n").code, 0);
  const Ran again = Push(file);
  EXPECT_EQ(again.code, 3);
  EXPECT_THAT(again.err, HasSubstr(":2: stored before and changed since, by controller"));
  EXPECT_THAT(again.out, HasSubstr("1 row was changed since and left as it is"));
  const Ran forced = Push(file, {"--again"});
  EXPECT_EQ(forced.code, 0) << forced.err;
  EXPECT_THAT(forced.out, HasSubstr("1 revised, 1 unchanged"));
}

TEST_F(OperationsCommandsTest, BadRowsKeepTheirPushFromBeingStored) {
  const std::string file =
      "budget_line,quarter,paid\nstaff,2026-Q3,1\nunknown,2026-Q3,5\nit,2025-Q4,2\n";
  const Ran whole = Push(file);
  EXPECT_EQ(whole.code, 3);
  EXPECT_THAT(whole.err, HasSubstr(":3: budget_line: got \"unknown\""));
  EXPECT_THAT(whole.err, HasSubstr(":4: its quarter is closed"));
  EXPECT_THAT(whole.out, HasSubstr("2 rows refused\n  1 good row not stored"));
  const Ran partial = Push(file, {"--partial"});
  EXPECT_EQ(partial.code, 3);
  EXPECT_THAT(partial.out, HasSubstr("1 inserted\n  2 rows refused\n"));
  const Ran corrected = Push("budget_line,quarter,paid\nit,2025-Q4,2\n",
                             {"--correction-reason", "invoice of December"});
  EXPECT_EQ(corrected.code, 0) << corrected.err;
}

TEST_F(OperationsCommandsTest, FaultsOfTheFileAreToldWithThoseOfTheService) {
  const std::string file =
      "budget_line,quarter,paid\nstaff,2026-Q3,one\nunknown,2026-Q3,5\nit,2026-Q3,2\n";
  const Ran ran = Push(file, {"--json"});
  EXPECT_EQ(ran.code, 3);
  const auto json = nlohmann::json::parse(ran.out);
  EXPECT_EQ(json["rows"], 3);
  EXPECT_EQ(json["refused"], 2);
  EXPECT_EQ(json["heldBack"], 1);
  EXPECT_EQ(json["faults"][0]["line"], 2);
  EXPECT_EQ(json["faults"][1]["line"], 3);
  EXPECT_THAT(ran.err, HasSubstr("nothing was pushed"));
  EXPECT_THAT(plan_.amounts_pushes(), SizeIs(0));
  const Ran dry = Push("budget_line,quarter,paid\nit,2026-Q3,2\n", {"--dry-run"});
  EXPECT_EQ(dry.code, 0) << dry.err;
  EXPECT_THAT(dry.out, HasSubstr("would be: 1 inserted\n  nothing was stored (--dry-run)\n"));
  EXPECT_EQ(Do({"amounts", "frobnicate"}).code, 2);
}

}  // namespace
}  // namespace athena::athenactl
