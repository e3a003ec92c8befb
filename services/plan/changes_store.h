#ifndef ATHENA_SERVICES_PLAN_CHANGES_STORE_H_
#define ATHENA_SERVICES_PLAN_CHANGES_STORE_H_

#include <cstdint>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "libs/sql/database.h"
#include "libs/versioned/store.h"

// When what a reader of one plan sees last changed (table last_change), so that "nothing changed"
// is answered without reading the plan. Functions keep no state.
namespace athena::plan {

// The edit may have changed the institution's own record or its units: what every reader of any of
// its plans sees. Call it last; an edit that changed nothing leaves no mark.
absl::Status MarkInstitution(versioned::Edit& edit);
// The edit may have changed the plan or its elements. The same.
absl::Status MarkPlan(versioned::Edit& edit, std::string_view plan);

// The last revision that changed the plan, its elements, the institution or its units; 0: none did.
absl::StatusOr<int64_t> LastChange(sql::ReadTx& tx, std::string_view institution,
                                   std::string_view plan);

}  // namespace athena::plan

#endif  // ATHENA_SERVICES_PLAN_CHANGES_STORE_H_
