#include "services/reporting/scoring.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/container/flat_hash_set.h"

namespace athena::reporting {
namespace {

constexpr Decimal kZero;
constexpr Decimal kOne = Decimal::FromInt(1);
constexpr Decimal kHundred = Decimal::FromInt(100);
constexpr Decimal kThree = Decimal::FromInt(3);
// 200/3 and 100/3 as they are rounded.
constexpr Decimal kGreenFrom = Decimal::FromUnits(66'666'666'666'667);
constexpr Decimal kAmberFrom = Decimal::FromUnits(33'333'333'333'333);

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// 100 (value - red + d) / (3 d), clamped; d = target - red. nullopt on overflow.
std::optional<Decimal> OneSidedScore(bool higher, Decimal target, Decimal red, Decimal value) {
  if (target == red) {
    if (value == target) return kGreenFrom;
    return (value > target) == higher ? kHundred : kZero;
  }
  const std::optional<Decimal> d = Decimal::Subtract(target, red);
  if (!d.has_value()) return std::nullopt;
  const std::optional<Decimal> full = Decimal::Add(target, *d);
  const std::optional<Decimal> nothing = Decimal::Subtract(red, *d);
  const std::optional<Decimal> width = Decimal::Multiply(*d, kThree);
  if (!full.has_value() || !nothing.has_value() || !width.has_value()) return std::nullopt;
  if (higher ? value >= *full : value <= *full) return kHundred;
  if (higher ? value <= *nothing : value >= *nothing) return kZero;
  const std::optional<Decimal> above = Decimal::Subtract(value, *nothing);
  if (!above.has_value()) return std::nullopt;
  return Decimal::MultiplyDivide(kHundred, *above, *width);
}

Status OneSidedStatus(bool higher, Decimal target, Decimal red, Decimal value) {
  if (higher ? value >= target : value <= target) return Status::kGreen;
  if (higher ? value < red : value > red) return Status::kRed;
  return Status::kAmber;
}

// Status is ordered from good to bad.
Status Worse(Status a, Status b) { return std::max(a, b); }

Judgement JudgeRange(const Thresholds& t, Decimal value) {
  Judgement judgement;
  const std::optional<Decimal> lower = OneSidedScore(true, t.low, t.red_low, value);
  const std::optional<Decimal> upper = OneSidedScore(false, t.high, t.red_high, value);
  if (!lower.has_value() || !upper.has_value()) {
    judgement.reason = Reason::kOverflow;
    return judgement;
  }
  judgement.score = std::min(*lower, *upper);
  judgement.status = Worse(OneSidedStatus(true, t.low, t.red_low, value),
                           OneSidedStatus(false, t.high, t.red_high, value));
  judgement.gap = value < t.low    ? Decimal::Subtract(value, t.low)
                  : value > t.high ? Decimal::Subtract(value, t.high)
                                   : kZero;
  return judgement;
}

// Years between the ends of two periods, when that is a whole number of at least 1.
std::optional<int> WholeYears(Period from, Period to) {
  const int quarters = to.QuarterOf().index() - from.QuarterOf().index();
  if (quarters < 4 || quarters % 4 != 0) return std::nullopt;
  return quarters / 4;
}

// (to / from)^(1 / years) - 1. Both have the same sign and `from` is not 0.
std::optional<Decimal> AnnualGrowth(Decimal from, Decimal to, int years) {
  const std::optional<Decimal> quotient = Decimal::Divide(to, from);
  if (!quotient.has_value()) return std::nullopt;
  const std::optional<Decimal> root = Decimal::Root(*quotient, years);
  if (!root.has_value()) return std::nullopt;
  return Decimal::Subtract(*root, kOne);
}

// a x + b.
std::optional<Decimal> Linear(Decimal a, Decimal x, Decimal b) {
  const std::optional<Decimal> product = Decimal::Multiply(a, x);
  if (!product.has_value()) return std::nullopt;
  return Decimal::Add(*product, b);
}

std::optional<Decimal> ShareOf(int64_t present, int64_t expected) {
  if (expected <= 0) return std::nullopt;
  return std::min(kOne, *Decimal::Divide(Decimal::FromInt(present), Decimal::FromInt(expected)));
}

JudgedMeasure JudgeMeasure(Direction direction, const Measured& measured) {
  JudgedMeasure judged;
  judged.coverage = ShareOf(measured.present, measured.expected);
  if (!measured.value.has_value()) return judged;
  if (measured.current.has_value()) {
    judged.current = Judge(direction, *measured.current, *measured.value);
  }
  if (measured.original == measured.current) {
    judged.original = judged.current;
  } else if (measured.original.has_value()) {
    judged.original = Judge(direction, *measured.original, *measured.value);
  }
  return judged;
}

// Whether an indicator without value was to be there: it has cells that are due, or its own period
// is over. One that cannot be read is waited for, so that the coverage shows it.
bool IsAwaited(const Measured& measured) {
  switch (measured.reason) {
    case Reason::kNotDue:
    case Reason::kNotBegun:
      return false;
    case Reason::kOverdue:
    case Reason::kNotReadable:
      return true;
    default:
      return measured.expected > 0;
  }
}

LinkOutcome ScoreLink(const Link& link, bool year_to_date, bool begun, Reason inactive) {
  LinkOutcome outcome;
  outcome.period = JudgeMeasure(link.direction, link.period);
  if (link.year_to_date.has_value()) {
    outcome.year_to_date = JudgeMeasure(link.direction, *link.year_to_date);
  }
  outcome.scored_year_to_date = year_to_date && link.year_to_date.has_value();
  const Measured& measured = outcome.scored_year_to_date ? *link.year_to_date : link.period;
  const JudgedMeasure& judged =
      outcome.scored_year_to_date ? *outcome.year_to_date : outcome.period;
  outcome.coverage = judged.coverage;
  if (inactive != Reason::kNone) {
    outcome.status = Status::kNotApplicable;
    outcome.reason = inactive;
    return outcome;
  }
  if (!begun) {
    outcome.reason = Reason::kNotBegun;
    return outcome;
  }
  if (!measured.value.has_value()) {
    outcome.reason = measured.reason == Reason::kNone ? Reason::kNoData : measured.reason;
    outcome.expected = IsAwaited(measured);
    return outcome;
  }
  if (!judged.current.has_value()) {
    outcome.reason = Reason::kNoTarget;
    outcome.expected = measured.expected > 0;
    return outcome;
  }
  outcome.status = judged.current->status;
  outcome.reason = judged.current->reason;
  outcome.score = judged.current->score;
  outcome.expected = outcome.score.has_value() || measured.expected > 0;
  return outcome;
}

// The expected parts of an element, gathered.
class Parts {
 public:
  void Add(Decimal weight, std::optional<Decimal> score, std::optional<Decimal> coverage) {
    weights_.push_back(weight);
    // A value that came before anything was due is complete as far as it goes.
    coverages_.push_back(score.has_value() ? coverage.value_or(kOne) : kZero);
    zero_filled_.push_back(score.value_or(kZero));
    if (score.has_value()) {
      scored_weights_.push_back(weight);
      scores_.push_back(*score);
    }
  }

  void RollUp(MissingPolicy policy, Decimal min_coverage, NodeOutcome* node) {
    if (weights_.empty()) {
      node->status = Status::kNotApplicable;
      node->reason = Reason::kNothingExpected;
      return;
    }
    const bool missing = scores_.size() < weights_.size();
    node->status = Status::kNoScore;
    node->coverage = Decimal::WeightedMean(weights_, coverages_);
    if (!node->coverage.has_value()) {
      node->reason = Reason::kNoWeight;
      return;
    }
    if (missing && policy == MissingPolicy::kStrict) {
      node->reason = Reason::kMissingPart;
      return;
    }
    if (*node->coverage < min_coverage) {
      node->reason = Reason::kCoverage;
      return;
    }
    if (policy == MissingPolicy::kZero) {
      scored_weights_ = weights_;
      scores_ = zero_filled_;
    }
    node->score = Decimal::WeightedMean(scored_weights_, scores_);
    if (!node->score.has_value()) {
      node->reason = Reason::kNoWeight;
      return;
    }
    node->status = *node->score >= kGreenFrom   ? Status::kGreen
                   : *node->score >= kAmberFrom ? Status::kAmber
                                                : Status::kRed;
  }

 private:
  std::vector<Decimal> weights_;
  std::vector<Decimal> coverages_;
  std::vector<Decimal> scored_weights_;
  std::vector<Decimal> scores_;
  std::vector<Decimal> zero_filled_;
};

// CANCELLED or DEFERRED on `day`, or neither.
Reason InactiveOn(const Element& element, absl::CivilDay day) {
  if (element.cancelled_on.has_value() && *element.cancelled_on <= day) return Reason::kCancelled;
  const bool deferred = element.deferred_on.has_value() && *element.deferred_on <= day;
  const bool resumed = element.resumed_on.has_value() && *element.resumed_on <= day && deferred &&
                       *element.resumed_on >= *element.deferred_on;
  return deferred && !resumed ? Reason::kDeferred : Reason::kNone;
}

class Scorer {
 public:
  explicit Scorer(const Plan& plan)
      : plan_(plan),
        last_day_(plan.quarter.LastDay()),
        begun_(plan.quarter.FirstDay() <= plan.date) {
    outcome_.elements.resize(plan.elements.size());
  }

  Outcome Run() && {
    for (size_t i = 0; i < plan_.elements.size(); ++i) {
      const int parent = plan_.elements[i].parent;
      NodeOutcome& node = parent < 0 ? outcome_.plan : outcome_.elements[parent];
      node.children.push_back(static_cast<int>(i));
    }
    const auto by_code = [this](int a, int b) {
      return NaturalLess(plan_.elements[a].code, plan_.elements[b].code);
    };
    std::sort(outcome_.plan.children.begin(), outcome_.plan.children.end(), by_code);
    for (NodeOutcome& node : outcome_.elements) {
      std::sort(node.children.begin(), node.children.end(), by_code);
    }
    ScoreNode(nullptr, Reason::kNone, &outcome_.plan);
    FindRepeated();
    return std::move(outcome_);
  }

 private:
  // Depth first; `inactive` is the reason why the element or one above it does not count.
  void ScoreNode(const Element* element, Reason inactive, NodeOutcome* node) {
    Parts parts;
    if (element != nullptr) ScoreLinks(*element, inactive, &parts, node);
    for (const int index : node->children) {
      const Element& child = plan_.elements[index];
      NodeOutcome* below = &outcome_.elements[index];
      const Reason own = InactiveOn(child, last_day_);
      ScoreNode(&child, inactive != Reason::kNone ? inactive : own, below);
      node->element_counts.Add(below->element_counts);
      node->element_counts.Count(below->status);
      node->indicator_counts.Add(below->indicator_counts);
      const bool expected = begun_ && below->status != Status::kNotApplicable;
      if (!expected) continue;
      parts.Add(child.weight, below->score, below->coverage);
      if (child.critical) CapBy(below->status, Cap::Part::kElement, index, node);
    }
    if (inactive != Reason::kNone) {
      node->status = Status::kNotApplicable;
      node->reason = inactive;
      return;
    }
    if (!begun_) {
      node->status = Status::kNoScore;
      node->reason = Reason::kNotBegun;
      return;
    }
    parts.RollUp(plan_.missing_policy, plan_.min_coverage, node);
    if (element != nullptr) CapByMilestones(*element, node);
    if (!node->caps.empty() && node->status == Status::kGreen) node->status = Status::kAmber;
  }

  void ScoreLinks(const Element& element, Reason inactive, Parts* parts, NodeOutcome* node) {
    const int count = static_cast<int>(element.links.size());
    node->links.reserve(count);
    for (int i = 0; i < count; ++i) {
      node->link_order.push_back(i);
      node->links.push_back(
          ScoreLink(element.links[i], plan_.score_year_to_date, begun_, inactive));
      node->indicator_counts.Count(node->links[i].status);
    }
    std::sort(node->link_order.begin(), node->link_order.end(),
              [&element](int a, int b) { return element.links[a].key < element.links[b].key; });
    for (const int i : node->link_order) {
      const LinkOutcome& link = node->links[i];
      if (!link.expected) continue;
      parts->Add(element.links[i].weight, link.score, link.coverage);
      if (element.links[i].critical) CapBy(link.status, Cap::Part::kLink, i, node);
    }
  }

  static void CapBy(Status status, Cap::Part part, int index, NodeOutcome* node) {
    if (status == Status::kRed) node->caps.push_back({Cap::Cause::kPartRed, part, index});
    if (status == Status::kNoScore) {
      node->caps.push_back({Cap::Cause::kPartWithoutScore, part, index});
    }
  }

  // A milestone is missed once its day is over: in or before the quarter, and before the basis'
  // day.
  void CapByMilestones(const Element& element, NodeOutcome* node) const {
    for (size_t i = 0; i < element.milestones.size(); ++i) {
      const Milestone& milestone = element.milestones[i];
      const bool due = milestone.due <= last_day_ && milestone.due < plan_.date;
      const bool done = milestone.done.has_value() && *milestone.done <= last_day_;
      if (milestone.critical && due && !done) {
        node->caps.push_back(
            {Cap::Cause::kMilestoneMissed, Cap::Part::kMilestone, static_cast<int>(i)});
      }
    }
  }

  void FindRepeated() {
    // Most keys are there once: places are put in order for the others alone.
    absl::flat_hash_set<std::string_view> seen;
    std::map<std::string_view, std::vector<std::pair<int, int>>> places;
    for (const Element& element : plan_.elements) {
      for (const Link& link : element.links) {
        if (!seen.insert(link.key).second) places[link.key];
      }
    }
    if (places.empty()) return;
    std::vector<int> order(plan_.elements.size());
    for (size_t i = 0; i < order.size(); ++i) order[i] = static_cast<int>(i);
    std::sort(order.begin(), order.end(), [this](int a, int b) {
      return NaturalLess(plan_.elements[a].code, plan_.elements[b].code);
    });
    for (const int element : order) {
      const std::vector<Link>& links = plan_.elements[element].links;
      for (const int link : outcome_.elements[element].link_order) {
        const auto repeated = places.find(links[link].key);
        if (repeated != places.end()) repeated->second.emplace_back(element, link);
      }
    }
    for (auto& [key, where] : places) {
      outcome_.repeated.push_back({std::string(key), std::move(where)});
    }
  }

  const Plan& plan_;
  const absl::CivilDay last_day_;
  const bool begun_;
  Outcome outcome_;
};

}  // namespace

Judgement Judge(Direction direction, const Thresholds& thresholds, Decimal value) {
  if (direction == Direction::kRange) return JudgeRange(thresholds, value);
  const bool higher = direction == Direction::kHigher;
  Judgement judgement;
  judgement.gap = Decimal::Subtract(value, thresholds.target);
  judgement.score = OneSidedScore(higher, thresholds.target, thresholds.red, value);
  if (!judgement.score.has_value()) {
    judgement.reason = Reason::kOverflow;
    return judgement;
  }
  judgement.status = OneSidedStatus(higher, thresholds.target, thresholds.red, value);
  return judgement;
}

Way WayToEnd(Decimal value, Decimal baseline, Decimal end, int elapsed_days, int plan_days,
             int quarters_left) {
  Way way;
  const std::optional<Decimal> whole = Decimal::Subtract(end, baseline);
  const std::optional<Decimal> gone = Decimal::Subtract(value, baseline);
  const std::optional<Decimal> left = Decimal::Subtract(end, value);
  if (!whole.has_value() || !gone.has_value() || !left.has_value() || whole->IsZero()) return way;
  way.progress = Decimal::Divide(*gone, *whole);
  if (!way.progress.has_value()) return way;
  if (elapsed_days > 0) {
    way.pace = Decimal::MultiplyDivide(*way.progress, Decimal::FromInt(plan_days),
                                       Decimal::FromInt(elapsed_days));
  }
  if (quarters_left > 0)
    way.required_rate = Decimal::Divide(*left, Decimal::FromInt(quarters_left));
  return way;
}

Growth CompoundGrowth(Direction direction, Decimal value, Period period, Decimal baseline,
                      Period baseline_period, Decimal end, Period plan_end) {
  constexpr Decimal kOnTrackFrom = Decimal::FromUnits(950'000'000'000);
  constexpr Decimal kModerateFrom = Decimal::FromUnits(600'000'000'000);
  constexpr Decimal kTop = Decimal::FromInt(5);
  Growth growth;
  if (direction == Direction::kRange) {
    growth.reason = GrowthReason::kNoTarget;
    return growth;
  }
  const bool higher = direction == Direction::kHigher;
  if (higher ? value >= end : value <= end) {
    growth.growth_class = GrowthClass::kReached;
    growth.score = kTop;
    return growth;
  }
  const int sign = baseline.Sign();
  if (sign == 0 || end.Sign() != sign || value.Sign() == -sign) {
    growth.reason = GrowthReason::kZero;
    return growth;
  }
  const std::optional<int> years_gone = WholeYears(baseline_period, period);
  const std::optional<int> years_in_all = WholeYears(baseline_period, plan_end);
  if (!years_gone.has_value() || !years_in_all.has_value()) {
    growth.reason = GrowthReason::kNotWholeYears;
    return growth;
  }
  growth.reason = GrowthReason::kOverflow;
  const std::optional<Decimal> observed = AnnualGrowth(baseline, value, *years_gone);
  const std::optional<Decimal> required = AnnualGrowth(baseline, end, *years_in_all);
  if (!observed.has_value() || !required.has_value()) return growth;
  if (required->IsZero()) {
    growth.reason = GrowthReason::kNoGrowth;
    return growth;
  }
  const std::optional<Decimal> quotient = Decimal::Divide(*observed, required->Abs());
  if (!quotient.has_value()) return growth;
  const Decimal ratio = (sign > 0) == higher ? *quotient : -*quotient;
  const std::optional<Decimal> score = ratio >= kModerateFrom
                                           ? Linear(Decimal::FromUnits(7'142'900'000'000), ratio,
                                                    Decimal::FromUnits(-4'285'700'000'000))
                                           : Linear(Decimal::FromUnits(4'166'700'000'000), ratio,
                                                    Decimal::FromUnits(-2'500'000'000'000));
  if (!score.has_value()) return growth;
  growth.reason = GrowthReason::kNone;
  growth.ratio = ratio;
  growth.score = std::clamp(*score, -kTop, kTop);
  growth.growth_class = ratio >= kOnTrackFrom    ? GrowthClass::kOnTrack
                        : ratio >= kModerateFrom ? GrowthClass::kModerate
                        : !ratio.IsNegative()    ? GrowthClass::kInsufficient
                                                 : GrowthClass::kMovingAway;
  return growth;
}

void Counts::Count(Status status) {
  switch (status) {
    case Status::kGreen:
      ++green;
      break;
    case Status::kAmber:
      ++amber;
      break;
    case Status::kRed:
      ++red;
      break;
    case Status::kNoScore:
      ++no_score;
      break;
    case Status::kNotApplicable:
      ++not_applicable;
      break;
  }
}

void Counts::Add(const Counts& other) {
  green += other.green;
  amber += other.amber;
  red += other.red;
  no_score += other.no_score;
  not_applicable += other.not_applicable;
}

Outcome Score(const Plan& plan) { return Scorer(plan).Run(); }

bool NaturalLess(std::string_view a, std::string_view b) {
  const std::string_view whole_a = a;
  const std::string_view whole_b = b;
  while (!a.empty() && !b.empty()) {
    if (IsDigit(a.front()) && IsDigit(b.front())) {
      const auto take_number = [](std::string_view* text) {
        size_t end = 0;
        while (end < text->size() && IsDigit((*text)[end])) ++end;
        std::string_view digits = text->substr(0, end);
        text->remove_prefix(end);
        while (digits.size() > 1 && digits.front() == '0') digits.remove_prefix(1);
        return digits;
      };
      const std::string_view number_a = take_number(&a);
      const std::string_view number_b = take_number(&b);
      if (number_a.size() != number_b.size()) return number_a.size() < number_b.size();
      if (number_a != number_b) return number_a < number_b;
    } else {
      if (a.front() != b.front()) return a.front() < b.front();
      a.remove_prefix(1);
      b.remove_prefix(1);
    }
  }
  if (a.empty() != b.empty()) return a.empty();
  return whole_a < whole_b;  // they differ in leading zeros, if at all
}

}  // namespace athena::reporting
