#ifndef ATHENA_SERVICES_ATHENACTL_SHEETS_FILES_ZIP_SIZE_H_
#define ATHENA_SERVICES_ATHENACTL_SHEETS_FILES_ZIP_SIZE_H_

#include <cstdint>
#include <string_view>

#include "absl/status/statusor.h"

namespace athena::athenactl {

// The most that the parts of a workbook take inflated.
inline constexpr int64_t kMostBytesOfWorkbook = int64_t{512} << 20;
inline constexpr int kMostPartsOfWorkbook = 10'000;

// How many bytes the files of a ZIP archive take inflated, by its central directory (PKWARE
// APPNOTE 6.3, 4.3.12), without inflating any. INVALID_ARGUMENT when it has none, is cut, has more
// than kMostPartsOfWorkbook files, or is ZIP64. Pure.
absl::StatusOr<int64_t> InflatedSize(std::string_view zip);

}  // namespace athena::athenactl

#endif  // ATHENA_SERVICES_ATHENACTL_SHEETS_FILES_ZIP_SIZE_H_
