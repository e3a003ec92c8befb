#include "services/athenactl/files/sdmx_csv.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/time/civil_time.h"
#include "libs/period/period.h"
#include "libs/status/macros.h"
#include "services/athenactl/files/text/csv.h"
#include "services/athenactl/terminal/text.h"

namespace athena::athenactl {
namespace {

namespace v1 = athena::indicator::v1;

constexpr std::string_view kStructure = "STRUCTURE";
constexpr std::string_view kStructureId = "STRUCTURE_ID";
constexpr std::string_view kAction = "ACTION";
constexpr std::string_view kTimePeriod = "TIME_PERIOD";
constexpr std::string_view kValue = "OBS_VALUE";
constexpr std::string_view kStatus = "OBS_STATUS";
constexpr std::string_view kComment = "COMMENT";
constexpr std::string_view kFrequency = "FREQ";
// A power of ten that scales the values: not supported.
constexpr std::string_view kMultiplier = "UNIT_MULT";
// Columns that repeat others.
constexpr std::array<std::string_view, 3> kRepeating = {"STRUCTURE_NAME", "SERIES_KEY", "OBS_KEY"};
constexpr std::array<std::string_view, 9> kRead = {kStructure,  kStructureId, kAction,
                                                   kTimePeriod, kValue,       kStatus,
                                                   kComment,    kFrequency,   kMultiplier};

constexpr std::string_view kPeriods =
    "a period like 2021, 2021-S1, 2021-Q3, 2021-07 (2021-M07), 2021-W30 or 2021-07-15 (2021-D196)";

// Says that a text is intentionally missing.
constexpr std::string_view kNotAvailable = "#N/A";
constexpr std::array<std::string_view, 2> kNoValue = {"NaN", kNotAvailable};
// Columns that are no attributes of an observation.
constexpr std::array<std::string_view, 9> kNoAttributes = {
    kStructure, kStructureId,     kAction,      kTimePeriod, kValue,
    kFrequency, "STRUCTURE_NAME", "SERIES_KEY", "OBS_KEY"};

bool BeginsWith(std::string_view text, std::string_view beginning) {
  return text.substr(0, beginning.size()) == beginning;
}

absl::Status CheckSdmxColumns(TableReader& table) {
  const auto fault = [&](auto... parts) {
    return absl::InvalidArgumentError(absl::StrCat("line ", table.line(), ": ", parts...));
  };
  std::vector<TableReader::Column>& columns = table.columns();
  if (columns.size() == 1) {
    return table.Require({kStructureId}, "STRUCTURE, STRUCTURE_ID, ACTION and others");
  }
  // STRUCTURE[;] names the separator of several values in a field.
  if (BeginsWith(Folded(columns[0].name), "structure[")) {
    columns[0].name = std::string(kStructure);
  }
  table.NameKnown(kRead);
  table.NameKnown(kRepeating);
  if (columns[0].name != kStructure) {
    return fault("this is SDMX-CSV 1.0; want 2.0, which begins with STRUCTURE,STRUCTURE_ID,ACTION");
  }
  for (const TableReader::Column& column : columns) {
    if (column.ignored) continue;
    if (column.name.find(": ") != std::string::npos) {
      return fault("the column ", Printable(column.name),
                   " has a label; want ids alone (labels=id)");
    }
    if (column.name.find('[') != std::string::npos) {
      return fault("the column ", Printable(column.name),
                   " has several values or languages; want one value a field, or --ignore it");
    }
  }
  if (table.Find(kStructureId) < 0) return fault("there is no column STRUCTURE_ID");
  if (table.Find("STRUCTURE_NAME") >= 0) {
    return fault("there are columns of names; want ids alone (labels=id)");
  }
  return absl::OkStatus();
}

// headcount-total of "GOB:HEADCOUNT_TOTAL(1.0.0)"; nullopt for another text.
std::optional<std::string> IndicatorOf(std::string_view structure) {
  const size_t colon = structure.find(':');
  if (colon == std::string_view::npos || colon == 0) return std::nullopt;
  std::string_view artefact = structure.substr(colon + 1);
  const size_t open = artefact.find('(');
  if (open != std::string_view::npos) {
    if (artefact.back() != ')') return std::nullopt;
    artefact = artefact.substr(0, open);
  }
  std::string id = absl::AsciiStrToLower(View(artefact));
  std::replace(id.begin(), id.end(), '_', '-');
  return id.empty() ? std::nullopt : std::make_optional(id);
}

// The period literal of a TIME_PERIOD; nullopt for another text, and for a length that no indicator
// has (a trimester, a range, a time of day).
std::optional<Period> ReadPeriod(std::string_view typed) {
  std::string literal(typed);
  if (typed.size() > 6 && typed[4] == '-') {
    const std::string year(typed.substr(0, 4));
    const std::string rest(typed.substr(6));
    if (typed[5] == 'A' && rest == "1") literal = year;
    if (typed[5] == 'M' && rest.size() == 2) literal = absl::StrCat(year, "-", rest);
    if (typed[5] == 'D') {
      const std::optional<int64_t> of_year = WholeNumber(year);
      const std::optional<int64_t> number = WholeNumber(rest);
      if (rest.size() != 3 || !of_year.has_value() || !number.has_value()) return std::nullopt;
      const absl::CivilDay day = absl::CivilDay(*of_year) + (*number - 1);
      if (day.year() != *of_year) return std::nullopt;
      literal = absl::StrFormat("%04d-%02d-%02d", day.year(), day.month(), day.day());
    }
  }
  const absl::StatusOr<Period> period = Period::Parse(literal);
  return period.ok() ? std::make_optional(*period) : std::nullopt;
}

class SdmxReader final : public ObservationReader {
 public:
  explicit SdmxReader(TableReader table) : ObservationReader(std::move(table)) {
    for (const TableReader::Column& column : table_.columns()) {
      Role role = Role::kDimension;
      if (column.ignored) role = Role::kIgnored;
      if (!column.ignored && IsReservedSdmxColumn(column.name)) role = Role::kReserved;
      roles_.push_back(role);
    }
    for (const std::string_view column : kRead) at_.push_back(table_.Find(column));
  }

 private:
  enum class Role { kReserved, kIgnored, kDimension };

  bool IsDimension(const TableReader::Column& column) const override {
    return !column.ignored && !IsReservedSdmxColumn(column.name);
  }

  void Read(const std::vector<std::string>& fields, FileRow& row) override {
    fields_ = &fields;
    row_ = &row;
    open_ = false;
    v1::Observation& observation = row.row.observation;
    const std::string_view structure = Of(kStructure);
    if (structure != "dataflow" && structure != "datastructure" && structure != "dataprovision") {
      Refuse(kStructure, Got(structure, "dataflow, datastructure or dataprovision"));
    }
    const std::optional<std::string> indicator = IndicatorOf(Of(kStructureId));
    if (!indicator.has_value()) {
      Refuse(kStructureId, Got(Of(kStructureId), "AGENCY:ID(VERSION), like GOB:HEADCOUNT(1.0.0)"));
    }
    observation.set_indicator(indicator.value_or(""));
    ReadTime(observation);
    ReadDimensions(observation);
    std::string_view action = Of(kAction);
    if (action.empty()) action = "I";
    if (action == "D") {
      Delete(observation);
    } else if (action == "I" || action == "R") {
      Set(action, observation);
    } else if (action == "A" || action == "M") {
      Merge(observation);
    } else {
      Refuse(kAction, Got(action, "I, A, M or R, which set a cell, or D, which takes it back"));
    }
  }

  // The column's field without blanks around it; empty when there is no such column.
  std::string_view Of(std::string_view column) const { return Trimmed(FieldOf(column)); }
  std::string_view FieldOf(std::string_view column) const {
    const int at = IndexOf(column);
    return at < 0 ? std::string_view() : std::string_view((*fields_)[static_cast<size_t>(at)]);
  }
  int IndexOf(std::string_view column) const {
    for (size_t known = 0; known < kRead.size(); ++known) {
      if (kRead[known] == column) return at_[known];
    }
    return -1;
  }

  void Refuse(std::string_view column, const std::string& fault) {
    row_->refused.push_back({row_->line, std::string(column), fault});
  }

  void ReadTime(v1::Observation& observation) {
    const std::string_view typed = Of(kTimePeriod);
    if (typed.empty()) return;
    const std::optional<Period> period = ReadPeriod(typed);
    if (!period.has_value()) return Refuse(kTimePeriod, Got(typed, kPeriods));
    observation.set_period(period->ToString());
    const std::string_view frequency = Of(kFrequency);
    const std::string_view want = FrequencyCode(period->frequency());
    if (!frequency.empty() && frequency != want) {
      Refuse(kFrequency, Got(frequency, absl::StrCat(View(want), ", as TIME_PERIOD ",
                                                     Printable(typed), " is")));
    }
  }

  void ReadDimensions(v1::Observation& observation) {
    for (size_t at = 0; at < roles_.size(); ++at) {
      if (roles_[at] != Role::kDimension) continue;
      const std::string& column = table_.columns()[at].name;
      const std::string_view field = Trimmed((*fields_)[at]);
      if (field.empty()) {
        open_ = true;
      } else if (field == "_T") {
        Refuse(column,
               "got _T, a total; want the code of a part: totals are computed from their parts, so "
               "leave rows of totals out");
      } else {
        (*observation.mutable_dimensions())[column] = TextOf(std::string(field));
      }
    }
    const std::string_view multiplier = Of(kMultiplier);
    if (!multiplier.empty() && multiplier != "0") {
      Refuse(kMultiplier, Got(multiplier, "0 or nothing: values are taken as they stand"));
    }
  }

  void RequirePeriod(const v1::Observation& observation) {
    if (observation.period().empty() && Of(kTimePeriod).empty()) {
      Refuse(kTimePeriod, Got("", kPeriods));
    }
  }

  void TakeObsValue(v1::Observation& observation) {
    const std::string_view value = Of(kValue);
    if (value.empty() || Contains(kNoValue, value)) return;
    const std::optional<double> number = TakeValue(kValue, value, *row_);
    if (number.has_value()) observation.set_value(*number);
  }

  void TakeStatus(v1::Observation& observation) {
    const std::string_view letter = Of(kStatus);
    if (letter == kNotAvailable) return;
    const std::optional<v1::ObservationStatus> status = ReadStatusLetter(letter);
    if (!status.has_value()) Refuse(kStatus, Got(letter, kStatusLetters));
    observation.set_status(status.value_or(v1::OBSERVATION_STATUS_UNSPECIFIED));
  }

  void TakeComment(v1::Observation& observation) {
    if (Of(kComment) == kNotAvailable) return;
    observation.set_comment(TextOf(std::string(FieldOf(kComment))));
  }

  void Set(std::string_view action, v1::Observation& observation) {
    RequirePeriod(observation);
    const std::string_view value = Of(kValue);
    const std::string_view status = Of(kStatus);
    TakeObsValue(observation);
    TakeStatus(observation);
    TakeComment(observation);
    RowMask mask = kWholeCell;
    if (action == "I") {
      mask = static_cast<RowMask>((IndexOf(kValue) >= 0 ? kValuePart : 0) |
                                  (IndexOf(kStatus) >= 0 ? kStatusPart : 0) |
                                  (IndexOf(kComment) >= 0 ? kCommentPart : 0));
      if (mask == 0) mask = kWholeCell;
    }
    row_->row.mask = mask;
    if ((mask & kValuePart) != 0 && (value.empty() || Contains(kNoValue, value)) &&
        (status.empty() || status == kNotAvailable)) {
      Refuse(kValue,
             Got(value,
                 "a value, or in OBS_STATUS why there is none, M, O, L, H or Q: I and R set it, M "
                 "leaves it as it is"));
    }
  }

  void Merge(v1::Observation& observation) {
    RequirePeriod(observation);
    TakeObsValue(observation);
    TakeStatus(observation);
    TakeComment(observation);
    const RowMask mask = static_cast<RowMask>((Of(kValue).empty() ? 0 : kValuePart) |
                                              (Of(kStatus).empty() ? 0 : kStatusPart) |
                                              (Of(kComment).empty() ? 0 : kCommentPart));
    row_->row.mask = mask;
    if (mask == 0) Refuse(kValue, Got("", "a value, status or comment to merge"));
    if (Contains(kNoValue, Of(kValue)) && observation.status() == 0) {
      Refuse(kStatus, Got(Of(kStatus), "why there is no value, M, O, L, H or Q"));
    }
  }

  // In a row of action D, what is named beside the key is deleted, and nothing else.
  void RefuseAttributes() {
    if (!Of(kValue).empty()) return;
    for (size_t at = 0; at < roles_.size(); ++at) {
      const std::string& column = table_.columns()[at].name;
      const bool attribute = roles_[at] == Role::kIgnored
                                 ? !Contains(kNoAttributes, column)
                                 : column == kStatus || column == kComment || column == kMultiplier;
      if (!attribute || Trimmed((*fields_)[at]).empty()) continue;
      Refuse(column,
             Got((*fields_)[at],
                 "nothing: D deletes what it names, here this attribute alone, and Athena deletes "
                 "whole cells; name the value too (- in OBS_VALUE), or set the cell anew"));
    }
  }

  void Delete(v1::Observation& observation) {
    RefuseAttributes();
    if (open_ || observation.period().empty()) {
      row_->deletion =
          BulkDeletion{row_->line,
                       observation.indicator(),
                       observation.period(),
                       {observation.dimensions().begin(), observation.dimensions().end()}};
    } else {
      observation.set_retract(true);
    }
  }

  std::vector<Role> roles_;  // of the columns
  std::vector<int> at_;      // the index of each of kRead
  // The row at hand.
  const std::vector<std::string>* fields_ = nullptr;
  FileRow* row_ = nullptr;
  bool open_ = false;  // a dimension is left empty
};

}  // namespace

bool IsSdmxCsv(const TableReader& table) {
  const std::string first = Folded(table.columns().front().name);
  for (const std::string_view beginning :
       {"structure,", "structure[", "structure;", "dataflow,", "dataflow;"}) {
    if (BeginsWith(absl::StrCat(first, ","), beginning)) return true;
  }
  return false;
}

absl::StatusOr<std::unique_ptr<ObservationReader>> OpenSdmxCsv(TableReader table) {
  ATHENA_RETURN_IF_ERROR(CheckSdmxColumns(table));
  return std::make_unique<SdmxReader>(std::move(table));
}

}  // namespace athena::athenactl
