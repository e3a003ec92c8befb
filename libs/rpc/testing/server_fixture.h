#ifndef ATHENA_LIBS_RPC_TESTING_SERVER_FIXTURE_H_
#define ATHENA_LIBS_RPC_TESTING_SERVER_FIXTURE_H_

#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>
#include <pthread.h>

#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "absl/synchronization/notification.h"
#include "libs/auth/authenticator.h"
#include "libs/rpc/method.h"
#include "libs/rpc/server.h"
#include "libs/rpc/testing/echo.grpc.pb.h"
#include "libs/rpc/workers.h"
#include "libs/status/testing/matchers.h"

// The service Echo, which has a method of every shape, as tests of the server run it.
namespace athena::rpc::testing {

inline constexpr char kService[] = "athena.rpc.testing.Echo";

inline EchoResponse Said(const std::string& text, int64_t number = 0) {
  EchoResponse response;
  response.set_text(text);
  response.set_number(number);
  return response;
}

class CountTo : public PageSource<EchoResponse> {
 public:
  explicit CountTo(int64_t last) : last_(last) {}
  absl::StatusOr<bool> Next(EchoResponse* response) override {
    if (next_ > last_) return false;
    response->set_number(next_++);
    return true;
  }
  bool Ended() const override { return next_ > last_; }

 private:
  int64_t next_ = 1;
  const int64_t last_;
};

// The same, serialised before; it does not know its end before it is asked for more.
class CountPreparedTo : public PageSource<PreparedAnswer> {
 public:
  explicit CountPreparedTo(int64_t last) : numbers_(last) {}
  absl::StatusOr<bool> Next(PreparedAnswer* part) override {
    EchoResponse response;
    const absl::StatusOr<bool> more = numbers_.Next(&response);
    if (more.ok() && *more) {
      part->pieces.push_back(std::make_shared<const std::string>(response.SerializeAsString()));
    }
    return more;
  }

 private:
  CountTo numbers_;
};

// Numbers that a test publishes, followed by any number of watchers.
struct Feed {
  Wakeups wakeups;
  absl::Mutex mutex;
  int64_t last ABSL_GUARDED_BY(mutex) = 0;

  void Publish() {
    {
      absl::MutexLock lock(&mutex);
      ++last;
    }
    wakeups.Notify();
  }
};

class FollowFeed : public WatchSource<EchoResponse> {
 public:
  FollowFeed(Feed& feed, int64_t after) : feed_(feed), seen_(after) {}
  absl::StatusOr<bool> Next(EchoResponse* response) override {
    absl::MutexLock lock(&feed_.mutex);
    if (seen_ >= feed_.last) return false;
    response->set_number(++seen_);
    return true;
  }
  Wakeups& wakeups() override { return feed_.wakeups; }

 private:
  Feed& feed_;
  int64_t seen_;
};

// Whether the calling thread is one of the pool.
inline bool OnWorker() {
  char name[16] = "";
  pthread_getname_np(pthread_self(), name, sizeof(name));
  return std::string_view(name) == kWorkerName;
}

// A server with every shape; replies of SayLater and what handlers block on are the test's to give.
class ServerTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ATHENA_ASSERT_OK_AND_ASSIGN(
        authenticator_,
        auth::StaticAuthenticator::Create(
            {"reader-token,reader,gob,viewer", "sender-token,sender,gob,sender+viewer",
             "second-token,second,gob,sender+viewer", "third-token,third,gob,sender+viewer"}));
  }

  ServiceTable Table() {
    using auth::Role;
    const auth::Roles readers = {Role::kViewer};
    return {
        kService,
        {
            Unary("Say", readers, *this, &ServerTest::Say),
            Unary("SayPrepared", readers,
                  [](const auth::Principal&, const EchoRequest&) -> absl::StatusOr<PreparedAnswer> {
                    return PreparedAnswer{
                        {std::make_shared<std::string>(Said("ready").SerializeAsString()),
                         std::make_shared<std::string>(Said("", 7).SerializeAsString())}};
                  }),
            Unary("SayLater", {Role::kSender}, *this, &ServerTest::SayLater).AtOnce(),
            Pages("Count", readers, *this, &ServerTest::Count),
            Pages("CountPrepared", readers,
                  [](const Call&, const EchoRequest& request)
                      -> absl::StatusOr<std::unique_ptr<PageSource<PreparedAnswer>>> {
                    return std::make_unique<CountPreparedTo>(request.count());
                  }),
            Watch("Follow", readers,
                  [this](const auth::Principal&, const EchoRequest& request)
                      -> absl::StatusOr<std::unique_ptr<WatchSource<EchoResponse>>> {
                    return std::make_unique<FollowFeed>(feed_, request.count());
                  }),
            Bidi("Chat", readers, *this, &ServerTest::Chat).AtOnce(),
        }};
  }

  absl::StatusOr<EchoResponse> Say(const auth::Principal& principal, const EchoRequest& request) {
    if (request.text() == "wait") {
      entered_.Notify();
      release_.WaitForNotification();
    }
    if (request.text() == "refuse") {
      return status::InvalidField("text", request.text(), "another word");
    }
    return Said(principal.subject + ": " + request.text());
  }

  void SayLater(const Call&, const EchoRequest& request, Reply<EchoResponse> reply) {
    if (request.text() == "drop") return;
    absl::MutexLock lock(&mutex_);
    on_worker_ = OnWorker();
    owed_.push_back(std::move(reply));
  }

  absl::StatusOr<std::unique_ptr<PageSource<EchoResponse>>> Count(
      const Call&, const EchoRequest& request) const {
    if (request.count() < 0) {
      return status::InvalidField("count", absl::StrCat(request.count()), "0 or more");
    }
    return std::make_unique<CountTo>(request.count());
  }

  void Chat(const Call&, const EchoRequest& request, Reply<EchoResponse> reply) const {
    if (request.text() == "stop") {
      std::move(reply)(status::InvalidField("text", "stop", "another word"));
    } else if (request.text().starts_with("where")) {
      std::move(reply)(Said(OnWorker() ? "worker" : "transport"));
    } else {
      std::move(reply)(Said("re: " + request.text()));
    }
  }

  void Serve(ServerOptions options = {}) { Serve(std::move(options), Table()); }
  void Serve(ServerOptions options, ServiceTable table) {
    options.authenticator = authenticator_.get();
    std::vector<ServiceTable> tables;
    tables.push_back(std::move(table));
    ATHENA_ASSERT_OK_AND_ASSIGN(server_, Server::Start(options, std::move(tables)));
    channel_ = grpc::CreateChannel("127.0.0.1:" + std::to_string(server_->port()),
                                   grpc::InsecureChannelCredentials());
    stub_ = Echo::NewStub(channel_);
  }

  std::unique_ptr<grpc::ClientContext> As(const std::string& token) {
    auto context = std::make_unique<grpc::ClientContext>();
    context->AddMetadata("authorization", "Bearer " + token);
    return context;
  }

  EchoRequest Text(const std::string& text) {
    EchoRequest request;
    request.set_text(text);
    return request;
  }

  Reply<EchoResponse> TakeOwed() {
    absl::MutexLock lock(&mutex_);
    const auto any = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return !owed_.empty(); };
    mutex_.Await(absl::Condition(&any));
    Reply<EchoResponse> reply = std::move(owed_.front());
    owed_.pop_front();
    return reply;
  }

  std::unique_ptr<auth::StaticAuthenticator> authenticator_;
  Feed feed_;
  absl::Notification entered_;
  absl::Notification release_;
  absl::Mutex mutex_;
  std::deque<Reply<EchoResponse>> owed_ ABSL_GUARDED_BY(mutex_);
  bool on_worker_ ABSL_GUARDED_BY(mutex_) = false;  // the last call of SayLater
  std::unique_ptr<Server> server_;
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<Echo::Stub> stub_;
};

}  // namespace athena::rpc::testing

#endif  // ATHENA_LIBS_RPC_TESTING_SERVER_FIXTURE_H_
