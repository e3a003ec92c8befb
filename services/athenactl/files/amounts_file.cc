#include "services/athenactl/files/amounts_file.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/status/macros.h"
#include "services/athenactl/files/text/csv.h"
#include "services/athenactl/files/text/money.h"
#include "services/athenactl/files/text/table_reader.h"
#include "services/athenactl/terminal/text.h"

namespace athena::athenactl {
namespace {

namespace plan = athena::plan::v1;

constexpr std::array<std::string_view, 9> kAmountColumns = {
    "budget_line",     "quarter",          "commitment_initial", "commitment_adjusted",
    "payment_initial", "payment_adjusted", "committed",          "paid",
    "retract"};

// Where the amounts of a column go; null for a column of another kind.
common::v1::Money* MoneyField(std::string_view column, plan::BudgetAmounts& amounts) {
  if (column == "commitment_initial") return amounts.mutable_commitment_initial();
  if (column == "commitment_adjusted") return amounts.mutable_commitment_adjusted();
  if (column == "payment_initial") return amounts.mutable_payment_initial();
  if (column == "payment_adjusted") return amounts.mutable_payment_adjusted();
  if (column == "committed") return amounts.mutable_committed();
  if (column == "paid") return amounts.mutable_paid();
  return nullptr;
}

// Reads the fields of one row. Faults go to `faults`.
plan::BudgetAmounts ReadAmountsRow(const std::vector<TableReader::Column>& columns,
                                   const TableReader::Row& row, const Dialect& dialect,
                                   std::vector<RowRefusal>& faults) {
  plan::BudgetAmounts amounts;
  bool has_amount = false;
  for (size_t at = 0; at < columns.size(); ++at) {
    const std::string_view text = Trimmed(row.fields[at]);
    const std::string& name = columns[at].name;
    if (columns[at].ignored || text.empty()) continue;
    const std::string value = dialect.spreadsheet ? Unguarded(text) : std::string(text);
    if (name == "budget_line") {
      amounts.set_budget_line(value);
    } else if (name == "quarter") {
      amounts.set_quarter(value);
    } else if (name == "retract") {
      if (value != "yes" && value != "no") {
        faults.push_back({row.line, name, Got(value, "yes, no or nothing")});
      }
      amounts.set_retract(value == "yes");
    } else if (const auto money = ReadMoney(dialect, text)) {
      *MoneyField(name, amounts) = *money;
      has_amount = true;
    } else {
      has_amount = true;
      faults.push_back({row.line, name, Got(text, WantedNumber(dialect, text))});
    }
  }
  if (amounts.budget_line().empty()) {
    faults.push_back({row.line, "budget_line", Got("", "the id of a budget line")});
  }
  if (amounts.quarter().empty()) {
    faults.push_back({row.line, "quarter", Got("", "a quarter, like 2026-Q3")});
  }
  if (has_amount == amounts.retract()) {
    faults.push_back({row.line, "",
                      has_amount ? "got amounts beside retract, want one or the other"
                                 : "got no amount, want one, or yes as retract"});
  }
  return amounts;
}

// Moves rows that speak of one line and quarter to the faults.
void RefuseRepeated(AmountsFile& file) {
  std::map<std::pair<std::string, std::string>, std::vector<int64_t>> lines;
  for (const AmountsRow& row : file.rows) {
    lines[{row.amounts.budget_line(), row.amounts.quarter()}].push_back(row.line);
  }
  const auto repeated = [&](const AmountsRow& row) {
    const auto& same = lines[{row.amounts.budget_line(), row.amounts.quarter()}];
    if (same.size() == 1) return false;
    const int64_t other = same.front() == row.line ? same[1] : same.front();
    file.refused.Add({row.line, "budget_line",
                      absl::StrCat("got ", Printable(row.amounts.budget_line()), " in ",
                                   Printable(row.amounts.quarter()), " as line ", other,
                                   " does, want each once")});
    return true;
  };
  file.rows.erase(std::remove_if(file.rows.begin(), file.rows.end(), repeated), file.rows.end());
}

}  // namespace

absl::StatusOr<AmountsFile> ReadAmounts(TextSource& source, const Dialect& dialect) {
  ATHENA_ASSIGN_OR_RETURN(TableReader table, TableReader::Open(source, dialect));
  table.NameKnown(kAmountColumns);
  constexpr std::string_view kWanted =
      "budget_line, quarter and amounts (athenactl amounts --help tells all of them)";
  ATHENA_RETURN_IF_ERROR(table.Require({"budget_line", "quarter"}, kWanted));
  for (const TableReader::Column& column : table.columns()) {
    if (column.ignored || Contains(kAmountColumns, column.name)) continue;
    return absl::InvalidArgumentError(absl::StrCat(
        "line ", table.line(), ": got the column ", Printable(column.header), ", want ",
        std::string(kWanted), "; --ignore passes over one, --map names it"));
  }
  AmountsFile file;
  TableReader::Row row;
  for (;;) {
    const absl::StatusOr<bool> more = table.Next(row);
    if (!more.ok()) file.broken = more.status();
    if (!more.ok() || !*more) break;
    if (row.fault.has_value()) {
      file.refused.Add(*row.fault);
      continue;
    }
    std::vector<RowRefusal> faults;
    plan::BudgetAmounts amounts = ReadAmountsRow(table.columns(), row, dialect, faults);
    for (RowRefusal& fault : faults) file.refused.Add(std::move(fault));
    if (faults.empty()) file.rows.push_back({row.line, std::move(amounts)});
  }
  RefuseRepeated(file);
  return file;
}

}  // namespace athena::athenactl
