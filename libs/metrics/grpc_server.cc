#include "libs/metrics/grpc_server.h"

#include <utility>

namespace athena::metrics {
namespace {

// As go-grpc-middleware and the dashboards built on it write them.
constexpr const char* kCodeNames[] = {
    "OK",       "Canceled",       "Unknown",          "InvalidArgument",   "DeadlineExceeded",
    "NotFound", "AlreadyExists",  "PermissionDenied", "ResourceExhausted", "FailedPrecondition",
    "Aborted",  "OutOfRange",     "Unimplemented",    "Internal",          "Unavailable",
    "DataLoss", "Unauthenticated"};

// From a memo's answer to a plan of 10,000 indicators.
prometheus::Histogram::BucketBoundaries HandlingBuckets() {
  return {0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10};
}
prometheus::Histogram::BucketBoundaries QueueBuckets() {
  return {0.0001, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5};
}

prometheus::Family<prometheus::Counter>& Counters(prometheus::Registry& registry, const char* name,
                                                  const char* help) {
  return prometheus::BuildCounter().Name(name).Help(help).Register(registry);
}
prometheus::Family<prometheus::Histogram>& Histograms(prometheus::Registry& registry,
                                                      const char* name, const char* help) {
  return prometheus::BuildHistogram().Name(name).Help(help).Register(registry);
}
prometheus::Gauge& Gauge(prometheus::Registry& registry, const char* name, const char* help) {
  return prometheus::BuildGauge().Name(name).Help(help).Register(registry).Add({});
}

prometheus::Labels Without(prometheus::Labels labels, const std::string& name) {
  labels.erase(name);
  return labels;
}

}  // namespace

GrpcServer::GrpcServer(prometheus::Registry& registry)
    : started_(Counters(registry, "grpc_server_started_total", "RPCs started.")),
      handled_(Counters(registry, "grpc_server_handled_total", "RPCs completed, by code.")),
      received_(Counters(registry, "grpc_server_msg_received_total", "Messages received.")),
      sent_(Counters(registry, "grpc_server_msg_sent_total", "Messages sent.")),
      handling_(Histograms(registry, "grpc_server_handling_seconds",
                           "From an RPC's arrival until its status is handed to the transport.")),
      queued_(Histograms(registry, "athena_rpc_queue_seconds",
                         "From an RPC's arrival until a worker begins with it.")),
      shed_(Counters(registry, "athena_rpc_shed_total",
                     "RPCs refused to protect the server, by cause.")),
      shed_by_rate_(shed_.Add({{"cause", "rate"}})),
      shed_by_load_(shed_.Add({{"cause", "load"}})),
      in_flight_(Gauge(registry, "athena_rpc_in_flight", "RPCs that are not finished.")),
      watches_(Gauge(registry, "athena_rpc_watches", "Open streams that stay open.")) {}

GrpcMethod::GrpcMethod(GrpcServer& server, const prometheus::Labels& labels)
    : started_(server.started_.Add(labels)),
      received_(server.received_.Add(labels)),
      sent_(server.sent_.Add(labels)),
      handling_(server.handling_.Add(labels, HandlingBuckets())),
      queued_(server.queued_.Add(Without(labels, "grpc_type"), QueueBuckets())) {
  for (size_t code = 0; code < kCodes; ++code) {
    prometheus::Labels with_code = labels;
    with_code.emplace("grpc_code", kCodeNames[code]);
    handled_[code] = &server.handled_.Add(with_code);
  }
}

std::unique_ptr<GrpcMethod> GrpcServer::Method(std::string_view type, std::string_view service,
                                               std::string_view method) {
  return std::unique_ptr<GrpcMethod>(new GrpcMethod(*this, {{"grpc_type", std::string(type)},
                                                            {"grpc_service", std::string(service)},
                                                            {"grpc_method", std::string(method)}}));
}

}  // namespace athena::metrics
