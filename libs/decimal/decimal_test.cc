#include "libs/decimal/decimal.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numeric>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "absl/hash/hash.h"
#include "absl/status/status.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "libs/status/testing/matchers.h"

namespace athena {
namespace {

using ::testing::HasSubstr;

Decimal D(std::string_view text) {
  absl::StatusOr<Decimal> value = Decimal::Parse(text);
  ATHENA_EXPECT_OK(value);
  return value.value_or(Decimal());
}

std::string Show(std::optional<Decimal> value) {
  return value.has_value() ? value->ToString() : "none";
}

// School arithmetic on whole numbers, digit by digit: slow, and shares nothing with the subject.
class Whole {
 public:
  Whole() = default;
  Whole(Decimal value) : Whole(value.units()) {}
  Whole(Int128 value) : negative_(value < 0) {
    for (; value != 0; value /= 10) digits_.push_back(std::abs(static_cast<int>(value % 10)));
  }
  static Whole PowerOfTen(int exponent) {
    Whole result;
    result.digits_.assign(static_cast<size_t>(exponent), 0);
    result.digits_.push_back(1);
    return result;
  }

  bool IsZero() const { return digits_.empty(); }
  bool IsOdd() const { return !digits_.empty() && digits_[0] % 2 == 1; }

  friend Whole operator-(Whole a) {
    a.negative_ = !a.negative_;
    return a.Trimmed();
  }
  friend Whole operator+(const Whole& a, const Whole& b) {
    if (a.negative_ != b.negative_) {
      const bool a_larger = CompareMagnitude(a, b) >= 0;
      const Whole& large = a_larger ? a : b;
      const Whole& small = a_larger ? b : a;
      Whole result = large;
      for (size_t i = 0; i < result.digits_.size(); ++i) {
        result.digits_[i] -= i < small.digits_.size() ? small.digits_[i] : 0;
        if (result.digits_[i] < 0) {
          result.digits_[i] += 10;
          --result.digits_[i + 1];
        }
      }
      return result.Trimmed();
    }
    Whole result = a;
    result.digits_.resize(std::max(a.digits_.size(), b.digits_.size()) + 1, 0);
    for (size_t i = 0; i + 1 < result.digits_.size(); ++i) {
      result.digits_[i] += i < b.digits_.size() ? b.digits_[i] : 0;
      result.digits_[i + 1] += result.digits_[i] / 10;
      result.digits_[i] %= 10;
    }
    return result.Trimmed();
  }
  friend Whole operator*(const Whole& a, const Whole& b) {
    Whole result;
    result.negative_ = a.negative_ != b.negative_;
    result.digits_.assign(a.digits_.size() + b.digits_.size() + 1, 0);
    for (size_t i = 0; i < a.digits_.size(); ++i) {
      for (size_t j = 0; j < b.digits_.size(); ++j) {
        result.digits_[i + j] += a.digits_[i] * b.digits_[j];
        for (size_t k = i + j; result.digits_[k] >= 10; ++k) {
          result.digits_[k + 1] += result.digits_[k] / 10;
          result.digits_[k] %= 10;
        }
      }
    }
    return result.Trimmed();
  }
  // -1, 0 or 1 by the distance from zero.
  static int CompareMagnitude(const Whole& a, const Whole& b) {
    if (a.digits_.size() != b.digits_.size()) return a.digits_.size() < b.digits_.size() ? -1 : 1;
    for (size_t i = a.digits_.size(); i-- > 0;) {
      if (a.digits_[i] != b.digits_[i]) return a.digits_[i] < b.digits_[i] ? -1 : 1;
    }
    return 0;
  }
  // a / b, rounded half to even.
  static Whole Quotient(const Whole& a, const Whole& b) {
    Whole divisor = b;
    divisor.negative_ = false;
    Whole rest;
    Whole result;
    result.digits_.assign(a.digits_.size(), 0);
    for (size_t i = a.digits_.size(); i-- > 0;) {
      rest.digits_.insert(rest.digits_.begin(), a.digits_[i]);
      rest = rest.Trimmed();
      while (CompareMagnitude(rest, divisor) >= 0) {
        rest = rest + -divisor;
        ++result.digits_[i];
      }
    }
    result = result.Trimmed();
    const int half = CompareMagnitude(rest + rest, divisor);
    if (half > 0 || (half == 0 && result.IsOdd())) result = result + Whole(Int128{1});
    result.negative_ = a.negative_ != b.negative_;
    return result.Trimmed();
  }
  // The decimal of so many units, or "none" beyond 1e36 of them.
  std::string AsDecimal() const {
    if (CompareMagnitude(*this, PowerOfTen(36)) > 0) return "none";
    std::string text;
    for (size_t i = 0; i < std::max<size_t>(digits_.size(), 13); ++i) {
      if (i == 12) text += '.';
      text += static_cast<char>('0' + (i < digits_.size() ? digits_[i] : 0));
    }
    text.erase(0, text.find_first_not_of('0'));
    if (text.front() == '.') text.erase(0, 1);
    if (negative_) text += '-';
    return {text.rbegin(), text.rend()};
  }

 private:
  Whole Trimmed() const {
    Whole result = *this;
    while (!result.digits_.empty() && result.digits_.back() == 0) result.digits_.pop_back();
    if (result.digits_.empty()) result.negative_ = false;
    return result;
  }

  bool negative_ = false;
  std::vector<int> digits_;  // least significant first, no leading zeros
};

// Decimals of all magnitudes, with many zeros, round and extreme values among them.
class Numbers {
 public:
  explicit Numbers(uint32_t seed) : random_(seed) {}

  uint64_t Below(uint64_t bound) { return random_() % bound; }
  Decimal Next() {
    const uint64_t digits = Below(37);
    Int128 units = 0;
    Int128 bound = 1;
    for (uint64_t i = 0; i < digits; ++i) bound *= 10;
    switch (Below(8)) {
      case 0:
        units = bound;
        break;
      case 1:
        units = bound - 1;
        break;
      case 2:
        units = bound / 2;
        break;
      default:
        units = static_cast<Int128>(((Uint128{random_()} << 64) | random_()) %
                                    static_cast<Uint128>(bound));
    }
    return Decimal::FromUnits(Below(2) == 0 ? units : -units);
  }

 private:
  std::mt19937_64 random_;
};

const Whole& One() {
  static const Whole one = Whole::PowerOfTen(Decimal::kFractionDigits);
  return one;
}

TEST(DecimalTest, ThirdsAreAsTheRulesPrintThem) {
  EXPECT_EQ(Show(Decimal::Divide(Decimal::FromInt(200), Decimal::FromInt(3))), "66.666666666667");
  EXPECT_EQ(Show(Decimal::Divide(Decimal::FromInt(100), Decimal::FromInt(3))), "33.333333333333");
}

TEST(DecimalTest, TiesGoToTheEvenNeighbour) {
  // 0.5, 1.5 and 2.5 of the last decimal.
  const Decimal half = D("0.5");
  EXPECT_EQ(Show(Decimal::Multiply(D("0.000000000001"), half)), "0");
  EXPECT_EQ(Show(Decimal::Multiply(D("0.000000000003"), half)), "0.000000000002");
  EXPECT_EQ(Show(Decimal::Multiply(D("0.000000000005"), half)), "0.000000000002");
  EXPECT_EQ(Show(Decimal::Multiply(D("-0.000000000003"), half)), "-0.000000000002");
  EXPECT_EQ(Show(Decimal::Divide(D("-0.000000000005"), D("2"))), "-0.000000000002");
  EXPECT_EQ(Show(Decimal::Divide(D("0.000000000007"), D("2"))), "0.000000000004");
  EXPECT_EQ(Show(Decimal::MultiplyDivide(D("0.000000000005"), D("3"), D("6"))), "0.000000000002");
}

struct Golden {
  const char *a, *b, *c, *product, *quotient, *product_over_c;
};

// From Python's decimal module with 300 digits, quantised with ROUND_HALF_EVEN.
constexpr Golden kGolden[] = {
    {"-660.315555443228", "-7197772663779.495285382064", "-845812442194516536782555.252494112751",
     "4752801254437640.209208599114", "0.000000000092", "-0.000000005619"},
    {"152827924863273204714796.943966369228", "-6490723861456.865952920689",
     "503233784726631034038941.176208116262", "none", "-23545590310.93497110342",
     "-1971178980254.363461479699"},
    {"0.00000000094", "0.000069282355", "556636081775277333976191.230443064745", "0",
     "0.000013567668", "0"},
    {"-1447296675449.051177426276", "0.00000000014", "-0.000022258599", "-202.621534562867",
     "-10337833396064651267330.542857142857", "9103067.743071662544"},
    {"-5443127731065.486235015516", "813074211235232336784024.75498043244", "-0.000072336194",
     "none", "-0.000000000007", "none"},
    {"-9997508340032588129763.592103103639", "0.000000000121", "0.000000000155",
     "-1209698509143.943163701395", "none", "-7804506510606084927105.771899842196"},
    {"0.000000000267", "0.00003325525", "237782083218629916014361.948297015422", "0",
     "0.000008028807", "0"},
    {"-203082627192978570210512.034137200761", "-0.000051744231", "-0.000078027213",
     "10508354373560364715.022453322675", "none", "-134675505756694971471330.820475097603"},
    {"-234530100229825342804012.154529905203", "360950882181599460675583.643885550904",
     "3232656700852.07314628322", "none", "-0.649756273796", "none"},
    {"0.000031255032", "3157846974468.220233161418", "118.412036677581", "98698608.238107406371",
     "0", "833518.373700889606"},
    {"260369553479961182176184.938888816695", "-0.000000000876", "301.420819758209",
     "-228083728848445.995586338006", "none", "-756695337207.987549981433"},
    {"4924591319957.215840518319", "-199.566436914798", "0.000063992467",
     "-982783142985403.528089206452", "-24676450590.03432918778",
     "-15357794269525560377.117613734372"},
    {"0.000000000011", "-0.000000000554", "662.646820303055", "0", "-0.019855595668", "0"},
    {"0.000006809845", "9207688341648.211952564178", "-0.00000000066", "62702930.414931367924", "0",
     "-95004440022623284.733499098079"},
};

TEST(DecimalTest, ProductsAndQuotientsAgreeWithPython) {
  for (const Golden& golden : kGolden) {
    SCOPED_TRACE(golden.a);
    EXPECT_EQ(Show(Decimal::Multiply(D(golden.a), D(golden.b))), golden.product);
    EXPECT_EQ(Show(Decimal::Divide(D(golden.a), D(golden.b))), golden.quotient);
    EXPECT_EQ(Show(Decimal::MultiplyDivide(D(golden.a), D(golden.b), D(golden.c))),
              golden.product_over_c);
  }
}

TEST(DecimalTest, ArithmeticAgreesWithSchoolArithmetic) {
  Numbers numbers(1);
  for (int i = 0; i < 5'000; ++i) {
    const Decimal a = numbers.Next();
    const Decimal b = numbers.Next();
    const Decimal c = numbers.Next();
    SCOPED_TRACE(a.ToString() + " " + b.ToString() + " " + c.ToString());
    ASSERT_EQ(Show(Decimal::Add(a, b)), (Whole(a) + Whole(b)).AsDecimal());
    ASSERT_EQ(Show(Decimal::Subtract(a, b)), (Whole(a) + -Whole(b)).AsDecimal());
    ASSERT_EQ(Show(Decimal::Multiply(a, b)),
              Whole::Quotient(Whole(a) * Whole(b), One()).AsDecimal());
    ASSERT_EQ(Show(Decimal::Divide(a, b)),
              b.IsZero() ? "none" : Whole::Quotient(Whole(a) * One(), Whole(b)).AsDecimal());
    ASSERT_EQ(Show(Decimal::MultiplyDivide(a, b, c)),
              c.IsZero() ? "none" : Whole::Quotient(Whole(a) * Whole(b), Whole(c)).AsDecimal());
  }
}

TEST(DecimalTest, DivisorsAtTheEdgeOfALimbAgreeWithSchoolArithmetic) {
  // Patterns of all ones and lone bits drive the estimate of a quotient's limb to its limits.
  std::vector<Int128> edges;
  for (int high = 0; high < 119; high += 7) {
    for (int low : {0, 1, 31, 63, 64}) {
      edges.push_back((Int128{1} << high) + (Int128{1} << low) - 1);
      edges.push_back((Int128{1} << high) + (Int128{1} << low) - 2);
    }
  }
  for (size_t i = 0; i < edges.size(); ++i) {
    for (size_t j = i % 3; j < edges.size(); j += 3) {
      const Decimal a = Decimal::FromUnits(edges[i]);
      const Decimal b = Decimal::FromUnits(edges[j]);
      if (b.IsZero()) continue;
      const Decimal c = Decimal::FromUnits(edges[(i * 31 + j) % edges.size()]);
      ASSERT_EQ(Show(Decimal::MultiplyDivide(a, c, b)),
                Whole::Quotient(Whole(a) * Whole(c), Whole(b)).AsDecimal())
          << a << " * " << c << " / " << b;
    }
  }
}

TEST(DecimalTest, OverflowBeginsJustBeyondTenToThe24) {
  const Decimal limit = D("1e24");
  const Decimal smallest = D("1e-12");
  EXPECT_EQ(Show(Decimal::Add(limit, Decimal())), "1000000000000000000000000");
  EXPECT_EQ(Decimal::Add(limit, smallest), std::nullopt);
  EXPECT_EQ(Decimal::Subtract(-limit, smallest), std::nullopt);
  EXPECT_EQ(Decimal::Multiply(limit, limit), std::nullopt);
  EXPECT_EQ(Decimal::Divide(limit, smallest), std::nullopt);
  EXPECT_EQ(Show(Decimal::Multiply(D("1e12"), D("1e12"))), "1000000000000000000000000");
  EXPECT_EQ(Show(Decimal::MultiplyDivide(limit, limit, limit)), "1000000000000000000000000");
}

TEST(DecimalTest, DivisionByZeroHasNoResult) {
  EXPECT_EQ(Decimal::Divide(D("1"), Decimal()), std::nullopt);
  EXPECT_EQ(Decimal::Divide(Decimal(), Decimal()), std::nullopt);
  EXPECT_EQ(Decimal::MultiplyDivide(D("1"), D("1"), Decimal()), std::nullopt);
}

TEST(WeightedMeanTest, RoundsTheQuotientOnly) {
  // Each product is half of the last decimal: rounded one by one they would vanish.
  const std::vector<Decimal> weights(4, D("0.5"));
  const std::vector<Decimal> values(4, D("0.000000000001"));
  EXPECT_EQ(Show(Decimal::WeightedMean(weights, values)), "0.000000000001");
  EXPECT_EQ(Show(Decimal::WeightedMean({D("1"), D("2")}, {D("100"), D("0")})), "33.333333333333");
}

TEST(WeightedMeanTest, AgreesWithSchoolArithmetic) {
  Numbers numbers(2);
  for (int i = 0; i < 1'000; ++i) {
    std::vector<Decimal> weights;
    std::vector<Decimal> values;
    Whole products;
    Whole total;
    for (uint64_t n = numbers.Below(9); n > 0; --n) {
      weights.push_back(numbers.Next().Abs());
      values.push_back(numbers.Next());
      products = products + Whole(weights.back()) * Whole(values.back());
      total = total + Whole(weights.back());
    }
    ASSERT_EQ(Show(Decimal::WeightedMean(weights, values)),
              total.IsZero() ? "none" : Whole::Quotient(products, total).AsDecimal());
  }
}

TEST(WeightedMeanTest, ManyExtremesStillAverageExactly) {
  const std::vector<Decimal> extremes(10'000, D("1e24"));
  EXPECT_EQ(Show(Decimal::WeightedMean(extremes, extremes)), "1000000000000000000000000");
}

TEST(WeightedMeanTest, AQuotientLimbGuessedOneTooHighIsTakenBack) {
  // sum(w) = 2^128 + 1 units, sum(w v) = v 2^128: two limbs of the divisor suggest v, the third
  // makes the floor v - 1, and rounding brings it back to v.
  std::vector<Decimal> weights(512, Decimal::FromUnits(Int128{1} << 119));
  weights.push_back(Decimal::FromUnits(1));
  for (const char* value : {"0.000000000001", "7", "123456.789", "1e24"}) {
    std::vector<Decimal> values(512, D(value));
    values.push_back(Decimal());
    EXPECT_EQ(Decimal::WeightedMean(weights, values), D(value));
  }
}

TEST(WeightedMeanTest, DoublingAllWeightsChangesNothing) {
  Numbers numbers(3);
  for (int i = 0; i < 500; ++i) {
    std::vector<Decimal> weights;
    std::vector<Decimal> doubled;
    std::vector<Decimal> values;
    for (int n = 0; n < 5; ++n) {
      weights.push_back(Decimal::FromUnits(static_cast<Int128>(numbers.Below(1'000'000'000))));
      doubled.push_back(*Decimal::Add(weights.back(), weights.back()));
      values.push_back(numbers.Next());
    }
    ASSERT_EQ(Show(Decimal::WeightedMean(weights, values)),
              Show(Decimal::WeightedMean(doubled, values)));
  }
}

TEST(WeightedMeanTest, WithoutWeightThereIsNoMean) {
  EXPECT_EQ(Decimal::WeightedMean({}, {}), std::nullopt);
  EXPECT_EQ(Decimal::WeightedMean({D("0")}, {D("7")}), std::nullopt);
  EXPECT_EQ(Decimal::WeightedMean({D("2"), D("-1")}, {D("7"), D("7")}), std::nullopt);
  EXPECT_EQ(Decimal::WeightedMean({D("2")}, {D("7"), D("7")}), std::nullopt);
}

TEST(RootTest, AgreesWithPythonBisection) {
  struct Case {
    const char* value;
    int degree;
    const char* root;
  };
  constexpr Case kCases[] = {
      {"2", 2, "1.414213562373"},
      {"2", 3, "1.259921049895"},
      {"1.5", 7, "1.059634022667"},
      {"0.000000000001", 12, "0.1"},
      {"1000000000000000000000000", 2, "1000000000000"},
      {"1000000000000000000000000", 3, "100000000"},
      {"999999999999999999999999.999999999999", 2, "1000000000000"},
      {"0.857142857142", 5, "0.969640266095"},
      {"3.141592653589", 10, "1.121282353232"},
      {"7", 30, "1.067013550256"},
      {"123456789.123456789", 100, "1.20480052964"},
      {"1.000000000001", 1000, "1"},
      {"0.000000000001", 1000, "0.972747223777"},
      {"1000000000000000000000000", 1000, "1.056817509214"},
      {"0", 5, "0"},
      {"12.5", 1, "12.5"},
  };
  for (const Case& c : kCases) {
    EXPECT_EQ(Show(Decimal::Root(D(c.value), c.degree)), c.root) << c.value << " " << c.degree;
  }
}

TEST(RootTest, LiesWithinHalfAUnitOfTheTrueRoot) {
  Numbers numbers(4);
  for (int i = 0; i < 300; ++i) {
    const Decimal value = numbers.Next().Abs();
    const int degree = 2 + static_cast<int>(numbers.Below(6));
    const std::optional<Decimal> root = Decimal::Root(value, degree);
    ASSERT_TRUE(root.has_value());
    // (2 root - 1)^n <= 2^n value 10^(12 (n - 1)) <= (2 root + 1)^n, in units.
    Whole below(Int128{1});
    Whole above(Int128{1});
    Whole middle = Whole(value);
    for (int k = 0; k < degree; ++k) {
      below = below * Whole(2 * root->units() - 1);
      above = above * Whole(2 * root->units() + 1);
      middle = middle * Whole(Int128{2});
      if (k > 0) middle = middle * One();
    }
    if (!root->IsZero()) {
      ASSERT_LE(Whole::CompareMagnitude(below, middle), 0) << value << " " << degree;
    }
    ASSERT_GE(Whole::CompareMagnitude(above, middle), 0) << value << " " << degree;
  }
}

TEST(RootTest, OutsideItsDomainThereIsNone) {
  EXPECT_EQ(Decimal::Root(D("-1"), 3), std::nullopt);
  EXPECT_EQ(Decimal::Root(D("1"), 0), std::nullopt);
  EXPECT_EQ(Decimal::Root(D("1"), 1001), std::nullopt);
}

TEST(FromDoubleTest, MeansTheShortestTextThatReadsBack) {
  struct Case {
    double value;
    const char* text;
  };
  const Case cases[] = {
      {0.1, "0.1"},
      {0.3333333333333333, "0.333333333333"},
      {0.6666666666666666, "0.666666666667"},
      {1e-12, "0.000000000001"},
      {5e-13, "0"},
      {1.5e-12, "0.000000000002"},
      {2.5e-12, "0.000000000002"},
      {-2.5e-12, "-0.000000000002"},
      {-3.5e-12, "-0.000000000004"},
      {1e-13, "0"},
      {123456.7890123, "123456.7890123"},
      {1e15, "1000000000000000"},
      {0.30000000000000004, "0.3"},
      {9007199254740993.0, "9007199254740992"},
      {1.152921504606847e+18, "1152921504606847000"},
      {6.044629098073146e+23, "604462909807314600000000"},
      {1e24, "1000000000000000000000000"},
      {1.0000000000000003e+24, "none"},
      {1e300, "none"},
      {999999999999999.9, "999999999999999.9"},
      {-0.95, "-0.95"},
      {-1e-07, "-0.0000001"},
      {4.35, "4.35"},
      {1234567.891, "1234567.891"},
      {98765432.123456, "98765432.123456"},
      {98765432.1234567, "98765432.1234567"},
      {5e-324, "0"},
      {-0.0, "0"},
      {-17.0, "-17"},
      {std::numeric_limits<double>::infinity(), "none"},
      {std::numeric_limits<double>::quiet_NaN(), "none"},
  };
  for (const Case& c : cases) EXPECT_EQ(Show(Decimal::FromDouble(c.value)), c.text) << c.value;
}

TEST(FromDoubleTest, AgreesWithReadingItsShortestText) {
  std::mt19937_64 random(5);
  for (int i = 0; i < 200'000; ++i) {
    // Numbers of up to 17 digits with up to 16 of them decimals, and their neighbours.
    const double whole = static_cast<double>(
        static_cast<int64_t>(random() % static_cast<uint64_t>(std::pow(10, random() % 18))));
    double value = whole / std::pow(10, random() % 17);
    if (random() % 4 == 0) value = std::nextafter(value, 1e300);
    if (random() % 4 == 0) value = std::nextafter(value, -1e300);
    if (random() % 2 == 0) value = -value;
    char text[64];
    const char* end =
        std::to_chars(text, text + sizeof text, value, std::chars_format::scientific).ptr;
    const std::string_view shortest(text, static_cast<size_t>(end - text));
    ASSERT_EQ(Decimal::FromDouble(value), D(shortest)) << shortest;
  }
}

TEST(ParseTest, ReadsEveryForm) {
  EXPECT_EQ(D("-12.5").ToString(), "-12.5");
  EXPECT_EQ(D("+3").ToString(), "3");
  EXPECT_EQ(D(".5").ToString(), "0.5");
  EXPECT_EQ(D("5.").ToString(), "5");
  EXPECT_EQ(D("1e-3").ToString(), "0.001");
  EXPECT_EQ(D("1E+3").ToString(), "1000");
  EXPECT_EQ(D("-0").ToString(), "0");
  EXPECT_EQ(D("000012.5000").ToString(), "12.5");
  EXPECT_EQ(D("0e99999999999999999999999").ToString(), "0");
  EXPECT_EQ(D("1e-99999999999999999999999").ToString(), "0");
}

TEST(ParseTest, RefusesEverythingElse) {
  using std::string_literals::operator""s;
  for (const std::string& text :
       {""s,      "-"s,     "+"s,   "."s,     "-."s,  "e5"s,   "1e"s,    "1e+"s,
        "1e-"s,   "1.2.3"s, "1,5"s, " 1"s,    "1 "s,  "--1"s,  "+-1"s,   "0x1"s,
        "1e5.0"s, "nan"s,   "inf"s, "1_000"s, "1\0"s, "\xff"s, "\u0661"s}) {
    EXPECT_EQ(Decimal::Parse(text).status().code(), absl::StatusCode::kInvalidArgument) << text;
  }
  EXPECT_THAT(std::string(Decimal::Parse("twelve\n").status().message()),
              HasSubstr("decimal \"twelve\\n\": want"));
}

TEST(ParseTest, BeyondTheLimitIsOutOfRange) {
  EXPECT_EQ(D("1000000000000000000000000.0000000000005").ToString(), "1000000000000000000000000");
  for (const char* text : {"1000000000000000000000000.0000000000006", "-1e25", "1e9999999999999",
                           "99999999999999999999999999999999999999999999999999"}) {
    EXPECT_EQ(Decimal::Parse(text).status().code(), absl::StatusCode::kOutOfRange) << text;
  }
}

TEST(ParseTest, RoundsHalfEvenHoweverManyDigitsFollow) {
  const std::string zeros(1'000, '0');
  EXPECT_EQ(D("0.0000000000005").ToString(), "0");
  EXPECT_EQ(D("0.0000000000005" + zeros).ToString(), "0");
  EXPECT_EQ(D("0.0000000000005" + zeros + "1").ToString(), "0.000000000001");
  EXPECT_EQ(D("7.0000000000015" + zeros).ToString(), "7.000000000002");
  EXPECT_EQ(D("7.0000000000025" + zeros).ToString(), "7.000000000002");
  EXPECT_EQ(D("7.0000000000025" + zeros + "1").ToString(), "7.000000000003");
  EXPECT_EQ(D("0." + zeros + "15e1000").ToString(), "0.15");
  EXPECT_EQ(D("15" + zeros + "e-1001").ToString(), "1.5");
}

TEST(ParseTest, RandomBytesNeitherCrashNorPassForOtherText) {
  std::mt19937_64 random(6);
  constexpr std::string_view kAlphabet = "0123456789..eE+-x ";
  for (int i = 0; i < 100'000; ++i) {
    std::string text;
    for (uint64_t n = random() % 12; n > 0; --n) text += kAlphabet[random() % kAlphabet.size()];
    const absl::StatusOr<Decimal> value = Decimal::Parse(text);
    // An independent reader: from_chars takes neither a leading plus, nor unlike us "inf" and
    // "nan".
    const std::string_view unsigned_plus =
        text.starts_with('+') ? std::string_view(text).substr(1) : std::string_view(text);
    double expected = 0;
    const auto [end, error] = std::from_chars(
        unsigned_plus.data(), unsigned_plus.data() + unsigned_plus.size(), expected);
    const bool number = error != std::errc::invalid_argument &&
                        end == unsigned_plus.data() + unsigned_plus.size() &&
                        !text.starts_with("+-");
    ASSERT_EQ(value.status().code() != absl::StatusCode::kInvalidArgument, number) << text;
    if (value.ok() && std::abs(expected) < 1e15) {
      ASSERT_NEAR(value->ToDouble(), expected, 1e-12 + std::abs(expected) * 1e-15) << text;
    }
  }
}

TEST(TextTest, ReadsBackAsTheSameValue) {
  Numbers numbers(7);
  for (int i = 0; i < 20'000; ++i) {
    const Decimal value = numbers.Next();
    ASSERT_EQ(value.ToString(), Whole(value).AsDecimal());
    ASSERT_EQ(D(value.ToString()), value);
    ASSERT_EQ(D(value.ToFixed(12)), value);
  }
}

TEST(TextTest, FixedHasExactlySoManyDecimalsRoundedHalfEven) {
  EXPECT_EQ(D("1453").ToFixed(0), "1453");
  EXPECT_EQ(D("1453").ToFixed(2), "1453.00");
  EXPECT_EQ(D("0.125").ToFixed(2), "0.12");
  EXPECT_EQ(D("0.135").ToFixed(2), "0.14");
  EXPECT_EQ(D("2.5").ToFixed(0), "2");
  EXPECT_EQ(D("-3.5").ToFixed(0), "-4");
  EXPECT_EQ(D("-0.004").ToFixed(2), "0.00");
  EXPECT_EQ(D("99.999").ToFixed(2), "100.00");
  EXPECT_EQ(D("0.000000000001").ToFixed(12), "0.000000000001");
  EXPECT_EQ(D("-0.125").Round(2), D("-0.12"));
  EXPECT_EQ(D("66.666666666667").Round(6), D("66.666667"));
}

TEST(TextTest, DoublesAreTheNearest) {
  EXPECT_EQ(D("0.1").ToDouble(), 0.1);
  EXPECT_EQ(D("-66.666666666667").ToDouble(), -66.666666666667);
  EXPECT_EQ(D("1e24").ToDouble(), 1e24);
  EXPECT_EQ(D("123456789012.345678901234").ToDouble(), 123456789012.345678901234);
  EXPECT_EQ(Decimal().ToDouble(), 0.0);
  // What a client sent comes back through double unchanged up to 12 decimals.
  std::mt19937_64 random(8);
  for (int i = 0; i < 20'000; ++i) {
    const double value = static_cast<double>(random() % 1'000'000'000'000'000) / 1e6;
    ASSERT_EQ(Decimal::FromDouble(value)->ToDouble(), value);
  }
}

TEST(DecimalTest, OrderIsByValue) {
  EXPECT_LT(D("-2"), D("-1.999999999999"));
  EXPECT_LT(D("9"), D("10"));
  EXPECT_EQ(D("1.50"), D("1.5"));
  EXPECT_EQ(absl::HashOf(D("1.50")), absl::HashOf(D("1.5")));
  EXPECT_EQ(D("-3").Sign(), -1);
  EXPECT_EQ(Decimal().Sign(), 0);
  EXPECT_EQ(D("-3").Abs(), D("3"));
}

TEST(DecimalSumTest, AgreesWithSchoolArithmeticInAnyOrder) {
  Numbers numbers(9);
  std::mt19937 shuffle(10);
  for (int i = 0; i < 300; ++i) {
    std::vector<Decimal> values(numbers.Below(40));
    Whole total;
    for (Decimal& value : values) {
      value = numbers.Next();
      total = total + Whole(value);
    }
    std::shuffle(values.begin(), values.end(), shuffle);
    DecimalSum sum;
    for (Decimal value : values) sum.Add(value);
    ASSERT_EQ(sum.count(), static_cast<int64_t>(values.size()));
    ASSERT_EQ(Show(sum.Total()), total.AsDecimal());
    ASSERT_EQ(Show(sum.Mean()),
              values.empty()
                  ? "none"
                  : Whole::Quotient(total, Whole(static_cast<Int128>(values.size()))).AsDecimal());
  }
}

LongDecimal Long(double value) { return LongDecimal::FromDouble(value).value(); }

// Case V1: 0.12345678901234 + 0.00000000000049 = 0.12345678901283, and 3 * 0.3333333333333333 =
// 0.9999999999999999.
TEST(DecimalSumTest, V1_PushedNumbersAreAddedExactlyAndRoundedOnce) {
  DecimalSum sum;
  sum.Add(Long(0.12345678901234));
  sum.Add(Long(0.00000000000049));
  EXPECT_EQ(Show(sum.Total()), "0.123456789013");
  DecimalSum thirds;
  for (int i = 0; i < 3; ++i) thirds.Add(Long(0.3333333333333333));
  DecimalSum two;
  two.Add(Long(0.6666666666666666));
  two.Add(Long(0.3333333333333333));
  EXPECT_FALSE(thirds.LessThan(two));
  EXPECT_FALSE(two.LessThan(thirds));
  EXPECT_EQ(Show(thirds.Total()), "1");
  // Half a unit rounds to even only where nothing else is left.
  DecimalSum half;
  half.Add(Long(5e-13));
  EXPECT_EQ(Show(half.Total()), "0");
  half.Add(Long(1e-30));
  EXPECT_EQ(Show(half.Total()), "0.000000000001");
}

// Case A20: ten times 1e-13 is 1e-12.
TEST(DecimalSumTest, A20_NumbersSmallerThanAUnitCount) {
  DecimalSum sum;
  for (int i = 0; i < 10; ++i) sum.Add(Long(1e-13));
  EXPECT_EQ(Show(sum.Total()), "0.000000000001");
  for (int i = 0; i < 25; ++i) sum.Add(Long(-1e-13));
  EXPECT_EQ(Show(sum.Total()), "-0.000000000002");  // -15e-13, a tie
  EXPECT_EQ(Show(sum.Mean()), "0");
}

// Against 256-bit school arithmetic: 100 doubles as counts of 1e-30.
TEST(LongDecimalTest, IsTheShortestTextTo30Decimals) {
  EXPECT_EQ(Long(0.1), LongDecimal(D("0.1")));
  EXPECT_EQ(Long(-2.5), LongDecimal(D("-2.5")));
  EXPECT_EQ(Long(1e-31), LongDecimal());
  EXPECT_LT(LongDecimal(), Long(1e-30));
  EXPECT_LT(Long(-1e-30), LongDecimal());
  EXPECT_LT(Long(0.12345678901234), Long(0.12345678901235));
  EXPECT_LT(Long(-0.12345678901235), Long(-0.12345678901234));
  EXPECT_EQ(Long(0.1234567890125).Rounded(), D("0.123456789012"));  // a tie, to even
  EXPECT_EQ(Long(-0.1234567890125).Rounded(), D("-0.123456789012"));
  EXPECT_EQ(Long(0.1234567890135).Rounded(), D("0.123456789014"));
  EXPECT_EQ(Long(-0.1234567890135).Rounded(), D("-0.123456789014"));
  EXPECT_EQ(LongDecimal::FromDouble(1e25), std::nullopt);
  EXPECT_EQ(LongDecimal::FromDouble(std::numeric_limits<double>::infinity()), std::nullopt);
  std::mt19937_64 random(11);
  for (int i = 0; i < 20'000; ++i) {
    const double value = (static_cast<double>(random() % 2'000'000'000'000'000) - 1e15) *
                         std::pow(10, -static_cast<int>(random() % 30));
    ASSERT_EQ(Long(value).Rounded(), Decimal::FromDouble(value)) << value;
    DecimalSum nothing;
    nothing.Add(Long(value));
    ASSERT_EQ(nothing.Total(), Decimal::FromDouble(value)) << value;
    nothing.Add(Long(-value));
    ASSERT_EQ(nothing.Total(), Decimal()) << value;
  }
}

TEST(DecimalSumTest, OverflowsInTheTotalOnly) {
  DecimalSum sum;
  for (int i = 0; i < 1'000; ++i) sum.Add(D("1e24"));
  EXPECT_EQ(sum.Total(), std::nullopt);
  EXPECT_EQ(Show(sum.Mean()), "1000000000000000000000000");
  for (int i = 0; i < 1'000; ++i) sum.Add(D("-1e24"));
  sum.Add(D("0.5"));
  EXPECT_EQ(Show(sum.Total()), "0.5");
}

}  // namespace
}  // namespace athena
