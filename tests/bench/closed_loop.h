#ifndef ATHENA_TESTS_BENCH_CLOSED_LOOP_H_
#define ATHENA_TESTS_BENCH_CLOSED_LOOP_H_

#include <grpcpp/grpcpp.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "google/protobuf/message_lite.h"

// Calling with a fixed number of calls in flight: the next one goes out when one has come back.
namespace athena::bench {

struct Caller {
  std::string address;        // host:port
  std::string authorization;  // metadata value; empty: none
  int connections = 1;        // calls take them in turns
};

// As many connections to a caller's address, all up. UNAVAILABLE when the address does not answer
// within ten seconds.
absl::StatusOr<std::vector<std::shared_ptr<grpc::Channel>>> OpenChannels(const Caller& caller);

struct Answers {
  absl::Duration took;                    // from the first call to the last answer
  std::vector<absl::Duration> latencies;  // by request
  std::vector<grpc::ByteBuffer> answers;  // by request
};

// The connections of a caller, up. Not thread-safe.
class ClosedLoop {
 public:
  // Errors of OpenChannels.
  static absl::StatusOr<ClosedLoop> Connect(const Caller& caller);

  // Calls `method` ("/package.Service/Method") once with each of the requests, which are encoded
  // beforehand, from this thread alone: the caller shares the machine with what it measures, so it
  // does as little as it can. Answers are kept as they come, for whoever checks them when the clock
  // has stopped. The first error that is answered ends it and is returned.
  absl::StatusOr<Answers> CallEach(const std::string& method,
                                   absl::Span<const grpc::ByteBuffer> requests, int in_flight);

  // As CallEach, in as many streams as are in flight, each of which is open before the clock starts
  // and carries its next request when the last one was answered.
  absl::StatusOr<Answers> SayEach(const std::string& method,
                                  absl::Span<const grpc::ByteBuffer> requests, int in_flight);

 private:
  ClosedLoop(std::string authorization, std::vector<std::shared_ptr<grpc::Channel>> channels)
      : authorization_(std::move(authorization)), channels_(std::move(channels)) {}

  std::string authorization_;
  std::vector<std::shared_ptr<grpc::Channel>> channels_;
};

// A message as a request, and an answer as a message: INTERNAL when it is none.
grpc::ByteBuffer Encode(const google::protobuf::MessageLite& message);
absl::Status Decode(const grpc::ByteBuffer& bytes, google::protobuf::MessageLite& message);

}  // namespace athena::bench

#endif  // ATHENA_TESTS_BENCH_CLOSED_LOOP_H_
