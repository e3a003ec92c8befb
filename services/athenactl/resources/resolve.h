#ifndef ATHENA_SERVICES_ATHENACTL_RESOURCES_RESOLVE_H_
#define ATHENA_SERVICES_ATHENACTL_RESOURCES_RESOLVE_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "athena/plan/v1/plan_service.pb.h"
#include "google/protobuf/map.h"
#include "google/protobuf/repeated_field.h"
#include "services/athenactl/resources/connections.h"
#include "services/athenactl/terminal/arguments.h"

// Completes names that are typed in part, with what the services list. Not thread-safe.
namespace athena::athenactl {

absl::StatusOr<athena::plan::v1::ListInstitutionsResponse> ListInstitutions(
    const Connections& connections);
absl::StatusOr<athena::plan::v1::ListPlansResponse> ListPlans(const Connections& connections,
                                                              const std::string& institution);

// The time zone of an institution that names none.
inline constexpr char kDefaultTimeZone[] = "Europe/Brussels";
// Where the days of an institution ("institutions/gob") begin, by the plan service.
// `attempts`: as Connections::Call takes them.
absl::StatusOr<std::string> TimeZoneNameOf(const Connections& connections,
                                           const std::string& institution, int attempts = 0);
// The same zone; kDefaultTimeZone of an institution that the caller may not read, though it shares
// indicators with the caller's.
absl::StatusOr<absl::TimeZone> TimeZoneOf(const Connections& connections,
                                          const std::string& institution, int attempts = 0);
// The day that it is there now; in kDefaultTimeZone where the plan service does not tell.
absl::CivilDay TodayOf(const Connections& connections, const std::string& institution);

// The institution, "institutions/gob", that `typed` or else --institution names, else the only one
// there is. Misused lists them when there are several.
absl::StatusOr<std::string> ResolveInstitution(const Connections& connections,
                                               const Arguments& arguments,
                                               const std::string& typed);
// The name of the only plan of an institution. Misused lists the plans when there are several.
absl::StatusOr<std::string> OnlyPlan(const Connections& connections,
                                     const std::string& institution);
// What an operand names that may be an institution or one of its plans.
struct InstitutionOrPlan {
  std::string institution;  // name
  std::string plan;         // name; empty: the institution as a whole
};
// Reads "gob", "gob/PLAN" and whole names of both; nothing: the institution of ResolveInstitution.
absl::StatusOr<InstitutionOrPlan> ResolveInstitutionOrPlan(const Connections& connections,
                                                           const Arguments& arguments,
                                                           const std::string& typed);
// The same, with the only plan of an institution in place of the institution.
absl::StatusOr<std::string> ResolvePlan(const Connections& connections, const Arguments& arguments,
                                        const std::string& typed);
// The name of the element of a plan that `typed` names: its code, its id or its whole name. An id
// that nothing has is left for the service to judge. Misused when it is the code of one element and
// the id of another.
absl::StatusOr<std::string> ResolveElement(const Connections& connections, const std::string& plan,
                                           const std::string& typed,
                                           const athena::common::v1::AsOf& as_of);
// The name of a resource that is typed whole; an element in it may be named by its code instead of
// its id: "institutions/gob/plans/p/elements/1.1/progressReports/2026-Q1".
absl::StatusOr<std::string> ResolveName(const Connections& connections, const std::string& name,
                                        const athena::common::v1::AsOf& as_of);
// The name of the resource that `typed` names as the parent of others: "gob", "gob/PLAN", or a
// resource name with or without "institutions/", its elements as ResolveName takes them.
absl::StatusOr<std::string> ResolveParent(const Connections& connections, const std::string& typed);
// The name of the indicator that `typed` names, as ReadName reads it; the institution may be left
// out as in ResolveInstitution.
absl::StatusOr<std::string> ResolveIndicator(const Connections& connections,
                                             const Arguments& arguments, const std::string& typed);
// The ids of all dimensions that the institution's indicators have.
absl::StatusOr<std::vector<std::string>> ListDimensionIds(const Connections& connections,
                                                          const std::string& institution);
// The same, for columns whose case does not matter; none when the service does not tell.
std::vector<std::string> DimensionIdsOrNone(const Connections& connections,
                                            const std::string& institution);
// Replaces the dimensions that were typed by their ids, whatever their case: those of a slice, and
// those of --by. One that the service does not know stays, for the service to refuse.
void ResolveDimensions(const Connections& connections, const std::string& institution,
                       google::protobuf::Map<std::string, std::string>* slice,
                       google::protobuf::RepeatedPtrField<std::string>* group_by = nullptr);
// The values of --slice, "unit=BM", which is given once for each dimension.
absl::StatusOr<google::protobuf::Map<std::string, std::string>> ReadSlice(
    const Arguments& arguments);

}  // namespace athena::athenactl

#endif  // ATHENA_SERVICES_ATHENACTL_RESOURCES_RESOLVE_H_
