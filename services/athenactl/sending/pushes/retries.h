#ifndef ATHENA_SERVICES_ATHENACTL_SENDING_PUSHES_RETRIES_H_
#define ATHENA_SERVICES_ATHENACTL_SENDING_PUSHES_RETRIES_H_

#include <google/protobuf/message.h>

#include <algorithm>
#include <chrono>
#include <thread>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "libs/status/status.h"
#include "services/athenactl/resources/connections.h"

namespace athena::athenactl {

// Whether what was asked for may have been done all the same.
inline bool OutcomeUnknown(absl::StatusCode code) {
  return code == absl::StatusCode::kDeadlineExceeded || code == absl::StatusCode::kInternal ||
         code == absl::StatusCode::kUnknown || code == absl::StatusCode::kCancelled;
}

// Sends a push whose id makes a repetition harmless. Retries after UNAVAILABLE (`attempts`, as
// Connections::Call takes them), RESOURCE_EXHAUSTED with RetryInfo, and errors with an unknown
// outcome (OutcomeUnknown).
template <typename Response>
absl::StatusOr<Response> SendPush(const Connections& connections,
                                  const google::protobuf::Message& request, int attempts) {
  constexpr int kMostTries = 8;
  constexpr absl::Duration kFirstPause = absl::Milliseconds(100);
  constexpr absl::Duration kLongestPause = absl::Seconds(10);
  absl::Duration pause = kFirstPause;
  for (int left = kMostTries;; --left) {
    absl::StatusOr<Response> answer = connections.Call<Response>(request, attempts);
    const absl::StatusCode code = answer.status().code();
    const absl::Duration asked = status::RetryAfter(answer.status());
    const bool full = code == absl::StatusCode::kResourceExhausted && asked > absl::ZeroDuration();
    if (left == 1 || !(full || OutcomeUnknown(code))) return answer;
    std::this_thread::sleep_for(
        absl::ToChronoMicroseconds(full ? std::min(asked, kLongestPause) : pause));
    pause = std::min(pause * 2, kLongestPause);
  }
}

}  // namespace athena::athenactl

#endif  // ATHENA_SERVICES_ATHENACTL_SENDING_PUSHES_RETRIES_H_
