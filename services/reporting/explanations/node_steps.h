#ifndef ATHENA_SERVICES_REPORTING_EXPLANATIONS_NODE_STEPS_H_
#define ATHENA_SERVICES_REPORTING_EXPLANATIONS_NODE_STEPS_H_

#include "athena/reporting/v1/explanation.pb.h"
#include "services/reporting/explanations/speaker.h"

namespace athena::reporting {

// Adds the outcome of an element, or of the plan (-1), the steps that led to it and what would make
// it GREEN. Pure.
void ExplainNode(const Speaker& speaker, int node, v1::Explanation* explanation);

}  // namespace athena::reporting

#endif  // ATHENA_SERVICES_REPORTING_EXPLANATIONS_NODE_STEPS_H_
