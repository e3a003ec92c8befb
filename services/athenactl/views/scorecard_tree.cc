#include "services/athenactl/views/scorecard_tree.h"

#include <algorithm>
#include <cmath>
#include <string_view>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "libs/decimal/decimal.h"
#include "services/athenactl/resources/resource_names.h"
#include "services/athenactl/terminal/paint.h"
#include "services/athenactl/terminal/text.h"
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
// Decimals beyond the indicator's, where rounding would hide the reason of a status.
constexpr int kMoreDecimals = 2;
// The lines of a note are at least so wide, however narrow the terminal.
constexpr int kLeastNote = 30;

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
      return "overdue: no value was received in time";
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
      return "there are no data, and none were expected";
    case reporting::SCORECARD_REASON_COVERAGE:
      return "too little of what was expected is there";
    case reporting::SCORECARD_REASON_NO_WEIGHT:
      return "the weights of its scored parts add up to zero";
    case reporting::SCORECARD_REASON_MISSING_PART:
      return "an expected part has no score, and the plan asks for all of them";
    case reporting::SCORECARD_REASON_NOTHING_EXPECTED:
      return "nothing is expected in this quarter";
    case reporting::SCORECARD_REASON_CANCELLED:
      return "cancelled";
    case reporting::SCORECARD_REASON_DEFERRED:
      return "deferred";
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

// The number with `digits` decimals.
std::string Fixed(const Number& number, int digits) {
  const absl::StatusOr<Decimal> exact = Decimal::Parse(number.decimal());
  return exact.ok() ? exact->ToFixed(digits) : number.decimal();
}

// The decimals of a comparison: at least the indicator's, and more where a number has more.
struct Digits {
  int least = 0;
  int most = 0;
};

// The number rounded to `most` decimals, without trailing zeros beyond `least`.
std::string Fixed(const Number& number, Digits digits) {
  std::string text = Fixed(number, digits.most);
  const size_t point = text.find('.');
  if (point == std::string::npos) return text;
  size_t end = text.size();
  const size_t least = digits.least == 0 ? point : point + 1 + static_cast<size_t>(digits.least);
  while (end > least && (text[end - 1] == '0' || text[end - 1] == '.')) --end;
  return text.substr(0, end);
}

std::string Signed(const Number& number, Digits digits) {
  std::string text = Fixed(number, digits);
  if (number.value() > 0 && text.find_first_of("123456789") != std::string::npos) {
    text.insert(0, "+");
  }
  return text;
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

// Whether the number rounded to `digits` decimals is at most a tenth off.
bool RoundsWell(const Number& number, int digits) {
  const absl::StatusOr<Decimal> exact = Decimal::Parse(number.decimal());
  if (!exact.ok()) return true;
  const double off = exact->Round(digits).ToDouble() - exact->ToDouble();
  return std::abs(off) * 10 <= std::abs(exact->ToDouble());
}

Digits DigitsOf(const reporting::ScorecardIndicator& indicator,
                const reporting::Measurement& measured) {
  const int least = indicator.decimals();
  int most = least;
  const reporting::Assessment& assessment = measured.current();
  if (measured.has_value() && assessment.has_gap()) {
    while (most < least + kMoreDecimals &&
           !(RoundsWell(measured.value(), most) && RoundsWell(assessment.target(), most) &&
             RoundsWell(assessment.gap(), most))) {
      ++most;
    }
  }
  return {least, most};
}

std::string TargetText(const reporting::Assessment& assessment,
                       const reporting::ScorecardIndicator& indicator, Digits digits) {
  if (indicator.direction() == reporting::ScorecardIndicator::DIRECTION_RANGE) {
    if (!assessment.has_low() || !assessment.has_high()) return "";
    return absl::StrCat(Fixed(assessment.low(), digits), " to ", Fixed(assessment.high(), digits));
  }
  if (!assessment.has_target()) return "";
  return absl::StrCat(
      indicator.direction() == reporting::ScorecardIndicator::DIRECTION_LOWER ? "≤ " : "≥ ",
      Fixed(assessment.target(), digits));
}

// "84.2 %, target ≥ 80, gap +4.2": the value, its target and the difference.
std::vector<std::string> Facts(const reporting::ScorecardIndicator& indicator,
                               const reporting::Measurement& measured) {
  std::vector<std::string> facts;
  const Digits digits = DigitsOf(indicator, measured);
  if (measured.has_value()) {
    facts.push_back(absl::StrCat(Fixed(measured.value(), digits), UnitText(indicator.unit()),
                                 measured.provisional() ? " so far" : ""));
  } else {
    facts.emplace_back("no value");
  }
  const std::string target = TargetText(measured.current(), indicator, digits);
  if (!target.empty()) facts.push_back("target " + target);
  if (measured.current().has_gap()) {
    facts.push_back("gap " + Signed(measured.current().gap(), digits));
  }
  const std::string original = TargetText(measured.original(), indicator, digits);
  if (!original.empty() && original != target) {
    facts.push_back("original target " + original);
  }
  return facts;
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
    absl::StrAppend(&why, " (", Printable(indicator.reason_detail()), ")");
  }
  return why;
}

// The fields of view FULL.
std::vector<std::string> Details(const reporting::ScorecardIndicator& indicator) {
  std::vector<std::string> lines;
  const int digits = indicator.decimals();
  if (indicator.has_year_to_date()) {
    const bool year = !indicator.scored_year_to_date();
    lines.push_back(absl::StrCat(
        year ? "since 1 January: " : "the period alone: ",
        absl::StrJoin(Facts(indicator, year ? indicator.year_to_date() : indicator.period_result()),
                      ", ")));
  }
  const reporting::IndicatorDetail& detail = indicator.detail();
  std::vector<std::string> way;
  if (detail.has_baseline()) {
    way.push_back(absl::StrCat("baseline ", Fixed(detail.baseline(), digits),
                               detail.baseline_period().empty() ? "" : " in ",
                               Printable(detail.baseline_period())));
  }
  if (detail.has_end_target()) {
    way.push_back("end target " + Fixed(detail.end_target(), digits));
  }
  if (detail.has_progress()) way.push_back("progress " + Percent(detail.progress()));
  if (detail.has_pace()) way.push_back("pace " + Fixed(detail.pace(), 2));
  if (detail.has_required_rate()) {
    const int finer = std::min(digits + 1, 12);
    way.push_back(Signed(detail.required_rate(), {finer, finer}) + " a quarter needed");
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

// Breaks text at blanks into lines of at most `columns`.
std::vector<std::string> Lines(const std::string& text, int columns) {
  std::vector<std::string> lines;
  size_t begin = 0;
  while (begin < text.size()) {
    size_t end = text.size();
    if (columns > 0 && Width(std::string_view(text).substr(begin)) > columns) {
      size_t blank = std::string::npos;
      for (size_t at = text.find(' ', begin);
           at != std::string::npos &&
           Width(std::string_view(text).substr(begin, at - begin)) <= columns;
           at = text.find(' ', at + 1)) {
        blank = at;
      }
      if (blank == std::string::npos) blank = text.find(' ', begin);
      if (blank != std::string::npos) end = blank;
    }
    lines.push_back(text.substr(begin, end - begin));
    begin = end == text.size() ? end : end + 1;
  }
  return lines;
}

class Tree {
 public:
  Tree(const reporting::Scorecard& scorecard, const TreeOptions& options, const Trends& trends)
      : scorecard_(scorecard),
        options_(options),
        trends_(trends),
        bar_(options.width == 0 || options.width >= kWide ? kLongBar : kShortBar),
        trend_(options.quarters.size() < 2 ? 0 : static_cast<int>(options.quarters.size())) {
    Remember(scorecard.result().root());
  }

  std::string Text() {
    const reporting::ScorecardResult& result = scorecard_.result();
    Heading(result);
    NodeLines(result.root(), "", "");
    text_ += '\n';
    Notes(result);
    return std::move(text_);
  }

 private:
  // Collects the titles of all nodes and indicators, by name.
  void Remember(const reporting::ScorecardNode& node) {
    called_[node.name()] = node.code().empty() ? Printable(node.title()) : Printable(node.code());
    for (const reporting::ScorecardIndicator& indicator : node.indicators()) {
      called_[indicator.indicator()] =
          Printable(indicator.title().empty() ? IdOf(indicator.indicator()) : indicator.title());
      shown_.emplace(indicator.indicator(), &indicator);
    }
    for (const reporting::ScorecardNode& child : node.children()) Remember(child);
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
    std::string left =
        Paint(absl::StrCat(View(look.symbol), " ", PadRight(look.word, kStatusWidth)), look.ink,
              options_.colour);
    absl::StrAppend(&left, " ", PadLeft(score == nullptr ? "" : Fixed(*score, 1), kScoreWidth), " ",
                    Paint(score == nullptr ? std::string(bar_, ' ') : Bar(score->value(), bar_),
                          look.ink, options_.colour),
                    " ", PadLeft(covers ? Percent(coverage.share()) : "", kCoverageWidth), "  ");
    if (trend_ > 0) {
      const auto trend = trends_.find(key);
      left += PadRight(trend == trends_.end() ? "" : Sparkline(trend->second), trend_ + 2);
    }
    return left;
  }

  void Heading(const reporting::ScorecardResult& result) {
    absl::StrAppend(
        &text_,
        Paint(absl::StrCat(Printable(result.root().title()), "  ", result.period()), Ink::kBold,
              options_.colour),
        "\n", Paint(Printable(scorecard_.name()), Ink::kFaint, options_.colour), "\n\n",
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
    const bool fits =
        unlimited || facts.empty() || Width(title) + Width(marks) + 2 + Width(joined) <= room;
    const std::string shown =
        unlimited ? title : Cut(title, std::max(room, kLeastNote) - Width(marks));
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
    for (const std::string& line : Lines(text, NoteRoom(below))) {
      absl::StrAppend(&text_, std::string(static_cast<size_t>(LeftWidth()), ' '),
                      Paint(below, Ink::kFaint, options_.colour), "  ", line);
      EndLine();
    }
  }

  std::string CapText(const reporting::StatusCap& cap) const {
    switch (cap.cause()) {
      case reporting::StatusCap::CAUSE_PART_RED:
        return absl::StrCat("at best AMBER: ", Called(cap.part()), SliceText(cap.slice()),
                            " is critical and RED");
      case reporting::StatusCap::CAUSE_PART_WITHOUT_SCORE:
        return absl::StrCat("at best AMBER: ", Called(cap.part()), SliceText(cap.slice()),
                            " is critical and has no score");
      case reporting::StatusCap::CAUSE_MILESTONE_MISSED:
        return absl::StrCat("at best AMBER: the critical milestone ", Printable(cap.milestone()),
                            " was missed");
      default:
        return "at best AMBER";
    }
  }

  void NodeLines(const reporting::ScorecardNode& node, const std::string& stem,
                 const std::string& below) {
    std::string title = Printable(node.title());
    if (!node.code().empty()) title = absl::StrCat(Printable(node.code()), " ", title);
    const std::string marks =
        absl::StrCat(node.critical() ? " (critical)" : "", LanguageMark(node.title_language()));
    const int parts = node.indicators_size() + node.children_size();
    std::vector<std::string> reasons;
    if (const std::string_view why = Words(node.reason()); !why.empty()) reasons.emplace_back(why);
    const std::string under = parts > 0 ? below + "│ " : below + "  ";
    Line(Left(node.status(), node.has_score() ? &node.score() : nullptr, node.coverage(),
              KeyOf(node)),
         stem, under, title, marks, Ink::kBold, reasons);
    for (const reporting::StatusCap& cap : node.caps()) Note(under, CapText(cap));
    if (options_.details) {
      std::vector<std::string> who;
      if (!node.owner_unit().empty()) who.push_back("owner " + IdOf(node.owner_unit()));
      if (!node.lead().empty()) who.push_back("lead " + node.lead());
      if (node.has_end_date()) {
        std::string end = "ends " + DateText(node.end_date());
        if (node.has_end_date_at_activation() &&
            DateText(node.end_date_at_activation()) != DateText(node.end_date())) {
          absl::StrAppend(&end, " (planned for ", DateText(node.end_date_at_activation()), ")");
        }
        who.push_back(end);
      }
      if (node.has_weight()) who.push_back("weight " + node.weight().decimal());
      if (!who.empty()) Note(under, Printable(absl::StrJoin(who, ", ")));
    }
    int left = parts;
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

  void IndicatorLines(const reporting::ScorecardNode& node,
                      const reporting::ScorecardIndicator& indicator, const std::string& stem,
                      const std::string& below) {
    const std::string marks = absl::StrCat(
        IsIllustrative(indicator.detail().source_system()) ? " *" : "",
        indicator.critical() ? " (critical)" : "", LanguageMark(indicator.title_language()));
    const reporting::Measurement& measured = Scored(indicator);
    std::vector<std::string> facts = Facts(indicator, measured);
    std::string when;
    if (!indicator.evaluation_period().empty() &&
        indicator.evaluation_period() != scorecard_.result().period()) {
      when = " of " + Printable(indicator.evaluation_period());
    }
    if (indicator.scored_year_to_date()) when += " since 1 January";
    facts.front() += when;
    const std::string why = Why(indicator);
    if (!why.empty()) {
      if (!measured.has_value()) facts.erase(facts.begin());
      facts.insert(measured.has_value() ? facts.end() : facts.begin(), why);
    }
    Line(Left(indicator.status(), indicator.has_score() ? &indicator.score() : nullptr,
              measured.coverage(), KeyOf(node, indicator)),
         stem, below, TitleOf(indicator), marks, Ink::kPlain, facts);
    if (!options_.details) return;
    for (const std::string& line : Details(indicator)) Note(below, line);
  }

  void Paragraph(const std::string& text, Ink ink = Ink::kPlain) {
    for (const std::string& line : Lines(text, options_.width)) {
      absl::StrAppend(&text_, Paint(line, ink, options_.colour), "\n");
    }
  }

  void Notes(const reporting::ScorecardResult& result) {
    const reporting::ScorecardNode& root = result.root();
    Paragraph("Elements: " + CountsText(root.element_counts()) + ".");
    Paragraph("Indicators: " + CountsText(root.indicator_counts()) + ".");
    if (result.score_basis() == athena::plan::v1::Plan::SCORE_BASIS_YEAR_TO_DATE) {
      Paragraph("Sums and counts are scored by their value since 1 January.");
    }
    if (trend_ > 0) {
      Paragraph(absl::StrCat("Trend: the scores of ", options_.quarters.front(), " to ",
                             options_.quarters.back(), "; · means no score."));
    }
    for (const reporting::ScorecardWarning& warning : result.warnings()) {
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
  std::map<std::string, std::string> called_;
  std::map<std::string, const reporting::ScorecardIndicator*> shown_;
  std::string text_;
};

void AddScore(const std::string& key, bool has_score, const Number& score, size_t quarter,
              size_t quarters, Trends& trends) {
  std::vector<std::optional<double>>& scores = trends[key];
  scores.resize(quarters);
  if (has_score) scores.at(quarter) = score.value();
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

std::string ScorecardTree(const reporting::Scorecard& scorecard, const TreeOptions& options,
                          const Trends& trends) {
  return Tree(scorecard, options, trends).Text();
}

}  // namespace athena::athenactl
