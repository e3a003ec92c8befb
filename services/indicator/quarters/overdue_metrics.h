#ifndef ATHENA_SERVICES_INDICATOR_QUARTERS_OVERDUE_METRICS_H_
#define ATHENA_SERVICES_INDICATOR_QUARTERS_OVERDUE_METRICS_H_

#include <prometheus/family.h>
#include <prometheus/gauge.h>
#include <prometheus/registry.h>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <thread>

#include "absl/status/status.h"
#include "absl/synchronization/notification.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "libs/clock/clock.h"
#include "libs/sql/database.h"
#include "services/indicator/model/catalog.h"
#include "services/indicator/quarters/completeness.h"

namespace athena::indicator {

// The end, in `zone`, of the first day from `day` on by which values of a period are due: of the
// BASE indicators in use, the earliest. Nullopt when there is none.
std::optional<absl::Time> NextDue(const Definitions& definitions, absl::CivilDay day,
                                  absl::TimeZone zone);

// Exports, of all BASE indicators in use of an institution:
//   athena_overdue_cells                 how many expected values are due and have not arrived, in
//                                        the present quarter and the three before it
//   athena_report_due_timestamp_seconds  the end of the next day by which values are due (NextDue)
// Counted after the start, and every five minutes where the institution's revision or day is
// another one by then. Update is not thread-safe; it is called by a thread of its own after Start.
class OverdueMetrics {
 public:
  // The arguments outlive this. Days begin in `zone`, unless the institution has set another one.
  OverdueMetrics(sql::Database& database, Catalog& catalog, const Completeness& completeness,
                 const Clock& clock, absl::TimeZone zone, prometheus::Registry& registry);
  ~OverdueMetrics() { Stop(); }

  void Start();
  // Ends within some milliseconds. Idempotent; before the database is closed.
  void Stop();
  // Counts once.
  absl::Status Update();

 private:
  // What an institution was counted at.
  struct Counted {
    int64_t revision = 0;
    absl::CivilDay day;
  };

  sql::Database& database_;
  Catalog& catalog_;
  const Completeness& completeness_;
  const Clock& clock_;
  const absl::TimeZone zone_;
  prometheus::Family<prometheus::Gauge>& overdue_;
  prometheus::Family<prometheus::Gauge>& due_;
  std::map<std::string, Counted> counted_;  // by institution
  absl::Notification stopping_;
  std::thread thread_;
};

}  // namespace athena::indicator

#endif  // ATHENA_SERVICES_INDICATOR_QUARTERS_OVERDUE_METRICS_H_
