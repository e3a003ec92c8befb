#include "tests/fuzz/rpc_services.h"

#include <prometheus/registry.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "absl/types/span.h"
#include "libs/audit/journal.h"
#include "libs/audit/verify.h"
#include "libs/sql/sqlite/sqlite_database.h"
#include "services/indicator/indicator_rpc.h"
#include "services/indicator/store/schema.h"
#include "services/plan/indicators/testing/fake_indicator_service.h"
#include "services/plan/plan_rpc.h"
#include "services/plan/schema.h"
#include "tests/fuzz/property.h"
#include "tests/fuzz/rpc_input.h"

namespace athena::fuzz {
namespace {

using google::protobuf::MethodDescriptor;

constexpr char kTokenKey[] = "a key of a fuzzer";

// A question about the setting that is not to be answered by no.
void Succeed(const absl::Status& status, std::string_view what) {
  if (status.ok()) return;
  std::fprintf(stderr, "%s: %s\n", std::string(what).c_str(), status.ToString().c_str());
  std::abort();
}

std::unique_ptr<sql::SqliteDatabase> OpenDatabase(const std::string& path, int32_t application_id,
                                                  absl::Span<const sql::Migration> schema,
                                                  const Clock& clock) {
  sql::SqliteOptions options;
  options.path = path;
  options.application_id = application_id;
  options.migrations = schema;
  options.readers = 1;
  options.clock = &clock;
  options.sync_each_commit = false;  // the file does not outlive the process
  auto database = sql::SqliteDatabase::Open(std::move(options));
  Succeed(database.status(), path);
  return *std::move(database);
}

class IndicatorService : public RunningService {
 public:
  static std::unique_ptr<RunningService> Start(const std::string& path, const Clock& clock) {
    auto database = OpenDatabase(path, indicator::kApplicationId, indicator::Schema(), clock);
    return std::make_unique<IndicatorService>(std::move(database), clock);
  }

  IndicatorService(std::unique_ptr<sql::SqliteDatabase> database, const Clock& clock)
      : database_(std::move(database)) {
    auto service = indicator::IndicatorService::Open(*database_, kTokenKey, clock,
                                                     absl::UTCTimeZone(), registry_);
    Succeed(service.status(), "the indicator service");
    service_ = *std::move(service);
  }

  sql::Database& database() override { return *database_; }
  std::vector<rpc::ServiceTable> Tables() override { return service_->Tables(); }

 private:
  const std::unique_ptr<sql::SqliteDatabase> database_;
  prometheus::Registry registry_;
  std::unique_ptr<indicator::IndicatorService> service_;
};

class PlanService : public RunningService {
 public:
  static std::unique_ptr<RunningService> Start(const std::string& path, const Clock& clock) {
    return std::make_unique<PlanService>(
        OpenDatabase(path, plan::kApplicationId, plan::Migrations(), clock), clock);
  }

  PlanService(std::unique_ptr<sql::SqliteDatabase> database, const Clock& clock)
      : database_(std::move(database)), service_(*database_, clock, kTokenKey, indicators_) {}

  sql::Database& database() override { return *database_; }
  std::vector<rpc::ServiceTable> Tables() override { return service_.Tables(); }

 private:
  const std::unique_ptr<sql::SqliteDatabase> database_;
  plan::testing::FakeIndicatorService indicators_;
  plan::PlanService service_;
};

// What gob has in the indicator service: one indicator of each kind, with values in two quarters,
// of which the first is closed; a target; a series that ended.
const std::vector<std::string>& IndicatorSetting() {
  static const std::vector<std::string>& inputs = *new std::vector<std::string>{
      R"(BatchCreateIndicators
         parent: "institutions/gob"
         requests {
           indicator_id: "staff"
           indicator {
             display_name { text { key: "nl" value: "Personeel" } }
             kind: KIND_BASE direction: DIRECTION_HIGHER frequency: FREQUENCY_MONTHLY
             time_aggregation: TIME_AGGREGATION_LAST group_aggregation: GROUP_AGGREGATION_SUM
             dimensions { id: "sex" codes { id: "F" } codes { id: "M" } }
           }
         }
         requests {
           indicator_id: "visits"
           indicator {
             display_name { text { key: "nl" value: "Bezoeken" } }
             kind: KIND_BASE direction: DIRECTION_HIGHER frequency: FREQUENCY_DAILY
             time_aggregation: TIME_AGGREGATION_SUM group_aggregation: GROUP_AGGREGATION_SUM
           }
         }
         requests {
           indicator_id: "share"
           indicator {
             display_name { text { key: "nl" value: "Aandeel" } }
             kind: KIND_FORMULA direction: DIRECTION_HIGHER frequency: FREQUENCY_QUARTERLY
             formula: "100 * staff{sex=\"F\"} / staff"
           }
         })",
      R"(PushObservations
         parent: "institutions/gob" push_id: "p1"
         observations {
           indicator: "staff" period: "2021-03" dimensions { key: "sex" value: "F" } value: 3
         }
         observations {
           indicator: "staff" period: "2021-03" dimensions { key: "sex" value: "M" } value: 5
         }
         observations {
           indicator: "staff" period: "2021-06" dimensions { key: "sex" value: "F" } value: 4
         }
         observations { indicator: "visits" period: "2021-02-03" value: 17.5 comment: "snow" }
         observations {
           indicator: "visits" period: "2021-06-30" status: OBSERVATION_STATUS_MISSING
         })",
      R"(PushObservations
         parent: "institutions/gob" push_id: "p2"
         observations {
           indicator: "staff" period: "2021-06" dimensions { key: "sex" value: "F" } value: 6
         }
         observations { indicator: "visits" period: "2021-02-03" retract: true })",
      R"(SetTarget
         target {
           indicator: "institutions/gob/indicators/staff"
           anchors { period: "2021" value: 10 }
           anchors { period: "2022" value: 12 }
           margin: 4
         }
         reason: "agreed")",
      R"(EndSeries
         series_end {
           indicator: "institutions/gob/indicators/staff"
           dimensions { key: "sex" value: "M" }
           ended_from: "2021-05"
         }
         reason: "moved")",
      R"(ClosePeriod
         name: "institutions/gob/closings/2021-Q1" reason: "checked")"};
  return inputs;
}

// And in the plan service: two units, a plan that is a draft and one in force, with elements.
const std::vector<std::string>& PlanSetting() {
  static const std::vector<std::string>& inputs = *new std::vector<std::string>{
      R"(CreateInstitution
         institution_id: "gob" institution { display_name { text { key: "nl" value: "GOB" } } })",
      R"(CreateUnit
         parent: "institutions/gob" unit_id: "hr"
         unit { display_name { text { key: "nl" value: "HR" } } })",
      R"(CreateUnit
         parent: "institutions/gob" unit_id: "pay"
         unit {
           display_name { text { key: "nl" value: "Lonen" } }
           parent_unit: "institutions/gob/units/hr"
         })",
      R"(CreatePlan
         parent: "institutions/gob" plan_id: "draft"
         plan {
           title { text { key: "nl" value: "Plan" } }
           first_quarter: "2021-Q1" last_quarter: "2022-Q4" languages: "nl"
         })",
      R"(CreatePlan
         parent: "institutions/gob" plan_id: "plan"
         plan {
           title { text { key: "nl" value: "Plan" } }
           first_quarter: "2021-Q1" last_quarter: "2022-Q4" languages: "nl"
         })",
      R"(BatchCreateElements
         parent: "institutions/gob/plans/plan"
         requests {
           element_id: "e1"
           element { kind: KIND_AXIS code: "1" title { text { key: "nl" value: "As" } } }
         }
         requests {
           element_id: "e11"
           element {
             kind: KIND_OBJECTIVE code: "1.1" title { text { key: "nl" value: "Doel" } }
             parent_element: "institutions/gob/plans/plan/elements/e1"
             indicators { indicator: "institutions/gob/indicators/staff" }
           }
         })",
      R"(BatchCreateElements
         parent: "institutions/gob/plans/draft"
         requests {
           element_id: "d1"
           element { kind: KIND_AXIS code: "1" title { text { key: "nl" value: "As" } } }
         }
         requests {
           element_id: "d11"
           element {
             kind: KIND_ACTION code: "1.1" title { text { key: "nl" value: "Actie" } }
             parent_element: "institutions/gob/plans/draft/elements/d1"
           }
         })",
      R"(ActivatePlan
         name: "institutions/gob/plans/plan")",
      R"(CreateRisk
         parent: "institutions/gob" risk_id: "fire"
         risk {
           code: "R-1" title { text { key: "nl" value: "Brand" } }
           inherent_likelihood: 3 inherent_impact: 5 owner_unit: "institutions/gob/units/hr"
           elements: "institutions/gob/plans/plan/elements/e11"
         })",
      R"(CreateProcess
         parent: "institutions/gob" process_id: "payroll"
         process {
           code: "P-1" title { text { key: "nl" value: "Lonen" } }
           risks: "institutions/gob/risks/fire"
           data {
             id: "bank" title { text { key: "nl" value: "Rekeningen" } }
             classification: CLASSIFICATION_PERSONAL
             legal_basis { text { key: "nl" value: "AVG" } }
             retention { text { key: "nl" value: "5 jaar" } }
           }
         })",
      R"(CreateBudgetLine
         parent: "institutions/gob" budget_line_id: "staff"
         budget_line {
           code: "04.1" year: 2021 title { text { key: "nl" value: "Lonen" } }
           shares { element: "institutions/gob/plans/plan/elements/e1" share: 0.5 }
         })",
      R"(SetBudgetAmounts
         parent: "institutions/gob" push_id: "a1"
         amounts {
           budget_line: "staff" quarter: "2021-Q1" committed { units: 20 } paid { units: 10 }
         })"};
  return inputs;
}

// In memory where there is such a folder: the databases are made anew all the time.
std::string MakeFolder() {
  for (const std::filesystem::path& parent :
       {std::filesystem::path("/dev/shm"), std::filesystem::temp_directory_path()}) {
    std::string name = (parent / "athena-fuzz-XXXXXX").string();
    if (mkdtemp(name.data()) != nullptr) return name;
  }
  Require(false, "there is a folder for temporary files");
  return "";
}

}  // namespace

RpcServices::RpcServices()
    : folder_(MakeFolder()),
      clock_(absl::FromCivil(absl::CivilDay(2022, 1, 10), absl::UTCTimeZone())),
      principal_(std::make_shared<const auth::Principal>(
          auth::Principal{"fuzzer", "gob", auth::Roles::Any()})) {
  for (const auto& [name, start, setting] :
       {std::tuple{"indicator", Start{&IndicatorService::Start}, &IndicatorSetting()},
        std::tuple{"plan", Start{&PlanService::Start}, &PlanSetting()}}) {
    Service& service = services_.emplace_back();
    service.start = start;
    service.pristine = absl::StrCat(folder_, "/", name, ".pristine");
    service.path = absl::StrCat(folder_, "/", name, ".db");
    Settle(service, *setting);
  }
}

RpcServices::~RpcServices() {
  services_.clear();
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

void RpcServices::Settle(Service& service, const std::vector<std::string>& inputs) {
  service.running = service.start(service.pristine, clock_);
  service.tables = service.running->Tables();
  for (const std::string& input : inputs) {
    const std::optional<RpcInput> read = ReadRpcInput(input);
    Require(read.has_value(), "the setting is made by known RPCs");
    const std::optional<std::string> request = RequestBytes(*read);
    Require(request.has_value(), "the setting is made by requests");
    Succeed(Call(*read->method, *request).status(), input);
  }
  service.tables.clear();
  service.running.reset();
  Begin(service);
}

// The pristine file is complete in itself, since its database was closed.
void RpcServices::Begin(Service& service) {
  for (const char* suffix : {"", "-wal", "-shm"}) {
    std::filesystem::remove(service.path + suffix);
  }
  std::filesystem::copy_file(service.pristine, service.path);
  service.running = service.start(service.path, clock_);
  service.tables = service.running->Tables();
}

RpcServices::Service& RpcServices::Of(const MethodDescriptor& method) {
  for (Service& service : services_) {
    for (const rpc::ServiceTable& table : service.tables) {
      if (table.service == method.service()->full_name()) return service;
    }
  }
  std::abort();
}

rpc::testing::DirectCall RpcServices::Call(const MethodDescriptor& method,
                                           std::string_view request) {
  constexpr size_t kMostMessages = 10'000;
  for (const rpc::ServiceTable& table : Of(method).tables) {
    if (table.service != method.service()->full_name()) continue;
    for (const rpc::Method& one : table.methods) {
      if (one.name == method.name()) return {one, principal_, request, kMostMessages};
    }
  }
  std::fprintf(stderr, "%s stands in no table\n", method.full_name().c_str());
  std::abort();
}

int64_t RpcServices::Revision(const MethodDescriptor& method) {
  int64_t revision = 0;
  Succeed(Of(method).running->database().Read([&](sql::ReadTx& tx) -> absl::Status {
    const absl::StatusOr<audit::Head> head = audit::ReadHead(tx, "gob");
    if (!head.ok()) return head.status();
    revision = head->revision;
    return audit::Verify(tx, "gob");
  }),
          "the journal");
  return revision;
}

void RpcServices::Restore(const MethodDescriptor& method) {
  Service& service = Of(method);
  service.tables.clear();
  service.running.reset();
  Begin(service);
}

}  // namespace athena::fuzz
