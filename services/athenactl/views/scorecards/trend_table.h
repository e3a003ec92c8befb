#ifndef ATHENA_SERVICES_ATHENACTL_VIEWS_SCORECARDS_TREND_TABLE_H_
#define ATHENA_SERVICES_ATHENACTL_VIEWS_SCORECARDS_TREND_TABLE_H_

#include <string>

#include "athena/reporting/v1/reporting_service.pb.h"

namespace athena::athenactl {

struct TrendTableOptions {
  std::string language = {};  // how numbers are written; empty: as in English
  int width = 0;              // columns; 0: lines are as long as they need to be
  bool colour = false;
};

// The scores of several quarters: a row for each element, a column for each quarter. Where there is
// no room for all quarters, the earliest are left out, which is said. Pure and thread-safe.
std::string TrendTable(const athena::reporting::v1::ListScorecardsResponse& response,
                       const TrendTableOptions& options);

}  // namespace athena::athenactl

#endif  // ATHENA_SERVICES_ATHENACTL_VIEWS_SCORECARDS_TREND_TABLE_H_
