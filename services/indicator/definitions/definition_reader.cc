#include "services/indicator/definitions/definition_reader.h"

#include "libs/status/macros.h"

namespace athena::indicator {

absl::StatusOr<const Definition*> DefinitionReader::Find(const std::string& id) {
  if (const auto known = known_.find(id); known != known_.end()) return known->second.get();
  ATHENA_ASSIGN_OR_RETURN(std::optional<v1::Indicator> message, find_(id));
  std::unique_ptr<const Definition> read;
  if (message.has_value()) {
    ATHENA_ASSIGN_OR_RETURN(Definition definition, ReadDefinition(*std::move(message)));
    read = std::make_unique<const Definition>(std::move(definition));
  }
  return known_.emplace(id, std::move(read)).first->second.get();
}

}  // namespace athena::indicator
