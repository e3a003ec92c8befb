#include "services/athenactl/views/number_text.h"

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "services/athenactl/terminal/text.h"
#include "services/athenactl/views/value_text.h"

namespace athena::athenactl {
namespace {

using athena::common::v1::Number;

// A Decimal counts 1e-12, Money.nanos 1e-9.
constexpr Int128 kUnitsOfEuro = 1'000'000'000'000;
constexpr Int128 kUnitsOfNano = 1'000;

std::optional<Decimal> Exact(const Number& number) {
  if (number.decimal().empty()) return Decimal::FromDouble(number.value());
  const absl::StatusOr<Decimal> exact = Decimal::Parse(number.decimal());
  return exact.ok() ? std::optional<Decimal>(*exact) : std::nullopt;
}

}  // namespace

void Collect(bool has, const Number& number, std::vector<Decimal>* numbers) {
  const std::optional<Decimal> exact = has ? Exact(number) : std::nullopt;
  if (exact.has_value()) numbers->push_back(*exact);
}

void Collect(bool has, double number, std::vector<Decimal>* numbers) {
  const std::optional<Decimal> exact = has ? Decimal::FromDouble(number) : std::nullopt;
  if (exact.has_value()) numbers->push_back(*exact);
}

std::string Fixed(const Number& number, const NumberStyle& style) {
  const std::optional<Decimal> exact = Exact(number);
  return Grouped(exact.has_value() ? exact->ToFixed(style.decimals) : NumberText(number),
                 style.language);
}

std::string Fixed(double number, const NumberStyle& style) {
  const std::optional<Decimal> exact = Decimal::FromDouble(number);
  return Grouped(exact.has_value() ? exact->ToFixed(style.decimals) : Shortest(number),
                 style.language);
}

std::string Signed(const Number& number, const NumberStyle& style) {
  std::string text = Fixed(number, style);
  if (number.value() > 0 && text.find_first_of("123456789") != std::string::npos) {
    text.insert(0, "+");
  }
  return text;
}

std::string PercentText(double percent, const std::string& language) {
  const std::optional<Decimal> exact = Decimal::FromDouble(percent);
  return exact.has_value() ? absl::StrCat(Grouped(exact->ToString(), language), " %") : "";
}

std::optional<Decimal> EurosOf(const athena::common::v1::Money& money) {
  return Decimal::FromUnits(Int128{money.units()} * kUnitsOfEuro +
                            Int128{money.nanos()} * kUnitsOfNano);
}

}  // namespace athena::athenactl
