#include "services/reporting/rules/figures/attention.h"

#include <algorithm>
#include <tuple>

#include "libs/order/natural.h"

namespace athena::reporting {
namespace {

constexpr Decimal kPerfectScore = Decimal::FromInt(100);
constexpr Decimal kWholePlan = Decimal::FromInt(1);

bool HasColour(Status status) {
  return status == Status::kGreen || status == Status::kAmber || status == Status::kRed;
}

int RankOf(Status status) {
  switch (status) {
    case Status::kRed:
      return 0;
    case Status::kAmber:
      return 1;
    case Status::kNoScore:
      return 2;
    case Status::kGreen:
      return 3;
    case Status::kNotApplicable:
      return 4;
  }
  return 4;
}

// Walks down the plan with each element's share of the plan's score.
class Shares {
 public:
  Shares(const Plan& plan, const Outcome& outcome)
      : plan_(plan), outcome_(outcome), lost_(plan.elements.size()) {}

  std::vector<Decimal> Run() && {
    Descend(nullptr, outcome_.plan, kWholePlan);
    return std::move(lost_);
  }

 private:
  // Whether a part counts in the mean of its node.
  bool Counts(const std::optional<Decimal>& score, Status status) const {
    if (status == Status::kNotApplicable) return false;
    return score.has_value() || plan_.missing_policy == MissingPolicy::kZero;
  }

  void Descend(const Element* element, const NodeOutcome& node, Decimal share) {
    if (!node.score.has_value()) return;
    DecimalSum weights;
    for (const int child : node.children) {
      const NodeOutcome& below = outcome_.elements[child];
      if (Counts(below.score, below.status)) weights.Add(plan_.elements[child].weight);
    }
    if (element != nullptr) {
      for (size_t i = 0; i < node.links.size(); ++i) {
        if (Counts(node.links[i].score, node.links[i].status))
          weights.Add(element->links[i].weight);
      }
      if (node.delivery.has_value() && Counts(node.delivery->score, node.delivery->status)) {
        weights.Add(element->delivery_weight);
      }
    }
    const std::optional<Decimal> all = weights.Total();
    if (!all.has_value() || all->IsZero()) return;
    for (const int child : node.children) {
      const NodeOutcome& below = outcome_.elements[child];
      if (!below.score.has_value() || below.status == Status::kNotApplicable) continue;
      // Shares are at most 1 and weights far below the largest decimal.
      const Decimal part = *Decimal::MultiplyDivide(share, plan_.elements[child].weight, *all);
      lost_[child] = *Decimal::Multiply(part, *Decimal::Subtract(kPerfectScore, *below.score));
      Descend(&plan_.elements[child], below, part);
    }
  }

  const Plan& plan_;
  const Outcome& outcome_;
  std::vector<Decimal> lost_;
};

bool IsInactive(const NodeOutcome& node) {
  return node.reason == Reason::kCancelled || node.reason == Reason::kDeferred;
}

void SortByCode(const Plan& plan, std::vector<int>* elements) {
  std::sort(elements->begin(), elements->end(), [&](int a, int b) {
    return NaturalLess(plan.elements[a].code, plan.elements[b].code);
  });
}

}  // namespace

std::vector<Decimal> PointsLost(const Plan& plan, const Outcome& outcome) {
  return Shares(plan, outcome).Run();
}

void SortByAttention(const Plan& plan, const Outcome& outcome,
                     absl::Span<const Decimal> points_lost, std::vector<int>* elements) {
  SortByCode(plan, elements);
  const auto key = [&](int element) {
    return std::tuple(RankOf(outcome.elements[element].status), !plan.elements[element].critical,
                      -points_lost[element]);
  };
  std::stable_sort(elements->begin(), elements->end(),
                   [&](int a, int b) { return key(a) < key(b); });
}

std::optional<int> RedBecauseOf(const Outcome& outcome, int element) {
  const NodeOutcome& node = outcome.elements[element];
  if (node.status != Status::kRed || !RedLinks(node).empty()) return std::nullopt;
  if (node.delivery.has_value() && node.delivery->status == Status::kRed) return std::nullopt;
  std::optional<int> red;
  for (const int child : node.children) {
    if (outcome.elements[child].status != Status::kRed) continue;
    if (red.has_value()) return std::nullopt;
    red = child;
  }
  return red;
}

std::vector<int> RedLinks(const NodeOutcome& node) {
  std::vector<int> red;
  for (const int link : node.link_order) {
    if (node.links[link].status == Status::kRed) red.push_back(link);
  }
  return red;
}

bool IsHeldAtAmber(const NodeOutcome& node) {
  return std::any_of(node.caps.begin(), node.caps.end(),
                     [](const Cap& cap) { return cap.changed; });
}

int QuartersUnchanged(absl::Span<const Status> statuses) {
  const auto other = std::find_if(statuses.rbegin(), statuses.rend(),
                                  [&](Status status) { return status != statuses.back(); });
  return static_cast<int>(other - statuses.rbegin());
}

Moves CompareStatuses(const Plan& plan, const Outcome& now, const Outcome& earlier) {
  Moves moves;
  for (size_t i = 0; i < plan.elements.size(); ++i) {
    const auto element = static_cast<int>(i);
    const Status is = now.elements[i].status;
    const Status was = earlier.elements[i].status;
    if (HasColour(is) && HasColour(was)) {
      if (is > was) moves.worse.push_back(element);
      if (is < was) moves.better.push_back(element);
    } else if (HasColour(was) && is == Status::kNoScore) {
      moves.lost.push_back(element);
    } else if (HasColour(is)) {
      moves.gained.push_back(element);
    }
  }
  for (std::vector<int>* list : {&moves.worse, &moves.better, &moves.lost, &moves.gained}) {
    SortByCode(plan, list);
  }
  const auto moved = [&](int element) {
    return Decimal::Subtract(*now.elements[element].score, *earlier.elements[element].score)->Abs();
  };
  for (std::vector<int>* list : {&moves.worse, &moves.better}) {
    std::stable_sort(list->begin(), list->end(), [&](int a, int b) { return moved(a) > moved(b); });
  }
  return moves;
}

MissedMilestones FindMissed(const Plan& plan, const Outcome& outcome) {
  const absl::CivilDay day = std::min(plan.quarter.LastDay(), plan.date);
  std::vector<int> order(plan.elements.size());
  for (size_t i = 0; i < order.size(); ++i) order[i] = static_cast<int>(i);
  SortByCode(plan, &order);
  MissedMilestones found;
  for (const int element : order) {
    const std::vector<Milestone>& milestones = plan.elements[element].milestones;
    const bool inactive = IsInactive(outcome.elements[element]);
    for (size_t i = 0; i < milestones.size(); ++i) {
      if (StateOf(milestones[i], plan.quarter, plan.date) != MilestoneState::kMissed) continue;
      (inactive ? found.of_inactive : found.missed)
          .push_back({element, static_cast<int>(i), day - milestones[i].due});
    }
  }
  std::stable_sort(found.missed.begin(), found.missed.end(),
                   [&](const MissedMilestone& a, const MissedMilestone& b) {
                     const auto key = [&](const MissedMilestone& of) {
                       return std::tuple(
                           !plan.elements[of.element].milestones[of.milestone].critical, -of.days);
                     };
                     return key(a) < key(b);
                   });
  return found;
}

std::vector<MilestoneTally> CountMilestones(const Plan& plan, const Outcome& outcome) {
  std::vector<MilestoneTally> counts(plan.elements.size() + 1);
  for (size_t i = 0; i < plan.elements.size(); ++i) {
    if (IsInactive(outcome.elements[i])) continue;
    MilestoneTally own;
    for (const Milestone& milestone : plan.elements[i].milestones) {
      const MilestoneState state = StateOf(milestone, plan.quarter, plan.date);
      if (milestone.due >= plan.quarter.FirstDay() && milestone.due <= plan.quarter.LastDay()) {
        ++own.due;
      }
      if (state == MilestoneState::kDone) ++own.done;
      if (state != MilestoneState::kMissed) continue;
      ++own.missed;
      if (milestone.critical) ++own.missed_critical;
    }
    const auto add = [&](MilestoneTally* to) {
      to->due += own.due;
      to->done += own.done;
      to->missed += own.missed;
      to->missed_critical += own.missed_critical;
    };
    for (int at = static_cast<int>(i); at >= 0; at = plan.elements[at].parent) add(&counts[at]);
    add(&counts.back());
  }
  return counts;
}

}  // namespace athena::reporting
