// athenactl: Athena from the command line.

#include <cstdlib>
#include <iostream>
#include <optional>
#include <string>
#include <vector>

#include "services/athenactl/arguments.h"
#include "services/athenactl/commands.h"
#include "services/athenactl/connections.h"
#include "services/athenactl/console.h"

namespace athena::athenactl {
namespace {

std::optional<std::string> FromEnvironment(const std::string& variable) {
  const char* value = std::getenv(variable.c_str());
  return value == nullptr ? std::nullopt : std::make_optional<std::string>(value);
}

ExitCode Misuse(const std::string& message) {
  std::cerr << "athenactl: " << message << "\n";
  return ExitCode::kMisused;
}

ExitCode Main(const std::vector<std::string>& words) {
  const std::vector<Command> commands = AllCommands();
  const Grammar grammar = GrammarOf(commands);
  const absl::StatusOr<Arguments> arguments = ParseArguments(grammar, words, FromEnvironment);
  if (!arguments.ok()) return Misuse(std::string(arguments.status().message()));
  std::optional<Console> console = ProcessConsole(arguments->Get("color"));
  if (!console.has_value()) {
    return Misuse("--color got " + arguments->Get("color") + ", want auto, always or never");
  }
  const absl::StatusOr<ConnectionOptions> options = ReadConnectionOptions(*arguments);
  if (!options.ok()) return Misuse(std::string(options.status().message()));
  Connections connections(*options);
  Context context{*console, connections, grammar};
  return Run(commands, context, *arguments);
}

}  // namespace
}  // namespace athena::athenactl

int main(int argc, char** argv) {
  return static_cast<int>(athena::athenactl::Main(std::vector<std::string>(argv + 1, argv + argc)));
}
