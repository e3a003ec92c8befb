#include "services/indicator/testing/service.h"

#include <google/protobuf/descriptor.h>

#include <filesystem>
#include <utility>
#include <vector>

#include "services/indicator/indicator_rpc.h"
#include "services/indicator/schema.h"

namespace athena::indicator::testing {
namespace {

// The table with the RPCs that it does not have yet, which answer INTERNAL.
rpc::ServiceTable Filled(rpc::ServiceTable table) {
  const google::protobuf::ServiceDescriptor& service =
      *google::protobuf::DescriptorPool::generated_pool()->FindServiceByName(table.service);
  for (int i = 0; i < service.method_count(); ++i) {
    const google::protobuf::MethodDescriptor& descriptor = *service.method(i);
    bool served = false;
    for (const rpc::Method& line : table.methods) {
      served = served || line.name == descriptor.name();
    }
    if (served) continue;
    rpc::Method& method = table.methods.emplace_back();
    method.name = descriptor.name();
    method.roles = auth::Roles::Any();
    method.shape = descriptor.client_streaming()   ? rpc::Method::Shape::kBidi
                   : descriptor.server_streaming() ? rpc::Method::Shape::kPages
                                                   : rpc::Method::Shape::kUnary;
  }
  return table;
}

}  // namespace

ServiceTest::ServiceTest() {
  const ::testing::TestInfo& test = *::testing::UnitTest::GetInstance()->current_test_info();
  folder_ = ::testing::TempDir() + "/indicator-" + test.test_suite_name() + "-" + test.name();
  std::filesystem::remove_all(folder_);
  std::filesystem::create_directories(folder_);
  EXPECT_TRUE(absl::LoadTimeZone("Europe/Brussels", &brussels_));
  const std::vector<sql::Migration> migrations = Schema();
  sql::SqliteOptions options;
  options.path = folder_ + "/indicator.db";
  options.application_id = kApplicationId;
  options.migrations = migrations;
  options.now = [this] { return clock_.Now(); };
  auto opened = sql::SqliteDatabase::Open(std::move(options));
  EXPECT_TRUE(opened.ok()) << opened.status();
  database_ = *std::move(opened);
  catalog_ = std::make_unique<Catalog>(*database_);
  auto numbers = SeriesNumbers::Load(*database_);
  EXPECT_TRUE(numbers.ok()) << numbers.status();
  numbers_ = *std::move(numbers);
  pushes_ = std::make_unique<Pushes>(*database_, *catalog_, *numbers_, metrics_, clock_, brussels_);
  observations_ = std::make_unique<Observations>(*database_, *catalog_, tokens_, clock_);
  closings_ = std::make_unique<Closings>(*database_, *catalog_, tokens_, clock_, brussels_);
  completeness_ = std::make_unique<Completeness>(*database_, *catalog_, tokens_, clock_, brussels_);
  Serve();
}

ServiceTest::~ServiceTest() {
  stub_.reset();
  server_.reset();
  pushes_.reset();
  database_->Close();
  std::filesystem::remove_all(folder_);
}

void ServiceTest::Serve() {
  auto authenticator = auth::StaticAuthenticator::Create(
      {"pia,pia,gob,publisher", "sam,sam,gob,sender", "sue,sue,gob,sender", "val,val,gob,viewer",
       "tom,tom,talent,publisher"});
  EXPECT_TRUE(authenticator.ok()) << authenticator.status();
  authenticator_ = *std::move(authenticator);
  rpc::ServerOptions options;
  options.authenticator = authenticator_.get();
  auto server = rpc::Server::Start(
      options, {Filled(IndicatorTable({*pushes_, *observations_, *closings_, *completeness_}))});
  EXPECT_TRUE(server.ok()) << server.status();
  server_ = *std::move(server);
  stub_ = v1::IndicatorService::NewStub(server_->InProcessChannel());
}

void ServiceTest::At(const std::string& moment) {
  absl::Time time;
  std::string fault;
  ASSERT_TRUE(absl::ParseTime(absl::RFC3339_full, moment, &time, &fault)) << fault;
  clock_.Set(time);
}

}  // namespace athena::indicator::testing
