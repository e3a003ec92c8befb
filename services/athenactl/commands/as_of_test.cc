#include "services/athenactl/commands/as_of.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "services/athenactl/terminal/arguments.h"
#include "services/athenactl/views/value_text.h"

namespace athena::athenactl {
namespace {

using athena::common::v1::AsOf;

absl::TimeZone Zone(const char* name) {
  absl::TimeZone zone;
  EXPECT_TRUE(absl::LoadTimeZone(name, &zone));
  return zone;
}

absl::StatusOr<AsOf> Read(const std::string& typed, const char* now = "2026-11-29T23:30:00Z",
                          const char* zone = "Europe/Brussels") {
  absl::Time time;
  EXPECT_TRUE(absl::ParseTime(absl::RFC3339_full, now, &time, nullptr));
  return ReadAsOf(
      typed, [&] { return Zone(zone); }, time);
}

TEST(AsOfTest, APointInHistoryIsATimeADayOrARevision) {
  EXPECT_EQ(Read("17")->revision(), 17);
  EXPECT_EQ(TimeText(Read("2022-12-31T17:00:00+01:00")->time()), "2022-12-31 16:00:00");
  EXPECT_EQ(Read("")->point_case(), AsOf::POINT_NOT_SET);
  EXPECT_TRUE(IsMisuse(Read("yesterday").status()));
  EXPECT_TRUE(IsMisuse(Read("2022-13-01").status()));
}

TEST(AsOfTest, S10_ADayEndsWhereTheInstitutionIs) {
  EXPECT_EQ(TimeText(Read("2022-12-31")->time()), "2022-12-31 22:59:59");
  EXPECT_EQ(Read("2022-12-31")->time().nanos(), 999'999'000);
  EXPECT_EQ(TimeText(Read("2022-06-30")->time()), "2022-06-30 21:59:59");  // summer time
  // The day on which the clock goes back has 25 hours.
  EXPECT_EQ(TimeText(Read("2022-10-30")->time()), "2022-10-30 22:59:59");
  const char* const now = "2026-11-29T23:30:00Z";
  EXPECT_EQ(TimeText(Read("2022-12-31", now, "Pacific/Auckland")->time()), "2022-12-31 10:59:59");
  EXPECT_EQ(TimeText(Read("2022-12-31", now, "America/New_York")->time()), "2023-01-01 04:59:59");
}

TEST(AsOfTest, S10_TheZoneIsAskedForOnlyWhereADayIsTyped) {
  const absl::Time now = absl::UnixEpoch();
  const auto never = []() -> absl::StatusOr<absl::TimeZone> {
    return absl::UnavailableError("the plan service is away");
  };
  for (const char* const typed : {"", "17", "2022-12-31T17:00:00Z"}) {
    EXPECT_TRUE(ReadAsOf(typed, never, now).ok()) << typed;
  }
  EXPECT_TRUE(absl::IsUnavailable(ReadAsOf("2022-12-31", never, now).status()));
}

TEST(AsOfTest, V15_TodayMeansNowWhereTheInstitutionIs) {
  // 23:30 in UTC is half past midnight in Brussels.
  const auto is_now = [](const char* typed, const char* zone) {
    return Read(typed, "2026-11-29T23:30:00Z", zone)->point_case() == AsOf::POINT_NOT_SET;
  };
  EXPECT_TRUE(is_now("2026-11-30", "Europe/Brussels"));
  EXPECT_FALSE(is_now("2026-11-29", "Europe/Brussels"));
  EXPECT_TRUE(is_now("2026-11-29", "America/New_York"));
  EXPECT_FALSE(is_now("2026-11-30", "America/New_York"));
  EXPECT_FALSE(is_now("2026-12-01", "Europe/Brussels"));
}

}  // namespace
}  // namespace athena::athenactl
