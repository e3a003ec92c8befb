#include "libs/ids/name_pattern.h"

#include <utility>

namespace athena {

std::string ResourceName::key() const {
  std::string key = ids.size() == 1 ? ids[0] : ids[1];
  for (size_t i = 2; i < ids.size(); ++i) key += "/" + ids[i];
  return key;
}

std::string_view NamePattern::collection() const {
  const std::string_view before = text_.substr(0, text_.rfind('/'));
  return before.substr(before.rfind('/') + 1);  // npos + 1 is 0
}

std::optional<ResourceName> NamePattern::Match(std::string_view name) const {
  std::optional<std::vector<std::string>> ids = MatchName(text_, name, is_id_);
  if (!ids.has_value()) return std::nullopt;
  return ResourceName{std::string(name), *std::move(ids)};
}

std::optional<ResourceName> NamePattern::Read(std::string_view field, std::string_view name,
                                              status::FieldFaults* faults) const {
  std::optional<ResourceName> match = Match(name);
  if (match.has_value()) return match;
  if (name.empty()) {
    faults->Missing(field);
  } else {
    faults->Add(field, name, "`" + std::string(text_) + "`");
  }
  return std::nullopt;
}

ResourceName NamePattern::Of(std::vector<std::string> ids) const {
  std::string text = FillName(text_, ids);
  return {std::move(text), std::move(ids)};
}

}  // namespace athena
