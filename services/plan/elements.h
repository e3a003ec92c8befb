#ifndef ATHENA_SERVICES_PLAN_ELEMENTS_H_
#define ATHENA_SERVICES_PLAN_ELEMENTS_H_

#include <google/protobuf/empty.pb.h>

#include "absl/status/statusor.h"
#include "athena/plan/v1/plan_service.pb.h"
#include "libs/auth/principal.h"
#include "services/plan/backend.h"

namespace athena::plan {

// The elements of plans. Errors as the contract lists them. Thread-safe.
class Elements {
 public:
  explicit Elements(const Backend& backend) : backend_(backend) {}

  absl::StatusOr<v1::Element> Create(const auth::Principal& principal,
                                     const v1::CreateElementRequest& request) const;
  absl::StatusOr<v1::BatchCreateElementsResponse> BatchCreate(
      const auth::Principal& principal, const v1::BatchCreateElementsRequest& request) const;
  absl::StatusOr<v1::Element> Get(const auth::Principal& principal,
                                  const v1::GetElementRequest& request) const;
  absl::StatusOr<v1::ListElementsResponse> List(const auth::Principal& principal,
                                                const v1::ListElementsRequest& request) const;
  absl::StatusOr<v1::Element> Update(const auth::Principal& principal,
                                     const v1::UpdateElementRequest& request) const;
  absl::StatusOr<v1::Element> Move(const auth::Principal& principal,
                                   const v1::MoveElementRequest& request) const;
  absl::StatusOr<google::protobuf::Empty> Delete(const auth::Principal& principal,
                                                 const v1::DeleteElementRequest& request) const;

 private:
  const Backend& backend_;
};

}  // namespace athena::plan

#endif  // ATHENA_SERVICES_PLAN_ELEMENTS_H_
