#ifndef ATHENA_SERVICES_REPORTING_REPORTING_RPC_H_
#define ATHENA_SERVICES_REPORTING_REPORTING_RPC_H_

#include "libs/rpc/method.h"
#include "services/reporting/comparisons/comparisons.h"
#include "services/reporting/explanations/explanations.h"
#include "services/reporting/scorecards/scorecards.h"

namespace athena::reporting {

// The RPCs of athena.reporting.v1.ReportingService, with who may call them. The arguments outlive
// the table.
rpc::ServiceTable ReportingTable(Scorecards& scorecards, Explanations& explanations,
                                 Comparisons& comparisons);

}  // namespace athena::reporting

#endif  // ATHENA_SERVICES_REPORTING_REPORTING_RPC_H_
