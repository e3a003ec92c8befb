#ifndef ATHENA_SERVICES_ATHENACTL_TESTING_FAKE_SERVICES_H_
#define ATHENA_SERVICES_ATHENACTL_TESTING_FAKE_SERVICES_H_

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "athena/indicator/v1/indicator_service.pb.h"
#include "athena/plan/v1/follow_up_service.pb.h"
#include "athena/plan/v1/operations_service.pb.h"
#include "athena/plan/v1/plan_service.pb.h"
#include "athena/reporting/v1/reporting_service.pb.h"
#include "services/athenactl/testing/fake_service.h"

// Small services for tests, over real connections: they keep what they are told, count what
// changed, and refuse what a test asks them to refuse. Thread-safe.
namespace athena::athenactl::testing {

// Units whose parent unit does not exist are refused. An operational plan has the elements that its
// unit owns, whatever the year. Amounts of the budget line "unknown" are
// REJECTED, those of 2025 LOCKED without a correction_reason.
class FakePlan final : public FakeResources {
 public:
  FakePlan();
  ~FakePlan() override { Stop(); }

  // How many calls changed something.
  int changes() const { return static_cast<int>(calls().size()); }
  athena::plan::v1::Plan plan(const std::string& name) const;
  athena::plan::v1::Element element(const std::string& name) const;
  athena::plan::v1::OperationalPlan operational_plan(const std::string& name) const;
  // The answer of ListDueProgressReports, and the last request for it.
  void SetDueReports(const athena::plan::v1::ListDueProgressReportsResponse& due);
  athena::plan::v1::ListDueProgressReportsRequest due_request() const;
  // The answer of GetPlanTree, and the last request for it.
  void SetTree(const athena::plan::v1::GetPlanTreeResponse& tree);
  athena::plan::v1::GetPlanTreeRequest tree_request() const;
  // The answers of ExportPlan and ImportPlan, and the last requests for them.
  void SetExport(const athena::plan::v1::ExportPlanResponse& exported);
  void SetImport(absl::StatusOr<athena::plan::v1::ImportPlanResponse> imported);
  athena::plan::v1::ExportPlanRequest export_request() const;
  athena::plan::v1::ImportPlanRequest import_request() const;
  // Who pushes amounts from now on; at first "somebody".
  void SetSender(const std::string& sender);
  // All pushes of amounts that were stored, replays too.
  std::vector<athena::plan::v1::SetBudgetAmountsRequest> amounts_pushes() const;
  // Amounts by "line quarter".
  std::map<std::string, athena::plan::v1::BudgetAmounts> amounts() const;

 private:
  void Complete(const std::string& field, Message* resource, status::FieldFaults* faults) override;
  absl::Status ActivatePlan(const athena::plan::v1::ActivatePlanRequest& request,
                            athena::plan::v1::Plan* response) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status DeriveOperationalPlan(const athena::plan::v1::DeriveOperationalPlanRequest& request,
                                     athena::plan::v1::DeriveOperationalPlanResponse* response)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // The method "SubmitProgressReport", which sets a state of the resource.
  void HandleVerb(const std::string& verb, const Message& resource, int state);
  absl::Status ListDueProgressReports(
      const athena::plan::v1::ListDueProgressReportsRequest& request,
      athena::plan::v1::ListDueProgressReportsResponse* response)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status GetPlanTree(const athena::plan::v1::GetPlanTreeRequest& request,
                           athena::plan::v1::GetPlanTreeResponse* response)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status ExportPlan(const athena::plan::v1::ExportPlanRequest& request, Answers* answers)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status ImportPlan(const athena::plan::v1::ImportPlanRequest& request,
                          athena::plan::v1::ImportPlanResponse* response)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status SetBudgetAmounts(const athena::plan::v1::SetBudgetAmountsRequest& request,
                                athena::plan::v1::SetBudgetAmountsResponse* response)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status ListBudgetAmounts(const athena::plan::v1::ListBudgetAmountsRequest& request,
                                 athena::plan::v1::ListBudgetAmountsResponse* response)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  athena::plan::v1::GetPlanTreeResponse tree_ ABSL_GUARDED_BY(mutex_);
  athena::plan::v1::GetPlanTreeRequest tree_request_ ABSL_GUARDED_BY(mutex_);
  athena::plan::v1::ExportPlanResponse export_ ABSL_GUARDED_BY(mutex_);
  athena::plan::v1::ExportPlanRequest export_request_ ABSL_GUARDED_BY(mutex_);
  absl::StatusOr<athena::plan::v1::ImportPlanResponse> import_ ABSL_GUARDED_BY(mutex_) =
      athena::plan::v1::ImportPlanResponse();
  athena::plan::v1::ImportPlanRequest import_request_ ABSL_GUARDED_BY(mutex_);
  std::string sender_ ABSL_GUARDED_BY(mutex_) = "somebody";
  std::vector<athena::plan::v1::SetBudgetAmountsRequest> amounts_pushes_ ABSL_GUARDED_BY(mutex_);
  // By push_id, and by "LINE QUARTER".
  std::map<std::string, athena::plan::v1::SetBudgetAmountsResponse> amounts_answers_
      ABSL_GUARDED_BY(mutex_);
  std::map<std::string, athena::plan::v1::BudgetAmountsRecord> amounts_ ABSL_GUARDED_BY(mutex_);
  athena::plan::v1::ListDueProgressReportsResponse due_reports_ ABSL_GUARDED_BY(mutex_);
  athena::plan::v1::ListDueProgressReportsRequest due_request_ ABSL_GUARDED_BY(mutex_);
};

// Pushes without REPLACE's deletions. Observations with a negative value are refused as out of
// range, indicators with more than 12 decimals and targets with a negative margin as invalid.
class FakeIndicator final : public FakeResources {
 public:
  FakeIndicator();
  ~FakeIndicator() override { Stop(); }

  // The next pushes are answered with these, the first one first; OK: as ever.
  void FailNext(std::vector<absl::Status> statuses);
  // The next push is answered with this.
  void AnswerNext(const athena::indicator::v1::PushObservationsResponse& answer);
  // Makes the past wrong: values as of a revision are 1 greater, and histories lack the last
  // revision of each cell; the audit log has a fault.
  void ForgetThePast();
  // The answer of QueryPeriodValues to a request for groups; others are counted up from 0.
  void SetGroups(const athena::indicator::v1::QueryPeriodValuesResponse& groups);
  std::vector<athena::indicator::v1::QueryPeriodValuesRequest> queries() const;
  // The time zone that an institution has set; empty: none.
  std::string time_zone(const std::string& institution) const;
  // What ListPushes answers; GetPush finds one of them, or one that was pushed.
  void SetPushes(const athena::indicator::v1::ListPushesResponse& pushes);
  // The answer of ListTargetVersions; until it is set, what was set by the method.
  void SetTargetVersions(const athena::indicator::v1::ListTargetVersionsResponse& versions);
  // The answer of GetCompleteness.
  void SetCompleteness(const athena::indicator::v1::GetCompletenessResponse& completeness);
  std::vector<athena::indicator::v1::GetCompletenessRequest> completeness_requests() const;

  // Who pushes from now on; at first "somebody".
  void SetSender(const std::string& sender);
  // Called when a push arrives, before it is answered.
  void OnPush(std::function<void()> call);

  int changes() const;
  // The observation of a key of cells(); an empty one where there is none.
  athena::indicator::v1::Observation cell(const std::string& key) const;
  // All pushes that arrived, also those that only checked.
  std::vector<athena::indicator::v1::PushObservationsRequest> pushes() const;
  // Value by "indicator period dim=code".
  std::map<std::string, double> cells() const;
  // The target in force of an indicator.
  athena::indicator::v1::Target target(const std::string& indicator) const;
  // All requests for a page of observations.
  std::vector<athena::indicator::v1::ListObservationsRequest> lists() const;

 private:
  void Note(const std::string& call) override;
  void Complete(const std::string& field, Message* resource, status::FieldFaults* faults) override;
  absl::Status BatchSetTargets(const athena::indicator::v1::BatchSetTargetsRequest& request,
                               athena::indicator::v1::BatchSetTargetsResponse* response)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status GetTarget(const athena::indicator::v1::GetTargetRequest& request,
                         athena::indicator::v1::Target* response)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status ListTargetVersions(const athena::indicator::v1::ListTargetVersionsRequest& request,
                                  athena::indicator::v1::ListTargetVersionsResponse* response)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status PushObservations(const athena::indicator::v1::PushObservationsRequest& request,
                                athena::indicator::v1::PushObservationsResponse* response)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status ListObservations(const athena::indicator::v1::ListObservationsRequest& request,
                                athena::indicator::v1::ListObservationsResponse* response)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status QueryPeriodValues(const athena::indicator::v1::QueryPeriodValuesRequest& request,
                                 Answers* answers) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status ListPushes(const athena::indicator::v1::ListPushesRequest& request,
                          athena::indicator::v1::ListPushesResponse* response)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status GetPush(const athena::indicator::v1::GetPushRequest& request,
                       athena::indicator::v1::Push* response) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status GetCompleteness(const athena::indicator::v1::GetCompletenessRequest& request,
                               athena::indicator::v1::GetCompletenessResponse* response)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Until it is set the zone is Europe/Brussels.
  absl::Status GetInstitutionSettings(
      const athena::indicator::v1::GetInstitutionSettingsRequest& request,
      athena::indicator::v1::InstitutionSettings* response) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status UpdateInstitutionSettings(
      const athena::indicator::v1::UpdateInstitutionSettingsRequest& request,
      athena::indicator::v1::InstitutionSettings* response) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status ClosePeriod(const athena::indicator::v1::ClosePeriodRequest& request,
                           athena::indicator::v1::Closing* response)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status ReopenPeriod(const athena::indicator::v1::ReopenPeriodRequest& request,
                            athena::indicator::v1::Closing* response)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status EndSeries(const athena::indicator::v1::EndSeriesRequest& request,
                         athena::indicator::v1::SeriesEnd* response)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status ListSeriesEnds(const athena::indicator::v1::ListSeriesEndsRequest& request,
                              athena::indicator::v1::ListSeriesEndsResponse* response)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  // The cell as it is; null when there is none, or it was taken back.
  const athena::indicator::v1::Observation* Cell(const std::string& key) const
      ABSL_SHARED_LOCKS_REQUIRED(mutex_);

  int changes_ ABSL_GUARDED_BY(mutex_) = 0;
  std::string sender_ ABSL_GUARDED_BY(mutex_) = "somebody";
  std::function<void()> on_push_ ABSL_GUARDED_BY(mutex_);
  std::vector<absl::Status> fail_next_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, athena::indicator::v1::Target> targets_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, athena::indicator::v1::Target> declared_targets_ ABSL_GUARDED_BY(mutex_);
  athena::indicator::v1::ListTargetVersionsResponse target_versions_ ABSL_GUARDED_BY(mutex_);
  std::vector<athena::indicator::v1::PushObservationsRequest> pushes_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, athena::indicator::v1::PushObservationsResponse> answers_
      ABSL_GUARDED_BY(mutex_);
  std::vector<athena::indicator::v1::ListObservationsRequest> lists_ ABSL_GUARDED_BY(mutex_);
  std::vector<athena::reporting::v1::GetBoardTableRequest> boards_ ABSL_GUARDED_BY(mutex_);
  athena::indicator::v1::ListPushesResponse stored_pushes_ ABSL_GUARDED_BY(mutex_);
  std::optional<athena::indicator::v1::PushObservationsResponse> answer_next_
      ABSL_GUARDED_BY(mutex_);
  bool forgetful_ ABSL_GUARDED_BY(mutex_) = false;
  athena::indicator::v1::QueryPeriodValuesResponse groups_ ABSL_GUARDED_BY(mutex_);
  std::vector<athena::indicator::v1::QueryPeriodValuesRequest> queries_ ABSL_GUARDED_BY(mutex_);
  athena::indicator::v1::GetCompletenessResponse completeness_ ABSL_GUARDED_BY(mutex_);
  std::vector<athena::indicator::v1::GetCompletenessRequest> completeness_requests_
      ABSL_GUARDED_BY(mutex_);
  // By "indicator period dim=code", the revisions of each cell.
  std::map<std::string, std::vector<athena::indicator::v1::ObservationRecord>> cells_
      ABSL_GUARDED_BY(mutex_);
};

// Answers every quarter of 2022 with the scorecard it was given, under the quarter's name; others
// are PERIOD_OUTSIDE_PLAN. Publications are what SetPublication says, under the name asked for; a
// list has one.
class FakeReporting final : public FakeResources {
 public:
  explicit FakeReporting(athena::reporting::v1::Scorecard scorecard);
  ~FakeReporting() override { Stop(); }

  std::vector<athena::reporting::v1::GetScorecardRequest> requests() const;
  std::vector<athena::reporting::v1::ListScorecardsRequest> lists() const;
  std::vector<athena::reporting::v1::ExplainScoreRequest> explanations() const;
  std::vector<athena::reporting::v1::CompareScorecardsRequest> comparisons() const;
  std::vector<athena::reporting::v1::GetBoardTableRequest> boards() const;
  void SetPublication(const athena::reporting::v1::Publication& publication,
                      const std::string& document);
  void SetVerdict(const athena::reporting::v1::VerifyPublicationResponse& verdict);
  std::vector<athena::reporting::v1::PublishScorecardRequest> publish_requests() const;
  // The names and parents that publications were asked for by, in their order.
  std::vector<std::string> asked() const;

 private:
  absl::Status PublishScorecard(const athena::reporting::v1::PublishScorecardRequest& request,
                                athena::reporting::v1::Publication* response)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status GetPublication(const athena::reporting::v1::GetPublicationRequest& request,
                              athena::reporting::v1::Publication* response)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status ListPublications(const athena::reporting::v1::ListPublicationsRequest& request,
                                athena::reporting::v1::ListPublicationsResponse* response)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // In two parts.
  absl::Status DownloadPublication(const athena::reporting::v1::DownloadPublicationRequest& request,
                                   Answers* answers) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status VerifyPublication(const athena::reporting::v1::VerifyPublicationRequest& request,
                                 athena::reporting::v1::VerifyPublicationResponse* response)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status GetScorecard(const athena::reporting::v1::GetScorecardRequest& request,
                            athena::reporting::v1::Scorecard* response)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  // A score of the plan for each quarter: 50 and its place in the list.
  absl::Status ListScorecards(const athena::reporting::v1::ListScorecardsRequest& request,
                              athena::reporting::v1::ListScorecardsResponse* response)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  // One step; one difference.
  absl::Status ExplainScore(const athena::reporting::v1::ExplainScoreRequest& request,
                            athena::reporting::v1::Explanation* response)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status CompareScorecards(const athena::reporting::v1::CompareScorecardsRequest& request,
                                 athena::reporting::v1::ScorecardComparison* response)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  // A board table of nothing but the request's quarter.
  absl::Status GetBoardTable(const athena::reporting::v1::GetBoardTableRequest& request,
                             athena::reporting::v1::BoardTable* response)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const athena::reporting::v1::Scorecard scorecard_;
  athena::reporting::v1::Publication publication_ ABSL_GUARDED_BY(mutex_);
  std::string document_ ABSL_GUARDED_BY(mutex_);
  athena::reporting::v1::VerifyPublicationResponse verdict_ ABSL_GUARDED_BY(mutex_);
  std::vector<athena::reporting::v1::PublishScorecardRequest> publish_requests_
      ABSL_GUARDED_BY(mutex_);
  std::vector<std::string> asked_ ABSL_GUARDED_BY(mutex_);
  std::vector<athena::reporting::v1::ExplainScoreRequest> explanations_ ABSL_GUARDED_BY(mutex_);
  std::vector<athena::reporting::v1::CompareScorecardsRequest> comparisons_ ABSL_GUARDED_BY(mutex_);
  std::vector<athena::reporting::v1::GetBoardTableRequest> boards_ ABSL_GUARDED_BY(mutex_);
  std::vector<athena::reporting::v1::ListScorecardsRequest> lists_ ABSL_GUARDED_BY(mutex_);
  std::vector<athena::reporting::v1::GetScorecardRequest> requests_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace athena::athenactl::testing

#endif  // ATHENA_SERVICES_ATHENACTL_TESTING_FAKE_SERVICES_H_
