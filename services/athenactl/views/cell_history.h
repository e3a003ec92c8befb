#ifndef ATHENA_SERVICES_ATHENACTL_VIEWS_CELL_HISTORY_H_
#define ATHENA_SERVICES_ATHENACTL_VIEWS_CELL_HISTORY_H_

#include <google/protobuf/repeated_field.h>

#include <string>
#include <vector>

#include "athena/indicator/v1/observation.pb.h"

namespace athena::athenactl {

// The outcome of each revision for its cell: "inserted", "revised" or "deleted". The records of a
// cell are consecutive, the oldest first, as in an answer of ListObservations. Pure.
std::vector<std::string> OutcomesOf(
    const google::protobuf::RepeatedPtrField<athena::indicator::v1::ObservationRecord>& records);

}  // namespace athena::athenactl

#endif  // ATHENA_SERVICES_ATHENACTL_VIEWS_CELL_HISTORY_H_
