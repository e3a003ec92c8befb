#ifndef ATHENA_SERVICES_PLAN_OPERATIONS_PROCESSES_H_
#define ATHENA_SERVICES_PLAN_OPERATIONS_PROCESSES_H_

#include <string_view>

#include "athena/plan/v1/process.pb.h"
#include "services/plan/indicators/indicator_service.h"
#include "services/plan/organisation/institutions.h"

namespace athena::plan {

// The register of an institution's processes.
struct ProcessKind {
  using Message = v1::Process;
  using Parent = InstitutionKind;
  static constexpr std::string_view kPattern = kProcessName.text();
  static constexpr versioned::Collection kCollection = kProcesses;
  static constexpr std::string_view kUnique[] = {"code"};

  // Where links to indicators are checked, which outlives the kind. Null: they are not.
  const IndicatorService* indicators = nullptr;

  static void Validate(std::string_view path, std::string_view parent, const v1::Process& process,
                       status::FieldFaults* faults);
  // An indicator that a process newly names can be linked to. What is stored stays as it is.
  absl::Status Ask(const resource::Question<v1::Process>& question) const;
  // What else it names exists, and its code is its own.
  static absl::Status Admit(const resource::Admission<v1::Process>& admission);
  static bool Less(const v1::Process& a, const v1::Process& b);  // natural order of codes
};

}  // namespace athena::plan

#endif  // ATHENA_SERVICES_PLAN_OPERATIONS_PROCESSES_H_
