// What is asked of the indicator service, and what becomes of its answers.

#include "services/plan/indicators/indicator_client.h"

#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "athena/indicator/v1/indicator_service.grpc.pb.h"
#include "athena/plan/v1/plan_service.pb.h"
#include "libs/auth/principal.h"
#include "libs/rpc/client.h"
#include "libs/rpc/grpc_status.h"
#include "libs/rpc/testing/direct_call.h"
#include "libs/status/status.h"
#include "libs/status/testing/matchers.h"

namespace athena::plan {
namespace {

using status::testing::IsOkAndHolds;
using status::testing::Refuses;
using status::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr char kOwn[] = "institutions/gob/indicators/own";
constexpr char kShared[] = "institutions/tal/indicators/shared";
constexpr char kSharedElsewhere[] = "institutions/tal/indicators/elsewhere";
constexpr char kNone[] = "institutions/gob/indicators/none";

// The RPCs that the client uses, of a caller who may read everything. Indicators have the dimension
// "desk" with the code N; 2026-Q1 is closed and 2026-Q2 was reopened.
class StubService final : public indicator::v1::IndicatorService::Service {
 public:
  grpc::Status QueryPeriodValues(
      grpc::ServerContext*, const indicator::v1::QueryPeriodValuesRequest* request,
      grpc::ServerWriter<indicator::v1::QueryPeriodValuesResponse>* writer) override {
    ++calls;
    if (Refused()) return *refusal;
    selections.push_back(request->selections_size());
    indicator::v1::QueryPeriodValuesResponse part;
    part.mutable_header();
    for (int i = 0; i < request->selections_size(); ++i) {
      writer->Write(part);  // a definition a part
      part.Clear();
      const auto& selection = request->selections(i);
      auto& definition = *part.add_definitions();
      definition.set_selection(i);
      const bool slice_exists =
          std::all_of(selection.slice().begin(), selection.slice().end(),
                      [](const auto& pair) { return pair.first == "desk" && pair.second == "N"; });
      if (selection.indicator() == kNone || !slice_exists) continue;
      definition.mutable_indicator()->set_name(selection.indicator());
      definition.mutable_indicator()->add_shared_with(
          selection.indicator() == kSharedElsewhere ? "institutions/a" : "institutions/gob");
    }
    writer->Write(part);
    return grpc::Status::OK;
  }
  grpc::Status ListClosings(grpc::ServerContext*, const indicator::v1::ListClosingsRequest* request,
                            indicator::v1::ListClosingsResponse* response) override {
    ++calls;
    if (Refused()) return *refusal;
    if (request->parent() != "institutions/gob") return grpc::Status::OK;
    auto& closing = *response->add_closings();  // a closing a page
    if (request->page_token().empty()) {
      closing.set_quarter("2026-Q1");
      closing.set_state(indicator::v1::Closing::STATE_CLOSED);
      response->set_next_page_token("second");
    } else {
      closing.set_quarter("2026-Q2");
      closing.set_state(indicator::v1::Closing::STATE_REOPENED);
    }
    return grpc::Status::OK;
  }

  std::atomic<int> calls{0};
  int unavailable = 0;  // the first calls that find no service
  std::optional<grpc::Status> refusal;
  std::vector<int> selections;  // of each question

 private:
  bool Refused() {
    if (unavailable > 0) {
      --unavailable;
      refusal = grpc::Status(grpc::StatusCode::UNAVAILABLE, "starting");
    } else if (refusal.has_value() && refusal->error_message() == "starting") {
      refusal.reset();
    }
    return refusal.has_value();
  }
};

class IndicatorClientTest : public ::testing::Test {
 protected:
  IndicatorClientTest() { Start(); }

  void Start() {
    grpc::ServerBuilder builder;
    builder.AddListeningPort(absl::StrCat("127.0.0.1:", port_), grpc::InsecureServerCredentials(),
                             &port_);
    builder.RegisterService(&stub_);
    server_ = builder.BuildAndStart();
    if (client_ == nullptr) {
      client_ = std::make_unique<IndicatorClient>(rpc::Connect(absl::StrCat("127.0.0.1:", port_)));
    }
  }

  // Runs `ask` within a served call.
  static void Serve(const std::function<void(const rpc::Call&)>& ask) {
    const rpc::Method method = rpc::Unary(
        "GetPlan", auth::Roles::Any(),
        [&](const rpc::Call& call, const v1::GetPlanRequest&) -> absl::StatusOr<v1::Plan> {
          ask(call);
          return v1::Plan();
        });
    const rpc::testing::DirectCall served(
        method, std::make_shared<auth::Principal>(auth::Principal{"an", "gob", auth::Roles::Any()}),
        "", 1);
    ATHENA_EXPECT_OK(served.status());
  }

  absl::StatusOr<std::vector<Linkable>> CheckLinks(
      const std::vector<IndicatorSelection>& selections) {
    absl::StatusOr<std::vector<Linkable>> answers = absl::UnknownError("not asked");
    Serve([&](const rpc::Call& call) { answers = client_->CheckLinks(call, "gob", selections); });
    return answers;
  }
  absl::StatusOr<std::set<std::string>> ClosedQuarters(const std::string& institution,
                                                       const std::set<std::string>& quarters) {
    absl::StatusOr<std::set<std::string>> answer = absl::UnknownError("not asked");
    Serve([&](const rpc::Call& call) {
      answer = client_->ClosedQuarters(call, institution, quarters);
    });
    return answer;
  }

  StubService stub_;
  int port_ = 0;
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<IndicatorClient> client_;
};

TEST_F(IndicatorClientTest, LinksGoToIndicatorsOfTheInstitutionAndToThoseSharedWithIt) {
  EXPECT_THAT(CheckLinks({{kShared, {}}, {kNone, {}}, {kOwn, {}}, {kSharedElsewhere, {}}}),
              IsOkAndHolds(ElementsAre(Linkable::kYes, Linkable::kUnknown, Linkable::kYes,
                                       Linkable::kUnknown)));
}

TEST_F(IndicatorClientTest, ASliceHasDimensionsAndCodesOfItsIndicator) {
  EXPECT_THAT(
      CheckLinks({{kOwn, {{"desk", "N"}}},
                  {kOwn, {{"desk", "S"}}},
                  {kOwn, {{"sex", "N"}}},
                  {kNone, {{"desk", "N"}}},
                  {kOwn, {}}}),
      IsOkAndHolds(ElementsAre(Linkable::kYes, Linkable::kNoSuchSlice, Linkable::kNoSuchSlice,
                               Linkable::kUnknown, Linkable::kYes)));
}

TEST_F(IndicatorClientTest, ManyLinksAreOneQuestionThatNamesEachOnce) {
  std::vector<IndicatorSelection> many;
  for (int i = 0; i < 5000; ++i) {
    many.push_back({absl::StrCat("institutions/gob/indicators/k", i % 1000), {}});
  }
  const auto answers = CheckLinks(many);
  ATHENA_ASSERT_OK(answers);
  EXPECT_EQ(std::count(answers->begin(), answers->end(), Linkable::kYes), 5000);
  EXPECT_THAT(stub_.selections, ElementsAre(1000));
}

TEST_F(IndicatorClientTest, MoreThanOneRequestTakesAreAskedInParts) {
  std::vector<IndicatorSelection> many;
  for (int i = 0; i < 20'001; ++i) {
    many.push_back({absl::StrCat("institutions/gob/indicators/k", i), {}});
  }
  many.push_back({kNone, {}});
  const auto answers = CheckLinks(many);
  ATHENA_ASSERT_OK(answers);
  EXPECT_EQ(std::count(answers->begin(), answers->end(), Linkable::kYes), 20'001);
  EXPECT_EQ(answers->back(), Linkable::kUnknown);
  EXPECT_THAT(stub_.selections, ElementsAre(20'000, 2));
}

TEST_F(IndicatorClientTest, AQuarterIsClosedUntilItIsReopened) {
  EXPECT_THAT(ClosedQuarters("gob", {"2026-Q1", "2026-Q2", "2026-Q3"}),
              IsOkAndHolds(ElementsAre("2026-Q1")));
  EXPECT_THAT(ClosedQuarters("gob", {"2026-Q2"}), IsOkAndHolds(IsEmpty()));
  EXPECT_THAT(ClosedQuarters("tal", {"2026-Q1"}), IsOkAndHolds(IsEmpty()));
}

TEST_F(IndicatorClientTest, AServiceThatIsStartingIsAskedAgain) {
  stub_.unavailable = 2;
  EXPECT_THAT(CheckLinks({{kOwn, {}}}), IsOkAndHolds(ElementsAre(Linkable::kYes)));
  EXPECT_EQ(stub_.calls, 3);
}

TEST_F(IndicatorClientTest, AServiceThatIsDownIsNamed) {
  EXPECT_THAT(ClosedQuarters("gob", {"2026-Q1"}), IsOkAndHolds(ElementsAre("2026-Q1")));
  server_->Shutdown();
  for (const absl::Status& refused :
       {CheckLinks({{kOwn, {}}}).status(), ClosedQuarters("gob", {"2026-Q1"}).status()}) {
    EXPECT_THAT(refused, StatusIs(absl::StatusCode::kUnavailable, HasSubstr("indicator service")));
    EXPECT_THAT(refused, Refuses("DEPENDENCY_UNAVAILABLE"));
    EXPECT_EQ(status::MetadataValue(refused, "service"), "indicator");
    EXPECT_GT(status::RetryAfter(refused), absl::ZeroDuration());
  }
  // It is found again at once.
  Start();
  EXPECT_THAT(ClosedQuarters("gob", {"2026-Q1"}), IsOkAndHolds(ElementsAre("2026-Q1")));
}

TEST_F(IndicatorClientTest, ARefusalOfTheCallerIsReturnedAndAFaultOfTheServiceIsNot) {
  stub_.refusal = rpc::ToGrpc(status::PermissionDenied("an", "read closings of institutions/gob"));
  EXPECT_THAT(ClosedQuarters("gob", {"2026-Q1"}), Refuses("PERMISSION_DENIED"));
  stub_.refusal = grpc::Status(grpc::StatusCode::UNAUTHENTICATED, "who?");
  EXPECT_THAT(CheckLinks({{kOwn, {}}}), StatusIs(absl::StatusCode::kUnauthenticated, "who?"));
  stub_.refusal = grpc::Status(grpc::StatusCode::INTERNAL, "broken");
  EXPECT_THAT(CheckLinks({{kOwn, {}}}),
              StatusIs(absl::StatusCode::kUnavailable, HasSubstr("broken")));
}

TEST_F(IndicatorClientTest, ItsHealthIsNamedInALine) {
  // The stub has no health service: it does not say that it serves.
  EXPECT_THAT(client_->Faults(), ElementsAre(HasSubstr("indicator: ")));
  server_->Shutdown();
  EXPECT_THAT(client_->Faults(), ElementsAre(HasSubstr("indicator: ")));
}

}  // namespace
}  // namespace athena::plan
