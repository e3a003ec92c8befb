#ifndef ATHENA_SERVICES_INDICATOR_TESTING_ORACLE_CASE_H_
#define ATHENA_SERVICES_INDICATOR_TESTING_ORACLE_CASE_H_

#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "athena/indicator/v1/indicator_service.pb.h"

// Answers cases of tests/oracle (tests/oracle/README.md describes their JSON) by the rules of this
// service, without a database.
namespace athena::indicator::testing {

// An indicator, or a slice of one, by the ids of the case.
struct OracleSelection {
  std::string indicator;
  std::map<std::string, std::string> slice;

  friend auto operator<=>(const OracleSelection& a, const OracleSelection& b) = default;
};

// The indicator links of all elements of the case's plan, each once.
std::vector<OracleSelection> SelectionsOf(const nlohmann::json& oracle_case);

// The answer of QueryPeriodValues to these selections in the case's quarter, or in other `periods`,
// as the service would send it: its parts are serialised and parsed. Numbers of targets that a
// double cannot hold are used as the case has them. Aborts when the case is not valid.
v1::QueryPeriodValuesResponse AnswerOracleCase(const nlohmann::json& oracle_case,
                                               absl::Span<const OracleSelection> selections,
                                               absl::Span<const std::string> periods = {});

}  // namespace athena::indicator::testing

#endif  // ATHENA_SERVICES_INDICATOR_TESTING_ORACLE_CASE_H_
