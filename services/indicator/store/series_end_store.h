#ifndef ATHENA_SERVICES_INDICATOR_STORE_SERIES_END_STORE_H_
#define ATHENA_SERVICES_INDICATOR_STORE_SERIES_END_STORE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "libs/versioned/store.h"

namespace athena::indicator {

// Where ends of series are stored: versioned resources of this collection, by indicator and codes
// (SeriesEndId).
inline constexpr versioned::Collection kSeriesEnds{"seriesEnds"};

// "headcount/bm.F": the indicator's id, a slash, the codes in the order of its dimensions with a
// dot between, "-" where it has none. `codes`: as SeriesKey::codes.
std::string SeriesEndId(std::string_view indicator, std::string_view codes);

// Series of an indicator, by their codes (as SeriesKey::codes), that are declared to have ended:
// the index of the first period in which each is not expected. Observations of that period and
// later ones do not count.
using SeriesEndsByCodes = absl::flat_hash_map<std::string, int32_t>;

// The declared ends at the snapshot, by indicator id. One range read, which mostly finds nothing.
absl::StatusOr<absl::flat_hash_map<std::string, SeriesEndsByCodes>> ReadSeriesEnds(
    const versioned::Snapshot& at);

}  // namespace athena::indicator

#endif  // ATHENA_SERVICES_INDICATOR_STORE_SERIES_END_STORE_H_
