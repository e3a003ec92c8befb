#ifndef ATHENA_SERVICES_ATHENACTL_COMMANDS_COMMANDS_H_
#define ATHENA_SERVICES_ATHENACTL_COMMANDS_COMMANDS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/athenactl/resources/connections.h"
#include "services/athenactl/terminal/arguments.h"
#include "services/athenactl/terminal/command_line.h"
#include "services/athenactl/terminal/console.h"

// The commands: how each is declared and run. A folder holds those of a noun.
namespace athena::athenactl {

// How the program ends.
enum class ExitCode {
  kDone = 0,
  kFailed = 1,       // a service refused, or did not answer; `health`: one does not serve;
                     // `check`: something differs
  kMisused = 2,      // the command line cannot be followed
  kRowsRefused = 3,  // some rows or resources were refused or left as they are, as the report says
  kBackupMissing = 4,  // `backup`: one service or more made none
  kInterrupted = 130,  // by Ctrl-C; what was finished before is stored
};

struct Context {
  Console& console;
  Connections& connections;
  const CommandLine& command_line;
};

// Runs a command. The caller prints the error (Misused: exit code 2, others 1).
using RunCommand = absl::StatusOr<ExitCode> (*)(Context& context, const Arguments& arguments);

struct Command {
  CommandSpec spec;
  RunCommand run;
};

// backups/
Command BackupCommand();
Command RestoreCommand();
// observations/
Command CheckCommand();
Command ExportCommand();
Command ObservationsCommand();
Command PushCommand();
Command ValuesCommand();
// follow_up/
Command DecisionsCommand();
Command DueCommand();
Command ProgressCommand();
Command ReportCommand();
Command ReturnCommand();
Command SubmitCommand();
Command ValidateCommand();
// history/
Command AuditCommand();
Command HistoryCommand();
// indicators/
Command IndicatorCommand();
Command TargetsCommand();
// operations/
Command AmountsCommand();
Command BudgetCommand();
Command RisksCommand();
// plans/
Command ActivateCommand();
Command ClosePlanCommand();
Command PlanCommand();
Command ExportPlanCommand();
Command ImportPlanCommand();
// publications/
Command PublicationsCommand();
Command PublishCommand();
Command VerifyCommand();
// pushes/
Command PushesCommand();
// quarters/
Command CloseCommand();
Command CompletenessCommand();
Command EndCommand();
Command ReopenCommand();
Command SilentCommand();
// resources/
Command DeleteCommand();
Command GetCommand();
Command ImportCommand();
Command IndicatorsCommand();
Command ListCommand();
Command LoadCommand();
Command SetCommand();
// scorecards/
Command CompareCommand();
Command ExplainCommand();
Command ExportObservationsCommand();
Command ExportScorecardCommand();
Command ScorecardCommand();
Command BoardCommand();
Command TrendCommand();
// program/
Command CompletionCommand();
Command FormatsCommand();
Command HealthCommand();
Command HelpCommand();
Command SpreadsheetsCommand();

// All of them, in the order of help.
std::vector<Command> AllCommands();
// The flags of every command.
std::vector<FlagSpec> GlobalFlags();

// Flags that several commands have.
inline constexpr FlagSpec kJsonFlag = {"json", "",
                                       "the answer as JSON, as the contracts define it"};
inline constexpr FlagSpec kInstitutionFlag = {"institution", "ID",
                                              "where a name leaves it out [the only one]"};
inline constexpr FlagSpec kLanguageFlag = {"language", "TAG",
                                           "the language of texts, nl, fr or en"};
inline constexpr FlagSpec kAsOfFlag = {"as-of", "WHEN",
                                       "known then: 2022-12-31T17:00:00Z, a revision, or a day, "
                                       "which ends where the institution is"};
inline constexpr FlagSpec kSliceFlag = {"slice", "DIM=CODE",
                                        "only that code of a dimension; repeatable", "", true};

// Runs a whole command line, without the program's name: prints results to `console.out`, errors to
// `console.err`. The services are those of `options`, or, when it is null, of the flags. Results
// that cannot be written (a full disk) are a failure, and so is a lack of memory: nothing is
// thrown.
ExitCode RunProgram(const std::vector<std::string>& words, Console& console,
                    const ConnectionOptions* options = nullptr);

// The connections that the global flags describe. Misused when a flag cannot be read.
absl::StatusOr<ConnectionOptions> ReadConnectionOptions(const Arguments& arguments);

}  // namespace athena::athenactl

#endif  // ATHENA_SERVICES_ATHENACTL_COMMANDS_COMMANDS_H_
