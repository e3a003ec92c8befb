#ifndef ATHENA_LIBS_XLSX_XLSX_H_
#define ATHENA_LIBS_XLSX_XLSX_H_

#include <xlsxwriter.h>

#include <cstddef>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "libs/locale/plain_printf.h"

// Workbooks (ECMA-376), written by libxlsxwriter.
namespace athena::xlsx {

// Office Open XML's own limits.
inline constexpr size_t kMostRowsOfSheet = 1'048'576;
inline constexpr size_t kMostCharactersOfCell = 32'767;

// A workbook that is being written: sheets and cells are added to it by the functions of
// libxlsxwriter. It writes numbers with a point in any locale. Used by the thread that made it.
class WorkbookFile {
 public:
  // UNKNOWN when there is no room for its temporary files.
  static absl::StatusOr<std::unique_ptr<WorkbookFile>> Make();
  ~WorkbookFile();
  WorkbookFile(const WorkbookFile&) = delete;
  WorkbookFile& operator=(const WorkbookFile&) = delete;

  lxw_workbook* get() { return workbook_; }

  // The bytes of the file. Call it once; the workbook is gone then.
  absl::StatusOr<std::string> Finish();

 private:
  explicit WorkbookFile(std::string folder) : folder_(std::move(folder)) {}

  const PlainPrintf plain_;
  std::string folder_;
  lxw_workbook* workbook_ = nullptr;
};

// The number of a decimal in plain notation, when a spreadsheet keeps all of its digits.
std::optional<double> ExactNumber(const std::string& decimal);

// Writes a text that stays a text: nothing in it is run as a formula, or read as the escape of a
// character. OUT_OF_RANGE when it has more than kMostCharactersOfCell.
absl::Status PutText(lxw_worksheet* sheet, size_t row, size_t column, const std::string& text,
                     lxw_format* format);

}  // namespace athena::xlsx

#endif  // ATHENA_LIBS_XLSX_XLSX_H_
