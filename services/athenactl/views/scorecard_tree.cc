#include "services/athenactl/views/scorecard_tree.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "libs/decimal/decimal.h"
#include "libs/decimal/number_format.h"
#include "services/athenactl/resources/resource_names.h"
#include "services/athenactl/terminal/paint.h"
#include "services/athenactl/terminal/table.h"
#include "services/athenactl/terminal/text.h"
#include "services/athenactl/views/number_text.h"
#include "services/athenactl/views/value_text.h"

namespace athena::athenactl {
namespace {

namespace reporting = athena::reporting::v1;
using athena::common::v1::Number;
using Slice = google::protobuf::Map<std::string, std::string>;

constexpr int kStatusWidth = 8;
constexpr int kScoreWidth = 5;
constexpr int kCoverageWidth = 5;
constexpr int kLongBar = 10;
constexpr int kShortBar = 5;
// Below this width of the terminal the bars are short.
constexpr int kWide = 110;
// Below this one there are neither bars nor sparklines.
constexpr int kNarrow = 70;
// Where the status of a score changes.
constexpr std::string_view kGreenScore = "66.666666666667";
constexpr std::string_view kAmberScore = "33.333333333333";
// Titles and the lines of a note are at least so wide, however narrow the terminal.
constexpr int kLeastTitle = 20;
constexpr int kLeastNote = 20;

struct Look {
  std::string_view symbol;
  std::string_view word;
  Ink ink;
};

Look LookOf(reporting::ScorecardStatus status) {
  switch (status) {
    case reporting::SCORECARD_STATUS_GREEN:
      return {"●", "GREEN", Ink::kGreen};
    case reporting::SCORECARD_STATUS_AMBER:
      return {"▲", "AMBER", Ink::kAmber};
    case reporting::SCORECARD_STATUS_RED:
      return {"■", "RED", Ink::kRed};
    case reporting::SCORECARD_STATUS_NO_SCORE:
      return {"?", "NO SCORE", Ink::kBold};
    case reporting::SCORECARD_STATUS_NOT_APPLICABLE:
      return {"-", "N/A", Ink::kFaint};
    default:
      return {" ", "", Ink::kPlain};
  }
}

std::string_view Words(reporting::ScorecardReason reason) {
  switch (reason) {
    case reporting::SCORECARD_REASON_NOT_BEGUN:
      return "the quarter has not begun";
    case reporting::SCORECARD_REASON_NOT_DUE:
      return "nothing received, and nothing due yet";
    case reporting::SCORECARD_REASON_OVERDUE:
      return "overdue: nothing was received in time";
    case reporting::SCORECARD_REASON_NO_TARGET:
      return "there is no target for the period";
    case reporting::SCORECARD_REASON_INCOMPLETE:
      return "incomplete: too many expected values are missing";
    case reporting::SCORECARD_REASON_NOT_ADDITIVE:
      return "it cannot be added up over its series";
    case reporting::SCORECARD_REASON_DIV0:
      return "its formula divides by zero";
    case reporting::SCORECARD_REASON_OPERAND:
      return "a part of its formula has no value";
    case reporting::SCORECARD_REASON_OVERFLOW:
      return "a number is too large";
    case reporting::SCORECARD_REASON_INDICATOR_NOT_READABLE:
      return "the indicator does not exist, or you may not read it";
    case reporting::SCORECARD_REASON_NO_DATA:
      return "there are no data, and none are expected";
    case reporting::SCORECARD_REASON_COVERAGE:
      return "too little of what was expected is there";
    case reporting::SCORECARD_REASON_NO_WEIGHT:
      return "the weights of its expected parts add up to zero";
    case reporting::SCORECARD_REASON_MISSING_PART:
      return "an expected part has no score, and the plan asks for all of them";
    case reporting::SCORECARD_REASON_NOTHING_EXPECTED:
      return "nothing is expected in this quarter";
    case reporting::SCORECARD_REASON_CANCELLED:
      return "cancelled";
    case reporting::SCORECARD_REASON_DEFERRED:
      return "deferred";
    case reporting::SCORECARD_REASON_TARGET_ENDED:
      return "its target was ended";
    case reporting::SCORECARD_REASON_NO_COMMON_CELLS:
      return "the parts of its formula have no cell in common";
    case reporting::SCORECARD_REASON_NO_REPORT:
      return "its progress report is due, and there is none";
    default:
      return "";
  }
}

std::string_view Words(reporting::Growth::Class growth) {
  switch (growth) {
    case reporting::Growth::CLASS_REACHED:
      return "end target reached";
    case reporting::Growth::CLASS_ON_TRACK:
      return "on track";
    case reporting::Growth::CLASS_MODERATE:
      return "moderate improvement";
    case reporting::Growth::CLASS_INSUFFICIENT:
      return "insufficient improvement";
    case reporting::Growth::CLASS_MOVING_AWAY:
      return "moving away";
    default:
      return "";
  }
}

Decimal Exactly(std::string_view decimal) { return *Decimal::Parse(decimal); }

// A score with as many decimals as tell it from those where the status changes.
std::string ScoreText(const Number& score, const std::string& language) {
  std::vector<Decimal> beside = {Exactly(kGreenScore), Exactly(kAmberScore)};
  Collect(true, score, &beside);
  return Fixed(score, {DecimalsThatTellApart(1, beside), language});
}

// A share of 1 as "96 %", rounded; a share below 1 is at most 99 %.
std::string Percent(const Number& share) {
  const absl::StatusOr<Decimal> exact = Decimal::Parse(share.decimal());
  if (!exact.ok()) return "";
  const std::optional<Decimal> hundredfold = Decimal::Multiply(*exact, Decimal::FromInt(100));
  if (!hundredfold.has_value()) return "";
  std::string text = hundredfold->ToFixed(0);
  if (text == "100" && *exact < Decimal::FromInt(1)) text = "99";
  return text + " %";
}

std::string SliceText(const Slice& slice) {
  const std::map<std::string, std::string> sorted(slice.begin(), slice.end());
  std::vector<std::string> parts;
  for (const auto& [dimension, code] : sorted) {
    parts.push_back(absl::StrCat(Printable(dimension), "=", Printable(code)));
  }
  return parts.empty() ? "" : absl::StrCat("{", absl::StrJoin(parts, ", "), "}");
}

std::string KeyOf(const reporting::ScorecardNode& node) { return node.name(); }

std::string KeyOf(const reporting::ScorecardNode& node,
                  const reporting::ScorecardIndicator& indicator) {
  return absl::StrCat(node.name(), " ", indicator.indicator(), SliceText(indicator.slice()));
}

std::string UnitText(const std::string& unit) {
  return unit.empty() ? "" : absl::StrCat(" ", Printable(unit));
}

std::string TitleOf(const reporting::ScorecardIndicator& indicator) {
  std::string title = indicator.title().empty() ? IdOf(indicator.indicator()) : indicator.title();
  return absl::StrCat(Printable(title), SliceText(indicator.slice()));
}

// Marks a title that is not in the requested language.
std::string LanguageMark(const std::string& title_language) {
  return title_language.empty() ? "" : absl::StrCat(" [", Printable(title_language), "]");
}

const reporting::Measurement& Scored(const reporting::ScorecardIndicator& indicator) {
  return indicator.scored_year_to_date() ? indicator.year_to_date() : indicator.period_result();
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

// "84.2 %, target ≥ 80, gap +4.2": the value, its target and the difference.
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

// "140 so far in 2026-Q4": what is there and not judged.
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

// The reason why there is no score; empty when there is one.
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

// The fields of view FULL.
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

// "2 without target, 1 cancelled": the parts that do not count, by reason.
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

// "charter: missed, due 2022-12-31 (at activation 2022-06-30; declared, not recorded)".
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

bool KeepOnlyBelow(const std::set<reporting::ScorecardStatus>& only,
                   reporting::ScorecardNode* node) {
  bool any = only.count(node->status()) > 0;
  if (node->has_delivery()) {
    if (only.count(node->delivery().status()) > 0) {
      any = true;
    } else {
      node->clear_delivery();
    }
  }
  auto& indicators = *node->mutable_indicators();
  indicators.erase(std::remove_if(indicators.begin(), indicators.end(),
                                  [&](const reporting::ScorecardIndicator& indicator) {
                                    return only.count(indicator.status()) == 0;
                                  }),
                   indicators.end());
  auto& children = *node->mutable_children();
  children.erase(
      std::remove_if(children.begin(), children.end(),
                     [&](reporting::ScorecardNode& child) { return !KeepOnlyBelow(only, &child); }),
      children.end());
  return any || !indicators.empty() || !children.empty();
}

class Tree {
 public:
  Tree(const reporting::Scorecard& scorecard, const TreeOptions& options, const Trends& trends)
      : scorecard_(scorecard),
        options_(options),
        trends_(trends),
        bar_(options.width == 0 || options.width >= kWide ? kLongBar
             : options.width >= kNarrow                   ? kShortBar
                                                          : 0),
        trend_(options.quarters.size() < 2 || bar_ == 0
                   ? 0
                   : static_cast<int>(options.quarters.size())),
        root_(scorecard.result().root()) {
    Remember(root_);
    KeepOnly(options.only, &root_);
    Measure(root_);
  }

  std::string Text() {
    const reporting::ScorecardResult& result = scorecard_.result();
    Heading(result);
    NodeLines(root_, "", "");
    text_ += '\n';
    if (options_.trend_numbers) TrendNumbers();
    Notes(result);
    return std::move(text_);
  }

 private:
  // Collects the codes or titles of all nodes and indicators, by name.
  void Remember(const reporting::ScorecardNode& node) {
    called_[node.name()] = node.code().empty() ? Printable(node.title()) : Printable(node.code());
    for (const reporting::ScorecardIndicator& indicator : node.indicators()) {
      called_[indicator.indicator()] =
          Printable(indicator.title().empty() ? IdOf(indicator.indicator()) : indicator.title());
    }
    for (const reporting::ScorecardNode& child : node.children()) Remember(child);
  }

  // Finds what is shown.
  void Measure(const reporting::ScorecardNode& node) {
    for (const reporting::ScorecardIndicator& indicator : node.indicators()) {
      shown_.emplace(indicator.indicator(), &indicator);
    }
    for (const reporting::ScorecardNode& child : node.children()) Measure(child);
  }

  std::string Called(const std::string& name) const {
    const auto known = called_.find(name);
    return known == called_.end() ? Printable(IdOf(name)) : known->second;
  }

  int LeftWidth() const {
    return 2 + kStatusWidth + 1 + kScoreWidth + 1 + bar_ + 1 + kCoverageWidth + 2 +
           (trend_ > 0 ? trend_ + 2 : 0);
  }

  // The columns before the tree, all of one width.
  std::string Left(reporting::ScorecardStatus status, const Number* score,
                   const reporting::Coverage& coverage, const std::string& key) const {
    const Look look = LookOf(status);
    // Where nothing is expected there is no share.
    const bool covers =
        coverage.has_share() && status != reporting::SCORECARD_STATUS_NOT_APPLICABLE;
    const std::string number = score == nullptr ? "" : ScoreText(*score, options_.language);
    const int room = kStatusWidth + 1 + kScoreWidth + 1 + bar_;
    std::string columns;  // of status, score and bar
    if (Width(number) > kScoreWidth) {
      // A score so close to a threshold that it takes many decimals: it takes the bar's room, too.
      columns = PadRight(absl::StrCat(View(look.word), " ", number), room);
    } else {
      columns =
          absl::StrCat(PadRight(look.word, kStatusWidth), " ", PadLeft(number, kScoreWidth), " ",
                       score == nullptr ? std::string(bar_, ' ') : Bar(score->value(), bar_));
    }
    std::string left =
        Paint(absl::StrCat(View(look.symbol), " ", columns), look.ink, options_.colour);
    // The longest status and score are a column wider than the room: the gap behind takes it.
    const int gap = std::max(1, 2 - std::max(0, Width(columns) - room));
    absl::StrAppend(&left, " ", PadLeft(covers ? Percent(coverage.share()) : "", kCoverageWidth),
                    std::string(gap, ' '));
    if (trend_ > 0) {
      const auto trend = trends_.find(key);
      std::vector<std::optional<double>> percents;
      if (trend != trends_.end()) {
        for (const std::optional<Number>& one : trend->second) {
          percents.push_back(one.has_value() ? std::optional(one->value()) : std::nullopt);
        }
      }
      left += PadRight(Sparkline(percents), trend_ + 2);
    }
    return left;
  }

  void Heading(const reporting::ScorecardResult& result) {
    Paragraph(absl::StrCat(Printable(result.root().title()), "  ", result.period()), Ink::kBold);
    Paragraph(Printable(scorecard_.name()), Ink::kFaint);
    text_ += '\n';
    Paragraph("Elements: " + CountsText(result.root().element_counts()) + ".");
    Paragraph("Indicators: " + CountsText(result.root().indicator_counts()) + ".");
    if (!options_.only.empty()) {
      std::vector<std::string> words;
      for (const reporting::ScorecardStatus status : options_.only) {
        words.emplace_back(LookOf(status).word);
      }
      Paragraph("Shown: only " + absl::StrJoin(words, ", ") + ", and what they are part of.");
    }
    absl::StrAppend(
        &text_, "\n",
        Paint(absl::StrCat("  ", PadRight("status", kStatusWidth), " ",
                           PadLeft("score", kScoreWidth), " ", PadRight("", bar_), " ",
                           PadLeft("cover", kCoverageWidth), trend_ > 0 ? "  trend" : ""),
              Ink::kFaint, options_.colour),
        "\n");
  }

  // Adds a line of the tree. `stem` stands before the title, `below` before its further lines. The
  // title is cut where there is no room, its `marks` are not. `facts` follow on the same line where
  // they fit, else below.
  void Line(const std::string& left, const std::string& stem, const std::string& below,
            const std::string& title, const std::string& marks, Ink ink,
            const std::vector<std::string>& facts) {
    const bool unlimited = options_.width == 0;
    const int room = options_.width - LeftWidth() - Width(stem);
    const std::string joined = absl::StrJoin(facts, ", ");
    const int title_room = std::max(room, kLeastTitle) - Width(marks);
    const bool fits =
        unlimited || facts.empty() || Width(title) + Width(marks) + 2 + Width(joined) <= room;
    const std::string shown = unlimited ? title : Cut(title, title_room);
    absl::StrAppend(&text_, left, Paint(stem, Ink::kFaint, options_.colour),
                    Paint(shown + marks, ink, options_.colour));
    if (fits && !facts.empty()) absl::StrAppend(&text_, ": ", joined);
    EndLine();
    if (fits) return;
    // As many facts on a line as fit; a fact that is longer than a line is broken.
    const int most = NoteRoom(below);
    std::string line;
    for (const std::string& fact : facts) {
      if (line.empty()) {
        line = fact;
      } else if (Width(line) > most || Width(line) + 3 + Width(fact) <= most) {
        absl::StrAppend(&line, ", ", fact);
      } else {
        Note(below, line + ",");
        line = fact;
      }
    }
    Note(below, line);
  }

  void EndLine() {
    const size_t last = text_.find_last_not_of(' ');
    text_.resize(last + 1);
    text_ += '\n';
  }

  // The columns of a line of a note; 0: unlimited.
  int NoteRoom(const std::string& below) const {
    if (options_.width == 0) return 0;
    return std::max(options_.width - LeftWidth() - Width(below) - 2, kLeastNote);
  }

  // Adds text below a line of the tree.
  void Note(const std::string& below, const std::string& text) {
    for (const std::string& line : Wrapped(text, NoteRoom(below))) {
      absl::StrAppend(&text_, std::string(static_cast<size_t>(LeftWidth()), ' '),
                      Paint(below, Ink::kFaint, options_.colour), "  ", line);
      EndLine();
    }
  }

  // What a cap did; one that changed nothing says so.
  std::string CapText(const reporting::StatusCap& cap) const {
    std::string cause;
    switch (cap.cause()) {
      case reporting::StatusCap::CAUSE_PART_RED:
        cause = absl::StrCat(Called(cap.part()), SliceText(cap.slice()), " is critical and RED");
        break;
      case reporting::StatusCap::CAUSE_PART_WITHOUT_SCORE:
        cause = absl::StrCat(Called(cap.part()), SliceText(cap.slice()),
                             " is critical and has no score");
        break;
      case reporting::StatusCap::CAUSE_MILESTONE_MISSED:
        cause = absl::StrCat("the critical milestone ", Printable(cap.milestone()), " was missed");
        break;
      default:
        break;
    }
    if (cap.changed_status()) return cause.empty() ? "at best AMBER" : "at best AMBER: " + cause;
    return absl::StrCat(cause, cause.empty() ? "" : ", which ", "changed nothing here");
  }

  void NodeLines(const reporting::ScorecardNode& node, const std::string& stem,
                 const std::string& below) {
    std::string title = Printable(node.title());
    if (!node.code().empty()) title = absl::StrCat(Printable(node.code()), " ", title);
    const std::string marks =
        absl::StrCat(node.critical() ? " (critical)" : "", LanguageMark(node.title_language()));
    const int parts = node.indicators_size() + node.children_size() + (node.has_delivery() ? 1 : 0);
    std::vector<std::string> reasons;
    if (const std::string_view why = Words(node.reason()); !why.empty()) reasons.emplace_back(why);
    const std::string under = parts > 0 ? below + "│ " : below + "  ";
    Line(Left(node.status(), node.has_score() ? &node.score() : nullptr, node.coverage(),
              KeyOf(node)),
         stem, under, title, marks, Ink::kBold, reasons);
    NodeNotes(node, under);
    int left = parts;
    if (node.has_delivery()) {
      const bool last = --left == 0;
      DeliveryLine(node.delivery(), below + (last ? "└─ " : "├─ "), below + (last ? "   " : "│  "));
    }
    for (const reporting::ScorecardIndicator& indicator : node.indicators()) {
      const bool last = --left == 0;
      IndicatorLines(node, indicator, below + (last ? "└─ " : "├─ "),
                     below + (last ? "   " : "│  "));
    }
    for (const reporting::ScorecardNode& child : node.children()) {
      const bool last = --left == 0;
      NodeLines(child, below + (last ? "└─ " : "├─ "), below + (last ? "   " : "│  "));
    }
  }

  void NodeNotes(const reporting::ScorecardNode& node, const std::string& under) {
    for (const reporting::StatusCap& cap : node.caps()) {
      if (cap.changed_status() || options_.caps) Note(under, CapText(cap));
    }
    const reporting::NotApplicableCounts& counts = node.not_applicable_parts();
    if (const std::string text = NotApplicableText(counts); !text.empty()) {
      Note(under, "not counted: " + text);
    }
    if (counts.cancelled() + counts.deferred() + counts.target_ended() > 0) {
      AsLastStood(node, under);
    }
    if (options_.details) NodeDetails(node, under);
  }

  // What it would be if nothing was cancelled, deferred or ended, where that differs.
  void AsLastStood(const reporting::ScorecardNode& node, const std::string& under) {
    const reporting::ScoreAsLastStood& then = node.as_last_stood();
    if (!node.has_as_last_stood() ||
        (then.status() == node.status() && then.score().decimal() == node.score().decimal())) {
      return;
    }
    std::string text =
        absl::StrCat("with these as they last stood: ", View(LookOf(then.status()).word));
    if (then.has_score()) {
      absl::StrAppend(&text, " ", ScoreText(then.score(), options_.language));
    }
    if (const std::string_view why = Words(then.reason()); !why.empty()) {
      absl::StrAppend(&text, ", ", View(why));
    }
    Note(under, text);
  }

  // The fields of view FULL.
  void NodeDetails(const reporting::ScorecardNode& node, const std::string& under) {
    std::vector<std::string> who;
    if (!node.code().empty()) who.push_back("id " + IdOf(node.name()));
    if (!node.owner_unit().empty()) who.push_back("owner " + IdOf(node.owner_unit()));
    if (!node.lead().empty()) who.push_back("lead " + node.lead());
    const std::string end = DateText(node.end_date());
    const std::string original = DateText(node.end_date_at_activation());
    if (!end.empty() || !original.empty()) {
      std::string text = end.empty() ? "no end date" : "ends " + end;
      if (!original.empty() && (original != end || node.end_date_declared())) {
        absl::StrAppend(&text, " (at activation ", original,
                        node.end_date_declared() ? "; declared, not recorded)" : ")");
      }
      who.push_back(std::move(text));
    }
    if (node.has_weight()) who.push_back("weight " + node.weight().decimal());
    if (!who.empty()) Note(under, Printable(absl::StrJoin(who, ", ")));
    for (const reporting::ScorecardMilestone& milestone : node.milestones()) {
      Note(under, MilestoneText(milestone));
    }
  }

  void DeliveryLine(const reporting::Delivery& delivery, const std::string& stem,
                    const std::string& below) {
    std::vector<std::string> facts = DeliveryFacts(delivery, options_.language);
    if (options_.details && delivery.has_weight()) {
      facts.push_back("weight " + Printable(delivery.weight().decimal()));
    }
    Line(Left(delivery.status(), delivery.has_score() ? &delivery.score() : nullptr, {}, ""), stem,
         below, "delivery", "", Ink::kPlain, facts);
  }

  void IndicatorLines(const reporting::ScorecardNode& node,
                      const reporting::ScorecardIndicator& indicator, const std::string& stem,
                      const std::string& below) {
    const std::string marks = absl::StrCat(
        IsIllustrative(indicator.detail().source_system()) ? " *" : "",
        indicator.critical() ? " (critical)" : "", LanguageMark(indicator.title_language()));
    const reporting::Measurement& measured = Scored(indicator);
    std::vector<std::string> facts = Facts(indicator, measured, options_.language);
    std::string when;
    if (!indicator.evaluation_period().empty() &&
        indicator.evaluation_period() != scorecard_.result().period()) {
      when = " of " + Printable(indicator.evaluation_period());
    }
    if (indicator.scored_year_to_date()) when += " since 1 January";
    facts.front() += when;
    if (const std::string so_far = SoFarText(indicator, options_.language); !so_far.empty()) {
      facts.push_back(so_far);
    }
    const std::string why = Why(indicator);
    if (!why.empty()) {
      if (!measured.has_value()) facts.erase(facts.begin());
      facts.insert(measured.has_value() ? facts.end() : facts.begin(), why);
    }
    Line(Left(indicator.status(), indicator.has_score() ? &indicator.score() : nullptr,
              measured.coverage(), KeyOf(node, indicator)),
         stem, below, TitleOf(indicator), marks, Ink::kPlain, facts);
    if (!options_.details) return;
    for (const std::string& line : Details(indicator, options_.language)) Note(below, line);
  }

  // The scores of the sparklines, in code order; "." where there is none.
  void TrendNumbers() {
    std::vector<Table::Column> columns = {{.heading = "SCORES"}};
    for (const std::string& quarter : options_.quarters) columns.push_back({quarter, true});
    Table table(std::move(columns));
    AddTrendRows(root_, &table);
    absl::StrAppend(&text_, table.Text(options_.width, options_.colour), "\n");
  }

  void AddTrendRows(const reporting::ScorecardNode& node, Table* table) const {
    const auto add = [&](const std::string& key, const std::string& label) {
      std::vector<std::string> row = {label};
      const auto found = trends_.find(key);
      for (size_t at = 0; at < options_.quarters.size(); ++at) {
        const bool known =
            found != trends_.end() && at < found->second.size() && found->second[at].has_value();
        row.push_back(known ? ScoreText(*found->second[at], options_.language) : ".");
      }
      table->Add(row);
    };
    add(KeyOf(node),
        node.code().empty() ? node.title() : absl::StrCat(node.code(), " ", node.title()));
    for (const reporting::ScorecardIndicator& indicator : node.indicators()) {
      add(KeyOf(node, indicator), "- " + TitleOf(indicator));
    }
    for (const reporting::ScorecardNode& child : node.children()) AddTrendRows(child, table);
  }

  void Paragraph(const std::string& text, Ink ink = Ink::kPlain) {
    for (const std::string& line : Wrapped(text, options_.width)) {
      absl::StrAppend(&text_, Paint(line, ink, options_.colour), "\n");
    }
  }

  void Notes(const reporting::ScorecardResult& result) {
    if (result.score_basis() == athena::plan::v1::Plan::SCORE_BASIS_YEAR_TO_DATE) {
      Paragraph("Sums and counts are scored by their value since 1 January.");
    }
    if (trend_ > 0) {
      Paragraph(absl::StrCat("Trend: the scores of ", options_.quarters.front(), " to ",
                             options_.quarters.back(), "; · means no score."));
    }
    for (const reporting::ScorecardWarning& warning : result.warnings()) {
      if (warning.kind() == reporting::ScorecardWarning::KIND_TIME_ZONES_DIFFER) {
        Paragraph(absl::StrCat(
            "Note: the institution's days begin in ", Printable(warning.plan_time_zone()),
            " by the plan service and in ", Printable(warning.indicator_time_zone()),
            " by the indicator service: athenactl set ", IdOf(InstitutionOf(result.root().name())),
            " time_zone=ZONE sets both."));
        continue;
      }
      std::vector<std::string> elements;
      for (const std::string& element : warning.elements()) elements.push_back(Called(element));
      Paragraph(absl::StrCat("Note: ", Called(warning.indicator()), SliceText(warning.slice()),
                             " is linked to ", absl::StrJoin(elements, " and to "),
                             ", and counts for each."));
    }
    Sources();
    Basis();
  }

  // Names the invented figures; nothing where the answer has no sources (view BASIC).
  void Sources() {
    std::vector<std::string> real;
    int illustrative = 0;
    int known = 0;
    for (const auto& [name, indicator] : shown_) {
      if (!indicator->has_detail()) continue;
      ++known;
      const std::string& source = indicator->detail().source_system();
      if (IsIllustrative(source)) {
        ++illustrative;
      } else {
        real.push_back(absl::StrCat(Called(name), " (",
                                    source.empty() ? "no source given" : Printable(source), ")"));
      }
    }
    if (illustrative > 0) {
      Paragraph(absl::StrCat("* Illustrative: ",
                             illustrative == known ? "all indicators shown are"
                                                   : absl::StrCat(illustrative, " of the ", known,
                                                                  " indicators shown are"),
                             " invented to show how a scorecard reads; they were not measured."),
                Ink::kBold);
      if (!real.empty()) Paragraph("Not illustrative: " + absl::StrJoin(real, "; ") + ".");
    }
  }

  void Basis() {
    const reporting::Basis& basis = scorecard_.basis();
    std::string text =
        absl::StrCat("Basis: ", DateText(basis.date()), ", plan revision ", basis.plan_revision());
    const std::map<std::string, int64_t> revisions(basis.indicator_revisions().begin(),
                                                   basis.indicator_revisions().end());
    for (const auto& [institution, revision] : revisions) {
      absl::StrAppend(&text, ", indicator revision ", revision, " of ",
                      Printable(IdOf(institution)));
    }
    Paragraph(absl::StrCat(text, ", scoring rules ", Printable(basis.engine_version()), "."));
  }

  const reporting::Scorecard& scorecard_;
  const TreeOptions& options_;
  const Trends& trends_;
  const int bar_;
  const int trend_;
  reporting::ScorecardNode root_;  // what is shown
  std::map<std::string, std::string> called_;
  std::map<std::string, const reporting::ScorecardIndicator*> shown_;
  std::string text_;
};

void AddScore(const std::string& key, bool has_score, const Number& score, size_t quarter,
              size_t quarters, Trends& trends) {
  std::vector<std::optional<Number>>& scores = trends[key];
  scores.resize(quarters);
  if (has_score) scores.at(quarter) = score;
}

}  // namespace

bool IsIllustrative(const std::string& source_system) {
  constexpr std::string_view kWord = "illustrative";
  return source_system.compare(0, kWord.size(), kWord) == 0 &&
         (source_system.size() == kWord.size() ||
          !absl::ascii_isalnum(static_cast<unsigned char>(source_system[kWord.size()])));
}

void AddToTrends(const reporting::ScorecardNode& root, size_t quarter, size_t quarters,
                 Trends& trends) {
  AddScore(KeyOf(root), root.has_score(), root.score(), quarter, quarters, trends);
  for (const reporting::ScorecardIndicator& indicator : root.indicators()) {
    AddScore(KeyOf(root, indicator), indicator.has_score(), indicator.score(), quarter, quarters,
             trends);
  }
  for (const reporting::ScorecardNode& child : root.children()) {
    AddToTrends(child, quarter, quarters, trends);
  }
}

void KeepOnly(const std::set<reporting::ScorecardStatus>& only, reporting::ScorecardNode* root) {
  if (!only.empty()) KeepOnlyBelow(only, root);
}

std::string ScorecardTree(const reporting::Scorecard& scorecard, const TreeOptions& options,
                          const Trends& trends) {
  return Tree(scorecard, options, trends).Text();
}

}  // namespace athena::athenactl
