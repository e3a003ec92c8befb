#ifndef ATHENA_SERVICES_REPORTING_READING_H_
#define ATHENA_SERVICES_REPORTING_READING_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "athena/common/v1/values.pb.h"
#include "athena/indicator/v1/indicator.pb.h"
#include "athena/indicator/v1/indicator_service.pb.h"
#include "athena/indicator/v1/period_value.pb.h"
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
  std::vector<std::string> keys;
  // The same as a serialised QueryPeriodValuesRequest that has nothing but these selections.
  std::shared_ptr<const std::string> selections;
  std::vector<std::vector<int>> links;

  const plan::v1::GetPlanTreeResponse::Header& header() const { return (*parts.front())->header(); }
  const plan::v1::Plan& plan() const { return header().plan(); }
};

// INTERNAL when the parts are not what the contract says.
absl::StatusOr<std::shared_ptr<const PlanTree>> ReadTree(
    Parts<plan::v1::GetPlanTreeResponse> parts);

// The zone in which the institution's days begin; Europe/Brussels where it names none that is
// known.
absl::TimeZone ZoneOf(const plan::v1::Institution& institution);

// What a scorecard says of a selection's definition. (The whole definition, with its targets, would
// take some kilobytes.)
struct Described {
  indicator::v1::Indicator::Direction direction = indicator::v1::Indicator::DIRECTION_UNSPECIFIED;
  common::v1::LocalizedText title;
  common::v1::LocalizedText description;
  std::string unit;
  int32_t decimals = 0;
  std::string source_system;
  std::string baseline_period;
  int32_t target_version = 0;
  int32_t original_target_version = 0;
  size_t bytes = 0;  // what it takes in memory, about
};

// Values as they were read: definition and value of each selection, in their order. What later
// answers did not change is shared, not copied.
struct Values {
  std::string version_token;  // what stands for all of this
  std::vector<std::shared_ptr<const Described>> definitions;
  // Those of one answer, or copies of single ones that came after it: these do not hold the answer
  // they came in.
  std::vector<std::shared_ptr<const indicator::v1::PeriodValue>> values;
  size_t bytes = 0;  // what it takes in memory, about
};

// `known` is what the token that was sent stands for, and what an answer of changes only leaves
// out; nullptr when none was sent. INTERNAL unless there is a definition and a value for each of
// `selections`.
absl::StatusOr<std::shared_ptr<const Values>> ReadAnswers(
    const Parts<indicator::v1::QueryPeriodValuesResponse>& parts, size_t selections,
    const Values* known);

// What one selection measured, shared by all links to it.
struct SelectionValues {
  Direction direction = Direction::kHigher;
  Measured period;
  std::optional<Measured> year_to_date;
};

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
  std::vector<SelectionValues> selections;
  std::vector<Detail> details;  // one per selection
  Plan rules;
  Outcome outcome;
  size_t bytes = 0;  // what it takes in memory, about
};

// Scores what was read. What `known`, when it is one, has of selections that did not change since
// is taken from it; the outcome is the same without. INTERNAL when an answer holds a number or a
// period that is none.
absl::StatusOr<std::shared_ptr<const Reading>> ScoreReading(Period quarter, absl::CivilDay date,
                                                            std::shared_ptr<const PlanTree> tree,
                                                            std::shared_ptr<const Values> values,
                                                            const Reading* known);

}  // namespace athena::reporting

#endif  // ATHENA_SERVICES_REPORTING_READING_H_
