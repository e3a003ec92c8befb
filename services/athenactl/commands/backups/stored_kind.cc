#include "services/athenactl/commands/backups/stored_kind.h"

#include <cstdint>

#include "absl/strings/str_cat.h"
#include "libs/status/status.h"
#include "services/athenactl/terminal/text.h"

namespace athena::athenactl {
namespace {

struct StoredKind {
  int32_t application_id;
  const char* name;
};

// As the services stamp their files (kApplicationId in each service's schema).
constexpr StoredKind kStoredKinds[] = {
    {0x41544850, "plan"}, {0x4174496e, "indicator"}, {0x41544852, "reporting"}};

}  // namespace

absl::StatusOr<std::string> KindOf(const std::string& path, const sql::FileIdentity& identity) {
  for (const StoredKind& kind : kStoredKinds) {
    if (kind.application_id == identity.application_id) return kind.name;
  }
  return absl::FailedPreconditionError(
      absl::StrCat(Printable(path), " is no database of a service of Athena: application_id 0x",
                   absl::Hex(identity.application_id)));
}

absl::Status PrintableFault(const absl::Status& fault) {
  if (fault.ok()) return fault;
  return absl::Status(fault.code(), Printable(status::Message(fault)));
}

}  // namespace athena::athenactl
