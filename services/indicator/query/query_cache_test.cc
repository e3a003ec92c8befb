#include "services/indicator/query/query_cache.h"

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
class QueryGraphCacheTest : public ::testing::Test {
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

  static std::vector<QueryGraphCache::Basis> Of(int64_t revision, int64_t definitions) {
    return {{"gob", revision, definitions, 0}};
  }

  static std::shared_ptr<const QueryGraph> GraphOf(
      const std::shared_ptr<const Definitions>& definitions) {
    auto graph = std::make_shared<QueryGraph>();
    graph->definitions.push_back(definitions);
    return graph;
  }

  InstitutionIndex index_{"gob"};
  QueryGraphCache cache_{1000};
};

TEST_F(QueryGraphCacheTest, AGraphIsValidUntilDefinitionsChange) {
  const auto definitions = DefinitionsOf(3);
  const auto graph = GraphOf(definitions);
  cache_.Insert("asked", Of(5, 3), graph);
  EXPECT_EQ(cache_.Find("asked", At(5, definitions)), graph);
  EXPECT_EQ(cache_.Find("asked", At(9, definitions)), graph);
  EXPECT_EQ(cache_.Find("asked", At(9, DefinitionsOf(8))), nullptr);
  EXPECT_EQ(cache_.Find("another", At(5, definitions)), nullptr);
}

TEST_F(QueryGraphCacheTest, AGraphIsNotValidAtARevisionBeforeItsOwn) {
  const auto definitions = DefinitionsOf(3);
  cache_.Insert("asked", Of(5, 3), GraphOf(definitions));
  EXPECT_EQ(cache_.Find("asked", At(4, definitions)), nullptr);
}

TEST_F(QueryGraphCacheTest, EvictsGraphsOfDefinitionsThatChanged) {
  auto before = DefinitionsOf(3);
  const std::weak_ptr<const Definitions> kept = before;
  cache_.Insert("asked", Of(5, 3), GraphOf(before));
  before = nullptr;
  EXPECT_FALSE(kept.expired());
  cache_.Insert("another", Of(6, 6), GraphOf(DefinitionsOf(6)));
  EXPECT_TRUE(kept.expired());
}

TEST_F(QueryGraphCacheTest, EvictsTheLeastRecentlyUsedGraph) {
  const auto definitions = DefinitionsOf(3);
  const auto put = [&](const std::string& digest) {
    cache_.Insert(digest, Of(5, 3), GraphOf(definitions));
  };
  put("asked");
  put("never asked");
  for (int i = 0; i < 100; ++i) {
    put(absl::StrCat("other ", i));
    ASSERT_NE(cache_.Find("asked", At(5, definitions)), nullptr) << i;
  }
  EXPECT_EQ(cache_.Find("never asked", At(5, definitions)), nullptr);
  EXPECT_EQ(cache_.Find("other 50", At(5, definitions)), nullptr);
  EXPECT_NE(cache_.Find("other 99", At(5, definitions)), nullptr);
}

TEST_F(QueryGraphCacheTest, AnIndexAheadOfItsViewHasNoBasis) {
  const auto definitions = DefinitionsOf(0);
  EXPECT_EQ(QueryGraphCache::BasisOf(At(0, definitions)), Of(0, 0));
  EXPECT_EQ(QueryGraphCache::BasisOf(At(1, definitions)), std::nullopt);
}

}  // namespace
}  // namespace athena::indicator
