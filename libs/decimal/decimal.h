#ifndef ATHENA_LIBS_DECIMAL_DECIMAL_H_
#define ATHENA_LIBS_DECIMAL_DECIMAL_H_

#include <compare>
#include <cstdint>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/types/span.h"

namespace athena {

__extension__ typedef __int128 Int128;
__extension__ typedef unsigned __int128 Uint128;

// A fixed-point decimal with 12 fractional digits in 128 bits. All results are computed with it,
// never with floating point. Every value is finite and at most 1e24 in magnitude; an operation
// whose result would exceed that returns nullopt.
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
  static constexpr Decimal FromInt(int64_t whole) { return Decimal(Int128{whole} * kScale); }
  // The raw count of 1e-12, at most 1e36 in magnitude (units() of another Decimal is).
  static constexpr Decimal FromUnits(Int128 units) { return Decimal(units); }

  // The decimal of the fewest digits that reads back as `value` (std::to_chars), rounded half-even
  // to 12 decimals. nullopt when not finite or beyond 1e24. -0.0 is zero. Locale-independent.
  // Takes a few nanoseconds for whole numbers and for up to six decimals.
  static std::optional<Decimal> FromDouble(double value);

  // Reads "-12.5", "3", ".5", "5.", "1e-3", "1E+3": an optional sign, at least one digit, an
  // optional point before, among or after the digits and an optional exponent, nothing else, not
  // even blanks; rounded half-even to 12 decimals. Any bytes and any length are safe.
  // INVALID_ARGUMENT for any other text, OUT_OF_RANGE beyond 1e24.
  static absl::StatusOr<Decimal> Parse(std::string_view text);

  // Plain notation without exponent, without trailing zeros: "0.95", "-3", "0". Parse(ToString())
  // gives back the same value.
  std::string ToString() const;
  // Rounded half-even to `digits` decimals (taken as 0 below 0, as 12 above 12).
  Decimal Round(int digits) const;
  // Round(digits), printed with exactly that many decimals. What rounds to zero has no sign.
  std::string ToFixed(int digits) const;
  // The nearest double, for clients that want one beside the exact text.
  double ToDouble() const;

  constexpr Int128 units() const { return units_; }
  constexpr bool IsZero() const { return units_ == 0; }
  constexpr bool IsNegative() const { return units_ < 0; }
  constexpr int Sign() const { return units_ > 0 ? 1 : units_ < 0 ? -1 : 0; }

  constexpr Decimal operator-() const { return Decimal(-units_); }
  constexpr Decimal Abs() const { return Decimal(units_ < 0 ? -units_ : units_); }

  friend constexpr auto operator<=>(Decimal a, Decimal b) { return a.units_ <=> b.units_; }
  friend constexpr bool operator==(Decimal a, Decimal b) { return a.units_ == b.units_; }

  template <typename H>
  friend H AbslHashValue(H h, Decimal d) {
    return H::combine(std::move(h), static_cast<uint64_t>(d.units_),
                      static_cast<uint64_t>(d.units_ >> 64));
  }
  friend std::ostream& operator<<(std::ostream& out, Decimal d);  // ToString()

  // nullopt when the result's magnitude exceeds 1e24 (Divide: or when `b` is zero).
  static std::optional<Decimal> Add(Decimal a, Decimal b);
  static std::optional<Decimal> Subtract(Decimal a, Decimal b);
  static std::optional<Decimal> Multiply(Decimal a, Decimal b);
  static std::optional<Decimal> Divide(Decimal a, Decimal b);
  // a * b / c with the product kept whole (256 bit): rounded once. nullopt when c is zero.
  static std::optional<Decimal> MultiplyDivide(Decimal a, Decimal b, Decimal c);

  // sum(weights * values) / sum(weights): products summed exactly, only the quotient is rounded.
  // nullopt when the weights sum to zero (or there are none), when one is negative, or when the
  // spans differ in length. A mean of values never overflows.
  static std::optional<Decimal> WeightedMean(absl::Span<const Decimal> weights,
                                             absl::Span<const Decimal> values);

  // The n-th root of a value >= 0, by integer Newton, rounded half-even to 12 decimals. nullopt for
  // a negative value, or n outside 1..1000. Costs microseconds for n up to 30, milliseconds near
  // 1000.
  static std::optional<Decimal> Root(Decimal value, int n);

 private:
  static constexpr Int128 kScale = 1'000'000'000'000;
  explicit constexpr Decimal(Int128 units) : units_(units) {}

  Int128 units_ = 0;
};

// What a pushed double means: a fixed-point decimal with 30 fractional digits, of at most 1e24 in
// magnitude. Sums, means, least and greatest of them are formed exactly and rounded to a Decimal
// once. A plain value type, as Decimal is.
class LongDecimal {
 public:
  static constexpr int kFractionDigits = 30;

  constexpr LongDecimal() = default;                               // zero
  constexpr LongDecimal(Decimal value) : units_(value.units()) {}  // NOLINT: keeps the value
  // The decimal of the fewest digits that reads back as `value`, rounded half-even to 30 decimals.
  // nullopt when not finite or beyond 1e24. Takes a few nanoseconds for whole numbers and for up
  // to six decimals.
  static std::optional<LongDecimal> FromDouble(double value);

  // Rounded half-even to 12 decimals.
  Decimal Rounded() const;

  friend constexpr auto operator<=>(const LongDecimal& a, const LongDecimal& b) = default;
  friend constexpr bool operator==(const LongDecimal& a, const LongDecimal& b) = default;

 private:
  friend class DecimalSum;
  constexpr LongDecimal(Int128 units, int64_t rest) : units_(units), rest_(rest) {}

  // The value is units_ * 1e-12 + rest_ * 1e-30, with rest_ from 0 to 1e18 - 1.
  Int128 units_ = 0;
  int64_t rest_ = 0;
};

// Adds up any number of decimals exactly; the order never matters. Overflow shows only in the
// total, not on the way to it.
class DecimalSum {
 public:
  void Add(Decimal value) { AddUnits(value.units(), 0); }
  void Add(const LongDecimal& value) { AddUnits(value.units_, value.rest_); }
  // Adds another sum, exactly, as one number.
  void Add(const DecimalSum& other);
  int64_t count() const { return count_; }
  // Rounded once; nullopt when the total exceeds 1e24.
  std::optional<Decimal> Total() const;
  // Total / count, rounded once; nullopt when nothing was added, or when it exceeds 1e24.
  std::optional<Decimal> Mean() const;

  // Whether the exact total is less than that of `other`.
  bool LessThan(const DecimalSum& other) const;

 private:
  void AddUnits(Int128 units, int64_t rest) {
    high_ += units >> 64;
    low_ += static_cast<uint64_t>(units);
    rest_ += rest;
    ++count_;
  }

  // The sum is (high * 2^64 + low) * 1e-12 + rest * 1e-30: 2^60 values of 1e24 fit. low and rest
  // are never negative.
  Int128 high_ = 0;
  Int128 low_ = 0;
  Int128 rest_ = 0;
  int64_t count_ = 0;
};

}  // namespace athena

#endif  // ATHENA_LIBS_DECIMAL_DECIMAL_H_
