#ifndef ATHENA_TESTS_ORACLE_ENGINE_CASE_H_
#define ATHENA_TESTS_ORACLE_ENGINE_CASE_H_

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "libs/decimal/decimal.h"
#include "libs/period/period.h"
#include "services/reporting/rules/figures/budget.h"
#include "services/reporting/rules/figures/progress.h"
#include "services/reporting/rules/plan.h"

// The oracle's cases (README.md describes the JSON) as input of the engine. Cases are taken as
// valid: what is not ends the program.
namespace athena::oracle {

using Json = nlohmann::json;

// A number, a period or a day in a member of `json`; nullopt where it is null or absent.
std::optional<Decimal> NumberIn(const Json& json, const char* name);
std::optional<Period> PeriodIn(const Json& json, const char* name);
std::optional<absl::CivilDay> DayIn(const Json& json, const char* name);

// The amounts of budget lines by their names, in the order of reporting::Amount.
inline constexpr const char* kAmountNames[] = {"commitment_initial", "commitment_adjusted",
                                               "payment_initial",    "payment_adjusted",
                                               "committed",          "paid"};

// What is known of a link beside what was measured.
struct LinkContext {
  std::string name;  // as the oracle writes it: `id{dimension=code}`
  bool readable = true;
  bool is_flow = false;
  reporting::Direction direction = reporting::Direction::kHigher;
  std::optional<reporting::Course> course;
};

// A case as the rules take it.
struct Case {
  reporting::Plan plan;                         // elements from the top down
  std::vector<std::vector<LinkContext>> links;  // of each element
  std::optional<Decimal> elapsed_share;         // of the plan
  bool scores_year_to_date = false;             // what the plan says
  std::vector<reporting::BudgetLine> budget_lines;
  std::vector<std::string> owners;  // of each element; empty: nobody
};

// The links of an element have no measured values yet.
Case CaseFrom(const Json& json);

}  // namespace athena::oracle

#endif  // ATHENA_TESTS_ORACLE_ENGINE_CASE_H_
