#include "services/athenactl/commands.h"

#include <locale>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "libs/status/status.h"
#include "services/athenactl/explain.h"

namespace athena::athenactl {

std::vector<Command> AllCommands() {
  return {ScorecardCommand(),    LoadCommand(),         PushCommand(),       ExportCommand(),
          ObservationsCommand(), ValuesCommand(),       IndicatorsCommand(), IndicatorCommand(),
          TargetsCommand(),      CompletenessCommand(), CloseCommand(),      ReopenCommand(),
          ClosingsCommand(),     CheckCommand(),        PlansCommand(),      InstitutionsCommand(),
          HealthCommand(),       CompletionCommand(),   HelpCommand()};
}

Grammar GrammarOf(const std::vector<Command>& commands) {
  Grammar grammar;
  grammar.globals = {
      {"plan-address", "HOST:PORT", "the plan service", "127.0.0.1:7701"},
      {"indicator-address", "HOST:PORT", "the indicator service", "127.0.0.1:7702"},
      {"reporting-address", "HOST:PORT", "the reporting service", "127.0.0.1:7703"},
      {"token", "TOKEN", "the bearer token that says who you are"},
      {"timeout", "TIME", "how long each answer may take: 500ms, 2m", "30s"},
      {"color", "WHEN", "auto, always or never", "auto"},
  };
  for (const Command& command : commands) grammar.commands.push_back(command.spec);
  return grammar;
}

absl::StatusOr<ConnectionOptions> ReadConnectionOptions(const Arguments& arguments) {
  ConnectionOptions options;
  options.plan_address = arguments.Get("plan-address");
  options.indicator_address = arguments.Get("indicator-address");
  options.reporting_address = arguments.Get("reporting-address");
  options.token = arguments.Get("token");
  const std::string timeout = arguments.Get("timeout");
  if (!absl::ParseDuration(timeout, &options.timeout) || options.timeout < absl::Milliseconds(1) ||
      options.timeout > absl::Hours(24)) {
    return Misused(absl::StrCat("--timeout got ", timeout, ", want 1ms to 24h, like 30s or 2m"));
  }
  return options;
}

ExitCode Run(const std::vector<Command>& commands, Context& context, const Arguments& arguments) {
  // What is printed is read by programs, too: line 10003 is never 10.003.
  context.console.out.imbue(std::locale::classic());
  context.console.err.imbue(std::locale::classic());
  if (arguments.Has("help") && arguments.command().name != "help") {
    context.console.out << CommandHelp(arguments.command());
    return ExitCode::kDone;
  }
  for (const Command& command : commands) {
    if (command.spec.name != arguments.command().name) continue;
    const absl::StatusOr<ExitCode> code = command.run(context, arguments);
    if (code.ok()) return *code;
    context.console.err << "athenactl: " << Explain(code.status());
    return IsMisuse(code.status()) ? ExitCode::kMisused : ExitCode::kFailed;
  }
  return ExitCode::kMisused;
}

}  // namespace athena::athenactl
