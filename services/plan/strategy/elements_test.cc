// The elements of a plan and its tree.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
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
using ::testing::IsEmpty;
using testing::Parsed;
using testing::Rpc;
using ::testing::UnorderedElementsAre;

constexpr char kPlan[] = "institutions/gob/plans/p1";

std::string Named(const std::string& id) {
  return absl::StrCat(R"(name: ")", kPlan, "/elements/", id, R"(")");
}

class ElementsTest : public testing::PlanTest {
 protected:
  absl::StatusOr<v1::Element> Get(const std::string& id, const std::string& as_of = "") {
    return Call(&Rpc::GetElement, absl::StrCat(Named(id), " as_of { ", as_of, " }"));
  }
  absl::StatusOr<v1::Element> Update(const std::string& id, const std::string& fields,
                                     const std::string& mask = "") {
    return Call(&Rpc::UpdateElement,
                absl::StrCat("element { ", Named(id), " ", fields, " } ", mask));
  }
  absl::StatusOr<v1::Element> Move(const std::string& id, const std::string& parent,
                                   const std::string& code = "") {
    return Call(&Rpc::MoveElement,
                absl::StrCat(Named(id), R"( parent_element: ")",
                             parent.empty() ? "" : absl::StrCat(kPlan, "/elements/", parent),
                             R"(" code: ")", code, R"(")"));
  }
  absl::Status Delete(const std::string& id, bool force = false) {
    return Call(&Rpc::DeleteElement, absl::StrCat(Named(id), force ? " force: true" : "")).status();
  }
  // The codes of p1, in the order of the list.
  std::vector<std::string> Codes(const std::string& rest = "") {
    const auto page = Call(&Rpc::ListElements, absl::StrCat(R"(parent: ")", kPlan, R"(" )", rest));
    ATHENA_EXPECT_OK(page);
    return page.ok() ? CodesOf(*page) : std::vector<std::string>();
  }
  static std::vector<std::string> CodesOf(const v1::ListElementsResponse& page) {
    std::vector<std::string> codes;
    for (const v1::Element& row : page.elements()) codes.push_back(row.code());
    return codes;
  }
};

// A batch of `size` actions e0, e1 ... with codes 0, 1 ...
v1::BatchCreateElementsRequest BatchOf(int size) {
  v1::BatchCreateElementsRequest batch;
  batch.set_parent(kPlan);
  for (int i = 0; i < size; ++i) {
    auto* one = batch.add_requests();
    one->set_element_id(absl::StrCat("e", i));
    one->mutable_element()->set_kind(v1::Element::KIND_ACTION);
    one->mutable_element()->set_code(std::to_string(i));
    (*one->mutable_element()->mutable_title()->mutable_text())["nl"] = "t";
  }
  return batch;
}

TEST_F(ElementsTest, AnElementIsCreatedAndRead) {
  MakeUnit("u");
  const auto made = Call(&Rpc::CreateElement,
                         R"(parent: "institutions/gob/plans/p1" element_id: "a"
                            element { name: "ignored" kind: KIND_ACTION code: "3.1.6" weight: 0
                                      title { text { key: "nl" value: "Actie" } }
                                      owner_unit: "institutions/gob/units/u"
                                      contributors: "institutions/tal/units/x"
                                      contributors: "institutions/tal"
                                      end_date_at_activation { year: 2021 month: 1 day: 1 }
                                      milestones { id: "m" title { text { key: "nl" value: "M" } }
                                                   due_date { year: 2022 month: 2 day: 28 } }
                                      indicators { indicator: "institutions/gob/indicators/k"
                                                   slice { key: "unit" value: "B1" } } })",
                         "gob-planner");
  ATHENA_ASSERT_OK(made);
  EXPECT_EQ(made->name(), "institutions/gob/plans/p1/elements/a");
  EXPECT_TRUE(made->has_weight());
  EXPECT_FALSE(made->has_end_date_at_activation());
  EXPECT_EQ(made->indicators(0).slice().at("unit"), "B1");
  EXPECT_EQ(made->revision(), 4);
  EXPECT_EQ(made->create_time().seconds(), kStart + 4);
  EXPECT_EQ(Get("a")->DebugString(), made->DebugString());
}

TEST_F(ElementsTest, CreatingNamesEveryFieldAtFault) {
  EXPECT_THAT(
      FaultyFields(Call(&Rpc::CreateElement,
                        R"(parent: "institutions/gob/plans/p1" element_id: "A"
                                   element { code: "1 2" weight: -1 priority: 6
                                             parent_element: "institutions/gob/plans/p2/elements/x"
                                             owner_unit: "institutions/tal/units/u"
                                             state: STATE_COMPLETED
                                             start_date { year: 2021 month: 2 day: 29 } })")
                       .status()),
      UnorderedElementsAre("element_id", "element.kind", "element.code", "element.parent_element",
                           "element.title", "element.weight", "element.owner_unit",
                           "element.priority", "element.start_date", "element.completed_on"));
  EXPECT_THAT(FaultyFields(Call(&Rpc::CreateElement, R"(parent: "p1")").status()),
              UnorderedElementsAre("parent", "element_id", "element.kind", "element.code",
                                   "element.title"));
}

TEST_F(ElementsTest, WhatAnElementNamesMustExist) {
  const std::string valid = R"(parent: "institutions/gob/plans/p1" element_id: "a"
                               element { kind: KIND_ACTION code: "1"
                                         title { text { key: "nl" value: "a" } } )";
  EXPECT_THAT(
      FaultyFields(Call(&Rpc::CreateElement, valid + R"(owner_unit: "institutions/gob/units/none"
                                           contributors: "institutions/gob"
                                           contributors: "institutions/gob/units/none"
                                           contributors: "institutions/tal/units/none"
                                           parent_element: "institutions/gob/plans/p1/elements/none"
                                           start_date { year: 2027 month: 1 day: 1 } })")
                       .status()),
      UnorderedElementsAre("element.owner_unit", "element.contributors[1]",
                           "element.parent_element", "element.start_date"));
  EXPECT_TRUE(
      Call(&Rpc::CreateElement, valid + "start_date { year: 2026 month: 12 day: 31 } }").ok());
}

TEST_F(ElementsTest, APlanThatIsNotThereHasNoElements) {
  const auto refused = Call(&Rpc::CreateElement,
                            R"(parent: "institutions/gob/plans/none" element_id: "a"
                               element { kind: KIND_ACTION code: "1"
                                         title { text { key: "nl" value: "a" } } })");
  EXPECT_EQ(refused.status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(Get("none").status().code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(FaultyFields(Call(&Rpc::GetElement, R"(name: "institutions/gob")").status()),
              ElementsAre("name"));
}

TEST_F(ElementsTest, AnIdAndACodeAreTakenOnce) {
  MakeElement("a", "1");
  const auto create = [&](const std::string& id, const std::string& code) {
    return Call(&Rpc::CreateElement,
                absl::StrCat(R"(parent: "institutions/gob/plans/p1" element_id: ")", id,
                             R"(" element { kind: KIND_ACTION code: ")", code,
                             R"(" title { text { key: "nl" value: "x" } } })"))
        .status();
  };
  EXPECT_EQ(status::Reason(create("a", "2")), "RESOURCE_EXISTS");
  const absl::Status taken = create("b", "1");
  EXPECT_EQ(taken.code(), absl::StatusCode::kAlreadyExists);
  EXPECT_EQ(status::Reason(taken), "ELEMENT_CODE_TAKEN");
  EXPECT_EQ(status::MetadataValue(taken, "element"), "institutions/gob/plans/p1/elements/a");
  // 01 and 1 are two codes.
  EXPECT_EQ(create("b", "01"), absl::OkStatus());
}

TEST_F(ElementsTest, ABatchIsOneRevisionWithParentsInAnyOrder) {
  v1::BatchCreateElementsRequest batch = BatchOf(3);
  batch.mutable_requests(0)->mutable_element()->set_parent_element(
      absl::StrCat(kPlan, "/elements/e2"));
  batch.mutable_requests(1)->mutable_element()->set_parent_element(
      absl::StrCat(kPlan, "/elements/e0"));
  batch.mutable_requests(1)->set_parent(kPlan);
  const auto made = Call(&Rpc::BatchCreateElements, batch, "gob-planner");
  ATHENA_ASSERT_OK(made);
  ASSERT_EQ(made->elements_size(), 3);
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(made->elements(i).name(), absl::StrCat(kPlan, "/elements/e", i));
    EXPECT_EQ(made->elements(i).revision(), 3);
  }
  EXPECT_THAT(Codes(), ElementsAre("0", "1", "2"));
}

TEST_F(ElementsTest, ABatchIsStoredWholeOrNotAtAll) {
  MakeElement("e1", "taken");
  EXPECT_EQ(status::Reason(Call(&Rpc::BatchCreateElements, BatchOf(3)).status()),
            "RESOURCE_EXISTS");
  EXPECT_THAT(Codes(), ElementsAre("taken"));
  MakeElement("x", "2");
  v1::BatchCreateElementsRequest batch = BatchOf(3);
  batch.mutable_requests(1)->set_element_id("other");
  EXPECT_EQ(status::Reason(Call(&Rpc::BatchCreateElements, batch).status()), "ELEMENT_CODE_TAKEN");
  EXPECT_THAT(Codes(), ElementsAre("2", "taken"));
}

TEST_F(ElementsTest, ABatchNamesEveryFieldAtFault) {
  v1::BatchCreateElementsRequest batch = BatchOf(4);
  batch.mutable_requests(0)->set_parent("institutions/gob/plans/p2");
  batch.mutable_requests(1)->set_element_id("e0");
  batch.mutable_requests(2)->mutable_element()->set_code("0");
  batch.mutable_requests(3)->mutable_element()->clear_title();
  EXPECT_THAT(FaultyFields(Call(&Rpc::BatchCreateElements, batch).status()),
              UnorderedElementsAre("requests[0].parent", "requests[1].element_id",
                                   "requests[2].element.code", "requests[3].element.title"));
  batch = BatchOf(2);
  batch.mutable_requests(1)->mutable_element()->set_parent_element(
      absl::StrCat(kPlan, "/elements/e1"));
  EXPECT_THAT(FaultyFields(Call(&Rpc::BatchCreateElements, batch).status()),
              ElementsAre("requests[1].element.parent_element"));
}

TEST_F(ElementsTest, ABatchHoldsOneToAThousand) {
  EXPECT_THAT(FaultyFields(Call(&Rpc::BatchCreateElements, BatchOf(0)).status()),
              ElementsAre("requests"));
  EXPECT_THAT(FaultyFields(Call(&Rpc::BatchCreateElements, BatchOf(1001)).status()),
              ElementsAre("requests"));
  const auto made = Call(&Rpc::BatchCreateElements, BatchOf(1000));
  ATHENA_ASSERT_OK(made);
  EXPECT_EQ(made->elements_size(), 1000);
}

TEST_F(ElementsTest, ElementsAreOrderedByTheirCodesNaturally) {
  int id = 0;
  for (const char* code : {"3.10", "3.9", "3.1.10", "10", "3", "3.1.9", "a1", "3.1"}) {
    MakeElement(absl::StrCat("e", id++), code);
  }
  EXPECT_THAT(Codes(), ElementsAre("3", "3.1", "3.1.9", "3.1.10", "3.9", "3.10", "10", "a1"));
}

TEST_F(ElementsTest, ElementsComeInPagesThatShareOneRevision) {
  for (const char* code : {"1", "2", "10", "20"}) MakeElement(absl::StrCat("e", code), code);
  v1::ListElementsRequest request =
      Parsed<v1::ListElementsRequest>(R"(parent: "institutions/gob/plans/p1" page_size: 2)");
  const auto first = Call(&Rpc::ListElements, request, "gob-viewer");
  ATHENA_ASSERT_OK(first);
  EXPECT_THAT(CodesOf(*first), ElementsAre("1", "2"));
  MakeElement("e15", "15");
  ASSERT_EQ(Delete("e10"), absl::OkStatus());
  ASSERT_TRUE(Move("e20", "", "0").ok());
  request.set_page_token(first->next_page_token());
  const auto second = Call(&Rpc::ListElements, request, "gob-viewer");
  ATHENA_ASSERT_OK(second);
  EXPECT_THAT(CodesOf(*second), ElementsAre("10", "20"));
  EXPECT_EQ(second->next_page_token(), "");
  EXPECT_THAT(Codes(), ElementsAre("0", "1", "2", "15"));
}

TEST_F(ElementsTest, APageHoldsAHundredUnlessAskedForUpToAThousand) {
  ATHENA_ASSERT_OK(Call(&Rpc::BatchCreateElements, BatchOf(1000)));
  MakeElement("last", "1000");
  EXPECT_EQ(Codes().size(), 100U);
  EXPECT_EQ(Codes("page_size: 1000").size(), 1000U);
  EXPECT_EQ(Codes("page_size: 1001").size(), 1000U);
  EXPECT_THAT(FaultyFields(Call(&Rpc::ListElements, R"(parent: "institutions/gob/plans/p1"
                                                       page_size: -1)")
                               .status()),
              ElementsAre("page_size"));
}

TEST_F(ElementsTest, AnUpdateTakesWhatIsSetOrWhatTheMaskNames) {
  MakeElement("a", "1", "ACTION", "", "lead: \"Ann\" weight: 2");
  const auto set = Update("a", R"(lead: "Bob" critical: true)");
  ATHENA_ASSERT_OK(set);
  EXPECT_EQ(set->lead(), "Bob");
  EXPECT_TRUE(set->critical());
  EXPECT_EQ(set->weight(), 2);
  EXPECT_EQ(set->create_time().seconds(), kStart + 3);
  EXPECT_EQ(set->update_time().seconds(), kStart + 4);
  const auto masked = Update("a", R"(lead: "Eve" priority: 1)",
                             R"(update_mask { paths: "priority" paths: "weight" })");
  ATHENA_ASSERT_OK(masked);
  EXPECT_EQ(masked->lead(), "Bob");
  EXPECT_EQ(masked->priority(), 1);
  EXPECT_FALSE(masked->has_weight());
}

TEST_F(ElementsTest, AnUpdateIsRefusedByFieldEtagAndWhenThereIsNothing) {
  MakeElement("a", "1");
  EXPECT_THAT(FaultyFields(Update("a", R"(owner_unit: "institutions/gob/units/none"
                                          code: "1/2" start_date { year: 2027 month: 1 day: 1 }
                                          parent_element: "institutions/gob/plans/p1/elements/b")",
                                  R"(update_mask { paths: "owner_unit" paths: "code" paths: "size"
                                                   paths: "parent_element" paths: "start_date" })")
                               .status()),
              UnorderedElementsAre("update_mask", "element.parent_element", "element.code",
                                   "element.owner_unit", "element.start_date"));
  EXPECT_EQ(status::Reason(Update("a", R"(etag: "\"1\"")").status()), "ETAG_MISMATCH");
  EXPECT_EQ(Update("none", "").status().code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(FaultyFields(Call(&Rpc::UpdateElement, R"(element { name: "a" })").status()),
              ElementsAre("element.name"));
}

TEST_F(ElementsTest, ACodeThatChangesIsTakenAndTheOldOneIsFree) {
  MakeElement("a", "1");
  MakeElement("b", "2");
  EXPECT_EQ(status::Reason(Update("a", R"(code: "2")").status()), "ELEMENT_CODE_TAKEN");
  ATHENA_EXPECT_OK(Update("a", R"(code: "3")"));
  ATHENA_EXPECT_OK(Update("b", R"(code: "1")"));
  EXPECT_THAT(Codes(), ElementsAre("1", "3"));
}

TEST_F(ElementsTest, AKindStaysBetweenThatAboveAndThoseBelow) {
  MakeElement("axis", "1", "AXIS");
  MakeElement("goal", "1.1", "OBJECTIVE", "axis");
  MakeElement("goal2", "1.1.1", "OBJECTIVE", "goal");
  EXPECT_THAT(FaultyFields(Update("goal", "kind: KIND_AXIS").status()), ElementsAre());
  ASSERT_EQ(Get("goal")->kind(), v1::Element::KIND_AXIS);
  const auto finer = Update("axis", "kind: KIND_OBJECTIVE");
  EXPECT_EQ(finer.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(status::Reason(finer.status()), "ELEMENT_KIND_BELOW");
  EXPECT_EQ(status::MetadataValue(finer.status(), "child"),
            "institutions/gob/plans/p1/elements/goal");
  ATHENA_ASSERT_OK(Update("goal", "kind: KIND_OBJECTIVE"));
  ATHENA_ASSERT_OK(Update("axis", "kind: KIND_OBJECTIVE"));
  EXPECT_THAT(FaultyFields(Update("goal", "kind: KIND_AXIS").status()),
              ElementsAre("element.kind"));
}

TEST_F(ElementsTest, ANewElementIsNotCoarserThanItsParent) {
  MakeElement("act", "1");
  const auto refused = Call(&Rpc::CreateElement,
                            R"(parent: "institutions/gob/plans/p1" element_id: "goal"
                               element { kind: KIND_OBJECTIVE code: "2"
                                         parent_element: "institutions/gob/plans/p1/elements/act"
                                         title { text { key: "nl" value: "x" } } })");
  EXPECT_THAT(FaultyFields(refused.status()), ElementsAre("element.kind"));
  MakeElement("part", "1.1", "ACTION", "act");
}

TEST_F(ElementsTest, AMovedElementTakesAlongWhatIsBelow) {
  MakeElement("one", "1", "AXIS");
  MakeElement("two", "2", "AXIS");
  MakeElement("goal", "1.1", "OBJECTIVE", "one");
  MakeElement("act", "1.1.1", "ACTION", "goal");
  const auto moved = Move("goal", "two", "2.1");
  ATHENA_ASSERT_OK(moved);
  EXPECT_EQ(moved->parent_element(), "institutions/gob/plans/p1/elements/two");
  EXPECT_EQ(moved->code(), "2.1");
  EXPECT_EQ(Get("act")->code(), "1.1.1");
  EXPECT_EQ(Get("act")->parent_element(), "institutions/gob/plans/p1/elements/goal");
  EXPECT_EQ(Delete("one"), absl::OkStatus());
  EXPECT_EQ(status::Reason(Delete("two")), "ELEMENT_HAS_CHILDREN");
  const auto top = Move("goal", "");
  ATHENA_ASSERT_OK(top);
  EXPECT_EQ(top->parent_element(), "");
  EXPECT_EQ(top->code(), "2.1");
}

TEST_F(ElementsTest, AnElementIsNeverMovedBelowItself) {
  MakeElement("a", "1");
  MakeElement("b", "1.1", "ACTION", "a");
  MakeElement("c", "1.1.1", "ACTION", "b");
  for (const char* parent : {"a", "b", "c"}) {
    EXPECT_THAT(FaultyFields(Move("a", parent).status()), ElementsAre("parent_element")) << parent;
  }
  EXPECT_EQ(Get("a")->parent_element(), "");
  EXPECT_TRUE(Move("c", "a").ok());
  EXPECT_TRUE(Move("b", "c").ok());
  EXPECT_THAT(FaultyFields(Move("c", "b").status()), ElementsAre("parent_element"));
}

TEST_F(ElementsTest, AMoveIsRefusedByFieldByEtagAndToWhatDoesNotFit) {
  MakeElement("a", "1", "AXIS");
  MakeElement("b", "2");
  EXPECT_THAT(FaultyFields(Move("b", "none").status()), ElementsAre("parent_element"));
  EXPECT_THAT(FaultyFields(Move("a", "b").status()), ElementsAre("parent_element"));
  EXPECT_THAT(FaultyFields(Move("b", "a", "1 2").status()), ElementsAre("code"));
  EXPECT_EQ(status::Reason(Move("b", "a", "1").status()), "ELEMENT_CODE_TAKEN");
  EXPECT_EQ(Move("none", "a").status().code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(
      FaultyFields(Call(&Rpc::MoveElement,
                        Named("b") + R"(parent_element: "institutions/gob/plans/p2/elements/a")")
                       .status()),
      ElementsAre("parent_element"));
  EXPECT_EQ(status::Reason(Call(&Rpc::MoveElement, Named("b") + R"( etag: "\"1\"")").status()),
            "ETAG_MISMATCH");
}

TEST_F(ElementsTest, ATreeHasTenLevels) {
  std::string above;
  for (int level = 1; level <= kMaxLevels; ++level) {
    const std::string id = absl::StrCat("l", level);
    MakeElement(id, std::to_string(level), "ACTION", above);
    above = id;
  }
  const auto deeper = Call(&Rpc::CreateElement,
                           R"(parent: "institutions/gob/plans/p1" element_id: "l11"
                              element { kind: KIND_ACTION code: "11"
                                        parent_element: "institutions/gob/plans/p1/elements/l10"
                                        title { text { key: "nl" value: "x" } } })");
  EXPECT_THAT(FaultyFields(deeper.status()), ElementsAre("element.parent_element"));
  // What is below a moved element counts.
  MakeElement("top", "top");
  MakeElement("mid", "mid", "ACTION", "top");
  EXPECT_THAT(FaultyFields(Move("top", "l9").status()), ElementsAre("parent_element"));
  EXPECT_TRUE(Move("top", "l8").ok());
}

TEST_F(ElementsTest, ADeletedElementIsGoneAndStaysInHistory) {
  MakeElement("a", "1");  // revision 3
  ASSERT_EQ(Delete("a"), absl::OkStatus());
  EXPECT_EQ(Get("a").status().code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(Get("a", "revision: 3")->code(), "1");
  EXPECT_EQ(Get("a", absl::StrCat("time { seconds: ", kStart + 3, "}"))->code(), "1");
  EXPECT_EQ(Get("a", absl::StrCat("time { seconds: ", kStart + 4, "}")).status().code(),
            absl::StatusCode::kNotFound);
  EXPECT_THAT(Codes("as_of { revision: 3 }"), ElementsAre("1"));
  EXPECT_EQ(Delete("a").code(), absl::StatusCode::kNotFound);
}

TEST_F(ElementsTest, ACodeAndAnIdAreFreeAfterTheirElementIsDeleted) {
  MakeElement("a", "1");
  ASSERT_EQ(Delete("a"), absl::OkStatus());
  MakeElement("b", "1");
  MakeElement("a", "2");
  EXPECT_THAT(Codes(), ElementsAre("1", "2"));
}

TEST_F(ElementsTest, WhatHasOthersBelowIsDeletedWithThemOrNotAtAll) {
  MakeElement("a", "1", "AXIS");
  MakeElement("b", "1.1", "OBJECTIVE", "a");
  MakeElement("c", "1.1.1", "ACTION", "b");
  MakeElement("d", "2", "AXIS");
  const absl::Status refused = Delete("a");
  EXPECT_EQ(refused.code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(status::Reason(refused), "ELEMENT_HAS_CHILDREN");
  EXPECT_EQ(status::MetadataValue(refused, "below"), "2");
  EXPECT_THAT(Codes(), ElementsAre("1", "1.1", "1.1.1", "2"));
  EXPECT_EQ(Delete("a", /*force=*/true), absl::OkStatus());
  EXPECT_THAT(Codes(), ElementsAre("2"));
  MakeElement("b", "1.1.1");
}

TEST_F(ElementsTest, ADeletionNeedsTheCurrentEtag) {
  const v1::Element made = MakeElement("a", "1");
  v1::DeleteElementRequest request;
  request.set_name(made.name());
  request.set_etag(made.etag() + "x");
  EXPECT_EQ(status::Reason(Call(&Rpc::DeleteElement, request).status()), "ETAG_MISMATCH");
  request.set_etag(made.etag());
  request.set_request_id("once");
  ATHENA_EXPECT_OK(Call(&Rpc::DeleteElement, request));
  EXPECT_TRUE(Call(&Rpc::DeleteElement, request).ok()) << "the first answer again";
}

TEST_F(ElementsTest, ARepeatedBatchAnswersAsTheFirst) {
  v1::BatchCreateElementsRequest batch = BatchOf(2);
  batch.set_request_id("once");
  const auto first = Call(&Rpc::BatchCreateElements, batch);
  const auto again = Call(&Rpc::BatchCreateElements, batch);
  ATHENA_ASSERT_OK(first);
  ATHENA_ASSERT_OK(again);
  EXPECT_EQ(again->DebugString(), first->DebugString());
  batch.mutable_requests(1)->mutable_element()->set_critical(true);
  EXPECT_EQ(status::Reason(Call(&Rpc::BatchCreateElements, batch).status()), "REQUEST_ID_REUSED");
}

TEST_F(ElementsTest, PlansDoNotShareIdsAndCodes) {
  MakePlan("p10");
  MakeElement("a", "1");
  const auto other = Call(&Rpc::CreateElement,
                          R"(parent: "institutions/gob/plans/p10" element_id: "a"
                             element { kind: KIND_AXIS code: "1"
                                       title { text { key: "nl" value: "x" } } })");
  ATHENA_ASSERT_OK(other);
  EXPECT_THAT(Codes(), ElementsAre("1"));
  EXPECT_EQ(Get("a")->kind(), v1::Element::KIND_ACTION);
}

}  // namespace
}  // namespace athena::plan
