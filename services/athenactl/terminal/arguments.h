#ifndef ATHENA_SERVICES_ATHENACTL_TERMINAL_ARGUMENTS_H_
#define ATHENA_SERVICES_ATHENACTL_TERMINAL_ARGUMENTS_H_

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"

// What commands declare of their flags and operands, and what they get of the command line.
// command_line.h reads one by the other.
namespace athena::athenactl {

// A flag: --name VALUE or --name=VALUE; a switch, without a value, is --name.
struct FlagSpec {
  std::string_view name;   // without dashes: "plan-address"
  std::string_view value;  // what its value is, "HOST:PORT"; empty: a switch
  std::string_view help;   // one line
  // The value when the flag is not given; help shows it. Empty: none.
  std::string_view default_value = {};
  // It may be given several times; else the last one counts.
  bool repeated = false;
};

struct CommandSpec {
  std::string_view name;
  std::string_view operands;  // "FOLDER..."; empty: it takes none
  std::string_view summary;   // one line, without a full stop
  std::string_view about;     // the rest of its help: whole lines of at most 80 columns
  size_t min_operands = 0;
  size_t max_operands = 0;
  std::vector<FlagSpec> flags = {};
  bool named_only = false;  // the overview lists its name, without its summary
};

// A parsed command line.
class Arguments {
 public:
  Arguments(std::string command, std::vector<std::string> operands,
            std::map<std::string, std::vector<std::string>> flags,
            std::map<std::string, std::string> defaults)
      : command_(std::move(command)),
        operands_(std::move(operands)),
        flags_(std::move(flags)),
        defaults_(std::move(defaults)) {}

  const std::string& command() const { return command_; }
  const std::vector<std::string>& operands() const { return operands_; }
  // The operand at `index`, from 0; "" when there are fewer.
  std::string Operand(size_t index) const;
  // The flag's last value on the command line, else the one in the environment, else its default;
  // "" without any.
  std::string Get(std::string_view flag) const;
  // Whether it was given, on the command line or in the environment.
  bool Has(std::string_view flag) const { return flags_.count(std::string(flag)) > 0; }
  // All its values; none when it was not given.
  std::vector<std::string> All(std::string_view flag) const;

 private:
  std::string command_;
  std::vector<std::string> operands_;
  std::map<std::string, std::vector<std::string>> flags_;
  std::map<std::string, std::string> defaults_;
};

// An error in the command line, not a service's: INVALID_ARGUMENT with a mark for IsMisuse. The
// message names the flag or operand, what it got and what it wants.
absl::Status Misused(std::string_view message);
bool IsMisuse(const absl::Status& status);

}  // namespace athena::athenactl

#endif  // ATHENA_SERVICES_ATHENACTL_TERMINAL_ARGUMENTS_H_
