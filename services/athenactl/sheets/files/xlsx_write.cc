#include <xlsxwriter.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <optional>
#include <ostream>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/locale/plain_printf.h"
#include "libs/status/macros.h"
#include "services/athenactl/files/files.h"
#include "services/athenactl/sheets/files/xlsx.h"
#include "services/athenactl/terminal/text.h"

namespace athena::athenactl {
namespace {

// A folder for the files that libxlsxwriter makes; removed at the end.
class WorkFolder {
 public:
  WorkFolder() {
    std::error_code fault;
    std::string name = (std::filesystem::temp_directory_path(fault) / "athenactl.XXXXXX").string();
    if (!fault && mkdtemp(name.data()) != nullptr) path_ = std::move(name);
  }
  ~WorkFolder() {
    std::error_code ignored;
    if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
  }
  WorkFolder(const WorkFolder&) = delete;
  WorkFolder& operator=(const WorkFolder&) = delete;

  const std::string& path() const { return path_; }  // empty: there is none

 private:
  std::string path_;
};

// The number of a cell, when libxlsxwriter's 16 digits keep all of it.
std::optional<double> NumberOf(const Cell& cell) {
  if (cell.kind != Cell::Kind::kNumber) return std::nullopt;
  const std::optional<double> number = ReadNumber(cell.text);
  if (!number.has_value() || Shortest(*number) != cell.text) return std::nullopt;
  std::array<char, 40> digits;
  std::snprintf(digits.data(), digits.size(), "%.16G", *number);
  return ReadNumber(digits.data()) == number ? number : std::nullopt;
}

// A text as XLSX stores it: what looks like "_x000D_", its escape of a character, is escaped
// itself.
std::string Escaped(const std::string& text) {
  std::string escaped;
  for (size_t at = 0; at < text.size(); ++at) {
    if (text.compare(at, 2, "_x") == 0 && at + 6 < text.size() && text[at + 6] == '_') {
      escaped += "_x005F";
    }
    escaped += text[at];
  }
  return escaped;
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
      const lxw_error fault =
          number.has_value()
              ? worksheet_write_number(out, line, at, *number, nullptr)
              : worksheet_write_string(out, line, at, Escaped(cell.text).c_str(), formats.text);
      if (fault == LXW_ERROR_MAX_STRING_LENGTH_EXCEEDED) {
        return absl::InvalidArgumentError(
            absl::StrCat(PlaceOfCell(sheet, row + 1, column), ": got a text of more than ",
                         kMostCharactersOfCell, " characters, which no XLSX has; CSV has it"));
      }
      if (fault != LXW_NO_ERROR) {
        return absl::UnknownError(absl::StrCat(PlaceOfCell(sheet, row + 1, column),
                                               " cannot be written: ", lxw_strerror(fault)));
      }
    }
  }
  return absl::OkStatus();
}

absl::Status WriteWorkbook(const Workbook& workbook, const std::string& folder,
                           const std::string& path) {
  std::string temporary = folder;
  lxw_workbook_options options = {};
  options.tmpdir = temporary.data();
  lxw_workbook* out = workbook_new_opt(path.c_str(), &options);
  if (out == nullptr) return absl::UnknownError("the workbook cannot be written: no memory");
  Formats formats = {workbook_add_format(out), workbook_add_format(out)};
  format_set_bold(formats.header);
  format_set_num_format(formats.text, "@");
  absl::Status fault = absl::OkStatus();
  for (const Sheet& sheet : workbook.sheets) {
    if (fault.ok()) fault = WriteSheet(sheet, formats, out);
  }
  const lxw_error closed = workbook_close(out);
  if (fault.ok() && closed != LXW_NO_ERROR) {
    fault =
        absl::UnknownError(absl::StrCat("the workbook cannot be written: ", lxw_strerror(closed)));
  }
  return fault;
}

}  // namespace

absl::Status WriteXlsx(const Workbook& workbook, const std::string& path) {
  const PlainPrintf plain;  // libxlsxwriter prints numbers by it
  const WorkFolder folder;
  if (folder.path().empty()) {
    return absl::UnknownError("no temporary folder can be made: is the disk full?");
  }
  const std::string made = folder.path() + "/workbook.xlsx";
  const absl::Status fault = WriteWorkbook(workbook, folder.path(), made);
  if (!fault.ok()) {
    return absl::Status(fault.code(), absl::StrCat(path, ": ", fault.message()));
  }
  return WriteFile(path, [&](std::ostream& out) -> absl::Status {
    std::ifstream file(made, std::ios::binary);
    out << file.rdbuf();
    if (!file || !out) return absl::UnknownError(absl::StrCat(path, " cannot be written whole"));
    return absl::OkStatus();
  });
}

}  // namespace athena::athenactl
