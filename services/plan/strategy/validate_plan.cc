#include "services/plan/strategy/validate_plan.h"

#include <algorithm>
#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "libs/fields/fields.h"
#include "libs/period/period.h"
#include "services/plan/limits.h"

namespace athena::plan {
namespace {

using fields::Below;
using fields::Need;

std::optional<Period> ReadQuarter(const std::string& field, const std::string& text,
                                  status::FieldFaults* faults) {
  if (text.empty()) {
    faults->Missing(field);
    return std::nullopt;
  }
  const absl::StatusOr<Period> period = Period::Parse(text);
  if (period.ok() && period->frequency() == Frequency::kQuarter) return *period;
  faults->Add(field, text, "a quarter of the years 1900 to 2199, \"2021-Q1\"");
  return std::nullopt;
}

void CheckQuarters(std::string_view path, const v1::Plan& plan, status::FieldFaults* faults) {
  const auto first = ReadQuarter(Below(path, "first_quarter"), plan.first_quarter(), faults);
  const auto last = ReadQuarter(Below(path, "last_quarter"), plan.last_quarter(), faults);
  if (!first.has_value() || !last.has_value()) return;
  if (*last < *first) {
    faults->Add(Below(path, "last_quarter"), plan.last_quarter(),
                absl::StrCat("a quarter not before first_quarter, ", plan.first_quarter()));
  } else if (last->index() - first->index() >= kMaxQuarters) {
    faults->Add(Below(path, "last_quarter"), plan.last_quarter(),
                absl::StrCat("at most ", kMaxQuarters, " quarters in all: ",
                             first->Plus(kMaxQuarters - 1).ToString(), " or before"));
  }
}

void CheckLanguages(std::string_view path, const v1::Plan& plan, status::FieldFaults* faults) {
  const std::string field = Below(path, "languages");
  if (plan.languages().empty()) faults->Missing(field);
  if (plan.languages_size() > static_cast<int>(fields::kMaxLanguages)) {
    faults->Add(field, plan.languages_size(),
                absl::StrCat("at most ", fields::kMaxLanguages, " of them"));
    return;
  }
  for (int i = 0; i < plan.languages_size(); ++i) {
    const auto& languages = plan.languages();
    if (!fields::IsLanguageTag(languages[i])) {
      faults->Add(fields::At(field, i), languages[i], "a BCP-47 language tag, \"nl\"");
    } else if (std::find(languages.begin(), languages.begin() + i, languages[i]) !=
               languages.begin() + i) {
      faults->Add(fields::At(field, i), languages[i], "each once");
    }
  }
}

}  // namespace

void CheckPlan(std::string_view path, const v1::Plan& plan, status::FieldFaults* faults) {
  fields::CheckText(Below(path, "title"), plan.title(), fields::kMaxTitleBytes, Need::kRequired,
                    faults);
  fields::CheckText(Below(path, "description"), plan.description(), fields::kMaxDescriptionBytes,
                    Need::kOptional, faults);
  CheckQuarters(path, plan, faults);
  CheckLanguages(path, plan, faults);
  if (!v1::Plan::ScoreBasis_IsValid(plan.score_basis())) {
    faults->Add(Below(path, "score_basis"), static_cast<int>(plan.score_basis()),
                "a value of ScoreBasis");
  }
  if (!v1::Plan::MissingPolicy_IsValid(plan.missing_policy())) {
    faults->Add(Below(path, "missing_policy"), static_cast<int>(plan.missing_policy()),
                "a value of MissingPolicy");
  }
  if (plan.has_min_coverage() && !(plan.min_coverage() >= 0 && plan.min_coverage() <= 1)) {
    faults->Add(Below(path, "min_coverage"), plan.min_coverage(), "a number from 0 to 1");
  }
  fields::CheckInstitutions(Below(path, "shared_with"), plan.shared_with(), faults);
}

}  // namespace athena::plan
