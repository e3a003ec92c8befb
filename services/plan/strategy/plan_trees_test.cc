// A whole plan at once, and whether it changed.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "libs/status/status.h"
#include "libs/status/testing/matchers.h"
#include "services/plan/limits.h"
#include "services/plan/testing/service.h"

namespace athena::plan {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using testing::FaultyFields;
using ::testing::IsEmpty;
using ::testing::Le;
using testing::Rpc;
using ::testing::SizeIs;
using testing::Tree;

constexpr char kTreePlan[] = R"(name: "institutions/gob/plans/p1")";

class PlanTreesTest : public testing::PlanTest {
 protected:
  std::string Token(const std::string& rest = "") {
    const auto tree = GetTree(absl::StrCat(kTreePlan, rest));
    ATHENA_EXPECT_OK(tree);
    return tree.ok() ? tree->header.version_token() : "";
  }
  // Whether the tree is another one than that of the token.
  bool Modified(const std::string& token, const std::string& rest = "") {
    const auto tree = GetTree(absl::StrCat(kTreePlan, rest, R"( if_newer_than: ")", token, R"(")"));
    ATHENA_EXPECT_OK(tree);
    if (!tree.ok()) return false;
    EXPECT_EQ(tree->header.has_plan(), !tree->header.not_modified());
    EXPECT_EQ(tree->header.has_institution(), !tree->header.not_modified());
    if (tree->header.not_modified()) {
      EXPECT_EQ(tree->header.version_token(), token);
      EXPECT_THAT(tree->part_bytes, SizeIs(1));
    }
    return !tree->header.not_modified();
  }
};

TEST_F(PlanTreesTest, ATreeIsTheInstitutionThePlanItsUnitsAndItsElementsInCodeOrder) {
  MakeUnit("u2");
  MakeUnit("u1");
  const v1::Element ten = MakeElement("ten", "10");
  const v1::Element nine = MakeElement("nine", "9");
  const auto tree = GetTree(kTreePlan, "gob-viewer");  // the seventh call
  ATHENA_ASSERT_OK(tree);
  EXPECT_FALSE(tree->header.not_modified());
  EXPECT_EQ(tree->header.revision(), 6);
  EXPECT_EQ(tree->header.revision_time().seconds(), kStart + 6);
  EXPECT_EQ(tree->header.plan().DebugString(), Call(&Rpc::GetPlan, kTreePlan)->DebugString());
  EXPECT_EQ(tree->header.institution().DebugString(),
            Call(&Rpc::GetInstitution, R"(name: "institutions/gob")")->DebugString());
  ASSERT_THAT(tree->units, SizeIs(2));
  EXPECT_EQ(tree->units[0].name(), "institutions/gob/units/u1");
  EXPECT_EQ(tree->units[1].name(), "institutions/gob/units/u2");
  ASSERT_THAT(tree->elements, SizeIs(2));
  EXPECT_EQ(tree->elements[0].DebugString(), nine.DebugString());
  EXPECT_EQ(tree->elements[1].DebugString(), ten.DebugString());
}

TEST_F(PlanTreesTest, APlanWithoutElementsIsAHeader) {
  const auto tree = GetTree(kTreePlan);
  ATHENA_ASSERT_OK(tree);
  EXPECT_THAT(tree->part_bytes, SizeIs(1));
  EXPECT_EQ(tree->header.plan().name(), "institutions/gob/plans/p1");
}

TEST_F(PlanTreesTest, WhatIsNoPlanOrNotThereIsRefused) {
  EXPECT_THAT(FaultyFields(GetTree(R"(name: "p1")").status()), ElementsAre("name"));
  const auto missing = GetTree(R"(name: "institutions/gob/plans/none")");
  EXPECT_EQ(missing.status().code(), absl::StatusCode::kNotFound);
  const auto future = GetTree(absl::StrCat(kTreePlan, " as_of { revision: 3 }"));
  EXPECT_EQ(status::Reason(future.status()), "FUTURE_AS_OF");
}

TEST_F(PlanTreesTest, WhileNothingChangesItIsNotModified) {
  const std::string token = Token();
  EXPECT_FALSE(Modified(token));
  EXPECT_FALSE(Modified(Token()));
}

TEST_F(PlanTreesTest, ATokenOfNobodysMakingIsAnsweredInFull) {
  EXPECT_TRUE(Modified("AAAA"));
  MakePlan("p2");
  const auto other = GetTree(R"(name: "institutions/gob/plans/p2")");
  EXPECT_TRUE(Modified(other->header.version_token()));
}

TEST_F(PlanTreesTest, AChangeOfAnotherPlanIsNoModification) {
  MakePlan("p2");
  const std::string token = Token();
  ASSERT_TRUE(Call(&Rpc::CreateElement, R"(parent: "institutions/gob/plans/p2" element_id: "a"
                                           element { kind: KIND_AXIS code: "1"
                                                     title { text { key: "nl" value: "x" } } })")
                  .ok());
  ATHENA_ASSERT_OK(Call(&Rpc::DeletePlan, R"(name: "institutions/gob/plans/p2")"));
  EXPECT_FALSE(Modified(token));
}

TEST_F(PlanTreesTest, AChangeOfAnotherInstitutionIsNoModification) {
  const std::string token = Token();
  MakeInstitution("tal");
  EXPECT_FALSE(Modified(token));
}

TEST_F(PlanTreesTest, AnUpdateThatChangesNothingIsNoModification) {
  MakeElement("a", "1");
  const std::string token = Token();
  ASSERT_TRUE(Call(&Rpc::UpdateElement,
                   R"(element { name: "institutions/gob/plans/p1/elements/a" code: "1" })")
                  .ok());
  EXPECT_FALSE(Modified(token));
}

// Each change is one of what the tree shows.
TEST_F(PlanTreesTest, EveryKindOfChangeOfWhatIsShownIsAModification) {
  const std::string element = R"(name: "institutions/gob/plans/p1/elements/a")";
  std::string token = Token();
  const auto expect_modified = [&](const char* what) {
    EXPECT_TRUE(Modified(token)) << what;
    token = Token();
    EXPECT_FALSE(Modified(token)) << what;
  };
  MakeElement("a", "1");
  expect_modified("CreateElement");
  ASSERT_TRUE(Call(&Rpc::BatchCreateElements,
                   R"(parent: "institutions/gob/plans/p1"
                      requests { element_id: "b" element { kind: KIND_ACTION code: "2"
                                 title { text { key: "nl" value: "b" } } } })")
                  .ok());
  expect_modified("BatchCreateElements");
  ATHENA_ASSERT_OK(Call(&Rpc::UpdateElement, "element { " + element + " critical: true }"));
  expect_modified("UpdateElement");
  ATHENA_ASSERT_OK(Call(&Rpc::MoveElement, element + R"( code: "7")"));
  expect_modified("MoveElement");
  ATHENA_ASSERT_OK(Call(&Rpc::DeleteElement, element));
  expect_modified("DeleteElement");
  ATHENA_ASSERT_OK(
      Call(&Rpc::UpdatePlan, absl::StrCat("plan { ", kTreePlan, " min_coverage: 0 }")));
  expect_modified("UpdatePlan");
  MakeUnit("u");
  expect_modified("CreateUnit");
  ASSERT_TRUE(Call(&Rpc::UpdateUnit, R"(unit { name: "institutions/gob/units/u"
                                        display_name { text { key: "nl" value: "new" } } })")
                  .ok());
  expect_modified("UpdateUnit");
  ASSERT_TRUE(
      Call(&Rpc::UpdateInstitution, R"(institution { name: "institutions/gob" time_zone: "UTC" })")
          .ok());
  expect_modified("UpdateInstitution");
  ATHENA_ASSERT_OK(Call(&Rpc::ActivatePlan, kTreePlan));
  expect_modified("ActivatePlan");
  ATHENA_ASSERT_OK(Call(&Rpc::ClosePlan, kTreePlan));
  expect_modified("ClosePlan");
}

TEST_F(PlanTreesTest, ADeletedPlanIsNotFoundWhateverTheTokenSays) {
  const std::string token = Token();
  ATHENA_ASSERT_OK(Call(&Rpc::DeletePlan, kTreePlan));
  EXPECT_EQ(GetTree(absl::StrCat(kTreePlan, R"( if_newer_than: ")", token, R"(")")).status().code(),
            absl::StatusCode::kNotFound);
}

TEST_F(PlanTreesTest, ATreeIsReadAsItWas) {
  MakeElement("a", "1");  // revision 3, kStart + 3
  MakeElement("b", "2");  // revision 4, kStart + 4
  const auto at = [&](const std::string& point) {
    return GetTree(absl::StrCat(kTreePlan, " as_of { ", point, " }"));
  };
  EXPECT_THAT(at("revision: 2")->codes(), IsEmpty());
  EXPECT_THAT(at("revision: 3")->codes(), ElementsAre("1"));
  EXPECT_EQ(at("revision: 3")->header.revision(), 3);
  EXPECT_EQ(at("revision: 3")->header.revision_time().seconds(), kStart + 3);
  EXPECT_THAT(at(absl::StrCat("time { seconds: ", kStart + 3, " }"))->codes(), ElementsAre("1"));
  EXPECT_THAT(at(absl::StrCat("time { seconds: ", kStart + 4, " }"))->codes(),
              ElementsAre("1", "2"));
  EXPECT_EQ(at("revision: 1").status().code(), absl::StatusCode::kNotFound);
}

TEST_F(PlanTreesTest, ThePastIsNotModified) {
  MakeElement("a", "1");  // revision 3
  const std::string as_of = " as_of { revision: 3 }";
  const std::string token = Token(as_of);
  ATHENA_ASSERT_OK(Call(&Rpc::DeleteElement, R"(name: "institutions/gob/plans/p1/elements/a")"));
  EXPECT_FALSE(Modified(token, as_of));
  EXPECT_TRUE(Modified(token));
}

TEST_F(PlanTreesTest, ALargePlanComesInPartsOfAtMostOneMebibyte) {
  std::string text(4000, 'x');
  for (int batch = 0; batch < 3; ++batch) {
    v1::BatchCreateElementsRequest request;
    request.set_parent("institutions/gob/plans/p1");
    for (int i = 0; i < 200; ++i) {
      auto* one = request.add_requests();
      one->set_element_id(absl::StrCat("e", batch, "-", i));
      one->mutable_element()->set_kind(v1::Element::KIND_ACTION);
      one->mutable_element()->set_code(absl::StrCat(batch, ".", i));
      (*one->mutable_element()->mutable_title()->mutable_text())["nl"] = "t";
      (*one->mutable_element()->mutable_description()->mutable_text())["nl"] = text;
    }
    ATHENA_ASSERT_OK(Call(&Rpc::BatchCreateElements, request));
  }
  const auto tree = GetTree(kTreePlan);
  ATHENA_ASSERT_OK(tree);
  ASSERT_THAT(tree->elements, SizeIs(600));
  EXPECT_EQ(tree->elements.front().code(), "0.0");
  EXPECT_EQ(tree->elements.back().code(), "2.199");
  // 600 elements of a little over 4,000 bytes: 2.3 MiB and more.
  EXPECT_THAT(tree->part_bytes, SizeIs(4));
  EXPECT_THAT(tree->part_bytes, Each(Le(kMaxPartBytes)));
}

}  // namespace
}  // namespace athena::plan
