#include "services/indicator/quarters/settings.h"

#include <optional>
#include <string>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "libs/fields/fields.h"
#include "libs/status/macros.h"
#include "libs/status/status.h"
#include "libs/versioned/store.h"
#include "services/indicator/model/names.h"

namespace athena::indicator {
namespace {

// The institution of `institutions/{institution}/settings`.
std::optional<std::string> ReadSettingsName(std::string_view field, std::string_view name,
                                            status::FieldFaults* faults) {
  constexpr std::string_view kSuffix = "/settings";
  if (name.size() > kSuffix.size() && name.substr(name.size() - kSuffix.size()) == kSuffix) {
    if (auto institution = ParseInstitutionName(name.substr(0, name.size() - kSuffix.size()))) {
      return institution;
    }
  }
  faults->Add(field, name, "`institutions/{institution}/settings`");
  return std::nullopt;
}

std::string SettingsName(std::string_view institution) {
  return absl::StrCat(InstitutionName(institution), "/settings");
}

}  // namespace

absl::StatusOr<v1::InstitutionSettings> Settings::Get(
    const auth::Principal& principal, const v1::GetInstitutionSettingsRequest& request) const {
  status::FieldFaults faults;
  const std::optional<std::string> institution = ReadSettingsName("name", request.name(), &faults);
  if (!institution.has_value()) return faults.ToStatus();
  ATHENA_RETURN_IF_ERROR(
      principal.RequireInstitution(*institution, absl::StrCat("read ", request.name())));
  v1::InstitutionSettings settings;
  settings.set_name(request.name());
  settings.set_time_zone(zone_.name());
  ATHENA_RETURN_IF_ERROR(resources_.store().Read(
      *institution, {}, resources_.clock().Now(),
      [&](const versioned::Snapshot& snapshot) -> absl::Status {
        ATHENA_ASSIGN_OR_RETURN(auto found,
                                snapshot.Find<v1::InstitutionSettings>(kSettings, kSettingsId));
        if (found.has_value()) settings = *std::move(found);
        return absl::OkStatus();
      }));
  return settings;
}

absl::StatusOr<v1::InstitutionSettings> Settings::Update(
    const auth::Principal& principal, const v1::UpdateInstitutionSettingsRequest& request) const {
  const v1::InstitutionSettings& wanted = request.settings();
  status::FieldFaults faults;
  const std::optional<std::string> institution =
      ReadSettingsName("settings.name", wanted.name(), &faults);
  if (institution.has_value()) {
    ATHENA_RETURN_IF_ERROR(
        principal.RequireInstitution(*institution, absl::StrCat("change ", wanted.name())));
  }
  if (!fields::IsTimeZone(wanted.time_zone())) {
    faults.Add("settings.time_zone", wanted.time_zone(),
               "a name of the IANA time-zone database, \"Europe/Brussels\"");
  }
  fields::CheckMutation(request.request_id(), request.reason(), &faults);
  if (!faults.empty()) return faults.ToStatus();
  v1::InstitutionSettings settings;
  const auto update = [&](versioned::Edit& edit) -> absl::Status {
    ATHENA_ASSIGN_OR_RETURN(const auto found,
                            edit.Find<v1::InstitutionSettings>(kSettings, kSettingsId));
    settings = found.value_or(v1::InstitutionSettings());
    ATHENA_RETURN_IF_ERROR(versioned::CheckEtag(wanted.name(), wanted.etag(), settings.etag()));
    if (found.has_value() && settings.time_zone() == wanted.time_zone()) return absl::OkStatus();
    settings.set_name(SettingsName(*institution));
    settings.set_time_zone(wanted.time_zone());
    ATHENA_RETURN_IF_ERROR(found.has_value() ? edit.Replace(kSettings, kSettingsId, &settings)
                                             : edit.Insert(kSettings, kSettingsId, &settings));
    return catalog_.RecordChange(edit);
  };
  ATHENA_RETURN_IF_ERROR(resources_.Mutate(principal, *institution, request, &settings, update));
  return settings;
}

}  // namespace athena::indicator
