#include "services/plan/strategy/tree_rules.h"

#include <algorithm>

#include "services/plan/limits.h"

namespace athena::plan {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

}  // namespace

bool IsElementCode(std::string_view code) {
  return !code.empty() && code.size() <= kMaxCodeBytes &&
         std::all_of(code.begin(), code.end(), [](char c) {
           return IsLetter(c) || IsDigit(c) || c == '.' || c == '-' || c == '_';
         });
}

Misplaced CheckPlace(std::string_view id, const Places& places, int levels) {
  const Place& place = places.find(id)->second;
  if (place.parent.empty()) return levels > kMaxLevels ? Misplaced::kTooDeep : Misplaced::kNo;
  const auto parent = places.find(place.parent);
  if (parent == places.end()) return Misplaced::kNoParent;
  int above = 0;
  for (auto at = parent; at != places.end(); at = places.find(at->second.parent)) {
    if (at->first == id) return Misplaced::kCycle;
    // Also ends the walk round a cycle of others.
    if (++above + levels > kMaxLevels) return Misplaced::kTooDeep;
  }
  return place.kind < parent->second.kind ? Misplaced::kCoarser : Misplaced::kNo;
}

}  // namespace athena::plan
