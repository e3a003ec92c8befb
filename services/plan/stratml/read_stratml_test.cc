#include "services/plan/stratml/read_stratml.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "libs/status/testing/matchers.h"
#include "services/plan/names.h"
#include "services/plan/stratml/testing/federal_plan.h"

namespace athena::plan {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::kFederalPlan;

absl::StatusOr<StratmlReading> Read(const std::vector<std::string>& documents) {
  std::vector<const std::string*> pointers;
  for (const std::string& document : documents) pointers.push_back(&document);
  return ReadStratml(pointers, {kPlanName.Of({"gob", "p2"}), "en", "2022-Q1", "2022-Q4"});
}

std::string EnglishOf(const common::v1::LocalizedText& texts) { return texts.text().at("en"); }

TEST(ReadStratmlTest, AForeignPlanIsReadAsFarAsItGoes) {
  const auto read = Read({kFederalPlan});
  ATHENA_ASSERT_OK(read);
  EXPECT_EQ(read->plan.name(), "institutions/gob/plans/p2");
  EXPECT_EQ(EnglishOf(read->plan.title()), "Agency Strategic Plan 2022 - 2026");
  EXPECT_EQ(EnglishOf(read->plan.description()),
            "How the agency serves.\n\nApproved by the Administrator.");
  EXPECT_EQ(read->plan.first_quarter(), "2021-Q4");
  EXPECT_EQ(read->plan.last_quarter(), "2026-Q3");
  EXPECT_THAT(read->plan.languages(), ElementsAre("en"));

  std::vector<std::string> elements;
  for (const ReadElement& one : read->elements) {
    const v1::Element& element = one.element;
    elements.push_back(absl::StrCat(
        one.position.line(), " ", v1::Element::Kind_Name(element.kind()), " ", element.code(), " ",
        kElementName.Match(element.name())->id(), " <", element.parent_element(), "> ",
        EnglishOf(element.title()), " | ", element.lead()));
  }
  EXPECT_THAT(
      elements,
      ElementsAre(
          "15 KIND_AXIS 1 f3-a <> Safety | Office of Safety",
          "28 KIND_OBJECTIVE 1.1 e1 <institutions/gob/plans/p2/elements/f3-a> Safer roads | ",
          "43 KIND_OBJECTIVE 1.2 e2 <institutions/gob/plans/p2/elements/f3-a> "
          "Rail inspections by risk. | ",
          "48 KIND_AXIS 2 e3 <> Growth | "));
}

TEST(ReadStratmlTest, WhatIsNotImportedIsNamedByPathAndLine) {
  const auto read = Read({kFederalPlan});
  ATHENA_ASSERT_OK(read);
  std::vector<std::string> remarks;
  for (const auto& remark : read->remarks) {
    remarks.push_back(
        absl::StrCat(remark.position().line(), " ", remark.position().path(), ": ", remark.text()));
  }
  const std::string core = "PerformancePlanOrReport/StrategicPlanCore/";
  const std::string administration = "PerformancePlanOrReport/AdministrativeInformation/";
  EXPECT_EQ(read->remark_count, static_cast<int64_t>(remarks.size()));
  EXPECT_THAT(
      remarks,
      ElementsAre(
          absl::StrCat("55 ", administration, "PublicationDate: not imported: no field holds it"),
          absl::StrCat("55 ", administration, "Source: not imported: no field holds it"),
          absl::StrCat(
              "9 ", core,
              "Organization[1]: not imported: the plan is the institution's that imports it"),
          absl::StrCat("12 ", core, "Vision: not imported: no field holds it"),
          absl::StrCat("14 ", core, "Value[1]: not imported: no field holds it"),
          absl::StrCat("20 ", core,
                       "Goal[1]/Stakeholder[1]: it becomes the lead, of which the Name "
                       "alone is kept"),
          absl::StrCat("24 ", core,
                       "Goal[1]/Stakeholder[2]: not imported: no field holds who is not "
                       "a Performer"),
          absl::StrCat("33 ", core,
                       "Goal[1]/Objective[1]/PerformanceIndicator[1]: not imported: it "
                       "relates to no indicator of Athena"),
          absl::StrCat("28 ", core,
                       "Goal[1]/Objective[1]: its Identifier is that of another "
                       "element: it gets a new one"),
          absl::StrCat("43 ", core,
                       "Goal[1]/Objective[2]: it has no Name: its title is made of "
                       "what it has"),
          "57 PerformancePlanOrReport/Submitter: not imported: no field holds who submitted a "
          "document",
          absl::StrCat("28 ", core,
                       "Goal[1]/Objective[1]: its SequenceIndicator \"Objective 1.1\" "
                       "is taken or cannot be a code: its code is 1.1"),
          absl::StrCat("48 ", core,
                       "Goal[2]: its SequenceIndicator \"1\" is taken or cannot be a "
                       "code: its code is 2")));
}

TEST(ReadStratmlTest, AFurtherDocumentAddsActionsBelowWhatTheyRelateTo) {
  const auto further = [](const std::string& referent) {
    return absl::StrCat(R"(<PerformancePlanOrReport Type="Performance_Plan"
        xmlns="urn:ISO:std:iso:17469:tech:xsd:PerformancePlanOrReport"><Name>Unit</Name>
        <StrategicPlanCore><Goal><Name>Safety</Name><Description/><Objective><Name>Inspect</Name>
        <PerformanceIndicator><MeasurementDimension>d</MeasurementDimension>
        <UnitOfMeasurement>u</UnitOfMeasurement><Relationship><ReferentIdentifier>)",
                        referent,
                        R"(</ReferentIdentifier></Relationship></PerformanceIndicator></Objective>
        </Goal></StrategicPlanCore></PerformancePlanOrReport>)");
  };
  const auto read = Read({kFederalPlan, further("_F3-A")});
  ATHENA_ASSERT_OK(read);
  ASSERT_EQ(read->elements.size(), 5u);
  const v1::Element& action = read->elements[4].element;
  EXPECT_EQ(action.kind(), v1::Element::KIND_ACTION);
  EXPECT_EQ(action.parent_element(), "institutions/gob/plans/p2/elements/f3-a");
  EXPECT_EQ(action.code(), "1.3");
  EXPECT_EQ(read->elements[4].position.document(), 1);

  const auto astray = Read({kFederalPlan, further("_none")});
  ATHENA_ASSERT_OK(astray);
  EXPECT_EQ(astray->elements.size(), 4u);
  bool is_said = false;
  for (const auto& remark : astray->remarks) {
    is_said = is_said || (remark.position().document() == 1 &&
                          remark.text() ==
                              "not imported: it relates to no Goal or Objective of the "
                              "documents");
  }
  EXPECT_TRUE(is_said);
}

TEST(ReadStratmlTest, TextsThatAreTooLongAreCutAtACharacter) {
  std::string name;
  for (int i = 0; i < 200; ++i) name += "é";  // 400 bytes
  const auto read = Read({absl::StrReplaceAll(
      kFederalPlan, {{"<Name>Safety</Name>", absl::StrCat("<Name>x", name, "</Name>")}})});
  ATHENA_ASSERT_OK(read);
  EXPECT_EQ(EnglishOf(read->elements[0].element.title()).size(), 299u);
}

TEST(ReadStratmlTest, ADocumentWithoutDatesTakesTheQuartersOfTheRequest) {
  const auto read = Read({absl::StrReplaceAll(
      kFederalPlan, {{"2021-10-01", ""}, {"<EndDate>2026-09-30</EndDate>", ""}})});
  ATHENA_ASSERT_OK(read);
  EXPECT_EQ(read->plan.first_quarter(), "2022-Q1");
  EXPECT_EQ(read->plan.last_quarter(), "2022-Q4");
}

TEST(ReadStratmlTest, AnotherNamespaceIsRefusedWithDocumentAndLine) {
  const auto read = Read({kFederalPlan, "<PerformancePlanOrReport\nxmlns=\"http://example/\"/>"});
  EXPECT_THAT(read.status().message(),
              HasSubstr("documents[1]: line 1: the root element is \"PerformancePlanOrReport\" of "
                        "the namespace \"http://example/\""));
}

TEST(ReadStratmlTest, ElementsAreBoundedInAllDocuments) {
  std::string elements;
  for (int i = 0; i < 120'000; ++i) elements += "<a/>";
  const std::string document = absl::StrCat(
      R"(<PerformancePlanOrReport xmlns="urn:ISO:std:iso:17469:tech:xsd:PerformancePlanOrReport">)",
      elements, "</PerformancePlanOrReport>");
  ATHENA_EXPECT_OK(Read({document}));
  EXPECT_THAT(Read({document, document}).status().message(),
              HasSubstr("documents[1]: line 1: more than 79999 elements"));
}

TEST(ReadStratmlTest, ABlockThatCannotBeReadIsLeftOut) {
  const auto read = Read({absl::StrReplaceAll(
      kFederalPlan, {{"Approved by the Administrator.",
                      "athena.plan.v1.StratmlBlock\n{\"plan\":{\"what\":1}}"}})});
  ATHENA_ASSERT_OK(read);
  EXPECT_EQ(EnglishOf(read->plan.description()), "How the agency serves.");
  EXPECT_THAT(read->remarks[0].text(), HasSubstr("not the JSON that it should be"));
}

}  // namespace
}  // namespace athena::plan
