#include "services/athenactl/files/text/money.h"

#include "libs/decimal/decimal.h"

namespace athena::athenactl {
namespace {

// A Decimal counts 1e-12, Money.nanos 1e-9.
constexpr Int128 kDecimalUnitsOfEuro = 1'000'000'000'000;
constexpr Int128 kDecimalUnitsOfNano = 1'000;
// The service allows 10^13 euros; what is far beyond does not fit into Money.
constexpr Int128 kMostEuros = 1'000'000'000'000'000;

}  // namespace

std::optional<common::v1::Money> ReadMoney(const Dialect& dialect, std::string_view text) {
  std::string plain;
  if (!ReadNumberIn(dialect, text, &plain).has_value()) return std::nullopt;
  const absl::StatusOr<Decimal> exact = Decimal::Parse(plain);
  if (!exact.ok() || exact->units() % kDecimalUnitsOfNano != 0) return std::nullopt;
  const Int128 euros = exact->units() / kDecimalUnitsOfEuro;
  if (euros > kMostEuros || euros < -kMostEuros) return std::nullopt;
  common::v1::Money money;
  money.set_units(static_cast<int64_t>(euros));
  money.set_nanos(static_cast<int32_t>(exact->units() % kDecimalUnitsOfEuro / kDecimalUnitsOfNano));
  return money;
}

std::string MoneyText(const common::v1::Money& money) {
  return Decimal::FromUnits(money.units() * kDecimalUnitsOfEuro +
                            money.nanos() * kDecimalUnitsOfNano)
      .ToString();
}

}  // namespace athena::athenactl
