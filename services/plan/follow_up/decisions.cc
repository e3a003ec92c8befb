#include "services/plan/follow_up/decisions.h"

#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "athena/plan/v1/plan.pb.h"
#include "libs/fields/fields.h"
#include "libs/status/macros.h"
#include "libs/versioned/store.h"
#include "services/plan/limits.h"

namespace athena::plan {
namespace {

using fields::Below;
using fields::Need;
using v1::Decision;
using DecisionChange = resource::Change<Decision>;

constexpr NamePattern kScorecardName("institutions/{institution}/plans/{plan}/scorecards/{quarter}",
                                     IsQuarter);

// The institution of `institutions/{i}/plans/{p}/scorecards/{quarter}/publications/{n}`; nullopt
// for any other text. The pattern has an id that is no resource id in its midst.
std::optional<std::string> InstitutionOfPublication(std::string_view name) {
  constexpr std::string_view kPublications = "/publications/";
  const size_t at = name.find(kPublications);
  if (at == std::string_view::npos) return std::nullopt;
  if (!IsResourceId(name.substr(at + kPublications.size()))) return std::nullopt;
  const std::optional<ResourceName> scorecard = kScorecardName.Match(name.substr(0, at));
  if (!scorecard.has_value()) return std::nullopt;
  return scorecard->institution();
}

// `parent` is empty when it is at fault.
void CheckOwn(const std::string& field, const std::string& name, const std::string& institution,
              std::string_view parent, status::FieldFaults* faults) {
  if (parent.empty() || kInstitutionName.Of({institution}).text == parent) return;
  faults->Add(field, name, "one of the same institution");
}

void CheckSubject(std::string_view path, std::string_view parent, const Decision& decision,
                  status::FieldFaults* faults) {
  const std::string element = Below(path, "element");
  if (decision.element().empty() && decision.publication().empty()) {
    faults->Missing(element, "the element that it is about, or a publication");
  }
  if (!decision.element().empty()) {
    const auto name = kElementName.Read(element, decision.element(), faults);
    if (name.has_value()) {
      CheckOwn(element, decision.element(), name->institution(), parent, faults);
    }
  }
  if (!decision.publication().empty()) {
    const std::string field = Below(path, "publication");
    const auto institution = InstitutionOfPublication(decision.publication());
    if (institution.has_value()) {
      CheckOwn(field, decision.publication(), *institution, parent, faults);
    } else {
      faults->Add(field, decision.publication(),
                  "`institutions/{institution}/plans/{plan}/scorecards/{quarter}/publications/"
                  "{publication}`");
    }
  }
}

void CheckResponsible(std::string_view path, std::string_view parent, const Decision& decision,
                      status::FieldFaults* faults) {
  const std::string field = Below(path, "responsible_unit");
  if (decision.responsible_unit().empty() && decision.responsible().empty()) {
    faults->Missing(field, "the unit that carries it out, or responsible");
  }
  fields::CheckText(Below(path, "responsible"), decision.responsible(), fields::kMaxLineBytes,
                    Need::kOptional, faults);
  if (decision.responsible_unit().empty()) return;
  const auto unit = kUnitName.Read(field, decision.responsible_unit(), faults);
  if (unit.has_value()) {
    CheckOwn(field, decision.responsible_unit(), unit->institution(), parent, faults);
  }
}

// A field that goes with one state: there in it, and nowhere else.
void CheckOnlyIn(const std::string& field, bool is_set, bool is_state, std::string_view state,
                 status::FieldFaults* faults) {
  if (is_state && !is_set) {
    faults->Missing(field, absl::StrCat("a value: the state is ", std::string(state)));
  } else if (!is_state && is_set) {
    faults->Describe(field, absl::StrCat("it is set only when the state is ", std::string(state)));
  }
}

void CheckState(std::string_view path, const Decision& decision, status::FieldFaults* faults) {
  if (!Decision::State_IsValid(decision.state())) {
    faults->Add(Below(path, "state"), static_cast<int>(decision.state()), "a value of State");
    return;
  }
  const bool done = decision.state() == Decision::STATE_DONE;
  const bool dropped = decision.state() == Decision::STATE_DROPPED;
  const std::string reason = Below(path, "dropped_reason");
  CheckOnlyIn(Below(path, "done_on"), decision.has_done_on(), done, "DONE", faults);
  CheckOnlyIn(Below(path, "dropped_on"), decision.has_dropped_on(), dropped, "DROPPED", faults);
  CheckOnlyIn(reason, !decision.dropped_reason().empty(), dropped, "DROPPED", faults);
  fields::CheckText(reason, decision.dropped_reason(), fields::kMaxReasonBytes, Need::kOptional,
                    faults);
}

void CheckDays(std::string_view path, const Decision& decision, status::FieldFaults* faults) {
  const auto read = [&](std::string_view field, bool is_set, const common::v1::Date& date) {
    return fields::ReadDay(Below(path, field), is_set, date, faults);
  };
  if (!decision.has_decided_on()) faults->Missing(Below(path, "decided_on"));
  if (!decision.has_due_date()) faults->Missing(Below(path, "due_date"));
  const auto decided = read("decided_on", decision.has_decided_on(), decision.decided_on());
  const auto not_before = [&](std::string_view field, std::optional<absl::CivilDay> day) {
    fields::CheckNotBefore(Below(path, field), day, "decided_on", decided, faults);
  };
  not_before("due_date", read("due_date", decision.has_due_date(), decision.due_date()));
  not_before("done_on", read("done_on", decision.has_done_on(), decision.done_on()));
  not_before("dropped_on", read("dropped_on", decision.has_dropped_on(), decision.dropped_on()));
}

void CheckNotes(std::string_view path, const Decision& decision, status::FieldFaults* faults) {
  const std::string field = Below(path, "notes");
  if (decision.notes_size() > kMaxFollowUpNotes) {
    faults->Add(field, decision.notes_size(),
                absl::StrCat("at most ", kMaxFollowUpNotes, " of them"));
    return;
  }
  for (int i = 0; i < decision.notes_size(); ++i) {
    const v1::FollowUpNote& note = decision.notes(i);
    const std::string at = fields::At(field, i);
    if (!note.has_day()) faults->Missing(Below(at, "day"));
    fields::ReadDay(Below(at, "day"), note.has_day(), note.day(), faults);
    fields::CheckText(Below(at, "text"), note.text(), fields::kMaxDescriptionBytes, Need::kRequired,
                      faults);
  }
}

absl::Status CheckNamedExist(const versioned::Edit& edit, const DecisionChange& change,
                             status::FieldFaults* faults) {
  const Decision none;
  const Decision& before = change.before == nullptr ? none : *change.before;
  const Decision& after = *change.after;
  if (after.element() != before.element()) {
    if (const auto name = kElementName.Match(after.element())) {
      ATHENA_ASSIGN_OR_RETURN(const auto found, edit.Find<v1::Element>(kElements, name->key()));
      if (!found.has_value()) {
        faults->Add(change.Field("element"), after.element(), "an element that exists");
      }
    }
  }
  if (after.responsible_unit() != before.responsible_unit()) {
    if (const auto name = kUnitName.Match(after.responsible_unit())) {
      ATHENA_ASSIGN_OR_RETURN(const auto found, edit.Find<v1::Unit>(kUnits, name->key()));
      if (!found.has_value()) {
        faults->Add(change.Field("responsible_unit"), after.responsible_unit(),
                    "a unit that exists");
      }
    }
  }
  return absl::OkStatus();
}

void CheckNotFuture(const std::string& field, bool is_set, const common::v1::Date& date,
                    absl::CivilDay today, status::FieldFaults* faults) {
  const auto day = is_set ? fields::DayOf(date) : std::nullopt;
  if (!day.has_value() || *day <= today) return;
  faults->Add(field, absl::FormatCivilTime(*day),
              absl::StrCat("a day not in the future: today is ", absl::FormatCivilTime(today)));
}

}  // namespace

void DecisionKind::Complete(Decision* decision) {
  if (decision->state() == Decision::STATE_UNSPECIFIED) decision->set_state(Decision::STATE_OPEN);
}

void DecisionKind::Validate(std::string_view path, std::string_view parent,
                            const Decision& decision, status::FieldFaults* faults) {
  fields::CheckText(Below(path, "title"), decision.title(), fields::kMaxTitleBytes, Need::kRequired,
                    faults);
  fields::CheckText(Below(path, "text"), decision.text(), fields::kMaxDescriptionBytes,
                    Need::kOptional, faults);
  CheckSubject(path, parent, decision, faults);
  CheckResponsible(path, parent, decision, faults);
  CheckDays(path, decision, faults);
  CheckState(path, decision, faults);
  CheckNotes(path, decision, faults);
}

absl::Status DecisionKind::Fill(const versioned::Edit& edit, const Decision* before,
                                Decision* decision) {
  for (v1::FollowUpNote& note : *decision->mutable_notes()) {
    note.set_author(std::string(edit.mutation().subject));
    if (before == nullptr) continue;
    for (const v1::FollowUpNote& old : before->notes()) {
      if (old.text() == note.text() && fields::DayOf(old.day()) == fields::DayOf(note.day())) {
        note.set_author(old.author());
        break;
      }
    }
  }
  return absl::OkStatus();
}

absl::Status DecisionKind::Admit(const resource::Admission<Decision>& admission) {
  ATHENA_ASSIGN_OR_RETURN(const absl::CivilDay today, LocalDay(admission.edit));
  for (const DecisionChange& change : admission.changes) {
    if (change.after == nullptr) continue;
    const Decision& decision = *change.after;
    ATHENA_RETURN_IF_ERROR(CheckNamedExist(admission.edit, change, admission.faults));
    CheckNotFuture(change.Field("decided_on"), decision.has_decided_on(), decision.decided_on(),
                   today, admission.faults);
    CheckNotFuture(change.Field("done_on"), decision.has_done_on(), decision.done_on(), today,
                   admission.faults);
    CheckNotFuture(change.Field("dropped_on"), decision.has_dropped_on(), decision.dropped_on(),
                   today, admission.faults);
  }
  return absl::OkStatus();
}

}  // namespace athena::plan
