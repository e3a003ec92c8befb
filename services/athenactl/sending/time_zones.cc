#include "services/athenactl/sending/time_zones.h"

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "athena/indicator/v1/indicator_service.pb.h"
#include "libs/status/macros.h"
#include "services/athenactl/resources/resolve.h"
#include "services/athenactl/terminal/explain.h"

namespace athena::athenactl {
namespace {

namespace indicator = athena::indicator::v1;

// The zone that the indicator service should have.
absl::StatusOr<std::string> WantedZone(const Connections& connections,
                                       const std::string& institution, const std::string& zone,
                                       const ImportOptions& options,
                                       const indicator::InstitutionSettings& present) {
  const bool set_before = !present.etag().empty();
  if (zone.empty() && set_before) return present.time_zone();
  if (!zone.empty() && (set_before || options.update)) return zone;
  absl::StatusOr<std::string> planned = TimeZoneNameOf(connections, institution);
  // In a dry run the institution may not exist yet.
  if (options.dry_run && absl::IsNotFound(planned.status())) {
    return zone.empty() ? kDefaultTimeZone : zone;
  }
  return planned;
}

}  // namespace

absl::Status SetIndicatorTimeZone(const Connections& connections, const std::string& institution,
                                  const std::string& zone, const ImportOptions& options,
                                  ImportResult* result) {
  const std::string name = absl::StrCat(institution, "/settings");
  indicator::GetInstitutionSettingsRequest get;
  get.set_name(name);
  const auto present = connections.Call<indicator::InstitutionSettings>(get);
  ATHENA_RETURN_IF_ERROR(At(name, present.status()));
  ATHENA_ASSIGN_OR_RETURN(const std::string wanted,
                          WantedZone(connections, institution, zone, options, *present));
  if (present->time_zone() == wanted) {
    ++result->unchanged;
    return absl::OkStatus();
  }
  // Without an etag it has the default of the service: nobody has decided on it.
  const bool create = present->etag().empty();
  result->changes.push_back(
      absl::StrCat(name, ": time_zone: from \"", present->time_zone(), "\" to \"", wanted, "\""));
  if (!create && !options.update) {
    ++result->differing;
    return absl::OkStatus();
  }
  if (!options.dry_run) {
    indicator::UpdateInstitutionSettingsRequest update;
    update.mutable_settings()->set_name(name);
    update.mutable_settings()->set_time_zone(wanted);
    update.mutable_settings()->set_etag(present->etag());
    update.set_reason(options.reason);
    update.set_request_id(connections.NewRequestId());
    ATHENA_RETURN_IF_ERROR(
        At(name, connections.Call<indicator::InstitutionSettings>(update).status()));
  }
  ++(create ? result->created : result->updated);
  return absl::OkStatus();
}

}  // namespace athena::athenactl
