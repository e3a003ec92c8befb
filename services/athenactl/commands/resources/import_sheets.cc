#include "services/athenactl/commands/resources/import_sheets.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
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

// A text with "requests[3].risk.code" as the cell that it is about.
std::string WithCells(const Kind& kind, const CsvSheets& sheets,
                      const std::vector<const SheetResource*>& resources, std::string_view text) {
  constexpr std::string_view kRequests = "requests[";
  std::string named;
  for (size_t at = text.find(kRequests); at != std::string_view::npos; at = text.find(kRequests)) {
    const size_t bracket = text.find(']', at);
    const std::optional<int64_t> index =
        bracket == std::string_view::npos
            ? std::nullopt
            : WholeNumber(text.substr(at + kRequests.size(), bracket - at - kRequests.size()));
    if (!index.has_value() || static_cast<size_t>(*index) >= resources.size()) break;
    const std::string prefix = absl::StrCat(".", SnakeCase(kind.message->name()), ".");
    size_t end = std::min(text.find(' ', bracket), text.size());
    std::string_view field = text.substr(bracket + 1, end - bracket - 1);
    if (field.substr(0, prefix.size()) == prefix) field.remove_prefix(prefix.size());
    const SheetPlace place = PlaceOfField(kind, sheets.workbook, *resources[*index], field);
    absl::StrAppend(&named, std::string(text.substr(0, at)), place.column, " in row ", place.line);
    if (place.sheet > 0) absl::StrAppend(&named, " of ", sheets.workbook.sheets[place.sheet].name);
    text.remove_prefix(end);
  }
  return named + std::string(text);
}

// The faults that a service found, at the cells that they are about. An error that is about no cell
// is not among them: nullopt.
std::optional<ExitCode> RefuseByService(const Kind& kind, const CsvSheets& sheets,
                                        const std::vector<const SheetResource*>& resources,
                                        const std::vector<ApplyRefusal>& refusals,
                                        Console& console) {
  std::vector<RowFaults> faults(sheets.workbook.sheets.size());
  int64_t left_out = 0;
  for (const ApplyRefusal& refusal : refusals) {
    const std::vector<FieldFault> fields = FieldFaultsOf(refusal.status);
    if (fields.empty()) return std::nullopt;
    for (const auto& [field, description] : fields) {
      std::string_view path = field;
      size_t index = refusal.resource.value_or(resources.size());
      constexpr std::string_view kRequests = "requests[";
      if (path.substr(0, kRequests.size()) == kRequests) {
        const size_t end = path.find(']');
        const std::optional<int64_t> number =
            WholeNumber(path.substr(kRequests.size(), end - kRequests.size()));
        if (end == std::string_view::npos || !number.has_value()) return std::nullopt;
        index = static_cast<size_t>(*number);
        path.remove_prefix(std::min(end + 2, path.size()));
      }
      if (index >= resources.size()) return std::nullopt;
      const std::string singular = SnakeCase(kind.message->name()) + ".";
      if (path.substr(0, singular.size()) == singular) path.remove_prefix(singular.size());
      const SheetPlace place = PlaceOfField(kind, sheets.workbook, *resources[index], path);
      faults[place.sheet].Add(
          {place.line, place.column, WithCells(kind, sheets, resources, description)});
    }
    const std::optional<int64_t> all = WholeNumber(status::MetadataValue(refusal.status, "faults"));
    if (all.has_value()) {
      left_out += std::max<int64_t>(*all - static_cast<int64_t>(fields.size()), 0);
    }
  }
  const ExitCode code = Refuse(sheets, faults, console);
  if (left_out > 0) {
    console.err << "athenactl: and " << Grouped(left_out) << " more faults\n";
  }
  return code;
}

std::string Value(const std::string& text) {
  constexpr int kMostColumns = 80;
  return text.empty() ? "nothing" : absl::StrCat("\"", Cut(Printable(text), kMostColumns), "\"");
}

// What a new resource has: ": code 1.1, title.nl Fietsen, 2 milestones".
std::string ValuesOf(const SheetResource& resource, const std::string& sheet_of_all) {
  constexpr int kMostColumns = 200;
  std::vector<std::string> values;
  std::map<std::string, std::set<int64_t>> items;  // rows, by sheet
  for (const SheetChange& change : resource.changes) {
    if (change.sheet == sheet_of_all) {
      values.push_back(absl::StrCat(change.column, " ", Printable(change.to)));
    } else {
      items[change.sheet].insert(change.line);
    }
  }
  for (const auto& [sheet, rows] : items) {
    values.push_back(absl::StrCat(Grouped(static_cast<int64_t>(rows.size())), " ", sheet));
  }
  return values.empty() ? "" : absl::StrCat(": ", Cut(absl::StrJoin(values, ", "), kMostColumns));
}

void ReportChanges(const Kind& kind, const std::string& path,
                   const std::vector<SheetResource>& resources, Console& console) {
  int64_t created = 0;
  int64_t changed = 0;
  for (const SheetResource& resource : resources) {
    if (resource.present == nullptr) {
      console.out << "  " << Printable(resource.name) << ": new, row " << resource.line
                  << ValuesOf(resource, LayoutOf(kind).front().name) << "\n";
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
  ATHENA_ASSIGN_OR_RETURN(options.decision, ReadDecision(arguments, kind, kind.batch_update));
  if (!applied.empty()) {
    ATHENA_ASSIGN_OR_RETURN(const std::vector<ApplyRefusal> refusals,
                            ApplyResources(context.connections, kind, applied, options));
    if (!refusals.empty()) {
      const std::optional<ExitCode> refused =
          RefuseByService(kind, sheets, applied, refusals, context.console);
      if (refused.has_value()) return *refused;
      std::vector<std::string> names;
      for (const SheetResource* resource : applied) names.push_back(resource->name);
      const ApplyRefusal& first = refusals.front();
      const std::string row =
          first.resource.has_value() ? absl::StrCat(":", applied[*first.resource]->line) : "";
      return At(path + row, first.status, names);
    }
  }
  ReportChanges(kind, path, read.resources, context.console);
  ATHENA_RETURN_IF_ERROR(ApplyTimeZones(context, kind, applied, options));
  if (options.dry_run) context.console.out << "  nothing was changed (--dry-run)\n";
  return ExitCode::kDone;
}

}  // namespace athena::athenactl
