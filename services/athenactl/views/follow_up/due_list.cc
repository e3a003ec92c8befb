#include "services/athenactl/views/follow_up/due_list.h"

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <tuple>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "libs/fields/fields.h"
#include "libs/order/natural.h"
#include "services/athenactl/resources/resource_names.h"
#include "services/athenactl/terminal/paint.h"
#include "services/athenactl/terminal/table.h"
#include "services/athenactl/terminal/text.h"
#include "services/athenactl/views/value_text.h"

namespace athena::athenactl {
namespace {

namespace plan = athena::plan::v1;

// What narrow terminals show of a title, of who is responsible and of a unit.
constexpr int kLeastDueTitle = 20;
constexpr int kLeastDueName = 10;

// Days of a plan's elements and what lies around them, collected into items.
class DueCollector {
 public:
  DueCollector(const DueSources& sources, const DueOptions& options)
      : sources_(sources), options_(options), plan_(sources.tree.header().plan().name() + "/") {
    for (const plan::Element& element : sources.tree.elements()) {
      elements_[element.name()] = &element;
    }
    for (const plan::Unit& unit : sources.tree.units()) parents_[unit.name()] = unit.parent_unit();
  }

  std::vector<DueItem> Items() {
    for (const plan::Element& element : sources_.tree.elements()) {
      AddAction(element);
      AddMilestones(element);
    }
    for (const plan::DueProgressReport& report : sources_.reports.due_progress_reports()) {
      AddReport(report);
    }
    AddMeasures();
    for (const plan::Risk& risk : sources_.risks.risks()) AddRisk(risk);
    for (const plan::Decision& decision : sources_.decisions.decisions()) AddDecision(decision);
    std::stable_sort(items_.begin(), items_.end(), [](const DueItem& a, const DueItem& b) {
      if (a.day != b.day) return a.day < b.day;
      return NaturalLess(a.code, b.code);
    });
    return std::move(items_);
  }

 private:
  const plan::Element* ElementNamed(const std::string& name) const {
    const auto found = elements_.find(name);
    return found == elements_.end() ? nullptr : found->second;
  }

  // Whether nothing is expected of the element, for its own state or that of one above it.
  bool AtRest(const plan::Element& element) const {
    size_t steps = 0;
    for (const plan::Element* at = &element; at != nullptr && steps <= elements_.size();
         at = ElementNamed(at->parent_element()), ++steps) {
      if (at->state() == plan::Element::STATE_CANCELLED ||
          at->state() == plan::Element::STATE_DEFERRED) {
        return true;
      }
    }
    return false;
  }

  bool IsOfUnit(std::string unit) const {
    if (options_.unit.empty()) return true;
    for (size_t steps = 0; !unit.empty() && steps <= parents_.size(); ++steps) {
      if (unit == options_.unit) return true;
      const auto above = parents_.find(unit);
      if (above == parents_.end()) return false;
      unit = above->second;
    }
    return false;
  }

  void Add(bool has_day, const common::v1::Date& date, DueItem item) {
    const std::optional<absl::CivilDay> day = has_day ? fields::DayOf(date) : std::nullopt;
    if (!day.has_value() || *day > options_.last || !IsOfUnit(item.unit)) return;
    item.day = *day;
    items_.push_back(std::move(item));
  }

  std::string Title(const common::v1::LocalizedText& text) const {
    return InLanguage(text, options_.language);
  }

  static std::string WhoOf(const std::string& lead,
                           const google::protobuf::RepeatedPtrField<std::string>& reporters) {
    return lead.empty() ? absl::StrJoin(reporters, ", ") : lead;
  }

  void AddAction(const plan::Element& element) {
    if (element.kind() != plan::Element::KIND_ACTION ||
        element.state() == plan::Element::STATE_COMPLETED || AtRest(element)) {
      return;
    }
    Add(element.has_end_date(), element.end_date(),
        {.kind = DueKind::kAction,
         .resource = element.name(),
         .element = element.name(),
         .code = element.code(),
         .title = Title(element.title()),
         .state = EnumText(element.state()),
         .responsible = WhoOf(element.lead(), element.reporters()),
         .unit = element.owner_unit()});
  }

  void AddMilestones(const plan::Element& element) {
    if (AtRest(element)) return;
    for (const plan::Milestone& milestone : element.milestones()) {
      if (milestone.has_done_date() || milestone.has_withdrawn_on()) continue;
      Add(milestone.has_due_date(), milestone.due_date(),
          {.kind = DueKind::kMilestone,
           .resource = element.name(),
           .element = element.name(),
           .code = element.code(),
           .title = Title(milestone.title()),
           .state = milestone.critical() ? "critical" : "",
           .responsible = WhoOf(element.lead(), element.reporters()),
           .unit = element.owner_unit()});
    }
  }

  void AddReport(const plan::DueProgressReport& report) {
    if (report.state() == plan::DueProgressReport::STATE_SUBMITTED ||
        report.state() == plan::DueProgressReport::STATE_VALIDATED) {
      return;
    }
    Add(report.has_due_date(), report.due_date(),
        {.kind = DueKind::kProgressReport,
         .resource = report.progress_report(),
         .element = report.element(),
         .code = report.code(),
         .title = absl::StrCat(IdOf(report.progress_report()), ": ", Title(report.title())),
         .state = EnumText(report.state()),
         .responsible = WhoOf(report.lead(), report.reporters()),
         .unit = report.owner_unit()});
  }

  void AddMeasures() {
    std::map<std::string, const plan::ProgressReport*> newest;  // by element
    for (const plan::ProgressReport& report : sources_.tree.progress_reports()) {
      if (report.state() != plan::ProgressReport::STATE_SUBMITTED &&
          report.state() != plan::ProgressReport::STATE_VALIDATED) {
        continue;
      }
      const plan::ProgressReport*& one = newest[ParentOf(report.name())];
      if (one == nullptr || one->quarter() < report.quarter()) one = &report;
    }
    for (const auto& [name, report] : newest) {
      const plan::Element* const element = ElementNamed(name);
      if (element == nullptr || AtRest(*element)) continue;
      for (const plan::IndicatorNote& note : report->indicator_notes()) {
        const std::string measure = Title(note.measure());
        Add(note.has_due_date(), note.due_date(),
            {.kind = DueKind::kMeasure,
             .resource = report->name(),
             .element = name,
             .code = element->code(),
             .title = measure.empty() ? IdOf(note.indicator())
                                      : absl::StrCat(measure, " (", IdOf(note.indicator()), ")"),
             .responsible = note.owner().empty() ? element->lead() : note.owner(),
             .unit = element->owner_unit()});
      }
    }
  }

  void AddRisk(const plan::Risk& risk) {
    if (risk.state() == plan::Risk::STATE_CLOSED) return;
    const auto element =
        std::find_if(risk.elements().begin(), risk.elements().end(),
                     [&](const std::string& name) { return absl::StartsWith(name, plan_); });
    if (element == risk.elements().end() && !risk.elements().empty()) return;
    Add(risk.has_next_review_on(), risk.next_review_on(),
        {.kind = DueKind::kRiskReview,
         .resource = risk.name(),
         .element = element == risk.elements().end() ? "" : *element,
         .code = risk.code(),
         .title = Title(risk.title()),
         .responsible = risk.owner(),
         .unit = risk.owner_unit()});
  }

  void AddDecision(const plan::Decision& decision) {
    if (decision.state() == plan::Decision::STATE_DONE ||
        decision.state() == plan::Decision::STATE_DROPPED) {
      return;
    }
    if (!absl::StartsWith(decision.element(), plan_) &&
        !absl::StartsWith(decision.publication(), plan_)) {
      return;
    }
    const plan::Element* const element = ElementNamed(decision.element());
    Add(decision.has_due_date(), decision.due_date(),
        {.kind = DueKind::kDecision,
         .resource = decision.name(),
         .element = decision.element(),
         .code = element == nullptr ? "" : element->code(),
         .title = Title(decision.title()),
         .state = EnumText(decision.state()),
         .responsible = decision.responsible(),
         .unit = decision.responsible_unit()});
  }

  const DueSources& sources_;
  const DueOptions& options_;
  const std::string plan_;  // "institutions/gob/plans/p/"
  std::map<std::string, const plan::Element*> elements_;
  std::map<std::string, std::string> parents_;  // of units
  std::vector<DueItem> items_;
};

std::string_view KindText(DueKind kind) {
  switch (kind) {
    case DueKind::kAction:
      return "action";
    case DueKind::kMilestone:
      return "milestone";
    case DueKind::kProgressReport:
      return "progress report";
    case DueKind::kMeasure:
      return "measure";
    case DueKind::kRiskReview:
      return "risk review";
    case DueKind::kDecision:
      return "decision";
  }
  return "";
}

// For programs.
std::string_view KindWord(DueKind kind) {
  switch (kind) {
    case DueKind::kProgressReport:
      return "progressReport";
    case DueKind::kRiskReview:
      return "riskReview";
    default:
      return KindText(kind);
  }
}

std::string IsoDay(absl::CivilDay day) { return DateText(fields::DateOf(day)); }

int64_t CountLate(const std::vector<DueItem>& items, absl::CivilDay today) {
  return std::count_if(items.begin(), items.end(),
                       [&](const DueItem& item) { return item.day < today; });
}

}  // namespace

std::vector<DueItem> DueItems(const DueSources& sources, const DueOptions& options) {
  return DueCollector(sources, options).Items();
}

std::string DueText(absl::CivilDay day, absl::CivilDay today) {
  if (day == today) return "today";
  if (day < today) return absl::StrCat(Counted(today - day, "day", "days"), " late");
  return absl::StrCat("in ", Counted(day - today, "day", "days"));
}

std::string DueList(const std::vector<DueItem>& items, const DueListOptions& options) {
  const std::string until = IsoDay(options.last);
  const std::string left_out =
      options.is_shared ? "Its institution shares the plan, not its risks and decisions.\n" : "";
  if (items.empty()) {
    return absl::StrCat("Nothing",
                        options.unit.empty() ? "" : absl::StrCat(" of ", IdOf(options.unit)),
                        " is late, or due up to ", until, ".\n", left_out);
  }
  Table table({{.heading = "DUE", .least = Table::kWhole},
               {.heading = "WHEN", .least = Table::kWhole},
               {.heading = "WHAT", .least = Table::kWhole},
               {"CODE"},
               {.heading = "TITLE", .least = kLeastDueTitle},
               {.heading = "STATE", .spare = true},
               {.heading = "WHO", .least = kLeastDueName},
               {.heading = "UNIT", .spare = true, .least = kLeastDueName}});
  for (const DueItem& item : items) {
    // Where there is no room for units, they stand for those of whom no name is known.
    table.Add({IsoDay(item.day), DueText(item.day, options.today), std::string(KindText(item.kind)),
               item.code, item.title, item.state,
               item.responsible.empty() ? IdOf(item.unit) : item.responsible, IdOf(item.unit)});
  }
  const int64_t late = CountLate(items, options.today);
  return absl::StrCat(table.Text(options.width, options.colour), "\n",
                      options.unit.empty() ? "" : absl::StrCat("Of ", IdOf(options.unit), ": "),
                      Grouped(late), " late, ", Grouped(static_cast<int64_t>(items.size()) - late),
                      " due from today up to ", until, ".\n", left_out);
}

std::string DueListJson(const std::vector<DueItem>& items, const DueListOptions& options) {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const DueItem& item : items) {
    list.push_back({{"kind", KindWord(item.kind)},
                    {"dueDate", IsoDay(item.day)},
                    {"late", item.day < options.today},
                    {"days", item.day - options.today},
                    {"resource", item.resource},
                    {"element", item.element},
                    {"code", item.code},
                    {"title", item.title},
                    {"state", item.state},
                    {"responsible", item.responsible},
                    {"unit", item.unit}});
  }
  nlohmann::ordered_json left_out = nlohmann::ordered_json::array();
  if (options.is_shared) {
    left_out = {KindWord(DueKind::kRiskReview), KindWord(DueKind::kDecision)};
  }
  const nlohmann::ordered_json answer = {{"plan", options.plan},
                                         {"unit", options.unit},
                                         {"today", IsoDay(options.today)},
                                         {"until", IsoDay(options.last)},
                                         {"late", CountLate(items, options.today)},
                                         {"leftOut", std::move(left_out)},
                                         {"items", std::move(list)}};
  return answer.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

}  // namespace athena::athenactl
