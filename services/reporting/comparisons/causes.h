#ifndef ATHENA_SERVICES_REPORTING_COMPARISONS_CAUSES_H_
#define ATHENA_SERVICES_REPORTING_COMPARISONS_CAUSES_H_

#include <set>
#include <string>
#include <vector>

#include "athena/reporting/v1/comparison.pb.h"
#include "services/reporting/comparisons/changes.h"
#include "services/reporting/scorecards/differences.h"

namespace athena::reporting {

// What is known of two scored plans that are compared.
struct Comparison {
  const std::vector<Difference>& places;  // all of them, those that are the same too
  // The keys of places that differ by the day alone, and by something else. Of two quarters every
  // place is in `changed`.
  const std::set<std::string>& became_due;
  const std::set<std::string>& changed;
  bool other_quarter;
  const Changes& changes;
};

// What made each of the places differ, in their order: the causes in the order of the contract,
// none for a place that is the same. Pure.
std::vector<std::vector<v1::DifferenceCause>> CausesOf(const Comparison& comparison);

}  // namespace athena::reporting

#endif  // ATHENA_SERVICES_REPORTING_COMPARISONS_CAUSES_H_
