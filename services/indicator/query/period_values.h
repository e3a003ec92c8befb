#ifndef ATHENA_SERVICES_INDICATOR_QUERY_PERIOD_VALUES_H_
#define ATHENA_SERVICES_INDICATOR_QUERY_PERIOD_VALUES_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "athena/indicator/v1/indicator_service.pb.h"
#include "libs/auth/principal.h"
#include "libs/clock/clock.h"
#include "libs/sql/database.h"
#include "services/indicator/model/catalog.h"
#include "services/indicator/query/query_index.h"
#include "services/indicator/query/query_memo.h"
#include "services/indicator/query/query_plan.h"
#include "services/indicator/query/query_plans.h"
#include "services/indicator/query/query_token.h"
#include "services/indicator/query/query_values.h"

namespace athena::indicator {

// The whole answer to a query, to be taken in parts. All that it needs is in memory: the snapshot
// it was read from is let go of. Used by one thread at a time.
class PeriodValuesAnswer {
 public:
  // Fills `part` (empty when called) with a serialised QueryPeriodValuesResponse of at most 1 MiB
  // and returns true; false at the end. A definition that is larger than that by itself is a part
  // of its own.
  bool Next(std::string* part);
  // Whether the last part has been given.
  bool Ended() const {
    return begun_ && (header_.not_modified() || next_root_ == plan_->roots.size());
  }

 private:
  friend class PeriodValues;

  bool LeavesOutDefinition(const QueryRoot& root) const {
    return !same_definition_.empty() && same_definition_[static_cast<size_t>(root.selection)];
  }
  bool LeavesOutValues(const QueryRoot& root) const {
    return !same_values_.empty() && same_values_[static_cast<size_t>(root.selection)];
  }
  // Whether values of a root are computed for the answer.
  bool Computes(const QueryRoot& root) const {
    return root.readable && root.valued && !LeavesOutValues(root);
  }
  // Whether the answer has values of the next root.
  bool ListsNextRoot() const;

  v1::QueryPeriodValuesResponse::Header header_;
  std::vector<InstitutionView> views_;
  std::shared_ptr<const QueryPlan> plan_;  // nullptr where nothing was modified
  std::vector<std::string> asked_;         // the plan's periods as texts
  std::optional<Period> end_quarter_;
  // By selection: what is left out, since it did not change. Empty: nothing is.
  std::vector<bool> same_definition_;
  std::vector<bool> same_values_;
  std::vector<SelectionValue> values_;  // of roots that are computed, by root and period
  bool begun_ = false;
  size_t next_definition_ = 0;
  size_t next_root_ = 0;
  size_t next_period_ = 0;
  size_t next_value_ = 0;  // of the root's first period
};

// QueryPeriodValues. Thread-safe.
//
// What selections depend on is planned first, from one snapshot (query_plan.h), or the plan of an
// earlier query like it is taken. With a token of an earlier answer, what changed since is looked
// up for exactly that, and a caller who keeps that answer is sent no more than that. What was
// computed before and has not changed is taken from the memo, and for the rest cells are read and
// values computed: in snapshots of their own, but at the revisions of the plan, at which they stay
// what they are.
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
  // Plans the answer; what it says is all there but for the values. `last_changes`: set to
  // QueryPlan::LastChange of each root, but of the past left empty.
  absl::Status Plan(sql::ReadTx& tx, const auth::Principal& principal, Question& question,
                    std::vector<int64_t>* last_changes, PeriodValuesAnswer* answer);
  // The plan of a question; one that was made before, if it still holds.
  absl::StatusOr<std::shared_ptr<const QueryPlan>> PlanOf(const auth::Principal& principal,
                                                          Question& question,
                                                          absl::Span<const InstitutionView> views);
  // Finds what did not change since `token`, to be left out. True, and the answer is not_modified,
  // when that is everything.
  static bool LeaveOutSame(const QueryToken& token, const std::vector<int64_t>& last_changes,
                           PeriodValuesAnswer* answer);
  // The values of the answer. The memo is not used without `last_changes`.
  absl::Status Compute(const std::vector<int64_t>& last_changes, PeriodValuesAnswer* answer);

  sql::Database& database_;
  Catalog& catalog_;
  const Clock& clock_;
  QueryIndex index_;
  // Two plans of 10,000 indicators: about 15 MiB.
  QueryPlans plans_{25'000};
  // A plan of 10,000 indicators and the quarter before; about 20 MiB.
  QueryMemo memo_{50'000};
};

}  // namespace athena::indicator

#endif  // ATHENA_SERVICES_INDICATOR_QUERY_PERIOD_VALUES_H_
