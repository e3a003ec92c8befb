// StreamObservations.

#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "libs/status/testing/matchers.h"
#include "services/indicator/testing/service.h"

namespace athena::indicator {
namespace {

using ::athena::indicator::testing::Base;
using ::athena::indicator::testing::Lines;
using ::athena::indicator::testing::ListOf;
using ::athena::indicator::testing::PushOf;
using ::athena::indicator::testing::Row;
using ::athena::indicator::testing::Service;
using ::testing::ElementsAre;
using ::testing::SizeIs;

using StreamResponse = v1::StreamObservationsResponse;

class StreamTest : public ::testing::Test {
 protected:
  // One stream, opened as the caller of a token.
  struct Open {
    Open(Service& service, const std::string& token) {
      context.AddMetadata("authorization", "Bearer " + token);
      stream = service.stub().StreamObservations(&context);
    }
    StreamResponse Exchange(const v1::PushObservationsRequest& request) const {
      StreamResponse answer;
      EXPECT_TRUE(stream->Write(request));
      EXPECT_TRUE(stream->Read(&answer));
      return answer;
    }
    grpc::Status Close() const {
      stream->WritesDone();
      StreamResponse answer;
      EXPECT_FALSE(stream->Read(&answer)) << answer.DebugString();
      return stream->Finish();
    }

    grpc::ClientContext context;
    std::unique_ptr<grpc::ClientReaderWriterInterface<v1::PushObservationsRequest, StreamResponse>>
        stream;
  };

  StreamTest() { service_.Define({Base("days", v1::Indicator::FREQUENCY_DAILY)}); }

  std::vector<std::string> Cells() { return Lines(service_.ListAll(ListOf("days"))); }

  Service service_;
};

TEST_F(StreamTest, EveryRequestIsAPushAndIsAnsweredInOrder) {
  const Open open(service_, "sender");
  for (int i = 1; i <= 5; ++i) {
    const StreamResponse answer =
        open.Exchange(PushOf(absl::StrCat("p", i), {Row("days", absl::StrCat("2021-07-0", i), i)}));
    EXPECT_EQ(answer.push_id(), absl::StrCat("p", i));
    EXPECT_EQ(answer.response().revision(), i + 1);
    EXPECT_EQ(answer.response().counts().inserted(), 1);
  }
  EXPECT_TRUE(open.Close().ok());
  EXPECT_THAT(Cells(), SizeIs(5));
}

// Requests that are not answered yet wait in the transport, whose flow control slows the sender
// down.
TEST_F(StreamTest, AnEagerSenderIsAnsweredInOrder) {
  const Open open(service_, "sender");
  constexpr int kPushes = 100;
  std::thread sender([&] {
    for (int i = 0; i < kPushes; ++i) {
      EXPECT_TRUE(open.stream->Write(PushOf(absl::StrCat("p", i), {Row("days", "2021-07-01", i)})));
    }
    open.stream->WritesDone();
  });
  StreamResponse answer;
  for (int i = 0; i < kPushes; ++i) {
    EXPECT_TRUE(open.stream->Read(&answer));
    EXPECT_EQ(answer.push_id(), absl::StrCat("p", i));
    EXPECT_EQ(answer.response().revision(), i + 2);
  }
  sender.join();
  EXPECT_FALSE(open.stream->Read(&answer));
  EXPECT_TRUE(open.stream->Finish().ok());
  EXPECT_THAT(Cells(), ElementsAre("2021-07-01 99"));
}

TEST_F(StreamTest, ARefusedPushDoesNotEndTheStream) {
  const Open open(service_, "sender");
  const StreamResponse refused = open.Exchange(PushOf("p1", {Row("nothing", "2021-07-01", 1)}));
  EXPECT_EQ(refused.push_id(), "p1");
  ASSERT_TRUE(refused.has_refusal());
  EXPECT_EQ(refused.refusal().code(), grpc::StatusCode::INVALID_ARGUMENT);
  // The refusal has the wire format of a google.rpc.Status.
  google::rpc::Status status;
  ASSERT_TRUE(status.ParseFromString(refused.refusal().SerializeAsString()));
  EXPECT_EQ(status.message(), refused.refusal().message());
  google::rpc::ErrorInfo info;
  ASSERT_TRUE(status.details(0).UnpackTo(&info));
  EXPECT_EQ(info.reason(), "INVALID_FIELDS");
  EXPECT_EQ(info.domain(), "athena");

  v1::PushObservationsRequest other = PushOf("p2", {Row("days", "2021-07-01", 1)});
  other.set_parent("institutions/tal");
  EXPECT_EQ(open.Exchange(other).refusal().code(), grpc::StatusCode::PERMISSION_DENIED);
  EXPECT_EQ(open.Exchange(PushOf("p1", {Row("days", "2021-07-01", 7)})).response().revision(), 2);
  EXPECT_TRUE(open.Close().ok());
  EXPECT_THAT(Cells(), ElementsAre("2021-07-01 7"));
}

TEST_F(StreamTest, ABrokenStreamGoesOnByPushId) {
  const auto push = [](int i) {
    return PushOf(absl::StrCat("p", i), {Row("days", absl::StrCat("2021-07-0", i), i)});
  };
  {
    Open open(service_, "sender");
    open.Exchange(push(1));
    // The sender does not wait for the second response.
    open.stream->Write(push(2));
    open.context.TryCancel();
    open.stream->Finish();
  }
  service_.Restart();
  const Open open(service_, "sender");
  EXPECT_TRUE(open.Exchange(push(1)).response().replayed());
  for (int i = 2; i <= 3; ++i) open.Exchange(push(i));
  EXPECT_TRUE(open.Close().ok());
  EXPECT_THAT(Cells(), ElementsAre("2021-07-01 1", "2021-07-02 2", "2021-07-03 3"));
}

TEST_F(StreamTest, OnlySendersStream) {
  const Open open(service_, "viewer");
  open.stream->WritesDone();
  EXPECT_EQ(open.stream->Finish().error_code(), grpc::StatusCode::PERMISSION_DENIED);
}

}  // namespace
}  // namespace athena::indicator
