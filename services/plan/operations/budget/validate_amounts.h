#ifndef ATHENA_SERVICES_PLAN_OPERATIONS_BUDGET_VALIDATE_AMOUNTS_H_
#define ATHENA_SERVICES_PLAN_OPERATIONS_BUDGET_VALIDATE_AMOUNTS_H_

#include <google/protobuf/repeated_ptr_field.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/civil_time.h"
#include "athena/common/v1/values.pb.h"
#include "athena/plan/v1/budget_amounts.pb.h"
#include "athena/plan/v1/operations_service.pb.h"
#include "libs/period/period.h"
#include "libs/status/status.h"
#include "services/plan/operations/budget/amounts_rules.h"

// What a push of amounts may hold, as far as it shows by itself. Pure and thread-safe.
namespace athena::plan {

// The amount of a field by its place in kAmountFields; nullptr when the message does not have it.
const common::v1::Money* AmountOf(const v1::BudgetAmounts& message, size_t at);
// The amount in cents; nullopt when it has parts of a cent, is larger than kMaxEuros, or its units
// and nanos have different signs.
std::optional<int64_t> CentsOf(const common::v1::Money& money);

// Sets the amounts of a message that has none.
void FillAmounts(const QuarterAmounts& amounts, v1::BudgetAmounts* message);

// A row without faults.
struct AmountsRow {
  int32_t index = 0;  // in the request
  std::string line;   // id
  Period quarter;
  bool retract = false;
  QuarterAmounts amounts;
};

// What is wrong with a row.
struct AmountsRowFault {
  int32_t index = 0;
  v1::BudgetAmountsFault::Reason reason = v1::BudgetAmountsFault::REASON_UNSPECIFIED;
  std::string field;
  std::string saw;      // empty: nothing
  std::string allowed;  // ends "got ..., want ..."
};

struct CheckedAmounts {
  std::vector<AmountsRow> rows;
  std::vector<AmountsRowFault> faults;  // by index
};

// All but the rows themselves: push_id, correction_reason, outcome_detail, the number of rows.
void CheckPush(const v1::SetBudgetAmountsRequest& request, status::FieldFaults* faults);

// The rows, on the day `today` of the institution.
CheckedAmounts CheckAmounts(const google::protobuf::RepeatedPtrField<v1::BudgetAmounts>& rows,
                            absl::CivilDay today);

// SHA-256 of what makes two pushes the same: partial, correction_reason and the rows in any order.
std::string ContentDigest(const v1::SetBudgetAmountsRequest& request);

}  // namespace athena::plan

#endif  // ATHENA_SERVICES_PLAN_OPERATIONS_BUDGET_VALIDATE_AMOUNTS_H_
