#include "services/indicator/rules/formula_value.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>

#include "absl/container/btree_set.h"
#include "absl/container/flat_hash_map.h"

namespace athena::indicator {
namespace {

// Whether coalesce replaces an operand: it is not expected at all, or is due and has no cell.
bool IsReplaced(const Reading& reading) {
  switch (reading.reason) {
    case NoValueReason::kNoData:
    case NoValueReason::kOverdue:
      return true;
    case NoValueReason::kIncomplete:
      return reading.parts.size() == 1 && reading.LeastCoverage().present == 0;
    default:
      return false;
  }
}

// Evaluates one formula over one range.
class Evaluation {
 public:
  Evaluation(const FormulaRule& rule, const PeriodRange& range, const SubPeriodSet* allowed,
             absl::CivilDay date, OperandReader& operands)
      : rule_(rule), date_(date), operands_(operands) {
    reading_.range = range;
    reading_.missing = rule.missing;
    reading_.uses.resize(static_cast<size_t>(range.size()), Use::kNotUsed);
    for (size_t i = 0; allowed != nullptr && i < reading_.uses.size(); ++i) {
      const int32_t period = range.first + static_cast<int32_t>(i);
      if (!allowed->Contains(range.frequency, period)) reading_.uses[i] = Use::kOutside;
    }
  }

  Reading Run(bool last_is_due) && {
    if (Mixed() && !last_is_due) {
      reading_.reason = NoValueReason::kNotDue;
    } else {
      uses_ = rule_.formula->UsesOf([this](int operand) { return IsReplaced(Own(operand)); });
      Evaluate();
      SetUses();
    }
    SetProvisional();
    return std::move(reading_);
  }

 private:
  const Reading& Own(int operand) { return operands_.Own(operand); }
  const FormulaRule::OperandRule& RuleOf(int operand) const {
    return rule_.operands[static_cast<size_t>(operand)];
  }
  // Whether the sub-periods that are judged in an operand decide which ones count.
  bool Decides(int operand) const { return rule_.flow || RuleOf(operand).flow; }

  // Whether a LEVEL formula has operands of both kinds.
  bool Mixed() const {
    if (rule_.flow) return false;
    bool flow = false;
    bool level = false;
    for (const FormulaRule::OperandRule& operand : rule_.operands) {
      (operand.flow ? flow : level) = true;
    }
    return flow && level;
  }

  bool Fail(NoValueReason reason) {
    reading_.reason = reason;
    return false;
  }

  // Refuses operands without value; `read` gives an operand's reading.
  template <typename Read>
  bool HaveValues(absl::Span<const int> operands, const Read& read) {
    constexpr std::array<NoValueReason, 3> kOwnReasons = {
        NoValueReason::kOverdue, NoValueReason::kNotDue, NoValueReason::kNoData};
    int blamed = -1;
    size_t rank = kOwnReasons.size() + 1;
    for (const int operand : operands) {
      const Reading& reading = read(operand);
      if (reading.value.has_value()) continue;
      const auto found = static_cast<size_t>(
          std::find(kOwnReasons.begin(), kOwnReasons.end(), reading.reason) - kOwnReasons.begin());
      if (found >= rank) continue;
      rank = found;
      blamed = operand;
    }
    if (blamed < 0) return true;
    reading_.operand = blamed;
    reading_.operand_reason = read(blamed).reason;
    return Fail(rank < kOwnReasons.size() ? kOwnReasons[rank] : NoValueReason::kOperand);
  }

  void Evaluate() {
    std::vector<int> needed;
    for (const OperandUse& use : uses_) {
      if (!use.replaced) needed.push_back(use.operand);
    }
    const auto own = [this](int operand) -> const Reading& { return Own(operand); };
    const auto over = [this](int operand) -> const Reading& { return ReadOver(operand); };
    if (!HaveValues(needed, own) || !FindJudged() || !Restrict()) return;
    std::vector<int> plain;
    std::vector<int> unrestricted;
    for (const OperandUse& use : uses_) {
      if (use.in_coalesce) continue;
      plain.push_back(use.operand);
      if (!restricted_.contains(use.operand)) unrestricted.push_back(use.operand);
    }
    if (!HaveValues(unrestricted, over)) return;
    for (const int operand : plain) {
      const Reading& reading = Final(operand);
      reading_.parts.insert(reading_.parts.end(), reading.parts.begin(), reading.parts.end());
    }
    if (!IsCovered()) return;
    EvaluateExpression(over);
  }

  // Finds the sub-periods, of the coarsest frequency, that are judged in every operand that
  // decides.
  bool FindJudged() {
    bool decided = false;
    bool all = true;
    Frequency coarsest = Frequency::kDay;
    for (const OperandUse& use : uses_) {
      if (!Decides(use.operand)) continue;
      decided = true;
      coarsest = std::max(coarsest, RuleOf(use.operand).frequency);
      const auto& uses = Own(use.operand).uses;
      all = all && std::find(uses.begin(), uses.end(), Use::kNotUsed) == uses.end();
    }
    if (!decided) return true;
    absl::btree_set<int32_t> judged;
    absl::btree_set<int32_t> open;
    for (const OperandUse& use : uses_) {
      if (!Decides(use.operand)) continue;
      const Reading& own = Own(use.operand);
      for (size_t i = 0; i < own.uses.size(); ++i) {
        if (own.uses[i] == Use::kOutside) continue;
        // Without open sub-periods it is enough to know that there are any.
        if (all) return true;
        const int32_t index = own.range.first + static_cast<int32_t>(i);
        const int32_t in =
            own.range.frequency == coarsest
                ? index
                : Period::OfIndex(own.range.frequency, index).ParentIn(coarsest).index();
        judged.insert(in);
        if (own.uses[i] == Use::kNotUsed) open.insert(in);
      }
    }
    judged_.emplace();
    judged_->frequency = coarsest;
    std::set_difference(judged.begin(), judged.end(), open.begin(), open.end(),
                        std::back_inserter(judged_->periods));
    if (judged_->periods.empty()) return Fail(NoValueReason::kNotDue);
    return true;
  }

  bool Restrict() {
    for (const std::vector<int>& group : rule_.aligned) {
      const bool bound =
          judged_.has_value() &&
          std::any_of(group.begin(), group.end(), [this](int one) { return Decides(one); });
      const PeriodRange range = Own(group.front()).range;
      std::vector<int32_t> used;
      for (int32_t period = range.first; period <= range.last; ++period) {
        const auto at = static_cast<size_t>(period - range.first);
        const bool in_all = std::all_of(group.begin(), group.end(), [&](int operand) {
          return Own(operand).uses[at] == Use::kUsed;
        });
        if (in_all && (!bound || judged_->Contains(range.frequency, period))) {
          used.push_back(period);
        }
      }
      if (used.empty()) return Fail(NoValueReason::kNotDue);
      std::vector<AlignedOperand> operands;
      std::vector<Reading> readings;
      for (const int operand : group) {
        operands.push_back(operands_.Align(operand));
        readings.push_back(Own(operand));
      }
      const NoValueReason reason =
          ReadCommonCells(range, used, absl::MakeSpan(operands), absl::MakeSpan(readings));
      if (reason != NoValueReason::kNone) return Fail(reason);
      for (size_t i = 0; i < group.size(); ++i) restricted_[group[i]] = std::move(readings[i]);
    }
    return true;
  }

  // An operand that no common cells restrict: flows over what is judged in all.
  const Reading& ReadOver(int operand) {
    if (!judged_.has_value() || !Decides(operand)) return Own(operand);
    return operands_.Over(operand, *judged_);
  }
  const Reading& Final(int operand) {
    const auto found = restricted_.find(operand);
    return found != restricted_.end() ? found->second : ReadOver(operand);
  }

  bool IsCovered() {
    for (const Reading::Part& part : reading_.parts) {
      Coverage sum;
      for (const Coverage& quarter : part) {
        sum.present += quarter.present;
        sum.expected += quarter.expected;
      }
      if (sum.expected == 0) continue;
      const NoValueReason reason = CoverageReason(rule_.missing, rule_.min_coverage, sum);
      if (reason != NoValueReason::kNone) return Fail(reason);
    }
    return true;
  }

  template <typename Read>
  void EvaluateExpression(const Read& read) {
    std::vector<OperandValue> values(rule_.operands.size());
    for (const OperandUse& use : uses_) {
      OperandValue& value = values[static_cast<size_t>(use.operand)];
      const Reading& reading = Final(use.operand);
      value.value = reading.value;
      value.absent = IsReplaced(Own(use.operand)) || IsReplaced(reading);
    }
    // What coalesce skips only now, over what is judged in all, may need operands that it did not
    // use before.
    for (size_t i = 0; i < values.size(); ++i) {
      const auto operand = static_cast<int>(i);
      if (values[i].value.has_value() || IsUsed(operand)) continue;
      values[i].value = Final(operand).value;
      values[i].absent = IsReplaced(Own(operand));
    }
    const FormulaResult result = rule_.formula->Evaluate(values);
    if (result.operand >= 0) {
      const std::array<int, 1> operand = {result.operand};
      HaveValues(operand, read);
      return;
    }
    reading_.value = result.value;
    reading_.reason = result.reason;
  }

  bool IsUsed(int operand) const {
    return std::any_of(uses_.begin(), uses_.end(),
                       [operand](const OperandUse& use) { return use.operand == operand; });
  }

  // Sets which sub-periods are judged or read in every operand.
  void SetUses() {
    for (Use& use : reading_.uses) {
      if (use == Use::kNotUsed) use = Use::kUsed;
    }
    const PeriodRange& range = reading_.range;
    for (const OperandUse& operand : uses_) {
      const Reading& own = Own(operand.operand);
      for (size_t i = 0; i < own.uses.size(); ++i) {
        if (own.uses[i] != Use::kNotUsed) continue;
        const int32_t index = own.range.first + static_cast<int32_t>(i);
        const int32_t in =
            own.range.frequency == range.frequency
                ? index
                : Period::OfIndex(own.range.frequency, index).ParentIn(range.frequency).index();
        if (in < range.first || in > range.last) continue;
        Use& use = reading_.uses[static_cast<size_t>(in - range.first)];
        if (use == Use::kUsed) use = Use::kNotUsed;
      }
    }
  }

  void SetProvisional() {
    const PeriodRange& range = reading_.range;
    const int32_t first_not_over = FirstNotOver(range.frequency, date_);
    for (size_t i = 0; i < reading_.uses.size(); ++i) {
      const bool over = range.first + static_cast<int32_t>(i) < first_not_over;
      if (reading_.uses[i] == Use::kOutside) continue;
      if (!over || reading_.uses[i] == Use::kNotUsed) reading_.provisional = true;
    }
    for (const OperandUse& use : uses_) {
      if (Own(use.operand).provisional) reading_.provisional = true;
    }
  }

  const FormulaRule& rule_;
  const absl::CivilDay date_;
  OperandReader& operands_;
  Reading reading_;
  std::vector<OperandUse> uses_;
  std::optional<SubPeriodSet> judged_;  // unset: nothing is restricted
  absl::flat_hash_map<int, Reading> restricted_;
};

}  // namespace

Reading EvaluateFormula(const FormulaRule& rule, const PeriodRange& range,
                        const SubPeriodSet* allowed, bool last_is_due, absl::CivilDay date,
                        OperandReader& operands) {
  return Evaluation(rule, range, allowed, date, operands).Run(last_is_due);
}

}  // namespace athena::indicator
