#include "services/indicator/rules/disclosure/release.h"

#include <algorithm>
#include <optional>

namespace athena::indicator {
namespace {

bool IsShown(Decimal count, Decimal threshold) { return count.IsZero() || count >= threshold; }

// |a - b|, count by count.
PersonTable Difference(const PersonTable& a, const PersonTable& b) {
  PersonTable difference;
  for (const auto& [codes, count] : a) {
    const auto other = b.find(codes);
    const Decimal less = other == b.end() ? Decimal() : other->second;
    difference[codes] = Decimal::FromUnits(count.units() - less.units());
  }
  for (const auto& [codes, count] : b) {
    if (!a.contains(codes)) difference[codes] = -count;
  }
  return difference;
}

std::optional<Decimal> TotalOf(const PersonTable& table) {
  DecimalSum sum;
  for (const auto& [codes, count] : table) sum.Add(count);
  return sum.Total();
}

// The release of a difference: as that of a table, of numbers of either sign.
Release ReleaseOfDifference(const PersonTable& difference, Decimal threshold) {
  const std::optional<Decimal> total = TotalOf(difference);
  if (!total.has_value() || !IsShown(total->Abs(), threshold)) return Release::kNothing;
  const bool all = std::all_of(difference.begin(), difference.end(), [&](const auto& cell) {
    return IsShown(cell.second.Abs(), threshold);
  });
  return all ? Release::kBreakdown : Release::kTotal;
}

}  // namespace

Release ReleaseOf(const PersonTable& table, Decimal threshold) {
  bool all = true;
  for (const auto& [codes, count] : table) {
    if (count.IsNegative()) return Release::kNothing;
    all = all && IsShown(count, threshold);
  }
  const std::optional<Decimal> total = TotalOf(table);
  if (!total.has_value() || !IsShown(*total, threshold)) return Release::kNothing;
  return all ? Release::kBreakdown : Release::kTotal;
}

Release ReleaseAmong(absl::Span<const PersonTable> contents, size_t shown, Decimal threshold) {
  Release release = ReleaseOf(contents[shown], threshold);
  for (size_t i = 0; i < contents.size(); ++i) {
    if (i == shown) continue;
    release =
        std::min(release, ReleaseOfDifference(Difference(contents[shown], contents[i]), threshold));
  }
  return release;
}

}  // namespace athena::indicator
