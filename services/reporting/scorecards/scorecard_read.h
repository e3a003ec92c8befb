#ifndef ATHENA_SERVICES_REPORTING_SCORECARDS_SCORECARD_READ_H_
#define ATHENA_SERVICES_REPORTING_SCORECARDS_SCORECARD_READ_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "athena/reporting/v1/scorecard.pb.h"
#include "libs/rpc/call.h"
#include "services/reporting/reading/dependencies.h"
#include "services/reporting/reading/period_values.h"
#include "services/reporting/reading/plan_tree.h"
#include "services/reporting/rules/quarters.h"
#include "services/reporting/scorecards/scored_plan.h"
#include "services/reporting/scorecards/validate.h"

namespace athena::reporting {

// One read of a scorecard from the plan and the indicator service. What is known from an earlier
// read saves time and bytes: both services are asked at once, each for what changed since. Not
// thread-safe.
class ScorecardRead {
 public:
  // `known` may be null. What is borrowed outlives the read.
  ScorecardRead(const Readings& readings, const rpc::Call& call, const ReadRequest& request,
                absl::Time now, std::shared_ptr<const ScoredPlan> known)
      : readings_(readings), call_(call), request_(request), now_(now), known_(std::move(known)) {}

  // Asks, waits and scores. Returns `known` itself when nothing has changed. Errors of the
  // dependencies, PERIOD_OUTSIDE_PLAN, PLAN_TOO_LARGE and FUTURE_AS_OF; CANCELLED or
  // DEADLINE_EXCEEDED soon after the call is no longer wanted.
  absl::StatusOr<std::shared_ptr<const ScoredPlan>> Run();

  // The basis of what Run returned.
  v1::Basis BasisOf() const;

 private:
  // Sends the request for the values of the tree's selections; pending_ is null when there are
  // none.
  absl::Status RequestValues(std::shared_ptr<const PlanTree> tree);
  absl::Status AwaitPlan(Pending<PlanPart>& pending);
  absl::Status CheckDate() const;
  absl::Status AwaitValues();

  const Readings& readings_;
  const rpc::Call& call_;
  const ReadRequest& request_;
  const absl::Time now_;
  const std::shared_ptr<const ScoredPlan> known_;

  absl::CivilDay date_;  // of the basis
  Quarters quarters_;    // of requested_for_
  // The request for values: the tree that it was made for, and whether it asks for what changed
  // since known_.
  std::shared_ptr<const PlanTree> requested_for_;
  std::unique_ptr<Pending<ValuesPart>> pending_;
  bool requested_changes_ = false;
  // The answers.
  std::shared_ptr<const PlanTree> tree_;
  ValuesByPeriod values_;
  int64_t plan_revision_ = 0;
  std::string plan_lineage_;
  // By institution.
  std::map<std::string, int64_t> revisions_;
  std::map<std::string, std::string> lineages_;
};

}  // namespace athena::reporting

#endif  // ATHENA_SERVICES_REPORTING_SCORECARDS_SCORECARD_READ_H_
