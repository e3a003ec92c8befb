#ifndef ATHENA_SERVICES_PLAN_INDICATORS_LINK_CHECKS_H_
#define ATHENA_SERVICES_PLAN_INDICATORS_LINK_CHECKS_H_

#include <string>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "libs/resource/caller.h"
#include "libs/status/status.h"
#include "services/plan/indicators/indicator_service.h"

namespace athena::plan {

// A link to an indicator that a request makes, with the paths of its fields in the request.
struct NewLink {
  IndicatorSelection selection;
  std::string indicator_field;  // "element.indicators[2].indicator"
  std::string slice_field;      // may be empty when the slice is
};

// Adds a fault for each link that `institution` (an id) may not make; whether the indicator does
// not exist or is not shared makes no difference. Asks the service once, or not at all when there
// are no links. Errors are those of IndicatorService.
absl::Status CheckNewLinks(const IndicatorService& service, const resource::Caller& caller,
                           const std::string& institution, absl::Span<const NewLink> links,
                           status::FieldFaults* faults);

}  // namespace athena::plan

#endif  // ATHENA_SERVICES_PLAN_INDICATORS_LINK_CHECKS_H_
