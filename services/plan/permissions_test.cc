// Who may call what: every RPC, as every role, from the institution itself and from another one.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/auth/principal.h"
#include "libs/status/status.h"
#include "libs/status/testing/matchers.h"
#include "services/plan/testing/service.h"

namespace athena::plan {
namespace {

using testing::HistoryRpc;
using testing::Rpc;
using testing::UnaryRpc;

// What one RPC asks of its callers, as its comment in the contract says.
struct Row {
  std::set<std::string> roles;  // of the institution itself
  enum class Others { kNobody, kSharedWith, kAnybody } others;
  std::function<absl::Status(const std::string& who)> call;
};

class PermissionsTest : public testing::ServiceTest {
 protected:
  PermissionsTest() {
    const std::set<std::string> any = {"viewer",    "sender",    "planner", "validator",
                                       "publisher", "corrector", "admin",   "auditor"};
    const std::set<std::string> admin = {"admin"};
    const std::set<std::string> keeper = {"admin", "planner"};
    const std::set<std::string> planner = {"planner"};
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
    Add("DeleteUnit", keeper, nobody, &Rpc::DeleteUnit, R"(name: "institutions/gob/units/none")");
    Add("CreatePlan", planner, nobody, &Rpc::CreatePlan,
        absl::StrCat("parent: ", gob, R"( plan_id: "n" plan { title )", text,
                     R"( first_quarter: "2021-Q1" last_quarter: "2021-Q1" languages: "nl" })"));
    Add("GetPlan", any, shared, &Rpc::GetPlan, "name: " + plan);
    Add("ListPlans", any, nobody, &Rpc::ListPlans, "parent: " + gob);
    Add("UpdatePlan", planner, nobody, &Rpc::UpdatePlan, absl::StrCat("plan { name: ", plan, "}"));
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
    Add("MoveElement", planner, nobody, &Rpc::MoveElement, "name: " + element);
    Add("DeleteElement", planner, nobody, &Rpc::DeleteElement,
        R"(name: "institutions/gob/plans/p/elements/none")");
    rows_["GetPlanTree"] = {any, shared, [this, plan](const std::string& who) {
                              return GetTree("name: " + plan, who).status();
                            }};
    const std::set<std::string> auditors = {"admin", "auditor"};
    Add("ListRevisions", any, shared, &HistoryRpc::ListRevisions, "parent: " + plan);
    Add("ListAuditEvents", auditors, nobody, &HistoryRpc::ListAuditEvents, "parent: " + gob);
    Add("VerifyAuditLog", auditors, nobody, &HistoryRpc::VerifyAuditLog, "parent: " + gob);
    rows_["WatchPlans"] = {any, nobody, [this, gob](const std::string& who) {
                             return FirstOfWatch("parent: " + gob, who);
                           }};
  }

  template <typename Stub, typename Request, typename Response>
  void Add(const std::string& name, const std::set<std::string>& roles, Row::Others others,
           UnaryRpc<Stub, Request, Response> rpc, std::string request) {
    rows_[name] = {roles, others,
                   [this, rpc, request = std::move(request)](const std::string& who) {
                     return Call(rpc, request, who).status();
                   }};
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
  for (const char* name : {"athena.plan.v1.PlanService", "athena.common.v1.HistoryService"}) {
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
