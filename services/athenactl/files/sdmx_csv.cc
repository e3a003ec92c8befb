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
#include "services/athenactl/files/csv.h"
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

absl::Status HeaderFault(std::string_view fault) {
  return absl::InvalidArgumentError(absl::StrCat("line 1: ", View(fault)));
}

std::string FirstLine(std::string_view csv) {
  std::string line(csv.substr(0, csv.find_first_of("\r\n")));
  line.erase(std::remove(line.begin(), line.end(), '"'), line.end());
  return line.substr(line.compare(0, 3, kByteOrderMark) == 0 ? 3 : 0);
}

bool BeginsWith(std::string_view text, std::string_view beginning) {
  return text.substr(0, beginning.size()) == beginning;
}

absl::Status CheckSdmxColumns(std::vector<std::string>& columns) {
  if (columns.size() == 1) {
    return HeaderFault(
        "the columns are not separated by commas; want commas, and decimal points in numbers");
  }
  // STRUCTURE[;] names the separator of several values in a field.
  if (BeginsWith(columns[0], "STRUCTURE[")) columns[0] = std::string(kStructure);
  if (columns[0] != kStructure) {
    return HeaderFault(
        "this is SDMX-CSV 1.0; want 2.0, which begins with STRUCTURE,STRUCTURE_ID,ACTION");
  }
  std::set<std::string> seen;
  for (const std::string& column : columns) {
    if (column.empty()) return HeaderFault("a column has no name");
    if (!seen.insert(column).second) {
      return HeaderFault(absl::StrCat("the column ", Printable(column), " stands there twice"));
    }
    if (column.find(": ") != std::string::npos) {
      return HeaderFault(absl::StrCat("the column ", Printable(column),
                                      " has a label; want ids alone (labels=id)"));
    }
    if (column.find('[') != std::string::npos) {
      return HeaderFault(absl::StrCat("the column ", Printable(column),
                                      " has several values or languages; want one value a field"));
    }
  }
  if (seen.count(std::string(kStructureId)) == 0) {
    return HeaderFault("there is no column STRUCTURE_ID");
  }
  if (seen.count("STRUCTURE_NAME") > 0) {
    return HeaderFault("there are columns of names; want ids alone (labels=id)");
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

// Reads one record of a file.
class Row {
 public:
  Row(const std::vector<std::string>& columns, const CsvRecord& record,
      const std::set<std::string>& ignored, ObservationFile& file)
      : columns_(columns), record_(record), ignored_(ignored), file_(file) {}

  void Read() {
    const std::string_view structure = Of(kStructure);
    if (structure != "dataflow" && structure != "datastructure" && structure != "dataprovision") {
      Refuse(kStructure, Got(structure, "dataflow, datastructure or dataprovision"));
    }
    const std::optional<std::string> indicator = IndicatorOf(Of(kStructureId));
    if (!indicator.has_value()) {
      Refuse(kStructureId, Got(Of(kStructureId), "AGENCY:ID(VERSION), like GOB:HEADCOUNT(1.0.0)"));
    }
    v1::Observation observation;
    observation.set_indicator(indicator.value_or(""));
    ReadTime(observation);
    ReadDimensions(observation);
    std::string_view action = Of(kAction);
    if (action.empty()) action = "I";
    if (action == "D") {
      Delete(std::move(observation));
    } else if (action == "I" || action == "A" || action == "M" || action == "R") {
      Set(std::move(observation));
    } else {
      Refuse(kAction, Got(action, "I, A, M or R, which set a cell, or D, which takes it back"));
    }
  }

 private:
  std::string_view Of(std::string_view column) const {
    for (size_t at = 0; at < columns_.size(); ++at) {
      if (columns_[at] == column) return record_.fields[at];
    }
    return {};
  }

  void Refuse(std::string_view column, const std::string& fault) {
    file_.refused.push_back({record_.line, std::string(column), fault});
    good_ = false;
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
    for (size_t at = 0; at < columns_.size(); ++at) {
      const std::string& column = columns_[at];
      const std::string& field = record_.fields[at];
      if (IsReservedSdmxColumn(column) || ignored_.count(column) > 0) continue;
      if (field.empty()) {
        open_ = true;
      } else if (field == "_T") {
        Refuse(column,
               "got _T, a total; want the code of a part: totals are computed from their parts, so "
               "leave rows of totals out");
      } else {
        (*observation.mutable_dimensions())[column] = Unguarded(field);
      }
    }
    const std::string_view multiplier = Of(kMultiplier);
    if (!multiplier.empty() && multiplier != "0") {
      Refuse(kMultiplier, Got(multiplier, "0 or nothing: values are taken as they stand"));
    }
  }

  void Set(v1::Observation observation) {
    if (observation.period().empty() && Of(kTimePeriod).empty()) {
      Refuse(kTimePeriod, Got("", kPeriods));
    }
    const std::string_view value = Of(kValue);
    if (!value.empty() && value != "NaN") {
      const std::optional<double> number = TakeValue(record_.line, kValue, value, file_);
      good_ = good_ && number.has_value();
      if (number.has_value()) observation.set_value(*number);
    }
    const std::optional<v1::ObservationStatus> status = ReadStatusLetter(Of(kStatus));
    if (!status.has_value()) Refuse(kStatus, Got(Of(kStatus), kStatusLetters));
    observation.set_status(status.value_or(v1::OBSERVATION_STATUS_UNSPECIFIED));
    if ((value.empty() || value == "NaN") && Of(kStatus).empty()) {
      Refuse(kValue, Got(value,
                         "a value, or in OBS_STATUS why there is none, M, O, L, H or Q: a cell is "
                         "set as a whole"));
    }
    observation.set_comment(Unguarded(Of(kComment)));
    if (good_) file_.rows.push_back({record_.line, std::move(observation)});
  }

  void Delete(v1::Observation observation) {
    for (const std::string_view column : {kStatus, kComment}) {
      if (Of(kValue).empty() && !Of(column).empty()) {
        Refuse(column, Got(Of(column),
                           "nothing: a cell is taken back as a whole; to change its status or "
                           "comment alone set it anew"));
      }
    }
    if (!good_) return;
    if (open_ || observation.period().empty()) {
      file_.deletions.push_back(
          {record_.line,
           observation.indicator(),
           observation.period(),
           {observation.dimensions().begin(), observation.dimensions().end()}});
      return;
    }
    observation.set_retract(true);
    file_.rows.push_back({record_.line, std::move(observation)});
  }

  const std::vector<std::string>& columns_;
  const CsvRecord& record_;
  const std::set<std::string>& ignored_;
  ObservationFile& file_;
  bool good_ = true;
  bool open_ = false;  // a dimension is left empty
};

}  // namespace

bool IsSdmxCsv(std::string_view csv) {
  const std::string line = FirstLine(csv);
  for (const std::string_view beginning :
       {"STRUCTURE,", "STRUCTURE[", "STRUCTURE;", "DATAFLOW,", "DATAFLOW;"}) {
    if (BeginsWith(line, beginning)) return true;
  }
  return false;
}

bool IsReservedSdmxColumn(std::string_view column) {
  return Contains(kRead, column) || Contains(kRepeating, column);
}

absl::StatusOr<ObservationFile> ReadSdmxCsv(std::string_view csv,
                                            const std::set<std::string>& ignored) {
  CsvReader reader(csv);
  CsvRecord header;
  ATHENA_ASSIGN_OR_RETURN(bool more, reader.Next(header));
  if (!more) return HeaderFault("the file is empty, want a line of columns");
  ATHENA_RETURN_IF_ERROR(CheckSdmxColumns(header.fields));
  for (const std::string& column : ignored) {
    if (!Contains(header.fields, column)) {
      return HeaderFault(absl::StrCat("there is no column ", Printable(column),
                                      " to ignore; there are ",
                                      Printable(absl::StrJoin(header.fields, ", "))));
    }
  }
  ObservationFile file;
  CsvRecord record;
  for (;;) {
    ATHENA_ASSIGN_OR_RETURN(more, reader.Next(record));
    if (!more) return file;
    if (record.fields.size() != header.fields.size()) {
      file.refused.push_back({record.line, "",
                              absl::StrCat("got ", record.fields.size(), " fields, want ",
                                           header.fields.size(), " as in line 1")});
      continue;
    }
    Row(header.fields, record, ignored, file).Read();
  }
}

std::string SdmxStructureId(std::string_view institution, std::string_view indicator) {
  const auto artefact = [](std::string_view id) {
    std::string text = absl::AsciiStrToUpper(View(id));
    std::replace(text.begin(), text.end(), '-', '_');
    return text;
  };
  return absl::StrCat(artefact(institution), ":", artefact(indicator), "(1.0.0)");
}

}  // namespace athena::athenactl
