#include "services/plan/strategy/element_checks.h"

#include <optional>
#include <vector>

#include "absl/strings/str_cat.h"
#include "athena/plan/v1/institution.pb.h"
#include "libs/fields/fields.h"
#include "libs/period/period.h"
#include "libs/status/macros.h"
#include "services/plan/errors.h"
#include "services/plan/limits.h"
#include "services/plan/names.h"
#include "services/plan/rules/lifecycle.h"

namespace athena::plan {
namespace {

const v1::Milestone* FindMilestone(const v1::Element* element, std::string_view id) {
  if (element == nullptr) return nullptr;
  for (const v1::Milestone& milestone : element->milestones()) {
    if (milestone.id() == id) return &milestone;
  }
  return nullptr;
}

// nullopt for no message and for a date that is not set.
template <typename Message>
std::optional<absl::CivilDay> DayIn(const Message* message, bool (Message::*has)() const,
                                    const common::v1::Date& (Message::*date)() const) {
  if (message == nullptr || !(message->*has)()) return std::nullopt;
  return fields::DayOf((message->*date)());
}

std::string DayText(std::optional<absl::CivilDay> day) {
  return day.has_value() ? absl::FormatCivilTime(*day) : "nothing";
}

void CheckDeclared(const v1::Plan& plan, const std::string& field,
                   std::optional<absl::CivilDay> before, std::optional<absl::CivilDay> after,
                   status::FieldFaults* faults) {
  if (plan.state() == v1::Plan::STATE_DRAFT || before == after) return;
  faults->Add(
      field, DayText(after),
      absl::StrCat(DayText(before), ", as it is: only a DRAFT plan takes declared dates, and ",
                   plan.name(), " is ACTIVE"));
}

void CheckWithdrawnOn(const v1::Plan& plan, absl::CivilDay today, const std::string& field,
                      const v1::Milestone* before, const v1::Milestone& after,
                      status::FieldFaults* faults) {
  constexpr auto kHas = &v1::Milestone::has_withdrawn_on;
  constexpr auto kDate = &v1::Milestone::withdrawn_on;
  const std::optional<absl::CivilDay> day = DayIn(&after, kHas, kDate);
  if (!day.has_value() || day == DayIn(before, kHas, kDate)) return;
  if (*day > today) {
    faults->Add(field, DayText(day),
                absl::StrCat("a day not in the future: today is ", DayText(today)));
  }
  const auto due = fields::DayOf(after.due_date());
  if (plan.state() == v1::Plan::STATE_ACTIVE && due.has_value() && *due < today && *day < *due) {
    faults->Add(field, DayText(day),
                absl::StrCat("a day not before due_date, ", DayText(due),
                             ": that day is over, and the milestone was not withdrawn before it"));
  }
}

Life LifeOf(const v1::Element& element) {
  using E = v1::Element;
  return {static_cast<LifeState>(element.state()),
          DayIn(&element, &E::has_completed_on, &E::completed_on),
          DayIn(&element, &E::has_deferred_on, &E::deferred_on),
          DayIn(&element, &E::has_resumed_on, &E::resumed_on),
          DayIn(&element, &E::has_cancelled_on, &E::cancelled_on)};
}

}  // namespace

absl::Status ReferenceChecks::CheckUnitExists(const std::string& field, const std::string& unit,
                                              status::FieldFaults* faults) {
  const std::optional<ResourceName> name = kUnitName.Match(unit);
  // Other institutions' units are theirs to know.
  if (!name.has_value() || name->institution() != edit_.institution()) return absl::OkStatus();
  auto known = exists_.find(name->id());
  if (known == exists_.end()) {
    ATHENA_ASSIGN_OR_RETURN(const auto found, edit_.Find<v1::Unit>(kUnits, name->key()));
    known = exists_.emplace(name->id(), found.has_value()).first;
  }
  if (!known->second) faults->Add(field, unit, "a unit that exists");
  return absl::OkStatus();
}

absl::Status ReferenceChecks::Check(const resource::Change<v1::Element>& change,
                                    status::FieldFaults* faults) {
  const v1::Element& element = *change.after;
  ATHENA_RETURN_IF_ERROR(CheckUnitExists(change.Field("owner_unit"), element.owner_unit(), faults));
  for (int i = 0; i < element.contributors_size(); ++i) {
    ATHENA_RETURN_IF_ERROR(CheckUnitExists(fields::At(change.Field("contributors"), i),
                                           element.contributors(i), faults));
  }
  if (!element.has_start_date()) return absl::OkStatus();
  ATHENA_ASSIGN_OR_RETURN(const Period last, Period::Parse(plan_.last_quarter()));
  const std::optional<absl::CivilDay> start = fields::DayOf(element.start_date());
  if (start.has_value() && *start > last.LastDay()) {
    faults->Add(change.Field("start_date"), absl::FormatCivilTime(*start),
                absl::StrCat("a day in or before the plan's last quarter, ", plan_.last_quarter()));
  }
  return absl::OkStatus();
}

absl::Status FillMilestones(const versioned::Edit& edit, const v1::Element* before,
                            v1::Element* element) {
  bool any_new = false;
  for (v1::Milestone& milestone : *element->mutable_milestones()) {
    milestone.clear_due_date_at_activation();
    milestone.clear_added_after_activation();
    const v1::Milestone* old = FindMilestone(before, milestone.id());
    if (old == nullptr) {
      any_new = true;
      continue;
    }
    if (old->has_due_date_at_activation()) {
      *milestone.mutable_due_date_at_activation() = old->due_date_at_activation();
    }
    milestone.set_added_after_activation(old->added_after_activation());
  }
  if (!any_new) return absl::OkStatus();
  const ResourceName plan_name = PlanOf(*kElementName.Match(element->name()));
  ATHENA_ASSIGN_OR_RETURN(const auto plan, edit.Find<v1::Plan>(kPlans, plan_name.key()));
  if (!plan.has_value() || plan->state() != v1::Plan::STATE_ACTIVE) return absl::OkStatus();
  for (v1::Milestone& milestone : *element->mutable_milestones()) {
    if (FindMilestone(before, milestone.id()) == nullptr) {
      milestone.set_added_after_activation(true);
    }
  }
  return absl::OkStatus();
}

void CheckDatesKept(const v1::Plan& plan, absl::CivilDay today,
                    const resource::Change<v1::Element>& change, status::FieldFaults* faults) {
  constexpr auto kHasEnd = &v1::Element::has_declared_end_date;
  constexpr auto kEnd = &v1::Element::declared_end_date;
  CheckDeclared(plan, change.Field("declared_end_date"), DayIn(change.before, kHasEnd, kEnd),
                DayIn(change.after, kHasEnd, kEnd), faults);
  for (int i = 0; i < change.after->milestones_size(); ++i) {
    constexpr auto kHasDue = &v1::Milestone::has_declared_due_date;
    constexpr auto kDue = &v1::Milestone::declared_due_date;
    const v1::Milestone& milestone = change.after->milestones(i);
    const v1::Milestone* old = FindMilestone(change.before, milestone.id());
    const std::string at = fields::At(change.Field("milestones"), i);
    CheckDeclared(plan, fields::Below(at, "declared_due_date"), DayIn(old, kHasDue, kDue),
                  DayIn(&milestone, kHasDue, kDue), faults);
    CheckWithdrawnOn(plan, today, fields::Below(at, "withdrawn_on"), old, milestone, faults);
  }
}

void CheckLifeKept(const v1::Plan& plan, absl::CivilDay today, bool has_reason,
                   const resource::Change<v1::Element>& change, status::FieldFaults* faults) {
  if (plan.state() != v1::Plan::STATE_ACTIVE ||
      !v1::Element::State_IsValid(change.after->state())) {
    return;
  }
  std::optional<Life> before;
  if (change.before != nullptr) {
    before = LifeOf(*change.before);
    // As an earlier version of this service stored it.
    if (change.before->state() == v1::Element::STATE_UNSPECIFIED) {
      before->state = LifeState::kPlanned;
    }
  }
  for (const LifeFault& fault : CheckLife(before.has_value() ? &*before : nullptr,
                                          LifeOf(*change.after), today, has_reason)) {
    const std::string field = fault.field == "reason" ? fault.field : change.Field(fault.field);
    if (fault.saw.empty()) {
      faults->Missing(field, fault.allowed);
    } else {
      faults->Add(field, fault.saw, fault.allowed);
    }
  }
}

absl::Status CheckMilestonesKept(const v1::Plan& plan, absl::CivilDay today,
                                 const v1::Element& before, const v1::Element* after) {
  if (plan.state() != v1::Plan::STATE_ACTIVE) return absl::OkStatus();
  std::vector<std::string> refused;
  for (const v1::Milestone& old : before.milestones()) {
    const std::optional<absl::CivilDay> due = fields::DayOf(old.due_date());
    if (!due.has_value() || *due >= today) continue;
    const v1::Milestone* kept = FindMilestone(after, old.id());
    const std::string milestone = absl::StrCat(old.id(), " (due ", DayText(due), ") ");
    if (kept == nullptr) {
      refused.push_back(milestone + "is removed");
    } else if (fields::DayOf(kept->due_date()) != due) {
      refused.push_back(
          absl::StrCat(milestone, "is moved to ", DayText(fields::DayOf(kept->due_date()))));
    } else if (old.critical() && !kept->critical()) {
      refused.push_back(milestone + "is made uncritical");
    }
  }
  if (refused.empty()) return absl::OkStatus();
  return after == nullptr ? MilestoneDueOfDeleted(before.name(), refused)
                          : MilestoneDue(before.name(), refused);
}

void AddMisplaced(Misplaced misplaced, const v1::Element& element, std::string_view parent_field,
                  std::string_view kind_field, status::FieldFaults* faults) {
  const std::string& parent = element.parent_element();
  switch (misplaced) {
    case Misplaced::kNo:
      return;
    case Misplaced::kNoParent:
      return faults->Add(parent_field, parent, "an element that exists");
    case Misplaced::kCycle:
      return faults->Add(parent_field, parent, "an element that is not below this one");
    case Misplaced::kTooDeep:
      return faults->Add(
          parent_field, parent,
          absl::StrCat("a place where the tree has at most ", kMaxLevels, " levels"));
    case Misplaced::kCoarser:
      return faults->Add(kind_field, v1::Element::Kind_Name(element.kind()),
                         absl::StrCat("a kind not coarser than that of ", parent,
                                      " (AXIS, OBJECTIVE, ACTION, from coarse to fine)"));
  }
}

Place PlaceOf(const v1::Element& element) {
  const std::optional<ResourceName> parent = kElementName.Match(element.parent_element());
  return {parent.has_value() ? parent->id() : "", static_cast<Kind>(element.kind())};
}

}  // namespace athena::plan
