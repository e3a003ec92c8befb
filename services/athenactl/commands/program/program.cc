// health, completion and help.

#include <nlohmann/json.hpp>
#include <string>

#include "absl/strings/str_cat.h"
#include "libs/status/macros.h"
#include "libs/status/status.h"
#include "services/athenactl/commands/commands.h"
#include "services/athenactl/terminal/table.h"
#include "services/athenactl/terminal/text.h"

namespace athena::athenactl {
namespace {

struct ServiceHealth {
  std::string state;  // "SERVING", "NOT_SERVING", "UNREACHABLE", "REFUSED"
  std::string cause;  // of the last two
};

ServiceHealth HealthOf(const Connections& connections, const Connections::Peer& peer) {
  const absl::StatusOr<std::string> state = connections.Health(peer);
  if (state.ok()) return {*state, ""};
  const bool away = absl::IsUnavailable(state.status()) || absl::IsDeadlineExceeded(state.status());
  return {away ? "UNREACHABLE" : "REFUSED", Printable(status::Message(state.status()))};
}

absl::StatusOr<ExitCode> ShowHealth(Context& context, const Arguments& arguments) {
  nlohmann::ordered_json json = nlohmann::ordered_json::array();
  Table table({{"SERVICE"}, {"ADDRESS"}, {"STATE"}, {.heading = "WHY", .wraps = true}});
  bool all = true;
  for (const Connections::Peer& peer : context.connections.peers()) {
    const ServiceHealth health = HealthOf(context.connections, peer);
    all = all && health.state == "SERVING";
    table.Add({peer.service, peer.address, health.state, health.cause});
    nlohmann::ordered_json one = {
        {"service", peer.service}, {"address", peer.address}, {"state", health.state}};
    if (!health.cause.empty()) one["why"] = health.cause;
    json.push_back(one);
  }
  if (arguments.Has("json")) {
    context.console.out << json.dump(1, ' ', false,
                                     nlohmann::ordered_json::error_handler_t::replace)
                        << "\n";
  } else {
    context.console.Print(table.Text(context.console.width, context.console.colour));
  }
  return all ? ExitCode::kDone : ExitCode::kFailed;
}

absl::StatusOr<ExitCode> PrintCompletion(Context& context, const Arguments& arguments) {
  if (arguments.Operand(0) != "bash") {
    return Misused(absl::StrCat("completion got ", Printable(arguments.Operand(0)), ", want bash"));
  }
  context.console.out << context.command_line.BashCompletion();
  return ExitCode::kDone;
}

absl::StatusOr<ExitCode> PrintHelp(Context& context, const Arguments& arguments) {
  if (arguments.operands().empty()) {
    context.console.out << context.command_line.Overview();
    return ExitCode::kDone;
  }
  ATHENA_ASSIGN_OR_RETURN(const std::string help, context.command_line.Help(arguments.Operand(0)));
  context.console.out << help;
  return ExitCode::kDone;
}

}  // namespace

Command HealthCommand() {
  return {{.name = "health",
           .operands = "",
           .summary = "Ask all three services whether they serve",
           .about = "Exit code 0: all do; 1: one of them does not.\n",
           .flags = {{"json", "", "as JSON"}}},
          ShowHealth};
}

Command CompletionCommand() {
  return {{.name = "completion",
           .operands = "bash",
           .summary = "Print a script that completes commands and flags",
           .about = "source <(athenactl completion bash), or put that line in ~/.bashrc.\n",
           .min_operands = 1,
           .max_operands = 1,
           .named_only = true},
          PrintCompletion};
}

Command HelpCommand() {
  return {{.name = "help",
           .operands = "[COMMAND]",
           .summary = "Show this, or a command's help (also: COMMAND --help)",
           .about = "",
           .max_operands = 1},
          PrintHelp};
}

}  // namespace athena::athenactl
