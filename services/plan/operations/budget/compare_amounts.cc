#include "services/plan/operations/budget/compare_amounts.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string_view>
#include <utility>

#include "absl/strings/str_cat.h"
#include "athena/plan/v1/budget_line.pb.h"
#include "libs/fields/fields.h"
#include "libs/status/macros.h"
#include "libs/status/status.h"
#include "services/plan/errors.h"
#include "services/plan/limits.h"
#include "services/plan/names.h"

namespace athena::plan {
namespace {

using Fault = v1::BudgetAmountsFault;
using RowOutcome = v1::BudgetAmountsOutcome;

// The year of each line that a row names; 0 for a line that does not exist.
absl::StatusOr<std::map<std::string, int32_t, std::less<>>> YearsOf(
    const versioned::Snapshot& snapshot, const std::vector<AmountsRow>& rows) {
  std::map<std::string, int32_t, std::less<>> years;
  for (const AmountsRow& row : rows) years.emplace(row.line, 0);
  std::vector<std::string> ids;
  ids.reserve(years.size());
  for (const auto& [id, year] : years) ids.push_back(id);
  ATHENA_ASSIGN_OR_RETURN(const auto lines, snapshot.FindMany<v1::BudgetLine>(kBudgetLines, ids));
  for (size_t i = 0; i < ids.size(); ++i) {
    if (lines[i].has_value()) years[ids[i]] = lines[i]->year();
  }
  return years;
}

std::optional<AmountsRowFault> FaultOfLine(const AmountsRow& row, int32_t year) {
  if (year == 0) {
    return AmountsRowFault{row.index, Fault::REASON_UNKNOWN_BUDGET_LINE, "budget_line", row.line,
                           "a budget line that exists"};
  }
  if (row.quarter.FirstDay().year() != year) {
    return AmountsRowFault{row.index, Fault::REASON_INVALID_QUARTER, "quarter",
                           row.quarter.ToString(),
                           absl::StrCat("a quarter of the line's year, ", year)};
  }
  return std::nullopt;
}

// Moves rows whose line does not take them to the faults.
absl::Status RefuseByLine(const versioned::Snapshot& snapshot, CheckedAmounts* checked) {
  ATHENA_ASSIGN_OR_RETURN(const auto years, YearsOf(snapshot, checked->rows));
  std::vector<AmountsRow> rows;
  rows.reserve(checked->rows.size());
  for (AmountsRow& row : checked->rows) {
    std::optional<AmountsRowFault> fault = FaultOfLine(row, years.find(row.line)->second);
    if (fault.has_value()) {
      checked->faults.push_back(*std::move(fault));
    } else {
      rows.push_back(std::move(row));
    }
  }
  checked->rows = std::move(rows);
  std::stable_sort(
      checked->faults.begin(), checked->faults.end(),
      [](const AmountsRowFault& a, const AmountsRowFault& b) { return a.index < b.index; });
  return absl::OkStatus();
}

RowOutcome::Outcome OutcomeOf(const QuarterAmounts& before, const QuarterAmounts& after) {
  if (before == after) return RowOutcome::OUTCOME_UNCHANGED;
  if (before.empty()) return RowOutcome::OUTCOME_INSERTED;
  return after.empty() ? RowOutcome::OUTCOME_DELETED : RowOutcome::OUTCOME_REVISED;
}

void Count(RowOutcome::Outcome outcome, v1::BudgetAmountsCounts* counts) {
  switch (outcome) {
    case RowOutcome::OUTCOME_INSERTED:
      return counts->set_inserted(counts->inserted() + 1);
    case RowOutcome::OUTCOME_REVISED:
      return counts->set_revised(counts->revised() + 1);
    case RowOutcome::OUTCOME_UNCHANGED:
      return counts->set_unchanged(counts->unchanged() + 1);
    case RowOutcome::OUTCOME_DELETED:
      return counts->set_deleted(counts->deleted() + 1);
    case RowOutcome::OUTCOME_REJECTED:
      return counts->set_rejected(counts->rejected() + 1);
    case RowOutcome::OUTCOME_LOCKED:
      return counts->set_locked(counts->locked() + 1);
    default:
      return;
  }
}

bool IsException(RowOutcome::Outcome outcome) {
  return outcome == RowOutcome::OUTCOME_UNCHANGED || outcome == RowOutcome::OUTCOME_REJECTED ||
         outcome == RowOutcome::OUTCOME_LOCKED;
}

// Adds the faults of the row, which begin at `*fault`, and moves that behind them.
void AddFaults(const std::vector<AmountsRowFault>& faults, bool described, size_t* fault,
               RowOutcome* outcome) {
  for (; *fault < faults.size() && faults[*fault].index == outcome->index(); ++*fault) {
    const AmountsRowFault& one = faults[*fault];
    Fault& added = *outcome->add_faults();
    added.set_reason(one.reason);
    added.set_field(one.field);
    if (!described) continue;
    added.set_description(absl::StrCat(
        "got ", one.saw.empty() ? "nothing" : absl::StrCat("\"", status::Printable(one.saw), "\""),
        ", want ", one.allowed));
  }
}

}  // namespace

absl::StatusOr<AmountsDiff> CompareAmounts(const versioned::Snapshot& snapshot,
                                           const v1::SetBudgetAmountsRequest& request,
                                           absl::CivilDay today,
                                           const std::set<std::string>& closed) {
  AmountsDiff diff;
  diff.checked = CheckAmounts(request.amounts(), today);
  ATHENA_RETURN_IF_ERROR(RefuseByLine(snapshot, &diff.checked));
  diff.outcomes.resize(static_cast<size_t>(request.amounts_size()),
                       RowOutcome::OUTCOME_UNSPECIFIED);
  for (const AmountsRowFault& fault : diff.checked.faults) {
    diff.outcomes[static_cast<size_t>(fault.index)] = RowOutcome::OUTCOME_REJECTED;
  }

  std::vector<AmountsKey> keys;
  keys.reserve(diff.checked.rows.size());
  for (const AmountsRow& row : diff.checked.rows) keys.push_back({row.line, row.quarter.index()});
  ATHENA_ASSIGN_OR_RETURN(const int64_t institution, snapshot.tx().Key(snapshot.institution()));
  ATHENA_ASSIGN_OR_RETURN(const std::vector<QuarterAmounts> stored,
                          ReadAmounts(snapshot.tx(), institution, keys, snapshot.revision()));
  for (size_t i = 0; i < keys.size(); ++i) {
    const AmountsRow& row = diff.checked.rows[i];
    const QuarterAmounts after = row.retract ? QuarterAmounts() : Merged(stored[i], row.amounts);
    RowOutcome::Outcome outcome = OutcomeOf(stored[i], after);
    if (outcome != RowOutcome::OUTCOME_UNCHANGED && closed.contains(row.quarter.ToString())) {
      outcome = RowOutcome::OUTCOME_LOCKED;
      diff.locked_quarters.insert(row.quarter.ToString());
      ++diff.locked;
    } else if (outcome != RowOutcome::OUTCOME_UNCHANGED) {
      diff.writes.push_back({keys[i], after});
    }
    diff.outcomes[static_cast<size_t>(row.index)] = outcome;
  }
  return diff;
}

absl::Status RefusalOf(const std::string& institution, const AmountsDiff& diff) {
  status::FieldFaults faults;
  for (const AmountsRowFault& fault : diff.checked.faults) {
    const std::string field =
        fields::Below(fields::At("amounts", static_cast<size_t>(fault.index)), fault.field);
    if (fault.saw.empty()) {
      faults.Missing(field, fault.allowed);
    } else {
      faults.Add(field, fault.saw, fault.allowed);
    }
  }
  ATHENA_RETURN_IF_ERROR(faults.ToStatus());
  if (diff.locked == 0) return absl::OkStatus();
  return AmountsLocked(
      institution,
      std::vector<std::string>(diff.locked_quarters.begin(), diff.locked_quarters.end()),
      diff.locked);
}

v1::SetBudgetAmountsResponse ResponseTo(const v1::SetBudgetAmountsRequest& request,
                                        const AmountsDiff& diff) {
  const bool all = request.outcome_detail() == v1::SetBudgetAmountsRequest::OUTCOME_DETAIL_ALL;
  v1::SetBudgetAmountsResponse response;
  size_t fault = 0;
  for (size_t i = 0; i < diff.outcomes.size(); ++i) {
    Count(diff.outcomes[i], response.mutable_counts());
    if (!all && !IsException(diff.outcomes[i])) continue;
    RowOutcome& outcome = *response.add_outcomes();
    outcome.set_index(static_cast<int32_t>(i));
    outcome.set_outcome(diff.outcomes[i]);
    if (diff.outcomes[i] != RowOutcome::OUTCOME_REJECTED) continue;
    AddFaults(diff.checked.faults, response.counts().rejected() <= kMaxDescribedRows, &fault,
              &outcome);
  }
  return response;
}

}  // namespace athena::plan
