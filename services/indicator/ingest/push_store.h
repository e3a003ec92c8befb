#ifndef ATHENA_SERVICES_INDICATOR_INGEST_PUSH_STORE_H_
#define ATHENA_SERVICES_INDICATOR_INGEST_PUSH_STORE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "athena/indicator/v1/indicator_service.pb.h"
#include "athena/indicator/v1/observation.pb.h"
#include "libs/sql/database.h"

// Pushes as they are stored: by sender and push_id, and by revision. All functions run in the
// caller's transaction and keep no state.
namespace athena::indicator {

// A push that was stored. Whoever sent it was answered by `push` and `outcomes`.
struct StoredPush {
  v1::Push push;         // name and time are filled in when it is read
  std::string digest;    // ContentDigest of it
  std::string outcomes;  // v1::PushObservationsResponse, serialised, with outcomes alone
};

// The push of a sender by its id; nullopt when there is none.
absl::StatusOr<std::optional<StoredPush>> FindPush(sql::ReadTx& tx, std::string_view institution,
                                                   std::string_view sender,
                                                   std::string_view push_id);

// The push that made a revision; nullopt when none did. Without digest and outcomes.
absl::StatusOr<std::optional<StoredPush>> FindPushAt(sql::ReadTx& tx, std::string_view institution,
                                                     int64_t revision);

// The pushes of a sender (empty: of all) before a revision, the newest first, `limit` at most.
absl::StatusOr<std::vector<v1::Push>> ListPushesBefore(sql::ReadTx& tx,
                                                       std::string_view institution,
                                                       std::string_view sender, int64_t before,
                                                       int64_t limit);

// Stores a push under its revision, with the time of `tx`. `institution` is a number.
absl::Status InsertPush(sql::WriteTx& tx, int64_t institution, const StoredPush& stored);

// `institutions/{institution}/pushes/{revision}`.
std::string PushName(std::string_view institution, int64_t revision);

}  // namespace athena::indicator

#endif  // ATHENA_SERVICES_INDICATOR_INGEST_PUSH_STORE_H_
