#ifndef ATHENA_SERVICES_REPORTING_EXPLANATIONS_IMPROVEMENT_MESSAGE_H_
#define ATHENA_SERVICES_REPORTING_EXPLANATIONS_IMPROVEMENT_MESSAGE_H_

#include "athena/reporting/v1/explanation.pb.h"
#include "services/reporting/explanations/speaker.h"
#include "services/reporting/rules/explanation/improvements.h"

// What would make it GREEN, as the contract's messages. Pure.
namespace athena::reporting {

// Of an element, or of the plan (-1).
v1::Improvement ImprovementMessage(const Speaker& speaker, int node,
                                   const Improvement& improvement);

// Of a link of an element.
v1::Improvement LinkImprovementMessage(const Speaker& speaker, int element, int link,
                                       const Improvement& improvement);

}  // namespace athena::reporting

#endif  // ATHENA_SERVICES_REPORTING_EXPLANATIONS_IMPROVEMENT_MESSAGE_H_
