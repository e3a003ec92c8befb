// Pushes on a failing disk.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/audit/verify.h"
#include "libs/period/period.h"
#include "libs/sql/testing/faulty_vfs.h"
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
using sql::DiskFault;
using sql::FaultyVfs;

constexpr int kRows = 400;

v1::PushObservationsRequest TheDays() {
  v1::PushObservationsRequest request = PushOf("the days", {});
  const Period first = *Period::Parse("2020-06-01");
  for (int i = 0; i < kRows; ++i) {
    *request.add_observations() = Row("days", first.Plus(i).ToString(), i);
  }
  return request;
}

// The history of all cells of the push: each value once.
std::vector<std::string> AllOfIt() {
  std::vector<std::string> lines;
  const Period first = *Period::Parse("2020-06-01");
  for (int i = 0; i < kRows; ++i) lines.push_back(absl::StrCat(first.Plus(i).ToString(), " ", i));
  return lines;
}

std::vector<std::string> History(Service& service) {
  v1::ListObservationsRequest request = ListOf("days");
  request.set_include_history(true);
  return Lines(service.ListAll(request));
}

absl::Status Journal(Service& service) {
  return service.database().Read([](sql::ReadTx& tx) { return audit::Verify(tx, "gob"); });
}

// An acknowledged push is stored once and completely, any other completely or not at all. When it
// is sent again it is stored once.
void ExpectSound(Service& service, const v1::PushObservationsRequest& push, bool acknowledged) {
  const std::vector<std::string> found = History(service);
  EXPECT_TRUE(found == AllOfIt() || (!acknowledged && found.empty())) << found.size() << " cells";
  ATHENA_EXPECT_OK(Journal(service));
  const auto again = service.Push(push);
  ATHENA_ASSERT_OK(again);
  EXPECT_EQ(again->replayed(), !found.empty());
  EXPECT_EQ(again->counts().inserted(), kRows);
  EXPECT_EQ(History(service), AllOfIt());
  ATHENA_EXPECT_OK(Journal(service));
}

class PushFaultsTest : public ::testing::TestWithParam<DiskFault> {};

TEST_P(PushFaultsTest, WhateverOperationFailsNothingIsAcknowledgedThatIsNotThere) {
  const v1::PushObservationsRequest push = TheDays();
  int64_t nth = 1;
  int acknowledged = 0;
  for (;; ++nth) {
    SCOPED_TRACE(absl::StrCat("operation ", nth));
    FaultyVfs disk;
    Service service(absl::UTCTimeZone(), disk.name());
    service.Define({Base("days", v1::Indicator::FREQUENCY_DAILY)});
    disk.FailOnce(GetParam(), nth);
    const bool ok = service.Push(push).ok();
    if (ok) ++acknowledged;
    service.Restart([&] { disk.Heal(); });
    ExpectSound(service, push, ok);
    if (HasFatalFailure() || HasFailure()) return;
    // Neither the push nor closing the database does so many operations.
    if (disk.faults() == 0) break;
  }
  EXPECT_GT(nth, 1) << "no operation was met";
  EXPECT_GT(acknowledged, 0);
}

INSTANTIATE_TEST_SUITE_P(Faults, PushFaultsTest,
                         ::testing::Values(DiskFault::kIoError, DiskFault::kFull,
                                           DiskFault::kSyncError, DiskFault::kReadError));

TEST(PushPowerTest, WhereverThePowerGoesWhatWasAcknowledgedIsThere) {
  const v1::PushObservationsRequest push = TheDays();
  int64_t nth = 1;
  for (bool lost = true; lost; ++nth) {
    SCOPED_TRACE(absl::StrCat("operation ", nth));
    FaultyVfs disk;
    Service service(absl::UTCTimeZone(), disk.name());
    service.Define({Base("days", v1::Indicator::FREQUENCY_DAILY)});
    disk.LosePowerAt(nth);
    const bool ok = service.Push(push).ok();
    service.Restart([&] {
      lost = disk.power_lost();
      disk.RestorePower(static_cast<uint32_t>(nth));
    });
    ExpectSound(service, push, ok);
    if (::testing::Test::HasFailure()) return;
  }
  EXPECT_GT(nth, 2) << "no operation was met";
}

}  // namespace
}  // namespace athena::indicator
