#ifndef ATHENA_SERVICES_REPORTING_SCORECARDS_DIFFERENCES_H_
#define ATHENA_SERVICES_REPORTING_SCORECARDS_DIFFERENCES_H_

#include <optional>
#include <string>
#include <vector>

#include "services/reporting/rules/outcome.h"
#include "services/reporting/scorecards/scored_plan.h"

// What differs between two scored plans: of two quarters, or of two points in history. Pure and
// thread-safe.
namespace athena::reporting {

// The plan, an element or a link in a scored plan. Borrows it.
struct Place {
  const ScoredPlan* plan;
  int element = -1;  // -1: the plan itself
  int link = -1;     // of the element; -1: the element itself

  const Scored& scored() const;
  // Of the plan itself there is none.
  std::optional<Decimal> weight() const;
  // Of a link: what was scored.
  const Measured& measured() const;
  const indicator::v1::Measured& message() const;
  // By which the place is found in another scored plan: the resource name, and of a link also its
  // selection.
  std::string key() const;
  const std::string& name() const;  // of the plan or the element
};

// A place that is in one of two scored plans, or in both.
struct Difference {
  std::optional<Place> from;
  std::optional<Place> to;

  const Place& last() const { return to.has_value() ? *to : *from; }
};

// All places of both plans, paired: the plan and its elements, each before its links and the
// elements below it, in natural order of their codes. An element that was moved stands where it is
// in `to`. Only `element`, by resource name, and `depth` levels below it; empty: the whole plan.
std::vector<Difference> PlacesOf(const ScoredPlan& from, const ScoredPlan& to,
                                 const std::string& element, int depth);

// Whether status, reason, score or coverage differ, or it is in one of both alone.
bool OutcomeDiffers(const Difference& difference);
// Whether that, the weight, or what a link was measured by and against differs.
bool AnythingDiffers(const Difference& difference);

}  // namespace athena::reporting

#endif  // ATHENA_SERVICES_REPORTING_SCORECARDS_DIFFERENCES_H_
