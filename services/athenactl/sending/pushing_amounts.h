#ifndef ATHENA_SERVICES_ATHENACTL_SENDING_PUSHING_AMOUNTS_H_
#define ATHENA_SERVICES_ATHENACTL_SENDING_PUSHING_AMOUNTS_H_

#include <cstdint>
#include <functional>
#include <string>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "athena/plan/v1/budget_amounts.pb.h"
#include "services/athenactl/files/amounts_file.h"
#include "services/athenactl/files/text/row_report.h"
#include "services/athenactl/resources/connections.h"

// Pushes amounts of budget lines, up to 10,000 rows at a time. The id of a push follows from its
// content (sending/pushes/push_id.h), so that a retry after a lost answer stores it once.
namespace athena::athenactl {

struct AmountsOptions {
  std::string institution;  // "institutions/gob"
  std::string id_prefix;    // see PushId
  bool partial = false;     // store the good rows of a push that has bad ones
  bool validate_only = false;
  std::string correction_reason;  // of changes in closed quarters; empty: there are none
  bool again = false;             // push what has changed since an earlier push of the same content
};

// The result of pushing rows. Each row of a finished push is counted once: in `counts`, as refused,
// held back, stored before or changed since.
struct AmountsReport {
  int64_t pushes = 0;                            // that were finished
  int64_t rows = 0;                              // of them
  athena::plan::v1::BudgetAmountsCounts counts;  // of what was stored, or would be
  RowFaults refused;
  int64_t rows_held_back = 0;  // good rows of a refused push
  int64_t rows_before = 0;     // stored by an earlier push of the same content, and still so
  // Stored by such a push, and changed since. The lines say by whom.
  RowFaults changed;
  // Why pushing ended early; OK: it did not. What was stored stays stored.
  absl::Status failure;
  bool interrupted = false;  // by Interruption

  // How many rows are stored now as the file says, or would be.
  int64_t RowsStored() const;
};

// Pushes all rows, and goes on with the next push after one that was refused for its rows; any
// other refusal ends it. Retries as SendPush does. Calls `progress` with the number of rows done
// after each push.
AmountsReport PushAmounts(const Connections& connections, absl::Span<const AmountsRow> rows,
                          const AmountsOptions& options,
                          const std::function<void(int64_t)>& progress);

}  // namespace athena::athenactl

#endif  // ATHENA_SERVICES_ATHENACTL_SENDING_PUSHING_AMOUNTS_H_
