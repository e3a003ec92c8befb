#include "services/athenactl/connections.h"

#include <cstdint>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"

namespace athena::athenactl {
namespace {

Connections::Peer PeerAt(const std::string& service, const std::string& called,
                         const std::string& address) {
  return {service, absl::StrCat(called, " at ", address), address, rpc::Connect(address)};
}

}  // namespace

Connections::Connections(const ConnectionOptions& options)
    : authorization_(options.token.empty() ? "" : absl::StrCat("Bearer ", options.token)),
      timeout_(options.timeout),
      plan_peer_(PeerAt(athena::plan::v1::PlanService::service_full_name(), "the plan service",
                        options.plan_address)),
      indicator_peer_(PeerAt(athena::indicator::v1::IndicatorService::service_full_name(),
                             "the indicator service", options.indicator_address)),
      reporting_peer_(PeerAt(athena::reporting::v1::ReportingService::service_full_name(),
                             "the reporting service", options.reporting_address)),
      plan_(athena::plan::v1::PlanService::NewStub(plan_peer_.channel)),
      indicator_(athena::indicator::v1::IndicatorService::NewStub(indicator_peer_.channel)),
      reporting_(athena::reporting::v1::ReportingService::NewStub(reporting_peer_.channel)) {}

rpc::Outgoing Connections::To(const Peer& peer, int attempts) const {
  rpc::Outgoing outgoing;
  outgoing.peer = peer.called;
  outgoing.authorization = authorization_;
  outgoing.deadline = absl::Now() + timeout_;
  outgoing.attempts = attempts;
  return outgoing;
}

std::string Connections::NewRequestId() {
  return absl::StrCat("athenactl-", absl::Hex(absl::Uniform<uint64_t>(random_), absl::kZeroPad16),
                      absl::Hex(absl::Uniform<uint64_t>(random_), absl::kZeroPad16));
}

}  // namespace athena::athenactl
