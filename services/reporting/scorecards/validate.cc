#include "services/reporting/scorecards/validate.h"

#include <string_view>

#include "absl/strings/str_cat.h"
#include "libs/fields/fields.h"
#include "libs/ids/ids.h"
#include "libs/status/macros.h"
#include "libs/status/status.h"
#include "services/reporting/errors.h"
#include "services/reporting/limits.h"
#include "services/reporting/rules/scoring.h"

namespace athena::reporting {
namespace {

constexpr std::string_view kElement = "institutions/*/plans/*/elements/*";

constexpr std::string_view kBoardTable = "/boardTable";

// The name of a scorecard, and `suffix`.
void CheckName(const std::string& name, std::string_view suffix, ReadRequest* valid,
               status::FieldFaults* faults) {
  const size_t end = name.ends_with(suffix) ? name.size() - suffix.size() : 0;
  const std::string scorecard = name.substr(0, end);
  const size_t slash = scorecard.rfind('/');
  const std::string parent = scorecard.substr(0, slash == std::string::npos ? 0 : slash);
  const auto ids = MatchName("institutions/*/plans/*/scorecards", parent);
  if (!ids.has_value()) {
    faults->Add("name", name,
                absl::StrCat("institutions/{institution}/plans/{plan}/scorecards/{period}",
                             std::string(suffix)));
    return;
  }
  const absl::StatusOr<Period> period = Period::Parse(scorecard.substr(slash + 1));
  if (!period.ok() || period->frequency() != Frequency::kQuarter) {
    faults->Add("name", name,
                absl::StrCat("a quarter at the end: \"2021-Q3", std::string(suffix), "\""));
    return;
  }
  valid->plan = FillName("institutions/*/plans/*", *ids);
  valid->quarters = {*period, *period};
}

void CheckBasis(const std::string& field, const v1::Basis& basis, ReadRequest* valid,
                status::FieldFaults* faults) {
  if (!basis.has_date()) {
    faults->Missing(field + ".date");
  } else if (!fields::DayOf(basis.date()).has_value()) {
    faults->Add(
        field + ".date",
        absl::StrCat(basis.date().year(), "-", basis.date().month(), "-", basis.date().day()),
        "a day of the calendar");
  }
  if (basis.plan_revision() <= 0) {
    faults->Add(field + ".plan_revision", basis.plan_revision(), "1 or more");
  }
  valid->basis = basis;
}

void CheckAsOf(const std::string& field, const v1::ScorecardAsOf& as_of, ReadRequest* valid,
               status::FieldFaults* faults) {
  if (as_of.has_time()) {
    valid->time = fields::TimeOf(as_of.time());
    if (!valid->time.has_value()) {
      faults->Add(field + ".time", as_of.time().ShortDebugString(),
                  "a time of the years 1 to 9999");
    }
  }
  if (as_of.has_basis()) CheckBasis(field + ".basis", as_of.basis(), valid, faults);
  if (as_of.has_closing()) {
    valid->closing = as_of.closing();
    if (!as_of.closing()) faults->Add(field + ".closing", "false", "true, or another point");
  }
  if (as_of.has_publication()) {
    valid->publication = as_of.publication();
    if (!valid->plan.empty() && (!as_of.publication().starts_with(valid->plan + "/scorecards/") ||
                                 as_of.publication().find("/publications/") == std::string::npos)) {
      faults->Add(field + ".publication", as_of.publication(),
                  valid->plan + "/scorecards/{period}/publications/{number}");
    }
  }
}

// `plan` is empty when it was refused.
void CheckElement(const std::string& plan, const std::string& element,
                  status::FieldFaults* faults) {
  const std::string elements = plan + "/elements/";
  if (!element.empty() && !plan.empty() &&
      (!element.starts_with(elements) || !MatchName(kElement, element).has_value())) {
    faults->Add("element", element, elements + "{element}");
  }
}

// A unit of the plan's institution. `plan` is empty when it was refused.
void CheckUnit(const std::string& plan, const std::string& unit, status::FieldFaults* faults) {
  if (unit.empty() || plan.empty()) return;
  const std::string units = plan.substr(0, plan.find("/plans/")) + "/units/";
  if (!unit.starts_with(units) || !MatchName("institutions/*/units/*", unit).has_value()) {
    faults->Add("unit", unit, units + "{unit}");
  }
}

void CheckLanguage(const std::string& language, status::FieldFaults* faults) {
  if (language.empty() || fields::IsLanguageTag(language)) return;
  faults->Add("language_code", language, "a BCP-47 tag of at most 35 bytes: \"nl\"");
}

std::optional<Period> CheckQuarter(std::string_view field, const std::string& text,
                                   status::FieldFaults* faults) {
  const absl::StatusOr<Period> period = Period::Parse(text);
  if (period.ok() && period->frequency() == Frequency::kQuarter) return *period;
  faults->Add(field, text, "a quarter: \"2021-Q3\"");
  return std::nullopt;
}

// What can be refused of a request that is well formed.
absl::Status CheckHistory(const ReadRequest& read, absl::Time now) {
  if (read.time.has_value() && *read.time > now) return status::FutureAsOf(*read.time, now);
  if (read.basis.has_value() && !read.basis->engine_version().empty() &&
      read.basis->engine_version() != kEngineVersion) {
    return EngineVersionUnavailable(read.basis->engine_version(), std::string(kEngineVersion));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<ScorecardRequest> Validate(const v1::GetScorecardRequest& request, absl::Time now) {
  status::FieldFaults faults;
  ScorecardRequest valid;
  CheckName(request.name(), "", &valid.read, &faults);
  valid.name = request.name();
  CheckAsOf("as_of", request.as_of(), &valid.read, &faults);
  CheckLanguage(request.language_code(), &faults);
  if (!v1::ScorecardView_IsValid(request.view())) {
    faults.Add("view", static_cast<int>(request.view()), "BASIC or FULL");
  }
  if (request.has_depth() && (request.depth() < 0 || request.depth() > kMaxDepth)) {
    faults.Add("depth", request.depth(), "0 to 100");
  }
  CheckElement(valid.read.plan, request.element(), &faults);
  if (!faults.empty()) return faults.ToStatus();
  ATHENA_RETURN_IF_ERROR(CheckHistory(valid.read, now));
  valid.read.quarters.trends = request.view() == v1::SCORECARD_VIEW_FULL;
  valid.presentation.language = request.language_code();
  valid.presentation.full = request.view() == v1::SCORECARD_VIEW_FULL;
  valid.presentation.element = request.element();
  if (request.has_depth()) valid.presentation.depth = request.depth();
  return valid;
}

absl::StatusOr<ScorecardsRequest> Validate(const v1::ListScorecardsRequest& request,
                                           absl::Time now) {
  status::FieldFaults faults;
  ScorecardsRequest valid;
  if (MatchName("institutions/*/plans/*", request.parent()).has_value()) {
    valid.read.plan = request.parent();
  } else {
    faults.Add("parent", request.parent(), "institutions/{institution}/plans/{plan}");
  }
  const auto first = CheckQuarter("first_quarter", request.first_quarter(), &faults);
  const auto last = CheckQuarter("last_quarter", request.last_quarter(), &faults);
  if (first.has_value() && last.has_value()) {
    valid.read.quarters = {*first, *last};
    const int quarters = last->index() - first->index() + 1;
    if (quarters < 1 || quarters > kMaxListedQuarters) {
      faults.Add("last_quarter", request.last_quarter(),
                 absl::StrCat("a quarter from ", first->ToString(), " to ",
                              first->Plus(kMaxListedQuarters - 1).ToString(), ": at most ",
                              kMaxListedQuarters, " quarters"));
    }
  }
  CheckAsOf("as_of", request.as_of(), &valid.read, &faults);
  CheckElement(valid.read.plan, request.element(), &faults);
  if (request.depth() < 0 || request.depth() > kMaxDepth) {
    faults.Add("depth", request.depth(), "0 to 100");
  }
  CheckLanguage(request.language_code(), &faults);
  if (!faults.empty()) return faults.ToStatus();
  ATHENA_RETURN_IF_ERROR(CheckHistory(valid.read, now));
  valid.language = request.language_code();
  valid.element = request.element();
  valid.depth = request.depth();
  return valid;
}

absl::StatusOr<PublishRequest> Validate(const v1::PublishScorecardRequest& request,
                                        absl::Time now) {
  status::FieldFaults faults;
  PublishRequest valid;
  CheckName(request.name(), "", &valid.read, &faults);
  if (!v1::Publication::Audience_IsValid(request.audience())) {
    faults.Add("audience", static_cast<int>(request.audience()), "INSTITUTION or PUBLIC");
  }
  CheckAsOf("as_of", request.as_of(), &valid.read, &faults);
  if (request.as_of().has_publication()) {
    faults.Add("as_of.publication", request.as_of().publication(),
               "nothing: a time, a basis or the closing");
  }
  if (request.force() && request.reason().empty()) {
    faults.Missing("reason", "why it is published though the quarter is open");
  }
  fields::CheckMutation(request.request_id(), request.reason(), &faults);
  if (!faults.empty()) return faults.ToStatus();
  ATHENA_RETURN_IF_ERROR(CheckHistory(valid.read, now));
  valid.read.quarters.trends = true;
  if (request.audience() == v1::Publication::AUDIENCE_PUBLIC) valid.audience = request.audience();
  return valid;
}

absl::StatusOr<BoardRequest> Validate(const v1::GetBoardTableRequest& request, absl::Time now) {
  status::FieldFaults faults;
  BoardRequest valid;
  CheckName(request.name(), kBoardTable, &valid.read, &faults);
  CheckAsOf("as_of", request.as_of(), &valid.read, &faults);
  CheckLanguage(request.language_code(), &faults);
  if (!plan::v1::Element::Scope_IsValid(request.scope())) {
    faults.Add("scope", static_cast<int>(request.scope()), "OVERARCHING or SPECIFIC");
  }
  if (request.max_priority() < 0 || request.max_priority() > kMaxPriority) {
    faults.Add("max_priority", request.max_priority(), "1 to 5, or 0 for all");
  }
  CheckUnit(valid.read.plan, request.unit(), &faults);
  if (!faults.empty()) return faults.ToStatus();
  ATHENA_RETURN_IF_ERROR(CheckHistory(valid.read, now));
  valid.name = request.name();
  valid.institution = MatchName("institutions/*/plans/*", valid.read.plan)->front();
  valid.quarter = valid.read.quarters.last;
  valid.read.quarters = {valid.quarter.Minus(kBoardQuarters - 1), valid.quarter, true};
  valid.language = request.language_code();
  valid.filter = {request.scope(), request.max_priority(), request.unit()};
  return valid;
}

absl::StatusOr<ExplanationRequest> Validate(const v1::ExplainScoreRequest& request,
                                            absl::Time now) {
  status::FieldFaults faults;
  ExplanationRequest valid;
  CheckName(request.name(), "", &valid.read, &faults);
  CheckAsOf("as_of", request.as_of(), &valid.read, &faults);
  CheckLanguage(request.language_code(), &faults);
  CheckElement(valid.read.plan, request.element(), &faults);
  if (!request.indicator().empty()) {
    if (!MatchName("institutions/*/indicators/*", request.indicator()).has_value()) {
      faults.Add("indicator", request.indicator(),
                 "institutions/{institution}/indicators/{indicator}");
    }
    if (request.element().empty()) faults.Missing("element");
  } else if (!request.slice().empty()) {
    faults.Missing("indicator");
  }
  if (!faults.empty()) return faults.ToStatus();
  ATHENA_RETURN_IF_ERROR(CheckHistory(valid.read, now));
  valid.name = request.name();
  valid.language = request.language_code();
  valid.element = request.element();
  valid.indicator = request.indicator();
  valid.slice.insert(request.slice().begin(), request.slice().end());
  return valid;
}

absl::StatusOr<ComparisonRequest> Validate(const v1::CompareScorecardsRequest& request,
                                           absl::Time now) {
  status::FieldFaults faults;
  ComparisonRequest valid;
  CheckName(request.name(), "", &valid.to, &faults);
  CheckAsOf("as_of", request.as_of(), &valid.to, &faults);
  valid.from.plan = valid.to.plan;
  valid.from.quarters = valid.to.quarters;
  if (!request.from_quarter().empty()) {
    if (const auto quarter = CheckQuarter("from_quarter", request.from_quarter(), &faults)) {
      valid.from.quarters = {*quarter, *quarter};
    }
  }
  if (request.has_from_as_of()) {
    CheckAsOf("from_as_of", request.from_as_of(), &valid.from, &faults);
  } else if (valid.from.quarters == valid.to.quarters) {
    faults.Missing("from_as_of");
  } else if (!valid.to.closing) {
    valid.from.time = valid.to.time;
    valid.from.basis = valid.to.basis;
    valid.from.publication = valid.to.publication;
  } else {
    valid.from.closing = true;
  }
  CheckLanguage(request.language_code(), &faults);
  CheckElement(valid.to.plan, request.element(), &faults);
  if (!faults.empty()) return faults.ToStatus();
  ATHENA_RETURN_IF_ERROR(CheckHistory(valid.from, now));
  ATHENA_RETURN_IF_ERROR(CheckHistory(valid.to, now));
  valid.language = request.language_code();
  valid.element = request.element();
  return valid;
}

}  // namespace athena::reporting
