#include "services/plan/follow_up/decisions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/status/status.h"
#include "libs/status/testing/matchers.h"
#include "services/plan/testing/service.h"

namespace athena::plan {
namespace {

using ::athena::status::testing::IsOk;
using ::athena::status::testing::Refuses;
using ::testing::ElementsAre;
using testing::FaultyFields;
using FollowUp = testing::FollowUpRpc;
using ::testing::IsEmpty;
using testing::Parsed;
using testing::Rpc;
using ::testing::UnorderedElementsAre;

std::string DateText(const std::string& field, int year, int month, int day) {
  return absl::StrCat(field, " { year: ", year, " month: ", month, " day: ", day, " } ");
}

// A decision of February 2020 that is due at the end of that year; with `rest`, which replaces what
// it sets again.
std::string DecisionText(const std::string& rest = "") {
  std::string text = R"(title { text { key: "nl" value: "t" } } responsible: "Ann" )" + rest;
  for (const auto& [field, value] :
       {std::pair{"element", R"( element: "institutions/gob/plans/p1/elements/a" )"},
        std::pair{"decided_on", " decided_on { year: 2020 month: 2 day: 3 } "},
        std::pair{"due_date", " due_date { year: 2020 month: 12 day: 31 } "}}) {
    if (rest.find(field) == std::string::npos) text += value;
  }
  return text;
}

std::vector<std::string> DecisionFaults(const v1::Decision& decision,
                                        std::string_view parent = "institutions/gob") {
  status::FieldFaults faults;
  DecisionKind::Validate("d", parent, decision, &faults);
  return FaultyFields(faults.ToStatus());
}
std::vector<std::string> DecisionFaults(const std::string& rest) {
  return DecisionFaults(Parsed<v1::Decision>(DecisionText(rest)));
}

TEST(DecisionKind, WantsTitleSubjectResponsibleAndDays) {
  EXPECT_THAT(DecisionFaults(""), IsEmpty());
  EXPECT_THAT(DecisionFaults(v1::Decision()),
              UnorderedElementsAre("d.title", "d.element", "d.responsible_unit", "d.decided_on",
                                   "d.due_date"));
}

TEST(DecisionKind, NamesResourcesOfItsOwnInstitution) {
  v1::Decision decision = Parsed<v1::Decision>(DecisionText());
  decision.set_element("institutions/tal/plans/p1/elements/a");
  decision.set_responsible_unit("institutions/tal/units/u");
  decision.set_publication("institutions/tal/plans/p1/scorecards/2020-Q1/publications/1");
  EXPECT_THAT(DecisionFaults(decision),
              ElementsAre("d.element", "d.publication", "d.responsible_unit"));
  EXPECT_THAT(DecisionFaults(decision, "institutions/tal"), IsEmpty());
  EXPECT_THAT(DecisionFaults(decision, ""), IsEmpty()) << "the parent is at fault already";
}

TEST(DecisionKind, APublicationIsNamedBySyntaxAlone) {
  v1::Decision decision = Parsed<v1::Decision>(DecisionText());
  decision.clear_element();
  decision.set_publication("institutions/gob/plans/p1/scorecards/2020-Q1/publications/a-1");
  EXPECT_THAT(DecisionFaults(decision), IsEmpty());
  for (const char* bad : {"a", "institutions/gob/plans/p1/scorecards/2020-Q1",
                          "institutions/gob/plans/p1/scorecards/2020/publications/1",
                          "institutions/gob/plans/p1/scorecards/2020-Q1/publications/",
                          "institutions/gob/plans/p1/scorecards/2020-Q1/publications/1/x",
                          "institutions/gob/publications/1"}) {
    decision.set_publication(bad);
    EXPECT_THAT(DecisionFaults(decision), ElementsAre("d.publication")) << bad;
  }
}

TEST(DecisionKind, WhatIsDoneOrDroppedSaysWhen) {
  const std::string done = DateText("done_on", 2020, 3, 1);
  const std::string dropped = DateText("dropped_on", 2020, 3, 1) + "dropped_reason: 'no money' ";
  EXPECT_THAT(DecisionFaults("state: STATE_DONE " + done), IsEmpty());
  EXPECT_THAT(DecisionFaults("state: STATE_DROPPED " + dropped), IsEmpty());
  EXPECT_THAT(DecisionFaults("state: STATE_DONE"), ElementsAre("d.done_on"));
  EXPECT_THAT(DecisionFaults("state: STATE_DROPPED"),
              ElementsAre("d.dropped_on", "d.dropped_reason"));
  for (const char* state : {"STATE_UNSPECIFIED", "STATE_OPEN", "STATE_IN_PROGRESS"}) {
    EXPECT_THAT(DecisionFaults(absl::StrCat("state: ", state, " ", done, dropped)),
                ElementsAre("d.done_on", "d.dropped_on", "d.dropped_reason"))
        << state;
  }
  EXPECT_THAT(DecisionFaults("state: STATE_DONE " + done + dropped),
              ElementsAre("d.dropped_on", "d.dropped_reason"));
}

TEST(DecisionKind, NothingLiesBeforeTheDecision) {
  const std::string before = DateText("due_date", 2020, 2, 2);
  EXPECT_THAT(DecisionFaults(before), ElementsAre("d.due_date"));
  EXPECT_THAT(DecisionFaults(DateText("due_date", 2020, 2, 3)), IsEmpty());
  EXPECT_THAT(DecisionFaults("state: STATE_DONE " + DateText("done_on", 2020, 2, 2)),
              ElementsAre("d.done_on"));
  EXPECT_THAT(DecisionFaults("state: STATE_DROPPED dropped_reason: 'x' " +
                             DateText("dropped_on", 2020, 2, 2)),
              ElementsAre("d.dropped_on"));
}

TEST(DecisionKind, TextsAndNotesHaveTheirLimits) {
  v1::Decision decision = Parsed<v1::Decision>(
      DecisionText("state: STATE_DROPPED " + DateText("dropped_on", 2020, 3, 1)));
  v1::FollowUpNote& note = *decision.add_notes();
  const auto set = [&](size_t longer) {
    (*decision.mutable_title()->mutable_text())["nl"] = std::string(300 + longer, 'x');
    (*decision.mutable_text()->mutable_text())["nl"] = std::string(4000 + longer, 'x');
    decision.set_responsible(std::string(200 + longer, 'x'));
    decision.set_dropped_reason(std::string(1000 + longer, 'x'));
    note.set_text(std::string(4000 + longer, 'x'));
    note.mutable_day()->set_year(2020);
    note.mutable_day()->set_month(2);
    note.mutable_day()->set_day(29 + static_cast<int>(longer));
  };
  set(0);
  EXPECT_THAT(DecisionFaults(decision), IsEmpty());
  set(1);
  EXPECT_THAT(DecisionFaults(decision),
              UnorderedElementsAre("d.title.text[nl]", "d.text.text[nl]", "d.responsible",
                                   "d.dropped_reason", "d.notes[0].text", "d.notes[0].day"));
  set(0);
  while (decision.notes_size() < 100) *decision.add_notes() = decision.notes(0);
  EXPECT_THAT(DecisionFaults(decision), IsEmpty());
  decision.add_notes();
  EXPECT_THAT(DecisionFaults(decision), ElementsAre("d.notes"));
  EXPECT_THAT(DecisionFaults("notes {}"), ElementsAre("d.notes[0].day", "d.notes[0].text"));
}

// It is 13 September 2020.
class DecisionsTest : public testing::PlanTest {
 protected:
  DecisionsTest() {
    MakeElement("a", "1");
    MakeUnit("u");
  }

  absl::StatusOr<v1::Decision> Create(const std::string& id, const std::string& rest = "",
                                      const std::string& who = "gob-planner") {
    return Call(&FollowUp::CreateDecision,
                absl::StrCat("parent: 'institutions/gob' decision_id: '", id, "' decision { ",
                             DecisionText(rest), " }"),
                who);
  }
  absl::StatusOr<v1::Decision> Update(const std::string& id, const std::string& fields,
                                      const std::string& who = "gob-planner") {
    return Call(
        &FollowUp::UpdateDecision,
        absl::StrCat("decision { name: 'institutions/gob/decisions/", id, "' ", fields, " }"), who);
  }
  std::vector<std::string> List(const std::string& filter) {
    const auto page =
        Call(&FollowUp::ListDecisions,
             absl::StrCat("parent: 'institutions/gob' order_by: 'due_date' filter: '", filter, "'"),
             "gob-viewer");
    ATHENA_EXPECT_OK(page);
    std::vector<std::string> ids;
    if (!page.ok()) return ids;
    for (const v1::Decision& decision : page->decisions()) {
      ids.push_back(decision.name().substr(std::string("institutions/gob/decisions/").size()));
    }
    return ids;
  }
};

TEST_F(DecisionsTest, OpenAndOverdueOnesAreFound) {
  ATHENA_ASSERT_OK(Create("next-year", DateText("due_date", 2021, 3, 31)));
  ATHENA_ASSERT_OK(Create("overdue", DateText("due_date", 2020, 9, 12)));
  ATHENA_ASSERT_OK(Create("begun", DateText("due_date", 2020, 6, 30) + "state: STATE_IN_PROGRESS"));
  ATHENA_ASSERT_OK(Create("done", DateText("due_date", 2020, 6, 30) + "state: STATE_DONE " +
                                      DateText("done_on", 2020, 9, 13)));
  EXPECT_EQ(Create("default")->state(), v1::Decision::STATE_OPEN);
  const std::string open = "(state = OPEN OR state = IN_PROGRESS)";
  EXPECT_THAT(List(open), ElementsAre("begun", "overdue", "default", "next-year"));
  EXPECT_THAT(List(open + " AND due_date < 2020-09-13"), ElementsAre("begun", "overdue"));
  ATHENA_ASSERT_OK(Update("overdue", "state: STATE_DONE " + DateText("done_on", 2020, 9, 13)));
  EXPECT_THAT(List(open + " AND due_date < 2020-09-13"), ElementsAre("begun"));
}

TEST_F(DecisionsTest, WhatItNamesExistsWhenItIsNamed) {
  EXPECT_THAT(FaultyFields(Create("d", R"(element: "institutions/gob/plans/p1/elements/none"
                                          responsible_unit: "institutions/gob/units/none")")
                               .status()),
              ElementsAre("decision.element", "decision.responsible_unit"));
  ATHENA_ASSERT_OK(Create("d"));
  // The decision outlives its element, and can still be followed up.
  ATHENA_ASSERT_OK(
      Call(&Rpc::DeleteElement, "name: 'institutions/gob/plans/p1/elements/a'", "gob-planner"));
  EXPECT_THAT(Update("d", "state: STATE_IN_PROGRESS"), IsOk());
}

TEST_F(DecisionsTest, AUnitThatAnswersForOneIsNotDeleted) {
  ATHENA_ASSERT_OK(Create("d", R"(responsible_unit: "institutions/gob/units/u")"));
  const auto refused = Call(&Rpc::DeleteUnit, "name: 'institutions/gob/units/u'");
  EXPECT_THAT(refused, Refuses("UNIT_IN_USE"));
  EXPECT_EQ(status::MetadataValue(refused.status(), "user"), "institutions/gob/decisions/d");
}

TEST_F(DecisionsTest, WhatIsOverDoesNotLieInTheFuture) {
  const std::string tomorrow = DateText("decided_on", 2020, 9, 14);
  EXPECT_THAT(FaultyFields(Create("d", tomorrow).status()), ElementsAre("decision.decided_on"));
  ATHENA_ASSERT_OK(Create("d", DateText("decided_on", 2020, 9, 13)));
  EXPECT_THAT(
      FaultyFields(Update("d", "state: STATE_DONE " + DateText("done_on", 2020, 9, 14)).status()),
      ElementsAre("decision.done_on"));
  EXPECT_THAT(FaultyFields(Update("d", "state: STATE_DROPPED dropped_reason: 'x' " +
                                           DateText("dropped_on", 2020, 9, 14))
                               .status()),
              ElementsAre("decision.dropped_on"));
}

TEST_F(DecisionsTest, ANoteKeepsItsAuthor) {
  const auto note = [](int day, const std::string& text, const std::string& author = "forged") {
    return absl::StrCat("notes { ", DateText("day", 2020, 9, day), "text: '", text, "' author: '",
                        author, "' } ");
  };
  const auto authors = [](const absl::StatusOr<v1::Decision>& decision) {
    ATHENA_EXPECT_OK(decision);
    std::vector<std::string> names;
    if (!decision.ok()) return names;
    for (const v1::FollowUpNote& one : decision->notes()) names.push_back(one.author());
    return names;
  };
  EXPECT_THAT(authors(Create("d", note(1, "begun"))), ElementsAre("gob-planner"));
  EXPECT_THAT(authors(Update("d", note(2, "half") + note(1, "begun"), "gob-all")),
              ElementsAre("gob-all", "gob-planner"));
  EXPECT_THAT(authors(Update("d", note(1, "begun, late") + note(2, "half"), "gob-planner")),
              ElementsAre("gob-planner", "gob-all"));
  EXPECT_THAT(authors(Update("d", note(1, "begun, late") + note(3, "half"), "gob-planner")),
              ElementsAre("gob-planner", "gob-planner"));
}

}  // namespace
}  // namespace athena::plan
