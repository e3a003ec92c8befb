#ifndef ATHENA_SERVICES_INDICATOR_INGEST_ROWS_CONTENT_DIGEST_H_
#define ATHENA_SERVICES_INDICATOR_INGEST_ROWS_CONTENT_DIGEST_H_

#include <string>

#include "services/indicator/ingest/rows/push_request.h"

namespace athena::indicator {

// SHA-256 of the content of a push: mode, partial, correction_reason, scopes,
// row_mask and rows, as sent. The
// order of rows and scopes does not matter. Two requests with the same push_id are the same push
// when their digests are equal. Pure.
std::string ContentDigest(const PushRequest& request);

}  // namespace athena::indicator

#endif  // ATHENA_SERVICES_INDICATOR_INGEST_ROWS_CONTENT_DIGEST_H_
