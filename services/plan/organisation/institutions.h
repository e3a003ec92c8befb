#ifndef ATHENA_SERVICES_PLAN_ORGANISATION_INSTITUTIONS_H_
#define ATHENA_SERVICES_PLAN_ORGANISATION_INSTITUTIONS_H_

#include <string_view>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "athena/plan/v1/institution.pb.h"
#include "libs/resource/kind.h"
#include "libs/versioned/store.h"
#include "services/plan/names.h"

namespace athena::plan {

// Institutions: the tenants, each of which is kept in its own history. There is no deletion: what
// other services hold of an institution, and its own history, refer to it.
struct InstitutionKind {
  using Message = v1::Institution;
  using Parent = void;
  static constexpr std::string_view kPattern = kInstitutionName.text();
  static constexpr versioned::Collection kCollection = kInstitutions;

  static void Complete(v1::Institution* institution);  // the default time zone
  static void Validate(std::string_view path, std::string_view parent,
                       const v1::Institution& institution, status::FieldFaults* faults);
};

// The day of a time, in the time zone of the snapshot's institution.
absl::StatusOr<absl::CivilDay> LocalDay(const versioned::Snapshot& snapshot, absl::Time time);
// The day on which the edit is made, in the time zone of its institution.
absl::StatusOr<absl::CivilDay> LocalDay(const versioned::Edit& edit);

// How many days after a quarter's last day its progress reports are due.
absl::StatusOr<int> ReportDelayDays(const versioned::Snapshot& snapshot);

}  // namespace athena::plan

#endif  // ATHENA_SERVICES_PLAN_ORGANISATION_INSTITUTIONS_H_
