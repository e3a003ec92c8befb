#include "services/reporting/dependencies.h"

#include <grpcpp/grpcpp.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "absl/synchronization/notification.h"
#include "absl/time/clock.h"
#include "libs/rpc/grpc_status.h"
#include "services/reporting/errors.h"
#include "services/reporting/limits.h"

namespace athena::reporting {
namespace {

// So much earlier than the caller's, that there is time left to say who did not answer.
absl::Time DeadlineFor(absl::Time callers) {
  const absl::Time now = absl::Now();
  const absl::Duration left = callers - now;
  return now + std::min(left - std::clamp(left / 10, kLeastReserve, kMostReserve), kLongestRead);
}

absl::Status Explain(std::string_view service, const grpc::Status& status) {
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

template <typename Request, typename Part>
class StreamedRead final : public Pending<Part>, private grpc::ClientReadReactor<Part> {
 public:
  StreamedRead(std::string_view service, const rpc::Call& call, Request request)
      : service_(service), request_(std::move(request)) {
    context_.set_deadline(absl::ToChronoTime(DeadlineFor(call.deadline())));
    Forward("authorization", call.authorization());
    Forward("traceparent", call.traceparent());
    Forward("x-request-id", call.request_id());
  }
  ~StreamedRead() override {
    context_.TryCancel();
    done_.WaitForNotification();
  }

  // `bind` hands context, request and reactor to the stub's method.
  template <typename Bind>
  void Begin(Bind bind) {
    bind(&context_, &request_, static_cast<grpc::ClientReadReactor<Part>*>(this));
    this->StartRead(&part_);
    this->StartCall();
  }

  absl::StatusOr<std::vector<Part>> Await() override {
    done_.WaitForNotification();
    if (too_large_) return DependencyUnavailable(service_, "its answer is too large");
    if (absl::Status status = Explain(service_, status_); !status.ok()) return status;
    if (parts_.empty()) return DependencyUnavailable(service_, "its answer is empty");
    return std::move(parts_);
  }

 private:
  void Forward(const char* name, std::string_view value) {
    if (!value.empty()) context_.AddMetadata(name, std::string(value));
  }

  void OnReadDone(bool ok) override {
    if (!ok) return;
    bytes_ += part_.ByteSizeLong();
    if (bytes_ > kMaxReadBytes) {
      too_large_ = true;
      context_.TryCancel();
      return;
    }
    parts_.push_back(std::move(part_));
    part_ = Part();
    this->StartRead(&part_);
  }
  void OnDone(const grpc::Status& status) override {
    status_ = status;
    done_.Notify();
  }

  const std::string_view service_;
  const Request request_;
  grpc::ClientContext context_;
  // Written by gRPC's callbacks, one after the other, and read once done_ is notified.
  Part part_;
  std::vector<Part> parts_;
  size_t bytes_ = 0;
  bool too_large_ = false;
  grpc::Status status_;
  absl::Notification done_;
};

// One line when `service` is not SERVING.
void CheckHealth(std::string_view name, const std::string& service,
                 grpc::health::v1::Health::Stub& stub, std::vector<std::string>* faults) {
  grpc::ClientContext context;
  context.set_deadline(absl::ToChronoTime(absl::Now() + kHealthDeadline));
  grpc::health::v1::HealthCheckRequest request;
  request.set_service(service);
  grpc::health::v1::HealthCheckResponse response;
  const grpc::Status status = stub.Check(&context, request, &response);
  std::string line(name);
  if (!status.ok()) {
    faults->push_back(line + ": " + status.error_message());
  } else if (response.status() != grpc::health::v1::HealthCheckResponse::SERVING) {
    faults->push_back(line + ": not serving");
  }
}

}  // namespace

Dependencies::Dependencies(std::shared_ptr<grpc::Channel> plan,
                           std::shared_ptr<grpc::Channel> indicator)
    : plan_(plan::v1::PlanService::NewStub(plan)),
      indicator_(indicator::v1::IndicatorService::NewStub(indicator)),
      plan_health_(grpc::health::v1::Health::NewStub(plan)),
      indicator_health_(grpc::health::v1::Health::NewStub(indicator)) {}

std::unique_ptr<Pending<PlanPart>> Dependencies::ReadPlan(
    const rpc::Call& call, plan::v1::GetPlanTreeRequest request) const {
  auto read = std::make_unique<StreamedRead<plan::v1::GetPlanTreeRequest, PlanPart>>(
      "plan", call, std::move(request));
  read->Begin([this](auto* context, const auto* sent, auto* reactor) {
    plan_->async()->GetPlanTree(context, sent, reactor);
  });
  return read;
}

std::unique_ptr<Pending<ValuesPart>> Dependencies::ReadValues(
    const rpc::Call& call, indicator::v1::QueryPeriodValuesRequest request) const {
  auto read = std::make_unique<StreamedRead<indicator::v1::QueryPeriodValuesRequest, ValuesPart>>(
      "indicator", call, std::move(request));
  read->Begin([this](auto* context, const auto* sent, auto* reactor) {
    indicator_->async()->QueryPeriodValues(context, sent, reactor);
  });
  return read;
}

std::vector<std::string> Dependencies::Faults() const {
  std::vector<std::string> faults;
  CheckHealth("plan", std::string(plan::v1::PlanService::service_full_name()), *plan_health_,
              &faults);
  CheckHealth("indicator", std::string(indicator::v1::IndicatorService::service_full_name()),
              *indicator_health_, &faults);
  return faults;
}

}  // namespace athena::reporting
