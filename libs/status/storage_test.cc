#include "libs/status/storage.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "libs/status/status.h"
#include "libs/status/status_proto.h"

namespace athena::status {
namespace {

bool HasRetryInfo(const absl::Status& status) {
  const google::rpc::Status wire = ToRpcStatus(status);
  for (const auto& detail : wire.details()) {
    if (detail.Is<google::rpc::RetryInfo>()) return true;
  }
  return false;
}

TEST(StorageTest, S7_WhatMayPassIsToldWithATimeToRetryAfter) {
  for (const absl::Status& status :
       {absl::UnavailableError("disk"), absl::UnknownError("fsync failed")}) {
    const absl::Status refused = FromStorage(status);
    EXPECT_EQ(refused.code(), absl::StatusCode::kUnavailable);
    EXPECT_TRUE(HasRetryInfo(refused));
  }
  const absl::Status full = FromStorage(absl::ResourceExhaustedError("queue"));
  EXPECT_EQ(full.code(), absl::StatusCode::kResourceExhausted);
  EXPECT_TRUE(HasRetryInfo(full));
}

TEST(StorageTest, S4_TheCauseReachesTheCaller) {
  const absl::Status full =
      FromStorage(StorageFault(StorageCause::kDiskFull, "SQLite: database or disk is full"));
  EXPECT_EQ(full.code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(Reason(full), "DISK_FULL");
  EXPECT_TRUE(HasRetryInfo(full));
  EXPECT_THAT(std::string(full.message()), ::testing::HasSubstr("disk of the database is full"));
  const absl::Status replaced = FromStorage(StorageFault(StorageCause::kReplaced, "a.db"));
  EXPECT_EQ(Reason(replaced), "DATABASE_REPLACED");
  const absl::Status failed = FromStorage(StorageFault(StorageCause::kIoError, "read"));
  EXPECT_EQ(Reason(failed), "UNAVAILABLE");
  EXPECT_THAT(std::string(failed.message()), ::testing::HasSubstr("I/O error"));
  // What the log says, with paths and SQL, is not for callers.
  const google::rpc::Status wire = ToRpcStatus(StorageFault(StorageCause::kDiskFull, "/data/a.db"));
  EXPECT_EQ(wire.ShortDebugString().find("/data"), std::string::npos);
  EXPECT_EQ(wire.ShortDebugString().find("storage-cause"), std::string::npos);
}

TEST(StorageTest, OurOwnRefusalsAndFaultsOfTheProgramStayAsTheyAre) {
  const absl::Status ours = NotFound("institutions/gob");
  EXPECT_EQ(FromStorage(ours), ours);
  EXPECT_EQ(FromStorage(absl::InternalError("bad SQL")), absl::InternalError("bad SQL"));
  EXPECT_EQ(FromStorage(absl::OkStatus()), absl::OkStatus());
}

}  // namespace
}  // namespace athena::status
