// What institutions and units may hold.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "services/plan/organisation/units.h"
#include "services/plan/testing/text.h"

namespace athena::plan {
namespace {

using ::testing::ElementsAre;
using testing::FaultyFields;
using ::testing::IsEmpty;
using testing::Parsed;
using ::testing::UnorderedElementsAre;

v1::Institution ValidInstitution() {
  return Parsed<v1::Institution>(
      R"(display_name { text { key: "nl" value: "x" } } time_zone: "Europe/Brussels")");
}

std::vector<std::string> FaultsOf(const v1::Institution& institution) {
  status::FieldFaults faults;
  InstitutionKind::Validate("institution", "", institution, &faults);
  return FaultyFields(faults.ToStatus());
}

TEST(InstitutionKind, WantsANameAndATimeZone) {
  EXPECT_THAT(FaultsOf(ValidInstitution()), IsEmpty());
  EXPECT_THAT(FaultsOf(v1::Institution()),
              UnorderedElementsAre("institution.display_name", "institution.time_zone"));
}

TEST(InstitutionKind, ATimeZoneIsANameOfTheDatabaseAndNoPath) {
  v1::Institution institution = ValidInstitution();
  for (const char* zone : {"UTC", "Europe/Paris", "America/Argentina/Buenos_Aires", "Etc/GMT+1"}) {
    institution.set_time_zone(zone);
    EXPECT_THAT(FaultsOf(institution), IsEmpty()) << zone;
  }
  for (const char* zone : {"Europe/Nowhere", "../etc/passwd", "/usr/share/zoneinfo/UTC",
                           "file:/etc/localtime", "CET "}) {
    institution.set_time_zone(zone);
    EXPECT_THAT(FaultsOf(institution), ElementsAre("institution.time_zone")) << zone;
  }
}

TEST(InstitutionKind, ANameHasAtMostThreeHundredBytes) {
  v1::Institution institution = ValidInstitution();
  (*institution.mutable_display_name()->mutable_text())["nl"] = std::string(300, 'x');
  EXPECT_THAT(FaultsOf(institution), IsEmpty());
  (*institution.mutable_display_name()->mutable_text())["nl"] = std::string(301, 'x');
  EXPECT_THAT(FaultsOf(institution), ElementsAre("institution.display_name.text[nl]"));
}

TEST(InstitutionKind, ReportsAreDueUpToAYearAfterTheQuarter) {
  v1::Institution institution = ValidInstitution();
  for (const int days : {0, 14, 366}) {
    institution.set_report_delay_days(days);
    EXPECT_THAT(FaultsOf(institution), IsEmpty()) << days;
  }
  for (const int days : {-1, 367}) {
    institution.set_report_delay_days(days);
    EXPECT_THAT(FaultsOf(institution), ElementsAre("institution.report_delay_days")) << days;
  }
}

TEST(UnitKind, AParentIsAnotherUnitOfTheSameInstitution) {
  const std::string own = "institutions/gob";
  const auto faults_below = [](const std::string& parent, const std::string& institution) {
    v1::Unit unit;
    unit.set_name("institutions/gob/units/a");
    (*unit.mutable_display_name()->mutable_text())["nl"] = "x";
    unit.set_parent_unit(parent);
    status::FieldFaults faults;
    UnitKind::Validate("unit", institution, unit, &faults);
    return FaultyFields(faults.ToStatus());
  };
  EXPECT_THAT(faults_below("", own), IsEmpty());
  EXPECT_THAT(faults_below("institutions/gob/units/b", own), IsEmpty());
  for (const char* parent :
       {"institutions/gob/units/a", "institutions/tal/units/b", "institutions/gob/plans/b", "b"}) {
    EXPECT_THAT(faults_below(parent, own), ElementsAre("unit.parent_unit")) << parent;
  }
  // Whose it is cannot be told while its own name is at fault.
  EXPECT_THAT(faults_below("institutions/tal/units/b", ""), IsEmpty());
}

}  // namespace
}  // namespace athena::plan
