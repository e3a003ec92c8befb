#ifndef ATHENA_LIBS_PAGING_TAKE_PAGE_H_
#define ATHENA_LIBS_PAGING_TAKE_PAGE_H_

#include <google/protobuf/repeated_field.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "libs/paging/page.h"

namespace athena {

// Moves a page of `rows` into `page`: those behind the position `after`, at most `size` and at most
// about kMaxPageBytes, but one at least. Rows are in the order of `less` over their key, which is
// their position and never empty. Returns the position of the last one taken, empty when no row is
// left behind it.
template <typename Row, typename KeyOf, typename Less>
std::string TakePage(std::vector<Row> rows, std::string_view after, size_t size, KeyOf key_of,
                     Less less, google::protobuf::RepeatedPtrField<Row>* page) {
  auto at = rows.begin();
  if (!after.empty()) {
    at = std::upper_bound(rows.begin(), rows.end(), after, [&](std::string_view key, Row& row) {
      return less(key, std::string_view(key_of(row)));
    });
  }
  std::string last;
  PageRoom room(size);
  for (; at != rows.end(); ++at) {
    if (!room.Take(at->ByteSizeLong())) return last;
    last = key_of(*at);
    page->Add(std::move(*at));
  }
  return "";
}

}  // namespace athena

#endif  // ATHENA_LIBS_PAGING_TAKE_PAGE_H_
