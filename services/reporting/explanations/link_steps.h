#ifndef ATHENA_SERVICES_REPORTING_EXPLANATIONS_LINK_STEPS_H_
#define ATHENA_SERVICES_REPORTING_EXPLANATIONS_LINK_STEPS_H_

#include "athena/reporting/v1/explanation.pb.h"
#include "services/reporting/explanations/evidence.h"
#include "services/reporting/explanations/speaker.h"

namespace athena::reporting {

// Adds the outcome of an element's link, the steps that led to it and what would make it GREEN. The
// definition is that of ReadEvidence. Pure.
void ExplainLink(const Speaker& speaker, int element, int link, const Evidence& evidence,
                 v1::Explanation* explanation);

}  // namespace athena::reporting

#endif  // ATHENA_SERVICES_REPORTING_EXPLANATIONS_LINK_STEPS_H_
