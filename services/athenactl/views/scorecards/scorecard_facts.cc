#include "services/athenactl/views/scorecards/scorecard_facts.h"

#include <algorithm>
#include <map>
#include <string_view>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "libs/decimal/decimal.h"
#include "libs/decimal/number_format.h"
#include "services/athenactl/resources/resource_names.h"
#include "services/athenactl/terminal/text.h"
#include "services/athenactl/views/number_text.h"
#include "services/athenactl/views/scorecards/scorecard_words.h"
#include "services/athenactl/views/value_text.h"

namespace athena::athenactl {

namespace reporting = athena::reporting::v1;

namespace {

Decimal Exactly(std::string_view decimal) { return *Decimal::Parse(decimal); }

std::string UnitText(const std::string& unit) {
  return unit.empty() ? "" : absl::StrCat(" ", Printable(unit));
}

void CollectThresholds(const reporting::Assessment& assessment, std::vector<Decimal>* numbers) {
  Collect(assessment.has_target(), assessment.target(), numbers);
  Collect(assessment.has_red_flag(), assessment.red_flag(), numbers);
  Collect(assessment.has_low(), assessment.low(), numbers);
  Collect(assessment.has_high(), assessment.high(), numbers);
  Collect(assessment.has_red_low(), assessment.red_low(), numbers);
  Collect(assessment.has_red_high(), assessment.red_high(), numbers);
}

// The style of all numbers that stand beside the value.
NumberStyle StyleOf(const reporting::ScorecardIndicator& indicator,
                    const reporting::Measurement& measured, const std::string& language) {
  std::vector<Decimal> beside;
  Collect(measured.has_value(), measured.value(), &beside);
  for (const auto* assessment : {&measured.current(), &measured.original(), &measured.ended()}) {
    CollectThresholds(*assessment, &beside);
  }
  // None of them looks like 0 either.
  std::vector<Decimal> differences = beside;
  Collect(measured.current().has_gap(), measured.current().gap(), &differences);
  return {DecimalsThatTellApart(indicator.decimals(), beside, differences), language};
}

std::string TargetText(const reporting::Assessment& assessment,
                       const reporting::ScorecardIndicator& indicator, const NumberStyle& style) {
  if (indicator.direction() == reporting::ScorecardIndicator::DIRECTION_RANGE) {
    if (!assessment.has_low() || !assessment.has_high()) return "";
    return absl::StrCat(Fixed(assessment.low(), style), " to ", Fixed(assessment.high(), style));
  }
  if (!assessment.has_target()) return "";
  return absl::StrCat(
      indicator.direction() == reporting::ScorecardIndicator::DIRECTION_LOWER ? "≤ " : "≥ ",
      Fixed(assessment.target(), style));
}

// Whether a value is judged by both in the same way. Exact, however the numbers are shown.
bool SameThresholds(const reporting::Assessment& x, const reporting::Assessment& y) {
  return x.target().decimal() == y.target().decimal() &&
         x.red_flag().decimal() == y.red_flag().decimal() &&
         x.low().decimal() == y.low().decimal() && x.high().decimal() == y.high().decimal() &&
         x.red_low().decimal() == y.red_low().decimal() &&
         x.red_high().decimal() == y.red_high().decimal();
}

// "target ≥ 80", "original target ≥ 90 (declared, not recorded)": a target that has changed shows
// both versions, also where the numbers are the same. A declared original has no version to tell
// by: it is shown where a threshold differs.
void AddTargets(const reporting::ScorecardIndicator& indicator,
                const reporting::Measurement& measured, const NumberStyle& style,
                std::vector<std::string>* facts) {
  const std::string target = TargetText(measured.current(), indicator, style);
  const std::string original = TargetText(measured.original(), indicator, style);
  const std::string ended = TargetText(measured.ended(), indicator, style);
  if (!target.empty()) facts->push_back("target " + target);
  if (measured.current().has_gap()) {
    facts->push_back("gap " + Signed(measured.current().gap(), style));
  }
  const bool declared = measured.original().version() == 0 && measured.current().version() > 0;
  const bool changed = declared ? !SameThresholds(measured.original(), measured.current())
                                : measured.original().version() != measured.current().version();
  if (!original.empty() && (original != target || changed)) {
    facts->push_back(
        absl::StrCat("original target ", original, declared ? " (declared, not recorded)" : ""));
  }
  if (!ended.empty() && original.empty()) facts->push_back("ended target " + ended);
  if (indicator.target_added_after_activation()) {
    facts->push_back("target added after activation");
  }
}

}  // namespace

std::string SliceText(const google::protobuf::Map<std::string, std::string>& slice) {
  const std::map<std::string, std::string> sorted(slice.begin(), slice.end());
  std::vector<std::string> parts;
  for (const auto& [dimension, code] : sorted) {
    parts.push_back(absl::StrCat(Printable(dimension), "=", Printable(code)));
  }
  return parts.empty() ? "" : absl::StrCat("{", absl::StrJoin(parts, ", "), "}");
}

std::string TitleOf(const reporting::ScorecardIndicator& indicator) {
  std::string title = indicator.title().empty() ? IdOf(indicator.indicator()) : indicator.title();
  return absl::StrCat(Printable(title), SliceText(indicator.slice()));
}

std::string LanguageMark(const std::string& title_language) {
  return title_language.empty() ? "" : absl::StrCat(" [", Printable(title_language), "]");
}

const reporting::Measurement& Scored(const reporting::ScorecardIndicator& indicator) {
  return indicator.scored_year_to_date() ? indicator.year_to_date() : indicator.period_result();
}

std::vector<std::string> Facts(const reporting::ScorecardIndicator& indicator,
                               const reporting::Measurement& measured,
                               const std::string& language) {
  std::vector<std::string> facts;
  const NumberStyle style = StyleOf(indicator, measured, language);
  facts.push_back(measured.has_value()
                      ? absl::StrCat(Fixed(measured.value(), style), UnitText(indicator.unit()))
                      : "no value");
  AddTargets(indicator, measured, style, &facts);
  if (measured.has_value() && measured.provisional()) {
    facts.push_back(
        measured.judged() < measured.all()
            ? absl::StrCat("provisional: ", measured.judged(), " of ", measured.all(), " periods")
            : "provisional");
  }
  return facts;
}

std::string SoFarText(const reporting::ScorecardIndicator& indicator, const std::string& language) {
  if (!indicator.has_so_far() || !indicator.so_far().has_value()) return "";
  const reporting::ValueSoFar& so_far = indicator.so_far();
  std::vector<Decimal> numbers;
  Collect(true, so_far.value(), &numbers);
  const NumberStyle style{DecimalsThatTellApart(indicator.decimals(), numbers, numbers), language};
  std::string text = absl::StrCat(Fixed(so_far.value(), style), " so far");
  if (!so_far.period().empty() && so_far.period() != indicator.evaluation_period()) {
    absl::StrAppend(&text, " in ", Printable(so_far.period()));
  }
  return text;
}

std::string Why(const reporting::ScorecardIndicator& indicator) {
  std::string why(Words(indicator.reason()));
  if (why.empty()) return why;
  const reporting::Coverage& coverage = Scored(indicator).coverage();
  if (indicator.reason() == reporting::SCORECARD_REASON_INCOMPLETE && coverage.expected() > 0) {
    absl::StrAppend(&why, " (", Grouped(coverage.present()), " of ", Grouped(coverage.expected()),
                    " are there)");
  }
  if (!indicator.reason_detail().empty()) {
    const std::string_view operand = Words(indicator.operand_reason());
    absl::StrAppend(&why, " (", Printable(indicator.reason_detail()), operand.empty() ? "" : ": ",
                    View(operand), ")");
  }
  return why;
}

std::vector<std::string> Details(const reporting::ScorecardIndicator& indicator,
                                 const std::string& language) {
  std::vector<std::string> lines;
  if (indicator.has_year_to_date()) {
    const bool year = !indicator.scored_year_to_date();
    lines.push_back(absl::StrCat(
        year ? "since 1 January: " : "the period alone: ",
        absl::StrJoin(
            Facts(indicator, year ? indicator.year_to_date() : indicator.period_result(), language),
            ", ")));
  }
  const reporting::IndicatorDetail& detail = indicator.detail();
  std::vector<Decimal> ends;
  Collect(detail.has_baseline(), detail.baseline(), &ends);
  Collect(detail.has_end_target(), detail.end_target(), &ends);
  const NumberStyle style{DecimalsThatTellApart(indicator.decimals(), ends, ends), language};
  std::vector<std::string> way;
  if (detail.has_baseline()) {
    way.push_back(absl::StrCat("baseline ", Fixed(detail.baseline(), style),
                               detail.baseline_period().empty() ? "" : " in ",
                               Printable(detail.baseline_period())));
  }
  if (detail.has_end_target()) {
    way.push_back("end target " + Fixed(detail.end_target(), style));
  }
  if (detail.has_progress()) way.push_back("progress " + Percent(detail.progress()));
  if (detail.has_pace()) way.push_back("pace " + Fixed(detail.pace(), {2, language}));
  if (detail.has_required_rate()) {
    std::vector<Decimal> rate;
    Collect(true, detail.required_rate(), &rate);
    const NumberStyle finer{DecimalsThatTellApart(std::min(indicator.decimals() + 1, 12), {}, rate),
                            language};
    way.push_back(Signed(detail.required_rate(), finer) + " a quarter needed");
  }
  for (const reporting::Trend* const trend :
       {&indicator.on_period_before(), &indicator.on_year_before()}) {
    // Those of an annual indicator are the same.
    if (trend == &indicator.on_year_before() &&
        trend->period() == indicator.on_period_before().period()) {
      continue;
    }
    std::string text = TrendText(*trend, indicator.decimals(), language);
    if (!text.empty()) way.push_back(std::move(text));
  }
  const std::string_view growth = Words(detail.growth().growth_class());
  if (!growth.empty()) way.push_back("growth: " + std::string(growth));
  if (!way.empty()) lines.push_back(absl::StrJoin(way, ", "));
  std::vector<std::string> origin;
  if (!detail.source_system().empty()) origin.push_back("source: " + detail.source_system());
  if (detail.target_version() > 0) {
    std::string version = absl::StrCat("target version ", detail.target_version());
    if (detail.original_target_version() > 0 &&
        detail.original_target_version() != detail.target_version()) {
      absl::StrAppend(&version, " (original: ", detail.original_target_version(), ")");
    }
    origin.push_back(version);
  }
  if (indicator.has_weight()) origin.push_back("weight " + indicator.weight().decimal());
  if (!origin.empty()) lines.push_back(Printable(absl::StrJoin(origin, ", ")));
  if (!detail.data_note().empty()) lines.push_back(Printable(detail.data_note()));
  return lines;
}

std::string CountsText(const reporting::StatusCounts& counts) {
  std::vector<std::string> parts;
  const auto add = [&](int32_t number, std::string_view word) {
    if (number > 0) parts.push_back(absl::StrCat(number, " ", View(word)));
  };
  add(counts.green(), "green");
  add(counts.amber(), "amber");
  add(counts.red(), "red");
  add(counts.no_score(), "without score");
  add(counts.not_applicable(), "not applicable");
  return parts.empty() ? "none" : absl::StrJoin(parts, ", ");
}

std::string NotApplicableText(const reporting::NotApplicableCounts& counts) {
  std::vector<std::string> parts;
  const auto add = [&](int32_t number, std::string_view words) {
    if (number > 0) parts.push_back(absl::StrCat(number, " ", View(words)));
  };
  add(counts.no_target(), "without target");
  add(counts.target_ended(), "with an ended target");
  add(counts.cancelled(), "cancelled");
  add(counts.deferred(), "deferred");
  add(counts.no_data(), "without data expected");
  add(counts.not_due(), "not due yet");
  return absl::StrJoin(parts, ", ");
}

namespace {

std::string_view TimingWords(reporting::NodeBudget::Timing timing) {
  switch (timing) {
    case reporting::NodeBudget::TIMING_BEHIND:
      return ", behind the year";
    case reporting::NodeBudget::TIMING_IN_STEP:
      return ", in step with the year";
    case reporting::NodeBudget::TIMING_AHEAD:
      return ", ahead of the year";
    default:
      return "";
  }
}

std::string BudgetFact(const reporting::NodeBudget& budget, const std::string& language) {
  const auto percent = [](bool has, const common::v1::Number& share) {
    return has ? Percent(share) : std::string("unknown");
  };
  std::string text = absl::StrCat(
      "budget ", budget.year(), ": ",
      percent(budget.has_commitment_execution(), budget.commitment_execution()), " committed, ",
      percent(budget.has_payment_execution(), budget.payment_execution()), " paid",
      std::string(TimingWords(budget.timing())), "; ", Counted(budget.lines(), "line", "lines"));
  if (budget.incomplete_lines() > 0) {
    absl::StrAppend(&text, ", ", budget.incomplete_lines(), " without some amounts");
  }
  if (budget.cost_per_unit().has_cost()) {
    absl::StrAppend(&text, "; ", Fixed(budget.cost_per_unit().cost(), {2, language}),
                    " EUR a unit of output");
  }
  return text;
}

std::string RisksFact(const reporting::NodeRisks& risks) {
  std::string text = absl::StrCat(Counted(risks.open(), "open risk", "open risks"),
                                  ", the highest ", risks.highest_score());
  if (risks.without_treatment() > 0) {
    absl::StrAppend(&text, ", ", risks.without_treatment(), " without treatment");
  }
  if (risks.reviews_overdue() > 0) {
    absl::StrAppend(&text, ", ", Counted(risks.reviews_overdue(), "review", "reviews"), " overdue");
  }
  return text;
}

// The first text that the report has.
std::string NarrativeFact(const reporting::ReportNarrative& narrative) {
  const bool delayed = !narrative.blockers().empty();
  const std::string& said = delayed ? narrative.blockers() : narrative.text();
  if (said.empty()) return "";
  return Printable(absl::StrCat(
      "report of ", narrative.quarter(), narrative.validated() ? "" : ", not validated", ": ", said,
      LanguageMark(delayed ? narrative.blockers_language() : narrative.text_language())));
}

}  // namespace

std::vector<std::string> FigureFacts(const reporting::ScorecardNode& node,
                                     const std::string& language) {
  std::vector<std::string> facts;
  if (node.has_budget()) facts.push_back(BudgetFact(node.budget(), language));
  if (node.has_risks()) facts.push_back(RisksFact(node.risks()));
  std::string narrative = NarrativeFact(node.narrative());
  if (!narrative.empty()) facts.push_back(std::move(narrative));
  return facts;
}

std::vector<std::string> DeliveryFacts(const reporting::Delivery& delivery,
                                       const std::string& language) {
  std::vector<std::string> facts;
  if (const std::string_view why = Words(delivery.reason()); !why.empty()) facts.emplace_back(why);
  // The ratios where the status changes.
  std::vector<Decimal> beside = {Exactly("0.9"), Exactly("0.7")};
  Collect(delivery.has_ratio(), delivery.ratio(), &beside);
  const NumberStyle style{DecimalsThatTellApart(2, beside), language};
  switch (delivery.scored_by()) {
    case reporting::Delivery::SCORED_BY_COMPLETED:
      facts.emplace_back("completed");
      break;
    case reporting::Delivery::SCORED_BY_PROGRESS:
      if (delivery.has_percent_complete()) {
        // What is nearly complete does not look complete.
        std::vector<Decimal> shares = {Exactly("0"), Exactly("100")};
        Collect(true, delivery.percent_complete(), &shares);
        facts.push_back(absl::StrCat(
            Fixed(delivery.percent_complete(), {DecimalsThatTellApart(0, shares), language}),
            " % reported", delivery.report_carried() ? " for the quarter before" : "",
            delivery.report_validated() ? "" : ", not validated"));
      }
      if (delivery.has_ratio()) {
        facts.push_back(absl::StrCat("progress is ", Fixed(delivery.ratio(), style),
                                     " of the elapsed share of its days"));
      }
      break;
    case reporting::Delivery::SCORED_BY_MILESTONES:
      facts.push_back(absl::StrCat(delivery.milestones_done(), " of ",
                                   Counted(delivery.milestones_judged(), "milestone", "milestones"),
                                   " reached"));
      break;
    default:
      break;
  }
  switch (delivery.past_end()) {
    case reporting::Delivery::PAST_END_YES:
      facts.emplace_back("past its end: AMBER at best");
      break;
    case reporting::Delivery::PAST_END_LONG:
      facts.emplace_back("long past its end: RED");
      break;
    default:
      break;
  }
  return facts;
}

std::string MilestoneText(const reporting::ScorecardMilestone& milestone) {
  std::string text = absl::StrCat("milestone ", milestone.id(), " ", milestone.title(),
                                  milestone.critical() ? " (critical): " : ": ");
  switch (milestone.state()) {
    case reporting::ScorecardMilestone::STATE_DONE:
      absl::StrAppend(&text, "reached on ", DateText(milestone.done_date()));
      break;
    case reporting::ScorecardMilestone::STATE_MISSED:
      text += "missed";
      break;
    case reporting::ScorecardMilestone::STATE_WITHDRAWN:
      text += "withdrawn";
      break;
    default:
      text += "open";
      break;
  }
  absl::StrAppend(&text, ", due ", DateText(milestone.due_date()));
  const std::string original = DateText(milestone.due_date_at_activation());
  if (!original.empty() &&
      (original != DateText(milestone.due_date()) || milestone.due_date_declared())) {
    absl::StrAppend(&text, " (at activation ", original,
                    milestone.due_date_declared() ? "; declared, not recorded)" : ")");
  }
  if (milestone.added_after_activation()) text += ", added after activation";
  if (milestone.has_withdrawn_on()) {
    absl::StrAppend(&text, ", withdrawn on ", DateText(milestone.withdrawn_on()), ": ",
                    milestone.withdrawn_reason());
  }
  return Printable(text);
}

std::string TrendText(const reporting::Trend& trend, int decimals, const std::string& language) {
  std::string_view word;
  switch (trend.direction()) {
    case reporting::Trend::DIRECTION_IMPROVING:
      word = "improving";
      break;
    case reporting::Trend::DIRECTION_STABLE:
      word = "stable";
      break;
    case reporting::Trend::DIRECTION_DECLINING:
      word = "declining";
      break;
    default:
      break;
  }
  if (!word.empty()) {
    // A change that is shown as 0 is 0.
    std::vector<Decimal> changes;
    Collect(true, trend.change(), &changes);
    const NumberStyle style{DecimalsThatTellApart(decimals, {}, changes), language};
    return absl::StrCat(Signed(trend.change(), style), " on ", Printable(trend.period()), " (",
                        View(word), ")");
  }
  std::string_view why;
  switch (trend.reason()) {
    case reporting::Trend::REASON_PROVISIONAL:
      why = "provisional";
      break;
    case reporting::Trend::REASON_NOT_COMPARABLE:
      why = "other values were good then";
      break;
    case reporting::Trend::REASON_SCORED_OTHERWISE:
      why = "its delivery was scored by something else then";
      break;
    default:
      return "";
  }
  return absl::StrCat("not compared with ", Printable(trend.period()), " (", View(why), ")");
}

bool IsIllustrative(const std::string& source_system) {
  constexpr std::string_view kWord = "illustrative";
  return source_system.compare(0, kWord.size(), kWord) == 0 &&
         (source_system.size() == kWord.size() ||
          !absl::ascii_isalnum(static_cast<unsigned char>(source_system[kWord.size()])));
}

}  // namespace athena::athenactl
