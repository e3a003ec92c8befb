#include "services/indicator/definitions/indicators.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "libs/fields/fields.h"
#include "libs/filter/filter.h"
#include "libs/paging/page.h"
#include "libs/status/macros.h"
#include "libs/status/status.h"
#include "libs/versioned/update_mask.h"
#include "services/indicator/definitions/access.h"
#include "services/indicator/definitions/definition_reader.h"
#include "services/indicator/definitions/operands.h"
#include "services/indicator/definitions/target_store.h"
#include "services/indicator/definitions/validate_indicator.h"
#include "services/indicator/model/definition.h"
#include "services/indicator/model/errors.h"
#include "services/indicator/model/limits.h"
#include "services/indicator/model/names.h"

namespace athena::indicator {
namespace {

using v1::Indicator;

constexpr PageSizes kIndicatorPages{.default_size = kIndicatorPage, .max_size = kMaxIndicatorPage};

// A new indicator.
struct New {
  std::string path;  // in the request: "indicator", "requests[3].indicator"
  std::string id;
  Indicator message;
  bool valid = false;  // without fault by itself
};

// Validates a new indicator of `institution`, which is empty when the parent is faulty.
New ReadNew(std::string_view prefix, const std::string& institution,
            const v1::CreateIndicatorRequest& request, status::FieldFaults* faults) {
  const int64_t before = faults->count();
  New made;
  made.path = absl::StrCat(std::string(prefix), "indicator");
  made.id = request.indicator_id();
  made.message = request.indicator();
  if (!IsIndicatorId(made.id)) {
    faults->Add(made.path + "_id", made.id, kIndicatorIdGrammar);
  } else if (!institution.empty()) {
    made.message.set_name(IndicatorName{institution, made.id}.ToString());
  }
  made.message.set_state(Indicator::STATE_ACTIVE);
  made.message.clear_retired_on();
  CheckIndicator(made.path, made.message, faults);
  made.valid = faults->count() == before && !institution.empty();
  return made;
}

// `source` is a Snapshot or an Edit, and outlives the reader.
template <typename Source>
DefinitionReader DefinitionsIn(const Source& source) {
  return DefinitionReader([&source](const std::string& id) {
    return source.template Find<Indicator>(kIndicators, id);
  });
}

// Adds the valid ones of `made` to `definitions`, and checks the operands of every formula against
// all of them.
absl::Status CheckTogether(const std::vector<New>& made, DefinitionReader& definitions,
                           status::FieldFaults* faults) {
  absl::flat_hash_set<std::string> unsure;
  for (const New& one : made) {
    if (!one.valid) {
      unsure.insert(one.id);
      continue;
    }
    ATHENA_ASSIGN_OR_RETURN(Definition definition, ReadDefinition(one.message));
    definitions.Put(std::move(definition));
  }
  for (const New& one : made) {
    if (one.message.kind() != Indicator::KIND_FORMULA) continue;
    ATHENA_RETURN_IF_ERROR(
        CheckOperands(one.path + ".formula", one.message, unsure, definitions, faults));
  }
  return absl::OkStatus();
}

// Refuses a faulty request: adds the faults between its indicators and the stored ones, so that the
// caller learns all faults at once.
absl::Status RefuseAll(const versioned::Store& store, const std::string& institution,
                       const std::vector<New>& made, status::FieldFaults faults) {
  if (!institution.empty()) {
    ATHENA_RETURN_IF_ERROR(store.ReadAt(institution, 0, [&](const versioned::Snapshot& snapshot) {
      DefinitionReader definitions = DefinitionsIn(snapshot);
      return CheckTogether(made, definitions, &faults);
    }));
  }
  return faults.ToStatus();
}

absl::Status RefuseCycle(const std::vector<std::string>& ids, DefinitionReader& definitions) {
  ATHENA_ASSIGN_OR_RETURN(const std::vector<std::string> cycle, FindFormulaCycle(ids, definitions));
  return cycle.empty() ? absl::OkStatus() : FormulaCycle(cycle);
}

// Stores valid indicators, in their order.
absl::StatusOr<std::vector<Indicator>> Insert(const std::vector<New>& made, Catalog& catalog,
                                              versioned::Edit& edit) {
  DefinitionReader definitions = DefinitionsIn(edit);
  std::vector<std::string> ids;
  for (const New& one : made) {
    ATHENA_ASSIGN_OR_RETURN(const Definition* const taken, definitions.Find(one.id));
    if (taken != nullptr) return status::AlreadyExists(one.message.name());
    ids.push_back(one.id);
  }
  status::FieldFaults faults;
  ATHENA_RETURN_IF_ERROR(CheckTogether(made, definitions, &faults));
  if (!faults.empty()) return faults.ToStatus();
  ATHENA_RETURN_IF_ERROR(RefuseCycle(ids, definitions));
  std::vector<Indicator> stored;
  for (const New& one : made) {
    ATHENA_RETURN_IF_ERROR(edit.Insert(kIndicators, one.id, &stored.emplace_back(one.message)));
  }
  ATHENA_RETURN_IF_ERROR(catalog.RecordChange(edit));
  return stored;
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

// Validates a request that changes the indicator named by `field`, and the caller's permission to
// do so. `verb` is that of the RPC: "change", "retire".
template <typename Request>
absl::StatusOr<IndicatorName> NameToChange(const auth::Principal& principal, std::string_view verb,
                                           std::string_view field, const std::string& named,
                                           const Request& request) {
  status::FieldFaults faults;
  std::optional<IndicatorName> name = ReadIndicatorName(field, named, &faults);
  if (name.has_value()) {
    ATHENA_RETURN_IF_ERROR(principal.RequireInstitution(
        name->institution, absl::StrCat(std::string(verb), " ", name->ToString())));
  }
  fields::CheckMutation(request.request_id(), request.reason(), &faults);
  if (!faults.empty()) return faults.ToStatus();
  return *std::move(name);
}

// The stored indicator. NOT_FOUND when there is none, ABORTED when `etag` is not its own.
absl::StatusOr<Indicator> FindToChange(const IndicatorName& name, std::string_view etag,
                                       const versioned::Edit& edit) {
  ATHENA_ASSIGN_OR_RETURN(std::optional<Indicator> found,
                          edit.Find<Indicator>(kIndicators, name.indicator));
  if (!found.has_value()) return status::NotFound(name.ToString());
  ATHENA_RETURN_IF_ERROR(versioned::CheckEtag(name.ToString(), etag, found->etag()));
  return *std::move(found);
}

// The indicator after the update. Validated in the transaction that read it.
absl::StatusOr<Indicator> Updated(const v1::UpdateIndicatorRequest& request, const std::string& id,
                                  const Indicator& before, const versioned::Edit& edit) {
  Indicator after = before;
  status::FieldFaults faults;
  versioned::ApplyUpdate(request.indicator(), request.update_mask(), {"state", "retired_on"},
                         &after, &faults);
  CheckIndicator("indicator", after, &faults);
  ATHENA_ASSIGN_OR_RETURN(const bool has_target, HasTarget(edit.tx(), edit.institution(), id));
  CheckUnchanged("indicator", before, after, has_target, &faults);
  if (after.formula() != before.formula()) {
    DefinitionReader definitions = DefinitionsIn(edit);
    const std::vector<New> made = {{"indicator", id, after, faults.empty()}};
    ATHENA_RETURN_IF_ERROR(CheckTogether(made, definitions, &faults));
    if (faults.empty()) {
      ATHENA_RETURN_IF_ERROR(RefuseCycle({id}, definitions));
    }
  }
  if (!faults.empty()) return faults.ToStatus();
  return after;
}

}  // namespace

absl::StatusOr<Indicator> Indicators::Create(const auth::Principal& principal,
                                             const v1::CreateIndicatorRequest& request) const {
  status::FieldFaults faults;
  const std::string institution =
      ReadInstitutionName("parent", request.parent(), &faults).value_or("");
  if (!institution.empty()) {
    ATHENA_RETURN_IF_ERROR(principal.RequireInstitution(
        institution, "create indicators of " + InstitutionName(institution)));
  }
  fields::CheckMutation(request.request_id(), request.reason(), &faults);
  const std::vector<New> made = {ReadNew("", institution, request, &faults)};
  if (!faults.empty()) return RefuseAll(store_, institution, made, std::move(faults));
  return store_.Mutate<Indicator>({.institution = institution,
                                   .subject = principal.subject,
                                   .action = "CreateIndicator",
                                   .reason = request.reason(),
                                   .request_id = request.request_id(),
                                   .request = &request},
                                  [&](versioned::Edit& edit) -> absl::StatusOr<Indicator> {
                                    ATHENA_ASSIGN_OR_RETURN(std::vector<Indicator> inserted,
                                                            Insert(made, catalog_, edit));
                                    return std::move(inserted.front());
                                  });
}

absl::StatusOr<v1::BatchCreateIndicatorsResponse> Indicators::BatchCreate(
    const auth::Principal& principal, const v1::BatchCreateIndicatorsRequest& request) const {
  status::FieldFaults faults;
  const std::string institution =
      ReadInstitutionName("parent", request.parent(), &faults).value_or("");
  if (!institution.empty()) {
    ATHENA_RETURN_IF_ERROR(principal.RequireInstitution(
        institution, "create indicators of " + InstitutionName(institution)));
  }
  fields::CheckMutation(request.request_id(), request.reason(), &faults);
  std::vector<New> made;
  if (request.requests().empty() || request.requests_size() > kMaxBatch) {
    faults.Add("requests", request.requests_size(), absl::StrCat("1 to ", kMaxBatch));
  } else {
    absl::flat_hash_set<std::string> seen;
    for (int i = 0; i < request.requests_size(); ++i) {
      const v1::CreateIndicatorRequest& one = request.requests(i);
      const std::string prefix = fields::At("requests", i) + ".";
      if (!one.parent().empty() && one.parent() != request.parent()) {
        faults.Add(prefix + "parent", one.parent(), "nothing, or the batch's parent");
      }
      if (!seen.insert(one.indicator_id()).second) {
        faults.Add(prefix + "indicator_id", one.indicator_id(), "each once");
      }
      made.push_back(ReadNew(prefix, institution, one, &faults));
    }
  }
  if (!faults.empty()) return RefuseAll(store_, institution, made, std::move(faults));
  using Response = v1::BatchCreateIndicatorsResponse;
  return store_.Mutate<Response>({.institution = institution,
                                  .subject = principal.subject,
                                  .action = "BatchCreateIndicators",
                                  .reason = request.reason(),
                                  .request_id = request.request_id(),
                                  .request = &request},
                                 [&](versioned::Edit& edit) -> absl::StatusOr<Response> {
                                   ATHENA_ASSIGN_OR_RETURN(std::vector<Indicator> inserted,
                                                           Insert(made, catalog_, edit));
                                   Response response;
                                   for (Indicator& one : inserted)
                                     *response.add_indicators() = std::move(one);
                                   return response;
                                 });
}

absl::StatusOr<Indicator> Indicators::Get(const auth::Principal& principal,
                                          const v1::GetIndicatorRequest& request) const {
  status::FieldFaults faults;
  const std::optional<IndicatorName> name = ReadIndicatorName("name", request.name(), &faults);
  if (!name.has_value()) return faults.ToStatus();
  ATHENA_ASSIGN_OR_RETURN(const auto current, catalog_.Current(name->institution));
  ATHENA_RETURN_IF_ERROR(RequireReadable(principal, name->institution,
                                         current->Find(name->indicator), request.name()));
  Indicator found;
  const auto find = [&](const versioned::Snapshot& snapshot) -> absl::Status {
    ATHENA_ASSIGN_OR_RETURN(std::optional<Indicator> indicator,
                            snapshot.Find<Indicator>(kIndicators, name->indicator));
    if (!indicator.has_value()) return status::NotFound(request.name());
    found = *std::move(indicator);
    return absl::OkStatus();
  };
  ATHENA_RETURN_IF_ERROR(store_.Read(name->institution, request.as_of(), clock_.Now(), find));
  return found;
}

absl::StatusOr<v1::ListIndicatorsResponse> Indicators::List(
    const auth::Principal& principal, const v1::ListIndicatorsRequest& request) const {
  status::FieldFaults faults;
  const std::optional<std::string> institution =
      ReadInstitutionName("parent", request.parent(), &faults);
  const size_t size = PageSize(request.page_size(), kIndicatorPages, &faults);
  if (!faults.empty()) return faults.ToStatus();
  ATHENA_ASSIGN_OR_RETURN(const Filter filter,
                          Filter::Parse(request.filter(), Indicator::descriptor()));
  ATHENA_ASSIGN_OR_RETURN(const PagePosition from, tokens_.Open(request));
  ATHENA_ASSIGN_OR_RETURN(const auto current, catalog_.Current(*institution));
  v1::ListIndicatorsResponse response;
  const auto list = [&](const versioned::Snapshot& snapshot) -> absl::Status {
    std::shared_ptr<const Definitions> seen = current;
    ATHENA_ASSIGN_OR_RETURN(const int64_t generation,
                            Catalog::Generation(snapshot.tx(), *institution));
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
      if (!MayRead(principal, *institution, current->Find(next->id))) continue;
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
  ATHENA_RETURN_IF_ERROR(from.revision == 0
                             ? store_.Read(*institution, request.as_of(), clock_.Now(), list)
                             : store_.ReadAt(*institution, from.revision, list));
  return response;
}

absl::StatusOr<Indicator> Indicators::Update(const auth::Principal& principal,
                                             const v1::UpdateIndicatorRequest& request) const {
  ATHENA_ASSIGN_OR_RETURN(
      const IndicatorName name,
      NameToChange(principal, "change", "indicator.name", request.indicator().name(), request));
  return store_.Mutate<Indicator>(
      {.institution = name.institution,
       .subject = principal.subject,
       .action = "UpdateIndicator",
       .reason = request.reason(),
       .request_id = request.request_id(),
       .request = &request},
      [&](versioned::Edit& edit) -> absl::StatusOr<Indicator> {
        ATHENA_ASSIGN_OR_RETURN(const Indicator before,
                                FindToChange(name, request.indicator().etag(), edit));
        ATHENA_ASSIGN_OR_RETURN(Indicator after, Updated(request, name.indicator, before, edit));
        ATHENA_RETURN_IF_ERROR(edit.Replace(kIndicators, name.indicator, &after));
        ATHENA_RETURN_IF_ERROR(catalog_.RecordChange(edit));
        return after;
      });
}

absl::StatusOr<Indicator> Indicators::Retire(const auth::Principal& principal,
                                             const v1::RetireIndicatorRequest& request) const {
  ATHENA_ASSIGN_OR_RETURN(const IndicatorName name,
                          NameToChange(principal, "retire", "name", request.name(), request));
  return store_.Mutate<Indicator>(
      {.institution = name.institution,
       .subject = principal.subject,
       .action = "RetireIndicator",
       .reason = request.reason(),
       .request_id = request.request_id(),
       .request = &request},
      [&](versioned::Edit& edit) -> absl::StatusOr<Indicator> {
        ATHENA_ASSIGN_OR_RETURN(Indicator indicator, FindToChange(name, request.etag(), edit));
        if (indicator.state() == Indicator::STATE_RETIRED) return indicator;
        ATHENA_ASSIGN_OR_RETURN(const std::vector<std::string> over,
                                FormulasOver(name.indicator, edit));
        if (!over.empty()) return IndicatorInUse(request.name(), over);
        indicator.set_state(Indicator::STATE_RETIRED);
        *indicator.mutable_retired_on() = fields::DateOf(absl::ToCivilDay(edit.time(), zone_));
        ATHENA_RETURN_IF_ERROR(edit.Replace(kIndicators, name.indicator, &indicator));
        ATHENA_RETURN_IF_ERROR(catalog_.RecordChange(edit));
        return indicator;
      });
}

}  // namespace athena::indicator
