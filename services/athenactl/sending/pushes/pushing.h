#ifndef ATHENA_SERVICES_ATHENACTL_SENDING_PUSHES_PUSHING_H_
#define ATHENA_SERVICES_ATHENACTL_SENDING_PUSHES_PUSHING_H_

#include <cstdint>
#include <functional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "athena/indicator/v1/indicator_service.pb.h"
#include "athena/indicator/v1/observation.pb.h"
#include "services/athenactl/files/text/row_report.h"
#include "services/athenactl/resources/connections.h"
#include "services/athenactl/sending/pushes/file_survey.h"
#include "services/athenactl/sending/pushes/pieces.h"

// Pushes observations, a piece at a time. The id of a push follows from its content, so that a
// retry after a lost answer stores it once. Content that was stored before is compared with what is
// stored now: if it is still so, nothing is done; if the same sender has changed it since, it is
// pushed under another id; if somebody else has, it is left as it is.
namespace athena::athenactl {

struct PushOptions {
  std::string institution;  // "institutions/gob"
  std::string id_prefix;    // see PushId
  bool partial = false;     // store the good rows of a piece that has bad ones
  bool validate_only = false;
  std::string correction_reason;  // of changes in closed quarters; empty: there are none
  bool again = false;             // push what somebody else has changed since, too
};

// The result of pushing pieces. Each row of a finished piece is counted once: in `counts`, as
// refused, held back, stored before or changed by others.
struct PushReport {
  int64_t pieces = 0;                        // that were finished
  int64_t rows = 0;                          // of them
  int64_t pieces_again = 0;                  // pushed under another id
  athena::indicator::v1::PushCounts counts;  // of what was stored, or would be
  int64_t cells_swept = 0;  // cells in `counts` that a REPLACE took back, for want of a row
  RowFaults refused;
  int64_t rows_held_back = 0;                        // good rows of a refused piece
  int64_t rows_before = 0;                           // stored before, and still so
  absl::Time first_before = absl::InfiniteFuture();  // when
  absl::Time last_before = absl::InfinitePast();
  // Stored before, and changed by somebody else since. The lines say by whom.
  RowFaults changed;
  RowFaults flagged;  // warnings about rows that were stored
  // Why pushing ended early; OK: it did not. What was stored stays stored.
  absl::Status failure;
  bool interrupted = false;  // by Interruption

  // Whether an observation was changed, or would be.
  bool Changed() const;
  // How many rows are stored now as the file says, or would be.
  int64_t RowsStored() const;
};

// Names the columns of dimensions as the institution's indicators do ("institutions/gob"), whatever
// their case. Asks the service only where a column has an upper-case letter; a service that does
// not answer changes no name. INVALID_ARGUMENT when the columns cannot be read.
absl::Status NameDimensions(const Connections& connections, const std::string& institution,
                            SourceFile& file);

// Pushes all pieces. Retries with the same id after UNAVAILABLE, RESOURCE_EXHAUSTED with RetryInfo,
// and errors with an unknown outcome (DEADLINE_EXCEEDED, INTERNAL, UNKNOWN, CANCELLED). After a
// piece with refused rows it goes on with the next one; any other refusal ends it. Calls `progress`
// with the number of rows done after each piece.
PushReport Push(const Connections& connections, const NextPiece& next, const PushOptions& options,
                const std::function<void(int64_t)>& progress);

// What the service would do with each row of a piece that is merged.
absl::StatusOr<athena::indicator::v1::PushObservationsResponse> ValidatePiece(
    const Connections& connections, const std::string& institution, const Piece& piece);

// Whether a later try of the same command can help after such an error.
bool IsWorthRetrying(const absl::Status& failure);

// "10 inserted, 2 unchanged": the outcomes of rows that were not refused, in the order of
// PushCounts; empty without rows.
std::string CountsText(const athena::indicator::v1::PushCounts& counts);

}  // namespace athena::athenactl

#endif  // ATHENA_SERVICES_ATHENACTL_SENDING_PUSHES_PUSHING_H_
