#include "services/reporting/publications/testing/publications_fixture.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/auth/principal.h"
#include "libs/status/testing/matchers.h"
#include "services/reporting/schema.h"

namespace athena::reporting::testing {

grpc::Status FakeClosingService::ListClosings(grpc::ServerContext*,
                                              const indicator::v1::ListClosingsRequest* request,
                                              indicator::v1::ListClosingsResponse* response) {
  {
    absl::MutexLock lock(&mutex_);
    requests_.push_back(*request);
  }
  if (!fault.ok()) return fault;
  if (hidden.contains(request->parent())) return {grpc::StatusCode::PERMISSION_DENIED, "no"};
  const auto add = [&](const Quarters& quarters, indicator::v1::Closing::State state) {
    const auto found = quarters.find(request->parent());
    if (found == quarters.end()) return;
    for (const std::string& quarter : found->second) {
      indicator::v1::Closing& closing = *response->add_closings();
      closing.set_quarter(quarter);
      closing.set_state(state);
    }
  };
  add(closed, indicator::v1::Closing::STATE_CLOSED);
  add(reopened, indicator::v1::Closing::STATE_REOPENED);
  return grpc::Status::OK;
}

std::string SamplePrivateKey(int sample) {
  constexpr const char* kKeys[] = {
      "MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g",
      "MC4CAQAwBQYDK2VwBCIEIEzNCJso/5banbbDRuwRTg9bijGfNaumJNqM9u1PuKb7"};
  return absl::StrCat("-----BEGIN PRIVATE KEY-----\n", kKeys[sample],
                      "\n-----END PRIVATE KEY-----\n");
}

PublicationsTest::PublicationsTest() {
  plan::v1::Plan& plan = *plan_.more_header.mutable_plan();
  plan.add_languages("fr");
  (*plan.mutable_title()->mutable_text())["fr"] = "Plan stratégique";
  keys_.signing = signing::PrivateKey::FromPem(SamplePrivateKey(0)).value();
  keys_.trusted.Add(keys_.signing->public_key());
  std::vector<std::string> callers;
  for (const char* institution : {"gob", "tal"}) {
    for (int i = 0; i < auth::kRoleCount; ++i) {
      const std::string role(auth::RoleName(static_cast<auth::Role>(i)));
      const std::string name = absl::StrCat(institution, "-", role);
      callers.push_back(absl::StrCat(name, ",", name, ",", institution, ",", role));
    }
  }
  authenticator_ = auth::StaticAuthenticator::Create(callers).value();
  dependencies_ = std::make_unique<Dependencies>(plan_server_->InProcessChannel({}),
                                                 indicator_server_->InProcessChannel({}));
  Start();
}

void PublicationsTest::Start() {
  sql::SqliteOptions options;
  options.path = folder_.File("reporting.db");
  options.application_id = kApplicationId;
  options.migrations = Migrations();
  options.clock = &clock_;
  database_ = sql::SqliteDatabase::Open(std::move(options)).value();
  service_ = std::make_unique<ReportingService>(*database_, clock_, std::string(32, 'k'),
                                                *dependencies_, keys_);
  rpc::ServerOptions server_options;
  server_options.authenticator = authenticator_.get();
  server_options.heavy = kHeavyCalls;
  server_ = rpc::Server::Start(server_options, service_->Tables()).value();
  const auto channel = server_->InProcessChannel();
  stub_ = v1::ReportingService::NewStub(channel);
  history_ = common::v1::HistoryService::NewStub(channel);
}

void PublicationsTest::Stop() {
  if (server_ != nullptr) server_->Drain();
  server_.reset();
  service_.reset();
  database_.reset();
}

void PublicationsTest::StopOthers() {
  plan_.fault = {grpc::StatusCode::UNAVAILABLE, "down"};
  indicator_.fault = {grpc::StatusCode::UNAVAILABLE, "down"};
}

void PublicationsTest::Tamper(sql::Statement statement, std::vector<sql::Param> params) {
  ATHENA_ASSERT_OK(database_->Write("gob", [&](sql::WriteTx& tx) -> absl::Status {
    ATHENA_ASSIGN_OR_RETURN(const int64_t rows, tx.Execute(statement, params));
    EXPECT_EQ(rows, 1);
    return absl::OkStatus();
  }));
}

v1::PublishScorecardRequest PublicationsTest::Publishing(const std::string& reason) {
  v1::PublishScorecardRequest request;
  request.set_name(absl::StrCat(kPlan, "/scorecards/2021-Q1"));
  request.set_reason(reason);
  return request;
}

absl::StatusOr<v1::Publication> PublicationsTest::Get(const std::string& name,
                                                      const std::string& who) {
  v1::GetPublicationRequest request;
  request.set_name(name);
  return Call(&Rpc::GetPublication, request, who);
}

absl::StatusOr<std::string> PublicationsTest::Download(const std::string& name,
                                                       const std::string& who) {
  grpc::ClientContext context;
  context.AddMetadata("authorization", "Bearer " + who);
  v1::DownloadPublicationRequest request;
  request.set_name(name);
  const auto reader = stub_->DownloadPublication(&context, request);
  std::string document;
  v1::DownloadPublicationResponse response;
  while (reader->Read(&response)) {
    for (const std::string& piece : response.pieces()) document += piece;
  }
  ATHENA_RETURN_IF_ERROR(rpc::FromGrpc(reader->Finish()));
  return document;
}

absl::StatusOr<v1::VerifyPublicationResponse> PublicationsTest::Verify(const std::string& name,
                                                                       const std::string& who) {
  v1::VerifyPublicationRequest request;
  request.set_name(name);
  return Call(&Rpc::VerifyPublication, request, who);
}

absl::StatusOr<std::vector<std::string>> PublicationsTest::List(const std::string& period,
                                                                const std::string& who,
                                                                const std::string& filter) {
  std::vector<std::string> names;
  v1::ListPublicationsRequest request;
  request.set_parent(absl::StrCat(kPlan, "/scorecards/", period));
  request.set_page_size(2);
  request.set_filter(filter);
  do {
    ATHENA_ASSIGN_OR_RETURN(const v1::ListPublicationsResponse page,
                            Call(&Rpc::ListPublications, request, who));
    const size_t skip = std::string(kPlan).size() + std::string("/scorecards/").size();
    for (const v1::Publication& publication : page.publications()) {
      names.push_back(publication.name().substr(skip));
    }
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  return names;
}

}  // namespace athena::reporting::testing
