#include <utility>

#include "libs/rpc/calls/server_call.h"
#include "libs/rpc/grpc_status.h"

namespace athena::rpc {
namespace {

// Pages and Watch: a stream of messages that answers one request. It runs on workers, a message at
// a time: the next one when the transport has taken the last, or, for a watch that has nothing to
// send, when it is woken. A watch that waits holds no thread.
class StreamCall : public grpc::ServerWriteReactor<grpc::ByteBuffer>,
                   public ServerCall,
                   public OpenStream,
                   public Task {
 public:
  StreamCall(ServerCore& core, BoundMethod& method, const grpc::ByteBuffer* request)
      : ServerCall(core, method), request_(request) {}

  void Start(std::shared_ptr<StreamCall> self, const grpc::CallbackServerContext& context) {
    self_ = std::move(self);
    received_ = 1;
    if (absl::Status admitted = Admit(context, request_->Length()); !admitted.ok()) {
      return FinishWith(admitted);
    }
    core_.Register(this);
    if (absl::Status queued = Enqueue(self_); !queued.ok()) FinishWith(queued);
  }

  void Run() override {
    if (source_ == nullptr) {
      StartedWork();
      if (absl::Status wanted = StillWanted(); !wanted.ok()) return FinishWith(wanted);
      const absl::StatusOr<const grpc::ByteBuffer*> request = Plain(*request_);
      if (!request.ok()) return FinishWith(request.status());
      NewArena();
      auto source = method_.method.open(handler_call_, **request);
      ReleaseBytes();
      if (!source.ok()) return FinishWith(source.status());
      source_ = *std::move(source);
      if (source_->wakeups() != nullptr) wake_id_ = source_->wakeups()->Add([this] { Wake(); });
    }
    while (true) {
      if (core_.draining()) return FinishWith(Stopping());
      if (absl::Status wanted = StillWanted(); !wanted.ok()) return FinishWith(wanted);
      const absl::StatusOr<ByteSource::Step> step = source_->Next(&bytes_);
      if (!step.ok()) return FinishWith(step.status());
      switch (*step) {
        case ByteSource::Step::kMessage:
          ++sent_;
          BeginSend(bytes_);
          StartWrite(&bytes_);
          return;
        case ByteSource::Step::kLastMessage:
          ++sent_;
          BeginSend(bytes_);
          Close(absl::OkStatus());
          StartWriteAndFinish(&bytes_, grpc::WriteOptions(), grpc::Status::OK);
          return;
        case ByteSource::Step::kEnd:
          return FinishWith(absl::OkStatus());
        case ByteSource::Step::kNothingYet:
          if (Park()) return;
      }
    }
  }

  void Wake() override {
    absl::MutexLock lock(&mutex_);
    if (finished_) return;
    if (std::exchange(parked_, false)) {
      Resume(self_);
    } else {
      woken_ = true;
    }
  }

  void OnWriteDone(bool ok) override {
    EndSend();
    if (!ok) Cancel();
    Resume(self_);
  }
  void OnCancel() override {
    Cancel();
    Wake();
  }
  void OnDone() override {
    EndSend();
    self_.reset();
  }
  std::shared_ptr<OpenStream> Share() override { return self_; }

 private:
  // Whether the stream now waits to be woken; false when it was woken since Next was asked.
  bool Park() {
    absl::MutexLock lock(&mutex_);
    parked_ = !std::exchange(woken_, false);
    return parked_;
  }

  void FinishWith(const absl::Status& status) {
    Close(status);
    Finish(ToGrpc(status));
  }

  // All that comes before the transport is told of the end.
  void Close(const absl::Status& status) {
    {
      absl::MutexLock lock(&mutex_);
      finished_ = true;
    }
    core_.Unregister(this);
    if (source_ != nullptr && source_->wakeups() != nullptr) source_->wakeups()->Remove(wake_id_);
    End(status);
  }

  std::shared_ptr<StreamCall> self_;  // until OnDone
  const grpc::ByteBuffer* const request_;
  std::unique_ptr<ByteSource> source_;
  uint64_t wake_id_ = 0;
  grpc::ByteBuffer bytes_;  // the message that is being written
  absl::Mutex mutex_;
  bool parked_ ABSL_GUARDED_BY(mutex_) = false;
  bool woken_ ABSL_GUARDED_BY(mutex_) = false;
  bool finished_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace

grpc::ServerWriteReactor<grpc::ByteBuffer>* AcceptStream(ServerCore& core, BoundMethod& method,
                                                         grpc::CallbackServerContext* context,
                                                         const grpc::ByteBuffer* request) {
  auto call = std::make_shared<StreamCall>(core, method, request);
  call->Start(call, *context);
  return call.get();
}

}  // namespace athena::rpc
