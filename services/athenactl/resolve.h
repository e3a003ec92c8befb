#ifndef ATHENA_SERVICES_ATHENACTL_RESOLVE_H_
#define ATHENA_SERVICES_ATHENACTL_RESOLVE_H_

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "athena/plan/v1/plan_service.pb.h"
#include "google/protobuf/map.h"
#include "services/athenactl/arguments.h"
#include "services/athenactl/connections.h"

// What people leave out, asked from the services. Not thread-safe.
namespace athena::athenactl {

absl::StatusOr<athena::plan::v1::ListInstitutionsResponse> ListInstitutions(
    const Connections& connections);
absl::StatusOr<athena::plan::v1::ListPlansResponse> ListPlans(const Connections& connections,
                                                              const std::string& institution);

// The institution that is meant, "institutions/gob": what was typed, else --institution, else the
// only one there is. Misused lists them when there are several.
absl::StatusOr<std::string> ResolveInstitution(const Connections& connections,
                                               const Arguments& arguments,
                                               const std::string& typed);
// The only plan of an institution, by name. Misused lists them when there are several, or none.
absl::StatusOr<std::string> OnlyPlan(const Connections& connections,
                                     const std::string& institution);
// The indicator that is meant, by name: see ReadName and ResolveInstitution.
absl::StatusOr<std::string> ResolveIndicator(const Connections& connections,
                                             const Arguments& arguments, const std::string& typed);
// What --slice says, "unit=BM", given once for each dimension.
absl::StatusOr<google::protobuf::Map<std::string, std::string>> ReadSlice(
    const Arguments& arguments);

// A text in a language if it is there, else in English, else the alphabetically first one.
std::string InLanguage(const athena::common::v1::LocalizedText& text, const std::string& language);

// Flags that several commands have.
inline constexpr FlagSpec kJsonFlag = {"json", "",
                                       "the answer as JSON, as the contracts define it"};
inline constexpr FlagSpec kInstitutionFlag = {"institution", "ID",
                                              "where a name leaves it out [the only one]"};
inline constexpr FlagSpec kLanguageFlag = {"language", "TAG",
                                           "the language of names, nl, fr or en"};
inline constexpr FlagSpec kAsOfFlag = {"as-of", "WHEN",
                                       "known then: 2022-12-31T17:00:00Z, a day, a revision"};
inline constexpr FlagSpec kSliceFlag = {"slice", "DIM=CODE",
                                        "only that code of a dimension; repeatable", "", true};

}  // namespace athena::athenactl

#endif  // ATHENA_SERVICES_ATHENACTL_RESOLVE_H_
