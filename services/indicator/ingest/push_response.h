#ifndef ATHENA_SERVICES_INDICATOR_INGEST_PUSH_RESPONSE_H_
#define ATHENA_SERVICES_INDICATOR_INGEST_PUSH_RESPONSE_H_

#include <vector>

#include "absl/status/status.h"
#include "athena/indicator/v1/indicator_service.pb.h"
#include "athena/indicator/v1/observation.pb.h"
#include "libs/status/status.h"
#include "services/indicator/ingest/diff/push_diff.h"
#include "services/indicator/ingest/rows/checked_rows.h"

// Step 5 of a push: the response, or the error, that its sender gets. Pure.
namespace athena::indicator {

// The counts and outcomes of a push, without name and revision. With EXCEPTIONS the cells that were
// simply stored are counted only. At most kMaxDescribedRows faults and as many flags have a
// description.
v1::PushObservationsResponse ResponseTo(const PushDiff& diff, v1::OutcomeDetail detail);

// INVALID_ARGUMENT with the faults of scopes and rows, or OK when there are none.
absl::Status RefusalOf(status::FieldFaults scope_faults, const std::vector<RowError>& errors);

// An error as a message of StreamObservations.
v1::PushRefusal ToPushRefusal(const absl::Status& status);

}  // namespace athena::indicator

#endif  // ATHENA_SERVICES_INDICATOR_INGEST_PUSH_RESPONSE_H_
