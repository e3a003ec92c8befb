#ifndef ATHENA_TESTS_ORACLE_ENGINE_PLAN_TREE_H_
#define ATHENA_TESTS_ORACLE_ENGINE_PLAN_TREE_H_

#include <memory>

#include "services/reporting/reading/plan_tree.h"
#include "tests/oracle/engine/case.h"

namespace athena::oracle {

// The case's plan as the plan service would answer it. Ids are the codes of elements ("1.2" is
// "e1-2"), the indexes of milestones and the ids of indicators. Without reports of progress, which
// the contract does not have.
std::shared_ptr<const reporting::PlanTree> PlanTreeOf(const Json& json);

}  // namespace athena::oracle

#endif  // ATHENA_TESTS_ORACLE_ENGINE_PLAN_TREE_H_
