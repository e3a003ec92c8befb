#ifndef ATHENA_TESTS_ORACLE_ENGINE_RULES_SCORECARD_H_
#define ATHENA_TESTS_ORACLE_ENGINE_RULES_SCORECARD_H_

#include "tests/oracle/engine/case.h"

namespace athena::oracle {

// The engine's scorecard of a case, in the form of the oracle's (README.md). What the engine's
// scoring rules take as given comes from `expected`, the oracle's scorecard of the same case: what
// each link measured (E, value, coverage, thresholds), and what they do not compute (trends, values
// so far, years to date).
Json RulesScorecardOf(const Json& json, const Json& expected);

}  // namespace athena::oracle

#endif  // ATHENA_TESTS_ORACLE_ENGINE_RULES_SCORECARD_H_
