#ifndef ATHENA_SERVICES_PLAN_SCHEMA_H_
#define ATHENA_SERVICES_PLAN_SCHEMA_H_

#include <cstdint>

#include "absl/types/span.h"
#include "libs/audit/verify.h"
#include "libs/sql/database.h"

namespace athena::plan {

// Stamped into the file ("ATHP").
inline constexpr int32_t kApplicationId = 0x41544850;

// Every step of the plan service's schema: the journal, the versioned resources, its own tables.
absl::Span<const sql::Migration> Migrations();

// What the entries of its journals recorded: versions of resources, and pushes of amounts.
absl::Span<const audit::Records> JournalRecords();

}  // namespace athena::plan

#endif  // ATHENA_SERVICES_PLAN_SCHEMA_H_
