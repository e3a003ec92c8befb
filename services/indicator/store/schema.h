#ifndef ATHENA_SERVICES_INDICATOR_STORE_SCHEMA_H_
#define ATHENA_SERVICES_INDICATOR_STORE_SCHEMA_H_

#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "libs/audit/verify.h"
#include "libs/sql/database.h"

namespace athena::indicator {

// Stamped into the database file: "AtIn".
inline constexpr int32_t kApplicationId = 0x4174496e;

// The steps of the indicator service's database. Each one, once released, stays as it is.
std::vector<sql::Migration> Schema();

// What the entries of its journals recorded: pushes, and versions of resources and targets.
absl::Span<const audit::Records> JournalRecords();

}  // namespace athena::indicator

#endif  // ATHENA_SERVICES_INDICATOR_STORE_SCHEMA_H_
