#include "libs/rpc/server.h"

#include <gmock/gmock.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>
#include <pthread.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <deque>
#include <fstream>
#include <future>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "absl/synchronization/notification.h"
#include "grpc/health/v1/health.grpc.pb.h"
#include "libs/rpc/calls/server_call.h"
#include "libs/rpc/grpc_status.h"
#include "libs/rpc/method.h"
#include "libs/rpc/testing/echo.grpc.pb.h"
#include "libs/rpc/workers.h"
#include "libs/status/testing/matchers.h"

namespace athena::rpc {
namespace {

using status::testing::Refuses;
using status::testing::StatusIs;
using testing::Echo;
using testing::EchoRequest;
using testing::EchoResponse;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::MatchesRegex;

constexpr char kService[] = "athena.rpc.testing.Echo";

EchoResponse Said(const std::string& text, int64_t number = 0) {
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

// A server with every shape; replies of SayLater and what handlers block on are the test's to give.
// Whether the calling thread is one of the pool.
bool OnWorker() {
  char name[16] = "";
  pthread_getname_np(pthread_self(), name, sizeof(name));
  return std::string_view(name) == kWorkerName;
}

class ServerTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ATHENA_ASSERT_OK_AND_ASSIGN(authenticator_, auth::StaticAuthenticator::Create(
                                                    {"reader-token,reader,gob,viewer",
                                                     "sender-token,sender,gob,sender+viewer"}));
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

TEST_F(ServerTest, AnswersAsThePrincipalOfTheCredential) {
  Serve();
  EchoResponse response;
  auto context = As("reader-token");
  ATHENA_ASSERT_OK(FromGrpc(stub_->Say(context.get(), Text("hello"), &response)));
  EXPECT_EQ(response.text(), "reader: hello");
}

TEST_F(ServerTest, RefusesWithoutCredentialAndWithoutRole) {
  Serve();
  EchoResponse response;
  grpc::ClientContext nobody;
  const absl::Status unknown = FromGrpc(stub_->Say(&nobody, Text("x"), &response));
  EXPECT_THAT(unknown, StatusIs(absl::StatusCode::kUnauthenticated));
  EXPECT_THAT(unknown, Refuses("UNAUTHENTICATED"));

  auto context = As("reader-token");
  EXPECT_THAT(FromGrpc(stub_->SayLater(context.get(), Text("x"), &response)),
              StatusIs(absl::StatusCode::kPermissionDenied, HasSubstr("sender")));
}

TEST_F(ServerTest, ErrorsArriveWithTheirDetails) {
  Serve();
  EchoResponse response;
  auto context = As("reader-token");
  const absl::Status refused = FromGrpc(stub_->Say(context.get(), Text("refuse"), &response));
  EXPECT_THAT(refused, StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(refused, Refuses("INVALID_FIELDS"));
}

TEST_F(ServerTest, PreparedPiecesMakeOneMessage) {
  Serve();
  EchoResponse response;
  auto context = As("reader-token");
  ATHENA_ASSERT_OK(FromGrpc(stub_->SayPrepared(context.get(), Text(""), &response)));
  EXPECT_EQ(response.text(), "ready");
  EXPECT_EQ(response.number(), 7);
}

TEST_F(ServerTest, AMethodMadeFromItsDescriptorTakesItsMessagesFromThere) {
  ServiceTable table = Table();
  const google::protobuf::MethodDescriptor& say =
      *google::protobuf::DescriptorPool::generated_pool()->FindMethodByName(
          absl::StrCat(kService, ".Say"));
  table.methods[0] =
      UnaryByDescriptor(say, {auth::Role::kViewer},
                        [](const Call& call, const google::protobuf::Message& request,
                           google::protobuf::Message* response) -> absl::Status {
                          const std::string text = request.GetReflection()->GetString(
                              request, request.GetDescriptor()->FindFieldByName("text"));
                          if (text == "refuse") return status::NotFound("echoes/refuse");
                          response->GetReflection()->SetString(
                              response, response->GetDescriptor()->FindFieldByName("text"),
                              call.principal().subject + " said " + text);
                          return absl::OkStatus();
                        });
  EXPECT_THAT(TableFaults(table), IsEmpty());
  Serve({}, std::move(table));
  EchoResponse response;
  auto context = As("reader-token");
  ATHENA_ASSERT_OK(FromGrpc(stub_->Say(context.get(), Text("hello"), &response)));
  EXPECT_EQ(response.text(), "reader said hello");
  auto refused = As("reader-token");
  EXPECT_THAT(FromGrpc(stub_->Say(refused.get(), Text("refuse"), &response)),
              Refuses("RESOURCE_NOT_FOUND"));
}

TEST_F(ServerTest, ARequestWithoutRequestIdGetsOneThatTravelsWithAnswersAndErrors) {
  ServiceTable table = Table();
  table.methods[0] =
      Unary("Say", {auth::Role::kViewer},
            [](const Call&, const EchoRequest& request) -> absl::StatusOr<EchoResponse> {
              if (request.text() == "refuse") {
                return status::NotFound(request.request_id());
              }
              return Said(request.request_id());
            });
  Serve({}, std::move(table));
  EchoResponse response;
  const auto id_after = [&](const EchoRequest& request, absl::Status* status) {
    auto context = As("reader-token");
    *status = FromGrpc(stub_->Say(context.get(), request, &response));
    const auto& trailers = context->GetServerTrailingMetadata();
    const auto found = trailers.find(kRequestIdMetadata);
    return found == trailers.end() ? "" : std::string(found->second.data(), found->second.size());
  };
  absl::Status status;
  const std::string first = id_after(Text(""), &status);
  ATHENA_EXPECT_OK(status);
  EXPECT_THAT(first, MatchesRegex("server-[0-9a-f]{32}"));
  EXPECT_EQ(response.text(), first);
  const std::string second = id_after(Text("refuse"), &status);
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kNotFound, HasSubstr(second)));
  EXPECT_THAT(second, MatchesRegex("server-[0-9a-f]{32}"));
  EXPECT_NE(second, first);

  EchoRequest own = Text("");
  own.set_request_id("mine");
  EXPECT_EQ(id_after(own, &status), "");
  EXPECT_EQ(response.text(), "mine");
}

TEST_F(ServerTest, AnAnswerMayComeLaterFromAnotherThread) {
  Serve();
  EchoResponse response;
  grpc::Status status;
  std::thread caller([&] {
    auto context = As("sender-token");
    status = stub_->SayLater(context.get(), Text("x"), &response);
  });
  std::thread([reply = TakeOwed()]() mutable { std::move(reply)(Said("at last", 3)); }).join();
  caller.join();
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(response.number(), 3);
}

TEST_F(ServerTest, WhatNeverWaitsIsServedWithoutAWorkerAsLongAsItIsSmall) {
  Serve();
  const auto on_worker = [this](size_t bytes) {
    EchoRequest request = Text("");
    // The field's tag and its length take three bytes.
    request.set_text(std::string(bytes - 3, 'x'));
    EXPECT_EQ(request.ByteSizeLong(), bytes);
    EchoResponse response;
    grpc::Status status;
    std::thread caller([&] {
      auto context = As("sender-token");
      status = stub_->SayLater(context.get(), request, &response);
    });
    std::move(TakeOwed())(Said("x"));
    caller.join();
    EXPECT_TRUE(status.ok()) << status.error_message();
    absl::MutexLock lock(&mutex_);
    return on_worker_;
  };
  EXPECT_FALSE(on_worker(kMaxAtOnceBytes));
  EXPECT_TRUE(on_worker(kMaxAtOnceBytes + 1));
}

TEST_F(ServerTest, SmallMessagesOfAConversationAreServedWithoutAWorker) {
  Serve();
  auto context = As("reader-token");
  auto stream = stub_->Chat(context.get());
  const auto served = [&](size_t bytes) {
    EchoRequest request;
    std::string text = "where";
    // The field's tag and its length take three bytes.
    text.resize(bytes - 3, ' ');
    request.set_text(text);
    EXPECT_EQ(request.ByteSizeLong(), bytes);
    EchoResponse response;
    EXPECT_TRUE(stream->Write(request));
    EXPECT_TRUE(stream->Read(&response));
    return response.text();
  };
  EXPECT_EQ(served(kMaxAtOnceBytes), "transport");
  EXPECT_EQ(served(kMaxAtOnceBytes + 1), "worker");
  EXPECT_EQ(served(kMaxAtOnceBytes), "transport");
  stream->WritesDone();
  EXPECT_TRUE(stream->Finish().ok());
}

TEST_F(ServerTest, ADroppedAnswerIsAnInternalError) {
  Serve();
  EchoResponse response;
  auto context = As("sender-token");
  EXPECT_EQ(stub_->SayLater(context.get(), Text("drop"), &response).error_code(),
            grpc::StatusCode::INTERNAL);
}

TEST_F(ServerTest, MoreLaterAnswersThanWorkersHoldNoThread) {
  Serve();
  constexpr int kCalls = 2 * kWorkers;
  std::vector<std::thread> callers;
  callers.reserve(kCalls);
  std::atomic<int> answered{0};
  for (int i = 0; i < kCalls; ++i) {
    callers.emplace_back([&] {
      EchoResponse response;
      auto context = As("sender-token");
      if (stub_->SayLater(context.get(), Text("x"), &response).ok()) ++answered;
    });
  }
  std::vector<Reply<EchoResponse>> owed;
  owed.reserve(kCalls);
  for (int i = 0; i < kCalls; ++i) owed.push_back(TakeOwed());
  for (Reply<EchoResponse>& reply : owed) std::move(reply)(Said("x"));
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(answered, kCalls);
}

TEST_F(ServerTest, PartsMayBeSerialisedBefore) {
  Serve();
  auto context = As("reader-token");
  EchoRequest request;
  request.set_count(3);
  auto reader = stub_->CountPrepared(context.get(), request);
  std::vector<int64_t> numbers;
  EchoResponse response;
  while (reader->Read(&response)) numbers.push_back(response.number());
  EXPECT_THAT(numbers, ElementsAre(1, 2, 3));
  EXPECT_TRUE(reader->Finish().ok());
}

TEST_F(ServerTest, PagesArriveInOrderAndEnd) {
  Serve();
  EchoRequest request;
  request.set_count(1000);
  auto context = As("reader-token");
  auto reader = stub_->Count(context.get(), request);
  EchoResponse response;
  int64_t expected = 0;
  while (reader->Read(&response)) EXPECT_EQ(response.number(), ++expected);
  EXPECT_EQ(expected, 1000);
  EXPECT_TRUE(reader->Finish().ok());
}

TEST_F(ServerTest, APageStreamThatIsRefusedSaysWhy) {
  Serve();
  EchoRequest request;
  request.set_count(-1);
  auto context = As("reader-token");
  auto reader = stub_->Count(context.get(), request);
  EchoResponse response;
  EXPECT_FALSE(reader->Read(&response));
  EXPECT_THAT(FromGrpc(reader->Finish()), Refuses("INVALID_FIELDS"));
}

TEST_F(ServerTest, AWatchSeesEverythingOnceWhenWoken) {
  Serve();
  feed_.Publish();
  auto context = As("reader-token");
  auto reader = stub_->Follow(context.get(), EchoRequest());
  EchoResponse response;
  ASSERT_TRUE(reader->Read(&response));
  EXPECT_EQ(response.number(), 1);
  for (int64_t i = 2; i <= 200; ++i) {
    feed_.Publish();
    ASSERT_TRUE(reader->Read(&response));
    EXPECT_EQ(response.number(), i);
  }
  context->TryCancel();
  EXPECT_EQ(reader->Finish().error_code(), grpc::StatusCode::CANCELLED);
}

TEST_F(ServerTest, AConversationAnswersEachRequestInOrder) {
  Serve();
  auto context = As("reader-token");
  auto stream = stub_->Chat(context.get());
  EchoResponse response;
  for (int i = 0; i < 50; ++i) {
    ASSERT_TRUE(stream->Write(Text(std::to_string(i))));
    ASSERT_TRUE(stream->Read(&response));
    EXPECT_EQ(response.text(), "re: " + std::to_string(i));
  }
  stream->WritesDone();
  EXPECT_FALSE(stream->Read(&response));
  EXPECT_TRUE(stream->Finish().ok());
}

TEST_F(ServerTest, AConversationEndsWithTheErrorOfItsHandler) {
  Serve();
  auto context = As("reader-token");
  auto stream = stub_->Chat(context.get());
  ASSERT_TRUE(stream->Write(Text("stop")));
  EchoResponse response;
  EXPECT_FALSE(stream->Read(&response));
  EXPECT_EQ(stream->Finish().error_code(), grpc::StatusCode::INVALID_ARGUMENT);
}

TEST_F(ServerTest, A11_ARequestAboveTheLimitIsRefusedAndOneAtItIsNot) {
  Serve();
  EchoResponse response;
  // The message is the text and a header of five bytes (tag, and a length of four).
  auto at = As("reader-token");
  ATHENA_EXPECT_OK(FromGrpc(
      stub_->SayPrepared(at.get(), Text(std::string(kMaxRequestBytes - 5, 'a')), &response)));
  auto above = As("reader-token");
  const EchoRequest large = Text(std::string(kMaxRequestBytes - 4, 'a'));
  const absl::Status refused = FromGrpc(stub_->SayPrepared(above.get(), large, &response));
  EXPECT_THAT(refused, StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(refused, Refuses("REQUEST_TOO_LARGE"));
  EXPECT_EQ(status::MetadataValue(refused, "limit"), "4194304");
  auto chatting = As("reader-token");
  auto chat = stub_->Chat(chatting.get());
  chat->Write(large);
  EXPECT_FALSE(chat->Read(&response));
  EXPECT_THAT(FromGrpc(chat->Finish()), Refuses("REQUEST_TOO_LARGE"));
}

// The resident memory of this process, in bytes.
size_t ResidentBytes() {
  std::ifstream status("/proc/self/statm");
  size_t total = 0;
  size_t resident = 0;
  status >> total >> resident;
  return resident * static_cast<size_t>(sysconf(_SC_PAGESIZE));
}

// An EchoRequest of `size` bytes of text, compressed.
std::string Gzip(size_t size) {
  EchoRequest request;
  request.set_text(std::string(size, 'a'));
  std::string plain = request.SerializeAsString();
  std::string compressed(compressBound(plain.size()) + 100, '\0');
  z_stream stream{};
  EXPECT_EQ(deflateInit2(&stream, 9, Z_DEFLATED, 15 | 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
  stream.next_in = reinterpret_cast<Bytef*>(plain.data());
  stream.avail_in = static_cast<uInt>(plain.size());
  stream.next_out = reinterpret_cast<Bytef*>(compressed.data());
  stream.avail_out = static_cast<uInt>(compressed.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  compressed.resize(stream.total_out);
  deflateEnd(&stream);
  return compressed;
}

TEST_F(ServerTest, A1_ACompressedRequestIsTheSameRequest) {
  Serve();
  const std::string text(100'000, 'a');
  for (const grpc_compression_algorithm algorithm : {GRPC_COMPRESS_NONE, GRPC_COMPRESS_GZIP}) {
    auto context = As("reader-token");
    context->set_compression_algorithm(algorithm);
    EchoResponse response;
    ATHENA_EXPECT_OK(FromGrpc(stub_->Say(context.get(), Text(text), &response)));
    EXPECT_EQ(response.text(), "reader: " + text);
    auto streaming = As("reader-token");
    streaming->set_compression_algorithm(algorithm);
    auto chat = stub_->Chat(streaming.get());
    for (const std::string& said : {std::string("short"), text}) {
      chat->Write(Text(said));
      ASSERT_TRUE(chat->Read(&response));
      EXPECT_EQ(response.text(), "re: " + said);
    }
    auto counting = As("reader-token");
    counting->set_compression_algorithm(algorithm);
    EchoRequest two = Text(text);
    two.set_count(2);
    auto reader = stub_->Count(counting.get(), two);
    int64_t parts = 0;
    while (reader->Read(&response)) ++parts;
    ATHENA_EXPECT_OK(FromGrpc(reader->Finish()));
    EXPECT_EQ(parts, 2);
  }
}

TEST_F(ServerTest, A1_ACompressedRequestIsNotInflatedBeyondTheLimit) {
  Serve();
  // Requests of two calls, which inflate to 64 MiB each.
  const std::string bomb = Gzip(size_t{64} << 20);
  ASSERT_LT(bomb.size(), size_t{1} << 20);
  const auto send = [&](const std::string& token, const std::string& bytes) {
    const grpc::Slice slice(bytes);
    grpc::ByteBuffer request(&slice, 1);
    auto context = As(token);
    context->set_compression_algorithm(GRPC_COMPRESS_NONE);
    EchoResponse response;
    grpc::GenericStub generic(channel_);
    grpc::ByteBuffer answer;
    std::promise<grpc::Status> done;
    generic.UnaryCall(context.get(), "/athena.rpc.testing.Echo/SayPrepared", grpc::StubOptions(),
                      &request, &answer,
                      [&](grpc::Status ended) { done.set_value(std::move(ended)); });
    return FromGrpc(done.get_future().get());
  };
  const size_t before = ResidentBytes();
  EXPECT_THAT(send("unknown-token", bomb), StatusIs(absl::StatusCode::kUnauthenticated));
  const absl::Status refused = send("reader-token", bomb);
  EXPECT_THAT(refused, Refuses("REQUEST_TOO_LARGE"));
  EXPECT_EQ(status::MetadataValue(refused, "limit"), "4194304");
  EXPECT_LT(ResidentBytes() - std::min(before, ResidentBytes()), size_t{32} << 20);
  // At the limit, one byte above it, cut short, and followed by something.
  ATHENA_EXPECT_OK(send("reader-token", Gzip(kMaxRequestBytes - 5)));
  EXPECT_THAT(send("reader-token", Gzip(kMaxRequestBytes - 4)), Refuses("REQUEST_TOO_LARGE"));
  const std::string whole = Gzip(1000);
  EXPECT_THAT(send("reader-token", whole.substr(0, whole.size() - 1)),
              Refuses("MALFORMED_REQUEST"));
  EXPECT_THAT(send("reader-token", whole + "x"), Refuses("MALFORMED_REQUEST"));
}

// The bomb as a client sends it: with grpc-encoding and the flag, which gRPC itself would inflate.
TEST_F(ServerTest, A1_GrpcItselfInflatesNothing) {
  Serve();
  const EchoRequest large = Text(std::string(size_t{64} << 20, 'a'));
  EchoResponse response;
  auto context = As("unknown-token");
  context->set_compression_algorithm(GRPC_COMPRESS_GZIP);
  EXPECT_THAT(FromGrpc(stub_->Say(context.get(), large, &response)),
              StatusIs(absl::StatusCode::kUnauthenticated));
  auto known = As("reader-token");
  known->set_compression_algorithm(GRPC_COMPRESS_GZIP);
  EXPECT_THAT(FromGrpc(stub_->Say(known.get(), large, &response)), Refuses("REQUEST_TOO_LARGE"));
}

TEST_F(ServerTest, A1_AnotherCompressionIsNotTaken) {
  Serve();
  EchoResponse response;
  auto context = As("reader-token");
  context->set_compression_algorithm(GRPC_COMPRESS_DEFLATE);
  EXPECT_THAT(FromGrpc(stub_->Say(context.get(), Text(std::string(100'000, 'a')), &response)),
              StatusIs(absl::StatusCode::kUnimplemented));
}

TEST_F(ServerTest, A14_TwoCredentialsAreRefused) {
  Serve();
  EchoResponse response;
  for (const char* second : {"Bearer sender-token", "Bearer reader-token", "Bearer unknown", ""}) {
    auto context = As("reader-token");
    context->AddMetadata("authorization", second);
    EXPECT_THAT(FromGrpc(stub_->Say(context.get(), Text("x"), &response)),
                StatusIs(absl::StatusCode::kUnauthenticated, HasSubstr("2")));
  }
}

TEST_F(ServerTest, A11_AnRpcThatDoesNotExistIsRefusedWithDetails) {
  Serve();
  for (const char* path : {"/athena.rpc.testing.Echo/Shout", "/another.Service/Say"}) {
    const grpc::Slice empty("");
    grpc::ByteBuffer request(&empty, 1);
    grpc::ByteBuffer response;
    auto context = As("reader-token");
    grpc::GenericStub generic(channel_);
    std::promise<grpc::Status> done;
    generic.UnaryCall(context.get(), path, grpc::StubOptions(), &request, &response,
                      [&](grpc::Status ended) { done.set_value(std::move(ended)); });
    const absl::Status status = FromGrpc(done.get_future().get());
    EXPECT_THAT(status, StatusIs(absl::StatusCode::kUnimplemented, HasSubstr(path)));
    EXPECT_THAT(status, Refuses("UNKNOWN_METHOD"));
  }
}

TEST(TimeOfTest, A13_TheLongestTimeoutOfTheProtocolDoesNotOverflow) {
  gpr_timespec far = gpr_time_0(GPR_CLOCK_REALTIME);
  far.tv_sec = int64_t{99'999'999} * 3600;
  EXPECT_EQ(TimeOf(far), absl::UnixEpoch() + absl::Hours(99'999'999));
  EXPECT_EQ(TimeOf(gpr_inf_future(GPR_CLOCK_MONOTONIC)), absl::InfiniteFuture());
}

TEST_F(ServerTest, BytesThatAreNoMessageAreAnInvalidArgument) {
  Serve();
  // Field 1: four bytes long, of which one follows; and a text that is not UTF-8.
  for (const std::string& bytes : {std::string("\x0a\x04x"), std::string("\x0a\x01\xff")}) {
    grpc::Slice slice(bytes);
    grpc::ByteBuffer request(&slice, 1);
    auto context = As("reader-token");
    grpc::GenericStub generic(channel_);
    grpc::ByteBuffer response;
    std::promise<grpc::Status> done;
    // What is wrong is answered; of a log that is JSON, protobuf's own lines are no part.
    ::testing::internal::CaptureStderr();
    generic.UnaryCall(context.get(), "/athena.rpc.testing.Echo/Say", grpc::StubOptions(), &request,
                      &response, [&](grpc::Status ended) { done.set_value(std::move(ended)); });
    const grpc::Status status = done.get_future().get();
    EXPECT_EQ(::testing::internal::GetCapturedStderr(), "");
    EXPECT_THAT(FromGrpc(status), Refuses("MALFORMED_REQUEST"));
  }
}

TEST_F(ServerTest, AnInstitutionAboveItsRateIsToldWhenToComeBack) {
  ServerOptions options;
  options.calls_per_second = 1;
  Serve(options);
  EchoResponse response;
  absl::Status last;
  for (int i = 0; i < 3 && last.ok(); ++i) {
    auto context = As("reader-token");
    last = FromGrpc(stub_->Say(context.get(), Text("x"), &response));
  }
  EXPECT_THAT(last, StatusIs(absl::StatusCode::kResourceExhausted));
  EXPECT_GT(status::RetryAfter(last), absl::ZeroDuration());
}

TEST_F(ServerTest, CallsBeyondTheQueueAreShedAndNothingIsLost) {
  Serve();
  // Fill the server with unanswered calls; one more than it takes is refused at once.
  struct Pending {
    grpc::ClientContext context;
    EchoRequest request;
    EchoResponse response;
    std::promise<grpc::Status> done;
  };
  std::vector<std::unique_ptr<Pending>> calls;
  absl::Notification refused;
  std::vector<std::shared_ptr<grpc::Channel>> channels;
  std::vector<std::unique_ptr<Echo::Stub>> stubs;
  for (size_t i = 0; i <= kMaxInFlight; ++i) {
    if (i % kMaxStreamsPerConnection == 0) {
      grpc::ChannelArguments apart;
      apart.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
      channels.push_back(grpc::CreateCustomChannel("127.0.0.1:" + std::to_string(server_->port()),
                                                   grpc::InsecureChannelCredentials(), apart));
      stubs.push_back(Echo::NewStub(channels.back()));
    }
    auto call = std::make_unique<Pending>();
    call->context.AddMetadata("authorization", "Bearer sender-token");
    stubs.back()->async()->SayLater(&call->context, &call->request, &call->response,
                                    [&refused, &done = call->done](grpc::Status status) {
                                      if (!status.ok()) refused.Notify();
                                      done.set_value(std::move(status));
                                    });
    calls.push_back(std::move(call));
  }
  std::vector<Reply<EchoResponse>> owed;
  for (size_t i = 0; i < kMaxInFlight; ++i) owed.push_back(TakeOwed());
  refused.WaitForNotification();
  for (Reply<EchoResponse>& reply : owed) std::move(reply)(Said("x"));
  int served = 0;
  int shed = 0;
  for (const auto& call : calls) {
    const absl::Status status = FromGrpc(call->done.get_future().get());
    if (status.ok()) ++served;
    if (status.code() == absl::StatusCode::kResourceExhausted) {
      ++shed;
      EXPECT_GT(status::RetryAfter(status), absl::ZeroDuration());
    }
  }
  EXPECT_EQ(served, static_cast<int>(kMaxInFlight));
  EXPECT_EQ(shed, 1);
}

TEST_F(ServerTest, DrainAnswersWhatIsInFlightAndEndsStreams) {
  Serve();
  auto watching = As("reader-token");
  auto watch = stub_->Follow(watching.get(), EchoRequest());
  feed_.Publish();
  EchoResponse seen;
  ASSERT_TRUE(watch->Read(&seen));
  auto chatting = As("reader-token");
  auto chat = stub_->Chat(chatting.get());
  ASSERT_TRUE(chat->Write(Text("a")));
  ASSERT_TRUE(chat->Read(&seen));

  EchoResponse response;
  grpc::Status status;
  std::thread caller([&] {
    auto context = As("reader-token");
    status = stub_->Say(context.get(), Text("wait"), &response);
  });
  entered_.WaitForNotification();
  std::thread drain([&] { server_->Drain(); });
  // The streams end although a call is still being served.
  EXPECT_FALSE(watch->Read(&seen));
  const absl::Status ended = FromGrpc(watch->Finish());
  EXPECT_THAT(ended, StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_GT(status::RetryAfter(ended), absl::ZeroDuration());
  EXPECT_FALSE(chat->Read(&seen));
  EXPECT_EQ(chat->Finish().error_code(), grpc::StatusCode::UNAVAILABLE);
  release_.Notify();
  caller.join();
  drain.join();
  EXPECT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(response.text(), "reader: wait");
}

TEST_F(ServerTest, HealthFollowsServing) {
  Serve();
  auto health = grpc::health::v1::Health::NewStub(channel_);
  const auto check = [&](const std::string& service) {
    grpc::ClientContext context;
    grpc::health::v1::HealthCheckRequest request;
    request.set_service(service);
    grpc::health::v1::HealthCheckResponse response;
    EXPECT_TRUE(health->Check(&context, request, &response).ok());
    return response.status();
  };
  EXPECT_EQ(check(""), grpc::health::v1::HealthCheckResponse::SERVING);
  EXPECT_EQ(check(kService), grpc::health::v1::HealthCheckResponse::SERVING);
  // Case S4: what can only be read is served, but not everything is.
  server_->SetServing(true, false);
  EXPECT_EQ(check(""), grpc::health::v1::HealthCheckResponse::NOT_SERVING);
  EXPECT_EQ(check(kService), grpc::health::v1::HealthCheckResponse::SERVING);
  server_->SetServing(false, false);
  EXPECT_EQ(check(""), grpc::health::v1::HealthCheckResponse::NOT_SERVING);
  EXPECT_EQ(check(kService), grpc::health::v1::HealthCheckResponse::NOT_SERVING);
}

TEST_F(ServerTest, EveryCallIsObservedOnceWithItsOutcome) {
  struct Seen : CallObserver {
    explicit Seen(std::atomic<int>* into) : totals(into) {}
    void OnStart() override { ++totals[0]; }
    void OnEnd(const CallRecord& record) override {
      ++totals[record.status.ok() ? 1 : 2];
      EXPECT_EQ(record.service, kService);
    }
    std::atomic<int>* totals;
  };
  std::atomic<int> counts[3] = {};
  ServerOptions options;
  options.observe = [&](std::string_view, const Method&) { return std::make_unique<Seen>(counts); };
  Serve(options);
  EchoResponse response;
  for (const char* text : {"a", "refuse", "b"}) {
    auto context = As("reader-token");
    (void)stub_->Say(context.get(), Text(text), &response);
  }
  server_->Drain();
  EXPECT_EQ(counts[0], 3);
  EXPECT_EQ(counts[1], 2);
  EXPECT_EQ(counts[2], 1);
}

TEST_F(ServerTest, CredentialsForLoopbackAreNotServedBeyondIt) {
  ServerOptions options;
  options.listen = "0.0.0.0:0";
  options.authenticator = authenticator_.get();
  std::vector<ServiceTable> tables;
  tables.push_back(Table());
  EXPECT_THAT(Server::Start(options, std::move(tables)),
              StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST_F(ServerTest, APortThatIsTakenIsSaidSo) {
  Serve();
  ServerOptions options;
  options.listen = "127.0.0.1:" + std::to_string(server_->port());
  options.authenticator = authenticator_.get();
  std::vector<ServiceTable> tables;
  tables.push_back(Table());
  EXPECT_THAT(Server::Start(options, std::move(tables)), Refuses("ADDRESS_UNAVAILABLE"));
}

TEST_F(ServerTest, TablesAreComparedWithTheProto) {
  EXPECT_THAT(TableFaults(Table()), IsEmpty());
  ServiceTable incomplete = Table();
  incomplete.methods.pop_back();
  EXPECT_THAT(TableFaults(incomplete), ElementsAre("Chat is missing from the table"));
  ServiceTable nobody = Table();
  nobody.methods[0].roles = auth::Roles();
  EXPECT_THAT(TableFaults(nobody), ElementsAre("Say is nobody's to call"));
  ServiceTable shape = Table();
  shape.methods[0].shape = Method::Shape::kBidi;
  EXPECT_THAT(TableFaults(shape), ElementsAre("Say has another shape in the proto"));
}

}  // namespace
}  // namespace athena::rpc
