#ifndef ATHENA_SERVICES_INDICATOR_STORE_CLOSING_STORE_H_
#define ATHENA_SERVICES_INDICATOR_STORE_CLOSING_STORE_H_

#include <cstdint>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "libs/versioned/store.h"

namespace athena::indicator {

// Where closings are stored: versioned resources of this collection, by quarter ("2021-Q3"), whose
// order is that of time.
inline constexpr versioned::Collection kClosings{"closings"};

// Which of `quarters` (Period::index(), each once, in any order) are closed at the snapshot;
// ascending. One query.
//
// A push asks in its own transaction, at its newest revision, for the quarters of the cells that it
// would change. It holds the institution's head, so that it is either before a closing or locked by
// it.
absl::StatusOr<std::vector<int32_t>> ClosedAmong(const versioned::Snapshot& at,
                                                 absl::Span<const int32_t> quarters);

// By those of `quarters` that are closed at the snapshot, the revision that closed each for the
// first time: what was stored since was seen, or could be.
absl::StatusOr<absl::flat_hash_map<int32_t, int64_t>> FirstClosings(
    const versioned::Snapshot& at, absl::Span<const int32_t> quarters);

// The last revision up to the snapshot's that closed or reopened a quarter; 0 when there is none.
absl::StatusOr<int64_t> LastClosing(const versioned::Snapshot& at);

}  // namespace athena::indicator

#endif  // ATHENA_SERVICES_INDICATOR_STORE_CLOSING_STORE_H_
