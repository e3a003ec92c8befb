#include "libs/decimal/number_format.h"

#include <algorithm>
#include <vector>

namespace athena {
namespace {

// Whether two of `sorted` that differ are equal when rounded to `digits`. Rounding keeps the order,
// so it is enough to compare neighbours.
bool LookTheSame(const std::vector<Decimal>& sorted, int digits) {
  return std::adjacent_find(sorted.begin(), sorted.end(), [digits](Decimal a, Decimal b) {
           return a != b && a.Round(digits) == b.Round(digits);
         }) != sorted.end();
}

bool LookLikeZero(absl::Span<const Decimal> numbers, int digits) {
  return std::any_of(numbers.begin(), numbers.end(), [digits](Decimal number) {
    return !number.IsZero() && number.Round(digits).IsZero();
  });
}

}  // namespace

int DecimalsThatTellApart(int usual, absl::Span<const Decimal> beside,
                          absl::Span<const Decimal> differences) {
  std::vector<Decimal> sorted(beside.begin(), beside.end());
  std::sort(sorted.begin(), sorted.end());
  int digits = std::clamp(usual, 0, Decimal::kFractionDigits);
  // With all 12 decimals every difference shows.
  while (LookTheSame(sorted, digits) || LookLikeZero(differences, digits)) ++digits;
  return digits;
}

}  // namespace athena
