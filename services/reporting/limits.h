#ifndef ATHENA_SERVICES_REPORTING_LIMITS_H_
#define ATHENA_SERVICES_REPORTING_LIMITS_H_

#include <cstddef>

#include "absl/time/time.h"

// Every limit of the reporting service, with the reason for it.
namespace athena::reporting {

// What every gRPC client accepts without being told otherwise.
inline constexpr size_t kMaxAnswerBytes = 4 << 20;
// Far deeper than a plan can be (10 levels).
inline constexpr int kMaxDepth = 100;
// What the indicator service takes in one request.
inline constexpr size_t kMaxSelections = 20'000;
// All parts of one answer of another service: a plan of 10,000 elements takes about 20 MiB.
inline constexpr size_t kMaxReadBytes = 96 << 20;
// What prepared scorecards and the inputs they were made from may take together, about: it leaves
// the process well below 150 MiB.
inline constexpr size_t kMaxPreparedBytes = 64 << 20;
// How long another service gets when the caller itself would wait longer: a thread waits for it.
inline constexpr absl::Duration kLongestRead = absl::Seconds(20);
// How often a service that is not there is asked in all: a restarting one is often back by then.
inline constexpr int kReadAttempts = 3;
// What is kept of the caller's time for saying which service did not answer: a tenth, within these.
inline constexpr absl::Duration kLeastReserve = absl::Milliseconds(5);
inline constexpr absl::Duration kMostReserve = absl::Milliseconds(250);
// How soon it is worth asking again when another service did not answer.
inline constexpr absl::Duration kRetryAfter = absl::Seconds(1);
// How long readiness waits for the health of another service.
inline constexpr absl::Duration kHealthDeadline = absl::Milliseconds(500);

}  // namespace athena::reporting

#endif  // ATHENA_SERVICES_REPORTING_LIMITS_H_
