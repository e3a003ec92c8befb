#ifndef ATHENA_SERVICES_INDICATOR_INGEST_TESTING_PUSH_MESSAGE_H_
#define ATHENA_SERVICES_INDICATOR_INGEST_TESTING_PUSH_MESSAGE_H_

#include <string_view>

#include "athena/indicator/v1/indicator_service.pb.h"
#include "services/indicator/ingest/rows/push_request.h"

namespace athena::indicator::testing {

// The message that a PushRequest was read from, but for fields that its type does not have.
v1::PushObservationsRequest MessageOf(const PushRequest& request);

// Whether PushRequest reads the same from `bytes` as protobuf does, or both read nothing.
bool ReadsAsProtobuf(std::string_view bytes);

}  // namespace athena::indicator::testing

#endif  // ATHENA_SERVICES_INDICATOR_INGEST_TESTING_PUSH_MESSAGE_H_
