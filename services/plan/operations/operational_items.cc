#include "services/plan/operations/operational_items.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/decimal/decimal.h"
#include "libs/fields/fields.h"
#include "libs/order/natural.h"
#include "services/plan/limits.h"
#include "services/plan/names.h"

namespace athena::plan {
namespace {

using fields::Below;
using fields::Need;
using v1::OperationalItem;
using v1::OperationalMilestone;
using v1::OperationalPlan;

constexpr int64_t kEuroCents = 100;
constexpr int32_t kCentNanos = 10'000'000;
constexpr int64_t kEuroNanos = kEuroCents * kCentNanos;

using ItemsByElement = std::map<std::string_view, const OperationalItem*>;

ItemsByElement ByElement(const OperationalPlan& plan) {
  ItemsByElement items;
  for (const OperationalItem& item : plan.items()) items.emplace(item.element(), &item);
  return items;
}

TextByLanguage TextOf(const common::v1::LocalizedText& message) {
  return {message.text().begin(), message.text().end()};
}

void SetText(const TextByLanguage& text, common::v1::LocalizedText* message) {
  message->Clear();
  message->mutable_text()->insert(text.begin(), text.end());
}

// The day of an optional field.
std::optional<absl::CivilDay> DayIf(bool has, const common::v1::Date& date) {
  return has ? fields::DayOf(date) : std::nullopt;
}

DerivedItem DerivedItemOf(const OperationalItem& item) {
  DerivedItem derived;
  derived.element = item.element();
  derived.code = item.code();
  derived.title = TextOf(item.title());
  derived.owner_unit = item.owner_unit();
  derived.is_owner = item.role() == OperationalItem::ROLE_OWNER;
  derived.start = DayIf(item.has_start_date(), item.start_date());
  derived.end = DayIf(item.has_end_date(), item.end_date());
  derived.completed_on = DayIf(item.has_completed_on(), item.completed_on());
  for (const OperationalMilestone& one : item.milestones()) {
    derived.milestones.push_back(
        {one.id(), TextOf(one.title()), fields::DayOf(one.due_date()).value_or(absl::CivilDay()),
         DayIf(one.has_done_date(), one.done_date()), one.critical(), false});
  }
  derived.indicators = {item.indicators().begin(), item.indicators().end()};
  return derived;
}

OperationalItem ItemOf(const DerivedItem& derived) {
  OperationalItem item;
  item.set_element(derived.element);
  item.set_code(derived.code);
  SetText(derived.title, item.mutable_title());
  item.set_owner_unit(derived.owner_unit);
  item.set_role(derived.is_owner ? OperationalItem::ROLE_OWNER : OperationalItem::ROLE_CONTRIBUTOR);
  if (derived.start.has_value()) *item.mutable_start_date() = fields::DateOf(*derived.start);
  if (derived.end.has_value()) *item.mutable_end_date() = fields::DateOf(*derived.end);
  if (derived.completed_on.has_value()) {
    *item.mutable_completed_on() = fields::DateOf(*derived.completed_on);
  }
  for (const PlannedMilestone& one : derived.milestones) {
    OperationalMilestone& milestone = *item.add_milestones();
    milestone.set_id(one.id);
    SetText(one.title, milestone.mutable_title());
    *milestone.mutable_due_date() = fields::DateOf(one.due);
    if (one.done.has_value()) *milestone.mutable_done_date() = fields::DateOf(*one.done);
    milestone.set_critical(one.critical);
  }
  item.mutable_indicators()->Add(derived.indicators.begin(), derived.indicators.end());
  return item;
}

// Gives `to` what was entered in `from`.
void CopyEntries(const OperationalItem& from, OperationalItem* to) {
  to->clear_staff();
  to->clear_money();
  to->clear_notes();
  if (from.has_staff()) to->set_staff(from.staff());
  if (from.has_money()) *to->mutable_money() = from.money();
  if (from.has_notes()) *to->mutable_notes() = from.notes();
}

void SetTotals(OperationalPlan* plan) {
  Decimal staff;
  int64_t units = 0;
  int64_t nanos = 0;
  for (const OperationalItem& item : plan->items()) {
    if (item.gone()) continue;
    if (const auto number = Decimal::FromDouble(item.staff()); number.has_value()) {
      staff = Decimal::Add(staff, *number).value_or(staff);
    }
    units += item.money().units();
    nanos += item.money().nanos();
  }
  plan->mutable_total_staff()->set_value(staff.ToDouble());
  plan->mutable_total_staff()->set_decimal(staff.ToString());
  plan->mutable_total_money()->set_units(units + nanos / kEuroNanos);
  plan->mutable_total_money()->set_nanos(static_cast<int32_t>(nanos % kEuroNanos));
}

void CheckMoney(const std::string& field, const common::v1::Money& money,
                status::FieldFaults* faults) {
  if (money.units() < 0 || money.units() > kMaxItemEuros || money.nanos() < 0 ||
      money.nanos() >= kEuroNanos || money.nanos() % kCentNanos != 0 ||
      (money.units() == kMaxItemEuros && money.nanos() > 0)) {
    faults->Add(field, absl::StrCat(money.units(), " euros and ", money.nanos(), " nanos"),
                absl::StrCat("0 to ", kMaxItemEuros, " euros, in whole cents"));
  }
}

void CheckStaff(const std::string& field, double staff, status::FieldFaults* faults) {
  const std::optional<Decimal> decimal = Decimal::FromDouble(staff);
  if (!decimal.has_value() || decimal->IsNegative() || *decimal > Decimal::FromInt(kMaxItemStaff) ||
      decimal->Round(kStaffDecimals).ToDouble() != staff) {
    faults->Add(field, staff,
                absl::StrCat("0 to ", kMaxItemStaff, " full-time equivalents with at most ",
                             kStaffDecimals, " decimals"));
  }
}

}  // namespace

PlannedElement PlannedOf(const v1::Element& element) {
  PlannedElement planned;
  planned.name = element.name();
  planned.parent = element.parent_element();
  planned.is_action = element.kind() == v1::Element::KIND_ACTION;
  planned.is_dropped = element.state() == v1::Element::STATE_CANCELLED ||
                       element.state() == v1::Element::STATE_DEFERRED;
  planned.code = element.code();
  planned.title = TextOf(element.title());
  planned.owner_unit = element.owner_unit();
  planned.contributors = {element.contributors().begin(), element.contributors().end()};
  planned.start = DayIf(element.has_start_date(), element.start_date());
  planned.end = DayIf(element.has_end_date(), element.end_date());
  if (element.state() == v1::Element::STATE_COMPLETED) {
    planned.completed_on = DayIf(element.has_completed_on(), element.completed_on());
  }
  for (const v1::Milestone& one : element.milestones()) {
    planned.milestones.push_back(
        {one.id(), TextOf(one.title()), fields::DayOf(one.due_date()).value_or(absl::CivilDay()),
         DayIf(one.has_done_date(), one.done_date()), one.critical(), one.has_withdrawn_on()});
  }
  // An indicator that several slices of are linked counts once.
  for (const v1::IndicatorLink& link : element.indicators()) {
    const auto& seen = planned.indicators;
    if (std::find(seen.begin(), seen.end(), link.indicator()) != seen.end()) continue;
    planned.indicators.push_back(link.indicator());
  }
  return planned;
}

std::vector<DerivedItem> DerivedOf(const OperationalPlan& plan) {
  std::vector<DerivedItem> items;
  for (const OperationalItem& item : plan.items()) {
    if (!item.gone()) items.push_back(DerivedItemOf(item));
  }
  return items;
}

bool HasEntries(const OperationalItem& item) {
  return item.has_staff() || item.has_money() || !item.notes().text().empty();
}

void TakeOver(const std::vector<DerivedItem>& derived, OperationalPlan* plan) {
  const OperationalPlan before = *plan;
  const ItemsByElement known = ByElement(before);
  std::vector<OperationalItem> items;
  std::set<std::string_view> taken;
  for (const DerivedItem& one : derived) {
    items.push_back(ItemOf(one));
    taken.insert(one.element);
    const auto old = known.find(one.element);
    if (old != known.end()) CopyEntries(*old->second, &items.back());
  }
  for (const OperationalItem& item : before.items()) {
    if (taken.count(item.element()) == 1 || !HasEntries(item)) continue;
    items.push_back(item);
    items.back().set_gone(true);
  }
  std::stable_sort(items.begin(), items.end(),
                   [](const OperationalItem& a, const OperationalItem& b) {
                     return NaturalLess(a.code(), b.code());
                   });
  plan->clear_items();
  for (OperationalItem& item : items) *plan->add_items() = std::move(item);
  SetTotals(plan);
}

void KeepDerived(const OperationalPlan& before, OperationalPlan* plan) {
  const ItemsByElement known = ByElement(before);
  bool all_known = true;
  for (OperationalItem& item : *plan->mutable_items()) {
    const auto old = known.find(item.element());
    if (old == known.end()) {
      all_known = false;
      continue;
    }
    OperationalItem kept = *old->second;
    CopyEntries(item, &kept);
    item = std::move(kept);
  }
  if (all_known) {
    std::stable_sort(plan->mutable_items()->begin(), plan->mutable_items()->end(),
                     [](const OperationalItem& a, const OperationalItem& b) {
                       return NaturalLess(a.code(), b.code());
                     });
  }
  SetTotals(plan);
}

void CheckOperationalPlan(std::string_view path, std::string_view parent,
                          const OperationalPlan& plan, status::FieldFaults* faults) {
  fields::CheckText(Below(path, "notes"), plan.notes(), fields::kMaxDescriptionBytes,
                    Need::kOptional, faults);
  const std::string field = Below(path, "items");
  if (plan.items_size() > kMaxOperationalItems) {
    faults->Add(field, plan.items_size(),
                absl::StrCat("at most ", kMaxOperationalItems, " of them"));
    return;
  }
  std::set<std::string_view> seen;
  for (int i = 0; i < plan.items_size(); ++i) {
    const OperationalItem& item = plan.items(i);
    const std::string at = fields::At(field, i);
    const auto element = kElementName.Read(Below(at, "element"), item.element(), faults);
    if (element.has_value() && !parent.empty() && PlanOf(*element).text != parent) {
      faults->Add(Below(at, "element"), item.element(),
                  absl::StrCat("an element of ", std::string(parent)));
    }
    if (!seen.insert(item.element()).second) {
      faults->Add(Below(at, "element"), item.element(), "each once");
    }
    if (item.has_staff()) CheckStaff(Below(at, "staff"), item.staff(), faults);
    if (item.has_money()) CheckMoney(Below(at, "money"), item.money(), faults);
    fields::CheckText(Below(at, "notes"), item.notes(), fields::kMaxDescriptionBytes,
                      Need::kOptional, faults);
  }
}

void CheckSameItems(std::string_view path, const OperationalPlan& before,
                    const OperationalPlan& after, status::FieldFaults* faults) {
  const ItemsByElement known = ByElement(before);
  const ItemsByElement sent = ByElement(after);
  const std::string field = Below(path, "items");
  for (int i = 0; i < after.items_size(); ++i) {
    if (known.count(after.items(i).element()) == 1) continue;
    faults->Add(Below(fields::At(field, i), "element"), after.items(i).element(),
                "an item that is there: DeriveOperationalPlan adds items");
  }
  for (const OperationalItem& item : before.items()) {
    if (item.gone() || sent.count(item.element()) == 1) continue;
    faults->Missing(field, absl::StrCat("the item of ", item.element(),
                                        ", too: only an item that is gone is left out"));
  }
}

}  // namespace athena::plan
