#ifndef ATHENA_LIBS_HISTORY_LIMITS_H_
#define ATHENA_LIBS_HISTORY_LIMITS_H_

#include <cstddef>
#include <cstdint>

#include "libs/paging/page.h"

// Every limit of the history, with the reason for it.
namespace athena::history {

inline constexpr PageSizes kPages{.default_size = 100, .max_size = 1000};
// What a browser shows without waiting; a page takes 1 MiB at most, its other fields included.
inline constexpr size_t kMaxPageRowBytes = (1 << 20) - 4096;
// How many entries a page looks at: some tens of milliseconds.
inline constexpr int64_t kMaxScanned = 10'000;
// How many entries are read at once.
inline constexpr int64_t kEntriesAtOnce = 256;
// More differences of one resource are not read by people.
inline constexpr size_t kMaxDifferences = 100;
// About half a page of text; a reader who needs more reads the resource as of the revision.
inline constexpr size_t kMaxValueBytes = 1000;
// What the differences of one revision take: a page holds some revisions, whatever they changed.
inline constexpr size_t kMaxDifferenceBytes = 256 << 10;
// A revision with the names of 1,000 resources (libs/audit) fits, and so does a page.
inline constexpr size_t kMaxRevisionBytes = 768 << 10;

}  // namespace athena::history

#endif  // ATHENA_LIBS_HISTORY_LIMITS_H_
