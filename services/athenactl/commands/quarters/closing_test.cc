#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "athena/common/v1/history_service.pb.h"
#include "libs/status/testing/matchers.h"
#include "services/athenactl/testing/fake_services.h"
#include "services/athenactl/testing/terminal.h"

namespace athena::athenactl {
namespace {

namespace v1 = athena::indicator::v1;
using ::testing::ElementsAre;
using testing::FakeIndicator;
using testing::Folder;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::Ran;
using ::testing::SizeIs;

class IndicatorServiceTest : public ::testing::Test {
 protected:
  IndicatorServiceTest() { options_.indicator_address = indicator_.address(); }

  Ran Do(const std::vector<std::string>& words) const {
    return testing::RunAthenactl(words, options_);
  }

  FakeIndicator indicator_;
  ConnectionOptions options_;
};

using ClosingTest = IndicatorServiceTest;

TEST_F(ClosingTest, AQuarterIsClosedReopenedAndListed) {
  Ran ran = Do({"close", "a", "2021-Q3", "--reason", "board of 15 October"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_EQ(ran.out, "a 2021-Q3 is closed, at revision 1\n");
  EXPECT_EQ(Do({"list", "closings", "a"}).out,
            "ID       QUARTER  STATE   REASON               SUBJECT   REVISION  UPDATE TIME (UTC)\n"
            "2021-Q3  2021-Q3  closed  board of 15 October  somebody         1  1970-01-01 "
            "00:00:01\n");
  ran = Do({"reopen", "2021-Q3", "--institution=a", "--reason", "an error"});
  EXPECT_EQ(ran.out, "a 2021-Q3 is open again, at revision 2\n");
  EXPECT_THAT(Do({"list", "closings", "a"}).out, HasSubstr("2021-Q3  reopened"));
}

TEST_F(ClosingTest, WithoutAReasonOrAQuarterNothingIsAsked) {
  EXPECT_EQ(Do({"close", "a", "2021-Q3"}).code, 2);
  Ran ran = Do({"close", "a", "2021", "--reason", "x"});
  EXPECT_EQ(ran.code, 2);
  EXPECT_THAT(ran.err, HasSubstr("got the quarter 2021, want one like 2022-Q4"));
  EXPECT_EQ(indicator_.changes(), 0);
  EXPECT_EQ(Do({"list", "closings", "a"}).out, "There are no such closings that you may read.\n");
}

using CompletenessTest = IndicatorServiceTest;

TEST_F(CompletenessTest, TheFiveMeasuresAndWhoOwesStandInTables) {
  v1::GetCompletenessResponse answer;
  auto& quarter = *answer.add_quarters();
  quarter.set_quarter("2021-Q3");
  auto& one = *answer.add_indicators();
  one.set_indicator("institutions/a/indicators/k");
  one.set_quarter("2021-Q3");
  one.set_state(v1::REPORTING_STATE_OVERDUE);
  one.set_steward("data office");
  one.set_unattributed(1);
  for (v1::CompletenessMeasures* const measures :
       {quarter.mutable_measures(), one.mutable_measures()}) {
    measures->set_expected(8);
    measures->set_actual(6);
    measures->set_on_time(5);
    measures->mutable_rate()->set_value(0.75);
    measures->mutable_on_time_rate()->set_value(0.625);
    measures->set_overdue(2);
  }
  auto& sender = *answer.add_overdue_senders();
  sender.set_sender("hr-system");
  sender.set_last_push("institutions/a/pushes/17");
  sender.set_cells(1);
  sender.set_series(1);
  sender.set_indicators(1);
  sender.mutable_due()->set_year(2021);
  sender.mutable_due()->set_month(10);
  sender.mutable_due()->set_day(14);
  answer.set_revision(20);
  answer.mutable_date()->set_year(2021);
  answer.mutable_date()->set_month(11);
  answer.mutable_date()->set_day(2);
  indicator_.SetCompleteness(answer);

  const Ran ran = Do({"completeness", "a", "--from", "2021-Q2", "--to", "2021-Q3", "--overdue",
                      "--indicator", "k"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_EQ(
      ran.out,
      "QUARTER  EXPECTED  ACTUAL  ON TIME    RATE  RATE ON TIME  OVERDUE\n"
      "2021-Q3         8       6        5  75.0 %        62.5 %        2\n"
      "\n"
      "INDICATOR  QUARTER  EXPECTED  ACTUAL  ON TIME    RATE  RATE ON TIME  OVERDUE  STATE    "
      "STEWARD\n"
      "k          2021-Q3         8       6        5  75.0 %        62.5 %        2  overdue  "
      "data office\n"
      "\n"
      "OVERDUE FROM  CELLS  SERIES  INDICATORS  DUE         REVISION\n"
      "hr-system         1       1           1  2021-10-14        17\n"
      "1 overdue cell of nobody in particular: ask the steward\n"
      "\n"
      "What is due is judged as of 2021-11-02. True at revision 20.\n");
  const auto requests = indicator_.completeness_requests();
  ASSERT_THAT(requests, SizeIs(1));
  EXPECT_THAT(requests[0].quarters(), ElementsAre("2021-Q2", "2021-Q3"));
  EXPECT_THAT(requests[0].indicators(), ElementsAre("k"));
  EXPECT_TRUE(requests[0].overdue_only());
}

TEST_F(CompletenessTest, QuartersThatCannotBeAskedAboutAreMisuse) {
  EXPECT_THAT(Do({"completeness", "a", "--from", "2021-Q4", "--to", "2021-Q3"}).err,
              HasSubstr("want the earlier one first"));
  EXPECT_THAT(Do({"completeness", "a", "--from", "2015-Q1", "--to", "2020-Q1"}).err,
              HasSubstr("got 21 quarters from 2015-Q1 to 2020-Q1, want at most 20"));
  EXPECT_EQ(Do({"completeness", "a", "--from", "2015-Q2", "--to", "2020-Q1"}).code, 0);
  EXPECT_EQ(Do({"completeness", "a"}).code, 0);
  EXPECT_THAT(indicator_.completeness_requests().back().quarters(), SizeIs(1));
}

class CheckTest : public IndicatorServiceTest {
 protected:
  CheckTest() {
    v1::BatchCreateIndicatorsRequest create;
    create.set_parent("institutions/a");
    v1::CreateIndicatorRequest& k = *create.add_requests();
    k.set_indicator_id("k");
    k.mutable_indicator()->set_kind(v1::Indicator::KIND_BASE);
    v1::Dimension& unit = *k.mutable_indicator()->add_dimensions();
    unit.set_id("unit");
    unit.add_codes()->set_id("BM");
    v1::CreateIndicatorRequest& formula = *create.add_requests();
    formula.set_indicator_id("share");
    formula.mutable_indicator()->set_kind(v1::Indicator::KIND_FORMULA);
    options_.plan_address = plan_.address();
    common::v1::VerifyAuditLogResponse verified;
    verified.mutable_head()->set_revision(3);
    indicator_.SetHistory(verified);
    options_.reporting_address = reporting_.address();
    ATHENA_EXPECT_OK(Connections(options_).Call<v1::BatchCreateIndicatorsResponse>(create));
    for (const char* const csv : {"k,2021-Q1,BM,1,\nk,2021-Q2,BM,5,\nk,2021-Q3,BM,7,\n",
                                  "k,2021-Q1,BM,2,\nk,2021-Q2,BM,,yes\n"}) {
      EXPECT_EQ(Do({"push", "--institution=a",
                    folder_.Write("rows.csv",
                                  std::string("indicator,period,unit,value,retract\n") + csv)})
                    .code,
                0);
    }
  }

  testing::FakePlan plan_;
  testing::FakeReporting reporting_{{}};
  Folder folder_;
};

TEST_F(CheckTest, WhatAgreesIsCounted) {
  const Ran ran = Do({"check", "a", "--from=2021-Q1", "--to=2021-Q2"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_EQ(ran.out,
            "6 values of 2 indicators and 1 slice in 2021-Q1 to 2021-Q2, as of now and as of the "
            "revision that now is: no difference\n"
            "2 cells of 1 indicator, as they are and by their histories: no difference\n"
            "audit log of the plan service, 7 revisions: whole\n"
            "audit log of the indicator service, 3 revisions: whole\n"
            "audit log of the reporting service, 0 revisions: whole\n");
}

TEST_F(CheckTest, JsonTellsTheSame) {
  Ran ran = Do({"check", "a", "--from=2021-Q1", "--to=2021-Q2", "--json"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("\"compared\": 6,"));
  EXPECT_THAT(ran.out, HasSubstr("\"sound\": true"));
  indicator_.ForgetThePast();
  ran = Do({"check", "a", "--from=2021-Q1", "--to=2021-Q2", "--json"});
  EXPECT_EQ(ran.code, 1);
  EXPECT_THAT(ran.out, HasSubstr("\"faults\": [\n        \"entry 2 is missing\"\n      ]"));
  EXPECT_THAT(ran.out, HasSubstr("\"sound\": false"));
}

TEST_F(CheckTest, WhatDiffersIsNamedAndFails) {
  indicator_.ForgetThePast();
  const Ran ran = Do({"check", "a", "--to=2021-Q2"});
  EXPECT_EQ(ran.code, 1);
  EXPECT_THAT(ran.out, HasSubstr(": 3 differences\n"
                                 "  k 2021-Q2: 0, as of revision 3 1\n"
                                 "  k{unit=BM} 2021-Q2: 1, as of revision 3 2\n"
                                 "  share 2021-Q2: 2, as of revision 3 3\n"));
  EXPECT_THAT(ran.out, HasSubstr(": 3 differences\n"
                                 "  k{unit=BM} 2021-Q1: is 2 of revision 3, by its history 1 of "
                                 "revision 2\n"
                                 "  k{unit=BM} 2021-Q3: not in its history\n"
                                 "  k{unit=BM} 2021-Q2: is not there, by its history 5 of "
                                 "revision 2\n"));
  EXPECT_THAT(ran.out, Not(HasSubstr("more\n")));
}

}  // namespace
}  // namespace athena::athenactl
