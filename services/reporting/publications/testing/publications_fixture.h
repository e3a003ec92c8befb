#ifndef ATHENA_SERVICES_REPORTING_PUBLICATIONS_TESTING_PUBLICATIONS_FIXTURE_H_
#define ATHENA_SERVICES_REPORTING_PUBLICATIONS_TESTING_PUBLICATIONS_FIXTURE_H_

#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "athena/common/v1/history_service.grpc.pb.h"
#include "athena/reporting/v1/reporting_service.grpc.pb.h"
#include "libs/auth/authenticator.h"
#include "libs/clock/clock.h"
#include "libs/rpc/grpc_status.h"
#include "libs/rpc/server.h"
#include "libs/sql/sqlite/sqlite_database.h"
#include "libs/sql/testing/temporary_folder.h"
#include "libs/status/macros.h"
#include "services/reporting/publications/keys.h"
#include "services/reporting/reading/dependencies.h"
#include "services/reporting/reporting_rpc.h"
#include "services/reporting/scorecards/testing/scorecards_fixture.h"

namespace athena::reporting::testing {

using Rpc = v1::ReportingService::StubInterface;
using HistoryRpc = common::v1::HistoryService::StubInterface;

// The indicator service with closings.
class FakeClosingService : public FakeIndicatorService {
 public:
  grpc::Status ListClosings(grpc::ServerContext* context,
                            const indicator::v1::ListClosingsRequest* request,
                            indicator::v1::ListClosingsResponse* response) override;

  std::vector<indicator::v1::ListClosingsRequest> ClosingsRequests() const {
    absl::MutexLock lock(&mutex_);
    return requests_;
  }

  using Quarters = std::map<std::string, std::set<std::string>>;  // by institution
  Quarters closed = {{"institutions/gob", {"2021-Q1"}}};
  Quarters reopened;
  std::set<std::string> hidden;  // institutions whose closings nobody may read

 private:
  mutable absl::Mutex mutex_;
  std::vector<indicator::v1::ListClosingsRequest> requests_ ABSL_GUARDED_BY(mutex_);
};

// A private key of RFC 8032's samples, as PEM; `sample` 0 or 1.
std::string SamplePrivateKey(int sample);

// How many publications are made at once, also where there are few cores.
inline constexpr int kHeavyCalls = 4;

// The reporting service, with a database of its own, over fakes of the plan and the indicator
// service. The plan is in Dutch and French, and gob has closed 2021-Q1.
//
// Callers are "INSTITUTION-ROLE" with the institutions gob and tal and every role ("gob-viewer").
class PublicationsTest : public ::testing::Test {
 protected:
  PublicationsTest();
  ~PublicationsTest() override { Stop(); }

  template <typename Stub, typename Request, typename Response>
  absl::StatusOr<Response> Call(grpc::Status (Stub::*rpc)(grpc::ClientContext*, const Request&,
                                                          Response*),
                                const std::type_identity_t<Request>& request,
                                const std::string& who) {
    grpc::ClientContext context;
    context.AddMetadata("authorization", "Bearer " + who);
    Response response;
    grpc::Status status;
    if constexpr (std::is_same_v<Stub, Rpc>) {
      status = (stub_.get()->*rpc)(&context, request, &response);
    } else {
      status = (history_.get()->*rpc)(&context, request, &response);
    }
    ATHENA_RETURN_IF_ERROR(rpc::FromGrpc(status));
    return response;
  }
  // 2021-Q1, for the institution.
  static v1::PublishScorecardRequest Publishing(const std::string& reason = "");
  absl::StatusOr<v1::Publication> Publish() { return Publish(Publishing()); }
  absl::StatusOr<v1::Publication> Publish(const v1::PublishScorecardRequest& request,
                                          const std::string& who = "gob-publisher") {
    return Call(&Rpc::PublishScorecard, request, who);
  }
  absl::StatusOr<v1::Publication> Get(const std::string& name,
                                      const std::string& who = "gob-viewer");
  // The document.
  absl::StatusOr<std::string> Download(const std::string& name,
                                       const std::string& who = "gob-viewer");
  absl::StatusOr<v1::VerifyPublicationResponse> Verify(const std::string& name,
                                                       const std::string& who = "gob-viewer");
  // The ends of the names, in the order of the list: "2021-Q1/publications/1".
  absl::StatusOr<std::vector<std::string>> List(const std::string& period = "-",
                                                const std::string& who = "gob-viewer",
                                                const std::string& filter = "");

  void Start();
  void Stop();
  void Restart() {
    Stop();
    Start();
  }
  // The other services answer UNAVAILABLE.
  void StopOthers();
  // Runs a statement on the database, as somebody does who can write the file.
  void Tamper(sql::Statement statement, std::vector<sql::Param> params);

  FakeClock clock_{absl::FromCivil(absl::CivilSecond(2021, 6, 1, 12, 0, 0), absl::UTCTimeZone())};
  FakePlanService plan_;
  FakeClosingService indicator_;
  Keys keys_;
  std::unique_ptr<sql::SqliteDatabase> database_;

 private:
  sql::TemporaryFolder folder_;
  FakeHistory plan_history_;
  FakeHistory indicator_history_;
  std::unique_ptr<grpc::Server> plan_server_ = Serve(plan_, plan_history_);
  std::unique_ptr<grpc::Server> indicator_server_ = Serve(indicator_, indicator_history_);
  std::unique_ptr<Dependencies> dependencies_;
  std::unique_ptr<auth::StaticAuthenticator> authenticator_;
  std::unique_ptr<ReportingService> service_;
  std::unique_ptr<rpc::Server> server_;
  std::unique_ptr<Rpc> stub_;
  std::unique_ptr<HistoryRpc> history_;
};

}  // namespace athena::reporting::testing

#endif  // ATHENA_SERVICES_REPORTING_PUBLICATIONS_TESTING_PUBLICATIONS_FIXTURE_H_
