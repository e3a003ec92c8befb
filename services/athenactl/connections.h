#ifndef ATHENA_SERVICES_ATHENACTL_CONNECTIONS_H_
#define ATHENA_SERVICES_ATHENACTL_CONNECTIONS_H_

#include <grpcpp/grpcpp.h>

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "absl/random/random.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "athena/indicator/v1/indicator_service.grpc.pb.h"
#include "athena/plan/v1/plan_service.grpc.pb.h"
#include "athena/reporting/v1/reporting_service.grpc.pb.h"
#include "libs/rpc/client.h"

// The three services, as the command line calls them: with one credential, a time limit for each
// call, and retries while a service is away.
namespace athena::athenactl {

struct ConnectionOptions {
  std::string plan_address;
  std::string indicator_address;
  std::string reporting_address;
  std::string token;  // a bearer token; empty: none
  absl::Duration timeout = absl::Seconds(30);
};

// How often a service that does not answer is asked: a read is given up soon, a change outlives a
// restart of the service (pauses grow to 2 seconds).
inline constexpr int kReadAttempts = 3;
inline constexpr int kChangeAttempts = 12;

// Connects when first used. Not thread-safe.
class Connections {
 public:
  using PlanStub = athena::plan::v1::PlanService::Stub;
  using IndicatorStub = athena::indicator::v1::IndicatorService::Stub;
  using ReportingStub = athena::reporting::v1::ReportingService::Stub;

  explicit Connections(const ConnectionOptions& options);

  // A service: its name in the protocol, what errors call it, and the way to it.
  struct Peer {
    std::string service;  // "athena.plan.v1.PlanService"
    std::string called;   // "the plan service at 127.0.0.1:7701"
    std::string address;
    std::shared_ptr<grpc::Channel> channel;
  };
  const Peer& plan_peer() const { return plan_peer_; }
  const Peer& indicator_peer() const { return indicator_peer_; }
  const Peer& reporting_peer() const { return reporting_peer_; }

  // What goes along with the next call; its time starts now.
  rpc::Outgoing To(const Peer& peer, int attempts) const;

  // A unary call: Plan(&PlanStub::GetPlan, request). Reads are tried again kReadAttempts times.
  template <typename Request, typename Response>
  absl::StatusOr<Response> Plan(grpc::Status (PlanStub::*method)(grpc::ClientContext*,
                                                                 const Request&, Response*),
                                const Request& request, int attempts = kReadAttempts) const {
    return Call<Response>(plan_peer_, *plan_, method, request, attempts);
  }
  template <typename Request, typename Response>
  absl::StatusOr<Response> Indicator(grpc::Status (IndicatorStub::*method)(grpc::ClientContext*,
                                                                           const Request&,
                                                                           Response*),
                                     const Request& request, int attempts = kReadAttempts) const {
    return Call<Response>(indicator_peer_, *indicator_, method, request, attempts);
  }
  template <typename Request, typename Response>
  absl::StatusOr<Response> Reporting(grpc::Status (ReportingStub::*method)(grpc::ClientContext*,
                                                                           const Request&,
                                                                           Response*),
                                     const Request& request, int attempts = kReadAttempts) const {
    return Call<Response>(reporting_peer_, *reporting_, method, request, attempts);
  }

  // A stream of the indicator service: `take(part)` gets each part in order; an error of it ends
  // the stream. Not tried again once a part has been taken.
  template <typename Request, typename Part, typename Take>
  absl::Status IndicatorParts(std::unique_ptr<grpc::ClientReader<Part>> (IndicatorStub::*method)(
                                  grpc::ClientContext*, const Request&),
                              const Request& request, const Take& take) const {
    return rpc::Collect<Part>(
        To(indicator_peer_, kReadAttempts),
        [&](grpc::ClientContext* context) { return (indicator_.get()->*method)(context, request); },
        take);
  }

  // A request_id for the next change: the retries of one call share it, so that a change whose
  // answer was lost is not made twice.
  std::string NewRequestId();

 private:
  template <typename Response, typename Stub, typename Method, typename Request>
  absl::StatusOr<Response> Call(const Peer& peer, Stub& stub, Method method, const Request& request,
                                int attempts) const {
    return rpc::Invoke<Response>(To(peer, attempts),
                                 [&](grpc::ClientContext* context, Response* response) {
                                   return (stub.*method)(context, request, response);
                                 });
  }

  const std::string authorization_;
  const absl::Duration timeout_;
  const Peer plan_peer_;
  const Peer indicator_peer_;
  const Peer reporting_peer_;
  const std::unique_ptr<PlanStub> plan_;
  const std::unique_ptr<IndicatorStub> indicator_;
  const std::unique_ptr<ReportingStub> reporting_;
  absl::BitGen random_;
};

// All pages of a list as one answer: `call(request)` asks for one page.
template <typename Response, typename Request, typename Call>
absl::StatusOr<Response> AllPages(Request request, const Call& call) {
  Response all;
  for (;;) {
    absl::StatusOr<Response> page = call(request);
    if (!page.ok()) return page.status();
    const std::string next = page->next_page_token();
    page->clear_next_page_token();
    all.MergeFrom(*page);
    if (next.empty()) return all;
    request.set_page_token(next);
  }
}

}  // namespace athena::athenactl

#endif  // ATHENA_SERVICES_ATHENACTL_CONNECTIONS_H_
