// Which reports a quarter expects, and where each stands.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "libs/fields/fields.h"
#include "libs/status/testing/matchers.h"
#include "services/plan/testing/service.h"

namespace athena::plan {
namespace {

using ::athena::status::testing::IsOk;
using ::athena::status::testing::Refuses;
using ::testing::ElementsAre;
using testing::FaultyFields;
using FollowUp = testing::FollowUpRpc;
using ::testing::IsEmpty;
using testing::Rpc;
using Day = absl::CivilDay;

constexpr char kDuePlan[] = "institutions/gob/plans/p1";
constexpr char kYears[] = R"(start_date { year: 2021 month: 6 day: 1 }
                             end_date { year: 2023 month: 12 day: 31 } )";

// Progress is expected from 2022-Q1 on. Reports of that quarter are due on 14 April 2022.
class DueReportsTest : public testing::PlanTest {
 protected:
  DueReportsTest() {
    ATHENA_EXPECT_OK(Call(&Rpc::UpdatePlan, absl::StrCat("plan { name: '", kDuePlan,
                                                         "' progress_expected_from: '2022-Q1' }")));
    GoTo(Day(2022, 4, 2));
  }

  absl::StatusOr<v1::ListDueProgressReportsResponse> List(const std::string& rest = "",
                                                          const std::string& quarter = "2022-Q1",
                                                          const std::string& who = "gob-viewer") {
    return Call(&FollowUp::ListDueProgressReports,
                absl::StrCat("parent: '", kDuePlan, "' quarter: '", quarter, "' ", rest), who);
  }
  // "1.2 MISSING late" of each row.
  std::vector<std::string> Rows(const std::string& rest = "",
                                const std::string& quarter = "2022-Q1") {
    const auto page = List(rest, quarter);
    ATHENA_EXPECT_OK(page);
    std::vector<std::string> rows;
    if (!page.ok()) return rows;
    for (const v1::DueProgressReport& row : page->due_progress_reports()) {
      rows.push_back(absl::StrCat(row.code(), " ",
                                  v1::DueProgressReport::State_Name(row.state()).substr(6),
                                  row.late() ? " late" : ""));
    }
    return rows;
  }
  void MakeReport(const std::string& element, const std::string& quarter = "2022-Q1") {
    ATHENA_EXPECT_OK(
        Call(&FollowUp::CreateProgressReport,
             absl::StrCat("parent: '", kDuePlan, "/elements/", element, "' progress_report_id: '",
                          quarter, "' progress_report { percent_complete: 40 }"),
             "gob-planner"));
  }
  void Step(testing::UnaryRpc<FollowUp, v1::SubmitProgressReportRequest, v1::ProgressReport> rpc,
            const std::string& element) {
    ATHENA_EXPECT_OK(Call(rpc, Named(element), "gob-planner"));
  }
  static std::string Named(const std::string& element) {
    return absl::StrCat("name: '", kDuePlan, "/elements/", element, "/progressReports/2022-Q1' ");
  }
};

TEST_F(DueReportsTest, ListsTheExpectedOnesInTheOrderOfCodesWithWhereTheyStand) {
  for (const char* code : {"10", "9", "2", "3", "4", "5"}) {
    MakeElement(absl::StrCat("e", code), code, "ACTION", "", kYears);
  }
  MakeElement("undated", "6");
  MakeElement("goal", "7", "OBJECTIVE", "", kYears);
  MakeReport("e3");
  for (const char* id : {"e4", "e5", "e9"}) {
    MakeReport(id);
    Step(&FollowUp::SubmitProgressReport, id);
  }
  ATHENA_ASSERT_OK(Call(&FollowUp::ValidateProgressReport, Named("e5"), "gob-validator"));
  ATHENA_ASSERT_OK(
      Call(&FollowUp::ReturnProgressReport, Named("e9") + "reason: 'x'", "gob-validator"));
  EXPECT_THAT(Rows(), ElementsAre("2 MISSING", "3 DRAFT", "4 SUBMITTED", "5 VALIDATED",
                                  "9 RETURNED", "10 MISSING"));
  // What is not handed in on the due day is late from the next day on.
  GoTo(Day(2022, 4, 14));
  EXPECT_THAT(Rows(), ElementsAre("2 MISSING", "3 DRAFT", "4 SUBMITTED", "5 VALIDATED",
                                  "9 RETURNED", "10 MISSING"));
  GoTo(Day(2022, 4, 15));
  EXPECT_THAT(Rows(), ElementsAre("2 MISSING late", "3 DRAFT late", "4 SUBMITTED", "5 VALIDATED",
                                  "9 RETURNED late", "10 MISSING late"));
  Step(&FollowUp::SubmitProgressReport, "e3");
  EXPECT_THAT(Rows("filter: 'late = true AND NOT state = MISSING'"),
              ElementsAre("3 SUBMITTED late", "9 RETURNED late"));
}

TEST_F(DueReportsTest, ARowSaysWhatTheElementSays) {
  MakeUnit("u");
  MakeElement("a", "1", "ACTION", "",
              absl::StrCat(kYears, R"(owner_unit: "institutions/gob/units/u" lead: "Ann"
                                      reporters: "r1" reporters: "r2")"));
  MakeReport("a");
  const auto page = List();
  ATHENA_ASSERT_OK(page);
  ASSERT_EQ(page->due_progress_reports_size(), 1);
  const v1::DueProgressReport& row = page->due_progress_reports(0);
  EXPECT_EQ(row.progress_report(), absl::StrCat(kDuePlan, "/elements/a/progressReports/2022-Q1"));
  EXPECT_EQ(row.element(), absl::StrCat(kDuePlan, "/elements/a"));
  EXPECT_EQ(row.title().text().at("nl"), "a");
  EXPECT_EQ(row.owner_unit(), "institutions/gob/units/u");
  EXPECT_EQ(row.lead(), "Ann");
  EXPECT_THAT(row.reporters(), ElementsAre("r1", "r2"));
  EXPECT_EQ(fields::DayOf(row.due_date()), Day(2022, 4, 14));
  EXPECT_EQ(row.percent_complete(), 40);
  EXPECT_THAT(Rows("filter: 'owner_unit = \"institutions/gob/units/none\"'"), IsEmpty());
}

TEST_F(DueReportsTest, ExpectsNothingOfWhatIsPutOffOrStartsThen) {
  MakeElement("axis", "1", "AXIS");
  MakeElement("a", "1.1", "ACTION", "axis", kYears);
  MakeElement("b", "1.2", "ACTION", "",
              R"(start_date { year: 2022 month: 1 day: 1 }
                 end_date { year: 2023 month: 12 day: 31 })");
  EXPECT_THAT(Rows(), ElementsAre("1.1 MISSING"));
  EXPECT_THAT(Rows("", "2022-Q2"), ElementsAre("1.1 MISSING", "1.2 MISSING"));
  EXPECT_THAT(Rows("", "2021-Q4"), IsEmpty());
  ATHENA_ASSERT_OK(Call(&Rpc::UpdateElement,
                        absl::StrCat("element { name: '", kDuePlan,
                                     "/elements/axis' state: STATE_DEFERRED deferred_on { year: "
                                     "2022 month: 3 day: 31 } }")));
  EXPECT_THAT(Rows(), IsEmpty());
}

TEST_F(DueReportsTest, ComesInPagesOfOneRevision) {
  for (const char* code : {"1", "2", "10"}) {
    MakeElement(absl::StrCat("e", code), code, "ACTION", "", kYears);
  }
  const auto first = List("page_size: 2");
  ATHENA_ASSERT_OK(first);
  ASSERT_EQ(first->due_progress_reports_size(), 2);
  EXPECT_EQ(first->due_progress_reports(1).code(), "2");
  MakeElement("e11", "11", "ACTION", "", kYears);
  const auto second = List(absl::StrCat("page_token: '", first->next_page_token(), "'"));
  ATHENA_ASSERT_OK(second);
  ASSERT_EQ(second->due_progress_reports_size(), 1);
  EXPECT_EQ(second->due_progress_reports(0).code(), "10");
  EXPECT_EQ(second->next_page_token(), "");
  EXPECT_EQ(second->revision(), first->revision());
  EXPECT_THAT(List(absl::StrCat("page_token: '", first->next_page_token(), "'"), "2022-Q2"),
              Refuses("INVALID_PAGE_TOKEN"));
}

TEST_F(DueReportsTest, IsReadAsItWasAndJudgedOnThatDay) {
  MakeElement("a", "1", "ACTION", "", kYears);
  const auto before = List();
  ATHENA_ASSERT_OK(before);
  const int64_t seconds = absl::ToUnixSeconds(clock_.Now());
  GoTo(Day(2022, 5, 1));
  MakeReport("a");
  EXPECT_THAT(Rows(), ElementsAre("1 DRAFT late"));
  EXPECT_THAT(Rows(absl::StrCat("as_of { revision: ", before->revision(), " }")),
              ElementsAre("1 MISSING"));
  EXPECT_THAT(Rows(absl::StrCat("as_of { time { seconds: ", seconds, " } }")),
              ElementsAre("1 MISSING"));
}

TEST_F(DueReportsTest, NamesEveryFaultOfTheRequest) {
  EXPECT_THAT(FaultyFields(Call(&FollowUp::ListDueProgressReports,
                                "parent: 'p1' quarter: '2022' page_size: -1")
                               .status()),
              ElementsAre("parent", "quarter", "page_size"));
  EXPECT_THAT(FaultyFields(List("", "").status()), ElementsAre("quarter"));
  EXPECT_THAT(FaultyFields(List("", "2020-Q4").status()), ElementsAre("quarter"));
  EXPECT_THAT(FaultyFields(List("", "2027-Q1").status()), ElementsAre("quarter"));
  EXPECT_THAT(FaultyFields(List("filter: 'no_such_field = 1'").status()), ElementsAre("filter"));
  EXPECT_THAT(List("", "2026-Q4"), IsOk());
  EXPECT_THAT(Call(&FollowUp::ListDueProgressReports,
                   "parent: 'institutions/gob/plans/none' quarter: '2022-Q1'"),
              Refuses("RESOURCE_NOT_FOUND"));
}

TEST_F(DueReportsTest, APlanWithoutProgressExpectsNothing) {
  MakeElement("a", "1", "ACTION", "", kYears);
  ATHENA_ASSERT_OK(
      Call(&Rpc::UpdatePlan, absl::StrCat("plan { name: '", kDuePlan,
                                          "' } update_mask { paths: 'progress_expected_from' }")));
  EXPECT_THAT(Rows(), IsEmpty());
}

}  // namespace
}  // namespace athena::plan
