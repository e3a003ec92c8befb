#include "libs/metrics/ops_server.h"

#include <civetweb.h>
#include <prometheus/text_serializer.h>

#include <iterator>
#include <string_view>
#include <utility>

#include "libs/log/log.h"
#include "libs/metrics/process.h"
#include "libs/status/status.h"

namespace athena::metrics {

struct OpsServer::Http {
  const prometheus::Registry& registry;
  Readiness readiness;
  mg_context* context = nullptr;
};

namespace {

// A connection keeps a thread until its request has come, at most for the timeout. A waiting
// thread takes about 20 KiB of memory.
constexpr const char* kThreads = "64";
constexpr const char* kRequestTimeoutMs = "2000";

int Answer(mg_connection* connection, int code, const char* reason, const char* type,
           std::string_view body) {
  mg_printf(connection,
            "HTTP/1.1 %d %s\r\nContent-Type: %s\r\nContent-Length: %zu\r\n"
            "Cache-Control: no-store\r\nConnection: close\r\n\r\n",
            code, reason, type, body.size());
  if (std::string_view(mg_get_request_info(connection)->request_method) != "HEAD") {
    mg_write(connection, body.data(), body.size());
  }
  return code;
}

template <typename Http>
int Handle(mg_connection* connection, void* data) {
  const Http& http = *static_cast<const Http*>(data);
  const mg_request_info& request = *mg_get_request_info(connection);
  const std::string_view method = request.request_method;
  const std::string_view path = request.local_uri == nullptr ? "" : request.local_uri;
  constexpr const char* kText = "text/plain; charset=utf-8";
  if (method != "GET" && method != "HEAD") {
    return Answer(connection, 405, "Method Not Allowed", kText, "GET or HEAD\n");
  }
  if (path == "/metrics") {
    return Answer(connection, 200, "OK", "text/plain; version=0.0.4; charset=utf-8",
                  RenderMetrics(http.registry));
  }
  if (path == "/healthz") return Answer(connection, 200, "OK", kText, "alive\n");
  if (path == "/readyz") {
    std::string body;
    for (const std::string& reason : http.readiness()) body += reason + "\n";
    if (body.empty()) return Answer(connection, 200, "OK", kText, "ready\n");
    return Answer(connection, 503, "Service Unavailable", kText, body);
  }
  return Answer(connection, 404, "Not Found", kText, "/metrics, /healthz or /readyz\n");
}

}  // namespace

std::string RenderMetrics(const prometheus::Registry& registry) {
  std::vector<prometheus::MetricFamily> families = registry.Collect();
  std::vector<prometheus::MetricFamily> process = Process().Collect();
  families.insert(families.end(), std::make_move_iterator(process.begin()),
                  std::make_move_iterator(process.end()));
  prometheus::ClientMetric dropped;
  dropped.counter.value = static_cast<double>(log::DroppedLines());
  families.push_back({"athena_log_dropped_total",
                      "Log lines dropped since nobody reads stderr.",
                      prometheus::MetricType::Counter,
                      {dropped}});
  return prometheus::TextSerializer().Serialize(families);
}

absl::StatusOr<std::unique_ptr<OpsServer>> OpsServer::Start(const std::string& address,
                                                            const prometheus::Registry& registry,
                                                            Readiness readiness) {
  // An aggregate, which make_unique cannot make.  NOLINTNEXTLINE(modernize-make-unique)
  auto http = std::unique_ptr<Http>(new Http{registry, std::move(readiness)});
  const char* options[] = {
      "listening_ports", address.c_str(),     "num_threads", kThreads, "request_timeout_ms",
      kRequestTimeoutMs, "enable_keep_alive", "no",          nullptr};
  mg_callbacks callbacks{};
  callbacks.log_message = [](const mg_connection*, const char*) { return 1; };
  http->context = mg_start(&callbacks, http.get(), options);
  if (http->context == nullptr) {
    return status::Refusal(absl::StatusCode::kUnavailable, "OPS_ADDRESS",
                           "cannot listen on " + status::Printable(address) +
                               " for /metrics: is it taken, or not an address of this machine?",
                           {{"address", address}});
  }
  mg_set_request_handler(http->context, "/", &Handle<Http>, http.get());
  return std::unique_ptr<OpsServer>(new OpsServer(std::move(http)));
}

OpsServer::OpsServer(std::unique_ptr<Http> http) : http_(std::move(http)) {}
OpsServer::~OpsServer() { mg_stop(http_->context); }

int OpsServer::port() const {
  mg_server_port port{};
  return mg_get_server_ports(http_->context, 1, &port) == 1 ? port.port : 0;
}

}  // namespace athena::metrics
