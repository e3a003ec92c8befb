#ifndef ATHENA_LIBS_DECIMAL_DECIMAL_H_
#define ATHENA_LIBS_DECIMAL_DECIMAL_H_

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/types/span.h"

namespace athena {

// A fixed-point decimal with 12 fractional digits, held in 128 bits: the only number that a result
// is made of. Every value is finite and at most 1e24 in magnitude; what would exceed that is an
// OVERFLOW, reported as nullopt, never wrapped and never saturated.
//
// Sums and differences are exact. Products and quotients go through 256 bits and are rounded once,
// half to even, to 12 decimals: 200/3 is 66.666666666667 and 100/3 is 33.333333333333.
//
// A plain value type: copying is free, all functions are pure and thread-safe.
class Decimal {
 public:
  static constexpr int kFractionDigits = 12;

  constexpr Decimal() = default;  // zero
  // A whole number; every int64 fits.
  static constexpr Decimal FromInt(int64_t whole) { return Decimal(__int128{whole} * kScale); }
  // The raw count of 1e-12.
  static constexpr Decimal FromUnits(__int128 units) { return Decimal(units); }

  // The shortest decimal text that reads back as `value` (std::to_chars), rounded half-even to 12
  // decimals. nullopt when not finite or beyond 1e24. -0.0 is zero. Locale-independent.
  static std::optional<Decimal> FromDouble(double value);

  // Reads "-12.5", "3", ".5", "1e-3", "1E+3": an optional sign, digits, an optional point and an
  // optional exponent, nothing else; rounded half-even to 12 decimals. INVALID_ARGUMENT for any
  // other text, OUT_OF_RANGE beyond 1e24.
  static absl::StatusOr<Decimal> Parse(std::string_view text);

  // Plain notation without exponent, without trailing zeros: "0.95", "-3", "0". Parse(ToString())
  // gives back the same value.
  std::string ToString() const;
  // Rounded half-even to `digits` (0..12) decimals and printed with exactly that many.
  std::string ToFixed(int digits) const;
  // The nearest double, for clients that want one beside the exact text.
  double ToDouble() const;

  constexpr __int128 units() const { return units_; }
  constexpr bool IsZero() const { return units_ == 0; }
  constexpr bool IsNegative() const { return units_ < 0; }
  constexpr int Sign() const { return units_ > 0 ? 1 : units_ < 0 ? -1 : 0; }

  constexpr Decimal operator-() const { return Decimal(-units_); }
  constexpr Decimal Abs() const { return Decimal(units_ < 0 ? -units_ : units_); }

  friend constexpr auto operator<=>(Decimal a, Decimal b) { return a.units_ <=> b.units_; }
  friend constexpr bool operator==(Decimal a, Decimal b) { return a.units_ == b.units_; }

  // nullopt when the result's magnitude exceeds 1e24 (Divide: or when `b` is zero).
  static std::optional<Decimal> Add(Decimal a, Decimal b);
  static std::optional<Decimal> Subtract(Decimal a, Decimal b);
  static std::optional<Decimal> Multiply(Decimal a, Decimal b);
  static std::optional<Decimal> Divide(Decimal a, Decimal b);
  // a * b / c with the product kept whole (256 bit): rounded once. nullopt when c is zero.
  static std::optional<Decimal> MultiplyDivide(Decimal a, Decimal b, Decimal c);

  // sum(weights * values) / sum(weights): products summed exactly (24 decimals in 256 bit), only the
  // quotient is rounded. Both spans have the same length, weights are >= 0. nullopt when the weights
  // sum to zero or the result overflows.
  static std::optional<Decimal> WeightedMean(absl::Span<const Decimal> weights,
                                             absl::Span<const Decimal> values);

  // The n-th root (1 <= n <= 1000) of a value >= 0, by integer Newton, rounded half-even to 12
  // decimals. nullopt for a negative value.
  static std::optional<Decimal> Root(Decimal value, int n);

 private:
  static constexpr __int128 kScale = 1'000'000'000'000;
  explicit constexpr Decimal(__int128 units) : units_(units) {}

  __int128 units_ = 0;
};

// Adds up any number of decimals exactly; the order never matters. Overflow shows only in the total,
// not on the way to it.
class DecimalSum {
 public:
  void Add(Decimal value);
  int64_t count() const { return count_; }
  // nullopt when the total exceeds 1e24.
  std::optional<Decimal> Total() const;
  // Total / count, rounded once; nullopt when nothing was added.
  std::optional<Decimal> Mean() const;

 private:
  // The sum in two 128-bit limbs of 1e-12: high * 2^64 + low, so that 2^60 values of 1e24 fit.
  __int128 high_ = 0;
  __int128 low_ = 0;
  int64_t count_ = 0;
};

}  // namespace athena

#endif  // ATHENA_LIBS_DECIMAL_DECIMAL_H_
