#ifndef ATHENA_SERVICES_INDICATOR_STORE_CLOSING_STORE_H_
#define ATHENA_SERVICES_INDICATOR_STORE_CLOSING_STORE_H_

#include <cstdint>
#include <vector>

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

}  // namespace athena::indicator

#endif  // ATHENA_SERVICES_INDICATOR_STORE_CLOSING_STORE_H_
