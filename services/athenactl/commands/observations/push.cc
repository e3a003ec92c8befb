#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/status/macros.h"
#include "services/athenactl/commands/commands.h"
#include "services/athenactl/commands/observations/push_report.h"
#include "services/athenactl/files/text/dialect.h"
#include "services/athenactl/resources/resolve.h"
#include "services/athenactl/resources/resource_names.h"
#include "services/athenactl/sending/interruption.h"
#include "services/athenactl/sending/pushes/deletions.h"
#include "services/athenactl/sending/pushes/file_survey.h"
#include "services/athenactl/sending/pushes/push_id.h"
#include "services/athenactl/sending/pushes/pushing.h"
#include "services/athenactl/sending/pushes/replacing.h"
#include "services/athenactl/terminal/explain.h"
#include "services/athenactl/terminal/text.h"

namespace athena::athenactl {
namespace {

// Whether and what a file replaces.
absl::StatusOr<std::optional<Replacement>> ReadReplacement(const Connections& connections,
                                                           const std::string& institution,
                                                           const Arguments& arguments) {
  if (!arguments.Has("replace")) {
    for (const char* const flag : {"from", "to", "slice", "indicator"}) {
      if (arguments.Has(flag)) return Misused(absl::StrCat("--", flag, " is for --replace"));
    }
    return std::nullopt;
  }
  if (arguments.Has("partial")) {
    return Misused(
        "--replace and --partial exclude each other: what a bad row was meant to keep "
        "would be taken back");
  }
  ATHENA_ASSIGN_OR_RETURN(auto slice, ReadSlice(arguments));
  ResolveDimensions(connections, institution, &slice);
  return Replacement{arguments.Get("from"),
                     arguments.Get("to"),
                     {slice.begin(), slice.end()},
                     arguments.All("indicator")};
}

absl::StatusOr<PushOptions> ReadOptions(const Arguments& arguments) {
  const std::optional<std::string> institution = ReadInstitution(arguments.Get("institution"));
  if (!institution.has_value()) {
    return Misused("--institution says whose observations they are: --institution gob");
  }
  PushOptions options;
  options.institution = absl::StrCat("institutions/", *institution);
  options.id_prefix = arguments.Get("push-id-prefix");
  if (options.id_prefix.size() > kLongestPushIdPrefix) {
    return Misused(absl::StrCat("--push-id-prefix got ", options.id_prefix.size(),
                                " bytes, want at most ", kLongestPushIdPrefix));
  }
  if (options.id_prefix.empty()) options.id_prefix = PushIdPrefix(arguments.operands()[0]);
  options.partial = arguments.Has("partial");
  options.correction_reason = arguments.Get("correction-reason");
  options.again = arguments.Has("again");
  return options;
}

// The pieces of a file. What replaces or takes cells back in bulk is read into memory whole, all
// else piece by piece.
absl::StatusOr<NextPiece> ReadPieces(const Connections& connections, SourceFile& file,
                                     const FileSurvey& survey, const std::string& institution,
                                     const std::optional<Replacement>& replacement,
                                     int64_t* retracted) {
  if (!replacement.has_value() && survey.deletions.empty()) return PiecesOf(file, survey);
  ATHENA_ASSIGN_OR_RETURN(std::vector<ObservationRow> rows, RowsOf(file, survey));
  ATHENA_ASSIGN_OR_RETURN(std::vector<ObservationRow> retractions,
                          RetractionsOf(connections, institution, survey.deletions, rows));
  *retracted = static_cast<int64_t>(retractions.size());
  for (ObservationRow& retraction : retractions) rows.push_back(std::move(retraction));
  if (!replacement.has_value()) return PiecesOf(MergePieces(std::move(rows)));
  ATHENA_ASSIGN_OR_RETURN(std::vector<Piece> pieces, ReplacePieces(std::move(rows), *replacement));
  return PiecesOf(std::move(pieces));
}

// "stopped: 10,000 of 20,001 rows stored", and whether running the command again can help.
std::string StoppedText(const FilePush& push, bool retry) {
  return absl::StrCat("stopped: ", Grouped(push.checked_only ? push.report.rows : push.stored()),
                      " of ", Grouped(push.rows()),
                      push.checked_only ? " rows checked, none stored" : " rows stored",
                      retry ? "; run it again to go on from there" : "");
}

absl::StatusOr<ExitCode> ReportOn(const FilePush& push, bool json, Console& console) {
  if (json) {
    console.out << PushAsJson(push);
  } else {
    PrintPush(push, console);
  }
  const absl::Status& failure = push.report.failure;
  if (!failure.ok()) {
    return At(absl::StrCat(push.path, ": ", StoppedText(push, IsWorthRetrying(failure))), failure);
  }
  ATHENA_RETURN_IF_ERROR(At(absl::StrCat(push.path, ": nothing was stored"), push.survey.broken));
  if (push.report.interrupted) {
    console.err << "athenactl: " << Printable(push.path) << ": " << StoppedText(push, true) << "\n";
    return ExitCode::kInterrupted;
  }
  if (push.checked_only && !push.dry_run) {
    console.err << "athenactl: nothing was pushed: correct these rows, or push the others with "
                   "--partial\n";
  }
  return push.refused() + push.report.changed.rows() > 0 ? ExitCode::kRowsRefused : ExitCode::kDone;
}

absl::StatusOr<ExitCode> PushFile(Context& context, const Arguments& arguments) {
  const std::string& path = arguments.operands()[0];
  ATHENA_ASSIGN_OR_RETURN(PushOptions options, ReadOptions(arguments));
  ATHENA_ASSIGN_OR_RETURN(const std::optional<Replacement> replacement,
                          ReadReplacement(context.connections, options.institution, arguments));
  ATHENA_ASSIGN_OR_RETURN(const Dialect dialect, ReadDialect(arguments));
  ATHENA_ASSIGN_OR_RETURN(SourceFile file,
                          SourceFile::Open(path, dialect, arguments.Has("allow-delete")));
  const Interruption interruption;
  ATHENA_RETURN_IF_ERROR(At(path, NameDimensions(context.connections, options.institution, file)));
  const absl::StatusOr<FileSurvey> survey = Survey(file);
  if (!survey.ok()) return At(path, survey.status());

  const bool dry_run = arguments.Has("dry-run");
  const bool storable = survey->broken.ok() && (survey->refused.empty() || options.partial);
  // Where nothing is stored because of faults in the file, the service checks the other rows, so
  // that all faults are known at once.
  options.validate_only = dry_run || !storable;
  int64_t retracted = 0;
  absl::StatusOr<NextPiece> next =
      ReadPieces(context.connections, file, *survey, options.institution, replacement, &retracted);
  if (!next.ok()) return IsMisuse(next.status()) ? next.status() : At(path, next.status());
  PushReport report;
  {
    Progress progress(context.console, "rows", survey->observations + retracted);
    report = Push(context.connections, *next, options, [&](int64_t done) { progress.Show(done); });
  }
  return ReportOn({path, *survey, report, retracted, dry_run, options.validate_only},
                  arguments.Has("json"), context.console);
}

std::vector<FlagSpec> PushFlags() {
  std::vector<FlagSpec> flags = {
      {"institution", "ID", "whose observations they are (required)"},
      {"dry-run", "", "check every row, store nothing"},
      {"partial", "", "store the good rows of a push that has bad ones"},
      {"again", "", "push what others have changed since, too"},
      {"correction-reason", "TEXT", "why what is closed changes; who may correct"},
      {"replace", "", "take back what the file leaves out"},
      {"from", "PERIOD", "--replace: from this period on"},
      {"to", "PERIOD", "--replace: up to this period"},
      {"slice", "DIM=CODE", "--replace: only series with that code; repeatable", "", true},
      {"indicator", "ID", "--replace: clear it where the file has none of it", "", true},
      {"allow-delete", "", "SDMX-CSV: D may leave dimensions and period open"},
      {"push-id-prefix", "TEXT", "begin ids with this [the file's name]"},
      {"json", "", "what became of the rows, as JSON"}};
  for (const FlagSpec& flag : DialectFlags()) flags.push_back(flag);
  return flags;
}

}  // namespace

Command PushCommand() {
  return {
      {.name = "push",
       .operands = "FILE.csv",
       .summary = "Push observations from a CSV file",
       .about = "athenactl formats shows how files are written.\n"
                "--replace: the file is all there is of each of its indicators from the first to\n"
                "the last period in it (or --from, --to); what it leaves out is taken back.\n"
                "Rows travel in pushes of 10,000. A file that is pushed again is compared with\n"
                "what is stored: nothing is stored twice; what you have changed since comes back\n"
                "as the file says; what others have changed is named and left (--again).\n"
                "One bad row keeps its push from being stored, not the others; a row that cannot\n"
                "be read, or two rows of one cell, all of them (--partial).\n"
                "Ends with 0: all is stored; 1: failed; 2: misused; 3: rows were refused or left\n"
                "as they are, the report says which; 130: stopped by Ctrl-C.\n",
       .min_operands = 1,
       .max_operands = 1,
       .flags = PushFlags()},
      PushFile};
}

}  // namespace athena::athenactl
