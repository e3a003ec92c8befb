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

constexpr PageSizes kPages{.otherwise = kIndicatorPage, .most = kMaxIndicatorPage};

// An indicator that is asked for, and where in the request.
struct New {
  std::string path;  // "indicator", "requests[3].indicator"
  std::string id;
  Indicator message;
  bool sound = false;  // by itself without fault
};

// Reads one request for an indicator of `institution` (empty: the parent is none).
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
  made.sound = faults->count() == before && !institution.empty();
  return made;
}

template <typename Reading>  // a Snapshot or an Edit, which outlives the reader
DefinitionReader DefinitionsIn(const Reading& reading) {
  return DefinitionReader([&reading](const std::string& id) {
    return reading.template Find<Indicator>(kIndicators, id);
  });
}

// Puts the sound ones among `made` before the definitions there are, and checks every formula's
// operands against the lot.
absl::Status CheckTogether(const std::vector<New>& made, DefinitionReader& definitions,
                           status::FieldFaults* faults) {
  absl::flat_hash_set<std::string> unsure;
  for (const New& one : made) {
    if (!one.sound) {
      unsure.insert(one.id);
      continue;
    }
    absl::StatusOr<Definition> definition = ReadDefinition(one.message);
    if (!definition.ok()) return definition.status();
    definitions.Put(*std::move(definition));
  }
  for (const New& one : made) {
    if (one.message.kind() != Indicator::KIND_FORMULA) continue;
    absl::Status checked =
        CheckOperands(one.path + ".formula", one.message, unsure, definitions, faults);
    if (!checked.ok()) return checked;
  }
  return absl::OkStatus();
}

// The refusal of a request that is faulty by itself, with what is wrong between its indicators and
// those there are.
absl::Status RefuseAll(const versioned::Store& store, const std::string& institution,
                       const std::vector<New>& made, status::FieldFaults faults) {
  if (!institution.empty()) {
    absl::Status read = store.ReadAt(institution, 0, [&](const versioned::Snapshot& snapshot) {
      DefinitionReader definitions = DefinitionsIn(snapshot);
      return CheckTogether(made, definitions, &faults);
    });
    if (!read.ok()) return read;
  }
  return faults.ToStatus();
}

absl::Status RefuseCycle(const std::vector<std::string>& ids, DefinitionReader& definitions) {
  const absl::StatusOr<std::vector<std::string>> cycle = FindFormulaCycle(ids, definitions);
  if (!cycle.ok()) return cycle.status();
  return cycle->empty() ? absl::OkStatus() : FormulaCycle(*cycle);
}

// Stores sound indicators, in their order.
absl::StatusOr<std::vector<Indicator>> Insert(const std::vector<New>& made, Catalog& catalog,
                                              versioned::Edit& edit) {
  DefinitionReader definitions = DefinitionsIn(edit);
  std::vector<std::string> ids;
  for (const New& one : made) {
    const absl::StatusOr<const Definition*> taken = definitions.Find(one.id);
    if (!taken.ok()) return taken.status();
    if (*taken != nullptr) return status::AlreadyExists(one.message.name());
    ids.push_back(one.id);
  }
  status::FieldFaults faults;
  if (absl::Status checked = CheckTogether(made, definitions, &faults); !checked.ok()) {
    return checked;
  }
  if (!faults.empty()) return faults.ToStatus();
  if (absl::Status refused = RefuseCycle(ids, definitions); !refused.ok()) return refused;
  std::vector<Indicator> stored;
  for (const New& one : made) {
    absl::Status inserted = edit.Insert(kIndicators, one.id, &stored.emplace_back(one.message));
    if (!inserted.ok()) return inserted;
  }
  if (absl::Status recorded = catalog.RecordChange(edit); !recorded.ok()) return recorded;
  return stored;
}

// The active formulas that name the indicator, by resource name.
absl::StatusOr<std::vector<std::string>> FormulasOver(const std::string& id,
                                                      const versioned::Edit& edit) {
  const absl::StatusOr<std::vector<Indicator>> all = edit.List<Indicator>(kIndicators);
  if (!all.ok()) return all.status();
  std::vector<std::string> over;
  for (const Indicator& one : *all) {
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

// The indicator that a request would change, which the caller may do ("change", "retire"); `field`
// is where the request names it.
template <typename Request>
absl::StatusOr<IndicatorName> NameToChange(const auth::Principal& principal, std::string_view verb,
                                           std::string_view field, const std::string& named,
                                           const Request& request) {
  status::FieldFaults faults;
  std::optional<IndicatorName> name = ReadIndicatorName(field, named, &faults);
  if (name.has_value()) {
    absl::Status allowed = principal.RequireInstitution(
        name->institution, absl::StrCat(std::string(verb), " ", name->ToString()));
    if (!allowed.ok()) return allowed;
  }
  fields::CheckMutation(request.request_id(), request.reason(), &faults);
  if (!faults.empty()) return faults.ToStatus();
  return *std::move(name);
}

// The indicator as it is; NOT_FOUND when there is none, ABORTED when `etag` is another's.
absl::StatusOr<Indicator> FindToChange(const IndicatorName& name, std::string_view etag,
                                       const versioned::Edit& edit) {
  absl::StatusOr<std::optional<Indicator>> found =
      edit.Find<Indicator>(kIndicators, name.indicator);
  if (!found.ok()) return found.status();
  if (!found->has_value()) return status::NotFound(name.ToString());
  absl::Status same = versioned::CheckEtag(name.ToString(), etag, (*found)->etag());
  if (!same.ok()) return same;
  return **std::move(found);
}

// What the indicator becomes, checked in the transaction that sees what it is.
absl::StatusOr<Indicator> Updated(const v1::UpdateIndicatorRequest& request, const std::string& id,
                                  const Indicator& before, const versioned::Edit& edit) {
  Indicator after = before;
  status::FieldFaults faults;
  versioned::ApplyUpdate(request.indicator(), request.update_mask(), {"state", "retired_on"},
                         &after, &faults);
  CheckIndicator("indicator", after, &faults);
  const absl::StatusOr<bool> has_target = HasTarget(edit.tx(), edit.institution(), id);
  if (!has_target.ok()) return has_target.status();
  CheckUnchanged("indicator", before, after, *has_target, &faults);
  if (after.formula() != before.formula()) {
    DefinitionReader definitions = DefinitionsIn(edit);
    const std::vector<New> made = {{"indicator", id, after, faults.empty()}};
    if (absl::Status checked = CheckTogether(made, definitions, &faults); !checked.ok()) {
      return checked;
    }
    if (faults.empty()) {
      if (absl::Status refused = RefuseCycle({id}, definitions); !refused.ok()) return refused;
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
    absl::Status allowed = principal.RequireInstitution(
        institution, "create indicators of " + InstitutionName(institution));
    if (!allowed.ok()) return allowed;
  }
  fields::CheckMutation(request.request_id(), request.reason(), &faults);
  const std::vector<New> made = {ReadNew("", institution, request, &faults)};
  if (!faults.empty()) return RefuseAll(store_, institution, made, std::move(faults));
  absl::StatusOr<Indicator> stored = store_.Mutate<Indicator>(
      {.institution = institution,
       .subject = principal.subject,
       .action = "CreateIndicator",
       .reason = request.reason(),
       .request_id = request.request_id(),
       .request = &request},
      [&](versioned::Edit& edit) -> absl::StatusOr<Indicator> {
        absl::StatusOr<std::vector<Indicator>> inserted = Insert(made, catalog_, edit);
        if (!inserted.ok()) return inserted.status();
        return std::move(inserted->front());
      });
  if (!stored.ok()) return StorageRefusal(stored.status());
  return stored;
}

absl::StatusOr<v1::BatchCreateIndicatorsResponse> Indicators::BatchCreate(
    const auth::Principal& principal, const v1::BatchCreateIndicatorsRequest& request) const {
  status::FieldFaults faults;
  const std::string institution =
      ReadInstitutionName("parent", request.parent(), &faults).value_or("");
  if (!institution.empty()) {
    absl::Status allowed = principal.RequireInstitution(
        institution, "create indicators of " + InstitutionName(institution));
    if (!allowed.ok()) return allowed;
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
  absl::StatusOr<Response> stored = store_.Mutate<Response>(
      {.institution = institution,
       .subject = principal.subject,
       .action = "BatchCreateIndicators",
       .reason = request.reason(),
       .request_id = request.request_id(),
       .request = &request},
      [&](versioned::Edit& edit) -> absl::StatusOr<Response> {
        absl::StatusOr<std::vector<Indicator>> inserted = Insert(made, catalog_, edit);
        if (!inserted.ok()) return inserted.status();
        Response response;
        for (Indicator& one : *inserted) *response.add_indicators() = std::move(one);
        return response;
      });
  if (!stored.ok()) return StorageRefusal(stored.status());
  return stored;
}

absl::StatusOr<Indicator> Indicators::Get(const auth::Principal& principal,
                                          const v1::GetIndicatorRequest& request) const {
  status::FieldFaults faults;
  const std::optional<IndicatorName> name = ReadIndicatorName("name", request.name(), &faults);
  if (!name.has_value()) return faults.ToStatus();
  const auto current = catalog_.Current(name->institution);
  if (!current.ok()) return StorageRefusal(current.status());
  absl::Status allowed = RequireReadable(principal, name->institution,
                                         (*current)->Find(name->indicator), request.name());
  if (!allowed.ok()) return allowed;
  Indicator found;
  absl::Status read = store_.Read(name->institution, request.as_of(), clock_.Now(),
                                  [&](const versioned::Snapshot& snapshot) -> absl::Status {
                                    absl::StatusOr<std::optional<Indicator>> indicator =
                                        snapshot.Find<Indicator>(kIndicators, name->indicator);
                                    if (!indicator.ok()) return indicator.status();
                                    if (!indicator->has_value())
                                      return status::NotFound(request.name());
                                    found = **std::move(indicator);
                                    return absl::OkStatus();
                                  });
  if (!read.ok()) return StorageRefusal(read);
  return found;
}

absl::StatusOr<v1::ListIndicatorsResponse> Indicators::List(
    const auth::Principal& principal, const v1::ListIndicatorsRequest& request) const {
  status::FieldFaults faults;
  const std::optional<std::string> institution =
      ReadInstitutionName("parent", request.parent(), &faults);
  const size_t size = PageSize(request.page_size(), kPages, &faults);
  if (!faults.empty()) return faults.ToStatus();
  const absl::StatusOr<Filter> filter = Filter::Parse(request.filter(), Indicator::descriptor());
  if (!filter.ok()) return filter.status();
  const absl::StatusOr<PagePosition> from = tokens_.Open(request);
  if (!from.ok()) return from.status();
  const auto current = catalog_.Current(*institution);
  if (!current.ok()) return StorageRefusal(current.status());
  v1::ListIndicatorsResponse response;
  const auto list = [&](const versioned::Snapshot& snapshot) -> absl::Status {
    std::shared_ptr<const Definitions> seen = *current;
    const absl::StatusOr<int64_t> generation = Catalog::Generation(snapshot.tx(), *institution);
    if (!generation.ok()) return generation.status();
    // What is cached is what the snapshot sees, unless either is older than the last change.
    if (seen->generation() != *generation || snapshot.revision() < *generation) {
      const auto read = ReadDefinitions(snapshot);
      if (!read.ok()) return read.status();
      seen = *read;
    }
    size_t bytes = 0;
    auto next = std::upper_bound(
        seen->all().begin(), seen->all().end(), from->position,
        [](const std::string& id, const Definition& definition) { return id < definition.id; });
    for (; next != seen->all().end(); ++next) {
      // Who may read its past is who may read it now.
      if (!MayRead(principal, *institution, (*current)->Find(next->id))) continue;
      if (!filter->Matches(next->message)) continue;
      bytes += next->message.ByteSizeLong();
      if (response.indicators_size() == static_cast<int>(size) ||
          (bytes > kMaxPageBytes && response.indicators_size() > 0)) {
        const Indicator& last = *response.indicators().rbegin();
        response.set_next_page_token(tokens_.Seal(
            request, {snapshot.revision(), ParseIndicatorName(last.name())->indicator}));
        break;
      }
      *response.add_indicators() = next->message;
    }
    return absl::OkStatus();
  };
  const absl::Status read = from->revision == 0
                                ? store_.Read(*institution, request.as_of(), clock_.Now(), list)
                                : store_.ReadAt(*institution, from->revision, list);
  if (!read.ok()) return StorageRefusal(read);
  return response;
}

absl::StatusOr<Indicator> Indicators::Update(const auth::Principal& principal,
                                             const v1::UpdateIndicatorRequest& request) const {
  const absl::StatusOr<IndicatorName> name =
      NameToChange(principal, "change", "indicator.name", request.indicator().name(), request);
  if (!name.ok()) return name.status();
  absl::StatusOr<Indicator> stored = store_.Mutate<Indicator>(
      {.institution = name->institution,
       .subject = principal.subject,
       .action = "UpdateIndicator",
       .reason = request.reason(),
       .request_id = request.request_id(),
       .request = &request},
      [&](versioned::Edit& edit) -> absl::StatusOr<Indicator> {
        const absl::StatusOr<Indicator> before =
            FindToChange(*name, request.indicator().etag(), edit);
        if (!before.ok()) return before.status();
        absl::StatusOr<Indicator> after = Updated(request, name->indicator, *before, edit);
        if (!after.ok()) return after.status();
        absl::Status replaced = edit.Replace(kIndicators, name->indicator, &*after);
        if (!replaced.ok()) return replaced;
        absl::Status recorded = catalog_.RecordChange(edit);
        if (!recorded.ok()) return recorded;
        return after;
      });
  if (!stored.ok()) return StorageRefusal(stored.status());
  return stored;
}

absl::StatusOr<Indicator> Indicators::Retire(const auth::Principal& principal,
                                             const v1::RetireIndicatorRequest& request) const {
  const absl::StatusOr<IndicatorName> name =
      NameToChange(principal, "retire", "name", request.name(), request);
  if (!name.ok()) return name.status();
  absl::StatusOr<Indicator> stored = store_.Mutate<Indicator>(
      {.institution = name->institution,
       .subject = principal.subject,
       .action = "RetireIndicator",
       .reason = request.reason(),
       .request_id = request.request_id(),
       .request = &request},
      [&](versioned::Edit& edit) -> absl::StatusOr<Indicator> {
        absl::StatusOr<Indicator> found = FindToChange(*name, request.etag(), edit);
        if (!found.ok()) return found.status();
        Indicator& indicator = *found;
        if (indicator.state() == Indicator::STATE_RETIRED) return indicator;
        const absl::StatusOr<std::vector<std::string>> over = FormulasOver(name->indicator, edit);
        if (!over.ok()) return over.status();
        if (!over->empty()) return IndicatorInUse(request.name(), *over);
        indicator.set_state(Indicator::STATE_RETIRED);
        *indicator.mutable_retired_on() = fields::DateOf(absl::ToCivilDay(edit.time(), zone_));
        absl::Status replaced = edit.Replace(kIndicators, name->indicator, &indicator);
        if (!replaced.ok()) return replaced;
        absl::Status recorded = catalog_.RecordChange(edit);
        if (!recorded.ok()) return recorded;
        return indicator;
      });
  if (!stored.ok()) return StorageRefusal(stored.status());
  return stored;
}

}  // namespace athena::indicator
