// Batches of updates of elements: the tree is judged as all of them leave it.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/status/testing/matchers.h"
#include "services/plan/limits.h"
#include "services/plan/testing/service.h"

namespace athena::plan {
namespace {

using status::testing::IsOk;
using status::testing::Refuses;
using ::testing::ElementsAre;
using testing::FaultyFields;
using testing::OperationsRpc;
using testing::Rpc;

constexpr char kParent[] = R"(parent: "institutions/gob/plans/p1" )";

std::string NameOfElement(const std::string& id) {
  return absl::StrCat("institutions/gob/plans/p1/elements/", id);
}
// An update within a batch.
std::string Change(const std::string& id, const std::string& fields, const std::string& rest = "") {
  return absl::StrCat(" requests { element { name: \"", NameOfElement(id), "\" ", fields, " } ",
                      rest, " }");
}
std::string Below(const std::string& parent) {
  return absl::StrCat("parent_element: \"", parent.empty() ? "" : NameOfElement(parent), "\" ");
}
constexpr char kMoves[] = R"(update_mask { paths: "parent_element" })";

class ElementBatchTest : public testing::PlanTest {
 protected:
  absl::StatusOr<v1::BatchUpdateElementsResponse> Batch(const std::string& changes) {
    return Call(&Rpc::BatchUpdateElements, kParent + changes);
  }
  v1::Element Get(const std::string& id) {
    const auto got = Call(&Rpc::GetElement, absl::StrCat("name: \"", NameOfElement(id), "\""));
    ATHENA_EXPECT_OK(got);
    return got.ok() ? *got : v1::Element();
  }
};

TEST_F(ElementBatchTest, CodesAreSwappedAndShifted) {
  MakeElement("a", "1");
  MakeElement("b", "2");
  MakeElement("c", "3");
  ASSERT_THAT(Batch(Change("a", R"(code: "2")") + Change("b", R"(code: "3")") +
                    Change("c", R"(code: "1")")),
              IsOk());
  EXPECT_EQ(Get("a").code(), "2");
  EXPECT_EQ(Get("c").code(), "1");
  EXPECT_THAT(Batch(Change("a", R"(code: "3")")), Refuses("ELEMENT_CODE_TAKEN"));
  EXPECT_THAT(
      FaultyFields(Batch(Change("a", R"(code: "9")") + Change("b", R"(code: "9")")).status()),
      ElementsAre("requests[1].element.code"));
}

TEST_F(ElementBatchTest, ElementsMoveBelowEachOther) {
  MakeElement("a", "1", "OBJECTIVE");
  MakeElement("b", "2", "OBJECTIVE", "a");
  MakeElement("c", "3", "ACTION", "b");
  // What is below becomes what is above, and a new one comes between.
  ASSERT_THAT(Batch(Change("b", Below(""), kMoves) + Change("a", Below("n"), kMoves) +
                    Change("n", Below("b") + R"(kind: KIND_OBJECTIVE code: "4"
                                               title { text { key: "nl" value: "n" } })",
                           "allow_missing: true")),
              IsOk());
  EXPECT_EQ(Get("b").parent_element(), "");
  EXPECT_EQ(Get("a").parent_element(), NameOfElement("n"));
  // Its own update judges by where all stand now.
  EXPECT_THAT(
      Call(&Rpc::MoveElement, absl::StrCat("name: \"", NameOfElement("b"), "\" ", Below("a"))),
      Refuses("INVALID_FIELDS"));
}

TEST_F(ElementBatchTest, ATreeThatABatchWouldBreakIsRefusedAtTheRow) {
  MakeElement("axis", "1", "AXIS");
  MakeElement("goal", "2", "OBJECTIVE", "axis");
  MakeElement("deed", "3", "ACTION", "goal");
  const auto faults = [&](const std::string& changes) {
    return FaultyFields(Batch(changes).status());
  };
  EXPECT_THAT(
      faults(Change("axis", Below("goal"), kMoves) + Change("goal", Below("axis"), kMoves)),
      ElementsAre("requests[0].element.parent_element", "requests[1].element.parent_element"));
  EXPECT_THAT(faults(Change("axis", Below("none"), kMoves)),
              ElementsAre("requests[0].element.parent_element"));
  EXPECT_THAT(faults(Change("axis", "kind: KIND_ACTION")), ElementsAre("requests[0].element.kind"));
  EXPECT_THAT(faults(Change("deed", "kind: KIND_AXIS") + Change("axis", R"(code: "9")")),
              ElementsAre("requests[0].element.kind"));
  EXPECT_THAT(
      Batch(Change("deed", "kind: KIND_OBJECTIVE") + Change("axis", "kind: KIND_OBJECTIVE")),
      IsOk());
}

TEST_F(ElementBatchTest, WhatIsBelowAMovedElementCountsForTheDepth) {
  std::string above;
  for (int level = 1; level < kMaxLevels; ++level) {
    const std::string id = absl::StrCat("l", level);
    MakeElement(id, absl::StrCat("1.", level), "OBJECTIVE", above);
    above = id;
  }
  MakeElement("top", "2", "OBJECTIVE");
  MakeElement("leaf", "3", "OBJECTIVE", "top");
  EXPECT_THAT(FaultyFields(Batch(Change("top", Below(above), kMoves)).status()),
              ElementsAre("requests[0].element.parent_element"));
  EXPECT_THAT(Batch(Change("top", Below(above), kMoves) + Change("leaf", Below(""), kMoves)),
              IsOk());
}

// Random batches against a model of the tree: what the service takes keeps all its rules.
TEST_F(ElementBatchTest, RandomMovesLeaveATree) {
  constexpr int kElements = 8;
  std::map<int, int> above;  // -1: the top
  for (int at = 0; at < kElements; ++at) {
    MakeElement(absl::StrCat("e", at), absl::StrCat(at), "ACTION");
    above[at] = -1;
  }
  std::mt19937 random(5);
  int taken = 0;
  for (int round = 0; round < 60; ++round) {
    std::map<int, int> wanted = above;
    std::string changes;
    std::map<int, int> moved;
    for (int left = 1 + static_cast<int>(random() % 4); left > 0; --left) {
      moved[static_cast<int>(random() % kElements)] =
          static_cast<int>(random() % (kElements + 1)) - 1;
    }
    for (const auto& [id, parent] : moved) {
      wanted[id] = parent;
      absl::StrAppend(&changes, Change(absl::StrCat("e", id),
                                       Below(parent < 0 ? "" : absl::StrCat("e", parent)), kMoves));
    }
    bool is_tree = true;
    for (int at = 0; at < kElements; ++at) {
      int steps = 0;
      for (int up = wanted[at]; up >= 0 && steps <= kElements; up = wanted[up]) ++steps;
      is_tree = is_tree && steps <= kElements;
    }
    const bool done = Batch(changes).ok();
    EXPECT_EQ(done, is_tree) << changes;
    if (done) above = wanted;
    taken += done ? 1 : 0;
    for (int at = 0; at < kElements; ++at) {
      EXPECT_EQ(Get(absl::StrCat("e", at)).parent_element(),
                above[at] < 0 ? "" : NameOfElement(absl::StrCat("e", above[at])));
    }
  }
  EXPECT_GT(taken, 10);
  EXPECT_LT(taken, 55);
}

TEST_F(ElementBatchTest, CodesOfRisksAndLinesAreSwappedToo) {
  for (const char* id : {"a", "b"}) {
    ATHENA_ASSERT_OK(
        Call(&OperationsRpc::CreateRisk,
             absl::StrCat(R"(parent: "institutions/gob" risk_id: ")", id, R"(" risk { code: ")", id,
                          R"(" inherent_likelihood: 1 inherent_impact: 1
                     title { text { key: "nl" value: "x" } } })")));
    ATHENA_ASSERT_OK(
        Call(&OperationsRpc::CreateBudgetLine,
             absl::StrCat(R"(parent: "institutions/gob" budget_line_id: ")", id,
                          R"(" budget_line { code: ")", id,
                          R"(" year: 2026 title { text { key: "nl" value: "x" } } })")));
    ATHENA_ASSERT_OK(Call(
        &OperationsRpc::CreateProcess,
        absl::StrCat(R"(parent: "institutions/gob" process_id: ")", id, R"(" process { code: ")",
                     id, R"(" title { text { key: "nl" value: "x" } } })")));
  }
  const auto swap = [](const std::string& field, const std::string& collection) {
    std::string batch = R"(parent: "institutions/gob")";
    for (const auto& [id, code] : {std::pair("a", "b"), std::pair("b", "a")}) {
      absl::StrAppend(&batch, " requests { ", field, R"( { name: "institutions/gob/)", collection,
                      "/", id, R"(" code: ")", code, R"(" } })");
    }
    return batch;
  };
  EXPECT_THAT(Call(&OperationsRpc::BatchUpdateRisks, swap("risk", "risks")), IsOk());
  EXPECT_THAT(Call(&OperationsRpc::BatchUpdateProcesses, swap("process", "processes")), IsOk());
  EXPECT_THAT(Call(&OperationsRpc::BatchUpdateBudgetLines, swap("budget_line", "budgetLines")),
              IsOk());
  EXPECT_THAT(Call(&OperationsRpc::BatchUpdateRisks,
                   R"(parent: "institutions/gob"
                      requests { risk { name: "institutions/gob/risks/a" code: "a" } })"),
              Refuses("CODE_TAKEN"));
}

TEST_F(ElementBatchTest, UnitsInACircleAreRefusedWhateverTheirOrder) {
  for (const char* id : {"a", "b", "c"}) MakeUnit(id);
  const auto below = [](const std::string& id, const std::string& parent) {
    return absl::StrCat(R"( requests { unit { name: "institutions/gob/units/)", id,
                        R"(" parent_unit: "institutions/gob/units/)", parent, R"(" } })");
  };
  const std::string gob = R"(parent: "institutions/gob")";
  EXPECT_THAT(FaultyFields(Call(&Rpc::BatchUpdateUnits,
                                gob + below("c", "a") + below("a", "b") + below("b", "a"))
                               .status()),
              ElementsAre("requests[0].unit.parent_unit", "requests[1].unit.parent_unit",
                          "requests[2].unit.parent_unit"));
  EXPECT_THAT(Call(&Rpc::BatchUpdateUnits, gob + below("c", "a") + below("a", "b")), IsOk());
}

}  // namespace
}  // namespace athena::plan
