#ifndef ATHENA_SERVICES_ATHENACTL_COMMANDS_H_
#define ATHENA_SERVICES_ATHENACTL_COMMANDS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "services/athenactl/arguments.h"
#include "services/athenactl/connections.h"
#include "services/athenactl/console.h"

// The commands: each is a file of its name (reopen: close).
namespace athena::athenactl {

// How the program ends.
enum class ExitCode {
  kDone = 0,
  kFailed = 1,       // a service refused, or did not answer; `health`: one does not serve;
                     // `check`: something differs
  kMisused = 2,      // the command line cannot be followed
  kRowsRefused = 3,  // some rows were refused; what was not is stored
};

struct Context {
  Console& console;
  Connections& connections;
  const Grammar& grammar;
};

// Does it. An error is printed by the caller (Misused: with exit code 2, others with 1).
using RunCommand = absl::StatusOr<ExitCode> (*)(Context& context, const Arguments& arguments);

struct Command {
  CommandSpec spec;
  RunCommand run;
};

Command CheckCommand();
Command CloseCommand();
Command ClosingsCommand();
Command CompletenessCommand();
Command CompletionCommand();
Command ExportCommand();
Command HealthCommand();
Command HelpCommand();
Command IndicatorCommand();
Command IndicatorsCommand();
Command InstitutionsCommand();
Command LoadCommand();
Command ObservationsCommand();
Command PlansCommand();
Command PushCommand();
Command ReopenCommand();
Command ScorecardCommand();
Command TargetsCommand();
Command ValuesCommand();

// All of them, in the order of help.
std::vector<Command> AllCommands();
// The flags of every command, and these commands.
Grammar GrammarOf(const std::vector<Command>& commands);

// What the global flags say. Misused when one of them cannot be read.
absl::StatusOr<ConnectionOptions> ReadConnectionOptions(const Arguments& arguments);

// Runs what was typed, prints help where it was asked for, and errors. Returns the exit code.
ExitCode Run(const std::vector<Command>& commands, Context& context, const Arguments& arguments);

}  // namespace athena::athenactl

#endif  // ATHENA_SERVICES_ATHENACTL_COMMANDS_H_
