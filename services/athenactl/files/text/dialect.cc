#include "services/athenactl/files/text/dialect.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "libs/status/macros.h"
#include "services/athenactl/files/files.h"
#include "services/athenactl/files/text/csv.h"
#include "services/athenactl/terminal/text.h"

namespace athena::athenactl {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kSeparators = "one of , ; | and tab";

std::optional<char> ReadSeparator(std::string_view typed) {
  if (typed == "tab" || typed == "\\t") return '\t';
  if (typed.size() == 1 && std::string_view(",;|\t").find(typed[0]) != std::string_view::npos) {
    return typed[0];
  }
  return std::nullopt;
}

std::optional<char> ReadDecimal(std::string_view typed) {
  if (typed == "." || typed == ",") return typed[0];
  return std::nullopt;
}

// Adds the fields of a JSON object; an error says what is wrong with each.
absl::Status Take(const std::string& path, const Json& json, Dialect& dialect) {
  if (!json.is_object()) return absl::InvalidArgumentError(absl::StrCat(path, ": want {...}"));
  std::vector<std::string> faults;
  for (const auto& [key, value] : json.items()) {
    const auto refuse = [&, &field = key, &got = value](std::string_view want) {
      faults.push_back(absl::StrCat(Printable(field), ": got ", Printable(got.dump(-1, ' ', true)),
                                    ", want ", View(want)));
    };
    const bool text = value.is_string();
    if (key == "separator") {
      const auto read = text ? ReadSeparator(value.get<std::string>()) : std::nullopt;
      if (!read.has_value()) refuse(kSeparators);
      dialect.separator = read.value_or(dialect.separator);
    } else if (key == "decimal") {
      const auto read = text ? ReadDecimal(value.get<std::string>()) : std::nullopt;
      if (!read.has_value()) refuse(". or ,");
      dialect.decimal = read.value_or(dialect.decimal);
    } else if (key == "columns") {
      const auto is_meaning = [](const Json& one) {
        return one.is_string() && !one.get<std::string>().empty();
      };
      if (!value.is_object() || !std::all_of(value.begin(), value.end(), is_meaning)) {
        refuse("{\"column of the file\": \"what it is\"}");
        continue;
      }
      for (const auto& [column, meaning] : value.items()) {
        dialect.columns[Folded(column)] = meaning.get<std::string>();
      }
    } else if (key == "ignore") {
      const auto is_text = [](const Json& one) { return one.is_string(); };
      if (!value.is_array() || !std::all_of(value.begin(), value.end(), is_text)) {
        refuse("a list of columns");
        continue;
      }
      for (const Json& column : value) dialect.ignored.insert(Folded(column.get<std::string>()));
    } else if (key == "spreadsheet") {
      if (!value.is_boolean()) refuse("true or false");
      dialect.spreadsheet = value.is_boolean() && value.get<bool>();
    } else {
      faults.push_back(absl::StrCat(Printable(key), ": there is no such field; want separator, ",
                                    "decimal, columns, ignore or spreadsheet"));
    }
  }
  if (faults.empty()) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(path, ": ", absl::StrJoin(faults, "; ")));
}

}  // namespace

std::string Folded(std::string_view name) { return absl::AsciiStrToLower(View(Trimmed(name))); }

absl::StatusOr<Dialect> ParseDialect(const std::string& path, std::string_view json) {
  ATHENA_ASSIGN_OR_RETURN(const Json parsed, ParseJson(path, json));
  Dialect dialect;
  ATHENA_RETURN_IF_ERROR(Take(path, parsed, dialect));
  return dialect;
}

std::vector<FlagSpec> DialectFlags() {
  return {{"dialect", "FILE.json", "how the file is written; flags override it"},
          {"separator", "SIGN", "between columns: , ; | or tab [,]"},
          {"decimal", "SIGN", "in numbers: . or , [.]"},
          {"map", "COLUMN=NAME", "what a column is: KPI=indicator; repeatable", "", true},
          {"ignore", "COLUMN", "a column to pass over; repeatable", "", true},
          {"spreadsheet", "", "texts may have an apostrophe against formulas"}};
}

absl::StatusOr<Dialect> ReadDialect(const Arguments& arguments, Dialect dialect) {
  if (arguments.Has("dialect")) {
    const std::string path = arguments.Get("dialect");
    ATHENA_ASSIGN_OR_RETURN(const std::string json, ReadFile(path));
    ATHENA_ASSIGN_OR_RETURN(dialect, ParseDialect(path, json));
  }
  if (arguments.Has("separator")) {
    const auto read = ReadSeparator(arguments.Get("separator"));
    if (!read.has_value()) {
      return Misused(absl::StrCat("--separator got ", Printable(arguments.Get("separator")),
                                  ", want ", View(kSeparators)));
    }
    dialect.separator = *read;
  }
  if (arguments.Has("decimal")) {
    const auto read = ReadDecimal(arguments.Get("decimal"));
    if (!read.has_value()) {
      return Misused(
          absl::StrCat("--decimal got ", Printable(arguments.Get("decimal")), ", want . or ,"));
    }
    dialect.decimal = *read;
  }
  for (const std::string& typed : arguments.All("map")) {
    const size_t equals = typed.rfind('=');
    if (equals == std::string::npos || equals == 0 || equals + 1 == typed.size()) {
      return Misused(
          absl::StrCat("--map got ", Printable(typed), ", want COLUMN=NAME, like KPI=indicator"));
    }
    dialect.columns[Folded(typed.substr(0, equals))] = typed.substr(equals + 1);
  }
  for (const std::string& column : arguments.All("ignore")) {
    dialect.ignored.insert(Folded(column));
  }
  dialect.spreadsheet = dialect.spreadsheet || arguments.Has("spreadsheet");
  if (dialect.separator == ',' && dialect.decimal == ',') {
    return Misused("columns and decimals are both separated by commas: --separator says otherwise");
  }
  return dialect;
}

std::optional<double> ReadNumberIn(const Dialect& dialect, std::string_view text,
                                   std::string* plain) {
  *plain = std::string(Trimmed(text));
  if (dialect.decimal == ',') {
    if (plain->find('.') != std::string::npos) return std::nullopt;
    std::replace(plain->begin(), plain->end(), ',', '.');
  }
  return ReadNumber(*plain);
}

std::string SeparatorAdvice(std::string_view header) {
  for (const char separator : {';', '\t', '|', ','}) {
    if (header.find(separator) == std::string_view::npos) continue;
    return absl::StrCat(
        "; --separator ",
        separator == '\t' ? "tab" : absl::StrCat("\"", std::string(1, separator), "\""),
        " reads columns that are separated like that");
  }
  return "";
}

std::string WantedNumber(const Dialect& dialect, std::string_view saw) {
  if (dialect.decimal == ',') {
    return "a number with a decimal comma and without separators, like 1250,5";
  }
  return absl::StrCat("a number with a decimal point and without separators, like 1250.5",
                      saw.find(',') == std::string_view::npos
                          ? ""
                          : "; --decimal , says that commas are decimal signs");
}

}  // namespace athena::athenactl
