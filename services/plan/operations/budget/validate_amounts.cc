#include "services/plan/operations/budget/validate_amounts.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/canonical/canonical.h"
#include "libs/fields/fields.h"
#include "libs/ids/ids.h"
#include "services/plan/limits.h"

namespace athena::plan {
namespace {

using Fault = v1::BudgetAmountsFault;

constexpr int64_t kCents = 100;
constexpr int32_t kNanosOfCent = 10'000'000;
constexpr int32_t kNanosOfEuro = 1'000'000'000;

common::v1::Money* MutableAmount(v1::BudgetAmounts* message, size_t at) {
  switch (at) {
    case 0:
      return message->mutable_commitment_initial();
    case 1:
      return message->mutable_commitment_adjusted();
    case 2:
      return message->mutable_payment_initial();
    case 3:
      return message->mutable_payment_adjusted();
    case 4:
      return message->mutable_committed();
    default:
      return message->mutable_paid();
  }
}

std::string MoneyText(const common::v1::Money& money) {
  return absl::StrCat(money.units(), " units and ", money.nanos(), " nanos");
}

// Checks one row; adds it, or its faults.
class RowCheck {
 public:
  RowCheck(const v1::BudgetAmounts& message, int32_t index, absl::CivilDay today,
           CheckedAmounts* checked)
      : message_(message), index_(index), today_(today), checked_(*checked) {}

  void Run() {
    const size_t before = checked_.faults.size();
    AmountsRow row{index_, message_.budget_line(), {}, message_.retract(), {}};
    if (!IsResourceId(message_.budget_line())) {
      Add(Fault::REASON_UNKNOWN_BUDGET_LINE, "budget_line", message_.budget_line(),
          absl::StrCat("the id of a budget line, ", std::string(kIdGrammar)));
    }
    const absl::StatusOr<Period> quarter = Period::Parse(message_.quarter());
    const bool is_quarter = quarter.ok() && quarter->frequency() == Frequency::kQuarter;
    if (is_quarter) {
      row.quarter = *quarter;
    } else {
      Add(Fault::REASON_INVALID_QUARTER, "quarter", message_.quarter(),
          "a quarter of the years 1900 to 2199, \"2026-Q3\"");
    }
    ReadAmounts(is_quarter && quarter->FirstDay() > today_, &row.amounts);
    if (checked_.faults.size() == before) checked_.rows.push_back(std::move(row));
  }

 private:
  void ReadAmounts(bool is_future, QuarterAmounts* amounts) {
    bool any = false;
    std::string too_early;  // the amounts that no quarter has before it begins
    for (size_t at = 0; at < kAmountCount; ++at) {
      const common::v1::Money* money = AmountOf(message_, at);
      if (money == nullptr) continue;
      any = true;
      amounts->cents[at] = CentsOf(*money);
      if (!amounts->cents[at].has_value()) {
        Add(Fault::REASON_INVALID_AMOUNT, kAmountFields[at], MoneyText(*money),
            absl::StrCat("euros and whole cents of the same sign, at most ", kMaxEuros,
                         " euros in magnitude"));
      } else if (is_future && at >= kFirstActual) {
        absl::StrAppend(&too_early, too_early.empty() ? "" : " and ",
                        std::string(kAmountFields[at]));
      }
    }
    if (!too_early.empty()) {
      Add(Fault::REASON_QUARTER_NOT_BEGUN, "quarter", message_.quarter(),
          absl::StrCat("a quarter that has begun, for ", too_early, ": today is ",
                       absl::FormatCivilTime(today_)));
    }
    if (any == message_.retract()) {
      Add(Fault::REASON_EMPTY, "retract", any ? "true beside amounts" : "",
          "at least one amount, or retract and none");
    }
  }

  void Add(Fault::Reason reason, std::string_view field, std::string_view saw,
           std::string allowed) {
    checked_.faults.push_back(
        {index_, reason, std::string(field), std::string(saw), std::move(allowed)});
  }

  const v1::BudgetAmounts& message_;
  const int32_t index_;
  const absl::CivilDay today_;
  CheckedAmounts& checked_;
};

// Moves rows with the same line and quarter as another one to the faults.
void RefuseDuplicates(CheckedAmounts* checked) {
  std::map<std::pair<std::string_view, int32_t>, std::vector<int32_t>> indexes;
  for (const AmountsRow& row : checked->rows) {
    indexes[{row.line, row.quarter.index()}].push_back(row.index);
  }
  std::vector<AmountsRowFault> faults;
  std::set<int32_t> refused;
  for (const AmountsRow& row : checked->rows) {
    const std::vector<int32_t>& same = indexes[{row.line, row.quarter.index()}];
    if (same.size() == 1) continue;
    refused.insert(row.index);
    faults.push_back({row.index, Fault::REASON_DUPLICATE_KEY, "budget_line",
                      absl::StrCat(row.line, " ", row.quarter.ToString()),
                      absl::StrCat("each line and quarter once: amounts[",
                                   same[0] == row.index ? same[1] : same[0], "] has it too")});
  }
  if (faults.empty()) return;
  indexes.clear();  // refers to the rows
  std::erase_if(checked->rows, [&](const AmountsRow& row) { return refused.contains(row.index); });
  checked->faults.insert(checked->faults.end(), std::make_move_iterator(faults.begin()),
                         std::make_move_iterator(faults.end()));
  std::stable_sort(
      checked->faults.begin(), checked->faults.end(),
      [](const AmountsRowFault& a, const AmountsRowFault& b) { return a.index < b.index; });
}

std::string DigestOf(const v1::BudgetAmounts& row) {
  Sha256 digest;
  digest.AddField(row.budget_line()).AddField(row.quarter()).AddInt(row.retract() ? 1 : 0);
  for (size_t at = 0; at < kAmountCount; ++at) {
    const common::v1::Money* money = AmountOf(row, at);
    digest.AddInt(money != nullptr ? 1 : 0);
    if (money != nullptr) digest.AddInt(money->units()).AddInt(money->nanos());
  }
  return digest.Digest();
}

}  // namespace

void CheckPush(const v1::SetBudgetAmountsRequest& request, status::FieldFaults* faults) {
  if (!request.validate_only() || !request.push_id().empty()) {
    fields::CheckText("push_id", request.push_id(), kMaxPushIdBytes, fields::Need::kRequired,
                      faults);
  }
  fields::CheckText("correction_reason", request.correction_reason(), fields::kMaxReasonBytes,
                    fields::Need::kOptional, faults);
  if (!v1::SetBudgetAmountsRequest::OutcomeDetail_IsValid(request.outcome_detail())) {
    faults->Add("outcome_detail", static_cast<int>(request.outcome_detail()), "EXCEPTIONS or ALL");
  }
  const int rows = request.amounts_size();
  if (rows < 1 || rows > kMaxPushRows) {
    faults->Add("amounts", absl::StrCat(rows, " rows"), absl::StrCat("1 to ", kMaxPushRows));
  }
}

CheckedAmounts CheckAmounts(const google::protobuf::RepeatedPtrField<v1::BudgetAmounts>& rows,
                            absl::CivilDay today) {
  CheckedAmounts checked;
  checked.rows.reserve(static_cast<size_t>(rows.size()));
  for (int i = 0; i < rows.size(); ++i) RowCheck(rows[i], i, today, &checked).Run();
  RefuseDuplicates(&checked);
  return checked;
}

std::string ContentDigest(const v1::SetBudgetAmountsRequest& request) {
  std::vector<std::string> rows;
  rows.reserve(static_cast<size_t>(request.amounts_size()));
  for (const v1::BudgetAmounts& row : request.amounts()) rows.push_back(DigestOf(row));
  std::sort(rows.begin(), rows.end());
  Sha256 digest;
  digest.AddInt(request.partial() ? 1 : 0).AddField(request.correction_reason());
  for (const std::string& row : rows) digest.AddField(row);
  return digest.Digest();
}

const common::v1::Money* AmountOf(const v1::BudgetAmounts& message, size_t at) {
  const auto present = [](bool has, const common::v1::Money& money) {
    return has ? &money : nullptr;
  };
  switch (at) {
    case 0:
      return present(message.has_commitment_initial(), message.commitment_initial());
    case 1:
      return present(message.has_commitment_adjusted(), message.commitment_adjusted());
    case 2:
      return present(message.has_payment_initial(), message.payment_initial());
    case 3:
      return present(message.has_payment_adjusted(), message.payment_adjusted());
    case 4:
      return present(message.has_committed(), message.committed());
    default:
      return present(message.has_paid(), message.paid());
  }
}

std::optional<int64_t> CentsOf(const common::v1::Money& money) {
  if (money.units() > kMaxEuros || money.units() < -kMaxEuros) return std::nullopt;
  if (money.nanos() <= -kNanosOfEuro || money.nanos() >= kNanosOfEuro) return std::nullopt;
  if (money.nanos() % kNanosOfCent != 0) return std::nullopt;
  if ((money.units() > 0 && money.nanos() < 0) || (money.units() < 0 && money.nanos() > 0)) {
    return std::nullopt;
  }
  const int64_t cents = money.units() * kCents + money.nanos() / kNanosOfCent;
  if (cents > kMaxEuros * kCents || cents < -kMaxEuros * kCents) return std::nullopt;
  return cents;
}

void FillAmounts(const QuarterAmounts& amounts, v1::BudgetAmounts* message) {
  for (size_t at = 0; at < kAmountCount; ++at) {
    if (!amounts.cents[at].has_value()) continue;
    common::v1::Money& money = *MutableAmount(message, at);
    money.set_units(*amounts.cents[at] / kCents);
    money.set_nanos(static_cast<int32_t>(*amounts.cents[at] % kCents) * kNanosOfCent);
  }
}

}  // namespace athena::plan
