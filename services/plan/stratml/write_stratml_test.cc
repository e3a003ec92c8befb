#include "services/plan/stratml/write_stratml.h"

#include <gmock/gmock.h>
#include <google/protobuf/util/message_differencer.h>
#include <gtest/gtest.h>

#include <array>
#include <map>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/fields/fields.h"
#include "libs/status/testing/matchers.h"
#include "libs/stratml/testing/schema_checker.h"
#include "services/plan/names.h"
#include "services/plan/stratml/read_stratml.h"
#include "services/plan/stratml/testing/random_plan.h"

namespace athena::plan {
namespace {

using google::protobuf::util::MessageDifferencer;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::MakeRandomPlan;
using ::testing::Not;
using testing::RandomPlan;
using ::testing::SizeIs;

StratmlExport Written(const RandomPlan& made, const std::string& language) {
  return WriteStratml({made.institution, made.units, made.plan, made.elements, language});
}

absl::StatusOr<StratmlReading> ReadBack(const StratmlExport& written) {
  std::vector<const std::string*> documents;
  for (const StratmlDocument& document : written.documents) documents.push_back(&document.xml);
  return ReadStratml(documents, {kPlanName.Of({"gob", "p1"}), "en", "", ""});
}

// A plan of an axis 1, its objective 1.1, an action 1.1.1 of the unit u and one without owner.
RandomPlan SmallPlan() {
  RandomPlan made;
  made.institution.set_name("institutions/gob");
  (*made.institution.mutable_display_name()->mutable_text())["nl"] = "GOB";
  v1::Unit& unit = made.units.emplace_back();
  unit.set_name("institutions/gob/units/u");
  (*unit.mutable_display_name()->mutable_text())["nl"] = "Eenheid";
  made.plan.set_name("institutions/gob/plans/p1");
  (*made.plan.mutable_title()->mutable_text())["nl"] = "Plan";
  made.plan.set_first_quarter("2021-Q1");
  made.plan.set_last_quarter("2026-Q4");
  made.plan.add_languages("nl");
  const auto add = [&](const std::string& id, const std::string& code, v1::Element::Kind kind,
                       const std::string& parent) -> v1::Element& {
    v1::Element& element = made.elements.emplace_back();
    element.set_name("institutions/gob/plans/p1/elements/" + id);
    element.set_code(code);
    element.set_kind(kind);
    (*element.mutable_title()->mutable_text())["nl"] = "Titel " + code;
    if (!parent.empty()) {
      element.set_parent_element("institutions/gob/plans/p1/elements/" + parent);
    }
    return element;
  };
  add("a", "1", v1::Element::KIND_AXIS, "");
  add("o", "1.1", v1::Element::KIND_OBJECTIVE, "a").set_weight(2);
  v1::Element& action = add("x", "1.1.1", v1::Element::KIND_ACTION, "o");
  action.set_owner_unit("institutions/gob/units/u");
  action.set_lead("Directeur");
  action.add_indicators()->set_indicator("institutions/gob/indicators/i");
  v1::Milestone& milestone = *action.add_milestones();
  milestone.set_id("m");
  (*milestone.mutable_title()->mutable_text())["nl"] = "Mijlpaal";
  milestone.mutable_due_date()->set_year(2022);
  milestone.mutable_due_date()->set_month(3);
  milestone.mutable_due_date()->set_day(31);
  add("y", "1.1.2", v1::Element::KIND_ACTION, "o");
  return made;
}

// Adds the names of the fields that `message` and those in it have, and of those that are set; but
// for output-only ones.
void AddFields(const google::protobuf::Message& message, std::set<std::string>* set,
               std::set<std::string>* all) {
  const auto* type = message.GetDescriptor();
  const auto& in = *message.GetReflection();
  for (int i = 0; i < type->field_count(); ++i) {
    const auto* field = type->field(i);
    if (fields::IsOutputOnly(field)) continue;
    all->insert(field->full_name());
    const int size = field->is_repeated()          ? in.FieldSize(message, field)
                     : in.HasField(message, field) ? 1
                                                   : 0;
    if (size > 0) set->insert(field->full_name());
    if (field->message_type() == nullptr || field->is_map()) continue;
    for (int k = 0; k < size; ++k) {
      AddFields(field->is_repeated() ? in.GetRepeatedMessage(message, field, k)
                                     : in.GetMessage(message, field),
                set, all);
    }
  }
}

// The Objective as the contract describes it, by hand.
TEST(WriteStratmlTest, AnActionIsAnObjectiveOfItsUnitsPerformancePlanAndPointsBack) {
  const StratmlExport written = Written(SmallPlan(), "nl");
  ASSERT_THAT(written.documents, SizeIs(3));
  EXPECT_EQ(written.documents[0].about.file_name(), "p1.xml");
  EXPECT_EQ(written.documents[1].about.file_name(), "p1-u.xml");
  EXPECT_EQ(written.documents[1].about.unit(), "institutions/gob/units/u");
  EXPECT_EQ(written.documents[2].about.file_name(), "p1-others.xml");
  EXPECT_THAT(written.documents[0].xml, Not(HasSubstr("Titel 1.1.1")));
  EXPECT_THAT(written.documents[1].xml, HasSubstr(R"(    <Goal>
      <Name>Titel 1.1</Name>
      <Description></Description>
      <SequenceIndicator>1.1</SequenceIndicator>
      <Objective>
        <Name>Titel 1.1.1</Name>
        <Identifier>element.gob.p1.x</Identifier>
        <SequenceIndicator>1.1.1</SequenceIndicator>
        <Stakeholder>
          <Name>Eenheid</Name>
          <Description>institutions/gob/units/u</Description>
          <Role>
            <Name>Owner</Name>
            <RoleType>Performer</RoleType>
          </Role>
        </Stakeholder>
        <Stakeholder>
          <Name>Directeur</Name>
          <Role>
            <Name>Lead</Name>
            <RoleType>Performer</RoleType>
          </Role>
        </Stakeholder>
        <OtherInformation>athena.plan.v1.StratmlBlock
{&quot;element&quot;:{&quot;indicators&quot;:[{}],&quot;milestones&quot;:[{&quot;id&quot;:&quot;m&quot;}]}}</OtherInformation>
        <PerformanceIndicator PerformanceIndicatorType="Qualitative">
          <MeasurementDimension>Delivery</MeasurementDimension>
          <UnitOfMeasurement>date</UnitOfMeasurement>
          <Identifier>delivery.gob.p1.x</Identifier>
          <Relationship RelationshipType="Narrower_Than">
            <ReferentIdentifier>element.gob.p1.o</ReferentIdentifier>
          </Relationship>
          <MeasurementInstance>
            <TargetResult></TargetResult>
            <ActualResult></ActualResult>
          </MeasurementInstance>
          <MeasurementInstance>
            <TargetResult>
              <EndDate>2022-03-31</EndDate>
              <Description>Mijlpaal</Description>
            </TargetResult>
            <ActualResult></ActualResult>
          </MeasurementInstance>
        </PerformanceIndicator>
        <PerformanceIndicator PerformanceIndicatorType="Quantitative">
          <MeasurementDimension>i</MeasurementDimension>
          <UnitOfMeasurement></UnitOfMeasurement>
          <Identifier>link.gob.p1.x.1</Identifier>
          <Relationship RelationshipType="Peer_To">
            <ReferentIdentifier>institutions/gob/indicators/i</ReferentIdentifier>
          </Relationship>
        </PerformanceIndicator>
      </Objective>
    </Goal>
)"));
}

TEST(WriteStratmlTest, WhatHasNoElementIsReported) {
  RandomPlan made = SmallPlan();
  made.plan.set_state(v1::Plan::STATE_ACTIVE);
  std::vector<std::string> fields;
  for (const auto& field : Written(made, "nl").fields) {
    fields.push_back(absl::StrCat(field.field(), " ", field.resources(), " ",
                                  field.in_block() ? "block" : "left out"));
  }
  EXPECT_THAT(fields, ElementsAre("Element.milestones.id 1 block", "Element.weight 1 block",
                                  "Plan.languages 1 block", "Plan.state 1 left out"));
}

TEST(WriteStratmlTest, TextsAreInTheLanguageAskedForOrInTheOneThereIs) {
  RandomPlan made = SmallPlan();
  (*made.elements[0].mutable_title()->mutable_text())["fr"] = "Axe";
  const std::string xml = Written(made, "fr").documents[0].xml;
  EXPECT_THAT(xml, HasSubstr("<Name>Axe</Name>"));
  EXPECT_THAT(xml, HasSubstr("<Name>Titel 1.1</Name>"));
}

TEST(WriteStratmlTest, APlanWithoutElementsFollowsTheSchemaAndComesBackWithout) {
  RandomPlan made = SmallPlan();
  made.elements.clear();
  const StratmlExport written = Written(made, "nl");
  ASSERT_THAT(written.documents, SizeIs(1));
  EXPECT_THAT(StratmlFaults(written.documents[0].xml), IsEmpty());
  const auto read = ReadBack(written);
  ATHENA_ASSERT_OK(read);
  EXPECT_THAT(read->elements, IsEmpty());
  EXPECT_THAT(read->remarks, IsEmpty());
}

TEST(WriteStratmlTest, EveryPlanFollowsTheSchema) {
  std::mt19937 random(1);
  for (int i = 0; i < 200; ++i) {
    const RandomPlan made = MakeRandomPlan(random);
    for (const StratmlDocument& document : Written(made, "nl").documents) {
      ASSERT_THAT(StratmlFaults(document.xml), IsEmpty()) << document.xml;
    }
  }
}

TEST(WriteStratmlTest, EveryPlanComesBackEqualInAnyLanguage) {
  std::mt19937 random(2);
  for (size_t i = 0; i < 400; ++i) {
    const RandomPlan made = MakeRandomPlan(random);
    const char* const language = std::array{"nl", "de", "it"}[i % 3];  // no text is in Italian
    const auto read = ReadBack(Written(made, language));
    ATHENA_ASSERT_OK(read);
    ASSERT_EQ(read->remark_count, 0) << read->remarks[0].ShortDebugString();
    EXPECT_EQ(read->language, language);
    ASSERT_TRUE(MessageDifferencer::Equals(read->plan, made.plan))
        << read->plan.DebugString() << made.plan.DebugString();
    ASSERT_EQ(read->elements.size(), made.elements.size());
    std::map<std::string, const v1::Element*> by_name;
    for (const ReadElement& one : read->elements) by_name[one.element.name()] = &one.element;
    for (const v1::Element& element : made.elements) {
      ASSERT_TRUE(by_name.contains(element.name())) << element.name();
      ASSERT_TRUE(MessageDifferencer::Equals(*by_name[element.name()], element))
          << by_name[element.name()]->DebugString() << element.DebugString();
    }
  }
}

// A field that a plan gets is exchanged only if random plans have it.
TEST(WriteStratmlTest, RandomPlansHaveEveryField) {
  std::mt19937 random(5);
  std::set<std::string> set;
  std::set<std::string> all;
  for (int i = 0; i < 200; ++i) {
    const RandomPlan made = MakeRandomPlan(random);
    AddFields(made.plan, &set, &all);
    for (const v1::Element& element : made.elements) AddFields(element, &set, &all);
  }
  EXPECT_EQ(set, all);
  EXPECT_THAT(all, Contains("athena.plan.v1.Steering.mandate"));
}

TEST(WriteStratmlTest, TheSamePlanIsWrittenInTheSameBytes) {
  std::mt19937 random(3);
  std::mt19937 again(3);
  EXPECT_EQ(Written(MakeRandomPlan(random), "nl").documents[0].xml,
            Written(MakeRandomPlan(again), "nl").documents[0].xml);
}

}  // namespace
}  // namespace athena::plan
