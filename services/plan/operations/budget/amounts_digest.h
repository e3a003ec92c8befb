#ifndef ATHENA_SERVICES_PLAN_OPERATIONS_BUDGET_AMOUNTS_DIGEST_H_
#define ATHENA_SERVICES_PLAN_OPERATIONS_BUDGET_AMOUNTS_DIGEST_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "libs/sql/database.h"
#include "services/plan/operations/budget/amounts_rules.h"

// What ties stored amounts to the journal: the entry of a push has the digest of what it stored.
namespace athena::plan {

// The journal's name for a push of amounts: that of the RPC.
inline constexpr std::string_view kSetBudgetAmounts = "SetBudgetAmounts";

// What one push stores: by line (id) and quarter (index of Period). Not thread-safe.
class PushedAmounts {
 public:
  void Add(std::string_view line, int64_t quarter, const QuarterAmounts& amounts) {
    lines_[std::string(line)][quarter] = amounts;
  }

  // Visits what the journal records of it, in order: each line by its id with its content; the
  // institution itself, an empty id without content, where nothing changes.
  void Visit(
      absl::FunctionRef<void(const std::string& line, const std::string& content)> visit) const;
  // The digest of the entry.
  std::string Digest(std::string_view institution) const;

 private:
  std::map<std::string, std::map<int64_t, QuarterAmounts>, std::less<>> lines_;
};

// The first push whose entry in the journal has another digest than what is stored of it, or the
// first amounts that are of no push; nullopt: there are none. Entries from before
// audit::kVersionsSchema are passed over. Asks `go_on` between transactions.
absl::StatusOr<std::optional<int64_t>> FirstAlteredAmounts(sql::Database& database,
                                                           std::string_view institution,
                                                           absl::FunctionRef<absl::Status()> go_on);

}  // namespace athena::plan

#endif  // ATHENA_SERVICES_PLAN_OPERATIONS_BUDGET_AMOUNTS_DIGEST_H_
