#include "services/reporting/reading/plan_tree.h"

#include <map>
#include <string_view>
#include <utility>

#include "athena/indicator/v1/indicator_service.pb.h"
#include "libs/fields/fields.h"
#include "libs/status/status.h"

namespace athena::reporting {
namespace {

using Slice = google::protobuf::Map<std::string, std::string>;

// The separators sort before every character of names and codes.
std::string KeyOf(const std::string& indicator, const Slice& slice) {
  const std::map<std::string, std::string> sorted(slice.begin(), slice.end());
  std::string key = indicator;
  for (const auto& [dimension, code] : sorted) {
    key += '\x01';
    key += dimension;
    key += '\x02';
    key += code;
  }
  return key;
}

// "ELEMENT" of "ELEMENT/progressReports/2026-Q1".
std::string_view ElementOfReport(std::string_view name) {
  return name.substr(0, name.rfind("/progressReports/"));
}

// Collects the rows of the answer's repeated fields, and which of them belong together.
void CollectRows(PlanTree* tree) {
  const auto collect = [](const auto& from, auto* to) {
    for (const auto& row : from) to->push_back(&row);
  };
  for (const auto& part : tree->parts) {
    collect((*part)->elements(), &tree->elements);
    collect((*part)->decisions(), &tree->decisions);
    collect((*part)->risks(), &tree->risks);
    collect((*part)->processes(), &tree->processes);
    collect((*part)->budget_lines(), &tree->budget_lines);
    for (const plan::v1::Unit& unit : (*part)->units()) tree->units[unit.name()] = &unit;
    for (const plan::v1::BudgetAmounts& row : (*part)->budget_amounts()) {
      tree->amounts[{row.budget_line(), row.quarter()}] = &row;
    }
  }
  for (size_t i = 0; i < tree->elements.size(); ++i) {
    tree->places[tree->elements[i]->name()] = static_cast<int>(i);
  }
  tree->reports.resize(tree->elements.size());
  for (const auto& part : tree->parts) {
    for (const plan::v1::ProgressReport& report : (*part)->progress_reports()) {
      const std::string_view element = ElementOfReport(report.name());
      if (const auto place = tree->places.find(element); place != tree->places.end()) {
        tree->reports[place->second].push_back(&report);
      }
    }
  }
}

// Collects the selections of all links of elements and processes.
void CollectSelections(PlanTree* tree) {
  std::map<std::string, indicator::v1::Selection> by_key;
  const auto add = [&](const std::string& indicator, const Slice& slice) {
    const auto [place, is_new] = by_key.try_emplace(KeyOf(indicator, slice));
    if (!is_new) return;
    place->second.set_indicator(indicator);
    *place->second.mutable_slice() = slice;
  };
  for (const plan::v1::Element* element : tree->elements) {
    for (const plan::v1::IndicatorLink& link : element->indicators()) {
      add(link.indicator(), link.slice());
    }
  }
  for (const plan::v1::Process* process : tree->processes) {
    for (const std::string& indicator : process->indicators()) add(indicator, {});
  }
  absl::flat_hash_map<std::string_view, int> index;
  indicator::v1::QueryPeriodValuesRequest request;
  for (auto& [key, selection] : by_key) {
    index[key] = static_cast<int>(tree->keys.size());
    tree->keys.push_back(key);
    *request.add_selections() = std::move(selection);
  }
  tree->selections = std::make_shared<const std::string>(request.SerializeAsString());
  tree->links.reserve(tree->elements.size());
  for (const plan::v1::Element* element : tree->elements) {
    std::vector<int>& links = tree->links.emplace_back();
    for (const plan::v1::IndicatorLink& link : element->indicators()) {
      links.push_back(index.at(KeyOf(link.indicator(), link.slice())));
    }
  }
  for (const plan::v1::Process* process : tree->processes) {
    std::vector<int>& links = tree->process_links.emplace_back();
    for (const std::string& indicator : process->indicators()) {
      links.push_back(index.at(KeyOf(indicator, {})));
    }
  }
}

}  // namespace

absl::StatusOr<std::shared_ptr<const PlanTree>> MakePlanTree(
    Parts<plan::v1::GetPlanTreeResponse> parts) {
  auto tree = std::make_shared<PlanTree>();
  tree->parts = std::move(parts);
  if (tree->parts.empty() || !tree->header().has_plan() || !tree->header().has_institution()) {
    return status::Internal("the plan service sent no plan");
  }
  CollectRows(tree.get());
  CollectSelections(tree.get());
  return tree;
}

absl::StatusOr<int> NodeOf(const PlanTree& tree, const std::string& element) {
  if (element.empty()) return -1;
  const auto found = tree.places.find(element);
  if (found == tree.places.end()) return status::NotFound(element);
  return found->second;
}

std::optional<absl::Time> OriginalAt(const PlanTree& tree) {
  const plan::v1::Plan& plan = tree.plan();
  if (!plan.has_activate_time()) return std::nullopt;
  const absl::TimeZone zone = ZoneOf(tree.header().institution());
  std::optional<absl::CivilDay> day;
  if (plan.has_effective_date()) {
    day = fields::DayOf(plan.effective_date());
  } else if (const std::optional<absl::Time> time = fields::TimeOf(plan.activate_time())) {
    day = absl::ToCivilDay(*time, zone);
  }
  if (!day.has_value()) return std::nullopt;
  return absl::FromCivil(*day + 1, zone) - absl::Microseconds(1);
}

absl::TimeZone ZoneOf(const plan::v1::Institution& institution) {
  absl::TimeZone zone;
  if (!institution.time_zone().empty() && absl::LoadTimeZone(institution.time_zone(), &zone)) {
    return zone;
  }
  absl::LoadTimeZone("Europe/Brussels", &zone);
  return zone;
}

}  // namespace athena::reporting
