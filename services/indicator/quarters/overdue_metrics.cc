#include "services/indicator/quarters/overdue_metrics.h"

#include <memory>
#include <vector>

#include "libs/log/log.h"
#include "libs/period/period.h"
#include "libs/sql/institution_head.h"
#include "libs/status/macros.h"
#include "services/indicator/rules/aggregation.h"

namespace athena::indicator {
namespace {

constexpr absl::Duration kCountEvery = absl::Minutes(5);
constexpr int kQuartersCounted = 4;

}  // namespace

std::optional<absl::Time> NextDue(const Definitions& definitions, absl::CivilDay day,
                                  absl::TimeZone zone) {
  std::optional<absl::CivilDay> earliest;
  for (const Definition& definition : definitions.all()) {
    if (!definition.TakesObservations()) continue;
    const int delay = definition.rule.reporting_delay_days;
    const absl::CivilDay due =
        Period::OfIndex(definition.frequency, FirstNotDue(definition.frequency, delay, day))
            .LastDay() +
        delay;
    if (!earliest.has_value() || due < *earliest) earliest = due;
  }
  if (!earliest.has_value()) return std::nullopt;
  return absl::FromCivil(*earliest + 1, zone);
}

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
              .Register(registry)),
      due_(prometheus::BuildGauge()
               .Name("athena_report_due_timestamp_seconds")
               .Help("The end of the next day by which values are due.")
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
    const absl::TimeZone zone = definitions->zone(zone_);
    const absl::CivilDay day = absl::ToCivilDay(clock_.Now(), zone);
    Counted& counted = counted_[institution.institution];
    if (counted.revision == institution.revision && counted.day == day) continue;
    ATHENA_ASSIGN_OR_RETURN(
        const int64_t overdue,
        completeness_.CountOverdue(institution.institution, kQuartersCounted, go_on));
    overdue_.Add({{"institution", institution.institution}}).Set(static_cast<double>(overdue));
    if (const std::optional<absl::Time> due = NextDue(*definitions, day, zone); due.has_value()) {
      due_.Add({{"institution", institution.institution}})
          .Set(static_cast<double>(absl::ToUnixSeconds(*due)));
    }
    counted = {institution.revision, day};
  }
  return absl::OkStatus();
}

}  // namespace athena::indicator
