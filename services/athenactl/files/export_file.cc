#include "services/athenactl/files/export_file.h"

#include <google/protobuf/util/json_util.h>

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "services/athenactl/files/observation_file.h"
#include "services/athenactl/files/sdmx_csv.h"
#include "services/athenactl/files/text/csv.h"
#include "services/athenactl/terminal/text.h"

namespace athena::athenactl {
namespace {

namespace v1 = athena::indicator::v1;

std::vector<std::string> Columns(const ExportLayout& layout) {
  const bool sdmx = layout.format == ExportFormat::kSdmxCsv;
  std::vector<std::string> columns;
  if (sdmx) {
    columns = SdmxColumns(layout.dimensions);
  } else {
    columns = {"indicator", "period"};
    columns.insert(columns.end(), layout.dimensions.begin(), layout.dimensions.end());
    columns.insert(columns.end(), {"value", "status", "comment"});
  }
  if (!layout.history) return columns;
  if (!sdmx) columns.emplace_back("retract");
  columns.emplace_back(sdmx ? "REVISION" : "revision");
  columns.emplace_back(sdmx ? "UPDATED" : "updated");
  return columns;
}

std::string JsonLine(const std::string& indicator, v1::ObservationRecord record) {
  record.mutable_observation()->set_indicator(indicator);
  std::string json;
  const auto written = google::protobuf::util::MessageToJsonString(record, &json);
  return written.ok() ? json + "\n" : "";
}

}  // namespace

absl::Status CheckLayout(const ExportLayout& layout) {
  if (layout.format == ExportFormat::kJson) return absl::OkStatus();
  const std::vector<std::string> columns = Columns(layout);
  for (const std::string& dimension : layout.dimensions) {
    // A column that is not there now may be there when the file is read.
    const bool reserved = layout.format == ExportFormat::kSdmxCsv ? IsReservedSdmxColumn(dimension)
                                                                  : dimension == "retract";
    if (reserved || std::count(columns.begin(), columns.end(), dimension) > 1) {
      return absl::FailedPreconditionError(
          absl::StrCat("the dimension ", dimension, " has the name of another column; export ",
                       layout.format == ExportFormat::kCsv ? "--format sdmx-csv" : "--format csv",
                       " instead, or leave the indicator out"));
    }
  }
  return absl::OkStatus();
}

std::string ExportHeader(const ExportLayout& layout) {
  return layout.format == ExportFormat::kJson ? "" : CsvLine(Columns(layout));
}

std::string ExportLine(const ExportLayout& layout, const std::string& indicator,
                       const v1::ObservationRecord& record) {
  if (layout.format == ExportFormat::kJson) return JsonLine(indicator, record);
  const v1::Observation& cell = record.observation();
  const bool sdmx = layout.format == ExportFormat::kSdmxCsv;
  const auto text = [&](const std::string& said) {
    return layout.spreadsheet ? Guarded(said) : said;
  };
  std::vector<std::string> codes;
  for (const std::string& dimension : layout.dimensions) {
    const auto code = cell.dimensions().find(dimension);
    codes.push_back(code == cell.dimensions().end() ? "" : text(code->second));
  }
  const std::string value = cell.has_value() ? Shortest(cell.value()) : "";
  const std::string status(StatusLetter(cell.status()));
  std::vector<std::string> fields;
  if (sdmx) {
    fields = SdmxFields({SdmxStructureId(layout.institution, indicator), cell.retract() ? "D" : "I",
                         codes, cell.period(), value, status, text(cell.comment())});
  } else {
    fields = {indicator, cell.period()};
    fields.insert(fields.end(), codes.begin(), codes.end());
    fields.insert(fields.end(), {value, status, text(cell.comment())});
  }
  if (layout.history) {
    if (!sdmx) fields.emplace_back(cell.retract() ? "yes" : "");
    fields.push_back(absl::StrCat(record.revision()));
    fields.push_back(absl::FormatTime(
        "%Y-%m-%dT%H:%M:%E*SZ",
        absl::FromUnixSeconds(record.time().seconds()) + absl::Nanoseconds(record.time().nanos()),
        absl::UTCTimeZone()));
  }
  return CsvLine(fields);
}

}  // namespace athena::athenactl
