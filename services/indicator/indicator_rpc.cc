#include "services/indicator/indicator_rpc.h"

#include <utility>

#include "athena/indicator/v1/closing.pb.h"
#include "athena/indicator/v1/completeness.pb.h"
#include "athena/indicator/v1/indicator_service.pb.h"

namespace athena::indicator {
namespace {

using auth::Role;
using auth::Roles;

// Definitions and targets.
void AddDefinitions(const Handlers&, rpc::ServiceTable*) {}

// Pushes and observations.
void AddObservations(const Handlers& handlers, rpc::ServiceTable* table) {
  Pushes& pushes = handlers.pushes;
  Observations& observations = handlers.observations;
  table->methods.push_back(
      rpc::UnaryAsync<v1::PushObservationsRequest, v1::PushObservationsResponse>(
          "PushObservations", {Role::kSender},
          [&pushes](const rpc::Call& call, const v1::PushObservationsRequest& request,
                    rpc::Reply<v1::PushObservationsResponse> reply) {
            pushes.Push(call, request, std::move(reply));
          })
          .Heavy());
  table->methods.push_back(rpc::Unary<v1::GetPushRequest, v1::Push>(
      "GetPush", Roles::Any(), [&pushes](const rpc::Call& call, const v1::GetPushRequest& request) {
        return pushes.Get(call, request);
      }));
  table->methods.push_back(rpc::Unary<v1::ListObservationsRequest, v1::ListObservationsResponse>(
      "ListObservations", Roles::Any(),
      [&observations](const rpc::Call& call, const v1::ListObservationsRequest& request) {
        return observations.List(call, request);
      }));
}

// What of a quarter is finished, and what is late.
void AddClosings(const Handlers& handlers, rpc::ServiceTable* table) {
  Closings& closings = handlers.closings;
  table->methods.push_back(rpc::Unary<v1::ClosePeriodRequest, v1::Closing>(
      "ClosePeriod", {Role::kPublisher},
      [&closings](const rpc::Call& call, const v1::ClosePeriodRequest& request) {
        return closings.Close(call, request);
      }));
  table->methods.push_back(rpc::Unary<v1::ReopenPeriodRequest, v1::Closing>(
      "ReopenPeriod", {Role::kPublisher},
      [&closings](const rpc::Call& call, const v1::ReopenPeriodRequest& request) {
        return closings.Reopen(call, request);
      }));
  table->methods.push_back(rpc::Unary<v1::ListClosingsRequest, v1::ListClosingsResponse>(
      "ListClosings", Roles::Any(),
      [&closings](const rpc::Call& call, const v1::ListClosingsRequest& request) {
        return closings.List(call, request);
      }));
  Completeness& completeness = handlers.completeness;
  table->methods.push_back(rpc::Unary<v1::GetCompletenessRequest, v1::GetCompletenessResponse>(
      "GetCompleteness", Roles::Any(),
      [&completeness](const rpc::Call& call, const v1::GetCompletenessRequest& request) {
        return completeness.Get(call, request);
      }));
}

}  // namespace

rpc::ServiceTable IndicatorTable(const Handlers& handlers) {
  rpc::ServiceTable table;
  table.service = "athena.indicator.v1.IndicatorService";
  AddDefinitions(handlers, &table);
  AddObservations(handlers, &table);
  AddClosings(handlers, &table);
  return table;
}

}  // namespace athena::indicator
