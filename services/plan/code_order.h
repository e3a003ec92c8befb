#ifndef ATHENA_SERVICES_PLAN_CODE_ORDER_H_
#define ATHENA_SERVICES_PLAN_CODE_ORDER_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "libs/versioned/store.h"
#include "services/plan/names.h"

namespace athena::plan {

// An element as it is stored.
struct StoredElement {
  std::string code;
  std::string bytes;  // a serialised Element
};

// The elements of a plan in the natural order of their codes.
absl::StatusOr<std::vector<StoredElement>> ListInCodeOrder(const versioned::Snapshot& snapshot,
                                                           const PlanName& plan);

}  // namespace athena::plan

#endif  // ATHENA_SERVICES_PLAN_CODE_ORDER_H_
