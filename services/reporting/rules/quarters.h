#ifndef ATHENA_SERVICES_REPORTING_RULES_QUARTERS_H_
#define ATHENA_SERVICES_REPORTING_RULES_QUARTERS_H_

#include <optional>
#include <set>
#include <vector>

#include "libs/period/period.h"

// Which quarters of a plan are read and scored. Pure and thread-safe.
namespace athena::reporting {

// The quarters that a reader asks for.
struct QuarterRange {
  Period first;
  Period last;
  bool trends = false;  // also what the trends of the last one compare it with

  friend bool operator==(const QuarterRange& a, const QuarterRange& b) = default;
};

struct Quarters {
  Period scored;                      // the last one
  std::vector<Period> compared = {};  // scored as well
  // Of these only the values of indicators are read: a trend compares the evaluation period with
  // the one before it and that of a year before, which for a semestrial or annual indicator are the
  // evaluation periods of other quarters.
  std::vector<Period> evaluated = {};

  // All of them, the scored one first.
  std::vector<Period> Read() const;
};

// The quarters of the range that are within a plan from `plan_first` to `plan_last`; nullopt when
// none is.
std::optional<Quarters> QuartersOf(const QuarterRange& range, Period plan_first, Period plan_last);

// The quarters whose progress reports are read: those that may be scored, and the one before each,
// since its report counts until the next one is due.
std::set<Period> QuartersOfReports(const QuarterRange& range);

}  // namespace athena::reporting

#endif  // ATHENA_SERVICES_REPORTING_RULES_QUARTERS_H_
