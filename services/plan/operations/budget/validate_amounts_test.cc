#include "services/plan/operations/budget/validate_amounts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <tuple>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/plan/testing/text.h"

namespace athena::plan {
namespace {

using ::testing::ElementsAre;
using testing::FaultyFields;
using ::testing::IsEmpty;
using testing::Parsed;
using Fault = v1::BudgetAmountsFault;

constexpr absl::CivilDay kToday(2026, 5, 17);

common::v1::Money MoneyOf(int64_t units, int32_t nanos) {
  common::v1::Money money;
  money.set_units(units);
  money.set_nanos(nanos);
  return money;
}

TEST(CentsTest, AreExactInEachDirection) {
  for (const auto& [units, nanos, cents] : {std::tuple<int64_t, int32_t, int64_t>{0, 0, 0},
                                            {1, 0, 100},
                                            {1, 10'000'000, 101},
                                            {-1, -750'000'000, -175},
                                            {0, -10'000'000, -1},
                                            {0, 990'000'000, 99},
                                            {10'000'000'000'000, 0, 1'000'000'000'000'000},
                                            {-10'000'000'000'000, 0, -1'000'000'000'000'000}}) {
    EXPECT_EQ(CentsOf(MoneyOf(units, nanos)), cents);
    QuarterAmounts amounts;
    amounts.cents[5] = cents;
    v1::BudgetAmounts message;
    FillAmounts(amounts, &message);
    EXPECT_EQ(message.paid().units(), units);
    EXPECT_EQ(message.paid().nanos(), nanos);
  }
}

TEST(CentsTest, WhatIsNoAmountOfCentsIsRefused) {
  for (const auto& [units, nanos] :
       {std::pair<int64_t, int32_t>{0, 1},
        {0, 5'000'000},
        {1, -10'000'000},
        {-1, 10'000'000},
        {0, 1'000'000'000},
        {0, -1'000'000'000},
        {10'000'000'000'000, 10'000'000},
        {10'000'000'000'001, 0},
        {-10'000'000'000'001, 0},
        {std::numeric_limits<int64_t>::max(), 0},
        {std::numeric_limits<int64_t>::min(), std::numeric_limits<int32_t>::min()}}) {
    EXPECT_EQ(CentsOf(MoneyOf(units, nanos)), std::nullopt) << units << " " << nanos;
  }
}

TEST(MergedTest, ARowSetsWhatItHas) {
  QuarterAmounts stored;
  stored.cents = {1, 2, std::nullopt, 4, std::nullopt, 6};
  QuarterAmounts row;
  row.cents = {std::nullopt, 20, 30, std::nullopt, std::nullopt, 0};
  QuarterAmounts expected;
  expected.cents = {1, 20, 30, 4, std::nullopt, 0};
  EXPECT_EQ(Merged(stored, row), expected);
}

// The faults of rows: "index field reason".
std::vector<std::string> RowFaults(const std::string& rows) {
  const auto request = Parsed<v1::SetBudgetAmountsRequest>(rows);
  std::vector<std::string> faults;
  for (const AmountsRowFault& fault : CheckAmounts(request.amounts(), kToday).faults) {
    faults.push_back(
        absl::StrCat(fault.index, " ", fault.field, " ", Fault::Reason_Name(fault.reason)));
  }
  return faults;
}

TEST(CheckAmountsTest, ARowHasAmountsOrIsARetraction) {
  EXPECT_THAT(RowFaults("amounts { budget_line: 'l' quarter: '2026-Q1' paid {} }"
                        "amounts { budget_line: 'l' quarter: '2026-Q2' retract: true }"),
              IsEmpty());
  EXPECT_THAT(RowFaults("amounts { budget_line: 'l' quarter: '2026-Q1' }"
                        "amounts { budget_line: 'l' quarter: '2026-Q2' retract: true paid {} }"),
              ElementsAre("0 retract REASON_EMPTY", "1 retract REASON_EMPTY"));
}

TEST(CheckAmountsTest, NothingIsCommittedOrPaidInAQuarterThatHasNotBegun) {
  // 17 May lies in the second quarter.
  EXPECT_THAT(RowFaults("amounts { budget_line: 'l' quarter: '2026-Q2' committed {} paid {} }"
                        "amounts { budget_line: 'l' quarter: '2026-Q3' commitment_initial {}"
                        "  commitment_adjusted {} payment_initial {} payment_adjusted {} }"),
              IsEmpty());
  EXPECT_THAT(RowFaults("amounts { budget_line: 'l' quarter: '2026-Q3' committed {} paid {}"
                        "  payment_initial {} }"),
              ElementsAre("0 quarter REASON_QUARTER_NOT_BEGUN"));
}

TEST(CheckAmountsTest, EveryFaultOfARowIsNamed) {
  EXPECT_THAT(RowFaults("amounts { budget_line: 'L 1' quarter: '2026' paid { nanos: 1 }"
                        "  committed { units: 1 nanos: -10000000 } retract: true }"),
              ElementsAre("0 budget_line REASON_UNKNOWN_BUDGET_LINE",
                          "0 quarter REASON_INVALID_QUARTER", "0 committed REASON_INVALID_AMOUNT",
                          "0 paid REASON_INVALID_AMOUNT", "0 retract REASON_EMPTY"));
}

TEST(CheckAmountsTest, AllRowsOfALineAndQuarterThatComesTwiceAreRefused) {
  EXPECT_THAT(
      RowFaults("amounts { budget_line: 'a' quarter: '2026-Q1' paid {} }"
                "amounts { budget_line: 'b' quarter: '2026-Q1' paid {} }"
                "amounts { budget_line: 'a' quarter: '2026-Q1' committed {} }"
                "amounts { budget_line: 'c' quarter: 'x' paid {} }"
                "amounts { budget_line: 'a' quarter: '2026-Q1' retract: true }"),
      ElementsAre("0 budget_line REASON_DUPLICATE_KEY", "2 budget_line REASON_DUPLICATE_KEY",
                  "3 quarter REASON_INVALID_QUARTER", "4 budget_line REASON_DUPLICATE_KEY"));
}

std::vector<std::string> PushFaults(const v1::SetBudgetAmountsRequest& request) {
  status::FieldFaults faults;
  CheckPush(request, &faults);
  return FaultyFields(faults.ToStatus());
}

TEST(CheckPushTest, APushHasAnIdAndOneToTenThousandRows) {
  v1::SetBudgetAmountsRequest request;
  EXPECT_THAT(PushFaults(request), ElementsAre("push_id", "amounts"));
  request.set_push_id(std::string(128, 'x'));
  for (int i = 0; i < 10'000; ++i) request.add_amounts();
  EXPECT_THAT(PushFaults(request), IsEmpty());
  request.add_amounts();
  request.set_push_id(std::string(129, 'x'));
  request.set_correction_reason(std::string(1001, 'x'));
  request.set_outcome_detail(static_cast<v1::SetBudgetAmountsRequest::OutcomeDetail>(9));
  EXPECT_THAT(PushFaults(request),
              ElementsAre("push_id", "correction_reason", "outcome_detail", "amounts"));
  request = Parsed<v1::SetBudgetAmountsRequest>("validate_only: true amounts {}");
  EXPECT_THAT(PushFaults(request), IsEmpty());
}

TEST(ContentDigestTest, IsThatOfTheContentInAnyOrder) {
  const std::string a = "amounts { budget_line: 'a' quarter: '2026-Q1' paid { units: 1 } } ";
  const std::string b = "amounts { budget_line: 'b' quarter: '2026-Q1' paid { units: 1 } } ";
  const auto digest = [](const std::string& text) {
    return ContentDigest(Parsed<v1::SetBudgetAmountsRequest>(text));
  };
  const std::string same = digest(a + b);
  EXPECT_EQ(digest(b + a), same);
  EXPECT_EQ(digest(a + b + "push_id: 'x' validate_only: true outcome_detail: OUTCOME_DETAIL_ALL"),
            same);
  const std::vector<std::string> others = {
      a,
      a + b + b,
      a + b + "partial: true",
      a + b + "correction_reason: 'x'",
      a + "amounts { budget_line: 'b' quarter: '2026-Q1' paid { units: 1 nanos: 10000000 } }",
      a + "amounts { budget_line: 'b' quarter: '2026-Q1' committed { units: 1 } }",
      a + "amounts { budget_line: 'b' quarter: '2026-Q2' paid { units: 1 } }",
      a + "amounts { budget_line: 'b' quarter: '2026-Q1' retract: true }"};
  for (const std::string& other : others) EXPECT_NE(digest(other), same) << other;
}

}  // namespace
}  // namespace athena::plan
