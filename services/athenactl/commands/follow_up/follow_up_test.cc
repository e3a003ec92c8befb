#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "services/athenactl/testing/fake_services.h"
#include "services/athenactl/testing/terminal.h"

namespace athena::athenactl {
namespace {

namespace v1 = athena::plan::v1;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::Ran;

// The plan p of the institution a, whose element with the code 1.1 is e11, and a report of it.
class FollowUpTest : public ::testing::Test {
 protected:
  FollowUpTest() {
    options_.plan_address = plan_.address();
    const Connections connections(options_);
    v1::CreatePlanRequest plan;
    plan.set_parent("institutions/a");
    plan.set_plan_id("p");
    v1::CreateElementRequest element;
    element.set_parent("institutions/a/plans/p");
    element.set_element_id("e11");
    element.mutable_element()->set_code("1.1");
    v1::CreateProgressReportRequest report;
    report.set_parent("institutions/a/plans/p/elements/e11");
    report.set_progress_report_id("2026-Q1");
    EXPECT_TRUE(connections.Call<v1::Plan>(plan).ok());
    EXPECT_TRUE(connections.Call<v1::Element>(element).ok());
    EXPECT_TRUE(connections.Call<v1::ProgressReport>(report).ok());
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

TEST_F(FollowUpTest, WhatIsNoReportIsMisuse) {
  const int before = plan_.changes();
  EXPECT_EQ(Do({"return", name_}).code, 2);
  EXPECT_THAT(Do({"return", name_}).err, HasSubstr("--reason"));
  EXPECT_EQ(Do({"submit", "a/plans/p/elements/1.1"}).code, 2);
  EXPECT_EQ(Do({"submit", "a/plans/p/elements/1.1", "2026"}).code, 2);
  EXPECT_EQ(plan_.changes(), before);
}

TEST_F(FollowUpTest, ProgressListsWhatIsDueIn80Columns) {
  v1::ListDueProgressReportsResponse answer;
  const auto add = [&](const std::string& code, const std::string& title,
                       v1::DueProgressReport::State state, bool late) -> v1::DueProgressReport& {
    v1::DueProgressReport& row = *answer.add_due_progress_reports();
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
      v1::DueProgressReport::STATE_MISSING, true)
      .set_lead("hoofd van de dienst personeelszaken");
  v1::DueProgressReport& second =
      add("1.10", "Kort", v1::DueProgressReport::STATE_VALIDATED, false);
  second.add_reporters("ann");
  second.add_reporters("bob");
  second.set_percent_complete(12.5);
  plan_.SetDueReports(answer);

  const Ran ran = Do({"progress", "a", "2026-Q1", "--late", "--unit", "payroll"}, 80);
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("2 reports, 1 of them late: 1 missing, 1 validated\n"));
  EXPECT_THAT(ran.out, HasSubstr("12.5 %"));
  EXPECT_THAT(ran.out, HasSubstr("ann, bob"));
  for (size_t begin = 0; begin < ran.out.size();) {
    const size_t end = ran.out.find('\n', begin);
    EXPECT_LE(end - begin, 80U) << ran.out.substr(begin, end - begin);
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
