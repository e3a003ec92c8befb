#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/status/macros.h"
#include "services/athenactl/commands/commands.h"
#include "services/athenactl/files/files.h"
#include "services/athenactl/files/observation_file.h"
#include "services/athenactl/files/sdmx_csv.h"
#include "services/athenactl/resources/resolve.h"
#include "services/athenactl/resources/resource_names.h"
#include "services/athenactl/sending/deletions.h"
#include "services/athenactl/sending/pushing.h"
#include "services/athenactl/sending/replacing.h"
#include "services/athenactl/terminal/explain.h"
#include "services/athenactl/terminal/text.h"
#include "services/athenactl/views/refusals.h"

namespace athena::athenactl {
namespace {

// With its number and hash an id of a push is at most 128 bytes.
constexpr size_t kLongestPrefix = 80;

// `retracted` cells were added to the file's rows for its bulk deletions.
void ReportPush(const std::string& path, const ObservationFile& file, int64_t retracted,
                const PushReport& report, bool dry_run, Console& console) {
  std::vector<RowRefusal> refused = file.refused;
  refused.insert(refused.end(), report.refused.begin(), report.refused.end());
  std::stable_sort(refused.begin(), refused.end(),
                   [](const RowRefusal& a, const RowRefusal& b) { return a.line < b.line; });
  PrintRefusals(path, refused, console.err);
  PrintRefusals(path, file.imprecise, console.err);
  PrintRefusals(path, report.flagged, console.err);

  const int64_t rows = static_cast<int64_t>(file.rows.size() + file.refused.size());
  console.out << path << ": " << Counted(rows, "row", "rows") << " in "
              << Counted(report.pieces, "push", "pushes") << "\n";
  const std::string counts = CountsText(report.counts);
  if (!file.deletions.empty()) {
    console.out << "  " << Counted(retracted, "cell", "cells") << " to take back in "
                << Counted(static_cast<int64_t>(file.deletions.size()), "row", "rows")
                << " of action D that leave something open\n";
  }
  if (!counts.empty()) console.out << (dry_run ? "  would be: " : "  ") << counts << "\n";
  if (report.pieces_replayed > 0) {
    console.out << "  " << Counted(report.rows_replayed, "row", "rows") << " in "
                << Counted(report.pieces_replayed, "push", "pushes")
                << " had been pushed before: nothing was done for them\n";
  }
  if (!file.refused.empty()) {
    console.out << "  " << Counted(static_cast<int64_t>(file.refused.size()), "fault", "faults")
                << " in rows that are no observations\n";
  }
  if (report.rows_refused > 0) {
    console.out << "  " << Counted(report.rows_refused, "row", "rows") << " refused\n";
  }
  if (report.rows_held_back > 0) {
    console.out << "  " << Counted(report.rows_held_back, "good row", "good rows")
                << " not stored, for a push is stored whole: correct the refused rows, or push "
                   "with --partial\n";
  }
  if (dry_run) console.out << "  nothing was stored (--dry-run)\n";
}

absl::StatusOr<ObservationFile> ReadRows(const Arguments& arguments) {
  const std::string& path = arguments.operands()[0];
  ATHENA_ASSIGN_OR_RETURN(const std::string csv, ReadFile(path));
  const std::vector<std::string> ignored = arguments.All("ignore");
  const bool sdmx = IsSdmxCsv(csv);
  if (!sdmx && !ignored.empty()) {
    return Misused("--ignore is for attributes in SDMX-CSV; leave other columns out of the file");
  }
  absl::StatusOr<ObservationFile> file =
      sdmx ? ReadSdmxCsv(csv, {ignored.begin(), ignored.end()}) : ReadObservations(csv);
  if (!file.ok()) return At(path, file.status());
  if (!arguments.Has("allow-delete")) {
    for (const BulkDeletion& deletion : file->deletions) {
      file->refused.push_back({deletion.line, "ACTION",
                               "D with an empty dimension or TIME_PERIOD takes back all cells that "
                               "it leaves open; say --allow-delete if it should"});
    }
    file->deletions.clear();
    std::stable_sort(file->refused.begin(), file->refused.end(),
                     [](const RowRefusal& a, const RowRefusal& b) { return a.line < b.line; });
  }
  return file;
}

// Whether and what a file replaces.
absl::StatusOr<std::optional<Replacement>> ReadReplacement(const Arguments& arguments) {
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
  ATHENA_ASSIGN_OR_RETURN(const auto slice, ReadSlice(arguments));
  return Replacement{arguments.Get("from"),
                     arguments.Get("to"),
                     {slice.begin(), slice.end()},
                     arguments.All("indicator")};
}

absl::StatusOr<ExitCode> PushFile(Context& context, const Arguments& arguments) {
  const std::string& path = arguments.operands()[0];
  const std::optional<std::string> institution = ReadInstitution(arguments.Get("institution"));
  if (!institution.has_value()) {
    return Misused("--institution says whose observations they are: --institution gob");
  }
  PushOptions options;
  options.institution = absl::StrCat("institutions/", *institution);
  options.id_prefix = arguments.Get("push-id-prefix");
  if (options.id_prefix.size() > kLongestPrefix) {
    return Misused(absl::StrCat("--push-id-prefix got ", options.id_prefix.size(),
                                " bytes, want at most ", kLongestPrefix));
  }
  if (options.id_prefix.empty()) options.id_prefix = PushIdPrefix(path);
  options.partial = arguments.Has("partial");
  options.correction_reason = arguments.Get("correction-reason");
  options.validate_only = arguments.Has("dry-run");

  ATHENA_ASSIGN_OR_RETURN(const std::optional<Replacement> replacement, ReadReplacement(arguments));

  ATHENA_ASSIGN_OR_RETURN(ObservationFile file, ReadRows(arguments));
  if (!file.refused.empty() && !options.partial && !options.validate_only) {
    PrintRefusals(path, file.refused, context.console.err);
    context.console.err << "athenactl: nothing was pushed: correct these rows, or push the others "
                           "with --partial\n";
    return ExitCode::kRowsRefused;
  }

  absl::StatusOr<std::vector<ObservationRow>> retractions =
      RetractionsOf(context.connections, options.institution, file.deletions, file.rows);
  if (!retractions.ok()) return At(path, retractions.status());
  file.rows.insert(file.rows.end(), retractions->begin(), retractions->end());

  ATHENA_ASSIGN_OR_RETURN(std::vector<Piece> pieces, replacement.has_value()
                                                         ? ReplacePieces(file.rows, *replacement)
                                                         : MergePieces(file.rows));

  PushReport report;
  {
    Progress progress(context.console, "rows", static_cast<int64_t>(file.rows.size()));
    report = Push(context.connections, pieces, options, [&](int64_t done) { progress.Show(done); });
  }
  ReportPush(path, file, static_cast<int64_t>(retractions->size()), report, options.validate_only,
             context.console);
  if (!report.failure.ok()) {
    return At(
        absl::StrCat(path, ": stopped after ", report.pieces_done, " of ", report.pieces, " pushes",
                     options.validate_only ? "" : "; run it again to go on from there"),
        report.failure);
  }
  return report.rows_refused > 0 || !file.refused.empty() ? ExitCode::kRowsRefused
                                                          : ExitCode::kDone;
}

}  // namespace

Command PushCommand() {
  return {
      {.name = "push",
       .operands = "FILE.csv",
       .summary = "Push observations from a CSV file",
       .about = "The first line names the columns, in any order: indicator, period and value,\n"
                "where needed status, comment and retract, and every other one is a dimension.\n"
                "  indicator,period,unit,value,status,comment,retract\n"
                "  headcount,2020-Q4,BM,420,,,\n"
                "  headcount,2021-Q1,BM,,O,not received yet,\n"
                "  headcount,2021-Q2,BM,,,,yes\n"
                "status: nothing or A normal, E estimated, P provisional, F forecast; without a\n"
                "value M not applicable, O missing, L not collected, H holiday, Q suppressed.\n"
                "retract: yes takes the cell back.\n"
                "SDMX-CSV 2.0 is known by its first line:\n"
                "  STRUCTURE,STRUCTURE_ID,ACTION,unit,TIME_PERIOD,OBS_VALUE,OBS_STATUS,COMMENT\n"
                "  dataflow,GOB:HEADCOUNT_TOTAL(1.0.0),I,BM,2020-Q4,420,A,\n"
                "STRUCTURE_ID names the indicator: its id in small letters with - for _, here\n"
                "headcount-total, of any agency and version. Other columns are dimensions, or\n"
                "attributes to --ignore. ACTION I, A, M and R set the whole cell, D takes it\n"
                "back; D with an empty dimension or TIME_PERIOD needs --allow-delete.\n"
                "--replace: the file is all there is of each of its indicators from the first to\n"
                "the last period in it (or --from, --to); what it leaves out is taken back.\n"
                "Rows travel in pushes of 10,000 whose ids follow from the file's name and\n"
                "content: pushing a file again does nothing twice, and goes on where it stopped.\n"
                "One bad row keeps its push from being stored, not the others; see --partial.\n",
       .min_operands = 1,
       .max_operands = 1,
       .flags = {{"institution", "ID", "whose observations they are (required)"},
                 {"dry-run", "", "check every row, store nothing"},
                 {"partial", "", "store the good rows of a push that has bad ones"},
                 {"correction-reason", "TEXT", "why what is closed changes; who may correct"},
                 {"replace", "", "take back what the file leaves out"},
                 {"from", "PERIOD", "--replace: from this period on"},
                 {"to", "PERIOD", "--replace: up to this period"},
                 {"slice", "DIM=CODE", "--replace: only series with that code; repeatable", "",
                  true},
                 {"indicator", "ID", "--replace: clear it where the file has none of it", "", true},
                 {"allow-delete", "", "SDMX-CSV: D may leave dimensions and period open"},
                 {"ignore", "COLUMN", "SDMX-CSV: an attribute to pass over; repeatable", "", true},
                 {"push-id-prefix", "TEXT", "begin ids with this [the file's name]"}}},
      PushFile};
}

}  // namespace athena::athenactl
