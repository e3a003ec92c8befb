#include "services/reporting/scorecards/testing/reporting_server.h"

#include <grpcpp/grpcpp.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "athena/reporting/v1/reporting_service.grpc.pb.h"
#include "libs/auth/authenticator.h"
#include "libs/clock/clock.h"
#include "libs/rpc/grpc_status.h"
#include "libs/rpc/server.h"
#include "libs/rpc/testing/direct_call.h"
#include "libs/sql/sqlite/sqlite_database.h"
#include "libs/sql/testing/temporary_folder.h"
#include "libs/status/macros.h"
#include "services/reporting/reading/dependencies.h"
#include "services/reporting/reporting_rpc.h"

namespace athena::reporting::testing {

namespace {

void Prepare(grpc::ClientContext* context, const std::string& token = "secret") {
  context->AddMetadata("authorization", "Bearer " + token);
  context->set_deadline(absl::ToChronoTime(absl::Now() + absl::Minutes(2)));
}

class Stream final : public WatchedStream {
 public:
  Stream(v1::ReportingService::Stub& stub, const v1::WatchScorecardRequest& request,
         const std::string& token) {
    Prepare(&context_, token);
    context_.set_deadline(absl::ToChronoTime(absl::Now() + absl::Minutes(2)));
    reader_ = stub.WatchScorecard(&context_, request);
  }
  ~Stream() override {
    context_.TryCancel();
    v1::Scorecard rest;
    while (!finished_ && reader_->Read(&rest)) {
    }
    if (!finished_) reader_->Finish();
  }
  absl::StatusOr<v1::Scorecard> Next() override {
    v1::Scorecard card;
    if (reader_->Read(&card)) return card;
    finished_ = true;
    return rpc::FromGrpc(reader_->Finish());
  }
  void Cancel() override { context_.TryCancel(); }

 private:
  grpc::ClientContext context_;
  std::unique_ptr<grpc::ClientReader<v1::Scorecard>> reader_;
  bool finished_ = false;
};

}  // namespace

std::unique_ptr<grpc::Server> Serve(grpc::Service& service, int wanted, int* port) {
  grpc::ServerBuilder builder;
  if (port != nullptr) {
    builder.AddListeningPort(absl::StrCat("127.0.0.1:", wanted), grpc::InsecureServerCredentials(),
                             port);
  }
  builder.RegisterService(&service);
  return builder.BuildAndStart();
}

std::unique_ptr<grpc::Server> Serve(grpc::Service& service, grpc::Service& other) {
  grpc::ServerBuilder builder;
  builder.RegisterService(&service);
  builder.RegisterService(&other);
  return builder.BuildAndStart();
}

namespace {

std::unique_ptr<sql::SqliteDatabase> OpenDatabase(const std::string& path, const Clock& clock) {
  sql::SqliteOptions options;
  options.path = path;
  options.application_id = kApplicationId;
  options.migrations = Migrations();
  options.clock = &clock;
  return sql::SqliteDatabase::Open(std::move(options)).value();
}

}  // namespace

namespace {

template <typename Part>
absl::StatusOr<std::vector<Part>> PartsOf(grpc::ClientReader<Part>& reader) {
  std::vector<Part> parts;
  Part part;
  while (reader.Read(&part)) parts.push_back(part);
  ATHENA_RETURN_IF_ERROR(rpc::FromGrpc(reader.Finish()));
  return parts;
}

}  // namespace

struct ReportingServer::State {
  // The time that a test sets.
  class BorrowedClock final : public Clock {
   public:
    explicit BorrowedClock(const absl::Time* now) : now_(now) {}
    absl::Time Now() const override { return *now_; }

   private:
    const absl::Time* const now_;
  };

  BorrowedClock clock;
  Dependencies dependencies;
  sql::TemporaryFolder folder;
  std::unique_ptr<sql::SqliteDatabase> database = OpenDatabase(folder.File("reporting.db"), clock);
  Keys keys;
  ReportingService service{*database,    clock, std::string(32, 'k'),
                           dependencies, keys,  absl::InfiniteDuration()};
  std::vector<rpc::ServiceTable> tables = service.Tables();
  std::unique_ptr<auth::StaticAuthenticator> authenticator =
      auth::StaticAuthenticator::Create({"secret,reader,gob,viewer",
                                         "renewed-secret,reader,gob,viewer",
                                         "other-secret,other,gob,viewer"})
          .value();
  std::unique_ptr<rpc::Server> server;
  std::unique_ptr<v1::ReportingService::Stub> stub;

  State(std::shared_ptr<grpc::Channel> plan, std::shared_ptr<grpc::Channel> indicator,
        const absl::Time* now)
      : clock(now), dependencies(std::move(plan), std::move(indicator)) {
    rpc::ServerOptions options;
    options.authenticator = authenticator.get();
    server = rpc::Server::Start(options, tables).value();
    stub = v1::ReportingService::NewStub(server->InProcessChannel());
  }
};

ReportingServer::ReportingServer(std::shared_ptr<grpc::Channel> plan,
                                 std::shared_ptr<grpc::Channel> indicator, const absl::Time* now)
    : state_(std::make_unique<State>(std::move(plan), std::move(indicator), now)) {}

ReportingServer::~ReportingServer() = default;

absl::StatusOr<v1::Scorecard> ReportingServer::Get(const v1::GetScorecardRequest& request) {
  grpc::ClientContext context;
  Prepare(&context);
  v1::Scorecard card;
  ATHENA_RETURN_IF_ERROR(rpc::FromGrpc(state_->stub->GetScorecard(&context, request, &card)));
  return card;
}

absl::StatusOr<v1::ListScorecardsResponse> ReportingServer::List(
    const v1::ListScorecardsRequest& request) {
  grpc::ClientContext context;
  Prepare(&context);
  v1::ListScorecardsResponse response;
  ATHENA_RETURN_IF_ERROR(rpc::FromGrpc(state_->stub->ListScorecards(&context, request, &response)));
  return response;
}

absl::StatusOr<v1::BoardTable> ReportingServer::GetBoard(const v1::GetBoardTableRequest& request) {
  grpc::ClientContext context;
  Prepare(&context);
  v1::BoardTable table;
  ATHENA_RETURN_IF_ERROR(rpc::FromGrpc(state_->stub->GetBoardTable(&context, request, &table)));
  return table;
}

absl::StatusOr<v1::Explanation> ReportingServer::Explain(const v1::ExplainScoreRequest& request) {
  grpc::ClientContext context;
  Prepare(&context);
  v1::Explanation explanation;
  ATHENA_RETURN_IF_ERROR(
      rpc::FromGrpc(state_->stub->ExplainScore(&context, request, &explanation)));
  return explanation;
}

absl::StatusOr<v1::ScorecardComparison> ReportingServer::Compare(
    const v1::CompareScorecardsRequest& request) {
  grpc::ClientContext context;
  Prepare(&context);
  v1::ScorecardComparison comparison;
  ATHENA_RETURN_IF_ERROR(
      rpc::FromGrpc(state_->stub->CompareScorecards(&context, request, &comparison)));
  return comparison;
}

std::unique_ptr<WatchedStream> ReportingServer::Watch(const v1::WatchScorecardRequest& request,
                                                      const std::string& token) {
  return std::make_unique<Stream>(*state_->stub, request, token);
}

void ReportingServer::Tick() { state_->service.watches().Tick(); }

void ReportingServer::Drain() { state_->server->Drain(); }

absl::StatusOr<std::vector<v1::ExportScorecardResponse>> ReportingServer::Export(
    const v1::ExportScorecardRequest& request) {
  grpc::ClientContext context;
  Prepare(&context);
  return PartsOf(*state_->stub->ExportScorecard(&context, request));
}

absl::StatusOr<std::vector<v1::ExportObservationsResponse>> ReportingServer::ExportObservations(
    const v1::ExportObservationsRequest& request) {
  grpc::ClientContext context;
  Prepare(&context);
  return PartsOf(*state_->stub->ExportObservations(&context, request));
}

absl::Status ReportingServer::GetCancelled(const v1::GetScorecardRequest& request) {
  const auto reader =
      std::make_shared<const auth::Principal>(auth::Principal{"reader", "gob", auth::Roles::Any()});
  return rpc::testing::DirectCall(state_->tables[0].methods[0], reader, request.SerializeAsString(),
                                  1,
                                  /*cancelled=*/true)
      .status();
}

}  // namespace athena::reporting::testing
