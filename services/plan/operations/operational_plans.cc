#include "services/plan/operations/operational_plans.h"

#include <google/protobuf/util/message_differencer.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "athena/plan/v1/institution.pb.h"
#include "libs/fields/fields.h"
#include "libs/period/period.h"
#include "libs/status/macros.h"
#include "libs/status/status.h"
#include "libs/status/storage.h"
#include "libs/versioned/store.h"
#include "services/plan/errors.h"
#include "services/plan/limits.h"
#include "services/plan/operations/derivation_rules.h"
#include "services/plan/operations/operational_items.h"

namespace athena::plan {
namespace {

using v1::OperationalPlan;
using versioned::Snapshot;

bool WroteOf(std::string_view subject, const OperationalPlan& plan) {
  return std::find(plan.authors().begin(), plan.authors().end(), subject) != plan.authors().end();
}

void AddWriter(std::string_view subject, OperationalPlan* plan) {
  if (!WroteOf(subject, *plan)) plan->add_authors(std::string(subject));
}

bool CanChange(const OperationalPlan& plan) {
  return plan.state() == OperationalPlan::STATE_DRAFT ||
         plan.state() == OperationalPlan::STATE_RETURNED;
}

// `what`: "changed".
absl::Status StateRefuses(const OperationalPlan& plan, std::string_view what) {
  std::string_view state = OperationalPlan::State_Name(plan.state());
  state.remove_prefix(std::string_view("STATE_").size());
  std::string_view allowed = "changed, derived again or submitted";
  if (plan.state() == OperationalPlan::STATE_SUBMITTED) allowed = "approved or returned";
  if (plan.state() == OperationalPlan::STATE_APPROVED) {
    allowed = "derived again, which opens a new version";
  }
  return OperationalPlanState(plan.name(), state, what, allowed);
}

void ClearJudgements(OperationalPlan* plan) {
  plan->clear_approved_by();
  plan->clear_approve_time();
  plan->clear_returned_by();
  plan->clear_return_time();
  plan->clear_return_reason();
}

// What DeriveOperationalPlan asks for, by names that fit their patterns.
struct Wanted {
  ResourceName plan;
  ResourceName unit;
  int year = 0;
};

absl::Status CheckYear(const v1::Plan& plan, int year) {
  ATHENA_ASSIGN_OR_RETURN(const Period first, Period::Parse(plan.first_quarter()));
  ATHENA_ASSIGN_OR_RETURN(const Period last, Period::Parse(plan.last_quarter()));
  const int64_t first_year = first.FirstDay().year();
  const int64_t last_year = last.LastDay().year();
  if (year >= first_year && year <= last_year) return absl::OkStatus();
  return status::InvalidField(
      "year", absl::StrCat(year),
      absl::StrCat("a year of ", plan.name(), ": ", first_year, " to ", last_year));
}

// The unit and all that are part of it, by name.
absl::StatusOr<std::set<std::string>> UnitsOf(const Snapshot& snapshot, const Wanted& wanted) {
  ATHENA_ASSIGN_OR_RETURN(const auto units, snapshot.List<v1::Unit>(kUnits));
  std::map<std::string, std::string> parents;
  for (const v1::Unit& unit : units) parents[unit.name()] = unit.parent_unit();
  if (parents.count(wanted.unit.text) == 0) {
    return status::InvalidField("unit", wanted.unit.text, "a unit that exists");
  }
  return UnitWithParts(wanted.unit.text, parents);
}

// The version with the highest number; nullopt when there is none.
absl::StatusOr<std::optional<OperationalPlan>> LatestVersion(const Snapshot& snapshot,
                                                             const Wanted& wanted) {
  // Other units' ids may begin alike: "it-2026" is one.
  const std::string prefix =
      absl::StrCat(wanted.plan.key(), "/", wanted.unit.id(), "-", wanted.year, "-");
  ATHENA_ASSIGN_OR_RETURN(auto versions, snapshot.List<OperationalPlan>(kOperationalPlans, prefix));
  std::optional<OperationalPlan> latest;
  for (OperationalPlan& one : versions) {
    if (one.unit() != wanted.unit.text || one.year() != wanted.year) continue;
    if (!latest.has_value() || one.version() > latest->version()) latest = std::move(one);
  }
  return latest;
}

OperationalPlan FirstVersion(const Wanted& wanted) {
  OperationalPlan plan;
  plan.set_unit(wanted.unit.text);
  plan.set_year(wanted.year);
  return plan;
}

// A DRAFT with what was entered in `plan`, which may be empty but for unit and year.
OperationalPlan NextVersion(const OperationalPlan& plan, const Wanted& wanted) {
  OperationalPlan next;
  next.set_unit(plan.unit());
  next.set_year(plan.year());
  next.set_version(plan.version() + 1);
  next.set_name(kOperationalPlanName
                    .Of({wanted.plan.institution(), wanted.plan.id(),
                         absl::StrCat(wanted.unit.id(), "-", wanted.year, "-", next.version())})
                    .text);
  next.set_state(OperationalPlan::STATE_DRAFT);
  *next.mutable_items() = plan.items();
  if (plan.has_notes()) *next.mutable_notes() = plan.notes();
  return next;
}

void AddChanges(const std::vector<ItemChange>& changes, const OperationalPlan& before,
                const std::vector<DerivedItem>& derived,
                v1::DeriveOperationalPlanResponse* response) {
  std::map<std::string_view, const v1::OperationalItem*> old;
  for (const v1::OperationalItem& item : before.items()) old[item.element()] = &item;
  std::map<std::string_view, const DerivedItem*> now;
  for (const DerivedItem& item : derived) now[item.element] = &item;
  for (const ItemChange& change : changes) {
    v1::OperationalPlanChange& message = *response->add_changes();
    message.set_element(change.element);
    if (change.kind == ItemChange::Kind::kGone) {
      message.set_kind(v1::OperationalPlanChange::KIND_GONE);
      message.set_code(old[change.element]->code());
      *message.mutable_title() = old[change.element]->title();
      continue;
    }
    message.set_kind(change.kind == ItemChange::Kind::kNew
                         ? v1::OperationalPlanChange::KIND_NEW
                         : v1::OperationalPlanChange::KIND_CHANGED);
    const DerivedItem& item = *now[change.element];
    message.set_code(item.code);
    message.mutable_title()->mutable_text()->insert(item.title.begin(), item.title.end());
    message.mutable_fields()->Add(change.fields.begin(), change.fields.end());
  }
}

// What deriving makes of the latest version, in `response`; the latest version is returned.
absl::StatusOr<std::optional<OperationalPlan>> Propose(
    const Snapshot& snapshot, const Wanted& wanted, absl::Time now,
    v1::DeriveOperationalPlanResponse* response) {
  response->Clear();
  ATHENA_ASSIGN_OR_RETURN(const auto plan, snapshot.Find<v1::Plan>(kPlans, wanted.plan.key()));
  if (!plan.has_value()) return status::NotFound(wanted.plan.text);
  ATHENA_RETURN_IF_ERROR(CheckYear(*plan, wanted.year));
  ATHENA_ASSIGN_OR_RETURN(const std::set<std::string> units, UnitsOf(snapshot, wanted));
  ATHENA_ASSIGN_OR_RETURN(const auto elements,
                          snapshot.List<v1::Element>(kElements, wanted.plan.key() + "/"));
  std::vector<PlannedElement> planned;
  planned.reserve(elements.size());
  for (const v1::Element& element : elements) planned.push_back(PlannedOf(element));
  const std::vector<DerivedItem> derived = DeriveItems(planned, units, wanted.year);

  ATHENA_ASSIGN_OR_RETURN(auto latest, LatestVersion(snapshot, wanted));
  const OperationalPlan before = latest.value_or(FirstVersion(wanted));
  const std::vector<ItemChange> changes = CompareItems(DerivedOf(before), derived);
  AddChanges(changes, before, derived, response);
  OperationalPlan& next = *response->mutable_operational_plan();
  const bool opens = !latest.has_value() || latest->state() == OperationalPlan::STATE_APPROVED;
  next = opens ? NextVersion(before, wanted) : before;
  if (opens || !changes.empty()) {
    TakeOver(derived, &next);
    *next.mutable_derive_time() = fields::TimestampOf(now);
  }
  if (next.items_size() > kMaxOperationalItems || next.ByteSizeLong() > kMaxOperationalPlanBytes) {
    return OperationalPlanTooLarge(wanted.unit.text, next.items_size(), next.ByteSizeLong());
  }
  return latest;
}

absl::Status Apply(versioned::Edit& edit, const Wanted& wanted, const std::string& etag,
                   v1::DeriveOperationalPlanResponse* response) {
  ATHENA_ASSIGN_OR_RETURN(const auto plan, edit.Find<v1::Plan>(kPlans, wanted.plan.key()));
  if (plan.has_value() && plan->state() == v1::Plan::STATE_CLOSED) return PlanClosed(plan->name());
  ATHENA_ASSIGN_OR_RETURN(const auto latest, Propose(edit.now(), wanted, edit.time(), response));
  OperationalPlan* const next = response->mutable_operational_plan();
  if (latest.has_value()) {
    ATHENA_RETURN_IF_ERROR(versioned::CheckEtag(latest->name(), etag, latest->etag()));
    if (latest->state() == OperationalPlan::STATE_SUBMITTED) {
      return StateRefuses(*latest, "derived again");
    }
  } else {
    ATHENA_RETURN_IF_ERROR(versioned::CheckEtag(next->name(), etag, ""));
  }
  response->set_applied(true);
  const std::string key = kOperationalPlanName.Match(next->name())->key();
  if (!latest.has_value() || latest->name() != next->name()) {
    AddWriter(edit.mutation().subject, next);
    return edit.Insert(kOperationalPlans, key, next);
  }
  if (response->changes().empty()) return absl::OkStatus();
  AddWriter(edit.mutation().subject, next);
  return edit.Replace(kOperationalPlans, key, next);
}

}  // namespace

void OperationalPlanKind::Validate(std::string_view path, std::string_view parent,
                                   const OperationalPlan& plan, status::FieldFaults* faults) {
  CheckOperationalPlan(path, parent, plan, faults);
}

absl::Status OperationalPlanKind::Fill(const versioned::Edit& edit, const OperationalPlan* before,
                                       OperationalPlan* plan) {
  // A verb changes the state, and sets the rest itself.
  if (before == nullptr || before->state() != plan->state()) return absl::OkStatus();
  KeepDerived(*before, plan);
  if (!google::protobuf::util::MessageDifferencer::Equals(*before, *plan)) {
    AddWriter(edit.mutation().subject, plan);
  }
  return absl::OkStatus();
}

absl::Status OperationalPlanKind::Admit(const resource::Admission<OperationalPlan>& admission) {
  for (const auto& [before, after, path] : admission.changes) {
    if (before == nullptr || after == nullptr) continue;
    const ResourceName name = *kOperationalPlanName.Match(after->name());
    const ResourceName plan_name = kPlanName.Of({name.institution(), name.ids[1]});
    ATHENA_ASSIGN_OR_RETURN(const auto plan,
                            admission.edit.Find<v1::Plan>(kPlans, plan_name.key()));
    if (plan.has_value() && plan->state() == v1::Plan::STATE_CLOSED) {
      return PlanClosed(plan->name());
    }
    if (before->state() != after->state()) continue;
    if (!CanChange(*before)) return StateRefuses(*before, "changed");
    CheckSameItems(path, *before, *after, admission.faults);
  }
  return absl::OkStatus();
}

bool OperationalPlanKind::Less(const OperationalPlan& a, const OperationalPlan& b) {
  return std::forward_as_tuple(a.unit(), a.year(), a.version()) <
         std::forward_as_tuple(b.unit(), b.year(), b.version());
}

absl::Status SubmitOperationalPlan(const v1::SubmitOperationalPlanRequest&, versioned::Edit& edit,
                                   OperationalPlan* plan) {
  if (!CanChange(*plan)) return StateRefuses(*plan, "submitted");
  AddWriter(edit.mutation().subject, plan);
  ClearJudgements(plan);
  plan->set_state(OperationalPlan::STATE_SUBMITTED);
  plan->set_submitted_by(std::string(edit.mutation().subject));
  *plan->mutable_submit_time() = fields::TimestampOf(edit.time());
  return absl::OkStatus();
}

absl::Status ApproveOperationalPlan(const v1::ApproveOperationalPlanRequest&, versioned::Edit& edit,
                                    OperationalPlan* plan) {
  const std::string subject(edit.mutation().subject);
  if (WroteOf(subject, *plan)) return OperationalPlanAuthor(subject, plan->name());
  if (plan->state() != OperationalPlan::STATE_SUBMITTED) return StateRefuses(*plan, "approved");
  plan->set_state(OperationalPlan::STATE_APPROVED);
  plan->set_approved_by(subject);
  *plan->mutable_approve_time() = fields::TimestampOf(edit.time());
  return absl::OkStatus();
}

void CheckReturnOperationalPlan(const v1::ReturnOperationalPlanRequest& request,
                                status::FieldFaults* faults) {
  if (request.reason().empty()) faults->Missing("reason", "why the operational plan is returned");
}

absl::Status ReturnOperationalPlan(const v1::ReturnOperationalPlanRequest& request,
                                   versioned::Edit& edit, OperationalPlan* plan) {
  const std::string subject(edit.mutation().subject);
  if (WroteOf(subject, *plan)) return OperationalPlanAuthor(subject, plan->name());
  if (plan->state() != OperationalPlan::STATE_SUBMITTED) return StateRefuses(*plan, "returned");
  plan->set_state(OperationalPlan::STATE_RETURNED);
  plan->set_return_reason(request.reason());
  plan->set_returned_by(subject);
  *plan->mutable_return_time() = fields::TimestampOf(edit.time());
  return absl::OkStatus();
}

absl::StatusOr<v1::DeriveOperationalPlanResponse> OperationalPlans::Derive(
    const auth::Principal& principal, const v1::DeriveOperationalPlanRequest& request) const {
  status::FieldFaults faults;
  const auto plan = kPlanName.Read("parent", request.parent(), &faults);
  if (plan.has_value()) {
    ATHENA_RETURN_IF_ERROR(principal.RequireInstitution(
        plan->institution(), absl::StrCat("derive operational plans of ", plan->text)));
  }
  const auto unit = kUnitName.Read("unit", request.unit(), &faults);
  if (unit.has_value() && plan.has_value() && unit->institution() != plan->institution()) {
    faults.Add("unit", request.unit(), "a unit of the plan's institution");
  }
  resource::Resources::CheckMutation(request, &faults);
  ATHENA_RETURN_IF_ERROR(faults.ToStatus());
  const Wanted wanted{*plan, *unit, request.year()};
  v1::DeriveOperationalPlanResponse response;
  if (request.apply()) {
    ATHENA_RETURN_IF_ERROR(resources_.Mutate(
        principal, plan->institution(), request, &response,
        [&](versioned::Edit& edit) { return Apply(edit, wanted, request.etag(), &response); }));
    return response;
  }
  const auto propose = [&](const Snapshot& now) {
    return Propose(now, wanted, now.revision_time(), &response).status();
  };
  ATHENA_RETURN_IF_ERROR(
      status::FromStorage(resources_.store().ReadAt(plan->institution(), 0, propose)));
  return response;
}

}  // namespace athena::plan
