#include "services/athenactl/commands/as_of.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/athenactl/terminal/arguments.h"
#include "services/athenactl/views/value_text.h"

namespace athena::athenactl {
namespace {

TEST(AsOfTest, APointInHistoryIsATimeADayOrARevision) {
  EXPECT_EQ(ReadAsOf("17")->revision(), 17);
  EXPECT_EQ(TimeText(ReadAsOf("2022-12-31T17:00:00+01:00")->time()), "2022-12-31 16:00:00");
  EXPECT_EQ(ReadAsOf("")->point_case(), athena::common::v1::AsOf::POINT_NOT_SET);
  EXPECT_TRUE(IsMisuse(ReadAsOf("yesterday").status()));
  EXPECT_TRUE(IsMisuse(ReadAsOf("2022-13-01").status()));
}

TEST(AsOfTest, V15_TodayMeansNowWhereverTheDayHasBegun) {
  absl::Time now;
  ASSERT_TRUE(absl::ParseTime(absl::RFC3339_full, "2026-11-29T23:30:00Z", &now, nullptr));
  const auto is_now = [&](const char* typed) {
    return ReadAsOf(typed, now)->point_case() == athena::common::v1::AsOf::POINT_NOT_SET;
  };
  EXPECT_TRUE(is_now("2026-11-29"));
  EXPECT_TRUE(is_now("2026-11-30"));  // in Brussels it is half past midnight
  EXPECT_FALSE(is_now("2026-12-01"));
  EXPECT_EQ(TimeText(ReadAsOf("2026-11-28", now)->time()), "2026-11-28 23:59:59");
  EXPECT_EQ(TimeText(ReadAsOf("2026-12-01", now)->time()), "2026-12-01 23:59:59");
}

}  // namespace
}  // namespace athena::athenactl
