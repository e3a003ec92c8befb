#include "services/indicator/observations/observation_feed.h"

#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/fields/fields.h"
#include "libs/status/testing/matchers.h"
#include "services/indicator/testing/service.h"

namespace athena::indicator {
namespace {

using ::athena::indicator::testing::Base;
using ::athena::indicator::testing::Faults;
using ::athena::indicator::testing::PushOf;
using ::athena::indicator::testing::ReplaceOf;
using ::athena::indicator::testing::Row;
using ::athena::indicator::testing::Service;
using ::testing::ElementsAre;

class ObservationFeedTest : public ::testing::Test {
 protected:
  // One stream, opened as the caller of a token.
  struct Open {
    Open(Service& service, int64_t after, const std::string& token = "viewer") {
      context.AddMetadata("authorization", "Bearer " + token);
      v1::WatchObservationsRequest request;
      request.set_parent("institutions/gob");
      request.set_after_revision(after);
      stream = service.stub().WatchObservations(&context, request);
    }
    ~Open() {
      context.TryCancel();
      stream->Finish();
    }
    // The next revision, once there is one: "3 days 2021-Q3 2021-Q4; weeks 2021-Q1".
    std::string Next() const {
      v1::WatchObservationsResponse response;
      if (!stream->Read(&response)) return "end";
      std::string line = absl::StrCat(response.revision());
      for (const auto& change : response.changes()) {
        absl::StrAppend(&line, &change == &response.changes(0) ? " " : "; ", change.indicator());
        for (const std::string& quarter : change.quarters()) absl::StrAppend(&line, " ", quarter);
      }
      return line;
    }

    grpc::ClientContext context;
    std::unique_ptr<grpc::ClientReaderInterface<v1::WatchObservationsResponse>> stream;
  };

  ObservationFeedTest() {
    service_.Define({Base("days", v1::Indicator::FREQUENCY_DAILY),
                     Base("weeks", v1::Indicator::FREQUENCY_WEEKLY),
                     Base("years", v1::Indicator::FREQUENCY_ANNUAL)});
  }

  int64_t Pushed(const v1::PushObservationsRequest& request) {
    const auto response = service_.Push(request);
    ATHENA_EXPECT_OK(response);
    return response.ok() ? response->revision() : 0;
  }

  Service service_;
};

TEST_F(ObservationFeedTest, ARevisionTellsWhichIndicatorsChangedInWhichQuarters) {
  Pushed(PushOf(
      "p1", {Row("weeks", "2020-W53", 1), Row("days", "2021-10-01", 1),
             Row("days", "2021-09-30", 1), Row("days", "2021-07-01", 1), Row("years", "2020", 1)}));
  const Open open(service_, 0);
  EXPECT_EQ(open.Next(), "2 days 2021-Q3 2021-Q4; weeks 2020-Q4; years 2020-Q4");
  // Only quarters with changed cells are reported, including retracted ones.
  Pushed(PushOf("p2", {Row("weeks", "2020-W53", 1), Row("days", "2021-10-01", 2)}));
  EXPECT_EQ(open.Next(), "3 days 2021-Q4");
  Pushed(ReplaceOf("p3", "days", "2021", "", {Row("days", "2021-10-01", 2)}));
  EXPECT_EQ(open.Next(), "4 days 2021-Q3");
}

TEST_F(ObservationFeedTest, RevisionsThatChangeNoObservationAreLeftOut) {
  Pushed(PushOf("p1", {Row("days", "2021-07-01", 1)}));
  Pushed(PushOf("p2", {Row("days", "2021-07-01", 1)}));
  service_.Close("2021-Q2");
  Pushed(PushOf("p3", {Row("days", "2021-07-01", 3)}));
  const Open open(service_, 0);
  EXPECT_EQ(open.Next(), "2 days 2021-Q3");
  EXPECT_EQ(open.Next(), "5 days 2021-Q3");
}

TEST_F(ObservationFeedTest, TheTimeIsThatOfTheCommit) {
  Pushed(PushOf("p1", {Row("days", "2021-07-01", 1)}));
  const Open open(service_, 1);
  v1::WatchObservationsResponse response;
  ASSERT_TRUE(open.stream->Read(&response));
  EXPECT_EQ(response.time().seconds(), absl::ToUnixSeconds(service_.clock().Now()));
}

// A watcher that reads while others push, reconnects now and then, and whose service restarts.
TEST_F(ObservationFeedTest, NoRevisionIsLeftOutOrComesTwiceHoweverOftenTheStreamBreaks) {
  constexpr int kPushes = 120;
  int64_t seen = 0;
  int expected = 2;
  for (int part = 0; part < 4; ++part) {
    std::thread pusher([&, part] {
      for (int i = 0; i < kPushes / 4; ++i) {
        Pushed(
            PushOf(absl::StrCat("p", part, "-", i), {Row("days", "2021-07-01", part * 100 + i)}));
      }
    });
    for (int i = 0; i < 3; ++i) {
      const Open open(service_, seen);
      for (int k = 0; k < kPushes / 4 / 3; ++k) {
        EXPECT_EQ(open.Next(), absl::StrCat(expected, " days 2021-Q3"));
        seen = expected++;
      }
    }
    pusher.join();
    service_.Restart();
  }
  EXPECT_EQ(seen, kPushes + 1);
}

TEST_F(ObservationFeedTest, OnlyTheInstitutionItselfWatches) {
  grpc::ClientContext context;
  context.AddMetadata("authorization", "Bearer other");
  v1::WatchObservationsRequest request;
  request.set_parent("institutions/gob");
  const auto stream = service_.stub().WatchObservations(&context, request);
  v1::WatchObservationsResponse response;
  EXPECT_FALSE(stream->Read(&response));
  EXPECT_EQ(stream->Finish().error_code(), grpc::StatusCode::PERMISSION_DENIED);
}

TEST_F(ObservationFeedTest, AWatchResumesOnlyInTheLineageThatItWasToldOf) {
  Pushed(PushOf("p1", {Row("days", "2021-07-01", 1)}));
  const auto watch = [this](int64_t after, const std::string& lineage,
                            v1::WatchObservationsResponse* response) {
    grpc::ClientContext context;
    context.AddMetadata("authorization", "Bearer viewer");
    v1::WatchObservationsRequest request;
    request.set_parent("institutions/gob");
    request.set_after_revision(after);
    request.set_lineage(lineage);
    const auto stream = service_.stub().WatchObservations(&context, request);
    const bool read = stream->Read(response);
    if (read) context.TryCancel();
    const absl::Status status = rpc::FromGrpc(stream->Finish());
    return read ? absl::OkStatus() : status;
  };
  v1::WatchObservationsResponse first;
  ATHENA_ASSERT_OK(watch(0, "", &first));
  EXPECT_THAT(first.lineage(), ::testing::MatchesRegex("[0-9a-f]{16}"));
  v1::WatchObservationsResponse again;
  ATHENA_EXPECT_OK(watch(first.revision() - 1, first.lineage(), &again));
  EXPECT_EQ(again.revision(), first.revision());
  EXPECT_THAT(watch(first.revision() - 1, "0000000000000001", &again),
              status::testing::Refuses("LINEAGE_CHANGED"));
}

TEST_F(ObservationFeedTest, ARevisionToComeIsRefused) {
  for (const int64_t after : {int64_t{-1}, int64_t{2}}) {
    grpc::ClientContext context;
    context.AddMetadata("authorization", "Bearer viewer");
    v1::WatchObservationsRequest request;
    request.set_parent("institutions/gob");
    request.set_after_revision(after);
    const auto stream = service_.stub().WatchObservations(&context, request);
    v1::WatchObservationsResponse response;
    EXPECT_FALSE(stream->Read(&response));
    EXPECT_THAT(Faults(rpc::FromGrpc(stream->Finish())), ElementsAre("after_revision"));
  }
}

}  // namespace
}  // namespace athena::indicator
