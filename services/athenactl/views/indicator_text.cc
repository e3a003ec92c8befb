#include "services/athenactl/views/indicator_text.h"

#include <algorithm>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/athenactl/terminal/text.h"
#include "services/athenactl/views/value_text.h"

namespace athena::athenactl {
namespace {

using athena::indicator::v1::Dimension;
using athena::indicator::v1::Indicator;
using athena::indicator::v1::Target;

constexpr int kLabelWidth = 14;
// Codes of a dimension that are listed; the others are counted.
constexpr int kMostCodesListed = 12;

// "HIGHER" of "DIRECTION_HIGHER", in lower case; nothing for UNSPECIFIED.
std::string Lower(const std::string& name, std::string_view prefix) {
  if (name.size() <= prefix.size()) return "";
  std::string word = absl::AsciiStrToLower(name.substr(prefix.size()));
  std::replace(word.begin(), word.end(), '_', ' ');
  return word == "unspecified" ? "" : word;
}

void Say(std::string_view label, const std::string& text, std::string& all) {
  if (text.empty()) return;
  absl::StrAppend(&all, PadRight(label, kLabelWidth), Printable(text), "\n");
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

std::string BoundsText(const Indicator& indicator) {
  if (indicator.has_min_value() && indicator.has_max_value()) {
    return absl::StrCat(Shortest(indicator.min_value()), " to ", Shortest(indicator.max_value()));
  }
  if (indicator.has_min_value()) return "at least " + Shortest(indicator.min_value());
  if (indicator.has_max_value()) return "at most " + Shortest(indicator.max_value());
  return "";
}

std::string AnchorText(const Target::Anchor& anchor) {
  std::string text = absl::StrCat(anchor.period(), ": ");
  if (anchor.has_value()) text += Shortest(anchor.value());
  if (anchor.has_red()) absl::StrAppend(&text, " (red ", Shortest(anchor.red()), ")");
  if (anchor.has_low() && anchor.has_high()) {
    absl::StrAppend(&text, Shortest(anchor.low()), " to ", Shortest(anchor.high()));
  }
  if (anchor.has_red_low() && anchor.has_red_high()) {
    absl::StrAppend(&text, " (red outside ", Shortest(anchor.red_low()), " to ",
                    Shortest(anchor.red_high()), ")");
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

std::string Describe(const Indicator& indicator, const std::string& language) {
  std::string all;
  absl::StrAppend(&all, Printable(InLanguage(indicator.display_name(), language)), "\n",
                  Printable(indicator.name()), "\n");
  if (const std::string about = InLanguage(indicator.description(), language); !about.empty()) {
    absl::StrAppend(&all, Printable(about), "\n");
  }
  all += '\n';
  Say("state", Word(indicator.state()), all);
  if (indicator.kind() == Indicator::KIND_FORMULA) {
    Say("formula", indicator.formula(), all);
    Say("operands",
        indicator.operand_alignment() == Indicator::OPERAND_ALIGNMENT_INDEPENDENT
            ? "each with its own cells"
            : "only the cells that all of them have",
        all);
  }
  Say("unit", indicator.unit(), all);
  Say("decimals", std::to_string(indicator.decimals()), all);
  Say("good is", Word(indicator.direction()), all);
  Say("periods", Word(indicator.frequency()), all);
  if (indicator.kind() == Indicator::KIND_BASE) {
    Say("over time", Word(indicator.time_aggregation()), all);
    Say("over series", Word(indicator.group_aggregation()), all);
    Say("missing",
        Lower(Indicator::MissingPolicy_Name(indicator.missing_policy()), "MISSING_POLICY_"), all);
    Say("bounds", BoundsText(indicator), all);
    if (indicator.has_max_change()) {
      Say("change",
          absl::StrCat("at most ", Shortest(indicator.max_change()),
                       " from period to period; more is ",
                       indicator.implausible_change() == Indicator::IMPLAUSIBLE_CHANGE_FLAG
                           ? "stored and flagged"
                           : "refused"),
          all);
    }
    Say("expected from", indicator.expected_from(), all);
  }
  for (const Dimension& dimension : indicator.dimensions()) {
    Say("dimension", CodesText(dimension), all);
  }
  if (indicator.has_reporting_delay_days()) {
    Say("due",
        absl::StrCat(Counted(indicator.reporting_delay_days(), "day", "days"),
                     " after the end of a period"),
        all);
  }
  Say("owner", indicator.owner(), all);
  Say("steward", indicator.steward(), all);
  Say("source", indicator.source_system(), all);
  Say("classified", Word(indicator.classification()), all);
  Say("tags", absl::StrJoin(indicator.tags(), ", "), all);
  Say("shared with", absl::StrJoin(indicator.shared_with(), ", "), all);
  return all;
}

std::string Describe(const Target& target) {
  std::vector<std::string> anchors;
  for (const Target::Anchor& anchor : target.anchors()) anchors.push_back(AnchorText(anchor));
  std::string text = absl::StrJoin(anchors, ", ");
  if (target.has_baseline()) {
    text = absl::StrCat("baseline ", target.baseline().period(), ": ",
                        Shortest(target.baseline().value()), "; ", text);
  }
  absl::StrAppend(&text, "; ",
                  target.interpolation() == Target::INTERPOLATION_STEP ? "in steps" : "linear");
  if (target.red_flag_case() == Target::kMargin) {
    absl::StrAppend(&text, "; red from a margin of ", Shortest(target.margin()));
  } else if (target.red_flag_case() == Target::kTolerance) {
    absl::StrAppend(&text, "; red from a share of ", Shortest(target.tolerance()),
                    " of the target");
  }
  if (!target.quarter_profile().empty()) {
    std::vector<std::string> shares;
    for (const double share : target.quarter_profile()) shares.push_back(Shortest(share));
    absl::StrAppend(&text, "; quarters ", absl::StrJoin(shares, " / "));
  }
  return text;
}

}  // namespace athena::athenactl
