#include "services/indicator/testing/service.h"

#include <gmock/gmock.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <filesystem>
#include <map>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/time/time.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "libs/auth/authenticator.h"
#include "libs/auth/principal.h"
#include "libs/paging/token_key.h"
#include "libs/rpc/server.h"
#include "libs/status/macros.h"
#include "libs/status/status_proto.h"
#include "libs/status/testing/matchers.h"
#include "libs/versioned/store.h"
#include "services/indicator/indicator_rpc.h"
#include "services/indicator/store/schema.h"

namespace athena::indicator::testing {
namespace {

// The principals of the service, as StaticAuthenticator takes them.
std::vector<std::string> Callers() {
  std::vector<std::string> callers = {"sender,sender,gob,sender",
                                      "sender2,sender2,gob,sender",
                                      "planner,planner,gob,planner",
                                      "viewer,viewer,gob,viewer",
                                      "all,all,gob,all",
                                      "other,other,tal,all",
                                      "pia,pia,gob,publisher",
                                      "tom,tom,talent,publisher",
                                      "sam,sam,gob,sender",
                                      "sue,sue,gob,sender",
                                      "val,val,gob,viewer",
                                      "everyone,everyone,*,all",
                                      "cor,cor,gob,sender+corrector"};
  for (const char* institution : {"gob", "tal"}) {
    for (int i = 0; i < auth::kRoleCount; ++i) {
      const std::string role(auth::RoleName(static_cast<auth::Role>(i)));
      const std::string name = absl::StrCat(institution, "-", role);
      callers.push_back(absl::StrCat(name, ",", name, ",", institution, ",", role));
    }
  }
  return callers;
}

}  // namespace

// Destroyed from the last member to the first.
struct Service::Running {
  std::shared_ptr<sql::SqliteDatabase> database;
  prometheus::Registry registry;
  std::unique_ptr<IndicatorService> service;
  std::unique_ptr<auth::StaticAuthenticator> authenticator;
  std::unique_ptr<rpc::Server> server;
  std::unique_ptr<v1::IndicatorService::Stub> stub;
  std::unique_ptr<common::v1::HistoryService::Stub> history_stub;
};

Service::Service(absl::TimeZone zone, std::string vfs)
    : zone_(zone), vfs_(std::move(vfs)), clock_(absl::UnixEpoch()) {
  const auto* test = ::testing::UnitTest::GetInstance()->current_test_info();
  folder_ =
      ::testing::TempDir() + "/indicator-" +
      absl::StrReplaceAll(std::string(test->test_suite_name()) + "-" + test->name(), {{"/", "-"}});
  std::filesystem::remove_all(folder_);
  std::filesystem::create_directories(folder_);
  // The first start wrote at 1970-01-01, before any time a test may set: the times of writes
  // increase.
  Start();
  SetToday(absl::CivilDay(2022, 1, 1));
}

Service::~Service() {
  Stop();
  std::filesystem::remove_all(folder_);
}

void Service::Restart(absl::FunctionRef<void()> between) {
  Stop();
  between();
  Start();
}

void Service::Stop() {
  for (std::unique_ptr<Running>* const instance : {&running_, &other_}) {
    if (*instance != nullptr) (*instance)->server->Drain();
    instance->reset();
  }
}

void Service::SwitchInstance() {
  if (other_ == nullptr) other_ = StartOn(running_->database);
  std::swap(running_, other_);
}

void Service::Start() {
  const std::vector<sql::Migration> schema = Schema();
  sql::SqliteOptions options;
  options.path = folder_ + "/indicator.db";
  options.application_id = kApplicationId;
  options.migrations = schema;
  options.clock = &clock_;
  options.vfs = vfs_;
  if (!vfs_.empty()) options.on_fatal = [](const absl::Status&) {};
  ATHENA_ASSERT_OK_AND_ASSIGN(std::shared_ptr<sql::SqliteDatabase> database,
                              sql::SqliteDatabase::Open(std::move(options)));
  running_ = StartOn(std::move(database));
}

std::unique_ptr<Service::Running> Service::StartOn(std::shared_ptr<sql::SqliteDatabase> database) {
  auto running = std::make_unique<Running>();
  running->database = std::move(database);
  auto token_key = TokenKey(*running->database);
  ATHENA_EXPECT_OK(token_key);
  auto service = IndicatorService::Open(*running->database, *std::move(token_key), clock_, zone_,
                                        running->registry);
  ATHENA_EXPECT_OK(service);
  running->service = *std::move(service);
  auto authenticator = auth::StaticAuthenticator::Create(Callers());
  ATHENA_EXPECT_OK(authenticator);
  running->authenticator = *std::move(authenticator);
  rpc::ServerOptions server_options;
  server_options.default_deadline = absl::Minutes(10);  // with sanitizers, large requests take long
  server_options.authenticator = running->authenticator.get();
  auto server = rpc::Server::Start(server_options, running->service->Tables());
  ATHENA_EXPECT_OK(server);
  running->server = *std::move(server);
  running->stub = v1::IndicatorService::NewStub(running->server->InProcessChannel());
  running->history_stub = common::v1::HistoryService::NewStub(running->server->InProcessChannel());
  return running;
}

sql::SqliteDatabase& Service::database() { return *running_->database; }
v1::IndicatorService::StubInterface& Service::stub() { return *running_->stub; }
common::v1::HistoryService::StubInterface& Service::history_stub() {
  return *running_->history_stub;
}
Catalog& Service::catalog() { return running_->service->catalog(); }
absl::Status Service::CountOverdue() { return running_->service->CountOverdue(); }

std::string Service::Metrics() {
  return prometheus::TextSerializer().Serialize(running_->registry.Collect());
}

absl::StatusOr<v1::PushObservationsResponse> Service::Push(
    const v1::PushObservationsRequest& request, const std::string& token) {
  clock_.Advance(absl::Seconds(1));
  return Call<v1::PushObservationsResponse>(token, [&](auto& stub, auto* context, auto* response) {
    return stub.PushObservations(context, request, response);
  });
}

absl::StatusOr<v1::ListObservationsResponse> Service::List(
    const v1::ListObservationsRequest& request, const std::string& token) {
  return Call<v1::ListObservationsResponse>(token, [&](auto& stub, auto* context, auto* response) {
    return stub.ListObservations(context, request, response);
  });
}

std::vector<v1::ObservationRecord> Service::ListAll(v1::ListObservationsRequest request) {
  std::vector<v1::ObservationRecord> all;
  do {
    const absl::StatusOr<v1::ListObservationsResponse> page = List(request);
    ATHENA_EXPECT_OK(page);
    if (!page.ok()) break;
    all.insert(all.end(), page->observations().begin(), page->observations().end());
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty());
  return all;
}

absl::StatusOr<v1::Target> Service::SetTarget(const v1::Target& target, const std::string& token) {
  clock_.Advance(absl::Seconds(1));
  v1::SetTargetRequest request;
  *request.mutable_target() = target;
  request.set_reason("a test");
  return Call<v1::Target>(token, [&](auto& stub, auto* context, auto* response) {
    return stub.SetTarget(context, request, response);
  });
}

void Service::Close(const std::string& quarter) {
  clock_.Advance(absl::Seconds(1));
  v1::ClosePeriodRequest request;
  request.set_name("institutions/gob/closings/" + quarter);
  request.set_reason("a test");
  ATHENA_ASSERT_OK(Call<v1::Closing>("pia", [&](auto& stub, auto* context, auto* response) {
    return stub.ClosePeriod(context, request, response);
  }));
}

void Service::Reopen(const std::string& quarter) {
  clock_.Advance(absl::Seconds(1));
  v1::ReopenPeriodRequest request;
  request.set_name("institutions/gob/closings/" + quarter);
  request.set_reason("a test");
  ATHENA_ASSERT_OK(Call<v1::Closing>("pia", [&](auto& stub, auto* context, auto* response) {
    return stub.ReopenPeriod(context, request, response);
  }));
}

void Service::Define(const std::vector<v1::Indicator>& indicators) {
  DefineThrough(catalog(), indicators);
}

void Service::DefineElsewhere(const std::vector<v1::Indicator>& indicators) {
  Catalog elsewhere(database());
  DefineThrough(elsewhere, indicators);
}

void Service::DefineThrough(Catalog& catalog, const std::vector<v1::Indicator>& indicators) {
  clock_.Advance(absl::Seconds(1));
  const versioned::Store store(database());
  ATHENA_ASSERT_OK(store.Mutate<v1::Indicator>(
      {.institution = "gob",
       .subject = "planner",
       .action = "CreateIndicator",
       .reason = "",
       .request_id = ""},
      [&](versioned::Edit& edit) -> absl::StatusOr<v1::Indicator> {
        for (v1::Indicator indicator : indicators) {
          const std::string id = indicator.name().substr(indicator.name().rfind('/') + 1);
          ATHENA_ASSIGN_OR_RETURN(const auto existing, edit.Find<v1::Indicator>(kIndicators, id));
          ATHENA_RETURN_IF_ERROR(existing.has_value() ? edit.Replace(kIndicators, id, &indicator)
                                                      : edit.Insert(kIndicators, id, &indicator));
        }
        ATHENA_RETURN_IF_ERROR(catalog.RecordChange(edit));
        return v1::Indicator();
      }));
}

ServiceTest::ServiceTest()
    : brussels_([] {
        absl::TimeZone zone;
        EXPECT_TRUE(absl::LoadTimeZone("Europe/Brussels", &zone));
        return zone;
      }()) {
  clock_.Set(absl::FromUnixSeconds(1'600'000'000));
}

void ServiceTest::At(const std::string& moment) {
  absl::Time time;
  std::string fault;
  ASSERT_TRUE(absl::ParseTime(absl::RFC3339_full, moment, &time, &fault)) << fault;
  clock_.Set(time);
}

v1::Indicator Base(
    const std::string& id, v1::Indicator::Frequency frequency,
    const std::vector<std::pair<std::string, std::vector<std::string>>>& dimensions) {
  v1::Indicator indicator;
  indicator.set_name("institutions/gob/indicators/" + id);
  (*indicator.mutable_display_name()->mutable_text())["en"] = id;
  indicator.set_kind(v1::Indicator::KIND_BASE);
  indicator.set_direction(v1::Indicator::DIRECTION_HIGHER);
  indicator.set_frequency(frequency);
  indicator.set_time_aggregation(v1::Indicator::TIME_AGGREGATION_SUM);
  indicator.set_group_aggregation(v1::Indicator::GROUP_AGGREGATION_SUM);
  indicator.set_state(v1::Indicator::STATE_ACTIVE);
  for (const auto& [dimension, codes] : dimensions) {
    v1::Dimension& added = *indicator.add_dimensions();
    added.set_id(dimension);
    for (const std::string& code : codes) added.add_codes()->set_id(code);
  }
  return indicator;
}

v1::Indicator FormulaOf(const std::string& id, const std::string& formula) {
  v1::Indicator indicator;
  indicator.set_name("institutions/gob/indicators/" + id);
  (*indicator.mutable_display_name()->mutable_text())["en"] = id;
  indicator.set_kind(v1::Indicator::KIND_FORMULA);
  indicator.set_formula(formula);
  indicator.set_direction(v1::Indicator::DIRECTION_HIGHER);
  indicator.set_frequency(v1::Indicator::FREQUENCY_QUARTERLY);
  indicator.set_state(v1::Indicator::STATE_ACTIVE);
  return indicator;
}

v1::Target TargetOf(const std::string& indicator,
                    const std::vector<std::pair<std::string, double>>& anchors) {
  v1::Target target;
  target.set_indicator("institutions/gob/indicators/" + indicator);
  for (const auto& [period, value] : anchors) {
    v1::Target::Anchor& anchor = *target.add_anchors();
    anchor.set_period(period);
    anchor.set_value(value);
  }
  target.set_margin(10);
  return target;
}

std::vector<std::string> Faults(const absl::Status& status) {
  std::vector<std::string> fields;
  const google::rpc::Status wire = status::ToRpcStatus(status);
  for (const google::protobuf::Any& detail : wire.details()) {
    google::rpc::BadRequest bad;
    if (!detail.Is<google::rpc::BadRequest>() || !detail.UnpackTo(&bad)) continue;
    for (const auto& violation : bad.field_violations()) fields.push_back(violation.field());
  }
  return fields;
}

v1::Observation Row(const std::string& indicator, const std::string& period, double value,
                    const std::vector<std::pair<std::string, std::string>>& dimensions) {
  v1::Observation row;
  row.set_indicator(indicator);
  row.set_period(period);
  row.set_value(value);
  for (const auto& [dimension, code] : dimensions) (*row.mutable_dimensions())[dimension] = code;
  return row;
}

v1::Observation Retraction(const std::string& indicator, const std::string& period,
                           const std::vector<std::pair<std::string, std::string>>& dimensions) {
  v1::Observation row = Row(indicator, period, 0, dimensions);
  row.clear_value();
  row.set_retract(true);
  return row;
}

v1::PushObservationsRequest PushOf(const std::string& push_id,
                                   const std::vector<v1::Observation>& rows) {
  v1::PushObservationsRequest request;
  request.set_parent("institutions/gob");
  request.set_push_id(push_id);
  for (const v1::Observation& row : rows) *request.add_observations() = row;
  return request;
}

v1::PushObservationsRequest ReplaceOf(const std::string& push_id, const std::string& indicator,
                                      const std::string& start, const std::string& end,
                                      const std::vector<v1::Observation>& rows) {
  v1::PushObservationsRequest request = PushOf(push_id, rows);
  request.set_mode(v1::PUSH_MODE_REPLACE);
  v1::Scope& scope = *request.add_scopes();
  scope.set_indicator(indicator);
  scope.set_start_period(start);
  scope.set_end_period(end);
  return request;
}

std::vector<v1::Outcome> Outcomes(const v1::PushObservationsResponse& response) {
  std::vector<v1::Outcome> outcomes;
  for (const v1::RowOutcome& row : response.outcomes()) outcomes.push_back(row.outcome());
  return outcomes;
}

std::vector<std::string> Lines(const std::vector<v1::ObservationRecord>& records) {
  std::vector<std::string> lines;
  for (const v1::ObservationRecord& record : records) {
    const v1::Observation& cell = record.observation();
    const std::map<std::string, std::string> codes(cell.dimensions().begin(),
                                                   cell.dimensions().end());
    std::string line = cell.period();
    for (const auto& [dimension, code] : codes) absl::StrAppend(&line, " ", code);
    if (cell.retract()) line += " retracted";
    if (cell.has_value()) absl::StrAppend(&line, " ", cell.value());
    lines.push_back(std::move(line));
  }
  return lines;
}

v1::ListObservationsRequest ListOf(const std::string& indicator) {
  v1::ListObservationsRequest request;
  request.set_parent("institutions/gob/indicators/" + indicator);
  return request;
}

}  // namespace athena::indicator::testing
