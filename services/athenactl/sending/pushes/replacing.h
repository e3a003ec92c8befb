#ifndef ATHENA_SERVICES_ATHENACTL_SENDING_PUSHES_REPLACING_H_
#define ATHENA_SERVICES_ATHENACTL_SENDING_PUSHES_REPLACING_H_

#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/athenactl/files/observation_file.h"
#include "services/athenactl/sending/pushes/pieces.h"

// Cuts a file into pushes that replace what is stored. Pure and thread-safe.
namespace athena::athenactl {

// The scopes that one push may have.
inline constexpr size_t kMostScopesOfPush = 100;

// What a file replaces. Empty fields follow from its rows.
struct Replacement {
  std::string from;                          // the first period
  std::string to;                            // the last one
  std::map<std::string, std::string> slice;  // only series with these codes
  std::vector<std::string> indicators;       // beside those of the rows
};

// Pieces that replace, for each indicator, all observations from its first to its last period.
// Small indicators share a push, and a scope is never split. Misused when an indicator has more
// rows than a push takes, or neither rows nor periods.
absl::StatusOr<std::vector<Piece>> ReplacePieces(std::vector<ObservationRow> rows,
                                                 const Replacement& replacement);

}  // namespace athena::athenactl

#endif  // ATHENA_SERVICES_ATHENACTL_SENDING_PUSHES_REPLACING_H_
