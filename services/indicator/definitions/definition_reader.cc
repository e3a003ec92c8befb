#include "services/indicator/definitions/definition_reader.h"

namespace athena::indicator {

absl::StatusOr<const Definition*> DefinitionReader::Find(const std::string& id) {
  if (const auto known = known_.find(id); known != known_.end()) return known->second.get();
  absl::StatusOr<std::optional<v1::Indicator>> message = find_(id);
  if (!message.ok()) return message.status();
  std::unique_ptr<const Definition> read;
  if (message->has_value()) {
    absl::StatusOr<Definition> definition = ReadDefinition(**std::move(message));
    if (!definition.ok()) return definition.status();
    read = std::make_unique<const Definition>(*std::move(definition));
  }
  return known_.emplace(id, std::move(read)).first->second.get();
}

void DefinitionReader::Put(Definition definition) {
  std::string id = definition.id;
  known_[std::move(id)] = std::make_unique<const Definition>(std::move(definition));
}

}  // namespace athena::indicator
