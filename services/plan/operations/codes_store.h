#ifndef ATHENA_SERVICES_PLAN_OPERATIONS_CODES_STORE_H_
#define ATHENA_SERVICES_PLAN_OPERATIONS_CODES_STORE_H_

#include <string_view>

#include "absl/status/status.h"
#include "libs/resource/kind.h"
#include "libs/sql/database.h"
#include "libs/status/macros.h"
#include "libs/versioned/store.h"

// Which resource has a code now (table resource_code), so that a code is unique within its scope:
// "risks", "budgetLines/2026". Kept in the transaction that changes the resource. Functions keep no
// state.
namespace athena::plan {

// Gives a code to a resource (by name), which has no other one from then on. ALREADY_EXISTS
// (CODE_TAKEN) when another resource of the scope has it.
absl::Status TakeCode(sql::WriteTx& tx, std::string_view scope, std::string_view resource,
                      std::string_view code);
// Takes the code of a resource away.
absl::Status ReleaseCode(sql::WriteTx& tx, std::string_view resource);
// Takes away the codes that updates change, before they are given: those of a batch may be swapped.
template <typename T>
absl::Status ReleaseChangedCodes(const resource::Admission<T>& admission) {
  for (const resource::Change<T>& change : admission.changes) {
    if (change.before == nullptr || change.before->code() == change.after->code()) continue;
    ATHENA_RETURN_IF_ERROR(ReleaseCode(admission.edit.tx(), change.after->name()));
  }
  return absl::OkStatus();
}

}  // namespace athena::plan

#endif  // ATHENA_SERVICES_PLAN_OPERATIONS_CODES_STORE_H_
