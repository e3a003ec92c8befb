#include "services/indicator/indicator_rpc.h"

#include <memory>
#include <string>
#include <utility>

#include "athena/indicator/v1/closing.pb.h"
#include "athena/indicator/v1/completeness.pb.h"
#include "athena/indicator/v1/indicator_service.pb.h"
#include "athena/indicator/v1/series_end.pb.h"

namespace athena::indicator {
namespace {

using auth::Role;
using auth::Roles;

// A handler that asks of its call only who calls.
template <typename Request, typename Response, typename Resources>
rpc::Method Plain(std::string_view name, Roles roles, const Resources& resources,
                  absl::StatusOr<Response> (Resources::*handler)(const auth::Principal&,
                                                                 const Request&) const) {
  return rpc::Unary<Request, Response>(
      name, roles, [&resources, handler](const rpc::Call& call, const Request& request) {
        return (resources.*handler)(call.principal(), request);
      });
}

// Definitions and targets. What a caller may read is for the handlers to say: indicators are
// shared.
void AddDefinitions(const Handlers& handlers, rpc::ServiceTable* table) {
  constexpr Roles kPlanner = {Role::kPlanner};
  const Indicators& indicators = handlers.indicators;
  const Targets& targets = handlers.targets;
  std::vector<rpc::Method>& add = table->methods;
  add.push_back(Plain("CreateIndicator", kPlanner, indicators, &Indicators::Create));
  add.push_back(Plain("BatchCreateIndicators", kPlanner, indicators, &Indicators::BatchCreate));
  add.push_back(Plain("GetIndicator", Roles::Any(), indicators, &Indicators::Get));
  add.push_back(Plain("ListIndicators", Roles::Any(), indicators, &Indicators::List));
  add.push_back(Plain("UpdateIndicator", kPlanner, indicators, &Indicators::Update));
  add.push_back(Plain("RetireIndicator", kPlanner, indicators, &Indicators::Retire));
  add.push_back(Plain("SetTarget", kPlanner, targets, &Targets::Set));
  add.push_back(Plain("BatchSetTargets", kPlanner, targets, &Targets::BatchSet));
  add.push_back(Plain("GetTarget", Roles::Any(), targets, &Targets::Get));
  add.push_back(Plain("ListTargetVersions", Roles::Any(), targets, &Targets::ListVersions));
}

// Values of periods, part after part.
class ValuePages : public rpc::PageSource<rpc::PreparedAnswer> {
 public:
  explicit ValuePages(std::unique_ptr<PeriodValuesAnswer> answer) : answer_(std::move(answer)) {}
  absl::StatusOr<bool> Next(rpc::PreparedAnswer* part) override {
    std::string bytes;
    if (!answer_->Next(&bytes)) return false;
    part->pieces.push_back(std::make_shared<const std::string>(std::move(bytes)));
    return true;
  }
  bool Ended() const override { return answer_->Ended(); }

 private:
  const std::unique_ptr<PeriodValuesAnswer> answer_;
};

void AddValues(const Handlers& handlers, rpc::ServiceTable* table) {
  using Source = rpc::PageSource<rpc::PreparedAnswer>;
  PeriodValues& values = handlers.values;
  table->methods.push_back(rpc::Pages<v1::QueryPeriodValuesRequest, rpc::PreparedAnswer>(
      "QueryPeriodValues", Roles::Any(),
      [&values](const rpc::Call& call, const v1::QueryPeriodValuesRequest& request)
          -> absl::StatusOr<std::unique_ptr<Source>> {
        absl::StatusOr<std::unique_ptr<PeriodValuesAnswer>> answer =
            values.Query(call.principal(), request);
        if (!answer.ok()) return answer.status();
        return std::make_unique<ValuePages>(*std::move(answer));
      }));
}

// Pushes and observations.
void AddObservations(const Handlers& handlers, rpc::ServiceTable* table) {
  Pushes& pushes = handlers.pushes;
  Observations& observations = handlers.observations;
  table->methods.push_back(rpc::UnaryAsync<PushRequest, v1::PushObservationsResponse>(
                               "PushObservations", {Role::kSender},
                               [&pushes](const rpc::Call& call, const PushRequest& request,
                                         rpc::Reply<v1::PushObservationsResponse> reply) {
                                 pushes.Push(call, request, std::move(reply));
                               })
                               .Heavy()
                               .AtOnce());
  table->methods.push_back(rpc::Bidi<PushRequest, v1::StreamObservationsResponse>(
                               "StreamObservations", {Role::kSender},
                               [&pushes](const rpc::Call& call, const PushRequest& request,
                                         rpc::Reply<v1::StreamObservationsResponse> reply) {
                                 pushes.PushStreamed(call, request, std::move(reply));
                               })
                               .Heavy()
                               .AtOnce());
  table->methods.push_back(rpc::Unary<v1::GetPushRequest, v1::Push>(
      "GetPush", Roles::Any(), [&pushes](const rpc::Call& call, const v1::GetPushRequest& request) {
        return pushes.Get(call, request);
      }));
  table->methods.push_back(rpc::Unary<v1::ListPushesRequest, v1::ListPushesResponse>(
      "ListPushes", Roles::Any(),
      [&pushes](const rpc::Call& call, const v1::ListPushesRequest& request) {
        return pushes.List(call, request);
      }));
  table->methods.push_back(rpc::Unary<v1::ListObservationsRequest, v1::ListObservationsResponse>(
      "ListObservations", Roles::Any(),
      [&observations](const rpc::Call& call, const v1::ListObservationsRequest& request) {
        return observations.List(call, request);
      }));
}

// What changes, and what has ended.
void AddChanges(const Handlers& handlers, rpc::ServiceTable* table) {
  const ObservationFeed& feed = handlers.feed;
  const SeriesEnds& series_ends = handlers.series_ends;
  table->methods.push_back(rpc::Unary<v1::EndSeriesRequest, v1::SeriesEnd>(
      "EndSeries", {Role::kSender, Role::kPlanner},
      [&series_ends](const rpc::Call& call, const v1::EndSeriesRequest& request) {
        return series_ends.End(call, request);
      }));
  table->methods.push_back(rpc::Unary<v1::ListSeriesEndsRequest, v1::ListSeriesEndsResponse>(
      "ListSeriesEnds", Roles::Any(),
      [&series_ends](const rpc::Call& call, const v1::ListSeriesEndsRequest& request) {
        return series_ends.List(call, request);
      }));
  table->methods.push_back(rpc::Watch<v1::WatchObservationsRequest, v1::WatchObservationsResponse>(
      "WatchObservations", Roles::Any(),
      [&feed](const rpc::Call& call, const v1::WatchObservationsRequest& request) {
        return feed.Watch(call, request);
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
  AddChanges(handlers, &table);
  AddClosings(handlers, &table);
  AddValues(handlers, &table);
  return table;
}

}  // namespace athena::indicator
