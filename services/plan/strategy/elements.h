#ifndef ATHENA_SERVICES_PLAN_STRATEGY_ELEMENTS_H_
#define ATHENA_SERVICES_PLAN_STRATEGY_ELEMENTS_H_

#include <string_view>

#include "services/plan/indicators/indicator_service.h"
#include "services/plan/limits.h"
#include "services/plan/strategy/plans.h"

namespace athena::plan {

// The elements of a plan, a tree.
struct ElementKind {
  using Message = v1::Element;
  using Parent = PlanKind;
  static constexpr std::string_view kPattern = kElementName.text();
  static constexpr versioned::Collection kCollection = kElements;
  static constexpr std::string_view kUnique[] = {"code"};
  static constexpr int kMaxBatch = kMaxBatchElements;
  static constexpr bool kDeletesChildren = true;

  // Where links to indicators are checked, which outlives the kind. Null: they are not.
  const IndicatorService* indicators = nullptr;

  static void Complete(v1::Element* element);  // begins as PLANNED
  static void Validate(std::string_view path, std::string_view parent, const v1::Element& element,
                       status::FieldFaults* faults);
  static absl::Status Fill(const versioned::Edit& edit, const v1::Element* before,
                           v1::Element* element);
  // An indicator that an element newly links to can be linked to. What is stored stays as it is.
  absl::Status Ask(const resource::Question<v1::Element>& question) const;
  // The plan can be changed; what an element names exists; it stands where it may. No milestone
  // that is due is changed away, and a state follows another as it may. Keeps its place
  // (places_store.h).
  static absl::Status Admit(const resource::Admission<v1::Element>& admission);
  static bool Less(const v1::Element& a, const v1::Element& b);  // natural order of codes
};

// Puts an element below another one, with all that is below it.
void CheckMoveElement(const v1::MoveElementRequest& request, status::FieldFaults* faults);
absl::Status MoveElement(const v1::MoveElementRequest& request, versioned::Edit& edit,
                         v1::Element* element);

}  // namespace athena::plan

#endif  // ATHENA_SERVICES_PLAN_STRATEGY_ELEMENTS_H_
