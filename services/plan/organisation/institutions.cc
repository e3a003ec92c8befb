#include "services/plan/organisation/institutions.h"

#include <algorithm>
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

// The characters of the names of the time-zone database: no dot, so that no name leads to a file
// elsewhere.
bool IsTimeZone(const std::string& name) {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '/' || c == '+' || c == '-';
  };
  absl::TimeZone zone;
  return !name.empty() && name.size() <= kMaxTimeZoneBytes && name[0] != '/' &&
         std::all_of(name.begin(), name.end(), allowed) && absl::LoadTimeZone(name, &zone);
}

}  // namespace

void InstitutionKind::Complete(v1::Institution* institution) {
  if (institution->time_zone().empty()) institution->set_time_zone(kDefaultTimeZone);
}

void InstitutionKind::Validate(std::string_view path, std::string_view,
                               const v1::Institution& institution, status::FieldFaults* faults) {
  fields::CheckText(Below(path, "display_name"), institution.display_name(), fields::kMaxTitleBytes,
                    fields::Need::kRequired, faults);
  if (!IsTimeZone(institution.time_zone())) {
    faults->Add(Below(path, "time_zone"), institution.time_zone(),
                "a name of the IANA time-zone database, \"Europe/Brussels\"");
  }
  if (institution.report_delay_days() < 0 ||
      institution.report_delay_days() > kMaxReportDelayDays) {
    faults->Add(Below(path, "report_delay_days"), institution.report_delay_days(),
                absl::StrCat("0 to ", kMaxReportDelayDays, " days"));
  }
}

absl::StatusOr<absl::CivilDay> LocalDay(const versioned::Snapshot& snapshot, absl::Time time) {
  ATHENA_ASSIGN_OR_RETURN(const auto institution,
                          snapshot.Find<v1::Institution>(
                              kInstitutions, kInstitutionName.Of({snapshot.institution()}).key()));
  std::string name = institution.has_value() ? institution->time_zone() : "";
  if (name.empty()) name = kDefaultTimeZone;
  absl::TimeZone zone;
  if (!absl::LoadTimeZone(name, &zone)) {
    return status::Internal(absl::StrCat("the time zone ", name, " is not installed"));
  }
  return absl::ToCivilDay(time, zone);
}

absl::StatusOr<absl::CivilDay> LocalDay(const versioned::Edit& edit) {
  return LocalDay(edit.now(), edit.time());
}

}  // namespace athena::plan
