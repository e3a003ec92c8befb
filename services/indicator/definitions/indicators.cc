#include "services/indicator/definitions/indicators.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/fields/fields.h"
#include "libs/filter/filter.h"
#include "libs/paging/page.h"
#include "libs/status/macros.h"
#include "libs/status/status.h"
#include "services/indicator/definitions/access.h"
#include "services/indicator/definitions/definition_reader.h"
#include "services/indicator/definitions/operands.h"
#include "services/indicator/definitions/target_store.h"
#include "services/indicator/definitions/validate_indicator.h"
#include "services/indicator/model/definition.h"
#include "services/indicator/model/errors.h"

namespace athena::indicator {
namespace {

using v1::Indicator;

constexpr PageSizes kIndicatorPages{.default_size = kIndicatorPage, .max_size = kMaxIndicatorPage};

// Checks the operands of new and changed formulas. All that is stored is valid by itself.
absl::Status CheckFormulas(const resource::Admission<Indicator>& admission) {
  DefinitionReader definitions([&admission](const std::string& id) {
    return admission.edit.Find<Indicator>(kIndicators, id);
  });
  std::vector<std::string> ids;
  for (const resource::Change<Indicator>& change : admission.changes) {
    const Indicator& after = *change.after;
    if (after.kind() != Indicator::KIND_FORMULA) continue;
    if (change.before != nullptr && change.before->formula() == after.formula()) continue;
    ids.push_back(ParseIndicatorName(after.name())->indicator);
    ATHENA_RETURN_IF_ERROR(
        CheckOperands(change.Field("formula"), after, definitions, admission.faults));
  }
  if (ids.empty() || !admission.faults->empty()) return absl::OkStatus();
  ATHENA_ASSIGN_OR_RETURN(const std::vector<std::string> cycle, FindFormulaCycle(ids, definitions));
  return cycle.empty() ? absl::OkStatus() : FormulaCycle(cycle);
}

// The names of the active formulas that read the indicator.
absl::StatusOr<std::vector<std::string>> FormulasOver(const std::string& id,
                                                      const versioned::Edit& edit) {
  ATHENA_ASSIGN_OR_RETURN(const std::vector<Indicator> all, edit.List<Indicator>(kIndicators));
  std::vector<std::string> over;
  for (const Indicator& one : all) {
    if (one.kind() != Indicator::KIND_FORMULA || one.state() == Indicator::STATE_RETIRED) continue;
    const absl::StatusOr<Formula> formula = Formula::Parse(one.formula());
    if (!formula.ok()) return status::Internal("the stored formula of " + one.name());
    const std::vector<Operand>& operands = formula->operands();
    if (std::any_of(operands.begin(), operands.end(),
                    [&id](const Operand& operand) { return operand.indicator == id; })) {
      over.push_back(one.name());
    }
  }
  return over;
}

}  // namespace

void IndicatorKind::Complete(Indicator* indicator) {
  if (indicator->state() == Indicator::STATE_UNSPECIFIED) {
    indicator->set_state(Indicator::STATE_ACTIVE);
  }
}

void IndicatorKind::Validate(std::string_view path, std::string_view, const Indicator& indicator,
                             status::FieldFaults* faults) {
  CheckIndicator(path, indicator, faults);
}

absl::Status IndicatorKind::Admit(const resource::Admission<Indicator>& admission) const {
  versioned::Edit& edit = admission.edit;
  for (const auto& [before, after, path] : admission.changes) {
    if (before == nullptr) continue;
    const std::string id = ParseIndicatorName(after->name())->indicator;
    ATHENA_ASSIGN_OR_RETURN(const bool any, HasTarget(edit.tx(), edit.institution(), id));
    ATHENA_ASSIGN_OR_RETURN(const bool open, HasOpenTarget(edit.tx(), edit.institution(), id));
    const TargetsOfIndicator targets = open  ? TargetsOfIndicator::kOpen
                                       : any ? TargetsOfIndicator::kEnded
                                             : TargetsOfIndicator::kNone;
    CheckUnchanged(path, *before, *after, targets, admission.faults);
  }
  if (!admission.faults->empty()) return absl::OkStatus();
  ATHENA_RETURN_IF_ERROR(CheckFormulas(admission));
  return catalog_.RecordChange(edit);
}

absl::Status RetireIndicator(absl::TimeZone otherwise, const versioned::Edit& edit,
                             Indicator* indicator) {
  if (indicator->state() == Indicator::STATE_RETIRED) return absl::OkStatus();
  ATHENA_ASSIGN_OR_RETURN(const std::vector<std::string> over,
                          FormulasOver(ParseIndicatorName(indicator->name())->indicator, edit));
  if (!over.empty()) return IndicatorInUse(indicator->name(), over);
  ATHENA_ASSIGN_OR_RETURN(const absl::TimeZone zone, ZoneIn(edit, otherwise));
  indicator->set_state(Indicator::STATE_RETIRED);
  *indicator->mutable_retired_on() = fields::DateOf(absl::ToCivilDay(edit.time(), zone));
  return absl::OkStatus();
}

absl::StatusOr<v1::ListIndicatorsResponse> IndicatorLists::List(
    const auth::Principal& principal, const v1::ListIndicatorsRequest& request) const {
  status::FieldFaults faults;
  const std::optional<std::string> parent =
      ReadInstitutionName("parent", request.parent(), &faults);
  const size_t size = PageSize(request.page_size(), kIndicatorPages, &faults);
  if (!faults.empty()) return faults.ToStatus();
  ATHENA_ASSIGN_OR_RETURN(const Filter filter,
                          Filter::Parse(request.filter(), Indicator::descriptor()));
  ATHENA_ASSIGN_OR_RETURN(const PagePosition from, tokens_.Open(request));
  ATHENA_ASSIGN_OR_RETURN(const std::string institution,
                          ReadableInstitution(principal, *parent, catalog_));
  ATHENA_ASSIGN_OR_RETURN(const auto current, catalog_.Current(institution));
  v1::ListIndicatorsResponse response;
  const auto list = [&](const versioned::Snapshot& snapshot) -> absl::Status {
    std::shared_ptr<const Definitions> seen = current;
    ATHENA_ASSIGN_OR_RETURN(const int64_t generation,
                            Catalog::Generation(snapshot.tx(), institution));
    // The cached definitions are those of the snapshot, unless either is older than the last
    // change.
    if (seen->generation() != generation || snapshot.revision() < generation) {
      ATHENA_ASSIGN_OR_RETURN(seen, ReadDefinitions(snapshot));
    }
    PageRoom room(size, kMaxPageBytes);
    auto next = std::upper_bound(
        seen->all().begin(), seen->all().end(), from.position,
        [](const std::string& id, const Definition& definition) { return id < definition.id; });
    for (; next != seen->all().end(); ++next) {
      // Permission is that of now, whatever the point in history.
      if (!MayRead(principal, institution, current->Find(next->id))) continue;
      if (!filter.Matches(next->message)) continue;
      if (!room.Take(next->message.ByteSizeLong())) {
        const Indicator& last = *response.indicators().rbegin();
        response.set_next_page_token(tokens_.Seal(
            request, {snapshot.revision(), ParseIndicatorName(last.name())->indicator}));
        break;
      }
      *response.add_indicators() = next->message;
    }
    return absl::OkStatus();
  };
  ATHENA_RETURN_IF_ERROR(resources_.store().ReadPage(institution, from.revision, request.as_of(),
                                                     resources_.clock().Now(), list));
  return response;
}

}  // namespace athena::indicator
