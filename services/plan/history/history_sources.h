#ifndef ATHENA_SERVICES_PLAN_HISTORY_HISTORY_SOURCES_H_
#define ATHENA_SERVICES_PLAN_HISTORY_HISTORY_SOURCES_H_

#include "libs/history/history.h"
#include "libs/resource/resources.h"

namespace athena::plan {

// What the history of the plan service has: the resources of all kinds. `resources` outlives it.
history::Contents HistoryContents(const resource::Resources& resources);

}  // namespace athena::plan

#endif  // ATHENA_SERVICES_PLAN_HISTORY_HISTORY_SOURCES_H_
