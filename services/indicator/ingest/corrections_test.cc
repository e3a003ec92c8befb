// Pushes to closed quarters.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "libs/audit/journal.h"
#include "libs/status/status.h"
#include "libs/status/testing/matchers.h"
#include "services/indicator/testing/service.h"

namespace athena::indicator {
namespace {

using ::athena::indicator::testing::Base;
using ::athena::indicator::testing::Lines;
using ::athena::indicator::testing::ListOf;
using ::athena::indicator::testing::Outcomes;
using ::athena::indicator::testing::PushOf;
using ::athena::indicator::testing::ReplaceOf;
using ::athena::indicator::testing::Retraction;
using ::athena::indicator::testing::Row;
using ::athena::indicator::testing::Service;
using ::athena::status::testing::Refuses;
using ::athena::status::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class CorrectionsTest : public ::testing::Test {
 protected:
  CorrectionsTest() {
    service_.Define({Base("days", v1::Indicator::FREQUENCY_DAILY),
                     Base("weeks", v1::Indicator::FREQUENCY_WEEKLY),
                     Base("years", v1::Indicator::FREQUENCY_ANNUAL)});
    Pushed(PushOf("before", {Row("days", "2021-06-30", 1), Row("days", "2021-07-01", 2),
                             Row("days", "2021-09-30", 3), Row("days", "2021-10-01", 4)}));
    service_.Close("2021-Q3");
  }

  v1::PushObservationsResponse Pushed(const v1::PushObservationsRequest& request,
                                      const std::string& token = "sam") {
    const auto response = service_.Push(request, token);
    ATHENA_EXPECT_OK(response);
    return response.ok() ? *response : v1::PushObservationsResponse();
  }
  std::string Refusal(const v1::PushObservationsRequest& request,
                      const std::string& token = "sam") {
    return status::Reason(service_.Push(request, token).status());
  }
  std::vector<std::string> Cells(const std::string& indicator) {
    return Lines(service_.ListAll(ListOf(indicator)));
  }
  static v1::PushObservationsRequest Correction(v1::PushObservationsRequest request) {
    request.set_correction_reason("a typing error");
    return request;
  }

  Service service_;
};

TEST_F(CorrectionsTest, RowsThatEqualWhatIsStoredAreUnchangedInAClosedQuarter) {
  const auto response =
      Pushed(PushOf("again", {Row("days", "2021-07-01", 2), Row("days", "2021-10-01", 5),
                              Retraction("days", "2021-08-15")}));
  EXPECT_THAT(Outcomes(response), ElementsAre(v1::OUTCOME_UNCHANGED, v1::OUTCOME_UNCHANGED));
  EXPECT_EQ(response.counts().revised(), 1);
  EXPECT_EQ(response.counts().unchanged(), 2);
  EXPECT_EQ(response.counts().locked(), 0);
}

TEST_F(CorrectionsTest, ARowThatWouldChangeAClosedQuarterRefusesThePush) {
  const auto refused =
      service_.Push(PushOf("late", {Row("days", "2021-10-01", 9), Row("days", "2021-07-01", 9),
                                    Row("days", "2021-08-01", 9)}),
                    "sam");
  EXPECT_THAT(refused, StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(refused, Refuses("PERIOD_CLOSED"));
  EXPECT_EQ(status::MetadataValue(refused.status(), "locked"), "2");
  EXPECT_EQ(status::MetadataValue(refused.status(), "quarter"), "2021-Q3");
  EXPECT_THAT(Cells("days"),
              ElementsAre("2021-06-30 1", "2021-07-01 2", "2021-09-30 3", "2021-10-01 4"));
  // The push_id can still be used.
  EXPECT_FALSE(Pushed(PushOf("late", {Row("days", "2021-10-01", 9)})).replayed());
}

TEST_F(CorrectionsTest, EveryKindOfChangeIsLockedAndAPartialPushStoresTheOthers) {
  v1::Observation remark = Row("days", "2021-09-30", 3);
  remark.set_comment("counted twice");
  v1::PushObservationsRequest request =
      PushOf("late", {Row("days", "2021-06-30", 9), Row("days", "2021-07-01", 9),
                      Row("days", "2021-08-01", 9), Retraction("days", "2021-09-30"),
                      Row("days", "2021-10-01", 9), Row("nothing", "2021-10-01", 9)});
  request.set_partial(true);
  const auto response = Pushed(request);
  EXPECT_THAT(Outcomes(response), ElementsAre(v1::OUTCOME_LOCKED, v1::OUTCOME_LOCKED,
                                              v1::OUTCOME_LOCKED, v1::OUTCOME_REJECTED));
  EXPECT_EQ(response.outcomes(0).index(), 1);
  EXPECT_EQ(response.counts().locked(), 3);
  EXPECT_EQ(response.counts().revised(), 2);
  EXPECT_EQ(response.counts().rejected(), 1);
  EXPECT_THAT(Cells("days"),
              ElementsAre("2021-06-30 9", "2021-07-01 2", "2021-09-30 3", "2021-10-01 9"));
  EXPECT_EQ(Refusal(PushOf("remark", {remark})), "PERIOD_CLOSED");
  EXPECT_TRUE(Pushed(request).replayed());
}

TEST_F(CorrectionsTest, ValidateOnlyForetellsWhatIsLocked) {
  v1::PushObservationsRequest request =
      PushOf("", {Row("days", "2021-10-01", 9), Row("days", "2021-07-01", 9)});
  request.set_validate_only(true);
  const auto response = Pushed(request);
  EXPECT_THAT(Outcomes(response), ElementsAre(v1::OUTCOME_LOCKED));
  EXPECT_EQ(response.outcomes(0).index(), 1);
}

TEST_F(CorrectionsTest, APeriodIsLockedByTheQuarterInWhichItEnds) {
  service_.SetToday(absl::CivilDay(2022, 6, 1));
  // The week from 27 September 2021 has its Thursday in the third quarter.
  EXPECT_EQ(Refusal(PushOf("w39", {Row("weeks", "2021-W39", 1)})), "PERIOD_CLOSED");
  Pushed(PushOf("w40", {Row("weeks", "2021-W40", 1)}));
  Pushed(PushOf("2021", {Row("years", "2021", 1)}));
  service_.Close("2021-Q4");
  EXPECT_EQ(Refusal(PushOf("2021 late", {Row("years", "2021", 2)})), "PERIOD_CLOSED");
  Pushed(PushOf("2020", {Row("years", "2020", 2)}));
}

TEST_F(CorrectionsTest, ACorrectorChangesWhatIsClosedAndTheReasonStays) {
  const auto request = Correction(
      PushOf("corrected", {Row("days", "2021-07-01", 9), Retraction("days", "2021-09-30"),
                           Row("days", "2021-08-01", 5)}));
  const auto response = Pushed(request, "cor");
  EXPECT_EQ(response.counts().revised(), 1);
  EXPECT_EQ(response.counts().deleted(), 1);
  EXPECT_EQ(response.counts().inserted(), 1);
  EXPECT_THAT(Cells("days"),
              ElementsAre("2021-06-30 1", "2021-07-01 9", "2021-08-01 5", "2021-10-01 4"));

  v1::GetPushRequest get;
  get.set_name(response.name());
  const auto push = service_.Call<v1::Push>("val", [&](auto& stub, auto* context, auto* answer) {
    return stub.GetPush(context, get, answer);
  });
  ATHENA_ASSERT_OK(push);
  EXPECT_EQ(push->correction_reason(), "a typing error");
  EXPECT_EQ(push->mode(), v1::PUSH_MODE_MERGE);
  EXPECT_EQ(push->sender(), "cor");
  std::string reason;
  ATHENA_ASSERT_OK(service_.database().Read([&](sql::ReadTx& tx) {
    return audit::ReadAfter(tx, "gob", response.revision() - 1, 1,
                            [&](const audit::Record& record) {
                              reason = record.reason;
                              return absl::OkStatus();
                            });
  }));
  EXPECT_EQ(reason, "a typing error");
  // The reason is part of the content.
  v1::PushObservationsRequest other = request;
  other.set_correction_reason("another reason");
  EXPECT_EQ(Refusal(other, "cor"), "PUSH_ID_REUSED");
}

TEST_F(CorrectionsTest, OnlyACorrectorGivesAReason) {
  const auto refused =
      service_.Push(Correction(PushOf("corrected", {Row("days", "2021-07-01", 9)})), "sam");
  EXPECT_THAT(refused, StatusIs(absl::StatusCode::kPermissionDenied));
  EXPECT_THAT(refused.status().message(), HasSubstr("the role corrector"));
  // Without a reason a corrector changes nothing in closed quarters either.
  EXPECT_EQ(Refusal(PushOf("corrected", {Row("days", "2021-07-01", 9)}), "cor"), "PERIOD_CLOSED");
  v1::PushObservationsRequest request = PushOf("long", {Row("days", "2021-10-01", 9)});
  request.set_correction_reason(std::string(1001, 'r'));
  EXPECT_EQ(Refusal(request, "cor"), "INVALID_FIELDS");
  request.set_correction_reason(std::string(1000, 'r'));
  Pushed(request, "cor");
}

TEST_F(CorrectionsTest, AQuarterThatIsOpenAgainChanges) {
  const auto request = PushOf("late", {Row("days", "2021-07-01", 9)});
  EXPECT_EQ(Refusal(request), "PERIOD_CLOSED");
  service_.Reopen("2021-Q3");
  EXPECT_EQ(Pushed(request).counts().revised(), 1);
  service_.Close("2021-Q3");
  // A stored push is answered again even if its quarter was closed since.
  EXPECT_TRUE(Pushed(request).replayed());
}

TEST_F(CorrectionsTest, AReplaceDoesNotClearWhatIsClosed) {
  EXPECT_EQ(Refusal(ReplaceOf("clear", "days", "2021", "", {})), "PERIOD_CLOSED");
  EXPECT_EQ(Pushed(ReplaceOf("same", "days", "2021-Q3", "",
                             {Row("days", "2021-07-01", 2), Row("days", "2021-09-30", 3)}))
                .counts()
                .unchanged(),
            2);
  EXPECT_EQ(
      Pushed(Correction(ReplaceOf("clear", "days", "2021", "", {})), "cor").counts().deleted(), 4);
  EXPECT_THAT(Cells("days"), IsEmpty());
}

TEST_F(CorrectionsTest, ClosingsOfOthersLockNothingHere) {
  v1::ClosePeriodRequest close;
  close.set_name("institutions/talent/closings/2021-Q4");
  close.set_reason("a test");
  ATHENA_ASSERT_OK(
      service_.Call<v1::Closing>("tom", [&](auto& stub, auto* context, auto* response) {
        return stub.ClosePeriod(context, close, response);
      }));
  EXPECT_EQ(Pushed(PushOf("late", {Row("days", "2021-10-01", 9)})).counts().revised(), 1);
}

}  // namespace
}  // namespace athena::indicator
