#ifndef ATHENA_SERVICES_INDICATOR_DEFINITIONS_ACCESS_H_
#define ATHENA_SERVICES_INDICATOR_DEFINITIONS_ACCESS_H_

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "libs/auth/principal.h"
#include "services/indicator/model/catalog.h"
#include "services/indicator/model/definition.h"

// Who may read an indicator: every member of its institution, and members of the institutions that
// it is shared with (Indicator.shared_with) now, at whatever point in history they read.
namespace athena::indicator {

// Whether the principal may read an indicator of `institution`. `definition` is the current one,
// nullptr when there is none.
bool MayRead(const auth::Principal& principal, std::string_view institution,
             const Definition* definition);

// Whether the principal is a full reader of the PERSONAL indicators of `institution`: it belongs to
// it and has a role that works with its data (Disclosure in the contract).
bool SeesPersons(const auth::Principal& principal, std::string_view institution);

// Whether observations of the indicator are withheld from a principal who may read it. `definition`
// is the current one, nullptr when there is none.
bool IsWithheld(const auth::Principal& principal, std::string_view institution,
                const Definition* definition);

// PERMISSION_DENIED unless MayRead. Other institutions cannot tell an indicator that is not shared
// with them from one that does not exist.
absl::Status RequireReadable(const auth::Principal& principal, std::string_view institution,
                             const Definition* definition, std::string_view name);

// PERMISSION_DENIED unless the principal may read some indicator of `institution`: required for
// what concerns the institution as a whole. `what` ends "X may not ...".
absl::Status RequireReader(const auth::Principal& principal, const std::string& institution,
                           Catalog& catalog, std::string_view what);

// The id that an institution is to be read by: its own where the principal belongs to it or may
// read some indicator of it; else the id of none, so that what it shares nothing of looks like an
// institution that does not exist, whatever is asked about it.
absl::StatusOr<std::string> ReadableInstitution(const auth::Principal& principal,
                                                const std::string& institution, Catalog& catalog);

}  // namespace athena::indicator

#endif  // ATHENA_SERVICES_INDICATOR_DEFINITIONS_ACCESS_H_
