#ifndef ATHENA_SERVICES_INDICATOR_QUARTERS_COMPLETENESS_H_
#define ATHENA_SERVICES_INDICATOR_QUARTERS_COMPLETENESS_H_

#include <cstdint>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "athena/indicator/v1/completeness.pb.h"
#include "libs/clock/clock.h"
#include "libs/paging/page_tokens.h"
#include "libs/rpc/call.h"
#include "libs/sql/database.h"
#include "libs/versioned/store.h"
#include "services/indicator/model/catalog.h"

namespace athena::indicator {

// GetCompleteness: whether the values that were expected arrived, and in time (rules/timeliness.h).
// The first page measures every row, since it has the totals; the work is divided into short read
// transactions at one revision. Not on libs/resource: nothing is stored. Thread-safe.
class Completeness {
 public:
  // Days begin and end in `zone`, unless the institution has set another one. The arguments outlive
  // this.
  Completeness(sql::Database& database, Catalog& catalog, const PageTokens& tokens,
               const Clock& clock, absl::TimeZone zone)
      : store_(database), catalog_(catalog), tokens_(tokens), clock_(clock), zone_(zone) {}

  absl::StatusOr<v1::GetCompletenessResponse> Get(const rpc::Call& call,
                                                  const v1::GetCompletenessRequest& request) const;

  // How many expected values are overdue today, of all BASE indicators in use: those of the present
  // quarter and of the `quarters` - 1 before it. Asks `go_on` between its short transactions.
  absl::StatusOr<int64_t> CountOverdue(const std::string& institution, int quarters,
                                       absl::FunctionRef<absl::Status()> go_on) const;

 private:
  struct Question;
  absl::StatusOr<Question> ReadQuestion(const rpc::Call& call,
                                        const v1::GetCompletenessRequest& request) const;

  const versioned::Store store_;
  Catalog& catalog_;
  const PageTokens& tokens_;
  const Clock& clock_;
  const absl::TimeZone zone_;
};

}  // namespace athena::indicator

#endif  // ATHENA_SERVICES_INDICATOR_QUARTERS_COMPLETENESS_H_
