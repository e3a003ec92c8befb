#include "services/indicator/indicator_rpc.h"

#include <memory>
#include <string>
#include <utility>

#include "athena/indicator/v1/indicator_service.pb.h"
#include "libs/auth/principal.h"
#include "libs/resource/rows.h"
#include "libs/status/macros.h"
#include "services/indicator/history/history_sources.h"

namespace athena::indicator {
namespace {

// The parts of an answer to QueryPeriodValues.
class PeriodValuesSource : public rpc::PageSource<rpc::PreparedAnswer> {
 public:
  explicit PeriodValuesSource(std::unique_ptr<PeriodValuesAnswer> answer)
      : answer_(std::move(answer)) {}
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

}  // namespace

absl::StatusOr<std::unique_ptr<IndicatorService>> IndicatorService::Open(
    sql::Database& database, std::string token_key, const Clock& clock, absl::TimeZone zone,
    prometheus::Registry& registry) {
  ATHENA_ASSIGN_OR_RETURN(std::unique_ptr<SeriesNumbers> numbers, SeriesNumbers::Load(database));
  std::unique_ptr<IndicatorService> service(new IndicatorService(
      database, std::move(numbers), std::move(token_key), clock, zone, registry));
  ATHENA_RETURN_IF_ERROR(service->metrics_.Restore(database));
  return service;
}

IndicatorService::IndicatorService(sql::Database& database, std::unique_ptr<SeriesNumbers> numbers,
                                   std::string token_key, const Clock& clock, absl::TimeZone zone,
                                   prometheus::Registry& registry)
    : numbers_(std::move(numbers)),
      tokens_(std::move(token_key)),
      zone_(zone),
      store_(database),
      resources_(store_, clock, tokens_),
      catalog_(database),
      wakeups_(database),
      metrics_(registry),
      indicator_lists_(resources_, catalog_, tokens_),
      targets_(resources_, catalog_),
      pushes_(database, catalog_, *numbers_, wakeups_, metrics_, clock, zone),
      push_reads_(database, catalog_, tokens_),
      observations_(database, catalog_, tokens_, clock),
      feed_(database, catalog_, wakeups_),
      series_ends_(resources_, catalog_, tokens_, wakeups_),
      closings_(resources_, catalog_, tokens_, zone),
      settings_(resources_, catalog_, zone),
      completeness_(database, catalog_, tokens_, clock, zone),
      overdue_metrics_(database, catalog_, completeness_, clock, zone, registry),
      period_values_(database, catalog_, clock, zone),
      history_(database, tokens_, HistoryContents(resources_, catalog_)) {
  metrics_.SetSeries(numbers_->count());
}

// The roles say what a caller may do in its institution. The handlers check the institution, and
// what other institutions share with it.
std::vector<rpc::ServiceTable> IndicatorService::Tables() {
  return {IndicatorTable(), history_.Table()};
}

rpc::ServiceTable IndicatorService::IndicatorTable() {
  using auth::Role;
  const auth::Roles any = auth::Roles::Any();
  const auth::Roles planner = {Role::kPlanner};
  const auth::Roles publisher = {Role::kPublisher};
  const auth::Roles sender = {Role::kSender};
  const auto query_period_values = [this](const rpc::Call& call,
                                          const v1::QueryPeriodValuesRequest& request)
      -> absl::StatusOr<std::unique_ptr<rpc::PageSource<rpc::PreparedAnswer>>> {
    ATHENA_ASSIGN_OR_RETURN(
        std::unique_ptr<PeriodValuesAnswer> answer,
        period_values_.Query(call.principal(), request, [&call] { return call.StillWanted(); }));
    return std::make_unique<PeriodValuesSource>(std::move(answer));
  };
  rpc::ServiceTable table = {
      "athena.indicator.v1.IndicatorService",
      {
          rpc::Unary("ListIndicators", any, indicator_lists_, &IndicatorLists::List),
          rpc::Unary("SetTarget", planner, targets_, &Targets::Set),
          rpc::Unary("BatchSetTargets", planner, targets_, &Targets::BatchSet),
          rpc::Unary("GetTarget", any, targets_, &Targets::Get),
          rpc::Unary("ListTargetVersions", any, targets_, &Targets::ListVersions),
          rpc::Unary("PushObservations", sender, pushes_, &PushPipeline::Push).Heavy().AtOnce(),
          rpc::Bidi("StreamObservations", sender, pushes_, &PushPipeline::PushStreamed)
              .Heavy()
              .AtOnce(),
          rpc::Unary("GetPush", any, push_reads_, &PushReads::Get),
          rpc::Unary("ListPushes", any, push_reads_, &PushReads::List),
          rpc::Unary("ListObservations", any, observations_, &Observations::List),
          rpc::Watch("WatchObservations", any, feed_, &ObservationFeed::Watch),
          rpc::Unary("EndSeries", {Role::kSender, Role::kPlanner}, series_ends_, &SeriesEnds::End),
          rpc::Unary("ListSeriesEnds", any, series_ends_, &SeriesEnds::List),
          rpc::Unary("ClosePeriod", publisher, closings_, &Closings::Close),
          rpc::Unary("ReopenPeriod", publisher, closings_, &Closings::Reopen),
          rpc::Unary("ListClosings", any, closings_, &Closings::List),
          rpc::Unary("GetCompleteness", any, completeness_, &Completeness::Get),
          rpc::Unary("GetInstitutionSettings", any, settings_, &Settings::Get),
          rpc::Unary("UpdateInstitutionSettings", {Role::kAdmin}, settings_, &Settings::Update),
          rpc::Pages("QueryPeriodValues", any, query_period_values),
      }};
  resource::Rows add(table, resources_);
  const auto indicators = resource::KindOf(IndicatorKind(catalog_));
  add(indicators, planner, {"ListIndicators"});
  add.Verb<v1::RetireIndicatorRequest, v1::Indicator>(
      indicators, planner,
      [zone = zone_](const v1::RetireIndicatorRequest&, versioned::Edit& edit,
                     v1::Indicator* indicator) { return RetireIndicator(zone, edit, indicator); });
  return table;
}

}  // namespace athena::indicator
