#include "services/athenactl/views/scorecards/board_text.h"

#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/athenactl/terminal/paint.h"
#include "services/athenactl/terminal/table.h"
#include "services/athenactl/terminal/text.h"
#include "services/athenactl/views/scorecards/scorecard_facts.h"
#include "services/athenactl/views/scorecards/scorecard_words.h"

namespace athena::athenactl {
namespace {

namespace reporting = athena::reporting::v1;

constexpr int kBoardIndent = 2;

// "3.1.6 Strengthen Athena [nl]".
std::string BoardElementText(const reporting::BoardElement& element) {
  return absl::StrCat(element.code(), " ", element.title(), LanguageMark(element.title_language()));
}

std::string OwnerText(const reporting::BoardOwner& owner, const std::string& person) {
  if (owner.title().empty()) return person;
  return person.empty() ? owner.title() : absl::StrCat(owner.title(), ", ", person);
}

std::string CodesOf(const google::protobuf::RepeatedPtrField<reporting::BoardElement>& elements) {
  std::string codes;
  for (const reporting::BoardElement& element : elements) {
    absl::StrAppend(&codes, codes.empty() ? "" : ", ", element.code());
  }
  return codes;
}

std::string HistoryOf(const google::protobuf::RepeatedPtrField<reporting::BoardQuarter>& history) {
  std::vector<std::optional<double>> scores;
  for (const reporting::BoardQuarter& quarter : history) {
    scores.push_back(quarter.has_score() ? std::optional(quarter.score().value()) : std::nullopt);
  }
  return Sparkline(scores);
}

class BoardWriter {
 public:
  BoardWriter(const reporting::BoardTable& table, const BoardTextOptions& options)
      : table_(table), options_(options) {}

  std::string Write() && {
    WriteVerdict();
    WriteAxes();
    WriteAttention(table_.red().heading(), table_.red().text(), table_.red().lines(),
                   table_.red().left_out());
    WriteAttention(table_.held().heading(), "", table_.held().lines(),
                   table_.held().total() - table_.held().lines_size());
    WriteMoves();
    WriteMilestones();
    if (table_.has_risks()) WriteRisks();
    if (table_.has_budget()) WriteBudget();
    if (table_.has_processes()) WriteProcesses();
    WriteMissing();
    WriteUntargeted();
    if (table_.has_decisions()) WriteDecisions();
    return std::move(text_);
  }

 private:
  // A text, wrapped, with so many blanks before each line.
  void Line(int indent, const std::string& text) {
    const int room = options_.width == 0 ? 0 : options_.width - indent;
    for (const std::string& line : Wrapped(Printable(text), room)) {
      absl::StrAppend(&text_, std::string(static_cast<size_t>(indent), ' '), line, "\n");
    }
  }
  void Bold(const std::string& text) {
    for (const std::string& line : Wrapped(Printable(text), options_.width)) {
      absl::StrAppend(&text_, Paint(line, Ink::kBold, options_.colour), "\n");
    }
  }
  // A line that begins with a status; what follows it is wrapped below the text.
  void StatusLine(reporting::ScorecardStatus status, const std::string& text) {
    const StatusLook look = LookOf(status);
    const int room = options_.width == 0 ? 0 : options_.width - kBoardIndent;
    bool first = true;
    for (const std::string& line : Wrapped(Printable(text), room)) {
      absl::StrAppend(&text_, first ? Paint(look.symbol, look.ink, options_.colour) : " ", " ",
                      line, "\n");
      first = false;
    }
  }
  void Heading(const std::string& heading) {
    absl::StrAppend(&text_, "\n");
    Bold(heading);
  }
  void LeftOut(int count) {
    if (count > 0) Line(kBoardIndent, absl::StrCat("… +", count));
  }

  void WriteVerdict() {
    Bold(absl::StrCat(table_.title(), LanguageMark(table_.title_language()), " · ",
                      table_.period_text()));
    if (!table_.institution_title().empty()) Line(0, table_.institution_title());
    absl::StrAppend(&text_, "\n");
    const reporting::BoardVerdict& verdict = table_.verdict();
    StatusLine(verdict.status(),
               verdict.has_score() ? absl::StrCat(verdict.score_text(), "  ", verdict.status_text(),
                                                  " (", verdict.scale_text(), ")")
                                   : verdict.status_text());
    Line(kBoardIndent, verdict.summary());
    std::string trends =
        absl::StrCat(HistoryOf(verdict.history()), "  ", verdict.on_quarter_before().text());
    const std::string& year_before = verdict.on_year_before().trend().period();
    const std::string& before = verdict.on_quarter_before().trend().period();
    if (!before.empty()) absl::StrAppend(&trends, " · ", before);
    if (!year_before.empty()) {
      absl::StrAppend(&trends, "; ", verdict.on_year_before().text(), " · ", year_before);
    }
    Line(kBoardIndent, trends);
    const reporting::StatusCounts& counts = verdict.element_counts();
    Line(kBoardIndent,
         absl::StrCat(counts.green(), " ●  ", counts.amber(), " ▲  ", counts.red(), " ■  ",
                      counts.no_score(), " ?  ", counts.not_applicable(), " -"));
    Line(kBoardIndent, table_.coverage().text());
  }

  void WriteAxes() {
    if (table_.axes().empty()) return;
    Table axes({{.heading = ""},
                {.heading = ""},
                {.heading = "", .right = true},
                {.heading = "", .least = Table::kWhole},
                {.heading = "", .spare = true, .least = Table::kWhole}});
    for (const reporting::BoardAxis& axis : table_.axes()) {
      axes.Add({absl::StrCat(std::string(LookOf(axis.status()).symbol), " ",
                             BoardElementText(axis.element())),
                axis.status_text(), axis.score_text(), HistoryOf(axis.history()),
                axis.on_quarter_before().text()});
    }
    // Without headings: the table begins with a line of blanks.
    absl::StrAppend(&text_, axes.Text(options_.width, options_.colour));
  }

  void WriteAttention(
      const std::string& heading, const std::string& text,
      const google::protobuf::RepeatedPtrField<reporting::BoardAttentionLine>& lines,
      int left_out) {
    Heading(heading);
    if (!lines.empty() && !text.empty()) Line(0, text);
    for (const reporting::BoardAttentionLine& line : lines) {
      StatusLine(line.status(),
                 absl::StrCat(line.score_text(), "  ", BoardElementText(line.element()),
                              line.element().critical() ? " (!)" : ""));
      Line(2 * kBoardIndent, line.why());
      if (!line.note().empty()) {
        Line(2 * kBoardIndent,
             absl::StrCat("“", line.note(), "”", LanguageMark(line.note_language())));
      }
      std::string facts = absl::StrCat(line.since(), ", ", line.since_text(), "; ",
                                       line.on_quarter_before().text());
      const std::string owner = OwnerText(line.element().owner(), line.element().lead());
      if (!owner.empty()) absl::StrAppend(&facts, "; ", owner);
      if (!line.makes_red().empty()) absl::StrAppend(&facts, "; ■ ", CodesOf(line.makes_red()));
      Line(2 * kBoardIndent, facts);
    }
    LeftOut(left_out);
  }

  void WriteMoves() {
    Heading(table_.moves().heading());
    Line(0, table_.moves().text());
    for (const auto& [mark, moves] :
         {std::pair{"↓", &table_.moves().down()}, std::pair{"↑", &table_.moves().up()}}) {
      for (const reporting::BoardMove& move : *moves) {
        Line(kBoardIndent, absl::StrCat(mark, " ", move.score_text(), "  ", move.status_text(),
                                        "  ", BoardElementText(move.element())));
      }
    }
  }

  void WriteMilestones() {
    const reporting::BoardMilestonesSection& section = table_.milestones();
    Heading(section.heading());
    if (section.total() + section.of_inactive() > 0) Line(0, section.text());
    for (const reporting::BoardMilestone& line : section.lines()) {
      Line(kBoardIndent, absl::StrCat(line.critical() ? "! " : "- ", line.title(),
                                      LanguageMark(line.title_language()), ": ", line.due_text(),
                                      "; ", BoardElementText(line.element())));
    }
    LeftOut(section.total() - section.lines_size());
  }

  void WriteRisks() {
    const reporting::BoardRisksSection& section = table_.risks();
    Heading(section.heading());
    if (!section.lines().empty()) Line(0, section.text());
    for (const reporting::BoardRisk& line : section.lines()) {
      Line(kBoardIndent, absl::StrCat(line.score(), "  ", line.code(), " ", line.title(),
                                      LanguageMark(line.title_language())));
      std::string facts = absl::StrCat(line.score_text(), "; ", line.treatment_text());
      const std::string owner = OwnerText(line.owner(), line.owner_text());
      if (!owner.empty()) absl::StrAppend(&facts, "; ", owner);
      absl::StrAppend(&facts, "; ", CodesOf(line.elements()));
      Line(3 * kBoardIndent, facts);
    }
    LeftOut(section.risks().open() - section.lines_size());
  }

  void WriteBudget() {
    const reporting::BoardBudgetSection& section = table_.budget();
    Heading(section.timing_text().empty()
                ? section.heading()
                : absl::StrCat(section.heading(), ": ", section.timing_text()));
    Line(0, section.text());
    if (section.plan().lines() == 0) return;
    for (const reporting::BoardBudgetLine& line : section.lines()) {
      std::string text = absl::StrCat(BoardElementText(line.element()), ": ", line.text());
      if (!line.timing_text().empty()) absl::StrAppend(&text, "; ", line.timing_text());
      Line(kBoardIndent, text);
    }
  }

  void WriteProcesses() {
    const reporting::BoardProcessesSection& section = table_.processes();
    Heading(section.heading());
    for (const reporting::BoardProcess& line : section.lines()) {
      StatusLine(line.status(),
                 absl::StrCat(line.code(), " ", line.title(), LanguageMark(line.title_language()),
                              ": ", line.text()));
    }
    LeftOut(section.total() - section.lines_size());
  }

  void WriteMissing() {
    const reporting::BoardMissingSection& section = table_.missing();
    Heading(section.heading());
    for (const reporting::BoardMissing& line : section.lines()) {
      const std::string codes = CodesOf(line.elements());
      Line(kBoardIndent, absl::StrCat("- ", line.title().empty() ? line.subject() : line.title(),
                                      SliceText(line.slice()), LanguageMark(line.title_language()),
                                      " (", codes, "): ", line.text()));
      const std::string owner = OwnerText(line.owner(), line.owed_by());
      if (!owner.empty() || !line.steward().empty()) {
        Line(2 * kBoardIndent,
             absl::StrCat(owner, owner.empty() || line.steward().empty() ? "" : ", ",
                          line.steward()));
      }
    }
    LeftOut(section.total() - section.lines_size());
  }

  void WriteUntargeted() {
    const reporting::BoardUntargetedSection& section = table_.untargeted();
    Heading(section.heading());
    for (const reporting::BoardUntargeted& line : section.lines()) {
      Line(kBoardIndent, absl::StrCat("- ", line.title(), SliceText(line.slice()),
                                      LanguageMark(line.title_language()), ": ", line.value_text(),
                                      " (", line.element().code(), ")"));
    }
    LeftOut(section.total() - section.lines_size());
  }

  void WriteDecisions() {
    const reporting::BoardDecisionsSection& section = table_.decisions();
    Heading(section.heading());
    for (const reporting::BoardDecision& line : section.lines()) {
      std::string text = absl::StrCat(line.overdue() ? "! " : "- ", line.title(),
                                      LanguageMark(line.title_language()), ": ", line.due_text(),
                                      "; ", OwnerText(line.responsible_unit(), line.responsible()),
                                      line.has_element() ? "; " : "", line.element().code());
      Line(kBoardIndent, text);
    }
    LeftOut(section.total() - section.lines_size());
  }

  const reporting::BoardTable& table_;
  const BoardTextOptions& options_;
  std::string text_;
};

}  // namespace

std::string BoardText(const reporting::BoardTable& table, const BoardTextOptions& options) {
  return BoardWriter(table, options).Write();
}

}  // namespace athena::athenactl
