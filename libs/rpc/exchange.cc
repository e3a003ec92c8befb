#include "libs/rpc/exchange.h"

#include <grpcpp/impl/codegen/server_callback_handlers.h>

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/status/status.h"

namespace athena::rpc {
namespace {

constexpr absl::Duration kShedRetry = absl::Milliseconds(200);
constexpr absl::Duration kRestartRetry = absl::Seconds(1);

std::string_view View(grpc::string_ref text) { return {text.data(), text.size()}; }

std::string MetadataText(const grpc::CallbackServerContext& context, const char* key) {
  const auto found = context.client_metadata().find(key);
  if (found == context.client_metadata().end()) return {};
  return std::string(View(found->second));
}

}  // namespace

absl::Status Exchanges::Enter(Method::Shape shape, size_t bytes) {
  if (draining()) return status::Unavailable("this server, which is stopping,", kRestartRetry);
  if (undecoded_.fetch_add(bytes, std::memory_order_relaxed) + bytes > kMaxUndecodedBytes) {
    undecoded_.fetch_sub(bytes, std::memory_order_relaxed);
    return status::Overloaded("the buffer of requests", kShedRetry);
  }
  const bool watch = shape == Method::Shape::kWatch || shape == Method::Shape::kBidi;
  std::atomic<size_t>& count = watch ? watches_ : in_flight_;
  if (count.fetch_add(1, std::memory_order_relaxed) + 1 > (watch ? kMaxWatches : kMaxInFlight)) {
    count.fetch_sub(1, std::memory_order_relaxed);
    undecoded_.fetch_sub(bytes, std::memory_order_relaxed);
    return status::Overloaded(watch ? "the number of open streams" : "the number of calls",
                              kShedRetry);
  }
  return absl::OkStatus();
}

void Exchanges::Leave(Method::Shape shape) {
  const bool watch = shape == Method::Shape::kWatch || shape == Method::Shape::kBidi;
  (watch ? watches_ : in_flight_).fetch_sub(1, std::memory_order_relaxed);
}

absl::Status Exchanges::Charge(const auth::Principal& principal) {
  const double rate = options_.calls_per_second;
  if (rate <= 0) return absl::OkStatus();
  const absl::Time now = absl::Now();
  absl::MutexLock lock(&mutex_);
  Bucket& bucket = buckets_.try_emplace(principal.institution, Bucket{rate, now}).first->second;
  bucket.tokens = std::min(rate, bucket.tokens + rate * absl::ToDoubleSeconds(now - bucket.filled));
  bucket.filled = now;
  if (bucket.tokens < 1) {
    return status::Overloaded(absl::StrCat("the rate of institutions/", principal.institution),
                              absl::Seconds((1 - bucket.tokens) / rate));
  }
  bucket.tokens -= 1;
  return absl::OkStatus();
}

absl::Status Exchange::Admit(const grpc::CallbackServerContext& context, size_t bytes) {
  accepted_ = absl::Now();
  if (method_.observer != nullptr) method_.observer->OnStart();
  const std::chrono::system_clock::time_point deadline = context.deadline();
  const bool streams =
      method_.method.shape == Method::Shape::kWatch || method_.method.shape == Method::Shape::kBidi;
  if (deadline != std::chrono::system_clock::time_point::max()) {
    context_.deadline_ = absl::FromChrono(deadline);
  } else if (!streams) {
    context_.deadline_ = accepted_ + exchanges_.options().default_deadline;
  }
  context_.authorization_ = MetadataText(context, "authorization");
  context_.traceparent_ = MetadataText(context, "traceparent");
  context_.request_id_ = MetadataText(context, "x-request-id");

  if (absl::Status entered = exchanges_.Enter(method_.method.shape, bytes); !entered.ok()) {
    return entered;
  }
  entered_ = true;
  undecoded_ = bytes;
  auto principal = exchanges_.options().authenticator->Authenticate(context_.authorization_);
  if (!principal.ok()) return std::move(principal).status();
  context_.principal_ = *std::move(principal);
  if (!context_.principal().roles.Intersects(method_.method.roles)) {
    return status::PermissionDenied(
        context_.principal().subject,
        absl::StrCat("call ", method_.method.name, ", which takes the role ",
                     method_.method.roles.empty() ? "of nobody" : method_.method.roles.ToString()));
  }
  return exchanges_.Charge(context_.principal());
}

absl::Status Exchange::StillWanted() const {
  if (context_.cancelled_.load(std::memory_order_relaxed)) return status::Cancelled();
  if (absl::Now() >= context_.deadline_) return status::DeadlineExceeded();
  return absl::OkStatus();
}

void Exchange::StartedWork() { queued_ += absl::Now() - accepted_; }

void Exchange::ReleaseBytes() {
  if (undecoded_ > 0) exchanges_.Decoded(std::exchange(undecoded_, 0));
}

void Exchange::End(const absl::Status& status) {
  ReleaseBytes();
  if (std::exchange(entered_, false)) exchanges_.Leave(method_.method.shape);
  if (method_.observer == nullptr) return;
  CallRecord record;
  record.service = method_.service;
  record.method = method_.method.name;
  if (context_.principal_ != nullptr) {
    record.subject = context_.principal().subject;
    record.institution = context_.principal().institution;
  }
  record.request_id = context_.request_id_;
  record.traceparent = context_.traceparent_;
  record.status = status;
  record.took = absl::Now() - accepted_;
  record.queued = queued_;
  record.received = received_.load(std::memory_order_relaxed);
  record.sent = sent_.load(std::memory_order_relaxed);
  method_.observer->OnEnd(record);
}

namespace {

// A unary call: accepted on a transport thread, served on a worker (there and then, where it is
// small and its method never waits), answered from anywhere.
class UnaryCall : public grpc::ServerUnaryReactor, public Exchange, public AnswerSink, public Task {
 public:
  static grpc::ServerUnaryReactor* Accept(Exchanges& exchanges, BoundMethod& method,
                                          grpc::CallbackServerContext* context,
                                          const grpc::ByteBuffer* request,
                                          grpc::ByteBuffer* response) {
    auto call = std::make_shared<UnaryCall>(exchanges, method, request, response);
    call->self_ = call;
    call->received_ = 1;
    if (absl::Status admitted = call->Admit(*context, request->Length()); !admitted.ok()) {
      call->status_ = std::move(admitted);
      call->Send();
    } else if (method.method.at_once && request->Length() <= kMaxAtOnceBytes) {
      call->at_once_ = true;
      call->Run();
    } else if (!exchanges.workers().Submit(call, method.method.heavy, kMaxQueued)) {
      call->status_ = status::Overloaded("the queue of requests", kShedRetry);
      call->Send();
    }
    return call.get();
  }

  UnaryCall(Exchanges& exchanges, BoundMethod& method, const grpc::ByteBuffer* request,
            grpc::ByteBuffer* response)
      : Exchange(exchanges, method), request_(request), response_(response) {}

  void Run() override {
    StartedWork();
    Answer answer{std::shared_ptr<AnswerSink>(self_)};
    if (absl::Status wanted = StillWanted(); !wanted.ok()) {
      std::move(answer)(std::move(wanted), grpc::ByteBuffer());
      return;
    }
    NewArena();
    method_.method.serve(context_, *request_, std::move(answer), [this] { ReleaseBytes(); });
  }

  // Sends from the thread that has the answer: that takes a system call, waking a worker for it
  // takes more.
  void Deliver(absl::Status status, grpc::ByteBuffer bytes) override {
    status_ = std::move(status);
    if (status_.ok()) {
      response_->Swap(&bytes);
      sent_ = 1;
    }
    Send();
  }

  void OnCancel() override { Cancel(); }
  // On the thread that answered. What a large request takes is given back by a worker, since that
  // thread may have others to answer.
  void OnDone() override {
    if (at_once_) {
      self_.reset();
    } else {
      exchanges_.workers().SubmitAlways(std::make_shared<Release>(std::move(self_)));
    }
  }

 private:
  class Release : public Task {
   public:
    explicit Release(std::shared_ptr<UnaryCall> call) : call_(std::move(call)) {}
    void Run() override { call_.reset(); }

   private:
    std::shared_ptr<UnaryCall> call_;
  };

  // Neither reaction waits for anything: the transport need not hand them to a thread of their own,
  // which would be woken for every call.
  bool InternalInlineable() override { return true; }

  void Send() {
    End(status_);
    Finish(ToGrpc(status_));
  }

  std::shared_ptr<UnaryCall> self_;
  bool at_once_ = false;
  const grpc::ByteBuffer* request_;
  grpc::ByteBuffer* response_;
  absl::Status status_;
};

// A stream of answers to one request. Runs on workers, one step at a time: the next one when the
// transport has taken the last, or, for a watch that has nothing, when it is woken.
class OutStream : public grpc::ServerWriteReactor<grpc::ByteBuffer>,
                  public Exchange,
                  public Stream,
                  public Task {
 public:
  static grpc::ServerWriteReactor<grpc::ByteBuffer>* Accept(Exchanges& exchanges,
                                                            BoundMethod& method,
                                                            grpc::CallbackServerContext* context,
                                                            const grpc::ByteBuffer* request) {
    auto stream = std::make_shared<OutStream>(exchanges, method, request);
    stream->self_ = stream;
    stream->received_ = 1;
    if (absl::Status admitted = stream->Admit(*context, request->Length()); !admitted.ok()) {
      stream->FinishWith(admitted);
      return stream.get();
    }
    exchanges.Register(stream.get());
    if (!exchanges.workers().Submit(stream, method.method.heavy, kMaxQueued)) {
      stream->FinishWith(status::Overloaded("the queue of requests", kShedRetry));
    }
    return stream.get();
  }

  OutStream(Exchanges& exchanges, BoundMethod& method, const grpc::ByteBuffer* request)
      : Exchange(exchanges, method), request_(request) {}

  void Run() override {
    if (source_ == nullptr) {
      StartedWork();
      if (absl::Status wanted = StillWanted(); !wanted.ok()) return FinishWith(wanted);
      NewArena();
      auto source = method_.method.open(context_, *request_);
      ReleaseBytes();
      if (!source.ok()) return FinishWith(source.status());
      source_ = *std::move(source);
      if (source_->wakeups() != nullptr) wake_id_ = source_->wakeups()->Add([this] { Wake(); });
    }
    while (true) {
      if (exchanges_.draining()) {
        return FinishWith(status::Unavailable("this server, which is stopping,", kRestartRetry));
      }
      if (absl::Status wanted = StillWanted(); !wanted.ok()) return FinishWith(wanted);
      const absl::StatusOr<ByteSource::Step> step = source_->Next(&bytes_);
      if (!step.ok()) return FinishWith(step.status());
      if (*step == ByteSource::Step::kEnd) return FinishWith(absl::OkStatus());
      if (*step == ByteSource::Step::kLastMessage) {
        ++sent_;
        Leave(absl::OkStatus());
        StartWriteAndFinish(&bytes_, grpc::WriteOptions(), grpc::Status::OK);
        return;
      }
      if (*step == ByteSource::Step::kMessage) {
        ++sent_;
        StartWrite(&bytes_);
        return;
      }
      absl::MutexLock lock(&mutex_);
      if (!std::exchange(woken_, false)) {
        parked_ = true;
        return;
      }
    }
  }

  void Wake() override {
    absl::MutexLock lock(&mutex_);
    if (finished_) return;
    if (std::exchange(parked_, false)) {
      exchanges_.workers().SubmitAlways(self_);
    } else {
      woken_ = true;
    }
  }

  void OnWriteDone(bool ok) override {
    if (!ok) Cancel();
    exchanges_.workers().SubmitAlways(self_);
  }
  void OnCancel() override {
    Cancel();
    Wake();
  }
  void OnDone() override { self_.reset(); }
  std::shared_ptr<Stream> Shared() override { return self_; }

 private:
  void FinishWith(const absl::Status& status) {
    Leave(status);
    Finish(ToGrpc(status));
  }

  // What comes before the transport is told.
  void Leave(const absl::Status& status) {
    {
      absl::MutexLock lock(&mutex_);
      finished_ = true;
    }
    exchanges_.Unregister(this);
    if (source_ != nullptr && source_->wakeups() != nullptr) source_->wakeups()->Remove(wake_id_);
    End(status);
  }

  std::shared_ptr<OutStream> self_;
  const grpc::ByteBuffer* request_;
  std::unique_ptr<ByteSource> source_;
  uint64_t wake_id_ = 0;
  grpc::ByteBuffer bytes_;
  absl::Mutex mutex_;
  bool parked_ ABSL_GUARDED_BY(mutex_) = false;
  bool woken_ ABSL_GUARDED_BY(mutex_) = false;
  bool finished_ ABSL_GUARDED_BY(mutex_) = false;
};

// A conversation: the next request is read when the last one's answer has been taken, so that flow
// control bounds what an eager sender can make the server hold.
class Conversation : public grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>,
                     public Exchange,
                     public Stream,
                     public AnswerSink,
                     public Task {
 public:
  static grpc::ServerBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>* Accept(
      Exchanges& exchanges, BoundMethod& method, grpc::CallbackServerContext* context) {
    auto stream = std::make_shared<Conversation>(exchanges, method);
    stream->self_ = stream;
    if (absl::Status admitted = stream->Admit(*context, 0); !admitted.ok()) {
      stream->FinishWith(admitted);
      return stream.get();
    }
    exchanges.Register(stream.get());
    stream->Listen();
    return stream.get();
  }

  Conversation(Exchanges& exchanges, BoundMethod& method) : Exchange(exchanges, method) {}

  void OnReadDone(bool ok) override {
    {
      absl::MutexLock lock(&mutex_);
      reading_ = false;
      if (finished_) return;
    }
    if (!ok) return FinishWith(StillWanted());
    ++received_;
    undecoded_ = request_.Length();
    exchanges_.Receive(undecoded_);
    if (method_.method.at_once && undecoded_ <= kMaxAtOnceBytes) return Run();
    if (!exchanges_.workers().Submit(self_, method_.method.heavy, kMaxQueued)) {
      FinishWith(status::Overloaded("the queue of requests", kShedRetry));
    }
  }

  void Run() override {
    NewArena();
    method_.method.serve(context_, request_, Answer{std::shared_ptr<AnswerSink>(self_)},
                         [this] { ReleaseBytes(); });
  }

  // Sends from the thread that has the answer, as a unary call does. The transport takes it, and
  // brings the next request, on threads of its own.
  void Deliver(absl::Status status, grpc::ByteBuffer bytes) override {
    if (!status.ok()) return FinishWith(status);
    response_.Swap(&bytes);
    ++sent_;
    StartWrite(&response_);
  }

  void OnWriteDone(bool ok) override {
    if (!ok) return FinishWith(status::Cancelled());
    Listen();
  }

  // Only Drain wakes a conversation: one that waits for its client is ended, one that owes an
  // answer gives it first.
  void Wake() override {
    {
      absl::MutexLock lock(&mutex_);
      if (finished_ || !reading_) return;
    }
    FinishWith(status::Unavailable("this server, which is stopping,", kRestartRetry));
  }

  void OnCancel() override { Cancel(); }
  void OnDone() override { self_.reset(); }
  std::shared_ptr<Stream> Shared() override { return self_; }

 private:
  // As a unary call's.
  bool InternalInlineable() override { return true; }

  void Listen() {
    if (exchanges_.draining()) {
      return FinishWith(status::Unavailable("this server, which is stopping,", kRestartRetry));
    }
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
    exchanges_.Unregister(this);
    End(status);
    Finish(ToGrpc(status));
  }

  std::shared_ptr<Conversation> self_;
  grpc::ByteBuffer request_;
  grpc::ByteBuffer response_;
  absl::Mutex mutex_;
  bool reading_ ABSL_GUARDED_BY(mutex_) = false;
  bool finished_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace

void Exchanges::Register(Stream* stream) {
  absl::MutexLock lock(&mutex_);
  streams_.insert(stream);
}

void Exchanges::Unregister(Stream* stream) {
  absl::MutexLock lock(&mutex_);
  streams_.erase(stream);
}

void Exchanges::EndStreams() {
  draining_ = true;
  std::vector<std::shared_ptr<Stream>> streams;
  {
    absl::MutexLock lock(&mutex_);
    for (Stream* stream : streams_) streams.push_back(stream->Shared());
  }
  for (const std::shared_ptr<Stream>& stream : streams) {
    if (stream != nullptr) stream->Wake();
  }
}

TableService::TableService(Exchanges& exchanges, ServiceTable table) {
  paths_.reserve(table.methods.size());  // gRPC keeps pointers into it
  for (Method& line : table.methods) {
    auto bound = std::make_unique<BoundMethod>();
    bound->service = table.service;
    bound->method = std::move(line);
    if (exchanges.options().observe) {
      bound->observer = exchanges.options().observe(bound->service, bound->method);
    }
    BoundMethod* method = bound.get();
    methods_.push_back(std::move(bound));
    paths_.push_back(absl::StrCat("/", table.service, "/", method->method.name));
    grpc::internal::RpcMethod::RpcType type = grpc::internal::RpcMethod::NORMAL_RPC;
    grpc::internal::MethodHandler* handler = nullptr;
    switch (method->method.shape) {
      case Method::Shape::kUnary:
        handler = new grpc::internal::CallbackUnaryHandler<grpc::ByteBuffer, grpc::ByteBuffer>(
            [&exchanges, method](grpc::CallbackServerContext* context,
                                 const grpc::ByteBuffer* request, grpc::ByteBuffer* response) {
              return UnaryCall::Accept(exchanges, *method, context, request, response);
            });
        break;
      case Method::Shape::kPages:
      case Method::Shape::kWatch:
        type = grpc::internal::RpcMethod::SERVER_STREAMING;
        handler =
            new grpc::internal::CallbackServerStreamingHandler<grpc::ByteBuffer, grpc::ByteBuffer>(
                [&exchanges, method](grpc::CallbackServerContext* context,
                                     const grpc::ByteBuffer* request) {
                  return OutStream::Accept(exchanges, *method, context, request);
                });
        break;
      case Method::Shape::kBidi:
        type = grpc::internal::RpcMethod::BIDI_STREAMING;
        handler = new grpc::internal::CallbackBidiHandler<grpc::ByteBuffer, grpc::ByteBuffer>(
            [&exchanges, method](grpc::CallbackServerContext* context) {
              return Conversation::Accept(exchanges, *method, context);
            });
        break;
    }
    AddMethod(new grpc::internal::RpcServiceMethod(paths_.back().c_str(), type, nullptr));
    MarkMethodRawCallback(static_cast<int>(methods_.size()) - 1, handler);
  }
}

}  // namespace athena::rpc
