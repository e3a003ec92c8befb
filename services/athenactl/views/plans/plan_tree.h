#ifndef ATHENA_SERVICES_ATHENACTL_VIEWS_PLANS_PLAN_TREE_H_
#define ATHENA_SERVICES_ATHENACTL_VIEWS_PLANS_PLAN_TREE_H_

#include <string>

#include "athena/plan/v1/plan_service.pb.h"

// A strategic plan as a tree of its elements. Pure and thread-safe.
namespace athena::athenactl {

struct PlanTreeOptions {
  std::string language = {};  // of texts and numbers; empty: the plan's first
  int depth = 0;              // levels to show; 0: all
  int width = 0;              // columns of the terminal; 0: unlimited
  bool colour = false;
};

// The plan's title, a table of its elements in the order of their codes, each below its parent, and
// a line that counts their states. An element shows the newest of its reports in `tree` that counts
// (SUBMITTED or VALIDATED). An element whose parent is not in the tree stands at the top.
std::string PlanTreeText(const athena::plan::v1::GetPlanTreeResponse& tree,
                         const PlanTreeOptions& options);

}  // namespace athena::athenactl

#endif  // ATHENA_SERVICES_ATHENACTL_VIEWS_PLANS_PLAN_TREE_H_
