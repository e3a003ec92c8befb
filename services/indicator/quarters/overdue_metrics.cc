#include "services/indicator/quarters/overdue_metrics.h"

#include <memory>
#include <vector>

#include "libs/log/log.h"
#include "libs/sql/institution_head.h"
#include "libs/status/macros.h"

namespace athena::indicator {
namespace {

constexpr absl::Duration kCountEvery = absl::Minutes(5);
constexpr int kQuartersCounted = 4;

}  // namespace

OverdueMetrics::OverdueMetrics(sql::Database& database, Catalog& catalog,
                               const Completeness& completeness, const Clock& clock,
                               absl::TimeZone zone, prometheus::Registry& registry)
    : database_(database),
      catalog_(catalog),
      completeness_(completeness),
      clock_(clock),
      zone_(zone),
      overdue_(
          prometheus::BuildGauge()
              .Name("athena_overdue_cells")
              .Help("Expected values that are due and have not arrived, in the present quarter "
                    "and the three before it.")
              .Register(registry)) {}

void OverdueMetrics::Stop() {
  if (!stopping_.HasBeenNotified()) stopping_.Notify();
  if (thread_.joinable()) thread_.join();
}

void OverdueMetrics::Start() {
  thread_ = std::thread([this] {
    do {
      const absl::Status updated = Update();
      if (!updated.ok() && !stopping_.HasBeenNotified()) {
        log::Error("overdue values not counted", {{"message", updated.message()}});
      }
    } while (!stopping_.WaitForNotificationWithTimeout(kCountEvery));
  });
}

absl::Status OverdueMetrics::Update() {
  ATHENA_ASSIGN_OR_RETURN(const std::vector<sql::InstitutionRevision> institutions,
                          sql::ListRevisions(database_));
  const auto go_on = [this] {
    return stopping_.HasBeenNotified() ? absl::CancelledError() : absl::OkStatus();
  };
  for (const sql::InstitutionRevision& institution : institutions) {
    ATHENA_ASSIGN_OR_RETURN(const std::shared_ptr<const Definitions> definitions,
                            catalog_.Current(institution.institution));
    const absl::CivilDay day = absl::ToCivilDay(clock_.Now(), definitions->zone(zone_));
    Counted& counted = counted_[institution.institution];
    if (counted.revision == institution.revision && counted.day == day) continue;
    ATHENA_ASSIGN_OR_RETURN(
        const int64_t overdue,
        completeness_.CountOverdue(institution.institution, kQuartersCounted, go_on));
    overdue_.Add({{"institution", institution.institution}}).Set(static_cast<double>(overdue));
    counted = {institution.revision, day};
  }
  return absl::OkStatus();
}

}  // namespace athena::indicator
