#ifndef ATHENA_SERVICES_ATHENACTL_ARGUMENTS_H_
#define ATHENA_SERVICES_ATHENACTL_ARGUMENTS_H_

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"

// The command line: athenactl [FLAGS] COMMAND [FLAGS] [OPERANDS]. Tables say which commands and
// flags there are; parsing, help and completion follow from them. Pure, but for the environment
// that the caller hands in.
namespace athena::athenactl {

// --name VALUE or --name=VALUE; a switch (no value) is --name.
struct FlagSpec {
  std::string_view name;   // without dashes: "plan-address"
  std::string_view value;  // what its value is, "HOST:PORT"; empty: a switch
  std::string_view help;   // one line
  // Used when it is not given; help shows it. Empty: none.
  std::string_view otherwise = {};
  // It may be given several times; else the last one counts.
  bool repeated = false;
};

struct CommandSpec {
  std::string_view name;
  std::string_view operands;  // "FOLDER..."; empty: it takes none
  std::string_view summary;   // one line, without a full stop
  std::string_view about;     // what else its help says: whole lines, at most 80 columns
  size_t least_operands = 0;
  size_t most_operands = 0;
  std::vector<FlagSpec> flags = {};
};

// Where flags stand that are the same for every command, and all commands.
struct Grammar {
  std::vector<FlagSpec> globals;  // before or after the command; --help is one of each grammar
  std::vector<CommandSpec> commands;
};

// What was typed, checked against the grammar.
class Arguments {
 public:
  const CommandSpec& command() const { return *command_; }
  const std::vector<std::string>& operands() const { return operands_; }
  // The flag's value as typed, else from the environment, else its default; empty without any.
  std::string Get(std::string_view flag) const;
  // Whether it was given, on the command line or in the environment.
  bool Has(std::string_view flag) const { return given_.count(std::string(flag)) > 0; }
  std::vector<std::string> All(std::string_view flag) const;

 private:
  friend absl::StatusOr<Arguments> ParseArguments(
      const Grammar& grammar, const std::vector<std::string>& words,
      const std::function<std::optional<std::string>(const std::string&)>& environment);

  const CommandSpec* command_ = nullptr;
  std::vector<std::string> operands_;
  std::map<std::string, std::vector<std::string>> given_;
  std::map<std::string, std::string> defaults_;
};

// An error of whoever typed the command, not of a service: INVALID_ARGUMENT, marked, so that
// IsMisuse tells it from what a service answers.
absl::Status Misused(std::string_view message);
bool IsMisuse(const absl::Status& status);

// Reads `words`, the command line without the program's name. Global flags that are not typed are
// looked up with `environment` as ATHENA_ and their name in capitals (ATHENA_PLAN_ADDRESS); an
// empty variable counts as none. "--" ends the flags. Misused says what was wrong and what to type
// instead. `grammar` must outlive the result. With --help anywhere after a command the operands are
// not counted.
absl::StatusOr<Arguments> ParseArguments(
    const Grammar& grammar, const std::vector<std::string>& words,
    const std::function<std::optional<std::string>(const std::string&)>& environment);

// The command of that name; null when there is none.
const CommandSpec* FindCommand(const Grammar& grammar, std::string_view name);

// What `athenactl help` prints: at most 40 lines of 80 columns, as long as the tables are.
std::string Overview(const Grammar& grammar);
// What `athenactl COMMAND --help` prints.
std::string CommandHelp(const CommandSpec& command);
// A bash script that completes commands, flags and, for other words, file names.
std::string BashCompletion(const Grammar& grammar);

}  // namespace athena::athenactl

#endif  // ATHENA_SERVICES_ATHENACTL_ARGUMENTS_H_
