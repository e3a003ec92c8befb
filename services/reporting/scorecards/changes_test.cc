// A scorecard that is made of cached values and of what changed since equals the one that a service
// without a cache makes, whatever changed.

#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "athena/indicator/v1/indicator_service.grpc.pb.h"
#include "athena/plan/v1/plan_service.grpc.pb.h"
#include "libs/status/testing/matchers.h"
#include "services/reporting/scorecards/testing/reporting_server.h"

namespace athena::reporting {
namespace {

using testing::kPlan;

constexpr int kIndicators = 30;
constexpr int kPerElement = 5;

std::string NameOf(int indicator) {
  // As many digits each: they are asked about in the order of their names.
  return absl::StrCat("institutions/gob/indicators/i", 10 + indicator);
}

// A plan of objectives with five indicators each.
class ChangingPlanService : public plan::v1::PlanService::Service {
 public:
  grpc::Status GetPlanTree(grpc::ServerContext*, const plan::v1::GetPlanTreeRequest* request,
                           grpc::ServerWriter<plan::v1::GetPlanTreeResponse>* writer) override {
    plan::v1::GetPlanTreeResponse part;
    part.mutable_header()->set_revision(changes);
    part.mutable_header()->set_version_token(absl::StrCat("plan-", changes));
    if (request->if_newer_than() == part.header().version_token()) {
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
    for (int i = 0; i < kIndicators; ++i) {
      if (i % kPerElement == 0) {
        plan::v1::Element& element = *part.add_elements();
        element.set_name(absl::StrCat(kPlan, "/elements/e", i));
        element.set_kind(plan::v1::Element::KIND_OBJECTIVE);
        element.set_code(std::to_string(i));
        element.set_weight(i == 0 ? changes : 1);
      }
      if (std::find(left_out.begin(), left_out.end(), i) != left_out.end()) continue;
      part.mutable_elements()->rbegin()->add_indicators()->set_indicator(NameOf(i));
    }
    writer->Write(part);
    return grpc::Status::OK;
  }

  int changes = 1;
  std::vector<int> left_out;
};

// Keeps the contract of changes_only; a part for each message.
class ChangingIndicatorService : public indicator::v1::IndicatorService::Service {
 public:
  struct Indicator {
    int value = 250;
    int target = 300;
    std::string title = "Titel";
    bool lower = false;
    bool measured = true;
    // The revisions of the last change of what defines it, and of what its value and thresholds
    // are.
    int64_t defined = 1;
    int64_t changed = 1;
  };

  grpc::Status QueryPeriodValues(
      grpc::ServerContext*, const indicator::v1::QueryPeriodValuesRequest* request,
      grpc::ServerWriter<indicator::v1::QueryPeriodValuesResponse>* writer) override {
    std::string question = request->basis_date().ShortDebugString() + request->end_quarter();
    for (const auto& selection : request->selections()) question += selection.indicator();
    for (const std::string& period : request->periods()) question += period;
    indicator::v1::QueryPeriodValuesResponse part;
    (*part.mutable_header()->mutable_revisions())["institutions/gob"] = revision;
    part.mutable_header()->set_version_token(absl::StrCat(question, "@", revision));
    int64_t since = 0;
    if (request->changes_only() && request->if_newer_than().rfind(question + "@", 0) == 0) {
      since = std::stoll(request->if_newer_than().substr(question.size() + 1));
      part.mutable_header()->set_changes_only(true);
    }
    part.mutable_header()->set_not_modified(since == revision);
    writer->Write(part);
    int sent = 0;
    for (int i = 0; i < request->selections_size(); ++i) {
      const Indicator& at = Of(request->selections(i).indicator());
      if (at.defined <= since) continue;
      part.Clear();
      indicator::v1::SelectionDefinition& definition = *part.add_definitions();
      definition.set_selection(i);
      definition.mutable_indicator()->set_direction(
          at.lower ? indicator::v1::Indicator::DIRECTION_LOWER
                   : indicator::v1::Indicator::DIRECTION_HIGHER);
      (*definition.mutable_indicator()->mutable_display_name()->mutable_text())["nl"] = at.title;
      definition.mutable_current()->set_version(static_cast<int32_t>(at.defined));
      writer->Write(part);
    }
    for (int i = 0; i < request->selections_size(); ++i) {
      const Indicator& at = Of(request->selections(i).indicator());
      if (at.changed <= since) continue;
      part.Clear();
      for (const std::string& period : request->periods()) {
        indicator::v1::PeriodValue& answer = *part.add_values();
        answer.set_selection(i);
        answer.set_asked(period);
        answer.set_period(period);
        indicator::v1::Measured& own = *answer.mutable_own();
        own.set_expected(3);
        if (at.measured) {
          own.mutable_value()->set_decimal(std::to_string(at.value));
          own.set_present(3);
        } else {
          own.set_reason(indicator::v1::NO_VALUE_REASON_INCOMPLETE);
        }
        own.mutable_current()->mutable_target()->set_decimal(std::to_string(at.target));
        own.mutable_current()->mutable_red()->set_decimal(std::to_string(at.target - 100));
      }
      writer->Write(part);
      ++sent;
    }
    absl::MutexLock lock(&mutex_);
    sent_[request->selections_size()] = sent;
    return grpc::Status::OK;
  }

  Indicator& Of(const std::string& name) {
    return all[static_cast<size_t>(std::stoi(name.substr(name.size() - 2)) - 10)];
  }

  grpc::Status ListClosings(grpc::ServerContext*, const indicator::v1::ListClosingsRequest*,
                            indicator::v1::ListClosingsResponse*) override {
    return grpc::Status::OK;
  }

  // Selections with values in the last answer to a question about so many selections. Of two
  // questions on the way at once, of which one is given up since the plan has changed, each is
  // counted by itself.
  int Sent(int selections = kIndicators) const {
    absl::MutexLock lock(&mutex_);
    const auto sent = sent_.find(selections);
    return sent == sent_.end() ? 0 : sent->second;
  }

  std::vector<Indicator> all{kIndicators};
  int64_t revision = 1;

 private:
  mutable absl::Mutex mutex_;
  std::map<int, int> sent_ ABSL_GUARDED_BY(mutex_);
};

class ChangesTest : public ::testing::Test {
 protected:
  // The scorecard as bytes.
  static std::string Get(testing::ReportingServer& reporting) {
    v1::GetScorecardRequest request;
    request.set_name(absl::StrCat(kPlan, "/scorecards/2021-Q1"));
    request.set_view(v1::SCORECARD_VIEW_FULL);
    const absl::StatusOr<v1::Scorecard> card = reporting.Get(request);
    ATHENA_EXPECT_OK(card);
    return card.ok() ? card->SerializeAsString() : "";
  }
  std::string Get() { return Get(reporting_); }
  // From a service that has read nothing before.
  std::string GetAfresh() {
    testing::ReportingServer afresh(plan_server_->InProcessChannel({}),
                                    indicator_server_->InProcessChannel({}), &now_);
    return Get(afresh);
  }

  absl::Time now_ = absl::FromCivil(absl::CivilSecond(2021, 6, 1, 12, 0, 0), absl::UTCTimeZone());
  ChangingPlanService plan_;
  ChangingIndicatorService indicator_;
  const std::unique_ptr<grpc::Server> plan_server_ = testing::Serve(plan_);
  const std::unique_ptr<grpc::Server> indicator_server_ = testing::Serve(indicator_);
  testing::ReportingServer reporting_{plan_server_->InProcessChannel({}),
                                      indicator_server_->InProcessChannel({}), &now_};
};

TEST_F(ChangesTest, OnlyWhatChangedIsAskedForAgain) {
  const std::string first = Get();
  EXPECT_EQ(indicator_.Sent(), kIndicators);
  indicator_.all[7].value = 299;
  indicator_.all[7].changed = ++indicator_.revision;
  const std::string second = Get();
  EXPECT_EQ(indicator_.Sent(), 1);
  EXPECT_NE(first, second);
  EXPECT_EQ(second, GetAfresh());
}

TEST_F(ChangesTest, AnotherDayOrQuestionIsAskedAboutAsAWhole) {
  Get();
  now_ += absl::Hours(24);
  const std::string tomorrow = Get();
  EXPECT_EQ(indicator_.Sent(), kIndicators);
  EXPECT_EQ(tomorrow, GetAfresh());
  plan_.left_out = {3};
  ++plan_.changes;
  const std::string without = Get();
  EXPECT_EQ(indicator_.Sent(kIndicators - 1), kIndicators - 1);
  EXPECT_EQ(without, GetAfresh());
}

TEST_F(ChangesTest, WhateverChangesTheScorecardIsThatMadeAfresh) {
  std::mt19937 random(20211104);
  std::set<std::string> seen;
  int partial = 0;
  for (int step = 0; step < 60; ++step) {
    const int64_t next = indicator_.revision + 1;
    const size_t some = random() % 3 == 0 ? kIndicators : random() % 4;
    for (size_t i = 0; i < some; ++i) {
      // All of them at times, and of each something.
      ChangingIndicatorService::Indicator& one =
          indicator_.all[some == kIndicators ? i : random() % kIndicators];
      switch (random() % 4) {
        case 0:
          one.title = absl::StrCat("Titel ", step);
          one.lower = !one.lower;
          one.defined = next;
          break;
        case 1:
          one.target = 200 + static_cast<int>(random() % 200);
          one.defined = one.changed = next;
          break;
        case 2:
          one.measured = !one.measured;
          one.changed = next;
          break;
        default:
          one.value = static_cast<int>(random() % 500);
          one.changed = next;
      }
      indicator_.revision = next;
    }
    if (random() % 6 == 0) ++plan_.changes;
    if (random() % 12 == 0) now_ += absl::Hours(24);
    const std::string card = Get();
    partial += indicator_.Sent() > 0 && indicator_.Sent() < kIndicators ? 1 : 0;
    ASSERT_EQ(card, GetAfresh()) << "step " << step;
    seen.insert(card);
  }
  EXPECT_GT(partial, 15);
  EXPECT_GT(seen.size(), 40);
}

}  // namespace
}  // namespace athena::reporting
