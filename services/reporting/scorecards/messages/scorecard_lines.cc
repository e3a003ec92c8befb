#include "services/reporting/scorecards/messages/scorecard_lines.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/status/macros.h"
#include "services/reporting/scorecards/differences.h"
#include "services/reporting/scorecards/messages/languages.h"
#include "services/reporting/scorecards/messages/part_messages.h"

namespace athena::reporting {
namespace {

// A node and those below it, each before those below it: indices into the elements, -1 for the
// plan, with their levels.
void Collect(const Outcome& outcome, int node, int level, int depth,
             std::vector<std::pair<int, int>>* nodes) {
  nodes->emplace_back(node, level);
  if (depth <= 0) return;
  const NodeOutcome& of = node < 0 ? outcome.plan : outcome.elements[node];
  for (const int child : of.children) Collect(outcome, child, level + 1, depth - 1, nodes);
}

int LevelOf(const Plan& plan, int node) {
  int level = 0;
  for (; node >= 0; node = plan.elements[node].parent) ++level;
  return level;
}

}  // namespace

absl::StatusOr<v1::ListScorecardsResponse> ListMessage(const ScoredPlan& plan,
                                                       const ScorecardsRequest& request) {
  ATHENA_ASSIGN_OR_RETURN(const int root, NodeOf(*plan.tree, request.element));
  v1::ListScorecardsResponse response;
  const Languages languages(request.language, plan.tree->plan());
  std::vector<std::pair<int, int>> nodes;
  Collect(plan.outcome, root, LevelOf(plan.rules, root), request.depth, &nodes);
  for (const auto& [node, level] : nodes) {
    v1::ListedNode& listed = *response.add_nodes();
    listed.set_level(level);
    if (node < 0) {
      listed.set_name(plan.tree->plan().name());
      languages.Pick(plan.tree->plan().title(), listed.mutable_title(),
                     listed.mutable_title_language());
      continue;
    }
    const plan::v1::Element& element = *plan.tree->elements[node];
    listed.set_name(element.name());
    listed.set_code(element.code());
    languages.Pick(element.title(), listed.mutable_title(), listed.mutable_title_language());
  }
  const auto add = [&](const ScoredPlan& scored) {
    v1::ScorecardLine& line = *response.add_scorecards();
    line.set_period(scored.quarter.ToString());
    line.set_name(absl::StrCat(request.read.plan, "/scorecards/", line.period()));
    for (const auto& [node, level] : nodes) {
      *line.add_scores() = ScoreMessage(Place{&scored, node});
    }
  };
  for (const auto& [quarter, scored] : plan.compared) add(*scored);
  add(plan);
  return response;
}

}  // namespace athena::reporting
