#include "services/athenactl/views/indicator_text.h"

#include <algorithm>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "libs/decimal/number_format.h"
#include "services/athenactl/terminal/text.h"
#include "services/athenactl/views/value_text.h"

namespace athena::athenactl {
namespace {

using athena::indicator::v1::Dimension;
using athena::indicator::v1::Indicator;
using athena::indicator::v1::Target;

constexpr int kLabelWidth = 14;
constexpr int kLeastText = 20;  // beside a label, however narrow the terminal
// Codes of a dimension that are listed; the others are counted.
constexpr int kMostCodesListed = 12;

// "HIGHER" of "DIRECTION_HIGHER", in lower case; nothing for UNSPECIFIED.
std::string Lower(const std::string& name, std::string_view prefix) {
  if (name.size() <= prefix.size()) return "";
  std::string word = absl::AsciiStrToLower(name.substr(prefix.size()));
  std::replace(word.begin(), word.end(), '_', ' ');
  return word == "unspecified" ? "" : word;
}

// Adds texts under labels, wrapped beside them.
class Labelled {
 public:
  explicit Labelled(int width) : width_(width) {}

  void Say(std::string_view label, const std::string& text) {
    const int room = width_ == 0 ? 0 : std::max(width_ - kLabelWidth, kLeastText);
    std::string shown(label);
    for (const std::string& line : Wrapped(Printable(text), room)) {
      absl::StrAppend(&text_, PadRight(shown, kLabelWidth), line, "\n");
      shown.clear();
    }
  }
  // Whole lines without a label.
  void Paragraph(const std::string& text) {
    for (const std::string& line : Wrapped(Printable(text), width_)) {
      absl::StrAppend(&text_, line, "\n");
    }
  }
  void Blank() { text_ += '\n'; }
  std::string Take() { return std::move(text_); }

 private:
  const int width_;
  std::string text_;
};

std::string Plain(double number, const std::string& language) {
  return Grouped(Shortest(number), language);
}

std::string CodesText(const Dimension& dimension) {
  std::vector<std::string> codes;
  for (const Dimension::Code& code : dimension.codes()) {
    if (static_cast<int>(codes.size()) == kMostCodesListed) break;
    codes.push_back(code.id());
  }
  std::string text = absl::StrCat(dimension.id(), ": ", absl::StrJoin(codes, ", "));
  if (dimension.codes_size() > kMostCodesListed) {
    absl::StrAppend(&text, " and ", dimension.codes_size() - kMostCodesListed, " more");
  }
  if (dimension.every_code_expected()) text += "; every code is expected";
  return text;
}

std::string BoundsText(const Indicator& indicator, const std::string& language) {
  if (indicator.has_min_value() && indicator.has_max_value()) {
    return absl::StrCat(Plain(indicator.min_value(), language), " to ",
                        Plain(indicator.max_value(), language));
  }
  if (indicator.has_min_value()) return "at least " + Plain(indicator.min_value(), language);
  if (indicator.has_max_value()) return "at most " + Plain(indicator.max_value(), language);
  return "";
}

std::string AnchorText(const Target::Anchor& anchor, const NumberStyle& style) {
  std::string text = absl::StrCat(anchor.period(), ": ");
  if (anchor.has_value()) text += Fixed(anchor.value(), style);
  if (anchor.has_red()) absl::StrAppend(&text, " (red ", Fixed(anchor.red(), style), ")");
  if (anchor.has_low() && anchor.has_high()) {
    absl::StrAppend(&text, Fixed(anchor.low(), style), " to ", Fixed(anchor.high(), style));
  }
  if (anchor.has_red_low() && anchor.has_red_high()) {
    absl::StrAppend(&text, " (red outside ", Fixed(anchor.red_low(), style), " to ",
                    Fixed(anchor.red_high(), style), ")");
  }
  return text;
}

}  // namespace

std::string Word(Indicator::Direction direction) {
  return Lower(Indicator::Direction_Name(direction), "DIRECTION_");
}
std::string Word(Indicator::Frequency frequency) {
  return Lower(Indicator::Frequency_Name(frequency), "FREQUENCY_");
}
std::string Word(Indicator::TimeAggregation aggregation) {
  return Lower(Indicator::TimeAggregation_Name(aggregation), "TIME_AGGREGATION_");
}
std::string Word(Indicator::GroupAggregation aggregation) {
  return Lower(Indicator::GroupAggregation_Name(aggregation), "GROUP_AGGREGATION_");
}
std::string Word(Indicator::Classification classification) {
  return Lower(Indicator::Classification_Name(classification), "CLASSIFICATION_");
}
std::string Word(Indicator::State state) { return Lower(Indicator::State_Name(state), "STATE_"); }

std::string Describe(const Indicator& indicator, const std::string& language, int width) {
  Labelled all(width);
  all.Paragraph(InLanguage(indicator.display_name(), language));
  all.Paragraph(indicator.name());
  all.Paragraph(InLanguage(indicator.description(), language));
  all.Blank();
  all.Say("state", Word(indicator.state()));
  if (indicator.kind() == Indicator::KIND_FORMULA) {
    all.Say("formula", indicator.formula());
    all.Say("operands", indicator.operand_alignment() == Indicator::OPERAND_ALIGNMENT_INDEPENDENT
                            ? "each with its own cells"
                            : "only the cells that all of them have");
  }
  if (indicator.kind() == Indicator::KIND_FORMULA) {
    all.Say("nature", indicator.formula_nature() == Indicator::NATURE_FLOW
                          ? "flow: it adds up over time"
                          : "level: a ratio, a mean or a stock");
  }
  all.Say("unit", indicator.unit());
  all.Say("decimals", std::to_string(indicator.decimals()));
  all.Say("good is", Word(indicator.direction()));
  all.Say("periods", Word(indicator.frequency()));
  if (indicator.kind() == Indicator::KIND_BASE) {
    all.Say("over time", Word(indicator.time_aggregation()));
    all.Say("over series", Word(indicator.group_aggregation()));
    all.Say("missing",
            Lower(Indicator::MissingPolicy_Name(indicator.missing_policy()), "MISSING_POLICY_"));
    all.Say("bounds", BoundsText(indicator, language));
    if (indicator.has_max_change()) {
      all.Say("change",
              absl::StrCat("at most ", Plain(indicator.max_change(), language),
                           " from period to period; more is ",
                           indicator.implausible_change() == Indicator::IMPLAUSIBLE_CHANGE_FLAG
                               ? "stored and flagged"
                               : "refused"));
    }
    all.Say("expected from", indicator.expected_from());
  }
  for (const Dimension& dimension : indicator.dimensions()) {
    all.Say("dimension", CodesText(dimension));
  }
  if (indicator.has_reporting_delay_days()) {
    all.Say("due", absl::StrCat(Counted(indicator.reporting_delay_days(), "day", "days"),
                                " after the end of a period"));
  }
  all.Say("owner", indicator.owner());
  all.Say("steward", indicator.steward());
  all.Say("source", indicator.source_system());
  all.Say("classified", Word(indicator.classification()));
  all.Say("tags", absl::StrJoin(indicator.tags(), ", "));
  all.Say("shared with", absl::StrJoin(indicator.shared_with(), ", "));
  return all.Take();
}

std::string LabelledLine(const std::string& label, const std::string& text, int width) {
  Labelled line(width);
  line.Say(label, text);
  return line.Take();
}

NumberStyle StyleOfTargets(const std::vector<const Target*>& targets, int decimals,
                           const std::string& language) {
  std::vector<Decimal> numbers;
  std::vector<Decimal> margins;
  for (const Target* target : targets) {
    const Target::Baseline& baseline = target->baseline();
    Collect(target->has_baseline(), baseline.value(), &numbers);
    Collect(baseline.has_red(), baseline.red(), &numbers);
    for (const Target::Anchor& anchor : target->anchors()) {
      Collect(anchor.has_value(), anchor.value(), &numbers);
      Collect(anchor.has_red(), anchor.red(), &numbers);
      Collect(anchor.has_low(), anchor.low(), &numbers);
      Collect(anchor.has_high(), anchor.high(), &numbers);
      Collect(anchor.has_red_low(), anchor.red_low(), &numbers);
      Collect(anchor.has_red_high(), anchor.red_high(), &numbers);
    }
    Collect(target->red_flag_case() == Target::kMargin, target->margin(), &margins);
  }
  // None of them looks like 0, either.
  margins.insert(margins.end(), numbers.begin(), numbers.end());
  return {DecimalsThatTellApart(decimals, numbers, margins), language};
}

std::string Describe(const Target& target, const NumberStyle& style) {
  std::vector<std::string> anchors;
  for (const Target::Anchor& anchor : target.anchors()) {
    anchors.push_back(AnchorText(anchor, style));
  }
  std::string text = absl::StrJoin(anchors, ", ");
  if (target.has_baseline()) {
    const Target::Baseline& baseline = target.baseline();
    text = absl::StrCat(
        "baseline ", baseline.period(), ": ", Fixed(baseline.value(), style),
        baseline.has_red() ? absl::StrCat(" (red ", Fixed(baseline.red(), style), ")") : "", "; ",
        text);
  }
  absl::StrAppend(&text, "; ",
                  target.interpolation() == Target::INTERPOLATION_STEP ? "in steps" : "linear");
  if (target.red_flag_case() == Target::kMargin) {
    absl::StrAppend(&text, "; red from a margin of ", Fixed(target.margin(), style));
  } else if (target.red_flag_case() == Target::kTolerance) {
    // A share of the target, as are those of the profile: not compared with its numbers.
    absl::StrAppend(&text, "; red from a share of ", Plain(target.tolerance(), style.language),
                    " of the target");
  }
  if (!target.quarter_profile().empty()) {
    std::vector<std::string> shares;
    for (const double share : target.quarter_profile()) {
      shares.push_back(Plain(share, style.language));
    }
    absl::StrAppend(&text, "; quarters ", absl::StrJoin(shares, " / "));
  }
  if (!target.ended_from().empty()) {
    absl::StrAppend(&text, "; ended: none from ", target.ended_from(), " on");
  }
  return text;
}

}  // namespace athena::athenactl
