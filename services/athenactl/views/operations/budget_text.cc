#include "services/athenactl/views/operations/budget_text.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "libs/decimal/number_format.h"
#include "services/athenactl/files/text/csv.h"
#include "services/athenactl/resources/resource_names.h"
#include "services/athenactl/terminal/table.h"
#include "services/athenactl/terminal/text.h"
#include "services/athenactl/views/value_text.h"

namespace athena::athenactl {
namespace {

namespace plan = athena::plan::v1;
using BudgetJsonObject = nlohmann::ordered_json;

constexpr int kCents = 2;
constexpr int kExecutionDecimals = 1;
// What narrow terminals show of a title and of a line.
constexpr int kLeastBudgetTitle = 16;
constexpr int kLeastLine = 8;

// 0 where all amounts are whole, else cents.
int EuroDecimals(const std::vector<Decimal>& amounts) {
  const bool whole = std::all_of(amounts.begin(), amounts.end(),
                                 [](Decimal amount) { return amount.Round(0) == amount; });
  return whole ? 0 : kCents;
}

std::string EuroText(const std::optional<Decimal>& amount, int decimals,
                     const std::string& language) {
  return amount.has_value() ? Grouped(amount->ToFixed(decimals), language) : "none";
}

std::optional<Decimal> BudgetPercent(const std::optional<Decimal>& share) {
  return share.has_value() ? Decimal::Multiply(*share, Decimal::FromInt(100)) : std::nullopt;
}

// A row of one of the two tables.
struct BudgetRow {
  std::string code;
  std::string title;
  const BudgetSums* sums;
};

// Which columns of amounts a table has.
struct BudgetColumns {
  const char* used;  // heading
  size_t initial_at;
  size_t adjusted_at;
  size_t used_at;
  std::optional<Decimal> BudgetSums::*execution;
};

std::string BudgetTable(const std::vector<BudgetRow>& rows, const BudgetColumns& columns,
                        int decimals, const BudgetTextOptions& options) {
  Table table({{"CODE"},
               {.heading = "ELEMENT", .least = kLeastBudgetTitle},
               {.heading = "INITIAL", .right = true, .spare = true},
               {"ADJUSTED", true},
               {columns.used, true},
               {"EXECUTION", true},
               {"INCOMPLETE", true}});
  // An execution that is nearly 100 % does not look as if it were.
  std::vector<Decimal> executions = {Decimal::FromInt(100)};
  for (const BudgetRow& row : rows) {
    if (const auto percent = BudgetPercent(row.sums->*columns.execution))
      executions.push_back(*percent);
  }
  int execution_decimals = kExecutionDecimals;
  for (const Decimal one : executions) {
    execution_decimals = std::max(execution_decimals,
                                  DecimalsThatTellApart(kExecutionDecimals, {one, executions[0]}));
  }
  for (const BudgetRow& row : rows) {
    const auto amount = [&](size_t at) {
      return EuroText(row.sums->amounts[at], decimals, options.language);
    };
    const std::optional<Decimal> percent = BudgetPercent(row.sums->*columns.execution);
    table.Add({row.code, row.title, amount(columns.initial_at), amount(columns.adjusted_at),
               amount(columns.used_at),
               percent.has_value()
                   ? Grouped(percent->ToFixed(execution_decimals), options.language) + " %"
                   : "none",
               row.sums->incomplete == 0
                   ? ""
                   : absl::StrCat(row.sums->incomplete, " of ",
                                  Counted(row.sums->lines, "line", "lines"))});
  }
  return table.Text(options.width, options.colour);
}

std::string IncompleteText(const PlanBudget& budget, const BudgetTextOptions& options) {
  Table table({{.heading = "BUDGET LINE"},
               {.heading = "TITLE", .least = kLeastBudgetTitle},
               {.heading = "MISSING", .wraps = true}});
  for (const IncompleteLine& one : budget.incomplete) {
    table.Add({one.line->code(), InLanguage(one.line->title(), options.language),
               one.missing.empty()
                   ? "all amounts"
                   : absl::StrReplaceAll(absl::StrJoin(one.missing, ", "), {{"_", " "}})});
  }
  if (table.empty()) return "";
  return absl::StrCat("\nBudget lines that lack amounts of ", options.quarter,
                      "; the sums are without them:\n", table.Text(options.width, options.colour));
}

BudgetJsonObject SumsJson(const BudgetSums& sums) {
  constexpr std::array<const char*, kAmountFields.size()> kNames = {
      "commitmentInitial", "commitmentAdjusted", "paymentInitial",
      "paymentAdjusted",   "committed",          "paid"};
  BudgetJsonObject json = BudgetJsonObject::object();
  for (size_t at = 0; at < kNames.size(); ++at) {
    if (sums.amounts[at].has_value()) json[kNames[at]] = sums.amounts[at]->ToString();
  }
  if (sums.commitment_execution.has_value()) {
    json["commitmentExecution"] = sums.commitment_execution->ToString();
  }
  if (sums.payment_execution.has_value()) {
    json["paymentExecution"] = sums.payment_execution->ToString();
  }
  json["lines"] = sums.lines;
  json["linesIncomplete"] = sums.incomplete;
  return json;
}

}  // namespace

std::string BudgetText(const PlanBudget& budget, const BudgetTextOptions& options) {
  if (budget.total.lines == 0) {
    return absl::StrCat("No budget line of ", options.quarter.substr(0, options.quarter.find('-')),
                        " has a share for an element of the plan.\n");
  }
  std::vector<BudgetRow> rows = {{"", "whole plan", &budget.total}};
  std::vector<Decimal> amounts;
  for (const ElementBudget& one : budget.elements) {
    rows.push_back({one.element->code(),
                    absl::StrCat(std::string(static_cast<size_t>(one.depth) * 2, ' '),
                                 InLanguage(one.element->title(), options.language)),
                    &one.sums});
  }
  for (const BudgetRow& row : rows) {
    for (const std::optional<Decimal>& amount : row.sums->amounts) {
      if (amount.has_value()) amounts.push_back(*amount);
    }
  }
  const int decimals = EuroDecimals(amounts);
  return absl::StrCat(
      "Commitments up to the end of ", options.quarter, ", in euros since 1 January\n",
      BudgetTable(rows,
                  {"COMMITTED", kCommitmentInitial, kCommitmentAdjusted, kCommitted,
                   &BudgetSums::commitment_execution},
                  decimals, options),
      "\nPayments\n",
      BudgetTable(
          rows, {"PAID", kPaymentInitial, kPaymentAdjusted, kPaid, &BudgetSums::payment_execution},
          decimals, options),
      IncompleteText(budget, options));
}

std::string BudgetJson(const PlanBudget& budget, const plan::GetPlanTreeResponse::Header& header,
                       const BudgetTextOptions& options) {
  BudgetJsonObject elements = BudgetJsonObject::array();
  for (const ElementBudget& one : budget.elements) {
    BudgetJsonObject json = {{"element", one.element->name()},
                             {"code", one.element->code()},
                             {"title", InLanguage(one.element->title(), options.language)}};
    json.update(SumsJson(one.sums));
    elements.push_back(std::move(json));
  }
  BudgetJsonObject lines = BudgetJsonObject::array();
  for (const IncompleteLine& one : budget.incomplete) {
    std::vector<std::string> missing = one.missing;
    if (missing.empty()) missing.assign(kAmountFields.begin(), kAmountFields.end());
    lines.push_back({{"budgetLine", one.line->name()},
                     {"code", one.line->code()},
                     {"title", InLanguage(one.line->title(), options.language)},
                     {"missing", std::move(missing)}});
  }
  const BudgetJsonObject answer = {
      {"plan", header.plan().name()},    {"quarter", options.quarter},
      {"revision", header.revision()},   {"total", SumsJson(budget.total)},
      {"elements", std::move(elements)}, {"incompleteLines", std::move(lines)}};
  return answer.dump(2, ' ', false, BudgetJsonObject::error_handler_t::replace) + "\n";
}

std::string AmountsText(const plan::ListBudgetAmountsResponse& amounts,
                        const BudgetTextOptions& options) {
  std::vector<Decimal> all;
  for (const plan::BudgetAmountsRecord& record : amounts.amounts()) {
    for (size_t at = 0; at < kAmountFields.size(); ++at) {
      if (const auto amount = AmountOf(record.amounts(), at)) all.push_back(*amount);
    }
  }
  const int decimals = EuroDecimals(all);
  Table table({{.heading = "BUDGET LINE", .least = kLeastLine},
               {"QUARTER"},
               {"OF"},
               {"INITIAL", true},
               {"ADJUSTED", true},
               {"USED", true},
               {.heading = "REVISION", .right = true, .spare = true},
               {.heading = "STORED (UTC)", .spare = true},
               {.heading = "BY", .spare = true},
               {.heading = "CORRECTION", .wraps = true, .spare = true}});
  for (const plan::BudgetAmountsRecord& record : amounts.amounts()) {
    const plan::BudgetAmounts& row = record.amounts();
    const auto add = [&](const char* of, std::array<size_t, 3> at) {
      std::vector<std::string> cells = {row.budget_line(), row.quarter(), of};
      for (const size_t one : at) {
        cells.push_back(EuroText(AmountOf(row, one), decimals, options.language));
      }
      cells.insert(cells.end(), {absl::StrCat(record.revision()), TimeText(record.time()),
                                 record.sender(), record.correction_reason()});
      table.Add(cells);
    };
    if (row.retract()) {
      table.Add({row.budget_line(), row.quarter(), "retracted", "", "", "",
                 absl::StrCat(record.revision()), TimeText(record.time()), record.sender(),
                 record.correction_reason()});
      continue;
    }
    add("committed", {kCommitmentInitial, kCommitmentAdjusted, kCommitted});
    add("paid", {kPaymentInitial, kPaymentAdjusted, kPaid});
  }
  if (table.empty()) return "No amounts there.\n";
  return absl::StrCat(table.Text(options.width, options.colour),
                      "\nIn euros since 1 January. True at revision ", amounts.revision(), ".\n");
}

std::string AmountsCsv(const plan::ListBudgetAmountsResponse& amounts) {
  std::vector<std::string> header = {"budget_line", "quarter"};
  header.insert(header.end(), kAmountFields.begin(), kAmountFields.end());
  std::string text = CsvLine(header);
  for (const plan::BudgetAmountsRecord& record : amounts.amounts()) {
    std::vector<std::string> fields = {record.amounts().budget_line(), record.amounts().quarter()};
    for (size_t at = 0; at < kAmountFields.size(); ++at) {
      const std::optional<Decimal> amount = AmountOf(record.amounts(), at);
      fields.push_back(amount.has_value() ? amount->ToString() : "");
    }
    text += CsvLine(fields);
  }
  return text;
}

}  // namespace athena::athenactl
