#include "services/reporting/reading.h"

#include <algorithm>
#include <atomic>
#include <map>
#include <optional>
#include <string_view>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "libs/fields/fields.h"
#include "libs/halves/halves.h"
#include "libs/status/status.h"

namespace athena::reporting {
namespace {

// As many take some milliseconds to convert: worth a second processor.
constexpr size_t kManySelections = 1024;

// Converts what other services answered; remembers whether all of it could be read.
class Converter {
 public:
  std::optional<Decimal> Number(bool has, const common::v1::Number& number) {
    if (!has) return std::nullopt;
    absl::StatusOr<Decimal> decimal = Decimal::Parse(number.decimal());
    if (decimal.ok()) return *decimal;
    Fail("number", number.decimal());
    return std::nullopt;
  }

  Decimal Double(double value) {
    if (const std::optional<Decimal> decimal = Decimal::FromDouble(value)) return *decimal;
    Fail("number", std::to_string(value));
    return Decimal();
  }

  std::optional<Period> PeriodOf(const std::string& text) {
    if (text.empty()) return std::nullopt;
    absl::StatusOr<Period> period = Period::Parse(text);
    if (period.ok()) return *period;
    Fail("period", text);
    return std::nullopt;
  }

  std::optional<absl::CivilDay> Day(bool has, const common::v1::Date& date) {
    if (!has) return std::nullopt;
    return fields::DayOf(date);
  }

  // Absent unless all the numbers that the direction needs are there.
  std::optional<Thresholds> ThresholdsOf(Direction direction, bool has,
                                         const indicator::v1::Thresholds& message) {
    if (!has) return std::nullopt;
    Thresholds t;
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

  Measured MeasuredOf(Direction direction, const indicator::v1::Measured& message) {
    Measured measured;
    measured.value = Number(message.has_value(), message.value());
    measured.reason = ReasonOf(message.reason());
    measured.present = message.present();
    measured.expected = message.expected();
    measured.current = ThresholdsOf(direction, message.has_current(), message.current());
    // One version of a target says the same twice.
    const bool same = message.has_current() && message.has_original() &&
                      message.current().version() == message.original().version();
    measured.original = same ? measured.current
                             : ThresholdsOf(direction, message.has_original(), message.original());
    return measured;
  }

  absl::Status status() const {
    return fault_.empty() ? absl::OkStatus() : status::Internal("another service sent " + fault_);
  }

 private:
  static Reason ReasonOf(indicator::v1::NoValueReason reason) {
    switch (reason) {
      case indicator::v1::NO_VALUE_REASON_UNSPECIFIED:
        return Reason::kNone;
      case indicator::v1::NO_VALUE_REASON_INDICATOR_NOT_READABLE:
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
      default:
        return Reason::kNoData;
    }
  }

  void Fail(std::string_view what, std::string_view saw) {
    fault_ = std::string("a ") + std::string(what) + " that is none: " + status::Printable(saw);
  }

  std::string fault_;
};

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

// Indicator and slice as one text, the same for the same pair, that sorts by indicator first. The
// separators come before every character that names and codes are made of.
std::string KeyOf(const plan::v1::IndicatorLink& link) {
  const std::map<std::string, std::string> slice(link.slice().begin(), link.slice().end());
  std::string key = link.indicator();
  for (const auto& [dimension, code] : slice) {
    key += '\x01';
    key += dimension;
    key += '\x02';
    key += code;
  }
  return key;
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

SelectionValues ValuesOf(const Described& definition, const indicator::v1::PeriodValue& value,
                         Converter* convert) {
  SelectionValues selection;
  selection.direction = DirectionOf(definition.direction);
  selection.period = convert->MeasuredOf(selection.direction, value.own());
  if (value.has_year_to_date()) {
    selection.year_to_date = convert->MeasuredOf(selection.direction, value.year_to_date());
  }
  return selection;
}

std::shared_ptr<const Described> Describe(const indicator::v1::SelectionDefinition& message) {
  auto described = std::make_shared<Described>();
  described->direction = message.indicator().direction();
  described->title = message.indicator().display_name();
  described->description = message.indicator().description();
  described->unit = message.indicator().unit();
  described->decimals = message.indicator().decimals();
  described->source_system = message.indicator().source_system();
  described->baseline_period = message.current().baseline().period();
  described->target_version = message.current().version();
  described->original_target_version = message.original().version();
  described->bytes = sizeof(*described) + described->title.SpaceUsedLong() +
                     described->description.SpaceUsedLong() + described->unit.capacity() +
                     described->source_system.capacity() + described->baseline_period.capacity();
  return described;
}

Plan RulesOf(Period quarter, absl::CivilDay date, const PlanTree& tree,
             const std::vector<SelectionValues>& selections, Converter* convert) {
  Plan rules;
  rules.quarter = quarter;
  rules.date = date;
  rules.missing_policy = PolicyOf(tree.plan().missing_policy());
  if (tree.plan().has_min_coverage()) {
    rules.min_coverage = convert->Double(tree.plan().min_coverage());
  }
  rules.score_year_to_date = tree.plan().score_basis() == plan::v1::Plan::SCORE_BASIS_YEAR_TO_DATE;
  absl::flat_hash_map<std::string_view, int> index;
  for (size_t i = 0; i < tree.elements.size(); ++i) {
    index[tree.elements[i]->name()] = static_cast<int>(i);
  }
  rules.elements.reserve(tree.elements.size());
  for (size_t i = 0; i < tree.elements.size(); ++i) {
    const plan::v1::Element& message = *tree.elements[i];
    Element& element = rules.elements.emplace_back();
    if (const auto parent = index.find(message.parent_element()); parent != index.end()) {
      element.parent = parent->second;
    }
    element.code = message.code();
    if (message.has_weight()) element.weight = convert->Double(message.weight());
    element.critical = message.critical();
    element.deferred_on = convert->Day(message.has_deferred_on(), message.deferred_on());
    element.resumed_on = convert->Day(message.has_resumed_on(), message.resumed_on());
    element.cancelled_on = convert->Day(message.has_cancelled_on(), message.cancelled_on());
    for (const plan::v1::Milestone& milestone : message.milestones()) {
      const std::optional<absl::CivilDay> due =
          convert->Day(milestone.has_due_date(), milestone.due_date());
      element.milestones.push_back({milestone.id(), due.value_or(absl::CivilDay::max()),
                                    convert->Day(milestone.has_done_date(), milestone.done_date()),
                                    milestone.critical()});
    }
    element.links.reserve(static_cast<size_t>(message.indicators_size()));
    for (int k = 0; k < message.indicators_size(); ++k) {
      const SelectionValues& values = selections[tree.links[i][k]];
      Link& link = element.links.emplace_back();
      link.key = tree.keys[tree.links[i][k]];
      if (message.indicators(k).has_weight()) {
        link.weight = convert->Double(message.indicators(k).weight());
      }
      link.critical = message.indicators(k).critical();
      link.direction = values.direction;
      link.period = values.period;
      link.year_to_date = values.year_to_date;
    }
  }
  return rules;
}

Detail DetailOf(const plan::v1::Plan& plan, absl::CivilDay date, const Described& definition,
                const indicator::v1::PeriodValue& value, const SelectionValues& selection,
                Converter* convert) {
  Detail detail;
  detail.growth.reason = GrowthReason::kNoTarget;
  // The part of a flow's period that is there cannot be set against whole ones.
  const bool partial_flow = value.has_year_to_date() && value.own().provisional();
  if (selection.direction == Direction::kRange || partial_flow) return detail;
  const indicator::v1::Thresholds& here = value.own().current();
  const indicator::v1::Thresholds& there = value.current_at_end();
  const std::optional<Decimal> baseline = convert->Number(here.has_baseline(), here.baseline());
  const std::optional<Decimal> end = convert->Number(there.has_target(), there.target());
  const std::optional<Period> period = convert->PeriodOf(value.period());
  const std::optional<Period> first = convert->PeriodOf(plan.first_quarter());
  const std::optional<Period> last = convert->PeriodOf(plan.last_quarter());
  if (!selection.period.value.has_value() || !baseline.has_value() || !end.has_value() ||
      !period.has_value() || !first.has_value() || !last.has_value()) {
    return detail;
  }
  const absl::CivilDay until = std::min(period->LastDay(), date);
  detail.way = WayToEnd(*selection.period.value, *baseline, *end,
                        static_cast<int>(until - first->FirstDay()) + 1,
                        static_cast<int>(last->LastDay() - first->FirstDay()) + 1,
                        last->index() - period->QuarterOf().index());
  const std::optional<Period> baseline_period = convert->PeriodOf(definition.baseline_period);
  if (!baseline_period.has_value()) return detail;
  detail.growth = CompoundGrowth(selection.direction, *selection.period.value, *period, *baseline,
                                 *baseline_period, *end, *last);
  return detail;
}

}  // namespace

absl::StatusOr<std::shared_ptr<const PlanTree>> ReadTree(
    Parts<plan::v1::GetPlanTreeResponse> parts) {
  auto tree = std::make_shared<PlanTree>();
  tree->parts = std::move(parts);
  if (tree->parts.empty() || !tree->header().has_plan() || !tree->header().has_institution()) {
    return status::Internal("the plan service sent no plan");
  }
  std::map<std::string, const plan::v1::IndicatorLink*> by_key;
  for (const auto& part : tree->parts) {
    for (const plan::v1::Element& element : (*part)->elements()) {
      tree->elements.push_back(&element);
      for (const plan::v1::IndicatorLink& link : element.indicators()) {
        by_key.emplace(KeyOf(link), &link);
      }
    }
  }
  absl::flat_hash_map<std::string_view, int> index;
  indicator::v1::QueryPeriodValuesRequest request;
  for (const auto& [key, link] : by_key) {
    index[key] = static_cast<int>(tree->keys.size());
    tree->keys.push_back(key);
    indicator::v1::Selection& selection = *request.add_selections();
    selection.set_indicator(link->indicator());
    *selection.mutable_slice() = link->slice();
  }
  tree->selections = std::make_shared<const std::string>(request.SerializeAsString());
  tree->links.reserve(tree->elements.size());
  for (const plan::v1::Element* element : tree->elements) {
    std::vector<int>& links = tree->links.emplace_back();
    for (const plan::v1::IndicatorLink& link : element->indicators()) {
      links.push_back(index.at(KeyOf(link)));
    }
  }
  return tree;
}

absl::TimeZone ZoneOf(const plan::v1::Institution& institution) {
  absl::TimeZone zone;
  if (!institution.time_zone().empty() && absl::LoadTimeZone(institution.time_zone(), &zone)) {
    return zone;
  }
  absl::LoadTimeZone("Europe/Brussels", &zone);
  return zone;
}

absl::StatusOr<std::shared_ptr<const Values>> ReadAnswers(
    const Parts<indicator::v1::QueryPeriodValuesResponse>& parts, size_t selections,
    const Values* known) {
  const indicator::v1::QueryPeriodValuesResponse::Header& header = (*parts.front())->header();
  if (header.changes_only() && known == nullptr) {
    return status::Internal("the indicator service sent changes to an answer it did not give");
  }
  auto values = std::make_shared<Values>();
  if (header.changes_only()) *values = *known;
  values->version_token = header.version_token();
  values->definitions.resize(selections);
  values->values.resize(selections);
  size_t measured = 0;
  for (const auto& part : parts) measured += static_cast<size_t>((*part)->values_size());
  // Single values are copied, so that they do not hold an answer each; when all are there they stay
  // where they are.
  const bool all = measured >= selections;
  if (all) {
    values->bytes = 0;
    for (const auto& definition : values->definitions) {
      if (definition != nullptr) values->bytes += definition->bytes;
    }
  }
  for (const auto& part : parts) {
    for (const indicator::v1::SelectionDefinition& message : (*part)->definitions()) {
      const auto selection = static_cast<size_t>(message.selection());
      if (message.selection() < 0 || selection >= selections) continue;
      std::shared_ptr<const Described>& place = values->definitions[selection];
      if (place != nullptr) values->bytes -= place->bytes;
      place = Describe(message);
      values->bytes += place->bytes;
    }
    if (all && (*part)->values_size() > 0) values->bytes += part->bytes();
    for (const indicator::v1::PeriodValue& message : (*part)->values()) {
      const auto selection = static_cast<size_t>(message.selection());
      if (message.selection() < 0 || selection >= selections) continue;
      std::shared_ptr<const indicator::v1::PeriodValue>& place = values->values[selection];
      if (all) {
        place = {part, &message};
        continue;
      }
      if (place != nullptr && place->GetArena() == nullptr) values->bytes -= place->SpaceUsedLong();
      place = std::make_shared<const indicator::v1::PeriodValue>(message);
      values->bytes += place->SpaceUsedLong();
    }
  }
  const auto all_there = [](const auto& of) {
    return std::find(of.begin(), of.end(), nullptr) == of.end();
  };
  if (!all_there(values->definitions) || !all_there(values->values)) {
    return status::Internal("the indicator service left a selection unanswered");
  }
  return values;
}

absl::StatusOr<std::shared_ptr<const Reading>> ScoreReading(Period quarter, absl::CivilDay date,
                                                            std::shared_ptr<const PlanTree> tree,
                                                            std::shared_ptr<const Values> values,
                                                            const Reading* known) {
  static std::atomic<uint64_t> last_id{0};
  auto reading = std::make_shared<Reading>();
  reading->id = ++last_id;
  reading->quarter = quarter;
  reading->date = date;
  if (values != nullptr) {
    // Details tell the way through the plan on a day.
    if (known != nullptr && (known->values == nullptr || known->tree != tree ||
                             known->date != date || known->quarter != quarter)) {
      known = nullptr;
    }
    const size_t count = values->values.size();
    reading->selections.resize(count);
    reading->details.resize(count);
    const absl::Status converted = InHalves(count, kManySelections, [&](size_t begin, size_t end) {
      Converter convert;
      for (size_t i = begin; i < end; ++i) {
        if (known != nullptr && values->definitions[i] == known->values->definitions[i] &&
            values->values[i] == known->values->values[i]) {
          reading->selections[i] = known->selections[i];
          reading->details[i] = known->details[i];
          continue;
        }
        const Described& definition = *values->definitions[i];
        const indicator::v1::PeriodValue& value = *values->values[i];
        reading->selections[i] = ValuesOf(definition, value, &convert);
        reading->details[i] =
            DetailOf(tree->plan(), date, definition, value, reading->selections[i], &convert);
      }
      return convert.status();
    });
    if (!converted.ok()) return converted;
    reading->bytes += values->bytes + count * (sizeof(SelectionValues) + sizeof(Detail));
  }
  Converter convert;
  reading->rules = RulesOf(quarter, date, *tree, reading->selections, &convert);
  if (absl::Status status = convert.status(); !status.ok()) return status;
  reading->outcome = Score(reading->rules);
  reading->bytes += BytesOf(tree->parts) + tree->elements.size() * 1024 + tree->keys.size() * 512;
  for (const Element& element : reading->rules.elements) {
    reading->bytes += element.links.size() * (sizeof(Link) + sizeof(LinkOutcome) + 128);
  }
  reading->tree = std::move(tree);
  reading->values = std::move(values);
  return reading;
}

}  // namespace athena::reporting
