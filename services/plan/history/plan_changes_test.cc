// The feed of an institution's revisions.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/status/status.h"
#include "libs/status/testing/matchers.h"
#include "services/plan/limits.h"
#include "services/plan/testing/service.h"

namespace athena::plan {
namespace {

using ::testing::ElementsAre;
using testing::FaultyFields;
using testing::Rpc;

class PlanChangesTest : public testing::PlanTest {
 protected:
  // The next `count` revisions of a watch.
  static std::vector<int64_t> Take(testing::Watch& watch, int count) {
    std::vector<int64_t> revisions;
    v1::WatchPlansResponse change;
    for (int i = 0; i < count && watch.Next(&change); ++i) revisions.push_back(change.revision());
    return revisions;
  }
  absl::Status Refusal(const std::string& request, const std::string& who = "gob-all") {
    const auto watch = StartWatch(request, who);
    v1::WatchPlansResponse change;
    EXPECT_FALSE(watch->Next(&change));
    return watch->Finish();
  }
};

TEST_F(PlanChangesTest, ARevisionSaysWhoDidWhatToWhatAndWhen) {
  ASSERT_TRUE(Call(&Rpc::CreateElement,
                   R"(parent: "institutions/gob/plans/p1" element_id: "a" reason: "because"
                      element { kind: KIND_AXIS code: "1" title { text { key: "nl" value: "x" } }
                      })",
                   "gob-planner")
                  .ok());
  const auto watch = StartWatch(R"(parent: "institutions/gob" after_revision: 2)", "gob-viewer");
  v1::WatchPlansResponse change;
  ASSERT_TRUE(watch->Next(&change));
  EXPECT_EQ(change.revision(), 3);
  EXPECT_EQ(change.time().seconds(), kStart + 3);
  EXPECT_EQ(change.subject(), "gob-planner");
  EXPECT_EQ(change.action(), "CreateElement");
  EXPECT_THAT(change.resources(), ElementsAre("institutions/gob/plans/p1/elements/a"));
}

TEST_F(PlanChangesTest, AWatchBeginsWhereItIsToldAndGoesOnAsChangesCome) {
  MakeUnit("a");  // 3
  MakeUnit("b");  // 4
  const auto all = StartWatch(R"(parent: "institutions/gob")");
  const auto resumed = StartWatch(R"(parent: "institutions/gob" after_revision: 3)");
  EXPECT_THAT(Take(*all, 4), ElementsAre(1, 2, 3, 4));
  EXPECT_THAT(Take(*resumed, 1), ElementsAre(4));
  MakeUnit("c");  // 5
  EXPECT_THAT(Take(*all, 1), ElementsAre(5));
  EXPECT_THAT(Take(*resumed, 1), ElementsAre(5));
}

TEST_F(PlanChangesTest, AWatchResumesOnlyInTheLineageThatItWasToldOf) {
  const auto all = StartWatch(R"(parent: "institutions/gob")");
  v1::WatchPlansResponse change;
  ASSERT_TRUE(all->Next(&change));
  EXPECT_THAT(change.lineage(), ::testing::MatchesRegex("[0-9a-f]{16}"));
  const auto resumed = StartWatch(absl::StrCat(
      R"(parent: "institutions/gob" after_revision: 1 lineage: ")", change.lineage(), R"(")"));
  EXPECT_THAT(Take(*resumed, 1), ElementsAre(2));
  EXPECT_THAT(
      Refusal(R"(parent: "institutions/gob" after_revision: 1 lineage: "0000000000000001")"),
      status::testing::Refuses("LINEAGE_CHANGED"));
}

TEST_F(PlanChangesTest, NothingIsToldOfWhatChangedNothingOrIsAnotherInstitutions) {
  const auto watch = StartWatch(R"(parent: "institutions/gob" after_revision: 2)");
  ATHENA_ASSERT_OK(Call(&Rpc::UpdatePlan, R"(plan { name: "institutions/gob/plans/p1" })"));
  MakeInstitution("tal");
  ASSERT_FALSE(Call(&Rpc::DeletePlan, R"(name: "institutions/gob/plans/none")").ok());
  MakeUnit("u");
  v1::WatchPlansResponse change;
  ASSERT_TRUE(watch->Next(&change));
  EXPECT_EQ(change.revision(), 3);
  EXPECT_THAT(change.resources(), ElementsAre("institutions/gob/units/u"));
}

// More revisions than one read of the journal takes, some of them written while it is watched.
TEST_F(PlanChangesTest, EveryRevisionComesOnceAndInOrderWhileOthersWrite) {
  constexpr int kEach = 60;
  static_assert(int64_t{2} * kEach > kWatchReadRevisions);
  const auto watch = StartWatch(R"(parent: "institutions/gob" after_revision: 2)");
  const auto write = [&](const std::string& who) {
    for (int i = 0; i < kEach; ++i) {
      EXPECT_TRUE(Call(&Rpc::CreateUnit,
                       absl::StrCat(R"(parent: "institutions/gob" unit_id: ")", who, "-", i,
                                    R"(" unit { display_name { text { key: "nl" value: "x" } } })"),
                       who)
                      .ok());
    }
  };
  std::thread one(write, "gob-planner");
  std::thread two(write, "gob-admin");
  std::vector<int64_t> seen = Take(*watch, 2 * kEach);
  one.join();
  two.join();
  std::vector<int64_t> expected;
  for (int64_t revision = 3; revision < 3 + 2 * kEach; ++revision) expected.push_back(revision);
  EXPECT_EQ(seen, expected);
}

TEST_F(PlanChangesTest, AChangeOfManyResourcesNamesAThousand) {
  for (int batch = 0; batch < 2; ++batch) {
    v1::BatchCreateElementsRequest request;
    request.set_parent("institutions/gob/plans/p1");
    for (int i = 0; i < (batch == 0 ? 1000 : 1); ++i) {
      auto* one = request.add_requests();
      one->set_element_id(absl::StrCat("e", batch, "-", i));
      one->mutable_element()->set_kind(v1::Element::KIND_ACTION);
      one->mutable_element()->set_code(absl::StrCat(batch, ".", i));
      (*one->mutable_element()->mutable_title()->mutable_text())["nl"] = "t";
    }
    ATHENA_ASSERT_OK(Call(&Rpc::BatchCreateElements, request));
  }
  ATHENA_ASSERT_OK(Call(&Rpc::DeletePlan, R"(name: "institutions/gob/plans/p1")"));
  const auto watch = StartWatch(R"(parent: "institutions/gob" after_revision: 2)");
  v1::WatchPlansResponse change;
  ASSERT_TRUE(watch->Next(&change));
  EXPECT_EQ(change.resources_size(), 1000);
  ASSERT_TRUE(watch->Next(&change));
  EXPECT_EQ(change.resources_size(), 1);
  ASSERT_TRUE(watch->Next(&change));  // the plan and its 1,001 elements
  EXPECT_EQ(change.resources_size(), 1000);
}

TEST_F(PlanChangesTest, AWatchIsRefusedByFieldAndFromTheFuture) {
  EXPECT_THAT(FaultyFields(Refusal(R"(parent: "gob")")), ElementsAre("parent"));
  EXPECT_THAT(FaultyFields(Refusal(R"(parent: "institutions/gob" after_revision: 3)")),
              ElementsAre("after_revision"));
  EXPECT_THAT(FaultyFields(Refusal(R"(parent: "institutions/gob" after_revision: -1)")),
              ElementsAre("after_revision"));
}

TEST_F(PlanChangesTest, AWatchEndsWithUnavailableWhenTheServiceStops) {
  const auto watch = StartWatch(R"(parent: "institutions/gob")");
  EXPECT_THAT(Take(*watch, 2), ElementsAre(1, 2));
  server_->Drain();
  v1::WatchPlansResponse change;
  EXPECT_FALSE(watch->Next(&change));
  EXPECT_EQ(watch->Finish().code(), absl::StatusCode::kUnavailable);
}

}  // namespace
}  // namespace athena::plan
