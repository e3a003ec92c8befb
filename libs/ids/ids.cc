#include "libs/ids/ids.h"

#include <algorithm>

namespace athena {
namespace {

bool IsAlphanumeric(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

// Whether a segment of a pattern stands for an id.
bool IsVariable(std::string_view segment) {
  return segment == "*" || (segment.size() > 2 && segment.front() == '{' && segment.back() == '}');
}

}  // namespace

bool IsResourceId(std::string_view id) {
  if (id.empty() || id.size() > kMaxIdBytes) return false;
  if (!IsAlphanumeric(id.front()) || !IsAlphanumeric(id.back())) return false;
  return std::all_of(id.begin(), id.end(), [](char c) { return IsAlphanumeric(c) || c == '-'; });
}

std::optional<std::vector<std::string>> MatchName(std::string_view pattern, std::string_view name,
                                                  bool (*is_id)(std::string_view)) {
  std::vector<std::string> ids;
  while (true) {
    const size_t pattern_end = pattern.find('/');
    const size_t name_end = name.find('/');
    const bool last = pattern_end == std::string_view::npos;
    if (last != (name_end == std::string_view::npos)) return std::nullopt;
    const std::string_view expected = pattern.substr(0, pattern_end);
    const std::string_view segment = name.substr(0, name_end);
    if (IsVariable(expected)) {
      if (!(last ? is_id(segment) : IsResourceId(segment))) return std::nullopt;
      ids.emplace_back(segment);
    } else if (segment != expected) {
      return std::nullopt;
    }
    if (last) return ids;
    pattern.remove_prefix(pattern_end + 1);
    name.remove_prefix(name_end + 1);
  }
}

std::string FillName(std::string_view pattern, const std::vector<std::string>& ids) {
  std::string name;
  auto id = ids.begin();
  while (true) {
    const size_t end = pattern.find('/');
    const std::string_view segment = pattern.substr(0, end);
    if (IsVariable(segment)) {
      name += *id++;
    } else {
      name += segment;
    }
    if (end == std::string_view::npos) return name;
    name += '/';
    pattern.remove_prefix(end + 1);
  }
}

}  // namespace athena
