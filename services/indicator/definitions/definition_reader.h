#ifndef ATHENA_SERVICES_INDICATOR_DEFINITIONS_DEFINITION_READER_H_
#define ATHENA_SERVICES_INDICATOR_DEFINITIONS_DEFINITION_READER_H_

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "athena/indicator/v1/indicator.pb.h"
#include "services/indicator/model/definition.h"

namespace athena::indicator {

// Reads definitions of one institution from a transaction on demand, each once. For mutations and
// for reading the past; the Catalog has the current ones. Used by one thread.
class DefinitionReader {
 public:
  using FindMessage =
      std::function<absl::StatusOr<std::optional<v1::Indicator>>(const std::string&)>;

  // `find` reads a stored indicator by its id; nullopt when there is none.
  explicit DefinitionReader(FindMessage find) : find_(std::move(find)) {}

  // nullptr when there is none. The definition lives as long as the reader.
  absl::StatusOr<const Definition*> Find(const std::string& id);

 private:
  const FindMessage find_;
  absl::flat_hash_map<std::string, std::unique_ptr<const Definition>> known_;
};

}  // namespace athena::indicator

#endif  // ATHENA_SERVICES_INDICATOR_DEFINITIONS_DEFINITION_READER_H_
