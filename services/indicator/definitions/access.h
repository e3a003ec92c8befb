#ifndef ATHENA_SERVICES_INDICATOR_DEFINITIONS_ACCESS_H_
#define ATHENA_SERVICES_INDICATOR_DEFINITIONS_ACCESS_H_

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "libs/auth/principal.h"
#include "services/indicator/model/catalog.h"
#include "services/indicator/model/definition.h"

namespace athena::indicator {

// Whether the principal may read an indicator of `institution`: one of its own, or one that is
// shared with its institution. `definition` is the current one, nullptr when there is none.
bool MayRead(const auth::Principal& principal, std::string_view institution,
             const Definition* definition);

// PERMISSION_DENIED unless MayRead: the same for what does not exist.
absl::Status RequireReadable(const auth::Principal& principal, std::string_view institution,
                             const Definition* definition, std::string_view name);

// PERMISSION_DENIED unless the principal may read any indicator of `institution`: who may know what
// concerns all of them. `what` ends "X may not ...".
absl::Status RequireReader(const auth::Principal& principal, const std::string& institution,
                           Catalog& catalog, std::string_view what);

}  // namespace athena::indicator

#endif  // ATHENA_SERVICES_INDICATOR_DEFINITIONS_ACCESS_H_
