#include "services/athenactl/views/scorecards/scorecard_tree.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "services/athenactl/resources/resource_names.h"
#include "services/athenactl/terminal/paint.h"
#include "services/athenactl/terminal/table.h"
#include "services/athenactl/terminal/text.h"
#include "services/athenactl/views/scorecards/scorecard_facts.h"
#include "services/athenactl/views/scorecards/scorecard_words.h"
#include "services/athenactl/views/value_text.h"

namespace athena::athenactl {
namespace {

namespace reporting = athena::reporting::v1;
using athena::common::v1::Number;

constexpr int kStatusWidth = 8;
constexpr int kScoreWidth = 5;
constexpr int kCoverageWidth = 5;
constexpr int kLongBar = 10;
constexpr int kShortBar = 5;
// Below this width of the terminal the bars are short.
constexpr int kWide = 110;
// Below this one there are neither bars nor sparklines.
constexpr int kNarrow = 70;
// Titles and the lines of a note are at least so wide, however narrow the terminal.
constexpr int kLeastTitle = 20;
constexpr int kLeastNote = 20;

std::string KeyOf(const reporting::ScorecardNode& node) { return node.name(); }

std::string KeyOf(const reporting::ScorecardNode& node,
                  const reporting::ScorecardIndicator& indicator) {
  return absl::StrCat(node.name(), " ", indicator.indicator(), SliceText(indicator.slice()));
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
    const StatusLook look = LookOf(status);
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
    if (options_.details) {
      NodeDetails(node, under);
    } else if (node.has_end_date_at_activation() &&
               DateText(node.end_date()) != DateText(node.end_date_at_activation())) {
      Note(under, EndText(node));
    }
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

  // "ends 2026-12-31", and when it was to end if that is another day.
  static std::string EndText(const reporting::ScorecardNode& node) {
    const std::string end = DateText(node.end_date());
    const std::string original = DateText(node.end_date_at_activation());
    if (end.empty() && original.empty()) return "";
    std::string text = end.empty() ? "no end date" : "ends " + end;
    if (!original.empty() && (original != end || node.end_date_declared())) {
      absl::StrAppend(&text, " (at activation ", original,
                      node.end_date_declared() ? "; declared, not recorded)" : ")");
    }
    return text;
  }

  // The fields of view FULL.
  void NodeDetails(const reporting::ScorecardNode& node, const std::string& under) {
    std::vector<std::string> who;
    if (!node.code().empty()) who.push_back("id " + IdOf(node.name()));
    if (!node.owner_unit().empty()) who.push_back("owner " + IdOf(node.owner_unit()));
    if (!node.lead().empty()) who.push_back("lead " + node.lead());
    if (std::string text = EndText(node); !text.empty()) who.push_back(std::move(text));
    if (node.has_weight()) who.push_back("weight " + node.weight().decimal());
    if (!who.empty()) Note(under, Printable(absl::StrJoin(who, ", ")));
    std::vector<std::string> trends;
    for (const reporting::Trend* const trend :
         {&node.on_quarter_before(), &node.on_year_before()}) {
      std::string text = TrendText(*trend, 1, options_.language);
      if (!text.empty()) trends.push_back(std::move(text));
    }
    if (!trends.empty()) Note(under, "score " + absl::StrJoin(trends, ", "));
    for (const reporting::ScorecardMilestone& milestone : node.milestones()) {
      Note(under, MilestoneText(milestone));
    }
    for (const std::string& fact : FigureFacts(node, options_.language)) Note(under, fact);
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
    if (indicator.has_retired_on()) {
      facts.push_back("retired on " + DateText(indicator.retired_on()));
    }
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
    Closing();
    Basis();
  }

  // When the quarter was closed, and what has changed since.
  void Closing() {
    if (!scorecard_.has_closing()) return;
    const reporting::ScorecardClosing& closing = scorecard_.closing();
    std::string text = absl::StrCat("Closed on ", TimeText(closing.close_time()), " UTC",
                                    closing.reopened() ? ", and reopened since" : "", ". ");
    if (closing.differences().empty()) {
      Paragraph(text + "It is as it was closed.");
      return;
    }
    Paragraph(absl::StrCat(text, Counted(closing.differences_size(), "place has", "places have"),
                           " changed since (athenactl compare says why):"));
    for (const reporting::ClosingDifference& difference : closing.differences()) {
      const std::string from =
          difference.has_at_closing() ? ScoreCell(difference.at_closing(), options_.language) : "-";
      const std::string to =
          difference.has_now() ? ScoreCell(difference.now(), options_.language) : "-";
      Paragraph(absl::StrCat(
          "  ", Called(difference.indicator().empty() ? difference.name() : difference.indicator()),
          SliceText(difference.slice()), "  ", from, " > ", to,
          difference.became_due() ? " (became due)" : ""));
    }
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
