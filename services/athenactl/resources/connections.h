#ifndef ATHENA_SERVICES_ATHENACTL_RESOURCES_CONNECTIONS_H_
#define ATHENA_SERVICES_ATHENACTL_RESOURCES_CONNECTIONS_H_

#include <google/protobuf/message.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "libs/status/macros.h"

// Calls the three services: any method of their contracts, by its descriptor or by its request,
// with one credential, a time limit for each call, and retries while a service is unavailable.
// Errors carry the google.rpc details that the service sent.
namespace athena::athenactl {

struct ConnectionOptions {
  std::string plan_address;  // HOST:PORT
  std::string indicator_address;
  std::string reporting_address;
  std::string token;  // a bearer token; empty: none
  // PEM files of TLS, as rpc::TlsFiles has them; all empty: no TLS.
  std::string tls_certificate;
  std::string tls_key;
  std::string tls_ca;
  absl::Duration timeout = absl::Seconds(30);
  std::string traceparent;  // W3C Trace Context, sent with every call
};

// How often a call is tried while the service is unavailable. A read is given up soon; a change is
// tried for as long as a restart of the service takes (pauses grow to 2 seconds).
inline constexpr int kReadAttempts = 3;
inline constexpr int kChangeAttempts = 12;

// Misused when the files of TLS are no good, or when a token would be sent to an address beyond
// this machine without TLS.
absl::Status CheckSecurity(const ConnectionOptions& options);

// The services that offer the history, as `peers` names them.
inline constexpr char kPlanService[] = "athena.plan.v1.PlanService";
inline constexpr char kIndicatorService[] = "athena.indicator.v1.IndicatorService";
inline constexpr char kReportingService[] = "athena.reporting.v1.ReportingService";
struct HistoryPeer {
  const char* name;     // "plan"
  const char* service;  // kPlanService
};
inline constexpr HistoryPeer kHistoryPeers[] = {
    {"plan", kPlanService}, {"indicator", kIndicatorService}, {"reporting", kReportingService}};
// The page size of lists whose request names none, and the largest one of observations.
inline constexpr int kDefaultPageSize = 1'000;
inline constexpr int kObservationsPageSize = 10'000;

// Connects when first used. Not thread-safe.
class Connections {
 public:
  using Message = google::protobuf::Message;
  using Method = google::protobuf::MethodDescriptor;

  explicit Connections(const ConnectionOptions& options);
  ~Connections();
  Connections(const Connections&) = delete;
  Connections& operator=(const Connections&) = delete;

  // Calls a unary method; `response` is a message of its output type. `attempts` 0: kReadAttempts
  // when the contract declares the method free of side effects, else kChangeAttempts.
  absl::Status Call(const Method& method, const Message& request, Message* response,
                    int attempts = 0) const;
  // Calls the method whose name the request's type says: Call<Plan>(GetPlanRequest).
  template <typename Response>
  absl::StatusOr<Response> Call(const Message& request, int attempts = 0) const {
    Response response;
    ATHENA_RETURN_IF_ERROR(Call(MethodOf(request), request, &response, attempts));
    return response;
  }

  // Calls a method of athena.common.v1.HistoryService at one of the services that offer it, which
  // is named by its own service: "athena.plan.v1.PlanService".
  template <typename Response>
  absl::StatusOr<Response> CallHistory(const std::string& service, const Message& request) const {
    Response response;
    ATHENA_RETURN_IF_ERROR(CallAt(service, MethodOf(request), request, &response, kReadAttempts));
    return response;
  }

  // Calls a method of athena.common.v1.BackupService at one of the services, once, with a time
  // limit of its own.
  template <typename Response>
  absl::StatusOr<Response> CallBackup(const std::string& service, const Message& request,
                                      absl::Duration timeout) const {
    Response response;
    ATHENA_RETURN_IF_ERROR(
        CallAt(service, MethodOf(request), request, &response, /*attempts=*/1, timeout));
    return response;
  }

  // Calls a list method until there is no next page, and merges all pages into `all`. Sets
  // page_size to kDefaultPageSize when it is 0.
  absl::Status CallPages(const Method& method, const Message& request, Message* all) const;
  template <typename Response>
  absl::StatusOr<Response> CallPages(const Message& request) const {
    Response all;
    ATHENA_RETURN_IF_ERROR(CallPages(MethodOf(request), request, &all));
    return all;
  }

  // Calls a method that answers with a stream, and merges its parts. Not retried once a part has
  // arrived.
  template <typename Response>
  absl::StatusOr<Response> CallStream(const Message& request) const {
    Response all;
    Response part;
    ATHENA_RETURN_IF_ERROR(
        Stream(MethodOf(request), request, /*endless=*/false, &part, [&] { all.MergeFrom(part); }));
    return all;
  }

  // Calls a method that answers with a stream that goes on until it is ended, without a time limit,
  // and has `take` read each message as it comes. When the service becomes unavailable it is called
  // again, as long as a restart takes, with `request` as it is then: `take` may change it. Returns
  // what the stream ended with.
  template <typename Response>
  absl::Status Follow(const Message& request,
                      const std::function<void(const Response&)>& take) const {
    Response part;
    return FollowStream(MethodOf(request), request, &part, [&] { take(part); });
  }

  struct Peer {
    std::string service;      // "athena.plan.v1.PlanService"
    std::string description;  // for errors: "the plan service at 127.0.0.1:7701"
    std::string address;
  };
  std::vector<Peer> peers() const;  // plan, indicator, reporting
  // Asks a service for its health (grpc.health.v1): "SERVING", "NOT_SERVING", ...
  absl::StatusOr<std::string> Health(const Peer& peer) const;

  // A random request_id. The retries of one call share it, so that a change whose answer was lost
  // is not made twice.
  std::string NewRequestId() const;

 private:
  class Channels;

  static const Method& MethodOf(const Message& request);
  // Calls a method at the address of a service, which need not be the method's own. `timeout`:
  // instead of the time limit of all calls.
  absl::Status CallAt(const std::string& service, const Method& method, const Message& request,
                      Message* response, int attempts,
                      std::optional<absl::Duration> timeout = std::nullopt) const;
  // `endless`: without a time limit, and with the attempts of a change.
  absl::Status Stream(const Method& method, const Message& request, bool endless, Message* part,
                      const std::function<void()>& take) const;
  absl::Status FollowStream(const Method& method, const Message& request, Message* part,
                            const std::function<void()>& take) const;

  const std::unique_ptr<Channels> channels_;
};

}  // namespace athena::athenactl

#endif  // ATHENA_SERVICES_ATHENACTL_RESOURCES_CONNECTIONS_H_
