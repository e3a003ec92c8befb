#ifndef ATHENA_TESTS_ORACLE_ENGINE_WHOLE_SCORECARD_H_
#define ATHENA_TESTS_ORACLE_ENGINE_WHOLE_SCORECARD_H_

#include "tests/oracle/engine/case.h"

namespace athena::oracle {

// A case scored by the services' own code, from its observations to the message that the reporting
// service answers with, in the form of the oracle's scorecards (README.md). Trends, which no
// service computes, and the values of links in a quarter that has not begun are those of
// `expected`, the oracle's scorecard.
Json WholeScorecardOf(const Json& json, const Json& expected);

}  // namespace athena::oracle

#endif  // ATHENA_TESTS_ORACLE_ENGINE_WHOLE_SCORECARD_H_
