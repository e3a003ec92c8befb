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

// The feed of observations: which indicators each revision changed in which quarters. Functions run
// in the caller's transaction and keep no state.
namespace athena::indicator {

// (indicator, index of the quarter).
using QuarterChange = std::pair<std::string_view, int32_t>;

// Appends the changes of the transaction's revision to the feed, and records the revision as the
// last change of each (ReadChangesAfter in observation_store.h). `changes` are sorted, distinct and
// not empty; call it once for a revision. `institution` is a key (sql::InstitutionHead).
absl::Status RecordChanges(sql::WriteTx& tx, int64_t institution, int64_t revision,
                           absl::Span<const QuarterChange> changes);

// Records that the transaction's revision changed which observations of an indicator are expected,
// in every quarter (kEveryQuarter): cached answers about it are outdated.
absl::Status RecordChangeInEveryQuarter(sql::WriteTx& tx, int64_t institution, int64_t revision,
                                        std::string_view indicator);

// Visits the feed after a revision, by revision, at most `limit` of them. `institution` is an id.
absl::Status ReadFeed(sql::ReadTx& tx, std::string_view institution, int64_t after, int64_t limit,
                      absl::FunctionRef<absl::Status(v1::WatchObservationsResponse)> visit);

}  // namespace athena::indicator

#endif  // ATHENA_SERVICES_INDICATOR_STORE_FEED_STORE_H_
