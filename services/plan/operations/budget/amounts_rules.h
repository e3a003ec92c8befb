#ifndef ATHENA_SERVICES_PLAN_OPERATIONS_BUDGET_AMOUNTS_RULES_H_
#define ATHENA_SERVICES_PLAN_OPERATIONS_BUDGET_AMOUNTS_RULES_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

// The amounts of a budget line in a quarter, in cents. Pure and thread-safe.
namespace athena::plan {

inline constexpr size_t kAmountCount = 6;
// Their fields, in the order of the contract; the last two tell what has happened.
inline constexpr std::array<std::string_view, kAmountCount> kAmountFields = {
    "commitment_initial", "commitment_adjusted", "payment_initial",
    "payment_adjusted",   "committed",           "paid"};
inline constexpr size_t kFirstActual = 4;

struct QuarterAmounts {
  std::array<std::optional<int64_t>, kAmountCount> cents;

  bool empty() const {
    for (const auto& amount : cents) {
      if (amount.has_value()) return false;
    }
    return true;
  }
  friend bool operator==(const QuarterAmounts&, const QuarterAmounts&) = default;
};

// What becomes of the stored amounts when a row sets those that it has.
inline QuarterAmounts Merged(const QuarterAmounts& stored, const QuarterAmounts& row) {
  QuarterAmounts merged = stored;
  for (size_t at = 0; at < kAmountCount; ++at) {
    if (row.cents[at].has_value()) merged.cents[at] = row.cents[at];
  }
  return merged;
}

}  // namespace athena::plan

#endif  // ATHENA_SERVICES_PLAN_OPERATIONS_BUDGET_AMOUNTS_RULES_H_
