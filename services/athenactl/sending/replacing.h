#ifndef ATHENA_SERVICES_ATHENACTL_SENDING_REPLACING_H_
#define ATHENA_SERVICES_ATHENACTL_SENDING_REPLACING_H_

#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "athena/indicator/v1/observation.pb.h"
#include "services/athenactl/files/observation_file.h"

// Cuts a file into pushes. Pure and thread-safe.
namespace athena::athenactl {

// The scopes that one push may have.
inline constexpr size_t kMostScopesOfPush = 100;

struct Piece {
  absl::Span<const ObservationRow> rows;
  std::vector<athena::indicator::v1::Scope> scopes;  // with one it is a REPLACE, else a MERGE
};

// Pieces to merge, each as long as the limits of a push allow.
std::vector<Piece> MergePieces(absl::Span<const ObservationRow> rows);

// What a file replaces. Empty fields follow from its rows.
struct Replacement {
  std::string from;                          // the first period
  std::string to;                            // the last one
  std::map<std::string, std::string> slice;  // only series with these codes
  std::vector<std::string> indicators;       // beside those of the rows
};

// Pieces that replace, for each indicator, all observations from its first to its last period.
// Sorts `rows` by indicator; small indicators share a push, and a scope is never split. Misused
// when an indicator has more rows than a push takes, or neither rows nor periods.
absl::StatusOr<std::vector<Piece>> ReplacePieces(std::vector<ObservationRow>& rows,
                                                 const Replacement& replacement);

}  // namespace athena::athenactl

#endif  // ATHENA_SERVICES_ATHENACTL_SENDING_REPLACING_H_
