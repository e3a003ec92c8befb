// The service over fakes of the other two: what it asks them, and what it makes of their answers.
// tests/e2e runs it over the real ones.

#include "services/reporting/scorecards/scorecards.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/fields/fields.h"
#include "libs/rpc/grpc_status.h"
#include "libs/status/testing/matchers.h"
#include "services/reporting/reading/plan_tree.h"
#include "services/reporting/scorecards/scored_plan.h"
#include "services/reporting/scorecards/testing/scorecards_fixture.h"

namespace athena::reporting {
namespace {

using status::testing::Refuses;
using status::testing::StatusIs;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::kPlan;
using testing::kVisits;
using testing::ScorecardsTest;

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
  EXPECT_THAT(plan_.Credentials(), ElementsAre("Bearer secret"));
  EXPECT_THAT(indicator_.Credentials(), ElementsAre("Bearer secret"));
}

TEST_F(ScorecardsTest, EveryReadAsksWhetherWhatIsKnownIsStillTrue) {
  ATHENA_ASSERT_OK_AND_ASSIGN(const v1::Scorecard first, Get());
  ATHENA_ASSERT_OK_AND_ASSIGN(const v1::Scorecard second, Get());
  EXPECT_EQ(first.SerializeAsString(), second.SerializeAsString());
  EXPECT_THAT(plan_.Requests().back().if_newer_than(), "plan-1");
  EXPECT_THAT(indicator_.Requests().back().if_newer_than(), "values-250");
}

TEST_F(ScorecardsTest, OfAnotherDayAllValuesAreAskedFor) {
  ATHENA_ASSERT_OK(Get());
  now_ += absl::Hours(24);
  ATHENA_ASSERT_OK_AND_ASSIGN(const v1::Scorecard card, Get());
  EXPECT_EQ(card.basis().date().day(), 2);
  EXPECT_EQ(indicator_.Requests().back().basis_date().day(), 2);
  EXPECT_THAT(indicator_.Requests().back().if_newer_than(), IsEmpty());
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
  EXPECT_EQ(plan_.Requests().back().as_of().revision(), 7);
  EXPECT_EQ(indicator_.Requests().back().revisions().revisions().at("institutions/gob"), 11);
  EXPECT_EQ(indicator_.Requests().back().basis_date().month(), 6);
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
  EXPECT_EQ(plan_.Requests().back().as_of().lineage(), "0123456789abcdef");
  EXPECT_EQ(indicator_.Requests().back().revisions().lineages().at("institutions/gob"),
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

TEST_F(ScorecardsTest, ALastDayThatWasMovedIsShownInEveryView) {
  common::v1::Date& end = *plan_.more_element.mutable_end_date();
  end.set_year(2022);
  end.set_month(6);
  end.set_day(30);
  *plan_.more_element.mutable_end_date_at_activation() = end;
  ATHENA_ASSERT_OK_AND_ASSIGN(const v1::Scorecard kept, Get());
  EXPECT_FALSE(kept.result().root().children(0).has_end_date());
  plan_.more_element.mutable_end_date()->set_month(9);
  ++plan_.changes;
  ATHENA_ASSERT_OK_AND_ASSIGN(const v1::Scorecard moved, Get());
  EXPECT_EQ(moved.result().root().children(0).end_date().month(), 9);
  EXPECT_EQ(moved.result().root().children(0).end_date_at_activation().month(), 6);
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
  EXPECT_THAT(plan_.Requests(), IsEmpty());
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

// --- Rules version 2

absl::Time Utc(int year, int month, int day, int hour, int minute) {
  return absl::FromCivil(absl::CivilSecond(year, month, day, hour, minute, 0), absl::UTCTimeZone());
}

TEST_F(ScorecardsTest, V7_OriginalsAreThoseOfTheEndOfTheDayOfActivation) {
  ATHENA_ASSERT_OK(Get());
  EXPECT_FALSE(indicator_.Requests().back().has_original_at());  // a draft has none
  const auto asked_for = [this] {
    std::vector<absl::Time> originals;
    for (const indicator::v1::QueryPeriodValuesRequest& request : indicator_.Requests()) {
      originals.push_back(fields::TimeOf(request.original_at()).value_or(absl::InfinitePast()));
    }
    return originals;
  };
  // 23:30 UTC on 15 January is 16 January in Brussels; that day ends at 23:00 UTC.
  plan::v1::Plan& plan = *plan_.more_header.mutable_plan();
  plan.mutable_activate_time()->set_seconds(absl::ToUnixSeconds(Utc(2021, 1, 15, 23, 30)));
  ++plan_.changes;
  ATHENA_ASSERT_OK(Get());
  EXPECT_THAT(asked_for(), Contains(Utc(2021, 1, 16, 23, 0) - absl::Microseconds(1)));
  // It was in force since 1 March: that day ends at 23:00 UTC, too.
  plan.mutable_effective_date()->set_year(2021);
  plan.mutable_effective_date()->set_month(3);
  plan.mutable_effective_date()->set_day(1);
  ++plan_.changes;
  ATHENA_ASSERT_OK(Get());
  EXPECT_THAT(asked_for(), Contains(Utc(2021, 3, 1, 23, 0) - absl::Microseconds(1)));
  // In another zone the same day ends at another time.
  plan_.more_header.mutable_institution()->set_time_zone("America/New_York");
  ++plan_.changes;
  ATHENA_ASSERT_OK(Get());
  EXPECT_THAT(asked_for(), Contains(Utc(2021, 3, 2, 5, 0) - absl::Microseconds(1)));
}

TEST_F(ScorecardsTest, TheDayIsThatOfTheInstitutionsZone) {
  now_ = Utc(2021, 6, 1, 22, 30);  // half past midnight in Brussels
  ATHENA_ASSERT_OK_AND_ASSIGN(v1::Scorecard card, Get());
  EXPECT_EQ(card.basis().date().day(), 2);
  plan_.more_header.mutable_institution()->set_time_zone("UTC");
  ++plan_.changes;
  ATHENA_ASSERT_OK_AND_ASSIGN(card, Get());
  EXPECT_EQ(card.basis().date().day(), 1);
}

TEST_F(ScorecardsTest, S10_TimeZonesThatDifferAreAWarning) {
  ATHENA_ASSERT_OK_AND_ASSIGN(v1::Scorecard card, Get());
  EXPECT_THAT(card.result().warnings(), IsEmpty());
  indicator_.time_zone = "UTC";  // no value changes with it
  ATHENA_ASSERT_OK_AND_ASSIGN(card, Get());
  ASSERT_EQ(card.result().warnings_size(), 1);
  const v1::ScorecardWarning& warning = card.result().warnings(0);
  EXPECT_EQ(warning.kind(), v1::ScorecardWarning::KIND_TIME_ZONES_DIFFER);
  EXPECT_EQ(warning.plan_time_zone(), "Europe/Brussels");  // the default
  EXPECT_EQ(warning.indicator_time_zone(), "UTC");
  // A header without zones: they are as before.
  indicator_.time_zone = "";
  ATHENA_ASSERT_OK_AND_ASSIGN(card, Get());
  EXPECT_EQ(card.result().warnings_size(), 1);
  plan_.more_header.mutable_institution()->set_time_zone("UTC");
  ++plan_.changes;
  ATHENA_ASSERT_OK_AND_ASSIGN(card, Get());
  EXPECT_THAT(card.result().warnings(), IsEmpty());
}

TEST_F(ScorecardsTest, A2_ACallThatNobodyWaitsForEndsThoughAServiceHangs) {
  EXPECT_THAT(reporting_->GetCancelled(Asking()), StatusIs(absl::StatusCode::kCancelled));
  plan_.hangs = true;
  EXPECT_THAT(reporting_->GetCancelled(Asking()), StatusIs(absl::StatusCode::kCancelled));
  EXPECT_THAT(indicator_.Requests(), IsEmpty());
}

TEST_F(ScorecardsTest, A2_APlanThatNobodyWaitsForIsNotScored) {
  auto part = std::make_shared<OnArena<plan::v1::GetPlanTreeResponse>>();
  part->get()->mutable_header()->mutable_institution()->set_name("institutions/gob");
  part->get()->mutable_header()->mutable_plan()->set_name(kPlan);
  ATHENA_ASSERT_OK_AND_ASSIGN(const auto tree, MakePlanTree({std::move(part)}));
  const auto score = [&](const absl::Status& wanted) {
    return ScorePlan({.scored = Period::Quarter(2021, 1)}, false, absl::CivilDay(2021, 6, 1), tree,
                     {}, nullptr, [&] { return wanted; })
        .status();
  };
  ATHENA_EXPECT_OK(score(absl::OkStatus()));
  EXPECT_THAT(score(absl::CancelledError()), StatusIs(absl::StatusCode::kCancelled));
}

TEST_F(ScorecardsTest, V7_ATargetAddedAfterActivationHasNoOriginal) {
  indicator_.more_value.set_added_after_activation(true);
  ATHENA_ASSERT_OK_AND_ASSIGN(const v1::Scorecard card, Get());
  EXPECT_TRUE(Visits(card).target_added_after_activation());
  EXPECT_TRUE(Visits(card).period_result().has_current());
  EXPECT_FALSE(Visits(card).period_result().has_original());
}

// 250 against 240: d = 100, 100 (250 - 140 + 100) / 300 = 70.
TEST_F(ScorecardsTest, V4_TheOriginalTargetIsShownBesideTheCurrentOne) {
  indicator_.more_definition.mutable_current()->set_version(2);
  indicator_.more_definition.mutable_original()->set_version(1);
  indicator::v1::Measured& own = *indicator_.more_value.mutable_own();
  own.mutable_current()->set_version(2);
  own.mutable_original()->set_version(1);
  own.mutable_original()->mutable_target()->set_decimal("240");
  own.mutable_original()->mutable_red()->set_decimal("140");
  ATHENA_ASSERT_OK_AND_ASSIGN(v1::Scorecard card, Get());
  EXPECT_EQ(Visits(card).period_result().current().version(), 2);
  EXPECT_EQ(Visits(card).period_result().original().version(), 1);
  EXPECT_EQ(Visits(card).period_result().original().score().decimal(), "70");
  EXPECT_EQ(Visits(card).period_result().original().status(), v1::SCORECARD_STATUS_GREEN);
  EXPECT_EQ(Visits(card).status(), v1::SCORECARD_STATUS_AMBER);
  // An original without a target for the period still says that there is one.
  own.clear_original();
  indicator_.value = "251";
  ATHENA_ASSERT_OK_AND_ASSIGN(card, Get());
  EXPECT_TRUE(Visits(card).period_result().has_original());
  EXPECT_EQ(Visits(card).period_result().original().version(), 1);
  EXPECT_FALSE(Visits(card).period_result().original().has_target());
}

TEST_F(ScorecardsTest, AnEndedTargetIsNoPartAndShownAsItWasHeldLast) {
  indicator_.has_target = false;
  indicator::v1::Thresholds& held = *indicator_.more_value.mutable_own()->mutable_last_held();
  held.set_version(3);
  held.mutable_target()->set_decimal("300");
  held.mutable_red()->set_decimal("200");
  ATHENA_ASSERT_OK_AND_ASSIGN(v1::Scorecard card, Get());
  EXPECT_EQ(Visits(card).status(), v1::SCORECARD_STATUS_NOT_APPLICABLE);
  EXPECT_EQ(Visits(card).reason(), v1::SCORECARD_REASON_TARGET_ENDED);
  EXPECT_EQ(Visits(card).period_result().ended().score().decimal(), "50");
  EXPECT_EQ(Visits(card).period_result().ended().version(), 3);
  EXPECT_EQ(Visits(card).as_last_stood().score().decimal(), "50");
  const v1::ScorecardNode& root = card.result().root();
  EXPECT_EQ(root.reason(), v1::SCORECARD_REASON_NOTHING_EXPECTED);
  EXPECT_EQ(root.not_applicable_parts().target_ended(), 1);
  EXPECT_EQ(root.as_last_stood().score().decimal(), "50");
  EXPECT_EQ(root.as_last_stood().status(), v1::SCORECARD_STATUS_AMBER);
  // The direction was changed after it had ended: it is compared by its own, lower is better.
  // d = 100 - 200: 100 (150 - 200 - 100) / -300 = 50.
  indicator_.value = "150";
  held.set_direction(indicator::v1::Indicator::DIRECTION_LOWER);
  held.mutable_target()->set_decimal("100");
  ATHENA_ASSERT_OK_AND_ASSIGN(card, Get());
  EXPECT_EQ(Visits(card).period_result().ended().status(), v1::SCORECARD_STATUS_AMBER);
  EXPECT_EQ(Visits(card).period_result().ended().score().decimal(), "50");
}

TEST_F(ScorecardsTest, WhatIsNoDifferentIsNotSaidTwice) {
  ATHENA_ASSERT_OK_AND_ASSIGN(const v1::Scorecard card, Get());
  EXPECT_FALSE(card.result().root().has_as_last_stood());
  EXPECT_FALSE(card.result().root().has_not_applicable_parts());
  EXPECT_FALSE(Visits(card).has_as_last_stood());
  EXPECT_FALSE(Visits(card).has_so_far());
}

// Beside the reason, which says no more than that nothing is expected.
TEST_F(ScorecardsTest, ARetiredIndicatorIsShownAsSuch) {
  ATHENA_ASSERT_OK_AND_ASSIGN(const v1::Scorecard in_use, Get());
  EXPECT_FALSE(Visits(in_use).has_retired_on());
  indicator_.token = "retired";
  auto& retired_on = *indicator_.more_definition.mutable_indicator()->mutable_retired_on();
  retired_on.set_year(2021);
  retired_on.set_month(2);
  retired_on.set_day(28);
  ATHENA_ASSERT_OK_AND_ASSIGN(const v1::Scorecard card, Get());
  EXPECT_EQ(Visits(card).retired_on().DebugString(), retired_on.DebugString());
}

TEST_F(ScorecardsTest, V10_OverdueIsExpectedAndMissing) {
  indicator_.has_value = false;
  indicator::v1::Measured& own = *indicator_.more_value.mutable_own();
  own.set_reason(indicator::v1::NO_VALUE_REASON_OVERDUE);
  ATHENA_ASSERT_OK_AND_ASSIGN(v1::Scorecard card, Get());
  EXPECT_EQ(Visits(card).status(), v1::SCORECARD_STATUS_NO_SCORE);
  EXPECT_EQ(Visits(card).reason(), v1::SCORECARD_REASON_OVERDUE);
  EXPECT_EQ(card.result().root().reason(), v1::SCORECARD_REASON_COVERAGE);
  EXPECT_EQ(card.result().root().coverage().share().decimal(), "0");
}

TEST_F(ScorecardsTest, V11_ProgressNeedsABaselineAndAnEndButNoTargetInThePeriod) {
  indicator_.has_target = false;
  indicator_.value = "10";
  indicator_.more_value.set_period("2020");
  indicator::v1::Target& target = *indicator_.more_definition.mutable_current();
  target.mutable_baseline()->set_period("2020");
  target.mutable_baseline()->set_value(10);
  indicator::v1::Target::Anchor& anchor = *target.add_anchors();
  anchor.set_period("2022");
  anchor.set_value(20);
  v1::GetScorecardRequest request = Asking();
  request.set_view(v1::SCORECARD_VIEW_FULL);
  ATHENA_ASSERT_OK_AND_ASSIGN(v1::Scorecard card, Get(request));
  EXPECT_EQ(Visits(card).reason(), v1::SCORECARD_REASON_NO_TARGET);
  const v1::IndicatorDetail& detail = Visits(card).detail();
  EXPECT_EQ(detail.baseline().decimal(), "10");
  EXPECT_EQ(detail.end_target().decimal(), "20");
  EXPECT_EQ(detail.end_target_period(), "2022");
  EXPECT_EQ(detail.progress().decimal(), "0");
  EXPECT_EQ(detail.pace().decimal(), "0");
  EXPECT_EQ(detail.required_rate().decimal(), "1.25");  // 10 in 8 quarters
  EXPECT_EQ(detail.growth().reason(), v1::Growth::REASON_NOT_WHOLE_YEARS);
  // A flow of a quarter says nothing about years.
  indicator_.more_definition.mutable_indicator()->set_time_aggregation(
      indicator::v1::Indicator::TIME_AGGREGATION_SUM);
  indicator_.more_value.set_period("2021-Q1");
  indicator_.value = "11";
  ATHENA_ASSERT_OK_AND_ASSIGN(card, Get(request));
  EXPECT_FALSE(Visits(card).detail().has_progress());
  EXPECT_EQ(Visits(card).detail().growth().reason(), v1::Growth::REASON_NO_TARGET);
}

// The values are the same, but a year to date has no progress. (250 - 200) / (400 - 200) = 0.25.
TEST_F(ScorecardsTest, AChangeOfThePlanIsInTheDetailsOfTheSameValues) {
  indicator_.more_value.mutable_year_to_date()->mutable_value()->set_decimal("250");
  indicator::v1::Target& target = *indicator_.more_definition.mutable_current();
  target.mutable_baseline()->set_period("2020");
  target.mutable_baseline()->set_value(200);
  indicator::v1::Target::Anchor& anchor = *target.add_anchors();
  anchor.set_period("2022");
  anchor.set_value(400);
  v1::GetScorecardRequest request = Asking();
  request.set_view(v1::SCORECARD_VIEW_FULL);
  ATHENA_ASSERT_OK_AND_ASSIGN(v1::Scorecard card, Get(request));
  EXPECT_EQ(Visits(card).detail().progress().decimal(), "0.25");
  plan_.more_header.mutable_plan()->set_score_basis(plan::v1::Plan::SCORE_BASIS_YEAR_TO_DATE);
  ++plan_.changes;
  ATHENA_ASSERT_OK_AND_ASSIGN(card, Get(request));
  EXPECT_EQ(indicator_.Requests().back().if_newer_than(), "values-250");
  EXPECT_FALSE(Visits(card).detail().has_progress());
}

void Set(int year, int month, int day, common::v1::Date* date) {
  date->set_year(year);
  date->set_month(month);
  date->set_day(day);
}

TEST_F(ScorecardsTest, V12_AnElementIsScoredByItsMilestones) {
  plan::v1::Element& element = plan_.more_element;
  element.set_delivery_weight(3);
  for (const int month : {1, 2}) {
    plan::v1::Milestone& milestone = *element.add_milestones();
    milestone.set_id(absl::StrCat("m", month));
    Set(2021, month, 1, milestone.mutable_due_date());
    (*milestone.mutable_title()->mutable_text())["nl"] = absl::StrCat("Mijlpaal ", month);
  }
  element.mutable_milestones(0)->set_critical(true);
  element.mutable_milestones(0)->set_added_after_activation(true);
  Set(2021, 3, 1, element.mutable_milestones(1)->mutable_done_date());
  Set(2020, 12, 1, element.mutable_milestones(1)->mutable_due_date_at_activation());
  Set(2020, 12, 1, element.mutable_milestones(1)->mutable_declared_due_date());
  v1::GetScorecardRequest request = Asking();
  request.set_view(v1::SCORECARD_VIEW_FULL);
  ATHENA_ASSERT_OK_AND_ASSIGN(v1::Scorecard card, Get(request));
  const v1::ScorecardNode& node = card.result().root().children(0);
  // One of two is done: 0. With the indicator's 50: (50 + 3 x 0) / 4.
  EXPECT_EQ(node.delivery().score().decimal(), "0");
  EXPECT_EQ(node.delivery().status(), v1::SCORECARD_STATUS_RED);
  EXPECT_EQ(node.delivery().scored_by(), v1::Delivery::SCORED_BY_MILESTONES);
  EXPECT_EQ(node.delivery().ratio().decimal(), "0.5");
  EXPECT_EQ(node.delivery().milestones_done(), 1);
  EXPECT_EQ(node.delivery().milestones_judged(), 2);
  EXPECT_EQ(node.delivery().weight().decimal(), "3");
  EXPECT_EQ(node.score().decimal(), "12.5");
  // The missed one would cap the element, which is RED by its score.
  ASSERT_EQ(node.caps_size(), 1);
  EXPECT_EQ(node.caps(0).milestone(), "m1");
  EXPECT_FALSE(node.caps(0).changed_status());
  ASSERT_EQ(node.milestones_size(), 2);
  EXPECT_EQ(node.milestones(0).state(), v1::ScorecardMilestone::STATE_MISSED);
  EXPECT_EQ(node.milestones(0).title(), "Mijlpaal 1");
  EXPECT_TRUE(node.milestones(0).added_after_activation());
  EXPECT_FALSE(node.milestones(0).has_due_date_at_activation());
  EXPECT_EQ(node.milestones(1).state(), v1::ScorecardMilestone::STATE_DONE);
  EXPECT_EQ(node.milestones(1).due_date_at_activation().month(), 12);
  EXPECT_TRUE(node.milestones(1).due_date_declared());
}

TEST_F(ScorecardsTest, V13_ACapSaysWhetherItChangedTheStatus) {
  indicator_.value = "400";  // 100
  plan::v1::Milestone& milestone = *plan_.more_element.add_milestones();
  milestone.set_id("m");
  milestone.set_critical(true);
  Set(2021, 2, 1, milestone.mutable_due_date());
  plan_.more_element.set_delivery_weight(0.25);
  ATHENA_ASSERT_OK_AND_ASSIGN(v1::Scorecard card, Get());
  const v1::ScorecardNode& node = card.result().root().children(0);
  EXPECT_EQ(node.score().decimal(), "80");  // 100 / 1.25
  EXPECT_EQ(node.status(), v1::SCORECARD_STATUS_AMBER);
  ASSERT_EQ(node.caps_size(), 1);
  EXPECT_TRUE(node.caps(0).changed_status());
}

TEST_F(ScorecardsTest, AnActionThatHasToReportProgressIsAskedForIt) {
  plan_.more_header.mutable_plan()->set_progress_expected_from("2021-Q1");
  plan_.more_element.set_kind(plan::v1::Element::KIND_ACTION);
  Set(2020, 12, 31, plan_.more_element.mutable_start_date());
  Set(2022, 12, 31, plan_.more_element.mutable_end_date());
  ATHENA_ASSERT_OK_AND_ASSIGN(v1::Scorecard card, Get());
  const v1::ScorecardNode& node = card.result().root().children(0);
  EXPECT_EQ(node.delivery().status(), v1::SCORECARD_STATUS_NO_SCORE);
  EXPECT_EQ(node.delivery().reason(), v1::SCORECARD_REASON_NO_REPORT);
  EXPECT_EQ(node.coverage().share().decimal(), "0.5");
  // On 1 June 2021 it was due after 14 days, not after 62.
  plan_.more_header.mutable_institution()->set_report_delay_days(62);
  ++plan_.changes;
  ATHENA_ASSERT_OK_AND_ASSIGN(card, Get());
  EXPECT_EQ(card.result().root().children(0).delivery().reason(), v1::SCORECARD_REASON_NOT_DUE);
  EXPECT_EQ(card.result().root().not_applicable_parts().not_due(), 1);
}

// The element's report of that quarter.
plan::v1::ProgressReport ReportOf(const std::string& quarter, plan::v1::ProgressReport::State state,
                                  double percent) {
  plan::v1::ProgressReport report;
  report.set_name(absl::StrCat(kPlan, "/elements/e1/progressReports/", quarter));
  report.set_quarter(quarter);
  report.set_state(state);
  report.set_percent_complete(percent);
  return report;
}

TEST_F(ScorecardsTest, AnActionIsScoredByTheProgressThatIsReported) {
  plan_.more_header.mutable_plan()->set_progress_expected_from("2021-Q1");
  plan_.more_element.set_kind(plan::v1::Element::KIND_ACTION);
  // 182 days, of which 91 have passed on 31 March.
  Set(2020, 12, 31, plan_.more_element.mutable_start_date());
  Set(2021, 6, 30, plan_.more_element.mutable_end_date());
  plan_.reports = {ReportOf("2020-Q4", plan::v1::ProgressReport::STATE_VALIDATED, 90),
                   ReportOf("2021-Q1", plan::v1::ProgressReport::STATE_SUBMITTED, 40)};
  ATHENA_ASSERT_OK_AND_ASSIGN(v1::Scorecard card, Get());
  v1::Delivery delivery = card.result().root().children(0).delivery();
  EXPECT_EQ(delivery.scored_by(), v1::Delivery::SCORED_BY_PROGRESS);
  // p = 40 % / (91 / 182) = 0.8; 100 (0.8 - 0.5) / 0.6 = 50
  EXPECT_EQ(delivery.score().decimal(), "50");
  EXPECT_EQ(delivery.status(), v1::SCORECARD_STATUS_AMBER);
  EXPECT_EQ(delivery.percent_complete().decimal(), "40");
  EXPECT_FALSE(delivery.report_validated());
  EXPECT_FALSE(delivery.report_carried());
  const plan::v1::GetPlanTreeRequest request = plan_.Requests().back();
  EXPECT_THAT(request.parts(), ElementsAre(plan::v1::GetPlanTreeRequest::PART_PROGRESS_REPORTS));
  EXPECT_THAT(request.quarters(), ElementsAre("2020-Q4", "2021-Q1"));

  plan_.reports[1].set_state(plan::v1::ProgressReport::STATE_VALIDATED);
  ++plan_.changes;
  ATHENA_ASSERT_OK_AND_ASSIGN(card, Get());
  EXPECT_TRUE(card.result().root().children(0).delivery().report_validated());

  // On 1 June 2021 it is not due yet if it is due after 62 days: the previous one counts, against
  // the one day of 182 that had passed on 31 December.
  plan_.reports.pop_back();
  plan_.more_header.mutable_institution()->set_report_delay_days(62);
  ++plan_.changes;
  ATHENA_ASSERT_OK_AND_ASSIGN(card, Get());
  delivery = card.result().root().children(0).delivery();
  EXPECT_TRUE(delivery.report_carried());
  EXPECT_EQ(delivery.percent_complete().decimal(), "90");
  EXPECT_EQ(delivery.ratio().decimal(), "163.8");  // 0.9 x 182

  // What was returned counts for nothing.
  plan_.more_header.mutable_institution()->clear_report_delay_days();
  plan_.reports = {ReportOf("2021-Q1", plan::v1::ProgressReport::STATE_RETURNED, 40)};
  ++plan_.changes;
  ATHENA_ASSERT_OK_AND_ASSIGN(card, Get());
  EXPECT_EQ(card.result().root().children(0).delivery().reason(), v1::SCORECARD_REASON_NO_REPORT);
}

TEST_F(ScorecardsTest, WhatIsJudgedAndWhatIsThereSoFarIsShown) {
  indicator::v1::PeriodValue& value = indicator_.more_value;
  value.mutable_own()->set_judged(1);
  value.mutable_own()->set_provisional(true);
  value.mutable_own()->set_not_expected(26);
  value.mutable_so_far()->set_period("2021-Q1");
  value.mutable_so_far()->mutable_value()->set_decimal("290");
  ATHENA_ASSERT_OK_AND_ASSIGN(const v1::Scorecard card, Get());
  EXPECT_EQ(Visits(card).period_result().judged(), 1);
  EXPECT_EQ(Visits(card).period_result().all(), 3);
  EXPECT_EQ(Visits(card).period_result().not_expected(), 26);
  EXPECT_TRUE(Visits(card).period_result().provisional());
  EXPECT_EQ(Visits(card).so_far().period(), "2021-Q1");
  EXPECT_EQ(Visits(card).so_far().value().decimal(), "290");
}

TEST_F(ScorecardsTest, AFormulaNamesTheOperandToBlameAndItsReason) {
  indicator_.more_value.mutable_own()->set_reason(indicator::v1::NO_VALUE_REASON_OPERAND);
  indicator_.more_value.mutable_own()->set_operand("den");
  indicator_.more_value.mutable_own()->set_operand_reason(
      indicator::v1::NO_VALUE_REASON_NO_COMMON_CELLS);
  indicator_.has_value = false;
  ATHENA_ASSERT_OK_AND_ASSIGN(const v1::Scorecard card, Get());
  EXPECT_EQ(Visits(card).reason(), v1::SCORECARD_REASON_OPERAND);
  EXPECT_EQ(Visits(card).reason_detail(), "den");
  EXPECT_EQ(Visits(card).operand_reason(), v1::SCORECARD_REASON_NO_COMMON_CELLS);
}

}  // namespace
}  // namespace athena::reporting
