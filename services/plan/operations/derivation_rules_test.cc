#include "services/plan/operations/derivation_rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace athena::plan {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

using Became = ItemChange::Kind;

absl::CivilDay On(int year, int month, int day) { return absl::CivilDay(year, month, day); }

// An action of the unit "it" over 2025 and 2026.
PlannedElement Action(const std::string& code) {
  PlannedElement action;
  action.name = "e" + code;
  action.is_action = true;
  action.code = code;
  action.title = {{"en", "Action " + code}};
  action.owner_unit = "it";
  action.start = On(2025, 1, 1);
  action.end = On(2026, 12, 31);
  return action;
}

PlannedMilestone Due(const std::string& id, absl::CivilDay day) {
  return {id, {}, day, {}, false, false};
}

std::vector<std::string> Derived(const std::vector<PlannedElement>& elements, int year = 2026,
                                 const std::set<std::string>& units = {"it"}) {
  std::vector<std::string> names;
  for (const DerivedItem& item : DeriveItems(elements, units, year)) {
    names.push_back(item.element + (item.is_owner ? " owned" : ""));
  }
  return names;
}

TEST(UnitWithPartsTest, AUnitHasItsPartsAndTheirs) {
  const std::map<std::string, std::string> parents = {
      {"it", ""}, {"net", "it"}, {"lan", "net"}, {"hr", ""}, {"pay", "hr"}};
  EXPECT_THAT(UnitWithParts("it", parents), UnorderedElementsAre("it", "net", "lan"));
  EXPECT_THAT(UnitWithParts("lan", parents), UnorderedElementsAre("lan"));
  EXPECT_THAT(UnitWithParts("hr", parents), UnorderedElementsAre("hr", "pay"));
}

TEST(DeriveItemsTest, AnItemIsAnActionThatTheUnitOwnsOrContributesTo) {
  PlannedElement contributed = Action("2");
  contributed.owner_unit = "hr";
  contributed.contributors = {"pay", "lan"};
  PlannedElement others = Action("3");
  others.owner_unit = "hr";
  PlannedElement objective = Action("4");
  objective.is_action = false;
  EXPECT_THAT(Derived({Action("1"), contributed, others, objective}, 2026, {"it", "lan"}),
              ElementsAre("e1 owned", "e2"));
  EXPECT_THAT(Derived({Action("1"), contributed, others, objective}, 2026, {"hr", "pay"}),
              ElementsAre("e2 owned", "e3 owned"));
}

TEST(DeriveItemsTest, AnItemOverlapsTheYearByADayAtLeast) {
  const auto lasting = [](std::optional<absl::CivilDay> start, std::optional<absl::CivilDay> end) {
    PlannedElement action = Action("1");
    action.start = start;
    action.end = end;
    return !Derived({action}).empty();
  };
  EXPECT_TRUE(lasting(On(2020, 1, 1), On(2026, 1, 1)));
  EXPECT_FALSE(lasting(On(2020, 1, 1), On(2025, 12, 31)));
  EXPECT_TRUE(lasting(On(2026, 12, 31), On(2030, 1, 1)));
  EXPECT_FALSE(lasting(On(2027, 1, 1), On(2030, 1, 1)));
  EXPECT_TRUE(lasting({}, {}));
  EXPECT_TRUE(lasting({}, On(2026, 1, 1)));
  EXPECT_FALSE(lasting({}, On(2025, 12, 31)));
  EXPECT_TRUE(lasting(On(2026, 12, 31), {}));
  EXPECT_FALSE(lasting(On(2027, 1, 1), {}));
}

TEST(DeriveItemsTest, WhatIsCompletedLastsUntilThen) {
  PlannedElement early = Action("1");
  early.completed_on = On(2025, 12, 31);
  PlannedElement late = Action("2");
  late.end = On(2025, 6, 30);
  late.completed_on = On(2026, 1, 1);
  EXPECT_THAT(Derived({early, late}, 2026), ElementsAre("e2 owned"));
  EXPECT_THAT(Derived({early, late}, 2025), ElementsAre("e1 owned", "e2 owned"));
}

TEST(DeriveItemsTest, WhatIsDroppedIsLeftOutWithAllBelowIt) {
  PlannedElement objective = Action("1");
  objective.is_action = false;
  PlannedElement below = Action("1.1");
  below.parent = "e1";
  PlannedElement further = Action("1.1.1");
  further.parent = "e1.1";
  EXPECT_THAT(Derived({further, below, objective}), ElementsAre("e1.1 owned", "e1.1.1 owned"));
  below.is_dropped = true;
  EXPECT_THAT(Derived({further, below, objective}), IsEmpty());
  below.is_dropped = false;
  objective.is_dropped = true;
  EXPECT_THAT(Derived({further, below, objective}), IsEmpty());
}

TEST(DeriveItemsTest, ItemsAreInNaturalOrderOfTheirCodes) {
  EXPECT_THAT(Derived({Action("1.10"), Action("1.9"), Action("1.1")}),
              ElementsAre("e1.1 owned", "e1.9 owned", "e1.10 owned"));
}

TEST(DeriveItemsTest, AnItemHasTheMilestonesOfTheYearThatStand) {
  PlannedElement action = Action("1");
  PlannedMilestone withdrawn = Due("w", On(2026, 5, 1));
  withdrawn.withdrawn = true;
  action.milestones = {Due("last", On(2026, 12, 31)), Due("before", On(2025, 12, 31)),
                       Due("first", On(2026, 1, 1)),  withdrawn,
                       Due("b", On(2026, 3, 1)),      Due("a", On(2026, 3, 1)),
                       Due("after", On(2027, 1, 1))};
  const auto items = DeriveItems({action}, {"it"}, 2026);
  ASSERT_EQ(items.size(), 1);
  std::vector<std::string> ids;
  for (const PlannedMilestone& milestone : items[0].milestones) ids.push_back(milestone.id);
  EXPECT_THAT(ids, ElementsAre("first", "a", "b", "last"));
}

TEST(CompareItemsTest, WhatIsEqualIsNoChange) {
  const auto items = DeriveItems({Action("1"), Action("2")}, {"it"}, 2026);
  EXPECT_THAT(CompareItems(items, items), IsEmpty());
  EXPECT_THAT(CompareItems({}, {}), IsEmpty());
}

TEST(CompareItemsTest, ItemsAreNewChangedOrGone) {
  PlannedElement changed = Action("2");
  const auto before = DeriveItems({Action("1"), changed, Action("10")}, {"it"}, 2026);
  changed.title["en"] = "Renamed";
  changed.end = On(2027, 3, 31);
  changed.milestones = {Due("m", On(2026, 6, 30))};
  const auto after = DeriveItems({changed, Action("9"), Action("10")}, {"it"}, 2026);
  EXPECT_THAT(CompareItems(before, after),
              ElementsAre(ItemChange{Became::kGone, "e1", {}},
                          ItemChange{Became::kChanged, "e2", {"title", "end_date", "milestones"}},
                          ItemChange{Became::kNew, "e9", {}}));
}

TEST(CompareItemsTest, EveryFieldCounts) {
  const DerivedItem item = DeriveItems({Action("1")}, {"it"}, 2026)[0];
  const auto fields_of = [&](const DerivedItem& other) {
    const auto changes = CompareItems({item}, {other});
    return changes.size() == 1 ? changes[0].fields : std::vector<std::string>();
  };
  DerivedItem other = item;
  other.code = "1.1";
  EXPECT_THAT(fields_of(other), ElementsAre("code"));
  other = item;
  other.owner_unit = "hr";
  other.is_owner = false;
  EXPECT_THAT(fields_of(other), ElementsAre("owner_unit", "role"));
  other = item;
  other.start.reset();
  other.completed_on = On(2026, 2, 1);
  EXPECT_THAT(fields_of(other), ElementsAre("start_date", "completed_on"));
  other = item;
  other.indicators = {"k"};
  EXPECT_THAT(fields_of(other), ElementsAre("indicators"));
}

}  // namespace
}  // namespace athena::plan
