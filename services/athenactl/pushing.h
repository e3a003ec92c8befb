#ifndef ATHENA_SERVICES_ATHENACTL_PUSHING_H_
#define ATHENA_SERVICES_ATHENACTL_PUSHING_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "athena/indicator/v1/observation.pb.h"
#include "services/athenactl/connections.h"
#include "services/athenactl/observation_file.h"
#include "services/athenactl/replacing.h"

// Pushing observations, piece by piece. Each piece is a push with an id that follows from its
// content: what was pushed before is a replay, so that an interrupted command is simply run again.
namespace athena::athenactl {

struct PushOptions {
  std::string institution;  // "institutions/gob"
  std::string id_prefix;    // see PushId
  bool partial = false;     // store the good rows of a piece that has bad ones
  bool validate_only = false;
  std::string correction_reason;  // why what is closed is changed; empty: it is not
};

// What became of the rows.
struct PushReport {
  int64_t pieces = 0;           // in all
  int64_t pieces_done = 0;      // stored (or, validate_only, checked)
  int64_t pieces_replayed = 0;  // of which stored by an earlier run
  int64_t pieces_refused = 0;   // for some of their rows
  int64_t rows_replayed = 0;    // rows of replayed pieces; not in `counts`
  int64_t rows_refused = 0;
  int64_t rows_held_back = 0;  // good rows of a refused piece, which were not stored
  athena::indicator::v1::PushCounts counts;
  // In order of their lines; at most 1,000 of a piece.
  std::vector<RowRefusal> refused;
  // What is odd about rows that were stored all the same, likewise.
  std::vector<RowRefusal> flagged;
  // Why it ended before all was pushed; OK: it did not. What was done stays done.
  absl::Status failure;

  // Whether something is there now, or would be, that was not there before.
  bool Changed() const;
};

// Pushes all pieces. Answers that ask for a retry (UNAVAILABLE; RESOURCE_EXHAUSTED with RetryInfo),
// and those that leave open what happened (DEADLINE_EXCEEDED, INTERNAL, UNKNOWN, CANCELLED), are
// retried with the same id. A piece with bad rows does not keep the others from being pushed; any
// other refusal ends it. `progress` is told how many rows are done, after each piece.
PushReport Push(const Connections& connections, absl::Span<const Piece> pieces,
                const PushOptions& options, const std::function<void(int64_t)>& progress);

// "10 inserted, 2 unchanged": the ends that rows met, in the order of PushCounts; empty when none.
std::string CountsText(const athena::indicator::v1::PushCounts& counts);

}  // namespace athena::athenactl

#endif  // ATHENA_SERVICES_ATHENACTL_PUSHING_H_
