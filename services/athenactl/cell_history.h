#ifndef ATHENA_SERVICES_ATHENACTL_CELL_HISTORY_H_
#define ATHENA_SERVICES_ATHENACTL_CELL_HISTORY_H_

#include <google/protobuf/repeated_field.h>

#include <string>
#include <vector>

#include "athena/indicator/v1/observation.pb.h"

namespace athena::athenactl {

// What each revision of a history did to its cell: "inserted", "revised" or "deleted". The records
// of one cell stand together, the oldest first, as ListObservations gives them. Pure.
std::vector<std::string> OutcomesOf(
    const google::protobuf::RepeatedPtrField<athena::indicator::v1::ObservationRecord>& records);

}  // namespace athena::athenactl

#endif  // ATHENA_SERVICES_ATHENACTL_CELL_HISTORY_H_
