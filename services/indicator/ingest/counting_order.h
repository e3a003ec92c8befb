#ifndef ATHENA_SERVICES_INDICATOR_INGEST_COUNTING_ORDER_H_
#define ATHENA_SERVICES_INDICATOR_INGEST_COUNTING_ORDER_H_

#include <cstddef>
#include <cstdint>
#include <numeric>
#include <utility>
#include <vector>

namespace athena::indicator {

// An order of things by small numbers: counting sorts, which take time in proportion to what is
// there where comparing would take a logarithm more. By several numbers: by the least important one
// first, since each sort keeps the order of what is equal. Not thread-safe.
class CountingOrder {
 public:
  // Of the places 0 to size - 1, ascending.
  explicit CountingOrder(size_t size) : places_(size) {
    std::iota(places_.begin(), places_.end(), 0U);
  }

  // By key(place), a number below `bound`; memory and time grow with `bound`, too.
  template <typename Key>
  void SortBy(uint32_t bound, Key key) {
    if (bound <= 1 || places_.size() <= 1) return;
    std::vector<uint32_t> next(bound);  // where the next one with a key goes
    for (const uint32_t place : places_) ++next[key(place)];
    std::exclusive_scan(next.begin(), next.end(), next.begin(), 0U);
    std::vector<uint32_t> sorted(places_.size());
    for (const uint32_t place : places_) sorted[next[key(place)]++] = place;
    places_ = std::move(sorted);
  }

  std::vector<uint32_t>& places() { return places_; }

 private:
  std::vector<uint32_t> places_;
};

}  // namespace athena::indicator

#endif  // ATHENA_SERVICES_INDICATOR_INGEST_COUNTING_ORDER_H_
