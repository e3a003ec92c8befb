#include "services/plan/strategy/validate_element.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/plan/testing/text.h"

namespace athena::plan {
namespace {

using ::testing::ElementsAre;
using testing::FaultyFields;
using ::testing::IsEmpty;
using testing::Parsed;
using ::testing::UnorderedElementsAre;

constexpr char kPlanOfElement[] = "institutions/gob/plans/p1";

// A valid element with `rest` in text format merged in.
v1::Element With(const std::string& rest) {
  return Parsed<v1::Element>(
      R"(kind: KIND_ACTION code: "1" title { text { key: "nl" value: "x" } } )" + rest);
}

std::vector<std::string> FaultsOf(const v1::Element& element,
                                  std::string_view plan = kPlanOfElement) {
  status::FieldFaults faults;
  CheckElement("e", plan, element, &faults);
  return FaultyFields(faults.ToStatus());
}

TEST(CheckElement, WantsKindCodeAndTitle) {
  EXPECT_THAT(FaultsOf(With("")), IsEmpty());
  EXPECT_THAT(FaultsOf(v1::Element()), UnorderedElementsAre("e.kind", "e.code", "e.title"));
}

TEST(CheckElement, TextsHaveTheirLimits) {
  v1::Element element = With("");
  (*element.mutable_title()->mutable_text())["nl"] = std::string(300, 'x');
  (*element.mutable_description()->mutable_text())["nl"] = std::string(4000, 'x');
  element.set_lead(std::string(200, 'x'));
  element.set_code(std::string(32, 'x'));
  EXPECT_THAT(FaultsOf(element), IsEmpty());
  (*element.mutable_title()->mutable_text())["nl"] += 'x';
  (*element.mutable_description()->mutable_text())["nl"] += 'x';
  element.set_lead(std::string(201, 'x'));
  element.set_code(std::string(33, 'x'));
  EXPECT_THAT(FaultsOf(element), UnorderedElementsAre("e.title.text[nl]", "e.description.text[nl]",
                                                      "e.lead", "e.code"));
}

TEST(CheckElement, ReportersAreAFewSubjectsEachOnce) {
  v1::Element element = With("");
  for (int i = 0; i < 19; ++i) element.add_reporters(absl::StrCat("r", i));
  element.add_reporters(std::string(200, 'x'));
  EXPECT_THAT(FaultsOf(element), IsEmpty());
  element.add_reporters("one too many");
  EXPECT_THAT(FaultsOf(element), ElementsAre("e.reporters"));
  EXPECT_THAT(
      FaultsOf(With(absl::StrCat("reporters: 'a' reporters: 'b' reporters: 'a' ",
                                 "reporters: '' reporters: '", std::string(201, 'x'), "'"))),
      ElementsAre("e.reporters[2]", "e.reporters[3]", "e.reporters[4]"));
}

TEST(CheckElement, EnumsHaveValuesOfTheContract) {
  v1::Element element = With("");
  element.set_kind(static_cast<v1::Element::Kind>(4));
  element.set_scope(static_cast<v1::Element::Scope>(3));
  element.set_state(static_cast<v1::Element::State>(7));
  EXPECT_THAT(FaultsOf(element), UnorderedElementsAre("e.kind", "e.scope", "e.state"));
}

TEST(CheckElement, AWeightIsUpToAMillionWithSixDecimals) {
  v1::Element element = With("");
  for (const double weight : {0.0, 0.000001, 0.1, 2.5, 999'999.999999, 1'000'000.0}) {
    element.set_weight(weight);
    EXPECT_THAT(FaultsOf(element), IsEmpty()) << weight;
  }
  for (const double weight : {-0.000001, 0.0000001, 0.1234567, 1'000'000.000001, 1e300,
                              std::nan(""), std::numeric_limits<double>::infinity()}) {
    element.set_weight(weight);
    EXPECT_THAT(FaultsOf(element), ElementsAre("e.weight")) << weight;
  }
}

TEST(CheckElement, ADeliveryWeightIsAWeight) {
  v1::Element element = With("");
  for (const double weight : {0.0, 0.000001, 1'000'000.0}) {
    element.set_delivery_weight(weight);
    EXPECT_THAT(FaultsOf(element), IsEmpty()) << weight;
  }
  for (const double weight : {-1.0, 0.0000001, 1'000'000.5, std::nan("")}) {
    element.set_delivery_weight(weight);
    EXPECT_THAT(FaultsOf(element), ElementsAre("e.delivery_weight")) << weight;
  }
}

TEST(CheckElement, APriorityIsFromOneToFiveOrNotSaid) {
  for (int priority = 0; priority <= 5; ++priority) {
    EXPECT_THAT(FaultsOf(With(absl::StrCat("priority: ", priority))), IsEmpty());
  }
  EXPECT_THAT(FaultsOf(With("priority: 6")), ElementsAre("e.priority"));
  EXPECT_THAT(FaultsOf(With("priority: -1")), ElementsAre("e.priority"));
}

TEST(CheckElement, AParentIsAnElementOfTheSamePlan) {
  EXPECT_THAT(FaultsOf(With(R"(parent_element: "institutions/gob/plans/p1/elements/a")")),
              IsEmpty());
  for (const char* parent :
       {"institutions/gob/plans/p2/elements/a", "institutions/tal/plans/p1/elements/a",
        "institutions/gob/plans/p1", "a"}) {
    EXPECT_THAT(FaultsOf(With(absl::StrCat(R"(parent_element: ")", parent, R"(")"))),
                ElementsAre("e.parent_element"))
        << parent;
  }
}

TEST(CheckElement, AnOwnerIsAUnitOfThePlansInstitution) {
  EXPECT_THAT(FaultsOf(With(R"(owner_unit: "institutions/gob/units/u")")), IsEmpty());
  for (const char* owner : {"institutions/tal/units/u", "institutions/gob", "u"}) {
    EXPECT_THAT(FaultsOf(With(absl::StrCat(R"(owner_unit: ")", owner, R"(")"))),
                ElementsAre("e.owner_unit"))
        << owner;
  }
  EXPECT_THAT(FaultsOf(With(R"(owner_unit: "institutions/tal/units/u")"), ""), IsEmpty());
}

TEST(CheckElement, ContributorsAreUnitsAndInstitutionsAtMostFiftyEachOnce) {
  EXPECT_THAT(
      FaultsOf(With(R"(contributors: "institutions/tal" contributors: "institutions/gob/units/u"
                               contributors: "institutions/tal" contributors: "u")")),
      ElementsAre("e.contributors[2]", "e.contributors[3]"));
  v1::Element element = With("");
  for (int i = 0; i < 50; ++i) element.add_contributors(absl::StrCat("institutions/i", i));
  EXPECT_THAT(FaultsOf(element), IsEmpty());
  element.add_contributors("institutions/i50");
  EXPECT_THAT(FaultsOf(element), ElementsAre("e.contributors"));
}

TEST(CheckElement, TagsAreAtMostFiftyOfOneToSixtyFourBytesEachOnce) {
  v1::Element element = With("");
  for (int i = 0; i < 49; ++i) element.add_tags(absl::StrCat("sdg:", i));
  element.add_tags(std::string(64, 't'));
  EXPECT_THAT(FaultsOf(element), IsEmpty());
  element.add_tags("one more");
  EXPECT_THAT(FaultsOf(element), ElementsAre("e.tags"));
  element.clear_tags();
  for (const auto& tag :
       {std::string("a"), std::string("a"), std::string(), std::string(65, 't')}) {
    element.add_tags(tag);
  }
  EXPECT_THAT(FaultsOf(element), ElementsAre("e.tags[1]", "e.tags[2]", "e.tags[3]"));
}

TEST(CheckElement, DatesAreDaysInOrder) {
  EXPECT_THAT(FaultsOf(With("start_date { year: 2024 month: 2 day: 29 } "
                            "end_date { year: 2024 month: 2 day: 29 }")),
              IsEmpty());
  EXPECT_THAT(FaultsOf(With("start_date { year: 2024 month: 3 day: 1 } "
                            "end_date { year: 2024 month: 2 day: 29 }")),
              ElementsAre("e.end_date"));
  EXPECT_THAT(FaultsOf(With("start_date { year: 2023 month: 2 day: 29 } end_date { year: 2024 } "
                            "completed_on { year: 1899 month: 12 day: 31 } "
                            "deferred_on { year: 2200 month: 1 day: 1 } "
                            "cancelled_on { month: 1 day: 1 } "
                            "resumed_on { year: 2024 month: 13 day: 1 }")),
              UnorderedElementsAre("e.start_date", "e.end_date", "e.completed_on", "e.deferred_on",
                                   "e.cancelled_on", "e.resumed_on"));
}

TEST(CheckElement, ADeclaredEndIsADayNotBeforeTheStart) {
  const std::string start = "start_date { year: 2024 month: 3 day: 1 } declared_end_date ";
  EXPECT_THAT(FaultsOf(With(start + "{ year: 2024 month: 3 day: 1 }")), IsEmpty());
  EXPECT_THAT(FaultsOf(With(start + "{ year: 2024 month: 2 day: 29 }")),
              ElementsAre("e.declared_end_date"));
  EXPECT_THAT(FaultsOf(With(start + "{ year: 2023 month: 2 day: 29 }")),
              ElementsAre("e.declared_end_date"));
}

TEST(CheckElement, AResumptionFollowsItsDeferral) {
  EXPECT_THAT(FaultsOf(With("deferred_on { year: 2024 month: 3 day: 1 } "
                            "resumed_on { year: 2024 month: 3 day: 1 }")),
              IsEmpty());
  EXPECT_THAT(FaultsOf(With("deferred_on { year: 2024 month: 3 day: 1 } "
                            "resumed_on { year: 2024 month: 2 day: 29 }")),
              ElementsAre("e.resumed_on"));
}

TEST(CheckElement, OnlyWhatWasOverIsResumed) {
  const std::string day = " { year: 2024 month: 3 day: 1 } ";
  EXPECT_THAT(FaultsOf(With("resumed_on" + day)), ElementsAre("e.resumed_on"));
  for (const char* over : {"deferred_on", "completed_on", "cancelled_on"}) {
    EXPECT_THAT(FaultsOf(With(absl::StrCat("resumed_on", day, over, day))), IsEmpty()) << over;
  }
}

TEST(CheckElement, AnActionMayHaveASteeringStructure) {
  const auto with = [](const std::string& sponsor, const std::string& body) {
    return With(absl::StrCat("steering { sponsor: '", sponsor, "' steering_body: '", body, "' }"));
  };
  EXPECT_THAT(FaultsOf(With("steering {}")), IsEmpty());
  EXPECT_THAT(FaultsOf(with(std::string(200, 's'), std::string(200, 'b'))), IsEmpty());
  EXPECT_THAT(FaultsOf(with(std::string(201, 's'), std::string(201, 'b'))),
              ElementsAre("e.steering.sponsor", "e.steering.steering_body"));
  EXPECT_THAT(FaultsOf(with(" ", "b\\nc")),
              ElementsAre("e.steering.sponsor", "e.steering.steering_body"));
  v1::Element element = with("Ann", "Board");
  (*element.mutable_steering()->mutable_mandate()->mutable_text())["nl"] = std::string(4000, 'm');
  EXPECT_THAT(FaultsOf(element), IsEmpty());
  (*element.mutable_steering()->mutable_mandate()->mutable_text())["nl"] += "m";
  EXPECT_THAT(FaultsOf(element), ElementsAre("e.steering.mandate.text[nl]"));
  for (const auto kind : {v1::Element::KIND_AXIS, v1::Element::KIND_OBJECTIVE}) {
    element = with("Ann", "Board");
    element.set_kind(kind);
    EXPECT_THAT(FaultsOf(element), ElementsAre("e.steering"));
  }
}

TEST(CheckElement, AStateThatHappenedOnADayHasThatDay) {
  const std::string day = " { year: 2024 month: 3 day: 1 }";
  for (const auto& [state, date] : {std::pair{"COMPLETED", "completed_on"},
                                    {"DEFERRED", "deferred_on"},
                                    {"CANCELLED", "cancelled_on"}}) {
    const std::string set = absl::StrCat("state: STATE_", state, " ");
    EXPECT_THAT(FaultsOf(With(set)), ElementsAre(absl::StrCat("e.", date)));
    EXPECT_THAT(FaultsOf(With(absl::StrCat(set, date, day))), IsEmpty());
  }
  EXPECT_THAT(FaultsOf(With("state: STATE_IN_PROGRESS")), IsEmpty());
}

TEST(CheckElement, MilestonesHaveIdTitleAndDueDate) {
  EXPECT_THAT(FaultsOf(With("milestones {}")),
              UnorderedElementsAre("e.milestones[0].id", "e.milestones[0].title",
                                   "e.milestones[0].due_date"));
  EXPECT_THAT(FaultsOf(With(R"(
                milestones { id: "m" title { text { key: "nl" value: "x" } }
                             due_date { year: 2024 month: 2 day: 29 } }
                milestones { id: "m" title { text { key: "n" value: "x" } }
                             due_date { year: 2023 month: 2 day: 29 } done_date { year: 2023 } }
                milestones { id: "M" title { text { key: "nl" value: "x" } }
                             due_date { year: 2024 month: 2 day: 29 }
                             done_date { year: 2025 month: 1 day: 1 } })")),
              UnorderedElementsAre("e.milestones[1].id", "e.milestones[1].title.text",
                                   "e.milestones[1].due_date", "e.milestones[1].done_date",
                                   "e.milestones[2].id"));
}

TEST(CheckElement, AWithdrawnMilestoneHasADayAndAReasonAndIsNotDone) {
  const auto faults_of = [](const std::string& fields) {
    return FaultsOf(
        With(absl::StrCat(R"(milestones { id: "m" title { text { key: "nl" value: "x" } }
                                         due_date { year: 2024 month: 2 day: 29 } )",
                          fields, " }")));
  };
  const std::string day = "{ year: 2024 month: 3 day: 1 }";
  EXPECT_THAT(faults_of("withdrawn_on " + day + " withdrawn_reason: 'no money'"), IsEmpty());
  EXPECT_THAT(faults_of("withdrawn_on " + day), ElementsAre("e.milestones[0].withdrawn_reason"));
  EXPECT_THAT(faults_of("withdrawn_reason: 'x'"), ElementsAre("e.milestones[0].withdrawn_on"));
  EXPECT_THAT(faults_of("withdrawn_on { year: 2024 } withdrawn_reason: 'x'"),
              ElementsAre("e.milestones[0].withdrawn_on"));
  EXPECT_THAT(faults_of("withdrawn_on " + day + " withdrawn_reason: 'x' done_date " + day),
              ElementsAre("e.milestones[0].withdrawn_on"));
  EXPECT_THAT(faults_of(absl::StrCat("withdrawn_on ", day, " withdrawn_reason: '",
                                     std::string(1000, 'x'), "'")),
              IsEmpty());
  EXPECT_THAT(faults_of(absl::StrCat("withdrawn_on ", day, " withdrawn_reason: '",
                                     std::string(1001, 'x'), "'")),
              ElementsAre("e.milestones[0].withdrawn_reason"));
  EXPECT_THAT(faults_of("declared_due_date { year: 2024 month: 13 day: 1 }"),
              ElementsAre("e.milestones[0].declared_due_date"));
}

TEST(CheckElement, MilestonesAndIndicatorsAreAtMostAHundred) {
  v1::Element element = With("");
  for (int i = 0; i < 100; ++i) {
    v1::Milestone* milestone = element.add_milestones();
    milestone->set_id(absl::StrCat("m", i));
    (*milestone->mutable_title()->mutable_text())["nl"] = "x";
    *milestone->mutable_due_date() = Parsed<common::v1::Date>("year: 2024 month: 1 day: 1");
    element.add_indicators()->set_indicator(absl::StrCat("institutions/gob/indicators/k", i));
  }
  EXPECT_THAT(FaultsOf(element), IsEmpty());
  *element.add_milestones() = element.milestones(0);
  element.add_indicators()->set_indicator("institutions/gob/indicators/k100");
  EXPECT_THAT(FaultsOf(element), UnorderedElementsAre("e.milestones", "e.indicators"));
}

TEST(CheckElement, AnIndicatorAndSliceCountsOnce) {
  EXPECT_THAT(FaultsOf(With(R"(
                indicators { indicator: "institutions/tal/indicators/k" }
                indicators { indicator: "institutions/tal/indicators/k"
                             slice { key: "unit" value: "B1" } }
                indicators { indicator: "institutions/tal/indicators/k"
                             slice { key: "unit" value: "B2" } weight: 1000001 }
                indicators { indicator: "institutions/tal/indicators/k"
                             slice { key: "unit" value: "B1" } }
                indicators { indicator: "k" }
                indicators {})")),
              UnorderedElementsAre("e.indicators[2].weight", "e.indicators[3]",
                                   "e.indicators[4].indicator", "e.indicators[5].indicator"));
}

TEST(CheckElement, OneIndicatorIsTheOutput) {
  EXPECT_THAT(FaultsOf(With(R"(
                indicators { indicator: "institutions/gob/indicators/a" }
                indicators { indicator: "institutions/gob/indicators/b" output: true })")),
              IsEmpty());
  EXPECT_THAT(FaultsOf(With(R"(
                indicators { indicator: "institutions/gob/indicators/a" output: true }
                indicators { indicator: "institutions/gob/indicators/b" output: true })")),
              ElementsAre("e.indicators[1].output"));
}

TEST(CheckElement, ASliceIsUpToEightDimensionsWithCodes) {
  v1::Element element = With(R"(indicators { indicator: "institutions/gob/indicators/k" })");
  auto& slice = *element.mutable_indicators(0)->mutable_slice();
  for (int i = 0; i < 7; ++i) slice[absl::StrCat("d", i)] = "B@1_$-";
  slice["_" + std::string(62, 'd')] = std::string(64, 'c');
  EXPECT_THAT(FaultsOf(element), IsEmpty());
  slice["d8"] = "c";
  EXPECT_THAT(FaultsOf(element), ElementsAre("e.indicators[0].slice"));
  slice.clear();
  slice["a"] = "_T";  // the total is no part
  slice["b"] = std::string(65, 'c');
  slice["c"] = "";
  slice["d"] = "B 1";
  EXPECT_THAT(FaultsOf(element),
              UnorderedElementsAre("e.indicators[0].slice[a]", "e.indicators[0].slice[b]",
                                   "e.indicators[0].slice[c]", "e.indicators[0].slice[d]"));
  for (const std::string& dimension :
       {std::string("1a"), std::string(), std::string("a.b"), std::string(64, 'd')}) {
    slice.clear();
    slice[dimension] = "c";
    EXPECT_THAT(FaultsOf(element), ElementsAre("e.indicators[0].slice")) << dimension;
  }
}

}  // namespace
}  // namespace athena::plan
