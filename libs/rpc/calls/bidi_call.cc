#include <utility>

#include "libs/rpc/calls/server_call.h"
#include "libs/rpc/grpc_status.h"
#include "libs/status/status.h"

namespace athena::rpc {
namespace {

// A stream of requests, each of which gets one answer. The next request is read when the transport
// has taken the last answer, so that HTTP/2 flow control bounds what a sender can make the server
// hold.
class BidiCall : public grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>,
                 public ServerCall,
                 public OpenStream,
                 public AnswerSink,
                 public Task {
 public:
  BidiCall(ServerCore& core, BoundMethod& method) : ServerCall(core, method) {}

  void Start(std::shared_ptr<BidiCall> self, const grpc::CallbackServerContext& context) {
    self_ = std::move(self);
    if (absl::Status admitted = Admit(context, 0); !admitted.ok()) return FinishWith(admitted);
    core_.Register(this);
    ReadNext();
  }

  void OnReadDone(bool ok) override {
    {
      absl::MutexLock lock(&mutex_);
      reading_ = false;
      if (finished_) return;
    }
    if (!ok) return FinishWith(handler_call_.StillWanted());
    ++received_;
    if (absl::Status size = CheckSize(request_.Length()); !size.ok()) return FinishWith(size);
    if (absl::Status room = Receive(request_.Length()); !room.ok()) return FinishWith(room);
    if (ServedAtOnce(request_)) return Run();
    if (absl::Status queued = Enqueue(self_); !queued.ok()) FinishWith(queued);
  }

  void Run() override {
    if (absl::Status wanted = StillWanted(); !wanted.ok()) return FinishWith(wanted);
    const absl::StatusOr<const grpc::ByteBuffer*> request = Plain(request_);
    if (!request.ok()) return FinishWith(request.status());
    NewArena();
    method_.method.serve(handler_call_, **request, Answer{std::shared_ptr<AnswerSink>(self_)},
                         [this] { ReleaseBytes(); });
  }

  // Sends from the thread that has the answer, as a unary call does.
  void Deliver(absl::Status status, grpc::ByteBuffer bytes) override {
    if (!status.ok()) return FinishWith(status);
    response_.Swap(&bytes);
    ++sent_;
    BeginSend(response_);
    StartWrite(&response_);
  }

  void OnWriteDone(bool ok) override {
    EndSend();
    if (!ok) return FinishWith(status::Cancelled());
    ReadNext();
  }

  // Called when the server stops: ends a stream that waits for its client. One that owes an answer
  // gives it first: a request that arrives now either finds the stream finished or is answered.
  void Wake() override {
    {
      absl::MutexLock lock(&mutex_);
      if (!reading_ || std::exchange(finished_, true)) return;
    }
    SendEnd(Stopping());
  }

  void OnCancel() override { Cancel(); }
  void OnDone() override {
    EndSend();
    self_.reset();
  }
  std::shared_ptr<OpenStream> Share() override { return self_; }

 private:
  void ReadNext() {
    if (core_.draining()) return FinishWith(Stopping());
    {
      absl::MutexLock lock(&mutex_);
      if (finished_) return;
      reading_ = true;
    }
    StartRead(&request_);
  }

  void FinishWith(const absl::Status& status) {
    {
      absl::MutexLock lock(&mutex_);
      if (std::exchange(finished_, true)) return;
    }
    SendEnd(status);
  }

  // By the one thread that has set finished_.
  void SendEnd(const absl::Status& status) {
    core_.Unregister(this);
    End(status);
    Finish(ToGrpc(status));
  }

  std::shared_ptr<BidiCall> self_;  // until OnDone
  grpc::ByteBuffer request_;
  grpc::ByteBuffer response_;
  absl::Mutex mutex_;
  bool reading_ ABSL_GUARDED_BY(mutex_) = false;
  bool finished_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace

grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>* AcceptBidi(
    ServerCore& core, BoundMethod& method, grpc::CallbackServerContext* context) {
  auto call = std::make_shared<BidiCall>(core, method);
  call->Start(call, *context);
  return call.get();
}

}  // namespace athena::rpc
