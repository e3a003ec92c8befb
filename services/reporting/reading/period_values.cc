#include "services/reporting/reading/period_values.h"

#include <algorithm>

#include "libs/status/status.h"

namespace athena::reporting {
namespace {

// Whether its values add up over time.
bool IsFlow(const indicator::v1::Indicator& indicator) {
  if (indicator.kind() == indicator::v1::Indicator::KIND_FORMULA) {
    return indicator.formula_nature() == indicator::v1::Indicator::NATURE_FLOW;
  }
  return indicator.time_aggregation() == indicator::v1::Indicator::TIME_AGGREGATION_SUM ||
         indicator.time_aggregation() == indicator::v1::Indicator::TIME_AGGREGATION_COUNT;
}

std::shared_ptr<const DefinitionSummary> Summarise(
    const indicator::v1::SelectionDefinition& message) {
  auto summary = std::make_shared<DefinitionSummary>();
  const indicator::v1::Indicator& indicator = message.indicator();
  summary->direction = indicator.direction();
  summary->title = indicator.display_name();
  summary->description = indicator.description();
  summary->unit = indicator.unit();
  summary->decimals = indicator.decimals();
  summary->source_system = indicator.source_system();
  summary->is_flow = IsFlow(indicator);
  if (indicator.has_retired_on()) summary->retired_on = indicator.retired_on();
  const indicator::v1::Target& target = message.current();
  summary->target_direction = target.direction();
  summary->baseline_period = target.baseline().period();
  const bool range = (target.direction() == indicator::v1::Indicator::DIRECTION_UNSPECIFIED
                          ? indicator.direction()
                          : target.direction()) == indicator::v1::Indicator::DIRECTION_RANGE;
  if (target.has_baseline() && !range) summary->baseline = target.baseline().value();
  if (!target.anchors().empty()) {
    const indicator::v1::Target::Anchor& last = *target.anchors().rbegin();
    summary->end_period = last.period();
    if (last.has_value()) summary->end = last.value();
  }
  summary->target_version = target.version();
  summary->has_original = message.has_original();
  summary->original_target_version = message.original().version();
  summary->bytes = sizeof(*summary) + summary->title.SpaceUsedLong() +
                   summary->description.SpaceUsedLong() + summary->unit.capacity() +
                   summary->source_system.capacity() + summary->baseline_period.capacity() +
                   summary->end_period.capacity();
  return summary;
}

// Those of a header, which are left out when no revision has changed.
void TakeTimeZones(const indicator::v1::QueryPeriodValuesResponse::Header& header,
                   PeriodValues* values) {
  for (const auto& [institution, zone] : header.time_zones()) {
    values->time_zones[institution] = zone;
  }
}

}  // namespace

std::shared_ptr<const PeriodValues> WithTimeZones(
    const std::shared_ptr<const PeriodValues>& known,
    const indicator::v1::QueryPeriodValuesResponse::Header& header) {
  auto values = std::make_shared<PeriodValues>(*known);
  TakeTimeZones(header, values.get());
  if (values->time_zones == known->time_zones) return known;
  return values;
}

absl::StatusOr<std::shared_ptr<const PeriodValues>> MergeValues(
    const Parts<indicator::v1::QueryPeriodValuesResponse>& parts, size_t selections,
    const PeriodValues* known) {
  const indicator::v1::QueryPeriodValuesResponse::Header& header = (*parts.front())->header();
  if (header.changes_only() && known == nullptr) {
    return status::Internal("the indicator service sent changes to an answer it did not give");
  }
  auto values = std::make_shared<PeriodValues>();
  if (header.changes_only()) *values = *known;
  values->version_token = header.version_token();
  TakeTimeZones(header, values.get());
  values->definitions.resize(selections);
  values->values.resize(selections);
  size_t received = 0;
  for (const auto& part : parts) received += static_cast<size_t>((*part)->values_size());
  // When the answer holds all values they stay in it. Single ones are copied, so that they do not
  // keep a whole answer alive.
  const bool all = received >= selections;
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
      std::shared_ptr<const DefinitionSummary>& place = values->definitions[selection];
      if (place != nullptr) values->bytes -= place->bytes;
      place = Summarise(message);
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

}  // namespace athena::reporting
