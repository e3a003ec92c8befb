#include <algorithm>
#include <filesystem>
#include <optional>
#include <string>
#include <system_error>
#include <vector>

#include "absl/strings/str_cat.h"
#include "athena/plan/v1/plan_service.pb.h"
#include "libs/status/macros.h"
#include "services/athenactl/commands/as_of.h"
#include "services/athenactl/commands/commands.h"
#include "services/athenactl/files/files.h"
#include "services/athenactl/resources/resolve.h"
#include "services/athenactl/resources/resource_names.h"
#include "services/athenactl/terminal/explain.h"
#include "services/athenactl/terminal/table.h"
#include "services/athenactl/terminal/text.h"

namespace athena::athenactl {
namespace {

namespace plan = athena::plan::v1;
using Position = plan::ImportPlanResponse::Position;

// The fields without an element, those of an item each, and where they are.
std::string FieldTable(const plan::ExportPlanResponse::Header& header, const Console& console) {
  Table table({{.heading = "FIELD", .least = Table::kWhole},
               {.heading = "SET IN", .right = true},
               {.heading = "KEPT"}});
  for (const auto& field : header.fields()) {
    table.Add(
        {field.field(), Grouped(field.resources()), field.in_block() ? "for import-plan" : "no"});
  }
  return table.Text(console.width, console.colour);
}

// Writes the documents into a folder; gives their paths.
absl::StatusOr<std::vector<std::string>> WriteDocuments(const std::string& folder,
                                                        const plan::ExportPlanResponse& exported) {
  std::vector<std::string> contents(static_cast<size_t>(exported.header().documents_size()));
  for (const auto& piece : exported.pieces()) {
    const auto document = static_cast<size_t>(piece.document());
    if (document >= contents.size()) return absl::InternalError("a piece of no document");
    contents[document] += piece.content();
  }
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) return absl::UnknownError(absl::StrCat(Printable(folder), ": ", error.message()));
  std::vector<std::string> paths;
  for (size_t i = 0; i < contents.size(); ++i) {
    // Whatever the service says, nothing is written outside of the folder.
    const std::filesystem::path name =
        std::filesystem::path(exported.header().documents(static_cast<int>(i)).file_name())
            .filename();
    const std::string path = (std::filesystem::path(folder) / name).string();
    ATHENA_RETURN_IF_ERROR(WriteFile(path, [&](std::ostream& out) {
      out << contents[i];
      return absl::OkStatus();
    }));
    paths.push_back(path);
  }
  return paths;
}

absl::StatusOr<ExitCode> ExportPlan(Context& context, const Arguments& arguments) {
  plan::ExportPlanRequest request;
  ATHENA_ASSIGN_OR_RETURN(*request.mutable_name(),
                          ResolvePlan(context.connections, arguments, arguments.Operand(0)));
  request.set_language_code(arguments.Get("language"));
  if (arguments.Has("as-of")) {
    ATHENA_ASSIGN_OR_RETURN(*request.mutable_as_of(), ReadAsOf(arguments.Get("as-of"), [&] {
      return TimeZoneOf(context.connections, InstitutionOf(request.name()));
    }));
  }
  ATHENA_ASSIGN_OR_RETURN(const auto exported,
                          context.connections.CallStream<plan::ExportPlanResponse>(request));
  ATHENA_ASSIGN_OR_RETURN(const std::vector<std::string> paths,
                          WriteDocuments(arguments.Operand(1), exported));
  const plan::ExportPlanResponse::Header& header = exported.header();
  if (arguments.Has("json")) {
    context.console.out << ToJson(header);
    return ExitCode::kDone;
  }
  std::string text;
  for (const std::string& path : paths) absl::StrAppend(&text, Printable(path), "\n");
  absl::StrAppend(&text, Counted(header.documents_size(), "document", "documents"), " of ",
                  request.name(), ", true at revision ", header.revision(), "\n");
  if (!header.fields().empty()) {
    absl::StrAppend(&text, "\nWithout an element in StratML:\n",
                    FieldTable(header, context.console));
  }
  context.console.Print(text);
  return ExitCode::kDone;
}

// The files that the operands name: a folder stands for its .xml files, in order of their names.
absl::StatusOr<std::vector<std::string>> FilesOf(const std::vector<std::string>& operands) {
  std::vector<std::string> files;
  for (const std::string& operand : operands) {
    std::error_code error;
    if (!std::filesystem::is_directory(operand, error)) {
      files.push_back(operand);
      continue;
    }
    std::vector<std::string> found;
    for (std::filesystem::directory_iterator at(operand, error), end; !error && at != end;
         at.increment(error)) {
      if (at->path().extension() == ".xml") found.push_back(at->path().string());
    }
    if (error) return absl::UnknownError(absl::StrCat(Printable(operand), ": ", error.message()));
    if (found.empty()) {
      return absl::NotFoundError(
          absl::StrCat(Printable(operand), " has no file that ends in .xml"));
    }
    std::sort(found.begin(), found.end());
    files.insert(files.end(), found.begin(), found.end());
  }
  return files;
}

std::string PlaceOf(const Position& position, const std::vector<std::string>& files) {
  const auto document = static_cast<size_t>(position.document());
  return absl::StrCat(document < files.size() ? files[document] : "", ":", position.line());
}

std::string ImportText(const plan::ImportPlanResponse& imported,
                       const std::vector<std::string>& files, bool dry_run,
                       const Console& console) {
  std::string text;
  if (dry_run && !imported.elements().empty()) {
    Table table({{.heading = "CODE", .least = Table::kWhole},
                 {.heading = "ELEMENT"},
                 {.heading = "READ FROM", .least = Table::kWhole}});
    for (const auto& element : imported.elements()) {
      table.Add({element.code(), IdOf(element.element()), PlaceOf(element.position(), files)});
    }
    absl::StrAppend(&text, table.Text(console.width, console.colour), "\n");
  }
  for (const auto& remark : imported.remarks()) {
    const Position& at = remark.position();
    absl::StrAppend(&text, PlaceOf(at, files), ": ", at.path().substr(at.path().rfind('/') + 1),
                    ": ", remark.text(), "\n");
  }
  if (const int more = imported.remark_count() - imported.remarks_size(); more > 0) {
    absl::StrAppend(&text, "and ", Grouped(more), " more\n");
  }
  if (!text.empty() && text.back() == '\n' && !imported.remarks().empty()) text += '\n';
  absl::StrAppend(&text, imported.plan().name(), ": ", imported.plan().first_quarter(), " to ",
                  imported.plan().last_quarter(), ", ",
                  Counted(imported.elements_size(), "element", "elements"), " of ",
                  Counted(static_cast<int64_t>(files.size()), "file", "files"), ", ",
                  Counted(imported.remark_count(), "remark", "remarks"), "\n");
  if (dry_run) absl::StrAppend(&text, "  nothing was changed (--dry-run)\n");
  return text;
}

absl::StatusOr<ExitCode> ImportPlan(Context& context, const Arguments& arguments) {
  const std::optional<TypedName> name = ReadName(arguments.Operand(0), "plans");
  if (!name.has_value()) {
    return Misused(absl::StrCat("got ", Printable(arguments.Operand(0)),
                                ", want the plan to be made, like gob/PLAN"));
  }
  ATHENA_ASSIGN_OR_RETURN(const std::vector<std::string> files,
                          FilesOf({arguments.operands().begin() + 1, arguments.operands().end()}));
  plan::ImportPlanRequest request;
  ATHENA_ASSIGN_OR_RETURN(*request.mutable_parent(),
                          ResolveInstitution(context.connections, arguments, name->institution));
  request.set_plan_id(name->id);
  for (const std::string& file : files) {
    ATHENA_ASSIGN_OR_RETURN(*request.add_documents(), ReadFile(file));
  }
  request.set_language_code(arguments.Get("language"));
  request.set_first_quarter(arguments.Get("first-quarter"));
  request.set_last_quarter(arguments.Get("last-quarter"));
  request.set_reason(arguments.Has("reason") ? arguments.Get("reason") : "athenactl import-plan");
  request.set_validate_only(arguments.Has("dry-run"));
  request.set_request_id(context.connections.NewRequestId());
  std::vector<std::string> printed;
  for (const std::string& file : files) printed.push_back(Printable(file));
  const auto imported = context.connections.Call<plan::ImportPlanResponse>(request);
  if (!imported.ok()) return At("", imported.status(), printed, "documents");
  if (arguments.Has("json")) {
    context.console.out << ToJson(*imported);
  } else {
    context.console.Print(ImportText(*imported, printed, request.validate_only(), context.console));
  }
  return ExitCode::kDone;
}

}  // namespace

Command ExportPlanCommand() {
  return {{.name = "export-plan",
           .operands = "PLAN FOLDER",
           .summary = "Write a plan as StratML Part 2 documents (ISO 17469-2)",
           .about = "PLAN is gob/PLAN; FOLDER is made where it is missing.\n"
                    "PLAN.xml is the strategic plan: two levels of goals and objectives, which is\n"
                    "all that StratML has. PLAN-UNIT.xml is the performance plan of a unit, with\n"
                    "what it owns below them, which names what it belongs to; PLAN-others.xml has\n"
                    "what nobody owns. What has no element in StratML is listed, and kept in a\n"
                    "block that import-plan reads: together the documents are the whole plan.\n"
                    "Targets and values of indicators stay out: export writes these.\n"
                    "  athenactl export-plan gob/sp2126 out --language fr\n",
           .min_operands = 2,
           .max_operands = 2,
           .flags = {{"language", "TAG", "the language of the texts [the plan's first]"},
                     kAsOfFlag,
                     kInstitutionFlag,
                     kJsonFlag},
           .named_only = true},
          ExportPlan};
}

Command ImportPlanCommand() {
  return {{.name = "import-plan",
           .operands = "PLAN FILE|FOLDER...",
           .summary = "Make a plan of StratML Part 2 documents (ISO 17469-2)",
           .about = "PLAN is gob/PLAN, which must not exist: the new plan, a draft. FOLDER stands\n"
                    "for its .xml files. What export-plan wrote comes back as it was. Of the\n"
                    "documents of others, goals and objectives become axes and objectives, and\n"
                    "all that is not imported is listed by file and line; --dry-run lists that\n"
                    "and what would be made, and changes nothing. All is imported, or nothing.\n"
                    "  athenactl import-plan gob/federal plan.xml --dry-run\n",
           .min_operands = 2,
           .max_operands = 1001,
           .flags = {{"dry-run", "", "say what was understood and what was not, change nothing"},
                     {"language", "TAG", "of documents that do not say theirs", "en"},
                     {"first-quarter", "QUARTER", "of a plan without start date, like 2021-Q1"},
                     {"last-quarter", "QUARTER", "of a plan without end date"},
                     {"reason", "TEXT", "why, for those who read the history"},
                     kInstitutionFlag,
                     kJsonFlag},
           .named_only = true},
          ImportPlan};
}

}  // namespace athena::athenactl
