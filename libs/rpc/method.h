#ifndef ATHENA_LIBS_RPC_METHOD_H_
#define ATHENA_LIBS_RPC_METHOD_H_

#include <grpcpp/impl/codegen/proto_buffer_reader.h>
#include <grpcpp/impl/codegen/proto_buffer_writer.h>
#include <grpcpp/support/byte_buffer.h>

#include <concepts>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "libs/auth/principal.h"
#include "libs/rpc/call.h"
#include "libs/rpc/wakeups.h"
#include "libs/status/status.h"

// The RPCs of a service as a table, a line each: name, who may call it, handler. The shape follows
// from which function makes the line:
//
//   Unary       handler(const Call&, const Request&) -> StatusOr<Response>
//   Prepared    the same, answering bytes that were serialised before
//   UnaryAsync  handler(const Call&, const Request&, Reply<Response>): answers later, from anywhere
//   Pages       handler(...) -> StatusOr<unique_ptr<PageSource<Response>>>: a stream that ends;
//               of PreparedAnswer: a stream of bytes that were serialised before
//   Watch       handler(...) -> StatusOr<unique_ptr<WatchSource<Response>>>: a stream that waits
//   Bidi        handler(const Call&, const Request&, Reply<Response>) per message, one at a time
//
// Handlers run on workers, several at once; requests lie on the call's arena. A Request is a
// protobuf message, or a type that reads itself from the bytes of one (ReadsItself).
namespace athena::rpc {

// Serialised pieces of one message, sent one after the other; shared, not copied. (Protobuf
// messages concatenate: the bytes of some fields, then those of the others.)
struct PreparedAnswer {
  std::vector<std::shared_ptr<const std::string>> pieces;
  // What is large and no longer needed: let go of when the answer is on its way.
  std::shared_ptr<const void> spent = nullptr;
};

// The rest of a stream that ends by itself. Used by one thread at a time.
template <typename Response>
class PageSource {
 public:
  virtual ~PageSource() = default;
  // Fills `response` (empty when called) and returns true, or returns false at the end. Asked for
  // the next part only when the one before has been handed to the transport.
  virtual absl::StatusOr<bool> Next(Response* response) = 0;
  // Whether the part that was filled last is known to be the last one: then Next is not asked
  // again, and the part and the end of the stream travel together.
  virtual bool Ended() const { return false; }
};

// A stream without end. While it has nothing it is parked, holding no thread, until woken.
template <typename Response>
class WatchSource {
 public:
  virtual ~WatchSource() = default;
  // Fills `response` and returns true, or returns false when there is nothing yet.
  virtual absl::StatusOr<bool> Next(Response* response) = 0;
  // Where the source is told that Next may have something; outlives the server.
  virtual Wakeups& wakeups() = 0;
};

// Where an answer goes, exactly once. Internal to this library.
class AnswerSink {
 public:
  virtual ~AnswerSink() = default;
  virtual void Deliver(absl::Status status, grpc::ByteBuffer bytes) = 0;
};

// The answer still owed to a caller. Move-only; dropping it answers INTERNAL.
class Answer {
 public:
  explicit Answer(std::shared_ptr<AnswerSink> sink) : sink_(std::move(sink)) {}
  Answer(Answer&&) = default;
  Answer& operator=(Answer&&) = delete;
  ~Answer() {
    if (sink_ != nullptr) {
      sink_->Deliver(status::Internal("the handler gave no answer"), grpc::ByteBuffer());
    }
  }
  void operator()(absl::Status status, const grpc::ByteBuffer& bytes) && {
    std::exchange(sink_, nullptr)->Deliver(std::move(status), bytes);
  }

 private:
  std::shared_ptr<AnswerSink> sink_;
};

template <typename Message>
grpc::ByteBuffer Serialise(const Message& message) {
  const size_t size = message.ByteSizeLong();
  grpc::Slice slice(size);
  message.SerializeWithCachedSizesToArray(const_cast<uint8_t*>(slice.begin()));
  return grpc::ByteBuffer(&slice, 1);
}

grpc::ByteBuffer Assemble(const PreparedAnswer& answer);
inline grpc::ByteBuffer Serialise(const PreparedAnswer& answer) { return Assemble(answer); }

// The bytes of a request in one piece, on the call's arena; nullopt when they cannot be read.
std::optional<std::string_view> WholeOnArena(const Call& call, const grpc::ByteBuffer& bytes);

// A request that is no protobuf message but reads itself from the bytes of one: Parse(bytes, arena)
// returns one on the arena, which may borrow from the bytes, or nullptr.
template <typename Message>
concept ReadsItself = requires(std::string_view bytes, google::protobuf::Arena& arena) {
  { Message::Parse(bytes, arena) } -> std::same_as<const Message*>;
};

// Reads a message from the bytes of a request onto the call's arena; nullptr when they are no such
// message.
template <typename Message>
const Message* ParseOnArena(const Call& call, grpc::ByteBuffer bytes) {
  if constexpr (ReadsItself<Message>) {
    const std::optional<std::string_view> whole = WholeOnArena(call, bytes);
    return whole.has_value() ? Message::Parse(*whole, call.arena()) : nullptr;
  } else {
    auto* message = google::protobuf::Arena::CreateMessage<Message>(&call.arena());
    grpc::ProtoBufferReader reader(&bytes);
    if (!reader.status().ok() || !message->ParseFromZeroCopyStream(&reader)) return nullptr;
    return message;
  }
}

// UnaryAsync's and Bidi's answer: call it once, from any thread. `call` and the request stay alive
// until then and not a moment longer.
template <typename Response>
class Reply {
 public:
  explicit Reply(Answer answer) : answer_(std::move(answer)) {}
  void operator()(const absl::StatusOr<Response>& response) && {
    if (response.ok()) {
      std::move(answer_)(absl::OkStatus(), Serialise(*response));
    } else {
      std::move(answer_)(response.status(), grpc::ByteBuffer());
    }
  }

 private:
  Answer answer_;
};

// A stream of serialised messages. Internal to this library.
class ByteSource {
 public:
  enum class Step { kMessage, kLastMessage, kEnd, kNothingYet };
  virtual ~ByteSource() = default;
  virtual absl::StatusOr<Step> Next(grpc::ByteBuffer* bytes) = 0;
  virtual Wakeups* wakeups() = 0;
};

// A line of the table.
struct Method {
  enum class Shape { kUnary, kPages, kWatch, kBidi };

  std::string name;   // as in the proto: "GetPlan"
  auth::Roles roles;  // who may call it; empty: nobody
  Shape shape = Shape::kUnary;
  // Bulk work: at most as many at once as there are cores.
  bool heavy = false;
  // kUnary and kBidi: the handler never waits, so that requests of at most kMaxAtOnceBytes
  // (server.h) are served on the transport's own thread.
  bool at_once = false;

  // kUnary and kBidi. `decoded` is called when the bytes have been parsed.
  std::function<void(const Call&, const grpc::ByteBuffer&, Answer,
                     const std::function<void()>& decoded)>
      serve;
  // kPages and kWatch.
  std::function<absl::StatusOr<std::unique_ptr<ByteSource>>(const Call&, const grpc::ByteBuffer&)>
      open;

  Method&& Heavy() && {
    heavy = true;
    return std::move(*this);
  }
  Method&& AtOnce() && {
    at_once = true;
    return std::move(*this);
  }
};

absl::Status NotAMessage();

namespace internal {

template <typename Request, typename Response, typename Handler>
Method Served(std::string_view name, auth::Roles roles, Method::Shape shape, Handler handler) {
  Method method;
  method.name = std::string(name);
  method.roles = roles;
  method.shape = shape;
  method.serve = [handler = std::move(handler)](const Call& call, const grpc::ByteBuffer& bytes,
                                                Answer answer,
                                                const std::function<void()>& decoded) {
    const Request* request = ParseOnArena<Request>(call, bytes);
    decoded();
    if (request == nullptr) return std::move(answer)(NotAMessage(), grpc::ByteBuffer());
    handler(call, *request, Reply<Response>(std::move(answer)));
  };
  return method;
}

template <typename Response, typename Source>
class TypedSource : public ByteSource {
 public:
  explicit TypedSource(std::unique_ptr<Source> source) : source_(std::move(source)) {}
  absl::StatusOr<Step> Next(grpc::ByteBuffer* bytes) override {
    if constexpr (std::is_base_of_v<google::protobuf::Message, Response>) {
      // Parts are made of many small messages: an arena frees them all at once.
      google::protobuf::Arena arena;
      return Take(google::protobuf::Arena::CreateMessage<Response>(&arena), bytes);
    } else {
      Response response;
      return Take(&response, bytes);
    }
  }
  Wakeups* wakeups() override {
    if constexpr (requires(Source & s) { s.wakeups(); }) {
      return &source_->wakeups();
    } else {
      return nullptr;
    }
  }

 private:
  absl::StatusOr<Step> Take(Response* response, grpc::ByteBuffer* bytes) {
    absl::StatusOr<bool> more = source_->Next(response);
    if (!more.ok()) return std::move(more).status();
    if (!*more) return wakeups() == nullptr ? Step::kEnd : Step::kNothingYet;
    *bytes = Serialise(*response);
    if constexpr (requires(const Source& s) { s.Ended(); }) {
      if (source_->Ended()) return Step::kLastMessage;
    }
    return Step::kMessage;
  }

  std::unique_ptr<Source> source_;
};

template <typename Request, typename Response, typename Source, typename Handler>
Method Streamed(std::string_view name, auth::Roles roles, Method::Shape shape, Handler handler) {
  Method method;
  method.name = std::string(name);
  method.roles = roles;
  method.shape = shape;
  method.open = [handler = std::move(handler)](
                    const Call& call,
                    const grpc::ByteBuffer& bytes) -> absl::StatusOr<std::unique_ptr<ByteSource>> {
    const Request* request = ParseOnArena<Request>(call, bytes);
    if (request == nullptr) return NotAMessage();
    absl::StatusOr<std::unique_ptr<Source>> source = handler(call, *request);
    if (!source.ok()) return std::move(source).status();
    return std::make_unique<TypedSource<Response, Source>>(*std::move(source));
  };
  return method;
}

}  // namespace internal

template <typename Request, typename Response, typename Handler>
Method Unary(std::string_view name, auth::Roles roles, Handler handler) {
  return internal::Served<Request, Response>(
      name, roles, Method::Shape::kUnary,
      [handler = std::move(handler)](const Call& call, const Request& request,
                                     Reply<Response> reply) {
        absl::StatusOr<Response> response = handler(call, request);
        std::move(reply)(response);
      });
}

template <typename Request, typename Handler>
Method Prepared(std::string_view name, auth::Roles roles, Handler handler) {
  Method method;
  method.name = std::string(name);
  method.roles = roles;
  method.serve = [handler = std::move(handler)](const Call& call, const grpc::ByteBuffer& bytes,
                                                Answer answer,
                                                const std::function<void()>& decoded) {
    const Request* request = ParseOnArena<Request>(call, bytes);
    decoded();
    if (request == nullptr) return std::move(answer)(NotAMessage(), grpc::ByteBuffer());
    absl::StatusOr<PreparedAnswer> prepared = handler(call, *request);
    if (!prepared.ok()) return std::move(answer)(prepared.status(), grpc::ByteBuffer());
    std::move(answer)(absl::OkStatus(), Assemble(*prepared));
  };
  return method;
}

template <typename Request, typename Response, typename Handler>
Method UnaryAsync(std::string_view name, auth::Roles roles, Handler handler) {
  return internal::Served<Request, Response>(name, roles, Method::Shape::kUnary,
                                             std::move(handler));
}

template <typename Request, typename Response, typename Handler>
Method Bidi(std::string_view name, auth::Roles roles, Handler handler) {
  return internal::Served<Request, Response>(name, roles, Method::Shape::kBidi, std::move(handler));
}

template <typename Request, typename Response, typename Handler>
Method Pages(std::string_view name, auth::Roles roles, Handler handler) {
  return internal::Streamed<Request, Response, PageSource<Response>>(
      name, roles, Method::Shape::kPages, std::move(handler));
}

template <typename Request, typename Response, typename Handler>
Method Watch(std::string_view name, auth::Roles roles, Handler handler) {
  return internal::Streamed<Request, Response, WatchSource<Response>>(
      name, roles, Method::Shape::kWatch, std::move(handler));
}

// A service: its full proto name ("athena.plan.v1.PlanService") and its table.
struct ServiceTable {
  std::string service;
  std::vector<Method> methods;
};

// What of the service's RPCs (by its proto descriptor) the table leaves out, names that the service
// does not have, and shapes that differ; empty when the table is right. Each service has a test
// that asks this.
std::vector<std::string> TableFaults(const ServiceTable& table);

}  // namespace athena::rpc

#endif  // ATHENA_LIBS_RPC_METHOD_H_
