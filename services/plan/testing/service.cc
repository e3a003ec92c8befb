#include "services/plan/testing/service.h"

#include <filesystem>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "libs/auth/principal.h"
#include "libs/paging/token_key.h"
#include "libs/status/macros.h"
#include "libs/status/status.h"
#include "libs/status/testing/matchers.h"
#include "services/plan/schema.h"

namespace athena::plan::testing {

std::vector<std::string> Tree::codes() const {
  std::vector<std::string> codes;
  for (const v1::Element& element : elements) codes.push_back(element.code());
  return codes;
}

Watch::Watch(Rpc& stub, const std::string& who, const v1::WatchPlansRequest& request) {
  context_.AddMetadata("authorization", "Bearer " + who);
  reader_ = stub.WatchPlans(&context_, request);
}

Watch::~Watch() { context_.TryCancel(); }

ServiceTest::ServiceTest() {
  const auto* test = ::testing::UnitTest::GetInstance()->current_test_info();
  folder_ =
      absl::StrCat(::testing::TempDir(), "/plan-", test->test_suite_name(), "-", test->name());
  std::filesystem::remove_all(folder_);
  std::filesystem::create_directories(folder_);
  std::vector<std::string> callers = {"gob-all,gob-all,gob,all", "tal-all,tal-all,tal,all",
                                      "everyone,everyone,*,all"};
  for (const char* institution : {"gob", "tal"}) {
    for (int i = 0; i < auth::kRoleCount; ++i) {
      const std::string role(auth::RoleName(static_cast<auth::Role>(i)));
      const std::string name = absl::StrCat(institution, "-", role);
      callers.push_back(absl::StrCat(name, ",", name, ",", institution, ",", role));
    }
  }
  auto authenticator = auth::StaticAuthenticator::Create(callers);
  ATHENA_EXPECT_OK(authenticator);
  authenticator_ = *std::move(authenticator);
  Open();
}

ServiceTest::~ServiceTest() {
  Stop();
  std::filesystem::remove_all(folder_);
}

void ServiceTest::Open() {
  sql::SqliteOptions options;
  options.path = folder_ + "/plan.db";
  options.application_id = kApplicationId;
  options.migrations = Migrations();
  options.clock = &clock_;
  auto database = sql::SqliteDatabase::Open(std::move(options));
  ATHENA_ASSERT_OK(database);
  database_ = *std::move(database);
  Serve();
}

void ServiceTest::Serve() {
  const auto token_key = TokenKey(*database_);
  ATHENA_ASSERT_OK(token_key);
  service_ = std::make_unique<PlanService>(*database_, clock_, *token_key, indicators_);
  rpc::ServerOptions server_options;
  server_options.default_deadline = absl::Minutes(10);  // with sanitizers, large requests take long
  server_options.authenticator = authenticator_.get();
  auto server = rpc::Server::Start(server_options, service_->Tables());
  ATHENA_ASSERT_OK(server);
  server_ = *std::move(server);
  const auto channel = server_->InProcessChannel();
  stubs_ = {v1::PlanService::NewStub(channel), v1::OperationsService::NewStub(channel),
            v1::FollowUpService::NewStub(channel), common::v1::HistoryService::NewStub(channel)};
}

void ServiceTest::Stop() {
  for (int i = 0; i < 2; ++i) {
    if (server_ != nullptr) server_->Drain();
    server_.reset();
    service_.reset();
    SwapInstances();
  }
  database_.reset();
}

void ServiceTest::SwapInstances() {
  std::swap(service_, other_.service);
  std::swap(server_, other_.server);
  std::swap(stubs_, other_.stubs);
}

void ServiceTest::Restart(absl::FunctionRef<void()> between) {
  Stop();
  between();
  Open();
}

void ServiceTest::SwitchInstance() {
  SwapInstances();
  if (server_ == nullptr) Serve();
}

void ServiceTest::GoTo(absl::CivilDay day) {
  absl::TimeZone brussels;
  ASSERT_TRUE(absl::LoadTimeZone("Europe/Brussels", &brussels));
  clock_.Set(absl::FromCivil(day, brussels) - absl::Seconds(1));
}

void ServiceTest::Begin(const std::string& who, grpc::ClientContext* context) {
  clock_.Advance(absl::Seconds(1));
  context->AddMetadata("authorization", "Bearer " + who);
}

absl::StatusOr<v1::ExportPlanResponse> ServiceTest::ExportPlan(std::string_view request,
                                                               const std::string& who) {
  grpc::ClientContext context;
  Begin(who, &context);
  const auto reader = stub<Rpc>().ExportPlan(&context, Parsed<v1::ExportPlanRequest>(request));
  v1::ExportPlanResponse all;
  v1::ExportPlanResponse part;
  while (reader->Read(&part)) {
    EXPECT_LE(part.ByteSizeLong(), size_t{1} << 20);
    EXPECT_EQ(part.has_header(), !all.has_header()) << "the header is the first part's";
    all.MergeFrom(part);
  }
  if (absl::Status status = rpc::FromGrpc(reader->Finish()); !status.ok()) return status;
  return all;
}

absl::StatusOr<Tree> ServiceTest::GetTree(const v1::GetPlanTreeRequest& request,
                                          const std::string& who) {
  grpc::ClientContext context;
  Begin(who, &context);
  const auto reader = stub<Rpc>().GetPlanTree(&context, request);
  Tree tree;
  v1::GetPlanTreeResponse part;
  while (reader->Read(&part)) {
    EXPECT_EQ(part.has_header(), tree.part_bytes.empty()) << "the header is the first part's";
    EXPECT_TRUE(part.units().empty() || tree.elements.empty()) << "units come before elements";
    tree.part_bytes.push_back(part.ByteSizeLong());
    if (part.has_header()) tree.header = part.header();
    const auto append = [](const auto& rows, auto* all) {
      all->insert(all->end(), rows.begin(), rows.end());
    };
    append(part.units(), &tree.units);
    append(part.elements(), &tree.elements);
    append(part.progress_reports(), &tree.progress_reports);
    append(part.decisions(), &tree.decisions);
    append(part.risks(), &tree.risks);
    append(part.processes(), &tree.processes);
    append(part.budget_lines(), &tree.budget_lines);
    append(part.budget_amounts(), &tree.budget_amounts);
  }
  ATHENA_RETURN_IF_ERROR(rpc::FromGrpc(reader->Finish()));
  return tree;
}

void ServiceTest::MakeInstitution(const std::string& id) {
  const auto made = Call(
      &Rpc::CreateInstitution,
      absl::StrCat(R"(institution_id: ")", id,
                   R"(" institution { display_name { text { key: "nl" value: ")", id, R"(" } } })"),
      id + "-admin");
  ATHENA_ASSERT_OK(made);
}

v1::Plan ServiceTest::MakePlan(const std::string& id) {
  const auto made =
      Call(&Rpc::CreatePlan, absl::StrCat(R"(parent: "institutions/gob" plan_id: ")", id,
                                          R"(" plan { title { text { key: "nl" value: "Plan" } }
                           first_quarter: "2021-Q1" last_quarter: "2026-Q4" languages: "nl" })"));
  ATHENA_EXPECT_OK(made);
  return made.ok() ? *made : v1::Plan();
}

v1::Unit ServiceTest::MakeUnit(const std::string& id, const std::string& parent) {
  const auto made =
      Call(&Rpc::CreateUnit, absl::StrCat(R"(parent: "institutions/gob" unit_id: ")", id,
                                          R"(" unit { display_name { text { key: "nl" value: ")",
                                          id, R"(" } } parent_unit: ")", parent, R"(" })"));
  ATHENA_EXPECT_OK(made);
  return made.ok() ? *made : v1::Unit();
}

v1::Element ServiceTest::MakeElement(const std::string& id, const std::string& code,
                                     const std::string& kind, const std::string& parent,
                                     const std::string& rest) {
  const std::string above =
      parent.empty() ? "" : absl::StrCat("institutions/gob/plans/p1/elements/", parent);
  const auto made = Call(&Rpc::CreateElement,
                         absl::StrCat(R"(parent: "institutions/gob/plans/p1" element_id: ")", id,
                                      R"(" element { kind: KIND_)", kind, R"( code: ")", code,
                                      R"(" title { text { key: "nl" value: ")", id,
                                      R"(" } } parent_element: ")", above, R"(" )", rest, " }"));
  ATHENA_EXPECT_OK(made);
  return made.ok() ? *made : v1::Element();
}

}  // namespace athena::plan::testing
