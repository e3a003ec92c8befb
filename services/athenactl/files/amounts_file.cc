#include "services/athenactl/files/amounts_file.h"

#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "athena/common/v1/values.pb.h"
#include "libs/status/macros.h"
#include "services/athenactl/files/text/csv.h"
#include "services/athenactl/files/text/table_reader.h"
#include "services/athenactl/terminal/text.h"

namespace athena::athenactl {
namespace {

namespace plan = athena::plan::v1;
using Money = athena::common::v1::Money;

constexpr std::array<std::pair<std::string_view, Money* (plan::BudgetAmounts::*)()>, 6> kAmounts = {
    {{"commitment_initial", &plan::BudgetAmounts::mutable_commitment_initial},
     {"commitment_adjusted", &plan::BudgetAmounts::mutable_commitment_adjusted},
     {"payment_initial", &plan::BudgetAmounts::mutable_payment_initial},
     {"payment_adjusted", &plan::BudgetAmounts::mutable_payment_adjusted},
     {"committed", &plan::BudgetAmounts::mutable_committed},
     {"paid", &plan::BudgetAmounts::mutable_paid}}};
constexpr int kNanosOfCent = 10'000'000;

// "-12.5" as euros and cents; nullopt for another text, and for a part of a cent. What is too large
// for the service, it refuses.
std::optional<Money> EurosOf(std::string_view plain) {
  const bool negative = !plain.empty() && plain[0] == '-';
  if (negative) plain.remove_prefix(1);
  const size_t point = plain.find('.');
  const std::string_view whole = plain.substr(0, point);
  std::string cents(point == std::string_view::npos ? "" : plain.substr(point + 1));
  if (cents.size() > 2) return std::nullopt;
  cents.append(2 - cents.size(), '0');
  int64_t units = 0;
  int32_t part = 0;
  if (!absl::SimpleAtoi(std::string(whole), &units) || units < 0 ||
      !absl::SimpleAtoi(cents, &part) || part < 0) {
    return std::nullopt;
  }
  Money money;
  money.set_units(negative ? -units : units);
  money.set_nanos((negative ? -part : part) * kNanosOfCent);
  return money;
}

}  // namespace

absl::StatusOr<AmountsFile> ReadAmounts(TextSource& source, const Dialect& dialect) {
  ATHENA_ASSIGN_OR_RETURN(TableReader table, TableReader::Open(source, dialect));
  std::vector<std::string_view> known = {"budget_line", "quarter"};
  for (const auto& [name, mutable_amount] : kAmounts) known.push_back(name);
  table.NameKnown(known);
  ATHENA_RETURN_IF_ERROR(table.Require(
      {"budget_line", "quarter"}, "budget_line, quarter and amounts, like committed and paid"));
  AmountsFile file;
  TableReader::Row row;
  for (;;) {
    ATHENA_ASSIGN_OR_RETURN(const bool more, table.Next(row));
    if (!more) return file;
    if (row.fault.has_value()) {
      file.refused.push_back(*std::move(row.fault));
      continue;
    }
    const size_t refused_before = file.refused.size();
    const auto field_of = [&](std::string_view name) -> std::string {
      const int at = table.Find(name);
      return at < 0 ? "" : std::string(Trimmed(row.fields[static_cast<size_t>(at)]));
    };
    plan::BudgetAmounts amounts;
    amounts.set_budget_line(field_of("budget_line"));
    amounts.set_quarter(field_of("quarter"));
    for (const auto& [name, mutable_amount] : kAmounts) {
      const std::string field = field_of(name);
      if (field.empty()) continue;
      std::string plain;
      std::optional<Money> money;
      if (ReadNumberIn(dialect, field, &plain).has_value()) money = EurosOf(plain);
      if (money.has_value()) {
        *(amounts.*mutable_amount)() = *money;
      } else {
        file.refused.push_back(
            {row.line, std::string(name), Got(field, "euros with at most two decimals")});
      }
    }
    if (file.refused.size() > refused_before) continue;
    file.labels.push_back(
        absl::StrCat("line ", row.line, ": ", amounts.budget_line(), " ", amounts.quarter()));
    file.rows.push_back(std::move(amounts));
  }
}

}  // namespace athena::athenactl
