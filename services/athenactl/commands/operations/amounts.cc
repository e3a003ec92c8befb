#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "athena/plan/v1/operations_service.pb.h"
#include "libs/status/macros.h"
#include "services/athenactl/commands/as_of.h"
#include "services/athenactl/commands/commands.h"
#include "services/athenactl/commands/operations/amounts_report.h"
#include "services/athenactl/commands/periods.h"
#include "services/athenactl/files/amounts_file.h"
#include "services/athenactl/files/files.h"
#include "services/athenactl/files/text/dialect.h"
#include "services/athenactl/files/text/text_source.h"
#include "services/athenactl/resources/resolve.h"
#include "services/athenactl/resources/resource_names.h"
#include "services/athenactl/sending/interruption.h"
#include "services/athenactl/sending/pushes/push_id.h"
#include "services/athenactl/sending/pushes/pushing.h"
#include "services/athenactl/sending/pushing_amounts.h"
#include "services/athenactl/terminal/explain.h"
#include "services/athenactl/terminal/text.h"
#include "services/athenactl/views/operations/budget_text.h"

namespace athena::athenactl {
namespace {

namespace plan = athena::plan::v1;

// ListBudgetAmountsRequest.page_size.
constexpr int kAmountsPageSize = 10'000;

// "stopped: 10,000 of 20,001 rows stored", and whether running the command again can help.
std::string StoppedAmountsText(const AmountsPush& push, bool retry) {
  return absl::StrCat("stopped: ", Grouped(push.checked_only ? push.report.rows : push.stored()),
                      " of ", Grouped(push.rows()),
                      push.checked_only ? " rows checked, none stored" : " rows stored",
                      retry ? "; run it again to go on from there" : "");
}

absl::StatusOr<ExitCode> ReportOnAmounts(const AmountsPush& push, bool json, Console& console) {
  if (json) {
    console.out << AmountsPushAsJson(push);
  } else {
    PrintAmountsPush(push, console);
  }
  const absl::Status& failure = push.report.failure;
  if (!failure.ok()) {
    return At(absl::StrCat(push.path, ": ", StoppedAmountsText(push, IsWorthRetrying(failure))),
              failure);
  }
  ATHENA_RETURN_IF_ERROR(At(absl::StrCat(push.path, ": nothing was stored"), push.file.broken));
  if (push.report.interrupted) {
    console.err << "athenactl: " << Printable(push.path) << ": " << StoppedAmountsText(push, true)
                << "\n";
    return ExitCode::kInterrupted;
  }
  if (push.checked_only && !push.dry_run) {
    console.err << "athenactl: nothing was pushed: correct these rows, or push the others with "
                   "--partial\n";
  }
  return push.refused() + push.report.changed.rows() > 0 ? ExitCode::kRowsRefused : ExitCode::kDone;
}

absl::StatusOr<ExitCode> PushAmountsFile(Context& context, const Arguments& arguments) {
  const std::string path = arguments.Operand(1);
  if (path.empty()) return Misused("want amounts push FILE.csv");
  AmountsOptions options;
  ATHENA_ASSIGN_OR_RETURN(options.institution,
                          ResolveInstitution(context.connections, arguments, ""));
  options.id_prefix = PushIdPrefix(path);
  options.partial = arguments.Has("partial");
  options.correction_reason = arguments.Get("correction-reason");
  options.again = arguments.Has("again");
  ATHENA_ASSIGN_OR_RETURN(const Dialect dialect, ReadDialect(arguments));
  ATHENA_ASSIGN_OR_RETURN(TextSource source, TextSource::Open(path));
  const absl::StatusOr<AmountsFile> file = ReadAmounts(source, dialect);
  if (!file.ok()) return At(path, file.status());
  const bool dry_run = arguments.Has("dry-run");
  const bool storable = file->broken.ok() && (file->refused.empty() || options.partial);
  // Where nothing is stored because of faults in the file, the service checks the other rows, so
  // that all faults are known at once.
  options.validate_only = dry_run || !storable;
  const Interruption interruption;
  AmountsReport report;
  {
    Progress progress(context.console, "rows", static_cast<int64_t>(file->rows.size()));
    report = PushAmounts(context.connections, file->rows, options,
                         [&](int64_t done) { progress.Show(done); });
  }
  return ReportOnAmounts({path, *file, report, dry_run, options.validate_only},
                         arguments.Has("json"), context.console);
}

absl::StatusOr<ExitCode> ListAmounts(Context& context, const Arguments& arguments) {
  plan::ListBudgetAmountsRequest request;
  ATHENA_ASSIGN_OR_RETURN(*request.mutable_parent(),
                          ResolveInstitution(context.connections, arguments, arguments.Operand(1)));
  request.set_budget_line(IdOf(arguments.Get("line")));
  if (arguments.Has("quarter")) {
    ATHENA_ASSIGN_OR_RETURN(const Period quarter, ReadQuarter(arguments.Get("quarter")));
    request.set_quarter(quarter.ToString());
  }
  request.set_include_history(arguments.Has("history"));
  request.set_page_size(kAmountsPageSize);
  ATHENA_ASSIGN_OR_RETURN(const auto as_of, ReadAsOf(arguments.Get("as-of"), [&] {
                            return TimeZoneOf(context.connections, request.parent());
                          }));
  if (arguments.Has("as-of")) *request.mutable_as_of() = as_of;
  if (arguments.Has("csv") && arguments.Has("history")) {
    return Misused("--csv and --history exclude each other: a file has each row once");
  }
  ATHENA_ASSIGN_OR_RETURN(auto listed,
                          context.connections.CallPages<plan::ListBudgetAmountsResponse>(request));
  if (arguments.Has("json")) {
    context.console.out << ToJson(listed);
  } else if (arguments.Has("csv")) {
    context.console.out << AmountsCsv(listed);
  } else {
    context.console.Print(AmountsText(listed, {.language = arguments.Get("language"),
                                               .width = context.console.width,
                                               .colour = context.console.colour}));
  }
  return ExitCode::kDone;
}

absl::StatusOr<ExitCode> RunAmounts(Context& context, const Arguments& arguments) {
  if (arguments.Operand(0) == "push") return PushAmountsFile(context, arguments);
  if (arguments.Operand(0) == "list") return ListAmounts(context, arguments);
  return Misused(absl::StrCat("got ", Printable(arguments.Operand(0)),
                              ", want amounts push FILE.csv, or amounts list"));
}

std::vector<FlagSpec> AmountsFlags() {
  std::vector<FlagSpec> flags = {
      kInstitutionFlag,
      {"dry-run", "", "push: check every row, store nothing"},
      {"partial", "", "push: store the good rows of a push that has bad ones"},
      {"again", "", "push what was changed since the file was pushed, too"},
      {"correction-reason", "TEXT", "push: why closed quarters change"},
      {"line", "ID", "list: only this budget line"},
      {"quarter", "QUARTER", "list: only this quarter"},
      {"history", "", "list: every revision, retractions too"},
      {"csv", "", "list: as a file for amounts push"},
      kLanguageFlag,
      kAsOfFlag,
      kJsonFlag};
  for (const FlagSpec& flag : DialectFlags()) flags.push_back(flag);
  return flags;
}

}  // namespace

Command AmountsCommand() {
  return {
      {.name = "amounts",
       .operands = "push FILE.csv | list [INSTITUTION]",
       .summary = "Push the amounts of budget lines from a file, or list them",
       .about = "A file has a row for each budget line (its id) and quarter:\n"
                "  budget_line,quarter,commitment_initial,commitment_adjusted,\n"
                "    payment_initial,payment_adjusted,committed,paid\n"
                "(in one line), in euros since 1 January. What is empty stays as it is stored; a\n"
                "column retract with yes clears all amounts of a row.\n"
                "A file that is pushed again stores nothing twice; amounts that were changed\n"
                "since are named and left (--again). One bad row keeps its push (10,000 rows)\n"
                "from being stored; one that cannot be read, the whole file (--partial).\n"
                "Ends with 0, 1, 2, 3 or 130, as athenactl push does.\n",
       .min_operands = 1,
       .max_operands = 2,
       .flags = AmountsFlags(),
       .named_only = true},
      RunAmounts};
}

}  // namespace athena::athenactl
