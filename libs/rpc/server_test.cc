#include "libs/rpc/server.h"

#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/blocking_counter.h"
#include "absl/synchronization/mutex.h"
#include "absl/synchronization/notification.h"
#include "grpc/health/v1/health.grpc.pb.h"
#include "libs/rpc/calls/server_call.h"
#include "libs/rpc/grpc_status.h"
#include "libs/rpc/method.h"
#include "libs/rpc/testing/server_fixture.h"
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
using testing::kService;
using ::testing::MatchesRegex;
using testing::Said;
using testing::ServerTest;

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

TEST(TimeOfTest, TheLongestTimeoutOfTheProtocolDoesNotOverflow) {
  gpr_timespec far = gpr_time_0(GPR_CLOCK_REALTIME);
  far.tv_sec = int64_t{99'999'999} * 3600;
  EXPECT_EQ(TimeOf(far), absl::UnixEpoch() + absl::Hours(99'999'999));
  EXPECT_EQ(TimeOf(gpr_inf_future(GPR_CLOCK_MONOTONIC)), absl::InfiniteFuture());
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

// Conversations go on while the server stops: each request is answered, or the stream says
// UNAVAILABLE. Requests too large to be served at once are answered by other threads than those
// that read them.
TEST_F(ServerTest, RequestsThatArriveWhileTheServerStopsAreAnsweredOrRefused) {
  constexpr int kRounds = 40;
  constexpr int kChats = 8;
  const EchoRequest request = Text(std::string(kMaxAtOnceBytes + 1, 'a'));
  for (int round = 0; round < kRounds; ++round) {
    Serve();
    absl::BlockingCounter answered(kChats);
    std::vector<std::thread> chats;
    for (int i = 0; i < kChats; ++i) {
      chats.emplace_back([&] {
        auto context = As("reader-token");
        auto chat = stub_->Chat(context.get());
        EchoResponse response;
        EXPECT_TRUE(chat->Write(request) && chat->Read(&response));
        answered.DecrementCount();
        while (chat->Write(request) && chat->Read(&response)) {
          EXPECT_EQ(response.text(), "re: " + request.text());
        }
        EXPECT_THAT(FromGrpc(chat->Finish()), StatusIs(absl::StatusCode::kUnavailable));
      });
    }
    answered.Wait();
    server_->Drain();
    for (std::thread& chat : chats) chat.join();
  }
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
