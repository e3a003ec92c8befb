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

// How a language writes numbers.
struct NumberSigns {
  std::string_view thousands;
  char decimal;
};
NumberSigns SignsOf(std::string_view language) {
  std::string primary(language.substr(0, language.find('-')));
  for (char& letter : primary) letter = static_cast<char>(letter | 0x20);
  for (const std::string_view tag : {"nl", "de", "es", "it", "pt", "da", "id", "tr"}) {
    if (primary == tag) return {".", ','};
  }
  for (const std::string_view tag : {"fr", "sv", "fi", "pl", "cs", "nb"}) {
    if (primary == tag) return {"\u202F", ','};
  }
  return {",", '.'};
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

std::string InLanguage(std::string_view decimal, std::string_view language) {
  const NumberSigns signs = SignsOf(language);
  const size_t first = decimal.find_first_of("0123456789");
  const size_t point = std::min(decimal.find('.'), decimal.size());
  if (first == std::string_view::npos || first > point) return std::string(decimal);
  std::string text(decimal.substr(0, first));
  for (size_t at = first; at < point; ++at) {
    if (at > first && (point - at) % 3 == 0) text += signs.thousands;
    text += decimal[at];
  }
  if (point < decimal.size()) {
    text += signs.decimal;
    text += decimal.substr(point + 1);
  }
  return text;
}

}  // namespace athena
