#ifndef ATHENA_LIBS_PAGING_PAGE_H_
#define ATHENA_LIBS_PAGING_PAGE_H_

#include <cstddef>
#include <cstdint>

#include "libs/status/status.h"

namespace athena {

// What page_size may be and what it means: 0 is `otherwise`, more than `most` is `most` (AIP-158).
struct PageSizes {
  int32_t otherwise = 100;
  int32_t most = 1000;
};

// How many rows a page takes; a negative page_size is a fault of the field.
inline size_t PageSize(int32_t asked, PageSizes sizes, status::FieldFaults* faults) {
  if (asked < 0) {
    faults->Add("page_size", asked, "0 (the default) or a positive number");
    return 0;
  }
  if (asked == 0) return static_cast<size_t>(sizes.otherwise);
  return static_cast<size_t>(asked < sizes.most ? asked : sizes.most);
}

}  // namespace athena

#endif  // ATHENA_LIBS_PAGING_PAGE_H_
