#include "services/plan/elements.h"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "libs/fields/fields.h"
#include "libs/paging/page.h"
#include "libs/paging/take_page.h"
#include "libs/status/status.h"
#include "libs/versioned/update_mask.h"
#include "services/plan/changes_store.h"
#include "services/plan/code_order.h"
#include "services/plan/element_checks.h"
#include "services/plan/errors.h"
#include "services/plan/limits.h"
#include "services/plan/names.h"
#include "services/plan/places_store.h"
#include "services/plan/plans.h"
#include "services/plan/tree_rules.h"
#include "services/plan/validate_element.h"

namespace athena::plan {
namespace {

constexpr std::string_view kOutputOnly[] = {"end_date_at_activation"};

// An element to be, and where the request speaks of it ("requests[17].element").
struct NewElement {
  std::string path;
  std::string id;
  const v1::Element* element;
};

// What the new elements say that does not fit together or does not fit what is stored.
absl::Status CheckNew(const versioned::Edit& edit, const PlanName& name, const v1::Plan& plan,
                      const std::vector<NewElement>& wanted) {
  Places places;
  for (const NewElement& one : wanted) places.emplace(one.id, PlaceOf(*one.element));
  for (const NewElement& one : wanted) {
    absl::Status loaded = LoadAncestry(edit.tx(), name, PlaceOf(*one.element).parent, &places);
    if (!loaded.ok()) return loaded;
  }
  status::FieldFaults faults;
  ReferenceChecks references(edit, plan);
  for (const NewElement& one : wanted) {
    absl::Status checked = references.Check(one.path, *one.element, &faults);
    if (!checked.ok()) return checked;
    AddMisplaced(CheckPlace(one.id, places, 1), *one.element, one.path + ".parent_element",
                 one.path + ".kind", &faults);
  }
  return faults.ToStatus();
}

// Stores new elements, all or none.
absl::StatusOr<std::vector<v1::Element>> CreateAll(versioned::Edit& edit, const PlanName& name,
                                                   const std::vector<NewElement>& wanted) {
  const absl::StatusOr<v1::Plan> plan = FindOpenPlan(edit, name);
  if (!plan.ok()) return plan.status();
  absl::Status done = CheckNew(edit, name, *plan, wanted);
  if (!done.ok()) return done;
  std::vector<v1::Element> created;
  created.reserve(wanted.size());
  for (const NewElement& one : wanted) {
    const ElementName own{name.institution, name.plan, one.id};
    v1::Element& element = created.emplace_back(*one.element);
    element.set_name(own.ToString());
    element.clear_end_date_at_activation();
    done = edit.Insert(kElements, own.Key(), &element);
    if (done.ok()) {
      done = InsertPlace(edit.tx(), name, one.id, PlaceOf(element), element.code());
    }
    if (!done.ok()) return done;
  }
  done = MarkPlan(edit, name.plan);
  if (!done.ok()) return done;
  return created;
}

// Each id and each code once.
void CheckDistinct(const v1::BatchCreateElementsRequest& request, status::FieldFaults* faults) {
  absl::flat_hash_map<std::string_view, int> ids;
  absl::flat_hash_map<std::string_view, int> codes;
  for (int i = 0; i < request.requests_size(); ++i) {
    const v1::CreateElementRequest& one = request.requests(i);
    const auto check = [&](auto& seen, std::string_view value, std::string_view field) {
      const auto [first, is_new] = seen.emplace(value, i);
      if (is_new || value.empty()) return;
      faults->Add(absl::StrCat("requests[", i, "].", std::string(field)), value,
                  absl::StrCat("each once: requests[", first->second, "] has it too"));
    };
    check(ids, one.element_id(), "element_id");
    check(codes, one.element().code(), "element.code");
  }
}

absl::Status RequireWriter(const auth::Principal& principal, const PlanName& plan) {
  return principal.RequireInstitution(plan.institution,
                                      absl::StrCat("change the elements of ", plan.ToString()));
}

// The name, permission, request_id and reason that a change of one element comes with; its own
// fields are checked before.
template <typename Request>
absl::StatusOr<ElementName> ReadChange(const auth::Principal& principal, const Request& request,
                                       std::string_view field, const std::string& name_text,
                                       status::FieldFaults* faults) {
  std::optional<ElementName> name = ReadElementName(field, name_text, faults);
  if (name.has_value()) {
    absl::Status allowed = RequireWriter(principal, name->Plan());
    if (!allowed.ok()) return allowed;
  }
  fields::CheckMutation(request.request_id(), request.reason(), faults);
  if (!faults->empty()) return faults->ToStatus();
  return *std::move(name);
}

// The element as it is now, of a plan that can be changed.
absl::StatusOr<v1::Element> FindElement(const versioned::Edit& edit, const ElementName& name,
                                        std::string_view etag) {
  return FindToChange<v1::Element>(edit, kElements, name.Key(), name.ToString(), etag);
}

// A kind that changes stays between that of the element above and those below.
absl::Status CheckKind(const versioned::Edit& edit, const ElementName& name,
                       const v1::Element& element, status::FieldFaults* faults) {
  Places places;
  absl::Status loaded = LoadAncestry(edit.tx(), name.Plan(), name.element, &places);
  if (!loaded.ok()) return loaded;
  places[name.element] = PlaceOf(element);
  AddMisplaced(CheckPlace(name.element, places, 1), element, "element.parent_element",
               "element.kind", faults);
  const auto below = LoadDescendants(edit.tx(), name.Plan(), name.element);
  if (!below.ok()) return below.status();
  for (const Descendant& child : *below) {
    if (child.level == 1 && child.kind < PlaceOf(element).kind) {
      return ElementKindBelow(name.ToString(),
                              ElementName{name.institution, name.plan, child.element}.ToString());
    }
  }
  return absl::OkStatus();
}

// Whether what is kept of its place is another now.
bool PlaceChanged(const v1::Element& before, const v1::Element& after) {
  return before.kind() != after.kind() || before.code() != after.code();
}

// ReadChange of a move, and the shape of what it asks for.
absl::StatusOr<ElementName> ReadMove(const auth::Principal& principal,
                                     const v1::MoveElementRequest& request) {
  status::FieldFaults faults;
  const auto named = ParseElementName(request.name());
  if (named.has_value()) {
    absl::Status allowed = RequireWriter(principal, named->Plan());
    if (!allowed.ok()) return allowed;
    const PlanName plan = named->Plan();
    ReadParentElement("parent_element", &plan, request.parent_element(), &faults);
  }
  if (!request.code().empty()) CheckElementCode("code", request.code(), &faults);
  return ReadChange(principal, request, "name", request.name(), &faults);
}

// Whether the element, as it is to be, may stand there with all that is below it.
absl::Status CheckMove(const versioned::Edit& edit, const ElementName& name,
                       const v1::Element& element) {
  const auto below = LoadDescendants(edit.tx(), name.Plan(), name.element);
  if (!below.ok()) return below.status();
  Places places = {{name.element, PlaceOf(element)}};
  absl::Status loaded = LoadAncestry(edit.tx(), name.Plan(), places[name.element].parent, &places);
  if (!loaded.ok()) return loaded;
  const int levels = below->empty() ? 1 : 1 + below->back().level;
  status::FieldFaults faults;
  AddMisplaced(CheckPlace(name.element, places, levels), element, "parent_element",
               "parent_element", &faults);
  return faults.ToStatus();
}

// At most `count` of the elements behind a code.
absl::StatusOr<std::vector<v1::Element>> ParseBehind(const std::vector<StoredElement>& listed,
                                                     std::string_view code, size_t count) {
  auto at = std::upper_bound(listed.begin(), listed.end(), code,
                             [](std::string_view behind, const StoredElement& element) {
                               return CompareCodes(behind, element.code) < 0;
                             });
  std::vector<v1::Element> elements;
  for (; at != listed.end() && elements.size() < count; ++at) {
    if (!elements.emplace_back().ParseFromString(at->bytes)) {
      return status::Internal("a stored element cannot be read");
    }
  }
  return elements;
}

}  // namespace

absl::StatusOr<v1::Element> Elements::Create(const auth::Principal& principal,
                                             const v1::CreateElementRequest& request) const {
  status::FieldFaults faults;
  const auto plan = ReadPlanName("parent", request.parent(), &faults);
  if (plan.has_value()) {
    absl::Status allowed = RequireWriter(principal, *plan);
    if (!allowed.ok()) return allowed;
  }
  CheckId("element_id", request.element_id(), &faults);
  CheckElement("element", plan.has_value() ? &*plan : nullptr, request.element(), &faults);
  fields::CheckMutation(request.request_id(), request.reason(), &faults);
  if (!faults.empty()) return faults.ToStatus();

  const std::vector<NewElement> wanted = {{"element", request.element_id(), &request.element()}};
  return backend_.store.Mutate<v1::Element>(
      MutationOf(principal, plan->institution, request),
      [&](versioned::Edit& edit) -> absl::StatusOr<v1::Element> {
        auto created = CreateAll(edit, *plan, wanted);
        if (!created.ok()) return created.status();
        return std::move(created->front());
      });
}

absl::StatusOr<v1::BatchCreateElementsResponse> Elements::BatchCreate(
    const auth::Principal& principal, const v1::BatchCreateElementsRequest& request) const {
  status::FieldFaults faults;
  const auto plan = ReadPlanName("parent", request.parent(), &faults);
  if (plan.has_value()) {
    absl::Status allowed = RequireWriter(principal, *plan);
    if (!allowed.ok()) return allowed;
  }
  fields::CheckMutation(request.request_id(), request.reason(), &faults);
  if (request.requests().empty() || request.requests_size() > kMaxBatchElements) {
    faults.Add("requests", request.requests_size(),
               absl::StrCat("1 to ", kMaxBatchElements, " of them"));
    return faults.ToStatus();
  }
  std::vector<NewElement> wanted;
  wanted.reserve(request.requests().size());
  for (int i = 0; i < request.requests_size(); ++i) {
    const v1::CreateElementRequest& one = request.requests(i);
    const std::string path = fields::At("requests", i);
    if (!one.parent().empty() && one.parent() != request.parent()) {
      faults.Add(path + ".parent", one.parent(), "nothing, or the parent of the batch");
    }
    CheckId(path + ".element_id", one.element_id(), &faults);
    wanted.push_back({path + ".element", one.element_id(), &one.element()});
    CheckElement(wanted.back().path, plan.has_value() ? &*plan : nullptr, one.element(), &faults);
  }
  CheckDistinct(request, &faults);
  if (!faults.empty()) return faults.ToStatus();

  return backend_.store.Mutate<v1::BatchCreateElementsResponse>(
      MutationOf(principal, plan->institution, request),
      [&](versioned::Edit& edit) -> absl::StatusOr<v1::BatchCreateElementsResponse> {
        auto created = CreateAll(edit, *plan, wanted);
        if (!created.ok()) return created.status();
        v1::BatchCreateElementsResponse response;
        for (v1::Element& element : *created) {
          response.mutable_elements()->Add(std::move(element));
        }
        return response;
      });
}

absl::StatusOr<v1::Element> Elements::Get(const auth::Principal& principal,
                                          const v1::GetElementRequest& request) const {
  status::FieldFaults faults;
  const auto name = ReadElementName("name", request.name(), &faults);
  if (!name.has_value()) return faults.ToStatus();
  absl::Status allowed = RequirePlanReader(backend_, principal, name->Plan());
  if (!allowed.ok()) return allowed;

  return FindAsOf<v1::Element>(backend_, name->institution, kElements, name->Key(), request);
}

absl::StatusOr<v1::ListElementsResponse> Elements::List(
    const auth::Principal& principal, const v1::ListElementsRequest& request) const {
  status::FieldFaults faults;
  const auto plan = ReadPlanName("parent", request.parent(), &faults);
  if (plan.has_value()) {
    absl::Status allowed = RequirePlanReader(backend_, principal, *plan);
    if (!allowed.ok()) return allowed;
  }
  const size_t size = PageSize(request.page_size(), {}, &faults);
  if (!faults.empty()) return faults.ToStatus();
  const absl::StatusOr<PagePosition> at = backend_.tokens.Open(request);
  if (!at.ok()) return at.status();

  v1::ListElementsResponse response;
  absl::Status read = ReadPage(
      backend_, plan->institution, request.as_of(), *at, [&](const versioned::Snapshot& snapshot) {
        response.Clear();
        const auto found = snapshot.Find<v1::Plan>(kPlans, plan->plan);
        if (!found.ok()) return found.status();
        if (!found->has_value()) return status::NotFound(request.parent());
        const auto listed = ListInCodeOrder(snapshot, *plan);
        if (!listed.ok()) return listed.status();
        auto elements = ParseBehind(*listed, at->position, size + 1);
        if (!elements.ok()) return elements.status();
        const std::string next = TakePage(
            *std::move(elements), at->position, size,
            [](const v1::Element& row) { return row.code(); },
            [](std::string_view a, std::string_view b) { return CompareCodes(a, b) < 0; },
            response.mutable_elements());
        if (!next.empty()) {
          response.set_next_page_token(backend_.tokens.Seal(request, {snapshot.revision(), next}));
        }
        return absl::OkStatus();
      });
  if (!read.ok()) return read;
  return response;
}

absl::StatusOr<v1::Element> Elements::Update(const auth::Principal& principal,
                                             const v1::UpdateElementRequest& request) const {
  status::FieldFaults malformed;
  const absl::StatusOr<ElementName> name =
      ReadChange(principal, request, "element.name", request.element().name(), &malformed);
  if (!name.ok()) return name.status();
  const PlanName plan_name = name->Plan();
  return backend_.store.Mutate<v1::Element>(
      MutationOf(principal, name->institution, request),
      [&](versioned::Edit& edit) -> absl::StatusOr<v1::Element> {
        const auto before = FindElement(edit, *name, request.element().etag());
        if (!before.ok()) return before.status();
        const absl::StatusOr<v1::Plan> plan = FindOpenPlan(edit, plan_name);
        if (!plan.ok()) return plan.status();
        v1::Element element = *before;
        status::FieldFaults faults;
        versioned::ApplyUpdate(request.element(), request.update_mask(), kOutputOnly, &element,
                               &faults);
        if (element.parent_element() != before->parent_element()) {
          faults.Add("element.parent_element", element.parent_element(),
                     absl::StrCat("its present one, \"", before->parent_element(),
                                  "\": MoveElement changes it"));
          element.set_parent_element(before->parent_element());
        }
        CheckElement("element", &plan_name, element, &faults);
        absl::Status done = ReferenceChecks(edit, *plan).Check("element", element, &faults);
        if (done.ok() && element.kind() != before->kind()) {
          done = CheckKind(edit, *name, element, &faults);
        }
        if (!faults.empty()) return faults.ToStatus();
        if (done.ok() && PlaceChanged(*before, element)) {
          done = UpdatePlace(edit.tx(), plan_name, name->element, PlaceOf(element), element.code());
        }
        if (done.ok()) done = edit.Replace(kElements, name->Key(), &element);
        if (done.ok()) done = MarkPlan(edit, name->plan);
        if (!done.ok()) return done;
        return element;
      });
}

absl::StatusOr<v1::Element> Elements::Move(const auth::Principal& principal,
                                           const v1::MoveElementRequest& request) const {
  const absl::StatusOr<ElementName> name = ReadMove(principal, request);
  if (!name.ok()) return name.status();
  return backend_.store.Mutate<v1::Element>(
      MutationOf(principal, name->institution, request),
      [&](versioned::Edit& edit) -> absl::StatusOr<v1::Element> {
        absl::StatusOr<v1::Element> element = FindElement(edit, *name, request.etag());
        if (!element.ok()) return element.status();
        const absl::StatusOr<v1::Plan> plan = FindOpenPlan(edit, name->Plan());
        if (!plan.ok()) return plan.status();
        element->set_parent_element(request.parent_element());
        if (!request.code().empty()) element->set_code(request.code());
        absl::Status done = CheckMove(edit, *name, *element);
        if (done.ok()) {
          done = UpdatePlace(edit.tx(), name->Plan(), name->element, PlaceOf(*element),
                             element->code());
        }
        if (done.ok()) done = edit.Replace(kElements, name->Key(), &*element);
        if (done.ok()) done = MarkPlan(edit, name->plan);
        if (!done.ok()) return done;
        return element;
      });
}

absl::StatusOr<google::protobuf::Empty> Elements::Delete(
    const auth::Principal& principal, const v1::DeleteElementRequest& request) const {
  status::FieldFaults malformed;
  const absl::StatusOr<ElementName> name =
      ReadChange(principal, request, "name", request.name(), &malformed);
  if (!name.ok()) return name.status();
  return backend_.store.Mutate<google::protobuf::Empty>(
      MutationOf(principal, name->institution, request),
      [&](versioned::Edit& edit) -> absl::StatusOr<google::protobuf::Empty> {
        const auto element = FindElement(edit, *name, request.etag());
        if (!element.ok()) return element.status();
        const absl::StatusOr<v1::Plan> plan = FindOpenPlan(edit, name->Plan());
        if (!plan.ok()) return plan.status();
        auto doomed = LoadDescendants(edit.tx(), name->Plan(), name->element);
        if (!doomed.ok()) return doomed.status();
        if (!doomed->empty() && !request.force()) {
          return ElementHasChildren(name->ToString(), doomed->size());
        }
        doomed->push_back({name->element});
        absl::Status done;
        for (const Descendant& one : *doomed) {
          const ElementName own{name->institution, name->plan, one.element};
          done = edit.Delete(kElements, own.Key(), own.ToString());
          if (done.ok()) done = DeletePlace(edit.tx(), name->Plan(), one.element);
          if (!done.ok()) return done;
        }
        done = MarkPlan(edit, name->plan);
        if (!done.ok()) return done;
        return google::protobuf::Empty();
      });
}

}  // namespace athena::plan
