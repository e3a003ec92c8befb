#include "services/plan/units.h"

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "libs/fields/fields.h"
#include "libs/paging/page.h"
#include "libs/paging/take_page.h"
#include "libs/status/status.h"
#include "libs/versioned/update_mask.h"
#include "services/plan/changes_store.h"
#include "services/plan/limits.h"
#include "services/plan/names.h"
#include "services/plan/validate.h"

namespace athena::plan {
namespace {

// The unit's parent must exist and must not be part of the unit.
absl::Status CheckParent(const versioned::Edit& edit, const v1::Unit& unit) {
  std::set<std::string> above;  // ends the walk whatever is stored
  for (std::string at = unit.parent_unit(); !at.empty() && above.insert(at).second;) {
    if (at == unit.name()) {
      return status::InvalidField("unit.parent_unit", unit.parent_unit(),
                                  "a unit that is not part of this one");
    }
    const std::optional<UnitName> name = ParseUnitName(at);
    if (!name.has_value()) return status::Internal("a stored unit has a parent that is none");
    auto parent = edit.Find<v1::Unit>(kUnits, name->unit);
    if (!parent.ok()) return parent.status();
    if (!parent->has_value()) {
      return status::InvalidField("unit.parent_unit", unit.parent_unit(), "a unit that exists");
    }
    at = (*parent)->parent_unit();
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<v1::Unit> Units::Create(const auth::Principal& principal,
                                       const v1::CreateUnitRequest& request) const {
  status::FieldFaults faults;
  const auto parent = ReadInstitutionName("parent", request.parent(), &faults);
  if (parent.has_value()) {
    absl::Status allowed = principal.RequireInstitution(
        parent->institution, absl::StrCat("create units of ", request.parent()));
    if (!allowed.ok()) return allowed;
  }
  CheckId("unit_id", request.unit_id(), &faults);
  const bool named = faults.empty();
  const UnitName name{named ? parent->institution : "", request.unit_id()};
  CheckUnit("unit", named ? &name : nullptr, request.unit(), &faults);
  fields::CheckMutation(request.request_id(), request.reason(), &faults);
  if (!faults.empty()) return faults.ToStatus();

  return backend_.store.Mutate<v1::Unit>(MutationOf(principal, name.institution, request),
                                         [&](versioned::Edit& edit) -> absl::StatusOr<v1::Unit> {
                                           const auto institution = edit.Find<v1::Institution>(
                                               kInstitutions, name.institution);
                                           if (!institution.ok()) return institution.status();
                                           if (!institution->has_value())
                                             return status::NotFound(request.parent());
                                           v1::Unit unit = request.unit();
                                           unit.set_name(name.ToString());
                                           absl::Status done = CheckParent(edit, unit);
                                           if (done.ok())
                                             done = edit.Insert(kUnits, name.unit, &unit);
                                           if (done.ok()) done = MarkInstitution(edit);
                                           if (!done.ok()) return done;
                                           return unit;
                                         });
}

absl::StatusOr<v1::Unit> Units::Get(const auth::Principal& principal,
                                    const v1::GetUnitRequest& request) const {
  status::FieldFaults faults;
  const auto name = ReadUnitName("name", request.name(), &faults);
  if (!name.has_value()) return faults.ToStatus();
  absl::Status allowed =
      principal.RequireInstitution(name->institution, absl::StrCat("read ", request.name()));
  if (!allowed.ok()) return allowed;

  return FindAsOf<v1::Unit>(backend_, name->institution, kUnits, name->unit, request);
}

absl::StatusOr<v1::ListUnitsResponse> Units::List(const auth::Principal& principal,
                                                  const v1::ListUnitsRequest& request) const {
  status::FieldFaults faults;
  const auto parent = ReadInstitutionName("parent", request.parent(), &faults);
  if (parent.has_value()) {
    absl::Status allowed = principal.RequireInstitution(
        parent->institution, absl::StrCat("read units of ", request.parent()));
    if (!allowed.ok()) return allowed;
  }
  const size_t size = PageSize(request.page_size(), {}, &faults);
  if (!faults.empty()) return faults.ToStatus();
  const absl::StatusOr<PagePosition> at = backend_.tokens.Open(request);
  if (!at.ok()) return at.status();

  v1::ListUnitsResponse response;
  absl::Status read = ReadPage(
      backend_, parent->institution, request.as_of(), *at,
      [&](const versioned::Snapshot& snapshot) {
        response.Clear();
        auto units = snapshot.List<v1::Unit>(kUnits);
        if (!units.ok()) return units.status();
        const std::string next = TakePage(
            *std::move(units), at->position, size, [](const v1::Unit& row) { return row.name(); },
            std::less<std::string_view>(), response.mutable_units());
        if (!next.empty()) {
          response.set_next_page_token(backend_.tokens.Seal(request, {snapshot.revision(), next}));
        }
        return absl::OkStatus();
      });
  if (!read.ok()) return read;
  return response;
}

absl::StatusOr<v1::Unit> Units::Update(const auth::Principal& principal,
                                       const v1::UpdateUnitRequest& request) const {
  status::FieldFaults faults;
  const auto name = ReadUnitName("unit.name", request.unit().name(), &faults);
  if (name.has_value()) {
    absl::Status allowed =
        principal.RequireInstitution(name->institution, absl::StrCat("change ", name->ToString()));
    if (!allowed.ok()) return allowed;
  }
  fields::CheckMutation(request.request_id(), request.reason(), &faults);
  if (!faults.empty()) return faults.ToStatus();

  return backend_.store.Mutate<v1::Unit>(
      MutationOf(principal, name->institution, request),
      [&](versioned::Edit& edit) -> absl::StatusOr<v1::Unit> {
        absl::StatusOr<v1::Unit> unit = FindToChange<v1::Unit>(
            edit, kUnits, name->unit, name->ToString(), request.unit().etag());
        if (!unit.ok()) return unit;
        status::FieldFaults wrong;
        versioned::ApplyUpdate(request.unit(), request.update_mask(), {}, &*unit, &wrong);
        CheckUnit("unit", &*name, *unit, &wrong);
        if (!wrong.empty()) return wrong.ToStatus();
        absl::Status done = CheckParent(edit, *unit);
        if (done.ok()) done = edit.Replace(kUnits, name->unit, &*unit);
        if (done.ok()) done = MarkInstitution(edit);
        if (!done.ok()) return done;
        return unit;
      });
}

}  // namespace athena::plan
