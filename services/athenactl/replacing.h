#ifndef ATHENA_SERVICES_ATHENACTL_REPLACING_H_
#define ATHENA_SERVICES_ATHENACTL_REPLACING_H_

#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "athena/indicator/v1/observation.pb.h"
#include "services/athenactl/observation_file.h"

// What is pushed at a time. Pure and thread-safe.
namespace athena::athenactl {

// The most scopes that one push takes.
inline constexpr size_t kMostScopesOfPush = 100;

struct Piece {
  absl::Span<const ObservationRow> rows;
  std::vector<athena::indicator::v1::Scope> scopes;  // with one it is a REPLACE, else a MERGE
};

// Rows to be merged, in pieces as long as they may be.
std::vector<Piece> MergePieces(absl::Span<const ObservationRow> rows);

// What a file replaces. What is empty follows from its rows.
struct Replacement {
  std::string from;                          // the first period
  std::string to;                            // the last one
  std::map<std::string, std::string> slice;  // only series with these codes
  std::vector<std::string> indicators;       // beside those of the rows
};

// Rows that are all there is within one scope for each indicator, from its first period to its last
// one. They are put in order of indicators, which share a push where there is room, so that a scope
// is replaced at once. Misused when an indicator has more rows than a push takes, or no period to
// begin with.
absl::StatusOr<std::vector<Piece>> ReplacePieces(std::vector<ObservationRow>& rows,
                                                 const Replacement& replacement);

}  // namespace athena::athenactl

#endif  // ATHENA_SERVICES_ATHENACTL_REPLACING_H_
