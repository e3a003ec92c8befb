#include "libs/resource/kind.h"

#include <algorithm>

#include "libs/rpc/call.h"

namespace athena::resource {

Caller::Caller(const rpc::Call& served) : principal(served.principal()), call(&served) {}

bool AnyKind::IsBelow(const AnyKind& other) const {
  return std::any_of(levels.begin() + 1, levels.end(), [&other](const Level& level) {
    return level.collection.name == other.collection().name;
  });
}

namespace internal {

std::string SnakeCase(std::string_view name) {
  std::string snake;
  for (const char c : name) {
    const bool upper = c >= 'A' && c <= 'Z';
    if (upper && !snake.empty()) snake += '_';
    snake += upper ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return snake;
}

}  // namespace internal

}  // namespace athena::resource
