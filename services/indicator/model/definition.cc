#include "services/indicator/model/definition.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "libs/fields/fields.h"
#include "libs/ids/ids.h"
#include "libs/status/status.h"
#include "services/indicator/model/limits.h"

namespace athena::indicator {
namespace {

absl::Status Unreadable(const v1::Indicator& message, std::string_view what) {
  return status::Internal(absl::StrCat("the stored definition of ", message.name(),
                                       " has no valid ", std::string(what)));
}

Dimension ReadDimension(const v1::Dimension& message) {
  Dimension dimension;
  dimension.id = message.id();
  dimension.every_code_expected = message.every_code_expected();
  dimension.codes.reserve(static_cast<size_t>(message.codes_size()));
  for (const v1::Dimension::Code& code : message.codes()) {
    dimension.position.emplace(code.id(), static_cast<int32_t>(dimension.codes.size()));
    dimension.codes.push_back(code.id());
  }
  return dimension;
}

// Reads the missing policy, whose default is `otherwise`, and expected_from.
absl::Status ReadExpectations(const v1::Indicator& message, MissingPolicy otherwise,
                              Definition* definition) {
  switch (message.missing_policy()) {
    case v1::Indicator::MISSING_POLICY_STRICT:
      definition->rule.missing = MissingPolicy::kStrict;
      break;
    case v1::Indicator::MISSING_POLICY_PARTIAL:
      definition->rule.missing = MissingPolicy::kPartial;
      break;
    default:
      definition->rule.missing = otherwise;
  }
  if (message.has_min_coverage()) {
    const std::optional<Decimal> coverage = Decimal::FromDouble(message.min_coverage());
    if (!coverage.has_value()) return Unreadable(message, "min_coverage");
    definition->rule.min_coverage = *coverage;
  }
  if (message.expected_from().empty()) return absl::OkStatus();
  const absl::StatusOr<Period> from = Period::Parse(message.expected_from());
  if (!from.ok()) return Unreadable(message, "expected_from");
  definition->expected_from = *from;
  definition->rule.expected_from = IndexFrom(*from, definition->frequency);
  return absl::OkStatus();
}

absl::Status ReadDisclosure(const v1::Indicator& message, Definition* definition) {
  if (!message.has_disclosure()) return absl::OkStatus();
  DisclosureRule rule;
  for (const std::string& id : message.disclosure().dimensions()) {
    const std::optional<size_t> place = definition->DimensionAt(id);
    if (!place.has_value()) return Unreadable(message, "disclosure");
    rule.dimensions.push_back(*place);
  }
  std::sort(rule.dimensions.begin(), rule.dimensions.end());
  const int32_t threshold = message.disclosure().threshold();
  rule.threshold = Decimal::FromInt(threshold == 0 ? kDefaultDisclosureThreshold : threshold);
  definition->disclosure = std::move(rule);
  return absl::OkStatus();
}

absl::Status ReadBase(const v1::Indicator& message, Definition* definition) {
  const std::optional<TimeAggregation> time = TimeAggregationOf(message.time_aggregation());
  if (!time.has_value()) return Unreadable(message, "time_aggregation");
  definition->rule.time = *time;
  definition->rule.group =
      GroupAggregationOf(message.group_aggregation()).value_or(GroupAggregation::kNone);
  if (definition->rule.flow()) definition->measure = Measure::kFlow;
  for (const v1::Dimension& dimension : message.dimensions()) {
    definition->dimensions.push_back(ReadDimension(dimension));
  }
  const absl::Status disclosure = ReadDisclosure(message, definition);
  if (!disclosure.ok()) return disclosure;
  if (message.has_min_value()) definition->min_value = message.min_value();
  if (message.has_max_value()) definition->max_value = message.max_value();
  if (message.has_max_change()) {
    const std::optional<Decimal> most = Decimal::FromDouble(message.max_change());
    if (!most.has_value()) return Unreadable(message, "max_change");
    definition->max_change = {
        *most, message.implausible_change() != v1::Indicator::IMPLAUSIBLE_CHANGE_FLAG};
  }
  if (message.has_retired_on()) {
    const std::optional<absl::CivilDay> day = fields::DayOf(message.retired_on());
    if (!day.has_value()) return Unreadable(message, "retired_on");
    definition->rule.expected_until = Period::Containing(definition->frequency, *day).index();
  }
  return ReadExpectations(
      message, DefaultMissingPolicy(definition->rule.time, definition->rule.group), definition);
}

absl::Status ReadFormula(const v1::Indicator& message, Definition* definition) {
  absl::StatusOr<Formula> formula = Formula::Parse(message.formula());
  if (!formula.ok()) return Unreadable(message, "formula");
  definition->formula = *std::move(formula);
  if (message.operand_alignment() == v1::Indicator::OPERAND_ALIGNMENT_INDEPENDENT) {
    definition->alignment = OperandAlignment::kIndependent;
  }
  if (message.formula_nature() == v1::Indicator::NATURE_FLOW) definition->measure = Measure::kFlow;
  return ReadExpectations(message, MissingPolicy::kPartial, definition);
}

}  // namespace

std::optional<size_t> Definition::DimensionAt(std::string_view dimension) const {
  for (size_t i = 0; i < dimensions.size(); ++i) {
    if (dimensions[i].id == dimension) return i;
  }
  return std::nullopt;
}

bool Definition::Discloses(std::string_view dimension) const {
  return disclosure.has_value() &&
         std::any_of(disclosure->dimensions.begin(), disclosure->dimensions.end(),
                     [&](size_t place) { return dimensions[place].id == dimension; });
}

absl::StatusOr<Definition> ReadDefinition(v1::Indicator message) {
  Definition definition;
  const std::optional<std::vector<std::string>> ids =
      MatchName("institutions/*/indicators/*", message.name());
  if (!ids.has_value()) return Unreadable(message, "name");
  definition.id = ids->back();
  definition.revision = message.revision();
  definition.retired = message.state() == v1::Indicator::STATE_RETIRED;
  const std::optional<Frequency> frequency = FrequencyOf(message.frequency());
  if (!frequency.has_value()) return Unreadable(message, "frequency");
  definition.frequency = *frequency;
  const std::optional<Direction> direction = DirectionOf(message.direction());
  if (!direction.has_value()) return Unreadable(message, "direction");
  definition.direction = *direction;
  if (message.has_reporting_delay_days()) {
    definition.reporting_delay_days = message.reporting_delay_days();
    definition.rule.reporting_delay_days = message.reporting_delay_days();
  }
  absl::Status read;
  switch (message.kind()) {
    case v1::Indicator::KIND_BASE:
      definition.kind = Kind::kBase;
      read = ReadBase(message, &definition);
      break;
    case v1::Indicator::KIND_FORMULA:
      definition.kind = Kind::kFormula;
      read = ReadFormula(message, &definition);
      break;
    default:
      read = Unreadable(message, "kind");
  }
  if (!read.ok()) return read;
  definition.message = std::move(message);
  return definition;
}

std::optional<Frequency> FrequencyOf(v1::Indicator::Frequency frequency) {
  switch (frequency) {
    case v1::Indicator::FREQUENCY_DAILY:
      return Frequency::kDay;
    case v1::Indicator::FREQUENCY_WEEKLY:
      return Frequency::kWeek;
    case v1::Indicator::FREQUENCY_MONTHLY:
      return Frequency::kMonth;
    case v1::Indicator::FREQUENCY_QUARTERLY:
      return Frequency::kQuarter;
    case v1::Indicator::FREQUENCY_SEMESTRIAL:
      return Frequency::kSemester;
    case v1::Indicator::FREQUENCY_ANNUAL:
      return Frequency::kYear;
    default:
      return std::nullopt;
  }
}

std::optional<TimeAggregation> TimeAggregationOf(v1::Indicator::TimeAggregation aggregation) {
  switch (aggregation) {
    case v1::Indicator::TIME_AGGREGATION_SUM:
      return TimeAggregation::kSum;
    case v1::Indicator::TIME_AGGREGATION_MEAN:
      return TimeAggregation::kMean;
    case v1::Indicator::TIME_AGGREGATION_MIN:
      return TimeAggregation::kMin;
    case v1::Indicator::TIME_AGGREGATION_MAX:
      return TimeAggregation::kMax;
    case v1::Indicator::TIME_AGGREGATION_FIRST:
      return TimeAggregation::kFirst;
    case v1::Indicator::TIME_AGGREGATION_LAST:
      return TimeAggregation::kLast;
    case v1::Indicator::TIME_AGGREGATION_COUNT:
      return TimeAggregation::kCount;
    default:
      return std::nullopt;
  }
}

std::optional<GroupAggregation> GroupAggregationOf(v1::Indicator::GroupAggregation aggregation) {
  switch (aggregation) {
    case v1::Indicator::GROUP_AGGREGATION_SUM:
      return GroupAggregation::kSum;
    case v1::Indicator::GROUP_AGGREGATION_MEAN:
      return GroupAggregation::kMean;
    case v1::Indicator::GROUP_AGGREGATION_MIN:
      return GroupAggregation::kMin;
    case v1::Indicator::GROUP_AGGREGATION_MAX:
      return GroupAggregation::kMax;
    case v1::Indicator::GROUP_AGGREGATION_NONE:
      return GroupAggregation::kNone;
    default:
      return std::nullopt;
  }
}

std::optional<Direction> DirectionOf(v1::Indicator::Direction direction) {
  switch (direction) {
    case v1::Indicator::DIRECTION_HIGHER:
      return Direction::kHigher;
    case v1::Indicator::DIRECTION_LOWER:
      return Direction::kLower;
    case v1::Indicator::DIRECTION_RANGE:
      return Direction::kRange;
    default:
      return std::nullopt;
  }
}

}  // namespace athena::indicator
