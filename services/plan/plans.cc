#include "services/plan/plans.h"

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "libs/fields/fields.h"
#include "libs/paging/page.h"
#include "libs/paging/take_page.h"
#include "libs/period/period.h"
#include "libs/status/status.h"
#include "libs/versioned/update_mask.h"
#include "services/plan/changes_store.h"
#include "services/plan/errors.h"
#include "services/plan/limits.h"
#include "services/plan/names.h"
#include "services/plan/places_store.h"
#include "services/plan/validate.h"

namespace athena::plan {
namespace {

constexpr std::string_view kOutputOnly[] = {"state", "activate_time", "close_time"};

absl::StatusOr<std::vector<v1::Element>> ElementsOf(const versioned::Edit& edit,
                                                    const PlanName& name) {
  return edit.List<v1::Element>(kElements, absl::StrCat(name.plan, "/"));
}

// The name, permission, request_id and reason that a change of a whole plan comes with.
template <typename Request>
absl::StatusOr<PlanName> ReadChange(const auth::Principal& principal, const Request& request,
                                    std::string_view field, const std::string& name_text) {
  status::FieldFaults faults;
  std::optional<PlanName> name = ReadPlanName(field, name_text, &faults);
  if (name.has_value()) {
    absl::Status allowed =
        principal.RequireInstitution(name->institution, absl::StrCat("change ", name_text));
    if (!allowed.ok()) return allowed;
  }
  fields::CheckMutation(request.request_id(), request.reason(), &faults);
  if (!faults.empty()) return faults.ToStatus();
  return *std::move(name);
}

// What of a plan in force, or with elements, does not change.
absl::Status CheckChange(const versioned::Edit& edit, const PlanName& name, const v1::Plan& before,
                         const v1::Plan& after) {
  if (before.state() == v1::Plan::STATE_ACTIVE && before.first_quarter() != after.first_quarter()) {
    return FirstQuarterFixed(before.name(), before.first_quarter());
  }
  if (before.last_quarter() == after.last_quarter()) return absl::OkStatus();
  const absl::StatusOr<Period> last = Period::Parse(after.last_quarter());
  if (!last.ok()) return last.status();
  const auto elements = ElementsOf(edit, name);
  if (!elements.ok()) return elements.status();
  for (const v1::Element& element : *elements) {
    if (!element.has_start_date()) continue;
    const std::optional<absl::CivilDay> start = fields::DayOf(element.start_date());
    if (start.has_value() && *start > last->LastDay()) {
      return ElementsAfterPlan(after.last_quarter(), element.name());
    }
  }
  return absl::OkStatus();
}

// Keeps the end that each element has when its plan is put in force.
absl::Status FixEndDates(versioned::Edit& edit, const PlanName& name) {
  auto elements = ElementsOf(edit, name);
  if (!elements.ok()) return elements.status();
  for (v1::Element& element : *elements) {
    if (!element.has_end_date()) continue;
    *element.mutable_end_date_at_activation() = element.end_date();
    const std::optional<ElementName> own = ParseElementName(element.name());
    if (!own.has_value()) return status::Internal("a stored element has a name that is none");
    absl::Status done = edit.Replace(kElements, own->Key(), &element);
    if (!done.ok()) return done;
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<v1::Plan> FindPlan(const versioned::Edit& edit, const PlanName& name,
                                  std::string_view etag) {
  return FindToChange<v1::Plan>(edit, kPlans, name.plan, name.ToString(), etag);
}

absl::StatusOr<v1::Plan> FindOpenPlan(const versioned::Edit& edit, const PlanName& name) {
  absl::StatusOr<v1::Plan> plan = FindPlan(edit, name, "");
  if (plan.ok() && plan->state() == v1::Plan::STATE_CLOSED) return PlanClosed(plan->name());
  return plan;
}

absl::StatusOr<v1::Plan> Plans::Create(const auth::Principal& principal,
                                       const v1::CreatePlanRequest& request) const {
  status::FieldFaults faults;
  const auto parent = ReadInstitutionName("parent", request.parent(), &faults);
  if (parent.has_value()) {
    absl::Status allowed = principal.RequireInstitution(
        parent->institution, absl::StrCat("create plans of ", request.parent()));
    if (!allowed.ok()) return allowed;
  }
  CheckId("plan_id", request.plan_id(), &faults);
  CheckPlan("plan", request.plan(), &faults);
  fields::CheckMutation(request.request_id(), request.reason(), &faults);
  if (!faults.empty()) return faults.ToStatus();

  const PlanName name{parent->institution, request.plan_id()};
  return backend_.store.Mutate<v1::Plan>(
      MutationOf(principal, name.institution, request),
      [&](versioned::Edit& edit) -> absl::StatusOr<v1::Plan> {
        const auto institution = edit.Find<v1::Institution>(kInstitutions, name.institution);
        if (!institution.ok()) return institution.status();
        if (!institution->has_value()) return status::NotFound(request.parent());
        v1::Plan plan = request.plan();
        plan.set_name(name.ToString());
        plan.set_state(v1::Plan::STATE_DRAFT);
        plan.clear_activate_time();
        plan.clear_close_time();
        absl::Status done = edit.Insert(kPlans, name.plan, &plan);
        if (done.ok()) done = MarkPlan(edit, name.plan);
        if (!done.ok()) return done;
        return plan;
      });
}

absl::StatusOr<v1::Plan> Plans::Get(const auth::Principal& principal,
                                    const v1::GetPlanRequest& request) const {
  status::FieldFaults faults;
  const auto name = ReadPlanName("name", request.name(), &faults);
  if (!name.has_value()) return faults.ToStatus();
  absl::Status allowed = RequirePlanReader(backend_, principal, *name);
  if (!allowed.ok()) return allowed;

  return FindAsOf<v1::Plan>(backend_, name->institution, kPlans, name->plan, request);
}

absl::StatusOr<v1::ListPlansResponse> Plans::List(const auth::Principal& principal,
                                                  const v1::ListPlansRequest& request) const {
  status::FieldFaults faults;
  const auto parent = ReadInstitutionName("parent", request.parent(), &faults);
  if (parent.has_value()) {
    absl::Status allowed = principal.RequireInstitution(
        parent->institution, absl::StrCat("read plans of ", request.parent()));
    if (!allowed.ok()) return allowed;
  }
  const size_t size = PageSize(request.page_size(), {}, &faults);
  if (!faults.empty()) return faults.ToStatus();
  const absl::StatusOr<PagePosition> at = backend_.tokens.Open(request);
  if (!at.ok()) return at.status();

  v1::ListPlansResponse response;
  absl::Status read = ReadPage(
      backend_, parent->institution, request.as_of(), *at,
      [&](const versioned::Snapshot& snapshot) {
        response.Clear();
        auto plans = snapshot.List<v1::Plan>(kPlans);
        if (!plans.ok()) return plans.status();
        const std::string next = TakePage(
            *std::move(plans), at->position, size, [](const v1::Plan& row) { return row.name(); },
            std::less<std::string_view>(), response.mutable_plans());
        if (!next.empty()) {
          response.set_next_page_token(backend_.tokens.Seal(request, {snapshot.revision(), next}));
        }
        return absl::OkStatus();
      });
  if (!read.ok()) return read;
  return response;
}

absl::StatusOr<v1::Plan> Plans::Update(const auth::Principal& principal,
                                       const v1::UpdatePlanRequest& request) const {
  const absl::StatusOr<PlanName> name =
      ReadChange(principal, request, "plan.name", request.plan().name());
  if (!name.ok()) return name.status();
  return backend_.store.Mutate<v1::Plan>(
      MutationOf(principal, name->institution, request),
      [&](versioned::Edit& edit) -> absl::StatusOr<v1::Plan> {
        const absl::StatusOr<v1::Plan> before = FindPlan(edit, *name, request.plan().etag());
        if (!before.ok()) return before.status();
        if (before->state() == v1::Plan::STATE_CLOSED) return PlanClosed(before->name());
        v1::Plan plan = *before;
        status::FieldFaults faults;
        versioned::ApplyUpdate(request.plan(), request.update_mask(), kOutputOnly, &plan, &faults);
        CheckPlan("plan", plan, &faults);
        if (!faults.empty()) return faults.ToStatus();
        absl::Status done = CheckChange(edit, *name, *before, plan);
        if (done.ok()) done = edit.Replace(kPlans, name->plan, &plan);
        if (done.ok()) done = MarkPlan(edit, name->plan);
        if (!done.ok()) return done;
        return plan;
      });
}

absl::StatusOr<google::protobuf::Empty> Plans::Delete(const auth::Principal& principal,
                                                      const v1::DeletePlanRequest& request) const {
  const absl::StatusOr<PlanName> name = ReadChange(principal, request, "name", request.name());
  if (!name.ok()) return name.status();
  return backend_.store.Mutate<google::protobuf::Empty>(
      MutationOf(principal, name->institution, request),
      [&](versioned::Edit& edit) -> absl::StatusOr<google::protobuf::Empty> {
        const absl::StatusOr<v1::Plan> plan = FindPlan(edit, *name, request.etag());
        if (!plan.ok()) return plan.status();
        if (plan->state() != v1::Plan::STATE_DRAFT) {
          return PlanNotDraft(plan->name(), "be deleted");
        }
        const auto elements = ElementsOf(edit, *name);
        if (!elements.ok()) return elements.status();
        absl::Status done = edit.Delete(kPlans, name->plan, plan->name());
        for (size_t i = 0; done.ok() && i < elements->size(); ++i) {
          const std::optional<ElementName> own = ParseElementName((*elements)[i].name());
          if (!own.has_value()) return status::Internal("a stored element has a name that is none");
          done = edit.Delete(kElements, own->Key(), (*elements)[i].name());
        }
        if (done.ok()) done = DeletePlaces(edit.tx(), *name);
        if (done.ok()) done = MarkPlan(edit, name->plan);
        if (!done.ok()) return done;
        return google::protobuf::Empty();
      });
}

absl::StatusOr<v1::Plan> Plans::Activate(const auth::Principal& principal,
                                         const v1::ActivatePlanRequest& request) const {
  const absl::StatusOr<PlanName> name = ReadChange(principal, request, "name", request.name());
  if (!name.ok()) return name.status();
  return backend_.store.Mutate<v1::Plan>(
      MutationOf(principal, name->institution, request),
      [&](versioned::Edit& edit) -> absl::StatusOr<v1::Plan> {
        absl::StatusOr<v1::Plan> plan = FindPlan(edit, *name, request.etag());
        if (!plan.ok()) return plan.status();
        if (plan->state() != v1::Plan::STATE_DRAFT) {
          return PlanNotDraft(plan->name(), "be activated");
        }
        plan->set_state(v1::Plan::STATE_ACTIVE);
        *plan->mutable_activate_time() = fields::TimestampOf(edit.time());
        absl::Status done = edit.Replace(kPlans, name->plan, &*plan);
        if (done.ok()) done = FixEndDates(edit, *name);
        if (done.ok()) done = MarkPlan(edit, name->plan);
        if (!done.ok()) return done;
        return plan;
      });
}

absl::StatusOr<v1::Plan> Plans::Close(const auth::Principal& principal,
                                      const v1::ClosePlanRequest& request) const {
  const absl::StatusOr<PlanName> name = ReadChange(principal, request, "name", request.name());
  if (!name.ok()) return name.status();
  return backend_.store.Mutate<v1::Plan>(
      MutationOf(principal, name->institution, request),
      [&](versioned::Edit& edit) -> absl::StatusOr<v1::Plan> {
        absl::StatusOr<v1::Plan> plan = FindPlan(edit, *name, request.etag());
        if (!plan.ok()) return plan.status();
        if (plan->state() != v1::Plan::STATE_ACTIVE) return PlanNotActive(plan->name());
        plan->set_state(v1::Plan::STATE_CLOSED);
        *plan->mutable_close_time() = fields::TimestampOf(edit.time());
        absl::Status done = edit.Replace(kPlans, name->plan, &*plan);
        if (done.ok()) done = MarkPlan(edit, name->plan);
        if (!done.ok()) return done;
        return plan;
      });
}

}  // namespace athena::plan
