// The history of indicators: revisions with readable differences, and whether the audit log is
// whole. What does not depend on the service is tested with the plan service.

#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "libs/history/testing/json.h"
#include "libs/sql/database.h"
#include "libs/status/testing/matchers.h"
#include "services/indicator/testing/service.h"

namespace athena::indicator {
namespace {

using common::v1::AuditHead;
using common::v1::ListAuditEventsRequest;
using common::v1::ListRevisionsRequest;
using common::v1::ListRevisionsResponse;
using common::v1::ResourceChange;
using common::v1::Revision;
using common::v1::VerifyAuditLogRequest;
using common::v1::VerifyAuditLogResponse;
using history::testing::LinesOf;
using status::testing::StatusIs;
using testing::Base;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::kQuarterly;
using testing::PushOf;
using testing::Row;
using testing::TargetOf;

using HistoryRpc = common::v1::HistoryService::StubInterface;

template <typename Message>
Message RequestOf(const std::string& text) {
  Message message;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &message)) << text;
  return message;
}

// "4 SetTarget +targets/1": names without the indicator.
std::string RevisionLine(const Revision& revision) {
  std::string line = absl::StrCat(revision.revision(), " ", revision.action());
  for (const ResourceChange& change : revision.changes()) {
    const char* kind = change.kind() == ResourceChange::KIND_CREATED   ? "+"
                       : change.kind() == ResourceChange::KIND_DELETED ? "-"
                                                                       : "~";
    absl::StrAppend(&line, " ", kind,
                    change.resource().substr(std::string("institutions/gob/").size()));
  }
  return line;
}

class HistoryTest : public ::testing::Test {
 protected:
  HistoryTest() {
    service_.SetToday(absl::CivilDay(2022, 3, 1));
    service_.Define({Base("cost", kQuarterly, {{"sex", {"F", "M"}}}), Base("staff", kQuarterly)});
  }

  absl::StatusOr<ListRevisionsResponse> List(const std::string& request,
                                             const std::string& who = "viewer") {
    return service_.Call(&HistoryRpc::ListRevisions, who, RequestOf<ListRevisionsRequest>(request));
  }
  std::vector<std::string> Lines(const std::string& parent, const std::string& rest = "") {
    std::vector<std::string> lines;
    const auto listed = List(absl::StrCat(R"(parent: "institutions/gob)", parent, R"(" )", rest));
    ATHENA_EXPECT_OK(listed);
    if (!listed.ok()) return lines;
    for (const Revision& revision : listed->revisions()) lines.push_back(RevisionLine(revision));
    return lines;
  }
  // The differences of the only change of a revision.
  std::vector<std::string> DifferencesAt(int64_t revision) {
    const auto listed = List(absl::StrCat(R"(parent: "institutions/gob" page_size: 1
        before_revision: )",
                                          revision + 1));
    ATHENA_EXPECT_OK(listed);
    if (!listed.ok() || listed->revisions_size() != 1 || listed->revisions(0).changes_size() != 1) {
      return {"no such revision"};
    }
    return LinesOf(listed->revisions(0).changes(0).differences());
  }
  void Push(const std::string& id, const std::vector<v1::Observation>& rows) {
    ATHENA_ASSERT_OK(service_.Push(PushOf(id, rows)));
  }

  testing::Service service_;
};

TEST_F(HistoryTest, AnEditOfAnIndicatorIsListedByItsFields) {
  v1::Indicator changed = Base("cost", kQuarterly, {{"sex", {"F", "M", "X"}}});
  changed.set_unit("EUR");
  (*changed.mutable_display_name()->mutable_text())["nl"] = "Kosten";
  service_.Define({changed});
  const auto listed = List(R"(parent: "institutions/gob/indicators/cost")");
  ATHENA_ASSERT_OK(listed);
  ASSERT_EQ(listed->revisions_size(), 2);
  EXPECT_EQ(listed->revisions(0).subject(), "planner");
  EXPECT_THAT(
      LinesOf(listed->revisions(0).changes(0).differences()),
      ElementsAre(R"(display_name.text[nl]: nothing > "Kosten")", R"(unit: nothing > "EUR")",
                  R"(dimensions[sex].codes[X]: nothing > {"id":"X"})"));
  // The other one of the same revision is not its.
  EXPECT_THAT(Lines("/indicators/cost"), ElementsAre("2 CreateIndicator ~indicators/cost",
                                                     "1 CreateIndicator +indicators/cost"));
}

TEST_F(HistoryTest, TheHistoryOfAnIndicatorHasItsTargetsAndEndsOfSeries) {
  ATHENA_ASSERT_OK(service_.SetTarget(TargetOf("cost", {{"2021", 12}, {"2022", 14}})));
  ATHENA_ASSERT_OK(service_.SetTarget(TargetOf("cost", {{"2021", 12}, {"2022", 15}})));
  v1::Target of_women = TargetOf("cost", {{"2021", 6}});
  (*of_women.mutable_slice())["sex"] = "F";
  ATHENA_ASSERT_OK(service_.SetTarget(of_women));
  ATHENA_ASSERT_OK(service_.SetTarget(TargetOf("staff", {{"2021", 3}})));
  Push("p", {Row("cost", "2021-Q1", 5, {{"sex", "F"}})});
  const auto end = RequestOf<v1::EndSeriesRequest>(R"(series_end {
      indicator: "institutions/gob/indicators/cost" dimensions { key: "sex" value: "F" }
      ended_from: "2021-Q3" } reason: "merged")");
  ATHENA_ASSERT_OK(
      service_.Call<v1::SeriesEnd>("all", [&](auto& stub, auto* context, auto* answer) {
        return stub.EndSeries(context, end, answer);
      }));
  EXPECT_THAT(Lines("/indicators/cost"), ElementsAre("7 EndSeries +indicators/cost/seriesEnds/F",
                                                     "4 SetTarget +indicators/cost/targets/1?sex=F",
                                                     "3 SetTarget ~indicators/cost/targets/2",
                                                     "2 SetTarget +indicators/cost/targets/1",
                                                     "1 CreateIndicator +indicators/cost"));
  EXPECT_THAT(DifferencesAt(3), ElementsAre(R"(anchors["2022"].value: 14 > 15)"));
  EXPECT_THAT(DifferencesAt(2),
              ElementsAre(R"(anchors["2021"]: nothing > {"period":"2021","value":12})",
                          R"(anchors["2022"]: nothing > {"period":"2022","value":14})",
                          "margin: nothing > 10", R"(direction: nothing > "DIRECTION_HIGHER")"));
  EXPECT_THAT(Lines("/indicators/cost/targets/2"),
              ElementsAre("3 SetTarget ~indicators/cost/targets/2"));
}

TEST_F(HistoryTest, ADeclaredOriginalIsATargetOfItsOwn) {
  auto request =
      RequestOf<v1::SetTargetRequest>("declared_original: true reason: 'decided in 2020'");
  *request.mutable_target() = TargetOf("staff", {{"2021", 3}});
  const auto declare = [&] {
    return service_
        .Call<v1::Target>("planner",
                          [&](auto& stub, auto* context, auto* answer) {
                            return stub.SetTarget(context, request, answer);
                          })
        .status();
  };
  ATHENA_ASSERT_OK(declare());
  request.mutable_target()->mutable_anchors(0)->set_value(4);
  ATHENA_ASSERT_OK(declare());
  EXPECT_THAT(Lines("/indicators/staff"), ElementsAre("3 SetTarget ~indicators/staff/targets/0",
                                                      "2 SetTarget +indicators/staff/targets/0",
                                                      "1 CreateIndicator +indicators/staff"));
  EXPECT_THAT(Lines("/indicators/staff/targets/0"),
              ElementsAre("3 SetTarget ~indicators/staff/targets/0",
                          "2 SetTarget +indicators/staff/targets/0"));
}

TEST_F(HistoryTest, PushesAreRevisionsWithTheirCountsAndWithoutCells) {
  Push("p1", {Row("staff", "2021-Q1", 5), Row("staff", "2021-Q2", 6)});
  Push("p2", {Row("staff", "2021-Q1", 7), Row("staff", "2021-Q2", 6)});
  EXPECT_THAT(Lines("", "page_size: 2"),
              ElementsAre("3 PushObservations +pushes/3", "2 PushObservations +pushes/2"));
  EXPECT_THAT(DifferencesAt(3),
              ElementsAre(R"(push_id: nothing > "p2")", "counts.revised: nothing > 1",
                          "counts.unchanged: nothing > 1", R"(mode: nothing > "PUSH_MODE_MERGE")"));
  EXPECT_THAT(Lines("/pushes/2"), ElementsAre("2 PushObservations +pushes/2"));
  EXPECT_THAT(List(R"(parent: "institutions/gob/pushes/1")"),
              StatusIs(absl::StatusCode::kNotFound));
  // The entry of the journal names the indicators: by them, their pushes are found.
  EXPECT_THAT(Lines("", R"(filter: 'resources:"*/staff" AND action = PushObservations')").size(),
              2);
  EXPECT_THAT(Lines("", R"(filter: 'resources:"*/cost" AND action = PushObservations')"),
              IsEmpty());
}

TEST_F(HistoryTest, ClosingsAndSettingsHaveHistories) {
  service_.Close("2021-Q1");
  service_.Reopen("2021-Q1");
  const auto request = RequestOf<v1::UpdateInstitutionSettingsRequest>(
      R"(settings { name: "institutions/gob/settings" time_zone: "Europe/Paris" })");
  ATHENA_ASSERT_OK(
      service_.Call<v1::InstitutionSettings>("all", [&](auto& stub, auto* context, auto* answer) {
        return stub.UpdateInstitutionSettings(context, request, answer);
      }));
  EXPECT_THAT(Lines("/closings/2021-Q1"),
              ElementsAre("3 ReopenPeriod ~closings/2021-Q1", "2 ClosePeriod +closings/2021-Q1"));
  EXPECT_THAT(DifferencesAt(3), ElementsAre(R"(state: "STATE_CLOSED" > "STATE_REOPENED")"));
  EXPECT_THAT(Lines("/settings"), ElementsAre("4 UpdateInstitutionSettings +settings"));
}

TEST_F(HistoryTest, WhoReadsASharedIndicatorReadsItsHistory) {
  v1::Indicator shared = Base("staff", kQuarterly);
  shared.add_shared_with("institutions/tal");
  service_.Define({shared});
  ATHENA_ASSERT_OK(service_.SetTarget(TargetOf("staff", {{"2021", 3}})));
  Push("p", {Row("staff", "2021-Q1", 5)});
  const auto listed = List(R"(parent: "institutions/gob/indicators/staff")", "other");
  ATHENA_ASSERT_OK(listed);
  EXPECT_EQ(listed->revisions_size(), 3);
  ATHENA_EXPECT_OK(List(R"(parent: "institutions/gob/indicators/staff/targets/1")", "other"));
  for (const char* name : {"", "/indicators/cost", "/indicators/cost/targets/1", "/pushes/4",
                           "/settings", "/indicators/cost/seriesEnds/F"}) {
    EXPECT_THAT(List(absl::StrCat(R"(parent: "institutions/gob)", name, R"(")"), "other"),
                StatusIs(absl::StatusCode::kPermissionDenied))
        << name;
  }
}

TEST_F(HistoryTest, NamesOfNothingAreRefused) {
  for (const char* name : {"/indicators", "/colours/red", "/pushes/x", "/pushes/007", "/closings/",
                           "/indicators/cost/targets/x", "/setting"}) {
    EXPECT_THAT(List(absl::StrCat(R"(parent: "institutions/gob)", name, R"(")")),
                StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("parent")))
        << name;
  }
}

class AuditLogTest : public HistoryTest {
 protected:
  VerifyAuditLogResponse Verified(const AuditHead& head = {}) {
    VerifyAuditLogRequest request;
    request.set_parent("institutions/gob");
    *request.mutable_head() = head;
    const auto verified = service_.Call(&HistoryRpc::VerifyAuditLog, "gob-auditor", request);
    ATHENA_EXPECT_OK(verified);
    return verified.ok() ? *verified : VerifyAuditLogResponse();
  }
  // Four revisions behind that of the definitions: two pushes, a target, a closing.
  void Fill() {
    Push("p1", {Row("staff", "2021-Q1", 5)});
    Push("p2", {Row("staff", "2021-Q1", 6)});
    ATHENA_ASSERT_OK(service_.SetTarget(TargetOf("staff", {{"2021", 12}})));
    service_.Close("2021-Q1");
  }
  void Tamper(const sql::Statement& statement) {
    ATHENA_ASSERT_OK(service_.database().Write(
        "gob", [&](sql::WriteTx& tx) { return tx.Execute(statement, {}).status(); }));
  }
};

MATCHER_P2(FaultAt, revision, text, "") {
  return arg.revision() == revision && arg.description().find(text) != std::string::npos;
}

constexpr sql::Statement kFlip{"UPDATE journal SET reason = 'another' WHERE revision = 3"};
constexpr sql::Statement kDelete{"DELETE FROM journal WHERE revision = 3"};
constexpr sql::Statement kSwap[] = {{"UPDATE journal SET revision = 1000 WHERE revision = 3"},
                                    {"UPDATE journal SET revision = 3 WHERE revision = 4"},
                                    {"UPDATE journal SET revision = 4 WHERE revision = 1000"}};
constexpr sql::Statement kTruncate{"DELETE FROM journal WHERE revision > 3"};
constexpr sql::Statement kDeletePushes{"DELETE FROM push"};

TEST_F(AuditLogTest, A16_AWholeLogIsSaidToBe) {
  Fill();
  const VerifyAuditLogResponse verified = Verified();
  EXPECT_THAT(verified.faults(), IsEmpty());
  EXPECT_EQ(verified.first_bad_revision(), 0);
  EXPECT_EQ(verified.head().revision(), 5);
  EXPECT_EQ(verified.head().hash().size(), 64U);
  EXPECT_THAT(Verified(verified.head()).faults(), IsEmpty());
}

TEST_F(AuditLogTest, A16_PushesThatWereDeletedAreFound) {
  Fill();
  Tamper(kDeletePushes);
  EXPECT_THAT(Verified().faults(), ElementsAre(FaultAt(2, "the pushes")));
  Tamper(kDelete);
  EXPECT_THAT(Verified().faults(),
              ElementsAre(FaultAt(2, "the pushes"), FaultAt(3, "broken at revision 3")));
}

TEST_F(AuditLogTest, AChangedEntryIsNamed) {
  Fill();
  Tamper(kFlip);
  EXPECT_THAT(Verified().faults(), ElementsAre(FaultAt(3, "revision 3: it was changed")));
}

TEST_F(AuditLogTest, ARemovedEntryIsNamed) {
  Fill();
  Tamper(kDelete);
  EXPECT_THAT(Verified().faults(), ElementsAre(FaultAt(3, "revision 3: it is missing")));
}

TEST_F(AuditLogTest, TheFirstOfSwappedEntriesIsNamed) {
  Fill();
  for (const sql::Statement& statement : kSwap) Tamper(statement);
  EXPECT_EQ(Verified().first_bad_revision(), 3);
}

TEST_F(AuditLogTest, TruncationIsFoundAgainstAnExportedHead) {
  Fill();
  const AuditHead exported = Verified().head();
  const auto events = service_.Call(
      &HistoryRpc::ListAuditEvents, "gob-auditor",
      RequestOf<ListAuditEventsRequest>(R"(parent: "institutions/gob" filter: "revision = 3")"));
  ATHENA_ASSERT_OK(events);
  ASSERT_EQ(events->events_size(), 1);
  Tamper(kTruncate);
  ATHENA_ASSERT_OK(service_.database().Write("gob", [&](sql::WriteTx& tx) {
    tx.SetRevision(3, absl::HexStringToBytes(events->events(0).hash()));
    return absl::OkStatus();
  }));
  EXPECT_EQ(Verified().first_bad_revision(), 0);
  EXPECT_THAT(Verified(exported).faults(),
              ElementsAre(FaultAt(4, "from revision 4 on were removed")));
}

}  // namespace
}  // namespace athena::indicator
