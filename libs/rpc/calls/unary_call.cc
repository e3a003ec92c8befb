#include <utility>

#include "libs/rpc/calls/server_call.h"
#include "libs/rpc/grpc_status.h"

namespace athena::rpc {
namespace {

// Served on a worker, or at once on the transport's thread where the request is small and the
// method never waits. Answered from any thread.
class UnaryCall : public grpc::ServerUnaryReactor,
                  public ServerCall,
                  public AnswerSink,
                  public Task {
 public:
  UnaryCall(ServerCore& core, BoundMethod& method, grpc::CallbackServerContext* context,
            const grpc::ByteBuffer* request, grpc::ByteBuffer* response)
      : ServerCall(core, method), context_(context), request_(request), response_(response) {}

  void Start(std::shared_ptr<UnaryCall> self) {
    self_ = std::move(self);
    received_ = 1;
    absl::Status status = Admit(*context_, request_->Length());
    if (status.ok() && ServedAtOnce(*request_)) return Run();
    if (status.ok()) status = Enqueue(self_);
    if (!status.ok()) Send(status);
  }

  void Run() override {
    StartedWork();
    Answer answer{std::shared_ptr<AnswerSink>(self_)};
    if (absl::Status wanted = StillWanted(); !wanted.ok()) {
      std::move(answer)(std::move(wanted), grpc::ByteBuffer());
      return;
    }
    const absl::StatusOr<const grpc::ByteBuffer*> request = Plain(*request_);
    if (!request.ok()) {
      std::move(answer)(request.status(), grpc::ByteBuffer());
      return;
    }
    NewArena();
    method_.method.serve(handler_call_, **request, std::move(answer), [this] { ReleaseBytes(); });
  }

  // Sends from the thread that has the answer: that takes one system call, waking a worker for it
  // would take more.
  void Deliver(absl::Status status, grpc::ByteBuffer bytes) override {
    if (status.ok()) {
      BeginSend(bytes);
      response_->Swap(&bytes);
      sent_ = 1;
    }
    Send(status);
  }

  void OnCancel() override { Cancel(); }
  void OnDone() override {
    EndSend();
    self_.reset();
  }

 private:
  void Send(const absl::Status& status) {
    if (!generated_request_id().empty()) {
      context_->AddTrailingMetadata(kRequestIdMetadata, generated_request_id());
    }
    End(status);
    Finish(ToGrpc(status));
  }

  std::shared_ptr<UnaryCall> self_;  // until OnDone
  grpc::CallbackServerContext* const context_;
  const grpc::ByteBuffer* const request_;
  grpc::ByteBuffer* const response_;
};

}  // namespace

grpc::ServerUnaryReactor* AcceptUnary(ServerCore& core, BoundMethod& method,
                                      grpc::CallbackServerContext* context,
                                      const grpc::ByteBuffer* request, grpc::ByteBuffer* response) {
  auto call = std::make_shared<UnaryCall>(core, method, context, request, response);
  call->Start(call);
  return call.get();
}

}  // namespace athena::rpc
