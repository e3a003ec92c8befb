#ifndef ATHENA_SERVICES_REPORTING_SCORECARD_MESSAGE_H_
#define ATHENA_SERVICES_REPORTING_SCORECARD_MESSAGE_H_

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "athena/reporting/v1/scorecard.pb.h"
#include "services/reporting/reading.h"

namespace athena::reporting {

// How a scorecard is shown; none of it changes a score.
struct Showing {
  std::string language;      // BCP-47; empty: the plan's first
  bool full = false;         // view FULL
  std::string element;       // the root, by resource name; empty: the plan
  std::optional<int> depth;  // levels of elements below the root; absent: all
};

// The outcome as the contract's message. NOT_FOUND when the element is none of the plan's.
absl::StatusOr<v1::ScorecardResult> ResultMessage(const Reading& reading, const Showing& showing);

}  // namespace athena::reporting

#endif  // ATHENA_SERVICES_REPORTING_SCORECARD_MESSAGE_H_
