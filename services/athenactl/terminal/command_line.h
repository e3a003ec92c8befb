#ifndef ATHENA_SERVICES_ATHENACTL_TERMINAL_COMMAND_LINE_H_
#define ATHENA_SERVICES_ATHENACTL_TERMINAL_COMMAND_LINE_H_

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "services/athenactl/terminal/arguments.h"

namespace CLI {
class App;
}

namespace athena::athenactl {

// The command line athenactl [FLAGS] COMMAND [FLAGS] [OPERANDS], as a CLI11 application: it parses
// the words, and help and completion are written from its description. Not thread-safe.
class CommandLine {
 public:
  // `globals` may stand before or after the command, and are looked up in the environment when they
  // are not typed: plan-address as ATHENA_PLAN_ADDRESS; an empty variable counts as none. Every
  // command also takes -h and --help.
  CommandLine(const std::vector<FlagSpec>& globals, const std::vector<CommandSpec>& commands);
  ~CommandLine();
  CommandLine(const CommandLine&) = delete;
  CommandLine& operator=(const CommandLine&) = delete;

  // Parses the command line without the program's name. "--" ends the flags. With --help (or
  // --version, before a command) the result has that flag, and operands are not counted; without
  // any word the command is "help". Misused says what is wrong and what to type instead.
  absl::StatusOr<Arguments> Parse(const std::vector<std::string>& words) const;

  // What `athenactl help` prints: at most 40 lines of 80 columns.
  std::string Overview() const;
  // What `athenactl COMMAND --help` prints. Misused when there is no such command.
  absl::StatusOr<std::string> Help(std::string_view command) const;
  // A bash script that completes commands, flags and, for other words, file names.
  std::string BashCompletion() const;

 private:
  const std::unique_ptr<CLI::App> app_;
};

}  // namespace athena::athenactl

#endif  // ATHENA_SERVICES_ATHENACTL_TERMINAL_COMMAND_LINE_H_
