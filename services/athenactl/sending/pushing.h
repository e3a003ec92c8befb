#ifndef ATHENA_SERVICES_ATHENACTL_SENDING_PUSHING_H_
#define ATHENA_SERVICES_ATHENACTL_SENDING_PUSHING_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "athena/indicator/v1/observation.pb.h"
#include "services/athenactl/files/observation_file.h"
#include "services/athenactl/resources/connections.h"
#include "services/athenactl/sending/replacing.h"

// Pushes observations, a piece at a time. The id of a push follows from its content, so that
// pushing the same piece again is a replay: an interrupted command can be run again.
namespace athena::athenactl {

struct PushOptions {
  std::string institution;  // "institutions/gob"
  std::string id_prefix;    // see PushId
  bool partial = false;     // store the good rows of a piece that has bad ones
  bool validate_only = false;
  std::string correction_reason;  // of changes in closed quarters; empty: there are none
};

// The result of pushing a file.
struct PushReport {
  int64_t pieces = 0;           // in all
  int64_t pieces_done = 0;      // stored (or, validate_only, checked)
  int64_t pieces_replayed = 0;  // of those, stored by an earlier run
  int64_t pieces_refused = 0;   // with refused rows
  int64_t rows_replayed = 0;    // rows of replayed pieces; not in `counts`
  int64_t rows_refused = 0;
  int64_t rows_held_back = 0;  // good rows of a refused piece, which were not stored
  athena::indicator::v1::PushCounts counts;
  // In order of their lines; at most 1,000 of a piece.
  std::vector<RowRefusal> refused;
  // Warnings about rows that were stored, likewise.
  std::vector<RowRefusal> flagged;
  // Why pushing ended early; OK: it did not. Pieces that were stored stay stored.
  absl::Status failure;

  // Whether an observation was changed, or would be.
  bool Changed() const;
};

// Pushes all pieces. Retries with the same id after UNAVAILABLE, RESOURCE_EXHAUSTED with RetryInfo,
// and errors with an unknown outcome (DEADLINE_EXCEEDED, INTERNAL, UNKNOWN, CANCELLED). After a
// piece with refused rows it goes on with the next one; any other refusal ends it. Calls `progress`
// with the number of rows done after each piece.
PushReport Push(const Connections& connections, absl::Span<const Piece> pieces,
                const PushOptions& options, const std::function<void(int64_t)>& progress);

// "10 inserted, 2 unchanged": the outcomes of rows, in the order of PushCounts; empty without rows.
std::string CountsText(const athena::indicator::v1::PushCounts& counts);

}  // namespace athena::athenactl

#endif  // ATHENA_SERVICES_ATHENACTL_SENDING_PUSHING_H_
