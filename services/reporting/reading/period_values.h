#ifndef ATHENA_SERVICES_REPORTING_READING_PERIOD_VALUES_H_
#define ATHENA_SERVICES_REPORTING_READING_PERIOD_VALUES_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "athena/common/v1/values.pb.h"
#include "athena/indicator/v1/indicator.pb.h"
#include "athena/indicator/v1/indicator_service.pb.h"
#include "athena/indicator/v1/period_value.pb.h"
#include "services/reporting/reading/parts.h"

namespace athena::reporting {

// What a scorecard shows of a selection's definition. (The whole definition takes some kilobytes
// with its targets.)
struct DefinitionSummary {
  indicator::v1::Indicator::Direction direction = indicator::v1::Indicator::DIRECTION_UNSPECIFIED;
  common::v1::LocalizedText title;
  common::v1::LocalizedText description;
  std::string unit;
  int32_t decimals = 0;
  std::string source_system;
  indicator::v1::Indicator::Classification classification =
      indicator::v1::Indicator::CLASSIFICATION_UNSPECIFIED;
  std::string owner;
  std::string steward;
  std::optional<int> reporting_delay_days;  // absent: a formula's follows from its operands
  bool is_flow = false;
  std::optional<common::v1::Date> retired_on;
  // The target in force: its direction when it was set, its baseline and its last anchor. Numbers
  // are absent without; so are those of a RANGE.
  indicator::v1::Indicator::Direction target_direction =
      indicator::v1::Indicator::DIRECTION_UNSPECIFIED;
  std::string baseline_period;
  std::optional<double> baseline;
  std::string end_period;
  std::optional<double> end;
  int32_t target_version = 0;
  bool has_original = false;
  int32_t original_target_version = 0;
  size_t bytes = 0;  // of memory, about
};

// The definition and the value in one period of each selection, in the order of PlanTree::keys.
// Immutable. An
// answer that holds only changes makes a new one, which shares all that did not change.
struct PeriodValues {
  std::string version_token;  // the indicator service's, of all of this
  std::vector<std::shared_ptr<const DefinitionSummary>> definitions;
  // These lie in the answer that they all came in, which they keep alive, or are copies.
  std::vector<std::shared_ptr<const indicator::v1::PeriodValue>> values;
  // Where the indicator service has the days of institutions begin, by resource name.
  std::map<std::string, std::string> time_zones;
  size_t bytes = 0;  // of memory, about, without the definitions
};

// The values of each period that a request asks for, in its order. They have one version token and
// share their definitions.
using ValuesByPeriod = std::vector<std::shared_ptr<const PeriodValues>>;

// `known` with the time zones of a header that says not_modified; the same values where they are
// the same.
ValuesByPeriod WithTimeZones(const ValuesByPeriod& known,
                             const indicator::v1::QueryPeriodValuesResponse::Header& header);

// Makes values from an answer and, where it holds only changes, from `known`: the values of the
// same periods whose version token the request sent; empty when it sent none. INTERNAL unless that
// gives a definition for each of `selections` and a value for each of them and of `periods`.
absl::StatusOr<ValuesByPeriod> MergeValues(
    const Parts<indicator::v1::QueryPeriodValuesResponse>& parts, size_t selections,
    const std::vector<std::string>& periods, const ValuesByPeriod& known);

}  // namespace athena::reporting

#endif  // ATHENA_SERVICES_REPORTING_READING_PERIOD_VALUES_H_
