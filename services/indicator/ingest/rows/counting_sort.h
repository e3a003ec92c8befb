#ifndef ATHENA_SERVICES_INDICATOR_INGEST_ROWS_COUNTING_SORT_H_
#define ATHENA_SERVICES_INDICATOR_INGEST_ROWS_COUNTING_SORT_H_

#include <cstddef>
#include <cstdint>
#include <numeric>
#include <utility>
#include <vector>

namespace athena::indicator {

// Sorts the indexes 0 to size - 1 by small integer keys in linear time. Each sort is stable: to
// sort by several keys, sort by the least significant one first. Not thread-safe.
class CountingSort {
 public:
  explicit CountingSort(size_t size) : order_(size) { std::iota(order_.begin(), order_.end(), 0U); }

  // Sorts by key(index), which is less than `bound`. Time and memory are proportional to the size
  // plus `bound`.
  template <typename Key>
  void SortBy(uint32_t bound, Key key) {
    if (bound <= 1 || order_.size() <= 1) return;
    std::vector<uint32_t> next(bound);  // where the next index with this key goes
    for (const uint32_t index : order_) ++next[key(index)];
    std::exclusive_scan(next.begin(), next.end(), next.begin(), 0U);
    std::vector<uint32_t> sorted(order_.size());
    for (const uint32_t index : order_) sorted[next[key(index)]++] = index;
    order_ = std::move(sorted);
  }

  std::vector<uint32_t>& order() { return order_; }

 private:
  std::vector<uint32_t> order_;
};

}  // namespace athena::indicator

#endif  // ATHENA_SERVICES_INDICATOR_INGEST_ROWS_COUNTING_SORT_H_
