#include "services/athenactl/files/observation_file.h"

#include <array>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/status/macros.h"
#include "services/athenactl/files/sdmx_csv.h"
#include "services/athenactl/files/text/csv.h"
#include "services/athenactl/terminal/text.h"

namespace athena::athenactl {
namespace {

namespace v1 = athena::indicator::v1;

struct Letter {
  std::string_view letter;
  v1::ObservationStatus status;
};
constexpr std::array kLetters = {
    Letter{"", v1::OBSERVATION_STATUS_UNSPECIFIED},
    Letter{"A", v1::OBSERVATION_STATUS_NORMAL},
    Letter{"E", v1::OBSERVATION_STATUS_ESTIMATED},
    Letter{"P", v1::OBSERVATION_STATUS_PROVISIONAL},
    Letter{"F", v1::OBSERVATION_STATUS_FORECAST},
    Letter{"M", v1::OBSERVATION_STATUS_NOT_APPLICABLE},
    Letter{"O", v1::OBSERVATION_STATUS_MISSING},
    Letter{"L", v1::OBSERVATION_STATUS_NOT_COLLECTED},
    Letter{"H", v1::OBSERVATION_STATUS_HOLIDAY},
    Letter{"Q", v1::OBSERVATION_STATUS_SUPPRESSED},
};

constexpr std::array<std::string_view, 6> kOwnColumns = {"indicator", "period",  "value",
                                                         "status",    "comment", "retract"};

// Athena's own columns.
class OwnReader final : public ObservationReader {
 public:
  explicit OwnReader(TableReader table) : ObservationReader(std::move(table)) {
    mask_ = static_cast<RowMask>((table_.Find("value") >= 0 ? kValuePart : 0) |
                                 (table_.Find("status") >= 0 ? kStatusPart : 0) |
                                 (table_.Find("comment") >= 0 ? kCommentPart : 0));
    // With `retract` alone there is nothing to leave as it is.
    if (mask_ == 0) mask_ = kWholeCell;
  }

 private:
  bool IsDimension(const TableReader::Column& column) const override {
    return !column.ignored && !Contains(kOwnColumns, column.name);
  }

  void Read(const std::vector<std::string>& fields, FileRow& row) override {
    row.row.mask = mask_;
    const std::vector<TableReader::Column>& columns = table_.columns();
    for (size_t at = 0; at < columns.size(); ++at) {
      if (columns[at].ignored) continue;
      const std::string& column = columns[at].name;
      if (column == "value") {
        if (Trimmed(fields[at]).empty()) continue;
        const std::optional<double> value = TakeValue(column, fields[at], row);
        if (value.has_value()) row.row.observation.set_value(*value);
      } else if (std::optional<std::string> fault = Take(column, fields[at], row.row.observation)) {
        row.refused.push_back({row.line, column, *std::move(fault)});
      }
    }
  }

  // Reads a field other than the value; what is wrong with it, else nothing.
  std::optional<std::string> Take(const std::string& column, const std::string& field,
                                  v1::Observation& observation) const {
    const std::string_view trimmed = Trimmed(field);
    if (column == "indicator") {
      if (trimmed.empty()) return Got(field, "the id of an indicator");
      observation.set_indicator(std::string(trimmed));
    } else if (column == "period") {
      if (trimmed.empty()) return Got(field, "a period, like 2021-Q3");
      observation.set_period(std::string(trimmed));
    } else if (column == "status") {
      const std::optional<v1::ObservationStatus> status = ReadStatusLetter(trimmed);
      if (!status.has_value()) return Got(field, kStatusLetters);
      observation.set_status(*status);
    } else if (column == "comment") {
      observation.set_comment(TextOf(field));
    } else if (column == "retract") {
      if (!trimmed.empty() && trimmed != "yes") {
        return Got(field, "yes, which takes the cell back, or nothing");
      }
      observation.set_retract(trimmed == "yes");
    } else if (!trimmed.empty()) {
      (*observation.mutable_dimensions())[column] = TextOf(std::string(trimmed));
    }
    return std::nullopt;
  }

  RowMask mask_ = kWholeCell;
};

absl::Status RequireOwnColumns(const TableReader& table) {
  std::vector<std::string_view> required = {"indicator", "period"};
  if (table.Find("status") < 0 && table.Find("comment") < 0 && table.Find("retract") < 0) {
    required.push_back("value");
  }
  return table.Require(required,
                       "indicator, period, value, and where needed status, comment, retract and "
                       "one column for each dimension; or SDMX-CSV 2.0, which begins with "
                       "STRUCTURE,STRUCTURE_ID");
}

}  // namespace

absl::StatusOr<bool> ObservationReader::Next(FileRow& row) {
  TableReader::Row fields;
  ATHENA_ASSIGN_OR_RETURN(const bool more, table_.Next(fields));
  if (!more) return false;
  row = FileRow();
  row.line = row.row.line = fields.line;
  row.last_line = fields.last_line;
  if (fields.fault.has_value()) {
    row.refused.push_back(*std::move(fields.fault));
  } else {
    Read(fields.fields, row);
  }
  return true;
}

std::vector<std::string> ObservationReader::dimensions() const {
  std::vector<std::string> names;
  for (const TableReader::Column& column : table_.columns()) {
    if (IsDimension(column)) names.push_back(column.name);
  }
  return names;
}

void ObservationReader::NameDimensions(const std::vector<std::string>& ids) {
  for (TableReader::Column& column : table_.columns()) {
    if (IsDimension(column)) column.name = IdOfDimension(ids, column.name);
  }
}

std::optional<double> ObservationReader::TakeValue(std::string_view column, std::string_view text,
                                                   FileRow& row) const {
  std::string plain;
  const std::optional<double> number = ReadNumberIn(table_.dialect(), text, &plain);
  if (!number.has_value()) {
    row.refused.push_back(
        {row.line, std::string(column), Got(text, WantedNumber(table_.dialect(), text))});
  } else if (!KeepsPrecision(plain, *number)) {
    row.imprecise.push_back({row.line, std::string(column),
                             absl::StrCat("got ", Printable(text), ", of which ", Shortest(*number),
                                          " is kept: it has more digits than a double")});
  }
  return number;
}

std::string ObservationReader::TextOf(const std::string& field) const {
  return table_.dialect().spreadsheet ? Unguarded(field) : field;
}

absl::StatusOr<std::unique_ptr<ObservationReader>> OpenObservations(TextSource& source,
                                                                    const Dialect& dialect) {
  ATHENA_ASSIGN_OR_RETURN(TableReader table, TableReader::Open(source, dialect));
  if (IsSdmxCsv(table)) return OpenSdmxCsv(std::move(table));
  table.NameKnown(kOwnColumns);
  ATHENA_RETURN_IF_ERROR(RequireOwnColumns(table));
  return std::make_unique<OwnReader>(std::move(table));
}

absl::StatusOr<ObservationFile> ReadAllRows(ObservationReader& reader) {
  ObservationFile file;
  FileRow row;
  for (;;) {
    ATHENA_ASSIGN_OR_RETURN(const bool more, reader.Next(row));
    if (!more) return file;
    file.imprecise.insert(file.imprecise.end(), row.imprecise.begin(), row.imprecise.end());
    if (!row.refused.empty()) {
      file.refused.insert(file.refused.end(), row.refused.begin(), row.refused.end());
    } else if (row.deletion.has_value()) {
      file.deletions.push_back(*std::move(row.deletion));
    } else {
      file.rows.push_back(std::move(row.row));
    }
  }
}

std::string CellKey(const v1::Observation& observation) {
  const std::map<std::string_view, std::string_view> codes(observation.dimensions().begin(),
                                                           observation.dimensions().end());
  // Each part is preceded by its length.
  std::string key;
  const auto append = [&](std::string_view part) {
    absl::StrAppend(&key, part.size(), ":", View(part));
  };
  append(observation.indicator());
  append(observation.period());
  for (const auto& [dimension, code] : codes) {
    append(dimension);
    append(code);
  }
  return key;
}

std::optional<v1::ObservationStatus> ReadStatusLetter(std::string_view letter) {
  for (const Letter& known : kLetters) {
    if (known.letter == letter) return known.status;
  }
  return std::nullopt;
}

std::string_view StatusLetter(v1::ObservationStatus status) {
  for (const Letter& known : kLetters) {
    if (known.status == status) return known.letter;
  }
  return "?";
}

}  // namespace athena::athenactl
