#ifndef ATHENA_SERVICES_PLAN_STRATML_TESTING_RANDOM_PLAN_H_
#define ATHENA_SERVICES_PLAN_STRATML_TESTING_RANDOM_PLAN_H_

#include <cstdint>
#include <random>
#include <vector>

#include "athena/plan/v1/institution.pb.h"
#include "athena/plan/v1/plan.pb.h"

namespace athena::plan::testing {

// An institution's plan as it could be stored in a DRAFT from 2026 on, without what the service
// sets.
struct RandomPlan {
  v1::Institution institution;
  std::vector<v1::Unit> units;
  v1::Plan plan;
  std::vector<v1::Element> elements;
};

// Any plan of gob and its units u0 to u3: every field of a plan and of an element is set or not,
// texts have several languages and characters that XML escapes, elements have several levels and
// all kinds. The same for the same generator.
RandomPlan MakeRandomPlan(std::mt19937& random);

}  // namespace athena::plan::testing

#endif  // ATHENA_SERVICES_PLAN_STRATML_TESTING_RANDOM_PLAN_H_
