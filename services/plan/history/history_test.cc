// The history of plans: revisions with readable differences, the audit log, and whether it is
// whole.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "libs/audit/journal.h"
#include "libs/canonical/canonical.h"
#include "libs/history/testing/json.h"
#include "libs/sql/database.h"
#include "libs/status/testing/matchers.h"
#include "services/plan/testing/service.h"

namespace athena::plan {
namespace {

using common::v1::AuditEvent;
using common::v1::AuditHead;
using common::v1::ListAuditEventsRequest;
using common::v1::ListRevisionsRequest;
using common::v1::ListRevisionsResponse;
using common::v1::ResourceChange;
using common::v1::Revision;
using common::v1::VerifyAuditLogRequest;
using common::v1::VerifyAuditLogResponse;
using history::testing::LinesOf;
using status::testing::Refuses;
using status::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::HistoryRpc;
using ::testing::IsEmpty;
using testing::Rpc;

constexpr char kElement[] = "institutions/gob/plans/p1/elements/e1";

// Without the fields that a test says nothing about: the number, the RPC and the changed resources,
// "4 UpdateElement ~e1", with "+" for created and "-" for deleted ones.
std::string Line(const Revision& revision) {
  std::string line = absl::StrCat(revision.revision(), " ", revision.action());
  for (const ResourceChange& change : revision.changes()) {
    const char* kind = change.kind() == ResourceChange::KIND_CREATED   ? "+"
                       : change.kind() == ResourceChange::KIND_DELETED ? "-"
                                                                       : "~";
    absl::StrAppend(&line, " ", kind, change.resource().substr(change.resource().rfind('/') + 1));
  }
  return line;
}

class HistoryTest : public testing::PlanTest {
 protected:
  absl::StatusOr<ListRevisionsResponse> List(const std::string& request,
                                             const std::string& who = "gob-viewer") {
    return Call(&HistoryRpc::ListRevisions, request, who);
  }
  // All pages of a list.
  std::vector<Revision> ListAll(const std::string& request, const std::string& who = "gob-viewer") {
    auto next = testing::Parsed<ListRevisionsRequest>(request);
    std::vector<Revision> all;
    do {
      const auto page = Call(&HistoryRpc::ListRevisions, next, who);
      ATHENA_EXPECT_OK(page);
      if (!page.ok()) break;
      EXPECT_LT(page->ByteSizeLong(), size_t{1} << 20);
      all.insert(all.end(), page->revisions().begin(), page->revisions().end());
      next.set_page_token(page->next_page_token());
    } while (!next.page_token().empty());
    return all;
  }
  std::vector<std::string> Lines(const std::string& request,
                                 const std::string& who = "gob-viewer") {
    std::vector<std::string> lines;
    for (const Revision& revision : ListAll(request, who)) lines.push_back(Line(revision));
    return lines;
  }
  absl::Status Update(const std::string& request) {
    return Call(&Rpc::UpdateElement, request, "gob-planner").status();
  }
};

TEST_F(HistoryTest, AnEditSaysWhoWhenWhyAndWhichFieldsFromWhatToWhat) {
  MakeElement("e1", "1.1", "ACTION", "", R"(milestones { id: "m1"
      title { text { key: "nl" value: "Bestek" } } due_date { year: 2022 month: 3 day: 31 } }
      tags: "a")");
  ATHENA_ASSERT_OK(Update(absl::StrCat(R"(element { name: ")", kElement, R"(" lead: "Ann"
      tags: "a" tags: "b" title { text { key: "nl" value: "e1" } text { key: "fr" value: "E" } }
      milestones { id: "m1" title { text { key: "nl" value: "Bestek" } }
                   due_date { year: 2022 month: 6 day: 30 } }
      milestones { id: "m2" title { text { key: "nl" value: "Werken" } }
                   due_date { year: 2022 month: 12 day: 31 } } }
      update_mask { paths: "lead" paths: "tags" paths: "title" paths: "milestones" }
      reason: "a new contractor")")));
  const auto listed = List(absl::StrCat(R"(parent: ")", kElement, R"(" page_size: 1)"));
  ATHENA_ASSERT_OK(listed);
  EXPECT_EQ(listed->revision(), 4);
  EXPECT_FALSE(listed->next_page_token().empty());
  ASSERT_EQ(listed->revisions_size(), 1);
  const Revision& revision = listed->revisions(0);
  EXPECT_EQ(revision.revision(), 4);
  EXPECT_EQ(revision.time().seconds(), kStart + 4);
  EXPECT_EQ(revision.subject(), "gob-planner");
  EXPECT_EQ(revision.action(), "UpdateElement");
  EXPECT_EQ(revision.reason(), "a new contractor");
  EXPECT_EQ(revision.lineage().size(), 16U);
  ASSERT_EQ(revision.changes_size(), 1);
  EXPECT_EQ(revision.changes(0).resource(), kElement);
  EXPECT_EQ(revision.changes(0).kind(), ResourceChange::KIND_UPDATED);
  EXPECT_THAT(LinesOf(revision.changes(0).differences()),
              ElementsAre(R"(title.text[fr]: nothing > "E")", R"(lead: nothing > "Ann")",
                          R"(milestones[m1].due_date: "2022-03-31" > "2022-06-30")",
                          R"(milestones[m2]: nothing > {"due_date":"2022-12-31","id":"m2",)"
                          R"("title":{"text":{"nl":"Werken"}}})",
                          R"(tags: ["a"] > ["a","b"])"));
}

TEST_F(HistoryTest, ADeletedResourceKeepsItsHistory) {
  MakeElement("e1", "1.1");
  ATHENA_ASSERT_OK(Update(absl::StrCat(R"(element { name: ")", kElement, R"(" lead: "Ann" })")));
  const std::string name = absl::StrCat(R"(name: ")", kElement, R"(")");
  ATHENA_ASSERT_OK(Call(&Rpc::DeleteElement, name, "gob-planner"));
  EXPECT_THAT(Call(&Rpc::GetElement, name), StatusIs(absl::StatusCode::kNotFound));
  MakeElement("e1", "2.1");
  EXPECT_THAT(Lines(absl::StrCat(R"(parent: ")", kElement, R"(")")),
              ElementsAre("6 CreateElement +e1", "5 DeleteElement -e1", "4 UpdateElement ~e1",
                          "3 CreateElement +e1"));
  const auto listed = List(absl::StrCat(R"(parent: ")", kElement, R"(" before_revision: 6)"));
  ATHENA_ASSERT_OK(listed);
  EXPECT_THAT(LinesOf(listed->revisions(0).changes(0).differences()),
              ElementsAre(R"(kind: "KIND_ACTION" > nothing)", R"(code: "1.1" > nothing)",
                          R"(title.text[nl]: "e1" > nothing)", R"(lead: "Ann" > nothing)",
                          R"(state: "STATE_PLANNED" > nothing)"));
}

TEST_F(HistoryTest, APlanIsListedByItselfOrWithWhatIsBelowIt) {
  MakePlan("p2");
  MakePlan("p10");
  MakeElement("e1", "1");
  MakeElement("e2", "1.1", "ACTION", "e1");
  const std::string plan = R"(parent: "institutions/gob/plans/p1")";
  EXPECT_THAT(Lines(plan), ElementsAre("2 CreatePlan +p1"));
  EXPECT_THAT(Lines(plan + " include_below: true"),
              ElementsAre("6 CreateElement +e2", "5 CreateElement +e1", "2 CreatePlan +p1"));
  ATHENA_ASSERT_OK(Call(&Rpc::DeletePlan, R"(name: "institutions/gob/plans/p1")", "gob-planner"));
  EXPECT_THAT(List(plan)->revisions(0).changes(0).kind(), ResourceChange::KIND_DELETED);
  EXPECT_THAT(Lines(plan + " include_below: true page_size: 1"),
              ElementsAre("7 DeletePlan -p1 -e1 -e2", "6 CreateElement +e2", "5 CreateElement +e1",
                          "2 CreatePlan +p1"));
}

TEST_F(HistoryTest, AnInstitutionIsListedWhole) {
  MakeUnit("hr");
  MakeElement("e1", "1");
  EXPECT_THAT(Lines(R"(parent: "institutions/gob")"),
              ElementsAre("4 CreateElement +e1", "3 CreateUnit +hr", "2 CreatePlan +p1",
                          "1 CreateInstitution +gob"));
  EXPECT_THAT(Lines(R"(parent: "institutions/nobody")", "everyone"), IsEmpty());
}

TEST_F(HistoryTest, PagesGoOnWhereTheLastOneEndedInBothOrders) {
  for (int i = 0; i < 5; ++i) MakeUnit(absl::StrCat("u", i));  // revisions 3 to 7
  const auto revisions = [&](const std::string& rest) {
    std::vector<int64_t> found;
    for (const Revision& one : ListAll(R"(parent: "institutions/gob" )" + rest)) {
      found.push_back(one.revision());
    }
    return found;
  };
  for (const char* size : {"1", "2", "3", "7", "100"}) {
    const std::string page = absl::StrCat("page_size: ", size, " ");
    EXPECT_THAT(revisions(page), ElementsAre(7, 6, 5, 4, 3, 2, 1));
    EXPECT_THAT(revisions(page + "order_by: 'revision desc'"), ElementsAre(7, 6, 5, 4, 3, 2, 1));
    EXPECT_THAT(revisions(page + "order_by: 'revision'"), ElementsAre(1, 2, 3, 4, 5, 6, 7));
    EXPECT_THAT(revisions(page + "after_revision: 2 before_revision: 6"), ElementsAre(5, 4, 3));
    EXPECT_THAT(revisions(page + "after_revision: 5 order_by: 'revision'"), ElementsAre(6, 7));
  }
  // What is committed between two pages is not on the second.
  auto request =
      testing::Parsed<ListRevisionsRequest>(R"(parent: "institutions/gob" page_size: 4)");
  const auto first = Call(&HistoryRpc::ListRevisions, request);
  ATHENA_ASSERT_OK(first);
  MakeUnit("u9");
  request.set_page_token(first->next_page_token());
  const auto second = Call(&HistoryRpc::ListRevisions, request);
  ATHENA_ASSERT_OK(second);
  EXPECT_EQ(second->revisions(0).revision(), 3);
  EXPECT_EQ(second->revisions_size(), 3);
  EXPECT_EQ(second->next_page_token(), "");
  // A token is of its request alone.
  request.set_filter("subject = gob-all");
  EXPECT_THAT(Call(&HistoryRpc::ListRevisions, request), Refuses("INVALID_PAGE_TOKEN"));
}

TEST_F(HistoryTest, RevisionsAreFilteredByWhoWhatWhenAndWhy) {
  MakeElement("e1", "1");
  MakePlan("p2");
  ATHENA_ASSERT_OK(Update(
      absl::StrCat(R"(element { name: ")", kElement, R"(" lead: "Ann" } reason: "as decided")")));
  const auto lines = [&](const std::string& filter) {
    return Lines(absl::StrCat(R"(parent: "institutions/gob" filter: ')", filter, "'"));
  };
  EXPECT_THAT(lines(R"(subject = "*planner")"), ElementsAre("5 UpdateElement ~e1"));
  EXPECT_THAT(lines("action = CreatePlan AND revision < 4"), ElementsAre("2 CreatePlan +p1"));
  EXPECT_THAT(lines(R"(reason = "*decided*")"), ElementsAre("5 UpdateElement ~e1"));
  EXPECT_THAT(lines(R"(resources:"institutions/gob/plans/p1/*")"),
              ElementsAre("5 UpdateElement ~e1", "3 CreateElement +e1"));
  // Revision 4 is of four seconds after the start: 2020-09-13T12:26:44Z.
  EXPECT_THAT(lines(R"(time > "2020-09-13T12:26:43Z" AND time < "2020-09-13T12:26:45Z")"),
              ElementsAre("4 CreatePlan +p2"));
  EXPECT_THAT(
      Lines(absl::StrCat(R"(parent: ")", kElement, R"(" filter: "action = CreateElement")")),
      ElementsAre("3 CreateElement +e1"));
  EXPECT_THAT(List(R"(parent: "institutions/gob" filter: "colour = red")"),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("filter")));
}

TEST_F(HistoryTest, WhatCannotBeListedIsRefused) {
  for (const char* parent : {"", "gob", "institutions/gob/plans", "institutions/gob/colours/red",
                             "institutions/gob/plans/p1/", "institutions/GOB/plans/p1"}) {
    EXPECT_THAT(List(absl::StrCat(R"(parent: ")", parent, R"(")"), "everyone"),
                StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("parent")))
        << parent;
  }
  EXPECT_THAT(List(R"(parent: "institutions/gob/plans/never")"),
              StatusIs(absl::StatusCode::kNotFound));
  const std::string gob = R"(parent: "institutions/gob" )";
  EXPECT_THAT(List(gob + "page_size: -1 order_by: 'time' after_revision: -1 before_revision: -2"),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("page_size")));
  EXPECT_THAT(List(gob + "order_by: 'time'"),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("order_by")));
  EXPECT_THAT(List(gob + "page_token: 'x'"), Refuses("INVALID_PAGE_TOKEN"));
  EXPECT_THAT(List(gob, "tal-all"), StatusIs(absl::StatusCode::kPermissionDenied));
  EXPECT_THAT(List(R"(parent: "institutions/gob/units/none")", "tal-all"),
              StatusIs(absl::StatusCode::kPermissionDenied));
}

TEST_F(HistoryTest, AReaderOfASharedPlanSeesItsHistoryAndNothingElse) {
  MakeElement("e1", "1");
  ATHENA_ASSERT_OK(Call(&Rpc::UpdatePlan, R"(plan { name: "institutions/gob/plans/p1"
                                                    shared_with: "institutions/tal" })"));
  MakePlan("p2");
  ATHENA_ASSERT_OK(Call(&Rpc::DeletePlan, R"(name: "institutions/gob/plans/p2")", "gob-planner"));
  const std::string plan = R"(parent: "institutions/gob/plans/p1" include_below: true )";
  EXPECT_THAT(Lines(plan, "tal-viewer"),
              ElementsAre("4 UpdatePlan ~p1", "3 CreateElement +e1", "2 CreatePlan +p1"));
  EXPECT_THAT(Lines(absl::StrCat(R"(parent: ")", kElement, R"(")"), "tal-viewer"),
              ElementsAre("3 CreateElement +e1"));
  EXPECT_THAT(Lines(plan + R"(filter: 'resources:"*p2"')", "tal-viewer"), IsEmpty());
  for (const char* other : {"institutions/gob", "institutions/gob/plans/p2"}) {
    EXPECT_THAT(List(absl::StrCat(R"(parent: ")", other, R"(")"), "tal-viewer"),
                StatusIs(absl::StatusCode::kPermissionDenied));
  }
}

// Pages are filled up to 1 MiB (ListAll checks each one), and none of the revisions is lost.
TEST_F(HistoryTest, LargeRevisionsMakeShortPages) {
  constexpr int kBatches = 6;
  constexpr int kElements = 500;
  const std::string text(900, 'x');
  for (int batch = 0; batch < kBatches; ++batch) {
    v1::BatchCreateElementsRequest request;
    request.set_parent("institutions/gob/plans/p1");
    for (int i = 0; i < kElements; ++i) {
      v1::CreateElementRequest& one = *request.add_requests();
      one.set_element_id(absl::StrCat("e", batch, "-", i));
      one.mutable_element()->set_kind(v1::Element::KIND_ACTION);
      one.mutable_element()->set_code(absl::StrCat(batch, ".", i));
      (*one.mutable_element()->mutable_title()->mutable_text())["nl"] = "e";
      (*one.mutable_element()->mutable_description()->mutable_text())["nl"] = text;
    }
    ATHENA_ASSERT_OK(Call(&Rpc::BatchCreateElements, request));
  }
  const auto first = List(R"(parent: "institutions/gob" page_size: 1000)");
  ATHENA_ASSERT_OK(first);
  EXPECT_LT(first->revisions_size(), kBatches);
  const std::vector<Revision> all = ListAll(R"(parent: "institutions/gob" page_size: 1000)");
  ASSERT_EQ(all.size(), size_t{kBatches + 2});
  for (int batch = 0; batch < kBatches; ++batch) {
    const Revision& one = all[static_cast<size_t>(batch)];
    EXPECT_EQ(one.revision(), kBatches + 2 - batch);
    EXPECT_EQ(one.changes_size(), kElements);
    EXPECT_EQ(one.changes(0).more_differences(), 0);
    EXPECT_GT(one.changes(kElements - 1).more_differences(), 0);
  }
}

// Each revision, applied backwards from the present, is what reads as of it show.
TEST_F(HistoryTest, DifferencesAgreeWithReadsAsOfTheRevision) {
  MakeElement("e1", "1");
  for (int i = 0; i < 6; ++i) {
    ATHENA_ASSERT_OK(Update(absl::StrCat(R"(element { name: ")", kElement, R"(" lead: "L)", i % 4,
                                         R"(" priority: )", 1 + i % 3, "}")));
  }
  for (const Revision& revision : ListAll(absl::StrCat(R"(parent: ")", kElement, R"(")"))) {
    const auto at = [&](int64_t number) {
      const auto element =
          Call(&Rpc::GetElement,
               absl::StrCat(R"(name: ")", kElement, R"(" as_of { revision: )", number, "}"));
      return element.ok() ? *element : v1::Element();
    };
    const v1::Element before = at(revision.revision() - 1);
    const v1::Element after = at(revision.revision());
    EXPECT_EQ(after.revision(), revision.revision());
    for (const auto& difference : revision.changes(0).differences()) {
      if (difference.path() == "lead") {
        EXPECT_EQ(difference.from().string_value(), before.lead());
        EXPECT_EQ(difference.to().string_value(), after.lead());
      }
      if (difference.path() == "priority") {
        EXPECT_EQ(difference.from().number_value(), before.priority());
        EXPECT_EQ(difference.to().number_value(), after.priority());
      }
    }
    EXPECT_EQ(revision.changes(0).kind() == ResourceChange::KIND_CREATED, before.name().empty());
  }
}

class AuditLogTest : public HistoryTest {
 protected:
  AuditLogTest() {
    MakeElement("e1", "1");
    MakeElement("e2", "2");
    MakeUnit("hr");  // revision 5
  }

  std::vector<AuditEvent> Events(const std::string& rest = "") {
    auto next = testing::Parsed<ListAuditEventsRequest>(R"(parent: "institutions/gob" )" + rest);
    std::vector<AuditEvent> all;
    do {
      const auto page = Call(&HistoryRpc::ListAuditEvents, next, "gob-auditor");
      ATHENA_EXPECT_OK(page);
      if (!page.ok()) break;
      all.insert(all.end(), page->events().begin(), page->events().end());
      next.set_page_token(page->next_page_token());
    } while (!next.page_token().empty());
    return all;
  }

  VerifyAuditLogResponse Verified(const AuditHead& head = {}) {
    VerifyAuditLogRequest request;
    request.set_parent("institutions/gob");
    *request.mutable_head() = head;
    const auto verified = Call(&HistoryRpc::VerifyAuditLog, request, "gob-auditor");
    ATHENA_EXPECT_OK(verified);
    return verified.ok() ? *verified : VerifyAuditLogResponse();
  }

  void Tamper(const sql::Statement& statement) {
    ATHENA_ASSERT_OK(database_->Write(
        "gob", [&](sql::WriteTx& tx) { return tx.Execute(statement, {}).status(); }));
  }
};

std::string LittleEndian(int64_t number) {
  std::string bytes;
  for (int i = 0; i < 8; ++i) bytes += static_cast<char>(number >> (8 * i));
  return bytes;
}

std::string Field(const std::string& bytes) {
  return LittleEndian(static_cast<int64_t>(bytes.size())) + bytes;
}

TEST_F(AuditLogTest, EntriesAreAsTheyAreStored) {
  const std::vector<AuditEvent> events = Events();
  ASSERT_EQ(events.size(), 5U);
  const AuditEvent& newest = events.front();
  EXPECT_EQ(newest.revision(), 5);
  EXPECT_EQ(newest.time().seconds(), kStart + 5);
  EXPECT_EQ(newest.subject(), "gob-all");
  EXPECT_EQ(newest.action(), "CreateUnit");
  EXPECT_THAT(newest.resources(), ElementsAre("institutions/gob/units/hr"));
  EXPECT_EQ(newest.previous_hash(), events[1].hash());
  EXPECT_EQ(events.back().previous_hash(), "");
  const auto page =
      Call(&HistoryRpc::ListAuditEvents, R"(parent: "institutions/gob")", "gob-admin");
  ATHENA_ASSERT_OK(page);
  EXPECT_EQ(page->head().revision(), 5);
  EXPECT_EQ(page->head().hash(), newest.hash());
  EXPECT_EQ(page->head().lineage().size(), 16U);
}

// By the words of the contract alone.
TEST_F(AuditLogTest, AnybodyCanRecomputeTheHashes) {
  ATHENA_ASSERT_OK(Call(&Rpc::DeletePlan,
                        R"(name: "institutions/gob/plans/p1" reason: "a mistake")", "gob-planner"));
  const std::vector<AuditEvent> events = Events("order_by: 'revision'");
  ASSERT_EQ(events.size(), 6U);
  EXPECT_EQ(events.back().resources_size(), 3);
  for (const AuditEvent& event : events) {
    std::string resources;
    for (const std::string& name : event.resources()) {
      resources += (resources.empty() ? "" : "\n") + name;
    }
    const std::string bytes =
        Field(absl::HexStringToBytes(event.previous_hash())) + Field("gob") +
        LittleEndian(event.revision()) +
        LittleEndian(event.time().seconds() * 1'000'000 + event.time().nanos() / 1000) +
        Field(event.subject()) + Field(event.action()) + Field(event.reason()) + Field(resources) +
        Field(absl::HexStringToBytes(event.digest()));
    EXPECT_EQ(absl::BytesToHexString(Sha256Of(bytes)), event.hash()) << event.revision();
  }
}

TEST_F(AuditLogTest, EntriesAreFilteredAndPaged) {
  const auto revisions = [&](const std::string& rest) {
    std::vector<int64_t> found;
    for (const AuditEvent& event : Events(rest)) found.push_back(event.revision());
    return found;
  };
  EXPECT_THAT(revisions("page_size: 2"), ElementsAre(5, 4, 3, 2, 1));
  EXPECT_THAT(revisions("page_size: 2 order_by: 'revision' after_revision: 1"),
              ElementsAre(2, 3, 4, 5));
  EXPECT_THAT(revisions("filter: 'action = CreateElement'"), ElementsAre(4, 3));
  EXPECT_THAT(revisions(R"(filter: 'resources:"*/e2"')"), ElementsAre(4));
  EXPECT_THAT(revisions(R"(filter: 'subject = gob-admin')"), ElementsAre(1));
  EXPECT_THAT(revisions(R"(filter: 'time <= "2020-09-13T12:26:42Z"')"), ElementsAre(2, 1));
}

MATCHER_P2(FaultAt, revision, text, "") {
  return arg.revision() == revision && arg.description().find(text) != std::string::npos;
}

constexpr sql::Statement kFlip{"UPDATE journal SET subject = 'nobody' WHERE revision = 3"};
constexpr sql::Statement kFlipResources{
    "UPDATE journal SET resources = 'institutions/gob/units/x' WHERE revision = 3"};
constexpr sql::Statement kDelete{"DELETE FROM journal WHERE revision = 3"};
constexpr sql::Statement kSwap[] = {{"UPDATE journal SET revision = 1000 WHERE revision = 3"},
                                    {"UPDATE journal SET revision = 3 WHERE revision = 4"},
                                    {"UPDATE journal SET revision = 4 WHERE revision = 1000"}};
constexpr sql::Statement kTruncate[] = {{"DELETE FROM journal WHERE revision > 3"},
                                        {"DELETE FROM resource WHERE from_revision > 3"}};

TEST_F(AuditLogTest, AWholeLogHasAHeadToKeep) {
  const VerifyAuditLogResponse verified = Verified();
  EXPECT_EQ(verified.head().revision(), 5);
  EXPECT_EQ(verified.head().hash(), Events().front().hash());
  EXPECT_EQ(verified.head().lineage().size(), 16U);
  EXPECT_EQ(verified.first_bad_revision(), 0);
  EXPECT_THAT(verified.faults(), IsEmpty());
  MakeUnit("pay");
  EXPECT_THAT(Verified(verified.head()).faults(), IsEmpty());
  EXPECT_EQ(Verified(verified.head()).head().revision(), 6);
}

TEST_F(AuditLogTest, AChangedEntryIsNamed) {
  Tamper(kFlip);
  const VerifyAuditLogResponse verified = Verified();
  EXPECT_EQ(verified.first_bad_revision(), 3);
  EXPECT_EQ(verified.head().revision(), 2);
  EXPECT_THAT(verified.faults(), ElementsAre(FaultAt(3, "revision 3: it was changed")));
}

TEST_F(AuditLogTest, AChangedListOfResourcesIsNamed) {
  Tamper(kFlipResources);
  EXPECT_THAT(Verified().faults(), ElementsAre(FaultAt(3, "revision 3: it was changed")));
}

TEST_F(AuditLogTest, ARemovedEntryIsNamed) {
  Tamper(kDelete);
  const VerifyAuditLogResponse verified = Verified();
  EXPECT_EQ(verified.first_bad_revision(), 3);
  EXPECT_THAT(verified.faults(), ElementsAre(FaultAt(3, "revision 3: it is missing")));
  // The lists show what is left.
  EXPECT_EQ(Events().size(), 4U);
  EXPECT_EQ(Events()[1].previous_hash(), "");
  EXPECT_EQ(Lines(R"(parent: "institutions/gob")").size(), 4U);
  EXPECT_THAT(Lines(absl::StrCat(R"(parent: ")", kElement, R"(")")), IsEmpty());
}

TEST_F(AuditLogTest, TheFirstOfSwappedEntriesIsNamed) {
  for (const sql::Statement& statement : kSwap) Tamper(statement);
  EXPECT_EQ(Verified().first_bad_revision(), 3);
}

// Somebody who can write the database, and knows it, removes the newest entries with all that they
// recorded.
TEST_F(AuditLogTest, TruncationIsFoundAgainstAnExportedHead) {
  const AuditHead exported = Verified().head();
  const AuditEvent last = Events()[2];
  ASSERT_EQ(last.revision(), 3);
  for (const sql::Statement& statement : kTruncate) Tamper(statement);
  ATHENA_ASSERT_OK(database_->Write("gob", [&](sql::WriteTx& tx) {
    tx.SetRevision(3, absl::HexStringToBytes(last.hash()));
    return absl::OkStatus();
  }));
  EXPECT_THAT(Verified().faults(), IsEmpty());
  const VerifyAuditLogResponse verified = Verified(exported);
  EXPECT_EQ(verified.first_bad_revision(), 4);
  EXPECT_THAT(verified.faults(), ElementsAre(FaultAt(4, "from revision 4 on were removed")));
  // What is done afterwards does not hide it.
  MakeUnit("a");
  MakeUnit("b");
  EXPECT_THAT(Verified().faults(), IsEmpty());
  EXPECT_THAT(Verified(exported).faults(), ElementsAre(FaultAt(5, "another hash")));
}

TEST_F(AuditLogTest, AHeadThatIsNoneIsRefused) {
  const auto verify = [&](const std::string& head) {
    return Call(&HistoryRpc::VerifyAuditLog,
                absl::StrCat(R"(parent: "institutions/gob" head { )", head, " }"), "gob-auditor");
  };
  EXPECT_THAT(verify("revision: -1"),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("head.revision")));
  EXPECT_THAT(verify("revision: 1 hash: 'abc'"),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("head.hash")));
  ATHENA_EXPECT_OK(verify("revision: 0"));
}

}  // namespace
}  // namespace athena::plan
