#ifndef ATHENA_SERVICES_REPORTING_READING_H_
#define ATHENA_SERVICES_REPORTING_READING_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "athena/indicator/v1/indicator_service.pb.h"
#include "athena/plan/v1/plan_service.pb.h"
#include "libs/period/period.h"
#include "services/reporting/parts.h"
#include "services/reporting/scoring.h"

namespace athena::reporting {

// A plan as it was read: the parts of the answer, and where the elements lie in them.
struct PlanTree {
  Parts<plan::v1::GetPlanTreeResponse> parts;
  std::vector<const plan::v1::Element*> elements;
  // What to read of the indicator service, each indicator and slice once, in the order of their
  // keys; and which of them each link of each element is.
  std::vector<indicator::v1::Selection> selections;
  std::vector<std::string> keys;
  std::vector<std::vector<int>> links;

  const plan::v1::GetPlanTreeResponse::Header& header() const { return parts.front().header(); }
  const plan::v1::Plan& plan() const { return header().plan(); }
};

// INTERNAL when the parts are not what the contract says.
absl::StatusOr<std::shared_ptr<const PlanTree>> ReadTree(
    Parts<plan::v1::GetPlanTreeResponse> parts);

// The zone in which the institution's days begin; Europe/Brussels where it names none that is
// known.
absl::TimeZone ZoneOf(const plan::v1::Institution& institution);

// Values as they were read: definition and value of each selection, in their order.
struct Values {
  Parts<indicator::v1::QueryPeriodValuesResponse> parts;
  std::vector<const indicator::v1::SelectionDefinition*> definitions;
  std::vector<const indicator::v1::PeriodValue*> values;

  const indicator::v1::QueryPeriodValuesResponse::Header& header() const {
    return parts.front().header();
  }
};

// INTERNAL unless there is exactly one definition and one value for each of `selections`.
absl::StatusOr<std::shared_ptr<const Values>> ReadAnswers(
    Parts<indicator::v1::QueryPeriodValuesResponse> parts, size_t selections);

// What a selection says beside its scores, evaluated once.
struct Detail {
  Way way;
  Growth growth;
};

// All that a scorecard is made of, and the outcome. Immutable, so threads share it.
struct Reading {
  uint64_t id = 0;  // tells it apart from every other reading of this process
  Period quarter;
  absl::CivilDay date;
  std::shared_ptr<const PlanTree> tree;
  std::shared_ptr<const Values> values;  // nullptr when the plan links no indicator
  Plan rules;
  Outcome outcome;
  std::vector<Detail> details;  // one per selection
  size_t bytes = 0;             // what it takes in memory, about
};

// Scores what was read. INTERNAL when an answer holds a number or a period that is none.
absl::StatusOr<std::shared_ptr<const Reading>> ScoreReading(Period quarter, absl::CivilDay date,
                                                            std::shared_ptr<const PlanTree> tree,
                                                            std::shared_ptr<const Values> values);

}  // namespace athena::reporting

#endif  // ATHENA_SERVICES_REPORTING_READING_H_
