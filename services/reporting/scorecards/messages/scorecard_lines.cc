#include "services/reporting/scorecards/messages/scorecard_lines.h"

#include "absl/strings/str_cat.h"
#include "libs/status/macros.h"
#include "services/reporting/scorecards/messages/contract_enums.h"
#include "services/reporting/scorecards/messages/numbers.h"

namespace athena::reporting {
namespace {

// Adds a node and those below it. `node` is an index into the elements; -1: the plan.
void AddScores(const ScoredPlan& plan, int node, int depth, v1::ScorecardLine* line) {
  const NodeOutcome& outcome = node < 0 ? plan.outcome.plan : plan.outcome.elements[node];
  v1::NodeScore& score = *line->add_nodes();
  score.set_name(node < 0 ? plan.tree->plan().name() : plan.tree->elements[node]->name());
  if (node >= 0) score.set_code(plan.tree->elements[node]->code());
  score.set_status(StatusOf(outcome.status));
  score.set_reason(ReasonOf(outcome.reason));
  Put(outcome.score, &score, &v1::NodeScore::mutable_score);
  if (outcome.coverage.has_value()) {
    *score.mutable_coverage()->mutable_share() = NumberOf(*outcome.coverage);
  }
  if (depth <= 0) return;
  for (const int child : outcome.children) AddScores(plan, child, depth - 1, line);
}

}  // namespace

absl::StatusOr<v1::ListScorecardsResponse> ListMessage(const ScoredPlan& plan,
                                                       const ScorecardsRequest& request) {
  ATHENA_ASSIGN_OR_RETURN(const int root, NodeOf(*plan.tree, request.element));
  v1::ListScorecardsResponse response;
  const auto add = [&](const ScoredPlan& scored) {
    v1::ScorecardLine& line = *response.add_scorecards();
    line.set_period(scored.quarter.ToString());
    line.set_name(absl::StrCat(request.read.plan, "/scorecards/", line.period()));
    AddScores(scored, root, request.depth, &line);
  };
  for (const auto& [quarter, scored] : plan.compared) add(*scored);
  add(plan);
  return response;
}

}  // namespace athena::reporting
