#include "services/plan/names.h"

namespace athena::plan {

ResourceName PlanOf(const ResourceName& element) {
  return kPlanName.Of({element.ids[0], element.ids[1]});
}

}  // namespace athena::plan
