// ExportPlan and ImportPlan over gRPC.

#include <gmock/gmock.h>
#include <google/protobuf/util/message_differencer.h>
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "libs/fields/fields.h"
#include "libs/status/status.h"
#include "libs/status/testing/matchers.h"
#include "services/plan/limits.h"
#include "services/plan/stratml/testing/schema_checker.h"
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
    EXPECT_THAT(testing::SchemaFaults(document), IsEmpty()) << document;
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

TEST_F(ExchangeTest, WhatAFieldCannotHoldIsRefusedWithItsPlaceAndNothingIsStored) {
  const auto exported = ExportPlan(R"(name: "institutions/gob/plans/p1")");
  std::vector<std::string> documents = DocumentsOf(*exported);
  documents[1] = absl::StrReplaceAll(
      documents[1], {{"&quot;tags&quot;:[&quot;sdg:11&quot;]", "&quot;weight&quot;:-1"}});
  const auto imported = Import(ImportOf(documents));
  EXPECT_THAT(imported.status(), Refuses("INVALID_FIELDS"));
  EXPECT_THAT(testing::FaultyFields(imported.status()),
              ElementsAre("documents[1]:15 PerformancePlanOrReport/StrategicPlanCore/Goal[1]/"
                          "Objective[1].weight"));
  EXPECT_THAT(Call(&Rpc::GetPlan, R"(name: "institutions/gob/plans/p2")").status(),
              status::testing::StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(ExchangeTest, HostileDocumentsAreRefusedByLine) {
  const auto fault = [&](const std::string& xml) { return Import(ImportOf({xml})).status(); };
  const absl::Status entity = fault("<!DOCTYPE a [<!ENTITY e \"x\">]><a>&e;</a>");
  EXPECT_THAT(entity, Refuses("STRATML_UNREADABLE"));
  EXPECT_EQ(entity.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(entity.message(), HasSubstr("documents[0]: line 1: a document type declaration"));
  EXPECT_THAT(fault("<a>\n\xFF</a>").message(), HasSubstr("line 2: bytes that are not UTF-8"));
  EXPECT_THAT(fault(""), Refuses("STRATML_UNREADABLE"));
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
  EXPECT_THAT(Import(request).status(), Refuses("STRATML_UNREADABLE"));
}

}  // namespace
}  // namespace athena::plan
