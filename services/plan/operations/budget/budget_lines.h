#ifndef ATHENA_SERVICES_PLAN_OPERATIONS_BUDGET_BUDGET_LINES_H_
#define ATHENA_SERVICES_PLAN_OPERATIONS_BUDGET_BUDGET_LINES_H_

#include <string_view>

#include "athena/plan/v1/budget_line.pb.h"
#include "services/plan/organisation/institutions.h"

namespace athena::plan {

// The lines of an institution's budgets.
struct BudgetLineKind {
  using Message = v1::BudgetLine;
  using Parent = InstitutionKind;
  static constexpr std::string_view kPattern = kBudgetLineName.text();
  static constexpr versioned::Collection kCollection = kBudgetLines;

  static void Validate(std::string_view path, std::string_view parent, const v1::BudgetLine& line,
                       status::FieldFaults* faults);
  // The elements that it names exist, and its code is its own within its year. With amounts it is
  // not deleted and keeps its year.
  static absl::Status Admit(const resource::Admission<v1::BudgetLine>& admission);
  // By year, then in natural order of codes.
  static bool Less(const v1::BudgetLine& a, const v1::BudgetLine& b);
};

}  // namespace athena::plan

#endif  // ATHENA_SERVICES_PLAN_OPERATIONS_BUDGET_BUDGET_LINES_H_
