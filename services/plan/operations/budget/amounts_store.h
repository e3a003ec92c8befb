#ifndef ATHENA_SERVICES_PLAN_OPERATIONS_BUDGET_AMOUNTS_STORE_H_
#define ATHENA_SERVICES_PLAN_OPERATIONS_BUDGET_AMOUNTS_STORE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "libs/sql/database.h"
#include "services/plan/operations/budget/amounts_rules.h"

// The amounts of budget lines, every revision of them (table budget_amount), and the pushes that
// brought them (budget_push). Rows are inserted and never changed. Lines are ids, quarters indexes
// of Period, institutions their keys in the head. Functions keep no state.
namespace athena::plan {

struct AmountsKey {
  std::string_view line;
  int64_t quarter = 0;
};

// Amounts to store; empty ones retract.
struct AmountsWrite {
  AmountsKey key;
  QuarterAmounts amounts;
};

// The amounts of each key as they were at a revision, in the order of the keys; empty ones where
// there were none.
absl::StatusOr<std::vector<QuarterAmounts>> ReadAmounts(sql::ReadTx& tx, int64_t institution,
                                                        absl::Span<const AmountsKey> keys,
                                                        int64_t revision);

absl::Status InsertAmounts(sql::WriteTx& tx, int64_t revision,
                           absl::Span<const AmountsWrite> writes);

// The first quarter for which a line has amounts now; nullopt when there is none.
absl::StatusOr<std::optional<int64_t>> FirstQuarterWithAmounts(sql::ReadTx& tx, int64_t institution,
                                                               std::string_view line);

// One revision of the amounts of a line and quarter, with its push.
struct StoredAmounts {
  std::string line;
  int64_t quarter = 0;
  int64_t revision = 0;
  QuarterAmounts amounts;  // empty: they were retracted
  absl::Time time;
  std::string sender;
  std::string correction_reason;
};

// What a list asks for; both bounds of both ranges are included.
struct AmountsRange {
  std::string first_line;
  std::string last_line;
  int64_t first_quarter = 0;
  int64_t last_quarter = 0;
  int64_t revision = 0;          // as it was then
  bool include_history = false;  // every revision; else the last one, unless it retracts
  // Only what comes after this line, quarter and revision; nothing before it is looked at.
  std::string after_line;
  int64_t after_quarter = 0;
  int64_t after_revision = 0;
};

// Visits what is asked for, by line, quarter and revision, `limit` rows at most.
absl::Status VisitAmounts(sql::ReadTx& tx, int64_t institution, const AmountsRange& range,
                          int64_t limit, absl::FunctionRef<absl::Status(StoredAmounts)> visit);

// Visits every revision of all amounts, by revision.
absl::Status VisitAllAmounts(sql::ReadTx& tx, int64_t institution,
                             absl::FunctionRef<void(int64_t revision, std::string_view line,
                                                    int64_t quarter, const QuarterAmounts& amounts)>
                                 visit);

// A push that was stored.
struct StoredPush {
  int64_t revision = 0;
  std::string digest;    // of its content
  std::string response;  // v1::SetBudgetAmountsResponse, serialised
};

// The push of a sender by its id; nullopt when there is none.
absl::StatusOr<std::optional<StoredPush>> FindPush(sql::ReadTx& tx, int64_t institution,
                                                   std::string_view sender,
                                                   std::string_view push_id);
// Stores a push with the time of the transaction.
absl::Status InsertPush(sql::WriteTx& tx, std::string_view sender, std::string_view push_id,
                        std::string_view correction_reason, const StoredPush& push);

}  // namespace athena::plan

#endif  // ATHENA_SERVICES_PLAN_OPERATIONS_BUDGET_AMOUNTS_STORE_H_
