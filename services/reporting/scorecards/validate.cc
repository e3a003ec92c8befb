#include "services/reporting/scorecards/validate.h"

#include <string_view>

#include "absl/strings/str_cat.h"
#include "libs/fields/fields.h"
#include "libs/ids/ids.h"
#include "libs/status/status.h"
#include "services/reporting/errors.h"
#include "services/reporting/limits.h"
#include "services/reporting/rules/scoring.h"

namespace athena::reporting {
namespace {

constexpr std::string_view kElement = "institutions/*/plans/*/elements/*";

void CheckName(const std::string& name, ScorecardRequest* valid, status::FieldFaults* faults) {
  const size_t slash = name.rfind('/');
  const std::string parent = name.substr(0, slash == std::string::npos ? 0 : slash);
  const auto ids = MatchName("institutions/*/plans/*/scorecards", parent);
  if (!ids.has_value()) {
    faults->Add("name", name, "institutions/{institution}/plans/{plan}/scorecards/{period}");
    return;
  }
  const absl::StatusOr<Period> period = Period::Parse(name.substr(slash + 1));
  if (!period.ok() || period->frequency() != Frequency::kQuarter) {
    faults->Add("name", name, "a quarter at the end: \"2021-Q3\"");
    return;
  }
  valid->name = name;
  valid->plan = FillName("institutions/*/plans/*", *ids);
  valid->quarter = *period;
}

void CheckBasis(const v1::Basis& basis, ScorecardRequest* valid, status::FieldFaults* faults) {
  if (!basis.has_date()) {
    faults->Missing("as_of.basis.date");
  } else if (!fields::DayOf(basis.date()).has_value()) {
    faults->Add(
        "as_of.basis.date",
        absl::StrCat(basis.date().year(), "-", basis.date().month(), "-", basis.date().day()),
        "a day of the calendar");
  }
  if (basis.plan_revision() <= 0) {
    faults->Add("as_of.basis.plan_revision", basis.plan_revision(), "1 or more");
  }
  valid->basis = basis;
}

}  // namespace

absl::StatusOr<ScorecardRequest> Validate(const v1::GetScorecardRequest& request, absl::Time now) {
  status::FieldFaults faults;
  ScorecardRequest valid;
  CheckName(request.name(), &valid, &faults);
  if (request.as_of().has_time()) {
    valid.time = fields::TimeOf(request.as_of().time());
    if (!valid.time.has_value()) {
      faults.Add("as_of.time", request.as_of().time().ShortDebugString(),
                 "a time of the years 1 to 9999");
    }
  }
  if (request.as_of().has_basis()) CheckBasis(request.as_of().basis(), &valid, &faults);
  const std::string& language = request.language_code();
  if (!language.empty() && !fields::IsLanguageTag(language)) {
    faults.Add("language_code", language, "a BCP-47 tag of at most 35 bytes: \"nl\"");
  }
  if (!v1::ScorecardView_IsValid(request.view())) {
    faults.Add("view", static_cast<int>(request.view()), "BASIC or FULL");
  }
  if (request.has_depth() && (request.depth() < 0 || request.depth() > kMaxDepth)) {
    faults.Add("depth", request.depth(), "0 to 100");
  }
  const std::string elements = valid.plan + "/elements/";
  if (!request.element().empty() && !valid.plan.empty() &&
      (request.element().compare(0, elements.size(), elements) != 0 ||
       !MatchName(kElement, request.element()).has_value())) {
    faults.Add("element", request.element(), elements + "{element}");
  }
  if (!faults.empty()) return faults.ToStatus();
  if (valid.time.has_value() && *valid.time > now) return status::FutureAsOf(*valid.time, now);
  if (valid.basis.has_value() && !valid.basis->engine_version().empty() &&
      valid.basis->engine_version() != kEngineVersion) {
    return EngineVersionUnavailable(valid.basis->engine_version(), std::string(kEngineVersion));
  }
  valid.presentation.language = language;
  valid.presentation.full = request.view() == v1::SCORECARD_VIEW_FULL;
  valid.presentation.element = request.element();
  if (request.has_depth()) valid.presentation.depth = request.depth();
  return valid;
}

}  // namespace athena::reporting
