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

// Stored pushes, by sender and push_id and by revision. The functions run in the caller's
// transaction and keep no state. Institutions are ids unless a comment says otherwise.
namespace athena::indicator {

// A push that was stored. `push` and `outcomes` make up the response that its sender got.
struct StoredPush {
  v1::Push push;         // name and time are set when it is read
  std::string digest;    // its ContentDigest
  std::string outcomes;  // a serialised v1::PushObservationsResponse with outcomes only
};

// The push of a sender by its id; nullopt when there is none.
absl::StatusOr<std::optional<StoredPush>> FindPush(sql::ReadTx& tx, std::string_view institution,
                                                   std::string_view sender,
                                                   std::string_view push_id);

// The push with a revision, without digest and outcomes; nullopt when no push has it.
absl::StatusOr<std::optional<StoredPush>> FindPushAt(sql::ReadTx& tx, std::string_view institution,
                                                     int64_t revision);

// Up to `limit` pushes of a sender (of all when empty) before a revision, the newest first.
absl::StatusOr<std::vector<v1::Push>> ListPushesBefore(sql::ReadTx& tx,
                                                       std::string_view institution,
                                                       std::string_view sender, int64_t before,
                                                       int64_t limit);

// Stores a push under its revision with the time of the transaction. `institution` is a number.
absl::Status InsertPush(sql::WriteTx& tx, int64_t institution, const StoredPush& stored);

// `institutions/{institution}/pushes/{revision}`.
std::string PushName(std::string_view institution, int64_t revision);

}  // namespace athena::indicator

#endif  // ATHENA_SERVICES_INDICATOR_INGEST_PUSH_STORE_H_
