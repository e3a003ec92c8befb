#ifndef ATHENA_LIBS_RPC_METHOD_H_
#define ATHENA_LIBS_RPC_METHOD_H_

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>
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
#include "libs/status/macros.h"
#include "libs/status/status.h"

// The RPCs of a service as a table: a Method each, with its name, the roles that may call it and
// its handler, a member function of an object that outlives the server (or any callable object):
//
//   rpc::Unary("CreateUnit", {Role::kPlanner}, units, &Units::Create)
//
// The handler's signature gives the types of request and response. `Caller` is Call, or
// auth::Principal for a handler that asks nothing else of its call.
//
//   Unary  StatusOr<Response>(const Caller&, const Request&)
//   Unary  void(const Call&, const Request&, Reply<Response>): answers later, from any thread
//   Bidi   the same as either, for each message of a stream, one at a time
//   Pages  StatusOr<unique_ptr<PageSource<Response>>>(const Caller&, const Request&): a stream
//          that ends
//   Watch  StatusOr<unique_ptr<WatchSource<Response>>>(const Caller&, const Request&): a stream
//          that waits for more
//
// A Request is a protobuf message, or a type that parses the bytes of one itself (ReadsItself). A
// Response is a protobuf message, or PreparedAnswer: bytes that were serialised before.
// UnaryByDescriptor serves an RPC whose message types are known at run time only.
//
// Handlers run on several threads at once. Requests lie on the call's arena.
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

grpc::ByteBuffer Serialise(const google::protobuf::MessageLite& message);
grpc::ByteBuffer Serialise(const PreparedAnswer& answer);

// Whether the bytes are such a message, which is then in `message`.
bool Parse(const grpc::ByteBuffer& bytes, google::protobuf::MessageLite* message);

// The bytes of a request in one piece, on the call's arena; nullopt when they cannot be read.
std::optional<std::string_view> WholeOnArena(const Call& call, const grpc::ByteBuffer& bytes);

// A request that is no protobuf message but reads itself from the bytes of one: Parse(bytes, arena)
// returns one on the arena, which may borrow from the bytes, or nullptr.
template <typename Message>
concept ReadsItself = requires(std::string_view bytes, google::protobuf::Arena& arena) {
  { Message::Parse(bytes, arena) } -> std::same_as<const Message*>;
};

// Sets the request_id of a mutation (a message that has such a field) to the call's
// GeneratedRequestId, if the caller has given none.
void GiveRequestId(const Call& call, google::protobuf::Message* request);

// Reads a message from the bytes of a request onto the call's arena and gives it a request_id;
// nullptr when they are no such message.
template <typename Message>
const Message* ParseOnArena(const Call& call, const grpc::ByteBuffer& bytes) {
  if constexpr (ReadsItself<Message>) {
    const std::optional<std::string_view> whole = WholeOnArena(call, bytes);
    return whole.has_value() ? Message::Parse(*whole, call.arena()) : nullptr;
  } else {
    auto* message = google::protobuf::Arena::CreateMessage<Message>(&call.arena());
    if (!Parse(bytes, message)) return nullptr;
    if constexpr (std::is_base_of_v<google::protobuf::Message, Message>) {
      GiveRequestId(call, message);
    }
    return message;
  }
}

// An answer that is given later: call it once, from any thread. The call and its request stay alive
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

  // Whether its calls stay open, holding no thread, until one side ends them.
  bool stays_open() const { return shape == Shape::kWatch || shape == Shape::kBidi; }

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

// What a handler that returns T, or takes a T to answer by, answers with.
template <typename T>
struct AnswerOf;
template <typename T>
struct AnswerOf<absl::StatusOr<T>> {
  using Type = T;
};
template <typename T>
struct AnswerOf<Reply<T>> {
  using Type = T;
};
template <typename T>
struct AnswerOf<absl::StatusOr<std::unique_ptr<PageSource<T>>>> {
  using Type = T;
  using Source = PageSource<T>;
};
template <typename T>
struct AnswerOf<absl::StatusOr<std::unique_ptr<WatchSource<T>>>> {
  using Type = T;
  using Source = WatchSource<T>;
};

// The types in the signature of a member function, or of a callable object's operator().
template <typename Handler>
struct Signature : Signature<decltype(&Handler::operator())> {};
template <typename C, typename ResultType, typename CallerType, typename RequestType>
struct Signature<ResultType (C::*)(const CallerType&, const RequestType&)> {
  using Caller = CallerType;
  using Request = RequestType;
  using Result = ResultType;
};
template <typename C, typename ReplyType, typename CallerType, typename RequestType>
struct Signature<void (C::*)(const CallerType&, const RequestType&, ReplyType)> {
  using Caller = CallerType;
  using Request = RequestType;
  using Result = ReplyType;
};
template <typename C, typename Result, typename... Arguments>
struct Signature<Result (C::*)(Arguments...) const> : Signature<Result (C::*)(Arguments...)> {};

template <typename Caller>
const Caller& CallerOf(const Call& call) {
  if constexpr (std::is_same_v<Caller, auth::Principal>) {
    return call.principal();
  } else {
    return call;
  }
}

// `member` of `object` as a callable object of the same signature.
template <typename Object, typename C, typename Result, typename... Arguments>
auto Bind(Object& object, Result (C::*member)(Arguments...)) {
  return [&object, member](Arguments... arguments) -> Result {
    return (object.*member)(std::forward<Arguments>(arguments)...);
  };
}
template <typename Object, typename C, typename Result, typename... Arguments>
auto Bind(const Object& object, Result (C::*member)(Arguments...) const) {
  return [&object, member](Arguments... arguments) -> Result {
    return (object.*member)(std::forward<Arguments>(arguments)...);
  };
}

// Sets the call's resource from the request's fields: name, parent, or the name of a message field
// (UpdatePlanRequest.plan).
void SetResourceOf(const google::protobuf::Message& request, const Call& call);

template <typename Handler>
Method Served(std::string_view name, auth::Roles roles, Method::Shape shape, Handler handler) {
  using Types = Signature<Handler>;
  using Response = typename AnswerOf<typename Types::Result>::Type;
  Method method;
  method.name = std::string(name);
  method.roles = roles;
  method.shape = shape;
  method.serve = [handler = std::move(handler)](const Call& call, const grpc::ByteBuffer& bytes,
                                                Answer answer,
                                                const std::function<void()>& decoded) {
    const auto* request = ParseOnArena<typename Types::Request>(call, bytes);
    decoded();
    if (request == nullptr) return std::move(answer)(NotAMessage(), grpc::ByteBuffer());
    if constexpr (std::is_base_of_v<google::protobuf::Message, typename Types::Request>) {
      SetResourceOf(*request, call);
    }
    const auto& caller = CallerOf<typename Types::Caller>(call);
    Reply<Response> reply(std::move(answer));
    if constexpr (std::is_same_v<typename Types::Result, Reply<Response>>) {
      handler(caller, *request, std::move(reply));
    } else {
      std::move(reply)(handler(caller, *request));
    }
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
    ATHENA_ASSIGN_OR_RETURN(const bool more, source_->Next(response));
    if (!more) return wakeups() == nullptr ? Step::kEnd : Step::kNothingYet;
    *bytes = Serialise(*response);
    if constexpr (requires(const Source& s) { s.Ended(); }) {
      if (source_->Ended()) return Step::kLastMessage;
    }
    return Step::kMessage;
  }

  std::unique_ptr<Source> source_;
};

template <typename Handler>
Method Streamed(std::string_view name, auth::Roles roles, Method::Shape shape, Handler handler) {
  using Types = Signature<Handler>;
  using Answer = AnswerOf<typename Types::Result>;
  Method method;
  method.name = std::string(name);
  method.roles = roles;
  method.shape = shape;
  method.open = [handler = std::move(handler)](
                    const Call& call,
                    const grpc::ByteBuffer& bytes) -> absl::StatusOr<std::unique_ptr<ByteSource>> {
    const auto* request = ParseOnArena<typename Types::Request>(call, bytes);
    if (request == nullptr) return NotAMessage();
    ATHENA_ASSIGN_OR_RETURN(auto source, handler(CallerOf<typename Types::Caller>(call), *request));
    return std::make_unique<TypedSource<typename Answer::Type, typename Answer::Source>>(
        std::move(source));
  };
  return method;
}

}  // namespace internal

template <typename Handler>
Method Unary(std::string_view name, auth::Roles roles, Handler handler) {
  return internal::Served(name, roles, Method::Shape::kUnary, std::move(handler));
}
template <typename Object, typename Member>
Method Unary(std::string_view name, auth::Roles roles, Object& object, Member member) {
  return Unary(name, roles, internal::Bind(object, member));
}

template <typename Handler>
Method Bidi(std::string_view name, auth::Roles roles, Handler handler) {
  return internal::Served(name, roles, Method::Shape::kBidi, std::move(handler));
}
template <typename Object, typename Member>
Method Bidi(std::string_view name, auth::Roles roles, Object& object, Member member) {
  return Bidi(name, roles, internal::Bind(object, member));
}

template <typename Handler>
Method Pages(std::string_view name, auth::Roles roles, Handler handler) {
  return internal::Streamed(name, roles, Method::Shape::kPages, std::move(handler));
}
template <typename Object, typename Member>
Method Pages(std::string_view name, auth::Roles roles, Object& object, Member member) {
  return Pages(name, roles, internal::Bind(object, member));
}

template <typename Handler>
Method Watch(std::string_view name, auth::Roles roles, Handler handler) {
  return internal::Streamed(name, roles, Method::Shape::kWatch, std::move(handler));
}
template <typename Object, typename Member>
Method Watch(std::string_view name, auth::Roles roles, Object& object, Member member) {
  return Watch(name, roles, internal::Bind(object, member));
}

// A unary RPC of these protos whose messages are made from its descriptor, on the call's arena.
// The handler fills `response`, which is empty; what is in it does not matter when it returns an
// error.
using MessageHandler =
    std::function<absl::Status(const Call& call, const google::protobuf::Message& request,
                               google::protobuf::Message* response)>;
Method UnaryByDescriptor(const google::protobuf::MethodDescriptor& rpc, auth::Roles roles,
                         MessageHandler handler);

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
