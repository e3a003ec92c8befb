#ifndef ATHENA_SERVICES_REPORTING_SCHEMA_H_
#define ATHENA_SERVICES_REPORTING_SCHEMA_H_

#include <cstdint>

#include "absl/types/span.h"
#include "libs/audit/verify.h"
#include "libs/sql/database.h"

namespace athena::reporting {

// Stamped into the file ("ATHR").
inline constexpr int32_t kApplicationId = 0x41544852;

// Every step of the reporting service's schema: the journal, the versioned resources, the content
// of publications.
absl::Span<const sql::Migration> Migrations();

// What the entries of its journals recorded: publications and their content.
absl::Span<const audit::Records> JournalRecords();

}  // namespace athena::reporting

#endif  // ATHENA_SERVICES_REPORTING_SCHEMA_H_
