#ifndef ATHENA_SERVICES_REPORTING_EXPORTS_PAGE_PAGE_H_
#define ATHENA_SERVICES_REPORTING_EXPORTS_PAGE_PAGE_H_

#include <string>

#include "services/reporting/exports/exported.h"

namespace athena::reporting {

// The scorecard as a page for people, as v1::EXPORT_FORMAT_HTML says. Pure and thread-safe.
std::string WritePage(const Exported& exported);

}  // namespace athena::reporting

#endif  // ATHENA_SERVICES_REPORTING_EXPORTS_PAGE_PAGE_H_
