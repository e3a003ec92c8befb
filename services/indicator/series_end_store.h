#ifndef ATHENA_SERVICES_INDICATOR_SERIES_END_STORE_H_
#define ATHENA_SERVICES_INDICATOR_SERIES_END_STORE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "libs/versioned/store.h"
#include "services/indicator/definition.h"

namespace athena::indicator {

// Where ends of series are stored: versioned resources of this collection, by indicator and codes
// (SeriesEndId).
inline constexpr versioned::Collection kSeriesEnds{"seriesEnds"};

// "headcount/bm.F": the indicator's id, a slash, the codes in the order of its dimensions with a
// dot between, "-" where it has none. `codes`: as SeriesKey::codes.
std::string SeriesEndId(std::string_view indicator, std::string_view codes);

// The series of an indicator that are declared to have ended at the snapshot: by their codes (as
// SeriesKey::codes), the index of the first period in which each is not expected. An observation of
// that period or a later one makes the series expected again from there. One range read, which
// mostly finds nothing. A declaration changes LastChange of the quarters in which the old and the
// new end lie.
absl::StatusOr<absl::flat_hash_map<std::string, int32_t>> ReadSeriesEnds(
    const versioned::Snapshot& at, const Definition& definition);

}  // namespace athena::indicator

#endif  // ATHENA_SERVICES_INDICATOR_SERIES_END_STORE_H_
