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
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/notification.h"
#include "libs/rpc/grpc_status.h"
#include "libs/rpc/server.h"
#include "libs/rpc/testing/server_fixture.h"
#include "libs/status/testing/matchers.h"

namespace athena::rpc {
namespace {

using status::testing::Refuses;
using status::testing::StatusIs;
using testing::Echo;
using testing::EchoRequest;
using testing::EchoResponse;
using ::testing::HasSubstr;
using testing::Said;
using testing::ServerTest;

class ServerLimitsTest : public ServerTest {};

TEST_F(ServerLimitsTest, ARequestAboveTheLimitIsRefusedAndOneAtItIsNot) {
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

TEST_F(ServerLimitsTest, AnRpcThatDoesNotExistIsRefusedWithDetails) {
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

TEST_F(ServerLimitsTest, CallsBeyondTheQueueAreShedAndNothingIsLost) {
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

}  // namespace
}  // namespace athena::rpc
