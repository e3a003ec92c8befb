#include "libs/sql/sqlite/sqlite_dialect.h"

#include <algorithm>
#include <array>
#include <utility>

#include "absl/strings/ascii.h"

namespace athena::sql {
namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 3> kTypes = {{
    {"BIGINT", "INTEGER"},
    {"DOUBLE PRECISION", "REAL"},
    {"BYTEA", "BLOB"},
}};
constexpr std::string_view kCreateTable = "CREATE TABLE";

bool IsWordByte(char c) { return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '_'; }

// The length of the comment or quoted text at the beginning; 0 when there is none.
size_t LengthOfUntouched(std::string_view text) {
  std::string_view end;
  if (text.starts_with("--")) {
    end = "\n";
  } else if (text.front() == '\'' || text.front() == '"') {
    end = text.substr(0, 1);
  } else {
    return 0;
  }
  const size_t found = text.find(end, 1);
  return found == std::string_view::npos ? text.size() : found + 1;
}

}  // namespace

std::string ToSqliteScript(std::string_view portable) {
  std::string script;
  bool in_table = false;
  size_t at = 0;
  while (at < portable.size()) {
    const std::string_view rest = portable.substr(at);
    if (const size_t untouched = LengthOfUntouched(rest); untouched > 0) {
      script += rest.substr(0, untouched);
      at += untouched;
      continue;
    }
    if (IsWordByte(rest.front())) {
      const auto* const type = std::find_if(kTypes.begin(), kTypes.end(), [&](const auto& entry) {
        const std::string_view word = entry.first;
        return rest.starts_with(word) &&
               (rest.size() == word.size() || !IsWordByte(rest[word.size()]));
      });
      if (type != kTypes.end()) {
        script += type->second;
        at += type->first.size();
        continue;
      }
      if (rest.starts_with(kCreateTable)) in_table = true;
      const auto* const end =
          std::find_if_not(rest.begin(), rest.end(), [](char c) { return IsWordByte(c); });
      const auto length = static_cast<size_t>(end - rest.begin());
      script += rest.substr(0, length);
      at += length;
      continue;
    }
    if (rest.front() == ';' && std::exchange(in_table, false)) script += " STRICT, WITHOUT ROWID";
    script += rest.front();
    ++at;
  }
  return script;
}

}  // namespace athena::sql
