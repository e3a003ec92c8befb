#include "services/plan/strategy/validate_element.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "libs/decimal/decimal.h"
#include "libs/fields/fields.h"
#include "services/plan/limits.h"
#include "services/plan/names.h"
#include "services/plan/strategy/tree_rules.h"

namespace athena::plan {
namespace {

using fields::Below;
using fields::CheckNotBefore;
using fields::Need;
using fields::ReadDay;

bool IsLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// [A-Za-z_][A-Za-z0-9_-]{0,62}
bool IsDimension(std::string_view id) {
  return !id.empty() && id.size() <= 63 && (IsLetter(id[0]) || id[0] == '_') &&
         std::all_of(id.begin(), id.end(),
                     [](char c) { return IsLetter(c) || IsDigit(c) || c == '_' || c == '-'; });
}

// [A-Za-z0-9_@$-]{1,64}, but not _T
bool IsDimensionCode(std::string_view code) {
  return !code.empty() && code.size() <= 64 && code != "_T" &&
         std::all_of(code.begin(), code.end(), [](char c) {
           return IsLetter(c) || IsDigit(c) || c == '_' || c == '@' || c == '$' || c == '-';
         });
}

void CheckWeight(const std::string& field, double weight, status::FieldFaults* faults) {
  const std::optional<Decimal> decimal = Decimal::FromDouble(weight);
  if (!decimal.has_value() || decimal->IsNegative() || *decimal > Decimal::FromInt(kMaxWeight) ||
      decimal->Round(kWeightDecimals).ToDouble() != weight) {
    faults->Add(field, weight,
                absl::StrCat("0 to ", kMaxWeight, " with at most ", kWeightDecimals, " decimals"));
  }
}

void CheckDates(std::string_view path, const v1::Element& element, status::FieldFaults* faults) {
  const auto start =
      ReadDay(Below(path, "start_date"), element.has_start_date(), element.start_date(), faults);
  const auto end =
      ReadDay(Below(path, "end_date"), element.has_end_date(), element.end_date(), faults);
  CheckNotBefore(Below(path, "end_date"), end, "start_date", start, faults);
  const auto declared = ReadDay(Below(path, "declared_end_date"), element.has_declared_end_date(),
                                element.declared_end_date(), faults);
  CheckNotBefore(Below(path, "declared_end_date"), declared, "start_date", start, faults);

  ReadDay(Below(path, "completed_on"), element.has_completed_on(), element.completed_on(), faults);
  ReadDay(Below(path, "cancelled_on"), element.has_cancelled_on(), element.cancelled_on(), faults);
  const auto deferred =
      ReadDay(Below(path, "deferred_on"), element.has_deferred_on(), element.deferred_on(), faults);
  const auto resumed =
      ReadDay(Below(path, "resumed_on"), element.has_resumed_on(), element.resumed_on(), faults);
  CheckNotBefore(Below(path, "resumed_on"), resumed, "deferred_on", deferred, faults);
  if (element.has_resumed_on() && !element.has_deferred_on() && !element.has_completed_on() &&
      !element.has_cancelled_on()) {
    faults->Describe(
        Below(path, "resumed_on"),
        "an element is taken up again after deferred_on, completed_on or cancelled_on: "
        "got none of them");
  }
}

void CheckState(std::string_view path, const v1::Element& element, status::FieldFaults* faults) {
  const auto need = [&](bool has, std::string_view field) {
    if (has) return;
    faults->Missing(Below(path, field), absl::StrCat("a date: the state is ",
                                                     v1::Element::State_Name(element.state())));
  };
  switch (element.state()) {
    case v1::Element::STATE_COMPLETED:
      return need(element.has_completed_on(), "completed_on");
    case v1::Element::STATE_DEFERRED:
      return need(element.has_deferred_on(), "deferred_on");
    case v1::Element::STATE_CANCELLED:
      return need(element.has_cancelled_on(), "cancelled_on");
    default:
      if (v1::Element::State_IsValid(element.state())) return;
      faults->Add(Below(path, "state"), static_cast<int>(element.state()), "a value of State");
  }
}

void CheckSteering(std::string_view path, const v1::Element& element, status::FieldFaults* faults) {
  if (!element.has_steering()) return;
  const std::string field = Below(path, "steering");
  if (element.kind() != v1::Element::KIND_ACTION) {
    faults->Describe(field, "only an ACTION has a steering structure");
  }
  const v1::Steering& steering = element.steering();
  fields::CheckText(Below(field, "sponsor"), steering.sponsor(), kMaxLeadBytes, Need::kOptional,
                    faults);
  fields::CheckText(Below(field, "steering_body"), steering.steering_body(), kMaxLeadBytes,
                    Need::kOptional, faults);
  fields::CheckText(Below(field, "mandate"), steering.mandate(), fields::kMaxDescriptionBytes,
                    Need::kOptional, faults);
}

void CheckOwner(std::string_view path, std::string_view plan, const v1::Element& element,
                status::FieldFaults* faults) {
  if (element.owner_unit().empty()) return;
  const auto owner = kUnitName.Read(Below(path, "owner_unit"), element.owner_unit(), faults);
  if (!owner.has_value() || plan.empty()) return;
  const std::string institution = kInstitutionName.Of({owner->institution()}).text;
  if (institution != kInstitutionName.Of({kPlanName.Match(plan)->institution()}).text) {
    faults->Add(Below(path, "owner_unit"), element.owner_unit(), "a unit of the same institution");
  }
}

void CheckContributors(std::string_view path, const v1::Element& element,
                       status::FieldFaults* faults) {
  const std::string field = Below(path, "contributors");
  if (element.contributors_size() > kMaxContributors) {
    faults->Add(field, element.contributors_size(),
                absl::StrCat("at most ", kMaxContributors, " of them"));
    return;
  }
  std::set<std::string_view> seen;
  for (int i = 0; i < element.contributors_size(); ++i) {
    const std::string& name = element.contributors(i);
    if (!kUnitName.Match(name).has_value() && !kInstitutionName.Match(name).has_value()) {
      faults->Add(fields::At(field, i), name,
                  "`institutions/{institution}` or `institutions/{institution}/units/{unit}`");
    } else if (!seen.insert(name).second) {
      faults->Add(fields::At(field, i), name, "each once");
    }
  }
}

void CheckReporters(std::string_view path, const v1::Element& element,
                    status::FieldFaults* faults) {
  const std::string field = Below(path, "reporters");
  if (element.reporters_size() > kMaxReporters) {
    faults->Add(field, element.reporters_size(),
                absl::StrCat("at most ", kMaxReporters, " of them"));
    return;
  }
  std::set<std::string_view> seen;
  for (int i = 0; i < element.reporters_size(); ++i) {
    const std::string& subject = element.reporters(i);
    fields::CheckText(fields::At(field, i), subject, kMaxSubjectBytes, Need::kRequired, faults);
    if (!seen.insert(subject).second) faults->Add(fields::At(field, i), subject, "each once");
  }
}

void CheckWithdrawal(std::string_view path, const v1::Milestone& milestone,
                     status::FieldFaults* faults) {
  ReadDay(Below(path, "withdrawn_on"), milestone.has_withdrawn_on(), milestone.withdrawn_on(),
          faults);
  const std::string reason = Below(path, "withdrawn_reason");
  if (milestone.has_withdrawn_on()) {
    fields::CheckText(reason, milestone.withdrawn_reason(), fields::kMaxReasonBytes,
                      Need::kRequired, faults);
    if (milestone.has_done_date()) {
      faults->Describe(Below(path, "withdrawn_on"),
                       "a milestone is either done or withdrawn: clear done_date or withdrawn_on");
    }
  } else if (!milestone.withdrawn_reason().empty()) {
    faults->Missing(Below(path, "withdrawn_on"), "the day of the withdrawal that has a reason");
  }
}

void CheckMilestones(std::string_view path, const v1::Element& element,
                     status::FieldFaults* faults) {
  const std::string field = Below(path, "milestones");
  if (element.milestones_size() > kMaxMilestones) {
    faults->Add(field, element.milestones_size(),
                absl::StrCat("at most ", kMaxMilestones, " of them"));
    return;
  }
  std::set<std::string_view> seen;
  for (int i = 0; i < element.milestones_size(); ++i) {
    const v1::Milestone& milestone = element.milestones(i);
    const std::string at = fields::At(field, i);
    fields::CheckMemberId(Below(at, "id"), milestone.id(), &seen, faults);
    fields::CheckText(Below(at, "title"), milestone.title(), fields::kMaxTitleBytes,
                      Need::kRequired, faults);
    if (!milestone.has_due_date()) faults->Missing(Below(at, "due_date"));
    ReadDay(Below(at, "due_date"), milestone.has_due_date(), milestone.due_date(), faults);
    ReadDay(Below(at, "done_date"), milestone.has_done_date(), milestone.done_date(), faults);
    ReadDay(Below(at, "declared_due_date"), milestone.has_declared_due_date(),
            milestone.declared_due_date(), faults);
    CheckWithdrawal(at, milestone, faults);
  }
}

void CheckSlice(const std::string& field, const v1::IndicatorLink& link,
                status::FieldFaults* faults) {
  if (static_cast<int>(link.slice().size()) > kMaxSliceDimensions) {
    faults->Add(field, link.slice().size(),
                absl::StrCat("at most ", kMaxSliceDimensions, " dimensions"));
    return;
  }
  for (const auto& [dimension, code] : link.slice()) {
    if (!IsDimension(dimension)) {
      faults->Add(field, dimension,
                  "dimension ids as keys: 1 to 63 letters, digits, '_' and '-', beginning with a "
                  "letter or '_'");
    }
    if (!IsDimensionCode(code)) {
      faults->Add(fields::At(field, dimension), code,
                  "a code: 1 to 64 letters, digits, '_', '@', '$' and '-', not _T");
    }
  }
}

void CheckLinks(std::string_view path, const v1::Element& element, status::FieldFaults* faults) {
  const std::string field = Below(path, "indicators");
  if (element.indicators_size() > kMaxIndicatorLinks) {
    faults->Add(field, element.indicators_size(),
                absl::StrCat("at most ", kMaxIndicatorLinks, " of them"));
    return;
  }
  std::set<std::pair<std::string, std::map<std::string, std::string>>> seen;
  bool has_output = false;
  for (int i = 0; i < element.indicators_size(); ++i) {
    const v1::IndicatorLink& link = element.indicators(i);
    const std::string at = fields::At(field, i);
    if (link.indicator().empty()) {
      faults->Missing(Below(at, "indicator"));
    } else if (!kIndicatorName.Match(link.indicator()).has_value()) {
      faults->Add(Below(at, "indicator"), link.indicator(),
                  absl::StrCat("`", std::string(kIndicatorName.text()), "`"));
    } else if (!seen.insert({link.indicator(), {link.slice().begin(), link.slice().end()}})
                    .second) {
      faults->Add(at, link.indicator(), "each indicator and slice once");
    }
    CheckSlice(Below(at, "slice"), link, faults);
    if (link.has_weight()) CheckWeight(Below(at, "weight"), link.weight(), faults);
    if (link.output() && std::exchange(has_output, true)) {
      faults->Add(Below(at, "output"), "true", "at most one output of an element");
    }
  }
}

}  // namespace

void CheckParentElement(std::string_view field, std::string_view plan, std::string_view parent,
                        status::FieldFaults* faults) {
  if (parent.empty()) return;
  const auto name = kElementName.Read(field, parent, faults);
  if (name.has_value() && !plan.empty() && PlanOf(*name).text != plan) {
    faults->Add(field, parent, absl::StrCat("an element of ", std::string(plan)));
  }
}

void CheckElementCode(std::string_view field, std::string_view code, status::FieldFaults* faults) {
  if (code.empty()) {
    faults->Missing(field);
  } else if (!IsElementCode(code)) {
    faults->Add(field, code,
                absl::StrCat("1 to ", kMaxCodeBytes, " letters, digits, '.', '-' and '_'"));
  }
}

void CheckElement(std::string_view path, std::string_view plan, const v1::Element& element,
                  status::FieldFaults* faults) {
  if (element.kind() == v1::Element::KIND_UNSPECIFIED) {
    faults->Missing(Below(path, "kind"));
  } else if (!v1::Element::Kind_IsValid(element.kind())) {
    faults->Add(Below(path, "kind"), static_cast<int>(element.kind()), "a value of Kind");
  }
  CheckElementCode(Below(path, "code"), element.code(), faults);
  CheckParentElement(Below(path, "parent_element"), plan, element.parent_element(), faults);
  fields::CheckText(Below(path, "title"), element.title(), fields::kMaxTitleBytes, Need::kRequired,
                    faults);
  fields::CheckText(Below(path, "description"), element.description(), fields::kMaxDescriptionBytes,
                    Need::kOptional, faults);
  if (element.has_weight()) CheckWeight(Below(path, "weight"), element.weight(), faults);
  if (element.has_delivery_weight()) {
    CheckWeight(Below(path, "delivery_weight"), element.delivery_weight(), faults);
  }
  CheckOwner(path, plan, element, faults);
  fields::CheckText(Below(path, "lead"), element.lead(), kMaxLeadBytes, Need::kOptional, faults);
  CheckContributors(path, element, faults);
  CheckReporters(path, element, faults);
  if (!v1::Element::Scope_IsValid(element.scope())) {
    faults->Add(Below(path, "scope"), static_cast<int>(element.scope()), "a value of Scope");
  }
  if (element.priority() < 0 || element.priority() > kMostPriority) {
    faults->Add(Below(path, "priority"), element.priority(),
                "1 (highest) to 5, or 0 when it is not said");
  }
  CheckDates(path, element, faults);
  CheckState(path, element, faults);
  CheckSteering(path, element, faults);
  CheckMilestones(path, element, faults);
  fields::CheckTags(Below(path, "tags"), element.tags(), faults);
  CheckLinks(path, element, faults);
}

}  // namespace athena::plan
