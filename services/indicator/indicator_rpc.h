#ifndef ATHENA_SERVICES_INDICATOR_INDICATOR_RPC_H_
#define ATHENA_SERVICES_INDICATOR_INDICATOR_RPC_H_

#include "libs/rpc/method.h"
#include "services/indicator/definitions/indicators.h"
#include "services/indicator/definitions/targets.h"
#include "services/indicator/ingest/pushes.h"
#include "services/indicator/observations/observation_feed.h"
#include "services/indicator/observations/observations.h"
#include "services/indicator/quarters/closings.h"
#include "services/indicator/quarters/completeness.h"
#include "services/indicator/quarters/series_ends.h"
#include "services/indicator/query/period_values.h"

namespace athena::indicator {

// What the RPCs are answered by.
struct Handlers {
  const Indicators& indicators;
  const Targets& targets;
  PeriodValues& values;
  Pushes& pushes;
  Observations& observations;
  const ObservationFeed& feed;
  const SeriesEnds& series_ends;
  Closings& closings;
  Completeness& completeness;
};

// The RPCs of athena.indicator.v1.IndicatorService, with who may call them. What `handlers` refers
// to outlives the table.
rpc::ServiceTable IndicatorTable(const Handlers& handlers);

}  // namespace athena::indicator

#endif  // ATHENA_SERVICES_INDICATOR_INDICATOR_RPC_H_
