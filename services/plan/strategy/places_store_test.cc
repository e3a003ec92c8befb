#include "services/plan/strategy/places_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "libs/sql/sqlite/sqlite_database.h"
#include "libs/status/macros.h"
#include "libs/status/status.h"
#include "libs/status/testing/matchers.h"
#include "services/plan/schema.h"

namespace athena::plan {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

const ResourceName kOwnPlan = kPlanName.Of({"gob", "p1"});

class PlacesStoreTest : public ::testing::Test {
 protected:
  PlacesStoreTest() {
    folder_ = ::testing::TempDir() + "/places-" +
              ::testing::UnitTest::GetInstance()->current_test_info()->name();
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
    sql::SqliteOptions options;
    options.path = folder_ + "/a.db";
    options.application_id = kApplicationId;
    options.migrations = Migrations();
    auto opened = sql::SqliteDatabase::Open(std::move(options));
    ATHENA_EXPECT_OK(opened);
    database_ = *std::move(opened);
  }
  ~PlacesStoreTest() override {
    database_.reset();
    std::filesystem::remove_all(folder_);
  }

  absl::Status Insert(const std::string& id, const std::string& parent, const std::string& code,
                      const ResourceName& plan = kOwnPlan, Kind kind = Kind::kAction) {
    return database_->Write(plan.institution(), [&](sql::WriteTx& tx) {
      return InsertPlace(tx, plan, id, {parent, kind}, code);
    });
  }
  absl::Status Update(const std::string& id, const std::string& parent, const std::string& code) {
    return database_->Write("gob", [&](sql::WriteTx& tx) -> absl::Status {
      ATHENA_RETURN_IF_ERROR(DeletePlace(tx, kOwnPlan, id));
      return InsertPlace(tx, kOwnPlan, id, {parent, Kind::kAction}, code);
    });
  }
  // The ids above and including one, with their parents.
  std::string Above(const std::string& id) {
    Places places;
    EXPECT_EQ(
        database_->Read([&](sql::ReadTx& tx) { return LoadAncestry(tx, kOwnPlan, id, &places); }),
        absl::OkStatus());
    std::string text;
    for (const auto& [element, place] : places) text += element + "<" + place.parent + " ";
    return text;
  }
  // What is below one: "LEVEL:ID".
  std::vector<std::string> Below(const std::string& id) {
    std::vector<std::string> below;
    EXPECT_EQ(database_->Read([&](sql::ReadTx& tx) {
      auto loaded = LoadDescendants(tx, kOwnPlan, id);
      if (!loaded.ok()) return loaded.status();
      for (const Descendant& one : *loaded) {
        below.push_back(std::to_string(one.level) + ":" + one.element);
      }
      return absl::OkStatus();
    }),
              absl::OkStatus());
    return below;
  }

  std::string folder_;
  std::unique_ptr<sql::SqliteDatabase> database_;
};

TEST_F(PlacesStoreTest, ACodeIsOfOneElementOfAPlanAndTheHolderIsNamed) {
  ASSERT_EQ(Insert("a", "", "1"), absl::OkStatus());
  const absl::Status taken = Insert("b", "", "1");
  EXPECT_EQ(status::Reason(taken), "ELEMENT_CODE_TAKEN");
  EXPECT_EQ(status::MetadataValue(taken, "element"), "institutions/gob/plans/p1/elements/a");
  EXPECT_EQ(Insert("b", "", "1", kPlanName.Of({"gob", "p2"})), absl::OkStatus());
  EXPECT_EQ(Insert("b", "", "1", kPlanName.Of({"tal", "p1"})), absl::OkStatus());
}

TEST_F(PlacesStoreTest, AnUpdateTakesAFreeCodeOrKeepsItsOwn) {
  ASSERT_EQ(Insert("a", "", "1"), absl::OkStatus());
  ASSERT_EQ(Insert("b", "", "2"), absl::OkStatus());
  EXPECT_EQ(status::Reason(Update("b", "a", "1")), "ELEMENT_CODE_TAKEN");
  EXPECT_EQ(Above("b"), "b< ") << "a refused update changes nothing";
  EXPECT_EQ(Update("b", "a", "2"), absl::OkStatus());
  EXPECT_EQ(Above("b"), "a< b<a ");
  EXPECT_EQ(Update("b", "", "3"), absl::OkStatus());
  EXPECT_EQ(Insert("c", "", "2"), absl::OkStatus());
}

TEST_F(PlacesStoreTest, AncestorsAreAllThatStandAboveAsFarAsTheyGo) {
  ASSERT_EQ(Insert("a", "", "1"), absl::OkStatus());
  ASSERT_EQ(Insert("b", "a", "2"), absl::OkStatus());
  ASSERT_EQ(Insert("c", "b", "3"), absl::OkStatus());
  ASSERT_EQ(Insert("d", "a", "4"), absl::OkStatus());
  ASSERT_EQ(Insert("orphan", "none", "5"), absl::OkStatus());
  EXPECT_EQ(Above("c"), "a< b<a c<b ");
  EXPECT_EQ(Above("orphan"), "orphan<none ");
  EXPECT_EQ(Above("none"), "");
  EXPECT_EQ(Above(""), "");
}

TEST_F(PlacesStoreTest, DescendantsAreAllBelowTheNearestFirst) {
  ASSERT_EQ(Insert("a", "", "1"), absl::OkStatus());
  ASSERT_EQ(Insert("z", "a", "2"), absl::OkStatus());
  ASSERT_EQ(Insert("b", "z", "3"), absl::OkStatus());
  ASSERT_EQ(Insert("y", "a", "4"), absl::OkStatus());
  ASSERT_EQ(Insert("other", "", "5"), absl::OkStatus());
  ASSERT_EQ(Insert("elsewhere", "a", "1", kPlanName.Of({"gob", "p2"})), absl::OkStatus());
  ASSERT_EQ(Insert("foreign", "a", "1", kPlanName.Of({"tal", "p1"})), absl::OkStatus());
  EXPECT_THAT(Below("a"), ElementsAre("1:y", "1:z", "2:b"));
  EXPECT_THAT(Below("b"), IsEmpty());
}

TEST_F(PlacesStoreTest, APlanIsClearedWithoutTouchingOthers) {
  ASSERT_EQ(Insert("a", "", "1"), absl::OkStatus());
  ASSERT_EQ(Insert("b", "", "2"), absl::OkStatus());
  ASSERT_EQ(Insert("a", "", "1", kPlanName.Of({"gob", "p2"})), absl::OkStatus());
  ASSERT_EQ(
      database_->Write("gob", [](sql::WriteTx& tx) { return DeletePlace(tx, kOwnPlan, "a"); }),
      absl::OkStatus());
  EXPECT_EQ(Above("a"), "");
  EXPECT_EQ(Above("b"), "b< ");
  ASSERT_EQ(database_->Write("gob", [](sql::WriteTx& tx) { return DeletePlaces(tx, kOwnPlan); }),
            absl::OkStatus());
  EXPECT_EQ(Above("b"), "");
  EXPECT_EQ(status::Reason(Insert("x", "", "1", kPlanName.Of({"gob", "p2"}))),
            "ELEMENT_CODE_TAKEN");
}

}  // namespace
}  // namespace athena::plan
