#ifndef ATHENA_SERVICES_PLAN_OPERATIONS_LINKS_H_
#define ATHENA_SERVICES_PLAN_OPERATIONS_LINKS_H_

#include <google/protobuf/message.h>
#include <google/protobuf/repeated_ptr_field.h>

#include <optional>
#include <string>
#include <string_view>

#include "absl/container/flat_hash_map.h"
#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "libs/ids/name_pattern.h"
#include "libs/status/status.h"
#include "libs/versioned/store.h"

// The names that risks, processes and budget lines hold of other resources: their form, whether
// what they name exists, and who names something that is to be deleted.
namespace athena::plan {

using NameList = google::protobuf::RepeatedPtrField<std::string>;

// Adds a fault unless `name` fits the pattern and belongs to the institution `parent`; of any
// institution where `parent` is empty. `what` is "a unit". Pure.
void CheckName(std::string_view field, std::string_view name, const NamePattern& pattern,
               std::string_view parent, std::string_view what, status::FieldFaults* faults);
// The same for each of a list, which has at most kMaxLinks, each once. Pure.
void CheckNames(std::string_view field, const NameList& names, const NamePattern& pattern,
                std::string_view parent, std::string_view what, status::FieldFaults* faults);

// Asks within one edit whether resources of its institution exist, once for each name. Adds a fault
// of `field` for a name that fits its pattern and has no resource; an error is one of the storage.
class ExistenceChecks {
 public:
  explicit ExistenceChecks(const versioned::Edit& edit) : edit_(edit) {}

  absl::Status Unit(const std::string& field, const std::string& name, status::FieldFaults* faults);
  absl::Status Element(const std::string& field, const std::string& name,
                       status::FieldFaults* faults);
  absl::Status Elements(const std::string& field, const NameList& names,
                        status::FieldFaults* faults);
  absl::Status Risks(const std::string& field, const NameList& names, status::FieldFaults* faults);

 private:
  absl::Status Check(versioned::Collection collection, const NamePattern& pattern,
                     google::protobuf::Message* scratch, std::string_view what,
                     const std::string& field, const std::string& name,
                     status::FieldFaults* faults);

  const versioned::Edit& edit_;
  absl::flat_hash_map<std::string, bool> exists_;  // by name
};

// A resource that names another one.
struct Use {
  std::string named;
  std::string user;
};

// The first risk, process, budget line or decision, by id, that names something that `is_meant`
// accepts. A new kind that names others has a line in the implementation.
absl::StatusOr<std::optional<Use>> FindUse(const versioned::Snapshot& snapshot,
                                           absl::FunctionRef<bool(std::string_view name)> is_meant);

// FAILED_PRECONDITION (ELEMENT_IN_USE) when a risk, process or budget line names an element that
// `is_meant` accepts.
absl::Status CheckElementsUnused(const versioned::Snapshot& snapshot,
                                 absl::FunctionRef<bool(std::string_view name)> is_meant);

}  // namespace athena::plan

#endif  // ATHENA_SERVICES_PLAN_OPERATIONS_LINKS_H_
