#ifndef ATHENA_LIBS_RPC_OBSERVE_H_
#define ATHENA_LIBS_RPC_OBSERVE_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>

#include "absl/time/time.h"
#include "libs/metrics/grpc_server.h"
#include "libs/rpc/server.h"

namespace athena::rpc {

// For ServerOptions::observe. Counts every call in `metrics`, which outlives the server, and logs a
// line for each. The level is
//
//   error    for faults of the server (INTERNAL, UNKNOWN, DATA_LOSS)
//   warning  for calls that took a second or more
//   info     for calls that changed something (once each, with subject and resource), and for
//            refusals that an operator may have to act on: credentials, permissions, what is
//            unavailable or too slow
//   debug    for reads, for pushes (which the indicator service sums up), and for errors that are
//            part of normal use, such as NOT_FOUND
//
// Refusals for lack of room are debug, too: an overloaded server has better things to do. They are
// summed up at info, event "overloaded", at most a line a second with who was refused last.
// It never logs a credential or a request's content.
std::function<std::unique_ptr<CallObserver>(std::string_view service, const Method& method)>
CountAndLog(metrics::GrpcServer& metrics);

// Counts what is too frequent for a line of the log each. Thread-safe.
class Summary {
 public:
  // Counts one more. Returns how many there were since the last line when a line is due, once a
  // second; 0 otherwise.
  int64_t Add(absl::Time now);

 private:
  std::atomic<int64_t> count_{0};
  std::atomic<int64_t> next_line_{0};  // nanoseconds since 1970
};

// Has gRPC's own messages written by libs/log, as the event "grpc", instead of to stderr in a
// format of their own. Call it once, before anything uses gRPC.
void LogGrpcMessages();

}  // namespace athena::rpc

#endif  // ATHENA_LIBS_RPC_OBSERVE_H_
