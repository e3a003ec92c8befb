#ifndef ATHENA_SERVICES_REPORTING_PUBLICATIONS_DOCUMENTS_WITHHOLD_H_
#define ATHENA_SERVICES_REPORTING_PUBLICATIONS_DOCUMENTS_WITHHOLD_H_

#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "athena/reporting/v1/publication.pb.h"
#include "athena/reporting/v1/scorecard.pb.h"

namespace athena::reporting {

// Removes from a scorecard what the audience PUBLIC does not see: indicators for which `is_public`
// (of a resource name) is false, and every field of the result, its nodes and milestones that is
// not known to be public, so that a field that is added to the contract is withheld until it is
// listed here. Caps and warnings do not name indicators that were removed; scores stay. Returns
// what was removed, as PublicationDocument.withheld has it. Pure and thread-safe.
std::vector<v1::WithheldPart> Withhold(
    absl::FunctionRef<bool(const std::string& indicator)> is_public, v1::ScorecardResult* result);

}  // namespace athena::reporting

#endif  // ATHENA_SERVICES_REPORTING_PUBLICATIONS_DOCUMENTS_WITHHOLD_H_
