#ifndef ATHENA_SERVICES_PLAN_INDICATORS_INDICATOR_CLIENT_H_
#define ATHENA_SERVICES_PLAN_INDICATORS_INDICATOR_CLIENT_H_

#include <grpcpp/channel.h>

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "services/plan/indicators/indicator_service.h"

namespace athena::plan {

// The indicator service at the other end of a channel. Every question carries the caller's
// credential and ends before the caller's deadline, and after kLongestIndicatorRead at the latest.
// UNAVAILABLE is retried as rpc::Retry says, on a new connection.
class IndicatorClient final : public IndicatorService {
 public:
  explicit IndicatorClient(std::shared_ptr<grpc::Channel> channel) : channel_(std::move(channel)) {}

  absl::StatusOr<std::vector<Linkable>> CheckLinks(
      const rpc::Call& call, const std::string& institution,
      absl::Span<const IndicatorSelection> selections) const override;
  absl::StatusOr<std::set<std::string>> ClosedQuarters(
      const rpc::Call& call, const std::string& institution,
      const std::set<std::string>& quarters) const override;

  // Why the service cannot be asked, in a line that names it; none when its health is SERVING. Asks
  // it, and waits at most kIndicatorHealthDeadline.
  std::vector<std::string> Faults() const;

 private:
  const std::shared_ptr<grpc::Channel> channel_;
};

}  // namespace athena::plan

#endif  // ATHENA_SERVICES_PLAN_INDICATORS_INDICATOR_CLIENT_H_
