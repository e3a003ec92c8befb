#include "services/indicator/quarters/settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/time/civil_time.h"
#include "libs/fields/fields.h"
#include "libs/status/testing/matchers.h"
#include "services/indicator/testing/service.h"

namespace athena::indicator {
namespace {

using ::athena::indicator::testing::Base;
using ::athena::indicator::testing::Faults;
using ::athena::status::testing::Refuses;
using ::athena::status::testing::StatusIs;
using ::testing::ElementsAre;
using Stub = v1::IndicatorService::StubInterface;

constexpr char kName[] = "institutions/gob/settings";

class SettingsTest : public testing::ServiceTest {
 protected:
  SettingsTest() { At("2021-01-01T09:00:00+01:00"); }

  absl::StatusOr<v1::InstitutionSettings> SetZone(const std::string& zone,
                                                  const std::string& who = "all") {
    v1::UpdateInstitutionSettingsRequest request;
    request.mutable_settings()->set_name(kName);
    request.mutable_settings()->set_time_zone(zone);
    return Call(&Stub::UpdateInstitutionSettings, who, request);
  }
  absl::StatusOr<v1::InstitutionSettings> Get(const std::string& who = "viewer") {
    v1::GetInstitutionSettingsRequest request;
    request.set_name(kName);
    return Call(&Stub::GetInstitutionSettings, who, request);
  }
  absl::StatusOr<v1::Closing> Close(const std::string& quarter) {
    v1::ClosePeriodRequest request;
    request.set_name("institutions/gob/closings/" + quarter);
    request.set_reason("all is checked");
    return Call(&Stub::ClosePeriod, "all", request);
  }
  absl::CivilDay CompletenessDay() {
    v1::GetCompletenessRequest request;
    request.set_parent("institutions/gob");
    request.add_quarters("2021-Q3");
    const auto answer = Call(&Stub::GetCompleteness, "all", request);
    ATHENA_EXPECT_OK(answer);
    return answer.ok() ? *fields::DayOf(answer->date()) : absl::CivilDay();
  }
};

TEST_F(SettingsTest, TheZoneIsThatOfTheServiceUntilItIsSet) {
  EXPECT_EQ(Get()->time_zone(), "Europe/Brussels");
  const auto set = SetZone("Pacific/Auckland");
  ATHENA_ASSERT_OK(set);
  EXPECT_EQ(Get()->SerializeAsString(), set->SerializeAsString());
  // The same again changes nothing.
  EXPECT_EQ(SetZone("Pacific/Auckland")->revision(), set->revision());
}

// Case S10: at 14:00 on 30 September in Brussels it is 1 October in Auckland (UTC+13).
TEST_F(SettingsTest, S10_DaysAreThoseOfTheInstitution) {
  service_.Define({Base("a", testing::kQuarterly), Base("b", testing::kQuarterly)});
  At("2021-09-30T14:00:00+02:00");
  EXPECT_THAT(Close("2021-Q3"), Refuses("PERIOD_NOT_OVER"));
  EXPECT_EQ(CompletenessDay(), absl::CivilDay(2021, 9, 30));
  ATHENA_ASSERT_OK(SetZone("Pacific/Auckland"));
  ATHENA_EXPECT_OK(Close("2021-Q3"));
  EXPECT_EQ(CompletenessDay(), absl::CivilDay(2021, 10, 1));
  v1::RetireIndicatorRequest retire;
  retire.set_name("institutions/gob/indicators/a");
  const auto retired = Call(&Stub::RetireIndicator, "all", retire);
  ATHENA_ASSERT_OK(retired);
  EXPECT_EQ(retired->retired_on().month(), 10);
  EXPECT_EQ(retired->retired_on().day(), 1);
}

TEST_F(SettingsTest, OnlyNamesOfTheDatabaseAreTaken) {
  for (const char* const zone :
       {"", "localtime", "/etc/localtime", "Mars/Olympus", "Europe/../x"}) {
    EXPECT_THAT(Faults(SetZone(zone).status()), ElementsAre("settings.time_zone")) << zone;
  }
  EXPECT_THAT(SetZone("Europe/Paris", "planner"), StatusIs(absl::StatusCode::kPermissionDenied));
  EXPECT_THAT(SetZone("Europe/Paris", "other"), StatusIs(absl::StatusCode::kPermissionDenied));
  EXPECT_THAT(Get("other"), StatusIs(absl::StatusCode::kPermissionDenied));
}

TEST_F(SettingsTest, AnOutdatedEtagIsRefused) {
  const auto first = SetZone("Europe/Paris");
  ATHENA_ASSERT_OK(SetZone("Europe/Rome"));
  v1::UpdateInstitutionSettingsRequest request;
  *request.mutable_settings() = *first;
  request.mutable_settings()->set_time_zone("Europe/Madrid");
  EXPECT_THAT(Call(&Stub::UpdateInstitutionSettings, "all", request),
              StatusIs(absl::StatusCode::kAborted));
  EXPECT_EQ(Get()->time_zone(), "Europe/Rome");
}

}  // namespace
}  // namespace athena::indicator
