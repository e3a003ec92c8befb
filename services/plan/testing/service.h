#ifndef ATHENA_SERVICES_PLAN_TESTING_SERVICE_H_
#define ATHENA_SERVICES_PLAN_TESTING_SERVICE_H_

#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "athena/common/v1/history_service.grpc.pb.h"
#include "athena/plan/v1/follow_up_service.grpc.pb.h"
#include "athena/plan/v1/operations_service.grpc.pb.h"
#include "athena/plan/v1/plan_service.grpc.pb.h"
#include "libs/auth/authenticator.h"
#include "libs/clock/clock.h"
#include "libs/rpc/grpc_status.h"
#include "libs/rpc/server.h"
#include "libs/sql/sqlite/sqlite_database.h"
#include "libs/status/macros.h"
#include "services/plan/indicators/testing/fake_indicator_service.h"
#include "services/plan/plan_rpc.h"
#include "services/plan/testing/text.h"

namespace athena::plan::testing {

// Where the RPCs are: Call(&Rpc::GetPlan, ...).
using Rpc = v1::PlanService::StubInterface;
using OperationsRpc = v1::OperationsService::StubInterface;
using FollowUpRpc = v1::FollowUpService::StubInterface;
using HistoryRpc = common::v1::HistoryService::StubInterface;
// The stub of each gRPC service.
using Stubs = std::tuple<std::unique_ptr<Rpc>, std::unique_ptr<OperationsRpc>,
                         std::unique_ptr<FollowUpRpc>, std::unique_ptr<HistoryRpc>>;
template <typename Stub, typename Request, typename Response>
using UnaryRpc = grpc::Status (Stub::*)(grpc::ClientContext*, const Request&, Response*);

// A whole plan as GetPlanTree streams it.
struct Tree {
  v1::GetPlanTreeResponse::Header header;
  std::vector<v1::Unit> units;
  std::vector<v1::Element> elements;
  std::vector<v1::ProgressReport> progress_reports;
  std::vector<v1::Decision> decisions;
  std::vector<v1::Risk> risks;
  std::vector<v1::Process> processes;
  std::vector<v1::BudgetLine> budget_lines;
  std::vector<v1::BudgetAmounts> budget_amounts;
  std::vector<size_t> part_bytes;  // of each part, the header's first
  std::vector<std::string> codes() const;
};

// WatchPlans under way; ends with it.
class Watch {
 public:
  Watch(Rpc& stub, const std::string& who, const v1::WatchPlansRequest& request);
  ~Watch();
  // Waits for the next revision; false when the stream has ended.
  bool Next(v1::WatchPlansResponse* change) { return reader_->Read(change); }
  // Why it ended.
  absl::Status Finish() { return rpc::FromGrpc(reader_->Finish()); }

 private:
  grpc::ClientContext context_;
  std::unique_ptr<grpc::ClientReaderInterface<v1::WatchPlansResponse>> reader_;
};

// The plan service over the in-process channel, with a database file of the test's own. Its clock
// begins at kStart and moves on by a second before each call, so that the n-th call of a test
// happens n seconds after kStart.
//
// Callers are "INSTITUTION-ROLE" with the institutions gob and tal and every role ("gob-planner"),
// "gob-all" and "tal-all" with all roles, and "everyone" with all roles in every institution.
class ServiceTest : public ::testing::Test {
 protected:
  static constexpr int64_t kStart = 1'600'000'000;  // seconds since 1970

  ServiceTest();
  ~ServiceTest() override;

  // The stub that calls go through.
  template <typename Stub>
  Stub& stub() {
    return *std::get<std::unique_ptr<Stub>>(stubs_);
  }
  template <typename Stub, typename Request, typename Response>
  absl::StatusOr<Response> Call(UnaryRpc<Stub, Request, Response> rpc,
                                const std::type_identity_t<Request>& request,
                                const std::string& who = "gob-all") {
    grpc::ClientContext context;
    Begin(who, &context);
    Response response;
    ATHENA_RETURN_IF_ERROR(rpc::FromGrpc((stub<Stub>().*rpc)(&context, request, &response)));
    return response;
  }
  template <typename Stub, typename Request, typename Response>
  absl::StatusOr<Response> Call(UnaryRpc<Stub, Request, Response> rpc, std::string_view request,
                                const std::string& who = "gob-all") {
    return Call(rpc, Parsed<Request>(request), who);
  }
  absl::StatusOr<Tree> GetTree(const v1::GetPlanTreeRequest& request,
                               const std::string& who = "gob-all");
  absl::StatusOr<Tree> GetTree(std::string_view request, const std::string& who = "gob-all") {
    return GetTree(Parsed<v1::GetPlanTreeRequest>(request), who);
  }
  // All messages of ExportPlan, merged.
  absl::StatusOr<v1::ExportPlanResponse> ExportPlan(std::string_view request,
                                                    const std::string& who = "gob-all");
  std::unique_ptr<Watch> StartWatch(std::string_view request, const std::string& who = "gob-all") {
    return std::make_unique<Watch>(stub<Rpc>(), who, Parsed<v1::WatchPlansRequest>(request));
  }

  // Calls go to the other of two instances over the one database from now on; the first call starts
  // the second instance.
  void SwitchInstance();
  // Moves the clock so that the next call is the first second of that day in Brussels.
  void GoTo(absl::CivilDay day);
  // Ends the service and starts it again on the same file, having called `between`.
  void Restart(absl::FunctionRef<void()> between);

  // What tests begin with; the test fails when it is refused.
  void MakeInstitution(const std::string& id);
  // Of gob, from 2021-Q1 to 2026-Q4.
  v1::Plan MakePlan(const std::string& id);
  v1::Unit MakeUnit(const std::string& id, const std::string& parent = "");
  // Of gob's plan p1; `rest` is further fields of the element in text format.
  v1::Element MakeElement(const std::string& id, const std::string& code,
                          const std::string& kind = "ACTION", const std::string& parent = "",
                          const std::string& rest = "");

  FakeIndicatorService indicators_;
  FakeClock clock_{absl::FromUnixSeconds(kStart)};
  std::unique_ptr<sql::SqliteDatabase> database_;
  std::unique_ptr<PlanService> service_;
  std::unique_ptr<rpc::Server> server_;
  Stubs stubs_;

 private:
  struct Instance {
    std::unique_ptr<PlanService> service;
    std::unique_ptr<rpc::Server> server;
    Stubs stubs;
  };

  void Open();
  // Starts an instance over the database.
  void Serve();
  void Stop();
  void SwapInstances();
  void Begin(const std::string& who, grpc::ClientContext* context);

  std::string folder_;
  Instance other_;  // of two instances; may be empty
  std::unique_ptr<auth::StaticAuthenticator> authenticator_;
};

// With the institution gob and its plan p1: revisions 1 and 2, at kStart + 1 s and 2 s.
class PlanTest : public ServiceTest {
 protected:
  PlanTest() {
    MakeInstitution("gob");
    MakePlan("p1");
  }
};

}  // namespace athena::plan::testing

#endif  // ATHENA_SERVICES_PLAN_TESTING_SERVICE_H_
