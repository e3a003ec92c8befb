#include "services/athenactl/arguments.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "services/athenactl/text.h"

namespace athena::athenactl {
namespace {

constexpr FlagSpec kHelp = {"help", "", "what the command does, and its flags"};

constexpr absl::string_view kMisuse = "athenactl/misuse";

// ", did you mean load?", when a name is close enough to be a slip of the fingers; else
// `otherwise`.
std::string Guess(std::string_view typed, const std::vector<std::string_view>& names,
                  std::string_view before, const std::string& otherwise) {
  const auto nearest =
      std::min_element(names.begin(), names.end(), [&](std::string_view a, std::string_view b) {
        return EditDistance(typed, a) < EditDistance(typed, b);
      });
  if (nearest == names.end() || EditDistance(typed, *nearest) > 1 + nearest->size() / 3) {
    return otherwise;
  }
  return absl::StrCat(": did you mean ", View(before), View(*nearest), "?");
}

const FlagSpec* FindFlag(const std::vector<FlagSpec>& flags, std::string_view name) {
  for (const FlagSpec& flag : flags) {
    if (flag.name == name) return &flag;
  }
  return nullptr;
}

std::string EnvironmentName(std::string_view flag) {
  return absl::StrCat("ATHENA_",
                      absl::AsciiStrToUpper(absl::StrReplaceAll(View(flag), {{"-", "_"}})));
}

std::string See(const CommandSpec* command) {
  return command == nullptr ? "; athenactl help lists what there is"
                            : absl::StrCat("; see athenactl ", View(command->name), " --help");
}

std::string FlagText(const FlagSpec& flag) {
  return flag.value.empty() ? absl::StrCat("--", View(flag.name))
                            : absl::StrCat("--", View(flag.name), " ", View(flag.value));
}

std::string FlagLines(const std::vector<FlagSpec>& flags) {
  int widest = 0;
  for (const FlagSpec& flag : flags) widest = std::max(widest, Width(FlagText(flag)));
  std::string lines;
  for (const FlagSpec& flag : flags) {
    absl::StrAppend(&lines, "  ", PadRight(FlagText(flag), widest), "  ", View(flag.help));
    if (!flag.otherwise.empty()) absl::StrAppend(&lines, " [", View(flag.otherwise), "]");
    lines += '\n';
  }
  return lines;
}

}  // namespace

absl::Status Misused(std::string_view message) {
  absl::Status status = absl::InvalidArgumentError(View(message));
  status.SetPayload(kMisuse, absl::Cord());
  return status;
}

bool IsMisuse(const absl::Status& status) { return status.GetPayload(kMisuse).has_value(); }

std::string Arguments::Get(std::string_view flag) const {
  const std::string name(flag);
  if (const auto given = given_.find(name); given != given_.end()) return given->second.back();
  const auto otherwise = defaults_.find(name);
  return otherwise == defaults_.end() ? "" : otherwise->second;
}

std::vector<std::string> Arguments::All(std::string_view flag) const {
  const auto given = given_.find(std::string(flag));
  return given == given_.end() ? std::vector<std::string>{} : given->second;
}

const CommandSpec* FindCommand(const Grammar& grammar, std::string_view name) {
  for (const CommandSpec& command : grammar.commands) {
    if (command.name == name) return &command;
  }
  return nullptr;
}

absl::StatusOr<Arguments> ParseArguments(
    const Grammar& grammar, const std::vector<std::string>& words,
    const std::function<std::optional<std::string>(const std::string&)>& environment) {
  Arguments arguments;
  const CommandSpec* command = nullptr;
  bool flags_over = false;
  for (size_t at = 0; at < words.size(); ++at) {
    const std::string& word = words[at];
    if (!flags_over && word == "--") {
      flags_over = true;
    } else if (!flags_over && word.size() > 1 && word[0] == '-') {
      const size_t equals = word.find('=');
      const std::string typed = word.substr(0, equals);
      const std::string name = typed == "-h" ? "help" : typed.substr(typed.find_first_not_of('-'));
      const FlagSpec* flag = name == kHelp.name ? &kHelp : FindFlag(grammar.globals, name);
      if (flag == nullptr && command != nullptr) flag = FindFlag(command->flags, name);
      if (flag == nullptr || typed.compare(0, 2, typed == "-h" ? "-h" : "--") != 0) {
        std::vector<std::string_view> names = {kHelp.name};
        for (const FlagSpec& known : grammar.globals) names.push_back(known.name);
        if (command != nullptr) {
          for (const FlagSpec& known : command->flags) names.push_back(known.name);
        }
        return Misused(
            absl::StrCat("unknown flag ", typed, Guess(name, names, "--", See(command))));
      }
      std::vector<std::string>& values = arguments.given_[name];
      if (flag->value.empty()) {
        if (equals != std::string::npos) {
          return Misused(absl::StrCat("--", name, " takes no value", See(command)));
        }
        values.emplace_back();
      } else if (equals != std::string::npos) {
        values.push_back(word.substr(equals + 1));
      } else if (at + 1 < words.size()) {
        values.push_back(words[++at]);
      } else {
        return Misused(absl::StrCat("--", name, " needs a value: ", FlagText(*flag)));
      }
      if (!flag->value.empty() && values.back().empty()) {
        return Misused(absl::StrCat("--", name, " got nothing, want ", View(flag->value)));
      }
      if (values.size() > 1 && !flag->repeated) values.erase(values.begin());
    } else if (command == nullptr) {
      command = FindCommand(grammar, word);
      if (command == nullptr) {
        std::vector<std::string_view> names;
        for (const CommandSpec& known : grammar.commands) names.push_back(known.name);
        return Misused(
            absl::StrCat("unknown command ", word, Guess(word, names, "", See(nullptr))));
      }
    } else {
      arguments.operands_.push_back(word);
    }
  }
  if (command == nullptr) {
    // Without a command there is help, asked for or not.
    command = FindCommand(grammar, "help");
    if (command == nullptr || (!arguments.Has("help") && !words.empty())) {
      return Misused(absl::StrCat("no command", See(nullptr)));
    }
  }
  arguments.command_ = command;
  if (!arguments.Has("help")) {
    const size_t count = arguments.operands_.size();
    if (count < command->least_operands) {
      return Misused(
          absl::StrCat(View(command->name), " needs ", View(command->operands), See(command)));
    }
    if (count > command->most_operands) {
      return Misused(absl::StrCat("did not expect ", arguments.operands_[command->most_operands],
                                  See(command)));
    }
  }
  for (const FlagSpec& flag : grammar.globals) {
    arguments.defaults_.emplace(flag.name, flag.otherwise);
    const std::optional<std::string> variable = environment(EnvironmentName(flag.name));
    if (variable.has_value() && !variable->empty() && !flag.value.empty()) {
      arguments.given_.try_emplace(std::string(flag.name), std::vector<std::string>{*variable});
    }
  }
  for (const FlagSpec& flag : command->flags) {
    arguments.defaults_.insert_or_assign(std::string(flag.name), std::string(flag.otherwise));
  }
  return arguments;
}

std::string Overview(const Grammar& grammar) {
  std::string text = "athenactl [FLAGS] COMMAND ...: Athena from the command line.\n\n";
  for (const CommandSpec& command : grammar.commands) {
    absl::StrAppend(&text, "  ", PadRight(command.name, 13), View(command.summary), "\n");
  }
  absl::StrAppend(&text, "\nFlags of every command (or in the environment, as ATHENA_TOKEN):\n",
                  FlagLines(grammar.globals),
                  "Exit codes: 0 done, 1 refused or unreachable, 2 wrong usage, 3 rows refused.\n");
  return text;
}

std::string CommandHelp(const CommandSpec& command) {
  std::string text = absl::StrCat("athenactl ", View(command.name));
  if (!command.flags.empty()) text += " [FLAGS]";
  if (!command.operands.empty()) absl::StrAppend(&text, " ", View(command.operands));
  absl::StrAppend(&text, "\n", View(command.summary), ".\n");
  if (!command.about.empty()) absl::StrAppend(&text, "\n", View(command.about));
  if (!command.flags.empty()) absl::StrAppend(&text, "\n", FlagLines(command.flags));
  return text;
}

std::string BashCompletion(const Grammar& grammar) {
  const auto flag_words = [](const std::vector<FlagSpec>& flags) {
    std::string words;
    for (const FlagSpec& flag : flags) absl::StrAppend(&words, " --", View(flag.name));
    return words;
  };
  std::string commands;
  std::string valued;
  const auto add_valued = [&](const std::vector<FlagSpec>& flags) {
    for (const FlagSpec& flag : flags) {
      if (flag.value.empty()) continue;
      absl::StrAppend(&valued, valued.empty() ? "" : "|", "--", View(flag.name));
    }
  };
  add_valued(grammar.globals);
  std::string cases;
  for (const CommandSpec& command : grammar.commands) {
    absl::StrAppend(&commands, commands.empty() ? "" : " ", View(command.name));
    add_valued(command.flags);
    absl::StrAppend(&cases, "    ", View(command.name), ") flags+=\"", flag_words(command.flags),
                    "\" ;;\n");
  }
  return absl::StrCat(
      "# bash completion of athenactl: source <(athenactl completion bash)\n"
      "_athenactl() {\n"
      "  local word=${COMP_WORDS[COMP_CWORD]} command= at\n"
      "  for ((at = 1; at < COMP_CWORD; at++)); do\n"
      "    case ${COMP_WORDS[at]} in\n"
      "    ",
      valued,
      ") ((at++)) ;;\n"
      "    -*) ;;\n"
      "    *) command=${COMP_WORDS[at]}; break ;;\n"
      "    esac\n"
      "  done\n"
      "  local flags=\"--help",
      flag_words(grammar.globals),
      "\"\n"
      "  case $command in\n",
      cases,
      "  esac\n"
      "  if [[ $word == -* ]]; then\n"
      "    COMPREPLY=($(compgen -W \"$flags\" -- \"$word\"))\n"
      "  elif [[ -z $command || $command == help ]]; then\n"
      "    COMPREPLY=($(compgen -W \"",
      commands,
      "\" -- \"$word\"))\n"
      "  else\n"
      "    COMPREPLY=($(compgen -f -- \"$word\"))\n"
      "  fi\n"
      "}\n"
      "complete -o filenames -F _athenactl athenactl\n");
}

}  // namespace athena::athenactl
