#ifndef ATHENA_SERVICES_PLAN_FOLLOW_UP_DECISIONS_H_
#define ATHENA_SERVICES_PLAN_FOLLOW_UP_DECISIONS_H_

#include <string_view>

#include "athena/plan/v1/decision.pb.h"
#include "services/plan/organisation/institutions.h"

namespace athena::plan {

// Decisions, and their follow-up.
struct DecisionKind {
  using Message = v1::Decision;
  using Parent = InstitutionKind;
  static constexpr std::string_view kPattern = kDecisionName.text();
  static constexpr versioned::Collection kCollection = kDecisions;

  static void Complete(v1::Decision* decision);  // begins as OPEN
  static void Validate(std::string_view path, std::string_view parent, const v1::Decision& decision,
                       status::FieldFaults* faults);
  // A note that did not stand there before is by who makes the change.
  static absl::Status Fill(const versioned::Edit& edit, const v1::Decision* before,
                           v1::Decision* decision);
  // The element and the unit exist when they are named; what is over does not lie in the future.
  static absl::Status Admit(const resource::Admission<v1::Decision>& admission);
};

}  // namespace athena::plan

#endif  // ATHENA_SERVICES_PLAN_FOLLOW_UP_DECISIONS_H_
