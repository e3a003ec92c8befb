// Who may call what: every RPC, as every role, from the institution itself and from another one.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "libs/auth/principal.h"
#include "libs/status/status.h"
#include "libs/status/testing/matchers.h"
#include "services/plan/testing/service.h"

namespace athena::plan {
namespace {

using FollowUp = testing::FollowUpRpc;
using testing::HistoryRpc;
using testing::Rpc;
using Ops = testing::OperationsRpc;
using testing::UnaryRpc;

// What one RPC asks of its callers, as its comment in the contract says.
struct Row {
  std::set<std::string> roles;  // of the institution itself
  enum class Others { kNobody, kSharedWith, kAnybody } others;
  std::function<absl::Status(const std::string& who)> call;
};

class PermissionsTest : public testing::ServiceTest {
 protected:
  const std::set<std::string> any_ = {"viewer",    "sender", "planner", "validator", "publisher",
                                      "corrector", "admin",  "auditor", "reporter"};
  const std::set<std::string> planner_ = {"planner"};

  PermissionsTest() {
    const std::set<std::string>& any = any_;
    const std::set<std::string> admin = {"admin"};
    const std::set<std::string> keeper = {"admin", "planner"};
    const std::set<std::string>& planner = planner_;
    const std::set<std::string> validator = {"validator"};
    const auto nobody = Row::Others::kNobody;
    const auto shared = Row::Others::kSharedWith;
    const std::string text = R"({ text { key: "nl" value: "t" } })";
    const std::string gob = R"("institutions/gob")";
    const std::string unit = R"("institutions/gob/units/u")";
    const std::string plan = R"("institutions/gob/plans/p")";
    const std::string element = R"("institutions/gob/plans/p/elements/e")";
    const std::string new_element =
        absl::StrCat(R"(element_id: "n" element { kind: KIND_ACTION code: "n" title )", text, "}");

    Add("CreateInstitution", admin, nobody, &Rpc::CreateInstitution,
        absl::StrCat(R"(institution_id: "gob" institution { display_name )", text, "}"));
    Add("GetInstitution", any, nobody, &Rpc::GetInstitution, "name: " + gob);
    Add("ListInstitutions", any, Row::Others::kAnybody, &Rpc::ListInstitutions, "");
    Add("UpdateInstitution", admin, nobody, &Rpc::UpdateInstitution,
        absl::StrCat("institution { name: ", gob, "}"));
    Add("CreateUnit", keeper, nobody, &Rpc::CreateUnit,
        absl::StrCat("parent: ", gob, R"( unit_id: "n" unit { display_name )", text, "}"));
    Add("GetUnit", any, nobody, &Rpc::GetUnit, "name: " + unit);
    Add("ListUnits", any, nobody, &Rpc::ListUnits, "parent: " + gob);
    Add("UpdateUnit", keeper, nobody, &Rpc::UpdateUnit, absl::StrCat("unit { name: ", unit, "}"));
    Add("BatchUpdateUnits", keeper, nobody, &Rpc::BatchUpdateUnits,
        absl::StrCat("parent: ", gob, " requests { unit { name: ", unit, "} }"));
    Add("DeleteUnit", keeper, nobody, &Rpc::DeleteUnit, R"(name: "institutions/gob/units/none")");
    Add("CreatePlan", planner, nobody, &Rpc::CreatePlan,
        absl::StrCat("parent: ", gob, R"( plan_id: "n" plan { title )", text,
                     R"( first_quarter: "2021-Q1" last_quarter: "2021-Q1" languages: "nl" })"));
    Add("GetPlan", any, shared, &Rpc::GetPlan, "name: " + plan);
    Add("ListPlans", any, nobody, &Rpc::ListPlans, "parent: " + gob);
    Add("UpdatePlan", planner, nobody, &Rpc::UpdatePlan, absl::StrCat("plan { name: ", plan, "}"));
    Add("BatchUpdatePlans", planner, nobody, &Rpc::BatchUpdatePlans,
        absl::StrCat("parent: ", gob, " requests { plan { name: ", plan, "} }"));
    Add("DeletePlan", planner, nobody, &Rpc::DeletePlan, R"(name: "institutions/gob/plans/none")");
    Add("ActivatePlan", planner, nobody, &Rpc::ActivatePlan,
        R"(name: "institutions/gob/plans/none")");
    Add("ClosePlan", planner, nobody, &Rpc::ClosePlan, R"(name: "institutions/gob/plans/none")");
    Add("CreateElement", planner, nobody, &Rpc::CreateElement,
        absl::StrCat("parent: ", plan, " ", new_element));
    Add("BatchCreateElements", planner, nobody, &Rpc::BatchCreateElements,
        absl::StrCat("parent: ", plan, " requests { ", new_element, "}"));
    Add("GetElement", any, shared, &Rpc::GetElement, "name: " + element);
    Add("ListElements", any, shared, &Rpc::ListElements, "parent: " + plan);
    Add("UpdateElement", planner, nobody, &Rpc::UpdateElement,
        absl::StrCat("element { name: ", element, "}"));
    Add("BatchUpdateElements", planner, nobody, &Rpc::BatchUpdateElements,
        absl::StrCat("parent: ", plan, " requests { element { name: ", element, "} }"));
    Add("MoveElement", planner, nobody, &Rpc::MoveElement, "name: " + element);
    Add("DeleteElement", planner, nobody, &Rpc::DeleteElement,
        R"(name: "institutions/gob/plans/p/elements/none")");
    rows_["GetPlanTree"] = {any, shared, [this, plan](const std::string& who) {
                              return GetTree("name: " + plan, who).status();
                            }};
    rows_["ExportPlan"] = {any, shared, [this, plan](const std::string& who) {
                             return ExportPlan("name: " + plan, who).status();
                           }};
    Add("ImportPlan", planner, nobody, &Rpc::ImportPlan,
        absl::StrCat("parent: ", gob, R"( plan_id: "imported" first_quarter: "2021-Q1"
            last_quarter: "2021-Q4" documents: '<PerformancePlanOrReport Type="Strategic_Plan" '
            'xmlns="urn:ISO:std:iso:17469:tech:xsd:PerformancePlanOrReport"><Name>n</Name>'
            '</PerformancePlanOrReport>')"));
    const std::string title = absl::StrCat("title ", text);
    AddKind("Risk", "risks", "risk", &Ops::CreateRisk, &Ops::BatchCreateRisks, &Ops::GetRisk,
            &Ops::ListRisks, &Ops::UpdateRisk, &Ops::BatchUpdateRisks, &Ops::DeleteRisk,
            absl::StrCat(R"(code: "n" inherent_likelihood: 1 inherent_impact: 1 )", title));
    AddKind("Process", "processes", "process", &Ops::CreateProcess, &Ops::BatchCreateProcesses,
            &Ops::GetProcess, &Ops::ListProcesses, &Ops::UpdateProcess, &Ops::BatchUpdateProcesses,
            &Ops::DeleteProcess, absl::StrCat(R"(code: "n" )", title));
    AddKind("BudgetLine", "budgetLines", "budget_line", &Ops::CreateBudgetLine,
            &Ops::BatchCreateBudgetLines, &Ops::GetBudgetLine, &Ops::ListBudgetLines,
            &Ops::UpdateBudgetLine, &Ops::BatchUpdateBudgetLines, &Ops::DeleteBudgetLine,
            absl::StrCat(R"(code: "n" year: 2026 )", title));
    rows_["SetBudgetAmounts"] = {
        {"sender"}, nobody, [this](const std::string& who) { return SetAmounts("", who); }};
    const std::string operational = R"("institutions/gob/plans/p/operationalPlans/u-2021-1")";
    Add("DeriveOperationalPlan", planner, nobody, &Ops::DeriveOperationalPlan,
        absl::StrCat(R"(parent: "institutions/gob/plans/none" year: 2021 unit: )", unit));
    Add("GetOperationalPlan", any, shared, &Ops::GetOperationalPlan, "name: " + operational);
    Add("ListOperationalPlans", any, shared, &Ops::ListOperationalPlans, "parent: " + plan);
    Add("UpdateOperationalPlan", planner, nobody, &Ops::UpdateOperationalPlan,
        absl::StrCat("operational_plan { name: ", operational, "}"));
    Add("SubmitOperationalPlan", planner, nobody, &Ops::SubmitOperationalPlan,
        "name: " + operational);
    Add("ApproveOperationalPlan", validator, nobody, &Ops::ApproveOperationalPlan,
        "name: " + operational);
    Add("ReturnOperationalPlan", validator, nobody, &Ops::ReturnOperationalPlan,
        absl::StrCat("name: ", operational, R"( reason: "x")"));
    Add("ListBudgetAmounts", any, nobody, &Ops::ListBudgetAmounts, "parent: " + gob);
    const std::set<std::string> auditors = {"admin", "auditor"};
    Add("ListRevisions", any, shared, &HistoryRpc::ListRevisions, "parent: " + plan);
    Add("ListAuditEvents", auditors, nobody, &HistoryRpc::ListAuditEvents, "parent: " + gob);
    Add("VerifyAuditLog", auditors, nobody, &HistoryRpc::VerifyAuditLog, "parent: " + gob);
    AddFollowUp(any, planner, plan, element);
    rows_["WatchPlans"] = {any, nobody, [this, gob](const std::string& who) {
                             return FirstOfWatch("parent: " + gob, who);
                           }};
  }

  void AddFollowUp(const std::set<std::string>& any, const std::set<std::string>& planner,
                   const std::string& plan, const std::string& element) {
    const std::set<std::string> reporters = {"planner", "reporter"};
    const std::set<std::string> validator = {"validator"};
    const auto nobody = Row::Others::kNobody;
    const auto shared = Row::Others::kSharedWith;
    const std::string gob = R"("institutions/gob")";
    const std::string report = R"("institutions/gob/plans/p/elements/e/progressReports/2021-Q1")";
    const std::string decision = R"("institutions/gob/decisions/none")";
    const std::string name = "name: " + report;
    Add("CreateProgressReport", reporters, nobody, &FollowUp::CreateProgressReport,
        absl::StrCat("parent: ", element, R"( progress_report_id: "2021-Q1")"));
    Add("GetProgressReport", any, shared, &FollowUp::GetProgressReport, name);
    Add("ListProgressReports", any, shared, &FollowUp::ListProgressReports, "parent: " + element);
    Add("UpdateProgressReport", reporters, nobody, &FollowUp::UpdateProgressReport,
        absl::StrCat("progress_report { ", name, " }"));
    Add("BatchUpdateProgressReports", reporters, nobody, &FollowUp::BatchUpdateProgressReports,
        absl::StrCat(R"(parent: "institutions/gob/plans/p/elements/-" )",
                     "requests { progress_report { ", name, " } }"));
    Add("SubmitProgressReport", reporters, nobody, &FollowUp::SubmitProgressReport, name);
    Add("ValidateProgressReport", validator, nobody, &FollowUp::ValidateProgressReport, name);
    Add("ReturnProgressReport", validator, nobody, &FollowUp::ReturnProgressReport,
        name + R"( reason: "unclear")");
    Add("ListDueProgressReports", any, shared, &FollowUp::ListDueProgressReports,
        absl::StrCat("parent: ", plan, R"( quarter: "2021-Q1")"));
    Add("CreateDecision", planner, nobody, &FollowUp::CreateDecision,
        absl::StrCat("parent: ", gob, R"( decision_id: "n" decision {
            title { text { key: "nl" value: "t" } } responsible: "Ann"
            publication: "institutions/gob/plans/p/scorecards/2020-Q1/publications/1"
            decided_on { year: 2020 month: 1 day: 1 } due_date { year: 2020 month: 1 day: 1 } })"));
    Add("GetDecision", any, nobody, &FollowUp::GetDecision, "name: " + decision);
    Add("ListDecisions", any, nobody, &FollowUp::ListDecisions, "parent: " + gob);
    Add("UpdateDecision", planner, nobody, &FollowUp::UpdateDecision,
        absl::StrCat("decision { name: ", decision, "}"));
    Add("BatchUpdateDecisions", planner, nobody, &FollowUp::BatchUpdateDecisions,
        absl::StrCat("parent: ", gob, " requests { decision { name: ", decision, "} }"));
    Add("DeleteDecision", planner, nobody, &FollowUp::DeleteDecision, "name: " + decision);
  }

  template <typename Stub, typename Request, typename Response>
  void Add(const std::string& name, const std::set<std::string>& roles, Row::Others others,
           UnaryRpc<Stub, Request, Response> rpc, std::string request) {
    rows_[name] = {roles, others,
                   [this, rpc, request = std::move(request)](const std::string& who) {
                     return Call(rpc, request, who).status();
                   }};
  }

  // A push that is refused for its rows, if the caller may push: OK then.
  absl::Status SetAmounts(const std::string& correction_reason, const std::string& who) {
    const absl::Status pushed =
        Call(&Ops::SetBudgetAmounts,
             absl::StrCat(R"(parent: "institutions/gob" push_id: "p" correction_reason: ")",
                          correction_reason, R"(" amounts { budget_line: "none" quarter: "2020-Q1"
                          paid { units: 1 } })"),
             who)
            .status();
    return status::Reason(pushed) == "INVALID_FIELDS" ? absl::OkStatus() : pushed;
  }

  // The standard methods of a kind that belongs to an institution, is read by any role and written
  // by planners. `message` is a resource in text format.
  template <typename Create, typename Batch, typename Get, typename List, typename Update,
            typename BatchUpdate, typename Delete>
  void AddKind(const std::string& type, const std::string& collection, const std::string& field,
               Create create, Batch batch, Get get, List list, Update update,
               BatchUpdate batch_update, Delete erase, const std::string& message) {
    const auto nobody = Row::Others::kNobody;
    const std::string parent = R"(parent: "institutions/gob" )";
    const std::string name = absl::StrCat(R"(name: "institutions/gob/)", collection, R"(/none")");
    const std::string plural =
        absl::StrCat(absl::AsciiStrToUpper(collection.substr(0, 1)), collection.substr(1));
    const std::string made = absl::StrCat(field, R"(_id: "n" )", field, " {", message, "}");
    Add("Create" + type, planner_, nobody, create, parent + made);
    Add("BatchCreate" + plural, planner_, nobody, batch,
        absl::StrCat(parent, "requests {", made, "}"));
    Add("Get" + type, any_, nobody, get, name);
    Add("List" + plural, any_, nobody, list, parent);
    Add("Update" + type, planner_, nobody, update, absl::StrCat(field, " {", name, "}"));
    Add("BatchUpdate" + plural, planner_, nobody, batch_update,
        absl::StrCat(parent, "requests {", field, " {", name, "} }"));
    Add("Delete" + type, planner_, nobody, erase, name);
  }

  absl::Status FirstOfWatch(const std::string& request, const std::string& who) {
    const auto watch = StartWatch(request, who);
    v1::WatchPlansResponse change;
    return watch->Next(&change) ? absl::OkStatus() : watch->Finish();
  }

  // Everything as the table says, for callers of gob and of tal.
  void CheckAll(bool shared_with_tal) {
    for (const auto& [name, row] : rows_) {
      for (int i = 0; i < auth::kRoleCount; ++i) {
        const std::string role(auth::RoleName(static_cast<auth::Role>(i)));
        Check(name, row, "gob-" + role, row.roles.count(role) == 1);
        Check(name, row, "tal-" + role,
              row.others == Row::Others::kAnybody ||
                  (row.others == Row::Others::kSharedWith && shared_with_tal));
      }
      EXPECT_EQ(row.call("stranger").code(), absl::StatusCode::kUnauthenticated) << name;
    }
  }

  static void Check(const std::string& name, const Row& row, const std::string& who,
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

  std::map<std::string, Row> rows_;
};

TEST_F(PermissionsTest, EveryRpcHasARow) {
  std::set<std::string> rpcs;
  for (const char* name : {"athena.plan.v1.PlanService", "athena.plan.v1.OperationsService",
                           "athena.plan.v1.FollowUpService", "athena.common.v1.HistoryService"}) {
    const auto* service =
        v1::CreateInstitutionRequest::descriptor()->file()->pool()->FindServiceByName(name);
    ASSERT_NE(service, nullptr);
    for (int i = 0; i < service->method_count(); ++i) rpcs.insert(service->method(i)->name());
  }
  std::set<std::string> rows;
  for (const auto& [name, row] : rows_) rows.insert(name);
  EXPECT_EQ(rows, rpcs);
}

TEST_F(PermissionsTest, EachRoleMayWhatTheContractSays) {
  MakeInstitution("gob");
  MakePlan("p");
  CheckAll(/*shared_with_tal=*/false);
}

TEST_F(PermissionsTest, ACorrectorPushesAmountsWithAReasonAlone) {
  MakeInstitution("gob");
  ATHENA_EXPECT_OK(SetAmounts("a typing error", "gob-corrector"));
  for (const auto& [reason, who] :
       {std::pair("", "gob-corrector"), std::pair("late", "gob-sender"),
        std::pair("late", "gob-planner"), std::pair("late", "tal-corrector")}) {
    EXPECT_EQ(SetAmounts(reason, who).code(), absl::StatusCode::kPermissionDenied) << who;
  }
}

TEST_F(PermissionsTest, APlanThatIsSharedIsReadByTheOtherInstitutionAndNotWritten) {
  MakeInstitution("gob");
  MakePlan("p");
  ASSERT_TRUE(Call(&Rpc::UpdatePlan, R"(plan { name: "institutions/gob/plans/p"
                                               shared_with: "institutions/tal" })")
                  .ok());
  CheckAll(/*shared_with_tal=*/true);
}

TEST_F(PermissionsTest, SharingEndsWhenTheInstitutionIsTakenOff) {
  MakeInstitution("gob");
  MakePlan("p");
  const auto share = [&](const std::string& with) {
    return Call(&Rpc::UpdatePlan, absl::StrCat(R"(plan { name: "institutions/gob/plans/p" )", with,
                                               R"( } update_mask { paths: "shared_with" })"))
        .status();
  };
  const auto read = [&] {
    return Call(&Rpc::GetPlan, R"(name: "institutions/gob/plans/p")", "tal-viewer").status().code();
  };
  ASSERT_EQ(share(R"(shared_with: "institutions/tal")"), absl::OkStatus());
  EXPECT_EQ(read(), absl::StatusCode::kOk);
  ASSERT_EQ(share(R"(shared_with: "institutions/other")"), absl::OkStatus());
  EXPECT_EQ(read(), absl::StatusCode::kPermissionDenied);
}

TEST_F(PermissionsTest, ThePrincipalOfEveryInstitutionReadsAll) {
  MakeInstitution("gob");
  MakeInstitution("tal");
  ATHENA_EXPECT_OK(Call(&Rpc::GetInstitution, R"(name: "institutions/gob")", "everyone"));
  ATHENA_EXPECT_OK(Call(&Rpc::GetInstitution, R"(name: "institutions/tal")", "everyone"));
}

// Whoever may not read it cannot tell whether it exists.
TEST_F(PermissionsTest, ARefusalDoesNotTellWhetherItExists) {
  MakeInstitution("gob");
  MakePlan("p");
  const auto refusal = [&](const std::string& plan) {
    const std::string name = "institutions/gob/plans/" + plan;
    const absl::Status status =
        Call(&Rpc::GetPlan, absl::StrCat(R"(name: ")", name, R"(")"), "tal-all").status();
    EXPECT_EQ(status::Reason(status), "PERMISSION_DENIED");
    std::string message(status.message());
    const size_t at = message.find(name);
    return at == std::string::npos ? message : message.replace(at, name.size(), "NAME");
  };
  EXPECT_EQ(refusal("p"), refusal("nothing"));
}

}  // namespace
}  // namespace athena::plan
