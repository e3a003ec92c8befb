#include "services/reporting/reading/rules_input.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "libs/fields/fields.h"
#include "libs/status/status.h"

namespace athena::reporting {

Reason ValueReasonOf(indicator::v1::NoValueReason reason) {
  switch (reason) {
    case indicator::v1::NO_VALUE_REASON_UNSPECIFIED:
      return Reason::kNone;
    case indicator::v1::NO_VALUE_REASON_INDICATOR_NOT_READABLE:
    case indicator::v1::NO_VALUE_REASON_WITHHELD:
      return Reason::kNotReadable;
    case indicator::v1::NO_VALUE_REASON_NOT_BEGUN:
      return Reason::kNotBegun;
    case indicator::v1::NO_VALUE_REASON_NOT_ADDITIVE:
      return Reason::kNotAdditive;
    case indicator::v1::NO_VALUE_REASON_NOT_DUE:
      return Reason::kNotDue;
    case indicator::v1::NO_VALUE_REASON_OVERDUE:
      return Reason::kOverdue;
    case indicator::v1::NO_VALUE_REASON_INCOMPLETE:
      return Reason::kIncomplete;
    case indicator::v1::NO_VALUE_REASON_OPERAND:
      return Reason::kOperand;
    case indicator::v1::NO_VALUE_REASON_DIV0:
      return Reason::kDivisionByZero;
    case indicator::v1::NO_VALUE_REASON_OVERFLOW:
      return Reason::kOverflow;
    case indicator::v1::NO_VALUE_REASON_NO_COMMON_CELLS:
      return Reason::kNoCommonCells;
    default:
      return Reason::kNoData;
  }
}

int PeriodsOfYear(Frequency frequency) {
  switch (frequency) {
    case Frequency::kYear:
      return 1;
    case Frequency::kSemester:
      return 2;
    default:
      return 4;  // what is measured more often is evaluated by quarter
  }
}

namespace {

Direction DirectionOf(indicator::v1::Indicator::Direction direction) {
  switch (direction) {
    case indicator::v1::Indicator::DIRECTION_LOWER:
      return Direction::kLower;
    case indicator::v1::Indicator::DIRECTION_RANGE:
      return Direction::kRange;
    default:
      return Direction::kHigher;
  }
}

MissingPolicy PolicyOf(plan::v1::Plan::MissingPolicy policy) {
  switch (policy) {
    case plan::v1::Plan::MISSING_POLICY_STRICT:
      return MissingPolicy::kStrict;
    case plan::v1::Plan::MISSING_POLICY_ZERO:
      return MissingPolicy::kZero;
    default:
      return MissingPolicy::kIgnore;
  }
}

// `own`, or `otherwise` where a target does not say its own.
indicator::v1::Indicator::Direction DirectionOr(indicator::v1::Indicator::Direction own,
                                                indicator::v1::Indicator::Direction otherwise) {
  return own == indicator::v1::Indicator::DIRECTION_UNSPECIFIED ? otherwise : own;
}

TrendValue TrendValueOf(const indicator::v1::Measured& message, const Measured& measured) {
  return {measured.value, message.provisional(), measured.current};
}

}  // namespace

std::optional<Decimal> MessageConverter::Number(bool has, const common::v1::Number& number) {
  if (!has) return std::nullopt;
  absl::StatusOr<Decimal> decimal = Decimal::Parse(number.decimal());
  if (decimal.ok()) return *decimal;
  Fail("number", number.decimal());
  return std::nullopt;
}

Decimal MessageConverter::Double(double value) {
  if (const std::optional<Decimal> decimal = Decimal::FromDouble(value)) return *decimal;
  Fail("number", absl::StrCat(value));
  return Decimal();
}

std::optional<Period> MessageConverter::PeriodOf(const std::string& text) {
  if (text.empty()) return std::nullopt;
  absl::StatusOr<Period> period = Period::Parse(text);
  if (period.ok()) return *period;
  Fail("period", text);
  return std::nullopt;
}

std::optional<absl::CivilDay> MessageConverter::Day(bool has, const common::v1::Date& date) {
  if (!has) return std::nullopt;
  return fields::DayOf(date);
}

std::optional<Thresholds> MessageConverter::ThresholdsOf(Direction direction, bool has,
                                                         const indicator::v1::Thresholds& message) {
  if (!has) return std::nullopt;
  Thresholds t;
  if (message.direction() != indicator::v1::Indicator::DIRECTION_UNSPECIFIED) {
    direction = DirectionOf(message.direction());
  }
  t.direction = direction;
  bool complete = true;
  const auto take = [&](bool is_there, const common::v1::Number& number, Decimal* into) {
    const std::optional<Decimal> decimal = Number(is_there, number);
    if (decimal.has_value()) *into = *decimal;
    complete = complete && decimal.has_value();
  };
  if (direction == Direction::kRange) {
    take(message.has_low(), message.low(), &t.low);
    take(message.has_high(), message.high(), &t.high);
    take(message.has_red_low(), message.red_low(), &t.red_low);
    take(message.has_red_high(), message.red_high(), &t.red_high);
  } else {
    take(message.has_target(), message.target(), &t.target);
    take(message.has_red(), message.red(), &t.red);
  }
  if (!complete) return std::nullopt;
  return t;
}

Measured MessageConverter::MeasuredOf(Direction direction, const indicator::v1::Measured& message) {
  Measured measured;
  measured.value = Number(message.has_value(), message.value());
  measured.reason = ValueReasonOf(message.reason());
  measured.present = message.present();
  measured.expected = message.expected();
  measured.judged = message.judged();
  measured.all = message.all();
  measured.current = ThresholdsOf(direction, message.has_current(), message.current());
  // Often both are one version of the target.
  const bool same = message.has_current() && message.has_original() &&
                    message.current().version() == message.original().version();
  measured.original =
      same ? measured.current : ThresholdsOf(direction, message.has_original(), message.original());
  measured.ended = ThresholdsOf(direction, message.has_last_held(), message.last_held());
  return measured;
}

SelectionInput MessageConverter::InputOf(const DefinitionSummary& definition,
                                         const indicator::v1::PeriodValue& value) {
  const Direction direction = DirectionOf(definition.direction);
  SelectionInput input;
  input.period = MeasuredOf(direction, value.own());
  if (value.has_year_to_date()) {
    input.year_to_date = MeasuredOf(direction, value.year_to_date());
  }
  if (value.has_year_to_date_held()) {
    input.year_to_date_held = MeasuredOf(direction, value.year_to_date_held());
  }
  return input;
}

SelectionDetail MessageConverter::DetailOf(const plan::v1::Plan& plan, absl::CivilDay day,
                                           const DefinitionSummary& definition,
                                           const indicator::v1::PeriodValue& value,
                                           const SelectionInput& input) {
  SelectionDetail detail;
  detail.growth.reason = GrowthReason::kNoTarget;
  const bool scores_year_to_date =
      plan.score_basis() == plan::v1::Plan::SCORE_BASIS_YEAR_TO_DATE && value.has_year_to_date();
  const std::optional<Period> period = PeriodOf(value.period());
  const std::optional<Period> baseline_period = PeriodOf(definition.baseline_period);
  const std::optional<Period> end_period = PeriodOf(definition.end_period);
  const std::optional<Period> first = PeriodOf(plan.first_quarter());
  const std::optional<Period> last = PeriodOf(plan.last_quarter());
  if (!definition.baseline.has_value() || !definition.end.has_value() || !period.has_value() ||
      !baseline_period.has_value() || !end_period.has_value() || !first.has_value() ||
      !last.has_value() || scores_year_to_date) {
    return detail;
  }
  const Course course{Double(*definition.baseline), *baseline_period, Double(*definition.end),
                      *end_period};
  const Direction direction =
      DirectionOf(DirectionOr(definition.target_direction, definition.direction));
  if (!IsOnCourse(direction, definition.is_flow, input.period, *period, course)) return detail;
  detail.progress = MeasureProgress(*input.period.value, *period, course,
                                    ElapsedShare(first->FirstDay(), last->LastDay(), day));
  detail.growth = CompoundGrowth(direction, *input.period.value, *period, course);
  return detail;
}

void MessageConverter::TrendsInto(const DefinitionSummary& definition, const SelectionValue& now,
                                  absl::Span<const SelectionValue> earlier,
                                  SelectionDetail* detail) {
  const Direction direction = DirectionOf(definition.direction);
  const TrendValue value = TrendValueOf(now.message.own(), now.input.period);
  detail->on_period_before = detail->on_year_before = CompareValues(direction, value, {});
  detail->year_to_date = {};
  const std::optional<Period> period = PeriodOf(now.message.period());
  if (!period.has_value()) return;
  const std::string before = period->Minus(1).ToString();
  const std::string year_before = period->Minus(PeriodsOfYear(period->frequency())).ToString();
  for (const SelectionValue& then : earlier) {
    if (then.message.period() == before) {
      detail->on_period_before =
          CompareValues(direction, value, TrendValueOf(then.message.own(), then.input.period));
    }
    if (then.message.period() != year_before) continue;
    detail->on_year_before =
        CompareValues(direction, value, TrendValueOf(then.message.own(), then.input.period));
    if (now.input.year_to_date.has_value() && then.input.year_to_date.has_value()) {
      detail->year_to_date = CompareValues(
          direction, TrendValueOf(now.message.year_to_date(), *now.input.year_to_date),
          TrendValueOf(then.message.year_to_date(), *then.input.year_to_date));
    }
  }
}

Element MessageConverter::ElementOf(const plan::v1::Element& message) {
  Element element;
  element.code = message.code();
  if (message.has_weight()) element.weight = Double(message.weight());
  element.critical = message.critical();
  if (message.has_delivery_weight()) element.delivery_weight = Double(message.delivery_weight());
  element.is_action = message.kind() == plan::v1::Element::KIND_ACTION;
  element.start = Day(message.has_start_date(), message.start_date());
  element.end = Day(message.has_end_date(), message.end_date());
  element.completed_on = Day(message.has_completed_on(), message.completed_on());
  element.deferred_on = Day(message.has_deferred_on(), message.deferred_on());
  element.resumed_on = Day(message.has_resumed_on(), message.resumed_on());
  element.cancelled_on = Day(message.has_cancelled_on(), message.cancelled_on());
  for (const plan::v1::Milestone& milestone : message.milestones()) {
    const std::optional<absl::CivilDay> due = Day(milestone.has_due_date(), milestone.due_date());
    element.milestones.push_back({milestone.id(), due.value_or(absl::CivilDay::max()),
                                  Day(milestone.has_done_date(), milestone.done_date()),
                                  Day(milestone.has_withdrawn_on(), milestone.withdrawn_on()),
                                  milestone.critical()});
  }
  return element;
}

std::vector<Report> MessageConverter::ReportsOf(
    const std::vector<const plan::v1::ProgressReport*>& messages) {
  std::vector<Report> reports;
  for (const plan::v1::ProgressReport* const message : messages) {
    const bool validated = message->state() == plan::v1::ProgressReport::STATE_VALIDATED;
    const bool counts = validated || message->state() == plan::v1::ProgressReport::STATE_SUBMITTED;
    const std::optional<Period> quarter = PeriodOf(message->quarter());
    if (!counts || !message->has_percent_complete() || !quarter.has_value()) continue;
    reports.push_back({*quarter, validated, Double(message->percent_complete())});
  }
  return reports;
}

Plan MessageConverter::PlanOf(Period quarter, absl::CivilDay date, const PlanTree& tree,
                              const std::vector<SelectionInput>& selections) {
  Plan plan;
  plan.quarter = quarter;
  plan.date = date;
  plan.missing_policy = PolicyOf(tree.plan().missing_policy());
  if (tree.plan().has_min_coverage()) plan.min_coverage = Double(tree.plan().min_coverage());
  plan.score_year_to_date = tree.plan().score_basis() == plan::v1::Plan::SCORE_BASIS_YEAR_TO_DATE;
  plan.progress_expected_from = PeriodOf(tree.plan().progress_expected_from());
  if (tree.header().institution().has_report_delay_days()) {
    plan.report_delay_days = tree.header().institution().report_delay_days();
  }
  plan.elements.reserve(tree.elements.size());
  for (size_t i = 0; i < tree.elements.size(); ++i) {
    const plan::v1::Element& message = *tree.elements[i];
    Element& element = plan.elements.emplace_back(ElementOf(message));
    const auto parent = tree.places.find(message.parent_element());
    if (parent != tree.places.end()) element.parent = parent->second;
    element.reports = ReportsOf(tree.reports[i]);
    element.links.reserve(tree.links[i].size());
    for (int k = 0; k < message.indicators_size(); ++k) {
      const int selection = tree.links[i][k];
      const SelectionInput& input = selections[selection];
      Link& link = element.links.emplace_back();
      link.key = tree.keys[selection];
      if (message.indicators(k).has_weight()) link.weight = Double(message.indicators(k).weight());
      link.critical = message.indicators(k).critical();
      link.period = input.period;
      link.year_to_date = input.year_to_date;
      link.year_to_date_held = input.year_to_date_held;
    }
  }
  return plan;
}

absl::Status MessageConverter::status() const {
  return fault_.empty() ? absl::OkStatus() : status::Internal("another service sent " + fault_);
}

void MessageConverter::Fail(std::string_view what, std::string_view saw) {
  fault_ =
      absl::StrCat("a ", std::string(what), " that cannot be parsed: ", status::Printable(saw));
}

}  // namespace athena::reporting
