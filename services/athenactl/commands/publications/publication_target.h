#ifndef ATHENA_SERVICES_ATHENACTL_COMMANDS_PUBLICATIONS_PUBLICATION_TARGET_H_
#define ATHENA_SERVICES_ATHENACTL_COMMANDS_PUBLICATIONS_PUBLICATION_TARGET_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/athenactl/resources/connections.h"
#include "services/athenactl/terminal/arguments.h"

namespace athena::athenactl {

// What the words of a command name: the publications of a plan, of a quarter, or one of them.
struct PublicationTarget {
  std::string plan;     // resource name
  std::string quarter;  // "2026-Q2"; empty: all
  int64_t number = 0;   // 0: all

  // `{plan}/scorecards/{quarter}`, with "-" for all quarters.
  std::string Scorecard() const;
  // With a number.
  std::string Publication() const;
};

// Reads "[PLAN] [QUARTER [NUMBER]]" or the name of a publication. Asks the plan service where the
// plan or the institution was left out.
absl::StatusOr<PublicationTarget> ReadPublicationTarget(const Connections& connections,
                                                        const Arguments& arguments);

// The same, Misused without a number.
absl::StatusOr<PublicationTarget> ReadOnePublication(const Connections& connections,
                                                     const Arguments& arguments);

}  // namespace athena::athenactl

#endif  // ATHENA_SERVICES_ATHENACTL_COMMANDS_PUBLICATIONS_PUBLICATION_TARGET_H_
