#ifndef ATHENA_SERVICES_ATHENACTL_FILES_OBSERVATION_FILE_H_
#define ATHENA_SERVICES_ATHENACTL_FILES_OBSERVATION_FILE_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "athena/indicator/v1/indicator_service.pb.h"
#include "athena/indicator/v1/observation.pb.h"

// Reads observations from a CSV file, and cuts them into pushes. Pure and thread-safe.
namespace athena::athenactl {

// The limits of one push: rows, and bytes of its observations (a request may have 4 MiB).
inline constexpr size_t kMostRowsOfPush = 10'000;
inline constexpr size_t kMostBytesOfPush = 3 << 20;

struct ObservationRow {
  int64_t line = 0;  // in the file, from 1
  athena::indicator::v1::Observation observation;
};

// A row that is refused, here or by the service.
struct RowRefusal {
  int64_t line = 0;
  std::string field;  // "value", "unit"; may be empty
  std::string description;
};

// A row that deletes every cell of an indicator that matches it.
struct BulkDeletion {
  int64_t line = 0;
  std::string indicator;
  std::string period;                        // empty: all periods
  std::map<std::string, std::string> slice;  // all series with these codes
};

struct ObservationFile {
  std::vector<ObservationRow> rows;
  // Only in SDMX-CSV.
  std::vector<BulkDeletion> deletions;
  // Rows that cannot be read, in order of their lines; they are not in `rows`.
  std::vector<RowRefusal> refused;
  // Values with more digits than a double keeps; they are in `rows`.
  std::vector<RowRefusal> imprecise;
};

// Reads a CSV file (csv.h). Its first record names the columns, in any order: `indicator`, `period`
// and `value`, `status`, `comment` and `retract` where they are needed, and every other one is a
// dimension.
//
//   indicator,period,unit,value,status,comment
//   headcount,2020-Q4,BM,420,,
//
// A value has a decimal point; none at all needs a status that says why. The status is a letter of
// SDMX CL_OBS_STATUS: A normal (or nothing), E, P, F, M, O, L, H, Q. A dimension without a code is
// left out. `retract` is yes in a row that deletes its cell, and then has no value, status or
// comment. Comments and codes are read Unguarded (csv.h). INVALID_ARGUMENT when the file as a whole
// cannot be read: "line 1: ...".
absl::StatusOr<ObservationFile> ReadObservations(std::string_view csv);

// Reads a value; adds a fault to `file.refused`, and lost digits to `file.imprecise`.
std::optional<double> TakeValue(int64_t line, std::string_view column, std::string_view text,
                                ObservationFile& file);

// The status of an SDMX letter, UNSPECIFIED of none; nullopt for a letter that is none of these.
std::optional<athena::indicator::v1::ObservationStatus> ReadStatusLetter(std::string_view letter);
inline constexpr std::string_view kStatusLetters =
    "one of A, E, P, F, M, O, L, H, Q, or nothing";  // after "want"
// The SDMX letter of a status; empty for UNSPECIFIED.
std::string_view StatusLetter(athena::indicator::v1::ObservationStatus status);

// Cuts the rows into the batches that are pushed, each as long as the limits allow.
std::vector<absl::Span<const ObservationRow>> Chunks(absl::Span<const ObservationRow> rows);

// "got "x", want a number".
std::string Got(std::string_view saw, std::string_view want);

// The id of one push: "PREFIX-NUMBER-HASH", at most 128 bytes. Requests with the same content, rows
// in the same order, have the same id, so that pushing a file again is a replay.
std::string PushId(std::string_view prefix, size_t number,
                   const athena::indicator::v1::PushObservationsRequest& request);

// The default prefix of push ids: the name of the file without its folders.
std::string PushIdPrefix(std::string_view path);

}  // namespace athena::athenactl

#endif  // ATHENA_SERVICES_ATHENACTL_FILES_OBSERVATION_FILE_H_
