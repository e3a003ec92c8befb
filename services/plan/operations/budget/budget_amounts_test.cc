// SetBudgetAmounts and ListBudgetAmounts; amounts_model_test.cc compares random pushes with a
// model.

#include "services/plan/operations/budget/budget_amounts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/audit/verify.h"
#include "libs/status/status.h"
#include "libs/status/testing/matchers.h"
#include "services/plan/schema.h"
#include "services/plan/testing/service.h"

namespace athena::plan {
namespace {

using ::athena::status::testing::Refuses;
using ::testing::ElementsAre;
using testing::FaultyFields;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::OperationsRpc;
using testing::Parsed;
using testing::Rpc;
using RowOutcome = v1::BudgetAmountsOutcome;

std::string RowText(const std::string& line, const std::string& quarter,
                    const std::string& amounts) {
  return absl::StrCat(" amounts { budget_line: '", line, "' quarter: '", quarter, "' ", amounts,
                      " }");
}
std::string Paid(const std::string& line, const std::string& quarter, int64_t euros) {
  return RowText(line, quarter, absl::StrCat("paid { units: ", euros, " }"));
}

// The clock of the tests shows September 2020.
class BudgetAmountsTest : public testing::PlanTest {
 protected:
  BudgetAmountsTest() {
    MakeLine("staff", 2020);
    MakeLine("ict", 2020);
    MakeLine("old", 2019);
  }

  void MakeLine(const std::string& id, int year) {
    ATHENA_ASSERT_OK(Call(&OperationsRpc::CreateBudgetLine,
                          absl::StrCat(R"(parent: "institutions/gob" budget_line_id: ")", id,
                                       R"(" budget_line { code: ")", id, R"(" year: )", year,
                                       R"( title { text { key: "nl" value: "x" } } })")));
  }
  static v1::SetBudgetAmountsRequest PushOf(const std::string& push_id, const std::string& rest) {
    return Parsed<v1::SetBudgetAmountsRequest>(
        absl::StrCat(R"(parent: "institutions/gob" push_id: ")", push_id, R"(" )", rest));
  }
  absl::StatusOr<v1::SetBudgetAmountsResponse> Push(const std::string& push_id,
                                                    const std::string& rest,
                                                    const std::string& who = "gob-sender") {
    return Call(&OperationsRpc::SetBudgetAmounts, PushOf(push_id, rest), who);
  }
  std::vector<v1::BudgetAmountsRecord> Records(const std::string& rest = "") {
    const auto page = Call(&OperationsRpc::ListBudgetAmounts,
                           absl::StrCat(R"(parent: "institutions/gob" )", rest), "gob-viewer");
    ATHENA_EXPECT_OK(page);
    if (!page.ok()) return {};
    return {page->amounts().begin(), page->amounts().end()};
  }
  // "line quarter paid committed", "-" where there is none; "retracted" for a retraction.
  std::vector<std::string> List(const std::string& rest = "") {
    std::vector<std::string> rows;
    for (const v1::BudgetAmountsRecord& record : Records(rest)) {
      const v1::BudgetAmounts& amounts = record.amounts();
      const auto text = [](bool has, const common::v1::Money& money) {
        return has ? absl::StrCat(money.units()) : "-";
      };
      rows.push_back(absl::StrCat(
          amounts.budget_line(), " ", amounts.quarter(), " ",
          amounts.retract() ? "retracted"
                            : absl::StrCat(text(amounts.has_paid(), amounts.paid()), " ",
                                           text(amounts.has_committed(), amounts.committed()))));
    }
    return rows;
  }
};

std::vector<RowOutcome::Outcome> OutcomesOf(const v1::SetBudgetAmountsResponse& response) {
  std::vector<RowOutcome::Outcome> outcomes;
  for (const RowOutcome& outcome : response.outcomes()) outcomes.push_back(outcome.outcome());
  return outcomes;
}

TEST_F(BudgetAmountsTest, ARowSetsTheAmountsThatItHasAndKeepsTheOthers) {
  ATHENA_ASSERT_OK(Push(
      "1",
      RowText("staff", "2020-Q1", "paid { units: 10 nanos: 250000000 } committed { units: 20 }")));
  ATHENA_ASSERT_OK(Push("2", RowText("staff", "2020-Q1", "paid { units: 12 }")));
  const auto records = Records();
  ASSERT_EQ(records.size(), 1U);
  const v1::BudgetAmounts& amounts = records[0].amounts();
  EXPECT_EQ(amounts.paid().units(), 12);
  EXPECT_EQ(amounts.paid().nanos(), 0);
  EXPECT_EQ(amounts.committed().units(), 20);
  EXPECT_FALSE(amounts.has_commitment_initial());
  EXPECT_EQ(records[0].sender(), "gob-sender");
  EXPECT_EQ(records[0].revision(), 7);
  EXPECT_EQ(records[0].time().seconds(), kStart + 7);
}

TEST_F(BudgetAmountsTest, EachRowHasItsOutcome) {
  const std::string all = "outcome_detail: OUTCOME_DETAIL_ALL ";
  const auto first = Push("1", absl::StrCat(all, Paid("staff", "2020-Q1", 1),
                                            RowText("ict", "2020-Q1", "retract: true")));
  ATHENA_ASSERT_OK(first);
  EXPECT_THAT(OutcomesOf(*first),
              ElementsAre(RowOutcome::OUTCOME_INSERTED, RowOutcome::OUTCOME_UNCHANGED));
  const auto second =
      Push("2", absl::StrCat(all, Paid("staff", "2020-Q1", 1), Paid("ict", "2020-Q1", 0)));
  ATHENA_ASSERT_OK(second);
  // Zero is an amount.
  EXPECT_THAT(OutcomesOf(*second),
              ElementsAre(RowOutcome::OUTCOME_UNCHANGED, RowOutcome::OUTCOME_INSERTED));
  const auto third = Push(
      "3", absl::StrCat(Paid("staff", "2020-Q1", 2), RowText("ict", "2020-Q1", "retract: true")));
  ATHENA_ASSERT_OK(third);
  EXPECT_THAT(third->outcomes(), IsEmpty());
  EXPECT_EQ(third->counts().revised(), 1);
  EXPECT_EQ(third->counts().deleted(), 1);
  EXPECT_THAT(List(), ElementsAre("staff 2020-Q1 2 -"));
  EXPECT_THAT(List("include_history: true"), ElementsAre("ict 2020-Q1 0 -", "ict 2020-Q1 retracted",
                                                         "staff 2020-Q1 1 -", "staff 2020-Q1 2 -"));
}

TEST_F(BudgetAmountsTest, FaultyRowsRefuseThePushUnlessItIsPartial) {
  const std::string rows = absl::StrCat(Paid("staff", "2020-Q1", 1), Paid("none", "2020-Q1", 1),
                                        Paid("old", "2020-Q1", 1), Paid("old", "2019-Q4", 1),
                                        Paid("staff", "2020-Q4", 1));
  const auto refused = Push("1", rows);
  EXPECT_THAT(FaultyFields(refused.status()),
              ElementsAre("amounts[1].budget_line", "amounts[2].quarter", "amounts[4].quarter"));
  EXPECT_THAT(List(), IsEmpty());
  const auto partial = Push("1", "partial: true" + rows);
  ATHENA_ASSERT_OK(partial);
  EXPECT_FALSE(partial->replayed());
  EXPECT_EQ(partial->counts().inserted(), 2);
  EXPECT_EQ(partial->counts().rejected(), 3);
  ASSERT_EQ(partial->outcomes_size(), 3);
  EXPECT_EQ(partial->outcomes(0).index(), 1);
  EXPECT_EQ(partial->outcomes(0).faults(0).reason(),
            v1::BudgetAmountsFault::REASON_UNKNOWN_BUDGET_LINE);
  EXPECT_EQ(partial->outcomes(0).faults(0).description(),
            "got \"none\", want a budget line that exists");
  EXPECT_EQ(partial->outcomes(1).faults(0).reason(),
            v1::BudgetAmountsFault::REASON_INVALID_QUARTER);
  EXPECT_EQ(partial->outcomes(2).faults(0).reason(),
            v1::BudgetAmountsFault::REASON_QUARTER_NOT_BEGUN);
  EXPECT_THAT(List(), ElementsAre("old 2019-Q4 1 -", "staff 2020-Q1 1 -"));
}

TEST_F(BudgetAmountsTest, TheSamePushAgainGetsTheFirstAnswer) {
  const std::string rows = absl::StrCat(Paid("staff", "2020-Q1", 1), Paid("staff", "2020-Q2", 2));
  auto first = Push("1", rows);
  ATHENA_ASSERT_OK(first);
  ATHENA_ASSERT_OK(Push("2", Paid("staff", "2020-Q1", 3)));
  // In another order, and whatever the indicator service says by then.
  indicators_.SetDown(true);
  const auto again =
      Push("1", absl::StrCat(Paid("staff", "2020-Q2", 2), Paid("staff", "2020-Q1", 1)));
  ATHENA_ASSERT_OK(again);
  first->set_replayed(true);
  EXPECT_EQ(again->DebugString(), first->DebugString());
  EXPECT_THAT(List(), ElementsAre("staff 2020-Q1 3 -", "staff 2020-Q2 2 -"));

  indicators_.SetDown(false);
  const auto other = Push("1", Paid("staff", "2020-Q1", 1));
  EXPECT_THAT(other, Refuses("PUSH_ID_REUSED"));
  EXPECT_EQ(other.status().code(), absl::StatusCode::kAlreadyExists);
  // Ids are each sender's own.
  const auto others = Push("1", Paid("staff", "2020-Q1", 1), "gob-all");
  ATHENA_ASSERT_OK(others);
  EXPECT_FALSE(others->replayed());
}

TEST_F(BudgetAmountsTest, ARefusedPushDoesNotUseUpItsId) {
  EXPECT_THAT(Push("1", Paid("none", "2020-Q1", 1)), Refuses("INVALID_FIELDS"));
  const auto stored = Push("1", Paid("staff", "2020-Q1", 1));
  ATHENA_ASSERT_OK(stored);
  EXPECT_FALSE(stored->replayed());
}

TEST_F(BudgetAmountsTest, ADryRunStoresNothing) {
  const auto dry = Push("", absl::StrCat("validate_only: true outcome_detail: OUTCOME_DETAIL_ALL ",
                                         Paid("staff", "2020-Q1", 1), Paid("none", "2020-Q1", 1)));
  ATHENA_ASSERT_OK(dry);
  EXPECT_THAT(OutcomesOf(*dry),
              ElementsAre(RowOutcome::OUTCOME_INSERTED, RowOutcome::OUTCOME_REJECTED));
  EXPECT_EQ(dry->revision(), 0);
  EXPECT_THAT(List(), IsEmpty());
  ATHENA_ASSERT_OK(Push("1", "validate_only: true" + Paid("staff", "2020-Q1", 1)));
  const auto stored = Push("1", Paid("staff", "2020-Q1", 1));
  ATHENA_ASSERT_OK(stored);
  EXPECT_FALSE(stored->replayed());
  const auto known = Push("1", "validate_only: true" + Paid("staff", "2020-Q1", 1));
  ATHENA_ASSERT_OK(known);
  EXPECT_TRUE(known->replayed());
  EXPECT_THAT(Push("1", "validate_only: true" + Paid("staff", "2020-Q1", 2)),
              Refuses("PUSH_ID_REUSED"));
}

TEST_F(BudgetAmountsTest, AClosedQuarterLocksWhatWouldChange) {
  ATHENA_ASSERT_OK(
      Push("1", absl::StrCat(Paid("staff", "2020-Q1", 1), Paid("staff", "2020-Q2", 1))));
  indicators_.SetClosed({"2020-Q1"});
  const std::string change = absl::StrCat(Paid("staff", "2020-Q1", 2), Paid("staff", "2020-Q2", 2));
  const auto refused = Push("2", change);
  EXPECT_THAT(refused, Refuses("PERIOD_CLOSED"));
  EXPECT_EQ(refused.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(refused.status().message(), HasSubstr("2020-Q1"));
  const auto unchanged = Push("3", Paid("staff", "2020-Q1", 1));
  ATHENA_ASSERT_OK(unchanged);
  EXPECT_EQ(unchanged->counts().unchanged(), 1);
  const auto partial = Push("4", "partial: true" + change);
  ATHENA_ASSERT_OK(partial);
  EXPECT_EQ(partial->counts().locked(), 1);
  EXPECT_EQ(partial->counts().revised(), 1);
  EXPECT_THAT(OutcomesOf(*partial), ElementsAre(RowOutcome::OUTCOME_LOCKED));
  EXPECT_THAT(List(), ElementsAre("staff 2020-Q1 1 -", "staff 2020-Q2 2 -"));

  const auto corrected = Push(
      "5", R"(correction_reason: "late invoice")" + Paid("staff", "2020-Q1", 2), "gob-corrector");
  ATHENA_ASSERT_OK(corrected);
  EXPECT_EQ(corrected->counts().revised(), 1);
  const auto records = Records("quarter: '2020-Q1'");
  ASSERT_EQ(records.size(), 1U);
  EXPECT_EQ(records[0].correction_reason(), "late invoice");
  EXPECT_EQ(records[0].sender(), "gob-corrector");
}

TEST_F(BudgetAmountsTest, WithoutTheIndicatorServiceACorrectionAloneIsStored) {
  indicators_.SetDown(true);
  EXPECT_EQ(Push("1", Paid("staff", "2020-Q1", 1)).status().code(), absl::StatusCode::kUnavailable);
  ATHENA_EXPECT_OK(
      Push("2", R"(correction_reason: "x")" + Paid("staff", "2020-Q1", 1), "gob-corrector"));
}

TEST_F(BudgetAmountsTest, APushIsOneRevisionThatWatchersSee) {
  const auto watch = StartWatch(R"(parent: "institutions/gob" after_revision: 5)");
  const auto pushed =
      Push("1", absl::StrCat(Paid("staff", "2020-Q1", 1), Paid("ict", "2020-Q1", 1)));
  ATHENA_ASSERT_OK(pushed);
  EXPECT_EQ(pushed->revision(), 6);
  v1::WatchPlansResponse change;
  ASSERT_TRUE(watch->Next(&change));
  EXPECT_EQ(change.revision(), 6);
  EXPECT_EQ(change.action(), "SetBudgetAmounts");
  EXPECT_EQ(change.subject(), "gob-sender");
  EXPECT_THAT(change.resources(), ElementsAre("institutions/gob/budgetLines/ict",
                                              "institutions/gob/budgetLines/staff"));
  // Nothing changes, and still it is a revision.
  const auto unchanged = Push("2", Paid("staff", "2020-Q1", 1));
  ATHENA_ASSERT_OK(unchanged);
  EXPECT_EQ(unchanged->revision(), 7);
  ASSERT_TRUE(watch->Next(&change));
  EXPECT_EQ(change.revision(), 7);
}

TEST_F(BudgetAmountsTest, TheTreeOfAPlanShowsThatAmountsChanged) {
  const std::string tree = R"(name: "institutions/gob/plans/p1" )";
  const auto before = GetTree(tree);
  ATHENA_ASSERT_OK(before);
  const std::string again =
      absl::StrCat(tree, R"(if_newer_than: ")", before->header.version_token(), R"(")");
  ATHENA_ASSERT_OK(Push("1", RowText("staff", "2020-Q1", "retract: true")));  // changes nothing
  const auto same = GetTree(again);
  ATHENA_ASSERT_OK(same);
  EXPECT_TRUE(same->header.not_modified());
  ATHENA_ASSERT_OK(Push("2", Paid("staff", "2020-Q1", 1)));
  const auto changed = GetTree(again);
  ATHENA_ASSERT_OK(changed);
  EXPECT_FALSE(changed->header.not_modified());
}

TEST_F(BudgetAmountsTest, TheAuditLogIsWholeUnlessAPushIsRemoved) {
  ATHENA_ASSERT_OK(Push("1", Paid("staff", "2020-Q1", 1)));
  const auto faults = [&] {
    const auto verdict =
        Call(&testing::HistoryRpc::VerifyAuditLog, R"(parent: "institutions/gob")");
    ATHENA_EXPECT_OK(verdict);
    return verdict.ok() ? verdict->faults_size() : -1;
  };
  EXPECT_EQ(faults(), 0);
  constexpr static sql::Statement kRemove{"DELETE FROM budget_push"};
  ATHENA_ASSERT_OK(
      database_->Write("gob", [](sql::WriteTx& tx) { return tx.Execute(kRemove, {}).status(); }));
  EXPECT_EQ(faults(), 1);
}

TEST_F(BudgetAmountsTest, ALineWithAmountsIsNotDeletedAndKeepsItsYear) {
  const auto erase = [&] {
    return Call(&OperationsRpc::DeleteBudgetLine, R"(name: "institutions/gob/budgetLines/staff")");
  };
  const auto move = [&] {
    return Call(&OperationsRpc::UpdateBudgetLine,
                R"(budget_line { name: "institutions/gob/budgetLines/staff" year: 2021 })");
  };
  ATHENA_ASSERT_OK(Push("1", Paid("staff", "2020-Q2", 1)));
  EXPECT_THAT(erase(), Refuses("BUDGET_LINE_IN_USE"));
  EXPECT_THAT(move(), Refuses("BUDGET_LINE_IN_USE"));
  EXPECT_EQ(status::MetadataValue(erase().status(), "quarter"), "2020-Q2");
  ATHENA_ASSERT_OK(Push("2", RowText("staff", "2020-Q2", "retract: true")));
  ATHENA_ASSERT_OK(move());
  ATHENA_EXPECT_OK(erase());
}

TEST_F(BudgetAmountsTest, AListIsNarrowedByLineAndQuarterAndAsOf) {
  ATHENA_ASSERT_OK(Push("1", absl::StrCat(Paid("staff", "2020-Q1", 1), Paid("ict", "2020-Q1", 2),
                                          Paid("ict", "2020-Q2", 3))));
  ATHENA_ASSERT_OK(Push(
      "2", absl::StrCat(Paid("ict", "2020-Q1", 4), RowText("staff", "2020-Q1", "retract: true"))));
  EXPECT_THAT(List(), ElementsAre("ict 2020-Q1 4 -", "ict 2020-Q2 3 -"));
  EXPECT_THAT(List("budget_line: 'ict' quarter: '2020-Q2'"), ElementsAre("ict 2020-Q2 3 -"));
  EXPECT_THAT(List("quarter: '2020-Q1'"), ElementsAre("ict 2020-Q1 4 -"));
  EXPECT_THAT(List("as_of { revision: 6 }"),
              ElementsAre("ict 2020-Q1 2 -", "ict 2020-Q2 3 -", "staff 2020-Q1 1 -"));
  EXPECT_THAT(List("as_of { revision: 5 }"), IsEmpty());
  EXPECT_THAT(List("budget_line: 'old'"), IsEmpty());
  EXPECT_THAT(FaultyFields(Call(&OperationsRpc::ListBudgetAmounts,
                                R"(parent: "institutions/gob" budget_line: "A" quarter: "2020"
                                   page_size: -1)")
                               .status()),
              ElementsAre("page_size", "budget_line", "quarter"));
}

TEST_F(BudgetAmountsTest, PagesShowOneRevision) {
  ATHENA_ASSERT_OK(Push("1", absl::StrCat(Paid("staff", "2020-Q1", 1), Paid("ict", "2020-Q1", 2),
                                          Paid("ict", "2020-Q2", 3))));
  for (const bool history : {false, true}) {
    auto request =
        Parsed<v1::ListBudgetAmountsRequest>(R"(parent: "institutions/gob" page_size: 1)");
    request.set_include_history(history);
    std::vector<int64_t> paid;
    do {
      const auto page = Call(&OperationsRpc::ListBudgetAmounts, request);
      ATHENA_ASSERT_OK(page);
      ASSERT_EQ(page->amounts_size(), 1);
      EXPECT_EQ(page->revision(), history ? 9 : 6);
      paid.push_back(page->amounts(0).amounts().paid().units());
      request.set_page_token(page->next_page_token());
      if (!history) {
        // Meanwhile somebody pushes.
        ATHENA_ASSERT_OK(Push(absl::StrCat("later-", paid.size()),
                              Paid("staff", "2020-Q1", 10 + static_cast<int64_t>(paid.size()))));
      }
    } while (!request.page_token().empty());
    if (history) {
      EXPECT_THAT(paid, ElementsAre(2, 3, 1, 11, 12, 13));
    } else {
      EXPECT_THAT(paid, ElementsAre(2, 3, 1));
    }
  }
}

TEST_F(BudgetAmountsTest, AnUnknownInstitutionIsNotFound) {
  EXPECT_EQ(Call(&OperationsRpc::SetBudgetAmounts,
                 R"(parent: "institutions/tal" push_id: "1" partial: true
                    amounts { budget_line: "l" quarter: "2020-Q1" paid {} })",
                 "tal-sender")
                .status()
                .code(),
            absl::StatusCode::kNotFound);
  EXPECT_EQ(Call(&OperationsRpc::ListBudgetAmounts, R"(parent: "institutions/tal")", "tal-viewer")
                .status()
                .code(),
            absl::StatusCode::kNotFound);
}

TEST_F(BudgetAmountsTest, TenThousandRowsAreOnePush) {
  v1::BatchCreateBudgetLinesRequest batch;
  batch.set_parent("institutions/gob");
  v1::SetBudgetAmountsRequest push = PushOf("big", "");
  for (int batch_at = 0; batch_at < 3; ++batch_at) {
    batch.clear_requests();
    for (int i = 0; i < 834; ++i) {
      const std::string id = absl::StrCat("l", batch_at * 834 + i);
      v1::CreateBudgetLineRequest& one = *batch.add_requests();
      one.set_budget_line_id(id);
      one.mutable_budget_line()->set_code(id);
      one.mutable_budget_line()->set_year(2019);
      (*one.mutable_budget_line()->mutable_title()->mutable_text())["nl"] = id;
      for (int quarter = 1; quarter <= 4 && push.amounts_size() < 10'000; ++quarter) {
        v1::BudgetAmounts& row = *push.add_amounts();
        row.set_budget_line(id);
        row.set_quarter(absl::StrCat("2019-Q", quarter));
        row.mutable_paid()->set_units(quarter);
        row.mutable_committed()->set_units(i);
      }
    }
    ATHENA_ASSERT_OK(Call(&OperationsRpc::BatchCreateBudgetLines, batch));
  }
  ASSERT_EQ(push.amounts_size(), 10'000);
  const auto stored = Call(&OperationsRpc::SetBudgetAmounts, push, "gob-sender");
  ATHENA_ASSERT_OK(stored);
  EXPECT_EQ(stored->counts().inserted(), 10'000);
  EXPECT_EQ(Records("page_size: 10000").size(), 10'000U);
  EXPECT_EQ(Records().size(), 1'000U);
}

}  // namespace
}  // namespace athena::plan
