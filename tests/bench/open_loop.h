#ifndef ATHENA_TESTS_BENCH_OPEN_LOOP_H_
#define ATHENA_TESTS_BENCH_OPEN_LOOP_H_

#include <grpcpp/grpcpp.h>

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "tests/bench/closed_loop.h"

// Calling at a fixed rate, however long answers take: the load of many senders who know nothing of
// each other. A closed loop slows down with what it measures, and so cannot overload it.
namespace athena::bench {

struct Rate {
  double calls_per_second = 1;
  absl::Duration lasts;
  absl::Duration timeout;  // of each call
};

struct Outcome {
  absl::Duration due;      // when the call should have gone out, since the first
  absl::Duration latency;  // from then until its answer was read
  grpc::StatusCode code = grpc::StatusCode::OK;
};

struct Offered {
  std::vector<Outcome> outcomes;          // in the order of the answers
  std::vector<absl::Duration> behind;     // by call: how long after it was due it went out
  std::vector<grpc::ByteBuffer> answers;  // of the calls that succeeded
};

// Calls `method` at a rate, from this thread alone, with the requests in turns. A request that was
// refused with RESOURCE_EXHAUSTED is sent again in a later call, so that there need to be no more
// requests than can be served. Returns when all calls were answered. OUT_OF_RANGE when there is no
// request left to send. Errors of OpenChannels.
absl::StatusOr<Offered> CallAtRate(const Caller& caller, const std::string& method,
                                   absl::Span<const grpc::ByteBuffer> requests, const Rate& rate);

}  // namespace athena::bench

#endif  // ATHENA_TESTS_BENCH_OPEN_LOOP_H_
