#include "services/reporting/scorecards/figures.h"

#include <set>
#include <string>
#include <utility>

#include "athena/common/v1/values.pb.h"
#include "libs/fields/fields.h"
#include "libs/status/macros.h"
#include "services/reporting/reading/rules_input.h"
#include "services/reporting/rules/link_score.h"
#include "services/reporting/rules/roll_up.h"

namespace athena::reporting {
namespace {

// A Decimal counts 1e-12, Money.nanos 1e-9.
constexpr Int128 kUnitsOfEuro = 1'000'000'000'000;
constexpr Int128 kUnitsOfNano = 1'000;

std::optional<Decimal> EurosOf(bool has, const common::v1::Money& money) {
  if (!has) return std::nullopt;
  return Decimal::FromUnits(money.units() * kUnitsOfEuro + money.nanos() * kUnitsOfNano);
}

Amounts AmountsOf(const plan::v1::BudgetAmounts& message) {
  Amounts row;
  row[Amount::kCommitmentInitial] =
      EurosOf(message.has_commitment_initial(), message.commitment_initial());
  row[Amount::kCommitmentAdjusted] =
      EurosOf(message.has_commitment_adjusted(), message.commitment_adjusted());
  row[Amount::kPaymentInitial] = EurosOf(message.has_payment_initial(), message.payment_initial());
  row[Amount::kPaymentAdjusted] =
      EurosOf(message.has_payment_adjusted(), message.payment_adjusted());
  row[Amount::kCommitted] = EurosOf(message.has_committed(), message.committed());
  row[Amount::kPaid] = EurosOf(message.has_paid(), message.paid());
  return row;
}

// The lines of the quarter's year, with its amounts.
std::vector<BudgetLine> LinesOf(const PlanTree& tree, Period quarter, MessageConverter* convert) {
  std::vector<BudgetLine> lines;
  for (const plan::v1::BudgetLine* const message : tree.budget_lines) {
    if (message->year() != quarter.FirstDay().year()) continue;
    BudgetLine& line = lines.emplace_back();
    for (const plan::v1::BudgetShare& share : message->shares()) {
      const auto place = tree.places.find(share.element());
      if (place == tree.places.end()) continue;  // another plan's
      line.shares.push_back({place->second, convert->Double(share.share())});
    }
    const std::string id = message->name().substr(message->name().rfind('/') + 1);
    const auto row = tree.amounts.find({id, quarter.ToString()});
    if (row != tree.amounts.end()) line.row = AmountsOf(*row->second);
  }
  return lines;
}

PlanBudget BudgetOf(const ScoredPlan& plan, MessageConverter* convert) {
  std::vector<int> parents;
  for (const Element& element : plan.rules.elements) parents.push_back(element.parent);
  return AddUpBudget(LinesOf(*plan.tree, plan.quarter, convert), parents,
                     ElapsedOfYear(plan.quarter, plan.date));
}

// The value of a selection for the year to date, and whether it is provisional.
struct Output {
  std::optional<Decimal> value;
  bool provisional = false;
};

Output OutputOf(const ScoredPlan& plan, int selection) {
  const std::optional<Measured>& measured = plan.selections[selection].year_to_date;
  if (!measured.has_value()) return {};
  return {measured->value, plan.values->values[selection]->year_to_date().provisional()};
}

std::vector<std::optional<OutputCost>> CostsOf(const ScoredPlan& plan, const PlanBudget& budget,
                                               MessageConverter* convert) {
  const std::vector<const plan::v1::Element*>& elements = plan.tree->elements;
  std::vector<std::optional<OutputCost>> costs(elements.size());
  const auto year_before = plan.compared.find(plan.quarter.Minus(4));
  std::optional<PlanBudget> budget_then;
  for (size_t i = 0; i < elements.size(); ++i) {
    for (int link = 0; link < elements[i]->indicators_size(); ++link) {
      if (!elements[i]->indicators(link).output()) continue;
      const int selection = plan.tree->links[i][link];
      const Output output = OutputOf(plan, selection);
      OutputCost& cost = costs[i].emplace(
          OutputCost{link, CostPerUnit(budget.elements[i], output.value), output.value, {}});
      UnitCost earlier;
      Output output_then;
      if (year_before != plan.compared.end()) {
        if (!budget_then.has_value()) budget_then = BudgetOf(*year_before->second, convert);
        output_then = OutputOf(*year_before->second, selection);
        earlier = CostPerUnit(budget_then->elements[i], output_then.value);
      }
      cost.on_year_before =
          CompareCosts(cost.cost, output.provisional, earlier, output_then.provisional);
    }
  }
  return costs;
}

Risk RiskOf(const plan::v1::Risk& message, MessageConverter* convert) {
  Risk risk;
  risk.code = message.code();
  risk.inherent_likelihood = message.inherent_likelihood();
  risk.inherent_impact = message.inherent_impact();
  risk.residual_likelihood = message.residual_likelihood();
  risk.residual_impact = message.residual_impact();
  risk.treated = message.treatment() != plan::v1::Risk::TREATMENT_UNSPECIFIED;
  risk.closed_on = convert->Day(message.has_closed_on(), message.closed_on());
  risk.next_review = convert->Day(message.has_next_review_on(), message.next_review_on());
  return risk;
}

void RisksInto(const ScoredPlan& plan, MessageConverter* convert, Figures* figures) {
  const std::vector<Element>& elements = plan.rules.elements;
  std::vector<std::set<int>> of_elements(elements.size());
  std::vector<int> all;
  for (const plan::v1::Risk* const message : plan.tree->risks) {
    const auto index = static_cast<int>(figures->risks.size());
    figures->risks.push_back(RiskOf(*message, convert));
    all.push_back(index);
    for (const std::string& name : message->elements()) {
      const auto place = plan.tree->places.find(name);
      if (place == plan.tree->places.end()) continue;
      for (int at = place->second; at >= 0; at = elements[at].parent) of_elements[at].insert(index);
    }
  }
  figures->plan_risks = SummariseRisks(figures->risks, all, plan.quarter, plan.date);
  for (const std::set<int>& chosen : of_elements) {
    const std::vector<int> indexes(chosen.begin(), chosen.end());
    figures->element_risks.push_back(
        SummariseRisks(figures->risks, indexes, plan.quarter, plan.date));
  }
}

ProcessOutcome ScoreProcess(const ScoredPlan& plan, const std::vector<int>& selections) {
  ProcessOutcome process;
  RollUp roll_up;
  const bool begun = plan.quarter.FirstDay() <= plan.date;
  for (const int selection : selections) {
    const SelectionInput& input = plan.selections[selection];
    Link link;
    link.period = input.period;
    link.year_to_date = input.year_to_date;
    link.year_to_date_held = input.year_to_date_held;
    process.links.push_back(ScoreLink(link, plan.rules.score_year_to_date, begun, Reason::kNone));
    process.counts.Count(process.links.back().status);
    roll_up.Add(link.weight, process.links.back());
  }
  static_cast<Scored&>(process) =
      begun ? std::move(roll_up).Finish(plan.rules.missing_policy, plan.rules.min_coverage)
            : Scored{Status::kNoScore, Reason::kNotBegun, {}, {}};
  return process;
}

// A validated report of the quarter, or else a submitted one.
const plan::v1::ProgressReport* ReportOfQuarter(
    const std::vector<const plan::v1::ProgressReport*>& reports, Period quarter) {
  using plan::v1::ProgressReport;
  const ProgressReport* found = nullptr;
  for (const ProgressReport* const report : reports) {
    if (report->quarter() != quarter.ToString()) continue;
    if (report->state() == ProgressReport::STATE_VALIDATED) return report;
    if (report->state() == ProgressReport::STATE_SUBMITTED) found = report;
  }
  return found;
}

// As delivery.h counts reports: until the quarter's is due, that of the quarter before is carried.
ReportInForce ReportOfElement(const ScoredPlan& plan, size_t element) {
  const auto& reports = plan.tree->reports[element];
  if (const auto* const own = ReportOfQuarter(reports, plan.quarter)) return {own, false};
  if (plan.quarter.LastDay() + plan.rules.report_delay_days < plan.date) return {};
  const auto* const carried = ReportOfQuarter(reports, plan.quarter.Minus(1));
  return {carried, carried != nullptr};
}

}  // namespace

absl::StatusOr<Figures> FiguresOf(const ScoredPlan& plan) {
  MessageConverter convert;
  Figures figures;
  figures.elapsed = ElapsedOfYear(plan.quarter, plan.date);
  figures.budget = BudgetOf(plan, &convert);
  figures.costs = CostsOf(plan, figures.budget, &convert);
  RisksInto(plan, &convert, &figures);
  for (const std::vector<int>& selections : plan.tree->process_links) {
    figures.processes.push_back(ScoreProcess(plan, selections));
  }
  for (size_t i = 0; i < plan.tree->elements.size(); ++i) {
    figures.reports.push_back(ReportOfElement(plan, i));
  }
  ATHENA_RETURN_IF_ERROR(convert.status());
  return figures;
}

}  // namespace athena::reporting
