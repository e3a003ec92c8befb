#include "services/athenactl/views/plans/plan_tree.h"

#include <map>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "services/athenactl/resources/resource_names.h"
#include "services/athenactl/terminal/table.h"
#include "services/athenactl/terminal/text.h"
#include "services/athenactl/views/number_text.h"
#include "services/athenactl/views/value_text.h"

namespace athena::athenactl {
namespace {

namespace plan = athena::plan::v1;

// What narrow terminals show of a title, and of who leads an element.
constexpr int kLeastElementTitle = 20;
constexpr int kLeastLead = 8;

// The day on which it was completed, deferred or cancelled; else the one on which it is to end.
std::string EndText(const plan::Element& element) {
  switch (element.state()) {
    case plan::Element::STATE_COMPLETED:
      return DateText(element.completed_on());
    case plan::Element::STATE_DEFERRED:
      return DateText(element.deferred_on());
    case plan::Element::STATE_CANCELLED:
      return DateText(element.cancelled_on());
    default:
      return DateText(element.end_date());
  }
}

bool Counts(const plan::ProgressReport& report) {
  return report.state() == plan::ProgressReport::STATE_SUBMITTED ||
         report.state() == plan::ProgressReport::STATE_VALIDATED;
}

class PlanTreeTable {
 public:
  PlanTreeTable(const plan::GetPlanTreeResponse& tree, const std::string& language, int depth)
      : language_(language), depth_(depth) {
    std::map<std::string, const plan::Element*> named;
    for (const plan::Element& element : tree.elements()) named[element.name()] = &element;
    for (const plan::Element& element : tree.elements()) {
      const std::string& parent = element.parent_element();
      children_[named.count(parent) == 0 ? "" : parent].push_back(&element);
    }
    // Reports of an element come by quarter.
    for (const plan::ProgressReport& report : tree.progress_reports()) {
      if (Counts(report)) newest_[ParentOf(report.name())] = &report;
    }
    Add("", 0);
  }

  std::string Text(const PlanTreeOptions& options) const {
    return absl::StrCat(table_.Text(options.width, options.colour),
                        not_validated_ ? "* not validated yet\n" : "");
  }

 private:
  // Elements lie at most 10 levels deep.
  void Add(const std::string& parent, int level) {
    const auto children = children_.find(parent);
    if (children == children_.end() || (depth_ > 0 && level == depth_)) return;
    for (const plan::Element* element : children->second) {
      const auto report = newest_.find(element->name());
      AddRow(*element, level, report == newest_.end() ? nullptr : report->second);
      Add(element->name(), level + 1);
    }
  }

  void AddRow(const plan::Element& element, int level, const plan::ProgressReport* report) {
    std::string done;
    std::string quarter;
    if (report != nullptr) {
      const bool validated = report->state() == plan::ProgressReport::STATE_VALIDATED;
      not_validated_ = not_validated_ || !validated;
      quarter = absl::StrCat(report->quarter(), validated ? "" : "*");
      if (report->has_percent_complete()) done = PercentText(report->percent_complete(), language_);
    }
    table_.Add({element.code(),
                absl::StrCat(std::string(static_cast<size_t>(level) * 2, ' '),
                             InLanguage(element.title(), language_)),
                EnumText(element.state()), done, quarter, EndText(element),
                element.lead().empty() ? IdOf(element.owner_unit()) : element.lead(),
                IdOf(element.owner_unit())});
  }

  const std::string language_;
  const int depth_;
  std::map<std::string, std::vector<const plan::Element*>> children_;  // by parent; "": at the top
  std::map<std::string, const plan::ProgressReport*> newest_;          // by element
  Table table_{{{"CODE"},
                {.heading = "ELEMENT", .least = kLeastElementTitle},
                {.heading = "STATE", .least = Table::kWhole},
                {"DONE", true},
                {.heading = "REPORT", .least = Table::kWhole},
                {.heading = "END", .least = Table::kWhole},
                {.heading = "LEAD", .least = kLeastLead},
                {.heading = "UNIT", .spare = true}}};
  bool not_validated_ = false;
};

// "12 elements: 1 planned, 9 in progress, 2 completed".
std::string StatesText(const plan::GetPlanTreeResponse& tree) {
  std::map<plan::Element::State, int> counts;
  for (const plan::Element& element : tree.elements()) ++counts[element.state()];
  std::vector<std::string> parts;
  for (const auto& [state, count] : counts) {
    if (state != plan::Element::STATE_UNSPECIFIED) {
      parts.push_back(absl::StrCat(count, " ", EnumText(state)));
    }
  }
  return absl::StrCat(Counted(tree.elements_size(), "element", "elements"),
                      parts.empty() ? "" : ": ", absl::StrJoin(parts, ", "), "\n");
}

}  // namespace

std::string PlanTreeText(const plan::GetPlanTreeResponse& tree, const PlanTreeOptions& options) {
  const plan::Plan& read = tree.header().plan();
  std::string language = options.language;
  if (language.empty() && !read.languages().empty()) language = read.languages(0);
  const std::string heading = WrappedLines(
      absl::StrCat(Printable(InLanguage(read.title(), language)), "\n", read.first_quarter(),
                   " to ", read.last_quarter(), ", ", EnumText(read.state()), "\n"),
      options.width);
  if (tree.elements().empty()) return absl::StrCat(heading, "It has no elements yet.\n");
  return absl::StrCat(heading, "\n", PlanTreeTable(tree, language, options.depth).Text(options),
                      "\n", StatesText(tree));
}

}  // namespace athena::athenactl
