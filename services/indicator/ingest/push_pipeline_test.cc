#include "services/indicator/ingest/push_pipeline.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <limits>
#include <random>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/notification.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "libs/audit/journal.h"
#include "libs/audit/verify.h"
#include "libs/status/status.h"
#include "libs/status/status_proto.h"
#include "libs/status/testing/matchers.h"
#include "services/indicator/model/limits.h"
#include "services/indicator/testing/service.h"

namespace athena::indicator {
namespace {

using ::athena::indicator::testing::Base;
using ::athena::indicator::testing::Faults;
using ::athena::indicator::testing::ListOf;
using ::athena::indicator::testing::Outcomes;
using ::athena::indicator::testing::PushOf;
using ::athena::indicator::testing::Retraction;
using ::athena::indicator::testing::Row;
using ::athena::indicator::testing::Service;
using ::athena::status::testing::IsOk;
using ::athena::status::testing::Refuses;
using ::athena::status::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using v1::RowFault;

using Codes = std::vector<std::pair<std::string, std::string>>;

using ::athena::indicator::testing::kDaily;
using ::athena::indicator::testing::kQuarterly;

class PushPipelineTest : public ::testing::Test {
 protected:
  PushPipelineTest() {
    service_.Define({Base("files", kDaily), Base("headcount", kQuarterly, {{"unit", {"bm", "hr"}}}),
                     Base("cost", kQuarterly)});
  }

  v1::PushObservationsResponse Pushed(const v1::PushObservationsRequest& request,
                                      const std::string& token = "sender") {
    const absl::StatusOr<v1::PushObservationsResponse> response = service_.Push(request, token);
    ATHENA_EXPECT_OK(response);
    return response.ok() ? *response : v1::PushObservationsResponse();
  }

  // The values that a list of the indicator has.
  std::vector<double> Values(const std::string& indicator) {
    std::vector<double> values;
    for (const v1::ObservationRecord& record : service_.ListAll(ListOf(indicator))) {
      values.push_back(record.observation().value());
    }
    return values;
  }

  // The reasons for which a row is rejected.
  std::vector<RowFault::Reason> Reasons(const v1::Observation& row) {
    v1::PushObservationsRequest request = PushOf("", {row});
    request.set_validate_only(true);
    const v1::PushObservationsResponse response = Pushed(request);
    std::vector<RowFault::Reason> reasons;
    for (const v1::RowOutcome& outcome : response.outcomes()) {
      for (const RowFault& fault : outcome.faults()) reasons.push_back(fault.reason());
    }
    return reasons;
  }

  int64_t Revision() {
    int64_t revision = 0;
    ATHENA_EXPECT_OK(service_.database().Read([&](sql::ReadTx& tx) -> absl::Status {
      const absl::StatusOr<audit::Head> head = audit::ReadHead(tx, "gob");
      if (!head.ok()) return head.status();
      revision = head->revision;
      return audit::Verify(tx, "gob");
    }));
    return revision;
  }

  // Waits until so many writes are queued behind the one that runs.
  void AwaitQueued(int64_t writes) {
    while (service_.database().stats().queued_writes < writes) std::this_thread::yield();
  }

  Service service_;
};

google::rpc::BadRequest BadRequestOf(const absl::Status& status) {
  google::rpc::BadRequest bad;
  const google::rpc::Status wire = status::ToRpcStatus(status);
  for (const google::protobuf::Any& detail : wire.details()) {
    if (detail.Is<google::rpc::BadRequest>()) detail.UnpackTo(&bad);
  }
  return bad;
}

TEST_F(PushPipelineTest, PushMakesOneRevisionAndCountsItsRows) {
  const v1::PushObservationsResponse response =
      Pushed(PushOf("p1", {Row("files", "2021-07-15", 3), Row("files", "2021-07-16", 4)}));
  EXPECT_EQ(response.name(), "institutions/gob/pushes/2");
  EXPECT_EQ(response.revision(), 2);
  EXPECT_EQ(response.counts().inserted(), 2);
  EXPECT_FALSE(response.replayed());
  EXPECT_THAT(response.outcomes(), IsEmpty());
  EXPECT_THAT(Values("files"), ElementsAre(3, 4));
  EXPECT_EQ(Revision(), 2);
}

TEST_F(PushPipelineTest, PushTwiceWithSameIdStoresOnce) {
  v1::PushObservationsRequest request =
      PushOf("p1", {Row("files", "2021-07-15", 3), Row("files", "2021-07-16", 4)});
  request.set_outcome_detail(v1::OUTCOME_DETAIL_ALL);
  v1::PushObservationsResponse first = Pushed(request);
  Pushed(PushOf("p2", {Row("files", "2021-07-15", 9)}));
  service_.Restart();
  request.mutable_observations()->SwapElements(0, 1);
  request.set_outcome_detail(v1::OUTCOME_DETAIL_EXCEPTIONS);
  const v1::PushObservationsResponse again = Pushed(request);
  EXPECT_TRUE(again.replayed());
  first.set_replayed(true);
  EXPECT_EQ(again.DebugString(), first.DebugString());
  EXPECT_THAT(again.outcomes(), SizeIs(2));
  EXPECT_THAT(Values("files"), ElementsAre(9, 4));
  EXPECT_EQ(Revision(), 3);
}

TEST_F(PushPipelineTest, SameIdWithOtherContentIsRefusedAndStoresNothing) {
  v1::Observation row = Row("files", "2021-07-15", 3);
  row.set_comment("counted");
  const v1::PushObservationsRequest request = PushOf("p1", {row});
  Pushed(request);

  std::vector<v1::PushObservationsRequest> others(7, request);
  others[0].mutable_observations(0)->set_value(3.0000000000000004);
  others[1].mutable_observations(0)->set_period("2021-07-16");
  others[2].mutable_observations(0)->set_comment("counted twice");
  others[3].mutable_observations(0)->set_status(v1::OBSERVATION_STATUS_ESTIMATED);
  others[4].set_partial(true);
  *others[5].add_observations() = Row("files", "2021-07-20", 1);
  // Not even a valid push.
  others[6].mutable_observations(0)->set_indicator("nothing");
  for (const v1::PushObservationsRequest& other : others) {
    const absl::StatusOr<v1::PushObservationsResponse> refused = service_.Push(other);
    EXPECT_THAT(refused, StatusIs(absl::StatusCode::kAlreadyExists)) << other.DebugString();
    EXPECT_THAT(refused, Refuses("PUSH_ID_REUSED"));
  }
  EXPECT_THAT(Values("files"), ElementsAre(3));
  EXPECT_EQ(Revision(), 2);
}

TEST_F(PushPipelineTest, StatusNormalIsWhatAValueWithoutStatusMeans) {
  v1::PushObservationsRequest request = PushOf("p1", {Row("files", "2021-07-15", 3)});
  Pushed(request);
  request.mutable_observations(0)->set_status(v1::OBSERVATION_STATUS_NORMAL);
  EXPECT_TRUE(Pushed(request).replayed());
}

TEST_F(PushPipelineTest, EqualRowsUnderAnotherIdAreAnotherPush) {
  Pushed(PushOf("p1", {Row("files", "2021-07-15", 3)}));
  const v1::PushObservationsResponse second = Pushed(PushOf("p2", {Row("files", "2021-07-15", 3)}));
  EXPECT_FALSE(second.replayed());
  EXPECT_EQ(second.revision(), 3);
  EXPECT_EQ(second.counts().unchanged(), 1);
  EXPECT_THAT(Outcomes(second), ElementsAre(v1::OUTCOME_UNCHANGED));
}

TEST_F(PushPipelineTest, SendersDoNotShareTheirIds) {
  Pushed(PushOf("p1", {Row("files", "2021-07-15", 3)}));
  const v1::PushObservationsResponse other =
      Pushed(PushOf("p1", {Row("files", "2021-07-15", 5)}), "sender2");
  EXPECT_FALSE(other.replayed());
  EXPECT_EQ(other.counts().revised(), 1);
}

TEST_F(PushPipelineTest, RefusedPushLeavesNoIdBehind) {
  EXPECT_THAT(service_.Push(PushOf("p1", {Row("nothing", "2021-07-15", 3)})), Not(IsOk()));
  EXPECT_FALSE(Pushed(PushOf("p1", {Row("files", "2021-07-15", 3)})).replayed());
}

TEST_F(PushPipelineTest, ReplayIsAnsweredThoughItWouldNotBeTakenAnyMore) {
  const v1::PushObservationsRequest request = PushOf("p1", {Row("files", "2021-07-15", 3)});
  Pushed(request);
  v1::Indicator retired = Base("files", kDaily);
  retired.set_state(v1::Indicator::STATE_RETIRED);
  service_.Define({retired});
  EXPECT_TRUE(Pushed(request).replayed());
  EXPECT_THAT(service_.Push(PushOf("p2", {Row("files", "2021-07-15", 4)})),
              StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST_F(PushPipelineTest, OutcomesTellWhatBecameOfEachRow) {
  v1::Observation remarked = Row("files", "2021-07-03", 3);
  remarked.set_comment("counted");
  Pushed(PushOf("p1", {Row("files", "2021-07-01", 1), Row("files", "2021-07-02", 2), remarked,
                       Row("files", "2021-07-04", 4)}));
  v1::Observation estimated = Row("files", "2021-07-02", 2);
  estimated.set_status(v1::OBSERVATION_STATUS_ESTIMATED);
  v1::PushObservationsRequest second =
      PushOf("p2", {Row("files", "2021-07-05", 5), Row("files", "2021-07-01", 1), estimated,
                    Row("files", "2021-07-03", 3), Retraction("files", "2021-07-04"),
                    Retraction("files", "2021-07-09"), Retraction("cost", "2021-Q1")});
  second.set_outcome_detail(v1::OUTCOME_DETAIL_ALL);
  const v1::PushObservationsResponse response = Pushed(second);
  EXPECT_THAT(Outcomes(response),
              ElementsAre(v1::OUTCOME_INSERTED, v1::OUTCOME_UNCHANGED, v1::OUTCOME_REVISED,
                          v1::OUTCOME_REVISED, v1::OUTCOME_DELETED, v1::OUTCOME_UNCHANGED,
                          v1::OUTCOME_UNCHANGED));
  for (int i = 0; i < response.outcomes_size(); ++i) EXPECT_EQ(response.outcomes(i).index(), i);
  EXPECT_EQ(response.counts().inserted(), 1);
  EXPECT_EQ(response.counts().revised(), 2);
  EXPECT_EQ(response.counts().unchanged(), 3);
  EXPECT_EQ(response.counts().deleted(), 1);
  EXPECT_EQ(response.counts().rejected(), 0);

  // The same comment is no revision; a retracted cell is inserted again.
  const v1::PushObservationsResponse third =
      Pushed(PushOf("p3", {Row("files", "2021-07-04", 4), Row("files", "2021-07-03", 3)}));
  EXPECT_EQ(third.counts().inserted(), 1);
  EXPECT_EQ(third.counts().unchanged(), 1);
}

TEST_F(PushPipelineTest, PartialPushStoresGoodRowsAndRejectsTheOthers) {
  v1::PushObservationsRequest request = PushOf(
      "p1", {Row("files", "2021-07-01", 1), Row("files", "2021-Q3", 2), Row("no", "2021-Q3", 2)});
  request.set_partial(true);
  const v1::PushObservationsResponse response = Pushed(request);
  EXPECT_EQ(response.counts().inserted(), 1);
  EXPECT_EQ(response.counts().rejected(), 2);
  ASSERT_THAT(response.outcomes(), SizeIs(2));
  EXPECT_EQ(response.outcomes(0).index(), 1);
  EXPECT_EQ(response.outcomes(0).outcome(), v1::OUTCOME_REJECTED);
  ASSERT_THAT(response.outcomes(0).faults(), SizeIs(1));
  EXPECT_EQ(response.outcomes(0).faults(0).reason(), RowFault::REASON_WRONG_FREQUENCY);
  EXPECT_EQ(response.outcomes(0).faults(0).field(), "period");
  EXPECT_THAT(response.outcomes(0).faults(0).description(), HasSubstr("got \"2021-Q3\", want"));
  EXPECT_EQ(response.outcomes(1).index(), 2);
  EXPECT_THAT(Values("files"), ElementsAre(1));
  v1::PushObservationsResponse first = response;
  first.set_replayed(true);
  EXPECT_EQ(Pushed(request).DebugString(), first.DebugString());
}

TEST_F(PushPipelineTest, ValidateOnlyForetellsAndStoresNothing) {
  Pushed(PushOf("p1", {Row("files", "2021-07-01", 1)}));
  v1::PushObservationsRequest request =
      PushOf("p2", {Row("files", "2021-07-01", 1), Row("files", "2021-07-02", 2),
                    Row("files", "2021-13-01", 2)});
  request.set_validate_only(true);
  request.set_outcome_detail(v1::OUTCOME_DETAIL_ALL);
  const v1::PushObservationsResponse response = Pushed(request);
  EXPECT_THAT(Outcomes(response),
              ElementsAre(v1::OUTCOME_UNCHANGED, v1::OUTCOME_INSERTED, v1::OUTCOME_REJECTED));
  EXPECT_EQ(response.name(), "");
  EXPECT_EQ(response.revision(), 0);
  EXPECT_EQ(Revision(), 2);
  EXPECT_THAT(Values("files"), ElementsAre(1));
  EXPECT_FALSE(Pushed(PushOf("p2", {Row("files", "2021-07-09", 1)})).replayed());
}

TEST_F(PushPipelineTest, EveryFaultOfARowHasItsReason) {
  const auto headcount = [](const Codes& codes) { return Row("headcount", "2021-Q1", 1, codes); };
  v1::Observation row = Row("files", "2021-07-15", 3);
  EXPECT_THAT(Reasons(Row("nothing", "2021-07-15", 3)),
              ElementsAre(RowFault::REASON_UNKNOWN_INDICATOR));
  EXPECT_THAT(Reasons(Row("files", "2021-02-29", 3)), ElementsAre(RowFault::REASON_INVALID_PERIOD));
  EXPECT_THAT(Reasons(Row("files", "", 3)), ElementsAre(RowFault::REASON_INVALID_PERIOD));
  EXPECT_THAT(Reasons(Row("files", "2021-07", 3)), ElementsAre(RowFault::REASON_WRONG_FREQUENCY));
  EXPECT_THAT(Reasons(headcount({})), ElementsAre(RowFault::REASON_MISSING_DIMENSION));
  EXPECT_THAT(Reasons(headcount({{"unit", "BM"}})), ElementsAre(RowFault::REASON_UNKNOWN_CODE));
  EXPECT_THAT(Reasons(headcount({{"unit", "_T"}})), ElementsAre(RowFault::REASON_UNKNOWN_CODE));
  EXPECT_THAT(Reasons(headcount({{"unit", "bm"}, {"sex", "F"}})),
              ElementsAre(RowFault::REASON_UNKNOWN_DIMENSION));
  EXPECT_THAT(Reasons(headcount({{"sex", "F"}})),
              ElementsAre(RowFault::REASON_MISSING_DIMENSION, RowFault::REASON_UNKNOWN_DIMENSION));
  for (const double value :
       {std::nextafter(1e15, 2e15), -std::nextafter(1e15, 2e15),
        std::numeric_limits<double>::infinity(), std::numeric_limits<double>::quiet_NaN()}) {
    row.set_value(value);
    EXPECT_THAT(Reasons(row), ElementsAre(RowFault::REASON_VALUE_OUT_OF_RANGE)) << value;
  }
  row.clear_value();
  EXPECT_THAT(Reasons(row), ElementsAre(RowFault::REASON_STATUS_MISMATCH));
  row.set_status(v1::OBSERVATION_STATUS_MISSING);
  EXPECT_THAT(Reasons(row), IsEmpty());
  row.set_value(1);
  EXPECT_THAT(Reasons(row), ElementsAre(RowFault::REASON_STATUS_MISMATCH));
  row.set_status(static_cast<v1::ObservationStatus>(77));
  EXPECT_THAT(Reasons(row), ElementsAre(RowFault::REASON_STATUS_MISMATCH));
  row = Retraction("files", "2021-07-15");
  EXPECT_THAT(Reasons(row), IsEmpty());
  row.set_value(1);
  row.set_comment("gone");
  row.set_status(v1::OBSERVATION_STATUS_NORMAL);
  EXPECT_THAT(Reasons(row),
              ElementsAre(RowFault::REASON_STATUS_MISMATCH, RowFault::REASON_STATUS_MISMATCH,
                          RowFault::REASON_STATUS_MISMATCH));
  row = Row("files", "2021-07-15", 3);
  row.set_comment("bell \x07");
  EXPECT_THAT(Reasons(row), ElementsAre(RowFault::REASON_INVALID_TEXT));
}

TEST_F(PushPipelineTest, BoundsOfTheIndicatorAreIncluded) {
  v1::Indicator bounded = Base("share", kQuarterly);
  bounded.set_min_value(0);
  bounded.set_max_value(1);
  service_.Define({bounded});
  for (const double value : {0.0, 1.0}) {
    EXPECT_THAT(Reasons(Row("share", "2021-Q1", value)), IsEmpty());
  }
  for (const double value : {-5e-324, 1.0000000000000002}) {
    EXPECT_THAT(Reasons(Row("share", "2021-Q1", value)),
                ElementsAre(RowFault::REASON_VALUE_OUT_OF_RANGE));
  }
}

TEST_F(PushPipelineTest, FormulasAndRetiredIndicatorsTakeNone) {
  v1::Indicator formula = Base("ratio", kQuarterly);
  formula.set_kind(v1::Indicator::KIND_FORMULA);
  formula.set_formula("cost / 2");
  v1::Indicator retired = Base("old", kQuarterly);
  retired.set_state(v1::Indicator::STATE_RETIRED);
  service_.Define({formula, retired});
  EXPECT_THAT(Reasons(Row("ratio", "2021-Q1", 1)),
              ElementsAre(RowFault::REASON_INDICATOR_TAKES_NONE));
  EXPECT_THAT(Reasons(Row("old", "2021-Q1", 1)),
              ElementsAre(RowFault::REASON_INDICATOR_TAKES_NONE));
}

TEST_F(PushPipelineTest, PeriodsTakeActualsOnceTheyAreOver) {
  const auto reasons = [this](v1::ObservationStatus status) {
    v1::Observation row = Row("cost", "2021-Q3", 1);
    row.set_status(status);
    if (status >= v1::OBSERVATION_STATUS_NOT_APPLICABLE) row.clear_value();
    return Reasons(row).size();
  };
  const auto expect = [&](absl::CivilDay today, size_t actual, size_t provisional, size_t missing) {
    service_.SetToday(today);
    EXPECT_EQ(reasons(v1::OBSERVATION_STATUS_NORMAL), actual) << today;
    EXPECT_EQ(reasons(v1::OBSERVATION_STATUS_ESTIMATED), provisional) << today;
    EXPECT_EQ(reasons(v1::OBSERVATION_STATUS_PROVISIONAL), provisional) << today;
    EXPECT_EQ(reasons(v1::OBSERVATION_STATUS_FORECAST), 0) << today;
    EXPECT_EQ(reasons(v1::OBSERVATION_STATUS_MISSING), missing) << today;
  };
  expect(absl::CivilDay(2021, 6, 30), 1, 1, 1);
  expect(absl::CivilDay(2021, 7, 1), 1, 0, 1);
  expect(absl::CivilDay(2021, 9, 30), 1, 0, 1);
  expect(absl::CivilDay(2021, 10, 1), 0, 0, 0);
}

TEST_F(PushPipelineTest, RowsWithTheSameCellAreAllRefused) {
  v1::PushObservationsRequest request =
      PushOf("p1", {Row("headcount", "2021-Q1", 1, {{"unit", "bm"}}), Row("cost", "2021-Q1", 1),
                    Row("headcount", "2021-Q1", 1, {{"unit", "hr"}}),
                    Row("headcount", "2021-Q1", 2, {{"unit", "bm"}})});
  request.set_partial(true);
  const v1::PushObservationsResponse response = Pushed(request);
  EXPECT_EQ(response.counts().inserted(), 2);
  ASSERT_THAT(response.outcomes(), SizeIs(2));
  EXPECT_EQ(response.outcomes(0).index(), 0);
  EXPECT_EQ(response.outcomes(0).faults(0).reason(), RowFault::REASON_DUPLICATE_KEY);
  EXPECT_EQ(response.outcomes(1).index(), 3);
  EXPECT_EQ(response.outcomes(1).faults(0).reason(), RowFault::REASON_DUPLICATE_KEY);
}

TEST_F(PushPipelineTest, RefusalNamesRowFieldAndValue) {
  const absl::StatusOr<v1::PushObservationsResponse> refused = service_.Push(PushOf(
      "p1", {Row("files", "2021-07-15", 3), Row("headcount", "2021-Q1", 1, {{"unit", "xx"}})}));
  EXPECT_THAT(refused, StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(refused, Refuses("INVALID_FIELDS"));
  const google::rpc::BadRequest bad = BadRequestOf(refused.status());
  ASSERT_THAT(bad.field_violations(), SizeIs(1));
  EXPECT_EQ(bad.field_violations(0).field(), "observations[1].dimensions[unit]");
  EXPECT_EQ(bad.field_violations(0).description(),
            "got \"xx\", want a code of the dimension: bm, hr");
  EXPECT_THAT(Values("files"), IsEmpty());
  EXPECT_EQ(Revision(), 1);
}

TEST_F(PushPipelineTest, RefusalOfManyRowsStaysSmallAndSaysHowMany) {
  v1::PushObservationsRequest request = PushOf("p1", {});
  for (int i = 0; i < kMaxPushRows; ++i) {
    *request.add_observations() = Row(std::string(63, 'x'), "2021-07-15", i);
  }
  const absl::StatusOr<v1::PushObservationsResponse> refused = service_.Push(request);
  EXPECT_THAT(refused, StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_LT(status::ToRpcStatus(refused.status()).ByteSizeLong(), 4096);
  EXPECT_EQ(status::MetadataValue(refused.status(), "faults"), absl::StrCat(kMaxPushRows));

  request.set_partial(true);
  const v1::PushObservationsResponse response = Pushed(request);
  EXPECT_EQ(response.counts().rejected(), kMaxPushRows);
  EXPECT_NE(response.outcomes(999).faults(0).description(), "");
  EXPECT_EQ(response.outcomes(1000).faults(0).description(), "");
  EXPECT_EQ(response.outcomes(1000).faults(0).reason(), RowFault::REASON_UNKNOWN_INDICATOR);
}

TEST_F(PushPipelineTest, LimitsHoldAtTheLimitAndNotOnePastIt) {
  service_.SetToday(absl::CivilDay(2060, 1, 1));
  v1::PushObservationsRequest request = PushOf("p1", {});
  const Period first = *Period::Parse("2021-01-01");
  for (int i = 0; i < kMaxPushRows; ++i) {
    *request.add_observations() = Row("files", first.Plus(i).ToString(), i);
  }
  EXPECT_EQ(Pushed(request).counts().inserted(), kMaxPushRows);
  *request.add_observations() = Row("files", first.Plus(kMaxPushRows).ToString(), 1);
  request.set_push_id("p2");
  EXPECT_EQ(BadRequestOf(service_.Push(request).status()).field_violations(0).field(),
            "observations");
  EXPECT_EQ(BadRequestOf(service_.Push(PushOf("p3", {})).status()).field_violations(0).field(),
            "observations");

  ATHENA_EXPECT_OK(
      service_.Push(PushOf(std::string(kMaxPushIdBytes, 'p'), {Row("files", "2021-01-01", 1)})));
  for (const std::string& id : {std::string(), std::string(kMaxPushIdBytes + 1, 'p')}) {
    const absl::StatusOr<v1::PushObservationsResponse> refused =
        service_.Push(PushOf(id, {Row("files", "2021-01-01", 1)}));
    EXPECT_EQ(BadRequestOf(refused.status()).field_violations(0).field(), "push_id");
  }

  v1::Observation row = Row("files", "2021-01-01", 1e15);
  row.set_comment(std::string(kMaxCommentBytes, 'c'));
  EXPECT_THAT(Reasons(row), IsEmpty());
  row.set_comment(std::string(kMaxCommentBytes + 1, 'c'));
  EXPECT_THAT(Reasons(row), ElementsAre(RowFault::REASON_INVALID_TEXT));
}

TEST_F(PushPipelineTest, EveryFiniteDoubleComesBackBitForBit) {
  service_.SetToday(absl::CivilDay(2060, 1, 1));
  std::vector<double> values = {
      1e15,    -1e15,          0.1 + 0.2, 5e-324, 2.2250738585072014e-308, std::nextafter(1e15, 0),
      1.0 / 3, 123456789012345};
  std::mt19937_64 random(20211231);
  while (values.size() < 2000) {
    const auto value = std::bit_cast<double>(random());
    if (std::isfinite(value) && std::abs(value) <= 1e15 && value != 0) values.push_back(value);
  }
  v1::PushObservationsRequest request = PushOf("p1", {});
  const Period first = *Period::Parse("2021-01-01");
  for (size_t i = 0; i < values.size(); ++i) {
    *request.add_observations() =
        Row("files", first.Plus(static_cast<int32_t>(i)).ToString(), values[i]);
  }
  Pushed(request);
  const std::vector<double> back = Values("files");
  ASSERT_EQ(back.size(), values.size());
  for (size_t i = 0; i < values.size(); ++i) {
    EXPECT_EQ(std::bit_cast<uint64_t>(back[i]), std::bit_cast<uint64_t>(values[i])) << values[i];
  }
}

TEST_F(PushPipelineTest, MinusZeroComesBackAsZeroAndIsZero) {
  Pushed(PushOf("p1", {Row("files", "2021-07-15", -0.0)}));
  EXPECT_EQ(std::bit_cast<uint64_t>(Values("files").at(0)), 0);
  EXPECT_EQ(Pushed(PushOf("p2", {Row("files", "2021-07-15", 0)})).counts().unchanged(), 1);
  EXPECT_TRUE(Pushed(PushOf("p1", {Row("files", "2021-07-15", 0)})).replayed());
}

TEST_F(PushPipelineTest, OnlySendersOfTheInstitutionPush) {
  for (const char* token : {"viewer", "planner", "other"}) {
    EXPECT_THAT(service_.Push(PushOf("p1", {Row("files", "2021-07-15", 1)}), token),
                StatusIs(absl::StatusCode::kPermissionDenied))
        << token;
  }
  v1::PushObservationsRequest request = PushOf("p1", {Row("files", "2021-07-15", 1)});
  request.set_parent("gob");
  EXPECT_THAT(service_.Push(request), StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST_F(PushPipelineTest, InstitutionsDoNotMix) {
  Pushed(PushOf("p1", {Row("files", "2021-07-15", 1)}));
  v1::PushObservationsRequest request = PushOf("p1", {Row("files", "2021-07-15", 1)});
  request.set_parent("institutions/tal");
  request.set_partial(true);
  EXPECT_EQ(Pushed(request, "other").outcomes(0).faults(0).reason(),
            RowFault::REASON_UNKNOWN_INDICATOR);
  EXPECT_THAT(Values("files"), ElementsAre(1));
}

TEST_F(PushPipelineTest, ConcurrentDuplicatesAreStoredOnce) {
  v1::PushObservationsRequest request = PushOf("p1", {});
  const Period first = *Period::Parse("2021-01-01");
  for (int i = 0; i < 300; ++i) {
    *request.add_observations() = Row("files", first.Plus(i).ToString(), i);
  }
  constexpr int kSenders = 8;
  std::vector<absl::StatusOr<v1::PushObservationsResponse>> answers(kSenders);
  std::vector<std::thread> senders;
  for (auto& answer : answers) {
    senders.emplace_back([&] {
      answer = service_.Call<v1::PushObservationsResponse>(
          "sender", [&](auto& stub, auto* context, auto* response) {
            return stub.PushObservations(context, request, response);
          });
    });
  }
  for (std::thread& sender : senders) sender.join();
  int stored = 0;
  for (const auto& answer : answers) {
    ATHENA_ASSERT_OK(answer);
    if (!answer->replayed()) ++stored;
    EXPECT_EQ(answer->revision(), 2);
    EXPECT_EQ(answer->counts().inserted(), 300);
  }
  EXPECT_EQ(stored, 1);
  EXPECT_EQ(Revision(), 2);
}

TEST_F(PushPipelineTest, SeriesMadeByConcurrentPushesAreMadeOnce) {
  std::vector<std::string> codes;
  for (int i = 0; i < 50; ++i) codes.push_back(absl::StrCat("c", i));
  service_.Define({Base("wide", kQuarterly, {{"code", codes}})});
  constexpr int kSenders = 6;
  std::vector<std::thread> senders;
  for (int sender = 0; sender < kSenders; ++sender) {
    senders.emplace_back([&, sender] {
      v1::PushObservationsRequest request = PushOf(absl::StrCat("p", sender), {});
      // Each sender pushes half of the codes, overlapping with the others, in a quarter of its own.
      for (int i = 0; i < 25; ++i) {
        *request.add_observations() =
            Row("wide", absl::StrCat(2010 + sender, "-Q1"), i,
                {{"code", codes[static_cast<size_t>((sender * 7 + i) % 50)]}});
      }
      const auto pushed = service_.Call<v1::PushObservationsResponse>(
          "sender", [&](auto& stub, auto* context, auto* response) {
            return stub.PushObservations(context, request, response);
          });
      ATHENA_EXPECT_OK(pushed);
    });
  }
  for (std::thread& sender : senders) sender.join();
  EXPECT_THAT(service_.ListAll(ListOf("wide")), SizeIs(kSenders * 25));
  const std::string text = service_.Metrics();
  EXPECT_THAT(text, HasSubstr("athena_series 50\n"));
}

// A write that holds up those behind it until it is released.
class HeldWrite {
 public:
  // With kAlone as rows it shares no commit.
  static constexpr size_t kAlone = 50'000;  // SqliteOptions::max_group_rows
  explicit HeldWrite(sql::Database& database, size_t rows = 1) {
    database.WriteAsync(
        "gob", rows,
        [this](sql::WriteTx&) {
          if (!begun_.HasBeenNotified()) begun_.Notify();
          released_.WaitForNotification();
          return absl::OkStatus();
        },
        [this](const absl::Status&) { done_.Notify(); });
  }
  ~HeldWrite() { done_.WaitForNotification(); }
  void AwaitBegin() { begun_.WaitForNotification(); }
  void Release() { released_.Notify(); }

 private:
  absl::Notification begun_;
  absl::Notification released_;
  absl::Notification done_;
};

v1::Indicator RetiredFiles() {
  v1::Indicator retired = Base("files", kDaily);
  retired.set_state(v1::Indicator::STATE_RETIRED);
  return retired;
}

TEST_F(PushPipelineTest, DefinitionsThatChangedAreReadAgain) {
  HeldWrite first(service_.database());
  first.AwaitBegin();
  std::thread planner([&] { service_.Define({RetiredFiles()}); });
  AwaitQueued(1);
  absl::StatusOr<v1::PushObservationsResponse> refused;
  absl::StatusOr<v1::PushObservationsResponse> stored;
  std::thread sender(
      [&] { refused = service_.Push(PushOf("p1", {Row("files", "2021-07-15", 1)})); });
  AwaitQueued(2);
  std::thread sender2([&] { stored = service_.Push(PushOf("p2", {Row("cost", "2021-Q1", 1)})); });
  AwaitQueued(3);
  first.Release();
  planner.join();
  sender.join();
  sender2.join();
  EXPECT_THAT(Faults(refused.status()), ElementsAre("observations[0].indicator"));
  ATHENA_EXPECT_OK(stored);
  EXPECT_THAT(Values("cost"), ElementsAre(1));
}

TEST_F(PushPipelineTest, DefinitionsThatChangedTwiceAreReadInTheTransaction) {
  HeldWrite first(service_.database());
  first.AwaitBegin();
  // The definitions change, and the pushes notice it in the same commit.
  std::thread planner([&] { service_.Define({Base("other", kDaily)}); });
  AwaitQueued(1);
  absl::StatusOr<v1::PushObservationsResponse> refused;
  absl::StatusOr<v1::PushObservationsResponse> stored;
  std::thread sender(
      [&] { refused = service_.Push(PushOf("p1", {Row("files", "2021-07-15", 1)})); });
  AwaitQueued(2);
  std::thread sender2([&] { stored = service_.Push(PushOf("p2", {Row("cost", "2021-Q1", 1)})); });
  AwaitQueued(3);
  HeldWrite second(service_.database());
  first.Release();
  second.AwaitBegin();
  // They change again after the pushes were checked a second time and before they are stored.
  HeldWrite third(service_.database(), HeldWrite::kAlone);
  std::thread planner2([&] { service_.Define({RetiredFiles()}); });
  AwaitQueued(2);
  second.Release();
  third.AwaitBegin();
  AwaitQueued(3);
  third.Release();
  for (std::thread* thread : {&planner, &sender, &sender2, &planner2}) thread->join();
  EXPECT_THAT(Faults(refused.status()), ElementsAre("observations[0].indicator"));
  ATHENA_EXPECT_OK(stored);
  EXPECT_THAT(Values("cost"), ElementsAre(1));
}

TEST_F(PushPipelineTest, ADefinitionThatAnotherProcessChangedIsInForceInTheNextPush) {
  Pushed(PushOf("p1", {Row("files", "2021-07-15", 1)}));  // fills the cache
  service_.DefineElsewhere({RetiredFiles()});
  EXPECT_THAT(service_.Push(PushOf("p2", {Row("files", "2021-07-16", 1)})),
              StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(Reasons(Row("files", "2021-07-16", 1)),
              ElementsAre(RowFault::REASON_INDICATOR_TAKES_NONE));

  // Where the cached definitions would refuse it, too.
  service_.DefineElsewhere({Base("new", kDaily)});
  EXPECT_EQ(Pushed(PushOf("p3", {Row("new", "2021-07-16", 1)})).counts().inserted(), 1);
  service_.DefineElsewhere({Base("newer", kDaily)});
  EXPECT_THAT(Reasons(Row("newer", "2021-07-16", 1)), IsEmpty());
}

TEST_F(PushPipelineTest, GetPushGivesWhatWasStored) {
  Pushed(PushOf("p1", {Row("files", "2021-07-15", 1), Row("files", "2021-07-16", 1)}));
  const absl::Time time = service_.clock().Now();
  const auto get = [&](const std::string& name, const std::string& token = "viewer") {
    v1::GetPushRequest request;
    request.set_name(name);
    return service_.Call<v1::Push>(token, [&](auto& stub, auto* context, auto* response) {
      return stub.GetPush(context, request, response);
    });
  };
  const absl::StatusOr<v1::Push> push = get("institutions/gob/pushes/2");
  ATHENA_ASSERT_OK(push);
  EXPECT_EQ(push->name(), "institutions/gob/pushes/2");
  EXPECT_EQ(push->revision(), 2);
  EXPECT_EQ(push->sender(), "sender");
  EXPECT_EQ(push->push_id(), "p1");
  EXPECT_EQ(push->counts().inserted(), 2);
  EXPECT_EQ(push->time().seconds(), absl::ToUnixSeconds(time));
  EXPECT_THAT(get("institutions/gob/pushes/1"), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(get("institutions/gob/pushes/3"), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(get("institutions/gob/pushes/02"), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(get("institutions/gob/pushes/2", "other"),
              StatusIs(absl::StatusCode::kPermissionDenied));
}

TEST_F(PushPipelineTest, RowsAreCountedByOutcomeForOperators) {
  Pushed(PushOf("p1", {Row("files", "2021-07-15", 1), Row("files", "2021-07-16", 1)}));
  const v1::PushObservationsRequest second =
      PushOf("p2", {Row("files", "2021-07-15", 1), Row("files", "2021-07-16", 2)});
  Pushed(second);
  Pushed(second);
  const std::string text = service_.Metrics();
  EXPECT_THAT(text,
              HasSubstr("athena_ingest_rows_total{institution=\"gob\",outcome=\"INSERTED\"} 2\n"));
  EXPECT_THAT(text,
              HasSubstr("athena_ingest_rows_total{institution=\"gob\",outcome=\"REVISED\"} 1\n"));
  EXPECT_THAT(text,
              HasSubstr("athena_ingest_rows_total{institution=\"gob\",outcome=\"UNCHANGED\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("athena_series 1\n"));
}

TEST_F(PushPipelineTest, RefusedPushesAreCountedByReasonForOperators) {
  const auto counted = [&](const char* reason, int times) {
    return HasSubstr(absl::StrCat("athena_ingest_refused_total{institution=\"gob\",reason=\"",
                                  reason, "\"} ", times, "\n"));
  };
  Pushed(PushOf("p1", {Row("files", "2021-07-15", 1)}));
  EXPECT_THAT(service_.Metrics(), counted("INVALID_FIELDS", 0));
  v1::PushObservationsRequest unknown = PushOf("p2", {Row("unknown", "2021-07-15", 1)});
  EXPECT_THAT(service_.Push(unknown), Refuses("INVALID_FIELDS"));
  EXPECT_THAT(service_.Push(unknown), Refuses("INVALID_FIELDS"));
  unknown.set_validate_only(true);  // answers what would become of each row
  ATHENA_EXPECT_OK(service_.Push(unknown));
  EXPECT_THAT(service_.Push(PushOf("p1", {Row("files", "2021-07-15", 2)})),
              Refuses("PUSH_ID_REUSED"));
  v1::PushObservationsRequest elsewhere = PushOf("p3", {Row("files", "2021-07-15", 1)});
  elsewhere.set_parent("institutions/anywhere");
  EXPECT_THAT(service_.Push(elsewhere), Refuses("PERMISSION_DENIED"));
  const std::string text = service_.Metrics();
  EXPECT_THAT(text, counted("INVALID_FIELDS", 2));
  EXPECT_THAT(text, counted("PUSH_ID_REUSED", 1));
  // By the institution of the credential, which callers do not choose.
  EXPECT_THAT(text, counted("PERMISSION_DENIED", 1));
  EXPECT_THAT(text, Not(HasSubstr("anywhere")));
}

}  // namespace
}  // namespace athena::indicator
