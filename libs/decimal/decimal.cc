#include "libs/decimal/decimal.h"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <ostream>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"

namespace athena {
namespace {

constexpr uint64_t kUnitsPerOne = 1'000'000'000'000;
constexpr int kMaxRootDegree = 1000;
// Enough for an error message to show which text was meant.
constexpr size_t kShownBytes = 40;

constexpr std::array<Uint128, 39> kPowersOfTen = [] {
  std::array<Uint128, 39> powers{};
  powers[0] = 1;
  for (size_t i = 1; i < powers.size(); ++i) powers[i] = powers[i - 1] * 10;
  return powers;
}();

constexpr Uint128 kMaxUnits = kPowersOfTen[36];
// How many of LongDecimal's last decimals make one of Decimal's.
constexpr Uint128 kRestsPerUnit = kPowersOfTen[18];
constexpr Uint128 kMaxUint128 = ~Uint128{0};

constexpr Uint128 Magnitude(Int128 value) {
  return value < 0 ? -static_cast<Uint128>(value) : static_cast<Uint128>(value);
}

std::optional<Decimal> Signed(bool negative, Uint128 magnitude) {
  if (magnitude > kMaxUnits) return std::nullopt;
  const Int128 units = static_cast<Int128>(magnitude);
  return Decimal::FromUnits(negative ? -units : units);
}

// Whether a quotient, whose remainder has been compared with half of the divisor, goes up.
// `more` says that a little more than the remainder is left.
constexpr bool RoundsUp(Uint128 quotient, Uint128 remainder, Uint128 divisor, bool more = false) {
  const Uint128 rest = divisor - remainder;
  if (remainder != rest) return remainder > rest;
  return more || (quotient & 1) != 0;
}

Uint128 DivideHalfEven(Uint128 numerator, Uint128 divisor, bool more = false) {
  const Uint128 quotient = numerator / divisor;
  return quotient + (RoundsUp(quotient, numerator % divisor, divisor, more) ? 1 : 0);
}

// Natural numbers of any size, least significant limb first.
using Limbs = absl::Span<uint64_t>;
using ConstLimbs = absl::Span<const uint64_t>;

void ShiftLeft(Limbs x, int bits) {
  if (bits == 0) return;
  for (size_t i = x.size() - 1; i > 0; --i) x[i] = (x[i] << bits) | (x[i - 1] >> (64 - bits));
  x[0] <<= bits;
}

// x += y; y is not longer than x, and x has room for the carry.
void AddTo(Limbs x, ConstLimbs y) {
  uint64_t carry = 0;
  for (size_t i = 0; i < x.size() && (i < y.size() || carry != 0); ++i) {
    const Uint128 sum = Uint128{x[i]} + (i < y.size() ? y[i] : 0) + carry;
    x[i] = static_cast<uint64_t>(sum);
    carry = static_cast<uint64_t>(sum >> 64);
  }
}

// x -= y; both have the same size and y <= x.
void SubtractFrom(Limbs x, ConstLimbs y) {
  uint64_t borrow = 0;
  for (size_t i = 0; i < x.size(); ++i) {
    const Uint128 difference = Uint128{x[i]} - y[i] - borrow;
    x[i] = static_cast<uint64_t>(difference);
    borrow = static_cast<uint64_t>(difference >> 64) & 1;
  }
}

// Both have the same size.
int Compare(ConstLimbs x, ConstLimbs y) {
  for (size_t i = x.size(); i-- > 0;) {
    if (x[i] != y[i]) return x[i] < y[i] ? -1 : 1;
  }
  return 0;
}

// `product` has at least x.size() + y.size() limbs and is zero.
void MultiplyInto(ConstLimbs x, ConstLimbs y, Limbs product) {
  for (size_t i = 0; i < x.size(); ++i) {
    uint64_t carry = 0;
    for (size_t j = 0; j < y.size(); ++j) {
      const Uint128 term = Uint128{x[i]} * y[j] + product[i + j] + carry;
      product[i + j] = static_cast<uint64_t>(term);
      carry = static_cast<uint64_t>(term >> 64);
    }
    product[i + y.size()] = carry;
  }
}

// Algorithm D of Knuth, The Art of Computer Programming, volume 2, section 4.3.1.
//
// `numerator` is longer than `divisor`, its top limb is zero; the top limb of `divisor` is not.
// `quotient` has the difference of their lengths. Afterwards the numerator holds the remainder, and
// it and the divisor stand shifted left by the same number of bits.
void DivideLimbs(Limbs numerator, Limbs divisor, Limbs quotient) {
  const size_t n = divisor.size();
  const int shift = std::countl_zero(divisor[n - 1]);
  ShiftLeft(divisor, shift);
  ShiftLeft(numerator, shift);
  const uint64_t top = divisor[n - 1];
  const uint64_t second = n > 1 ? divisor[n - 2] : 0;
  for (size_t j = numerator.size() - n; j-- > 0;) {
    const Uint128 head = (Uint128{numerator[j + n]} << 64) | numerator[j + n - 1];
    const uint64_t third = n > 1 ? numerator[j + n - 2] : 0;
    uint64_t guess = ~uint64_t{0};
    if (numerator[j + n] < top) guess = static_cast<uint64_t>(head / top);
    Uint128 rest = head - Uint128{guess} * top;
    while ((rest >> 64) == 0 && Uint128{guess} * second > ((rest << 64) | third)) {
      --guess;
      rest += top;
    }
    uint64_t carry = 0;
    uint64_t borrow = 0;
    for (size_t i = 0; i < n; ++i) {
      const Uint128 product = Uint128{guess} * divisor[i] + carry;
      carry = static_cast<uint64_t>(product >> 64);
      const Uint128 difference =
          Uint128{numerator[i + j]} - static_cast<uint64_t>(product) - borrow;
      numerator[i + j] = static_cast<uint64_t>(difference);
      borrow = static_cast<uint64_t>(difference >> 64) & 1;
    }
    const Uint128 difference = Uint128{numerator[j + n]} - carry - borrow;
    numerator[j + n] = static_cast<uint64_t>(difference);
    if ((difference >> 64) != 0) {  // The guess was one too many: about one case in 2^63.
      --guess;
      AddTo(numerator.subspan(j, n + 1), divisor);
    }
    quotient[j] = guess;
  }
}

size_t SignificantLimbs(ConstLimbs x) {
  size_t size = x.size();
  while (size > 0 && x[size - 1] == 0) --size;
  return size;
}

// The longest numerator: a sum of 256-bit products, with a limb for its carries and a spare one.
constexpr size_t kMaxNumeratorLimbs = 6;

// numerator / divisor, half-even; both are used up. The divisor is not zero, the numerator is
// longer than it and its top limb is zero.
std::optional<Decimal> RoundedQuotient(bool negative, Limbs numerator, Limbs divisor) {
  divisor = divisor.subspan(0, SignificantLimbs(divisor));
  std::array<uint64_t, kMaxNumeratorLimbs> room{};
  const Limbs quotient = Limbs(room).subspan(0, numerator.size() - divisor.size());
  DivideLimbs(numerator, divisor, quotient);
  if (SignificantLimbs(quotient) > 2) return std::nullopt;
  Uint128 units = (Uint128{room[1]} << 64) | room[0];
  if (units > kMaxUnits) return std::nullopt;

  const Limbs remainder = numerator.subspan(0, divisor.size());
  const bool above_half = (remainder[remainder.size() - 1] >> 63) != 0;
  ShiftLeft(remainder, 1);
  const int order = above_half ? 1 : Compare(remainder, divisor);
  if (order > 0 || (order == 0 && (units & 1) != 0)) ++units;
  return Signed(negative, units);
}

std::array<uint64_t, 2> Split(Uint128 value) {
  return {static_cast<uint64_t>(value), static_cast<uint64_t>(value >> 64)};
}

// a * b / c in units, half-even; c is not zero.
std::optional<Decimal> ProductOverDivisor(bool negative, Uint128 a, Uint128 b, Uint128 c) {
  if (((a | b) >> 64) == 0) return Signed(negative, DivideHalfEven(a * b, c));
  std::array<uint64_t, 5> product{};
  MultiplyInto(Split(a), Split(b), absl::MakeSpan(product));
  std::array<uint64_t, 2> divisor = Split(c);
  return RoundedQuotient(negative, absl::MakeSpan(product), absl::MakeSpan(divisor));
}

// digits * 10^exponent, and a little more if `more`, in units and half-even.
std::optional<Decimal> FromScientific(bool negative, Uint128 digits, int64_t exponent, bool more) {
  if (digits == 0) return Decimal();
  const int64_t shift = exponent + Decimal::kFractionDigits;
  if (shift >= 0) {
    if (shift > 36 || digits > kMaxUnits / kPowersOfTen[shift]) return std::nullopt;
    return Signed(negative, digits * kPowersOfTen[shift]);
  }
  // Fewer than 39 digits are less than half of 10^39.
  if (-shift >= static_cast<int64_t>(kPowersOfTen.size())) return Decimal();
  return Signed(negative, DivideHalfEven(digits, kPowersOfTen[-shift], more));
}

constexpr bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// The decimal digits of `value` (below 1e36), at least `width` of them.
std::string_view WriteDigits(Uint128 value, int width, std::array<char, 40>& room) {
  char* const end = room.data() + room.size();
  char* begin = end;
  while (value > ~uint64_t{0}) {
    *--begin = static_cast<char>('0' + static_cast<int>(value % 10));
    value /= 10;
  }
  for (uint64_t rest = static_cast<uint64_t>(value); rest != 0; rest /= 10) {
    *--begin = static_cast<char>('0' + rest % 10);
  }
  while (end - begin < width) *--begin = '0';
  return {begin, static_cast<size_t>(end - begin)};
}

std::string Compose(bool negative, std::string_view whole, std::string_view fraction) {
  std::string text;
  text.reserve(2 + whole.size() + fraction.size());
  if (negative) text += '-';
  text += whole;
  if (!fraction.empty()) text += '.';
  text += fraction;
  return text;
}

using Natural = std::vector<uint64_t>;

Natural Multiply(const Natural& x, const Natural& y) {
  Natural product(x.size() + y.size(), 0);
  MultiplyInto(x, y, absl::MakeSpan(product));
  product.resize(SignificantLimbs(product));
  return product;
}

Natural FromUint128(Uint128 value) {
  const std::array<uint64_t, 2> limbs = Split(value);
  return Natural(limbs.begin(), limbs.begin() + static_cast<int>(SignificantLimbs(limbs)));
}

Natural Power(Uint128 base, int exponent) {
  Natural result = {1};
  Natural square = FromUint128(base);
  for (int rest = exponent; rest > 0; rest >>= 1) {
    if ((rest & 1) != 0) result = Multiply(result, square);
    if (rest > 1) square = Multiply(square, square);
  }
  return result;
}

int Compare(const Natural& x, const Natural& y) {
  if (x.size() != y.size()) return x.size() < y.size() ? -1 : 1;
  return Compare(ConstLimbs(x), ConstLimbs(y));
}

// floor(x / y), when that fits 128 bits.
Uint128 FloorQuotient(Natural x, Natural y) {
  if (x.size() < y.size()) return 0;
  x.push_back(0);
  Natural quotient(x.size() - y.size(), 0);
  DivideLimbs(absl::MakeSpan(x), absl::MakeSpan(y), absl::MakeSpan(quotient));
  return quotient[0] | (quotient.size() > 1 ? Uint128{quotient[1]} << 64 : Uint128{0});
}

}  // namespace

namespace {

// A double of few digits, in units; nullopt for others.
std::optional<Int128> UnitsOfFewDigits(double value) {
  constexpr double kExactWhole = 9007199254740992.0;  // 2^53: above it, neighbours are skipped
  if (!(std::abs(value) < kExactWhole)) return std::nullopt;
  const int64_t whole = static_cast<int64_t>(value);
  if (static_cast<double>(whole) == value) return Int128{whole} * kUnitsPerOne;

  // Two decimals of at most 15 significant digits are never the same double. So if a quotient of
  // that many digits is this double, its digits are those of the shortest text, too.
  constexpr double kMillion = 1e6;
  if (std::abs(value) < 0.99e9) {
    const int64_t millionths = static_cast<int64_t>(value * kMillion + (value < 0 ? -0.5 : 0.5));
    if (static_cast<double>(millionths) / kMillion == value) return Int128{millionths} * 1'000'000;
  }
  return std::nullopt;
}

// The shortest text that reads back as a double: digits * 10^exponent, at most 17 digits.
struct ShortestDigits {
  bool negative;
  uint64_t digits;
  int exponent;
};

ShortestDigits ShortestDigitsOf(double value) {
  std::array<char, 32> text;  // "-1.7976931348623157e+308" is the longest kind
  const char* const end =
      std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::scientific)
          .ptr;
  const char* at = text.data();
  const bool negative = *at == '-';
  if (negative) ++at;
  uint64_t digits = 0;
  int decimals = -1;
  for (; *at != 'e'; ++at) {
    if (*at == '.') continue;
    digits = digits * 10 + static_cast<uint64_t>(*at - '0');
    ++decimals;
  }
  ++at;
  if (*at == '+') ++at;
  int exponent = 0;
  std::from_chars(at, end, exponent);
  return {negative, digits, exponent - decimals};
}

}  // namespace

std::optional<Decimal> Decimal::FromDouble(double value) {
  if (const std::optional<Int128> units = UnitsOfFewDigits(value)) return Decimal(*units);
  if (!std::isfinite(value)) return std::nullopt;
  const ShortestDigits shortest = ShortestDigitsOf(value);
  return FromScientific(shortest.negative, shortest.digits, shortest.exponent, /*more=*/false);
}

std::optional<LongDecimal> LongDecimal::FromDouble(double value) {
  if (const std::optional<Int128> units = UnitsOfFewDigits(value)) return LongDecimal(*units, 0);
  if (!std::isfinite(value)) return std::nullopt;
  const ShortestDigits shortest = ShortestDigitsOf(value);
  // The digits beyond a unit of 1e-12.
  const int beyond = -Decimal::kFractionDigits - shortest.exponent;
  if (beyond <= 0) {
    const std::optional<Decimal> whole =
        FromScientific(shortest.negative, shortest.digits, shortest.exponent, /*more=*/false);
    if (!whole.has_value()) return std::nullopt;
    return LongDecimal(*whole);
  }
  constexpr int kRestDigits = kFractionDigits - Decimal::kFractionDigits;
  Int128 units = 0;
  Uint128 rest = 0;
  if (beyond <= kRestDigits) {
    units = static_cast<Int128>(shortest.digits / kPowersOfTen[static_cast<size_t>(beyond)]);
    rest = shortest.digits % kPowersOfTen[static_cast<size_t>(beyond)] *
           kPowersOfTen[static_cast<size_t>(kRestDigits - beyond)];
  } else if (beyond - kRestDigits < static_cast<int>(kPowersOfTen.size())) {
    // At most 17 digits, of which the last one lies beyond 1e-30: less than a unit.
    rest = DivideHalfEven(shortest.digits, kPowersOfTen[static_cast<size_t>(beyond - kRestDigits)]);
  }
  if (shortest.negative && rest != 0) {
    return LongDecimal(-units - 1, static_cast<int64_t>(kRestsPerUnit - rest));
  }
  return LongDecimal(shortest.negative ? -units : units, static_cast<int64_t>(rest));
}

Decimal LongDecimal::Rounded() const {
  const auto rest = static_cast<Uint128>(rest_);
  // A negative odd number of units has its last bit set, too.
  const bool up = RoundsUp(static_cast<Uint128>(units_), rest, kRestsPerUnit);
  return Decimal::FromUnits(units_ + (up ? 1 : 0));
}

absl::StatusOr<Decimal> Decimal::Parse(std::string_view text) {
  // Further than any text is long, so that zeros and exponent may outweigh each other.
  constexpr int64_t kFarExponent = int64_t{1} << 60;
  constexpr int kKeptDigits = 38;

  const auto refuse = [text](absl::StatusCode code, const char* want) {
    const absl::string_view shown(text.data(), std::min(text.size(), kShownBytes));
    return absl::Status(code, absl::StrCat("decimal \"", absl::CHexEscape(shown),
                                           text.size() > kShownBytes ? "..." : "", "\": ", want));
  };
  constexpr const char* kWantSyntax =
      "want an optional sign, digits with an optional point, and an optional exponent, as in "
      "\"-12.5\" or \"1e-3\"";

  size_t at = 0;
  const bool negative = !text.empty() && text[0] == '-';
  if (negative || (!text.empty() && text[0] == '+')) ++at;

  Uint128 digits = 0;
  int kept = 0;
  bool more = false;
  bool any = false;
  bool after_point = false;
  int64_t exponent = 0;
  for (; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '.' && !after_point) {
      after_point = true;
      continue;
    }
    if (!IsDigit(c)) break;
    any = true;
    if (kept < kKeptDigits) {
      digits = digits * 10 + static_cast<uint64_t>(c - '0');
      if (digits != 0) ++kept;
      if (after_point) --exponent;
    } else {
      more = more || c != '0';
      if (!after_point) ++exponent;
    }
  }
  if (!any) return refuse(absl::StatusCode::kInvalidArgument, kWantSyntax);
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    ++at;
    const bool down = at < text.size() && text[at] == '-';
    if (down || (at < text.size() && text[at] == '+')) ++at;
    if (at == text.size()) return refuse(absl::StatusCode::kInvalidArgument, kWantSyntax);
    int64_t written = 0;
    for (; at < text.size() && IsDigit(text[at]); ++at) {
      if (written < kFarExponent / 10 - 1) written = written * 10 + (text[at] - '0');
    }
    exponent += down ? -written : written;
  }
  if (at != text.size()) return refuse(absl::StatusCode::kInvalidArgument, kWantSyntax);

  const std::optional<Decimal> value = FromScientific(negative, digits, exponent, more);
  if (!value.has_value()) {
    return refuse(absl::StatusCode::kOutOfRange, "want a magnitude of at most 1e24");
  }
  return *value;
}

std::string Decimal::ToString() const {
  const Uint128 magnitude = Magnitude(units_);
  std::array<char, 40> whole_room;
  const std::string_view whole = WriteDigits(magnitude / kUnitsPerOne, 1, whole_room);
  std::array<char, 40> fraction_room;
  std::string_view fraction = WriteDigits(magnitude % kUnitsPerOne, kFractionDigits, fraction_room);
  fraction = fraction.substr(0, fraction.find_last_not_of('0') + 1);
  return Compose(IsNegative(), whole, fraction);
}

Decimal Decimal::Round(int digits) const {
  const int dropped = kFractionDigits - std::clamp(digits, 0, kFractionDigits);
  const Uint128 step = kPowersOfTen[static_cast<size_t>(dropped)];
  const Int128 units = static_cast<Int128>(DivideHalfEven(Magnitude(units_), step) * step);
  return Decimal(IsNegative() ? -units : units);
}

std::string Decimal::ToFixed(int digits) const {
  digits = std::clamp(digits, 0, kFractionDigits);
  const Decimal rounded = Round(digits);
  const Uint128 magnitude = Magnitude(rounded.units_);
  std::array<char, 40> whole_room;
  const std::string_view whole = WriteDigits(magnitude / kUnitsPerOne, 1, whole_room);
  std::array<char, 40> fraction_room;
  const std::string_view fraction =
      WriteDigits(magnitude % kUnitsPerOne, kFractionDigits, fraction_room)
          .substr(0, static_cast<size_t>(digits));
  return Compose(rounded.IsNegative(), whole, fraction);
}

double Decimal::ToDouble() const {
  constexpr Int128 kExactWhole = Int128{1} << 53;
  if (units_ > -kExactWhole && units_ < kExactWhole) {
    return static_cast<double>(static_cast<int64_t>(units_)) / static_cast<double>(kUnitsPerOne);
  }
  const std::string text = ToString();
  double value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

std::ostream& operator<<(std::ostream& out, Decimal d) { return out << d.ToString(); }

std::optional<Decimal> Decimal::Add(Decimal a, Decimal b) {
  const Int128 sum = a.units_ + b.units_;
  return Signed(sum < 0, Magnitude(sum));
}

std::optional<Decimal> Decimal::Subtract(Decimal a, Decimal b) { return Add(a, -b); }

std::optional<Decimal> Decimal::Multiply(Decimal a, Decimal b) {
  return ProductOverDivisor(a.IsNegative() != b.IsNegative(), Magnitude(a.units_),
                            Magnitude(b.units_), kUnitsPerOne);
}

std::optional<Decimal> Decimal::Divide(Decimal a, Decimal b) {
  if (b.IsZero()) return std::nullopt;
  const bool negative = a.IsNegative() != b.IsNegative();
  const Uint128 numerator = Magnitude(a.units_);
  const Uint128 divisor = Magnitude(b.units_);
  if (numerator <= kMaxUint128 / kUnitsPerOne) {
    return Signed(negative, DivideHalfEven(numerator * kUnitsPerOne, divisor));
  }
  return ProductOverDivisor(negative, numerator, kUnitsPerOne, divisor);
}

std::optional<Decimal> Decimal::MultiplyDivide(Decimal a, Decimal b, Decimal c) {
  if (c.IsZero()) return std::nullopt;
  return ProductOverDivisor((a.IsNegative() != b.IsNegative()) != c.IsNegative(),
                            Magnitude(a.units_), Magnitude(b.units_), Magnitude(c.units_));
}

std::optional<Decimal> Decimal::WeightedMean(absl::Span<const Decimal> weights,
                                             absl::Span<const Decimal> values) {
  if (weights.size() != values.size()) return std::nullopt;
  std::array<uint64_t, kMaxNumeratorLimbs> positive{};
  std::array<uint64_t, kMaxNumeratorLimbs> negative{};
  std::array<uint64_t, 3> total{};
  for (size_t i = 0; i < weights.size(); ++i) {
    if (weights[i].IsNegative()) return std::nullopt;
    const std::array<uint64_t, 2> weight = Split(Magnitude(weights[i].units_));
    std::array<uint64_t, 4> product{};
    MultiplyInto(weight, Split(Magnitude(values[i].units_)), absl::MakeSpan(product));
    AddTo(absl::MakeSpan(values[i].IsNegative() ? negative : positive), product);
    AddTo(absl::MakeSpan(total), weight);
  }
  if (SignificantLimbs(total) == 0) return std::nullopt;
  const bool below_zero = Compare(ConstLimbs(positive), ConstLimbs(negative)) < 0;
  std::array<uint64_t, kMaxNumeratorLimbs>& larger = below_zero ? negative : positive;
  SubtractFrom(absl::MakeSpan(larger), below_zero ? positive : negative);
  return RoundedQuotient(below_zero, absl::MakeSpan(larger), absl::MakeSpan(total));
}

std::optional<Decimal> Decimal::Root(Decimal value, int n) {
  if (value.IsNegative() || n < 1 || n > kMaxRootDegree) return std::nullopt;
  if (value.IsZero() || n == 1) return value;

  // In units, the root of u is the n-th root of u * 10^(12 (n - 1)).
  const Natural radicand =
      athena::Multiply(Power(kUnitsPerOne, n - 1), FromUint128(Magnitude(value.units_)));
  const auto newton = [&radicand, n](Uint128 x) {
    const Uint128 quotient = FloorQuotient(radicand, Power(x, n - 1));
    return (static_cast<Uint128>(n - 1) * x + quotient) / static_cast<Uint128>(n);
  };
  // The double only saves steps: after one step from any start the iteration stands at the floor of
  // the root or above it, and from there it falls until it reaches it.
  const double start = std::pow(value.ToDouble(), 1.0 / n) * static_cast<double>(kUnitsPerOne);
  Uint128 root = newton(std::max<Uint128>(1, static_cast<Uint128>(start)));
  for (Uint128 next = newton(root); next < root; next = newton(root)) root = next;

  // Up if the radicand exceeds (root + 1/2)^n. It never equals it: (2 root + 1)^n is odd,
  // 2^n radicand is even.
  if (Compare(Power(2 * root + 1, n), athena::Multiply(Power(2, n), radicand)) < 0) ++root;
  return Signed(false, root);
}

void DecimalSum::Add(const DecimalSum& other) {
  high_ += other.high_;
  low_ += other.low_;
  rest_ += other.rest_;
  ++count_;
}

namespace {

// A sum in its normal form: (high * 2^64 + low) * 1e-12 + rest * 1e-30, rest less than a unit.
struct NormalSum {
  Int128 high;
  uint64_t low;
  uint64_t rest;

  friend auto operator<=>(const NormalSum& a, const NormalSum& b) = default;
};

NormalSum Normalised(Int128 high, Int128 low, Int128 rest) {
  low += rest / static_cast<Int128>(kRestsPerUnit);
  return {high + (low >> 64), static_cast<uint64_t>(low),
          static_cast<uint64_t>(rest % static_cast<Int128>(kRestsPerUnit))};
}

// The magnitude of a sum in units of 1e-30; the top limb is zero. 2^60 values of 1e24 take 240
// bits.
struct SumMagnitude {
  bool negative;
  std::array<uint64_t, 5> limbs;
};

SumMagnitude MagnitudeOf(NormalSum sum) {
  const bool negative = sum.high < 0;
  if (negative) {
    // Minus the sum: the rest borrows from the units, and these from the high part.
    uint64_t borrow = 0;
    if (sum.rest != 0) {
      sum.rest = static_cast<uint64_t>(kRestsPerUnit) - sum.rest;
      borrow = 1;
    }
    const uint64_t low = uint64_t{0} - sum.low - borrow;
    sum.high = -sum.high - (sum.low != 0 || borrow != 0 ? 1 : 0);
    sum.low = low;
  }
  const std::array<uint64_t, 3> units = {sum.low, static_cast<uint64_t>(sum.high),
                                         static_cast<uint64_t>(sum.high >> 64)};
  const std::array<uint64_t, 1> scale = {static_cast<uint64_t>(kRestsPerUnit)};
  SumMagnitude magnitude{negative, {}};
  MultiplyInto(units, scale, absl::MakeSpan(magnitude.limbs));
  AddTo(absl::MakeSpan(magnitude.limbs), std::array<uint64_t, 1>{sum.rest});
  return magnitude;
}

// sum / (count * 1e18) in units, half-even.
std::optional<Decimal> Quotient(const NormalSum& sum, int64_t count) {
  SumMagnitude magnitude = MagnitudeOf(sum);
  std::array<uint64_t, 2> divisor = Split(static_cast<Uint128>(count) * kRestsPerUnit);
  return RoundedQuotient(magnitude.negative, absl::MakeSpan(magnitude.limbs),
                         absl::MakeSpan(divisor));
}

}  // namespace

std::optional<Decimal> DecimalSum::Total() const {
  const NormalSum sum = Normalised(high_, low_, rest_);
  const bool short_sum =
      sum.rest == 0 && sum.high >= -(Int128{1} << 62) && sum.high < (Int128{1} << 62);
  if (!short_sum) return Quotient(sum, 1);
  const Int128 units = (sum.high << 64) + sum.low;
  return Signed(units < 0, Magnitude(units));
}

std::optional<Decimal> DecimalSum::Mean() const {
  if (count_ == 0) return std::nullopt;
  return Quotient(Normalised(high_, low_, rest_), count_);
}

bool DecimalSum::LessThan(const DecimalSum& other) const {
  return Normalised(high_, low_, rest_) < Normalised(other.high_, other.low_, other.rest_);
}

}  // namespace athena
