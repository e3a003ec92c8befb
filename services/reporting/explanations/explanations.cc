#include "services/reporting/explanations/explanations.h"

#include <map>
#include <string>

#include "libs/status/macros.h"
#include "libs/status/status.h"
#include "services/reporting/errors.h"
#include "services/reporting/explanations/evidence.h"
#include "services/reporting/explanations/link_steps.h"
#include "services/reporting/explanations/node_steps.h"
#include "services/reporting/explanations/speaker.h"
#include "services/reporting/limits.h"
#include "services/reporting/scorecards/validate.h"

namespace athena::reporting {
namespace {

// The index of the link of an element.
absl::StatusOr<int> LinkOf(const plan::v1::Element& element, const ExplanationRequest& request) {
  for (int i = 0; i < element.indicators_size(); ++i) {
    const plan::v1::IndicatorLink& link = element.indicators(i);
    if (link.indicator() != request.indicator) continue;
    const std::map<std::string, std::string> slice(link.slice().begin(), link.slice().end());
    if (slice == request.slice) return i;
  }
  return status::NotFound(request.indicator);
}

}  // namespace

absl::StatusOr<v1::Explanation> Explanations::Explain(const rpc::Call& call,
                                                      const v1::ExplainScoreRequest& message) {
  ATHENA_ASSIGN_OR_RETURN(ExplanationRequest request, Validate(message, scorecards_.Now()));
  ATHENA_RETURN_IF_ERROR(scorecards_.Resolve(call, &request.read).status());
  ATHENA_ASSIGN_OR_RETURN(const Scorecards::Read read, scorecards_.ReadPlan(call, request.read));
  const ScoredPlan& plan = *read.plan;
  ATHENA_ASSIGN_OR_RETURN(const int node, NodeOf(*plan.tree, request.element));

  v1::Explanation explanation;
  const Speaker speaker(plan, request.language);
  explanation.set_name(request.name);
  explanation.set_period(plan.quarter.ToString());
  explanation.set_element(request.element);
  explanation.set_language(std::string(TagOf(speaker.language())));
  *explanation.mutable_basis() = read.basis;
  if (node >= 0) explanation.set_code(plan.tree->elements[node]->code());
  if (request.indicator.empty()) {
    speaker.titles().Pick(node < 0 ? plan.tree->plan().title() : plan.tree->elements[node]->title(),
                          explanation.mutable_title(), explanation.mutable_title_language());
    ExplainNode(speaker, node, &explanation);
  } else {
    ATHENA_ASSIGN_OR_RETURN(const int link, LinkOf(*plan.tree->elements[node], request));
    explanation.set_indicator(request.indicator);
    explanation.mutable_slice()->insert(request.slice.begin(), request.slice.end());
    speaker.titles().Pick(plan.values->definitions[plan.tree->links[node][link]]->title,
                          explanation.mutable_title(), explanation.mutable_title_language());
    ATHENA_ASSIGN_OR_RETURN(const Evidence evidence,
                            ReadEvidence(scorecards_.dependencies(), call, plan, read.basis, node,
                                         link, speaker.titles()));
    ExplainLink(speaker, node, link, evidence, &explanation);
  }
  if (explanation.ByteSizeLong() > kMaxAnswerBytes) {
    return AnswerTooLarge(explanation.ByteSizeLong());
  }
  return explanation;
}

}  // namespace athena::reporting
