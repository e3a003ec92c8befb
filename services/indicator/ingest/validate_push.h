#ifndef ATHENA_SERVICES_INDICATOR_INGEST_VALIDATE_PUSH_H_
#define ATHENA_SERVICES_INDICATOR_INGEST_VALIDATE_PUSH_H_

#include <cstddef>

#include "absl/status/status.h"
#include "athena/indicator/v1/indicator_service.pb.h"

namespace athena::indicator {

// Checks a push except for its rows and the content of its scopes: the numbers of both, push_id,
// mode and the fields that depend on it. `request` is without its rows, `rows` is how many there
// are. INVALID_ARGUMENT with every fault. Pure.
absl::Status ValidatePush(const v1::PushObservationsRequest& request, size_t rows);

}  // namespace athena::indicator

#endif  // ATHENA_SERVICES_INDICATOR_INGEST_VALIDATE_PUSH_H_
