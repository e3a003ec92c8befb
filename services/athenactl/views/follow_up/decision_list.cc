#include "services/athenactl/views/follow_up/decision_list.h"

#include <cstdint>
#include <optional>

#include "absl/strings/str_cat.h"
#include "libs/fields/fields.h"
#include "services/athenactl/resources/resource_names.h"
#include "services/athenactl/terminal/table.h"
#include "services/athenactl/terminal/text.h"
#include "services/athenactl/views/follow_up/due_list.h"
#include "services/athenactl/views/value_text.h"

namespace athena::athenactl {
namespace {

namespace plan = athena::plan::v1;

// What narrow terminals show of a title and of who is responsible.
constexpr int kLeastDecisionTitle = 20;
constexpr int kLeastDecider = 10;

// The element's code, else the quarter of the scorecard that was published.
std::string AboutText(const plan::Decision& decision,
                      const std::map<std::string, std::string>& codes) {
  if (!decision.element().empty()) {
    const auto code = codes.find(decision.element());
    return code == codes.end() ? IdOf(decision.element()) : code->second;
  }
  return IdOf(ParentOf(decision.publication()));
}

// When an open one is due from today; when another one ended.
std::string WhenText(const plan::Decision& decision, absl::CivilDay today) {
  if (decision.has_done_on()) return absl::StrCat("done ", DateText(decision.done_on()));
  if (decision.has_dropped_on()) return absl::StrCat("dropped ", DateText(decision.dropped_on()));
  const std::optional<absl::CivilDay> due = fields::DayOf(decision.due_date());
  return due.has_value() ? DueText(*due, today) : "";
}

}  // namespace

bool IsOpen(const plan::Decision& decision) {
  return decision.state() != plan::Decision::STATE_DONE &&
         decision.state() != plan::Decision::STATE_DROPPED;
}

std::string DecisionList(const plan::ListDecisionsResponse& decisions,
                         const DecisionListOptions& options) {
  Table table({{.heading = "DUE", .least = Table::kWhole},
               {.heading = "WHEN", .least = Table::kWhole},
               {"ABOUT"},
               {.heading = "DECISION", .least = kLeastDecisionTitle},
               {.heading = "STATE", .least = Table::kWhole},
               {.heading = "WHO", .least = kLeastDecider},
               {.heading = "UNIT", .spare = true, .least = kLeastDecider},
               {.heading = "DECIDED ON", .spare = true}});
  int64_t open = 0;
  int64_t late = 0;
  for (const plan::Decision& decision : decisions.decisions()) {
    const std::optional<absl::CivilDay> due = fields::DayOf(decision.due_date());
    if (IsOpen(decision)) {
      ++open;
      if (due.has_value() && *due < options.today) ++late;
    }
    table.Add({DateText(decision.due_date()), WhenText(decision, options.today),
               AboutText(decision, options.codes), InLanguage(decision.title(), options.language),
               EnumText(decision.state()),
               decision.responsible().empty() ? IdOf(decision.responsible_unit())
                                              : decision.responsible(),
               IdOf(decision.responsible_unit()), DateText(decision.decided_on())});
  }
  return absl::StrCat(table.Text(options.width, options.colour), "\n",
                      Counted(open, "open decision", "open decisions"), ", ",
                      late == 0 ? "none" : Grouped(late), " of them late.\n");
}

}  // namespace athena::athenactl
