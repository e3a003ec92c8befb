#ifndef ATHENA_SERVICES_INDICATOR_STORE_SCHEMA_H_
#define ATHENA_SERVICES_INDICATOR_STORE_SCHEMA_H_

#include <cstdint>
#include <vector>

#include "libs/sql/database.h"

namespace athena::indicator {

// Stamped into the database file: "AtIn".
inline constexpr int32_t kApplicationId = 0x4174496e;

// The steps of the indicator service's database. Each one, once released, stays as it is.
std::vector<sql::Migration> Schema();

}  // namespace athena::indicator

#endif  // ATHENA_SERVICES_INDICATOR_STORE_SCHEMA_H_
