#ifndef ATHENA_SERVICES_INDICATOR_DEFINITIONS_TARGETS_H_
#define ATHENA_SERVICES_INDICATOR_DEFINITIONS_TARGETS_H_

#include "absl/status/statusor.h"
#include "athena/indicator/v1/indicator_service.pb.h"
#include "athena/indicator/v1/target.pb.h"
#include "libs/auth/principal.h"
#include "libs/resource/resources.h"
#include "services/indicator/model/catalog.h"

namespace athena::indicator {

// Targets of indicators and of slices. Each member function handles the RPC of its name. No
// kind of libs/resource: a target has numbered versions, each with the reason it was set for, and
// setting one that is in force already stores nothing. Thread-safe.
class Targets {
 public:
  // The arguments outlive this.
  Targets(const resource::Resources& resources, Catalog& catalog)
      : resources_(resources), catalog_(catalog) {}

  absl::StatusOr<v1::Target> Set(const auth::Principal& principal,
                                 const v1::SetTargetRequest& request) const;
  absl::StatusOr<v1::BatchSetTargetsResponse> BatchSet(
      const auth::Principal& principal, const v1::BatchSetTargetsRequest& request) const;
  absl::StatusOr<v1::Target> Get(const auth::Principal& principal,
                                 const v1::GetTargetRequest& request) const;
  absl::StatusOr<v1::ListTargetVersionsResponse> ListVersions(
      const auth::Principal& principal, const v1::ListTargetVersionsRequest& request) const;

 private:
  const resource::Resources& resources_;
  Catalog& catalog_;
};

}  // namespace athena::indicator

#endif  // ATHENA_SERVICES_INDICATOR_DEFINITIONS_TARGETS_H_
