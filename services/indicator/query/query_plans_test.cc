#include "services/indicator/query/query_plans.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/indicator/model/catalog.h"
#include "services/indicator/model/definition.h"
#include "services/indicator/query/query_index.h"

namespace athena::indicator {
namespace {

std::shared_ptr<const Definitions> DefinitionsOf(int64_t generation) {
  return std::make_shared<const Definitions>(generation, std::vector<Definition>());
}

// One institution, whose index knows nothing yet.
class QueryPlansTest : public ::testing::Test {
 protected:
  std::vector<InstitutionView> At(int64_t revision,
                                  std::shared_ptr<const Definitions> definitions) {
    std::vector<InstitutionView> views(1);
    views[0].id = "gob";
    views[0].revision = revision;
    views[0].current = std::move(definitions);
    views[0].index = &index_;
    return views;
  }

  static QueryPlans::Basis Of(int64_t revision, int64_t definitions) {
    return {{"gob", revision, definitions, 0}};
  }

  static std::shared_ptr<const QueryPlan> PlanWith(
      const std::shared_ptr<const Definitions>& definitions) {
    auto plan = std::make_shared<QueryPlan>();
    plan->definitions.push_back(definitions);
    return plan;
  }

  InstitutionIndex index_{"gob"};
  QueryPlans plans_{1000};
};

TEST_F(QueryPlansTest, APlanHoldsUntilDefinitionsChange) {
  const auto definitions = DefinitionsOf(3);
  const auto plan = PlanWith(definitions);
  plans_.Put("asked", Of(5, 3), plan);
  EXPECT_EQ(plans_.Find("asked", At(5, definitions)), plan);
  EXPECT_EQ(plans_.Find("asked", At(9, definitions)), plan);
  EXPECT_EQ(plans_.Find("asked", At(9, DefinitionsOf(8))), nullptr);
  EXPECT_EQ(plans_.Find("another", At(5, definitions)), nullptr);
}

TEST_F(QueryPlansTest, APlanDoesNotHoldForARevisionBeforeItsOwn) {
  const auto definitions = DefinitionsOf(3);
  plans_.Put("asked", Of(5, 3), PlanWith(definitions));
  EXPECT_EQ(plans_.Find("asked", At(4, definitions)), nullptr);
}

TEST_F(QueryPlansTest, NothingIsKeptInMemoryForDefinitionsThatChanged) {
  auto before = DefinitionsOf(3);
  const std::weak_ptr<const Definitions> kept = before;
  plans_.Put("asked", Of(5, 3), PlanWith(before));
  before = nullptr;
  EXPECT_FALSE(kept.expired());
  plans_.Put("another", Of(6, 6), PlanWith(DefinitionsOf(6)));
  EXPECT_TRUE(kept.expired());
}

TEST_F(QueryPlansTest, WhatIsAskedForStaysWhenThereIsNoRoomForAll) {
  const auto definitions = DefinitionsOf(3);
  const auto put = [&](const std::string& digest) {
    plans_.Put(digest, Of(5, 3), PlanWith(definitions));
  };
  put("asked");
  put("never asked");
  for (int i = 0; i < 100; ++i) {
    put(absl::StrCat("other ", i));
    ASSERT_NE(plans_.Find("asked", At(5, definitions)), nullptr) << i;
  }
  EXPECT_EQ(plans_.Find("never asked", At(5, definitions)), nullptr);
  EXPECT_EQ(plans_.Find("other 50", At(5, definitions)), nullptr);
  EXPECT_NE(plans_.Find("other 99", At(5, definitions)), nullptr);
}

TEST_F(QueryPlansTest, NothingIsKeptOfAnIndexThatKnowsMoreThanTheViewShows) {
  const auto definitions = DefinitionsOf(0);
  EXPECT_EQ(QueryPlans::BasisOf(At(0, definitions)), Of(0, 0));
  EXPECT_EQ(QueryPlans::BasisOf(At(1, definitions)), std::nullopt);
}

}  // namespace
}  // namespace athena::indicator
