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

// The definitions of an institution as a transaction sees them, read one by one when they are asked
// for. For changes and for reading the past; what is current is in the Catalog. Used by one thread.
class DefinitionReader {
 public:
  using FindMessage =
      std::function<absl::StatusOr<std::optional<v1::Indicator>>(const std::string&)>;

  // `find` reads the stored indicator of an id; nullopt when there is none.
  explicit DefinitionReader(FindMessage find) : find_(std::move(find)) {}

  // nullptr when there is none. Lives as long as the reader, or until Put.
  absl::StatusOr<const Definition*> Find(const std::string& id);
  // Takes `definition` for the present one: what a mutation is about to store.
  void Put(Definition definition);

 private:
  const FindMessage find_;
  absl::flat_hash_map<std::string, std::unique_ptr<const Definition>> known_;
};

}  // namespace athena::indicator

#endif  // ATHENA_SERVICES_INDICATOR_DEFINITIONS_DEFINITION_READER_H_
