// The service over fakes of the other two: what it asks them, and what it makes of their answers.
// tests/e2e runs it over the real ones.

#include "services/reporting/scorecards/scorecards.h"

#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "athena/indicator/v1/indicator_service.grpc.pb.h"
#include "athena/plan/v1/plan_service.grpc.pb.h"
#include "libs/rpc/grpc_status.h"
#include "libs/status/testing/matchers.h"
#include "services/reporting/scorecards/testing/reporting_server.h"

namespace athena::reporting {
namespace {

using status::testing::Refuses;
using status::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::kPlan;

constexpr char kVisits[] = "institutions/gob/indicators/visits";

std::string CredentialOf(const grpc::ServerContext& context) {
  const auto found = context.client_metadata().find("authorization");
  if (found == context.client_metadata().end()) return "";
  return std::string(found->second.data(), found->second.size());
}

// A plan of one objective that one indicator measures, or so many slices of it.
class FakePlanService : public plan::v1::PlanService::Service {
 public:
  grpc::Status GetPlanTree(grpc::ServerContext* context,
                           const plan::v1::GetPlanTreeRequest* request,
                           grpc::ServerWriter<plan::v1::GetPlanTreeResponse>* writer) override {
    requests.push_back(*request);
    credentials.push_back(CredentialOf(*context));
    if (!fault.ok()) return fault;
    plan::v1::GetPlanTreeResponse part;
    const std::string token = "plan-" + std::to_string(changes);
    part.mutable_header()->set_revision(revision);
    part.mutable_header()->set_lineage(lineage);
    part.mutable_header()->set_version_token(token);
    if (request->if_newer_than() == token) {
      part.mutable_header()->set_not_modified(true);
      writer->Write(part);
      return grpc::Status::OK;
    }
    part.mutable_header()->mutable_institution()->set_name("institutions/gob");
    plan::v1::Plan& plan = *part.mutable_header()->mutable_plan();
    plan.set_name(kPlan);
    plan.set_first_quarter("2021-Q1");
    plan.set_last_quarter("2022-Q4");
    plan.add_languages("nl");
    (*plan.mutable_title()->mutable_text())["nl"] = "Plan";
    writer->Write(part);
    part.Clear();
    plan::v1::Element& element = *part.add_elements();
    element.set_name(std::string(kPlan) + "/elements/e1");
    element.set_kind(plan::v1::Element::KIND_OBJECTIVE);
    element.set_code("1");
    (*element.mutable_title()->mutable_text())["nl"] = "Doel";
    (*element.mutable_title()->mutable_text())["fr"] = "But";
    for (int i = 0; i < slices; ++i) {
      plan::v1::IndicatorLink& link = *element.add_indicators();
      link.set_indicator(kVisits);
      if (slices > 1) (*link.mutable_slice())["site"] = absl::StrCat("s", 10'000 + i);
    }
    writer->Write(part);
    return grpc::Status::OK;
  }

  std::vector<plan::v1::GetPlanTreeRequest> requests;
  std::vector<std::string> credentials;
  grpc::Status fault;
  int changes = 1;
  int slices = 1;
  int64_t revision = 7;
  std::string lineage;
};

class FakeIndicatorService : public indicator::v1::IndicatorService::Service {
 public:
  grpc::Status QueryPeriodValues(
      grpc::ServerContext* context, const indicator::v1::QueryPeriodValuesRequest* request,
      grpc::ServerWriter<indicator::v1::QueryPeriodValuesResponse>* writer) override {
    requests.push_back(*request);
    credentials.push_back(CredentialOf(*context));
    if (!fault.ok()) return fault;
    indicator::v1::QueryPeriodValuesResponse part;
    (*part.mutable_header()->mutable_revisions())["institutions/gob"] = revision;
    (*part.mutable_header()->mutable_lineages())["institutions/gob"] = lineage;
    part.mutable_header()->set_version_token(token.empty() ? "values-" + value : token);
    if (request->if_newer_than() == part.header().version_token()) {
      part.mutable_header()->set_not_modified(true);
      writer->Write(part);
      return grpc::Status::OK;
    }
    for (int i = 0; i < request->selections_size(); ++i) {
      indicator::v1::SelectionDefinition& message = *part.add_definitions();
      message.set_selection(i);
      indicator::v1::Indicator& definition = *message.mutable_indicator();
      definition.set_name(kVisits);
      definition.set_direction(indicator::v1::Indicator::DIRECTION_HIGHER);
      (*definition.mutable_display_name()->mutable_text())["nl"] = "Bezoeken";
    }
    writer->Write(part);
    part.Clear();
    for (int i = 0; i < request->selections_size(); ++i) {
      indicator::v1::PeriodValue& answer = *part.add_values();
      answer.set_selection(i);
      answer.set_asked(request->periods(0));
      answer.set_period(request->periods(0));
      indicator::v1::Measured& own = *answer.mutable_own();
      const auto of_slice = values.find(i);
      own.mutable_value()->set_decimal(of_slice == values.end() ? value : of_slice->second);
      own.set_present(3);
      own.set_expected(3);
      own.mutable_current()->mutable_target()->set_decimal("300");
      own.mutable_current()->mutable_red()->set_decimal("200");
    }
    writer->Write(part);
    return grpc::Status::OK;
  }

  std::vector<indicator::v1::QueryPeriodValuesRequest> requests;
  std::vector<std::string> credentials;
  grpc::Status fault;
  std::string value = "250";
  std::map<int, std::string> values;  // by selection, where it is another one
  std::string token;                  // by default it follows from the value
  int64_t revision = 11;
  std::string lineage;
};

class ScorecardsTest : public ::testing::Test {
 protected:
  static v1::GetScorecardRequest Asking(const std::string& quarter = "2021-Q1") {
    v1::GetScorecardRequest request;
    request.set_name(std::string(kPlan) + "/scorecards/" + quarter);
    return request;
  }

  absl::StatusOr<v1::Scorecard> Get(const v1::GetScorecardRequest& request = Asking()) {
    return reporting_->Get(request);
  }

  static const v1::ScorecardIndicator& Visits(const v1::Scorecard& card) {
    return card.result().root().children(0).indicators(0);
  }

  absl::Time now_ = absl::FromCivil(absl::CivilSecond(2021, 6, 1, 12, 0, 0), absl::UTCTimeZone());
  FakePlanService plan_;
  FakeIndicatorService indicator_;
  std::unique_ptr<grpc::Server> plan_server_ = testing::Serve(plan_);
  std::unique_ptr<grpc::Server> indicator_server_ = testing::Serve(indicator_);
  std::unique_ptr<testing::ReportingServer> reporting_ = std::make_unique<testing::ReportingServer>(
      plan_server_->InProcessChannel({}), indicator_server_->InProcessChannel({}), &now_);
};

// d = 300 - 200 = 100; 100 (250 - 200 + 100) / 300 = 50.
TEST_F(ScorecardsTest, ScoresWhatTheTwoServicesAnswer) {
  ATHENA_ASSERT_OK_AND_ASSIGN(const v1::Scorecard card, Get());
  EXPECT_EQ(Visits(card).score().decimal(), "50");
  EXPECT_EQ(Visits(card).status(), v1::SCORECARD_STATUS_AMBER);
  EXPECT_EQ(Visits(card).period_result().current().gap().decimal(), "-50");
  EXPECT_EQ(card.result().root().score().decimal(), "50");
  EXPECT_EQ(card.basis().plan_revision(), 7);
  EXPECT_EQ(card.basis().indicator_revisions().at("institutions/gob"), 11);
  EXPECT_EQ(card.basis().date().month(), 6);
}

TEST_F(ScorecardsTest, AsksWithTheCallersOwnCredential) {
  ATHENA_ASSERT_OK(Get());
  EXPECT_THAT(plan_.credentials, ElementsAre("Bearer secret"));
  EXPECT_THAT(indicator_.credentials, ElementsAre("Bearer secret"));
}

TEST_F(ScorecardsTest, EveryReadAsksWhetherWhatIsKnownIsStillTrue) {
  ATHENA_ASSERT_OK_AND_ASSIGN(const v1::Scorecard first, Get());
  ATHENA_ASSERT_OK_AND_ASSIGN(const v1::Scorecard second, Get());
  EXPECT_EQ(first.SerializeAsString(), second.SerializeAsString());
  EXPECT_THAT(plan_.requests.back().if_newer_than(), "plan-1");
  EXPECT_THAT(indicator_.requests.back().if_newer_than(), "values-250");
}

TEST_F(ScorecardsTest, WhatChangedBetweenTwoReadsIsInTheSecond) {
  ATHENA_ASSERT_OK(Get());
  indicator_.value = "300";
  indicator_.revision = 12;
  ATHENA_ASSERT_OK_AND_ASSIGN(const v1::Scorecard card, Get());
  EXPECT_EQ(Visits(card).score().decimal(), "66.666666666667");
  EXPECT_EQ(Visits(card).status(), v1::SCORECARD_STATUS_GREEN);
  EXPECT_EQ(card.basis().indicator_revisions().at("institutions/gob"), 12);
}

// Revisions that others made move on without changing what is shown.
TEST_F(ScorecardsTest, TheBasisIsTrueEvenWhenNothingIsModified) {
  ATHENA_ASSERT_OK_AND_ASSIGN(const v1::Scorecard first, Get());
  plan_.revision = 8;
  indicator_.revision = 15;
  ATHENA_ASSERT_OK_AND_ASSIGN(const v1::Scorecard second, Get());
  EXPECT_EQ(first.result().SerializeAsString(), second.result().SerializeAsString());
  EXPECT_EQ(second.basis().plan_revision(), 8);
  EXPECT_EQ(second.basis().indicator_revisions().at("institutions/gob"), 15);
}

TEST_F(ScorecardsTest, ABasisIsReadAtItsRevisionsAndItsDay) {
  ATHENA_ASSERT_OK_AND_ASSIGN(const v1::Scorecard card, Get());
  v1::GetScorecardRequest request = Asking();
  *request.mutable_as_of()->mutable_basis() = card.basis();
  now_ += absl::Hours(24 * 30);
  ATHENA_ASSERT_OK_AND_ASSIGN(const v1::Scorecard again, Get(request));
  EXPECT_EQ(plan_.requests.back().as_of().revision(), 7);
  EXPECT_EQ(indicator_.requests.back().revisions().revisions().at("institutions/gob"), 11);
  EXPECT_EQ(indicator_.requests.back().basis_date().month(), 6);
  EXPECT_EQ(again.SerializeAsString(), card.SerializeAsString());
}

TEST_F(ScorecardsTest, ABasisCarriesTheLineagesOfItsRevisions) {
  plan_.lineage = "0123456789abcdef";
  indicator_.lineage = "fedcba9876543210";
  ATHENA_ASSERT_OK_AND_ASSIGN(const v1::Scorecard card, Get());
  EXPECT_EQ(card.basis().plan_lineage(), "0123456789abcdef");
  EXPECT_EQ(card.basis().indicator_lineages().at("institutions/gob"), "fedcba9876543210");
  v1::GetScorecardRequest request = Asking();
  *request.mutable_as_of()->mutable_basis() = card.basis();
  ATHENA_ASSERT_OK(Get(request));
  EXPECT_EQ(plan_.requests.back().as_of().lineage(), "0123456789abcdef");
  EXPECT_EQ(indicator_.requests.back().revisions().lineages().at("institutions/gob"),
            "fedcba9876543210");
}

TEST_F(ScorecardsTest, TitlesComeInTheLanguageAskedForOrSayWhich) {
  v1::GetScorecardRequest request = Asking();
  request.set_language_code("fr");
  ATHENA_ASSERT_OK_AND_ASSIGN(const v1::Scorecard card, Get(request));
  const v1::ScorecardNode& node = card.result().root().children(0);
  EXPECT_EQ(node.title(), "But");
  EXPECT_THAT(node.title_language(), IsEmpty());
  EXPECT_EQ(Visits(card).title(), "Bezoeken");
  EXPECT_EQ(Visits(card).title_language(), "nl");
}

TEST_F(ScorecardsTest, AServiceThatDoesNotAnswerIsNamedAndNothingStaleIsShown) {
  ATHENA_ASSERT_OK(Get());
  indicator_.fault = grpc::Status(grpc::StatusCode::INTERNAL, "broken");
  const auto card = Get();
  EXPECT_THAT(card, StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_THAT(card, Refuses("DEPENDENCY_UNAVAILABLE"));
  EXPECT_EQ(status::MetadataValue(card.status(), "service"), "indicator");
  EXPECT_GT(status::RetryAfter(card.status()), absl::ZeroDuration());
}

TEST_F(ScorecardsTest, AServiceThatIsBackIsReadBeforeItsChannelWouldTryAgain) {
  indicator_server_->Shutdown();
  int port = 0;
  indicator_server_ = testing::Serve(indicator_, 0, &port);
  indicator_server_->Shutdown();
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 3'600'000);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 3'600'000);
  reporting_ = std::make_unique<testing::ReportingServer>(
      plan_server_->InProcessChannel({}),
      grpc::CreateCustomChannel(absl::StrCat("127.0.0.1:", port),
                                grpc::InsecureChannelCredentials(), arguments),
      &now_);
  EXPECT_THAT(Get(), StatusIs(absl::StatusCode::kUnavailable));
  indicator_server_ = testing::Serve(indicator_, port, &port);
  ASSERT_NE(indicator_server_, nullptr);
  ATHENA_EXPECT_OK(Get());
}

// A text that is no UTF-8 makes a message that cannot be read.
TEST_F(ScorecardsTest, AServiceWhoseAnswerCannotBeReadIsNamed) {
  indicator_.token = "\xff";
  const auto card = Get();
  EXPECT_THAT(card, StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_THAT(card, Refuses("DEPENDENCY_UNAVAILABLE"));
  EXPECT_EQ(status::MetadataValue(card.status(), "service"), "indicator");
}

// With d = 100 and the red flag at 200, a value of v scores (v - 100) / 3, from 0 to 100.
TEST_F(ScorecardsTest, ManyIndicatorsAreEachScoredByTheirOwnValue) {
  constexpr int kSlices = 1500;
  plan_.slices = kSlices;
  for (int i = 0; i < kSlices; ++i) indicator_.values[i] = absl::StrCat(100 + 3 * (i % 101));
  ATHENA_ASSERT_OK_AND_ASSIGN(const v1::Scorecard card, Get());
  const auto& indicators = card.result().root().children(0).indicators();
  ASSERT_EQ(indicators.size(), kSlices);
  for (int i = 0; i < kSlices; ++i) {
    ASSERT_EQ(indicators[i].slice().at("site"), absl::StrCat("s", 10'000 + i));
    ASSERT_EQ(indicators[i].score().decimal(), absl::StrCat(i % 101));
  }
  for (const int selection : {0, kSlices - 1}) {
    indicator_.value += "0";  // another answer than before
    indicator_.values = {{selection, "many"}};
    EXPECT_THAT(Get(), StatusIs(absl::StatusCode::kInternal)) << selection;
  }
}

TEST_F(ScorecardsTest, ARefusalOfThePlanServiceComesThrough) {
  plan_.fault = rpc::ToGrpc(status::NotFound(kPlan));
  const auto card = Get();
  EXPECT_THAT(card, StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(card, Refuses("RESOURCE_NOT_FOUND"));
}

TEST_F(ScorecardsTest, AQuarterOutsideThePlanIsRefused) {
  EXPECT_THAT(Get(Asking("2020-Q4")), Refuses("PERIOD_OUTSIDE_PLAN"));
  EXPECT_THAT(Get(Asking("2023-Q1")), Refuses("PERIOD_OUTSIDE_PLAN"));
}

TEST_F(ScorecardsTest, AllFaultsOfARequestAreNamedAtOnce) {
  v1::GetScorecardRequest request;
  request.set_name("institutions/gob/plans/p/scorecards/2021");
  request.set_language_code("n_l");
  request.set_depth(101);
  const auto card = Get(request);
  EXPECT_THAT(card, Refuses("INVALID_FIELDS"));
  EXPECT_EQ(status::MetadataValue(card.status(), "faults"), "3");
  EXPECT_THAT(plan_.requests, IsEmpty());
}

TEST_F(ScorecardsTest, TheFutureIsRefused) {
  v1::GetScorecardRequest request = Asking();
  request.mutable_as_of()->mutable_time()->set_seconds(absl::ToUnixSeconds(now_) + 1);
  EXPECT_THAT(Get(request), Refuses("FUTURE_AS_OF"));
}

TEST_F(ScorecardsTest, RulesOfAnotherVersionAreNotPretended) {
  ATHENA_ASSERT_OK_AND_ASSIGN(const v1::Scorecard card, Get());
  v1::GetScorecardRequest request = Asking();
  *request.mutable_as_of()->mutable_basis() = card.basis();
  request.mutable_as_of()->mutable_basis()->set_engine_version("0");
  EXPECT_THAT(Get(request), Refuses("ENGINE_VERSION_UNAVAILABLE"));
}

}  // namespace
}  // namespace athena::reporting
