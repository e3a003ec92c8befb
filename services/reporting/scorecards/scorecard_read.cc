#include "services/reporting/scorecards/scorecard_read.h"

#include <optional>
#include <utility>
#include <vector>

#include "libs/fields/fields.h"
#include "libs/status/macros.h"
#include "libs/status/status.h"
#include "services/reporting/errors.h"
#include "services/reporting/limits.h"
#include "services/reporting/rules/scoring.h"

namespace athena::reporting {
namespace {

using indicator::v1::QueryPeriodValuesRequest;
using plan::v1::GetPlanTreeRequest;

// The day of the basis.
absl::CivilDay DateOf(const ReadRequest& read, const plan::v1::Institution& institution,
                      absl::Time now) {
  if (read.date.has_value()) return *read.date;
  if (read.basis.has_value()) {
    return *fields::DayOf(read.basis->date());
  }
  return absl::ToCivilDay(read.time.value_or(now), ZoneOf(institution));
}

GetPlanTreeRequest PlanRequest(const ReadRequest& read, const PlanTree* known) {
  GetPlanTreeRequest request;
  request.set_name(read.plan);
  if (read.time.has_value()) {
    *request.mutable_as_of()->mutable_time() = fields::TimestampOf(*read.time);
  }
  if (read.basis.has_value()) {
    request.mutable_as_of()->set_revision(read.basis->plan_revision());
    request.mutable_as_of()->set_lineage(read.basis->plan_lineage());
  }
  request.add_parts(GetPlanTreeRequest::PART_PROGRESS_REPORTS);
  if (read.quarters.trends) {  // what a whole scorecard and a board table show
    request.add_parts(GetPlanTreeRequest::PART_BUDGET);
    request.add_parts(GetPlanTreeRequest::PART_DECISIONS);
    request.add_parts(GetPlanTreeRequest::PART_PROCESSES);
    request.add_parts(GetPlanTreeRequest::PART_RISKS);
  }
  for (const Period& quarter : QuartersOfReports(read.quarters)) {
    request.add_quarters(quarter.ToString());
  }
  if (known != nullptr) request.set_if_newer_than(known->header().version_token());
  return request;
}

// Without selections and if_newer_than.
QueryPeriodValuesRequest ValuesRequest(const ReadRequest& read, const Quarters& quarters,
                                       const PlanTree& tree, absl::CivilDay date) {
  QueryPeriodValuesRequest request;
  for (const Period& quarter : quarters.Read()) request.add_periods(quarter.ToString());
  *request.mutable_basis_date() = fields::DateOf(date);
  if (read.time.has_value()) {
    *request.mutable_time() = fields::TimestampOf(*read.time);
  }
  if (read.basis.has_value()) {
    *request.mutable_revisions()->mutable_revisions() = read.basis->indicator_revisions();
    *request.mutable_revisions()->mutable_lineages() = read.basis->indicator_lineages();
  }
  if (const std::optional<absl::Time> original_at = OriginalAt(tree)) {
    *request.mutable_original_at() = fields::TimestampOf(*original_at);
  }
  return request;
}

// PERIOD_OUTSIDE_PLAN when no quarter is within the plan.
absl::StatusOr<Quarters> QuartersWithin(const plan::v1::Plan& plan, const ReadRequest& read) {
  const absl::StatusOr<Period> first = Period::Parse(plan.first_quarter());
  const absl::StatusOr<Period> last = Period::Parse(plan.last_quarter());
  if (!first.ok() || !last.ok()) return status::Internal("the plan has no first or last quarter");
  const std::optional<Quarters> quarters = QuartersOf(read.quarters, *first, *last);
  if (quarters.has_value()) return *quarters;
  return PeriodOutsidePlan(read.quarters.last.ToString(), plan.first_quarter(),
                           plan.last_quarter());
}

// Whether two plans make the same request of the indicator service.
bool SameRequest(const PlanTree& a, const PlanTree& b) {
  return a.keys == b.keys && OriginalAt(a) == OriginalAt(b) &&
         a.plan().first_quarter() == b.plan().first_quarter() &&
         a.plan().last_quarter() == b.plan().last_quarter();
}

}  // namespace

absl::StatusOr<std::shared_ptr<const ScoredPlan>> ScorecardRead::Run() {
  std::unique_ptr<Pending<PlanPart>> plan = readings_.ReadPlan(
      call_, PlanRequest(request_, known_ == nullptr ? nullptr : known_->tree.get()));
  if (known_ != nullptr) {
    ATHENA_RETURN_IF_ERROR(RequestValues(known_->tree));  // likely still right, so ask both at once
  }
  ATHENA_RETURN_IF_ERROR(AwaitPlan(*plan));
  ATHENA_RETURN_IF_ERROR(CheckDate());
  ATHENA_RETURN_IF_ERROR(AwaitValues());
  const bool unchanged = known_ != nullptr && tree_ == known_->tree && values_ == known_->read &&
                         date_ == known_->date;
  if (unchanged) return known_;
  return ScorePlan(quarters_, request_.quarters.trends, date_, tree_, values_, known_.get(),
                   [this] { return call_.StillWanted(); });
}

v1::Basis ScorecardRead::BasisOf() const {
  v1::Basis basis;
  *basis.mutable_date() = fields::DateOf(date_);
  basis.set_plan_revision(plan_revision_);
  for (const auto& [institution, revision] : revisions_) {
    (*basis.mutable_indicator_revisions())[institution] = revision;
  }
  basis.set_plan_lineage(plan_lineage_);
  basis.mutable_indicator_lineages()->insert(lineages_.begin(), lineages_.end());
  basis.set_engine_version(std::string(kEngineVersion));
  return basis;
}

absl::Status ScorecardRead::RequestValues(std::shared_ptr<const PlanTree> tree) {
  ATHENA_ASSIGN_OR_RETURN(quarters_, QuartersWithin(tree->plan(), request_));
  date_ = DateOf(request_, tree->header().institution(), now_);
  requested_for_ = std::move(tree);
  pending_ = nullptr;
  const size_t selections = requested_for_->keys.size();
  const size_t quarters = quarters_.Read().size();
  if (selections > kMaxSelections || selections * quarters > kMaxValues) {
    return PlanTooLarge(request_.plan, selections, quarters);
  }
  if (selections == 0) return absl::OkStatus();
  QueryPeriodValuesRequest request = ValuesRequest(request_, quarters_, *requested_for_, date_);
  requested_changes_ = known_ != nullptr && known_->values != nullptr && known_->date == date_ &&
                       SameRequest(*known_->tree, *requested_for_);
  if (requested_changes_) {
    request.set_if_newer_than(known_->values->version_token);
    request.set_changes_only(true);
  }
  pending_ = readings_.ReadValues(call_, requested_for_->selections, request);
  return absl::OkStatus();
}

absl::Status ScorecardRead::AwaitPlan(Pending<PlanPart>& pending) {
  ATHENA_ASSIGN_OR_RETURN(Parts<PlanPart> parts, pending.Await());
  const plan::v1::GetPlanTreeResponse::Header& header = (*parts.front())->header();
  plan_revision_ = header.revision();
  plan_lineage_ = header.lineage();
  if (header.not_modified()) {
    if (known_ == nullptr) return DependencyUnavailable("plan", "it answered not modified");
    tree_ = known_->tree;
    return absl::OkStatus();
  }
  ATHENA_ASSIGN_OR_RETURN(tree_, MakePlanTree(std::move(parts)));
  // The request that was made for the known plan still holds if this plan makes the same one.
  const bool holds = requested_for_ != nullptr && SameRequest(*requested_for_, *tree_) &&
                     date_ == DateOf(request_, tree_->header().institution(), now_);
  return holds ? absl::OkStatus() : RequestValues(tree_);
}

absl::Status ScorecardRead::CheckDate() const {
  const absl::TimeZone zone = ZoneOf(tree_->header().institution());
  if (request_.basis.has_value() && date_ > absl::ToCivilDay(now_, zone)) {
    return status::FutureAsOf(absl::FromCivil(date_, zone), now_);
  }
  return absl::OkStatus();
}

absl::Status ScorecardRead::AwaitValues() {
  if (pending_ == nullptr) return absl::OkStatus();
  ATHENA_ASSIGN_OR_RETURN(const Parts<ValuesPart> parts, pending_->Await());
  const indicator::v1::QueryPeriodValuesResponse::Header& header = (*parts.front())->header();
  revisions_.insert(header.revisions().begin(), header.revisions().end());
  lineages_.insert(header.lineages().begin(), header.lineages().end());
  if (header.not_modified()) {
    if (!requested_changes_) return DependencyUnavailable("indicator", "it answered not modified");
    values_ = WithTimeZones(known_->read, header);
    return absl::OkStatus();
  }
  std::vector<std::string> periods;
  for (const Period& quarter : quarters_.Read()) periods.push_back(quarter.ToString());
  ATHENA_ASSIGN_OR_RETURN(values_,
                          MergeValues(parts, tree_->keys.size(), periods,
                                      requested_changes_ ? known_->read : ValuesByPeriod()));
  return absl::OkStatus();
}

}  // namespace athena::reporting
