#ifndef ATHENA_SERVICES_INDICATOR_TESTING_SERVICE_H_
#define ATHENA_SERVICES_INDICATOR_TESTING_SERVICE_H_

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "athena/common/v1/history_service.grpc.pb.h"
#include "athena/indicator/v1/indicator_service.grpc.pb.h"
#include "libs/clock/clock.h"
#include "libs/rpc/grpc_status.h"
#include "libs/sql/sqlite/sqlite_database.h"
#include "services/indicator/model/catalog.h"

namespace athena::indicator::testing {

// The indicator service over an in-process channel, with a database file of its own, a clock that
// the test moves, and these callers, by token:
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
  // `zone` is where days begin and end; `vfs` is SqliteOptions::vfs, with which a commit of unknown
  // outcome leaves a database that takes no more writes instead of ending the process.
  explicit Service(absl::TimeZone zone = absl::UTCTimeZone(), std::string vfs = "");
  ~Service();

  // Stops the service, calls `between` and starts it again on the same file.
  void Restart(absl::FunctionRef<void()> between = [] {});

  // Calls go to the other of two instances over the one database from now on; the first call starts
  // the second instance.
  void SwitchInstance();

  FakeClock& clock() { return clock_; }
  sql::SqliteDatabase& database();
  v1::IndicatorService::StubInterface& stub();
  common::v1::HistoryService::StubInterface& history_stub();
  Catalog& catalog();
  // Counts what is overdue, as the service does now and then, for its metrics.
  absl::Status CountOverdue();
  // The metrics in Prometheus' text format.
  std::string Metrics();

  // Midnight in the service's zone, UTC.
  void SetToday(absl::CivilDay day) { clock_.Set(absl::FromCivil(day, absl::UTCTimeZone())); }

  // Calls `rpc(stub, context, response)` as the caller of a token. Errors keep their details.
  template <typename Response, typename Rpc>
  absl::StatusOr<Response> Call(const std::string& token, Rpc rpc) {
    Response response;
    grpc::ClientContext context;
    context.AddMetadata("authorization", "Bearer " + token);
    const grpc::Status status = rpc(stub(), &context, &response);
    if (!status.ok()) return rpc::FromGrpc(status);
    return response;
  }

  // The same of the history.
  template <typename Request, typename Response>
  absl::StatusOr<Response> Call(grpc::Status (common::v1::HistoryService::StubInterface::*method)(
                                    grpc::ClientContext*, const Request&, Response*),
                                const std::string& token, const Request& request) {
    Response response;
    grpc::ClientContext context;
    context.AddMetadata("authorization", "Bearer " + token);
    const grpc::Status status = (history_stub().*method)(&context, request, &response);
    if (!status.ok()) return rpc::FromGrpc(status);
    return response;
  }

  // Advances the clock by a second and pushes.
  absl::StatusOr<v1::PushObservationsResponse> Push(const v1::PushObservationsRequest& request,
                                                    const std::string& token = "sender");
  absl::StatusOr<v1::ListObservationsResponse> List(const v1::ListObservationsRequest& request,
                                                    const std::string& token = "viewer");
  // All pages of a list.
  std::vector<v1::ObservationRecord> ListAll(v1::ListObservationsRequest request);

  // Advances the clock by a second and sets a target with the reason "a test".
  absl::StatusOr<v1::Target> SetTarget(const v1::Target& target,
                                       const std::string& token = "planner");

  // Advances the clock by a second and closes or reopens a quarter of gob, "2021-Q3".
  void Close(const std::string& quarter);
  void Reopen(const std::string& quarter);

  // Advances the clock by a second and creates or replaces indicators of gob in one revision,
  // without validation.
  void Define(const std::vector<v1::Indicator>& indicators);
  // As Define, but as another process over the same database does it: the caches of the service are
  // not told.
  void DefineElsewhere(const std::vector<v1::Indicator>& indicators);

 private:
  struct Running;

  void Start();
  void Stop();
  std::unique_ptr<Running> StartOn(std::shared_ptr<sql::SqliteDatabase> database);
  void DefineThrough(Catalog& catalog, const std::vector<v1::Indicator>& indicators);

  const absl::TimeZone zone_;
  const std::string vfs_;
  std::string folder_;
  FakeClock clock_;
  std::unique_ptr<Running> running_;
  std::unique_ptr<Running> other_;  // of two instances; may be null
};

// A fixture with a service whose days begin and end in Brussels.
class ServiceTest : public ::testing::Test {
 protected:
  ServiceTest();

  // Calls a unary RPC as the caller of a token.
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

inline constexpr v1::Indicator::Frequency kDaily = v1::Indicator::FREQUENCY_DAILY;
inline constexpr v1::Indicator::Frequency kMonthly = v1::Indicator::FREQUENCY_MONTHLY;
inline constexpr v1::Indicator::Frequency kQuarterly = v1::Indicator::FREQUENCY_QUARTERLY;
inline constexpr v1::Indicator::Frequency kSemestrial = v1::Indicator::FREQUENCY_SEMESTRIAL;
inline constexpr v1::Indicator::Frequency kAnnual = v1::Indicator::FREQUENCY_ANNUAL;

// A BASE indicator of gob that sums over time and group, with these dimensions and codes.
v1::Indicator Base(
    const std::string& id, v1::Indicator::Frequency frequency,
    const std::vector<std::pair<std::string, std::vector<std::string>>>& dimensions = {});

// A quarterly FORMULA of gob.
v1::Indicator FormulaOf(const std::string& id, const std::string& formula);

// A target of an indicator of gob through these anchors, HIGHER or LOWER, with a margin of 10.
v1::Target TargetOf(const std::string& indicator,
                    const std::vector<std::pair<std::string, double>>& anchors);

// The fields of the BadRequest of an error, in its order.
std::vector<std::string> Faults(const absl::Status& status);

// A row of a push.
v1::Observation Row(const std::string& indicator, const std::string& period, double value,
                    const std::vector<std::pair<std::string, std::string>>& dimensions = {});
v1::Observation Retraction(const std::string& indicator, const std::string& period,
                           const std::vector<std::pair<std::string, std::string>>& dimensions = {});

// A REPLACE push of gob with one scope: an indicator in the periods from `start` to `end`.
v1::PushObservationsRequest ReplaceOf(const std::string& push_id, const std::string& indicator,
                                      const std::string& start, const std::string& end,
                                      const std::vector<v1::Observation>& rows);

// The outcomes that a response lists.
std::vector<v1::Outcome> Outcomes(const v1::PushObservationsResponse& response);

// Each record as "2021-Q1 F bm 3": period, codes in the order of the dimensions' ids, value or
// "retracted".
std::vector<std::string> Lines(const std::vector<v1::ObservationRecord>& records);

// A MERGE push of gob.
v1::PushObservationsRequest PushOf(const std::string& push_id,
                                   const std::vector<v1::Observation>& rows);

// All cells of an indicator of gob.
v1::ListObservationsRequest ListOf(const std::string& indicator);

}  // namespace athena::indicator::testing

#endif  // ATHENA_SERVICES_INDICATOR_TESTING_SERVICE_H_
