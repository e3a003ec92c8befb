#include "services/athenactl/sheets/files/csv_sheets.h"

#include <filesystem>
#include <ostream>
#include <system_error>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "libs/status/macros.h"
#include "services/athenactl/files/files.h"
#include "services/athenactl/files/text/csv.h"
#include "services/athenactl/files/text/table_reader.h"
#include "services/athenactl/files/text/text_source.h"
#include "services/athenactl/terminal/explain.h"

namespace athena::athenactl {
namespace {

absl::Status WriteSheet(const Sheet& sheet, const std::string& path, bool spreadsheet) {
  return WriteFile(path, [&](std::ostream& out) -> absl::Status {
    out << CsvLine(sheet.columns);
    std::vector<std::string> fields;
    for (const SheetRow& row : sheet.rows) {
      fields.clear();
      for (const Cell& cell : row.cells) {
        const bool guard = spreadsheet && cell.kind == Cell::Kind::kText;
        fields.push_back(guard ? Guarded(cell.text) : cell.text);
      }
      out << CsvLine(fields);
    }
    if (!out) return absl::UnknownError(absl::StrCat(path, " cannot be written: disk full?"));
    return absl::OkStatus();
  });
}

absl::StatusOr<Sheet> ReadSheet(const std::string& path, const Dialect& dialect, size_t* cells,
                                RowFaults* faults) {
  ATHENA_ASSIGN_OR_RETURN(TextSource source, TextSource::Open(path));
  absl::StatusOr<TableReader> reader = TableReader::Open(source, dialect);
  if (!reader.ok()) return At(path, reader.status());
  Sheet sheet;
  sheet.source = path;
  sheet.header_line = reader->line();
  for (const TableReader::Column& column : reader->columns()) {
    if (!column.ignored) sheet.columns.push_back(column.name);
  }
  TableReader::Row row;
  for (;;) {
    const absl::StatusOr<bool> more = reader->Next(row);
    if (!more.ok()) return At(path, more.status());
    if (!*more) return sheet;
    if (row.fault.has_value()) {
      faults->Add(*row.fault);
      continue;
    }
    *cells += sheet.columns.size();
    if (*cells > kMostCells) {
      return absl::InvalidArgumentError(
          absl::StrCat(path, " and the files before it have more than ", kMostCells, " fields"));
    }
    SheetRow read;
    read.line = row.line;
    read.cells.reserve(sheet.columns.size());
    for (size_t at = 0; at < row.fields.size(); ++at) {
      if (reader->columns()[at].ignored) continue;
      read.cells.push_back(
          {dialect.spreadsheet ? Unguarded(row.fields[at]) : std::move(row.fields[at])});
    }
    sheet.rows.push_back(std::move(read));
  }
}

}  // namespace

std::string CsvPathOf(const std::string& path, const std::string& sheet) {
  constexpr std::string_view kEnding = ".csv";
  const bool ends = Folded(path).size() > kEnding.size() && absl::EndsWith(Folded(path), ".csv");
  return absl::StrCat(ends ? path.substr(0, path.size() - kEnding.size()) : path, ".", sheet,
                      ends ? path.substr(path.size() - kEnding.size()) : "");
}

absl::StatusOr<std::vector<std::string>> WriteCsvSheets(const Workbook& workbook,
                                                        const std::string& path, bool spreadsheet) {
  std::vector<std::string> written;
  for (const Sheet& sheet : workbook.sheets) {
    const std::string own = written.empty() ? path : CsvPathOf(path, sheet.name);
    ATHENA_RETURN_IF_ERROR(WriteSheet(sheet, own, spreadsheet));
    written.push_back(own);
  }
  return written;
}

absl::StatusOr<CsvSheets> ReadCsvSheets(const std::string& path, const Dialect& dialect,
                                        const std::vector<std::string>& names) {
  CsvSheets read;
  size_t cells = 0;
  Dialect each = dialect;
  for (const std::string& name : names) {
    const bool first = name == names.front();
    const std::string own = first ? path : CsvPathOf(path, name);
    std::error_code ignored;
    if (!first && !std::filesystem::exists(own, ignored)) continue;
    each.of_several = names.size() > 1;
    RowFaults faults;
    ATHENA_ASSIGN_OR_RETURN(Sheet sheet, ReadSheet(own, each, &cells, &faults));
    sheet.name = name;
    read.faults.push_back(std::move(faults));
    read.workbook.sheets.push_back(std::move(sheet));
  }
  return read;
}

}  // namespace athena::athenactl
