// Two instances of the service over one database, as two processes on one server would be: neither
// hears what the other commits but by reading it.

#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/audit/journal.h"
#include "libs/audit/verify.h"
#include "libs/status/status.h"
#include "libs/status/testing/matchers.h"
#include "services/indicator/testing/service.h"

namespace athena::indicator {
namespace {

using ::athena::indicator::testing::Base;
using ::athena::indicator::testing::Faults;
using ::athena::indicator::testing::ListOf;
using ::athena::indicator::testing::PushOf;
using ::athena::indicator::testing::Row;
using ::athena::indicator::testing::Service;
using ::athena::indicator::testing::TargetOf;
using ::testing::ElementsAre;
using ::testing::ElementsAreArray;

constexpr auto kDaily = v1::Indicator::FREQUENCY_DAILY;

class TwoInstancesTest : public ::testing::Test {
 protected:
  using Stub = v1::IndicatorService::StubInterface;

  TwoInstancesTest() { service_.Define({Base("days", kDaily)}); }

  // Each instance has read the definitions.
  void WarmUp() {
    for (int i = 0; i < 2; ++i) {
      service_.SwitchInstance();
      ASSERT_TRUE(
          service_.Push(PushOf(absl::StrCat("warm", i), {Row("days", "2021-07-01", i)})).ok());
    }
  }

  Service service_;
};

TEST_F(TwoInstancesTest, S9_ADefinitionChangedThroughOneIsInForceInTheNextPushThroughTheOther) {
  WarmUp();
  v1::Indicator bounded = Base("days", kDaily);
  bounded.set_max_value(10);
  service_.Define({bounded});
  service_.SwitchInstance();
  // A refusal: the value was good before.
  const auto refused = service_.Push(PushOf("p1", {Row("days", "2021-07-02", 11)}));
  EXPECT_THAT(Faults(refused.status()), ElementsAre("observations[0].value"));
  service_.Define({Base("days", kDaily)});
  service_.SwitchInstance();
  // Stored, and not refused by the bound that the first instance made.
  ATHENA_EXPECT_OK(service_.Push(PushOf("p1", {Row("days", "2021-07-02", 11)})));
  service_.SwitchInstance();
  service_.Define({bounded});
  service_.SwitchInstance();
  v1::PushObservationsRequest tried = PushOf("p2", {Row("days", "2021-07-03", 11)});
  tried.set_validate_only(true);
  const auto dry_run = service_.Push(tried);
  ATHENA_ASSERT_OK(dry_run);
  EXPECT_EQ(dry_run->counts().rejected(), 1);
  EXPECT_EQ(dry_run->counts().inserted(), 0);
}

TEST_F(TwoInstancesTest, S9_APermissionGivenAndTakenThroughOneHoldsInTheOther) {
  WarmUp();
  EXPECT_FALSE(service_.List(ListOf("days"), "other").ok());
  v1::Indicator shared = Base("days", kDaily);
  shared.add_shared_with("institutions/tal");
  service_.Define({shared});
  service_.SwitchInstance();
  ATHENA_EXPECT_OK(service_.List(ListOf("days"), "other"));
  service_.Define({Base("days", kDaily)});
  service_.SwitchInstance();
  EXPECT_FALSE(service_.List(ListOf("days"), "other").ok());
}

TEST_F(TwoInstancesTest, FeedsOfBothDeliverEveryRevisionOnceInOrder) {
  struct Watch {
    explicit Watch(Stub& stub) {
      context.AddMetadata("authorization", "Bearer viewer");
      v1::WatchObservationsRequest request;
      request.set_parent("institutions/gob");
      stream = stub.WatchObservations(&context, request);
    }
    ~Watch() {
      context.TryCancel();
      stream->Finish();
    }
    std::vector<int64_t> Take(size_t count) {
      std::vector<int64_t> revisions;
      v1::WatchObservationsResponse change;
      while (revisions.size() < count && stream->Read(&change)) {
        revisions.push_back(change.revision());
      }
      return revisions;
    }
    grpc::ClientContext context;
    std::unique_ptr<grpc::ClientReaderInterface<v1::WatchObservationsResponse>> stream;
  };
  constexpr int kPushes = 10;
  Watch one(service_.stub());
  service_.SwitchInstance();
  Watch other(service_.stub());
  std::vector<int64_t> pushed;
  for (int i = 0; i < kPushes; ++i) {
    service_.SwitchInstance();
    const auto stored = service_.Push(PushOf(absl::StrCat("p", i), {Row("days", "2021-07-01", i)}));
    ATHENA_ASSERT_OK(stored);
    pushed.push_back(stored->revision());
    // Both are parked before the next one: what wakes the other instance's is its poller.
    EXPECT_THAT(one.Take(1), ElementsAre(stored->revision()));
    EXPECT_THAT(other.Take(1), ElementsAre(stored->revision()));
  }
  Watch late(service_.stub());
  EXPECT_THAT(late.Take(kPushes), ElementsAreArray(pushed));
}

TEST_F(TwoInstancesTest, PushIdsAndRequestIdsHoldInBoth) {
  const v1::PushObservationsRequest push = PushOf("p1", {Row("days", "2021-07-01", 1)});
  const auto first = service_.Push(push);
  service_.SwitchInstance();
  const auto again = service_.Push(push);
  ATHENA_ASSERT_OK(first);
  ATHENA_ASSERT_OK(again);
  EXPECT_TRUE(again->replayed());
  EXPECT_EQ(again->revision(), first->revision());
  EXPECT_EQ(status::Reason(service_.Push(PushOf("p1", {Row("days", "2021-07-01", 2)})).status()),
            "PUSH_ID_REUSED");

  v1::SetTargetRequest request;
  *request.mutable_target() = TargetOf("days", {{"2021-Q4", 5}});
  request.set_reason("a test");
  request.set_request_id("r1");
  std::vector<std::string> answers;
  for (int i = 0; i < 2; ++i) {
    service_.SwitchInstance();
    const auto set =
        service_.Call<v1::Target>("planner", [&](auto& stub, auto* context, auto* response) {
          return stub.SetTarget(context, request, response);
        });
    ATHENA_ASSERT_OK(set);
    answers.push_back(set->SerializeAsString());
  }
  EXPECT_EQ(answers[0], answers[1]);
}

TEST_F(TwoInstancesTest, EightWritersLeaveNoGapAndNoRepeat) {
  constexpr int kWriters = 8;
  constexpr int kPushes = 12;
  std::vector<std::string> codes;
  for (int i = 0; i < kWriters * kPushes; ++i) codes.push_back(absl::StrCat("c", i));
  service_.Define({Base("wide", kDaily, {{"unit", codes}})});
  const auto head = [&] {
    int64_t revision = 0;
    EXPECT_TRUE(service_.database()
                    .Read([&](sql::ReadTx& tx) {
                      const auto found = audit::ReadHead(tx, "gob");
                      revision = found.ok() ? found->revision : 0;
                      return found.status();
                    })
                    .ok());
    return revision;
  };
  const int64_t before = head();
  std::vector<Stub*> stubs = {&service_.stub()};
  service_.SwitchInstance();
  stubs.push_back(&service_.stub());
  std::vector<std::vector<int64_t>> revisions(kWriters);
  std::vector<std::thread> writers;
  for (int w = 0; w < kWriters; ++w) {
    writers.emplace_back([&, w] {
      for (int i = 0; i < kPushes; ++i) {
        grpc::ClientContext context;
        context.AddMetadata("authorization", "Bearer sender");
        // Every push brings a new series, and one that all bring.
        const auto request = PushOf(
            absl::StrCat(w, "-", i),
            {Row("wide", "2021-07-01", i, {{"unit", codes[static_cast<size_t>(w * kPushes + i)]}}),
             Row("wide", "2021-07-02", w * kPushes + i, {{"unit", "c0"}})});
        v1::PushObservationsResponse response;
        const grpc::Status pushed =
            stubs[static_cast<size_t>(i % 2)]->PushObservations(&context, request, &response);
        EXPECT_TRUE(pushed.ok()) << pushed.error_message();
        revisions[static_cast<size_t>(w)].push_back(response.revision());
      }
    });
  }
  for (std::thread& writer : writers) writer.join();

  std::vector<int64_t> made;
  for (const auto& own : revisions) made.insert(made.end(), own.begin(), own.end());
  std::sort(made.begin(), made.end());
  std::vector<int64_t> expected;
  for (int i = 1; i <= kWriters * kPushes; ++i) expected.push_back(before + i);
  EXPECT_EQ(made, expected);
  EXPECT_EQ(head(), before + kWriters * kPushes);

  constexpr static sql::Statement kNumbers{"SELECT series FROM series ORDER BY series"};
  std::vector<int64_t> numbers;
  EXPECT_TRUE(service_.database()
                  .Read([&](sql::ReadTx& tx) {
                    const absl::Status read = tx.Query(kNumbers, {}, [&](const sql::Row& row) {
                      numbers.push_back(row.Int(0));
                      return absl::OkStatus();
                    });
                    return read.ok() ? audit::Verify(tx, "gob") : read;
                  })
                  .ok());
  ASSERT_EQ(numbers.size(), codes.size());
  EXPECT_EQ(numbers.front(), 1);
  EXPECT_EQ(numbers.back(), static_cast<int64_t>(codes.size()));
}

TEST_F(TwoInstancesTest, AClockSetBackOverARestartGivesOutNoTimeTwice) {
  const auto time_of = [&](const v1::PushObservationsResponse& response) {
    v1::GetPushRequest request;
    request.set_name(response.name());
    const auto push =
        service_.Call<v1::Push>("viewer", [&](auto& stub, auto* context, auto* answer) {
          return stub.GetPush(context, request, answer);
        });
    ATHENA_EXPECT_OK(push);
    return absl::FromUnixSeconds(push->time().seconds()) + absl::Nanoseconds(push->time().nanos());
  };
  const auto first = service_.Push(PushOf("p1", {Row("days", "2021-07-01", 1)}));
  ATHENA_ASSERT_OK(first);
  service_.clock().Advance(absl::Hours(1));
  v1::ListObservationsRequest past = ListOf("days");
  past.mutable_as_of()->mutable_time()->set_seconds(absl::ToUnixSeconds(service_.clock().Now()));
  EXPECT_EQ(service_.ListAll(past).size(), 1);

  service_.Restart([&] { service_.clock().Advance(-absl::Hours(3)); });
  const auto second = service_.Push(PushOf("p2", {Row("days", "2021-07-02", 2)}));
  ATHENA_ASSERT_OK(second);
  EXPECT_GT(time_of(*second), time_of(*first));
  // What was read as of a time is read again.
  service_.clock().Advance(absl::Hours(4));
  EXPECT_EQ(service_.ListAll(past).size(), 1);
  EXPECT_EQ(service_.ListAll(ListOf("days")).size(), 2);
}

}  // namespace
}  // namespace athena::indicator
