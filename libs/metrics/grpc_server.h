#ifndef ATHENA_LIBS_METRICS_GRPC_SERVER_H_
#define ATHENA_LIBS_METRICS_GRPC_SERVER_H_

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include <array>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/status.h"

// Metrics of a gRPC server, named as existing dashboards expect:
//   grpc_server_started_total, grpc_server_msg_received_total, grpc_server_msg_sent_total,
//   grpc_server_handling_seconds {grpc_type, grpc_service, grpc_method}
//   grpc_server_handled_total {... grpc_code}, codes written "OK", "InvalidArgument" ...
// and beside them
//   athena_rpc_queue_seconds {grpc_service, grpc_method}: from arrival until a worker begins
//   athena_rpc_in_flight, athena_rpc_watches: calls, and streams that stay open, at this moment
//   athena_rpc_shed_total {cause}: refused since there was no room; rate (of an institution), load
namespace athena::metrics {

class GrpcServer;

// The series of one method, looked up once; counting is a few atomic additions. Thread-safe.
class GrpcMethod {
 public:
  void Started() { started_.Increment(); }
  void Received() { received_.Increment(); }
  void Sent() { sent_.Increment(); }
  void Queued(double seconds) { queued_.Observe(seconds); }
  void Handled(absl::StatusCode code, double seconds) {
    handling_.Observe(seconds);
    size_t index = static_cast<size_t>(code);
    if (index >= kCodes) index = static_cast<size_t>(absl::StatusCode::kUnknown);
    handled_[index]->Increment();
  }

 private:
  friend class GrpcServer;
  static constexpr size_t kCodes = 17;
  GrpcMethod(GrpcServer& server, const prometheus::Labels& labels);

  prometheus::Counter& started_;
  prometheus::Counter& received_;
  prometheus::Counter& sent_;
  prometheus::Histogram& handling_;
  prometheus::Histogram& queued_;
  std::array<prometheus::Counter*, kCodes> handled_{};
};

// The metric families of a server. The registry outlives it, and it outlives its methods.
class GrpcServer {
 public:
  explicit GrpcServer(prometheus::Registry& registry);

  // `type` is "unary", "server_stream" or "bidi_stream". The method's series exist from here on,
  // with zeros, those of every code included.
  std::unique_ptr<GrpcMethod> Method(std::string_view type, std::string_view service,
                                     std::string_view method);

  prometheus::Gauge& in_flight() { return in_flight_; }
  prometheus::Gauge& watches() { return watches_; }
  // RPCs that were refused since there was no room. `rate` is that of an institution.
  prometheus::Counter& shed_by_rate() { return shed_by_rate_; }
  prometheus::Counter& shed_by_load() { return shed_by_load_; }

 private:
  friend class GrpcMethod;
  prometheus::Family<prometheus::Counter>& started_;
  prometheus::Family<prometheus::Counter>& handled_;
  prometheus::Family<prometheus::Counter>& received_;
  prometheus::Family<prometheus::Counter>& sent_;
  prometheus::Family<prometheus::Histogram>& handling_;
  prometheus::Family<prometheus::Histogram>& queued_;
  prometheus::Family<prometheus::Counter>& shed_;
  prometheus::Counter& shed_by_rate_;
  prometheus::Counter& shed_by_load_;
  prometheus::Gauge& in_flight_;
  prometheus::Gauge& watches_;
};

}  // namespace athena::metrics

#endif  // ATHENA_LIBS_METRICS_GRPC_SERVER_H_
