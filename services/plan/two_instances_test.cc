// Two instances of the service over one database, as two processes on one server would be: neither
// hears what the other commits but by reading it.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/audit/verify.h"
#include "libs/status/status.h"
#include "libs/status/testing/matchers.h"
#include "services/plan/testing/service.h"

namespace athena::plan {
namespace {

using ::testing::ElementsAre;
using testing::Rpc;

std::string UnitRequest(std::string_view id, std::string_view request_id) {
  return absl::StrCat(R"(parent: "institutions/gob" unit_id: ")", std::string(id),
                      R"(" request_id: ")", std::string(request_id),
                      R"(" unit { display_name { text { key: "nl" value: "a unit" } } })");
}

using TwoInstancesTest = testing::PlanTest;

TEST_F(TwoInstancesTest, WhatOneStoresTheOtherReadsAndChanges) {
  MakeUnit("u1");
  SwitchInstance();
  const auto read = Call(&Rpc::GetUnit, R"(name: "institutions/gob/units/u1")");
  ATHENA_ASSERT_OK(read);
  EXPECT_EQ(status::Reason(Call(&Rpc::CreateUnit, UnitRequest("u1", "r1")).status()),
            "RESOURCE_EXISTS");
}

TEST_F(TwoInstancesTest, S9_APermissionTakenThroughOneIsGoneInTheOther) {
  const std::string get = R"(name: "institutions/gob/plans/p1")";
  const auto share = [&](const std::string& reader) {
    const auto shared =
        Call(&Rpc::UpdatePlan,
             absl::StrCat(R"(plan { name: "institutions/gob/plans/p1" )",
                          reader.empty() ? "" : absl::StrCat(R"(shared_with: ")", reader, R"(")"),
                          R"( } update_mask { paths: "shared_with" })"));
    ATHENA_ASSERT_OK(shared);
  };
  share("institutions/tal");
  SwitchInstance();
  ATHENA_EXPECT_OK(Call(&Rpc::GetPlan, get, "tal-viewer"));
  share("");
  SwitchInstance();
  EXPECT_FALSE(Call(&Rpc::GetPlan, get, "tal-viewer").ok());
}

TEST_F(TwoInstancesTest, FeedsOfBothDeliverEveryRevisionOnceInOrder) {
  const std::string from_now = R"(parent: "institutions/gob" after_revision: 2)";
  const auto one = StartWatch(from_now);
  SwitchInstance();
  const auto other = StartWatch(from_now);
  v1::WatchPlansResponse change;
  for (int64_t revision = 3; revision < 10; ++revision) {
    SwitchInstance();
    MakeUnit(absl::StrCat("u", revision));
    for (const auto& watch : {one.get(), other.get()}) {
      ASSERT_TRUE(watch->Next(&change));
      EXPECT_EQ(change.revision(), revision);
    }
  }
}

TEST_F(TwoInstancesTest, ARequestIdHoldsInBoth) {
  const auto first = Call(&Rpc::CreateUnit, UnitRequest("u1", "r1"));
  SwitchInstance();
  const auto again = Call(&Rpc::CreateUnit, UnitRequest("u1", "r1"));
  ATHENA_ASSERT_OK(first);
  ATHENA_ASSERT_OK(again);
  EXPECT_EQ(again->SerializeAsString(), first->SerializeAsString());
  EXPECT_EQ(status::Reason(Call(&Rpc::CreateUnit, UnitRequest("u2", "r1")).status()),
            "REQUEST_ID_REUSED");
}

TEST_F(TwoInstancesTest, EightWritersLeaveNoGapAndNoRepeat) {
  constexpr int kWriters = 8;
  constexpr int kUnits = 10;
  std::vector<Rpc*> stubs = {&stub<Rpc>()};
  SwitchInstance();
  stubs.push_back(&stub<Rpc>());
  std::vector<std::vector<int64_t>> revisions(kWriters);
  std::vector<std::thread> writers;
  for (int w = 0; w < kWriters; ++w) {
    writers.emplace_back([&, w] {
      for (int i = 0; i < kUnits; ++i) {
        grpc::ClientContext context;
        context.AddMetadata("authorization", "Bearer gob-all");
        const auto request =
            testing::Parsed<v1::CreateUnitRequest>(UnitRequest(absl::StrCat("w", w, "-", i), ""));
        v1::Unit unit;
        const grpc::Status made =
            stubs[static_cast<size_t>(i % 2)]->CreateUnit(&context, request, &unit);
        EXPECT_TRUE(made.ok()) << made.error_message();
        revisions[static_cast<size_t>(w)].push_back(unit.revision());
      }
    });
  }
  for (std::thread& writer : writers) writer.join();
  std::vector<int64_t> made;
  for (const auto& own : revisions) made.insert(made.end(), own.begin(), own.end());
  std::sort(made.begin(), made.end());
  std::vector<int64_t> expected;
  for (int i = 0; i < kWriters * kUnits; ++i) expected.push_back(3 + i);
  EXPECT_EQ(made, expected);
  EXPECT_EQ(database_->Read([](sql::ReadTx& tx) { return audit::Verify(tx, "gob"); }),
            absl::OkStatus());
}

TEST_F(TwoInstancesTest, AClockSetBackOverARestartGivesOutNoTimeTwice) {
  const v1::Unit first = MakeUnit("u1");
  Restart([&] { clock_.Advance(-absl::Hours(1)); });
  const v1::Unit second = MakeUnit("u2");
  EXPECT_GT(std::pair(second.create_time().seconds(), second.create_time().nanos()),
            std::pair(first.create_time().seconds(), first.create_time().nanos()));
}

}  // namespace
}  // namespace athena::plan
