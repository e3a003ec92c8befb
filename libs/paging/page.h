#ifndef ATHENA_LIBS_PAGING_PAGE_H_
#define ATHENA_LIBS_PAGING_PAGE_H_

#include <cstddef>
#include <cstdint>

#include "libs/status/status.h"

namespace athena {

// The page sizes of a list (AIP-158): a page_size of 0 means the default; a larger one than the
// maximum means the maximum.
struct PageSizes {
  int32_t default_size = 100;
  int32_t max_size = 1000;
};

// How many rows a page takes; a negative page_size is a fault of the field.
inline size_t PageSize(int32_t asked, PageSizes sizes, status::FieldFaults* faults) {
  if (asked < 0) {
    faults->Add("page_size", asked, "0 (the default) or a positive number");
    return 0;
  }
  if (asked == 0) return static_cast<size_t>(sizes.default_size);
  return static_cast<size_t>(asked < sizes.max_size ? asked : sizes.max_size);
}

// A page ends early rather than pass this: clients take answers of 4 MiB unless told otherwise.
inline constexpr size_t kMaxPageBytes = 3 << 20;

// What still fits a page (or a part of a stream): at most `rows` rows and `bytes` bytes, but one
// row at least.
class PageRoom {
 public:
  explicit PageRoom(size_t rows, size_t bytes = kMaxPageBytes) : rows_(rows), bytes_(bytes) {}

  // Counts a row of this size in when it fits; when not, the page is complete.
  bool Take(size_t row_bytes) {
    row_bytes += kFieldBytes;
    if (taken_ == rows_ || (taken_ > 0 && taken_bytes_ + row_bytes > bytes_)) return false;
    ++taken_;
    taken_bytes_ += row_bytes;
    return true;
  }

 private:
  static constexpr size_t kFieldBytes = 6;  // the tag and the length of a repeated field's element

  const size_t rows_;
  const size_t bytes_;
  size_t taken_ = 0;
  size_t taken_bytes_ = 0;
};

}  // namespace athena

#endif  // ATHENA_LIBS_PAGING_PAGE_H_
