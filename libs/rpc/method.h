#ifndef ATHENA_LIBS_RPC_METHOD_H_
#define ATHENA_LIBS_RPC_METHOD_H_

#include <google/protobuf/message.h>

#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "libs/auth/auth.h"
#include "libs/rpc/call.h"
#include "libs/rpc/wakeups.h"

// What a service's table of RPCs is made of, a line per RPC:
//
//   rpc::Service{PlanService::descriptor(), kPermissions,
//                {rpc::Unary<GetPlanRequest, Plan>("GetPlan", handler),
//                 rpc::UnaryAsync<PushRequest, PushResponse>("Push", handler).Heavy(),
//                 rpc::Pages<GetPlanTreeRequest, PlanTreePart>("GetPlanTree", handler),
//                 rpc::Watch<WatchPlansRequest, PlanChange>("WatchPlans", wakeups, handler),
//                 rpc::Bidi<PushRequest, StreamResponse>("StreamObservations", handler)}}
//
// Handlers are called on worker threads, several at a time: they are const and thread-safe. Before a
// handler is called the server has admitted, authenticated, authorised (the permission table) and
// parsed. A request and what an accessor of it returns live as long as the Call.
//
// This header needs no gRPC.
namespace athena::rpc {

// An answer that is serialised already: a memo hands out the same bytes again and again.
template <typename Res>
struct Prepared {
  std::shared_ptr<const std::string> bytes;  // never null

  static Prepared Of(const Res& message) {
    return {std::make_shared<const std::string>(message.SerializeAsString())};
  }
};

namespace internal {

using google::protobuf::Message;

// One RPC (of a bidi stream: one request) as replies see it.
class Answerable {
 public:
  // Exactly one of these, once; afterwards neither the call nor this may be touched.
  virtual void Answer(const Message& message) = 0;
  virtual void AnswerBytes(const std::shared_ptr<const std::string>& bytes) = 0;
  virtual void Fail(const absl::Status& status) = 0;
  virtual const Call& call() const = 0;

  void FailDropped();     // INTERNAL: the handler dropped its reply

 protected:
  ~Answerable() = default;
};

template <typename T>
struct IsPrepared : std::false_type {};
template <typename Res>
struct IsPrepared<Prepared<Res>> : std::true_type {};

}  // namespace internal

// The right, and the duty, to answer one request. Called exactly once, from any thread, with the answer
// or an error; dropping it unused answers INTERNAL. Nothing of the call may be touched after.
template <typename Res>
class Reply {
 public:
  explicit Reply(internal::Answerable* to) : to_(to) {}
  Reply(Reply&& other) noexcept : to_(std::exchange(other.to_, nullptr)) {}
  Reply& operator=(Reply&& other) noexcept {
    if (this != &other) {
      Drop();
      to_ = std::exchange(other.to_, nullptr);
    }
    return *this;
  }
  ~Reply() { Drop(); }

  void operator()(const Res& message) { Take([&](auto& to) { to.Answer(message); }); }
  void operator()(const Prepared<Res>& answer) {
    Take([&](auto& to) { to.AnswerBytes(answer.bytes); });
  }
  void operator()(const absl::Status& error) { Take([&](auto& to) { to.Fail(error); }); }
  void operator()(const absl::StatusOr<Res>& result) {
    result.ok() ? (*this)(*result) : (*this)(result.status());
  }
  void operator()(const absl::StatusOr<Prepared<Res>>& result) {
    result.ok() ? (*this)(*result) : (*this)(result.status());
  }

 private:
  template <typename Use>
  void Take(Use use) {
    internal::Answerable* to = std::exchange(to_, nullptr);
    if (to != nullptr) use(*to);
  }
  void Drop() {
    Take([](auto& to) { to.FailDropped(); });
  }
  internal::Answerable* to_;
};

// The parts of an answer, one after the other; the next is asked for when the one before has been
// taken by the transport, so a slow reader holds one part in memory. Made, used and destroyed on
// worker threads, one at a time.
template <typename Part>
class PageSource {
 public:
  virtual ~PageSource() = default;
  // Fills `part` (which is empty) and returns true; or false after the last.
  virtual absl::StatusOr<bool> Next(Part* part) = 0;
};

// News, for as long as the client listens. Next returns false when there is nothing new at the moment;
// the stream then sleeps, without a thread, until Wakeups::Notify(topic).
template <typename Res>
class WatchSource : public PageSource<Res> {
 public:
  virtual std::string topic() const = 0;
};

namespace internal {

class AnySource {
 public:
  virtual ~AnySource() = default;
  // One of message and bytes is set after Next returned true.
  virtual absl::StatusOr<bool> Next() = 0;
  virtual const Message* message() const = 0;
  virtual std::shared_ptr<const std::string> bytes() const = 0;
  virtual std::string topic() const = 0;
};

template <typename Source, typename Part>
class TypedSource final : public AnySource {
 public:
  explicit TypedSource(std::unique_ptr<Source> source) : source_(std::move(source)) {}
  absl::StatusOr<bool> Next() override {
    part_ = Part();
    return source_->Next(&part_);
  }
  const Message* message() const override {
    if constexpr (IsPrepared<Part>::value) {
      return nullptr;
    } else {
      return &part_;
    }
  }
  std::shared_ptr<const std::string> bytes() const override {
    if constexpr (IsPrepared<Part>::value) {
      return part_.bytes;
    } else {
      return nullptr;
    }
  }
  std::string topic() const override {
    if constexpr (std::is_base_of_v<WatchSource<Part>, Source>) {
      return source_->topic();
    } else {
      return "";
    }
  }

 private:
  std::unique_ptr<Source> source_;
  Part part_;
};

template <typename T>
struct PartOfSource;
template <typename Part>
struct PartOfSource<PageSource<Part>> {
  using type = Part;
};
template <typename Part>
struct PartOfSource<WatchSource<Part>> {
  using type = Part;
};

using AnswerFn = absl::AnyInvocable<void(Answerable& to, const Message& request) const>;
using OpenFn = absl::AnyInvocable<absl::StatusOr<std::unique_ptr<AnySource>>(
    const Call& call, const Message& request) const>;

template <typename Req, typename Handler>
OpenFn Opener(Handler handler) {
  return [handler = std::move(handler)](
             const Call& call,
             const Message& request) -> absl::StatusOr<std::unique_ptr<AnySource>> {
    auto source = handler(call, static_cast<const Req&>(request));
    if (!source.ok()) return source.status();
    using Source = std::remove_reference_t<decltype(**source)>;
    return std::make_unique<TypedSource<Source, typename PartOfSource<Source>::type>>(
        *std::move(source));
  };
}

}  // namespace internal

enum class Shape { kUnary, kPages, kWatch, kBidi };

// One line of the table. Movable.
struct Method {
  // Preparing this one takes a core for a while (a push of 10,000 rows): at most as many of these run
  // at a time as there are cores, so that the other workers stay free for the rest.
  Method Heavy() && {
    heavy = true;
    return std::move(*this);
  }

  std::string name;
  Shape shape = Shape::kUnary;
  bool heavy = false;
  const internal::Message* request = nullptr;  // the default instances
  const internal::Message* response = nullptr;
  internal::AnswerFn answer;   // kUnary, kBidi
  internal::OpenFn open;       // kPages, kWatch
  Wakeups* wakeups = nullptr;  // kWatch
};

// absl::StatusOr<Res or Prepared<Res>> handler(const Call&, const Req&)
template <typename Req, typename Res, typename Handler>
Method Unary(std::string_view name, Handler handler) {
  Method method{std::string(name),        Shape::kUnary,
                false,                    &Req::default_instance(),
                &Res::default_instance(), {},
                {},                       nullptr};
  method.answer = [handler = std::move(handler)](internal::Answerable& to,
                                                 const internal::Message& request) {
    Reply<Res> reply(&to);
    reply(handler(to.call(), static_cast<const Req&>(request)));
  };
  return method;
}

// void handler(const Call&, const Req&, Reply<Res>). The call and the request live until the reply;
// no thread is held meanwhile.
template <typename Req, typename Res, typename Handler>
Method UnaryAsync(std::string_view name, Handler handler) {
  Method method{std::string(name),        Shape::kUnary,
                false,                    &Req::default_instance(),
                &Res::default_instance(), {},
                {},                       nullptr};
  method.answer = [handler = std::move(handler)](internal::Answerable& to,
                                                 const internal::Message& request) {
    handler(to.call(), static_cast<const Req&>(request), Reply<Res>(&to));
  };
  return method;
}

// absl::StatusOr<std::unique_ptr<PageSource<Res or Prepared<Res>>>> handler(const Call&, const Req&).
// The source may keep references to the call and the request.
template <typename Req, typename Res, typename Handler>
Method Pages(std::string_view name, Handler handler) {
  return {std::string(name),
          Shape::kPages,
          false,
          &Req::default_instance(),
          &Res::default_instance(),
          {},
          internal::Opener<Req>(std::move(handler)),
          nullptr};
}

// absl::StatusOr<std::unique_ptr<WatchSource<Res>>> handler(const Call&, const Req&).
template <typename Req, typename Res, typename Handler>
Method Watch(std::string_view name, Wakeups& wakeups, Handler handler) {
  return {std::string(name),
          Shape::kWatch,
          false,
          &Req::default_instance(),
          &Res::default_instance(),
          {},
          internal::Opener<Req>(std::move(handler)),
          &wakeups};
}

// void handler(const Call&, const Req&, Reply<Res>), once per request, strictly one after the other:
// the next request is read when the answer has been taken by the transport. An error as reply ends
// the stream with it. Call::RequireInstitution is asked for each request anew.
template <typename Req, typename Res, typename Handler>
Method Bidi(std::string_view name, Handler handler) {
  Method method = UnaryAsync<Req, Res>(name, std::move(handler));
  method.shape = Shape::kBidi;
  return method;
}

}  // namespace athena::rpc

#endif  // ATHENA_LIBS_RPC_METHOD_H_
