#ifndef ATHENA_SERVICES_REPORTING_READING_STREAMED_READ_H_
#define ATHENA_SERVICES_REPORTING_READING_STREAMED_READ_H_

#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/synchronization/notification.h"
#include "absl/time/clock.h"
#include "libs/rpc/client.h"
#include "libs/rpc/grpc_status.h"
#include "libs/rpc/method.h"
#include "libs/status/macros.h"
#include "services/reporting/errors.h"
#include "services/reporting/limits.h"
#include "services/reporting/reading/dependencies.h"

// Internal to reading/: a server-streaming call whose parts are received without holding a thread.
namespace athena::reporting {

// The deadline of a read for a caller with this one. It is earlier, which leaves time to answer
// which service did not.
absl::Time DeadlineFor(absl::Time callers);

// The status of a read, as Pending::Await returns it.
absl::Status DependencyStatus(const std::string& service, const grpc::Status& status);

// One attempt at a read; collects the parts as they come. Destroying it cancels it.
template <typename Part>
class ReadAttempt final : private grpc::ClientBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer> {
 public:
  explicit ReadAttempt(const grpc::ByteBuffer& request) : request_(request) {}  // shares the bytes
  ~ReadAttempt() override {
    context_.TryCancel();
    done_.WaitForNotification();
  }

  grpc::ClientContext& context() { return context_; }

  void Begin(const Dependency& dependency, const std::string& method) {
    context_.set_initial_metadata_corked(true);  // goes with the request
    dependency.stub.PrepareBidiStreamingCall(&context_, method, grpc::StubOptions(), this);
    StartWriteLast(&request_, grpc::WriteOptions());
    StartRead(&bytes_);
    StartCall();
  }

  // Waits for the end, which it brings about when the call is no longer wanted. The members below
  // are for afterwards.
  void Await(const rpc::Call& call) {
    bool wanted = true;
    while (!done_.WaitForNotificationWithTimeout(kLookAtCall)) {
      if (!wanted || call.StillWanted().ok()) continue;
      wanted = false;
      context_.TryCancel();
    }
  }
  const grpc::Status& status() const { return status_; }
  // Why this side ended it; empty when it did not.
  const std::string& fault() const { return fault_; }
  Parts<Part>& parts() { return parts_; }

 private:
  void OnReadDone(bool ok) override {
    if (!ok) return;
    size_ += bytes_.Length();
    if (size_ > kMaxReadBytes) return Abort("its answer is too large");
    auto part = std::make_shared<OnArena<Part>>();
    if (!rpc::Parse(bytes_, part->get())) return Abort("its answer cannot be read");
    parts_.push_back(std::move(part));
    StartRead(&bytes_);
  }
  void OnDone(const grpc::Status& status) override {
    status_ = status;
    done_.Notify();
  }
  void Abort(std::string_view fault) {
    fault_ = fault;
    context_.TryCancel();
  }

  const grpc::ByteBuffer request_;
  grpc::ClientContext context_;
  // Written by gRPC's callbacks, one after the other, and read once done_ is notified.
  Parts<Part> parts_;
  grpc::ByteBuffer bytes_;  // the part that is being received
  size_t size_ = 0;         // of all parts, in bytes
  std::string fault_;
  grpc::Status status_;
  absl::Notification done_;
};

// A read with its retries. The first attempt begins at once.
template <typename Part>
class StreamedRead final : public Pending<Part> {
 public:
  StreamedRead(const Dependency& dependency, std::string_view method, const rpc::Call& call,
               const grpc::ByteBuffer& request)
      : call_(call),
        dependency_(dependency),
        method_("/" + dependency.service + "/" + std::string(method)),
        outgoing_(rpc::Outgoing::For(call, dependency.name)),
        request_(request) {
    outgoing_.deadline = DeadlineFor(call.deadline());
    outgoing_.attempts = kReadAttempts;
    Begin();
  }

  absl::StatusOr<Parts<Part>> Await() override {
    rpc::Retry retry(outgoing_.attempts, outgoing_.deadline);
    for (;;) {
      attempt_->Await(call_);
      ATHENA_RETURN_IF_ERROR(call_.StillWanted());
      const auto pause = retry.PauseAfter(rpc::FromGrpc(attempt_->status()));
      if (!pause.has_value()) break;
      // The channel may wait for seconds before it connects again, and answers at once with the
      // last failure until then: a service that was restarted would be missed for as long.
      grpc::experimental::ChannelResetConnectionBackoff(dependency_.channel.get());
      absl::SleepFor(*pause);
      Begin();
    }
    if (!attempt_->fault().empty()) {
      return DependencyUnavailable(dependency_.name, attempt_->fault());
    }
    ATHENA_RETURN_IF_ERROR(DependencyStatus(dependency_.name, attempt_->status()));
    if (attempt_->parts().empty()) {
      return DependencyUnavailable(dependency_.name, "its answer is empty");
    }
    return std::move(attempt_->parts());
  }

 private:
  void Begin() {
    attempt_ = std::make_unique<ReadAttempt<Part>>(request_);
    outgoing_.ApplyTo(attempt_->context());
    attempt_->Begin(dependency_, method_);
  }

  const rpc::Call& call_;
  const Dependency& dependency_;
  const std::string method_;
  rpc::Outgoing outgoing_;
  const grpc::ByteBuffer request_;
  std::unique_ptr<ReadAttempt<Part>> attempt_;
};

}  // namespace athena::reporting

#endif  // ATHENA_SERVICES_REPORTING_READING_STREAMED_READ_H_
