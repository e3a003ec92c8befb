// ChangeBounds: the largest plausible change of an indicator from one period to the next.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "libs/status/testing/matchers.h"
#include "services/indicator/testing/service.h"

namespace athena::indicator {
namespace {

using ::athena::indicator::testing::Base;
using ::athena::indicator::testing::Faults;
using ::athena::indicator::testing::Lines;
using ::athena::indicator::testing::ListOf;
using ::athena::indicator::testing::Outcomes;
using ::athena::indicator::testing::PushOf;
using ::athena::indicator::testing::ReplaceOf;
using ::athena::indicator::testing::Retraction;
using ::athena::indicator::testing::Row;
using ::athena::indicator::testing::Service;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class PlausibilityTest : public ::testing::Test {
 protected:
  PlausibilityTest() {
    v1::Indicator refused =
        Base("refused", v1::Indicator::FREQUENCY_MONTHLY, {{"unit", {"bm", "hr"}}});
    refused.set_max_change(0.1);
    v1::Indicator flagged = Base("flagged", v1::Indicator::FREQUENCY_WEEKLY);
    flagged.set_max_change(10);
    flagged.set_implausible_change(v1::Indicator::IMPLAUSIBLE_CHANGE_FLAG);
    service_.Define({refused, flagged});
  }

  v1::PushObservationsResponse Pushed(const v1::PushObservationsRequest& request) {
    const auto response = service_.Push(request);
    ATHENA_EXPECT_OK(response);
    return response.ok() ? *response : v1::PushObservationsResponse();
  }
  v1::PushObservationsResponse Pushed(const std::vector<v1::Observation>& rows) {
    return Pushed(PushOf("p" + std::to_string(++pushes_), rows));
  }
  std::vector<std::string> FaultsOf(const std::vector<v1::Observation>& rows) {
    return Faults(service_.Push(PushOf("refused", rows)).status());
  }
  static v1::Observation Bm(const std::string& period, double value) {
    return Row("refused", period, value, {{"unit", "bm"}});
  }

  Service service_;
  int pushes_ = 0;
};

// As doubles, 0.4 - 0.3 is more than 0.1.
TEST_F(PlausibilityTest, AChangeAsLargeAsTheBoundIsPlausibleByTheDecimalsThatWereSent) {
  Pushed({Bm("2021-01", 0.3)});
  Pushed({Bm("2021-02", 0.4)});
  EXPECT_THAT(FaultsOf({Bm("2021-03", 0.500000000001)}), ElementsAre("observations[0].value"));
  EXPECT_THAT(FaultsOf({Bm("2021-03", 0.299999999999)}), ElementsAre("observations[0].value"));
  Pushed({Bm("2021-03", 0.3)});
}

TEST_F(PlausibilityTest, ASeriesIsHeldAgainstItselfWithinThePushToo) {
  Pushed({Bm("2021-01", 1), Bm("2021-02", 1.1), Bm("2021-03", 1.2),
          Row("refused", "2021-02", 7, {{"unit", "hr"}})});
  EXPECT_THAT(FaultsOf({Bm("2021-05", 2), Bm("2021-04", 1.2), Bm("2021-06", 2.05)}),
              ElementsAre("observations[0].value"));
  // The revision of the period before in the same push counts: from 1.2 to 1.05.
  Pushed({Bm("2021-04", 0.95), Bm("2021-03", 1.05)});
  EXPECT_THAT(FaultsOf({Bm("2021-04", 1.2)}), ElementsAre("observations[0].value"));
}

TEST_F(PlausibilityTest, WhereNothingIsBeforeNothingIsChecked) {
  Pushed({Bm("2021-01", 1)});
  Pushed({Bm("2021-03", 9)});
  v1::Observation missing = Bm("2021-04", 0);
  missing.clear_value();
  missing.set_status(v1::OBSERVATION_STATUS_MISSING);
  Pushed({missing, Bm("2021-05", 1)});
  Pushed({Retraction("refused", "2021-05", {{"unit", "bm"}}), Bm("2021-06", 5)});
  v1::Observation forecast = Bm("2021-07", 50);
  forecast.set_status(v1::OBSERVATION_STATUS_FORECAST);
  Pushed({forecast});
  Pushed({Bm("2021-08", 5)});
  v1::PushObservationsRequest replace = ReplaceOf("r", "refused", "2021", "", {Bm("2021-09", 77)});
  EXPECT_EQ(Pushed(replace).counts().inserted(), 1);
}

TEST_F(PlausibilityTest, WhatIsUnchangedIsNotCheckedAgain) {
  Pushed({Bm("2021-01", 1), Bm("2021-02", 1.1)});
  v1::Indicator narrower =
      Base("refused", v1::Indicator::FREQUENCY_MONTHLY, {{"unit", {"bm", "hr"}}});
  narrower.set_max_change(0.05);
  service_.Define({narrower});
  EXPECT_EQ(Pushed({Bm("2021-01", 1), Bm("2021-02", 1.1)}).counts().unchanged(), 2);
}

// Stored: 1, 1.1, 1.2. March may become 1.0 to 1.2 for February's sake, February 1.1 for both.
TEST_F(PlausibilityTest, ARevisionIsHeldAgainstThePeriodAfterToo) {
  Pushed({Bm("2021-01", 1), Bm("2021-02", 1.1), Bm("2021-03", 1.2)});
  EXPECT_THAT(FaultsOf({Bm("2021-02", 1.05)}), ElementsAre("observations[0].value"));
  EXPECT_THAT(FaultsOf({Bm("2021-01", 1.200000000001)}), ElementsAre("observations[0].value"));
  // An earlier period that is pushed later is compared with the stored ones.
  EXPECT_THAT(FaultsOf({Bm("2020-12", 0.899999999999)}), ElementsAre("observations[0].value"));
  Pushed({Bm("2020-12", 0.9)});
  Pushed({Bm("2021-01", 1.0), Bm("2021-03", 1.0)});
}

TEST_F(PlausibilityTest, ThePeriodAfterCountsAsThePushLeavesIt) {
  Pushed({Bm("2021-01", 1), Bm("2021-02", 1.1), Bm("2021-03", 1.2)});
  // All of them may move together.
  Pushed({Bm("2021-03", 5.2), Bm("2021-02", 5.1), Bm("2021-01", 5)});
  // A retracted cell is no neighbour.
  Pushed({Bm("2021-01", 1), Retraction("refused", "2021-02", {{"unit", "bm"}})});
}

// Stored: 1, 1.1. February's 9 is too far from January's 1.15, so February stays 1.1. That is close
// to 1.15 but not to 3, so a January of 3 is rejected, too.
TEST_F(PlausibilityTest, WhatIsHeldAgainstARefusedNeighbourIsHeldAgainstWhatStays) {
  Pushed({Bm("2021-01", 1), Bm("2021-02", 1.1)});
  v1::PushObservationsRequest near = PushOf("near", {Bm("2021-01", 1.15), Bm("2021-02", 9)});
  near.set_partial(true);
  EXPECT_EQ(Pushed(near).counts().revised(), 1);
  v1::PushObservationsRequest far = PushOf("far", {Bm("2021-01", 3), Bm("2021-02", 9)});
  far.set_partial(true);
  const auto response = Pushed(far);
  EXPECT_EQ(response.counts().rejected(), 2);
  ASSERT_THAT(response.outcomes(), SizeIs(2));
  EXPECT_EQ(response.outcomes(0).faults(0).description(),
            "got 3, want at most 0.1, the indicator's max_change, to 1.1 in the period after");
  EXPECT_THAT(Lines(service_.ListAll(ListOf("refused"))),
              ElementsAre("2021-01 bm 1.15", "2021-02 bm 1.1"));
}

TEST_F(PlausibilityTest, ARowIsFlaggedOnceHoweverManyNeighboursItIsFarFrom) {
  Pushed({Row("flagged", "2021-W01", 0), Row("flagged", "2021-W03", 0)});
  const auto response = Pushed({Row("flagged", "2021-W02", 11)});
  EXPECT_EQ(response.counts().flagged(), 1);
  ASSERT_THAT(response.outcomes(), SizeIs(1));
  ASSERT_THAT(response.outcomes(0).flags(), SizeIs(1));
  EXPECT_EQ(response.outcomes(0).flags(0).description(),
            "got 11, want at most 10, the indicator's max_change, from 0 in the period before");
  const auto before = Pushed({Row("flagged", "2020-W53", 20)});
  ASSERT_THAT(before.outcomes(), SizeIs(1));
  EXPECT_EQ(before.outcomes(0).flags(0).description(),
            "got 20, want at most 10, the indicator's max_change, to 0 in the period after");
}

TEST_F(PlausibilityTest, APartialPushRejectsTheRowAndStoresTheOthers) {
  v1::PushObservationsRequest request = PushOf(
      "partial", {Bm("2021-01", 1), Bm("2021-02", 2), Bm("2021-03", 1.05), Bm("2021-13", 1)});
  request.set_partial(true);
  const auto response = Pushed(request);
  // 2021-02 is not stored, so 2021-03 has no period before it.
  EXPECT_EQ(response.counts().inserted(), 2);
  EXPECT_EQ(response.counts().rejected(), 2);
  ASSERT_THAT(Outcomes(response), ElementsAre(v1::OUTCOME_REJECTED, v1::OUTCOME_REJECTED));
  EXPECT_EQ(response.outcomes(0).index(), 1);
  EXPECT_EQ(response.outcomes(0).faults(0).reason(), v1::RowFault::REASON_IMPLAUSIBLE_CHANGE);
  EXPECT_EQ(response.outcomes(0).faults(0).description(),
            "got 2, want at most 0.1, the indicator's max_change, from 1 in the period before");
  EXPECT_EQ(response.outcomes(1).index(), 3);
  EXPECT_THAT(Lines(service_.ListAll(ListOf("refused"))),
              ElementsAre("2021-01 bm 1", "2021-03 bm 1.05"));
}

// 2021 begins with the week after 2020-W53, in another quarter.
TEST_F(PlausibilityTest, AFlaggedRowIsStoredAndSaid) {
  const auto response = Pushed({Row("flagged", "2020-W53", 1), Row("flagged", "2021-W01", 11),
                                Row("flagged", "2021-W02", 21.5), Row("flagged", "2021-W03", 22)});
  EXPECT_EQ(response.counts().inserted(), 4);
  EXPECT_EQ(response.counts().flagged(), 1);
  ASSERT_THAT(response.outcomes(), SizeIs(1));
  EXPECT_EQ(response.outcomes(0).index(), 2);
  EXPECT_EQ(response.outcomes(0).outcome(), v1::OUTCOME_INSERTED);
  EXPECT_THAT(response.outcomes(0).faults(), IsEmpty());
  EXPECT_EQ(response.outcomes(0).flags(0).reason(), v1::RowFault::REASON_IMPLAUSIBLE_CHANGE);
  EXPECT_THAT(Lines(service_.ListAll(ListOf("flagged"))), SizeIs(4));
  EXPECT_EQ(Pushed({Row("flagged", "2021-W01", 12)}).counts().flagged(), 1);
}

}  // namespace
}  // namespace athena::indicator
