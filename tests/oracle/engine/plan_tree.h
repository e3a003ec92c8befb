#ifndef ATHENA_TESTS_ORACLE_ENGINE_PLAN_TREE_H_
#define ATHENA_TESTS_ORACLE_ENGINE_PLAN_TREE_H_

#include <memory>

#include "services/reporting/reading/plan_tree.h"
#include "tests/oracle/engine/case.h"

namespace athena::oracle {

// The case's plan as the plan service would answer it. Ids are the codes of elements ("1.2" is
// "e1-2"), the indexes of milestones, the quarters of reports and the ids of indicators. With the
// reports of all quarters, in every state.
std::shared_ptr<const reporting::PlanTree> PlanTreeOf(const Json& json);

}  // namespace athena::oracle

#endif  // ATHENA_TESTS_ORACLE_ENGINE_PLAN_TREE_H_
