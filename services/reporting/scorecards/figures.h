#ifndef ATHENA_SERVICES_REPORTING_SCORECARDS_FIGURES_H_
#define ATHENA_SERVICES_REPORTING_SCORECARDS_FIGURES_H_

#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "athena/plan/v1/progress_report.pb.h"
#include "libs/decimal/decimal.h"
#include "services/reporting/rules/figures/budget.h"
#include "services/reporting/rules/figures/risk.h"
#include "services/reporting/rules/figures/trend.h"
#include "services/reporting/rules/outcome.h"
#include "services/reporting/scorecards/scored_plan.h"

namespace athena::reporting {

// What a unit of an element's output costs.
struct OutputCost {
  int link;  // of the element: its output
  UnitCost cost;
  std::optional<Decimal> output;
  Trend on_year_before;
};

// A process, scored by its indicators with equal weights.
struct ProcessOutcome : Scored {
  std::vector<LinkOutcome> links;  // as its indicators are given
  Counts counts;
};

// A progress report that counts in a quarter.
struct ReportInForce {
  const plan::v1::ProgressReport* report = nullptr;  // in the tree; nullptr: there is none
  bool carried = false;                              // it is the quarter before's
};

// What stands beside the scores of a plan's quarter, in views that show it. Elements, risks and
// processes are in the order of the tree. Immutable.
struct Figures {
  std::optional<Decimal> elapsed;  // of the quarter's year
  PlanBudget budget;
  std::vector<std::optional<OutputCost>> costs;  // by element; absent without a marked output
  std::vector<Risk> risks;
  RiskFigures plan_risks;
  std::vector<RiskFigures> element_risks;  // with those of the elements below
  std::vector<ProcessOutcome> processes;
  std::vector<ReportInForce> reports;  // by element
};

// The figures of a plan that was read with all parts. INTERNAL when a number of the plan service
// cannot be parsed.
absl::StatusOr<Figures> FiguresOf(const ScoredPlan& plan);

}  // namespace athena::reporting

#endif  // ATHENA_SERVICES_REPORTING_SCORECARDS_FIGURES_H_
