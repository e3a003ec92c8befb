#include "services/plan/organisation/institutions.h"

#include <algorithm>
#include <string>

#include "absl/time/time.h"
#include "libs/fields/fields.h"
#include "services/plan/limits.h"

namespace athena::plan {
namespace {

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
  fields::CheckText(fields::Below(path, "display_name"), institution.display_name(),
                    fields::kMaxTitleBytes, fields::Need::kRequired, faults);
  if (!IsTimeZone(institution.time_zone())) {
    faults->Add(fields::Below(path, "time_zone"), institution.time_zone(),
                "a name of the IANA time-zone database, \"Europe/Brussels\"");
  }
}

}  // namespace athena::plan
