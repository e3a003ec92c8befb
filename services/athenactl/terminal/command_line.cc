#include "services/athenactl/terminal/command_line.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "libs/status/macros.h"
#include "services/athenactl/terminal/text.h"

namespace athena::athenactl {
namespace {

constexpr char kOperands[] = "OPERANDS";
constexpr char kHelpCommand[] = "help";
constexpr int kPageColumns = 80;

std::string EnvironmentName(std::string_view flag) {
  return absl::StrCat("ATHENA_",
                      absl::AsciiStrToUpper(absl::StrReplaceAll(View(flag), {{"-", "_"}})));
}

CLI::Option* AddFlag(const FlagSpec& flag, CLI::App* app) {
  const std::string name = absl::StrCat("--", View(flag.name));
  if (flag.value.empty()) {
    return app
        ->add_flag_function(
            name, [](int64_t) {}, std::string(flag.help))
        ->disable_flag_override();
  }
  // Arguments read the results: there is no variable to assign.
  CLI::Option* option = app->add_option(
      name, [](const CLI::results_t&) { return true; }, std::string(flag.help));
  option->type_name(std::string(flag.value))->type_size(1)->expected(1);
  option->multi_option_policy(flag.repeated ? CLI::MultiOptionPolicy::TakeAll
                                            : CLI::MultiOptionPolicy::TakeLast);
  option->default_str(std::string(flag.default_value));
  return option;
}

void AddCommand(const CommandSpec& spec, CLI::App* app) {
  CLI::App* command = app->add_subcommand(std::string(spec.name), std::string(spec.summary));
  command->footer(std::string(spec.about));
  if (spec.is_step) command->group("");
  for (const FlagSpec& flag : spec.flags) AddFlag(flag, command);
  if (spec.max_operands == 0) return;
  CLI::Option* operands =
      command->add_option(kOperands, [](const CLI::results_t&) { return true; });
  operands->type_name(std::string(spec.operands))->type_size(1);
  operands->expected(static_cast<int>(spec.min_operands), static_cast<int>(spec.max_operands));
  operands->required(spec.min_operands > 0);
  operands->allow_extra_args();  // else it takes no more than the least number
}

// The flags of an application or a command, without -h, --help and the operands.
std::vector<const CLI::Option*> FlagsOf(const CLI::App& app) {
  std::vector<const CLI::Option*> flags;
  for (const CLI::Option* option : app.get_options()) {
    if (option != app.get_help_ptr() && !option->get_positional()) flags.push_back(option);
  }
  return flags;
}

std::string NameOf(const CLI::Option& flag) { return flag.get_lnames().front(); }
bool IsSwitch(const CLI::Option& flag) { return flag.get_items_expected_max() == 0; }

std::string FlagText(const CLI::Option& flag) {
  return IsSwitch(flag) ? absl::StrCat("--", NameOf(flag))
                        : absl::StrCat("--", NameOf(flag), " ", flag.get_type_name());
}

std::string FlagLines(const CLI::App& app) {
  int widest = 0;
  for (const CLI::Option* flag : FlagsOf(app)) widest = std::max(widest, Width(FlagText(*flag)));
  std::string lines;
  for (const CLI::Option* flag : FlagsOf(app)) {
    std::string about = flag->get_description();
    if (!flag->get_default_str().empty())
      absl::StrAppend(&about, " [", flag->get_default_str(), "]");
    std::string left = FlagText(*flag);
    for (const std::string& line : Wrapped(about, kPageColumns - widest - 4)) {
      absl::StrAppend(&lines, "  ", PadRight(left, widest), "  ", line, "\n");
      left.clear();
    }
  }
  return lines;
}

std::string OperandsText(const CLI::App& command) {
  const CLI::Option* operands = command.get_option_no_throw(kOperands);
  return operands == nullptr ? "" : operands->get_type_name();
}

std::vector<const CLI::App*> CommandsOf(const CLI::App& app) {
  return app.get_subcommands([](const CLI::App*) { return true; });
}

const CLI::App* FindCommand(const CLI::App& app, std::string_view name) {
  for (const CLI::App* command : CommandsOf(app)) {
    if (command->get_name() == name) return command;
  }
  return nullptr;
}

// ": did you mean load?" when a name is close to what was typed, else `fallback`.
std::string Suggestion(std::string_view typed, const std::vector<std::string>& names,
                       std::string_view prefix, std::string_view fallback) {
  const auto nearest =
      std::min_element(names.begin(), names.end(), [&](const std::string& a, const std::string& b) {
        return EditDistance(typed, a) < EditDistance(typed, b);
      });
  if (nearest == names.end() || EditDistance(typed, *nearest) > 1 + nearest->size() / 3) {
    return std::string(fallback);
  }
  return absl::StrCat(": did you mean ", View(prefix), *nearest, "?");
}

std::string See(const CLI::App* command) {
  return command == nullptr ? "; athenactl help lists all commands"
                            : absl::StrCat("; see athenactl ", command->get_name(), " --help");
}

absl::Status UnknownCommand(const CLI::App& app, const std::string& typed) {
  std::vector<std::string> names;
  for (const CLI::App* command : CommandsOf(app)) names.push_back(command->get_name());
  return Misused(absl::StrCat("unknown command ", Printable(typed),
                              Suggestion(typed, names, "", See(nullptr))));
}

// The error for a word that CLI11 could not place. `command` may be null.
absl::Status UnknownWord(const CLI::App& app, const CLI::App* command, const std::string& word) {
  if (word.size() < 2 || word[0] != '-') {
    if (command == nullptr) return UnknownCommand(app, word);
    return Misused(absl::StrCat("did not expect ", Printable(word), See(command)));
  }
  const std::string typed = word.substr(0, word.find('='));
  const std::string name = typed.substr(std::min(typed.find_first_not_of('-'), typed.size()));
  std::vector<std::string> names = {"help"};
  for (const CLI::Option* flag : FlagsOf(app)) names.push_back(NameOf(*flag));
  if (command != nullptr) {
    for (const CLI::Option* flag : FlagsOf(*command)) {
      names.push_back(NameOf(*flag));
      if (typed == "--" + NameOf(*flag)) {
        return Misused(absl::StrCat(typed, " is a flag of ", command->get_name(),
                                    ": type it after that word"));
      }
    }
  }
  return Misused(
      absl::StrCat("unknown flag ", Printable(typed), Suggestion(name, names, "--", See(command))));
}

// The flag whose error CLI11 reports: the message begins with its name. Null for another error.
const CLI::Option* FlagOf(const CLI::App& app, const CLI::App* command, const CLI::Error& error) {
  for (const CLI::App* part : {command, &app}) {
    if (part == nullptr) continue;
    for (const CLI::Option* flag : FlagsOf(*part)) {
      std::string message = error.what();
      message.erase(0, std::min(message.find_first_not_of('-'), message.size()));
      const std::string name = NameOf(*flag);
      if (message.compare(0, name.size(), name) == 0 &&
          (message.size() == name.size() || message[name.size()] == ':' ||
           message[name.size()] == ' ')) {
        return flag;
      }
    }
  }
  return nullptr;
}

absl::Status ToMisuse(const CLI::App& app, const CLI::App* command, const CLI::ParseError& error) {
  if (dynamic_cast<const CLI::ExtrasError*>(&error) != nullptr) {
    for (const std::string& word : app.remaining(true)) {
      if (word != "--") return UnknownWord(app, command, word);
    }
  }
  if (const CLI::Option* flag = FlagOf(app, command, error)) {
    return Misused(IsSwitch(*flag)
                       ? absl::StrCat("--", NameOf(*flag), " takes no value", See(command))
                       : absl::StrCat("--", NameOf(*flag), " needs a value: ", FlagText(*flag)));
  }
  const CLI::Option* operands =
      command == nullptr ? nullptr : command->get_option_no_throw(kOperands);
  if (operands != nullptr) {
    const size_t count = operands->count();
    const auto max = static_cast<size_t>(operands->get_items_expected_max());
    if (count > max) {
      return Misused(
          absl::StrCat("did not expect ", Printable(operands->results()[max]), See(command)));
    }
    if (static_cast<int>(count) < operands->get_items_expected_min()) {
      return Misused(
          absl::StrCat(command->get_name(), " needs ", OperandsText(*command), See(command)));
    }
  }
  return Misused(absl::StrCat(error.what(), See(command)));
}

// "--depth=" has no value, whatever the next word is.
absl::Status CheckEmptyValues(const CLI::App& app, const std::vector<std::string>& words) {
  for (const std::string& word : words) {
    if (word == "--") break;
    if (word.size() < 4 || word.compare(0, 2, "--") != 0 || word.find('=') + 1 != word.size()) {
      continue;
    }
    const std::string name = word.substr(2, word.size() - 3);
    std::vector<const CLI::App*> parts = CommandsOf(app);
    parts.push_back(&app);
    for (const CLI::App* part : parts) {
      for (const CLI::Option* flag : FlagsOf(*part)) {
        if (NameOf(*flag) == name && !IsSwitch(*flag)) {
          return Misused(absl::StrCat("--", name, " got nothing, want ", flag->get_type_name()));
        }
      }
    }
  }
  return absl::OkStatus();
}

}  // namespace

CommandLine::CommandLine(const std::vector<FlagSpec>& globals,
                         const std::vector<CommandSpec>& commands)
    : app_(std::make_unique<CLI::App>("Athena from the command line", "athenactl")) {
  app_->set_help_flag("-h,--help", "Print the help");
  app_->fallthrough();
  app_->require_subcommand(0, 1);
  for (const FlagSpec& flag : globals) {
    CLI::Option* option = AddFlag(flag, app_.get());
    if (!flag.value.empty()) option->envname(EnvironmentName(flag.name));
  }
  for (const CommandSpec& command : commands) AddCommand(command, app_.get());
}

CommandLine::~CommandLine() = default;

absl::StatusOr<Arguments> CommandLine::Parse(const std::vector<std::string>& words) const {
  ATHENA_RETURN_IF_ERROR(CheckEmptyValues(*app_, words));
  std::map<std::string, std::vector<std::string>> flags;
  const CLI::App* command = nullptr;
  const auto find_command = [&] {
    const std::vector<CLI::App*> parsed = app_->get_subcommands();
    command = parsed.empty() ? nullptr : parsed.front();
  };
  try {
    app_->parse(std::vector<std::string>(words.rbegin(), words.rend()));
    find_command();
  } catch (const CLI::CallForHelp&) {
    find_command();
    flags["help"] = {""};
  } catch (const CLI::ParseError& error) {
    find_command();
    return ToMisuse(*app_, command, error);
  }
  const auto collect = [&](const CLI::App& part, std::map<std::string, std::string>& defaults) {
    for (const CLI::Option* flag : FlagsOf(part)) {
      defaults[NameOf(*flag)] = flag->get_default_str();
      if (flag->count() == 0) continue;
      const bool all = flag->get_multi_option_policy() == CLI::MultiOptionPolicy::TakeAll;
      flags[NameOf(*flag)] =
          all ? flag->results() : std::vector<std::string>{flag->results().back()};
    }
  };
  std::map<std::string, std::string> defaults;
  collect(*app_, defaults);
  if (command == nullptr) {
    if (!words.empty() && flags.count("help") + flags.count("version") == 0) {
      return Misused(absl::StrCat("no command", See(nullptr)));
    }
    return Arguments(kHelpCommand, {}, std::move(flags), std::move(defaults));
  }
  collect(*command, defaults);
  const CLI::Option* operands = command->get_option_no_throw(kOperands);
  return Arguments(command->get_name(),
                   operands == nullptr ? std::vector<std::string>{} : operands->results(),
                   std::move(flags), std::move(defaults));
}

std::string CommandLine::Overview() const {
  std::string text =
      absl::StrCat("athenactl [FLAGS] COMMAND ...: ", app_->get_description(), ".\n\n");
  for (const CLI::App* command : CommandsOf(*app_)) {
    if (command->get_group().empty()) continue;
    absl::StrAppend(&text, "  ", PadRight(command->get_name(), 13), command->get_description(),
                    "\n");
  }
  std::string flags = "Flags of every command (athenactl help help explains them):";
  for (const CLI::Option* flag : FlagsOf(*app_)) absl::StrAppend(&flags, " --", NameOf(*flag));
  absl::StrAppend(
      &text, "\n", WrappedLines(flags, kPageColumns),
      "\nExit codes: 0 done, 1 refused or unreachable, 2 wrong usage, 3 rows refused.\n");
  return text;
}

absl::StatusOr<std::string> CommandLine::Help(std::string_view name) const {
  const CLI::App* command = FindCommand(*app_, name);
  if (command == nullptr) return UnknownCommand(*app_, std::string(name));
  const std::string operands = OperandsText(*command);
  std::string text = absl::StrCat("athenactl ", command->get_name());
  if (!FlagsOf(*command).empty()) text += " [FLAGS]";
  if (!operands.empty()) absl::StrAppend(&text, " ", operands);
  absl::StrAppend(&text, "\n", command->get_description(), ".\n");
  if (!command->get_footer().empty()) absl::StrAppend(&text, "\n", command->get_footer());
  if (!FlagsOf(*command).empty()) absl::StrAppend(&text, "\n", FlagLines(*command));
  if (name == kHelpCommand) {
    absl::StrAppend(&text, "\nFlags of every command (or in the environment, as ATHENA_TOKEN):\n",
                    FlagLines(*app_));
  }
  return text;
}

std::string CommandLine::BashCompletion() const {
  const auto flag_words = [](const CLI::App& part) {
    std::string words;
    for (const CLI::Option* flag : FlagsOf(part)) absl::StrAppend(&words, " --", NameOf(*flag));
    return words;
  };
  std::string valued;  // the flags that take a value
  const auto add_valued = [&](const CLI::App& part) {
    for (const CLI::Option* flag : FlagsOf(part)) {
      if (IsSwitch(*flag)) continue;
      absl::StrAppend(&valued, valued.empty() ? "" : "|", "--", NameOf(*flag));
    }
  };
  add_valued(*app_);
  std::string names;
  std::string cases;
  for (const CLI::App* command : CommandsOf(*app_)) {
    absl::StrAppend(&names, names.empty() ? "" : " ", command->get_name());
    add_valued(*command);
    absl::StrAppend(&cases, "    ", command->get_name(), ") flags+=\"", flag_words(*command),
                    "\" ;;\n");
  }
  return absl::StrReplaceAll(R"(# bash completion of athenactl: source <(athenactl completion bash)
_athenactl() {
  local word=${COMP_WORDS[COMP_CWORD]} command= at
  for ((at = 1; at < COMP_CWORD; at++)); do
    case ${COMP_WORDS[at]} in
    @VALUED@) ((at++)) ;;
    -*) ;;
    *) command=${COMP_WORDS[at]}; break ;;
    esac
  done
  local flags="--help@GLOBALS@"
  case $command in
@CASES@  esac
  if [[ $word == -* ]]; then
    COMPREPLY=($(compgen -W "$flags" -- "$word"))
  elif [[ -z $command || $command == help ]]; then
    COMPREPLY=($(compgen -W "@COMMANDS@" -- "$word"))
  else
    COMPREPLY=($(compgen -f -- "$word"))
  fi
}
complete -o filenames -F _athenactl athenactl
)",
                             {{"@VALUED@", valued},
                              {"@GLOBALS@", flag_words(*app_)},
                              {"@CASES@", cases},
                              {"@COMMANDS@", names}});
}

}  // namespace athena::athenactl
