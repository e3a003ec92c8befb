#include "services/indicator/ingest/rows/check_scopes.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/fields/fields.h"
#include "libs/period/period.h"
#include "services/indicator/ingest/rows/allowed_values.h"

namespace athena::indicator {
namespace {

std::optional<Period> ReadScopePeriod(const std::string& field, const std::string& text,
                                      Frequency frequency, absl::CivilDay today,
                                      status::FieldFaults* faults) {
  const absl::StatusOr<Period> period = Period::Parse(text);
  if (period.ok() && period->frequency() >= frequency) return *period;
  faults->Add(field, text,
              absl::StrCat("a period of frequency ", std::string(FrequencyCode(frequency)),
                           " or coarser, like ", Period::Containing(frequency, today).ToString()));
  return std::nullopt;
}

CodeFilter ReadSlice(const std::string& path, const v1::Scope& scope, const Definition& definition,
                     status::FieldFaults* faults) {
  CodeFilter codes;
  for (const auto& [id, code] : scope.slice()) {
    const std::string field = fields::At(path, status::Printable(id, kMaxShownId));
    const std::optional<size_t> dimension = definition.DimensionAt(id);
    if (!dimension.has_value()) {
      faults->Add(field, code, DimensionsAllowed(definition));
    } else if (!definition.dimensions[*dimension].position.contains(code)) {
      faults->Add(field, code, CodesAllowed(definition.dimensions[*dimension]));
    } else {
      codes.emplace_back(*dimension, code);
    }
  }
  return codes;
}

void CheckScope(const std::string& path, const v1::Scope& scope, const Definitions& definitions,
                absl::CivilDay today, status::FieldFaults* faults,
                std::vector<CheckedScope>* scopes) {
  const Definition* definition = definitions.Find(scope.indicator());
  if (definition == nullptr || !definition->TakesObservations()) {
    faults->Add(path + ".indicator", scope.indicator(),
                "the id of an indicator of the institution that takes observations");
    return;
  }
  const Frequency frequency = definition->frequency;
  const std::string& last_text =
      scope.end_period().empty() ? scope.start_period() : scope.end_period();
  const std::optional<Period> first =
      ReadScopePeriod(path + ".start_period", scope.start_period(), frequency, today, faults);
  const std::optional<Period> last =
      ReadScopePeriod(path + ".end_period", last_text, frequency, today, faults);
  CheckedScope checked;
  checked.indicator = definition->id;
  checked.codes = ReadSlice(path + ".slice", scope, *definition, faults);
  if (!first.has_value() || !last.has_value()) return;
  const Period first_cell = first->SubPeriods(frequency).front();
  const Period last_cell = last->SubPeriods(frequency).back();
  if (last_cell < first_cell) {
    faults->Add(path + ".end_period", last_text,
                absl::StrCat("no period before ", scope.start_period(), ", the start_period"));
    return;
  }
  checked.first_period = first_cell.index();
  checked.last_period = last_cell.index();
  checked.first_quarter = first_cell.QuarterOf().index();
  checked.last_quarter = last_cell.QuarterOf().index();
  scopes->push_back(std::move(checked));
}

}  // namespace

std::vector<CheckedScope> CheckScopes(const v1::PushObservationsRequest& request,
                                      const Definitions& definitions, absl::CivilDay today,
                                      status::FieldFaults* faults) {
  std::vector<CheckedScope> scopes;
  for (int i = 0; i < request.scopes_size(); ++i) {
    CheckScope(fields::At("scopes", static_cast<size_t>(i)), request.scopes(i), definitions, today,
               faults, &scopes);
  }
  if (!faults->empty()) scopes.clear();
  return scopes;
}

bool InScopes(const std::vector<CheckedScope>& scopes, const Definition& definition,
              const RowSeries& series, int32_t period) {
  const auto has_code = [&](const std::pair<size_t, std::string>& wanted) {
    return *series.FindCode(definition.dimensions[wanted.first].id) == wanted.second;
  };
  return std::any_of(scopes.begin(), scopes.end(), [&](const CheckedScope& scope) {
    return scope.indicator == definition.id && scope.first_period <= period &&
           period <= scope.last_period &&
           std::all_of(scope.codes.begin(), scope.codes.end(), has_code);
  });
}

}  // namespace athena::indicator
