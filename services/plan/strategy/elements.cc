#include "services/plan/strategy/elements.h"

#include <functional>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/fields/fields.h"
#include "libs/order/natural.h"
#include "libs/status/macros.h"
#include "libs/versioned/store.h"
#include "services/plan/errors.h"
#include "services/plan/indicators/link_checks.h"
#include "services/plan/limits.h"
#include "services/plan/operations/links.h"
#include "services/plan/strategy/element_checks.h"
#include "services/plan/strategy/places_store.h"
#include "services/plan/strategy/tree_rules.h"
#include "services/plan/strategy/validate_element.h"

namespace athena::plan {
namespace {

using ElementAdmission = resource::Admission<v1::Element>;
using ElementChange = resource::Change<v1::Element>;

std::string IdOf(const v1::Element& element) { return kElementName.Match(element.name())->id(); }

// Whether new elements may stand where they do; they may stand below each other.
absl::Status CheckNewPlaces(const ElementAdmission& admission, const ResourceName& plan) {
  Places places;
  for (const ElementChange& change : admission.changes) {
    places.emplace(IdOf(*change.after), PlaceOf(*change.after));
  }
  for (const ElementChange& change : admission.changes) {
    ATHENA_RETURN_IF_ERROR(
        LoadAncestry(admission.edit.tx(), plan, PlaceOf(*change.after).parent, &places));
    AddMisplaced(CheckPlace(IdOf(*change.after), places, 1), *change.after,
                 change.Field("parent_element"), change.Field("kind"), admission.faults);
  }
  return absl::OkStatus();
}

// A kind that changes stays between that of the element above and those below.
absl::Status CheckNewKind(const ElementAdmission& admission, const ElementChange& change,
                          const ResourceName& plan) {
  const std::string id = IdOf(*change.after);
  const Place place = PlaceOf(*change.after);
  Places places;
  ATHENA_RETURN_IF_ERROR(LoadAncestry(admission.edit.tx(), plan, id, &places));
  places[id] = place;
  AddMisplaced(CheckPlace(id, places, 1), *change.after, change.Field("parent_element"),
               change.Field("kind"), admission.faults);
  ATHENA_ASSIGN_OR_RETURN(const std::vector<Descendant> below,
                          LoadDescendants(admission.edit.tx(), plan, id));
  for (const Descendant& child : below) {
    if (child.level == 1 && child.kind < place.kind) {
      return ElementKindBelow(change.after->name(),
                              kElementName.Of({plan.institution(), plan.id(), child.element}).text);
    }
  }
  return absl::OkStatus();
}

// Whether a moved element may stand there with all that is below it.
absl::Status CheckNewParent(const ElementAdmission& admission, const ElementChange& change,
                            const ResourceName& plan) {
  const std::string id = IdOf(*change.after);
  ATHENA_ASSIGN_OR_RETURN(const std::vector<Descendant> below,
                          LoadDescendants(admission.edit.tx(), plan, id));
  Places places = {{id, PlaceOf(*change.after)}};
  ATHENA_RETURN_IF_ERROR(LoadAncestry(admission.edit.tx(), plan, places[id].parent, &places));
  const int levels = below.empty() ? 1 : 1 + below.back().level;
  AddMisplaced(CheckPlace(id, places, levels), *change.after, "parent_element", "parent_element",
               admission.faults);
  return absl::OkStatus();
}

// Judges the whole tree as a batch of updates leaves it: what it creates, changes and moves, and
// what stands below. A fault of what is below is one of the nearest change above.
absl::Status CheckTree(const ElementAdmission& admission, const ResourceName& plan) {
  ATHENA_ASSIGN_OR_RETURN(Places places, LoadPlaces(admission.edit.tx(), plan));
  std::map<std::string, const ElementChange*, std::less<>> changed;
  for (const ElementChange& change : admission.changes) {
    const std::string id = IdOf(*change.after);
    places[id] = PlaceOf(*change.after);
    changed[id] = &change;
  }
  std::set<const ElementChange*> misplaced;
  for (const auto& [id, change] : changed) {
    const Misplaced fault = CheckPlace(id, places, 1);
    if (fault != Misplaced::kNo) misplaced.insert(change);
    AddMisplaced(fault, *change->after, change->Field("parent_element"), change->Field("kind"),
                 admission.faults);
  }
  for (const auto& [id, place] : places) {
    if (changed.contains(id)) continue;
    const Misplaced fault = CheckPlace(id, places, 1);
    if (fault == Misplaced::kNo) continue;
    auto above = changed.end();
    int levels = 0;
    for (std::string at = place.parent; above == changed.end() && levels < kMaxLevels; ++levels) {
      above = changed.find(at);
      at = places.contains(at) ? places[at].parent : "";
    }
    if (above == changed.end() || !misplaced.insert(above->second).second) continue;
    const ElementChange& change = *above->second;
    if (fault == Misplaced::kCoarser) {
      admission.faults->Add(
          change.Field("kind"), v1::Element::Kind_Name(change.after->kind()),
          absl::StrCat("a kind not finer than that of ",
                       kElementName.Of({plan.institution(), plan.id(), id}).text,
                       ", which stands below it (AXIS, OBJECTIVE, ACTION, from coarse to fine)"));
    } else {
      AddMisplaced(Misplaced::kTooDeep, *change.after, change.Field("parent_element"),
                   change.Field("kind"), admission.faults);
    }
  }
  return absl::OkStatus();
}

absl::Status AdmitUpdate(const ElementAdmission& admission, const ElementChange& change,
                         const ResourceName& plan) {
  const bool is_move = change.path.empty();
  if (is_move) return CheckNewParent(admission, change, plan);
  if (change.after->parent_element() != change.before->parent_element()) {
    admission.faults->Add(change.Field("parent_element"), change.after->parent_element(),
                          absl::StrCat("its present one, \"", change.before->parent_element(),
                                       "\": MoveElement changes it"));
    return absl::OkStatus();
  }
  if (change.after->kind() == change.before->kind()) return absl::OkStatus();
  return CheckNewKind(admission, change, plan);
}

absl::Status AdmitDeletion(const ElementAdmission& admission, const v1::Plan& of,
                           const v1::Element& element, const ResourceName& plan) {
  const std::string id = IdOf(element);
  ATHENA_ASSIGN_OR_RETURN(const std::vector<Descendant> below,
                          LoadDescendants(admission.edit.tx(), plan, id));
  if (!below.empty() && !static_cast<const v1::DeleteElementRequest&>(admission.request).force()) {
    return ElementHasChildren(element.name(), below.size());
  }
  ATHENA_ASSIGN_OR_RETURN(const absl::CivilDay today, LocalDay(admission.edit));
  ATHENA_RETURN_IF_ERROR(CheckMilestonesKept(of, today, element, nullptr));
  for (const Descendant& one : below) {
    const ResourceName name = kElementName.Of({plan.institution(), plan.id(), one.element});
    ATHENA_ASSIGN_OR_RETURN(const auto child,
                            admission.edit.Find<v1::Element>(kElements, name.key()));
    if (child.has_value()) {
      ATHENA_RETURN_IF_ERROR(CheckMilestonesKept(of, today, *child, nullptr));
    }
  }
  std::set<std::string, std::less<>> names = {element.name()};
  for (const Descendant& one : below) {
    names.insert(kElementName.Of({plan.institution(), plan.id(), one.element}).text);
  }
  ATHENA_RETURN_IF_ERROR(CheckElementsUnused(
      admission.edit.now(), [&](std::string_view name) { return names.contains(name); }));
  for (const Descendant& one : below) {
    ATHENA_RETURN_IF_ERROR(
        admission.erase(kElementName.Of({plan.institution(), plan.id(), one.element}).text));
    ATHENA_RETURN_IF_ERROR(DeletePlace(admission.edit.tx(), plan, one.element));
  }
  return DeletePlace(admission.edit.tx(), plan, id);
}

bool IsPlaced(const ElementChange& change) {
  return change.before != nullptr && change.before->kind() == change.after->kind() &&
         change.before->code() == change.after->code() &&
         change.before->parent_element() == change.after->parent_element();
}

// Keeps the places of what is new or has changed. All old ones go first: elements of a batch may
// swap codes.
absl::Status KeepPlaces(const ElementAdmission& admission, const ResourceName& plan) {
  for (const ElementChange& change : admission.changes) {
    if (change.before == nullptr || IsPlaced(change)) continue;
    ATHENA_RETURN_IF_ERROR(DeletePlace(admission.edit.tx(), plan, IdOf(*change.after)));
  }
  for (const ElementChange& change : admission.changes) {
    if (IsPlaced(change)) continue;
    ATHENA_RETURN_IF_ERROR(InsertPlace(admission.edit.tx(), plan, IdOf(*change.after),
                                       PlaceOf(*change.after), change.after->code()));
  }
  return absl::OkStatus();
}

IndicatorSelection SelectionOf(const v1::IndicatorLink& link) {
  return {link.indicator(), {link.slice().begin(), link.slice().end()}};
}

// The links that the element does not have already.
void AddNewLinks(const ElementChange& change, std::vector<NewLink>* links) {
  std::set<IndicatorSelection> known;
  if (change.before != nullptr) {
    for (const v1::IndicatorLink& link : change.before->indicators()) {
      known.insert(SelectionOf(link));
    }
  }
  for (int i = 0; i < change.after->indicators_size(); ++i) {
    IndicatorSelection selection = SelectionOf(change.after->indicators(i));
    if (known.count(selection) == 1) continue;
    const std::string at = fields::At(change.Field("indicators"), i);
    links->push_back(
        {std::move(selection), fields::Below(at, "indicator"), fields::Below(at, "slice")});
  }
}

}  // namespace

absl::Status ElementKind::Ask(const resource::Question<v1::Element>& question) const {
  if (indicators == nullptr) return absl::OkStatus();
  std::vector<NewLink> links;
  std::string institution;
  for (const ElementChange& change : question.changes) {
    if (change.after == nullptr) continue;
    institution = kElementName.Match(change.after->name())->institution();
    AddNewLinks(change, &links);
  }
  return CheckNewLinks(*indicators, question.caller, institution, links, question.faults);
}

void ElementKind::Complete(v1::Element* element) {
  if (element->state() == v1::Element::STATE_UNSPECIFIED) {
    element->set_state(v1::Element::STATE_PLANNED);
  }
}

void ElementKind::Validate(std::string_view path, std::string_view parent,
                           const v1::Element& element, status::FieldFaults* faults) {
  CheckElement(path, parent, element, faults);
}

absl::Status ElementKind::Fill(const versioned::Edit& edit, const v1::Element* before,
                               v1::Element* element) {
  return FillMilestones(edit, before, element);
}

bool ElementKind::Less(const v1::Element& a, const v1::Element& b) {
  return NaturalLess(a.code(), b.code());
}

absl::Status ElementKind::Admit(const ElementAdmission& admission) {
  const ElementChange& first = admission.changes[0];
  const v1::Element& any = first.after == nullptr ? *first.before : *first.after;
  const ResourceName plan_name = PlanOf(*kElementName.Match(any.name()));
  ATHENA_ASSIGN_OR_RETURN(const auto plan, admission.edit.Find<v1::Plan>(kPlans, plan_name.key()));
  if (plan.has_value() && plan->state() == v1::Plan::STATE_CLOSED) return PlanClosed(plan->name());
  ATHENA_RETURN_IF_ERROR(CheckDecision(admission.edit, admission.faults));
  if (first.after == nullptr) return AdmitDeletion(admission, *plan, *first.before, plan_name);

  ATHENA_ASSIGN_OR_RETURN(const absl::CivilDay today, LocalDay(admission.edit));
  const bool is_batch =
      admission.request.GetDescriptor() == v1::BatchUpdateElementsRequest::descriptor();
  ReferenceChecks references(admission.edit, *plan);
  for (const ElementChange& change : admission.changes) {
    ATHENA_RETURN_IF_ERROR(references.Check(change, admission.faults));
    CheckDatesKept(*plan, today, change, admission.faults);
    CheckLifeKept(*plan, today, !admission.edit.mutation().reason.empty(), change,
                  admission.faults);
    if (change.before != nullptr) {
      ATHENA_RETURN_IF_ERROR(CheckMilestonesKept(*plan, today, *change.before, change.after));
      if (is_batch) continue;
      ATHENA_RETURN_IF_ERROR(AdmitUpdate(admission, change, plan_name));
    }
  }
  if (is_batch) {
    ATHENA_RETURN_IF_ERROR(CheckTree(admission, plan_name));
  } else if (first.before == nullptr) {
    ATHENA_RETURN_IF_ERROR(CheckNewPlaces(admission, plan_name));
  }
  if (!admission.faults->empty()) return absl::OkStatus();
  return KeepPlaces(admission, plan_name);
}

void CheckMoveElement(const v1::MoveElementRequest& request, status::FieldFaults* faults) {
  if (const auto name = kElementName.Match(request.name())) {
    CheckParentElement("parent_element", PlanOf(*name).text, request.parent_element(), faults);
  }
  if (!request.code().empty()) CheckElementCode("code", request.code(), faults);
}

absl::Status MoveElement(const v1::MoveElementRequest& request, versioned::Edit&,
                         v1::Element* element) {
  element->set_parent_element(request.parent_element());
  if (!request.code().empty()) element->set_code(request.code());
  return absl::OkStatus();
}

}  // namespace athena::plan
