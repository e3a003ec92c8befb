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

TEST(StorageTest, WhatMayPassIsToldWithATimeToRetryAfter) {
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

TEST(StorageTest, OurOwnRefusalsAndFaultsOfTheProgramStayAsTheyAre) {
  const absl::Status ours = NotFound("institutions/gob");
  EXPECT_EQ(FromStorage(ours), ours);
  EXPECT_EQ(FromStorage(absl::InternalError("bad SQL")), absl::InternalError("bad SQL"));
  EXPECT_EQ(FromStorage(absl::OkStatus()), absl::OkStatus());
}

}  // namespace
}  // namespace athena::status
