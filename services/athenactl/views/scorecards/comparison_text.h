#ifndef ATHENA_SERVICES_ATHENACTL_VIEWS_SCORECARDS_COMPARISON_TEXT_H_
#define ATHENA_SERVICES_ATHENACTL_VIEWS_SCORECARDS_COMPARISON_TEXT_H_

#include <string>

#include "athena/reporting/v1/comparison.pb.h"

namespace athena::athenactl {

struct ComparisonOptions {
  std::string language = {};  // how numbers are written; empty: as in English
  int width = 0;              // columns; 0: lines are as long as they need to be
  bool colour = false;
};

// The differences between two scorecards: for each place its scores, values and weights before and
// after, and below it what made the difference. Pure and thread-safe.
std::string ComparisonText(const athena::reporting::v1::ScorecardComparison& comparison,
                           const ComparisonOptions& options);

}  // namespace athena::athenactl

#endif  // ATHENA_SERVICES_ATHENACTL_VIEWS_SCORECARDS_COMPARISON_TEXT_H_
