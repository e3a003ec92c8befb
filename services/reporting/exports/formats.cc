#include "services/reporting/exports/formats.h"

#include <utility>
#include <vector>

#include "libs/canonical/canonical.h"
#include "libs/csv/csv.h"
#include "services/reporting/exports/data_tables.h"
#include "services/reporting/exports/page/page.h"
#include "services/reporting/exports/stratml_report.h"
#include "services/reporting/exports/workbook.h"

namespace athena::reporting {
namespace {

absl::StatusOr<std::string> WriteJson(const Exported& exported, bool /*guard*/) {
  return CanonicalJson(exported.card) + "\n";
}

absl::StatusOr<std::string> WriteCsv(const Exported& exported, bool guard) {
  const DataTable table = AllRows(exported);
  std::string file;
  if (guard) file = kCsvByteOrderMark;
  file += CsvLine({table.columns.begin(), table.columns.end()}, kCsvLineEnd);
  std::vector<std::string> fields;
  for (const std::vector<DataCell>& row : table.rows) {
    fields.clear();
    for (const DataCell& cell : row) {
      fields.push_back(guard ? Guarded(cell.text) : cell.text);  // which leaves numbers alone
    }
    file += CsvLine(fields, kCsvLineEnd);
  }
  return file;
}

absl::StatusOr<std::string> WriteHtml(const Exported& exported, bool /*guard*/) {
  return WritePage(exported);
}

absl::StatusOr<std::string> WriteXlsx(const Exported& exported, bool /*guard*/) {
  return WriteWorkbook(exported);
}

absl::StatusOr<std::string> WriteStratml(const Exported& exported, bool /*guard*/) {
  return WriteReport(exported);
}

constexpr Format kFormats[] = {
    {v1::EXPORT_FORMAT_JSON, "json", "application/json", false, WriteJson},
    {v1::EXPORT_FORMAT_CSV, "csv", "text/csv; charset=utf-8; header=present", false, WriteCsv},
    {v1::EXPORT_FORMAT_XLSX, "xlsx",
     "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", true, WriteXlsx},
    {v1::EXPORT_FORMAT_HTML, "html", "text/html; charset=utf-8", true, WriteHtml},
    {v1::EXPORT_FORMAT_STRATML, "xml", "application/xml", false, WriteStratml},
};

}  // namespace

const Format& FormatOf(v1::ExportFormat format) {
  for (const Format& known : kFormats) {
    if (known.format == format) return known;
  }
  return kFormats[0];
}

}  // namespace athena::reporting
