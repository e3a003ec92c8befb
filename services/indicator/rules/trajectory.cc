#include "services/indicator/rules/trajectory.h"

#include <algorithm>
#include <initializer_list>
#include <utility>

#include "absl/strings/str_cat.h"

namespace athena::indicator {
namespace {

constexpr Decimal kOne = Decimal::FromInt(1);
constexpr Decimal kQuarterOfYear = Decimal::FromUnits(250'000'000'000);
constexpr int32_t kQuartersPerYear = 4;

int32_t FloorDivide(int32_t a, int32_t b) { return a / b - (a % b < 0 ? 1 : 0); }

// Every amount that a trajectory has at one place, and sums and shares of them. What does not apply
// to the target (the red ones without kValues, low and high without RANGE) is zero.
struct Amounts {
  Decimal target, red, low, high, red_low, red_high;
  Decimal margin;
  Decimal baseline;

  template <typename F>  // std::optional<Decimal>(Decimal mine, Decimal of other)
  std::optional<Amounts> With(const Amounts& other, const F& combine) const {
    Amounts result;
    for (Decimal Amounts::*const amount :
         {&Amounts::target, &Amounts::red, &Amounts::low, &Amounts::high, &Amounts::red_low,
          &Amounts::red_high, &Amounts::margin, &Amounts::baseline}) {
      const std::optional<Decimal> combined = combine(this->*amount, other.*amount);
      if (!combined.has_value()) return std::nullopt;
      result.*amount = *combined;
    }
    return result;
  }
  std::optional<Amounts> Plus(const Amounts& other) const { return With(other, Decimal::Add); }
  // this * share / whole.
  std::optional<Amounts> Times(Decimal share, Decimal whole) const {
    if (share == whole) return *this;
    return With(*this, [share, whole](Decimal amount, Decimal) {
      return Decimal::MultiplyDivide(amount, share, whole);
    });
  }
};

bool YearlyAnchors(const Target& target) {
  return target.anchors.front().period.frequency() == Frequency::kYear;
}

// Where a period of the anchors' kind stands on the line that a trajectory is drawn on: years for
// the yearly totals of a flow, else quarters.
int32_t Place(const Target& target, Period period) {
  if (target.measure == Measure::kFlow || period.frequency() == Frequency::kQuarter) {
    return period.index();
  }
  const int32_t first_quarter = period.index() * kQuartersPerYear;
  return target.interpolation == Interpolation::kStep ? first_quarter : first_quarter + 3;
}

bool StartsAtBaseline(const Target& target) {
  return target.baseline.has_value() && target.direction != Direction::kRange &&
         target.interpolation == Interpolation::kLinear;
}

Amounts AmountsOf(const Target& target, const Anchor& anchor) {
  const auto or_zero = [](const std::optional<Decimal>& value) {
    return value.value_or(Decimal());
  };
  return {
      or_zero(anchor.value),   or_zero(anchor.red),
      or_zero(anchor.low),     or_zero(anchor.high),
      or_zero(anchor.red_low), or_zero(anchor.red_high),
      target.margin,           target.baseline.has_value() ? target.baseline->value : Decimal()};
}

// The trajectory at a place of its line.
std::optional<Amounts> AmountsAt(const Target& target, int32_t place) {
  const auto next = std::upper_bound(
      target.anchors.begin(), target.anchors.end(), place,
      [&target](int32_t at, const Anchor& anchor) { return at < Place(target, anchor.period); });
  Amounts from;
  int32_t from_place = 0;
  if (next != target.anchors.begin()) {
    const Anchor& before = *std::prev(next);
    from = AmountsOf(target, before);
    from_place = Place(target, before.period);
    if (target.interpolation == Interpolation::kStep || next == target.anchors.end()) return from;
  } else {
    if (!StartsAtBaseline(target)) return std::nullopt;
    from_place = Place(target, target.baseline->period);
    if (place <= from_place) return std::nullopt;
    from = AmountsOf(target, *next);  // the margin and the baseline are the same everywhere
    from.target = target.baseline->value;
    from.red = target.baseline->red.value_or(Decimal());
  }
  const int32_t to_place = Place(target, next->period);
  const Decimal weights[] = {Decimal::FromInt(to_place - place),
                             Decimal::FromInt(place - from_place)};
  // The weighted mean rounds the exact value: what lies apart on the exact lines never changes
  // order by rounding, as it could if a rounded difference were added to one end.
  return from.With(AmountsOf(target, *next), [&weights](Decimal a, Decimal b) {
    const Decimal values[] = {a, b};
    return Decimal::WeightedMean(weights, values);
  });
}

// The thresholds that amounts stand for; nullopt when the red flag does not lie apart.
std::optional<Thresholds> Drawn(const Target& target, const std::optional<Amounts>& amounts) {
  if (!amounts.has_value()) return std::nullopt;
  // How far the red flag is from `value`; nullopt when it has values of its own.
  const auto distance = [&target, &amounts](Decimal value) -> std::optional<Decimal> {
    if (target.red_flag == RedFlag::kMargin) return amounts->margin;
    return Decimal::Multiply(target.tolerance, value.Abs());
  };
  const auto red = [&target, &distance](Decimal value, bool below,
                                        Decimal given) -> std::optional<Decimal> {
    if (target.red_flag == RedFlag::kValues) return given;
    const std::optional<Decimal> away = distance(value);
    if (!away.has_value()) return std::nullopt;
    return below ? Decimal::Subtract(value, *away) : Decimal::Add(value, *away);
  };
  Thresholds result;
  if (target.baseline.has_value()) result.baseline = amounts->baseline;
  if (target.direction == Direction::kRange) {
    const auto red_low = red(amounts->low, /*below=*/true, amounts->red_low);
    const auto red_high = red(amounts->high, /*below=*/false, amounts->red_high);
    if (!red_low.has_value() || !red_high.has_value()) return std::nullopt;
    result.low = amounts->low;
    result.high = amounts->high;
    result.red_low = *red_low;
    result.red_high = *red_high;
    const bool apart =
        *red_low < result.low && result.low <= result.high && result.high < *red_high;
    return apart ? std::optional(result) : std::nullopt;
  }
  const bool higher = target.direction == Direction::kHigher;
  const auto flag = red(amounts->target, /*below=*/higher, amounts->red);
  if (!flag.has_value()) return std::nullopt;
  result.target = amounts->target;
  result.red = *flag;
  const auto d = Decimal::Subtract(result.target, result.red);
  if (!d.has_value() || d->Sign() != (higher ? 1 : -1)) return std::nullopt;
  result.d = *d;
  return result;
}

// The share of its year that quarters [first, last] have (indices of one year).
Decimal ShareOfYear(const Target& target, int32_t first, int32_t last) {
  DecimalSum share;
  for (int32_t quarter = first; quarter <= last; ++quarter) {
    const auto in_year = static_cast<size_t>(quarter - FloorDivide(quarter, 4) * 4);
    share.Add(target.quarter_profile.has_value() ? (*target.quarter_profile)[in_year]
                                                 : kQuarterOfYear);
  }
  return share.Total().value_or(kOne);
}

// A flow's amounts in quarters [first, last] (indices of one year, first <= last).
std::optional<Amounts> FlowIn(const Target& target, int32_t first, int32_t last) {
  if (YearlyAnchors(target)) {
    const auto year = AmountsAt(target, FloorDivide(first, kQuartersPerYear));
    if (!year.has_value()) return std::nullopt;
    return year->Times(ShareOfYear(target, first, last), kOne);
  }
  std::optional<Amounts> sum = Amounts();
  for (int32_t quarter = first; quarter <= last && sum.has_value(); ++quarter) {
    const auto amounts = AmountsAt(target, quarter);
    if (!amounts.has_value()) return std::nullopt;
    sum = sum->Plus(*amounts);
  }
  return sum;
}

// First and last quarter of a quarter, semester or year, by index.
std::pair<int32_t, int32_t> QuartersOf(Period period) {
  const PeriodRange quarters = SubPeriodRange(period, Frequency::kQuarter);
  return {quarters.first, quarters.last};
}

// What is wrong with a target, gathered field by field.
class Validation {
 public:
  explicit Validation(const Target& target) : target_(target) {}

  std::vector<Fault> Run() {
    CheckBaseline();
    CheckAnchors();
    CheckRedFlag();
    CheckProfile();
    return std::move(faults_);
  }

 private:
  // A value that the trajectory passes through, and the field it was given in.
  struct Knot {
    std::string field;
    std::optional<Decimal> value;
    std::string red_field;
    std::optional<Decimal> red;
    bool red_below;
  };

  bool range() const { return target_.direction == Direction::kRange; }
  bool red_values() const { return target_.red_flag == RedFlag::kValues; }

  void Add(std::string field, std::string message) {
    faults_.push_back({std::move(field), std::move(message)});
  }

  void CheckMagnitude(const std::string& field, Decimal value) {
    if (value.Abs() > kMaxTargetMagnitude) {
      Add(field, absl::StrCat("saw ", value.ToString(), ", allowed is at most ",
                              kMaxTargetMagnitude.ToString(), " in magnitude"));
    }
  }

  // A value that must be there exactly when `wanted`.
  void CheckPresence(const std::string& field, const std::optional<Decimal>& value, bool wanted,
                     const char* when) {
    if (value.has_value() != wanted) {
      Add(field, wanted ? absl::StrCat("is required ", when)
                        : absl::StrCat("saw ", value->ToString(), ", allowed only ", when));
    } else if (value.has_value()) {
      CheckMagnitude(field, *value);
    }
  }

  bool IsAnchorPeriod(Period period) const {
    return period.frequency() == Frequency::kQuarter || period.frequency() == Frequency::kYear;
  }

  void CheckBaseline() {
    if (!target_.baseline.has_value()) return;
    const Baseline& baseline = *target_.baseline;
    const std::string period = baseline.period.ToString();
    if (!target_.anchors.empty()) {
      const Period first = target_.anchors.front().period;
      if (baseline.period.frequency() != first.frequency()) {
        Add("baseline.period",
            absl::StrCat("saw ", period, ", allowed is a ",
                         first.frequency() == Frequency::kYear ? "year" : "quarter",
                         ", as the anchors have"));
      } else if (baseline.period >= first) {
        Add("baseline.period", absl::StrCat("saw ", period, ", allowed is a period before ",
                                            first.ToString(), ", the first anchor"));
      }
    }
    CheckMagnitude("baseline.value", baseline.value);
    CheckPresence("baseline.red", baseline.red, red_values() && !range(),
                  "with a red flag by values, where HIGHER or LOWER");
  }

  void CheckAnchors() {
    const std::vector<Anchor>& anchors = target_.anchors;
    if (anchors.empty() || anchors.size() > kMaxAnchors) {
      Add("anchors",
          absl::StrCat("saw ", anchors.size(), " anchors, allowed are 1 to ", kMaxAnchors));
    }
    for (size_t i = 0; i < anchors.size(); ++i) {
      const Anchor& anchor = anchors[i];
      const std::string field = absl::StrCat("anchors[", i, "]");
      const std::string period = anchor.period.ToString();
      if (!IsAnchorPeriod(anchor.period)) {
        Add(field + ".period", absl::StrCat("saw ", period, ", allowed are quarters and years"));
      } else if (i > 0 && anchor.period.frequency() != anchors[0].period.frequency()) {
        Add(field + ".period",
            absl::StrCat("saw ", period, ", allowed are all quarters or all years"));
      } else if (i > 0 && anchor.period <= anchors[i - 1].period) {
        Add(field + ".period",
            absl::StrCat("saw ", period, " after ", anchors[i - 1].period.ToString(),
                         ", allowed are ascending periods"));
      }
      CheckPresence(field + ".value", anchor.value, !range(), "where HIGHER or LOWER");
      CheckPresence(field + ".red", anchor.red, red_values() && !range(),
                    "with a red flag by values, where HIGHER or LOWER");
      CheckPresence(field + ".low", anchor.low, range(), "where RANGE");
      CheckPresence(field + ".high", anchor.high, range(), "where RANGE");
      CheckPresence(field + ".red_low", anchor.red_low, red_values() && range(),
                    "with a red flag by values, where RANGE");
      CheckPresence(field + ".red_high", anchor.red_high, red_values() && range(),
                    "with a red flag by values, where RANGE");
      if (anchor.low.has_value() && anchor.high.has_value() && *anchor.low > *anchor.high) {
        Add(field + ".low", absl::StrCat("saw ", anchor.low->ToString(), ", allowed is at most ",
                                         anchor.high->ToString(), ", the high bound"));
      }
    }
  }

  std::vector<Knot> Knots() const {
    std::vector<Knot> knots;
    const bool below = target_.direction == Direction::kHigher;
    if (target_.baseline.has_value() && !range()) {
      // Where STEP leaves the baseline alone its red value is checked all the same: one that lies
      // on the better side is a mistake.
      if (StartsAtBaseline(target_) || red_values()) {
        knots.push_back({"baseline.value", target_.baseline->value, "baseline.red",
                         target_.baseline->red, below});
      }
    }
    for (size_t i = 0; i < target_.anchors.size(); ++i) {
      const Anchor& anchor = target_.anchors[i];
      const std::string field = absl::StrCat("anchors[", i, "]");
      if (range()) {
        knots.push_back({field + ".low", anchor.low, field + ".red_low", anchor.red_low, true});
        knots.push_back(
            {field + ".high", anchor.high, field + ".red_high", anchor.red_high, false});
      } else {
        knots.push_back({field + ".value", anchor.value, field + ".red", anchor.red, below});
      }
    }
    return knots;
  }

  void CheckRedFlag() {
    const bool by_margin = target_.red_flag == RedFlag::kMargin;
    if (by_margin) {
      if (target_.margin < kMinRedDistance || target_.margin > kMaxTargetMagnitude) {
        Add("margin",
            absl::StrCat("saw ", target_.margin.ToString(), ", allowed is ",
                         kMinRedDistance.ToString(), " to ", kMaxTargetMagnitude.ToString()));
      }
    } else if (!target_.margin.IsZero()) {
      Add("margin", absl::StrCat("saw ", target_.margin.ToString(),
                                 ", allowed only with a red flag by margin"));
    }
    if (target_.red_flag == RedFlag::kTolerance) {
      CheckTolerance();
    } else if (!target_.tolerance.IsZero()) {
      Add("tolerance", absl::StrCat("saw ", target_.tolerance.ToString(),
                                    ", allowed only with a red flag by tolerance"));
    }
    if (!red_values()) return;
    for (const Knot& knot : Knots()) {
      if (!knot.value.has_value() || !knot.red.has_value()) continue;  // a fault already
      const auto distance = knot.red_below ? Decimal::Subtract(*knot.value, *knot.red)
                                           : Decimal::Subtract(*knot.red, *knot.value);
      if (!distance.has_value() || *distance < kMinRedDistance) {
        Add(knot.red_field,
            absl::StrCat("saw ", knot.red->ToString(), ", allowed is the worse side of ",
                         knot.value->ToString(), ", at least ", kMinRedDistance.ToString(),
                         knot.red_below ? " below it" : " above it"));
      }
    }
  }

  void CheckTolerance() {
    if (target_.tolerance.Sign() <= 0 || target_.tolerance > kMaxTolerance) {
      Add("tolerance",
          absl::StrCat("saw ", target_.tolerance.ToString(), ", allowed is more than 0, at most ",
                       kMaxTolerance.ToString()));
      return;
    }
    // Low and high are two trajectories, each of which keeps its own side of zero.
    int sign_below = 0;
    int sign_above = 0;
    for (const Knot& knot : Knots()) {
      if (!knot.value.has_value()) continue;
      int& sign = knot.red_below ? sign_below : sign_above;
      if (sign == 0) sign = knot.value->Sign();
      if (knot.value->IsZero() || knot.value->Sign() != sign) {
        Add(knot.field, absl::StrCat("saw ", knot.value->ToString(),
                                     ", allowed with a tolerance is a trajectory that neither "
                                     "touches nor crosses 0: use a margin"));
        continue;
      }
      const auto distance = Decimal::Multiply(target_.tolerance, knot.value->Abs());
      if (distance.has_value() && *distance < kMinRedDistance) {
        Add("tolerance", absl::StrCat("saw ", target_.tolerance.ToString(), " of ",
                                      knot.value->ToString(), ", allowed is a red flag at least ",
                                      kMinRedDistance.ToString(), " from it"));
      }
    }
  }

  void CheckProfile() {
    if (!target_.quarter_profile.has_value()) return;
    const bool yearly = !target_.anchors.empty() && YearlyAnchors(target_);
    if (target_.measure != Measure::kFlow || (!target_.anchors.empty() && !yearly)) {
      Add("quarter_profile", "allowed only for the yearly totals of a flow");
    }
    DecimalSum sum;
    for (size_t i = 0; i < target_.quarter_profile->size(); ++i) {
      const Decimal share = (*target_.quarter_profile)[i];
      sum.Add(share);
      if (share.Sign() <= 0) {
        Add(absl::StrCat("quarter_profile[", i, "]"),
            absl::StrCat("saw ", share.ToString(), ", allowed is more than 0"));
      }
    }
    if (const std::optional<Decimal> total = sum.Total(); total != kOne) {
      Add("quarter_profile",
          absl::StrCat("saw a sum of ", total.has_value() ? total->ToString() : "over 1e24",
                       ", allowed is 1"));
    }
  }

  const Target& target_;
  std::vector<Fault> faults_;
};

}  // namespace

Measure MeasureOf(bool is_formula, TimeAggregation time) {
  const bool adds_up = time == TimeAggregation::kSum || time == TimeAggregation::kCount;
  return !is_formula && adds_up ? Measure::kFlow : Measure::kLevel;
}

std::vector<Fault> Validate(const Target& target) { return Validation(target).Run(); }

std::optional<Thresholds> ThresholdsAt(const Target& target, Period period) {
  if (target.anchors.empty() || period.frequency() < Frequency::kQuarter) return std::nullopt;
  const auto [first, last] = QuartersOf(period);
  return Drawn(target, target.measure == Measure::kFlow ? FlowIn(target, first, last)
                                                        : AmountsAt(target, last));
}

std::optional<Thresholds> ThresholdsToDate(const Target& target, Period period, int32_t counted,
                                           int32_t all) {
  if (target.anchors.empty() || target.measure != Measure::kFlow ||
      period.frequency() < Frequency::kQuarter || all <= 0) {
    return std::nullopt;
  }
  const auto [first, last] = QuartersOf(period);
  const int32_t first_of_year = FloorDivide(first, kQuartersPerYear) * kQuartersPerYear;
  if (counted == all) return Drawn(target, FlowIn(target, first_of_year, last));
  std::optional<Amounts> amounts = FlowIn(target, first, last);
  if (amounts.has_value()) {
    amounts = amounts->Times(Decimal::FromInt(counted), Decimal::FromInt(all));
  }
  if (amounts.has_value() && first_of_year < first) {
    const auto before = FlowIn(target, first_of_year, first - 1);
    if (!before.has_value()) return std::nullopt;
    amounts = amounts->Plus(*before);
  }
  return Drawn(target, amounts);
}

std::optional<Thresholds> Scaled(const Thresholds& thresholds, int32_t counted, int32_t all) {
  if (counted <= 0 || all <= 0) return std::nullopt;
  if (counted == all) return thresholds;
  Thresholds result = thresholds;
  const auto scale = [counted, all](Decimal& amount) {
    // Smaller than it was: it does not overflow.
    amount = Decimal::MultiplyDivide(amount, Decimal::FromInt(counted), Decimal::FromInt(all))
                 .value_or(amount);
  };
  for (Decimal Thresholds::*const amount :
       {&Thresholds::target, &Thresholds::red, &Thresholds::low, &Thresholds::high,
        &Thresholds::red_low, &Thresholds::red_high}) {
    scale(result.*amount);
  }
  if (result.baseline.has_value()) scale(*result.baseline);
  const bool range = thresholds.d.IsZero();
  result.d = Decimal::Subtract(result.target, result.red).value_or(Decimal());
  const bool apart = range ? result.red_low < result.low && result.high < result.red_high
                           : result.d.Sign() == thresholds.d.Sign();
  return apart ? std::optional(result) : std::nullopt;
}

std::optional<Thresholds> ThresholdsAtEnd(const Target& target, Period period,
                                          Period last_quarter) {
  if (period.frequency() < Frequency::kQuarter) return std::nullopt;
  Period end = Period::Containing(period.frequency(), last_quarter.LastDay());
  if (end.LastDay() > last_quarter.LastDay()) end = end.Minus(1);
  if (target.measure == Measure::kFlow) {
    const int32_t per_year = period.frequency() == Frequency::kQuarter    ? 4
                             : period.frequency() == Frequency::kSemester ? 2
                                                                          : 1;
    const int32_t apart = end.index() - period.index();
    end = end.Minus(apart - FloorDivide(apart, per_year) * per_year);
  }
  return ThresholdsAt(target, end);
}

std::optional<Period> FirstTargetQuarter(const Target& target) {
  if (target.anchors.empty()) return std::nullopt;
  int32_t first = StartsAtBaseline(target) ? Place(target, target.baseline->period) + 1
                                           : Place(target, target.anchors.front().period);
  if (target.measure == Measure::kFlow && YearlyAnchors(target)) first *= kQuartersPerYear;
  return Period::OfIndex(Frequency::kQuarter, first);
}

std::optional<size_t> OriginalVersion(absl::Span<const absl::Time> committed,
                                      std::optional<absl::Time> activated) {
  if (committed.empty()) return std::nullopt;
  if (!activated.has_value()) return 0;
  return CurrentVersion(committed, *activated).value_or(0);
}

std::optional<size_t> CurrentVersion(absl::Span<const absl::Time> committed, absl::Time as_of) {
  const auto after = std::upper_bound(committed.begin(), committed.end(), as_of);
  if (after == committed.begin()) return std::nullopt;
  return static_cast<size_t>(after - committed.begin()) - 1;
}

}  // namespace athena::indicator
