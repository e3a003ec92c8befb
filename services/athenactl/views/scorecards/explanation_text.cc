#include "services/athenactl/views/scorecards/explanation_text.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/athenactl/resources/resource_names.h"
#include "services/athenactl/terminal/paint.h"
#include "services/athenactl/terminal/table.h"
#include "services/athenactl/terminal/text.h"
#include "services/athenactl/views/number_text.h"
#include "services/athenactl/views/scorecards/scorecard_facts.h"
#include "services/athenactl/views/scorecards/scorecard_words.h"
#include "services/athenactl/views/value_text.h"

namespace athena::athenactl {
namespace {

namespace reporting = athena::reporting::v1;

constexpr int kUsualCells = 20;

class Explainer {
 public:
  Explainer(const reporting::Explanation& explanation, const ExplanationOptions& options)
      : explanation_(explanation), options_(options) {}

  std::string Run() && {
    Heading();
    Section("How it came about");
    for (int i = 0; i < explanation_.steps_size(); ++i) {
      Item(absl::StrCat(i + 1, "."), explanation_.steps(i).sentence());
    }
    Parts();
    Improvements();
    for (const reporting::ExplainedSource& source : explanation_.sources()) Source(source);
    return std::move(text_);
  }

 private:
  void Line(const std::string& line) { absl::StrAppend(&text_, line, "\n"); }

  void Section(const std::string& title) {
    absl::StrAppend(&text_, "\n", Paint(title, Ink::kBold, options_.colour), "\n");
  }

  void Heading() {
    std::string title = explanation_.code();
    if (!title.empty()) title += " ";
    title += explanation_.title().empty() ? IdOf(explanation_.indicator()) : explanation_.title();
    absl::StrAppend(&title, SliceText(explanation_.slice()),
                    LanguageMark(explanation_.title_language()));
    const std::string heading = absl::StrCat(Printable(title), "  ", explanation_.period());
    for (const std::string& line : Wrapped(heading, options_.width)) {
      Line(Paint(line, Ink::kBold, options_.colour));
    }
    const StatusLook look = LookOf(explanation_.status());
    std::string status = absl::StrCat(std::string(look.symbol), " ", std::string(look.word));
    if (explanation_.has_score()) {
      absl::StrAppend(&status, "  ", ScoreText(explanation_.score(), explanation_.language()));
    }
    std::string coverage;
    if (explanation_.coverage().has_share()) {
      coverage = absl::StrCat("  coverage ", Percent(explanation_.coverage().share()));
    }
    Line(Paint(status, look.ink, options_.colour) + coverage);
  }

  // A sentence behind a mark, its further lines below the first.
  void Item(const std::string& mark, const std::string& sentence) {
    constexpr int kIndent = 5;
    const int room = options_.width == 0 ? 0 : std::max(20, options_.width - kIndent);
    std::string before = PadRight(PadLeft(mark, 3), kIndent);
    for (const std::string& line : Wrapped(Printable(sentence), room)) {
      Line(before + line);
      before = std::string(kIndent, ' ');
    }
  }

  // The parts of an element or the plan.
  void Parts() {
    for (const reporting::ExplanationStep& step : explanation_.steps()) {
      if (step.kind() != reporting::ExplanationStep::KIND_PARTS || step.parts().empty()) continue;
      text_ += "\n";
      Table table({{.heading = "PART"},
                   {.heading = "WEIGHT", .right = true},
                   {.heading = "SCORE", .right = true},
                   {.heading = "STATUS", .least = Table::kWhole}});
      for (const reporting::ExplainedPart& part : step.parts()) {
        table.Add({PartName(part), Grouped(part.weight().decimal(), explanation_.language()),
                   part.has_score() ? ScoreText(part.score(), explanation_.language()) : "",
                   absl::StrCat(std::string(LookOf(part.status()).word),
                                part.critical() ? ", critical" : "")});
      }
      text_ += table.Text(options_.width, options_.colour);
    }
  }

  static std::string PartName(const reporting::ExplainedPart& part) {
    if (part.kind() == reporting::ExplainedPart::KIND_DELIVERY) return "own delivery";
    const std::string title = part.title().empty() ? IdOf(part.name()) : part.title();
    return absl::StrCat(part.code(), part.code().empty() ? "" : " ", title, SliceText(part.slice()),
                        LanguageMark(part.title_language()));
  }

  // Alternatives of one group stand together.
  void Improvements() {
    if (explanation_.improvements().empty()) return;
    Section("What would make it green");
    int groups = 0;
    for (const reporting::Improvement& one : explanation_.improvements()) {
      groups = std::max(groups, one.group());
    }
    for (int group = 1; group <= groups; ++group) {
      std::vector<const reporting::Improvement*> alternatives;
      for (const reporting::Improvement& one : explanation_.improvements()) {
        if (one.group() == group) alternatives.push_back(&one);
      }
      if (alternatives.empty()) continue;
      if (alternatives.size() > 1) Line(group > 1 ? " and one of these:" : " one of these:");
      for (const reporting::Improvement* one : alternatives) {
        Item(group > 1 && alternatives.size() == 1 ? "and" : "-", one->sentence());
      }
    }
  }

  void Source(const reporting::ExplainedSource& source) {
    const std::string title = source.title().empty() ? IdOf(source.indicator()) : source.title();
    Section(Printable(absl::StrCat(title, SliceText(source.slice()), "  ", source.period())));
    if (!source.formula().empty()) Item("=", source.formula());
    if (source.has_target() && source.target().revision() > 0) {
      std::string text = absl::StrCat("Target version ", source.target().version(), ", set by ",
                                      source.target().set_by(), " on ",
                                      TimeText(source.target().set_time()), " UTC");
      if (!source.target().reason().empty()) absl::StrAppend(&text, ": ", source.target().reason());
      Item("", text);
    }
    Cells(source);
    Missing(source);
  }

  int Shown(int all) const { return options_.all_cells ? all : std::min(all, kUsualCells); }

  void Cells(const reporting::ExplainedSource& source) {
    if (source.cells().empty()) return;
    Table table({{.heading = "PERIOD"},
                 {.heading = "CELL"},
                 {.heading = "VALUE", .right = true},
                 {.heading = "STATUS"},
                 {.heading = "REVISION", .right = true},
                 {.heading = "RECEIVED (UTC)", .spare = true}});
    const int shown = Shown(source.cells_size());
    for (int i = 0; i < shown; ++i) {
      const reporting::ExplainedCell& cell = source.cells(i);
      table.Add({cell.period(), SliceText(cell.dimensions()),
                 cell.has_value() ? Grouped(cell.value().decimal(), explanation_.language()) : "",
                 StatusWord(cell.status()), std::to_string(cell.revision()),
                 TimeText(cell.time())});
    }
    text_ += table.Text(options_.width, options_.colour);
    More(shown, source.cells_size(), source.more_cells());
  }

  void Missing(const reporting::ExplainedSource& source) {
    if (source.missing_cells().empty()) return;
    Table table({{.heading = "MISSING"}, {.heading = "CELL"}, {.heading = "WHY", .wraps = true}});
    const int shown = Shown(source.missing_cells_size());
    for (int i = 0; i < shown; ++i) {
      const reporting::MissingCell& cell = source.missing_cells(i);
      table.Add({cell.period(), SliceText(cell.dimensions()), std::string(Words(cell.reason()))});
    }
    text_ += table.Text(options_.width, options_.colour);
    More(shown, source.missing_cells_size(), source.more_missing_cells());
  }

  void More(int shown, int listed, bool more) {
    if (shown < listed) {
      Line(absl::StrCat("  and ", listed - shown, more ? " or more" : "", " others: --cells"));
    } else if (more) {
      Line("  and others");
    }
  }

  // "estimated"; empty for a normal value.
  static std::string StatusWord(athena::indicator::v1::ObservationStatus status) {
    if (status <= athena::indicator::v1::OBSERVATION_STATUS_NORMAL) return "";
    constexpr std::string_view kPrefix = "OBSERVATION_STATUS_";
    std::string word = athena::indicator::v1::ObservationStatus_Name(status);
    word = word.substr(std::min(kPrefix.size(), word.size()));
    std::transform(word.begin(), word.end(), word.begin(), [](char c) {
      return c == '_' ? ' ' : static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
    });
    return word;
  }

  const reporting::Explanation& explanation_;
  const ExplanationOptions& options_;
  std::string text_;
};

}  // namespace

std::string ExplanationText(const reporting::Explanation& explanation,
                            const ExplanationOptions& options) {
  return Explainer(explanation, options).Run();
}

}  // namespace athena::athenactl
