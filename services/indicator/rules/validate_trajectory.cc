#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/indicator/rules/trajectory.h"

namespace athena::indicator {
namespace {

// Collects the faults of a target, field by field.
class TargetValidator {
 public:
  explicit TargetValidator(const Target& target) : target_(target) {}

  std::vector<Fault> Run() {
    CheckBaseline();
    CheckAnchors();
    CheckRedFlag();
    CheckProfile();
    CheckEnd();
    return std::move(faults_);
  }

 private:
  // A value that the trajectory passes through and its red value, with their fields.
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
      // STEP does not start from the baseline. A red value on its better side is a mistake even so.
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
    // Low and high are two trajectories, each of which stays on one side of zero.
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
    const bool yearly =
        !target_.anchors.empty() && target_.anchors.front().period.frequency() == Frequency::kYear;
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
    if (const std::optional<Decimal> total = sum.Total(); total != Decimal::FromInt(1)) {
      Add("quarter_profile",
          absl::StrCat("saw a sum of ", total.has_value() ? total->ToString() : "over 1e24",
                       ", allowed is 1"));
    }
  }

  void CheckEnd() {
    if (target_.ended_from.has_value() && !IsAnchorPeriod(*target_.ended_from)) {
      Add("ended_from",
          absl::StrCat("saw ", target_.ended_from->ToString(), ", allowed are quarters and years"));
    }
  }

  const Target& target_;
  std::vector<Fault> faults_;
};

}  // namespace

std::vector<Fault> Validate(const Target& target) { return TargetValidator(target).Run(); }

}  // namespace athena::indicator
