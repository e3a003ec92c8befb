#include "services/plan/names.h"

#include "libs/period/period.h"

namespace athena::plan {

bool IsQuarter(std::string_view id) {
  const absl::StatusOr<Period> period = Period::Parse(id);
  return period.ok() && period->frequency() == Frequency::kQuarter;
}

ResourceName PlanOf(const ResourceName& element) {
  return kPlanName.Of({element.ids[0], element.ids[1]});
}

ResourceName ElementOf(const ResourceName& report) {
  return kElementName.Of({report.ids[0], report.ids[1], report.ids[2]});
}

}  // namespace athena::plan
