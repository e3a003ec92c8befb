// Random pushes of amounts compared with an independent model: a map of amounts and a set of closed
// quarters, without revisions or SQL.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/status/status.h"
#include "libs/status/testing/matchers.h"
#include "services/plan/testing/service.h"

namespace athena::plan {
namespace {

using testing::OperationsRpc;
using RowOutcome = v1::BudgetAmountsOutcome;

// By the field's name, in cents.
using Amounts = std::map<std::string, int64_t>;
// By line and quarter; none is empty.
using Cells = std::map<std::pair<std::string, std::string>, Amounts>;

const std::vector<std::string> kLines = {"staff", "ict", "works"};
const std::vector<std::string> kQuarters = {"2019-Q1", "2019-Q2", "2019-Q3", "2019-Q4"};

Amounts AmountsIn(const v1::BudgetAmounts& row) {
  const auto cents = [](const common::v1::Money& money) {
    return money.units() * 100 + money.nanos() / 10'000'000;
  };
  Amounts amounts;
  if (row.has_commitment_initial()) amounts["ci"] = cents(row.commitment_initial());
  if (row.has_commitment_adjusted()) amounts["ca"] = cents(row.commitment_adjusted());
  if (row.has_payment_initial()) amounts["pi"] = cents(row.payment_initial());
  if (row.has_payment_adjusted()) amounts["pa"] = cents(row.payment_adjusted());
  if (row.has_committed()) amounts["c"] = cents(row.committed());
  if (row.has_paid()) amounts["p"] = cents(row.paid());
  return amounts;
}

struct Model {
  Cells cells;
  std::set<std::string> closed;
};

// The expected result of a push.
struct Expected {
  std::string refusal;  // the reason, or empty
  std::vector<RowOutcome::Outcome> outcomes;
  Cells after;
};

Expected Expect(const Model& model, const v1::SetBudgetAmountsRequest& request) {
  Expected expected;
  expected.after = model.cells;
  for (const v1::BudgetAmounts& row : request.amounts()) {
    const std::pair key(row.budget_line(), row.quarter());
    if (std::count(kLines.begin(), kLines.end(), key.first) == 0 ||
        std::count(kQuarters.begin(), kQuarters.end(), key.second) == 0) {
      expected.outcomes.push_back(RowOutcome::OUTCOME_REJECTED);
      continue;
    }
    const auto present = model.cells.find(key);
    const Amounts before = present == model.cells.end() ? Amounts() : present->second;
    Amounts after = before;
    for (const auto& [field, cents] : AmountsIn(row)) after[field] = cents;
    if (row.retract()) after.clear();
    if (after == before) {
      expected.outcomes.push_back(RowOutcome::OUTCOME_UNCHANGED);
      continue;
    }
    if (request.correction_reason().empty() && model.closed.count(key.second) == 1) {
      expected.outcomes.push_back(RowOutcome::OUTCOME_LOCKED);
      continue;
    }
    expected.outcomes.push_back(before.empty()  ? RowOutcome::OUTCOME_INSERTED
                                : after.empty() ? RowOutcome::OUTCOME_DELETED
                                                : RowOutcome::OUTCOME_REVISED);
    if (after.empty()) {
      expected.after.erase(key);
    } else {
      expected.after[key] = after;
    }
  }
  const auto any = [&](RowOutcome::Outcome outcome) {
    return std::count(expected.outcomes.begin(), expected.outcomes.end(), outcome) > 0;
  };
  if (!request.partial() && any(RowOutcome::OUTCOME_REJECTED)) {
    expected.refusal = "INVALID_FIELDS";
  } else if (!request.partial() && any(RowOutcome::OUTCOME_LOCKED)) {
    expected.refusal = "PERIOD_CLOSED";
  }
  return expected;
}

std::vector<RowOutcome::Outcome> OutcomesIn(const v1::SetBudgetAmountsResponse& response) {
  std::vector<RowOutcome::Outcome> outcomes;
  for (const RowOutcome& outcome : response.outcomes()) outcomes.push_back(outcome.outcome());
  return outcomes;
}

class AmountsModelTest : public testing::PlanTest, public ::testing::WithParamInterface<uint32_t> {
 protected:
  AmountsModelTest() : random_(GetParam()) {
    for (const std::string& line : kLines) {
      ATHENA_EXPECT_OK(
          Call(&OperationsRpc::CreateBudgetLine,
               absl::StrCat(R"(parent: "institutions/gob" budget_line_id: ")", line,
                            R"(" budget_line { code: ")", line,
                            R"(" year: 2019 title { text { key: "nl" value: "x" } } })")));
    }
  }

  size_t Pick(size_t count) { return random_() % count; }
  bool OneIn(size_t count) { return Pick(count) == 0; }

  void SetRandom(common::v1::Money* money) {
    money->set_units(static_cast<int64_t>(Pick(3)));
    money->set_nanos(OneIn(3) ? 250'000'000 : 0);
  }

  v1::BudgetAmounts RandomRow() {
    v1::BudgetAmounts row;
    row.set_budget_line(OneIn(30) ? "none" : kLines[Pick(kLines.size())]);
    row.set_quarter(OneIn(30) ? "2020-Q1" : kQuarters[Pick(kQuarters.size())]);
    if (OneIn(5)) {
      row.set_retract(true);
      return row;
    }
    SetRandom(row.mutable_paid());
    if (OneIn(2)) SetRandom(row.mutable_committed());
    if (OneIn(3)) SetRandom(row.mutable_commitment_initial());
    if (OneIn(3)) SetRandom(row.mutable_commitment_adjusted());
    if (OneIn(3)) SetRandom(row.mutable_payment_initial());
    if (OneIn(3)) SetRandom(row.mutable_payment_adjusted());
    return row;
  }

  v1::SetBudgetAmountsRequest RandomPush(const std::string& push_id) {
    v1::SetBudgetAmountsRequest request;
    request.set_parent("institutions/gob");
    request.set_push_id(push_id);
    request.set_outcome_detail(v1::SetBudgetAmountsRequest::OUTCOME_DETAIL_ALL);
    request.set_partial(OneIn(2));
    if (OneIn(4)) request.set_correction_reason("a typing error");
    std::set<std::pair<std::string, std::string>> used;
    for (size_t rows = 1 + Pick(8); rows > 0; --rows) {
      v1::BudgetAmounts row = RandomRow();
      if (used.insert({row.budget_line(), row.quarter()}).second) *request.add_amounts() = row;
    }
    return request;
  }

  // Pushes, compares the response with the model and updates the model.
  void Push(const v1::SetBudgetAmountsRequest& request) {
    indicators_.SetClosed(model_.closed);
    const Expected expected = Expect(model_, request);
    if (OneIn(4)) {
      v1::SetBudgetAmountsRequest trial = request;
      trial.set_validate_only(true);
      const auto foretold = Call(&OperationsRpc::SetBudgetAmounts, trial);
      ATHENA_ASSERT_OK(foretold);
      EXPECT_EQ(OutcomesIn(*foretold), expected.outcomes) << request.DebugString();
    }
    const auto answer = Call(&OperationsRpc::SetBudgetAmounts, request);
    EXPECT_EQ(status::Reason(answer.status()), expected.refusal) << request.DebugString();
    if (!answer.ok()) return;
    EXPECT_EQ(OutcomesIn(*answer), expected.outcomes) << request.DebugString();
    const auto rows = [&](RowOutcome::Outcome outcome) {
      return std::count(expected.outcomes.begin(), expected.outcomes.end(), outcome);
    };
    const v1::BudgetAmountsCounts& counts = answer->counts();
    EXPECT_EQ(counts.inserted(), rows(RowOutcome::OUTCOME_INSERTED));
    EXPECT_EQ(counts.revised(), rows(RowOutcome::OUTCOME_REVISED));
    EXPECT_EQ(counts.unchanged(), rows(RowOutcome::OUTCOME_UNCHANGED));
    EXPECT_EQ(counts.deleted(), rows(RowOutcome::OUTCOME_DELETED));
    EXPECT_EQ(counts.rejected(), rows(RowOutcome::OUTCOME_REJECTED));
    EXPECT_EQ(counts.locked(), rows(RowOutcome::OUTCOME_LOCKED));
    model_.cells = expected.after;
    at_[answer->revision()] = model_.cells;
    sent_.emplace_back(request, *answer);
  }

  // Sends an old push again, its rows in another order.
  void Replay() {
    auto [request, answer] = sent_[Pick(sent_.size())];
    std::shuffle(request.mutable_amounts()->pointer_begin(),
                 request.mutable_amounts()->pointer_end(), random_);
    const auto again = Call(&OperationsRpc::SetBudgetAmounts, request);
    ATHENA_ASSERT_OK(again);
    answer.set_replayed(true);
    EXPECT_EQ(again->DebugString(), answer.DebugString());
  }

  // Splits a push in two.
  void Split(const v1::SetBudgetAmountsRequest& request) {
    for (int part = 0; part < 2; ++part) {
      v1::SetBudgetAmountsRequest half = request;
      half.set_push_id(absl::StrCat(request.push_id(), "-", part));
      half.clear_amounts();
      for (int i = part; i < request.amounts_size(); i += 2) {
        *half.add_amounts() = request.amounts(i);
      }
      if (half.amounts_size() > 0) Push(half);
    }
  }

  // Each cell with all its six amounts, so that nothing of what was there stays.
  v1::SetBudgetAmountsRequest WholePush(const std::string& push_id) {
    v1::SetBudgetAmountsRequest request = RandomPush(push_id);
    request.set_partial(false);
    request.set_correction_reason("all of it");
    request.clear_amounts();
    for (const std::string& line : kLines) {
      for (const std::string& quarter : kQuarters) {
        v1::BudgetAmounts& row = *request.add_amounts();
        row.set_budget_line(line);
        row.set_quarter(quarter);
        SetRandom(row.mutable_commitment_initial());
        SetRandom(row.mutable_commitment_adjusted());
        SetRandom(row.mutable_payment_initial());
        SetRandom(row.mutable_payment_adjusted());
        SetRandom(row.mutable_committed());
        SetRandom(row.mutable_paid());
      }
    }
    return request;
  }

  Cells ListedAt(int64_t revision) {
    Cells listed;
    v1::ListBudgetAmountsRequest request;
    request.set_parent("institutions/gob");
    if (revision > 0) request.mutable_as_of()->set_revision(revision);
    request.set_page_size(5);
    do {
      const auto page = Call(&OperationsRpc::ListBudgetAmounts, request);
      ATHENA_EXPECT_OK(page);
      if (!page.ok()) break;
      for (const v1::BudgetAmountsRecord& record : page->amounts()) {
        const std::pair key(record.amounts().budget_line(), record.amounts().quarter());
        EXPECT_TRUE(listed.emplace(key, AmountsIn(record.amounts())).second);
      }
      request.set_page_token(page->next_page_token());
    } while (!request.page_token().empty());
    return listed;
  }

  std::mt19937 random_;
  Model model_;
  std::map<int64_t, Cells> at_;  // by revision
  std::vector<std::pair<v1::SetBudgetAmountsRequest, v1::SetBudgetAmountsResponse>> sent_;
};

TEST_P(AmountsModelTest, AnyInterleavingAgreesWithTheModelAtEveryRevision) {
  for (int step = 0; step < 150; ++step) {
    if (!sent_.empty() && OneIn(6)) {
      Replay();
      if (OneIn(8)) Restart([] {});
    } else if (OneIn(6)) {
      const std::string& quarter = kQuarters[Pick(kQuarters.size())];
      if (!model_.closed.insert(quarter).second) model_.closed.erase(quarter);
    } else {
      const v1::SetBudgetAmountsRequest request = RandomPush(absl::StrCat("push-", step));
      if (OneIn(6)) {
        Split(request);
      } else {
        Push(request);
      }
    }
    if (HasFailure()) FAIL() << "at step " << step;
  }
  ASSERT_GT(at_.size(), 40U);
  for (const auto& [revision, cells] : at_) {
    EXPECT_TRUE(ListedAt(revision) == cells) << "at revision " << revision;
  }
}

TEST_P(AmountsModelTest, FirstOneThenAnotherThenTheFirstLeavesTheFirst) {
  for (int round = 0; round < 5; ++round) {
    Push(RandomPush(absl::StrCat("before-", round)));
    v1::SetBudgetAmountsRequest first = WholePush(absl::StrCat("first-", round));
    Push(first);
    const Cells after_first = ListedAt(0);
    Push(WholePush(absl::StrCat("second-", round)));
    first.set_push_id(absl::StrCat("again-", round));
    Push(first);
    EXPECT_TRUE(ListedAt(0) == after_first);
    EXPECT_TRUE(ListedAt(0) == model_.cells);
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, AmountsModelTest, ::testing::Values(1, 2, 3));

}  // namespace
}  // namespace athena::plan
