#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "athena/indicator/v1/indicator_service.pb.h"
#include "services/athenactl/resources/connections.h"
#include "services/athenactl/testing/fake_services.h"
#include "services/athenactl/testing/terminal.h"
#include "services/athenactl/views/value_text.h"

namespace athena::athenactl {
namespace {

namespace v1 = athena::indicator::v1;
using ::testing::ElementsAre;
using testing::FakeIndicator;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::Ran;
using ::testing::SizeIs;

class ValuesTest : public ::testing::Test {
 protected:
  ValuesTest() {
    options_.plan_address = plan_.address();
    options_.indicator_address = indicator_.address();
    // Where days begin 12 or 13 hours earlier than in UTC.
    EXPECT_EQ(Do({"import", "institutions", folder_.Write("a.json", R"({"name": "institutions/a",
                      "timeZone": "Pacific/Auckland"})")})
                  .code,
              0);
  }

  Ran Do(const std::vector<std::string>& words) const {
    return testing::RunAthenactl(words, options_);
  }

  testing::Folder folder_;
  testing::FakePlan plan_;
  FakeIndicator indicator_;
  ConnectionOptions options_;
};

TEST_F(ValuesTest, GroupsStandInATableWithTargetsCoverageAndReasons) {
  v1::QueryPeriodValuesResponse answer;
  (*answer.mutable_header()->mutable_revisions())["institutions/a"] = 17;
  answer.add_definitions()->mutable_indicator()->set_decimals(1);
  v1::PeriodValue& full = *answer.add_values();
  full.set_asked("2021-Q3");
  full.set_period("2021-Q3");
  (*full.mutable_group())["unit"] = "BM";
  full.mutable_own()->mutable_value()->set_decimal("420");
  full.mutable_own()->set_present(3);
  full.mutable_own()->set_expected(3);
  full.mutable_own()->mutable_current()->mutable_target()->set_decimal("400");
  full.mutable_own()->mutable_current()->mutable_red()->set_decimal("380");
  v1::PeriodValue& part = *answer.add_values();
  part.set_asked("2021-Q3");
  part.set_period("2021");
  (*part.mutable_group())["unit"] = "BUP";
  part.mutable_own()->set_reason(v1::NO_VALUE_REASON_NOT_DUE);
  part.mutable_own()->set_present(2);
  part.mutable_own()->set_expected(3);
  part.mutable_own()->mutable_current()->mutable_low()->set_decimal("5");
  part.mutable_own()->mutable_current()->mutable_high()->set_decimal("7.5");
  part.mutable_own()->mutable_current()->mutable_red_low()->set_decimal("4");
  part.mutable_own()->mutable_current()->mutable_red_high()->set_decimal("9");
  indicator_.SetGroups(answer);
  const Ran ran = Do({"values", "a/k", "2021-Q3", "--by", "unit"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_EQ(ran.out,
            "PERIOD   unit  VALUE      TARGET                   RED  COVERAGE  NOTE\n"
            "2021-Q3  BM    420.0       400.0                 380.0       3/3\n"
            "2021-Q3  BUP          5.0 to 7.5  below 4.0, above 9.0       2/3  not due, of 2021\n"
            "True at revision 17.\n");
}

TEST_F(ValuesTest, V2_TheOperandWithoutAValueIsNamedWithItsReason) {
  v1::QueryPeriodValuesResponse answer;
  v1::PeriodValue& value = *answer.add_values();
  value.set_asked("2021-Q3");
  value.set_period("2021-Q3");
  value.mutable_own()->set_reason(v1::NO_VALUE_REASON_OPERAND);
  value.mutable_own()->set_operand("den");
  value.mutable_own()->set_operand_reason(v1::NO_VALUE_REASON_NOT_DUE);
  indicator_.SetGroups(answer);
  EXPECT_THAT(Do({"values", "a/k", "2021-Q3", "--by", "unit"}).out,
              HasSubstr("den has no value: not due\n"));
}

TEST_F(ValuesTest, WhatIsTypedBecomesTheRequest) {
  const Ran ran = Do({"values", "a/k", "2020-12..2021-02", "2021", "--slice", "sex=F", "--by",
                      "unit", "--by", "kind", "--as-of", "7"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  ASSERT_THAT(indicator_.queries(), SizeIs(1));
  const v1::QueryPeriodValuesRequest request = indicator_.queries()[0];
  EXPECT_THAT(request.periods(), ElementsAre("2020-12", "2021-01", "2021-02", "2021"));
  ASSERT_THAT(request.selections(), SizeIs(1));
  EXPECT_EQ(request.selections(0).indicator(), "institutions/a/indicators/k");
  EXPECT_EQ(request.selections(0).slice().at("sex"), "F");
  EXPECT_THAT(request.selections(0).group_by(), ElementsAre("unit", "kind"));
  EXPECT_EQ(request.revisions().revisions().at("institutions/a"), 7);
  // What is known at a time is judged as of its day.
  EXPECT_EQ(Do({"values", "a/k", "2021", "--as-of", "2021-12-31", "--by", "unit"}).code, 0);
  EXPECT_EQ(indicator_.queries().back().basis_date().year(), 2021);
  EXPECT_EQ(indicator_.queries().back().basis_date().month(), 12);
  EXPECT_EQ(indicator_.queries().back().basis_date().day(), 31);
}

TEST_F(ValuesTest, S10_DaysAreThoseOfTheInstitution) {
  EXPECT_EQ(Do({"values", "a/k", "2021", "--as-of", "2021-12-31", "--by", "unit"}).code, 0);
  EXPECT_EQ(TimeText(indicator_.queries().back().time()), "2021-12-31 10:59:59");
  EXPECT_EQ(Do({"values", "a/k", "2021", "--as-of", "2021-12-31T12:00:00Z", "--by", "unit"}).code,
            0);
  EXPECT_EQ(indicator_.queries().back().basis_date().year(), 2022);
  EXPECT_EQ(indicator_.queries().back().basis_date().day(), 1);
  // Nobody waits for a plan service that is away: today is what it is in Brussels.
  options_.plan_address = "127.0.0.1:1";
  EXPECT_EQ(Do({"values", "a/k", "2021", "--by", "unit"}).code, 0);
  EXPECT_EQ(Do({"values", "a/k", "2021", "--as-of", "2021-12-31"}).code, 1);
}

TEST_F(ValuesTest, PeriodsThatAreNoneAreRefusedBeforeAnythingIsAsked) {
  for (const char* const period :
       {"2021-Q5", "2021..2021-Q4", "2021-Q4..2021-Q1", "..2021", "2021..", ""}) {
    const Ran ran = Do({"values", "a/k", period});
    EXPECT_EQ(ran.code, 2) << period;
    EXPECT_THAT(ran.err, HasSubstr("want 2021, 2021-S1"));
  }
  EXPECT_EQ(Do({"values", "a/k"}).code, 2);
  // 365 days and 36.
  const Ran ran = Do({"values", "a/k", "2021-01-01..2021-12-31", "2022-01-01..2022-02-05"});
  EXPECT_EQ(ran.code, 2);
  EXPECT_THAT(ran.err, HasSubstr("want at most 400"));
  EXPECT_THAT(indicator_.queries(), IsEmpty());
}

}  // namespace
}  // namespace athena::athenactl
