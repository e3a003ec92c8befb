#include <algorithm>
#include <filesystem>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "athena/reporting/v1/reporting_service.pb.h"
#include "libs/status/macros.h"
#include "services/athenactl/commands/commands.h"
#include "services/athenactl/commands/scorecards/scorecard_flags.h"
#include "services/athenactl/files/files.h"
#include "services/athenactl/resources/resolve.h"
#include "services/athenactl/terminal/text.h"

namespace athena::athenactl {
namespace {

namespace reporting = athena::reporting::v1;

absl::StatusOr<reporting::ExportFormat> ReadFormat(const Arguments& arguments) {
  constexpr std::pair<const char*, reporting::ExportFormat> kFormats[] = {
      {"json", reporting::EXPORT_FORMAT_JSON},
      {"csv", reporting::EXPORT_FORMAT_CSV},
      {"xlsx", reporting::EXPORT_FORMAT_XLSX},
      {"html", reporting::EXPORT_FORMAT_HTML},
      {"stratml", reporting::EXPORT_FORMAT_STRATML}};
  const std::string typed = arguments.Get("format");
  for (const auto& [name, format] : kFormats) {
    if (absl::AsciiStrToLower(typed) == name) return format;
  }
  return Misused(
      absl::StrCat("--format got ", Printable(typed), ", want json, csv, xlsx, html or stratml"));
}

// Sets what both requests have: name, point in history and element.
template <typename Request>
absl::Status ReadExport(const Connections& connections, const Arguments& arguments,
                        Request* request) {
  ATHENA_ASSIGN_OR_RETURN(const ScorecardTarget target, ReadTarget(connections, arguments));
  request->set_name(absl::StrCat(target.plan, "/scorecards/", target.quarter.ToString()));
  ATHENA_ASSIGN_OR_RETURN(const ScorecardPoint point, ReadPoint(connections, target, arguments));
  if (point.point.has_value()) *request->mutable_as_of() = *point.point;
  if (const std::string element = arguments.Get("element"); !element.empty()) {
    ATHENA_ASSIGN_OR_RETURN(*request->mutable_element(),
                            ResolveElement(connections, target.plan, element, point.as_of));
  }
  request->set_guard(arguments.Has("spreadsheet"));
  return absl::OkStatus();
}

// Writes the pieces to --output, to the terminal where that is "-", or else here, under the name
// that the service gives.
template <typename Response>
absl::Status WritePieces(Context& context, const Arguments& arguments, const Response& exported) {
  const auto write = [&](std::ostream& out) {
    for (const std::string& piece : exported.pieces()) out << piece;
    return absl::OkStatus();
  };
  const std::string output = arguments.Get("output");
  if (output == "-") return write(context.console.out);
  // Whatever the service says, nothing is written elsewhere.
  const std::string path =
      !output.empty() ? output
                      : std::filesystem::path(exported.file().file_name()).filename().string();
  if (path.empty()) return absl::InternalError("the service gave the file no name");
  ATHENA_RETURN_IF_ERROR(WriteFile(path, write));
  context.console.err << "athenactl: wrote " << Printable(path) << "\n";
  return absl::OkStatus();
}

absl::StatusOr<ExitCode> ExportScorecard(Context& context, const Arguments& arguments) {
  reporting::ExportScorecardRequest request;
  ATHENA_ASSIGN_OR_RETURN(const reporting::ExportFormat format, ReadFormat(arguments));
  request.set_format(format);
  if (arguments.Has("spreadsheet") && format != reporting::EXPORT_FORMAT_CSV) {
    return Misused("--spreadsheet is for --format csv");
  }
  request.set_language_code(arguments.Get("language"));
  ATHENA_RETURN_IF_ERROR(ReadExport(context.connections, arguments, &request));
  ATHENA_ASSIGN_OR_RETURN(
      const auto exported,
      context.connections.CallStream<reporting::ExportScorecardResponse>(request));
  ATHENA_RETURN_IF_ERROR(WritePieces(context, arguments, exported));
  return ExitCode::kDone;
}

absl::StatusOr<ExitCode> ExportObservations(Context& context, const Arguments& arguments) {
  reporting::ExportObservationsRequest request;
  ATHENA_RETURN_IF_ERROR(ReadExport(context.connections, arguments, &request));
  ATHENA_ASSIGN_OR_RETURN(
      const auto exported,
      context.connections.CallStream<reporting::ExportObservationsResponse>(request));
  ATHENA_RETURN_IF_ERROR(WritePieces(context, arguments, exported));
  context.console.err << Counted(exported.rows(), "observation", "observations") << "\n";
  std::vector<std::string> withheld(exported.withheld_indicators().begin(),
                                    exported.withheld_indicators().end());
  std::sort(withheld.begin(), withheld.end());
  for (const std::string& name : withheld) {
    context.console.err << Printable(name) << " is left out: you may not read it, or it does not "
                        << "exist\n";
  }
  return ExitCode::kDone;
}

constexpr FlagSpec kOutputFlag = {
    "output", "FILE", "write there, all or nothing [a name of its own, here]; - is the terminal"};

}  // namespace

Command ExportScorecardCommand() {
  return {{.name = "export-scorecard",
           .operands = "[PLAN] QUARTER",
           .summary = "Write a scorecard as a file: XLSX, CSV, HTML, JSON or StratML",
           .about = "All formats have the whole scorecard, with the numbers that scorecard shows.\n"
                    "  xlsx     a sheet to read, and sheets of data\n"
                    "  csv      a row for the plan, each element and each linked indicator\n"
                    "  html     a page to read and to print; it needs nothing but itself\n"
                    "  json     as the contracts define it\n"
                    "  stratml  a Performance_Report, StratML Part 2 (ISO 17469-2)\n"
                    "  athenactl export-scorecard gob 2022-Q4 --format html --language fr\n",
           .min_operands = 1,
           .max_operands = 2,
           .flags = {{"format", "FORMAT", "json, csv, xlsx, html or stratml", "xlsx"},
                     kOutputFlag,
                     {"element", "ELEMENT", "only this one and what is below it: code, id or name"},
                     {"spreadsheet", "", "csv: guard texts against being run as formulas"},
                     kLanguageFlag,
                     kScorecardAsOfFlag,
                     kInstitutionFlag},
           .named_only = true},
          ExportScorecard};
}

Command ExportObservationsCommand() {
  return {
      {.name = "export-observations",
       .operands = "[PLAN] QUARTER",
       .summary = "Write the observations behind a scorecard as SDMX-CSV 2.0",
       .about = "The cells of the indicators that the plan links, and of the operands of their\n"
                "formulas, as they were at the basis of the scorecard: those of the year up to\n"
                "the quarter. Indicators that you may not read are listed, and left out.\n"
                "Pushing the file changes nothing.\n"
                "  athenactl export-observations gob 2022-Q4 --element 1.1\n",
       .min_operands = 1,
       .max_operands = 2,
       .flags = {kOutputFlag,
                 {"element", "ELEMENT", "only what is behind this one: code, id or name"},
                 {"spreadsheet", "", "guard texts against being run as formulas"},
                 kScorecardAsOfFlag,
                 kInstitutionFlag},
       .named_only = true},
      ExportObservations};
}

}  // namespace athena::athenactl
