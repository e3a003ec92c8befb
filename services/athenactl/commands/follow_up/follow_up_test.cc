#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "services/athenactl/terminal/text.h"
#include "services/athenactl/testing/fake_services.h"
#include "services/athenactl/testing/terminal.h"

namespace athena::athenactl {
namespace {

namespace plan = athena::plan::v1;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::Ran;

// The plan p of the institution a, whose element with the code 1.1 is e11, and a report of it.
class FollowUpTest : public ::testing::Test {
 protected:
  FollowUpTest() {
    options_.plan_address = plan_.address();
    const Connections connections(options_);
    plan::CreatePlanRequest plan;
    plan.set_parent("institutions/a");
    plan.set_plan_id("p");
    plan::CreateElementRequest element;
    element.set_parent("institutions/a/plans/p");
    element.set_element_id("e11");
    element.mutable_element()->set_code("1.1");
    plan::CreateProgressReportRequest report;
    report.set_parent("institutions/a/plans/p/elements/e11");
    report.set_progress_report_id("2026-Q1");
    EXPECT_TRUE(connections.Call<plan::Plan>(plan).ok());
    EXPECT_TRUE(connections.Call<plan::Element>(element).ok());
    EXPECT_TRUE(connections.Call<plan::ProgressReport>(report).ok());
  }

  Ran Do(const std::vector<std::string>& words, int width = 0) const {
    return testing::RunAthenactl(words, options_, width);
  }

  const std::string name_ = "institutions/a/plans/p/elements/e11/progressReports/2026-Q1";
  testing::FakePlan plan_;
  ConnectionOptions options_;
};

TEST_F(FollowUpTest, AReportIsSubmittedValidatedAndReturned) {
  Ran ran = Do({"submit", "a/plans/p/elements/1.1", "2026-Q1"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_EQ(ran.out, name_ + " is submitted, at revision 8\n");
  ran = Do({"validate", "a/plans/p/elements/1.1/progressReports/2026-Q1"});
  EXPECT_EQ(ran.out, name_ + " is validated, at revision 8\n");
  ran = Do({"return", name_, "--reason", "no figures"});
  EXPECT_EQ(ran.out, name_ + " is returned, at revision 8\n");
  const std::vector<std::string> calls = plan_.calls();
  EXPECT_EQ(calls.back(), "ReturnProgressReport " + name_ + " no figures");
}

TEST_F(FollowUpTest, AReportIsBegunAndChanged) {
  Ran ran = Do(
      {"report", "a/plans/p/elements/1.1", "2026-Q2", "percent_complete=40", "narrative.nl=Goed"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_EQ(plan_.calls().back(), "CreateProgressReport 2026-Q2");
  ran = Do({"report", "a/plans/p/elements/1.1", "2026-Q2", "narrative.fr=Bien"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  const std::string second = "institutions/a/plans/p/elements/e11/progressReports/2026-Q2";
  EXPECT_EQ(plan_.calls().back(), "UpdateProgressReport " + second + " narrative");
  ran = Do({"get", "a/plans/p/elements/1.1/progressReports/2026-Q2", "--json"});
  EXPECT_THAT(ran.out, HasSubstr("Goed"));
  EXPECT_THAT(ran.out, HasSubstr("Bien"));
  EXPECT_THAT(Do({"list", "progress-reports", "a/plans/p/elements/1.1"}).out, HasSubstr("2026-Q2"));
  EXPECT_EQ(Do({"report", "a/plans/p/elements/1.1", "2026-Q2", "state=validated"}).code, 2);
}

TEST_F(FollowUpTest, WhatIsNoReportIsMisuse) {
  const int before = plan_.changes();
  EXPECT_EQ(Do({"return", name_}).code, 2);
  EXPECT_THAT(Do({"return", name_}).err, HasSubstr("--reason"));
  EXPECT_EQ(Do({"submit", "a/plans/p/elements/1.1"}).code, 2);
  EXPECT_EQ(Do({"submit", "a/plans/p/elements/1.1", "2026"}).code, 2);
  EXPECT_EQ(plan_.changes(), before);
}

TEST_F(FollowUpTest, ProgressListsWhatIsDueIn80Columns) {
  plan::ListDueProgressReportsResponse answer;
  const auto add = [&](const std::string& code, const std::string& title,
                       plan::DueProgressReport::State state,
                       bool late) -> plan::DueProgressReport& {
    plan::DueProgressReport& row = *answer.add_due_progress_reports();
    row.set_code(code);
    (*row.mutable_title()->mutable_text())["nl"] = title;
    row.set_owner_unit("institutions/a/units/payroll");
    row.mutable_due_date()->set_year(2026);
    row.mutable_due_date()->set_month(4);
    row.mutable_due_date()->set_day(14);
    row.set_state(state);
    row.set_late(late);
    return row;
  };
  add("1.1", "Telewerk uitbreiden tot alle besturen van het gewest en hun diensten",
      plan::DueProgressReport::STATE_MISSING, true)
      .set_lead("hoofd van de dienst personeelszaken");
  plan::DueProgressReport& second =
      add("1.10", "Kort", plan::DueProgressReport::STATE_VALIDATED, false);
  second.add_reporters("ann");
  second.add_reporters("bob");
  second.set_percent_complete(12.5);
  plan_.SetDueReports(answer);

  const Ran ran = Do({"progress", "a", "2026-Q1", "--late", "--unit", "payroll"}, 80);
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("2 reports, 1 of them late: 1 missing, 1 validated\n"));
  EXPECT_THAT(ran.out, HasSubstr("12.5 %"));
  EXPECT_THAT(ran.out, HasSubstr("2026-04-14"));
  EXPECT_THAT(ran.out, HasSubstr("validated"));
  EXPECT_THAT(ran.out, HasSubstr("ann, bob"));
  for (size_t begin = 0; begin < ran.out.size();) {
    const size_t end = ran.out.find('\n', begin);
    EXPECT_LE(Width(ran.out.substr(begin, end - begin)), 80) << ran.out;
    begin = end + 1;
  }
  EXPECT_EQ(plan_.due_request().parent(), "institutions/a/plans/p");
  EXPECT_EQ(plan_.due_request().quarter(), "2026-Q1");
  EXPECT_EQ(plan_.due_request().filter(),
            "late = true AND owner_unit = \"institutions/a/units/payroll\"");
  plan_.SetDueReports({});
  EXPECT_EQ(Do({"progress", "a/p", "2026-Q1"}).out, "No such report is expected for 2026-Q1.\n");
}

}  // namespace
}  // namespace athena::athenactl
