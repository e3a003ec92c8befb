#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>
#include <string>

#include "libs/decimal/decimal.h"
#include "tests/fuzz/property.h"

namespace athena {
namespace {

using fuzz::Require;

constexpr Int128 kOne = 1'000'000'000'000;
constexpr Int128 kLargest = kOne * kOne * kOne;  // 1e24, in units of 1e-12

Int128 Magnitude(Int128 units) { return units < 0 ? -units : units; }

// The multiple of `step` nearest to `units`, of two equally near ones the even multiple.
Int128 HalfEven(Int128 units, Int128 step) {
  Int128 multiple = units / step;
  const Int128 twice = 2 * Magnitude(units % step);
  if (twice > step || (twice == step && multiple % 2 != 0)) multiple += units < 0 ? -1 : 1;
  return multiple * step;
}

// The canonical text of a number written without exponent, with at most 24 digits before the point
// and at most 12 behind it, found by moving characters alone; nullopt for any other text.
std::optional<std::string> Plain(std::string_view text) {
  const bool negative = !text.empty() && text[0] == '-';
  if (negative || (!text.empty() && text[0] == '+')) text.remove_prefix(1);
  const size_t point = std::min(text.find('.'), text.size());
  std::string whole(text.substr(0, point));
  std::string fraction(point < text.size() ? text.substr(point + 1) : "");
  for (const std::string* digits : {&whole, &fraction}) {
    if (digits->find_first_not_of("0123456789") != std::string::npos) return std::nullopt;
  }
  if (whole.empty() && fraction.empty()) return std::nullopt;
  whole.erase(0, std::min(whole.find_first_not_of('0'), whole.size()));
  fraction.erase(fraction.find_last_not_of('0') + 1);
  if (whole.size() > 24 || fraction.size() > 12) return std::nullopt;
  const bool zero = whole.empty() && fraction.empty();
  return (negative && !zero ? "-" : "") + (whole.empty() ? "0" : whole) +
         (fraction.empty() ? "" : "." + fraction);
}

// What the C++ library reads, where it reads a number that a double holds.
std::optional<double> Double(std::string_view text) {
  if (!text.empty() && text[0] == '+') text.remove_prefix(1);
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<Decimal> CheckText(std::string_view text) {
  const absl::StatusOr<Decimal> parsed = Decimal::Parse(text);
  const std::optional<std::string> plain = Plain(text);
  const std::optional<double> nearest = Double(text);
  if (!parsed.ok()) {
    Require(!plain.has_value(), "a plain number is read");
    if (parsed.status().code() == absl::StatusCode::kOutOfRange) {
      Require(!nearest.has_value() || std::abs(*nearest) > 0.999999999999999e24,
              "what is out of range is large");
    } else {
      Require(parsed.status().code() == absl::StatusCode::kInvalidArgument, "a refusal says why");
    }
    return std::nullopt;
  }
  const Decimal value = *parsed;
  const std::string canonical = value.ToString();
  Require(!plain.has_value() || canonical == *plain, "a plain number keeps its digits");
  Require(!nearest.has_value() ||
              std::abs(*nearest - value.ToDouble()) <= 1e-12 + 4e-16 * std::abs(*nearest),
          "a number is near its double");
  const absl::StatusOr<Decimal> again = Decimal::Parse(canonical);
  Require(again.ok() && *again == value, "the text of a decimal is the decimal");
  // 1e24 itself is the one decimal with a digit more.
  Require(Plain(canonical) == canonical || Magnitude(value.units()) == kLargest,
          "the text of a decimal is plain");
  if (canonical.size() <= 15) {
    Require(Decimal::FromDouble(value.ToDouble()) == value, "a double carries fifteen digits");
  }
  Int128 step = kOne;
  for (int digits = 0; digits <= Decimal::kFractionDigits; ++digits, step /= 10) {
    const Decimal rounded = value.Round(digits);
    Require(rounded.units() == HalfEven(value.units(), step), "halves are rounded to even");
    const absl::StatusOr<Decimal> fixed = Decimal::Parse(value.ToFixed(digits));
    Require(fixed.ok() && *fixed == rounded, "fixed digits are the rounded value");
  }
  return value;
}

void CheckPair(Decimal a, Decimal b) {
  const std::optional<Decimal> sum = Decimal::Add(a, b);
  Require(sum == Decimal::Add(b, a), "a sum has no order");
  Require(!sum.has_value() || Decimal::Subtract(*sum, b) == a, "what is added can be taken away");
  const std::optional<Decimal> difference = Decimal::Subtract(a, b);
  Require(!difference.has_value() || (a < b) == difference->IsNegative(),
          "the smaller one less the larger one is negative");

  DecimalSum total;
  for (const Decimal value : {a, b, -a}) total.Add(value);
  Require(total.count() == 3 && total.Total() == b, "what is added and taken away leaves nothing");
  DecimalSum both;
  both.Add(a);
  both.Add(b);
  const Decimal one = Decimal::FromInt(1);
  Require(both.Mean() == Decimal::WeightedMean({one, one}, {a, b}),
          "a mean is a weighted mean of equal weights");

  const std::optional<Decimal> product = Decimal::Multiply(a, b);
  Require(product == Decimal::Multiply(b, a), "a product has no order");
  Require(product == Decimal::MultiplyDivide(a, b, one), "a product is the product by one");
  const std::optional<Decimal> quotient = Decimal::Divide(a, b);
  Require(quotient == Decimal::MultiplyDivide(a, one, b), "a quotient is that of a times one");
  if (b.IsZero()) {
    Require(!quotient.has_value(), "nothing is divided by zero");
  } else {
    Require(Decimal::MultiplyDivide(a, b, b) == a, "times b by b is nothing at all");
    const std::optional<Decimal> back =
        quotient.has_value() ? Decimal::Multiply(*quotient, b) : std::nullopt;
    // Half a unit of the quotient, times b, and half a unit of the product.
    Require(!back.has_value() ||
                Magnitude(back->units() - a.units()) <= Magnitude(b.units()) / kOne / 2 + 2,
            "a quotient times its divisor is what was divided");
  }

  const std::optional<Decimal> root = Decimal::Root(a.Abs(), 2);
  Require(root.has_value(), "a square root exists");
  const std::optional<Decimal> square = Decimal::Multiply(*root, *root);
  Require(!square.has_value() ||
              Magnitude(square->units() - a.Abs().units()) <= root->units() / kOne + 2,
          "a root times itself is what it was taken of");
}

}  // namespace
}  // namespace athena

// The input is two numbers, a line each.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text = athena::fuzz::TextOf(data, size);
  const size_t end = std::min(text.find('\n'), text.size());
  const std::optional<athena::Decimal> a = athena::CheckText(text.substr(0, end));
  if (end == text.size()) return 0;
  const std::optional<athena::Decimal> b = athena::CheckText(text.substr(end + 1));
  if (a.has_value() && b.has_value()) athena::CheckPair(*a, *b);
  return 0;
}
