#ifndef ATHENA_SERVICES_INDICATOR_HISTORY_HISTORY_SOURCES_H_
#define ATHENA_SERVICES_INDICATOR_HISTORY_HISTORY_SOURCES_H_

#include "libs/history/history.h"
#include "libs/resource/resources.h"
#include "services/indicator/model/catalog.h"

namespace athena::indicator {

// What the history of the indicator service has: indicators with their targets and ends of series,
// pushes with their counts, closings, settings. The arguments outlive it.
history::Contents HistoryContents(const resource::Resources& resources, Catalog& catalog);

}  // namespace athena::indicator

#endif  // ATHENA_SERVICES_INDICATOR_HISTORY_HISTORY_SOURCES_H_
