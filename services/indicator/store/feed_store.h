#ifndef ATHENA_SERVICES_INDICATOR_STORE_FEED_STORE_H_
#define ATHENA_SERVICES_INDICATOR_STORE_FEED_STORE_H_

#include <cstdint>
#include <string_view>
#include <utility>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/types/span.h"
#include "athena/indicator/v1/indicator_service.pb.h"
#include "libs/sql/database.h"

// What each revision changed of observations. Functions run in the caller's transaction and keep no
// state.
namespace athena::indicator {

// (indicator, index of the quarter).
using QuarterChange = std::pair<std::string_view, int32_t>;

// Records what the revision under way changed: for those who watch, and as the last change of each
// (ReadChangesAfter in observation_store.h). At least one change, each once, in order; once for
// each revision. `institution` is a number.
absl::Status RecordChanges(sql::WriteTx& tx, int64_t institution, int64_t revision,
                           absl::Span<const QuarterChange> changes);

// Records that the revision under way changed what is expected of an indicator, whatever the
// quarter (kEveryQuarter): earlier answers about it no longer hold.
absl::Status RecordChangeInEveryQuarter(sql::WriteTx& tx, int64_t institution, int64_t revision,
                                        std::string_view indicator);

// Visits what the revisions after one changed, by revision, `limit` of them at most.
absl::Status ReadFeed(sql::ReadTx& tx, std::string_view institution, int64_t after, int64_t limit,
                      absl::FunctionRef<absl::Status(v1::WatchObservationsResponse)> visit);

}  // namespace athena::indicator

#endif  // ATHENA_SERVICES_INDICATOR_STORE_FEED_STORE_H_
