#ifndef ATHENA_SERVICES_INDICATOR_LIMITS_H_
#define ATHENA_SERVICES_INDICATOR_LIMITS_H_

#include <cstddef>
#include <cstdint>

// Every limit of the indicator service that does not belong to one rule alone, with the reason for
// it.
namespace athena::indicator {

// Rows of one push: with long codes and comments they still fit the 4 MiB that every gRPC server
// takes, and a commit of them is a matter of milliseconds.
inline constexpr int kMaxPushRows = 10'000;
// Holds any UUID, any URN, and what a scheduler calls its runs.
inline constexpr size_t kMaxPushIdBytes = 128;
// A remark, not a report.
inline constexpr size_t kMaxCommentBytes = 1000;
// Beyond it not every whole number has a double of its own; no administration counts further.
inline constexpr double kMaxObservationMagnitude = 1e15;
// Bad rows whose faults are described: whoever gets more wrong has one mistake, not a thousand.
inline constexpr size_t kMaxDescribedRows = 1000;
// Pages of cells: 10,000 cells take about 1 MiB.
inline constexpr int32_t kObservationPage = 1000;  // where the request names no size
inline constexpr int32_t kMaxObservationPage = 10'000;

}  // namespace athena::indicator

#endif  // ATHENA_SERVICES_INDICATOR_LIMITS_H_
