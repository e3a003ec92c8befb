#include "services/indicator/definitions/validate_indicator.h"

#include <google/protobuf/descriptor.h>

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "libs/fields/fields.h"
#include "libs/period/period.h"
#include "services/indicator/model/limits.h"
#include "services/indicator/rules/formula.h"

namespace athena::indicator {
namespace {

using fields::At;
using fields::Need;
using v1::Indicator;

std::string Below(std::string_view path, std::string_view field) {
  return absl::StrCat(std::string(path), ".", std::string(field));
}

bool IsLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// [A-Za-z_][A-Za-z0-9_-]{0,62}
bool IsDimensionId(std::string_view id) {
  return !id.empty() && id.size() <= kMaxDimensionIdBytes && (IsLetter(id[0]) || id[0] == '_') &&
         std::all_of(id.begin(), id.end(),
                     [](char c) { return IsLetter(c) || IsDigit(c) || c == '_' || c == '-'; });
}
constexpr std::string_view kDimensionIdGrammar =
    "1 to 63 letters, digits, '_' and '-', beginning with a letter or '_'";

// [A-Za-z0-9_@$-]{1,64}, but not _T
bool IsCode(std::string_view code) {
  return !code.empty() && code.size() <= kMaxCodeBytes && code != "_T" &&
         std::all_of(code.begin(), code.end(), [](char c) {
           return IsLetter(c) || IsDigit(c) || c == '_' || c == '@' || c == '$' || c == '-';
         });
}
constexpr std::string_view kCodeGrammar =
    "1 to 64 letters, digits, '_', '@', '$' and '-', but not _T: a total is the group aggregate";

// Checks that a value of an enum is known, and set when it is required.
template <typename Enum>
void CheckEnum(std::string_view path, const char* field, Enum value, Need need,
               status::FieldFaults* faults) {
  const auto* descriptor = google::protobuf::GetEnumDescriptor<Enum>();
  if (descriptor->FindValueByNumber(static_cast<int>(value)) == nullptr) {
    faults->Add(Below(path, field), static_cast<int>(value),
                absl::StrCat("a value of ", descriptor->name()));
  } else if (need == Need::kRequired && static_cast<int>(value) == 0) {
    faults->Missing(Below(path, field));
  }
}

// Checks that a field is not set, which only the other kind of indicator has.
void CheckAbsent(std::string_view path, const char* field, bool is_set, const char* kind,
                 status::FieldFaults* faults) {
  if (is_set)
    faults->Add(Below(path, field), "a value", absl::StrCat("nothing: only ", kind, " has it"));
}

void CheckNumber(std::string_view path, const char* field, bool is_set, double value,
                 status::FieldFaults* faults) {
  if (is_set && !(std::abs(value) <= kMaxObservationMagnitude)) {
    faults->Add(Below(path, field), value, "a number between -1e15 and 1e15");
  }
}

void CheckDimension(const std::string& path, const v1::Dimension& dimension,
                    status::FieldFaults* faults) {
  if (!IsDimensionId(dimension.id())) {
    faults->Add(Below(path, "id"), dimension.id(), kDimensionIdGrammar);
  }
  fields::CheckText(Below(path, "title"), dimension.title(), fields::kMaxTitleBytes,
                    Need::kOptional, faults);
  const std::string codes = Below(path, "codes");
  if (dimension.codes().empty() || dimension.codes_size() > kMaxCodes) {
    faults->Add(codes, dimension.codes_size(), absl::StrCat("1 to ", kMaxCodes, " codes"));
    return;
  }
  absl::flat_hash_set<std::string_view> seen;
  for (int i = 0; i < dimension.codes_size(); ++i) {
    const v1::Dimension::Code& code = dimension.codes(i);
    const std::string id = Below(At(codes, i), "id");
    if (!IsCode(code.id())) {
      faults->Add(id, code.id(), kCodeGrammar);
    } else if (!seen.insert(code.id()).second) {
      faults->Add(id, code.id(), "each once");
    }
    fields::CheckText(Below(At(codes, i), "title"), code.title(), fields::kMaxTitleBytes,
                      Need::kOptional, faults);
  }
}

void CheckDimensions(std::string_view path, const Indicator& indicator,
                     status::FieldFaults* faults) {
  const std::string field = Below(path, "dimensions");
  if (indicator.dimensions_size() > kMaxDimensions) {
    faults->Add(field, indicator.dimensions_size(), absl::StrCat("at most ", kMaxDimensions));
    return;
  }
  absl::flat_hash_set<std::string_view> seen;
  bool all_expected = !indicator.dimensions().empty();
  int64_t combinations = 1;
  for (int i = 0; i < indicator.dimensions_size(); ++i) {
    const v1::Dimension& dimension = indicator.dimensions(i);
    CheckDimension(At(field, i), dimension, faults);
    if (!seen.insert(dimension.id()).second) {
      faults->Add(Below(At(field, i), "id"), dimension.id(), "each once");
    }
    all_expected = all_expected && dimension.every_code_expected();
    // Cannot overflow: a number of at most kMaxExpectedCombinations times at most kMaxCodes.
    if (combinations <= kMaxExpectedCombinations) combinations *= dimension.codes_size();
  }
  if (all_expected && combinations > kMaxExpectedCombinations) {
    faults->Add(field, absl::StrCat("more than ", kMaxExpectedCombinations, " combinations"),
                absl::StrCat("at most ", kMaxExpectedCombinations,
                             " combinations of codes where every code is expected"));
  }
}

// Counts of persons that can be added up, and dimensions that the indicator has.
void CheckDisclosure(std::string_view path, const Indicator& indicator,
                     status::FieldFaults* faults) {
  if (!indicator.has_disclosure()) return;
  const std::string field = Below(path, "disclosure");
  if (indicator.classification() != Indicator::CLASSIFICATION_PERSONAL) {
    faults->Add(field, "a value", "nothing: only what is classified PERSONAL has it");
  }
  absl::flat_hash_set<std::string_view> seen;
  for (int i = 0; i < indicator.disclosure().dimensions_size(); ++i) {
    const std::string& id = indicator.disclosure().dimensions(i);
    const bool known =
        std::any_of(indicator.dimensions().begin(), indicator.dimensions().end(),
                    [&id](const v1::Dimension& dimension) { return dimension.id() == id; });
    if (known && seen.insert(id).second) continue;
    faults->Add(At(Below(field, "dimensions"), i), id, "dimensions of the indicator, each once");
  }
  const int32_t threshold = indicator.disclosure().threshold();
  if (threshold != 0 &&
      (threshold < kMinDisclosureThreshold || threshold > kMaxDisclosureThreshold)) {
    faults->Add(Below(field, "threshold"), threshold,
                absl::StrCat(kMinDisclosureThreshold, " to ", kMaxDisclosureThreshold,
                             ", or 0 for ", kDefaultDisclosureThreshold));
  }
  if (indicator.time_aggregation() == Indicator::TIME_AGGREGATION_COUNT) {
    faults->Add(Below(path, "time_aggregation"), "TIME_AGGREGATION_COUNT",
                "another one with a disclosure: it counts observations, not persons");
  }
  if (!indicator.dimensions().empty() &&
      indicator.group_aggregation() != Indicator::GROUP_AGGREGATION_SUM) {
    faults->Add(Below(path, "group_aggregation"),
                Indicator::GroupAggregation_Name(indicator.group_aggregation()),
                "GROUP_AGGREGATION_SUM with a disclosure, which is for numbers of persons");
  }
}

void CheckBase(std::string_view path, const Indicator& indicator, status::FieldFaults* faults) {
  CheckAbsent(path, "formula", !indicator.formula().empty(), "FORMULA", faults);
  CheckAbsent(path, "operand_alignment", indicator.operand_alignment() != 0, "FORMULA", faults);
  CheckAbsent(path, "formula_nature", indicator.formula_nature() != 0, "FORMULA", faults);
  CheckEnum(path, "time_aggregation", indicator.time_aggregation(), Need::kRequired, faults);
  CheckEnum(path, "group_aggregation", indicator.group_aggregation(), Need::kOptional, faults);
  CheckDimensions(path, indicator, faults);
  CheckDisclosure(path, indicator, faults);
  CheckNumber(path, "min_value", indicator.has_min_value(), indicator.min_value(), faults);
  CheckNumber(path, "max_value", indicator.has_max_value(), indicator.max_value(), faults);
  if (indicator.has_min_value() && indicator.has_max_value() &&
      indicator.max_value() < indicator.min_value()) {
    faults->Add(Below(path, "max_value"), indicator.max_value(),
                absl::StrCat("at least min_value, ", indicator.min_value()));
  }
  CheckNumber(path, "max_change", indicator.has_max_change(), indicator.max_change(), faults);
  // A smaller change could not be told from none: it is compared in 12 decimals.
  if (indicator.has_max_change() && indicator.max_change() < 1e-12) {
    faults->Add(Below(path, "max_change"), indicator.max_change(), "at least 1e-12");
  }
  CheckEnum(path, "implausible_change", indicator.implausible_change(), Need::kOptional, faults);
  if (indicator.implausible_change() != 0 && !indicator.has_max_change()) {
    faults->Add(Below(path, "implausible_change"),
                Indicator::ImplausibleChange_Name(indicator.implausible_change()),
                "nothing without max_change");
  }
}

// What BASE and FORMULA have in common: when values are expected, and how many may be missing.
void CheckExpectations(std::string_view path, const Indicator& indicator,
                       status::FieldFaults* faults) {
  CheckEnum(path, "missing_policy", indicator.missing_policy(), Need::kOptional, faults);
  if (indicator.has_min_coverage() &&
      !(indicator.min_coverage() >= 0 && indicator.min_coverage() <= 1)) {
    faults->Add(Below(path, "min_coverage"), indicator.min_coverage(), "0 to 1");
  }
  if (!indicator.expected_from().empty() && !Period::Parse(indicator.expected_from()).ok()) {
    faults->Add(Below(path, "expected_from"), indicator.expected_from(),
                "a period of the years 1900 to 2199: 2021, 2021-S1, 2021-Q3, 2021-07, 2021-W30 or "
                "2021-07-15");
  }
}

void CheckFormula(std::string_view path, const Indicator& indicator, status::FieldFaults* faults) {
  CheckAbsent(path, "time_aggregation", indicator.time_aggregation() != 0, "BASE", faults);
  CheckAbsent(path, "group_aggregation", indicator.group_aggregation() != 0, "BASE", faults);
  CheckAbsent(path, "dimensions", !indicator.dimensions().empty(), "BASE", faults);
  CheckAbsent(path, "disclosure", indicator.has_disclosure(), "BASE", faults);
  CheckAbsent(path, "min_value", indicator.has_min_value(), "BASE", faults);
  CheckAbsent(path, "max_value", indicator.has_max_value(), "BASE", faults);
  CheckAbsent(path, "max_change", indicator.has_max_change(), "BASE", faults);
  CheckAbsent(path, "implausible_change", indicator.implausible_change() != 0, "BASE", faults);
  CheckEnum(path, "formula_nature", indicator.formula_nature(), Need::kOptional, faults);
  CheckEnum(path, "operand_alignment", indicator.operand_alignment(), Need::kOptional, faults);
  if (indicator.formula().empty()) {
    faults->Missing(Below(path, "formula"));
  } else if (const auto formula = Formula::Parse(indicator.formula()); !formula.ok()) {
    const auto message = formula.status().message();
    faults->Add(Below(path, "formula"), indicator.formula(),
                absl::StrCat("an expression over indicators; ", message));
  }
  switch (indicator.frequency()) {
    case Indicator::FREQUENCY_DAILY:
    case Indicator::FREQUENCY_WEEKLY:
    case Indicator::FREQUENCY_MONTHLY:
      faults->Add(Below(path, "frequency"), Indicator::Frequency_Name(indicator.frequency()),
                  "QUARTERLY, SEMESTRIAL or ANNUAL, for which a FORMULA is evaluated");
      break;
    default:
      break;
  }
}

// Checks that a field of an enum did not change.
template <typename Enum>
void CheckFixed(std::string_view path, const char* field, Enum before, Enum after, const char* why,
                status::FieldFaults* faults) {
  if (before == after) return;
  const auto* descriptor = google::protobuf::GetEnumDescriptor<Enum>();
  const auto* saw = descriptor->FindValueByNumber(after);
  faults->Add(
      Below(path, field), saw == nullptr ? std::to_string(after) : saw->name(),
      absl::StrCat(descriptor->FindValueByNumber(before)->name(), ": it cannot change", why));
}

void CheckCodesKept(const std::string& field, const v1::Dimension& before,
                    const v1::Dimension& after, status::FieldFaults* faults) {
  absl::flat_hash_set<std::string_view> codes;
  for (const v1::Dimension::Code& code : after.codes()) codes.insert(code.id());
  for (const v1::Dimension::Code& code : before.codes()) {
    if (!codes.contains(code.id())) {
      faults->Add(field, absl::StrCat("no code ", code.id()),
                  "all codes that are there: codes are added, never removed");
    }
  }
}

}  // namespace

void CheckIndicator(std::string_view path, const Indicator& indicator,
                    status::FieldFaults* faults) {
  fields::CheckText(Below(path, "display_name"), indicator.display_name(), fields::kMaxTitleBytes,
                    Need::kRequired, faults);
  fields::CheckText(Below(path, "description"), indicator.description(),
                    fields::kMaxDescriptionBytes, Need::kOptional, faults);
  CheckEnum(path, "kind", indicator.kind(), Need::kRequired, faults);
  CheckEnum(path, "direction", indicator.direction(), Need::kRequired, faults);
  CheckEnum(path, "frequency", indicator.frequency(), Need::kRequired, faults);
  CheckExpectations(path, indicator, faults);
  if (indicator.kind() == Indicator::KIND_BASE) CheckBase(path, indicator, faults);
  if (indicator.kind() == Indicator::KIND_FORMULA) CheckFormula(path, indicator, faults);
  fields::CheckText(Below(path, "unit"), indicator.unit(), kMaxUnitBytes, Need::kOptional, faults);
  if (indicator.decimals() < 0 || indicator.decimals() > kMaxDecimals) {
    faults->Add(Below(path, "decimals"), indicator.decimals(), absl::StrCat("0 to ", kMaxDecimals));
  }
  fields::CheckText(Below(path, "owner"), indicator.owner(), kMaxOwnerBytes, Need::kOptional,
                    faults);
  fields::CheckText(Below(path, "steward"), indicator.steward(), kMaxOwnerBytes, Need::kOptional,
                    faults);
  fields::CheckText(Below(path, "source_system"), indicator.source_system(), kMaxOwnerBytes,
                    Need::kOptional, faults);
  CheckEnum(path, "classification", indicator.classification(), Need::kOptional, faults);
  if (indicator.has_reporting_delay_days() &&
      (indicator.reporting_delay_days() < 0 ||
       indicator.reporting_delay_days() > kMaxReportingDelayDays)) {
    faults->Add(Below(path, "reporting_delay_days"), indicator.reporting_delay_days(),
                absl::StrCat("0 to ", kMaxReportingDelayDays));
  }
  fields::CheckTags(Below(path, "tags"), indicator.tags(), faults);
  fields::CheckInstitutions(Below(path, "shared_with"), indicator.shared_with(), faults);
}

void CheckUnchanged(std::string_view path, const Indicator& before, const Indicator& after,
                    TargetsOfIndicator targets, status::FieldFaults* faults) {
  CheckFixed(path, "kind", before.kind(), after.kind(), "", faults);
  CheckFixed(path, "frequency", before.frequency(), after.frequency(), "", faults);
  if (targets == TargetsOfIndicator::kOpen) {
    CheckFixed(path, "direction", before.direction(), after.direction(),
               " while there is a target: end it first (Target.ended_from)", faults);
  }
  if (targets != TargetsOfIndicator::kNone) {
    constexpr char kWhy[] = " once there has been a target";
    CheckFixed(path, "time_aggregation", before.time_aggregation(), after.time_aggregation(), kWhy,
               faults);
    const bool was_flow = before.formula_nature() == Indicator::NATURE_FLOW;
    const bool is_flow = after.formula_nature() == Indicator::NATURE_FLOW;
    if (was_flow != is_flow) {
      CheckFixed(path, "formula_nature", before.formula_nature(), after.formula_nature(), kWhy,
                 faults);
    }
  }
  // Observations store their codes in the order of the dimensions, which therefore stays.
  const std::string field = Below(path, "dimensions");
  bool same = before.dimensions_size() == after.dimensions_size();
  for (int i = 0; same && i < before.dimensions_size(); ++i) {
    same = before.dimensions(i).id() == after.dimensions(i).id();
  }
  if (!same) {
    std::string want = "the dimensions that it was made with, in their order:";
    for (const v1::Dimension& dimension : before.dimensions()) {
      absl::StrAppend(&want, " ", dimension.id());
    }
    if (before.dimensions().empty()) want = "none: dimensions are not added later";
    faults->Add(field, absl::StrCat(after.dimensions_size(), " dimensions"), want);
    return;
  }
  for (int i = 0; i < before.dimensions_size(); ++i) {
    CheckCodesKept(Below(At(field, i), "codes"), before.dimensions(i), after.dimensions(i), faults);
  }
}

void CheckSlice(std::string_view field,
                const google::protobuf::Map<std::string, std::string>& slice,
                status::FieldFaults* faults) {
  if (slice.size() > static_cast<size_t>(kMaxDimensions)) {
    faults->Add(field, slice.size(), absl::StrCat("at most ", kMaxDimensions, " dimensions"));
    return;
  }
  for (const auto& [dimension, code] : slice) {
    if (!IsDimensionId(dimension)) {
      faults->Add(field, dimension,
                  absl::StrCat("dimension ids as keys: ", std::string(kDimensionIdGrammar)));
    }
    if (!IsCode(code)) faults->Add(At(field, dimension), code, kCodeGrammar);
  }
}

void CheckGroupBy(std::string_view field, const v1::Selection& selection,
                  status::FieldFaults* faults) {
  const int size = selection.group_by_size();
  if (size > kMaxDimensions) {
    faults->Add(field, size, absl::StrCat("at most ", kMaxDimensions, " dimensions"));
    return;
  }
  absl::flat_hash_set<std::string> seen;
  for (int i = 0; i < size; ++i) {
    const std::string& dimension = selection.group_by(i);
    if (IsDimensionId(dimension) && seen.insert(dimension).second &&
        !selection.slice().contains(dimension)) {
      continue;
    }
    faults->Add(At(field, i), dimension,
                "a dimension's id, once, and none that the slice gives a code for");
  }
}

}  // namespace athena::indicator
