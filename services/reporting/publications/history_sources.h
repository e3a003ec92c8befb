#ifndef ATHENA_SERVICES_REPORTING_PUBLICATIONS_HISTORY_SOURCES_H_
#define ATHENA_SERVICES_REPORTING_PUBLICATIONS_HISTORY_SOURCES_H_

#include "absl/types/span.h"
#include "libs/audit/verify.h"
#include "libs/history/history.h"

namespace athena::reporting {

// What the history of the reporting service has: publications, for the roles of their institution.
// `records` outlive it.
history::Contents HistoryContents(absl::Span<const audit::Records> records);

}  // namespace athena::reporting

#endif  // ATHENA_SERVICES_REPORTING_PUBLICATIONS_HISTORY_SOURCES_H_
