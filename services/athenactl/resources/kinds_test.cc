#include "services/athenactl/resources/kinds.h"

#include <gmock/gmock.h>
#include <google/protobuf/descriptor.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "libs/status/testing/matchers.h"
#include "services/athenactl/terminal/arguments.h"

namespace athena::athenactl {
namespace {

using ::testing::HasSubstr;
using ::testing::IsSupersetOf;

TEST(KindsTest, AreFoundInTheContracts) {
  std::vector<std::string> plurals;
  for (const Kind& kind : AllKinds()) plurals.push_back(kind.plural);
  EXPECT_THAT(plurals, IsSupersetOf({"institutions", "units", "plans", "elements", "indicators",
                                     "closings", "series-ends", "pushes", "risks", "processes",
                                     "budget-lines", "progress-reports", "decisions"}));
}

TEST(KindsTest, HaveTheStandardMethodsOfTheirContract) {
  ATHENA_ASSERT_OK_AND_ASSIGN(const Kind* element, FindKind("elements"));
  EXPECT_EQ(element->message->full_name(), "athena.plan.v1.Element");
  EXPECT_EQ(element->list->name(), "ListElements");
  EXPECT_EQ(element->get->name(), "GetElement");
  EXPECT_EQ(element->create->name(), "CreateElement");
  EXPECT_EQ(element->batch_create->name(), "BatchCreateElements");
  EXPECT_EQ(element->update->name(), "UpdateElement");
  EXPECT_EQ(element->move->name(), "MoveElement");
  EXPECT_TRUE(element->HasParent());
  ATHENA_ASSERT_OK_AND_ASSIGN(const Kind* institution, FindKind("institution"));
  EXPECT_FALSE(institution->HasParent());
  EXPECT_EQ(institution->move, nullptr);
}

TEST(KindsTest, AreFoundByTheSpellingsOfTheirNames) {
  for (const char* const typed :
       {"series-end", "series-ends", "series_ends", "seriesEnds", "SeriesEnd"}) {
    ATHENA_ASSERT_OK_AND_ASSIGN(const Kind* kind, FindKind(typed));
    EXPECT_EQ(kind->collection, "seriesEnds") << typed;
  }
  EXPECT_THAT(FindKind("observations"),
              status::testing::StatusIs(absl::StatusCode::kInvalidArgument,
                                        HasSubstr("KIND got observations, want one of "
                                                  "institutions, units, plans")));
}

TEST(KindsTest, AreFoundByTheNameOfAResource) {
  ATHENA_ASSERT_OK_AND_ASSIGN(const Kind* kind, KindOfName("institutions/a/units/b"));
  EXPECT_EQ(kind->singular, "unit");
  for (const char* const name : {"institutions/a/units", "institutions/a/things/b", "b", ""}) {
    EXPECT_TRUE(IsMisuse(KindOfName(name).status())) << name;
  }
}

}  // namespace
}  // namespace athena::athenactl
