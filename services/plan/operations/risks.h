#ifndef ATHENA_SERVICES_PLAN_OPERATIONS_RISKS_H_
#define ATHENA_SERVICES_PLAN_OPERATIONS_RISKS_H_

#include <string_view>

#include "athena/plan/v1/risk.pb.h"
#include "services/plan/organisation/institutions.h"

namespace athena::plan {

// The risks of an institution.
struct RiskKind {
  using Message = v1::Risk;
  using Parent = InstitutionKind;
  static constexpr std::string_view kPattern = kRiskName.text();
  static constexpr versioned::Collection kCollection = kRisks;
  static constexpr std::string_view kUnique[] = {"code"};

  static void Complete(v1::Risk* risk);  // the scores; begins OPEN
  static void Validate(std::string_view path, std::string_view parent, const v1::Risk& risk,
                       status::FieldFaults* faults);
  // What it names exists, no day of it is in the future, and its code is its own; what is deleted
  // is named by no process.
  static absl::Status Admit(const resource::Admission<v1::Risk>& admission);
  static bool Less(const v1::Risk& a, const v1::Risk& b);  // natural order of codes
};

}  // namespace athena::plan

#endif  // ATHENA_SERVICES_PLAN_OPERATIONS_RISKS_H_
