#include "services/reporting/reading/period_values.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "libs/status/status.h"

namespace athena::reporting {
namespace {

// Indicator.reporting_delay_days of what is observed.
constexpr int kDefaultReportingDelayDays = 14;

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
  summary->classification = indicator.classification();
  summary->owner = indicator.owner();
  summary->steward = indicator.steward();
  if (indicator.has_reporting_delay_days()) {
    summary->reporting_delay_days = indicator.reporting_delay_days();
  } else if (indicator.kind() != indicator::v1::Indicator::KIND_FORMULA) {
    summary->reporting_delay_days = kDefaultReportingDelayDays;
  }
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
                   summary->source_system.capacity() + summary->owner.capacity() +
                   summary->steward.capacity() + summary->baseline_period.capacity() +
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

ValuesByPeriod WithTimeZones(const ValuesByPeriod& known,
                             const indicator::v1::QueryPeriodValuesResponse::Header& header) {
  ValuesByPeriod same = known;
  for (std::shared_ptr<const PeriodValues>& place : same) {
    auto values = std::make_shared<PeriodValues>(*place);
    TakeTimeZones(header, values.get());
    if (values->time_zones != place->time_zones) place = std::move(values);
  }
  return same;
}

absl::StatusOr<ValuesByPeriod> MergeValues(
    const Parts<indicator::v1::QueryPeriodValuesResponse>& parts, size_t selections,
    const std::vector<std::string>& periods, const ValuesByPeriod& known) {
  const indicator::v1::QueryPeriodValuesResponse::Header& header = (*parts.front())->header();
  if (header.changes_only() && known.size() != periods.size()) {
    return status::Internal("the indicator service sent changes to an answer it did not give");
  }
  std::vector<std::shared_ptr<PeriodValues>> merged;
  absl::flat_hash_map<std::string_view, PeriodValues*> by_period;
  for (size_t i = 0; i < periods.size(); ++i) {
    auto values = std::make_shared<PeriodValues>();
    if (header.changes_only()) *values = *known[i];
    values->version_token = header.version_token();
    TakeTimeZones(header, values.get());
    values->definitions.resize(selections);
    values->values.resize(selections);
    by_period[periods[i]] = values.get();
    merged.push_back(std::move(values));
  }
  size_t received = 0;
  for (const auto& part : parts) received += static_cast<size_t>((*part)->values_size());
  // When the answer holds all values they stay in it. Single ones are copied, so that they do not
  // keep a whole answer alive.
  const bool all = received >= selections * periods.size();
  if (all) {
    size_t bytes = 0;
    for (const auto& part : parts) bytes += (*part)->values_size() > 0 ? part->bytes() : 0;
    for (const auto& values : merged) values->bytes = bytes / periods.size();
  }
  for (const auto& part : parts) {
    for (const indicator::v1::SelectionDefinition& message : (*part)->definitions()) {
      const auto selection = static_cast<size_t>(message.selection());
      if (message.selection() < 0 || selection >= selections) continue;
      const std::shared_ptr<const DefinitionSummary> definition = Summarise(message);
      for (const auto& values : merged) values->definitions[selection] = definition;
    }
    for (const indicator::v1::PeriodValue& message : (*part)->values()) {
      const auto selection = static_cast<size_t>(message.selection());
      const auto found = by_period.find(message.asked());
      if (message.selection() < 0 || selection >= selections || found == by_period.end()) continue;
      PeriodValues& values = *found->second;
      std::shared_ptr<const indicator::v1::PeriodValue>& place = values.values[selection];
      if (all) {
        place = {part, &message};
        continue;
      }
      if (place != nullptr && place->GetArena() == nullptr) values.bytes -= place->SpaceUsedLong();
      place = std::make_shared<const indicator::v1::PeriodValue>(message);
      values.bytes += place->SpaceUsedLong();
    }
  }
  const auto all_there = [](const auto& of) {
    return std::find(of.begin(), of.end(), nullptr) == of.end();
  };
  for (const auto& values : merged) {
    if (!all_there(values->definitions) || !all_there(values->values)) {
      return status::Internal("the indicator service left a selection unanswered");
    }
  }
  return ValuesByPeriod(merged.begin(), merged.end());
}

}  // namespace athena::reporting
