#include "services/indicator/quarters/closings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "libs/period/period.h"
#include "libs/status/status.h"
#include "libs/status/testing/matchers.h"
#include "libs/versioned/store.h"
#include "services/indicator/store/closing_store.h"
#include "services/indicator/testing/service.h"

namespace athena::indicator {
namespace {

using ::athena::status::testing::Refuses;
using ::athena::status::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Stub = v1::IndicatorService::StubInterface;

std::string NameOf(const std::string& quarter) { return "institutions/gob/closings/" + quarter; }

int32_t Quarter(std::string_view text) { return Period::Parse(text).value().index(); }

// "2021-Q3 CLOSED"
std::vector<std::string> ClosingLines(const v1::ListClosingsResponse& response) {
  std::vector<std::string> lines;
  for (const v1::Closing& closing : response.closings()) {
    lines.push_back(closing.quarter() +
                    (closing.state() == v1::Closing::STATE_CLOSED ? " CLOSED" : " REOPENED"));
  }
  return lines;
}

class ClosingsTest : public testing::ServiceTest {
 protected:
  ClosingsTest() { At("2022-01-10T09:00:00+01:00"); }

  absl::StatusOr<v1::Closing> Close(const v1::ClosePeriodRequest& request,
                                    const std::string& who = "pia") {
    return Call(&Stub::ClosePeriod, who, request);
  }
  absl::StatusOr<v1::Closing> Close(const std::string& quarter,
                                    const std::string& reason = "figures are final") {
    v1::ClosePeriodRequest request;
    request.set_name(NameOf(quarter));
    request.set_reason(reason);
    return Close(request);
  }
  absl::StatusOr<v1::Closing> Reopen(const std::string& quarter,
                                     const std::string& reason = "one unit was forgotten") {
    v1::ReopenPeriodRequest request;
    request.set_name(NameOf(quarter));
    request.set_reason(reason);
    return Call(&Stub::ReopenPeriod, "pia", request);
  }
  absl::StatusOr<v1::ListClosingsResponse> List(v1::ListClosingsRequest request = {},
                                                const std::string& who = "val") {
    request.set_parent("institutions/gob");
    return Call(&Stub::ListClosings, who, request);
  }
  int64_t Revision() {
    const auto list = List();
    ATHENA_EXPECT_OK(list);
    return list.ok() ? list->revision() : -1;
  }
  absl::StatusOr<std::vector<int32_t>> ClosedAt(const std::string& institution, int64_t revision,
                                                const std::vector<int32_t>& quarters) {
    absl::StatusOr<std::vector<int32_t>> closed;
    const absl::Status status =
        versioned::Store(*database_)
            .ReadAt(institution, revision, [&](const versioned::Snapshot& snapshot) {
              closed = ClosedAmong(snapshot, quarters);
              return closed.status();
            });
    if (!status.ok()) return status;
    return closed;
  }
};

TEST_F(ClosingsTest, AClosingSaysWhatWhoWhyAndWhen) {
  const auto closing = Close("2021-Q3", "figures are final");
  ATHENA_ASSERT_OK(closing);
  EXPECT_EQ(closing->name(), "institutions/gob/closings/2021-Q3");
  EXPECT_EQ(closing->quarter(), "2021-Q3");
  EXPECT_EQ(closing->state(), v1::Closing::STATE_CLOSED);
  EXPECT_EQ(closing->reason(), "figures are final");
  EXPECT_EQ(closing->subject(), "pia");
  EXPECT_EQ(closing->revision(), 1);
  EXPECT_EQ(closing->create_time().seconds(), absl::ToUnixSeconds(clock_.Now()));
  const auto list = List();
  ATHENA_ASSERT_OK(list);
  ASSERT_EQ(list->closings_size(), 1);
  EXPECT_EQ(list->closings(0).SerializeAsString(), closing->SerializeAsString());
}

// The last quarter of 2021 ends at midnight in Brussels, an hour before it does in Greenwich.
TEST_F(ClosingsTest, AQuarterIsClosedFromTheDayAfterItsLast) {
  At("2021-12-31T23:59:59+01:00");
  const auto early = Close("2021-Q4");
  EXPECT_THAT(early, StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(early, Refuses("PERIOD_NOT_OVER"));
  EXPECT_EQ(status::MetadataValue(early.status(), "lastDay"), "2021-12-31");
  At("2022-01-01T00:00:00+01:00");
  ATHENA_EXPECT_OK(Close("2021-Q4"));
}

TEST_F(ClosingsTest, ClosingAgainChangesNothing) {
  ATHENA_ASSERT_OK(Close("2021-Q3", "figures are final"));
  const auto again = Close("2021-Q3", "to be sure");
  ATHENA_ASSERT_OK(again);
  EXPECT_EQ(again->reason(), "figures are final");
  EXPECT_EQ(Revision(), 1);
}

TEST_F(ClosingsTest, AQuarterCanBeReopenedAndClosedAgain) {
  const auto first = Close("2021-Q3");
  const auto reopened = Reopen("2021-Q3", "one unit was forgotten");
  ATHENA_ASSERT_OK(reopened);
  EXPECT_EQ(reopened->state(), v1::Closing::STATE_REOPENED);
  EXPECT_EQ(reopened->reason(), "one unit was forgotten");
  EXPECT_EQ(reopened->revision(), 2);
  clock_.Advance(absl::Seconds(5));
  const auto closed = Close("2021-Q3");
  ATHENA_ASSERT_OK(closed);
  EXPECT_EQ(closed->state(), v1::Closing::STATE_CLOSED);
  EXPECT_EQ(closed->create_time().seconds(), first->create_time().seconds());
  EXPECT_GE(closed->update_time().seconds(), first->update_time().seconds() + 5);
}

TEST_F(ClosingsTest, ReopeningWhatIsOpenAgainChangesNothing) {
  ATHENA_ASSERT_OK(Close("2021-Q3"));
  ATHENA_ASSERT_OK(Reopen("2021-Q3", "one unit was forgotten"));
  const auto again = Reopen("2021-Q3", "another one, too");
  ATHENA_ASSERT_OK(again);
  EXPECT_EQ(again->reason(), "one unit was forgotten");
  EXPECT_EQ(Revision(), 2);
}

TEST_F(ClosingsTest, WhatNeverWasClosedCannotBeReopened) {
  const auto reopened = Reopen("2021-Q3");
  EXPECT_THAT(reopened, StatusIs(absl::StatusCode::kNotFound));
  EXPECT_EQ(status::MetadataValue(reopened.status(), "resource"), NameOf("2021-Q3"));
}

TEST_F(ClosingsTest, EveryStateStaysReadable) {
  ATHENA_ASSERT_OK(Close("2021-Q3"));
  ATHENA_ASSERT_OK(Close("2021-Q2"));
  ATHENA_ASSERT_OK(Reopen("2021-Q3"));
  const auto at = [this](int64_t revision) {
    v1::ListClosingsRequest request;
    request.mutable_as_of()->set_revision(revision);
    return ClosingLines(List(request).value());
  };
  EXPECT_THAT(at(1), ElementsAre("2021-Q3 CLOSED"));
  EXPECT_THAT(at(2), ElementsAre("2021-Q2 CLOSED", "2021-Q3 CLOSED"));
  EXPECT_THAT(at(3), ElementsAre("2021-Q2 CLOSED", "2021-Q3 REOPENED"));
}

TEST_F(ClosingsTest, AllFaultsOfARequestAreNamedAtOnce) {
  v1::ClosePeriodRequest request;
  request.set_request_id(std::string(129, 'x'));
  for (const char* name : {"institutions/gob/closings/2021", "institutions/gob/closings/2021-q3",
                           "institutions/gob/closings/", "institutions/gob/2021-Q3", "2021-Q3", "",
                           "institutions//closings/2021-Q3"}) {
    request.set_name(name);
    const auto refused = Close(request);
    EXPECT_THAT(refused, StatusIs(absl::StatusCode::kInvalidArgument)) << name;
    // name, reason, request_id
    EXPECT_EQ(status::MetadataValue(refused.status(), "faults"), "3") << name;
  }
}

TEST_F(ClosingsTest, OnlyAPublisherOfTheInstitutionCloses) {
  v1::ClosePeriodRequest request;
  request.set_name(NameOf("2021-Q3"));
  request.set_reason("figures are final");
  EXPECT_THAT(Close(request, "sam"), StatusIs(absl::StatusCode::kPermissionDenied));
  EXPECT_THAT(Close(request, "tom"), StatusIs(absl::StatusCode::kPermissionDenied));
  EXPECT_THAT(List()->closings(), IsEmpty());
}

TEST_F(ClosingsTest, AnEtagThatIsNotTheCurrentOneIsRefused) {
  const auto first = Close("2021-Q3");
  ATHENA_ASSERT_OK(Reopen("2021-Q3"));
  v1::ClosePeriodRequest request;
  request.set_name(NameOf("2021-Q3"));
  request.set_reason("figures are final");
  request.set_etag(first->etag());
  EXPECT_THAT(Close(request), Refuses("ETAG_MISMATCH"));
  request.set_etag(List()->closings(0).etag());
  ATHENA_EXPECT_OK(Close(request));
}

TEST_F(ClosingsTest, ARetryWithItsRequestIdGetsTheFirstAnswer) {
  v1::ClosePeriodRequest request;
  request.set_name(NameOf("2021-Q3"));
  request.set_reason("figures are final");
  request.set_request_id("r1");
  const auto first = Close(request);
  ATHENA_ASSERT_OK(Reopen("2021-Q3"));
  const auto again = Close(request);
  ATHENA_ASSERT_OK(again);
  EXPECT_EQ(again->SerializeAsString(), first->SerializeAsString());
  EXPECT_THAT(ClosingLines(*List()), ElementsAre("2021-Q3 REOPENED"));
}

TEST_F(ClosingsTest, EveryPageShowsTheRevisionOfTheFirst) {
  for (const char* quarter : {"2021-Q1", "2020-Q4", "2021-Q2"}) ATHENA_ASSERT_OK(Close(quarter));
  v1::ListClosingsRequest request;
  request.set_page_size(2);
  const auto first = List(request);
  ATHENA_ASSERT_OK(first);
  EXPECT_THAT(ClosingLines(*first), ElementsAre("2020-Q4 CLOSED", "2021-Q1 CLOSED"));
  ATHENA_ASSERT_OK(Close("2021-Q3"));
  request.set_page_token(first->next_page_token());
  const auto second = List(request);
  ATHENA_ASSERT_OK(second);
  EXPECT_THAT(ClosingLines(*second), ElementsAre("2021-Q2 CLOSED"));
  EXPECT_EQ(second->revision(), 3);
  EXPECT_THAT(second->next_page_token(), IsEmpty());
}

TEST_F(ClosingsTest, OthersListThemOnceAnIndicatorIsSharedWithThem) {
  ATHENA_ASSERT_OK(Close("2021-Q3"));
  EXPECT_THAT(List({}, "tom"), StatusIs(absl::StatusCode::kPermissionDenied));
  v1::Indicator indicator;
  indicator.set_name("institutions/gob/indicators/visits");
  indicator.set_kind(v1::Indicator::KIND_BASE);
  indicator.set_direction(v1::Indicator::DIRECTION_HIGHER);
  indicator.set_frequency(v1::Indicator::FREQUENCY_MONTHLY);
  indicator.set_time_aggregation(v1::Indicator::TIME_AGGREGATION_SUM);
  indicator.add_shared_with("institutions/talent");
  const auto stored = versioned::Store(*database_)
                          .Mutate<v1::Indicator>(
                              {.institution = "gob",
                               .subject = "an",
                               .action = "CreateIndicator",
                               .reason = "",
                               .request_id = ""},
                              [&](versioned::Edit& edit) -> absl::StatusOr<v1::Indicator> {
                                absl::Status done = edit.Insert(kIndicators, "visits", &indicator);
                                if (done.ok()) done = catalog_->RecordChange(edit);
                                if (!done.ok()) return done;
                                return indicator;
                              });
  ATHENA_ASSERT_OK(stored);
  const auto list = List({}, "tom");
  ATHENA_ASSERT_OK(list);
  EXPECT_THAT(ClosingLines(*list), ElementsAre("2021-Q3 CLOSED"));
}

TEST_F(ClosingsTest, OfTheQuartersAskedAboutThoseThatAreClosedAreFound) {
  ATHENA_ASSERT_OK(Close("2021-Q3"));   // revision 1
  ATHENA_ASSERT_OK(Close("2021-Q1"));   // 2
  ATHENA_ASSERT_OK(Reopen("2021-Q3"));  // 3
  ATHENA_ASSERT_OK(Close("2020-Q4"));   // 4
  const std::vector<int32_t> asked = {Quarter("2021-Q3"), Quarter("2021-Q1"), Quarter("2021-Q2"),
                                      Quarter("2020-Q4")};
  EXPECT_THAT(*ClosedAt("gob", 1, asked), ElementsAre(Quarter("2021-Q3")));
  EXPECT_THAT(*ClosedAt("gob", 2, asked), ElementsAre(Quarter("2021-Q1"), Quarter("2021-Q3")));
  EXPECT_THAT(*ClosedAt("gob", 3, asked), ElementsAre(Quarter("2021-Q1")));
  EXPECT_THAT(*ClosedAt("gob", 0, asked), ElementsAre(Quarter("2020-Q4"), Quarter("2021-Q1")));
  EXPECT_THAT(*ClosedAt("talent", 0, asked), IsEmpty());
  EXPECT_THAT(*ClosedAt("gob", 0, {}), IsEmpty());
}

}  // namespace
}  // namespace athena::indicator
