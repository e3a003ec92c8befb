#include "services/athenactl/sending/pushes/deletions.h"

#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "athena/indicator/v1/indicator_service.pb.h"
#include "services/athenactl/terminal/explain.h"

namespace athena::athenactl {
namespace {

namespace v1 = athena::indicator::v1;

}  // namespace

absl::StatusOr<std::vector<ObservationRow>> RetractionsOf(const Connections& connections,
                                                          const std::string& institution,
                                                          absl::Span<const BulkDeletion> deletions,
                                                          absl::Span<const ObservationRow> rows) {
  std::vector<ObservationRow> retractions;
  if (deletions.empty()) return retractions;
  std::set<std::string> named;
  for (const ObservationRow& row : rows) named.insert(CellKey(row.observation));
  for (const BulkDeletion& deletion : deletions) {
    v1::ListObservationsRequest list;
    list.set_parent(absl::StrCat(institution, "/indicators/", deletion.indicator));
    list.set_start_period(deletion.period);
    list.set_end_period(deletion.period);
    list.mutable_slice()->insert(deletion.slice.begin(), deletion.slice.end());
    list.set_page_size(kObservationsPageSize);
    const auto listed = connections.CallPages<v1::ListObservationsResponse>(list);
    if (!listed.ok()) return At(absl::StrCat("line ", deletion.line), listed.status());
    for (const v1::ObservationRecord& record : listed->observations()) {
      const v1::Observation& cell = record.observation();
      // A month is listed with the days that lie in it, not deleted with them.
      if (!deletion.period.empty() && cell.period() != deletion.period) continue;
      if (!named.insert(CellKey(cell)).second) continue;
      v1::Observation& retraction =
          retractions.emplace_back(ObservationRow{deletion.line}).observation;
      retraction.set_indicator(deletion.indicator);
      retraction.set_period(cell.period());
      *retraction.mutable_dimensions() = cell.dimensions();
      retraction.set_retract(true);
    }
  }
  return retractions;
}

}  // namespace athena::athenactl
