#ifndef ATHENA_SERVICES_REPORTING_DEPENDENCIES_H_
#define ATHENA_SERVICES_REPORTING_DEPENDENCIES_H_

#include <grpcpp/channel.h>
#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/support/byte_buffer.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "athena/indicator/v1/indicator_service.pb.h"
#include "athena/plan/v1/plan_service.pb.h"
#include "grpc/health/v1/health.grpc.pb.h"
#include "libs/rpc/call.h"
#include "services/reporting/parts.h"

namespace athena::reporting {

// What the other services answer with, part by part.
using PlanPart = plan::v1::GetPlanTreeResponse;
using ValuesPart = indicator::v1::QueryPeriodValuesResponse;

// A read that is under way; its parts arrive while others are asked. Destroying it cancels it.
template <typename Part>
class Pending {
 public:
  virtual ~Pending() = default;
  // Waits for the end and returns all parts, at least one; call it once. What the service refused
  // (INVALID_ARGUMENT, NOT_FOUND, PERMISSION_DENIED, UNAUTHENTICATED, FAILED_PRECONDITION,
  // OUT_OF_RANGE) is returned as it came; everything else is UNAVAILABLE and names the service.
  virtual absl::StatusOr<Parts<Part>> Await() = 0;
};

// The services that reporting reads. Thread-safe.
//
// Every read is made with the caller's own credential, so that it sees what the caller may see and
// nothing else, and ends before the caller's deadline does. UNAVAILABLE is tried again, a few
// times, with pauses that grow, on a connection that is tried anew. The call outlives the read.
class Dependencies {
 public:
  Dependencies(std::shared_ptr<grpc::Channel> plan, std::shared_ptr<grpc::Channel> indicator);

  std::unique_ptr<Pending<PlanPart>> ReadPlan(const rpc::Call& call,
                                              const plan::v1::GetPlanTreeRequest& request) const;
  // The request in pieces: what was serialised before (its selections, which are many) and the
  // rest.
  std::unique_ptr<Pending<ValuesPart>> ReadValues(
      const rpc::Call& call, std::shared_ptr<const std::string> prepared,
      const indicator::v1::QueryPeriodValuesRequest& rest) const;

  // What keeps reporting from being ready: a line for each service whose health is not SERVING,
  // naming it. Asks them; waits at most kHealthDeadline for each.
  std::vector<std::string> Faults() const;

 private:
  const std::shared_ptr<grpc::Channel> plan_channel_;
  const std::shared_ptr<grpc::Channel> indicator_channel_;
  // Requests go out and answers come in as bytes.
  mutable grpc::TemplatedGenericStub<grpc::ByteBuffer, grpc::ByteBuffer> plan_;
  mutable grpc::TemplatedGenericStub<grpc::ByteBuffer, grpc::ByteBuffer> indicator_;
  std::unique_ptr<grpc::health::v1::Health::Stub> plan_health_;
  std::unique_ptr<grpc::health::v1::Health::Stub> indicator_health_;
};

}  // namespace athena::reporting

#endif  // ATHENA_SERVICES_REPORTING_DEPENDENCIES_H_
