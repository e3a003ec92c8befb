#ifndef ATHENA_SERVICES_REPORTING_SCORECARDS_TESTING_SCORECARDS_FIXTURE_H_
#define ATHENA_SERVICES_REPORTING_SCORECARDS_TESTING_SCORECARDS_FIXTURE_H_

#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <atomic>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "athena/common/v1/history_service.grpc.pb.h"
#include "athena/indicator/v1/indicator_service.grpc.pb.h"
#include "athena/plan/v1/plan_service.grpc.pb.h"
#include "athena/reporting/v1/reporting_service.pb.h"
#include "services/reporting/scorecards/testing/reporting_server.h"

// Fakes of the services that reporting reads: a plan of one element, and what it measures.
namespace athena::reporting::testing {

inline constexpr char kVisits[] = "institutions/gob/indicators/visits";

// A plan of one objective that one indicator measures, or so many slices of it.
class FakePlanService : public plan::v1::PlanService::Service {
 public:
  grpc::Status GetPlanTree(grpc::ServerContext* context,
                           const plan::v1::GetPlanTreeRequest* request,
                           grpc::ServerWriter<plan::v1::GetPlanTreeResponse>* writer) override;

  // What was asked so far. A request that was given up may arrive after the one that replaced it.
  std::vector<plan::v1::GetPlanTreeRequest> Requests() const {
    absl::MutexLock lock(&mutex_);
    return requests_;
  }
  std::vector<std::string> Credentials() const {
    absl::MutexLock lock(&mutex_);
    return credentials_;
  }

  grpc::Status fault;
  grpc::Status fault_before;  // to a request for an earlier point in history by its time
  std::atomic<bool> hangs = false;
  int changes = 1;
  int slices = 1;
  int64_t revision = 7;
  // What is merged into the answer.
  plan::v1::GetPlanTreeResponse::Header more_header;
  plan::v1::Element more_element;
  std::vector<plan::v1::ProgressReport> reports;
  plan::v1::GetPlanTreeResponse more;  // another part of the answer, where it is not empty
  std::string lineage;
  // What it answers of an earlier point in history, up to this revision, instead of more_element;
  // 0: what it answers of now.
  int64_t revision_before = 0;
  plan::v1::Element element_before;

 private:
  mutable absl::Mutex mutex_;
  std::vector<plan::v1::GetPlanTreeRequest> requests_ ABSL_GUARDED_BY(mutex_);
  std::vector<std::string> credentials_ ABSL_GUARDED_BY(mutex_);
};

class FakeIndicatorService : public indicator::v1::IndicatorService::Service {
 public:
  grpc::Status QueryPeriodValues(
      grpc::ServerContext* context, const indicator::v1::QueryPeriodValuesRequest* request,
      grpc::ServerWriter<indicator::v1::QueryPeriodValuesResponse>* writer) override;
  grpc::Status ListClosings(grpc::ServerContext* context,
                            const indicator::v1::ListClosingsRequest* request,
                            indicator::v1::ListClosingsResponse* response) override;
  grpc::Status ListObservations(grpc::ServerContext* context,
                                const indicator::v1::ListObservationsRequest* request,
                                indicator::v1::ListObservationsResponse* response) override;
  grpc::Status GetPush(grpc::ServerContext* context, const indicator::v1::GetPushRequest* request,
                       indicator::v1::Push* response) override;

  // What ListObservations was asked so far.
  std::vector<indicator::v1::ListObservationsRequest> ObservationsRequests() const {
    absl::MutexLock lock(&mutex_);
    return observations_requests_;
  }
  // What was asked so far. A request that was given up may arrive after the one that replaced it.
  std::vector<indicator::v1::QueryPeriodValuesRequest> Requests() const {
    absl::MutexLock lock(&mutex_);
    return requests_;
  }
  std::vector<std::string> Credentials() const {
    absl::MutexLock lock(&mutex_);
    return credentials_;
  }

  grpc::Status fault;
  std::string value = "250";
  std::map<int, std::string> values;  // by selection, where it is another one
  std::map<std::pair<std::string, int>, std::string> values_at;  // by the period asked for as well
  std::map<int, std::string> evaluated;  // the evaluation period, by selection, where it is another
  std::string token;                     // by default it follows from the value
  int64_t revision = 11;
  std::map<std::string, int64_t> more_revisions;  // of other institutions, by resource name
  bool has_value = true;
  bool has_target = true;
  // What is merged into the answer.
  indicator::v1::SelectionDefinition more_definition;
  indicator::v1::PeriodValue more_value;
  std::map<std::string, indicator::v1::PeriodValue> more_by_period;  // by the period asked for
  std::string lineage;
  std::string time_zone;
  // What ListClosings answers; to a request for an earlier revision than that of the first one
  // `closings_before`.
  std::atomic<int> closings_asked{0};
  grpc::Status closings_fault;
  std::vector<indicator::v1::Closing> closings;
  std::vector<indicator::v1::Closing> closings_before;
  // What ListObservations answers, by the indicator, in pages as large as asked for; those after
  // the revision asked for are left out.
  std::map<std::string, std::vector<indicator::v1::ObservationRecord>> observations;
  std::set<std::string> hidden_observations;  // indicators whose observations nobody may read
  std::map<std::string, indicator::v1::Push> pushes;  // by name
  // What requests with group_by are answered, a value for each.
  std::vector<indicator::v1::PeriodValue> groups;
  // Of other indicators than kVisits.
  std::map<std::string, indicator::v1::SelectionDefinition> definitions;
  // What it answers of an earlier point in history, up to this revision; 0: what it answers of now.
  int64_t revision_before = 0;
  std::string value_before;

 private:
  mutable absl::Mutex mutex_;
  std::vector<indicator::v1::QueryPeriodValuesRequest> requests_ ABSL_GUARDED_BY(mutex_);
  std::vector<indicator::v1::ListObservationsRequest> observations_requests_
      ABSL_GUARDED_BY(mutex_);
  std::vector<std::string> credentials_ ABSL_GUARDED_BY(mutex_);
};

// Answers what it is told, by parent, in pages as large as asked for.
class FakeHistory : public common::v1::HistoryService::Service {
 public:
  grpc::Status ListRevisions(grpc::ServerContext* context,
                             const common::v1::ListRevisionsRequest* request,
                             common::v1::ListRevisionsResponse* response) override;

  grpc::Status fault;
  std::map<std::string, std::vector<common::v1::Revision>> revisions;
};

// Reads scorecards from the service over the two fakes.
class ScorecardsTest : public ::testing::Test {
 protected:
  static v1::GetScorecardRequest Asking(const std::string& quarter = "2021-Q1") {
    v1::GetScorecardRequest request;
    request.set_name(std::string(kPlan) + "/scorecards/" + quarter);
    return request;
  }

  absl::StatusOr<v1::Scorecard> Get(const v1::GetScorecardRequest& request = Asking()) {
    return reporting_->Get(request);
  }

  static const v1::ScorecardIndicator& Visits(const v1::Scorecard& card) {
    return card.result().root().children(0).indicators(0);
  }

  absl::Time now_ = absl::FromCivil(absl::CivilSecond(2021, 6, 1, 12, 0, 0), absl::UTCTimeZone());
  FakePlanService plan_;
  FakeIndicatorService indicator_;
  FakeHistory plan_history_;
  FakeHistory indicator_history_;
  std::unique_ptr<grpc::Server> plan_server_ = Serve(plan_, plan_history_);
  std::unique_ptr<grpc::Server> indicator_server_ = Serve(indicator_, indicator_history_);
  std::unique_ptr<ReportingServer> reporting_ = std::make_unique<ReportingServer>(
      plan_server_->InProcessChannel({}), indicator_server_->InProcessChannel({}), &now_);
};

}  // namespace athena::reporting::testing

#endif  // ATHENA_SERVICES_REPORTING_SCORECARDS_TESTING_SCORECARDS_FIXTURE_H_
