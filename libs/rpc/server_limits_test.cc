// What a server refuses before a handler sees it: size, compression, credentials, rate, load.

#include <gmock/gmock.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <fstream>
#include <future>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/blocking_counter.h"
#include "absl/synchronization/mutex.h"
#include "absl/synchronization/notification.h"
#include "libs/rpc/grpc_status.h"
#include "libs/rpc/server.h"
#include "libs/rpc/testing/server_fixture.h"
#include "libs/status/testing/matchers.h"

namespace athena::rpc {
namespace {

using status::testing::Refuses;
using status::testing::StatusIs;
using ::testing::Contains;
using testing::Echo;
using testing::EchoRequest;
using testing::EchoResponse;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::Said;
using testing::ServerTest;

class ServerLimitsTest : public ServerTest {};

TEST_F(ServerLimitsTest, A11_ARequestAboveTheLimitIsRefusedAndOneAtItIsNot) {
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

TEST_F(ServerLimitsTest, A1_ACompressedRequestIsTheSameRequest) {
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

TEST_F(ServerLimitsTest, A1_ACompressedRequestIsNotInflatedBeyondTheLimit) {
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
TEST_F(ServerLimitsTest, A1_GrpcItselfInflatesNothing) {
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

TEST_F(ServerLimitsTest, A1_AnotherCompressionIsNotTaken) {
  Serve();
  EchoResponse response;
  auto context = As("reader-token");
  context->set_compression_algorithm(GRPC_COMPRESS_DEFLATE);
  EXPECT_THAT(FromGrpc(stub_->Say(context.get(), Text(std::string(100'000, 'a')), &response)),
              StatusIs(absl::StatusCode::kUnimplemented));
}

TEST_F(ServerLimitsTest, A14_TwoCredentialsAreRefused) {
  Serve();
  EchoResponse response;
  for (const char* second : {"Bearer sender-token", "Bearer reader-token", "Bearer unknown", ""}) {
    auto context = As("reader-token");
    context->AddMetadata("authorization", second);
    EXPECT_THAT(FromGrpc(stub_->Say(context.get(), Text("x"), &response)),
                StatusIs(absl::StatusCode::kUnauthenticated, HasSubstr("2")));
  }
}

TEST_F(ServerLimitsTest, A11_AnRpcThatDoesNotExistIsRefusedWithDetails) {
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

TEST_F(ServerLimitsTest, BytesThatAreNoMessageAreAnInvalidArgument) {
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

TEST_F(ServerLimitsTest, AnInstitutionAboveItsRateIsToldWhenToComeBack) {
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

// Calls of several callers, more of them than one connection carries.
class ManyCalls {
 public:
  explicit ManyCalls(int port) : address_(absl::StrCat("127.0.0.1:", port)) {}

  // Calls SayLater. `refused` is told of errors.
  void SayLater(const std::string& token, absl::BlockingCounter* refused = nullptr) {
    if (calls_.size() % kMaxStreamsPerConnection == 0) {
      grpc::ChannelArguments apart;
      apart.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
      channels_.push_back(
          grpc::CreateCustomChannel(address_, grpc::InsecureChannelCredentials(), apart));
      stubs_.push_back(Echo::NewStub(channels_.back()));
    }
    calls_.push_back(std::make_unique<Pending>());
    Pending& call = *calls_.back();
    call.context.AddMetadata("authorization", "Bearer " + token);
    stubs_.back()->async()->SayLater(&call.context, &call.request, &call.response,
                                     [refused, &done = call.done](grpc::Status status) {
                                       if (!status.ok() && refused != nullptr) {
                                         refused->DecrementCount();
                                       }
                                       done.set_value(std::move(status));
                                     });
  }

  std::vector<absl::Status> Await() {
    std::vector<absl::Status> statuses;
    for (const auto& call : calls_) statuses.push_back(FromGrpc(call->done.get_future().get()));
    return statuses;
  }

 private:
  struct Pending {
    grpc::ClientContext context;
    EchoRequest request;
    EchoResponse response;
    std::promise<grpc::Status> done;
  };

  const std::string address_;
  std::vector<std::shared_ptr<grpc::Channel>> channels_;
  std::vector<std::unique_ptr<Echo::Stub>> stubs_;
  std::vector<std::unique_ptr<Pending>> calls_;
};

TEST_F(ServerLimitsTest, CallsBeyondTheLimitsAreShedAndNothingIsLost) {
  Serve();
  constexpr size_t kHalf = kMaxInFlight / 2;
  ManyCalls calls(server_->port());
  std::vector<Reply<EchoResponse>> owed;
  absl::BlockingCounter refused(3);
  // A caller has half of the calls at most; two fill the server, and a third finds it full.
  for (const char* token : {"sender-token", "second-token"}) {
    for (size_t i = 0; i <= kHalf; ++i) calls.SayLater(token, &refused);
    for (size_t i = 0; i < kHalf; ++i) owed.push_back(TakeOwed());
  }
  calls.SayLater("third-token", &refused);
  refused.Wait();
  for (Reply<EchoResponse>& reply : owed) std::move(reply)(Said("x"));
  int served = 0;
  int shed = 0;
  for (const absl::Status& status : calls.Await()) {
    if (status.ok()) ++served;
    if (status.code() == absl::StatusCode::kResourceExhausted) {
      ++shed;
      EXPECT_GT(status::RetryAfter(status), absl::ZeroDuration());
    }
  }
  EXPECT_EQ(served, static_cast<int>(kMaxInFlight));
  EXPECT_EQ(shed, 3);
  // All of them have left.
  ManyCalls later(server_->port());
  later.SayLater("sender-token");
  std::move(TakeOwed())(Said("x"));
  ATHENA_EXPECT_OK(later.Await().front());
}

// Streams that wait for their clients hold no thread, and no more than half of the room for one.
TEST_F(ServerLimitsTest, OneCallerHasHalfOfTheStreams) {
  Serve();
  struct Chat {
    std::unique_ptr<Echo::Stub> stub;
    std::unique_ptr<grpc::ClientContext> context;
    std::unique_ptr<grpc::ClientReaderWriter<EchoRequest, EchoResponse>> stream;
  };
  std::vector<Chat> chats;
  std::shared_ptr<grpc::Channel> channel;
  const auto chat = [&](const std::string& token) {
    if (chats.size() % kMaxStreamsPerConnection == 0) {
      grpc::ChannelArguments apart;
      apart.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
      channel = grpc::CreateCustomChannel(absl::StrCat("127.0.0.1:", server_->port()),
                                          grpc::InsecureChannelCredentials(), apart);
    }
    Chat& made = chats.emplace_back(Chat{Echo::NewStub(channel), As(token), nullptr});
    made.stream = made.stub->Chat(made.context.get());
    EchoResponse response;
    if (made.stream->Write(Text("a")) && made.stream->Read(&response)) return absl::OkStatus();
    return FromGrpc(made.stream->Finish());
  };
  for (size_t i = 0; i < kMaxWatches / 2; ++i) ATHENA_ASSERT_OK(chat("reader-token"));
  EXPECT_THAT(chat("reader-token"), Refuses("OVERLOADED"));
  ATHENA_EXPECT_OK(chat("sender-token"));
  // A stream that ends makes room.
  chats.front().stream->WritesDone();
  ATHENA_EXPECT_OK(FromGrpc(chats.front().stream->Finish()));
  ATHENA_EXPECT_OK(chat("reader-token"));
}

// A service whose methods wait, on a worker, until the test opens the gate.
class GateTest : public ServerTest {
 protected:
  void SetUp() override {
    ServerTest::SetUp();
    ServiceTable table = Table();
    for (Method& method : table.methods) {
      if (method.name == "Say") method = Unary("Say", {auth::Role::kViewer}, *this, &GateTest::Say);
      if (method.name == "Chat")
        method = Bidi("Chat", {auth::Role::kViewer}, *this, &GateTest::Say);
    }
    ServerOptions options;
    options.default_deadline = absl::Hours(1);
    options.observe = [this](std::string_view, const Method&) {
      return std::make_unique<Starts>(this);
    };
    Serve(options, std::move(table));
  }

  void TearDown() override {
    OpenGate();
    for (auto& call : begun_) (void)End(*call);
  }

  // Waits at the gate. "until cancelled" waits until its caller has gone away.
  absl::StatusOr<EchoResponse> Say(const Call& call, const EchoRequest& request) {
    absl::MutexLock lock(&gate_mutex_);
    served_.push_back(request.text().substr(0, 20));
    if (request.text() == "until cancelled") {
      while (!call.abandoned()) {
        gate_mutex_.AwaitWithTimeout(absl::Condition(&open_), absl::Milliseconds(1));
      }
      cancelled_ = true;
    }
    gate_mutex_.Await(absl::Condition(&open_));
    return Said("");
  }

  void AwaitServed(size_t count) {
    absl::MutexLock lock(&gate_mutex_);
    const auto enough = [&]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(gate_mutex_) {
      return served_.size() >= count;
    };
    gate_mutex_.Await(absl::Condition(&enough));
  }
  void AwaitStarted(int count) {
    absl::MutexLock lock(&gate_mutex_);
    const auto enough = [&]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(gate_mutex_) {
      return started_ >= count;
    };
    gate_mutex_.Await(absl::Condition(&enough));
  }
  void AwaitCancelled() {
    absl::MutexLock lock(&gate_mutex_);
    gate_mutex_.Await(absl::Condition(&cancelled_));
  }
  void OpenGate() {
    absl::MutexLock lock(&gate_mutex_);
    open_ = true;
  }
  std::vector<std::string> served() {
    absl::MutexLock lock(&gate_mutex_);
    return served_;
  }

  // Counts the calls that have arrived.
  struct Starts : CallObserver {
    explicit Starts(GateTest* its_test) : test(its_test) {}
    void OnStart() override {
      absl::MutexLock lock(&test->gate_mutex_);
      ++test->started_;
    }
    void OnEnd(const CallRecord&) override {}
    GateTest* test;
  };

  // A call of Say that is not waited for.
  struct Pending {
    std::unique_ptr<grpc::ClientContext> context;
    EchoRequest request;
    EchoResponse response;
    grpc::Status status;
    absl::Notification done;
  };
  Pending& Begin(const std::string& token, const std::string& text) {
    Pending& call = *begun_.emplace_back(std::make_unique<Pending>());
    call.context = As(token);
    call.request = Text(text);
    stub_->async()->Say(call.context.get(), &call.request, &call.response,
                        [&call](grpc::Status status) {
                          call.status = std::move(status);
                          call.done.Notify();
                        });
    return call;
  }
  static absl::Status End(Pending& call) {
    call.done.WaitForNotification();
    return FromGrpc(call.status);
  }

  // As many calls of a caller as it may have workers.
  static constexpr int kShare = kWorkers / 4;

  absl::Mutex gate_mutex_;
  bool open_ ABSL_GUARDED_BY(gate_mutex_) = false;
  bool cancelled_ ABSL_GUARDED_BY(gate_mutex_) = false;
  int started_ ABSL_GUARDED_BY(gate_mutex_) = 0;
  std::vector<std::string> served_ ABSL_GUARDED_BY(gate_mutex_);
  std::vector<std::unique_ptr<Pending>> begun_;
};

TEST_F(GateTest, ACallThatNobodyWaitsForAnyMoreIsNotServed) {
  for (int i = 1; i < kShare; ++i) Begin("reader-token", "first");
  Pending& watched = Begin("reader-token", "until cancelled");
  AwaitServed(kShare);
  // These wait in the queue. What the service hears of the first it has heard of the second.
  Pending& cancelled = Begin("reader-token", "cancelled");
  AwaitStarted(kShare + 1);
  cancelled.context->TryCancel();
  EXPECT_THAT(End(cancelled), StatusIs(absl::StatusCode::kCancelled));
  watched.context->TryCancel();
  AwaitCancelled();
  Pending& last = Begin("reader-token", "last");
  OpenGate();
  ATHENA_EXPECT_OK(End(last));
  EXPECT_THAT(served(), Contains("last"));
  EXPECT_THAT(served(), Not(Contains("cancelled")));
}

// Requests that wait to be parsed: those of one caller fill half of the buffer.
TEST_F(GateTest, RequestsThatAreNotParsedYetAreBounded) {
  constexpr int kFit = kMaxUndecodedBytes / 2 / kMaxRequestBytes;
  const std::string large(kMaxRequestBytes - 5, 'a');  // with its header, at the limit
  for (int i = 0; i < kShare; ++i) Begin("reader-token", "first");
  AwaitServed(kShare);
  for (int i = 0; i < kFit; ++i) Begin("reader-token", large);
  AwaitStarted(kShare + kFit);
  EXPECT_THAT(End(Begin("reader-token", large)), Refuses("OVERLOADED"));
  // A stream's request, too, which ends the stream.
  auto chatting = As("reader-token");
  auto chat = stub_->Chat(chatting.get());
  chat->Write(Text(large));
  EchoResponse response;
  EXPECT_FALSE(chat->Read(&response));
  EXPECT_THAT(FromGrpc(chat->Finish()), Refuses("OVERLOADED"));
  // Others have room.
  Pending& other = Begin("sender-token", large);
  AwaitServed(kShare + 1);
  OpenGate();
  ATHENA_EXPECT_OK(End(other));
}

// Streams whose requests wait to be parsed are bounded like calls.
TEST_F(GateTest, RequestsOfStreamsThatAreNotParsedYetAreBounded) {
  constexpr int kFit = kMaxUndecodedBytes / 2 / kMaxRequestBytes;
  const EchoRequest large = Text(std::string(kMaxRequestBytes - 5, 'a'));
  for (int i = 0; i < kShare; ++i) Begin("reader-token", "first");
  AwaitServed(kShare);
  std::vector<std::unique_ptr<grpc::ClientContext>> contexts;
  std::vector<std::unique_ptr<grpc::ClientReaderWriter<EchoRequest, EchoResponse>>> chats;
  for (int i = 0; i <= kFit; ++i) {
    contexts.push_back(As("reader-token"));
    chats.push_back(stub_->Chat(contexts.back().get()));
    ASSERT_TRUE(chats.back()->Write(large));
  }
  // One of them does not fit, whichever comes last.
  absl::Mutex mutex;
  std::vector<absl::Status> ended;
  std::vector<std::thread> readers;
  for (auto& chat : chats) {
    readers.emplace_back([&] {
      EchoResponse response;
      while (chat->Read(&response)) chat->WritesDone();
      absl::MutexLock lock(&mutex);
      ended.push_back(FromGrpc(chat->Finish()));
    });
  }
  {
    absl::MutexLock lock(&mutex);
    const auto any = [&]() { return !ended.empty(); };
    mutex.Await(absl::Condition(&any));
    EXPECT_THAT(ended.front(), Refuses("OVERLOADED"));
  }
  OpenGate();
  for (std::thread& reader : readers) reader.join();
  EXPECT_EQ(std::count_if(ended.begin(), ended.end(), [](const auto& s) { return s.ok(); }), kFit);
}

// Pages of a mebibyte, for a client that does not take them.
class LargePages : public PageSource<EchoResponse> {
 public:
  absl::StatusOr<bool> Next(EchoResponse* response) override {
    response->set_text(std::string(size_t{1} << 20, 'a'));
    return true;
  }
};

TEST_F(ServerLimitsTest, AnswersThatAreNotTakenAreBounded) {
  ServiceTable table = Table();
  for (Method& method : table.methods) {
    if (method.name != "Count") continue;
    method =
        Pages("Count", {auth::Role::kViewer},
              [](const Call&,
                 const EchoRequest&) -> absl::StatusOr<std::unique_ptr<PageSource<EchoResponse>>> {
                return std::make_unique<LargePages>();
              });
  }
  Serve({}, std::move(table));
  std::vector<std::unique_ptr<grpc::ClientContext>> contexts;
  std::vector<std::unique_ptr<grpc::ClientReader<EchoResponse>>> readers;
  // Each stream's first part is taken; what follows is more than the client has room for. Streams
  // are opened until so much waits that the caller is told.
  EchoResponse response;
  absl::Status refused;
  while (refused.ok() && readers.size() < 20 * (kMaxUnsentBytes >> 20)) {
    contexts.push_back(As("reader-token"));
    readers.push_back(stub_->Count(contexts.back().get(), EchoRequest()));
    readers.back()->Read(&response);
    auto context = As("reader-token");
    refused = FromGrpc(stub_->Say(context.get(), Text("x"), &response));
  }
  EXPECT_THAT(refused, Refuses("OVERLOADED"));
  EXPECT_THAT(status::MetadataValue(refused, "what"), HasSubstr("not taken"));
  auto other = As("sender-token");
  ATHENA_EXPECT_OK(FromGrpc(stub_->Say(other.get(), Text("x"), &response)));
  // Whoever goes away makes room.
  for (auto& context : contexts) context->TryCancel();
  for (auto& reader : readers) reader->Finish();
  absl::Status served = refused;
  while (!served.ok()) {
    auto again = As("reader-token");
    served = FromGrpc(stub_->Say(again.get(), Text("x"), &response));
  }
}

}  // namespace
}  // namespace athena::rpc
