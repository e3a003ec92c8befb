#ifndef ATHENA_SERVICES_REPORTING_READING_DEPENDENCIES_H_
#define ATHENA_SERVICES_REPORTING_READING_DEPENDENCIES_H_

#include <grpcpp/channel.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/support/byte_buffer.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "athena/common/v1/history_service.pb.h"
#include "athena/indicator/v1/closing.pb.h"
#include "athena/indicator/v1/indicator_service.pb.h"
#include "athena/indicator/v1/observation.pb.h"
#include "athena/plan/v1/plan_service.pb.h"
#include "libs/rpc/call.h"
#include "services/reporting/reading/parts.h"

namespace athena::reporting {

// The parts of the other services' answers.
using PlanPart = plan::v1::GetPlanTreeResponse;
using ValuesPart = indicator::v1::QueryPeriodValuesResponse;

// A read that is under way: its parts arrive while the caller does other things. Destroying it
// cancels it.
template <typename Part>
class Pending {
 public:
  virtual ~Pending() = default;
  // Waits for the end and returns all parts, at least one. Call it once. A refusal of the service
  // (INVALID_ARGUMENT, NOT_FOUND, PERMISSION_DENIED, UNAUTHENTICATED, FAILED_PRECONDITION,
  // OUT_OF_RANGE) is returned as it came; any other error becomes DEPENDENCY_UNAVAILABLE. When the
  // call is cancelled or past its deadline the read is cancelled, and that is the error.
  virtual absl::StatusOr<Parts<Part>> Await() = 0;
};

// Where scorecards are read from: the other services, or what they answered before. Thread-safe
// unless an implementation says otherwise. The call outlives the read.
class Readings {
 public:
  virtual ~Readings() = default;
  virtual std::unique_ptr<Pending<PlanPart>> ReadPlan(
      const rpc::Call& call, const plan::v1::GetPlanTreeRequest& request) const = 0;
  // The request is `prepared` (its selections, which are many and were serialised before) and
  // `rest`.
  virtual std::unique_ptr<Pending<ValuesPart>> ReadValues(
      const rpc::Call& call, std::shared_ptr<const std::string> prepared,
      const indicator::v1::QueryPeriodValuesRequest& rest) const = 0;
};

// A service that reporting reads.
struct Dependency {
  std::string name;     // in errors: "plan"
  std::string service;  // "athena.plan.v1.PlanService"
  std::shared_ptr<grpc::Channel> channel;
  // Requests go out and answers come in as bytes.
  mutable grpc::TemplatedGenericStub<grpc::ByteBuffer, grpc::ByteBuffer> stub{channel};
};

// The services that reporting reads. Thread-safe.
//
// Every read carries the caller's credential, so that it sees what the caller may see and nothing
// else, and ends before the caller's deadline. UNAVAILABLE is retried as rpc::Retry says, on a new
// connection.
class Dependencies final : public Readings {
 public:
  Dependencies(std::shared_ptr<grpc::Channel> plan, std::shared_ptr<grpc::Channel> indicator);

  std::unique_ptr<Pending<PlanPart>> ReadPlan(
      const rpc::Call& call, const plan::v1::GetPlanTreeRequest& request) const override;
  std::unique_ptr<Pending<ValuesPart>> ReadValues(
      const rpc::Call& call, std::shared_ptr<const std::string> prepared,
      const indicator::v1::QueryPeriodValuesRequest& rest) const override;

  // Single questions: their answers are one part.
  std::unique_ptr<Pending<indicator::v1::ListClosingsResponse>> ListClosings(
      const rpc::Call& call, const indicator::v1::ListClosingsRequest& request) const;
  std::unique_ptr<Pending<indicator::v1::ListObservationsResponse>> ListObservations(
      const rpc::Call& call, const indicator::v1::ListObservationsRequest& request) const;
  std::unique_ptr<Pending<indicator::v1::Push>> GetPush(
      const rpc::Call& call, const indicator::v1::GetPushRequest& request) const;
  // The history of a resource of the plan service, or of the indicator service.
  std::unique_ptr<Pending<common::v1::ListRevisionsResponse>> ListPlanRevisions(
      const rpc::Call& call, const common::v1::ListRevisionsRequest& request) const;
  std::unique_ptr<Pending<common::v1::ListRevisionsResponse>> ListIndicatorRevisions(
      const rpc::Call& call, const common::v1::ListRevisionsRequest& request) const;

  // Why reporting is not ready: a line for each service whose health is not SERVING. Asks them, and
  // waits at most kHealthDeadline for each.
  std::vector<std::string> Faults() const;

 private:
  Dependency plan_;
  Dependency indicator_;
  Dependency plan_history_;
  Dependency indicator_history_;
};

}  // namespace athena::reporting

#endif  // ATHENA_SERVICES_REPORTING_READING_DEPENDENCIES_H_
