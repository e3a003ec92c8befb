#ifndef ATHENA_SERVICES_INDICATOR_QUARTERS_SETTINGS_H_
#define ATHENA_SERVICES_INDICATOR_QUARTERS_SETTINGS_H_

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "athena/indicator/v1/indicator_service.pb.h"
#include "libs/auth/principal.h"
#include "libs/resource/resources.h"
#include "services/indicator/model/catalog.h"

namespace athena::indicator {

// The settings of institutions, which the catalog keeps beside their definitions. No kind of
// libs/resource: each institution has exactly one, without an id. Thread-safe.
class Settings {
 public:
  // `zone`: where the days of institutions begin and end that have set nothing. The arguments
  // outlive this.
  Settings(const resource::Resources& resources, Catalog& catalog, absl::TimeZone zone)
      : resources_(resources), catalog_(catalog), zone_(zone) {}

  absl::StatusOr<v1::InstitutionSettings> Get(
      const auth::Principal& principal, const v1::GetInstitutionSettingsRequest& request) const;
  absl::StatusOr<v1::InstitutionSettings> Update(
      const auth::Principal& principal, const v1::UpdateInstitutionSettingsRequest& request) const;

 private:
  const resource::Resources& resources_;
  Catalog& catalog_;
  const absl::TimeZone zone_;
};

}  // namespace athena::indicator

#endif  // ATHENA_SERVICES_INDICATOR_QUARTERS_SETTINGS_H_
