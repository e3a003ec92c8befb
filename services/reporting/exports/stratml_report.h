#ifndef ATHENA_SERVICES_REPORTING_EXPORTS_STRATML_REPORT_H_
#define ATHENA_SERVICES_REPORTING_EXPORTS_STRATML_REPORT_H_

#include <string>

#include "services/reporting/exports/exported.h"

namespace athena::reporting {

// The scorecard as a Performance_Report, as v1::EXPORT_FORMAT_STRATML says. Pure and thread-safe.
std::string WriteReport(const Exported& exported);

}  // namespace athena::reporting

#endif  // ATHENA_SERVICES_REPORTING_EXPORTS_STRATML_REPORT_H_
