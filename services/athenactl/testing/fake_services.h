#ifndef ATHENA_SERVICES_ATHENACTL_TESTING_FAKE_SERVICES_H_
#define ATHENA_SERVICES_ATHENACTL_TESTING_FAKE_SERVICES_H_

#include <grpcpp/grpcpp.h>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "athena/indicator/v1/indicator_service.grpc.pb.h"
#include "athena/plan/v1/plan_service.grpc.pb.h"
#include "athena/reporting/v1/reporting_service.grpc.pb.h"

// Services small enough to see through, over real connections: they keep what they are told as it
// is, in maps, count what changed, and refuse what a test asks them to refuse. Thread-safe.
namespace athena::athenactl::testing {

class FakePlan final : public athena::plan::v1::PlanService::Service {
 public:
  // How many calls changed something.
  int changes() const;
  athena::plan::v1::Plan plan(const std::string& name) const;
  std::vector<std::string> calls() const;

  grpc::Status CreateInstitution(grpc::ServerContext* context,
                                 const athena::plan::v1::CreateInstitutionRequest* request,
                                 athena::plan::v1::Institution* response) override;
  grpc::Status GetInstitution(grpc::ServerContext* context,
                              const athena::plan::v1::GetInstitutionRequest* request,
                              athena::plan::v1::Institution* response) override;
  grpc::Status ListInstitutions(grpc::ServerContext* context,
                                const athena::plan::v1::ListInstitutionsRequest* request,
                                athena::plan::v1::ListInstitutionsResponse* response) override;
  grpc::Status UpdateInstitution(grpc::ServerContext* context,
                                 const athena::plan::v1::UpdateInstitutionRequest* request,
                                 athena::plan::v1::Institution* response) override;
  grpc::Status CreateUnit(grpc::ServerContext* context,
                          const athena::plan::v1::CreateUnitRequest* request,
                          athena::plan::v1::Unit* response) override;
  grpc::Status ListUnits(grpc::ServerContext* context,
                         const athena::plan::v1::ListUnitsRequest* request,
                         athena::plan::v1::ListUnitsResponse* response) override;
  grpc::Status UpdateUnit(grpc::ServerContext* context,
                          const athena::plan::v1::UpdateUnitRequest* request,
                          athena::plan::v1::Unit* response) override;
  grpc::Status CreatePlan(grpc::ServerContext* context,
                          const athena::plan::v1::CreatePlanRequest* request,
                          athena::plan::v1::Plan* response) override;
  grpc::Status ListPlans(grpc::ServerContext* context,
                         const athena::plan::v1::ListPlansRequest* request,
                         athena::plan::v1::ListPlansResponse* response) override;
  grpc::Status ActivatePlan(grpc::ServerContext* context,
                            const athena::plan::v1::ActivatePlanRequest* request,
                            athena::plan::v1::Plan* response) override;
  grpc::Status BatchCreateElements(
      grpc::ServerContext* context, const athena::plan::v1::BatchCreateElementsRequest* request,
      athena::plan::v1::BatchCreateElementsResponse* response) override;
  grpc::Status ListElements(grpc::ServerContext* context,
                            const athena::plan::v1::ListElementsRequest* request,
                            athena::plan::v1::ListElementsResponse* response) override;
  grpc::Status UpdateElement(grpc::ServerContext* context,
                             const athena::plan::v1::UpdateElementRequest* request,
                             athena::plan::v1::Element* response) override;
  grpc::Status MoveElement(grpc::ServerContext* context,
                           const athena::plan::v1::MoveElementRequest* request,
                           athena::plan::v1::Element* response) override;

 private:
  void Note(const std::string& call) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  mutable absl::Mutex mutex_;
  std::vector<std::string> calls_ ABSL_GUARDED_BY(mutex_);  // those that change something
  std::map<std::string, athena::plan::v1::Institution> institutions_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, athena::plan::v1::Unit> units_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, athena::plan::v1::Plan> plans_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, athena::plan::v1::Element> elements_ ABSL_GUARDED_BY(mutex_);
};

class FakeIndicator final : public athena::indicator::v1::IndicatorService::Service {
 public:
  // Every observation of a negative value is refused, as out of range.
  // The next pushes are answered with these instead, the first one first; OK: as ever.
  void FailNext(std::vector<grpc::Status> statuses);

  // The next push is answered with this.
  void AnswerNext(const athena::indicator::v1::PushObservationsResponse& answer);
  // What is known of the past is wrong from now on: values as of a revision are 1 greater, and
  // histories lack the last revision of each cell.
  void ForgetThePast();
  // What GetCompleteness answers.
  // What QueryPeriodValues answers to whoever asks for groups; others are counted up from 0.
  void SetGroups(const athena::indicator::v1::QueryPeriodValuesResponse& groups);
  std::vector<athena::indicator::v1::QueryPeriodValuesRequest> queries() const;
  void SetCompleteness(const athena::indicator::v1::GetCompletenessResponse& completeness);
  std::vector<athena::indicator::v1::GetCompletenessRequest> completeness_requests() const;

  int changes() const;
  // All pushes that arrived, checks too.
  std::vector<athena::indicator::v1::PushObservationsRequest> pushes() const;
  // Value by "indicator period dim=code".
  std::map<std::string, double> cells() const;
  // The target in force of an indicator; margins below 0 are refused.
  athena::indicator::v1::Target target(const std::string& indicator) const;
  // All requests for a page of observations.
  std::vector<athena::indicator::v1::ListObservationsRequest> lists() const;

  grpc::Status BatchCreateIndicators(
      grpc::ServerContext* context,
      const athena::indicator::v1::BatchCreateIndicatorsRequest* request,
      athena::indicator::v1::BatchCreateIndicatorsResponse* response) override;
  grpc::Status GetIndicator(grpc::ServerContext* context,
                            const athena::indicator::v1::GetIndicatorRequest* request,
                            athena::indicator::v1::Indicator* response) override;
  grpc::Status ListIndicators(grpc::ServerContext* context,
                              const athena::indicator::v1::ListIndicatorsRequest* request,
                              athena::indicator::v1::ListIndicatorsResponse* response) override;
  grpc::Status UpdateIndicator(grpc::ServerContext* context,
                               const athena::indicator::v1::UpdateIndicatorRequest* request,
                               athena::indicator::v1::Indicator* response) override;
  grpc::Status BatchSetTargets(grpc::ServerContext* context,
                               const athena::indicator::v1::BatchSetTargetsRequest* request,
                               athena::indicator::v1::BatchSetTargetsResponse* response) override;
  grpc::Status GetTarget(grpc::ServerContext* context,
                         const athena::indicator::v1::GetTargetRequest* request,
                         athena::indicator::v1::Target* response) override;
  grpc::Status PushObservations(grpc::ServerContext* context,
                                const athena::indicator::v1::PushObservationsRequest* request,
                                athena::indicator::v1::PushObservationsResponse* response) override;
  // Two a page, so that a reader must follow the tokens; of all periods that are not before the
  // first nor after the last one as texts (2021-02 is not after 2021); every institution has the
  // same cells.
  grpc::Status ListObservations(grpc::ServerContext* context,
                                const athena::indicator::v1::ListObservationsRequest* request,
                                athena::indicator::v1::ListObservationsResponse* response) override;
  // The same value for every selection and quarter, their number.
  grpc::Status QueryPeriodValues(
      grpc::ServerContext* context, const athena::indicator::v1::QueryPeriodValuesRequest* request,
      grpc::ServerWriter<athena::indicator::v1::QueryPeriodValuesResponse>* writer) override;
  grpc::Status GetCompleteness(grpc::ServerContext* context,
                               const athena::indicator::v1::GetCompletenessRequest* request,
                               athena::indicator::v1::GetCompletenessResponse* response) override;
  grpc::Status ClosePeriod(grpc::ServerContext* context,
                           const athena::indicator::v1::ClosePeriodRequest* request,
                           athena::indicator::v1::Closing* response) override;
  grpc::Status ReopenPeriod(grpc::ServerContext* context,
                            const athena::indicator::v1::ReopenPeriodRequest* request,
                            athena::indicator::v1::Closing* response) override;
  grpc::Status ListClosings(grpc::ServerContext* context,
                            const athena::indicator::v1::ListClosingsRequest* request,
                            athena::indicator::v1::ListClosingsResponse* response) override;

 private:
  // The cell as it is; null when there is none, or it was taken back.
  const athena::indicator::v1::Observation* Cell(const std::string& key) const
      ABSL_SHARED_LOCKS_REQUIRED(mutex_);

  mutable absl::Mutex mutex_;
  int changes_ ABSL_GUARDED_BY(mutex_) = 0;
  std::vector<grpc::Status> fail_next_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, athena::indicator::v1::Indicator> indicators_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, athena::indicator::v1::Target> targets_ ABSL_GUARDED_BY(mutex_);
  std::vector<athena::indicator::v1::PushObservationsRequest> pushes_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, athena::indicator::v1::PushObservationsResponse> answers_
      ABSL_GUARDED_BY(mutex_);
  std::vector<athena::indicator::v1::ListObservationsRequest> lists_ ABSL_GUARDED_BY(mutex_);
  std::optional<athena::indicator::v1::PushObservationsResponse> answer_next_
      ABSL_GUARDED_BY(mutex_);
  bool forgetful_ ABSL_GUARDED_BY(mutex_) = false;
  athena::indicator::v1::QueryPeriodValuesResponse groups_ ABSL_GUARDED_BY(mutex_);
  std::vector<athena::indicator::v1::QueryPeriodValuesRequest> queries_ ABSL_GUARDED_BY(mutex_);
  athena::indicator::v1::GetCompletenessResponse completeness_ ABSL_GUARDED_BY(mutex_);
  std::vector<athena::indicator::v1::GetCompletenessRequest> completeness_requests_
      ABSL_GUARDED_BY(mutex_);
  std::map<std::string, athena::indicator::v1::Closing> closings_ ABSL_GUARDED_BY(mutex_);
  // By "indicator period dim=code", the revisions of each cell.
  std::map<std::string, std::vector<athena::indicator::v1::ObservationRecord>> cells_
      ABSL_GUARDED_BY(mutex_);
};

// Answers every quarter of 2022 with the scorecard it was given, under the quarter's name; others
// are PERIOD_OUTSIDE_PLAN.
class FakeReporting final : public athena::reporting::v1::ReportingService::Service {
 public:
  explicit FakeReporting(athena::reporting::v1::Scorecard scorecard)
      : scorecard_(std::move(scorecard)) {}

  std::vector<athena::reporting::v1::GetScorecardRequest> requests() const;

  grpc::Status GetScorecard(grpc::ServerContext* context,
                            const athena::reporting::v1::GetScorecardRequest* request,
                            athena::reporting::v1::Scorecard* response) override;

 private:
  const athena::reporting::v1::Scorecard scorecard_;
  mutable absl::Mutex mutex_;
  std::vector<athena::reporting::v1::GetScorecardRequest> requests_ ABSL_GUARDED_BY(mutex_);
};

// Serves one service on a free port of the loopback interface until it goes.
class Served {
 public:
  explicit Served(grpc::Service& service);
  ~Served() { server_->Shutdown(); }
  std::string address() const;

 private:
  int port_ = 0;
  std::unique_ptr<grpc::Server> server_;
};

}  // namespace athena::athenactl::testing

#endif  // ATHENA_SERVICES_ATHENACTL_TESTING_FAKE_SERVICES_H_
