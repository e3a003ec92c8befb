#include "services/reporting/dependencies.h"

#include <grpcpp/grpcpp.h>
#include <grpcpp/impl/codegen/proto_buffer_reader.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "absl/synchronization/notification.h"
#include "absl/time/clock.h"
#include "libs/rpc/client.h"
#include "libs/rpc/grpc_status.h"
#include "libs/rpc/method.h"
#include "libs/status/macros.h"
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

using Stub = grpc::TemplatedGenericStub<grpc::ByteBuffer, grpc::ByteBuffer>;

// One try at a read: collects the parts as they come.
template <typename Part>
class Try final : private grpc::ClientBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer> {
 public:
  explicit Try(const grpc::ByteBuffer& request) : request_(request) {}  // shares the bytes
  ~Try() override {
    context_.TryCancel();
    done_.WaitForNotification();
  }

  grpc::ClientContext& context() { return context_; }

  void Begin(Stub& stub, const std::string& method) {
    context_.set_initial_metadata_corked(true);  // goes with the request
    stub.PrepareBidiStreamingCall(&context_, method, grpc::StubOptions(), this);
    StartWriteLast(&request_, grpc::WriteOptions());
    StartRead(&bytes_);
    StartCall();
  }

  // The rest is for after Await.
  void Await() { done_.WaitForNotification(); }
  const grpc::Status& status() const { return status_; }
  // Why it was broken off on this side; empty when it was not.
  std::string_view fault() const { return fault_; }
  Parts<Part>& parts() { return parts_; }

 private:
  void OnReadDone(bool ok) override {
    if (!ok) return;
    size_ += bytes_.Length();
    if (size_ > kMaxReadBytes) return BreakOff("its answer is too large");
    auto part = std::make_shared<OnArena<Part>>();
    grpc::ProtoBufferReader reader(&bytes_);
    if (!reader.status().ok() || !part->get()->ParseFromZeroCopyStream(&reader)) {
      return BreakOff("its answer cannot be read");
    }
    parts_.push_back(std::move(part));
    StartRead(&bytes_);
  }
  void OnDone(const grpc::Status& status) override {
    status_ = status;
    done_.Notify();
  }
  void BreakOff(std::string_view fault) {
    fault_ = fault;
    context_.TryCancel();
  }

  const grpc::ByteBuffer request_;
  grpc::ClientContext context_;
  // Written by gRPC's callbacks, one after the other, and read once done_ is notified.
  Parts<Part> parts_;
  grpc::ByteBuffer bytes_;  // of the part that comes
  size_t size_ = 0;         // of all that came, in bytes
  std::string_view fault_;
  grpc::Status status_;
  absl::Notification done_;
};

template <typename Part>
class StreamedRead final : public Pending<Part> {
 public:
  // `method`: "/package.Service/Method".
  StreamedRead(std::string service, grpc::Channel& channel, Stub& stub, std::string method,
               const rpc::Call& call, const grpc::ByteBuffer& request)
      : channel_(channel),
        stub_(stub),
        method_(std::move(method)),
        outgoing_(rpc::Outgoing::For(call, std::move(service))),
        request_(request) {
    outgoing_.deadline = DeadlineFor(call.deadline());
    outgoing_.attempts = kReadAttempts;
    Begin();
  }

  absl::StatusOr<Parts<Part>> Await() override {
    rpc::Retry retry(outgoing_.attempts, outgoing_.deadline);
    for (;;) {
      try_->Await();
      const auto pause = retry.PauseAfter(rpc::FromGrpc(try_->status()));
      if (!pause.has_value()) break;
      // The channel may wait for seconds before it connects again, and answers at once with the
      // last failure until then: a service that was restarted would be missed for as long.
      grpc::experimental::ChannelResetConnectionBackoff(&channel_);
      absl::SleepFor(*pause);
      Begin();
    }
    if (!try_->fault().empty()) return DependencyUnavailable(outgoing_.peer, try_->fault());
    ATHENA_RETURN_IF_ERROR(Explain(outgoing_.peer, try_->status()));
    if (try_->parts().empty()) return DependencyUnavailable(outgoing_.peer, "its answer is empty");
    return std::move(try_->parts());
  }

 private:
  void Begin() {
    try_ = std::make_unique<Try<Part>>(request_);
    outgoing_.ApplyTo(try_->context());
    try_->Begin(stub_, method_);
  }

  grpc::Channel& channel_;
  Stub& stub_;
  const std::string method_;
  rpc::Outgoing outgoing_;
  const grpc::ByteBuffer request_;
  std::unique_ptr<Try<Part>> try_;
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
    : plan_channel_(plan),
      indicator_channel_(indicator),
      plan_(plan),
      indicator_(indicator),
      plan_health_(grpc::health::v1::Health::NewStub(plan)),
      indicator_health_(grpc::health::v1::Health::NewStub(indicator)) {}

std::unique_ptr<Pending<PlanPart>> Dependencies::ReadPlan(
    const rpc::Call& call, const plan::v1::GetPlanTreeRequest& request) const {
  return std::make_unique<StreamedRead<PlanPart>>("plan", *plan_channel_, plan_,
                                                  "/athena.plan.v1.PlanService/GetPlanTree", call,
                                                  rpc::Serialise(request));
}

std::unique_ptr<Pending<ValuesPart>> Dependencies::ReadValues(
    const rpc::Call& call, std::shared_ptr<const std::string> prepared,
    const indicator::v1::QueryPeriodValuesRequest& rest) const {
  const rpc::PreparedAnswer request{
      {std::move(prepared), std::make_shared<const std::string>(rest.SerializeAsString())}};
  return std::make_unique<StreamedRead<ValuesPart>>(
      "indicator", *indicator_channel_, indicator_,
      "/athena.indicator.v1.IndicatorService/QueryPeriodValues", call, rpc::Assemble(request));
}

std::vector<std::string> Dependencies::Faults() const {
  std::vector<std::string> faults;
  CheckHealth("plan", "athena.plan.v1.PlanService", *plan_health_, &faults);
  CheckHealth("indicator", "athena.indicator.v1.IndicatorService", *indicator_health_, &faults);
  return faults;
}

}  // namespace athena::reporting
