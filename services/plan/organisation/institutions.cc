#include "services/plan/organisation/institutions.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "libs/fields/fields.h"
#include "libs/status/macros.h"
#include "services/plan/limits.h"

namespace athena::plan {
namespace {

using fields::Below;

constexpr char kDefaultTimeZone[] = "Europe/Brussels";

}  // namespace

void InstitutionKind::Complete(v1::Institution* institution) {
  if (institution->time_zone().empty()) institution->set_time_zone(kDefaultTimeZone);
}

void InstitutionKind::Validate(std::string_view path, std::string_view,
                               const v1::Institution& institution, status::FieldFaults* faults) {
  fields::CheckText(Below(path, "display_name"), institution.display_name(), fields::kMaxTitleBytes,
                    fields::Need::kRequired, faults);
  if (!fields::IsTimeZone(institution.time_zone())) {
    faults->Add(Below(path, "time_zone"), institution.time_zone(),
                "a name of the IANA time-zone database, \"Europe/Brussels\"");
  }
  if (institution.report_delay_days() < 0 ||
      institution.report_delay_days() > kMaxReportDelayDays) {
    faults->Add(Below(path, "report_delay_days"), institution.report_delay_days(),
                absl::StrCat("0 to ", kMaxReportDelayDays, " days"));
  }
}

absl::StatusOr<absl::CivilDay> LocalDay(const versioned::Edit& edit) {
  ATHENA_ASSIGN_OR_RETURN(
      const auto institution,
      edit.Find<v1::Institution>(kInstitutions, kInstitutionName.Of({edit.institution()}).key()));
  std::string name = institution.has_value() ? institution->time_zone() : "";
  if (name.empty()) name = kDefaultTimeZone;
  absl::TimeZone zone;
  if (!absl::LoadTimeZone(name, &zone)) {
    return status::Internal(absl::StrCat("the time zone ", name, " is not installed"));
  }
  return absl::ToCivilDay(edit.time(), zone);
}

}  // namespace athena::plan
