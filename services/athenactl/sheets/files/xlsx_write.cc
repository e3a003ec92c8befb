#include <memory>
#include <optional>
#include <ostream>

#include "absl/strings/str_cat.h"
#include "libs/status/macros.h"
#include "libs/xlsx/xlsx.h"
#include "services/athenactl/files/files.h"
#include "services/athenactl/sheets/files/xlsx.h"

namespace athena::athenactl {
namespace {

static_assert(kMostRowsOfSheet == xlsx::kMostRowsOfSheet);
static_assert(kMostCharactersOfCell == xlsx::kMostCharactersOfCell);

// The number of a cell, when a spreadsheet keeps all of it.
std::optional<double> NumberOf(const Cell& cell) {
  return cell.kind == Cell::Kind::kNumber ? xlsx::ExactNumber(cell.text) : std::nullopt;
}

std::string PlaceOfCell(const Sheet& sheet, size_t row, size_t column) {
  return absl::StrCat("sheet ", sheet.name, ", row ", row + 1, ", ", sheet.columns[column]);
}

struct Formats {
  lxw_format* header;
  lxw_format* text;  // what is typed into it stays text
};

absl::Status WriteSheet(const Sheet& sheet, const Formats& formats, lxw_workbook* workbook) {
  lxw_worksheet* out = workbook_add_worksheet(workbook, sheet.name.c_str());
  if (out == nullptr)
    return absl::InternalError(absl::StrCat("no sheet can be named ", sheet.name));
  if (sheet.rows.size() >= kMostRowsOfSheet) {
    return absl::InvalidArgumentError(absl::StrCat("sheet ", sheet.name, ": got ",
                                                   sheet.rows.size(), " rows, want fewer than ",
                                                   kMostRowsOfSheet, "; CSV has no limit"));
  }
  constexpr double kColumnWidth = 18;
  for (size_t column = 0; column < sheet.columns.size(); ++column) {
    const auto at = static_cast<lxw_col_t>(column);
    const bool numbers =
        !sheet.rows.empty() && sheet.rows.front().cells[column].kind == Cell::Kind::kNumber;
    worksheet_set_column(out, at, at, kColumnWidth, numbers ? nullptr : formats.text);
    worksheet_write_string(out, 0, at, sheet.columns[column].c_str(), formats.header);
  }
  worksheet_freeze_panes(out, 1, 1);
  for (size_t row = 0; row < sheet.rows.size(); ++row) {
    for (size_t column = 0; column < sheet.columns.size(); ++column) {
      const Cell& cell = sheet.rows[row].cells[column];
      if (cell.text.empty()) continue;
      const auto line = static_cast<lxw_row_t>(row + 1);
      const auto at = static_cast<lxw_col_t>(column);
      const std::optional<double> number = NumberOf(cell);
      if (number.has_value()) {
        worksheet_write_number(out, line, at, *number, nullptr);
        continue;
      }
      const absl::Status fault = xlsx::PutText(out, line, at, cell.text, formats.text);
      if (absl::IsOutOfRange(fault)) {
        return absl::InvalidArgumentError(absl::StrCat(PlaceOfCell(sheet, row + 1, column), ": ",
                                                       fault.message(), "; CSV has it"));
      }
      if (!fault.ok()) {
        return absl::UnknownError(absl::StrCat(PlaceOfCell(sheet, row + 1, column),
                                               " cannot be written: ", fault.message()));
      }
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string> BytesOf(const Workbook& workbook) {
  ATHENA_ASSIGN_OR_RETURN(const std::unique_ptr<xlsx::WorkbookFile> file,
                          xlsx::WorkbookFile::Make());
  const Formats formats = {workbook_add_format(file->get()), workbook_add_format(file->get())};
  format_set_bold(formats.header);
  format_set_num_format(formats.text, "@");
  for (const Sheet& sheet : workbook.sheets) {
    ATHENA_RETURN_IF_ERROR(WriteSheet(sheet, formats, file->get()));
  }
  return file->Finish();
}

}  // namespace

absl::Status WriteXlsx(const Workbook& workbook, const std::string& path) {
  const absl::StatusOr<std::string> bytes = BytesOf(workbook);
  if (!bytes.ok()) {
    return absl::Status(bytes.status().code(), absl::StrCat(path, ": ", bytes.status().message()));
  }
  return WriteFile(path, [&](std::ostream& out) -> absl::Status {
    out << *bytes;
    if (!out) return absl::UnknownError(absl::StrCat(path, " cannot be written whole"));
    return absl::OkStatus();
  });
}

}  // namespace athena::athenactl
