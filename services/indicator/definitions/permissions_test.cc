// Who may call what: every RPC, as every role, from the institution itself, from one that an
// indicator is shared with, and from one that nothing is shared with.

#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/auth/principal.h"
#include "libs/rpc/grpc_status.h"
#include "libs/status/status.h"
#include "libs/status/testing/matchers.h"
#include "services/indicator/testing/service.h"

namespace athena::indicator {
namespace {

using ::athena::indicator::testing::Base;
using ::athena::indicator::testing::PushOf;
using ::athena::indicator::testing::Row;
using ::athena::indicator::testing::TargetOf;
using ::athena::status::testing::Refuses;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

using Rpc = v1::IndicatorService::StubInterface;
using HistoryRpc = common::v1::HistoryService::StubInterface;
template <typename Request, typename Response>
using UnaryRpc = grpc::Status (Rpc::*)(grpc::ClientContext*, const Request&, Response*);

template <typename Message>
Message Parsed(const std::string& text) {
  Message message;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &message)) << text;
  return message;
}

// What one RPC asks of its callers, as its comment in the contract says.
struct Asked {
  std::set<std::string> roles;  // of the institution itself
  // Of other institutions, whatever their role: none; those that the indicator is shared with; all,
  // who are then answered with what they may read.
  enum class Others { kNobody, kSharedWith, kAnybody } others;
  std::function<absl::Status(const std::string& who)> call;
};

// Indicators `known` and `secret` of gob, of which `known` may be shared with tal; all RPCs that
// name an indicator name `known`.
class PermissionsTest : public testing::ServiceTest {
 protected:
  PermissionsTest() {
    At("2022-01-10T09:00:00+01:00");
    Define(/*shared_with_tal=*/false);
    const auto pushed =
        service_.Push(PushOf("p1", {Row("known", "2021-01", 1), Row("known", "2021-02", 2),
                                    Row("known", "2021-03", 4)}),
                      "gob-sender");
    ATHENA_EXPECT_OK(pushed);
    push_ = absl::StrCat(R"(name: ")", pushed->name(), R"(")");
    const auto target = service_.SetTarget(TargetOf("known", {{"2021", 12}}), "gob-planner");
    ATHENA_EXPECT_OK(target);
    AddDefinitions();
    AddObservations();
    AddQuarters();
    AddHistory();
  }

  void Define(bool shared_with_tal) {
    v1::Indicator known = Base("known", v1::Indicator::FREQUENCY_MONTHLY);
    if (shared_with_tal) known.add_shared_with("institutions/tal");
    service_.Define({known, Base("secret", v1::Indicator::FREQUENCY_MONTHLY)});
  }

  void AddDefinitions() {
    const std::string definition = R"(indicator { display_name { text { key: "en" value: "n" } }
        kind: KIND_BASE direction: DIRECTION_HIGHER frequency: FREQUENCY_MONTHLY
        time_aggregation: TIME_AGGREGATION_SUM } indicator_id: "n")";
    const std::string target = absl::StrCat("target { indicator: ", known_,
                                            R"( anchors { period: "2021" value: 12 } margin: 4 })");
    Add("CreateIndicator", planner_, nobody_, &Rpc::CreateIndicator,
        absl::StrCat(parent_, " ", definition));
    Add("BatchCreateIndicators", planner_, nobody_, &Rpc::BatchCreateIndicators,
        absl::StrCat(parent_, " requests { ", definition, " }"));
    Add("GetIndicator", any_, shared_, &Rpc::GetIndicator, "name: " + known_);
    Add("ListIndicators", any_, anybody_, &Rpc::ListIndicators, parent_);
    Add("UpdateIndicator", planner_, nobody_, &Rpc::UpdateIndicator,
        absl::StrCat("indicator { name: ", known_, R"( unit: "persons" })"));
    Add("BatchUpdateIndicators", planner_, nobody_, &Rpc::BatchUpdateIndicators,
        absl::StrCat(parent_, " requests { indicator { name: ", known_, R"( unit: "persons" } })"));
    Add("RetireIndicator", planner_, nobody_, &Rpc::RetireIndicator,
        R"(name: "institutions/gob/indicators/none")");
    Add("SetTarget", planner_, nobody_, &Rpc::SetTarget, target);
    Add("BatchSetTargets", planner_, nobody_, &Rpc::BatchSetTargets,
        absl::StrCat(parent_, " requests { ", target, " }"));
    Add("GetTarget", any_, shared_, &Rpc::GetTarget, "indicator: " + known_);
    Add("ListTargetVersions", any_, shared_, &Rpc::ListTargetVersions, "indicator: " + known_);
  }

  void AddObservations() {
    const std::string push = absl::StrCat(
        parent_, R"( push_id: "p" observations { indicator: "known" period: "2021-02" value: 3 })");
    Add("PushObservations", sender_, nobody_, &Rpc::PushObservations, push);
    rows_["StreamObservations"] = {sender_, nobody_, [this, push](const std::string& who) {
                                     return FirstOfStream(push, who);
                                   }};
    Add("GetPush", any_, nobody_, &Rpc::GetPush, push_);
    Add("ListPushes", any_, nobody_, &Rpc::ListPushes, parent_);
    Add("ListObservations", any_, shared_, &Rpc::ListObservations, "parent: " + known_);
    Add("EndSeries", {"sender", "planner"}, nobody_, &Rpc::EndSeries,
        absl::StrCat("series_end { indicator: ", known_,
                     R"( ended_from: "2021-06" } reason: "it ended")"));
    Add("ListSeriesEnds", any_, shared_, &Rpc::ListSeriesEnds, parent_);
    rows_["WatchObservations"] = {
        any_, nobody_, [this](const std::string& who) { return FirstOfWatch(parent_, who); }};
    rows_["QueryPeriodValues"] = {
        any_, anybody_, [this](const std::string& who) { return Query({"known"}, who).status(); }};
  }

  void AddQuarters() {
    const std::string close =
        R"(name: "institutions/gob/closings/2021-Q3" reason: "all is checked")";
    Add("ClosePeriod", publisher_, nobody_, &Rpc::ClosePeriod, close);
    Add("ReopenPeriod", publisher_, nobody_, &Rpc::ReopenPeriod, close);
    const std::string settings = R"("institutions/gob/settings")";
    Add("GetInstitutionSettings", any_, nobody_, &Rpc::GetInstitutionSettings, "name: " + settings);
    Add("UpdateInstitutionSettings", {"admin"}, nobody_, &Rpc::UpdateInstitutionSettings,
        absl::StrCat("settings { name: ", settings, R"( time_zone: "Europe/Paris" })"));
    Add("ListClosings", any_, shared_, &Rpc::ListClosings, parent_);
    Add("GetCompleteness", any_, shared_, &Rpc::GetCompleteness,
        absl::StrCat(parent_, R"( quarters: "2021-Q1")"));
  }

  void AddHistory() {
    const std::set<std::string> auditors = {"admin", "auditor"};
    Add("ListRevisions", any_, shared_, &HistoryRpc::ListRevisions, "parent: " + known_);
    Add("ListAuditEvents", auditors, nobody_, &HistoryRpc::ListAuditEvents, parent_);
    Add("VerifyAuditLog", auditors, nobody_, &HistoryRpc::VerifyAuditLog, parent_);
  }

  template <typename Request, typename Response>
  void Add(const std::string& name, const std::set<std::string>& roles, Asked::Others others,
           grpc::Status (HistoryRpc::*rpc)(grpc::ClientContext*, const Request&, Response*),
           const std::string& request) {
    rows_[name] = {roles, others,
                   [this, rpc, request = Parsed<Request>(request)](const std::string& who) {
                     return service_.Call(rpc, who, request).status();
                   }};
  }
  template <typename Request, typename Response>
  void Add(const std::string& name, const std::set<std::string>& roles, Asked::Others others,
           UnaryRpc<Request, Response> rpc, const std::string& request) {
    rows_[name] = {roles, others,
                   [this, rpc, request = Parsed<Request>(request)](const std::string& who) {
                     return Call(rpc, who, request).status();
                   }};
  }

  // What the first push of a stream meets: the stream's own end, or the answer's refusal.
  absl::Status FirstOfStream(const std::string& push, const std::string& who) {
    grpc::ClientContext context;
    context.AddMetadata("authorization", "Bearer " + who);
    const auto stream = service_.stub().StreamObservations(&context);
    v1::StreamObservationsResponse answer;
    if (!stream->Write(Parsed<v1::PushObservationsRequest>(push)) || !stream->Read(&answer)) {
      return rpc::FromGrpc(stream->Finish());
    }
    stream->WritesDone();
    EXPECT_TRUE(stream->Finish().ok()) << who;
    return {static_cast<absl::StatusCode>(answer.refusal().code()), answer.refusal().message()};
  }

  absl::Status FirstOfWatch(const std::string& request, const std::string& who) {
    grpc::ClientContext context;
    context.AddMetadata("authorization", "Bearer " + who);
    const auto watch =
        service_.stub().WatchObservations(&context, Parsed<v1::WatchObservationsRequest>(request));
    v1::WatchObservationsResponse change;
    if (!watch->Read(&change)) return rpc::FromGrpc(watch->Finish());
    context.TryCancel();
    EXPECT_EQ(watch->Finish().error_code(), grpc::StatusCode::CANCELLED) << who;
    return absl::OkStatus();
  }

  // The values of indicators of gob in 2021-Q1, or NO_VALUE_REASON_... where there is none.
  absl::StatusOr<std::vector<std::string>> Query(const std::vector<std::string>& indicators,
                                                 const std::string& who) {
    auto request = Parsed<v1::QueryPeriodValuesRequest>(
        R"(periods: "2021-Q1" basis_date { year: 2022 month: 1 day: 10 })");
    for (const std::string& id : indicators) {
      request.add_selections()->set_indicator("institutions/gob/indicators/" + id);
    }
    grpc::ClientContext context;
    context.AddMetadata("authorization", "Bearer " + who);
    const auto reader = service_.stub().QueryPeriodValues(&context, request);
    std::vector<std::string> values;
    v1::QueryPeriodValuesResponse part;
    while (reader->Read(&part)) {
      for (const v1::PeriodValue& value : part.values()) {
        values.push_back(value.own().has_value() ? value.own().value().decimal()
                                                 : v1::NoValueReason_Name(value.own().reason()));
      }
    }
    const absl::Status status = rpc::FromGrpc(reader->Finish());
    if (!status.ok()) return status;
    return values;
  }

  // Everything as the table says, for callers of gob and of tal.
  void CheckAll(bool shared_with_tal) {
    for (const auto& [name, row] : rows_) {
      for (int i = 0; i < auth::kRoleCount; ++i) {
        const std::string role(auth::RoleName(static_cast<auth::Role>(i)));
        Check(name, row, "gob-" + role, row.roles.count(role) == 1);
        Check(name, row, "tal-" + role,
              row.others == Asked::Others::kAnybody ||
                  (row.others == Asked::Others::kSharedWith && shared_with_tal));
      }
      EXPECT_EQ(row.call("stranger").code(), absl::StatusCode::kUnauthenticated) << name;
    }
  }

  static void Check(const std::string& name, const Asked& row, const std::string& who,
                    bool is_allowed) {
    const absl::Status status = row.call(who);
    const std::string what = absl::StrCat(name, " as ", who, ": ", status.ToString());
    if (!is_allowed) {
      EXPECT_EQ(status.code(), absl::StatusCode::kPermissionDenied) << what;
    } else {
      EXPECT_TRUE(status.ok() || status.code() == absl::StatusCode::kNotFound ||
                  status.code() == absl::StatusCode::kAlreadyExists)
          << what;
    }
  }

  std::vector<std::string> Listed(const std::string& who) {
    const auto list = Call(&Rpc::ListIndicators, who, Parsed<v1::ListIndicatorsRequest>(parent_));
    ATHENA_EXPECT_OK(list);
    std::vector<std::string> ids;
    for (const v1::Indicator& indicator : list->indicators()) {
      ids.push_back(indicator.name().substr(indicator.name().rfind('/') + 1));
    }
    return ids;
  }

  const std::set<std::string> any_ = {"viewer",    "sender", "planner", "validator", "publisher",
                                      "corrector", "admin",  "auditor", "reporter"};
  const std::set<std::string> planner_ = {"planner"};
  const std::set<std::string> publisher_ = {"publisher"};
  const std::set<std::string> sender_ = {"sender"};
  const Asked::Others nobody_ = Asked::Others::kNobody;
  const Asked::Others shared_ = Asked::Others::kSharedWith;
  const Asked::Others anybody_ = Asked::Others::kAnybody;
  const std::string parent_ = R"(parent: "institutions/gob")";
  const std::string known_ = R"("institutions/gob/indicators/known")";
  std::string push_;
  std::map<std::string, Asked> rows_;
};

TEST_F(PermissionsTest, EveryRpcHasARow) {
  std::set<std::string> rpcs;
  for (const char* name :
       {"athena.indicator.v1.IndicatorService", "athena.common.v1.HistoryService"}) {
    const auto* service =
        v1::CreateIndicatorRequest::descriptor()->file()->pool()->FindServiceByName(name);
    ASSERT_NE(service, nullptr);
    for (int i = 0; i < service->method_count(); ++i) rpcs.insert(service->method(i)->name());
  }
  std::set<std::string> rows;
  for (const auto& [name, row] : rows_) rows.insert(name);
  EXPECT_EQ(rows, rpcs);
}

TEST_F(PermissionsTest, EachRoleMayWhatTheContractSays) { CheckAll(/*shared_with_tal=*/false); }

TEST_F(PermissionsTest, AnIndicatorThatIsSharedIsReadByTheOtherInstitutionAndNotWritten) {
  Define(/*shared_with_tal=*/true);
  CheckAll(/*shared_with_tal=*/true);
}

TEST_F(PermissionsTest, WithoutSharingTheOtherInstitutionSeesNothing) {
  EXPECT_THAT(Listed("gob-viewer"), ElementsAre("known", "secret"));
  EXPECT_THAT(Listed("tal-viewer"), IsEmpty());
  EXPECT_THAT(*Query({"known", "secret"}, "tal-viewer"),
              ElementsAre("NO_VALUE_REASON_INDICATOR_NOT_READABLE",
                          "NO_VALUE_REASON_INDICATOR_NOT_READABLE"));
}

TEST_F(PermissionsTest, SharingAnIndicatorOpensNoOther) {
  Define(/*shared_with_tal=*/true);
  EXPECT_THAT(Listed("tal-viewer"), ElementsAre("known"));
  EXPECT_THAT(*Query({"known", "secret"}, "tal-viewer"),
              ElementsAre("7", "NO_VALUE_REASON_INDICATOR_NOT_READABLE"));
  const std::string secret = R"("institutions/gob/indicators/secret")";
  const std::vector<absl::Status> reads = {
      Call(&Rpc::GetIndicator, "tal-viewer", Parsed<v1::GetIndicatorRequest>("name: " + secret))
          .status(),
      Call(&Rpc::GetTarget, "tal-viewer", Parsed<v1::GetTargetRequest>("indicator: " + secret))
          .status(),
      Call(&Rpc::ListTargetVersions, "tal-viewer",
           Parsed<v1::ListTargetVersionsRequest>("indicator: " + secret))
          .status(),
      Call(&Rpc::ListObservations, "tal-viewer",
           Parsed<v1::ListObservationsRequest>("parent: " + secret))
          .status(),
  };
  for (const absl::Status& status : reads) {
    EXPECT_EQ(status.code(), absl::StatusCode::kPermissionDenied) << status;
  }
  const auto complete =
      Call(&Rpc::GetCompleteness, "tal-viewer",
           Parsed<v1::GetCompletenessRequest>(absl::StrCat(parent_, R"( quarters: "2021-Q1")")));
  ATHENA_ASSERT_OK(complete);
  ASSERT_EQ(complete->indicators_size(), 1);
  EXPECT_EQ(complete->indicators(0).indicator(), "institutions/gob/indicators/known");
}

TEST_F(PermissionsTest, SharingEndsWhenTheInstitutionIsTakenOff) {
  const auto read = [&] {
    return Call(&Rpc::GetIndicator, "tal-viewer",
                Parsed<v1::GetIndicatorRequest>("name: " + known_))
        .status()
        .code();
  };
  Define(/*shared_with_tal=*/true);
  EXPECT_EQ(read(), absl::StatusCode::kOk);
  Define(/*shared_with_tal=*/false);
  EXPECT_EQ(read(), absl::StatusCode::kPermissionDenied);
}

// Whoever holds the role `sender` alone, or `corrector` alone, does not correct.
TEST_F(PermissionsTest, ACorrectionAsksForBothRoles) {
  const auto push = [&](const std::string& who) {
    v1::PushObservationsRequest request = PushOf("c", {Row("known", "2021-03", 3)});
    request.set_correction_reason("a typing error");
    return service_.Push(request, who).status().code();
  };
  EXPECT_EQ(push("gob-sender"), absl::StatusCode::kPermissionDenied);
  EXPECT_EQ(push("gob-corrector"), absl::StatusCode::kPermissionDenied);
  EXPECT_EQ(push("other"), absl::StatusCode::kPermissionDenied);
  EXPECT_EQ(push("cor"), absl::StatusCode::kOk);
}

// Whoever plans for one institution reaches no other one by what stands inside a batch.
TEST_F(PermissionsTest, ABatchReachesIntoNoOtherInstitution) {
  auto targets = Parsed<v1::BatchSetTargetsRequest>(
      absl::StrCat(R"(parent: "institutions/tal" requests { target { indicator: )", known_,
                   R"( anchors { period: "2021" value: 99 } margin: 4 } })"));
  EXPECT_FALSE(Call(&Rpc::BatchSetTargets, "tal-planner", targets).ok());
  auto indicators = Parsed<v1::BatchCreateIndicatorsRequest>(
      absl::StrCat(R"(parent: "institutions/tal" requests { )", parent_, R"( indicator_id: "n"
        indicator { display_name { text { key: "en" value: "n" } } kind: KIND_BASE
        direction: DIRECTION_HIGHER frequency: FREQUENCY_MONTHLY
        time_aggregation: TIME_AGGREGATION_SUM } })"));
  EXPECT_FALSE(Call(&Rpc::BatchCreateIndicators, "tal-planner", indicators).ok());
  EXPECT_THAT(Listed("gob-viewer"), ElementsAre("known", "secret"));
  const auto target =
      Call(&Rpc::GetTarget, "gob-viewer", Parsed<v1::GetTargetRequest>("indicator: " + known_));
  ATHENA_ASSERT_OK(target);
  EXPECT_EQ(target->anchors(0).value(), 12);
}

TEST_F(PermissionsTest, ThePrincipalOfEveryInstitutionReadsAll) {
  EXPECT_THAT(Listed("everyone"), ElementsAre("known", "secret"));
  EXPECT_THAT(*Query({"known"}, "everyone"), ElementsAre("7"));
}

// Whoever may not read it cannot tell whether it exists.
TEST_F(PermissionsTest, ARefusalDoesNotTellWhetherItExists) {
  const auto refusal = [&](const std::string& id) {
    v1::GetIndicatorRequest request;
    request.set_name("institutions/gob/indicators/" + id);
    const absl::Status status = Call(&Rpc::GetIndicator, "other", request).status();
    EXPECT_THAT(status, Refuses("PERMISSION_DENIED"));
    std::string message(status.message());
    const size_t at = message.find(request.name());
    return at == std::string::npos ? message : message.replace(at, request.name().size(), "NAME");
  };
  EXPECT_EQ(refusal("known"), refusal("nothing"));
}

}  // namespace
}  // namespace athena::indicator
