#include "services/reporting/rules/delivery.h"

#include <algorithm>

namespace athena::reporting {
namespace {

constexpr Decimal kHundred = Decimal::FromInt(100);
constexpr Decimal kHalf = Decimal::FromUnits(500'000'000'000);
constexpr Decimal kScale = Decimal::FromUnits(600'000'000'000);        // from score 0 to 100
constexpr Decimal kTargetRatio = Decimal::FromUnits(900'000'000'000);  // scores 66.7
constexpr Decimal kRedRatio = Decimal::FromUnits(700'000'000'000);     // scores 33.3
constexpr Decimal kMostPastEnd = Decimal::FromInt(66);
constexpr Decimal kMostLongPastEnd = Decimal::FromInt(33);

struct Event {
  absl::CivilDay day;
  State state;
};

std::optional<Event> LatestEvent(const Element& element, absl::CivilDay day) {
  std::optional<Event> latest;
  const auto consider = [&](const std::optional<absl::CivilDay>& on, State state) {
    if (!on.has_value() || *on > day) return;
    if (!latest.has_value() || *on > latest->day) latest = Event{*on, state};
  };
  consider(element.cancelled_on, State::kCancelled);
  consider(element.deferred_on, State::kDeferred);
  consider(element.completed_on, State::kCompleted);
  consider(element.resumed_on, State::kActive);
  return latest;
}

absl::CivilDay DayOf(Period quarter, absl::CivilDay date) {
  return std::min(quarter.LastDay(), date);
}

Period QuarterOf(absl::CivilDay day) { return Period::Containing(Frequency::kQuarter, day); }

PastEnd PastEndOf(const Element& element, Period quarter, absl::CivilDay date) {
  if (!element.end.has_value() || *element.end >= DayOf(quarter, date)) return PastEnd::kNo;
  return quarter.index() > QuarterOf(*element.end).index() + 1 ? PastEnd::kLong : PastEnd::kYes;
}

void ScoreRatio(Decimal ratio, Delivery* delivery) {
  delivery->ratio = ratio;
  // The ratio is far below the largest decimal: reports are percentages, elements last for days.
  const Decimal raw = *Decimal::MultiplyDivide(kHundred, *Decimal::Subtract(ratio, kHalf), kScale);
  Decimal score = std::clamp(raw, Decimal(), kHundred);
  Status status = ratio >= kTargetRatio ? Status::kGreen
                  : ratio < kRedRatio   ? Status::kRed
                                        : Status::kAmber;
  if (delivery->past_end == PastEnd::kYes) {
    score = std::min(score, kMostPastEnd);
    status = std::max(status, Status::kAmber);
  }
  if (delivery->past_end == PastEnd::kLong) {
    score = std::min(score, kMostLongPastEnd);
    status = Status::kRed;
  }
  delivery->score = score;
  delivery->status = status;
}

bool ProgressIsExpected(const Plan& plan, const Element& element, Period quarter) {
  return element.is_action && element.start.has_value() && element.end.has_value() &&
         *element.start <= *element.end && plan.progress_expected_from.has_value() &&
         quarter.index() >= plan.progress_expected_from->index() &&
         quarter.index() > QuarterOf(*element.start).index();
}

const Report* ReportOf(const Element& element, int quarter) {
  const Report* found = nullptr;
  for (const Report& report : element.reports) {
    if (report.quarter.index() != quarter) continue;
    if (found == nullptr || report.validated || !found->validated) found = &report;
  }
  return found;
}

Delivery ByProgress(const Plan& plan, const Element& element, Period quarter, absl::CivilDay date) {
  Delivery delivery;
  const PastEnd past_end = PastEndOf(element, quarter, date);
  const bool due = quarter.LastDay() + plan.report_delay_days < date;
  const Report* report = ReportOf(element, quarter.index());
  if (report == nullptr && !due) {
    report = ReportOf(element, quarter.index() - 1);
    delivery.carried = report != nullptr;
  }
  if (report == nullptr) {
    if (past_end == PastEnd::kLong) {
      delivery.scored_by = ScoredBy::kProgress;
      delivery.past_end = past_end;
      delivery.score = Decimal();
      delivery.status = Status::kRed;
    } else if (due) {
      delivery.reason = Reason::kNoReport;
    } else {
      delivery.status = Status::kNotApplicable;
      delivery.reason = Reason::kNotDue;
    }
    return delivery;
  }
  const absl::CivilDay until =
      std::min(delivery.carried ? report->quarter.LastDay() : DayOf(quarter, date), *element.end);
  delivery.scored_by = ScoredBy::kProgress;
  delivery.past_end = past_end;
  delivery.percent = report->percent;
  delivery.validated = report->validated;
  delivery.days = *element.end - *element.start + 1;
  // At least 1: progress is expected in quarters after the element's first day only.
  delivery.elapsed = until - *element.start + 1;
  ScoreRatio(*Decimal::MultiplyDivide(report->percent, Decimal::FromInt(delivery.days),
                                      Decimal::FromInt(100 * delivery.elapsed)),
             &delivery);
  return delivery;
}

std::optional<Delivery> ByMilestones(const Element& element, Period quarter, absl::CivilDay date) {
  Delivery delivery;
  for (const Milestone& milestone : element.milestones) {
    const MilestoneState state = StateOf(milestone, quarter, date);
    if (state == MilestoneState::kDone) ++delivery.milestones_done;
    if (state == MilestoneState::kDone || state == MilestoneState::kMissed) {
      ++delivery.milestones_judged;
    }
  }
  if (delivery.milestones_judged == 0) return std::nullopt;
  delivery.scored_by = ScoredBy::kMilestones;
  delivery.past_end = PastEndOf(element, quarter, date);
  ScoreRatio(*Decimal::Divide(Decimal::FromInt(delivery.milestones_done),
                              Decimal::FromInt(delivery.milestones_judged)),
             &delivery);
  return delivery;
}

}  // namespace

State StateOn(const Element& element, absl::CivilDay day) {
  const std::optional<Event> latest = LatestEvent(element, day);
  return latest.has_value() ? latest->state : State::kActive;
}

absl::CivilDay LastStandingDay(const Element& element, absl::CivilDay day) {
  while (true) {
    const std::optional<Event> latest = LatestEvent(element, day);
    if (!latest.has_value() ||
        (latest->state != State::kCancelled && latest->state != State::kDeferred)) {
      return day;
    }
    day = latest->day - 1;
  }
}

MilestoneState StateOf(const Milestone& milestone, Period quarter, absl::CivilDay date) {
  if (milestone.withdrawn.has_value() &&
      quarter.index() > QuarterOf(*milestone.withdrawn).index()) {
    return MilestoneState::kWithdrawn;
  }
  if (milestone.done.has_value() && *milestone.done <= DayOf(quarter, date)) {
    return MilestoneState::kDone;
  }
  return milestone.due < date && milestone.due <= quarter.LastDay() ? MilestoneState::kMissed
                                                                    : MilestoneState::kOpen;
}

std::optional<Delivery> DeliveryOf(const Plan& plan, const Element& element, Period quarter,
                                   absl::CivilDay date) {
  if (StateOn(element, DayOf(quarter, date)) == State::kCompleted) {
    Delivery delivery;
    delivery.status = Status::kGreen;
    delivery.score = kHundred;
    delivery.scored_by = ScoredBy::kCompleted;
    return delivery;
  }
  if (ProgressIsExpected(plan, element, quarter)) return ByProgress(plan, element, quarter, date);
  return ByMilestones(element, quarter, date);
}

}  // namespace athena::reporting
