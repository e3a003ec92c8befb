#ifndef ATHENA_LIBS_RESOURCE_ROWS_H_
#define ATHENA_LIBS_RESOURCE_ROWS_H_

#include <functional>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "libs/auth/principal.h"
#include "libs/resource/kind.h"
#include "libs/resource/resources.h"
#include "libs/rpc/method.h"
#include "libs/status/macros.h"

// The RPCs of kinds as rows of a service's table (libs/rpc):
//
//   rpc::ServiceTable table{"athena.plan.v1.PlanService", {}};
//   resource::Rows add(table, resources);
//   add(KindOf<PlanKind>(), {Role::kPlanner});  // CreatePlan, GetPlan ... as far as there are
//   add.Verb(KindOf<PlanKind>(), {Role::kPlanner}, ActivatePlan);
//
// What is neither is a row by hand (rpc::Unary); Resources::Mutate and RequireReader give it what
// all share.
namespace athena::resource {

class Rows {
 public:
  // Both outlive it, and `resources` the table.
  Rows(rpc::ServiceTable& table, Resources& resources) : table_(table), resources_(resources) {}

  // Every standard method that the service has for the kind, but for those that are written by hand
  // ("ListRisks"). `writers` may call those that change something, every role of the institution
  // those that read. Registers the kind.
  void operator()(const std::shared_ptr<const AnyKind>& kind, auth::Roles writers,
                  std::initializer_list<std::string_view> by_hand = {});

  // An RPC that takes `Request`, with the name of a resource, and answers the resource as it has
  // become: `change` changes it (and may write others), `check`, which may be empty, adds what is
  // wrong with the request's own fields.
  template <typename Request, typename T>
  void Verb(std::shared_ptr<const AnyKind> kind, auth::Roles writers,
            std::function<absl::Status(const Request&, versioned::Edit&, T*)> change,
            std::function<void(const Request&, status::FieldFaults*)> check = {}) {
    Resources& resources = resources_;
    table_.methods.push_back(rpc::Unary(
        VerbOf(Request::descriptor()), writers,
        [kind = std::move(kind), change = std::move(change), check = std::move(check), &resources](
            const rpc::Call& call, const Request& request) -> absl::StatusOr<T> {
          T response;
          ATHENA_RETURN_IF_ERROR(resources.Modify(
              call, *kind, request,
              [&](status::FieldFaults* faults) {
                if (check) check(request, faults);
              },
              [&](versioned::Edit& edit, google::protobuf::Message* resource) {
                return change(request, edit, static_cast<T*>(resource));
              },
              &response));
          return response;
        }));
  }
  template <typename Request, typename T>
  void Verb(std::shared_ptr<const AnyKind> kind, auth::Roles writers,
            absl::Status (*change)(const Request&, versioned::Edit&, T*),
            void (*check)(const Request&, status::FieldFaults*) = nullptr) {
    Verb<Request, T>(std::move(kind), writers,
                     std::function<absl::Status(const Request&, versioned::Edit&, T*)>(change),
                     std::function<void(const Request&, status::FieldFaults*)>(check));
  }

 private:
  static std::string VerbOf(const google::protobuf::Descriptor* request);

  rpc::ServiceTable& table_;
  Resources& resources_;
};

}  // namespace athena::resource

#endif  // ATHENA_LIBS_RESOURCE_ROWS_H_
