#include "services/athenactl/commands/commands.h"

#include <locale>
#include <optional>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "services/athenactl/terminal/explain.h"
#include "services/athenactl/terminal/text.h"

namespace athena::athenactl {
namespace {

constexpr absl::Duration kMinTimeout = absl::Milliseconds(1);
constexpr absl::Duration kMaxTimeout = absl::Hours(24);

std::vector<CommandSpec> SpecsOf(const std::vector<Command>& commands) {
  std::vector<CommandSpec> specs;
  for (const Command& command : commands) specs.push_back(command.spec);
  return specs;
}

absl::StatusOr<ExitCode> Run(const std::vector<Command>& commands, Context& context,
                             const Arguments& arguments) {
  if (arguments.Has("version")) {
    context.console.out << "athenactl " << ATHENA_VERSION << "\n";
    return ExitCode::kDone;
  }
  if (arguments.Has("help") && arguments.command() != "help") {
    ATHENA_ASSIGN_OR_RETURN(const std::string help, context.command_line.Help(arguments.command()));
    context.console.out << help;
    return ExitCode::kDone;
  }
  for (const Command& command : commands) {
    if (command.spec.name == arguments.command()) return command.run(context, arguments);
  }
  return absl::InternalError(absl::StrCat("no command ", arguments.command()));
}

ExitCode Fail(const absl::Status& fault, Console& console) {
  console.err << "athenactl: " << Explain(fault);
  return IsMisuse(fault) ? ExitCode::kMisused : ExitCode::kFailed;
}

}  // namespace

std::vector<Command> AllCommands() {
  return {ScorecardCommand(),  LoadCommand(),         PushCommand(),    ExportCommand(),
          ListCommand(),       GetCommand(),          SetCommand(),     ImportCommand(),
          IndicatorsCommand(), IndicatorCommand(),    TargetsCommand(), ObservationsCommand(),
          ValuesCommand(),     CompletenessCommand(), CloseCommand(),   ReopenCommand(),
          EndCommand(),        SilentCommand(),       CheckCommand(),   HealthCommand(),
          FormatsCommand(),    CompletionCommand(),   HelpCommand()};
}

std::vector<FlagSpec> GlobalFlags() {
  return {
      {"plan-address", "HOST:PORT", "the plan service", "127.0.0.1:7701"},
      {"indicator-address", "HOST:PORT", "the indicator service", "127.0.0.1:7702"},
      {"reporting-address", "HOST:PORT", "the reporting service", "127.0.0.1:7703"},
      {"token", "TOKEN", "the bearer token that says who you are"},
      {"timeout", "TIME", "how long each answer may take: 500ms, 2m", "30s"},
      {"color", "WHEN", "auto, always or never", "auto"},
      {"version", "", "print the version"},
  };
}

absl::StatusOr<ConnectionOptions> ReadConnectionOptions(const Arguments& arguments) {
  ConnectionOptions options;
  options.plan_address = arguments.Get("plan-address");
  options.indicator_address = arguments.Get("indicator-address");
  options.reporting_address = arguments.Get("reporting-address");
  options.token = arguments.Get("token");
  const std::string timeout = arguments.Get("timeout");
  if (!absl::ParseDuration(timeout, &options.timeout) || options.timeout < kMinTimeout ||
      options.timeout > kMaxTimeout) {
    return Misused(
        absl::StrCat("--timeout got ", Printable(timeout), ", want 1ms to 24h, like 30s or 2m"));
  }
  return options;
}

ExitCode RunProgram(const std::vector<std::string>& words, Console& console,
                    const ConnectionOptions* options) {
  // Programs read what is printed, too: line 10003 is never 10.003.
  console.out.imbue(std::locale::classic());
  console.err.imbue(std::locale::classic());
  const std::vector<Command> commands = AllCommands();
  const CommandLine command_line(GlobalFlags(), SpecsOf(commands));
  const absl::StatusOr<Arguments> arguments = command_line.Parse(words);
  if (!arguments.ok()) return Fail(arguments.status(), console);
  if (!SetColour(arguments->Get("color"), &console)) {
    return Fail(Misused(absl::StrCat("--color got ", Printable(arguments->Get("color")),
                                     ", want auto, always or never")),
                console);
  }
  const absl::StatusOr<ConnectionOptions> typed = ReadConnectionOptions(*arguments);
  if (!typed.ok()) return Fail(typed.status(), console);
  Connections connections(options == nullptr ? *typed : *options);
  Context context{console, connections, command_line};
  const absl::StatusOr<ExitCode> code = Run(commands, context, *arguments);
  return code.ok() ? *code : Fail(code.status(), console);
}

}  // namespace athena::athenactl
