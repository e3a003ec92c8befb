#include "libs/stratml/testing/schema_checker.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_replace.h"

namespace athena {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// A document with one of nearly everything, from the schema.
const char kDocument[] = R"(<?xml version="1.0"?>
<PerformancePlanOrReport xmlns="urn:ISO:std:iso:17469:tech:xsd:PerformancePlanOrReport" Type="Performance_Report">
  <Name>N</Name>
  <StrategicPlanCore>
    <Organization><Name>O</Name><Acronym>A</Acronym><Identifier>_1</Identifier></Organization>
    <Vision><Description>V</Description></Vision>
    <Value><Name>W</Name></Value>
    <Goal>
      <Name>G</Name><Description/><Identifier>_2</Identifier><SequenceIndicator>1</SequenceIndicator>
      <Stakeholder StakeholderTypeType="Person">
        <Name>S</Name><Role><Name>R</Name><RoleType>Performer</RoleType><RoleType>Beneficiary</RoleType></Role>
      </Stakeholder>
      <Objective>
        <PerformanceIndicator ValueChainStage="Outcome">
          <MeasurementDimension>M</MeasurementDimension><UnitOfMeasurement>%</UnitOfMeasurement>
          <Relationship RelationshipType="Peer_To"><ReferentIdentifier>r</ReferentIdentifier></Relationship>
          <MeasurementInstance>
            <TargetResult><StartDate>2021-01-01</StartDate><NumberOfUnits>1.5</NumberOfUnits></TargetResult>
            <ActualResult><EndDate/><NumberOfUnits/></ActualResult>
          </MeasurementInstance>
        </PerformanceIndicator>
      </Objective>
    </Goal>
  </StrategicPlanCore>
  <AdministrativeInformation><EndDate>2021-12-31</EndDate></AdministrativeInformation>
</PerformancePlanOrReport>)";

std::vector<std::string> FaultsWith(const std::string& what, const std::string& with) {
  const std::string changed = absl::StrReplaceAll(kDocument, {{what, with}});
  EXPECT_NE(changed, kDocument) << what;
  return StratmlFaults(changed);
}

TEST(SchemaCheckerTest, TakesADocumentThatFollowsTheSchema) {
  EXPECT_THAT(StratmlFaults(kDocument), IsEmpty());
}

TEST(SchemaCheckerTest, NamesWhatDoesNot) {
  EXPECT_THAT(FaultsWith("<Name>N</Name>", ""), ElementsAre("PerformancePlanOrReport: no Name"));
  EXPECT_THAT(FaultsWith("<Description/><Identifier>_2</Identifier>",
                         "<Identifier>_2</Identifier><Description/>"),
              ElementsAre("PerformancePlanOrReport/StrategicPlanCore/Goal: no Description",
                          "PerformancePlanOrReport/StrategicPlanCore/Goal/Description: not here"));
  EXPECT_THAT(
      FaultsWith("_2", "_1"),
      ElementsAre("PerformancePlanOrReport/StrategicPlanCore/Goal/Identifier: \"_1\" twice"));
  EXPECT_THAT(FaultsWith("_2", "2"),
              ElementsAre("PerformancePlanOrReport/StrategicPlanCore/Goal/Identifier: \"2\""));
  EXPECT_THAT(FaultsWith(" Type=\"Performance_Report\"", ""), ElementsAre("the root has no Type"));
  EXPECT_THAT(FaultsWith("Peer_To", "Friend_Of"), ::testing::SizeIs(1));
  EXPECT_THAT(FaultsWith("2021-12-31", "31.12.2021"), ::testing::SizeIs(1));
  EXPECT_THAT(FaultsWith("1.5", "many"), ::testing::SizeIs(1));
  EXPECT_THAT(FaultsWith("<UnitOfMeasurement>%</UnitOfMeasurement>", ""), ::testing::SizeIs(1));
  EXPECT_THAT(FaultsWith("<Vision>", "loose text<Vision>"), ::testing::SizeIs(1));
  EXPECT_THAT(FaultsWith("<RoleType>Beneficiary</RoleType>",
                         "<RoleType>Beneficiary</RoleType><RoleType>Performer</RoleType>"),
              ::testing::SizeIs(1));
  EXPECT_THAT(FaultsWith("xsd:PerformancePlanOrReport", "xsd:Other"), ElementsAre("the namespace"));
}

}  // namespace
}  // namespace athena
