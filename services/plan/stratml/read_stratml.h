#ifndef ATHENA_SERVICES_PLAN_STRATML_READ_STRATML_H_
#define ATHENA_SERVICES_PLAN_STRATML_READ_STRATML_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "athena/plan/v1/plan.pb.h"
#include "athena/plan/v1/stratml.pb.h"
#include "libs/ids/name_pattern.h"

namespace athena::plan {

// What documents become.
struct StratmlTarget {
  ResourceName plan;          // the plan that is made of them
  std::string language;       // of documents that do not say theirs
  std::string first_quarter;  // of a plan whose document has no StartDate; may be empty
  std::string last_quarter;   // the same for EndDate
};

// A Goal or an Objective that became an element.
struct ReadElement {
  v1::ImportPlanResponse::Position position;
  v1::Element element;
};

// What was understood of documents, and what was not. The plan and its elements are named, and
// otherwise not checked.
struct StratmlReading {
  std::string language;
  v1::Plan plan;
  v1::ImportPlanResponse::Position plan_position;
  std::vector<ReadElement> elements;                    // in the order of reading
  std::vector<v1::ImportPlanResponse::Remark> remarks;  // the first kMaxDescribedRows
  int64_t remark_count = 0;

  void Remark(const v1::ImportPlanResponse::Position& position, std::string text);
};

// Reads the documents of a plan as ImportPlanRequest says; there is one at least. INVALID_FIELDS
// with a fault of the field "documents[i]", naming the line, for each that cannot be read at all.
// Pure and thread-safe.
absl::StatusOr<StratmlReading> ReadStratml(absl::Span<const std::string* const> documents,
                                           const StratmlTarget& target);

}  // namespace athena::plan

#endif  // ATHENA_SERVICES_PLAN_STRATML_READ_STRATML_H_
