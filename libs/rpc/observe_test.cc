#include "libs/rpc/observe.h"

#include <gmock/gmock.h>
#include <grpc/support/log.h>
#include <gtest/gtest.h>
#include <prometheus/registry.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "libs/log/log.h"
#include "libs/status/status.h"

namespace athena::rpc {
namespace {

class ObserveTest : public ::testing::Test {
 protected:
  ObserveTest() { log::SetLevel(log::Level::kDebug); }
  ~ObserveTest() override { log::SetLevel(log::Level::kInfo); }

  // The level at which such an end of a call is logged.
  std::string LevelOf(const Method& method, const absl::Status& status,
                      absl::Duration took = absl::Milliseconds(1)) {
    CallRecord record;
    record.method = method.name;
    record.subject = "clerk";
    record.resource = "institutions/gob/closings/2021-Q1";
    record.status = status;
    record.took = took;
    lines_.clear();
    CountAndLog(metrics_)("athena.Service", method)->OnEnd(record);
    EXPECT_EQ(lines_.size(), 1U);
    const auto line = nlohmann::json::parse(lines_.at(0));
    EXPECT_EQ(line["subject"], "clerk");
    EXPECT_EQ(line["resource"], "institutions/gob/closings/2021-Q1");
    return line["level"];
  }
  static Method Named(const std::string& name) {
    Method method;
    method.name = name;
    return method;
  }

  prometheus::Registry registry_;
  metrics::GrpcServer metrics_{registry_};
  std::vector<std::string> lines_;
  log::Capture capture_{[this](const std::string& line) { lines_.push_back(line); }};
};

TEST_F(ObserveTest, S5_WhatChangesSomethingIsLoggedAndReadsAreNot) {
  EXPECT_EQ(LevelOf(Named("ClosePeriod"), absl::OkStatus()), "info");
  EXPECT_EQ(LevelOf(Named("UpdatePlan"), absl::OkStatus()), "info");
  EXPECT_EQ(LevelOf(Named("GetPlan"), absl::OkStatus()), "debug");
  EXPECT_EQ(LevelOf(Named("ListPlans"), absl::OkStatus()), "debug");
  EXPECT_EQ(LevelOf(Named("PushObservations").Heavy(), absl::OkStatus()), "debug");
}

TEST_F(ObserveTest, S5_ErrorsOfNormalUseAreNotLogged) {
  for (const absl::Status& status :
       {status::NotFound("institutions/gob"), status::AlreadyExists("institutions/gob"),
        status::InvalidField("name", "x", "a name"), status::EtagMismatch("a", "b", "c"),
        status::Cancelled()}) {
    EXPECT_EQ(LevelOf(Named("UpdatePlan"), status), "debug") << status;
  }
}

TEST_F(ObserveTest, WhatAnOperatorMayHaveToActOnIsLogged) {
  EXPECT_EQ(LevelOf(Named("GetPlan"), status::PermissionDenied("x", "read plans")), "info");
  EXPECT_EQ(LevelOf(Named("GetPlan"), status::Unauthenticated("no token")), "info");
  EXPECT_EQ(LevelOf(Named("GetPlan"), status::Internal("a bug")), "error");
  EXPECT_EQ(LevelOf(Named("GetPlan"), absl::OkStatus(), absl::Seconds(2)), "warning");
}

TEST_F(ObserveTest, RefusalsForLackOfRoomAreSummedUp) {
  log::SetLevel(log::Level::kInfo);
  const auto observer = CountAndLog(metrics_)("athena.Service", Named("GetPlan"));
  CallRecord record;
  record.method = "GetPlan";
  record.subject = "clerk";
  record.status = status::Overloaded("the queue", absl::Seconds(1));
  observer->OnEnd(record);
  ASSERT_EQ(lines_.size(), 1U);
  const auto line = nlohmann::json::parse(lines_[0]);
  EXPECT_EQ(line["event"], "overloaded");
  EXPECT_EQ(line["level"], "info");
  EXPECT_EQ(line["calls"], 1);
  EXPECT_EQ(line["what"], "the queue");
  EXPECT_EQ(line["subject"], "clerk");
}

TEST(SummaryTest, ALineASecondTellsHowManyThereWereSinceTheLast) {
  Summary summary;
  const absl::Time begin = absl::FromUnixSeconds(1'700'000'000);
  EXPECT_EQ(summary.Add(begin), 1);
  for (int i = 1; i < 1000; ++i) EXPECT_EQ(summary.Add(begin + absl::Milliseconds(i)), 0);
  EXPECT_EQ(summary.Add(begin + absl::Seconds(1)), 1000);
  EXPECT_EQ(summary.Add(begin + absl::Seconds(1)), 0);
  EXPECT_EQ(summary.Add(begin + absl::Hours(1)), 2);
}

TEST_F(ObserveTest, A19_MessagesOfGrpcAreLinesOfTheLog) {
  gpr_log_verbosity_init();  // as grpc_init does
  LogGrpcMessages();
  gpr_log(GPR_ERROR, "cannot bind to port %d", 7701);
  ASSERT_EQ(lines_.size(), 1U);
  const auto line = nlohmann::json::parse(lines_[0]);
  EXPECT_EQ(line["event"], "grpc");
  EXPECT_EQ(line["level"], "info");
  EXPECT_EQ(line["message"], "cannot bind to port 7701");
}

}  // namespace
}  // namespace athena::rpc
