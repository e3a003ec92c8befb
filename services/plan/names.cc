#include "services/plan/names.h"

#include <algorithm>

#include "libs/ids/ids.h"
#include "libs/period/period.h"

namespace athena::plan {
namespace {

bool IsNumber(std::string_view text) {
  return !text.empty() && text[0] != '0' &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// Takes what is behind the last '-'; empty when there is none.
std::string_view TakeLast(std::string_view* id) {
  const size_t at = id->rfind('-');
  if (at == std::string_view::npos) return "";
  const std::string_view last = id->substr(at + 1);
  *id = id->substr(0, at);
  return last;
}

}  // namespace

bool IsOperationalPlanId(std::string_view id) {
  constexpr size_t kMostVersionDigits = 6;
  const std::string_view version = TakeLast(&id);
  const std::string_view year = TakeLast(&id);
  return IsNumber(version) && version.size() <= kMostVersionDigits && IsNumber(year) &&
         year.size() == 4 && IsResourceId(id);
}

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
