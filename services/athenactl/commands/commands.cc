#include "services/athenactl/commands/commands.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <locale>
#include <new>
#include <optional>
#include <system_error>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "libs/daemon/version.h"
#include "libs/rpc/transport/trace.h"
#include "libs/status/macros.h"
#include "services/athenactl/terminal/explain.h"
#include "services/athenactl/terminal/text.h"

namespace athena::athenactl {
namespace {

constexpr absl::Duration kMinTimeout = absl::Milliseconds(1);
constexpr absl::Duration kMaxTimeout = absl::Hours(24);

// What Ctrl-C says while one of these runs.
constexpr std::array<std::string_view, 18> kChangingCommands = {
    "activate", "amounts",     "close", "close-plan", "delete",  "end",
    "import",   "import-plan", "load",  "publish",    "push",    "reopen",
    "report",   "return",      "set",   "submit",     "targets", "validate"};
constexpr char kChangeAdvice[] =
    "what was sent may be stored: run it again, what is stored already is not stored twice";

std::vector<CommandSpec> SpecsOf(const std::vector<Command>& commands) {
  std::vector<CommandSpec> specs;
  for (const Command& command : commands) specs.push_back(command.spec);
  return specs;
}

absl::StatusOr<ExitCode> Run(const std::vector<Command>& commands, Context& context,
                             const Arguments& arguments) {
  if (arguments.Has("version")) {
    context.console.out << "athenactl " << daemon::VersionAndCommit() << "\n";
    return ExitCode::kDone;
  }
  if (arguments.Has("help") && arguments.command() != "help") {
    ATHENA_ASSIGN_OR_RETURN(const std::string help, context.command_line.Help(arguments.command()));
    context.console.out << help;
    return ExitCode::kDone;
  }
  for (const Command& command : commands) {
    if (command.spec.name != arguments.command()) continue;
    if (Contains(kChangingCommands, command.spec.name)) OnInterrupt(kChangeAdvice);
    return command.run(context, arguments);
  }
  return absl::InternalError(absl::StrCat("no command ", arguments.command()));
}

// Whether the services' logs may say more about an error than it does itself.
bool IsForOperators(const absl::Status& fault) {
  return fault.code() == absl::StatusCode::kInternal ||
         fault.code() == absl::StatusCode::kUnknown ||
         fault.code() == absl::StatusCode::kDataLoss ||
         fault.code() == absl::StatusCode::kUnavailable ||
         fault.code() == absl::StatusCode::kDeadlineExceeded;
}

// `traceparent`: that of the calls which the command made; empty when it made none.
ExitCode Fail(const absl::Status& fault, Console& console, std::string_view traceparent = "") {
  std::string text = absl::StrCat("athenactl: ", Explain(fault));
  if (!traceparent.empty() && IsForOperators(fault)) {
    absl::StrAppend(&text, "In the logs of the services: trace ", View(rpc::TraceIdOf(traceparent)),
                    "\n");
  }
  text = WrappedLines(text, console.err_width);
  console.err << (console.ascii ? ToAscii(text) : text);
  return IsMisuse(fault) ? ExitCode::kMisused : ExitCode::kFailed;
}

// What is sent to a service must be UTF-8; the name of a file need not be.
absl::Status CheckUtf8(const std::vector<std::string>& words) {
  for (const std::string& word : words) {
    std::error_code ignored;
    if (IsUtf8(word) || std::filesystem::exists(word, ignored)) continue;
    return Misused(absl::StrCat("got ", Printable(word),
                                ", want UTF-8: is the terminal set to another encoding?"));
  }
  return absl::OkStatus();
}

// A bearer token goes into a header: printable ASCII without blanks. It is a secret, so it is not
// shown.
absl::Status CheckToken(const std::string& token) {
  const auto bad =
      std::find_if(token.begin(), token.end(), [](char c) { return c < 0x21 || c > 0x7E; });
  if (bad == token.end()) return absl::OkStatus();
  return Misused(absl::StrCat("--token got a character that no token has at place ",
                              bad - token.begin() + 1, " of ", token.size(),
                              ", want printable ASCII without blanks and line ends"));
}

// HOST:PORT, or the path of a socket.
absl::Status CheckAddress(std::string_view flag, const std::string& address) {
  const bool printable =
      std::all_of(address.begin(), address.end(), [](char c) { return c >= 0x21 && c <= 0x7E; });
  if (printable && absl::StartsWith(address, "unix:/")) return absl::OkStatus();
  const size_t colon = address.rfind(':');
  if (printable && colon != std::string::npos && colon > 0) {
    const std::string host = address.substr(0, colon);
    const bool bracketed = host.front() == '[' && host.back() == ']' && host.size() > 2;
    const bool plain = host.find_first_of("[]:/%@") == std::string::npos;
    const std::optional<int64_t> port = WholeNumber(address.substr(colon + 1));
    if ((plain || bracketed) && port.has_value() && *port >= 1 && *port <= 65535) {
      return absl::OkStatus();
    }
  }
  return Misused(absl::StrCat("--", View(flag), " got ", Printable(address),
                              ", want HOST:PORT, like 127.0.0.1:7701"));
}

ExitCode RunWords(const std::vector<std::string>& words, Console& console,
                  const ConnectionOptions* options) {
  const std::vector<Command> commands = AllCommands();
  const CommandLine command_line(GlobalFlags(), SpecsOf(commands));
  if (absl::Status fault = CheckUtf8(words); !fault.ok()) return Fail(fault, console);
  const absl::StatusOr<Arguments> arguments = command_line.Parse(words);
  if (!arguments.ok()) return Fail(arguments.status(), console);
  if (!SetColour(arguments->Get("color"), &console)) {
    return Fail(Misused(absl::StrCat("--color got ", Printable(arguments->Get("color")),
                                     ", want auto, always or never")),
                console);
  }
  const absl::StatusOr<ConnectionOptions> typed = ReadConnectionOptions(*arguments);
  if (!typed.ok()) return Fail(typed.status(), console);
  ConnectionOptions used = options == nullptr ? *typed : *options;
  const char* const traceparent = std::getenv("TRACEPARENT");
  used.traceparent = rpc::TraceparentOf(traceparent == nullptr ? "" : traceparent);
  Connections connections(used);
  Context context{console, connections, command_line};
  const absl::StatusOr<ExitCode> code = Run(commands, context, *arguments);
  return code.ok() ? *code : Fail(code.status(), console, used.traceparent);
}

}  // namespace

std::vector<Command> AllCommands() {
  return {BoardCommand(),
          ScorecardCommand(),
          ExplainCommand(),
          CompareCommand(),
          TrendCommand(),
          PublishCommand(),
          PublicationsCommand(),
          VerifyCommand(),
          PlanCommand(),
          DueCommand(),
          RisksCommand(),
          BudgetCommand(),
          DecisionsCommand(),
          LoadCommand(),
          PushCommand(),
          ExportCommand(),
          ListCommand(),
          GetCommand(),
          SetCommand(),
          DeleteCommand(),
          ActivateCommand(),
          ClosePlanCommand(),
          ImportCommand(),
          ExportPlanCommand(),
          ExportScorecardCommand(),
          ExportObservationsCommand(),
          ImportPlanCommand(),
          IndicatorsCommand(),
          IndicatorCommand(),
          TargetsCommand(),
          ObservationsCommand(),
          PushesCommand(),
          ValuesCommand(),
          CompletenessCommand(),
          CloseCommand(),
          ReopenCommand(),
          EndCommand(),
          SilentCommand(),
          ProgressCommand(),
          ReportCommand(),
          SubmitCommand(),
          ValidateCommand(),
          ReturnCommand(),
          AmountsCommand(),
          HistoryCommand(),
          AuditCommand(),
          CheckCommand(),
          BackupCommand(),
          RestoreCommand(),
          HealthCommand(),
          FormatsCommand(),
          SpreadsheetsCommand(),
          CompletionCommand(),
          HelpCommand()};
}

std::vector<FlagSpec> GlobalFlags() {
  return {
      {"plan-address", "HOST:PORT", "the plan service", "127.0.0.1:7701"},
      {"indicator-address", "HOST:PORT", "the indicator service", "127.0.0.1:7702"},
      {"reporting-address", "HOST:PORT", "the reporting service", "127.0.0.1:7703"},
      {"token", "TOKEN", "the bearer token that says who you are"},
      {"tls-ca", "FILE", "the authorities of the services' certificates (PEM); then TLS is spoken"},
      {"tls-certificate", "FILE", "the certificate that says who you are (PEM)"},
      {"tls-key", "FILE", "its private key (PEM)"},
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
  ATHENA_RETURN_IF_ERROR(CheckToken(options.token));
  ATHENA_RETURN_IF_ERROR(CheckAddress("plan-address", options.plan_address));
  ATHENA_RETURN_IF_ERROR(CheckAddress("indicator-address", options.indicator_address));
  ATHENA_RETURN_IF_ERROR(CheckAddress("reporting-address", options.reporting_address));
  options.tls_ca = arguments.Get("tls-ca");
  options.tls_certificate = arguments.Get("tls-certificate");
  options.tls_key = arguments.Get("tls-key");
  ATHENA_RETURN_IF_ERROR(CheckSecurity(options));
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
  ExitCode code = ExitCode::kFailed;
  try {
    code = RunWords(words, console, options);
  } catch (const std::bad_alloc&) {
    console.err << "athenactl: out of memory: give it less at a time\n";
  } catch (const std::exception& fault) {
    console.err << "athenactl: " << Printable(fault.what()) << "\n";
  }
  console.out.flush();
  if (console.out.good()) return code;
  console.err
      << "athenactl: the results could not be written: is standard output full or closed?\n";
  return code == ExitCode::kMisused ? code : ExitCode::kFailed;
}

}  // namespace athena::athenactl
