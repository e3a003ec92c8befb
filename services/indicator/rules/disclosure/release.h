#ifndef ATHENA_SERVICES_INDICATOR_RULES_DISCLOSURE_RELEASE_H_
#define ATHENA_SERVICES_INDICATOR_RULES_DISCLOSURE_RELEASE_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/container/btree_map.h"
#include "absl/types/span.h"
#include "libs/decimal/decimal.h"

// How much of a PERSONAL indicator restricted readers see of one of its periods. Pure.
//
// What they see is made of the released counts alone: the totals of periods that are at least
// kTotal, and the cells of periods that are kBreakdown. Each is 0 or at least the threshold. So are
// sums of them, and differences of sums of which one contains the other. Of what is not released,
// nothing is computed.
namespace athena::indicator {

// kTotal: the number of all persons. kBreakdown: also those by dimensions that the owner allows.
enum class Release : int8_t { kNothing, kTotal, kBreakdown };

// The persons of a period by their codes for all dimensions that the owner allows, "F,30-39". A
// combination that is left out counts none.
using PersonTable = absl::btree_map<std::string, Decimal>;

// The release of a table by itself: kBreakdown if every count is 0 or at least the threshold; else
// kTotal if their sum is. A count below 0 is no count of persons, and releases nothing. Neither
// does a sum beyond 1e24.
Release ReleaseOf(const PersonTable& table, Decimal threshold);

// The release of the content `shown` among the contents that a period ever had in its closed
// quarter (indexes in `contents`): that of the content itself, or that of its difference from
// another one, whichever is less. Two contents whose counts differ by 0 or by at least the
// threshold show no smaller number of persons, whenever each of them was read.
Release ReleaseAmong(absl::Span<const PersonTable> contents, size_t shown, Decimal threshold);

}  // namespace athena::indicator

#endif  // ATHENA_SERVICES_INDICATOR_RULES_DISCLOSURE_RELEASE_H_
