#ifndef ATHENA_SERVICES_INDICATOR_PERIOD_VALUES_H_
#define ATHENA_SERVICES_INDICATOR_PERIOD_VALUES_H_

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "athena/indicator/v1/indicator_service.pb.h"
#include "libs/auth/principal.h"
#include "libs/clock/clock.h"
#include "libs/sql/database.h"
#include "services/indicator/catalog.h"
#include "services/indicator/query_index.h"
#include "services/indicator/query_memo.h"
#include "services/indicator/query_plan.h"
#include "services/indicator/query_values.h"

namespace athena::indicator {

// The whole answer to a query, to be taken in parts. All that it needs is in memory: the snapshot
// it was read from is let go of. Used by one thread at a time.
class PeriodValuesAnswer {
 public:
  // Fills `part` (empty when called) up to about 1 MiB and returns true; false at the end. A
  // definition that is larger than that by itself is a part of its own.
  bool Next(v1::QueryPeriodValuesResponse* part);

 private:
  friend class PeriodValues;

  // Whether the answer has values of the next root.
  bool ListsNextRoot() const;

  v1::QueryPeriodValuesResponse::Header header_;
  QueryPlan plan_;
  std::optional<Period> end_quarter_;
  std::vector<SelectionValue> values_;  // of roots that are readable and valued, by root and period
  bool begun_ = false;
  size_t next_definition_ = 0;
  size_t next_root_ = 0;
  size_t next_period_ = 0;
  size_t next_value_ = 0;  // of the root's first period
};

// QueryPeriodValues. Thread-safe.
//
// From one snapshot: what selections depend on is planned first (query_plan.h). With a token of an
// earlier answer, what changed since is looked up for exactly that; else what was computed before
// and has not changed is taken from the memo, and for the rest cells are read and values computed.
class PeriodValues {
 public:
  // All that is referred to outlives this.
  PeriodValues(sql::Database& database, Catalog& catalog, const Clock& clock)
      : database_(database), catalog_(catalog), clock_(clock) {}

  absl::StatusOr<std::unique_ptr<PeriodValuesAnswer>> Query(
      const auth::Principal& principal, const v1::QueryPeriodValuesRequest& request);

 private:
  struct Question;

  static absl::StatusOr<Question> ReadQuestion(const v1::QueryPeriodValuesRequest& request,
                                               absl::Time now);
  absl::Status Answer(sql::ReadTx& tx, const auth::Principal& principal, Question& question,
                      PeriodValuesAnswer* answer);
  absl::Status Compute(sql::ReadTx& tx, bool use_memo, PeriodValuesAnswer* answer);

  sql::Database& database_;
  Catalog& catalog_;
  const Clock& clock_;
  QueryIndex index_;
  // A plan of 10,000 indicators and the quarter before; about 20 MiB.
  QueryMemo memo_{50'000};
};

}  // namespace athena::indicator

#endif  // ATHENA_SERVICES_INDICATOR_PERIOD_VALUES_H_
