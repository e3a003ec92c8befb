#include "services/athenactl/sending/setting_amounts.h"

#include "absl/strings/str_cat.h"
#include "athena/plan/v1/operations_service.pb.h"
#include "libs/status/macros.h"
#include "services/athenactl/terminal/explain.h"

namespace athena::athenactl {

namespace {
namespace plan = athena::plan::v1;
}  // namespace

absl::StatusOr<AmountsSet> SetAmounts(const Connections& connections,
                                      const std::string& institution,
                                      absl::Span<const AmountsRow> rows,
                                      const SettingOptions& options) {
  AmountsSet done;
  if (rows.empty()) return done;
  plan::SetBudgetAmountsRequest check;
  check.set_parent(institution);
  check.set_partial(true);
  check.set_validate_only(true);
  check.set_outcome_detail(plan::SetBudgetAmountsRequest::OUTCOME_DETAIL_ALL);
  for (const AmountsRow& row : rows) *check.add_amounts() = row.amounts;
  const auto answer = connections.Call<plan::SetBudgetAmountsResponse>(check);
  if (options.dry_run && absl::IsNotFound(answer.status())) {
    done.inserted = static_cast<int64_t>(rows.size());
    return done;
  }
  ATHENA_RETURN_IF_ERROR(answer.status());
  plan::SetBudgetAmountsRequest push;
  for (const plan::BudgetAmountsOutcome& outcome : answer->outcomes()) {
    const auto at = static_cast<size_t>(outcome.index());
    if (at >= rows.size() || outcome.outcome() == plan::BudgetAmountsOutcome::OUTCOME_UNCHANGED) {
      continue;
    }
    if (outcome.outcome() == plan::BudgetAmountsOutcome::OUTCOME_REVISED) {
      done.changes.push_back(absl::StrCat("line ", rows[at].line, ": ",
                                          rows[at].amounts.budget_line(), " ",
                                          rows[at].amounts.quarter()));
      ++(options.update ? done.revised : done.differing);
      if (!options.update) continue;
    } else {
      ++done.inserted;
    }
    *push.add_amounts() = rows[at].amounts;
  }
  done.unchanged = answer->counts().unchanged();
  if (push.amounts().empty() || options.dry_run) return done;
  push.set_parent(institution);
  push.set_push_id(absl::StrCat(options.id_prefix, "-", connections.NewRequestId()));
  ATHENA_RETURN_IF_ERROR(
      At("no amount was stored", connections.Call<plan::SetBudgetAmountsResponse>(push).status()));
  return done;
}

}  // namespace athena::athenactl
