#ifndef ATHENA_SERVICES_INDICATOR_TESTING_SERVICE_H_
#define ATHENA_SERVICES_INDICATOR_TESTING_SERVICE_H_

#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>
#include <prometheus/registry.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "athena/indicator/v1/indicator_service.grpc.pb.h"
#include "libs/auth/authenticator.h"
#include "libs/clock/clock.h"
#include "libs/daemon/institution_wakeups.h"
#include "libs/paging/page_tokens.h"
#include "libs/rpc/grpc_status.h"
#include "libs/rpc/server.h"
#include "libs/sql/sqlite/sqlite_database.h"
#include "services/indicator/definitions/indicators.h"
#include "services/indicator/definitions/targets.h"
#include "services/indicator/indicator_rpc.h"
#include "services/indicator/ingest/ingest_metrics.h"
#include "services/indicator/ingest/pushes.h"
#include "services/indicator/model/catalog.h"
#include "services/indicator/observations/observation_feed.h"
#include "services/indicator/observations/observations.h"
#include "services/indicator/quarters/closings.h"
#include "services/indicator/quarters/completeness.h"
#include "services/indicator/quarters/series_ends.h"
#include "services/indicator/query/period_values.h"
#include "services/indicator/store/series_store.h"

namespace athena::indicator::testing {

// The indicator service over the in-process channel: a database file of the test's own, a clock
// that it moves, and these callers, by token:
//   sender, sender2   push for the institution gob
//   planner, viewer   of gob
//   all               every role, of gob
//   other             every role, of the institution tal
//   pia               closes quarters of gob; tom those of the institution talent
//   sam, sue          push for gob; cor does and may correct what is closed
//   val               reads gob
//   gob-ROLE, tal-ROLE  one role of gob or of tal, "gob-planner"
//   everyone          every role, in every institution
class Service {
 public:
  // `zone` is where days begin and end; `vfs` names the disk (SqliteOptions::vfs), on which a
  // commit whose end is not known leaves a database that takes no more writes.
  explicit Service(absl::TimeZone zone = absl::UTCTimeZone(), std::string vfs = "");
  ~Service();

  // Ends the service and starts it again on the same file, having called `between`.
  void Restart(absl::FunctionRef<void()> between = [] {});

  // Calls go to the other of two instances over the one database from now on; the first call starts
  // the second instance.
  void SwitchInstance();

  FakeClock& clock() { return clock_; }
  sql::SqliteDatabase& database() { return *running_->database; }
  v1::IndicatorService::StubInterface& stub() { return *running_->stub; }
  PeriodValues& values() { return running_->values; }
  Catalog& catalog() { return running_->catalog; }
  prometheus::Registry& registry() { return running_->registry; }

  // Midnight in the service's zone, UTC.
  void SetToday(absl::CivilDay day) { clock_.Set(absl::FromCivil(day, absl::UTCTimeZone())); }

  // Calls `rpc(stub, context, response)` as the caller of a token. Errors keep their details.
  template <typename Response, typename Rpc>
  absl::StatusOr<Response> Call(const std::string& token, Rpc rpc) {
    Response response;
    grpc::ClientContext context;
    context.AddMetadata("authorization", "Bearer " + token);
    const grpc::Status status = rpc(*running_->stub, &context, &response);
    if (!status.ok()) return rpc::FromGrpc(status);
    return response;
  }

  // Moves the clock on by a second and pushes.
  absl::StatusOr<v1::PushObservationsResponse> Push(const v1::PushObservationsRequest& request,
                                                    const std::string& token = "sender");
  absl::StatusOr<v1::ListObservationsResponse> List(const v1::ListObservationsRequest& request,
                                                    const std::string& token = "viewer");
  // Every page of a list, one after the other.
  std::vector<v1::ObservationRecord> ListAll(v1::ListObservationsRequest request);

  // Moves the clock on by a second and sets a target, with the reason "a test".
  absl::StatusOr<v1::Target> SetTarget(const v1::Target& target,
                                       const std::string& token = "planner");

  // Moves the clock on by a second and closes a quarter of gob, "2021-Q3", or opens it again.
  void Close(const std::string& quarter);
  void Reopen(const std::string& quarter);

  // Stores definitions of gob as they are, in one revision; those that are there are replaced.
  void Define(const std::vector<v1::Indicator>& indicators);

 private:
  struct Running {
    Running(std::shared_ptr<sql::SqliteDatabase> opened, std::unique_ptr<SeriesNumbers> known,
            std::string token_key, const Clock& clock, absl::TimeZone zone);

    const std::shared_ptr<sql::SqliteDatabase> database;
    std::unique_ptr<SeriesNumbers> numbers;
    prometheus::Registry registry;
    Catalog catalog{*database};
    const PageTokens tokens;
    daemon::InstitutionWakeups wakeups{*database};
    IngestMetrics metrics{registry};
    Indicators indicators;
    Targets targets;
    PeriodValues values;
    Pushes pushes;
    Observations observations;
    const ObservationFeed feed{*database, wakeups};
    const SeriesEnds series_ends;
    Closings closings;
    Completeness completeness;
    std::unique_ptr<auth::StaticAuthenticator> authenticator;
    std::unique_ptr<rpc::Server> server;
    std::unique_ptr<v1::IndicatorService::Stub> stub;
  };

  void Start();
  void Stop();
  std::unique_ptr<Running> StartOn(std::shared_ptr<sql::SqliteDatabase> database);

  const absl::TimeZone zone_;
  const std::string vfs_;
  std::string folder_;
  FakeClock clock_;
  std::unique_ptr<Running> running_;
  std::unique_ptr<Running> other_;  // of two instances; may be null
};

// The same as a fixture, with a clock that stands still and days that begin and end in Brussels.
class ServiceTest : public ::testing::Test {
 protected:
  ServiceTest();

  // One call of a unary RPC, by somebody.
  template <typename Request, typename Response>
  absl::StatusOr<Response> Call(grpc::Status (v1::IndicatorService::StubInterface::*method)(
                                    grpc::ClientContext*, const Request&, Response*),
                                const std::string& who, const Request& request) {
    return service_.Call<Response>(who, [&](auto& stub, auto* context, auto* response) {
      return (stub.*method)(context, request, response);
    });
  }

  // Moves the clock to a moment, "2021-10-01T09:00:00+02:00".
  void At(const std::string& moment);

  const absl::TimeZone brussels_;
  Service service_{brussels_};
  FakeClock& clock_ = service_.clock();
  sql::SqliteDatabase* const database_ = &service_.database();
  Catalog* const catalog_ = &service_.catalog();
};

// A BASE indicator of gob that sums over time and group, with these dimensions and codes.
v1::Indicator Base(
    const std::string& id, v1::Indicator::Frequency frequency,
    const std::vector<std::pair<std::string, std::vector<std::string>>>& dimensions = {});

// A quarterly FORMULA of gob.
v1::Indicator FormulaOf(const std::string& id, const std::string& formula);

// A target of an indicator of gob through these anchors, HIGHER or LOWER, with a margin of 10.
v1::Target TargetOf(const std::string& indicator,
                    const std::vector<std::pair<std::string, double>>& anchors);

// The fields that a refusal finds fault with, in its order.
std::vector<std::string> Faults(const absl::Status& status);

// A row of a push.
v1::Observation Row(const std::string& indicator, const std::string& period, double value,
                    const std::vector<std::pair<std::string, std::string>>& dimensions = {});
v1::Observation Retraction(const std::string& indicator, const std::string& period,
                           const std::vector<std::pair<std::string, std::string>>& dimensions = {});

// A push of gob's with REPLACE: of an indicator in the periods from `start` to `end`.
v1::PushObservationsRequest ReplaceOf(const std::string& push_id, const std::string& indicator,
                                      const std::string& start, const std::string& end,
                                      const std::vector<v1::Observation>& rows);

// What became of the rows of a push that are listed.
std::vector<v1::Outcome> Outcomes(const v1::PushObservationsResponse& response);

// "2021-Q1 F bm 3" of each record: period, codes in the order of the dimensions' ids, value or
// "retracted".
std::vector<std::string> Lines(const std::vector<v1::ObservationRecord>& records);

// A push of gob's.
v1::PushObservationsRequest PushOf(const std::string& push_id,
                                   const std::vector<v1::Observation>& rows);

// All cells of an indicator of gob.
v1::ListObservationsRequest ListOf(const std::string& indicator);

}  // namespace athena::indicator::testing

#endif  // ATHENA_SERVICES_INDICATOR_TESTING_SERVICE_H_
