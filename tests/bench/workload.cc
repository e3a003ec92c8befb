#include "tests/bench/workload.h"

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"

namespace athena::bench {

namespace v1 = ::athena::indicator::v1;

WorkloadRow RowAt(int64_t index) {
  WorkloadRow row;
  row.day = kFirstDay + static_cast<int32_t>(index / kSeries);
  row.series = static_cast<int32_t>(index % kSeries);
  // Amounts with two decimals, different in neighbouring rows.
  row.value = static_cast<double>(index * 7919 % 1'000'003) / 100;
  return row;
}

std::string IndicatorId(int indicator) { return absl::StrCat("visits-", indicator); }
std::string FirstCode(int code) { return absl::StrCat("BM-", code); }
std::string SecondCode(int code) { return absl::StrCat("C", code); }

std::string DayText(int32_t day) { return absl::FormatCivilTime(absl::CivilDay(1970, 1, 1) + day); }

int32_t QuarterOf(int32_t day) {
  const absl::CivilDay date = absl::CivilDay(1970, 1, 1) + day;
  return static_cast<int32_t>((date.year() - 1970) * 4 + (date.month() - 1) / 3);
}

namespace {

struct DimensionCodes {
  const char* id;
  std::string (*code)(int);
};
constexpr DimensionCodes kDimensions[] = {{"unit", FirstCode}, {"channel", SecondCode}};

}  // namespace

v1::BatchCreateIndicatorsRequest Definitions() {
  v1::BatchCreateIndicatorsRequest batch;
  batch.set_parent(absl::StrCat("institutions/", kInstitution));
  for (int i = 0; i < kIndicators; ++i) {
    v1::CreateIndicatorRequest& request = *batch.add_requests();
    request.set_indicator_id(IndicatorId(i));
    v1::Indicator& indicator = *request.mutable_indicator();
    (*indicator.mutable_display_name()->mutable_text())["en"] = absl::StrCat("Visits ", i);
    indicator.set_kind(v1::Indicator::KIND_BASE);
    indicator.set_unit("visits");
    indicator.set_direction(v1::Indicator::DIRECTION_HIGHER);
    indicator.set_frequency(v1::Indicator::FREQUENCY_DAILY);
    indicator.set_time_aggregation(v1::Indicator::TIME_AGGREGATION_SUM);
    indicator.set_group_aggregation(v1::Indicator::GROUP_AGGREGATION_SUM);
    for (const DimensionCodes& dimension : kDimensions) {
      v1::Dimension& defined = *indicator.add_dimensions();
      defined.set_id(dimension.id);
      for (int code = 0; code < kCodes; ++code) defined.add_codes()->set_id(dimension.code(code));
    }
  }
  return batch;
}

v1::PushObservationsRequest PushOf(int64_t first, int64_t rows, int32_t first_day) {
  v1::PushObservationsRequest push;
  push.set_parent(absl::StrCat("institutions/", kInstitution));
  push.set_push_id(absl::StrCat("push-", first));
  for (int64_t i = first; i < first + rows; ++i) {
    const WorkloadRow row = RowAt(i);
    v1::Observation& observation = *push.add_observations();
    observation.set_indicator(IndicatorId(row.indicator()));
    observation.set_period(DayText(row.day - kFirstDay + first_day));
    (*observation.mutable_dimensions())[kDimensions[0].id] = FirstCode(row.first_code());
    (*observation.mutable_dimensions())[kDimensions[1].id] = SecondCode(row.second_code());
    observation.set_value(row.value);
  }
  return push;
}

}  // namespace athena::bench
