// The rules of budget lines; what holds of every kind is tested by conformance_test.cc.

#include "services/plan/operations/budget/budget_lines.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/status/status.h"
#include "libs/status/testing/matchers.h"
#include "services/plan/testing/service.h"

namespace athena::plan {
namespace {

using ::athena::status::testing::Refuses;
using ::testing::ElementsAre;
using testing::FaultyFields;
using ::testing::IsEmpty;
using testing::OperationsRpc;
using testing::Parsed;

v1::BudgetLine LineOf(const std::vector<double>& shares) {
  auto line = Parsed<v1::BudgetLine>(
      R"(code: "04.1" year: 2026 title { text { key: "nl" value: "Lonen" } })");
  for (size_t i = 0; i < shares.size(); ++i) {
    v1::BudgetShare& share = *line.add_shares();
    share.set_element(absl::StrCat("institutions/gob/plans/p1/elements/e", i));
    share.set_share(shares[i]);
  }
  return line;
}

std::vector<std::string> LineFaults(const v1::BudgetLine& line) {
  status::FieldFaults faults;
  BudgetLineKind::Validate("budget_line", "institutions/gob", line, &faults);
  return FaultyFields(faults.ToStatus());
}

std::vector<std::string> ShareFaults(const std::vector<double>& shares) {
  return LineFaults(LineOf(shares));
}

TEST(BudgetLineRulesTest, SharesAreAtMostOneTogetherExactly) {
  EXPECT_THAT(ShareFaults({}), IsEmpty());
  EXPECT_THAT(ShareFaults({1}), IsEmpty());
  // In floating point these sum to 0.9999999999999999 and to 1.0000000000000002.
  EXPECT_THAT(ShareFaults({0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1}), IsEmpty());
  EXPECT_THAT(ShareFaults({0.7, 0.1, 0.2}), IsEmpty());
  EXPECT_THAT(ShareFaults({0.333333, 0.333333, 0.333334}), IsEmpty());
  EXPECT_THAT(ShareFaults({0.333333, 0.333333, 0.333335}), ElementsAre("budget_line.shares"));
  EXPECT_THAT(ShareFaults({1, 0.000001}), ElementsAre("budget_line.shares"));
}

// Millionths against integers.
TEST(BudgetLineRulesTest, AnyHundredSharesAreSummedAsIntegers) {
  std::mt19937 random(7);
  for (int round = 0; round < 200; ++round) {
    std::vector<double> shares;
    int64_t sum = 0;
    for (int i = 0; i < 100; ++i) {
      const auto millionths = static_cast<int64_t>(1 + random() % 20'000);
      sum += millionths;
      shares.push_back(static_cast<double>(millionths) / 1e6);
    }
    EXPECT_EQ(ShareFaults(shares).empty(), sum <= 1'000'000) << sum;
  }
}

TEST(BudgetLineRulesTest, AShareIsAboveZeroWithSixDecimals) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double infinity = std::numeric_limits<double>::infinity();
  for (const double bad : {0.0, -0.5, 1.000001, 0.0000001, 0.1234567, nan, infinity}) {
    EXPECT_THAT(ShareFaults({bad}), ElementsAre("budget_line.shares[0].share")) << bad;
  }
  for (const double good : {0.000001, 0.123456, 1.0}) EXPECT_THAT(ShareFaults({good}), IsEmpty());
}

TEST(BudgetLineRulesTest, AnElementHasOneShare) {
  v1::BudgetLine line = LineOf({0.5, 0.25});
  line.mutable_shares(1)->set_element(line.shares(0).element());
  EXPECT_THAT(LineFaults(line), ElementsAre("budget_line.shares[1].element"));
  line.mutable_shares(1)->set_element("institutions/tal/plans/p/elements/e");
  EXPECT_THAT(LineFaults(line), ElementsAre("budget_line.shares[1].element"));
}

TEST(BudgetLineRulesTest, AListIsAcceptedUpToItsLimit) {
  EXPECT_THAT(ShareFaults(std::vector<double>(100, 0.01)), IsEmpty());
  EXPECT_THAT(ShareFaults(std::vector<double>(101, 0.001)), ElementsAre("budget_line.shares"));
}

TEST(BudgetLineRulesTest, TheYearIsRequired) {
  v1::BudgetLine line = LineOf({});
  for (const int year : {0, 1899, 2200, -1}) {
    line.set_year(year);
    EXPECT_THAT(LineFaults(line), ElementsAre("budget_line.year")) << year;
  }
  for (const int year : {1900, 2199}) {
    line.set_year(year);
    EXPECT_THAT(LineFaults(line), IsEmpty()) << year;
  }
}

class BudgetLinesTest : public testing::PlanTest {
 protected:
  absl::StatusOr<v1::BudgetLine> Make(const std::string& id, const std::string& code, int year,
                                      const std::string& rest = "") {
    return Call(&OperationsRpc::CreateBudgetLine,
                absl::StrCat(R"(parent: "institutions/gob" budget_line_id: ")", id,
                             R"(" budget_line { code: ")", code, R"(" year: )", year,
                             R"( title { text { key: "nl" value: "x" } } )", rest, "}"));
  }
};

TEST_F(BudgetLinesTest, ACodeIsThatOfOneLineOfItsYear) {
  ATHENA_ASSERT_OK(Make("a", "04.1", 2026));
  ATHENA_ASSERT_OK(Make("b", "04.1", 2027));
  EXPECT_THAT(Make("c", "04.1", 2026), Refuses("CODE_TAKEN"));
  EXPECT_THAT(Call(&OperationsRpc::UpdateBudgetLine,
                   R"(budget_line { name: "institutions/gob/budgetLines/b" year: 2026 })"),
              Refuses("CODE_TAKEN"));
  ATHENA_ASSERT_OK(
      Call(&OperationsRpc::DeleteBudgetLine, R"(name: "institutions/gob/budgetLines/a")"));
  ATHENA_EXPECT_OK(Make("c", "04.1", 2026));
}

TEST_F(BudgetLinesTest, AreListedByYearThenCode) {
  ATHENA_ASSERT_OK(Make("a", "04.10", 2027));
  ATHENA_ASSERT_OK(Make("b", "04.9", 2027));
  ATHENA_ASSERT_OK(Make("c", "05", 2026));
  const auto page =
      Call(&OperationsRpc::ListBudgetLines, R"(parent: "institutions/gob" filter: "year >= 2026")");
  ATHENA_ASSERT_OK(page);
  std::vector<std::string> codes;
  for (const v1::BudgetLine& line : page->budget_lines()) codes.push_back(line.code());
  EXPECT_THAT(codes, ElementsAre("05", "04.9", "04.10"));
}

// Each edit reads the line and sends its etag back: the sum holds, whoever is first.
TEST_F(BudgetLinesTest, SharesAreAtMostOneUnderConcurrentEdits) {
  constexpr int kWriters = 4;
  for (int i = 0; i < kWriters; ++i) {
    MakeElement(absl::StrCat("e", i), std::to_string(i));
  }
  ATHENA_ASSERT_OK(Make("l", "1", 2026));
  std::vector<std::thread> writers;
  for (int i = 0; i < kWriters; ++i) {
    writers.emplace_back([this, i] {
      for (int round = 0; round < 10; ++round) {
        auto line =
            Call(&OperationsRpc::GetBudgetLine, R"(name: "institutions/gob/budgetLines/l")");
        if (!line.ok()) continue;
        v1::BudgetShare& share = *line->add_shares();
        share.set_element(absl::StrCat("institutions/gob/plans/p1/elements/e", i));
        share.set_share(0.4);
        v1::UpdateBudgetLineRequest request;
        *request.mutable_budget_line() = *line;
        request.mutable_update_mask()->add_paths("shares");
        const auto updated = Call(&OperationsRpc::UpdateBudgetLine, request);
        if (updated.ok()) continue;
        const std::string reason = status::Reason(updated.status());
        EXPECT_TRUE(reason == "ETAG_MISMATCH" || reason == "INVALID_FIELDS") << reason;
      }
    });
  }
  for (std::thread& writer : writers) writer.join();
  const auto line =
      Call(&OperationsRpc::GetBudgetLine, R"(name: "institutions/gob/budgetLines/l")");
  ATHENA_ASSERT_OK(line);
  EXPECT_EQ(line->shares_size(), 2);
}

}  // namespace
}  // namespace athena::plan
