#include "services/athenactl/views/scorecards/comparison_text.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/athenactl/resources/resource_names.h"
#include "services/athenactl/terminal/paint.h"
#include "services/athenactl/terminal/text.h"
#include "services/athenactl/views/scorecards/scorecard_facts.h"
#include "services/athenactl/views/scorecards/scorecard_words.h"
#include "services/athenactl/views/value_text.h"

namespace athena::athenactl {
namespace {

namespace reporting = athena::reporting::v1;
using Cause = reporting::DifferenceCause;

// Of the fields that a change has, those that are named.
constexpr int kFieldsShown = 3;

std::string_view WordOf(Cause::Kind kind) {
  switch (kind) {
    case Cause::KIND_PUSH:
      return "push";
    case Cause::KIND_CORRECTION:
      return "correction";
    case Cause::KIND_TARGET:
      return "target";
    case Cause::KIND_DEFINITION:
      return "definition";
    case Cause::KIND_WEIGHT:
      return "weight";
    case Cause::KIND_PLAN:
      return "plan";
    case Cause::KIND_REPORT:
      return "progress report";
    default:
      return "";
  }
}

class Comparer {
 public:
  Comparer(const reporting::ScorecardComparison& comparison, const ComparisonOptions& options)
      : comparison_(comparison), options_(options) {
    for (const reporting::ScoreDifference& difference : comparison.differences()) {
      if (difference.indicator().empty()) codes_[difference.name()] = difference.code();
    }
  }

  std::string Run() && {
    Paragraph("", SideText(comparison_.from()) + "  >  " + SideText(comparison_.to()), Ink::kBold);
    for (const reporting::ScoreDifference& difference : comparison_.differences()) {
      Difference(difference);
    }
    text_ += "\n";
    if (comparison_.differences().empty()) Paragraph("", "Nothing differs.");
    Paragraph("", absl::StrCat(Counted(comparison_.unchanged(), "element or indicator is",
                                       "elements and indicators are"),
                               " the same on both sides."));
    if (comparison_.more_revisions()) {
      Paragraph("", "There are more changes than could be read: causes may be missing.");
    }
    return std::move(text_);
  }

 private:
  static std::string SideText(const reporting::ComparedScorecard& side) {
    std::string text = absl::StrCat(side.period(), " as of ", DateText(side.basis().date()));
    if (!side.publication().empty()) {
      text = absl::StrCat(side.period(), " as published (no ", IdOf(side.publication()), ", as of ",
                          DateText(side.basis().date()), ")");
    }
    if (side.has_close_time()) {
      absl::StrAppend(&text, " (closed ", TimeText(side.close_time()), " UTC)");
    }
    return text;
  }

  // Lines behind `indent`, wrapped.
  void Paragraph(const std::string& indent, const std::string& paragraph, Ink ink = Ink::kPlain) {
    const int room =
        options_.width == 0 ? 0 : std::max(20, options_.width - static_cast<int>(indent.size()));
    for (const std::string& line : Wrapped(paragraph, room)) {
      absl::StrAppend(&text_, indent, Paint(line, ink, options_.colour), "\n");
    }
  }

  std::string Side(bool has, const reporting::NodeScore& score) const {
    if (!has) return "not there";
    std::string text = ScoreCell(score, options_.language);
    if (!score.has_score()) absl::StrAppend(&text, " ", std::string(LookOf(score.status()).word));
    return text;
  }

  static std::string NumberOr(bool has, const athena::common::v1::Number& number,
                              const std::string& language) {
    return has ? Grouped(number.decimal(), language) : "none";
  }

  void Difference(const reporting::ScoreDifference& difference) {
    std::string title = difference.title().empty() && !difference.indicator().empty()
                            ? IdOf(difference.indicator())
                            : difference.title();
    absl::StrAppend(&title, SliceText(difference.slice()),
                    LanguageMark(difference.title_language()));
    const bool link = !difference.indicator().empty();
    const std::string name =
        link ? absl::StrCat("- ", title, " (", difference.code(), ")")
             : absl::StrCat(difference.code(), difference.code().empty() ? "" : " ", title);
    text_ += "\n";
    Paragraph(link ? "  " : "", Printable(name), link ? Ink::kPlain : Ink::kBold);
    std::vector<std::string> facts = {absl::StrCat(Side(difference.has_from(), difference.from()),
                                                   " > ",
                                                   Side(difference.has_to(), difference.to()))};
    AddFacts(difference, &facts);
    Paragraph("    ", absl::StrJoin(facts, ", "));
    std::vector<std::string> parts;
    for (const Cause& cause : difference.causes()) {
      if (cause.kind() == Cause::KIND_PART) {
        const auto code = codes_.find(cause.part());
        parts.push_back(absl::StrCat(code == codes_.end() ? IdOf(cause.part()) : code->second,
                                     SliceText(cause.slice())));
      } else {
        Paragraph("    ", CauseText(cause), Ink::kFaint);
      }
    }
    if (!parts.empty()) {
      Paragraph("    ", absl::StrCat("through ", Printable(absl::StrJoin(parts, ", "))),
                Ink::kFaint);
    }
  }

  void AddFacts(const reporting::ScoreDifference& difference,
                std::vector<std::string>* facts) const {
    const auto add = [&](std::string_view what, bool has_from,
                         const athena::common::v1::Number& from, bool has_to,
                         const athena::common::v1::Number& to) {
      if (has_from == has_to && from.decimal() == to.decimal()) return;
      facts->push_back(absl::StrCat(std::string(what), " ",
                                    NumberOr(has_from, from, options_.language), " > ",
                                    NumberOr(has_to, to, options_.language)));
    };
    if (!difference.has_from() || !difference.has_to()) return;
    const reporting::ComparedMeasure& from = difference.from_measure();
    const reporting::ComparedMeasure& to = difference.to_measure();
    add("value", from.has_value(), from.value(), to.has_value(), to.value());
    add("target", from.has_target(), from.target(), to.has_target(), to.target());
    add("red flag", from.has_red_flag(), from.red_flag(), to.has_red_flag(), to.red_flag());
    add("low", from.has_low(), from.low(), to.has_low(), to.low());
    add("high", from.has_high(), from.high(), to.has_high(), to.high());
    add("weight", difference.has_from_weight(), difference.from_weight(),
        difference.has_to_weight(), difference.to_weight());
    const auto& covered = difference.from().coverage();
    const auto& covers = difference.to().coverage();
    if (covered.share().decimal() != covers.share().decimal()) {
      facts->push_back(absl::StrCat("coverage ",
                                    covered.has_share() ? Percent(covered.share()) : "none", " > ",
                                    covers.has_share() ? Percent(covers.share()) : "none"));
    }
  }

  // "correction by hr-system, 2026-11-02 09:00:00 UTC, push march-again, 2 cells: misread meter".
  std::string CauseText(const Cause& cause) const {
    if (cause.kind() == Cause::KIND_BECAME_DUE) return "became due";
    if (cause.kind() == Cause::KIND_OTHER_QUARTER) return "another quarter";
    std::string text(WordOf(cause.kind()));
    if (!cause.has_revision() || cause.revision() >= comparison_.revisions_size()) return text;
    const reporting::ComparedRevision& revision = comparison_.revisions(cause.revision());
    if (!revision.subject().empty()) absl::StrAppend(&text, " by ", revision.subject());
    absl::StrAppend(&text, ", ", TimeText(revision.time()), " UTC, ", revision.service(),
                    " revision ", revision.revision());
    if (!revision.push_id().empty()) absl::StrAppend(&text, ", push ", revision.push_id());
    if (cause.cells() > 0) {
      absl::StrAppend(&text, ", ", Counted(cause.cells(), "cell", "cells"), " of ",
                      IdOf(cause.part()));
    }
    std::vector<std::string> fields;
    for (const auto& field : cause.fields()) fields.push_back(field.path());
    if (!fields.empty()) {
      const size_t shown = std::min<size_t>(fields.size(), kFieldsShown);
      absl::StrAppend(&text, ", ", absl::StrJoin(fields.begin(), fields.begin() + shown, ", "));
      if (shown < fields.size()) absl::StrAppend(&text, " and ", fields.size() - shown, " more");
    }
    if (!revision.reason().empty()) absl::StrAppend(&text, ": ", revision.reason());
    return Printable(text);
  }

  const reporting::ScorecardComparison& comparison_;
  const ComparisonOptions& options_;
  std::map<std::string, std::string> codes_;  // of elements that differ, by name
  std::string text_;
};

}  // namespace

std::string ComparisonText(const reporting::ScorecardComparison& comparison,
                           const ComparisonOptions& options) {
  return Comparer(comparison, options).Run();
}

}  // namespace athena::athenactl
