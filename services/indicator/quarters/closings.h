#ifndef ATHENA_SERVICES_INDICATOR_QUARTERS_CLOSINGS_H_
#define ATHENA_SERVICES_INDICATOR_QUARTERS_CLOSINGS_H_

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "athena/indicator/v1/closing.pb.h"
#include "libs/paging/page_tokens.h"
#include "libs/resource/resources.h"
#include "libs/rpc/call.h"
#include "services/indicator/model/catalog.h"

namespace athena::indicator {

// Closings of quarters. A closed quarter takes no observations without a correction reason
// (store/closing_store.h). No kind of libs/resource: a closing is made and changed by two verbs,
// whose outcome depends on its state. Thread-safe.
class Closings {
 public:
  // Days, and so quarters, begin and end in `zone`, unless the institution has set another one. The
  // arguments outlive this.
  Closings(const resource::Resources& resources, Catalog& catalog, const PageTokens& tokens,
           absl::TimeZone zone)
      : resources_(resources), catalog_(catalog), tokens_(tokens), zone_(zone) {}

  // ClosePeriod.
  absl::StatusOr<v1::Closing> Close(const rpc::Call& call,
                                    const v1::ClosePeriodRequest& request) const;
  // ReopenPeriod.
  absl::StatusOr<v1::Closing> Reopen(const rpc::Call& call,
                                     const v1::ReopenPeriodRequest& request) const;
  // ListClosings.
  absl::StatusOr<v1::ListClosingsResponse> List(const rpc::Call& call,
                                                const v1::ListClosingsRequest& request) const;

 private:
  const resource::Resources& resources_;
  Catalog& catalog_;
  const PageTokens& tokens_;
  const absl::TimeZone zone_;
};

}  // namespace athena::indicator

#endif  // ATHENA_SERVICES_INDICATOR_QUARTERS_CLOSINGS_H_
