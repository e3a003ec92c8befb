#ifndef ATHENA_SERVICES_INDICATOR_QUARTERS_SERIES_ENDS_H_
#define ATHENA_SERVICES_INDICATOR_QUARTERS_SERIES_ENDS_H_

#include "absl/status/statusor.h"
#include "athena/indicator/v1/series_end.pb.h"
#include "libs/daemon/institution_wakeups.h"
#include "libs/paging/page_tokens.h"
#include "libs/resource/resources.h"
#include "libs/rpc/call.h"
#include "services/indicator/model/catalog.h"

namespace athena::indicator {

// Ends of series: declarations that a series will have no more values. No kind of libs/resource:
// EndSeries both creates and changes, and the series it names must exist. Thread-safe.
class SeriesEnds {
 public:
  // `wakeups` is notified after each change. The arguments outlive this.
  SeriesEnds(const resource::Resources& resources, Catalog& catalog, const PageTokens& tokens,
             daemon::InstitutionWakeups& wakeups)
      : resources_(resources), catalog_(catalog), tokens_(tokens), wakeups_(wakeups) {}

  // EndSeries.
  absl::StatusOr<v1::SeriesEnd> End(const rpc::Call& call,
                                    const v1::EndSeriesRequest& request) const;
  // ListSeriesEnds.
  absl::StatusOr<v1::ListSeriesEndsResponse> List(const rpc::Call& call,
                                                  const v1::ListSeriesEndsRequest& request) const;

 private:
  const resource::Resources& resources_;
  Catalog& catalog_;
  const PageTokens& tokens_;
  daemon::InstitutionWakeups& wakeups_;
};

}  // namespace athena::indicator

#endif  // ATHENA_SERVICES_INDICATOR_QUARTERS_SERIES_ENDS_H_
