#ifndef ATHENA_SERVICES_PLAN_STRATML_TESTING_FEDERAL_PLAN_H_
#define ATHENA_SERVICES_PLAN_STRATML_TESTING_FEDERAL_PLAN_H_

namespace athena::plan::testing {

// A plan as a federal agency publishes it: other identifiers, indicators with results, and much
// that has no field here. Line 2 is the root's.
inline constexpr char kFederalPlan[] = R"(<?xml version="1.0" encoding="UTF-8"?>
<PerformancePlanOrReport xmlns="urn:ISO:std:iso:17469:tech:xsd:PerformancePlanOrReport"
    Type="Strategic_Plan">
  <Name>Agency Strategic Plan
        2022 - 2026</Name>
  <Description>How the agency serves.</Description>
  <OtherInformation>Approved by the Administrator.</OtherInformation>
  <StrategicPlanCore>
    <Organization>
      <Name>Agency</Name><Acronym>AGY</Acronym><Identifier>_9a1</Identifier>
    </Organization>
    <Vision><Description>A safe country.</Description></Vision>
    <Mission><Description/></Mission>
    <Value><Name>Integrity</Name><Description/></Value>
    <Goal>
      <Name>Safety</Name>
      <Description>Fewer accidents.</Description>
      <Identifier>_F3-A</Identifier>
      <SequenceIndicator>1</SequenceIndicator>
      <Stakeholder StakeholderTypeType="Organization">
        <Name>Office of Safety</Name><Description>Leads.</Description>
        <Role><Name>Goal Leader</Name><RoleType>Performer</RoleType></Role>
      </Stakeholder>
      <Stakeholder StakeholderTypeType="Generic_Group">
        <Name>Travellers</Name><Role><Name>Users</Name><RoleType>Beneficiary</RoleType></Role>
      </Stakeholder>
      <OtherInformation/>
      <Objective>
        <Name>Safer roads</Name>
        <Description>Reduce fatalities.</Description>
        <Identifier>_F3-A</Identifier>
        <SequenceIndicator>Objective 1.1</SequenceIndicator>
        <PerformanceIndicator PerformanceIndicatorType="Quantitative" ValueChainStage="Outcome">
          <MeasurementDimension>Fatalities</MeasurementDimension>
          <UnitOfMeasurement>per 100 million miles</UnitOfMeasurement>
          <Identifier>_77</Identifier>
          <MeasurementInstance>
            <TargetResult><EndDate>2023-09-30</EndDate><NumberOfUnits>1.02</NumberOfUnits></TargetResult>
            <ActualResult><EndDate>2023-09-30</EndDate><NumberOfUnits>1.26</NumberOfUnits></ActualResult>
          </MeasurementInstance>
        </PerformanceIndicator>
      </Objective>
      <Objective>
        <Name></Name>
        <Description>Rail inspections by risk.</Description>
      </Objective>
    </Goal>
    <Goal>
      <Name>Growth</Name><Description></Description><SequenceIndicator>1</SequenceIndicator>
      <Objective/>
    </Goal>
  </StrategicPlanCore>
  <AdministrativeInformation>
    <StartDate>2021-10-01</StartDate><EndDate>2026-09-30</EndDate>
    <PublicationDate>2022-03-28</PublicationDate><Source>https://agency.example/plan</Source>
  </AdministrativeInformation>
  <Submitter><GivenName>A</GivenName><Surname>B</Surname></Submitter>
</PerformancePlanOrReport>
)";

}  // namespace athena::plan::testing

#endif  // ATHENA_SERVICES_PLAN_STRATML_TESTING_FEDERAL_PLAN_H_
