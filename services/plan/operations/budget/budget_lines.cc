#include "services/plan/operations/budget/budget_lines.h"

#include <cstdint>
#include <optional>
#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "libs/decimal/decimal.h"
#include "libs/fields/fields.h"
#include "libs/order/natural.h"
#include "libs/period/period.h"
#include "libs/status/macros.h"
#include "services/plan/errors.h"
#include "services/plan/limits.h"
#include "services/plan/operations/budget/amounts_store.h"
#include "services/plan/operations/codes_store.h"
#include "services/plan/operations/links.h"
#include "services/plan/strategy/validate_element.h"

namespace athena::plan {
namespace {

using fields::Below;
using fields::Need;

// The share as an exact decimal; nullopt, with a fault, when it is none.
std::optional<Decimal> ReadShare(const std::string& field, double share,
                                 status::FieldFaults* faults) {
  const std::optional<Decimal> decimal = Decimal::FromDouble(share);
  if (!decimal.has_value() || decimal->Sign() <= 0 || *decimal > Decimal::FromInt(1) ||
      decimal->Round(kShareDecimals).ToDouble() != share) {
    faults->Add(field, share,
                absl::StrCat("above 0, at most 1, with at most ", kShareDecimals, " decimals"));
    return std::nullopt;
  }
  return decimal;
}

void CheckShares(std::string_view path, std::string_view parent, const v1::BudgetLine& line,
                 status::FieldFaults* faults) {
  const std::string field = Below(path, "shares");
  if (line.shares_size() > kMaxLinks) {
    faults->Add(field, line.shares_size(), absl::StrCat("at most ", kMaxLinks, " of them"));
    return;
  }
  std::set<std::string_view> seen;
  DecimalSum sum;
  for (int i = 0; i < line.shares_size(); ++i) {
    const v1::BudgetShare& share = line.shares(i);
    const std::string at = fields::At(field, i);
    CheckName(Below(at, "element"), share.element(), kElementName, parent, "an element", faults);
    if (!seen.insert(share.element()).second) {
      faults->Add(Below(at, "element"), share.element(), "each once");
    }
    const std::optional<Decimal> decimal = ReadShare(Below(at, "share"), share.share(), faults);
    if (decimal.has_value()) sum.Add(*decimal);
  }
  const Decimal total = sum.Total().value_or(Decimal());
  if (total > Decimal::FromInt(1)) {
    faults->Add(field, total.ToString(), "shares of at most 1 together");
  }
}

absl::Status CheckNoAmounts(const versioned::Edit& edit, const v1::BudgetLine& line,
                            std::string_view what) {
  ATHENA_ASSIGN_OR_RETURN(const std::optional<int64_t> quarter,
                          FirstQuarterWithAmounts(edit.tx(), edit.tx().head().key,
                                                  kBudgetLineName.Match(line.name())->id()));
  if (!quarter.has_value()) return absl::OkStatus();
  return BudgetLineInUse(
      line.name(), Period::OfIndex(Frequency::kQuarter, static_cast<int32_t>(*quarter)).ToString(),
      what);
}

std::string CodeScope(const v1::BudgetLine& line) {
  return absl::StrCat(std::string(kBudgetLines.name), "/", line.year());
}

}  // namespace

void BudgetLineKind::Validate(std::string_view path, std::string_view parent,
                              const v1::BudgetLine& line, status::FieldFaults* faults) {
  CheckElementCode(Below(path, "code"), line.code(), faults);
  fields::CheckText(Below(path, "title"), line.title(), fields::kMaxTitleBytes, Need::kRequired,
                    faults);
  if (line.year() < Period::kFirstYear || line.year() > Period::kLastYear) {
    faults->Add(Below(path, "year"), line.year(),
                absl::StrCat("a year, ", Period::kFirstYear, " to ", Period::kLastYear));
  }
  CheckShares(path, parent, line, faults);
}

absl::Status BudgetLineKind::Admit(const resource::Admission<v1::BudgetLine>& admission) {
  ExistenceChecks exists(admission.edit);
  for (const resource::Change<v1::BudgetLine>& change : admission.changes) {
    if (change.after == nullptr) {
      ATHENA_RETURN_IF_ERROR(CheckNoAmounts(admission.edit, *change.before, "be deleted"));
      return ReleaseCode(admission.edit.tx(), change.before->name());
    }
    if (change.before != nullptr && change.before->year() != change.after->year()) {
      ATHENA_RETURN_IF_ERROR(CheckNoAmounts(admission.edit, *change.before, "change its year"));
    }
    for (int i = 0; i < change.after->shares_size(); ++i) {
      ATHENA_RETURN_IF_ERROR(exists.Element(Below(fields::At(change.Field("shares"), i), "element"),
                                            change.after->shares(i).element(), admission.faults));
    }
  }
  if (!admission.faults->empty()) return absl::OkStatus();
  for (const resource::Change<v1::BudgetLine>& change : admission.changes) {
    // Lines of a batch may swap codes, and a line that only changes its year gets its code anew.
    if (change.before == nullptr) continue;
    if (change.before->code() == change.after->code() &&
        change.before->year() == change.after->year()) {
      continue;
    }
    ATHENA_RETURN_IF_ERROR(ReleaseCode(admission.edit.tx(), change.after->name()));
  }
  for (const resource::Change<v1::BudgetLine>& change : admission.changes) {
    const v1::BudgetLine& line = *change.after;
    if (change.before != nullptr && change.before->code() == line.code() &&
        change.before->year() == line.year()) {
      continue;
    }
    ATHENA_RETURN_IF_ERROR(
        TakeCode(admission.edit.tx(), CodeScope(line), line.name(), line.code()));
  }
  return absl::OkStatus();
}

bool BudgetLineKind::Less(const v1::BudgetLine& a, const v1::BudgetLine& b) {
  return a.year() != b.year() ? a.year() < b.year() : NaturalLess(a.code(), b.code());
}

}  // namespace athena::plan
