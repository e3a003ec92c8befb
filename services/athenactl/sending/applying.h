#ifndef ATHENA_SERVICES_ATHENACTL_SENDING_APPLYING_H_
#define ATHENA_SERVICES_ATHENACTL_SENDING_APPLYING_H_

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "services/athenactl/resources/connections.h"
#include "services/athenactl/resources/kinds.h"
#include "services/athenactl/sheets/from_sheets.h"

// Applies what sheets change of resources: all of it in one revision, or nothing. Not thread-safe.
namespace athena::athenactl {

// The most resources that one file may create and change: what the services take in one batch.
inline constexpr size_t kMostApplied = 1'000;

// The resources of a kind that are there now, by name.
class PresentResources {
 public:
  // Lists the resources below the parents of these names.
  static absl::StatusOr<PresentResources> List(const Connections& connections, const Kind& kind,
                                               const std::vector<std::string>& names);
  // Null when there is none.
  const google::protobuf::Message* Find(const std::string& name) const;

 private:
  std::vector<std::unique_ptr<google::protobuf::Message>> answers_;
  std::map<std::string, const google::protobuf::Message*> by_name_;  // in `answers_`
};

// The name of the decision of --decision, which the method keeps with a change; empty without the
// flag. Misused when the method keeps none.
absl::StatusOr<std::string> ReadDecision(const Arguments& arguments, const Kind& kind,
                                         const google::protobuf::MethodDescriptor* method);

struct ApplyOptions {
  std::string reason;
  std::string decision;  // that the changes carry out, by name; empty: none
  bool dry_run = false;  // the service only checks
};

// An error of the service.
struct ApplyRefusal {
  // The resource that it is about; absent: a batch, whose fields are "requests[3].risk.title".
  std::optional<size_t> resource;
  absl::Status status;
};

// Creates and changes these resources, at least one, by a batch of the contract: one revision, or
// none. Institutions, each of which has revisions of its own, are applied one after the other, once
// the service would take each of them. Returns what was refused, nothing when all was done. Misused
// when they cannot be one revision.
absl::StatusOr<std::vector<ApplyRefusal>> ApplyResources(
    const Connections& connections, const Kind& kind,
    absl::Span<const SheetResource* const> resources, const ApplyOptions& options);

}  // namespace athena::athenactl

#endif  // ATHENA_SERVICES_ATHENACTL_SENDING_APPLYING_H_
