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
// ascending. One look-up by key for each quarter asked about, however many ever were closed; in a
// transaction that writes, whose snapshot is always its newest, mostly none (sql::Notes).
//
// What a push does with it, in its own transaction and at the revision that it is about to make:
//
//   versioned::Snapshot(tx, institution, revision, tx.time())
//
// ask for the quarters (CellWrite::quarter is the right one for every frequency) of those cells
// that would be stored; cells that are UNCHANGED need no question and stay so. In a quarter that is
// closed they are LOCKED, every one of them (a retraction or a forecast changes it, too), unless
// the push has a correction_reason and its principal auth::Role::kCorrector. A push that is not
// partial is refused with PeriodClosed (errors.h) for the quarters where it has LOCKED cells.
// Because the writer runs one transaction at a time, a push is either before a closing or locked
// by it.
absl::StatusOr<std::vector<int32_t>> ClosedAmong(const versioned::Snapshot& at,
                                                 absl::Span<const int32_t> quarters);

// To be called by whatever closes or reopens a quarter, after it has stored that.
void NoteClosing(const versioned::Edit& edit, int32_t quarter, bool closed);

}  // namespace athena::indicator

#endif  // ATHENA_SERVICES_INDICATOR_STORE_CLOSING_STORE_H_
