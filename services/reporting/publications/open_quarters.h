#ifndef ATHENA_SERVICES_REPORTING_PUBLICATIONS_OPEN_QUARTERS_H_
#define ATHENA_SERVICES_REPORTING_PUBLICATIONS_OPEN_QUARTERS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "athena/reporting/v1/scorecard.pb.h"
#include "libs/rpc/call.h"
#include "services/reporting/reading/dependencies.h"

namespace athena::reporting {

// Returns which institutions, by resource name and in the order of their names, have not closed the
// quarter: of `institution` and those whose indicators the basis has, as of the basis. An
// institution whose closings the caller may not read counts as open, but for `institution`: its
// refusal is returned. Errors of Pending::Await otherwise.
absl::StatusOr<std::vector<std::string>> OpenQuarters(const Dependencies& dependencies,
                                                      const rpc::Call& call, const v1::Basis& basis,
                                                      const std::string& institution,
                                                      const std::string& quarter);

}  // namespace athena::reporting

#endif  // ATHENA_SERVICES_REPORTING_PUBLICATIONS_OPEN_QUARTERS_H_
