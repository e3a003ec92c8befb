#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "services/athenactl/commands.h"
#include "services/athenactl/explain.h"
#include "services/athenactl/files.h"
#include "services/athenactl/observation_file.h"
#include "services/athenactl/pushing.h"
#include "services/athenactl/refusals.h"
#include "services/athenactl/resource_names.h"
#include "services/athenactl/text.h"

namespace athena::athenactl {
namespace {

// With its number and hash an id of a push is at most 128 bytes.
constexpr size_t kLongestPrefix = 80;

void Report(const std::string& path, const ObservationFile& file, const PushReport& report,
            bool dry_run, Console& console) {
  std::vector<RowRefusal> refused = file.refused;
  refused.insert(refused.end(), report.refused.begin(), report.refused.end());
  std::stable_sort(refused.begin(), refused.end(),
                   [](const RowRefusal& a, const RowRefusal& b) { return a.line < b.line; });
  PrintRefusals(path, refused, console.err);

  const int64_t rows = static_cast<int64_t>(file.rows.size() + file.refused.size());
  console.out << path << ": " << Counted(rows, "row", "rows") << " in "
              << Counted(report.pieces, "push", "pushes") << "\n";
  const std::string counts = CountsText(report.counts);
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
  options.validate_only = arguments.Has("dry-run");

  const absl::StatusOr<std::string> csv = ReadFile(path);
  if (!csv.ok()) return csv.status();
  const absl::StatusOr<ObservationFile> file = ReadObservations(*csv);
  if (!file.ok()) return At(path, file.status());
  if (!file->refused.empty() && !options.partial && !options.validate_only) {
    PrintRefusals(path, file->refused, context.console.err);
    context.console.err << "athenactl: nothing was pushed: correct these rows, or push the others "
                           "with --partial\n";
    return ExitCode::kRowsRefused;
  }

  PushReport report;
  {
    Progress progress(context.console, "rows", static_cast<int64_t>(file->rows.size()));
    report =
        Push(context.connections, file->rows, options, [&](int64_t done) { progress.Show(done); });
  }
  Report(path, *file, report, options.validate_only, context.console);
  if (!report.failure.ok()) {
    return At(
        absl::StrCat(path, ": stopped after ", report.pieces_done, " of ", report.pieces, " pushes",
                     options.validate_only ? "" : "; run it again to go on from there"),
        report.failure);
  }
  return report.rows_refused > 0 || !file->refused.empty() ? ExitCode::kRowsRefused
                                                           : ExitCode::kDone;
}

}  // namespace

Command PushCommand() {
  return {
      {.name = "push",
       .operands = "FILE.csv",
       .summary = "Push observations from a CSV file",
       .about = "The first line names the columns, in any order: indicator, period and value,\n"
                "where needed status and comment, and every other one is a dimension.\n"
                "  indicator,period,unit,value,status,comment\n"
                "  headcount,2020-Q4,BM,420,,\n"
                "  headcount,2021-Q1,BM,,O,not received yet\n"
                "status: nothing or A normal, E estimated, P provisional, F forecast; without a\n"
                "value M not applicable, O missing, L not collected, H holiday, Q suppressed.\n"
                "Rows travel in pushes of 10,000 whose ids follow from the file's name and\n"
                "content: pushing a file again does nothing twice, and goes on where it stopped.\n"
                "One bad row keeps its push from being stored, not the others; see --partial.\n",
       .least_operands = 1,
       .most_operands = 1,
       .flags = {{"institution", "ID", "whose observations they are (required)"},
                 {"dry-run", "", "check every row, store nothing"},
                 {"partial", "", "store the good rows of a push that has bad ones"},
                 {"push-id-prefix", "TEXT", "begin ids with this [the file's name]"}}},
      PushFile};
}

}  // namespace athena::athenactl
