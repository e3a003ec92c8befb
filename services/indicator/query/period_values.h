#ifndef ATHENA_SERVICES_INDICATOR_QUERY_PERIOD_VALUES_H_
#define ATHENA_SERVICES_INDICATOR_QUERY_PERIOD_VALUES_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "athena/indicator/v1/indicator_service.pb.h"
#include "libs/auth/principal.h"
#include "libs/clock/clock.h"
#include "libs/sql/database.h"
#include "services/indicator/model/catalog.h"
#include "services/indicator/query/period_values_answer.h"
#include "services/indicator/query/query_cache.h"
#include "services/indicator/query/query_graph.h"
#include "services/indicator/query/query_index.h"
#include "services/indicator/query/query_request.h"

namespace athena::indicator {

// QueryPeriodValues, from the request to the answer:
//
//  1. The request is validated, and its token decoded (query_request.h).
//  2. In one snapshot of the database the revision of each institution is fixed, the in-memory
//     index (query_index.h) brought up to it, and the graph of all that the selections depend on
//     built, or found in the cache (query_graph.h, query_cache.h).
//  3. The graph tells at which revision each selection last changed. With a token, what did not
//     change since is left out of the answer; when nothing did, the answer is not_modified.
//  4. Values are taken from the cache where they are still valid. For the rest, cells are read and
//     values computed (query_values.h), on two processors when they are many. These reads have
//     snapshots of their own and see the same data, since they read as of the revisions fixed in 2.
//  5. The answer is serialised part by part while the client reads (period_values_answer.h).
//
// Errors: those of ReadQueryRequest and BuildQueryGraph, FUTURE_AS_OF, and those of the database.
// Selections that the caller may not read are no error, but answered so one by one. Thread-safe.
class PeriodValues {
 public:
  // `zone`: of institutions that have set none. The arguments outlive this.
  PeriodValues(sql::Database& database, Catalog& catalog, const Clock& clock, absl::TimeZone zone)
      : database_(database), catalog_(catalog), clock_(clock), zone_(zone) {}

  // Asks `go_on` now and then while it reads and computes, and returns its error.
  absl::StatusOr<std::unique_ptr<PeriodValuesAnswer>> Query(
      const auth::Principal& principal, const v1::QueryPeriodValuesRequest& request,
      absl::FunctionRef<absl::Status()> go_on);

 private:
  // Steps 2 and 3: everything but the values. `last_changes` is set to QueryGraph::LastChange of
  // each root, or left empty for a query of the past.
  absl::Status Prepare(sql::ReadTx& tx, const auth::Principal& principal,
                       const QueryRequest& request, std::vector<InstitutionView>& views,
                       std::vector<int64_t>* last_changes, PeriodValuesContent* content);
  absl::Status SyncView(sql::ReadTx& tx, InstitutionView& view);
  // The time zone of the institution at the view's revision; the view is synchronised.
  absl::StatusOr<std::string> ZoneName(sql::ReadTx& tx, const InstitutionView& view) const;
  absl::StatusOr<std::shared_ptr<const QueryGraph>> GraphFor(
      const auth::Principal& principal, const QueryRequest& request,
      absl::Span<const InstitutionView> views);
  // Sets InstitutionView::last_closing where the graph has restricted nodes.
  absl::Status ReadLastClosings(sql::ReadTx& tx, const QueryGraph& graph,
                                std::vector<InstitutionView>& views) const;
  // Step 4. The cache is used with `last_changes` only.
  absl::Status ComputeValues(absl::Span<const InstitutionView> views,
                             const std::vector<int64_t>& last_changes,
                             absl::FunctionRef<absl::Status()> go_on, PeriodValuesContent* content);

  sql::Database& database_;
  Catalog& catalog_;
  const Clock& clock_;
  const absl::TimeZone zone_;
  QueryIndex index_;
  // The graphs of four plans of 10,000 indicators: about 30 MiB.
  QueryGraphCache graphs_{40'000};
  // The values of such a plan in a few quarters: about 20 MiB.
  ValueCache values_{50'000};
};

}  // namespace athena::indicator

#endif  // ATHENA_SERVICES_INDICATOR_QUERY_PERIOD_VALUES_H_
