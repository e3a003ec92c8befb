#include "libs/rpc/testing/direct_call.h"

#include <utility>

#include "absl/synchronization/notification.h"
#include "libs/status/macros.h"

namespace athena::rpc::testing {
namespace {

// Receives an answer, which may come from any thread.
class Arrival : public AnswerSink {
 public:
  void Deliver(absl::Status status, grpc::ByteBuffer bytes) override {
    status_ = std::move(status);
    bytes_.Swap(&bytes);
    arrived_.Notify();
  }
  std::pair<absl::Status, grpc::ByteBuffer> Await() {
    arrived_.WaitForNotification();
    return {std::move(status_), std::move(bytes_)};
  }

 private:
  absl::Notification arrived_;
  absl::Status status_;
  grpc::ByteBuffer bytes_;
};

}  // namespace

DirectCall::DirectCall(const Method& method, std::shared_ptr<const auth::Principal> principal,
                       std::string_view request, size_t most_messages, bool cancelled) {
  const std::unique_ptr<Call> owned = CallOf(std::move(principal));
  Call& call = *owned;
  call.cancelled_ = cancelled;
  const grpc::Slice slice(request.data(), request.size());
  const grpc::ByteBuffer bytes(&slice, 1);
  if (method.open != nullptr) {
    status_ = Stream(method, call, bytes, most_messages);
    return;
  }
  const auto arrival = std::make_shared<Arrival>();
  method.serve(call, bytes, Answer(arrival), [] {});
  auto [status, answer] = arrival->Await();
  status_ = std::move(status);
  if (status_.ok()) messages_.emplace_back(WholeOnArena(call, answer).value_or(""));
}

std::unique_ptr<Call> DirectCall::CallOf(std::shared_ptr<const auth::Principal> principal,
                                         absl::Time deadline) {
  auto call = std::make_unique<Call>();
  call->principal_ = std::move(principal);
  call->deadline_ = deadline;
  call->arena_ = std::make_unique<google::protobuf::Arena>();
  return call;
}

absl::Status DirectCall::Stream(const Method& method, const Call& call,
                                const grpc::ByteBuffer& request, size_t most_messages) {
  ATHENA_ASSIGN_OR_RETURN(const std::unique_ptr<ByteSource> source, method.open(call, request));
  while (messages_.size() < most_messages) {
    grpc::ByteBuffer bytes;
    ATHENA_ASSIGN_OR_RETURN(const ByteSource::Step step, source->Next(&bytes));
    if (step != ByteSource::Step::kMessage) break;
    messages_.emplace_back(WholeOnArena(call, bytes).value_or(""));
  }
  return absl::OkStatus();
}

}  // namespace athena::rpc::testing
