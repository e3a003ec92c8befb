#include "services/athenactl/commands/resources/import_sheets.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "athena/plan/v1/institution.pb.h"
#include "libs/status/macros.h"
#include "libs/status/status.h"
#include "services/athenactl/files/text/dialect.h"
#include "services/athenactl/files/text/row_report.h"
#include "services/athenactl/sending/applying.h"
#include "services/athenactl/sending/importing.h"
#include "services/athenactl/sending/time_zones.h"
#include "services/athenactl/sheets/files/csv_sheets.h"
#include "services/athenactl/sheets/files/xlsx.h"
#include "services/athenactl/sheets/from_sheets.h"
#include "services/athenactl/sheets/layout.h"
#include "services/athenactl/terminal/explain.h"
#include "services/athenactl/terminal/text.h"
#include "services/athenactl/views/refusals.h"

namespace athena::athenactl {
namespace {

absl::StatusOr<CsvSheets> ReadSheets(const std::string& path, const Kind& kind,
                                     const Dialect& dialect) {
  if (!absl::EndsWith(Folded(path), ".xlsx")) {
    std::vector<std::string> names;
    for (const SheetLayout& sheet : LayoutOf(kind)) names.push_back(sheet.name);
    return ReadCsvSheets(path, dialect, names);
  }
  CsvSheets sheets;
  ATHENA_ASSIGN_OR_RETURN(sheets.workbook, ReadXlsx(path));
  sheets.faults.resize(sheets.workbook.sheets.size());
  return sheets;
}

// Says which rows of how many are refused, and that nothing was imported.
ExitCode Refuse(const CsvSheets& sheets, const std::vector<RowFaults>& faults, Console& console) {
  int64_t rows = 0;
  int64_t all = 0;
  for (size_t at = 0; at < faults.size(); ++at) {
    const Sheet& sheet = sheets.workbook.sheets[at];
    all += static_cast<int64_t>(sheet.rows.size()) + sheets.faults[at].rows();
    rows += faults[at].rows();
    if (!faults[at].empty()) {
      PrintRefusals(sheet.source, faults[at].ByLine(), console.err, faults[at].faults());
    }
  }
  console.err << "athenactl: nothing was imported: " << Counted(rows, "row", "rows") << " of "
              << Grouped(all) << " refused\n";
  return ExitCode::kRowsRefused;
}

// The faults that a service found, at the cells that they are about; what is about no cell stays in
// the error.
std::optional<ExitCode> RefuseByService(const Kind& kind, const CsvSheets& sheets,
                                        const std::vector<const SheetResource*>& resources,
                                        const absl::Status& refusal, Console& console) {
  std::vector<RowFaults> faults(sheets.workbook.sheets.size());
  int64_t shown = 0;
  for (const auto& [field, description] : FieldFaultsOf(refusal)) {
    std::string_view path = field;
    size_t index = 0;
    constexpr std::string_view kRequests = "requests[";
    if (path.substr(0, kRequests.size()) == kRequests) {
      const size_t end = path.find(']');
      const std::optional<int64_t> number =
          WholeNumber(path.substr(kRequests.size(), end - kRequests.size()));
      if (end == std::string_view::npos || !number.has_value()) return std::nullopt;
      index = static_cast<size_t>(*number);
      path.remove_prefix(std::min(end + 2, path.size()));
    } else if (resources.size() > 1) {
      return std::nullopt;
    }
    if (index >= resources.size()) return std::nullopt;
    const std::string singular = SnakeCase(kind.message->name()) + ".";
    if (path.substr(0, singular.size()) == singular) path.remove_prefix(singular.size());
    const SheetPlace place = PlaceOfField(kind, sheets.workbook, *resources[index], path);
    faults[place.sheet].Add({place.line, place.column, description});
    ++shown;
  }
  if (shown == 0) return std::nullopt;
  const ExitCode code = Refuse(sheets, faults, console);
  const std::optional<int64_t> all = WholeNumber(status::MetadataValue(refusal, "faults"));
  if (all.has_value() && *all > shown) {
    console.err << "athenactl: and " << Grouped(*all - shown) << " more faults\n";
  }
  return code;
}

std::string Value(const std::string& text) {
  constexpr int kMostColumns = 80;
  return text.empty() ? "nothing" : absl::StrCat("\"", Cut(Printable(text), kMostColumns), "\"");
}

void ReportChanges(const Kind& kind, const std::string& path,
                   const std::vector<SheetResource>& resources, Console& console) {
  int64_t created = 0;
  int64_t changed = 0;
  for (const SheetResource& resource : resources) {
    if (resource.present == nullptr) {
      console.out << "  " << Printable(resource.name) << ": new, row " << resource.line << "\n";
      ++created;
    } else if (!resource.fields.empty()) {
      for (const SheetChange& change : resource.changes) {
        console.out << "  " << Printable(resource.name) << ": " << change.sheet << " row "
                    << change.line << ", " << change.column << ": from " << Value(change.from)
                    << " to " << Value(change.to) << "\n";
      }
      ++changed;
    }
  }
  const auto all = static_cast<int64_t>(resources.size());
  console.out << Printable(path) << ": " << Counted(all, kind.singular, kind.plural) << ": "
              << Grouped(created) << " new, " << Grouped(changed) << " changed, "
              << Grouped(all - created - changed) << " unchanged\n";
}

// Sets the time zones of institutions that are new or change theirs at the indicator service.
absl::Status ApplyTimeZones(const Context& context, const Kind& kind,
                            const std::vector<const SheetResource*>& resources,
                            const ApplyOptions& apply) {
  if (kind.message != athena::plan::v1::Institution::descriptor()) return absl::OkStatus();
  ImportOptions options;
  options.reason = apply.reason;
  options.dry_run = apply.dry_run;
  options.update = true;
  ImportResult result;
  for (const SheetResource* resource : resources) {
    if (resource->present != nullptr && !Contains(resource->fields, "time_zone")) continue;
    ATHENA_RETURN_IF_ERROR(SetIndicatorTimeZone(context.connections, resource->name,
                                                GetText(*resource->message, "time_zone"), options,
                                                &result));
  }
  for (const std::string& change : result.changes) {
    context.console.out << "  " << Printable(change) << "\n";
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<ExitCode> ImportSheets(Context& context, const Arguments& arguments,
                                      const Kind& kind, const std::string& path,
                                      const std::string& reason) {
  CellFormat format;
  ATHENA_ASSIGN_OR_RETURN(format.dialect, ReadDialect(arguments));
  ATHENA_ASSIGN_OR_RETURN(const CsvSheets sheets, ReadSheets(path, kind, format.dialect));
  const Workbook& workbook = sheets.workbook;
  format.day_zero = workbook.day_zero;
  if (absl::EndsWith(Folded(path), ".xlsx")) format.dialect.decimal = '.';
  ATHENA_ASSIGN_OR_RETURN(
      const PresentResources present,
      PresentResources::List(context.connections, kind, NamesIn(workbook, kind)));
  SheetResources read =
      FromSheets(kind, workbook, format, arguments.Has("update") ? Overwrite::kYes : Overwrite::kNo,
                 [&](const std::string& name) { return present.Find(name); });
  for (size_t at = 0; at < read.faults.size(); ++at) read.faults[at].Add(sheets.faults[at]);
  if (read.HasFaults()) return Refuse(sheets, read.faults, context.console);
  std::vector<const SheetResource*> applied;
  for (const SheetResource& resource : read.resources) {
    if (resource.present == nullptr || !resource.fields.empty()) applied.push_back(&resource);
  }
  ApplyOptions options;
  options.reason = reason;
  options.dry_run = arguments.Has("dry-run");
  if (!applied.empty()) {
    const absl::Status done = ApplyResources(context.connections, kind, applied, options);
    if (!done.ok() && !IsMisuse(done)) {
      const std::optional<ExitCode> refused =
          RefuseByService(kind, sheets, applied, done, context.console);
      if (refused.has_value()) return *refused;
    }
    std::vector<std::string> names;
    for (const SheetResource* resource : applied) names.push_back(resource->name);
    ATHENA_RETURN_IF_ERROR(IsMisuse(done) ? done : At(path, done, names));
  }
  ReportChanges(kind, path, read.resources, context.console);
  ATHENA_RETURN_IF_ERROR(ApplyTimeZones(context, kind, applied, options));
  if (options.dry_run) context.console.out << "  nothing was changed (--dry-run)\n";
  return ExitCode::kDone;
}

}  // namespace athena::athenactl
