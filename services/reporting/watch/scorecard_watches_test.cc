#include "services/reporting/watch/scorecard_watches.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "libs/auth/principal.h"
#include "libs/fields/fields.h"
#include "libs/rpc/call.h"
#include "libs/rpc/method.h"
#include "libs/rpc/server.h"
#include "libs/rpc/testing/direct_call.h"
#include "libs/status/macros.h"
#include "libs/status/testing/faulty_fields.h"
#include "libs/status/testing/matchers.h"
#include "services/reporting/limits.h"
#include "services/reporting/reading/dependencies.h"
#include "services/reporting/scorecards/scorecards.h"
#include "services/reporting/scorecards/testing/scorecards_fixture.h"

namespace athena::reporting::testing {
namespace {

using status::testing::Refuses;
using status::testing::StatusIs;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr char kOther[] = "other-secret";
constexpr char kRenewed[] = "renewed-secret";  // of the same caller as "secret"

// What the fakes answer, which a test changes while they are asked.
struct World {
  absl::Mutex mutex;
  int values_asked ABSL_GUARDED_BY(mutex) = 0;
  std::set<std::string> refused ABSL_GUARDED_BY(mutex);  // tokens that may not read
  bool replaced ABSL_GUARDED_BY(mutex) = false;          // the plan's history, by a backup
  bool hang ABSL_GUARDED_BY(mutex) = false;      // the next question is not answered until given up
  bool hangs ABSL_GUARDED_BY(mutex) = false;     // it has come
  bool all_hang ABSL_GUARDED_BY(mutex) = false;  // no question is answered
  int hanging ABSL_GUARDED_BY(mutex) = 0;
  int most_hanging ABSL_GUARDED_BY(mutex) = 0;
};

std::string TokenOf(const grpc::ServerContext& context) {
  const auto found = context.client_metadata().find("authorization");
  if (found == context.client_metadata().end()) return "";
  return std::string(found->second.data(), found->second.size()).substr(7);
}

class ChangingPlan : public FakePlanService {
 public:
  explicit ChangingPlan(World& world) : world_(world) {}
  grpc::Status GetPlanTree(grpc::ServerContext* context,
                           const plan::v1::GetPlanTreeRequest* request,
                           grpc::ServerWriter<plan::v1::GetPlanTreeResponse>* writer) override {
    bool hang = false;
    {
      absl::MutexLock lock(&world_.mutex);
      hang = std::exchange(world_.hang, false);
      if (hang) world_.hangs = true;
    }
    while (hang && !context->IsCancelled()) absl::SleepFor(absl::Milliseconds(1));
    absl::MutexLock lock(&world_.mutex);
    ++world_.hanging;
    world_.most_hanging = std::max(world_.most_hanging, world_.hanging);
    const auto answers = [&] { return !world_.all_hang; };
    world_.mutex.Await(absl::Condition(&answers));
    --world_.hanging;
    if (world_.refused.contains(TokenOf(*context))) {
      return {grpc::StatusCode::PERMISSION_DENIED, "no more"};
    }
    if (world_.replaced && request->as_of().has_revision()) {
      return {grpc::StatusCode::FAILED_PRECONDITION, "LINEAGE_CHANGED"};
    }
    return FakePlanService::GetPlanTree(context, request, writer);
  }

 private:
  World& world_;
};

class ChangingIndicators : public FakeIndicatorService {
 public:
  explicit ChangingIndicators(World& world) : world_(world) {}
  grpc::Status QueryPeriodValues(
      grpc::ServerContext* context, const indicator::v1::QueryPeriodValuesRequest* request,
      grpc::ServerWriter<indicator::v1::QueryPeriodValuesResponse>* writer) override {
    absl::MutexLock lock(&world_.mutex);
    ++world_.values_asked;
    return FakeIndicatorService::QueryPeriodValues(context, request, writer);
  }
  grpc::Status ListClosings(grpc::ServerContext* context,
                            const indicator::v1::ListClosingsRequest* request,
                            indicator::v1::ListClosingsResponse* response) override {
    absl::MutexLock lock(&world_.mutex);
    return FakeIndicatorService::ListClosings(context, request, response);
  }

 private:
  World& world_;
};

class ScorecardWatchesTest : public ::testing::Test {
 protected:
  static v1::WatchScorecardRequest Asking() {
    v1::WatchScorecardRequest request;
    request.set_name(std::string(kPlan) + "/scorecards/2021-Q1");
    return request;
  }

  std::unique_ptr<WatchedStream> Watch(const v1::WatchScorecardRequest& request = Asking(),
                                       const std::string& token = "secret") {
    return reporting_->Watch(request, token);
  }

  // Changes what the services answer.
  void Change(const std::function<void()>& change) {
    absl::MutexLock lock(&world_.mutex);
    change();
  }
  void ChangeValue(const std::string& value) {
    Change([&] {
      indicator_.value = value;
      ++indicator_.revision;
    });
  }

  // How often the indicator service was asked for values.
  int Asked() {
    absl::MutexLock lock(&world_.mutex);
    return world_.values_asked;
  }
  void AwaitAsked(int times) {
    absl::MutexLock lock(&world_.mutex);
    const auto enough = [&] { return world_.values_asked >= times; };
    world_.mutex.Await(absl::Condition(&enough));
  }
  // Has the plan looked at by whoever watches it with one credential, and waits until the services
  // have answered.
  void TickAndAwait() {
    const int before = Asked();
    reporting_->Tick();
    AwaitAsked(before + 1);
  }

  // The value of the only indicator in the next scorecard, or how the stream ended.
  static std::string NextValue(WatchedStream& stream) {
    const absl::StatusOr<v1::Scorecard> card = stream.Next();
    if (!card.ok()) return card.status().ToString();
    return card->result().root().children(0).indicators(0).period_result().value().decimal();
  }

  absl::Time now_ = absl::FromCivil(absl::CivilSecond(2021, 6, 1, 12, 0, 0), absl::UTCTimeZone());
  World world_;
  ChangingPlan plan_{world_};
  ChangingIndicators indicator_{world_};
  std::unique_ptr<grpc::Server> plan_server_ = Serve(plan_);
  std::unique_ptr<grpc::Server> indicator_server_ = Serve(indicator_);
  std::unique_ptr<ReportingServer> reporting_ = std::make_unique<ReportingServer>(
      plan_server_->InProcessChannel({}), indicator_server_->InProcessChannel({}), &now_);
};

TEST_F(ScorecardWatchesTest, TheFirstAnswerIsWhatGetScorecardReturns) {
  v1::WatchScorecardRequest request = Asking();
  request.set_view(v1::SCORECARD_VIEW_FULL);
  request.set_language_code("fr");
  request.set_element(std::string(kPlan) + "/elements/e1");
  request.set_depth(0);
  v1::GetScorecardRequest asking;
  asking.set_name(request.name());
  asking.set_view(request.view());
  asking.set_language_code("fr");
  asking.set_element(request.element());
  asking.set_depth(0);
  const auto stream = Watch(request);
  ATHENA_ASSERT_OK_AND_ASSIGN(const v1::Scorecard first, stream->Next());
  ATHENA_ASSERT_OK_AND_ASSIGN(const v1::Scorecard got, reporting_->Get(asking));
  EXPECT_EQ(first.SerializeAsString(), got.SerializeAsString());
  EXPECT_EQ(first.result().root().title(), "But");
}

TEST_F(ScorecardWatchesTest, AChangeIsTheNextAnswerAndAnUnrelatedOneSendsNothing) {
  const auto stream = Watch();
  EXPECT_EQ(NextValue(*stream), "250");
  TickAndAwait();  // nothing has changed
  Change([&] { ++indicator_.revision; });
  TickAndAwait();
  Change([&] { ++plan_.revision; });
  TickAndAwait();
  ChangeValue("270");
  reporting_->Tick();
  ATHENA_ASSERT_OK_AND_ASSIGN(const v1::Scorecard next, stream->Next());
  EXPECT_EQ(next.result().root().children(0).indicators(0).period_result().value().decimal(),
            "270");
  v1::GetScorecardRequest asking;
  asking.set_name(Asking().name());
  ATHENA_ASSERT_OK_AND_ASSIGN(const v1::Scorecard got, reporting_->Get(asking));
  EXPECT_EQ(next.SerializeAsString(), got.SerializeAsString());
  EXPECT_EQ(next.basis().indicator_revisions().at("institutions/gob"), 13);
}

TEST_F(ScorecardWatchesTest, AChangeOfThePlanIsSent) {
  const auto stream = Watch();
  ATHENA_ASSERT_OK(stream->Next());
  Change([&] {
    plan_.changes = 2;
    plan_.revision = 8;
    (*plan_.more_header.mutable_plan()->mutable_title()->mutable_text())["nl"] = "Nieuw plan";
  });
  reporting_->Tick();
  ATHENA_ASSERT_OK_AND_ASSIGN(const v1::Scorecard next, stream->Next());
  EXPECT_EQ(next.result().root().title(), "Nieuw plan");
  EXPECT_EQ(next.basis().plan_revision(), 8);
}

TEST_F(ScorecardWatchesTest, AClosingIsSent) {
  const auto stream = Watch();
  ATHENA_ASSERT_OK_AND_ASSIGN(const v1::Scorecard first, stream->Next());
  EXPECT_FALSE(first.has_closing());
  Change([&] {
    indicator::v1::Closing closing;
    closing.set_name("institutions/gob/closings/2021-Q1");
    closing.set_quarter("2021-Q1");
    closing.set_state(indicator::v1::Closing::STATE_CLOSED);
    closing.set_revision(++indicator_.revision);
    *closing.mutable_update_time() = fields::TimestampOf(now_);
    indicator_.closings = {closing};
  });
  reporting_->Tick();
  ATHENA_ASSERT_OK_AND_ASSIGN(const v1::Scorecard next, stream->Next());
  EXPECT_EQ(fields::TimeOf(next.closing().close_time()), now_);
}

TEST_F(ScorecardWatchesTest, ANewDayIsSentThoughNothingElseChanged) {
  const auto stream = Watch();
  ATHENA_ASSERT_OK_AND_ASSIGN(const v1::Scorecard first, stream->Next());
  EXPECT_EQ(first.basis().date().day(), 1);
  now_ += absl::Hours(24);
  reporting_->Tick();
  ATHENA_ASSERT_OK_AND_ASSIGN(const v1::Scorecard next, stream->Next());
  EXPECT_EQ(next.basis().date().day(), 2);
  EXPECT_EQ(next.result().SerializeAsString(), first.result().SerializeAsString());
}

TEST_F(ScorecardWatchesTest, AChangeOfWhatIsNotShownSendsNothing) {
  v1::WatchScorecardRequest root_alone = Asking();
  root_alone.set_depth(0);
  const auto root = Watch(root_alone);
  ATHENA_ASSERT_OK(root->Next());
  const auto all = Watch();
  ATHENA_ASSERT_OK(all->Next());
  Change([&] {
    plan_.changes = 2;
    (*plan_.more_element.mutable_title()->mutable_text())["nl"] = "Nieuw doel";
  });
  reporting_->Tick();
  ATHENA_ASSERT_OK_AND_ASSIGN(const v1::Scorecard next, all->Next());
  EXPECT_EQ(next.result().root().children(0).title(), "Nieuw doel");
  Change([&] {
    plan_.changes = 3;
    (*plan_.more_header.mutable_plan()->mutable_title()->mutable_text())["nl"] = "Nieuw plan";
  });
  reporting_->Tick();
  ATHENA_ASSERT_OK_AND_ASSIGN(const v1::Scorecard next_root, root->Next());
  EXPECT_EQ(next_root.result().root().title(), "Nieuw plan");
}

// A message is not written before its reader asks for it: the transport is within the process.
TEST_F(ScorecardWatchesTest, ASlowReaderGetsTheNewestAloneAndHoldsNobodyUp) {
  const auto slow = Watch();
  const auto quick = Watch();
  EXPECT_EQ(NextValue(*slow), "250");
  EXPECT_EQ(NextValue(*quick), "250");
  for (const std::string value : {"260", "270", "280", "290"}) {
    ChangeValue(value);
    reporting_->Tick();
    EXPECT_EQ(NextValue(*quick), value);
  }
  // One was being written while it was not read; then the newest comes.
  if (NextValue(*slow) != "290") {
    EXPECT_EQ(NextValue(*slow), "290");
  }
}

TEST_F(ScorecardWatchesTest, BetweenTwoTicksAtMostOneAnswerIsSent) {
  const auto first = Watch();
  EXPECT_EQ(NextValue(*first), "250");
  ChangeValue("260");
  const auto second = Watch();  // looks at once, for itself and for the other
  EXPECT_EQ(NextValue(*second), "260");
  ChangeValue("270");
  reporting_->Tick();
  EXPECT_EQ(NextValue(*second), "270");
  EXPECT_EQ(NextValue(*first), "270");
}

// As above, so often that the first watcher would have sent one of them.
TEST_F(ScorecardWatchesTest, ManyChangesBetweenTwoTicksAreOneAnswer) {
  const auto first = Watch();
  EXPECT_EQ(NextValue(*first), "250");
  for (int value = 251; value <= 280; ++value) {
    ChangeValue(absl::StrCat(value));
    EXPECT_EQ(NextValue(*Watch()), absl::StrCat(value));
  }
  reporting_->Tick();
  EXPECT_EQ(NextValue(*first), "280");
}

TEST_F(ScorecardWatchesTest, WhatWasFoundBetweenTwoTicksIsSentAtTheNextOne) {
  const auto first = Watch();
  EXPECT_EQ(NextValue(*first), "250");
  ChangeValue("260");
  const auto second = Watch();
  EXPECT_EQ(NextValue(*second), "260");
  reporting_->Tick();  // finds nothing new
  EXPECT_EQ(NextValue(*first), "260");
}

TEST_F(ScorecardWatchesTest, FiftyWatchersOfOneCredentialAskAsOftenAsOne) {
  std::vector<std::unique_ptr<WatchedStream>> streams;
  for (int i = 0; i < 50; ++i) {
    streams.push_back(Watch());
    EXPECT_EQ(NextValue(*streams.back()), "250");
  }
  const int before = Asked();
  TickAndAwait();
  ChangeValue("270");
  reporting_->Tick();
  for (const auto& stream : streams) EXPECT_EQ(NextValue(*stream), "270");
  EXPECT_EQ(Asked(), before + 2);
}

TEST_F(ScorecardWatchesTest, EachCredentialIsAskedAboutByItself) {
  const auto mine = Watch();
  const auto others = Watch(Asking(), kOther);
  EXPECT_EQ(NextValue(*mine), "250");
  EXPECT_EQ(NextValue(*others), "250");
  Change([&] { world_.refused = {kOther}; });
  reporting_->Tick();
  EXPECT_THAT(others->Next(), StatusIs(absl::StatusCode::kPermissionDenied));
  ChangeValue("270");
  reporting_->Tick();
  EXPECT_EQ(NextValue(*mine), "270");
  EXPECT_THAT(Watch(Asking(), kOther)->Next(), StatusIs(absl::StatusCode::kPermissionDenied));
  EXPECT_THAT(Watch(Asking(), "nobody")->Next(), StatusIs(absl::StatusCode::kUnauthenticated));
}

// What a token may read, another one of the same caller need not.
TEST_F(ScorecardWatchesTest, TwoTokensOfOneCallerAreTwoCredentials) {
  const auto old = Watch();
  const auto renewed = Watch(Asking(), kRenewed);
  EXPECT_EQ(NextValue(*old), "250");
  EXPECT_EQ(NextValue(*renewed), "250");
  Change([&] { world_.refused = {"secret"}; });
  reporting_->Tick();
  EXPECT_THAT(old->Next(), StatusIs(absl::StatusCode::kPermissionDenied));
  ChangeValue("270");
  reporting_->Tick();
  EXPECT_EQ(NextValue(*renewed), "270");
}

// As many plans are watched as there are workers.
TEST_F(ScorecardWatchesTest, AServiceThatHangsLeavesWorkersToOtherCalls) {
  Change([&] { world_.all_hang = true; });
  std::vector<std::unique_ptr<WatchedStream>> streams;
  for (const char* quarter :
       {"2021-Q1", "2021-Q2", "2021-Q3", "2021-Q4", "2022-Q1", "2022-Q2", "2022-Q3", "2022-Q4"}) {
    for (const v1::ScorecardView view : {v1::SCORECARD_VIEW_BASIC, v1::SCORECARD_VIEW_FULL}) {
      for (const char* token : {"secret", kOther}) {
        v1::WatchScorecardRequest request = Asking();
        request.set_name(absl::StrCat(kPlan, "/scorecards/", quarter));
        request.set_view(view);
        streams.push_back(Watch(request, token));
      }
    }
  }
  ASSERT_EQ(streams.size(), rpc::kWorkers);
  {
    absl::MutexLock lock(&world_.mutex);
    const auto as_many = [&] { return world_.hanging == kMaxLooksAtOnce; };
    world_.mutex.Await(absl::Condition(&as_many));
  }
  v1::GetScorecardRequest wrong;
  wrong.set_name("plans/p");
  EXPECT_THAT(reporting_->Get(wrong), Refuses("INVALID_FIELDS"));
  Change([&] { world_.all_hang = false; });
  for (const auto& stream : streams) ATHENA_EXPECT_OK(stream->Next());
  absl::MutexLock lock(&world_.mutex);
  EXPECT_EQ(world_.most_hanging, kMaxLooksAtOnce);
}

TEST_F(ScorecardWatchesTest, AServiceThatDoesNotAnswerEndsAllStreamsAndIsNamed) {
  const auto one = Watch();
  const auto two = Watch();
  EXPECT_EQ(NextValue(*one), "250");
  ATHENA_ASSERT_OK_AND_ASSIGN(const v1::Scorecard last, two->Next());
  Change([&] { indicator_.fault = {grpc::StatusCode::UNAVAILABLE, "down"}; });
  reporting_->Tick();
  for (WatchedStream* stream : {one.get(), two.get()}) {
    const absl::Status ended = stream->Next().status();
    EXPECT_THAT(ended,
                AllOf(StatusIs(absl::StatusCode::kUnavailable), Refuses("DEPENDENCY_UNAVAILABLE")));
    EXPECT_THAT(ended.message(), HasSubstr("the indicator service"));
    EXPECT_GT(status::RetryAfter(ended), absl::ZeroDuration());
  }
  Change([&] {
    indicator_.fault = grpc::Status::OK;
    plan_.fault = {grpc::StatusCode::UNAVAILABLE, "down"};
    indicator_.revision_before = indicator_.revision;
    indicator_.value_before = "250";
  });
  v1::WatchScorecardRequest resuming = Asking();
  *resuming.mutable_basis() = last.basis();
  EXPECT_THAT(Watch(resuming)->Next().status().message(), HasSubstr("the plan service"));
  Change([&] { plan_.fault = grpc::Status::OK; });
  ChangeValue("270");
  EXPECT_EQ(NextValue(*Watch(resuming)), "270");
}

TEST_F(ScorecardWatchesTest, ABasisIsAnsweredOnlyWhenItsScorecardIsNotTheSame) {
  v1::WatchScorecardRequest resuming = Asking();
  {
    const auto before = Watch();
    ATHENA_ASSERT_OK_AND_ASSIGN(const v1::Scorecard last, before->Next());
    *resuming.mutable_basis() = last.basis();
  }
  Change([&] {
    indicator_.revision_before = indicator_.revision;
    indicator_.value_before = "250";
  });
  for (const bool unrelated : {false, true}) {
    if (unrelated) {
      Change([&] {
        indicator_.value = "250";
        ++indicator_.revision;
      });
    }
    const int asked = Asked();
    const auto stream = Watch(resuming);
    AwaitAsked(asked + (unrelated ? 2 : 1));  // of now; of the basis, if it is another one
    TickAndAwait();
    ChangeValue("270");
    reporting_->Tick();
    EXPECT_EQ(NextValue(*stream), "270");
    Change([&] {
      indicator_.value = "250";
      indicator_.revision = indicator_.revision_before;
    });
  }
}

TEST_F(ScorecardWatchesTest, ABasisWithAnotherScorecardIsAnsweredAtOnce) {
  const auto before = Watch();
  ATHENA_ASSERT_OK_AND_ASSIGN(const v1::Scorecard last, before->Next());
  Change([&] {
    indicator_.revision_before = indicator_.revision;
    indicator_.value_before = "250";
  });
  ChangeValue("270");
  v1::WatchScorecardRequest resuming = Asking();
  *resuming.mutable_basis() = last.basis();
  EXPECT_EQ(NextValue(*Watch(resuming)), "270");
}

TEST_F(ScorecardWatchesTest, ABasisWithoutTheElementIsAnsweredAtOnce) {
  const auto before = Watch();
  ATHENA_ASSERT_OK_AND_ASSIGN(const v1::Scorecard last, before->Next());
  Change([&] {
    plan_.revision_before = plan_.revision++;
    plan_.element_before.set_name("x");  // at the basis it was another element
    plan_.changes = 2;
  });
  v1::WatchScorecardRequest resuming = Asking();
  resuming.set_element(std::string(kPlan) + "/elements/e1");
  *resuming.mutable_basis() = last.basis();
  ATHENA_ASSERT_OK_AND_ASSIGN(const v1::Scorecard next, Watch(resuming)->Next());
  EXPECT_EQ(next.result().root().name(), resuming.element());
}

TEST_F(ScorecardWatchesTest, ABasisThatCannotBeComputedAnyMoreIsAnsweredAtOnce) {
  const auto before = Watch();
  ATHENA_ASSERT_OK_AND_ASSIGN(const v1::Scorecard last, before->Next());
  v1::WatchScorecardRequest resuming = Asking();
  *resuming.mutable_basis() = last.basis();
  resuming.mutable_basis()->set_engine_version("0");
  EXPECT_EQ(NextValue(*Watch(resuming)), "250");
  *resuming.mutable_basis() = last.basis();
  Change([&] {
    world_.replaced = true;
    ++indicator_.revision;
  });
  EXPECT_EQ(NextValue(*Watch(resuming)), "250");
  resuming.mutable_basis()->clear_date();
  EXPECT_THAT(Watch(resuming)->Next(), Refuses("INVALID_FIELDS"));
}

// The look of a caller that gives up is taken over by the next one.
TEST_F(ScorecardWatchesTest, WhoGivesUpWhileLookingEndsNoOtherStream) {
  auto first = Watch();
  EXPECT_EQ(NextValue(*first), "250");
  Change([&] { world_.hang = true; });
  reporting_->Tick();
  {
    absl::MutexLock lock(&world_.mutex);
    world_.mutex.Await(absl::Condition(&world_.hangs));
  }
  ChangeValue("270");
  const auto second = Watch();
  first->Cancel();
  EXPECT_EQ(NextValue(*second), "270");  // not what was found before it came
}

TEST_F(ScorecardWatchesTest, StoppingEndsStreamsWithUnavailable) {
  const auto stream = Watch();
  EXPECT_EQ(NextValue(*stream), "250");
  reporting_->Drain();
  const absl::Status ended = stream->Next().status();
  EXPECT_THAT(ended, StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_GT(status::RetryAfter(ended), absl::ZeroDuration());
}

TEST_F(ScorecardWatchesTest, ACallerWatchesAHundredScorecards) {
  std::vector<std::unique_ptr<WatchedStream>> streams;
  for (int i = 0; i < kMaxWatchesOfCaller; ++i) {
    streams.push_back(Watch());
    ASSERT_EQ(NextValue(*streams.back()), "250");
  }
  const absl::Status refused = Watch()->Next().status();
  EXPECT_THAT(refused,
              AllOf(StatusIs(absl::StatusCode::kResourceExhausted), Refuses("OVERLOADED")));
  EXPECT_GT(status::RetryAfter(refused), absl::ZeroDuration());
  EXPECT_EQ(NextValue(*Watch(Asking(), kOther)), "250");
  streams.pop_back();
  while (NextValue(*Watch()) != "250") {  // as soon as the service has noticed
  }
}

TEST_F(ScorecardWatchesTest, ARequestIsRefusedByFieldAndByWhatDoesNotExist) {
  v1::WatchScorecardRequest request = Asking();
  request.set_name("plans/p");
  request.set_depth(101);
  request.set_language_code("?");
  const absl::Status refused = Watch(request)->Next().status();
  EXPECT_THAT(refused, Refuses("INVALID_FIELDS"));
  EXPECT_THAT(status::testing::FaultyFields(refused),
              ElementsAre("name", "language_code", "depth"));
  request = Asking();
  request.set_element(std::string(kPlan) + "/elements/none");
  EXPECT_THAT(Watch(request)->Next(), StatusIs(absl::StatusCode::kNotFound));
  request = Asking();
  request.set_name(std::string(kPlan) + "/scorecards/2030-Q1");
  EXPECT_THAT(Watch(request)->Next(), Refuses("PERIOD_OUTSIDE_PLAN"));
}

// Watchers of one credential that are asked for their next scorecard in the order that the test
// chooses, without transport.
class WatchersInTurnTest : public ScorecardWatchesTest {
 protected:
  using Watcher = rpc::WatchSource<rpc::PreparedAnswer>;

  struct Service {
    Service(WatchersInTurnTest& test, size_t cache_bytes)
        : scorecards(
              test.dependencies_, [&test] { return test.now_; }, nullptr, cache_bytes),
          watches(scorecards, absl::InfiniteDuration()) {}
    Scorecards scorecards;
    ScorecardWatches watches;
  };

  static std::unique_ptr<rpc::Call> CallWithin(absl::Duration time) {
    return rpc::testing::DirectCall::CallOf(std::make_shared<const auth::Principal>(auth::Principal{
                                                "reader", "gob", auth::Roles::Any()}),
                                            absl::Now() + time);
  }
  static absl::StatusOr<v1::Scorecard> Next(Watcher& watcher) {
    rpc::PreparedAnswer answer;
    ATHENA_ASSIGN_OR_RETURN(const bool any, watcher.Next(&answer));
    if (!any) return absl::NotFoundError("nothing for now");
    std::string bytes;
    for (const auto& piece : answer.pieces) bytes += *piece;
    v1::Scorecard card;
    EXPECT_TRUE(card.ParseFromString(bytes));
    return card;
  }
  static std::string NextValue(Watcher& watcher) {
    const absl::StatusOr<v1::Scorecard> card = Next(watcher);
    if (!card.ok()) return std::string(card.status().message());
    return card->result().root().children(0).indicators(0).period_result().value().decimal();
  }

  const Dependencies dependencies_{plan_server_->InProcessChannel({}),
                                   indicator_server_->InProcessChannel({})};
  const std::unique_ptr<rpc::Call> call_ = CallWithin(absl::InfiniteDuration());
};

// The cache keeps nothing here. So a plan is gone as soon as the watcher that looked has its
// scorecard.
TEST_F(WatchersInTurnTest, APlanThatWasEvictedIsReadAgainForASlowWatcher) {
  Service service(*this, /*cache_bytes=*/0);
  ATHENA_ASSERT_OK_AND_ASSIGN(const auto quick, service.watches.Watch(*call_, Asking()));
  ATHENA_ASSERT_OK_AND_ASSIGN(const auto slow, service.watches.Watch(*call_, Asking()));
  EXPECT_EQ(NextValue(*quick), "250");
  EXPECT_EQ(NextValue(*slow), "250");
  ChangeValue("260");
  service.watches.Tick();
  EXPECT_EQ(NextValue(*quick), "260");
  ChangeValue("270");
  const int asked = Asked();
  EXPECT_EQ(NextValue(*slow), "270");
  EXPECT_EQ(Asked(), asked + 1);
  // What was read for the slow one is the other's at the next tick.
  EXPECT_EQ(NextValue(*quick), "nothing for now");
  service.watches.Tick();
  EXPECT_EQ(NextValue(*quick), "270");
  EXPECT_EQ(NextValue(*slow), "nothing for now");
}

TEST_F(WatchersInTurnTest, TheOtherViewIsLookedAtByItself) {
  Service service(*this, kMaxCacheBytes);
  v1::WatchScorecardRequest whole = Asking();
  whole.set_view(v1::SCORECARD_VIEW_FULL);
  ATHENA_ASSERT_OK_AND_ASSIGN(const auto basic, service.watches.Watch(*call_, Asking()));
  ATHENA_ASSERT_OK_AND_ASSIGN(const auto full, service.watches.Watch(*call_, whole));
  v1::GetScorecardRequest asking;
  asking.set_name(whole.name());
  for (Watcher* watcher : {basic.get(), full.get()}) {
    ATHENA_ASSERT_OK_AND_ASSIGN(const v1::Scorecard watched, Next(*watcher));
    ATHENA_ASSERT_OK_AND_ASSIGN(const v1::Scorecard got, reporting_->Get(asking));
    EXPECT_EQ(watched.SerializeAsString(), got.SerializeAsString());
    asking.set_view(v1::SCORECARD_VIEW_FULL);
  }
}

// It may have failed for want of time; a service that is down is told to all.
TEST_F(WatchersInTurnTest, WhoHasLessTimeThanTheLongestReadFailsAlone) {
  Service service(*this, kMaxCacheBytes);
  const std::unique_ptr<rpc::Call> hurried_call = CallWithin(kLongestRead / 2);
  ATHENA_ASSERT_OK_AND_ASSIGN(const auto hurried, service.watches.Watch(*hurried_call, Asking()));
  ATHENA_ASSERT_OK_AND_ASSIGN(const auto other, service.watches.Watch(*call_, Asking()));
  Change([&] { plan_.fault = {grpc::StatusCode::UNAVAILABLE, "down"}; });
  EXPECT_THAT(Next(*hurried), Refuses("DEPENDENCY_UNAVAILABLE"));
  Change([&] { plan_.fault = grpc::Status::OK; });
  EXPECT_EQ(NextValue(*other), "250");
  Change([&] { plan_.fault = {grpc::StatusCode::UNAVAILABLE, "down"}; });
  service.watches.Tick();
  EXPECT_THAT(Next(*other), Refuses("DEPENDENCY_UNAVAILABLE"));
}

}  // namespace
}  // namespace athena::reporting::testing
