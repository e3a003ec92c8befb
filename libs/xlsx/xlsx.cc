#include "libs/xlsx/xlsx.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"

namespace athena::xlsx {
namespace {

// What looks like "_x000D_", XLSX's escape of a character, is escaped itself.
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

std::optional<double> ReadNumber(const std::string& text) {
  double number = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, fault] = std::from_chars(text.data(), end, number);
  if (fault != std::errc() || stop != end || !std::isfinite(number)) return std::nullopt;
  return number;
}

}  // namespace

absl::StatusOr<std::unique_ptr<WorkbookFile>> WorkbookFile::Make() {
  std::error_code fault;
  std::string folder =
      (std::filesystem::temp_directory_path(fault) / "athena-xlsx.XXXXXX").string();
  if (fault || mkdtemp(folder.data()) == nullptr) {
    return absl::UnknownError("no temporary folder can be made: is the disk full?");
  }
  std::unique_ptr<WorkbookFile> file(new WorkbookFile(std::move(folder)));
  lxw_workbook_options options = {};
  options.tmpdir = file->folder_.data();
  file->workbook_ = workbook_new_opt((file->folder_ + "/workbook.xlsx").c_str(), &options);
  if (file->workbook_ == nullptr) {
    return absl::UnknownError("the workbook cannot be written: no memory");
  }
  return file;
}

WorkbookFile::~WorkbookFile() {
  if (workbook_ != nullptr) lxw_workbook_free(workbook_);
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

absl::StatusOr<std::string> WorkbookFile::Finish() {
  const lxw_error closed = workbook_close(std::exchange(workbook_, nullptr));
  if (closed != LXW_NO_ERROR) {
    return absl::UnknownError(
        absl::StrCat("the workbook cannot be written: ", lxw_strerror(closed)));
  }
  std::ifstream file(folder_ + "/workbook.xlsx", std::ios::binary);
  std::string bytes((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  if (!file) return absl::UnknownError("the workbook cannot be read back");
  return bytes;
}

std::optional<double> ExactNumber(const std::string& decimal) {
  const std::optional<double> number = ReadNumber(decimal);
  if (!number.has_value()) return std::nullopt;
  std::array<char, 512> shortest;
  const auto [end, fault] = std::to_chars(shortest.data(), shortest.data() + shortest.size(),
                                          *number, std::chars_format::fixed);
  if (fault != std::errc() || std::string(shortest.data(), end) != decimal) return std::nullopt;
  // As libxlsxwriter writes it.
  const PlainPrintf plain;
  std::array<char, 40> digits;
  std::snprintf(digits.data(), digits.size(), "%.16G", *number);
  return ReadNumber(digits.data()) == number ? number : std::nullopt;
}

absl::Status PutText(lxw_worksheet* sheet, size_t row, size_t column, const std::string& text,
                     lxw_format* format) {
  const lxw_error fault =
      worksheet_write_string(sheet, static_cast<lxw_row_t>(row), static_cast<lxw_col_t>(column),
                             Escaped(text).c_str(), format);
  if (fault == LXW_ERROR_MAX_STRING_LENGTH_EXCEEDED) {
    return absl::OutOfRangeError(absl::StrCat("got a text of more than ", kMostCharactersOfCell,
                                              " characters, which no XLSX has"));
  }
  if (fault != LXW_NO_ERROR) return absl::UnknownError(lxw_strerror(fault));
  return absl::OkStatus();
}

}  // namespace athena::xlsx
