#ifndef ATHENA_LIBS_METRICS_OPS_SERVER_H_
#define ATHENA_LIBS_METRICS_OPS_SERVER_H_

#include <prometheus/registry.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace athena::metrics {

// The operator's HTTP port, without TLS: loopback, or behind a proxy.
//   /metrics  the registry, process_* and athena_log_dropped_total, Prometheus text format
//   /healthz  200 as long as the process serves HTTP at all (liveness)
//   /readyz   200 "ready", or 503 and a line per reason (readiness)
// Everything else is 404, every method but GET and HEAD 405. Up to 63 connections that send no
// request delay nobody; each is closed after two seconds.
class OpsServer {
 public:
  // What keeps the service from being ready, a line each; empty when it is. Called on the HTTP
  // server's threads; must not block for long.
  using Readiness = std::function<std::vector<std::string>()>;

  // `address` is "127.0.0.1:9464"; port 0 takes a free one. The registry must outlive the server.
  // UNAVAILABLE when the address cannot be listened on.
  static absl::StatusOr<std::unique_ptr<OpsServer>> Start(const std::string& address,
                                                          const prometheus::Registry& registry,
                                                          Readiness readiness);
  ~OpsServer();  // stops, and waits for requests under way
  OpsServer(const OpsServer&) = delete;
  OpsServer& operator=(const OpsServer&) = delete;

  int port() const;

 private:
  struct Http;
  explicit OpsServer(std::unique_ptr<Http> http);
  std::unique_ptr<Http> http_;
};

// What /metrics answers.
std::string RenderMetrics(const prometheus::Registry& registry);

}  // namespace athena::metrics

#endif  // ATHENA_LIBS_METRICS_OPS_SERVER_H_
