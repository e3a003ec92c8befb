#ifndef ATHENA_SERVICES_PLAN_STRATEGY_PLACES_STORE_H_
#define ATHENA_SERVICES_PLAN_STRATEGY_PLACES_STORE_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "libs/sql/database.h"
#include "services/plan/names.h"
#include "services/plan/strategy/tree_rules.h"

// Where the elements of a plan stand now (table element_place), kept in the transaction that
// changes an element. `plan` is the name of a plan; elements are ids here. Functions keep no state.
namespace athena::plan {

// Adds an element. ALREADY_EXISTS (ELEMENT_CODE_TAKEN) when another one of the plan has its code.
absl::Status InsertPlace(sql::WriteTx& tx, const ResourceName& plan, std::string_view element,
                         const Place& place, std::string_view code);
absl::Status DeletePlace(sql::WriteTx& tx, const ResourceName& plan, std::string_view element);
// Deletes those of all elements of a plan.
absl::Status DeletePlaces(sql::WriteTx& tx, const ResourceName& plan);

// Adds to `places` the element and all that stand above it, as far as there are any.
absl::Status LoadAncestry(sql::ReadTx& tx, const ResourceName& plan, std::string_view element,
                          Places* places);

// All elements of a plan.
absl::StatusOr<Places> LoadPlaces(sql::ReadTx& tx, const ResourceName& plan);

// An element below another one, and how far.
struct Descendant {
  std::string element;
  int level = 0;  // 1: directly below
  Kind kind = Kind::kAxis;
};
// All that stand below an element, the nearest first.
absl::StatusOr<std::vector<Descendant>> LoadDescendants(sql::ReadTx& tx, const ResourceName& plan,
                                                        std::string_view element);

}  // namespace athena::plan

#endif  // ATHENA_SERVICES_PLAN_STRATEGY_PLACES_STORE_H_
