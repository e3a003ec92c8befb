#ifndef ATHENA_TESTS_BENCH_WORKLOAD_H_
#define ATHENA_TESTS_BENCH_WORKLOAD_H_

#include <cstdint>
#include <string>
#include <vector>

#include "athena/indicator/v1/indicator_service.pb.h"

// The observations that are pushed, the same for everybody who is measured: daily values of 1,000
// series, which are those of ten indicators with two dimensions of ten codes each, arriving day by
// day from 1 January 2020.
namespace athena::bench {

inline constexpr char kInstitution[] = "bench";
inline constexpr int kIndicators = 10;
inline constexpr int kCodes = 10;  // of each of the two dimensions
inline constexpr int kSeries = kIndicators * kCodes * kCodes;
inline constexpr int32_t kFirstDay = 18262;  // 2020-01-01, in days since 1970

// Row `index`, counted from 0: the day index / kSeries, of the series index % kSeries.
struct WorkloadRow {
  int32_t day = 0;     // since 1970
  int32_t series = 0;  // from 0
  double value = 0;

  int indicator() const { return series / (kCodes * kCodes); }
  int first_code() const { return series / kCodes % kCodes; }
  int second_code() const { return series % kCodes; }
};
WorkloadRow RowAt(int64_t index);

std::string IndicatorId(int indicator);  // "visits-3"
std::string FirstCode(int code);         // of the dimension "unit": "BM-3"
std::string SecondCode(int code);        // of the dimension "channel": "C3"
std::string DayText(int32_t day);        // "2020-01-01"
int32_t QuarterOf(int32_t day);          // quarters since 1970

// The definitions that the rows need.
indicator::v1::BatchCreateIndicatorsRequest Definitions();
// The push of the rows [first, first + rows), under the id "push-<first>". With another first day
// than kFirstDay their days are moved.
indicator::v1::PushObservationsRequest PushOf(int64_t first, int64_t rows,
                                              int32_t first_day = kFirstDay);

}  // namespace athena::bench

#endif  // ATHENA_TESTS_BENCH_WORKLOAD_H_
