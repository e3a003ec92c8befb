#ifndef ATHENA_SERVICES_ATHENACTL_VIEWS_FOLLOW_UP_DECISION_LIST_H_
#define ATHENA_SERVICES_ATHENACTL_VIEWS_FOLLOW_UP_DECISION_LIST_H_

#include <map>
#include <string>

#include "absl/time/civil_time.h"
#include "athena/plan/v1/follow_up_service.pb.h"

namespace athena::athenactl {

struct DecisionListOptions {
  std::map<std::string, std::string> codes = {};  // of elements, by their names
  std::string language = {};                      // of titles
  absl::CivilDay today = {};
  int width = 0;  // columns of the terminal; 0: unlimited
  bool colour = false;
};

// Whether it is to be followed up: OPEN or IN_PROGRESS.
bool IsOpen(const athena::plan::v1::Decision& decision);

// A table of decisions, in the order given, and a line that counts the open and the late ones; of
// those that are open it says by how much they are late. Pure and thread-safe.
std::string DecisionList(const athena::plan::v1::ListDecisionsResponse& decisions,
                         const DecisionListOptions& options);

}  // namespace athena::athenactl

#endif  // ATHENA_SERVICES_ATHENACTL_VIEWS_FOLLOW_UP_DECISION_LIST_H_
