#include <google/protobuf/descriptor.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "athena/plan/v1/institution.pb.h"
#include "libs/status/macros.h"
#include "services/athenactl/commands/commands.h"
#include "services/athenactl/commands/resources/import_sheets.h"
#include "services/athenactl/files/files.h"
#include "services/athenactl/files/text/dialect.h"
#include "services/athenactl/resources/differences.h"
#include "services/athenactl/resources/kinds.h"
#include "services/athenactl/resources/resource_file.h"
#include "services/athenactl/sending/importing.h"
#include "services/athenactl/sending/time_zones.h"
#include "services/athenactl/terminal/explain.h"
#include "services/athenactl/terminal/text.h"
#include "services/athenactl/views/refusals.h"

namespace athena::athenactl {
namespace {

using google::protobuf::Message;

void ReportImport(const std::string& path, std::string_view singular, std::string_view plural,
                  const ImportResult& result, Console& console) {
  for (const std::string& change : result.changes) {
    console.out << "  " << Printable(change) << "\n";
  }
  const int64_t all = result.created + result.updated + result.unchanged + result.differing;
  console.out << Printable(path) << ": " << Counted(all, singular, plural) << ": "
              << Grouped(result.created) << " new, " << Grouped(result.updated) << " changed, "
              << Grouped(result.unchanged) << " unchanged";
  if (result.differing > 0) console.out << ", " << Grouped(result.differing) << " left as they are";
  console.out << "\n";
}

// Sets the time zones of the institutions of a file at the indicator service: of those that were
// created, and of those whose zone the file says.
absl::Status ImportTimeZones(const Connections& connections,
                             const std::vector<FileResource>& resources,
                             const std::vector<std::string>& created, const ImportOptions& options,
                             ImportResult* result) {
  for (const FileResource& resource : resources) {
    const std::string name = GetText(*resource.message, "name");
    const bool says = Contains(resource.fields, "time_zone");
    if (!says && !Contains(created, name)) continue;
    ATHENA_RETURN_IF_ERROR(SetIndicatorTimeZone(
        connections, name, says ? GetText(*resource.message, "time_zone") : "", options, result));
  }
  return absl::OkStatus();
}

// Whether a file is a workbook or CSV; all else is JSON.
bool IsSheets(const std::string& path, const Arguments& arguments) {
  return absl::EndsWith(Folded(path), ".csv") || absl::EndsWith(Folded(path), ".xlsx") ||
         arguments.Has("dialect");
}

std::vector<FlagSpec> ImportFlags() {
  std::vector<FlagSpec> flags = {
      {"update", "", "update what exists and differs; needs --reason"},
      {"reason", "TEXT", "why, for those who read the history"},
      {"decision", "NAME", "of elements: the decision that it carries out"},
      {"dry-run", "", "say what would change, change nothing"}};
  for (const FlagSpec& flag : DialectFlags()) flags.push_back(flag);
  return flags;
}

absl::StatusOr<ExitCode> Import(Context& context, const Arguments& arguments) {
  const std::string path = arguments.Operand(1);
  ATHENA_ASSIGN_OR_RETURN(const Kind* kind, FindKind(arguments.Operand(0)));
  ImportOptions options;
  options.update = arguments.Has("update");
  options.dry_run = arguments.Has("dry-run");
  if (options.update && !arguments.Has("reason")) {
    return Misused("--update needs --reason, which says why for those who read the history");
  }
  options.reason = arguments.Has("reason") ? arguments.Get("reason") : "athenactl import";
  if (IsSheets(path, arguments)) {
    return ImportSheets(context, arguments, *kind, path, options.reason);
  }
  if (arguments.Has("decision")) {
    return Misused("--decision is for FILE.xlsx and FILE.csv, which are one change");
  }
  ATHENA_ASSIGN_OR_RETURN(const std::string json, ReadFile(path));
  ATHENA_ASSIGN_OR_RETURN(ResourceList list, ReadResources(path, json, *NewMessage(kind->message),
                                                           kind->listed->json_name()));
  if (!list.faults.empty()) {
    PrintFaults(path, list.faults, context.console.err);
    context.console.err << "athenactl: nothing was imported: "
                        << Counted(list.faulty, kind->singular, kind->plural) << " of "
                        << Grouped(list.listed) << " refused\n";
    return ExitCode::kRowsRefused;
  }
  const std::vector<FileResource>& resources = list.resources;
  std::vector<const Message*> messages;
  for (const FileResource& resource : resources) messages.push_back(resource.message.get());
  options.differences = [&](size_t index, const Message& present) {
    return DifferencesIn(resources[index].fields, *resources[index].message, present);
  };
  ImportResult result;
  absl::Status fault = ImportResources(context.connections, *kind, messages, options, &result);
  ImportResult zones;
  if (fault.ok() && kind->message == athena::plan::v1::Institution::descriptor()) {
    fault = ImportTimeZones(context.connections, resources, result.created_names, options, &zones);
  }
  if (fault.ok() || result.created + result.updated > 0) {
    ReportImport(path, kind->singular, kind->plural, result, context.console);
    if (!zones.changes.empty()) {
      ReportImport(path, "time zone of the indicator service",
                   "time zones of the indicator service", zones, context.console);
    }
    if (options.dry_run) context.console.out << "  nothing was changed (--dry-run)\n";
  }
  ATHENA_RETURN_IF_ERROR(At(path, fault));
  result.differing += zones.differing;
  if (result.differing == 0) return ExitCode::kDone;
  context.console.err << "athenactl: " << Counted(result.differing, kind->singular, kind->plural)
                      << " of " << Printable(path)
                      << " exist and differ; --update with --reason changes them\n";
  return ExitCode::kRowsRefused;
}

}  // namespace

Command ImportCommand() {
  return {
      {.name = "import",
       .operands = "KIND FILE",
       .summary = "Create resources of a kind from a file, or update them",
       .about = "A file of JSON holds a list of resources, one alone, or an answer of athenactl\n"
                "list --json, as the contracts define it. Each carries its whole name, parents\n"
                "stand before their children.\n"
                "  [{\"name\": \"institutions/gob/units/bm\", \"displayName\": {\"text\":\n"
                "    {\"nl\": \"Brussel Mobiliteit\"}}}]\n"
                "What does not exist is created. What exists is compared in the fields that the\n"
                "file has; where it differs it is listed and left as it is, with exit code 3, or\n"
                "updated with --update. A dry run compares, and leaves out the checks that only\n"
                "the service makes.\n"
                "\n"
                "FILE.xlsx and FILE.csv (with FILE.milestones.csv and so on beside it) have rows\n"
                "and columns as export writes them. Cells that differ change, empty cells clear,\n"
                "columns that are left out keep, new names create; rows that are left out stay.\n"
                "An item without cells is removed, one without position is added. All of it is\n"
                "one revision, or nothing when anything is wrong: then each cell at fault is\n"
                "named. Rows whose etag is old are refused; rows without etag change what exists\n"
                "only with --update. A dry run shows what would change, and asks the service.\n"
                "  athenactl import elements plan.xlsx --dry-run\n"
                "The time_zone of institutions is set at the indicator service, too. Nothing is\n"
                "ever deleted.\n",
       .min_operands = 2,
       .max_operands = 2,
       .flags = ImportFlags()},
      Import};
}

}  // namespace athena::athenactl
