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

std::string Scope::KeyPrefix() const { return name.ids.size() > 1 ? name.key() + "/" : ""; }

bool Scope::Contains(const ResourceName& resource) const {
  return resource.ids.size() > name.ids.size() &&
         std::equal(name.ids.begin(), name.ids.end(), resource.ids.begin());
}

std::optional<Scope> ReadScope(const AnyKind& kind, std::string_view parent,
                               status::FieldFaults* faults) {
  if (kind.across_parents) {
    const std::string all = "/" + std::string(kind.levels[1].pattern.collection()) + "/-";
    const size_t before = parent.size() - std::min(parent.size(), all.size());
    if (parent.substr(before) == all) {
      std::optional<ResourceName> above = kind.levels[2].pattern.Match(parent.substr(0, before));
      if (above.has_value()) return Scope{2, *std::move(above)};
    }
  }
  std::optional<ResourceName> name = kind.levels[1].pattern.Read("parent", parent, faults);
  if (!name.has_value()) return std::nullopt;
  return Scope{1, *std::move(name)};
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
