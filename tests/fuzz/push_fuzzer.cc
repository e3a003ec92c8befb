// The bytes of a PushObservationsRequest, as services/indicator/ingest/push_request.h reads them.

#include "services/indicator/ingest/testing/push_message.h"
#include "tests/fuzz/property.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using athena::fuzz::Require;
  Require(athena::indicator::testing::ReadsAsProtobuf(athena::fuzz::TextOf(data, size)),
          "a push is read as protobuf reads it");
  return 0;
}
