// ExportPlan and ImportPlan over gRPC.

#include <gmock/gmock.h>
#include <google/protobuf/util/message_differencer.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "libs/fields/fields.h"
#include "libs/status/status.h"
#include "libs/status/testing/matchers.h"
#include "libs/stratml/testing/schema_checker.h"
#include "services/plan/limits.h"
#include "services/plan/stratml/testing/federal_plan.h"
#include "services/plan/stratml/testing/random_plan.h"
#include "services/plan/testing/service.h"

namespace athena::plan {
namespace {

using google::protobuf::util::MessageDifferencer;
using status::testing::Refuses;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::Rpc;
using ::testing::SizeIs;

std::vector<std::string> DocumentsOf(const v1::ExportPlanResponse& response) {
  std::vector<std::string> documents(static_cast<size_t>(response.header().documents_size()));
  for (const auto& piece : response.pieces()) {
    documents[static_cast<size_t>(piece.document())] += piece.content();
  }
  return documents;
}

class ExchangeTest : public testing::PlanTest {
 protected:
  ExchangeTest() {
    MakeUnit("u");
    MakeElement("a", "1", "AXIS");
    MakeElement("o", "1.1", "OBJECTIVE", "a",
                R"(weight: 2.5 end_date { year: 2024 month: 6 day: 30 }
        description { text { key: "nl" value: "Wat & hoe\n<ja>" } text { key: "fr" value: "Quoi" } })");
    MakeElement("x", "1.1.1", "ACTION", "o", R"(owner_unit: "institutions/gob/units/u" lead: "L"
        contributors: "institutions/tal" critical: true tags: "sdg:11"
        indicators { indicator: "institutions/gob/indicators/i" weight: 3 }
        milestones { id: "m" title { text { key: "nl" value: "M" } }
                     due_date { year: 2025 month: 1 day: 31 } critical: true })");
    MakeElement("y", "2", "ACTION");
  }

  v1::ImportPlanRequest ImportOf(const std::vector<std::string>& documents) {
    v1::ImportPlanRequest request;
    request.set_parent("institutions/gob");
    request.set_plan_id("p2");
    request.set_reason("from a file");
    request.mutable_documents()->Assign(documents.begin(), documents.end());
    return request;
  }
  absl::StatusOr<v1::ImportPlanResponse> Import(const v1::ImportPlanRequest& request) {
    return Call(&Rpc::ImportPlan, request);
  }
};

// A plan without what the service sets and without the names, which differ.
v1::Element Bare(v1::Element element) {
  fields::ClearOutputOnly(&element);
  for (v1::Milestone& milestone : *element.mutable_milestones())
    fields::ClearOutputOnly(&milestone);
  for (std::string* name : {element.mutable_name(), element.mutable_parent_element()}) {
    *name = absl::StrReplaceAll(*name, {{"/plans/p2/", "/plans/p1/"}});
  }
  return element;
}

TEST_F(ExchangeTest, AnExportIsImportedAsTheSamePlan) {
  const auto exported = ExportPlan(R"(name: "institutions/gob/plans/p1" language_code: "nl")");
  ATHENA_ASSERT_OK(exported);
  std::vector<std::string> names;
  for (const auto& document : exported->header().documents()) names.push_back(document.file_name());
  EXPECT_THAT(names, ElementsAre("p1.xml", "p1-u.xml", "p1-others.xml"));
  const std::vector<std::string> documents = DocumentsOf(*exported);
  for (const std::string& document : documents) {
    EXPECT_THAT(StratmlFaults(document), IsEmpty()) << document;
  }
  const auto imported = Import(ImportOf(documents));
  ATHENA_ASSERT_OK(imported);
  EXPECT_THAT(imported->remarks(), IsEmpty());
  EXPECT_THAT(imported->elements(), SizeIs(4));
  EXPECT_EQ(imported->plan().state(), v1::Plan::STATE_DRAFT);

  const auto first = GetTree(R"(name: "institutions/gob/plans/p1")");
  const auto second = GetTree(R"(name: "institutions/gob/plans/p2")");
  ATHENA_ASSERT_OK(first);
  ATHENA_ASSERT_OK(second);
  EXPECT_EQ(second->codes(), first->codes());
  for (size_t i = 0; i < first->elements.size(); ++i) {
    EXPECT_TRUE(MessageDifferencer::Equals(Bare(first->elements[i]), Bare(second->elements[i])))
        << second->elements[i].DebugString();
  }
  // One revision made all of it.
  for (const v1::Element& element : second->elements) {
    EXPECT_EQ(element.revision(), imported->plan().revision());
  }
  EXPECT_EQ(second->header.revision(), imported->plan().revision());
}

TEST_F(ExchangeTest, AnExportShowsTheRevisionAskedFor) {
  ATHENA_ASSERT_OK(Call(&Rpc::UpdatePlan, R"(plan { name: "institutions/gob/plans/p1"
      title { text { key: "nl" value: "Later" } } })"));
  const auto before =
      ExportPlan(R"(name: "institutions/gob/plans/p1" as_of { revision: 7 } language_code: "nl")");
  ATHENA_ASSERT_OK(before);
  EXPECT_EQ(before->header().revision(), 7);
  EXPECT_THAT(DocumentsOf(*before)[0], ::testing::Not(HasSubstr("Later")));
  EXPECT_THAT(DocumentsOf(*ExportPlan(R"(name: "institutions/gob/plans/p1")"))[0],
              HasSubstr("<Name>Later</Name>"));
  EXPECT_THAT(ExportPlan(R"(name: "institutions/gob/plans/none")").status(),
              status::testing::StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(ExportPlan(R"(name: "institutions/gob/plans/p1" language_code: "?")").status(),
              Refuses("INVALID_FIELDS"));
}

TEST_F(ExchangeTest, ADryRunSaysTheSameAndChangesNothing) {
  const auto exported = ExportPlan(R"(name: "institutions/gob/plans/p1")");
  v1::ImportPlanRequest request = ImportOf({DocumentsOf(*exported)[0]});
  request.set_validate_only(true);
  request.set_request_id("once");
  const auto dry = Import(request);
  ATHENA_ASSERT_OK(dry);
  EXPECT_THAT(dry->elements(), SizeIs(2));
  ASSERT_THAT(dry->remarks(), SizeIs(1));
  EXPECT_EQ(dry->remarks(0).text(), "the plan was exported as 3 documents, and there are 1");
  EXPECT_EQ(dry->plan().etag(), "");
  EXPECT_THAT(Call(&Rpc::GetPlan, R"(name: "institutions/gob/plans/p2")").status(),
              status::testing::StatusIs(absl::StatusCode::kNotFound));
  request.set_validate_only(false);
  const auto done = Import(request);
  ATHENA_ASSERT_OK(done);
  EXPECT_THAT(done->elements(), SizeIs(2));
  // Again, with the same request_id: the first answer.
  const auto again = Import(request);
  ATHENA_ASSERT_OK(again);
  EXPECT_EQ(again->plan().etag(), done->plan().etag());
  request.clear_request_id();
  EXPECT_THAT(Import(request).status(), Refuses("RESOURCE_EXISTS"));
}

TEST_F(ExchangeTest, UnitsThatTheInstitutionDoesNotHaveAreLeftOutAndNamed) {
  const auto exported = ExportPlan(R"(name: "institutions/gob/plans/p1")");
  std::vector<std::string> documents = DocumentsOf(*exported);
  documents[1] = absl::StrReplaceAll(documents[1], {{"units/u<", "units/gone<"}});
  const auto imported = Import(ImportOf(documents));
  ATHENA_ASSERT_OK(imported);
  ASSERT_THAT(imported->remarks(), SizeIs(1));
  EXPECT_EQ(imported->remarks(0).text(),
            "its owner is not imported: there is no unit institutions/gob/units/gone");
  EXPECT_EQ(imported->remarks(0).position().document(), 1);
  EXPECT_EQ(imported->remarks(0).position().path(),
            "PerformancePlanOrReport/StrategicPlanCore/Goal[1]/Objective[1]");
}

TEST_F(ExchangeTest, LinksThatTheInstitutionMayNotMakeAreLeftOutAndNamed) {
  const auto exported = ExportPlan(R"(name: "institutions/gob/plans/p1")");
  const std::vector<std::string> documents = DocumentsOf(*exported);
  indicators_.SetDown(true);
  EXPECT_THAT(Import(ImportOf(documents)).status(), Refuses("DEPENDENCY_UNAVAILABLE"));
  indicators_.SetDown(false);
  indicators_.Forget("institutions/gob/indicators/i");
  const auto imported = Import(ImportOf(documents));
  ATHENA_ASSERT_OK(imported);
  ASSERT_THAT(imported->remarks(), SizeIs(1));
  EXPECT_EQ(imported->remarks(0).text(),
            "a link is not imported: the institution has no indicator "
            "institutions/gob/indicators/i, and none is shared with it");
  const auto element = Call(&Rpc::GetElement, R"(name: "institutions/gob/plans/p2/elements/x")");
  ATHENA_ASSERT_OK(element);
  EXPECT_THAT(element->indicators(), IsEmpty());
  EXPECT_THAT(element->milestones(), SizeIs(1));
}

TEST_F(ExchangeTest, AnotherInstitutionImportsAllButTheOwners) {
  MakeInstitution("tal");
  v1::ImportPlanRequest request =
      ImportOf(DocumentsOf(*ExportPlan(R"(name: "institutions/gob/plans/p1")")));
  request.set_parent("institutions/tal");
  EXPECT_THAT(Import(request).status(), Refuses("PERMISSION_DENIED"));
  const auto imported = Call(&Rpc::ImportPlan, request, "tal-planner");
  ATHENA_ASSERT_OK(imported);
  EXPECT_EQ(imported->plan().name(), "institutions/tal/plans/p2");
  EXPECT_THAT(imported->elements(), SizeIs(4));
  ASSERT_THAT(imported->remarks(), SizeIs(1));
  EXPECT_EQ(imported->remarks(0).text(),
            "not imported: the owner is a unit of another institution");
}

TEST_F(ExchangeTest, ThePlanIsTheStrategicPlanWhereverItStands) {
  std::vector<std::string> documents =
      DocumentsOf(*ExportPlan(R"(name: "institutions/gob/plans/p1")"));
  std::rotate(documents.begin(), documents.begin() + 1, documents.end());
  const auto imported = Import(ImportOf(documents));
  ATHENA_ASSERT_OK(imported);
  EXPECT_THAT(imported->remarks(), IsEmpty());
  EXPECT_THAT(imported->elements(), SizeIs(4));
  EXPECT_EQ(imported->elements(0).position().document(), 2);
}

TEST_F(ExchangeTest, AForeignPlanIsImportedAsFarAsItGoes) {
  v1::ImportPlanRequest request = ImportOf({testing::kFederalPlan});
  request.set_validate_only(true);
  const auto dry = Import(request);
  ATHENA_ASSERT_OK(dry);
  EXPECT_THAT(dry->elements(), SizeIs(4));
  EXPECT_EQ(dry->remark_count(), 13);
  EXPECT_TRUE(std::is_sorted(dry->remarks().begin(), dry->remarks().end(), [](auto& a, auto& b) {
    return a.position().line() < b.position().line();
  }));
  request.set_validate_only(false);
  const auto imported = Import(request);
  ATHENA_ASSERT_OK(imported);
  EXPECT_THAT(imported->remarks(), SizeIs(13));
  const auto tree = GetTree(R"(name: "institutions/gob/plans/p2")");
  ATHENA_ASSERT_OK(tree);
  EXPECT_THAT(tree->codes(), ElementsAre("1", "1.1", "1.2", "2"));
  EXPECT_EQ(tree->elements[0].state(), v1::Element::STATE_PLANNED);
  EXPECT_EQ(tree->elements[1].parent_element(), "institutions/gob/plans/p2/elements/f3-a");
}

TEST_F(ExchangeTest, AllThatAFieldCannotHoldIsRefusedAtOnceWithItsPlaceAndNothingIsStored) {
  const auto exported = ExportPlan(R"(name: "institutions/gob/plans/p1")");
  std::vector<std::string> documents = DocumentsOf(*exported);
  documents[0] = absl::StrReplaceAll(documents[0], {{"2026-12-31", "2020-12-31"}});
  documents[1] = absl::StrReplaceAll(
      documents[1],
      {{"&quot;tags&quot;:[&quot;sdg:11&quot;]", "&quot;weight&quot;:-1,&quot;priority&quot;:6"}});
  const auto imported = Import(ImportOf(documents));
  EXPECT_THAT(imported.status(), Refuses("INVALID_FIELDS"));
  const std::string action =
      "documents[1]:15 PerformancePlanOrReport/StrategicPlanCore/Goal[1]/Objective[1]";
  EXPECT_THAT(testing::FaultyFields(imported.status()),
              ElementsAre("documents[0]:2 PerformancePlanOrReport.last_quarter", action + ".weight",
                          action + ".priority"));
  EXPECT_THAT(Call(&Rpc::GetPlan, R"(name: "institutions/gob/plans/p2")").status(),
              status::testing::StatusIs(absl::StatusCode::kNotFound));
}

// What only the stored tree shows is refused after the plan was written: nothing of it stays.
TEST_F(ExchangeTest, ElementsThatStandNowhereAreRefusedAndNothingIsStored) {
  std::vector<std::string> documents =
      DocumentsOf(*ExportPlan(R"(name: "institutions/gob/plans/p1")"));
  documents[1] = absl::StrReplaceAll(
      documents[1], {{"{&quot;element&quot;:{", "{&quot;element&quot;:{&quot;kind&quot;:1,"}});
  const auto before = GetTree(R"(name: "institutions/gob/plans/p1")");
  const auto imported = Import(ImportOf(documents));
  EXPECT_THAT(testing::FaultyFields(imported.status()),
              ElementsAre("documents[1]:15 PerformancePlanOrReport/StrategicPlanCore/Goal[1]/"
                          "Objective[1].kind"));
  EXPECT_THAT(Call(&Rpc::GetPlan, R"(name: "institutions/gob/plans/p2")").status(),
              status::testing::StatusIs(absl::StatusCode::kNotFound));
  EXPECT_EQ(GetTree(R"(name: "institutions/gob/plans/p1")")->header.revision(),
            before->header.revision());
  // What was not stored is in nobody's way.
  ATHENA_EXPECT_OK(Import(ImportOf({documents[0], documents[2]})));
}

TEST_F(ExchangeTest, HostileDocumentsAreRefusedByLineAllAtOnce) {
  const absl::Status hostile =
      Import(ImportOf({"<!DOCTYPE a [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><a>&e;</a>",
                       testing::kFederalPlan, "<a>\n\xFF</a>", "", "<a>\n&e;</a>"}))
          .status();
  EXPECT_THAT(hostile, Refuses("INVALID_FIELDS"));
  EXPECT_THAT(testing::FaultyFields(hostile),
              ElementsAre("documents[0]", "documents[2]", "documents[3]", "documents[4]"));
  EXPECT_THAT(hostile.message(), HasSubstr("documents[0]: line 1: a document type declaration"));
}

TEST_F(ExchangeTest, DocumentsAreBoundedInNumberAndSize) {
  EXPECT_THAT(Import(ImportOf({})).status(), Refuses("INVALID_FIELDS"));
  EXPECT_THAT(Import(ImportOf(std::vector<std::string>(kMaxStratmlDocuments + 1, "<a/>"))).status(),
              Refuses("INVALID_FIELDS"));
  const auto exported = ExportPlan(R"(name: "institutions/gob/plans/p1")");
  std::string document = DocumentsOf(*exported)[0];
  document.resize(kMaxStratmlBytes, '\n');
  ATHENA_EXPECT_OK(Import(ImportOf({document})));
  document += '\n';
  EXPECT_THAT(Import(ImportOf({document})).status(), Refuses("INVALID_FIELDS"));
}

TEST_F(ExchangeTest, APlanOfTenThousandElementsIsImportedAndOneMoreIsNot) {
  const auto plan = [](size_t goals) {
    std::string xml = R"(<PerformancePlanOrReport Type="Strategic_Plan"
        xmlns="urn:ISO:std:iso:17469:tech:xsd:PerformancePlanOrReport"><Name>n</Name>
        <StrategicPlanCore>)";
    for (size_t i = 0; i < goals; ++i) xml += "<Goal><Name>g</Name><Description/></Goal>\n";
    return xml + "</StrategicPlanCore></PerformancePlanOrReport>";
  };
  v1::ImportPlanRequest request = ImportOf({plan(kMaxImportedElements)});
  request.set_first_quarter("2021-Q1");
  request.set_last_quarter("2021-Q4");
  const auto imported = Import(request);
  ATHENA_ASSERT_OK(imported);
  EXPECT_THAT(imported->elements(), SizeIs(kMaxImportedElements));
  *request.mutable_documents(0) = plan(kMaxImportedElements + 1);
  EXPECT_THAT(testing::FaultyFields(Import(request).status()), ElementsAre("documents"));
}

// Every field of every kind of plan, through both RPCs.
TEST_F(ExchangeTest, EveryPlanIsImportedElsewhereEqual) {
  GoTo(absl::CivilDay(2026, 1, 1));
  for (int i = 0; i < 4; ++i) MakeUnit(absl::StrCat("u", i));
  std::mt19937 random(4);
  for (int i = 0; i < 20; ++i) {
    const std::string id = absl::StrCat("from", i);
    const testing::RandomPlan made = testing::MakeRandomPlan(random);
    const auto under = [](const std::string& plan, std::string name) {
      return absl::StrReplaceAll(name, {{"/plans/p1", "/plans/" + plan}});
    };
    v1::CreatePlanRequest create;
    create.set_parent("institutions/gob");
    create.set_plan_id(id);
    *create.mutable_plan() = made.plan;
    create.mutable_plan()->clear_name();
    ATHENA_ASSERT_OK(Call(&Rpc::CreatePlan, create));
    v1::BatchCreateElementsRequest elements;
    elements.set_parent(under(id, made.plan.name()));
    for (const v1::Element& element : made.elements) {
      v1::CreateElementRequest& one = *elements.add_requests();
      one.set_element_id(element.name().substr(element.name().rfind('/') + 1));
      *one.mutable_element() = element;
      one.mutable_element()->clear_name();
      one.mutable_element()->set_parent_element(under(id, element.parent_element()));
    }
    if (!made.elements.empty()) {
      ATHENA_ASSERT_OK(Call(&Rpc::BatchCreateElements, elements));
    }

    const char* const language = std::vector{"nl", "en", "it"}[static_cast<size_t>(i) % 3];
    const auto exported = ExportPlan(absl::StrCat(R"(name: "institutions/gob/plans/)", id,
                                                  R"(" language_code: ")", language, "\""));
    ATHENA_ASSERT_OK(exported);
    v1::ImportPlanRequest request = ImportOf(DocumentsOf(*exported));
    request.set_plan_id(absl::StrCat("to", i));
    const auto imported = Import(request);
    ATHENA_ASSERT_OK(imported);
    EXPECT_THAT(imported->remarks(), IsEmpty());

    const auto from = GetTree(absl::StrCat(R"(name: "institutions/gob/plans/)", id, "\""));
    const auto to = GetTree(absl::StrCat(R"(name: "institutions/gob/plans/to)", i, "\""));
    ATHENA_ASSERT_OK(from);
    ATHENA_ASSERT_OK(to);
    EXPECT_EQ(to->codes(), from->codes());
    ASSERT_EQ(from->elements.size(), made.elements.size());
    const auto bare = [&](auto message) {
      fields::ClearOutputOnly(&message);
      message.set_name(absl::StrReplaceAll(message.name(), {{absl::StrCat("/to", i), "/" + id}}));
      return message;
    };
    EXPECT_TRUE(MessageDifferencer::Equals(bare(from->header.plan()), bare(to->header.plan())));
    for (size_t k = 0; k < from->elements.size(); ++k) {
      v1::Element element = bare(to->elements[k]);
      element.set_parent_element(
          absl::StrReplaceAll(element.parent_element(), {{absl::StrCat("/to", i), "/" + id}}));
      EXPECT_TRUE(MessageDifferencer::Equals(bare(from->elements[k]), element))
          << from->elements[k].DebugString() << element.DebugString();
    }
  }
}

}  // namespace
}  // namespace athena::plan
