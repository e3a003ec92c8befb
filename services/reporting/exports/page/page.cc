#include "services/reporting/exports/page/page.h"

#include <algorithm>
#include <map>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/time.h"
#include "libs/decimal/decimal.h"
#include "libs/decimal/number_format.h"
#include "libs/fields/fields.h"
#include "services/reporting/exports/labels.h"
#include "services/reporting/exports/page/charts.h"
#include "services/reporting/exports/page/html_writer.h"
#include "services/reporting/exports/page/style.h"
#include "services/reporting/rules/judgement.h"

namespace athena::reporting {
namespace {

constexpr int kDeepest = 5;  // levels that are indented

std::string PrimaryOf(std::string_view tag) {
  return absl::AsciiStrToLower(std::string(tag.substr(0, tag.find('-'))));
}

class Page {
 public:
  explicit Page(const Exported& exported)
      : exported_(exported), labels_(exported.language), root_(exported.card.result().root()) {
    for (int i = 0; i < exported.history.nodes_size(); ++i) {
      places_[exported.history.nodes(i).name()] = i;
    }
  }

  std::string Write() {
    html_.Raw("<!DOCTYPE html>\n");
    html_.Begin("html", {{"lang", TagOf(labels_.language())}});
    Head();
    html_.Begin("body");
    html_.Put("a", Say(Label::kSkip), {{"class", "skip"}, {"href", "#main"}});
    DefineSymbols(&html_);
    html_.Begin("header", {{"class", "top"}}).Begin("div", {{"class", "wrap"}});
    html_.Put("b", "Athena");
    Put("span", exported_.institution);
    html_.End().End();
    html_.Begin("main", {{"id", "main"}, {"class", "wrap"}});
    Title();
    Basis();
    Verdict();
    Warnings();
    FirstLevel();
    Tree();
    Units();
    Milestones();
    Risks();
    Budget();
    Reports();
    html_.End();
    Foot();
    html_.End().End().Raw("\n");
    return html_.Take();
  }

 private:
  std::string Say(Label label, const std::string& first = "",
                  const std::string& second = "") const {
    return labels_.Say(label, first, second);
  }

  // The language to say of a text: empty when it is the page's.
  std::string LanguageOf(const std::string& language) const {
    const std::string& said = language.empty() ? exported_.titles : language;
    return PrimaryOf(said) == TagOf(labels_.language()) ? "" : said;
  }
  void Put(std::string_view element, const ExportedText& text) {
    html_.Put(element, text.text, {{"lang", text.text.empty() ? "" : LanguageOf(text.language)}});
  }
  void Put(std::string_view element, const std::string& text, const std::string& language,
           HtmlWriter::Attributes attributes = {}) {
    const std::string said = LanguageOf(language);
    if (said.empty()) {
      html_.Put(element, text, attributes);
    } else if (attributes.size() == 0) {
      html_.Put(element, text, {{"lang", said}});
    } else {
      html_.Begin(element, attributes).Put("span", text, {{"lang", said}}).End();
    }
  }

  std::string PeriodText() const { return labels_.Quarter(exported_.card.result().period()); }
  bool IsElement() const { return root_.name() != PlanName(); }
  std::string PlanName() const {
    const std::string& name = exported_.card.name();
    return name.substr(0, name.find("/scorecards/"));
  }

  void Head() {
    html_.Begin("head").Empty("meta", {{"charset", "utf-8"}});
    html_.Empty("meta", {{"name", "viewport"}, {"content", "width=device-width, initial-scale=1"}});
    // Whatever stands in the page, it loads nothing and runs nothing.
    html_.Empty("meta", {{"http-equiv", "Content-Security-Policy"},
                         {"content", "default-src 'none'; style-src 'unsafe-inline'"}});
    html_.Put("title", absl::StrCat(Say(Label::kScorecard), " · ", exported_.card.result().period(),
                                    " · ", exported_.plan.text));
    html_.Begin("style").Raw(PageStyle()).End().End();
  }

  void Title() {
    html_.Begin("div", {{"class", "head"}}).Begin("div");
    html_.Put("h1", Say(Label::kScorecard));
    html_.Begin("p");
    Put("span", exported_.plan);
    html_.Text(" · ").Text(PeriodText()).End();
    if (IsElement()) {
      html_.Begin("p").Put("span", root_.code(), {{"class", "code"}});
      Put("span", root_.title(), root_.title_language());
      html_.End();
    }
    html_.End().End();
  }

  void Fact(Label label, const std::string& text, const std::string& more = "") {
    html_.Begin("div").Put("dt", Say(label)).Begin("dd").Text(text);
    if (!more.empty()) html_.Put("small", more);
    html_.End().End();
  }

  void Basis() {
    const v1::Basis& basis = exported_.card.basis();
    html_.Begin("dl", {{"class", "basis"}});
    if (root_.coverage().has_share()) {
      Fact(Label::kCoverage, labels_.Share(root_.coverage().share()), Say(Label::kCoverageSmall));
    }
    Fact(Label::kBasis, labels_.Day(basis.date()),
         Say(Label::kRevision, std::to_string(basis.plan_revision())));
    if (!exported_.card.has_closing()) {
      Fact(Label::kClosing, Say(Label::kNotClosed));
    } else {
      const v1::ScorecardClosing& closing = exported_.card.closing();
      const auto time = fields::TimeOf(closing.close_time());
      const std::string day =
          time.has_value() ? labels_.words().Day(absl::ToCivilDay(*time, absl::UTCTimeZone())) : "";
      Fact(Label::kClosing, day, closing.reopened() ? Say(Label::kReopened) : "");
      Fact(Label::kChangedSince,
           closing.differences().empty()
               ? Say(Label::kNoChange)
               : Say(Label::kPlaces, std::to_string(closing.differences_size())));
    }
    html_.End().Raw("\n");
  }

  std::vector<ChartPoint> PointsOf(const std::string& node) const {
    std::vector<ChartPoint> points;
    const auto place = places_.find(node);
    if (place == places_.end()) return points;
    for (const v1::ScorecardLine& line : exported_.history.scorecards()) {
      const v1::NodeScore& score = line.scores(place->second);
      ChartPoint& point = points.emplace_back();
      point.quarter = line.period();
      point.status = score.status();
      point.has_score = score.has_score();
      point.score = score.score().value();
      if (score.has_score()) point.text = labels_.Score(score.score());
    }
    return points;
  }

  void Status(v1::ScorecardStatus status) {
    html_.Begin("span", {{"class", std::string("st ") + StatusClass(status)}});
    StatusSymbol(status, &html_);
    html_.Text(labels_.Status(status)).End();
  }

  std::string Limits(Label label) const {
    return Say(label, labels_.words().Number(kGreenFrom, 1), labels_.words().Number(kAmberFrom, 1));
  }

  void Verdict() {
    html_.Begin("section", {{"class", "verdict"}, {"aria-label", Say(Label::kScore)}}).Begin("div");
    html_.Begin("div", {{"class", "big"}});
    StatusSymbol(root_.status(), &html_);
    html_.Begin("div");
    if (root_.has_score()) {
      html_.Put("span", labels_.Score(root_.score()), {{"class", "number"}});
    }
    html_.Put("p", labels_.Status(root_.status())).End().End();
    html_.Put("p", root_.has_score() ? Limits(Label::kScale) : labels_.Reason(root_.reason()),
              {{"class", "lead"}});
    html_.Begin("ul");
    if (root_.on_quarter_before().has_change()) {
      html_.Put("li", absl::StrCat(labels_.Trend(root_.on_quarter_before(), 1), " ",
                                   Say(Label::kAgainstQuarter)));
    }
    if (root_.on_year_before().has_change()) {
      html_.Put("li", absl::StrCat(labels_.Trend(root_.on_year_before(), 1), " ",
                                   Say(Label::kAgainstYear)));
    }
    html_.Begin("li").Text(Say(Label::kElements)).Text(Say(Label::kColon));
    Counts(root_.element_counts());
    html_.End().Begin("li").Text(Say(Label::kIndicators)).Text(Say(Label::kColon));
    Counts(root_.indicator_counts());
    html_.End().End().End();
    Chart();
    html_.End();
  }

  // "● 3 green, ▲ 1 amber", without those that are 0.
  void Counts(const v1::StatusCounts& counts) {
    const std::pair<v1::ScorecardStatus, int> each[] = {
        {v1::SCORECARD_STATUS_RED, counts.red()},
        {v1::SCORECARD_STATUS_AMBER, counts.amber()},
        {v1::SCORECARD_STATUS_GREEN, counts.green()},
        {v1::SCORECARD_STATUS_NO_SCORE, counts.no_score()},
        {v1::SCORECARD_STATUS_NOT_APPLICABLE, counts.not_applicable()}};
    bool is_first = true;
    for (const auto& [status, count] : each) {
      if (count == 0) continue;
      if (!is_first) html_.Text(", ");
      is_first = false;
      html_.Begin("span", {{"class", std::string("st ") + StatusClass(status)}});
      StatusSymbol(status, &html_);
      html_.Text(absl::StrCat(count, " ", absl::AsciiStrToLower(labels_.Status(status)))).End();
    }
    if (is_first) html_.Text("0");
  }

  void Chart() {
    const std::vector<ChartPoint> points = PointsOf(root_.name());
    html_.Begin("div");
    html_.Put("h2", Say(Label::kScores)).Put("p", Limits(Label::kScoresText), {{"class", "lead"}});
    if (points.size() > 1) ScoreChart(points, Say(Label::kScores), labels_, &html_);
    BeginTable(Label::kScores, "short",
               {{Label::kQuarter, ""}, {Label::kScore, "num"}, {Label::kStatus, ""}});
    for (const ChartPoint& point : points) {
      html_.Begin("tr").Put("th", point.quarter, {{"scope", "row"}});
      html_.Put("td", point.has_score ? point.text : "–", {{"class", "num"}}).Begin("td");
      Status(point.status);
      html_.End().End();
    }
    EndTable();
    html_.End();
  }

  // A table in a box that scrolls, for narrow screens.
  void BeginTable(Label label, std::string_view style,
                  const std::vector<std::pair<Label, std::string_view>>& columns) {
    html_.Begin(
        "div",
        {{"class", "scroll"}, {"role", "region"}, {"aria-label", Say(label)}, {"tabindex", "0"}});
    html_.Begin("table", {{"class", style}});
    html_.Put("caption", Say(label), {{"class", "vh"}});
    html_.Begin("thead").Begin("tr");
    for (const auto& [column, column_style] : columns) {
      html_.Put("th", Say(column), {{"scope", "col"}, {"class", column_style}});
    }
    html_.End().End().Begin("tbody");
  }
  void EndTable() { html_.End().End().End(); }

  void BeginSection(Label label, size_t count) {
    html_.Begin("section", {{"class", "sec"}});
    html_.Put("h2", absl::StrCat(Say(label), " (", count, ")"));
  }
  void Lead(const std::string& text) { html_.Put("p", text, {{"class", "lead"}}); }

  void Warnings() {
    const auto& warnings = exported_.card.result().warnings();
    if (warnings.empty()) return;
    BeginSection(Label::kWarnings, static_cast<size_t>(warnings.size()));
    html_.Begin("ul");
    for (const v1::ScorecardWarning& warning : warnings) {
      if (warning.kind() == v1::ScorecardWarning::KIND_TIME_ZONES_DIFFER) {
        html_.Put("li", Say(Label::kZonesDiffer, warning.plan_time_zone(),
                            warning.indicator_time_zone()));
        continue;
      }
      std::vector<std::string> codes;
      for (const std::string& element : warning.elements()) codes.push_back(CodeOf(element));
      html_.Put("li", Say(Label::kLinkedTwice,
                          warning.indicator().substr(warning.indicator().rfind('/') + 1),
                          absl::StrJoin(codes, ", ")));
    }
    html_.End().End();
  }

  // The code of an element; its id where it is not shown.
  std::string CodeOf(const std::string& element) const {
    const auto place = places_.find(element);
    if (place != places_.end()) {
      const std::string& code = exported_.history.nodes(place->second).code();
      if (!code.empty()) return code;
    }
    return element.substr(element.rfind('/') + 1);
  }

  void NodeName(const v1::ScorecardNode& node) {
    if (!node.code().empty()) html_.Put("span", node.code(), {{"class", "code"}});
    Put("span", node.title(), node.title_language());
    if (node.critical()) html_.Text(" ").Put("span", Say(Label::kCritical), {{"class", "crit"}});
  }

  void StatusCell(v1::ScorecardStatus status, const std::string& why) {
    html_.Begin("td");
    Status(status);
    if (!why.empty()) html_.Put("small", why);
    html_.End();
  }

  void ScoreCell(bool has_score, const common::v1::Number& score, v1::ScorecardStatus status) {
    html_.Begin("td", {{"class", "score"}});
    if (has_score) {
      html_.Begin("div", {{"class", "scorecell"}}).Put("b", labels_.Score(score));
      ScoreBar(score.value(), status, &html_);
      html_.End();
    } else {
      html_.Text("–");
    }
    html_.End();
  }

  // Why a node has its status, where that is not its score alone.
  std::string WhyOf(const v1::ScorecardNode& node) const {
    std::string why = labels_.Reason(node.reason());
    const bool capped = std::any_of(node.caps().begin(), node.caps().end(),
                                    [](const auto& cap) { return cap.changed_status(); });
    if (why.empty() && capped) why = Say(Label::kCapped);
    return why;
  }

  void FirstLevel() {
    if (root_.children().empty()) return;
    BeginSection(Label::kBelow, static_cast<size_t>(root_.children_size()));
    BeginTable(Label::kBelow, "",
               {{Label::kName, ""},
                {Label::kStatus, ""},
                {Label::kScore, ""},
                {Label::kChange, ""},
                {Label::kCoverage, "num"},
                {Label::kIndicators, ""}});
    for (const v1::ScorecardNode& node : root_.children()) {
      html_.Begin("tr").Begin("th", {{"scope", "row"}});
      NodeName(node);
      html_.End();
      StatusCell(node.status(), WhyOf(node));
      ScoreCell(node.has_score(), node.score(), node.status());
      html_.Begin("td");
      Sparkline(PointsOf(node.name()), &html_);
      html_.Text(labels_.Trend(node.on_quarter_before(), 1)).End();
      html_.Put("td", node.coverage().has_share() ? labels_.Share(node.coverage().share()) : "–",
                {{"class", "num"}});
      html_.Begin("td");
      Counts(node.indicator_counts());
      html_.End().End();
    }
    EndTable();
    html_.End();
  }

  void NodeRow(const v1::ScorecardNode& node, int level) {
    html_.Begin("tr", {{"class", absl::StrCat("l", std::min(level, kDeepest))}});
    html_.Begin("th", {{"scope", "row"}});
    NodeName(node);
    html_.End();
    StatusCell(node.status(), WhyOf(node));
    ScoreCell(node.has_score(), node.score(), node.status());
    html_.Raw("<td></td><td></td><td></td>");
    html_.Put("td", exported_.card.result().period());
    html_.Put("td", labels_.Trend(node.on_quarter_before(), 1));
    html_.Put("td", WeightText(node.has_weight(), node.weight()), {{"class", "num"}});
    html_.Put("td", node.owner_unit().empty() ? "" : UnitTitle(exported_, node.owner_unit()));
    html_.End();
  }

  std::string WeightText(bool has, const common::v1::Number& weight) const {
    const absl::StatusOr<Decimal> parsed = Decimal::Parse(weight.decimal());
    if (!has || !parsed.ok()) return "";
    return labels_.words().Number(*parsed, DecimalsThatTellApart(0, {}, {*parsed}));
  }

  // The title of an indicator, or its id where the reader may not see it.
  static std::string TitleOf(const v1::ScorecardIndicator& indicator) {
    std::string title = indicator.title();
    if (title.empty()) title = indicator.indicator().substr(indicator.indicator().rfind('/') + 1);
    return title;
  }

  void LinkRow(const v1::ScorecardIndicator& indicator, int level) {
    const IndicatorTexts texts = TextsOf(indicator, labels_);
    html_.Begin("tr", {{"class", absl::StrCat("link l", std::min(level + 1, kDeepest))}});
    html_.Begin("th", {{"scope", "row"}});
    Put("span", TitleOf(indicator), indicator.title_language());
    if (indicator.critical()) {
      html_.Text(" ").Put("span", Say(Label::kCritical), {{"class", "crit"}});
    }
    if (!indicator.slice().empty()) html_.Put("small", SliceText(indicator.slice()));
    html_.End();
    StatusCell(indicator.status(), labels_.Reason(indicator.reason()));
    ScoreCell(indicator.has_score(), indicator.score(), indicator.status());
    html_.Begin("td", {{"class", "num"}});
    html_.Text(texts.value.empty() ? "–" : WithUnit(texts.value, indicator));
    if (ScoredOf(indicator).provisional()) html_.Put("small", Say(Label::kProvisional));
    html_.End();
    html_.Put("td", texts.target.empty() ? "–" : texts.target, {{"class", "num"}});
    html_.Put("td", texts.red_flag.empty() ? "–" : texts.red_flag, {{"class", "num"}});
    html_.Begin("td").Text(indicator.evaluation_period());
    if (indicator.scored_year_to_date()) html_.Put("small", Say(Label::kYearToDate));
    html_.End();
    html_.Put("td", texts.change);
    html_.Put("td", WeightText(indicator.has_weight(), indicator.weight()), {{"class", "num"}});
    html_.Raw("<td></td>").End();
  }

  static std::string WithUnit(const std::string& number, const v1::ScorecardIndicator& indicator) {
    return indicator.unit().empty() ? number : absl::StrCat(number, "\u00a0", indicator.unit());
  }

  void Tree() {
    size_t rows = 0;
    VisitNodes(root_, [&](const v1::ScorecardNode& node, const v1::ScorecardNode*, int) {
      rows += 1 + static_cast<size_t>(node.indicators_size());
    });
    BeginSection(Label::kTree, rows);
    Lead(Say(Label::kTreeText));
    BeginTable(Label::kTree, "tree",
               {{Label::kName, ""},
                {Label::kStatus, ""},
                {Label::kScore, ""},
                {Label::kValue, "num"},
                {Label::kTarget, "num"},
                {Label::kRedFlag, "num"},
                {Label::kPeriod, ""},
                {Label::kChange, ""},
                {Label::kWeight, "num"},
                {Label::kOwner, ""}});
    VisitNodes(root_, [&](const v1::ScorecardNode& node, const v1::ScorecardNode*, int level) {
      NodeRow(node, level);
      for (const v1::ScorecardIndicator& indicator : node.indicators()) LinkRow(indicator, level);
    });
    EndTable();
    html_.End();
  }

  void Units() {
    const auto& units = exported_.card.result().owner_units();
    if (units.empty()) return;
    BeginSection(Label::kUnits, static_cast<size_t>(units.size()));
    Lead(Say(Label::kUnitsText));
    BeginTable(Label::kUnits, "",
               {{Label::kOwner, ""},
                {Label::kStatus, ""},
                {Label::kScore, ""},
                {Label::kCoverage, "num"},
                {Label::kActions, ""}});
    for (const v1::UnitScore& unit : units) {
      const v1::NodeScore& score = unit.score();
      html_.Begin("tr").Begin("th", {{"scope", "row"}});
      Put("span", unit.title().empty() ? UnitTitle(exported_, unit.unit()) : unit.title(),
          unit.title_language());
      html_.End();
      std::string why = labels_.Reason(score.reason());
      if (why.empty() && unit.capped()) why = Say(Label::kCapped);
      StatusCell(score.status(), why);
      ScoreCell(score.has_score(), score.score(), score.status());
      html_.Put("td", score.coverage().has_share() ? labels_.Share(score.coverage().share()) : "–",
                {{"class", "num"}});
      html_.Begin("td");
      Counts(unit.action_counts());
      html_.End().End();
    }
    EndTable();
    html_.End();
  }

  struct MilestoneRow {
    const v1::ScorecardNode* node;
    const v1::ScorecardMilestone* milestone;
  };
  static int RankOf(const v1::ScorecardMilestone& milestone) {
    switch (milestone.state()) {
      case v1::ScorecardMilestone::STATE_MISSED:
        return milestone.critical() ? 0 : 1;
      case v1::ScorecardMilestone::STATE_OPEN:
        return 2;
      case v1::ScorecardMilestone::STATE_DONE:
        return 3;
      default:
        return 4;
    }
  }
  static std::tuple<int, int, int, int> OrderOf(const v1::ScorecardMilestone& milestone) {
    const common::v1::Date& due = milestone.due_date();
    return {RankOf(milestone), due.year(), due.month(), due.day()};
  }
  static Label StateOf(const v1::ScorecardMilestone& milestone) {
    switch (milestone.state()) {
      case v1::ScorecardMilestone::STATE_MISSED:
        return Label::kMissed;
      case v1::ScorecardMilestone::STATE_DONE:
        return Label::kDone;
      case v1::ScorecardMilestone::STATE_WITHDRAWN:
        return Label::kWithdrawn;
      default:
        return Label::kOpen;
    }
  }

  void Milestones() {
    std::vector<MilestoneRow> rows;
    VisitNodes(root_, [&](const v1::ScorecardNode& node, const v1::ScorecardNode*, int) {
      for (const v1::ScorecardMilestone& milestone : node.milestones()) {
        rows.push_back({&node, &milestone});
      }
    });
    std::stable_sort(rows.begin(), rows.end(), [](const MilestoneRow& a, const MilestoneRow& b) {
      return OrderOf(*a.milestone) < OrderOf(*b.milestone);
    });
    BeginSection(Label::kMilestones, rows.size());
    Lead(Say(rows.empty() ? Label::kNoMilestones : Label::kMilestonesText));
    if (!rows.empty()) {
      BeginTable(Label::kMilestones, "",
                 {{Label::kMilestone, ""},
                  {Label::kState, ""},
                  {Label::kDueDate, ""},
                  {Label::kDoneDate, ""},
                  {Label::kElement, ""}});
      for (const MilestoneRow& row : rows) OneMilestone(row);
      EndTable();
    }
    html_.End();
  }

  void OneMilestone(const MilestoneRow& row) {
    const v1::ScorecardMilestone& milestone = *row.milestone;
    html_.Begin("tr").Begin("th", {{"scope", "row"}});
    Put("span", milestone.title().empty() ? milestone.id() : milestone.title(),
        milestone.title_language());
    if (milestone.critical()) {
      html_.Text(" ").Put("span", Say(Label::kCritical), {{"class", "crit"}});
    }
    html_.End();
    const bool missed = milestone.state() == v1::ScorecardMilestone::STATE_MISSED;
    html_.Begin("td").Put(missed ? "b" : "span", Say(StateOf(milestone))).End();
    html_.Begin("td").Text(labels_.Day(milestone.due_date()));
    if (milestone.has_due_date_at_activation() &&
        labels_.Day(milestone.due_date_at_activation()) != labels_.Day(milestone.due_date())) {
      html_.Put("small", Say(Label::kWasDue, labels_.Day(milestone.due_date_at_activation())));
    }
    html_.End();
    html_.Put("td", milestone.has_done_date() ? labels_.Day(milestone.done_date()) : "");
    html_.Begin("td");
    NodeName(*row.node);
    html_.End().End();
  }

  static Label TreatmentOf(plan::v1::Risk::Treatment treatment) {
    switch (treatment) {
      case plan::v1::Risk::TREATMENT_AVOID:
        return Label::kTreatmentAvoid;
      case plan::v1::Risk::TREATMENT_REDUCE:
        return Label::kTreatmentReduce;
      case plan::v1::Risk::TREATMENT_TRANSFER:
        return Label::kTreatmentTransfer;
      case plan::v1::Risk::TREATMENT_ACCEPT:
        return Label::kTreatmentAccept;
      default:
        return Label::kTreatmentNone;
    }
  }

  void Risks() {
    BeginSection(Label::kRisks, exported_.risks.size());
    Lead(Say(exported_.risks.empty() ? Label::kNoRisks : Label::kRisksText));
    if (!exported_.risks.empty()) {
      BeginTable(Label::kRisks, "",
                 {{Label::kRisk, ""},
                  {Label::kLevel, "num"},
                  {Label::kLikelihood, "num"},
                  {Label::kImpact, "num"},
                  {Label::kTreatment, ""},
                  {Label::kReview, ""},
                  {Label::kOwner, ""},
                  {Label::kElements, ""}});
      for (const ExportedRisk& risk : exported_.risks) OneRisk(risk);
      EndTable();
    }
    html_.End();
  }

  void OneRisk(const ExportedRisk& risk) {
    const bool judged = risk.residual_likelihood > 0;
    html_.Begin("tr").Begin("th", {{"scope", "row"}});
    html_.Put("span", risk.code, {{"class", "code"}});
    Put("span", risk.title);
    html_.End();
    html_.Begin("td", {{"class", "num"}}).Put("b", std::to_string(risk.score)).End();
    html_.Put("td", std::to_string(judged ? risk.residual_likelihood : risk.inherent_likelihood),
              {{"class", "num"}});
    html_.Put("td", std::to_string(judged ? risk.residual_impact : risk.inherent_impact),
              {{"class", "num"}});
    html_.Put("td", Say(TreatmentOf(risk.treatment)));
    html_.Put("td", risk.next_review.empty() ? "–" : labels_.Day(risk.next_review));
    html_.Put("td", risk.owner_unit.empty() ? "" : UnitTitle(exported_, risk.owner_unit));
    std::vector<std::string> codes;
    for (const std::string& element : risk.elements) codes.push_back(CodeOf(element));
    html_.Put("td", absl::StrJoin(codes, ", ")).End();
  }

  void Budget() {
    std::vector<const v1::ScorecardNode*> nodes;
    VisitNodes(root_, [&](const v1::ScorecardNode& node, const v1::ScorecardNode*, int) {
      if (node.has_budget()) nodes.push_back(&node);
    });
    BeginSection(Label::kBudget, nodes.size());
    if (nodes.empty()) {
      Lead(Say(Label::kNoBudget));
    } else {
      Lead(Say(Label::kBudgetText, std::to_string(nodes.front()->budget().year())));
      BeginTable(Label::kBudget, "",
                 {{Label::kElement, ""},
                  {Label::kCommitted, "num"},
                  {Label::kCommitmentCredit, "num"},
                  {Label::kExecution, "num"},
                  {Label::kPaid, "num"},
                  {Label::kPaymentCredit, "num"},
                  {Label::kExecution, "num"}});
      for (const v1::ScorecardNode* node : nodes) OneBudget(*node);
      EndTable();
    }
    html_.End();
  }

  void OneBudget(const v1::ScorecardNode& node) {
    const v1::NodeBudget& budget = node.budget();
    html_.Begin("tr").Begin("th", {{"scope", "row"}});
    NodeName(node);
    html_.End();
    const auto amount = [&](bool has, const common::v1::Number& number) {
      html_.Put("td", has ? labels_.Euros(number) : "–", {{"class", "num"}});
    };
    const auto share = [&](bool has, const common::v1::Number& number) {
      html_.Put("td", has ? labels_.Share(number) : "–", {{"class", "num"}});
    };
    amount(budget.has_committed(), budget.committed());
    amount(budget.has_commitment_adjusted(), budget.commitment_adjusted());
    share(budget.has_commitment_execution(), budget.commitment_execution());
    amount(budget.has_paid(), budget.paid());
    amount(budget.has_payment_adjusted(), budget.payment_adjusted());
    share(budget.has_payment_execution(), budget.payment_execution());
    html_.End();
  }

  void Said(Label label, const std::string& text, const std::string& language) {
    if (text.empty()) return;
    html_.Put("dt", Say(label));
    Put("dd", text, language, {{"class", "text"}});
  }

  void Reports() {
    std::vector<const v1::ScorecardNode*> nodes;
    VisitNodes(root_, [&](const v1::ScorecardNode& node, const v1::ScorecardNode*, int) {
      if (node.has_narrative()) nodes.push_back(&node);
    });
    BeginSection(Label::kReports, nodes.size());
    Lead(Say(nodes.empty() ? Label::kNoReports : Label::kReportsText));
    for (const v1::ScorecardNode* node : nodes) OneReport(*node);
    html_.End();
  }

  void OneReport(const v1::ScorecardNode& node) {
    const v1::ReportNarrative& report = node.narrative();
    html_.Begin("div", {{"class", "report"}}).Begin("h3");
    NodeName(node);
    html_.End().Begin("p");
    Status(node.status());
    html_.Text(" · ").Text(report.quarter());
    if (!report.validated()) html_.Text(" · ").Text(Say(Label::kNotValidated));
    html_.End().Begin("dl");
    Said(Label::kReport, report.text(), report.text_language());
    Said(Label::kBlockers, report.blockers(), report.blockers_language());
    Said(Label::kCorrective, report.corrective_action(), report.corrective_action_language());
    if (report.has_forecast_end()) {
      html_.Put("dt", Say(Label::kForecastEnd)).Put("dd", labels_.Day(report.forecast_end()));
    }
    for (const v1::ScorecardIndicator& indicator : node.indicators()) {
      if (!indicator.has_narrative()) continue;
      const v1::IndicatorNarrative& note = indicator.narrative();
      html_.Begin("dt");
      Put("span", TitleOf(indicator), indicator.title_language());
      html_.End();
      if (!note.cause().empty()) {
        html_.Begin("dd", {{"class", "text"}}).Text(Say(Label::kCause)).Text(Say(Label::kColon));
        Put("span", note.cause(), note.cause_language());
        html_.End();
      }
      if (!note.measure().empty()) {
        html_.Begin("dd", {{"class", "text"}}).Text(Say(Label::kMeasure)).Text(Say(Label::kColon));
        Put("span", note.measure(), note.measure_language());
        html_.End();
      }
    }
    html_.End().End();
  }

  void Foot() {
    const v1::Basis& basis = exported_.card.basis();
    html_.Begin("footer", {{"class", "wrap"}}).Begin("div", {{"class", "foot"}});
    html_.Put("p", Say(Label::kFootBasis, std::to_string(basis.plan_revision()),
                       labels_.Day(basis.date())));
    html_.Put("p", Say(Label::kFootRounding));
    html_.Put("p", absl::StrCat(Say(Label::kFile), " · ", exported_.card.name()));
    html_.End().End();
  }

  const Exported& exported_;
  const Labels labels_;
  const v1::ScorecardNode& root_;
  std::map<std::string, int> places_;  // of nodes in the history, by resource name
  HtmlWriter html_;
};

}  // namespace

std::string WritePage(const Exported& exported) { return Page(exported).Write(); }

}  // namespace athena::reporting
