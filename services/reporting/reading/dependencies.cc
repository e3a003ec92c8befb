#include "services/reporting/reading/dependencies.h"

#include <grpcpp/grpcpp.h>

#include <algorithm>
#include <utility>

#include "absl/time/clock.h"
#include "libs/rpc/client.h"
#include "libs/rpc/grpc_status.h"
#include "libs/rpc/method.h"
#include "services/reporting/errors.h"
#include "services/reporting/limits.h"
#include "services/reporting/reading/streamed_read.h"

namespace athena::reporting {

absl::Time DeadlineFor(absl::Time callers) {
  const absl::Time now = absl::Now();
  const absl::Duration left = callers - now;
  return now + std::min(left - std::clamp(left / 10, kLeastReserve, kMostReserve), kLongestRead);
}

absl::Status DependencyStatus(const std::string& service, const grpc::Status& status) {
  switch (status.error_code()) {
    case grpc::StatusCode::OK:
      return absl::OkStatus();
    case grpc::StatusCode::INVALID_ARGUMENT:
    case grpc::StatusCode::NOT_FOUND:
    case grpc::StatusCode::PERMISSION_DENIED:
    case grpc::StatusCode::UNAUTHENTICATED:
    case grpc::StatusCode::FAILED_PRECONDITION:
    case grpc::StatusCode::OUT_OF_RANGE:
      return rpc::FromGrpc(status);
    case grpc::StatusCode::DEADLINE_EXCEEDED:
      return DependencyUnavailable(service, "it took too long");
    default:
      return DependencyUnavailable(service, status.error_message());
  }
}

namespace {

// Adds a line when it is not SERVING.
void CheckHealth(const Dependency& dependency, std::vector<std::string>* faults) {
  const std::string fault =
      rpc::HealthFault(dependency.channel, dependency.service, kHealthDeadline);
  if (!fault.empty()) faults->push_back(dependency.name + ": " + fault);
}

}  // namespace

Dependencies::Dependencies(std::shared_ptr<grpc::Channel> plan,
                           std::shared_ptr<grpc::Channel> indicator)
    : plan_{"plan", "athena.plan.v1.PlanService", plan},
      indicator_{"indicator", "athena.indicator.v1.IndicatorService", indicator},
      plan_history_{"plan", "athena.common.v1.HistoryService", std::move(plan)},
      indicator_history_{"indicator", "athena.common.v1.HistoryService", std::move(indicator)} {}

std::unique_ptr<Pending<PlanPart>> Dependencies::ReadPlan(
    const rpc::Call& call, const plan::v1::GetPlanTreeRequest& request) const {
  return std::make_unique<StreamedRead<PlanPart>>(plan_, "GetPlanTree", call,
                                                  rpc::Serialise(request));
}

std::unique_ptr<Pending<ValuesPart>> Dependencies::ReadValues(
    const rpc::Call& call, std::shared_ptr<const std::string> prepared,
    const indicator::v1::QueryPeriodValuesRequest& rest) const {
  const rpc::PreparedAnswer request{
      {std::move(prepared), std::make_shared<const std::string>(rest.SerializeAsString())}};
  return std::make_unique<StreamedRead<ValuesPart>>(indicator_, "QueryPeriodValues", call,
                                                    rpc::Serialise(request));
}

std::unique_ptr<Pending<indicator::v1::ListClosingsResponse>> Dependencies::ListClosings(
    const rpc::Call& call, const indicator::v1::ListClosingsRequest& request) const {
  return std::make_unique<StreamedRead<indicator::v1::ListClosingsResponse>>(
      indicator_, "ListClosings", call, rpc::Serialise(request));
}

std::unique_ptr<Pending<indicator::v1::ListObservationsResponse>> Dependencies::ListObservations(
    const rpc::Call& call, const indicator::v1::ListObservationsRequest& request) const {
  return std::make_unique<StreamedRead<indicator::v1::ListObservationsResponse>>(
      indicator_, "ListObservations", call, rpc::Serialise(request));
}

std::unique_ptr<Pending<indicator::v1::Push>> Dependencies::GetPush(
    const rpc::Call& call, const indicator::v1::GetPushRequest& request) const {
  return std::make_unique<StreamedRead<indicator::v1::Push>>(indicator_, "GetPush", call,
                                                             rpc::Serialise(request));
}

std::unique_ptr<Pending<common::v1::ListRevisionsResponse>> Dependencies::ListPlanRevisions(
    const rpc::Call& call, const common::v1::ListRevisionsRequest& request) const {
  return std::make_unique<StreamedRead<common::v1::ListRevisionsResponse>>(
      plan_history_, "ListRevisions", call, rpc::Serialise(request));
}

std::unique_ptr<Pending<common::v1::ListRevisionsResponse>> Dependencies::ListIndicatorRevisions(
    const rpc::Call& call, const common::v1::ListRevisionsRequest& request) const {
  return std::make_unique<StreamedRead<common::v1::ListRevisionsResponse>>(
      indicator_history_, "ListRevisions", call, rpc::Serialise(request));
}

std::vector<std::string> Dependencies::Faults() const {
  std::vector<std::string> faults;
  CheckHealth(plan_, &faults);
  CheckHealth(indicator_, &faults);
  return faults;
}

}  // namespace athena::reporting
