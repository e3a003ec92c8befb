#ifndef ATHENA_SERVICES_REPORTING_READING_PLAN_TREE_H_
#define ATHENA_SERVICES_REPORTING_READING_PLAN_TREE_H_

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "athena/plan/v1/plan_service.pb.h"
#include "services/reporting/reading/parts.h"

namespace athena::reporting {

// A plan as the plan service answered it. Immutable.
struct PlanTree {
  Parts<plan::v1::GetPlanTreeResponse> parts;
  std::vector<const plan::v1::Element*> elements;  // in the parts
  // For each element, its progress reports that were read; in the parts.
  std::vector<std::vector<const plan::v1::ProgressReport*>> reports;
  // The other parts that were read, in the parts and in their order. Decisions, risks, budget and
  // processes are empty for callers of institutions that the plan is shared with.
  std::vector<const plan::v1::Decision*> decisions;
  std::vector<const plan::v1::Risk*> risks;
  std::vector<const plan::v1::Process*> processes;
  std::vector<const plan::v1::BudgetLine*> budget_lines;
  // By the line's id and the quarter.
  absl::flat_hash_map<std::pair<std::string, std::string>, const plan::v1::BudgetAmounts*> amounts;
  // By resource name: the institution's units, and the index of each element.
  absl::flat_hash_map<std::string_view, const plan::v1::Unit*> units;
  absl::flat_hash_map<std::string_view, int> places;

  // The selections to ask the indicator service for: each pair of indicator and slice once, as a
  // text that sorts by indicator first, in the order of these texts.
  std::vector<std::string> keys;
  // The same as a serialised QueryPeriodValuesRequest with nothing but these selections.
  std::shared_ptr<const std::string> selections;
  // For each element and each of its links: the index of its selection.
  std::vector<std::vector<int>> links;
  // The same for each process and each of its indicators.
  std::vector<std::vector<int>> process_links;

  const plan::v1::GetPlanTreeResponse::Header& header() const { return (*parts.front())->header(); }
  const plan::v1::Plan& plan() const { return header().plan(); }
};

// INTERNAL when the answer lacks the plan or its institution.
absl::StatusOr<std::shared_ptr<const PlanTree>> MakePlanTree(
    Parts<plan::v1::GetPlanTreeResponse> parts);

// The index of an element, by resource name; -1 for an empty name, the plan itself. NOT_FOUND when
// the plan has none.
absl::StatusOr<int> NodeOf(const PlanTree& tree, const std::string& element);

// The last moment of the day on which the plan came in force, in its institution's time zone: the
// targets of that moment are the original ones. nullopt for a draft.
std::optional<absl::Time> OriginalAt(const PlanTree& tree);

// The time zone in which the institution's days begin; Europe/Brussels when it names no known one.
absl::TimeZone ZoneOf(const plan::v1::Institution& institution);

}  // namespace athena::reporting

#endif  // ATHENA_SERVICES_REPORTING_READING_PLAN_TREE_H_
