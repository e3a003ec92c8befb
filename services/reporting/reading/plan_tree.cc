#include "services/reporting/reading/plan_tree.h"

#include <algorithm>
#include <map>
#include <string_view>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "athena/indicator/v1/indicator_service.pb.h"
#include "libs/fields/fields.h"
#include "libs/status/status.h"

namespace athena::reporting {
namespace {

// The separators sort before every character of names and codes.
std::string KeyOf(const plan::v1::IndicatorLink& link) {
  const std::map<std::string, std::string> slice(link.slice().begin(), link.slice().end());
  std::string key = link.indicator();
  for (const auto& [dimension, code] : slice) {
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

}  // namespace

absl::StatusOr<std::shared_ptr<const PlanTree>> MakePlanTree(
    Parts<plan::v1::GetPlanTreeResponse> parts) {
  auto tree = std::make_shared<PlanTree>();
  tree->parts = std::move(parts);
  if (tree->parts.empty() || !tree->header().has_plan() || !tree->header().has_institution()) {
    return status::Internal("the plan service sent no plan");
  }
  std::map<std::string, const plan::v1::IndicatorLink*> by_key;
  for (const auto& part : tree->parts) {
    for (const plan::v1::Element& element : (*part)->elements()) {
      tree->elements.push_back(&element);
      for (const plan::v1::IndicatorLink& link : element.indicators()) {
        by_key.emplace(KeyOf(link), &link);
      }
    }
  }
  absl::flat_hash_map<std::string_view, size_t> places;
  for (size_t i = 0; i < tree->elements.size(); ++i) places[tree->elements[i]->name()] = i;
  tree->reports.resize(tree->elements.size());
  for (const auto& part : tree->parts) {
    for (const plan::v1::ProgressReport& report : (*part)->progress_reports()) {
      const std::string_view element = ElementOfReport(report.name());
      if (const auto place = places.find(element); place != places.end()) {
        tree->reports[place->second].push_back(&report);
      }
    }
  }
  absl::flat_hash_map<std::string_view, int> index;
  indicator::v1::QueryPeriodValuesRequest request;
  for (const auto& [key, link] : by_key) {
    index[key] = static_cast<int>(tree->keys.size());
    tree->keys.push_back(key);
    indicator::v1::Selection& selection = *request.add_selections();
    selection.set_indicator(link->indicator());
    *selection.mutable_slice() = link->slice();
  }
  tree->selections = std::make_shared<const std::string>(request.SerializeAsString());
  tree->links.reserve(tree->elements.size());
  for (const plan::v1::Element* element : tree->elements) {
    std::vector<int>& links = tree->links.emplace_back();
    for (const plan::v1::IndicatorLink& link : element->indicators()) {
      links.push_back(index.at(KeyOf(link)));
    }
  }
  return tree;
}

absl::StatusOr<int> NodeOf(const PlanTree& tree, const std::string& element) {
  if (element.empty()) return -1;
  const auto found =
      std::find_if(tree.elements.begin(), tree.elements.end(),
                   [&](const plan::v1::Element* each) { return each->name() == element; });
  if (found == tree.elements.end()) return status::NotFound(element);
  return static_cast<int>(found - tree.elements.begin());
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
