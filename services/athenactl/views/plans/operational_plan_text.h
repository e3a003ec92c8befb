#ifndef ATHENA_SERVICES_ATHENACTL_VIEWS_PLANS_OPERATIONAL_PLAN_TEXT_H_
#define ATHENA_SERVICES_ATHENACTL_VIEWS_PLANS_OPERATIONAL_PLAN_TEXT_H_

#include <string>

#include "athena/plan/v1/operational_plan.pb.h"
#include "athena/plan/v1/operations_service.pb.h"

// A unit's operational plan of a year. Pure and thread-safe.
namespace athena::athenactl {

struct OperationalPlanTextOptions {
  std::string language = {};  // of texts and numbers
  int width = 0;              // columns of the terminal; 0: unlimited
  bool colour = false;
};

// Of the versions of one unit and year the one that is in force, the APPROVED one with the highest
// version; where none was approved the one with the highest version. Null when there are none.
const athena::plan::v1::OperationalPlan* VersionToShow(
    const athena::plan::v1::ListOperationalPlansResponse& versions);

// Its state, a table of its items with the staff and money set aside, their sums, its notes, and a
// table of the year's milestones.
std::string OperationalPlanText(const athena::plan::v1::OperationalPlan& plan,
                                const OperationalPlanTextOptions& options);

}  // namespace athena::athenactl

#endif  // ATHENA_SERVICES_ATHENACTL_VIEWS_PLANS_OPERATIONAL_PLAN_TEXT_H_
