#include "services/reporting/board/registers.h"

#include <algorithm>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/decimal/number_format.h"
#include "libs/fields/fields.h"
#include "libs/order/natural.h"
#include "services/reporting/limits.h"
#include "services/reporting/rules/figures/budget.h"
#include "services/reporting/rules/figures/risk.h"
#include "services/reporting/scorecards/figures.h"
#include "services/reporting/scorecards/messages/contract_enums.h"
#include "services/reporting/scorecards/messages/figure_messages.h"
#include "services/reporting/scorecards/messages/numbers.h"

namespace athena::reporting {
namespace {

constexpr Decimal kMillion = Decimal::FromInt(1'000'000);

BoardPhrase TreatmentOf(plan::v1::Risk::Treatment treatment) {
  switch (treatment) {
    case plan::v1::Risk::TREATMENT_AVOID:
      return BoardPhrase::kTreatmentAvoid;
    case plan::v1::Risk::TREATMENT_REDUCE:
      return BoardPhrase::kTreatmentReduce;
    case plan::v1::Risk::TREATMENT_TRANSFER:
      return BoardPhrase::kTreatmentTransfer;
    case plan::v1::Risk::TREATMENT_ACCEPT:
      return BoardPhrase::kTreatmentAccept;
    default:
      return BoardPhrase::kTreatmentNone;
  }
}

v1::BoardRisk RiskLine(const BoardView& view, int index) {
  const plan::v1::Risk& message = *view.tree().risks[index];
  const Risk& risk = view.plan().figures->risks[index];
  v1::BoardRisk line;
  line.set_name(message.name());
  line.set_code(message.code());
  view.languages().Pick(message.title(), line.mutable_title(), line.mutable_title_language());
  line.set_likelihood(risk.Likelihood());
  line.set_impact(risk.Impact());
  line.set_score(risk.Score());
  line.set_inherent_score(risk.InherentScore());
  line.set_score_text(view.words().Say(BoardPhrase::kRiskScore, std::to_string(line.likelihood()),
                                       std::to_string(line.impact()), std::to_string(line.score()),
                                       std::to_string(line.inherent_score())));
  line.set_treatment(message.treatment());
  line.set_treatment_text(view.words().Say(TreatmentOf(message.treatment())));
  for (const int element : view.ShownOf(message.elements())) {
    view.ElementInto(element, line.add_elements());
  }
  view.UnitInto(message.owner_unit(), line.mutable_owner());
  line.set_owner_text(message.owner());
  if (risk.next_review.has_value() &&
      IsOverdue(*risk.next_review, view.plan().quarter, view.plan().date)) {
    *line.mutable_review_overdue_since() = message.next_review_on();
  }
  return line;
}

// "€ 38.4 m"; all amounts of one sentence have the same decimals.
struct AmountTexts {
  std::string committed;
  std::string commitment;
  std::string paid;
  std::string payment;
};

AmountTexts TextsOf(const Words& words, const NodeBudget& budget) {
  std::vector<Decimal> amounts;
  for (const std::optional<Decimal>& amount : budget.sums.of) {
    if (amount.has_value()) amounts.push_back(*amount);
  }
  const bool large = std::any_of(amounts.begin(), amounts.end(),
                                 [](Decimal amount) { return amount.Abs() >= kMillion; });
  const auto shown = [&](Decimal amount) {
    return large ? *Decimal::Divide(amount, kMillion) : amount;
  };
  for (Decimal& amount : amounts) amount = shown(amount);
  const int decimals = large ? std::min(DecimalsThatTellApart(1, amounts), 2) : 2;
  const auto text = [&](Amount amount) -> std::string {
    const std::optional<Decimal>& sum = budget.sums[amount];
    if (!sum.has_value()) return "–";
    return words.Say(large ? BoardPhrase::kMillions : BoardPhrase::kEuros,
                     words.Number(shown(*sum), decimals));
  };
  return {text(Amount::kCommitted), text(Amount::kCommitmentAdjusted), text(Amount::kPaid),
          text(Amount::kPaymentAdjusted)};
}

std::string TimingText(const Words& words, Timing timing) {
  switch (timing) {
    case Timing::kBehind:
      return words.Say(BoardPhrase::kBehind);
    case Timing::kInStep:
      return words.Say(BoardPhrase::kInStep);
    case Timing::kAhead:
      return words.Say(BoardPhrase::kAhead);
    case Timing::kNone:
      return "";
  }
  return "";
}

v1::BoardBudgetLine BudgetLineOf(const BoardView& view, int element) {
  const NodeBudget& budget = view.plan().figures->budget.elements[element];
  v1::BoardBudgetLine line;
  view.ElementInto(element, line.mutable_element());
  *line.mutable_budget() = BudgetMessage(view.plan(), element);
  line.set_timing_text(TimingText(view.words(), budget.timing));
  const ReportInForce& report = view.plan().figures->reports[element];
  if (report.report != nullptr && report.report->has_percent_complete()) {
    Put(Decimal::FromDouble(report.report->percent_complete()), &line,
        &v1::BoardBudgetLine::mutable_percent_complete);
  }
  if (budget.lines == 0) {
    line.set_text(view.words().Say(BoardPhrase::kNoBudget));
    return line;
  }
  const auto percent = [&](const std::optional<Decimal>& execution) -> std::string {
    return execution.has_value() ? view.words().Percent(*execution, 1) : "–";
  };
  line.set_text(view.words().Say(BoardPhrase::kExecution, percent(budget.commitment_execution),
                                 percent(budget.payment_execution)));
  return line;
}

int RankOfProcess(Status status) {
  switch (status) {
    case Status::kRed:
      return 0;
    case Status::kAmber:
      return 1;
    case Status::kNoScore:
      return 2;
    default:
      return status == Status::kGreen ? 3 : 4;
  }
}

v1::BoardProcess ProcessLine(const BoardView& view, int index) {
  const plan::v1::Process& message = *view.tree().processes[index];
  const Figures& figures = *view.plan().figures;
  const ProcessOutcome& process = figures.processes[index];
  v1::BoardProcess line;
  line.set_name(message.name());
  line.set_code(message.code());
  view.languages().Pick(message.title(), line.mutable_title(), line.mutable_title_language());
  view.UnitInto(message.owner_unit(), line.mutable_owner());
  line.set_owner_text(message.owner());
  line.set_status(StatusOf(process.status));
  line.set_status_text(view.words().Status(process.status));
  line.set_reason(ReasonOf(process.reason));
  Put(process.score, &line, &v1::BoardProcess::mutable_score);
  CountsInto(process.counts, line.mutable_indicator_counts());
  for (const int risk : figures.plan_risks.open) {
    const std::string& name = view.tree().risks[risk]->name();
    if (std::find(message.risks().begin(), message.risks().end(), name) == message.risks().end()) {
      continue;
    }
    line.set_open_risks(line.open_risks() + 1);
    line.set_highest_risk(std::max(line.highest_risk(), figures.risks[risk].Score()));
  }
  std::string text = view.words().Count(BoardPhrase::kProcessText, message.indicators_size(),
                                        std::to_string(process.counts.red),
                                        std::to_string(process.counts.no_score));
  if (line.open_risks() > 0) {
    absl::StrAppend(&text, " ",
                    view.words().Count(BoardPhrase::kProcessRisks, line.open_risks(),
                                       std::to_string(line.highest_risk())));
  }
  line.set_text(std::move(text));
  return line;
}

}  // namespace

v1::BoardRisksSection RisksSection(const BoardView& view) {
  std::vector<int> chosen;
  for (size_t i = 0; i < view.tree().risks.size(); ++i) {
    if (!view.ShownOf(view.tree().risks[i]->elements()).empty()) {
      chosen.push_back(static_cast<int>(i));
    }
  }
  const RiskFigures risks =
      SummariseRisks(view.plan().figures->risks, chosen, view.plan().quarter, view.plan().date);
  v1::BoardRisksSection section;
  *section.mutable_risks() = RisksMessage(view.plan(), risks);
  for (size_t i = 0; i < std::min(risks.open.size(), kMaxBoardLines); ++i) {
    *section.add_lines() = RiskLine(view, risks.open[i]);
  }
  section.set_heading(view.words().Say(BoardPhrase::kRisksHeading,
                                       std::to_string(section.lines_size()),
                                       std::to_string(section.risks().open())));
  section.set_text(view.words().Say(BoardPhrase::kRisksText, std::to_string(risks.untreated),
                                    std::to_string(risks.reviews_overdue)));
  return section;
}

v1::BoardBudgetSection BudgetSection(const BoardView& view) {
  const Words& words = view.words();
  const NodeBudget& plan = view.plan().figures->budget.plan;
  v1::BoardBudgetSection section;
  section.set_heading(words.Say(BoardPhrase::kBudgetHeading));
  *section.mutable_plan() = BudgetMessage(view.plan(), -1);
  section.set_timing_text(TimingText(words, plan.timing));
  std::string text;
  if (const std::optional<Decimal>& elapsed = view.plan().figures->elapsed) {
    text = words.Say(BoardPhrase::kBudgetText, words.Percent(*elapsed, 0),
                     std::to_string(section.plan().year()));
  }
  if (plan.lines == 0) {
    absl::StrAppend(&text, text.empty() ? "" : " ", words.Say(BoardPhrase::kNoBudget));
  } else {
    const AmountTexts amounts = TextsOf(words, plan);
    absl::StrAppend(&text, text.empty() ? "" : " ",
                    words.Say(BoardPhrase::kBudgetAmounts, amounts.committed, amounts.commitment,
                              amounts.paid, amounts.payment));
    if (plan.incomplete > 0) {
      absl::StrAppend(&text, " ", words.Count(BoardPhrase::kBudgetLacking, plan.incomplete));
    }
  }
  section.set_text(std::move(text));
  for (const int element : view.plan().outcome.plan.children) {
    if (section.lines_size() == static_cast<int>(kMaxBoardLines)) break;
    *section.add_lines() = BudgetLineOf(view, element);
  }
  return section;
}

v1::BoardProcessesSection ProcessesSection(const BoardView& view) {
  const std::vector<ProcessOutcome>& processes = view.plan().figures->processes;
  std::vector<int> order;
  Counts counts;
  for (size_t i = 0; i < processes.size(); ++i) {
    if (view.ShownOf(view.tree().processes[i]->elements()).empty()) continue;
    order.push_back(static_cast<int>(i));
    counts.Count(processes[i].status);
  }
  // They come in natural order of their codes.
  std::stable_sort(order.begin(), order.end(), [&](int a, int b) {
    const auto key = [&](int at) {
      return std::tuple(RankOfProcess(processes[at].status),
                        processes[at].score.value_or(Decimal()));
    };
    return key(a) < key(b);
  });
  v1::BoardProcessesSection section;
  section.set_total(static_cast<int32_t>(order.size()));
  CountsInto(counts, section.mutable_counts());
  for (size_t i = 0; i < std::min(order.size(), kMaxBoardLines); ++i) {
    *section.add_lines() = ProcessLine(view, order[i]);
  }
  section.set_heading(view.words().Say(
      BoardPhrase::kProcessesHeading, std::to_string(section.total()), std::to_string(counts.red)));
  return section;
}

v1::BoardDecisionsSection DecisionsSection(const BoardView& view) {
  v1::BoardDecisionsSection section;
  for (const plan::v1::Decision* const decision : view.tree().decisions) {  // by due day
    const auto place = view.tree().places.find(decision->element());
    const bool of_plan = place == view.tree().places.end();  // on a publication, of no element
    if (of_plan ? view.is_filtered() : !view.Shows(place->second)) continue;
    const std::optional<absl::CivilDay> due = fields::DayOf(decision->due_date());
    const bool overdue = due.has_value() && IsOverdue(*due, view.plan().quarter, view.plan().date);
    section.set_total(section.total() + 1);
    if (overdue) section.set_overdue(section.overdue() + 1);
    if (section.lines_size() == static_cast<int>(kMaxBoardLines)) continue;
    v1::BoardDecision& line = *section.add_lines();
    line.set_name(decision->name());
    view.languages().Pick(decision->title(), line.mutable_title(), line.mutable_title_language());
    if (!of_plan) view.ElementInto(place->second, line.mutable_element());
    line.set_publication(decision->publication());
    view.UnitInto(decision->responsible_unit(), line.mutable_responsible_unit());
    line.set_responsible(decision->responsible());
    if (decision->has_decided_on()) *line.mutable_decided_on() = decision->decided_on();
    line.set_overdue(overdue);
    line.set_in_progress(decision->state() == plan::v1::Decision::STATE_IN_PROGRESS);
    if (!due.has_value()) continue;
    *line.mutable_due_date() = decision->due_date();
    const std::string day = view.words().Day(*due);
    line.set_due_text(overdue ? view.words().Say(BoardPhrase::kOverdue, day) : day);
  }
  section.set_heading(view.words().Say(BoardPhrase::kDecisionsHeading,
                                       std::to_string(section.total()),
                                       std::to_string(section.overdue())));
  return section;
}

}  // namespace athena::reporting
