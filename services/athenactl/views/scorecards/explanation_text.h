#ifndef ATHENA_SERVICES_ATHENACTL_VIEWS_SCORECARDS_EXPLANATION_TEXT_H_
#define ATHENA_SERVICES_ATHENACTL_VIEWS_SCORECARDS_EXPLANATION_TEXT_H_

#include <string>

#include "athena/reporting/v1/explanation.pb.h"

namespace athena::athenactl {

struct ExplanationOptions {
  int width = 0;  // columns; 0: lines are as long as they need to be
  bool colour = false;
  bool all_cells = false;  // else the first 20 of each source
};

// How a score came about: its status, a numbered sentence for each step, what would make it GREEN,
// and the cells behind a value. The sentences come from the service, in its language. Pure and
// thread-safe.
std::string ExplanationText(const athena::reporting::v1::Explanation& explanation,
                            const ExplanationOptions& options);

}  // namespace athena::athenactl

#endif  // ATHENA_SERVICES_ATHENACTL_VIEWS_SCORECARDS_EXPLANATION_TEXT_H_
