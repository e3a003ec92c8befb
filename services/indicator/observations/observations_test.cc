#include "services/indicator/observations/observations.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "absl/strings/str_cat.h"
#include "libs/fields/fields.h"
#include "libs/period/period.h"
#include "libs/status/status.h"
#include "libs/status/testing/matchers.h"
#include "services/indicator/model/limits.h"
#include "services/indicator/testing/service.h"

namespace athena::indicator {
namespace {

using ::athena::indicator::testing::Base;
using ::athena::indicator::testing::Lines;
using ::athena::indicator::testing::ListOf;
using ::athena::indicator::testing::PushOf;
using ::athena::indicator::testing::Retraction;
using ::athena::indicator::testing::Row;
using ::athena::indicator::testing::Service;
using ::athena::status::testing::Refuses;
using ::athena::status::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class ObservationsTest : public ::testing::Test {
 protected:
  ObservationsTest() {
    service_.Define({Base("days", v1::Indicator::FREQUENCY_DAILY),
                     Base("weeks", v1::Indicator::FREQUENCY_WEEKLY),
                     Base("months", v1::Indicator::FREQUENCY_MONTHLY),
                     Base("quarters", v1::Indicator::FREQUENCY_QUARTERLY,
                          {{"unit", {"hr", "bm"}}, {"sex", {"M", "F"}}}),
                     Base("semesters", v1::Indicator::FREQUENCY_SEMESTRIAL),
                     Base("years", v1::Indicator::FREQUENCY_ANNUAL)});
  }

  int64_t Push(const std::vector<v1::Observation>& rows) {
    const auto response = service_.Push(PushOf(absl::StrCat("p", ++pushes_), rows));
    ATHENA_EXPECT_OK(response);
    return response.ok() ? response->revision() : 0;
  }

  std::vector<std::string> List(const v1::ListObservationsRequest& request) {
    return Lines(service_.ListAll(request));
  }

  Service service_;
  int pushes_ = 0;
};

TEST_F(ObservationsTest, CellsComeByPeriodThenByCodesInTheOrderOfDimensions) {
  Push({Row("quarters", "2021-Q2", 1, {{"unit", "bm"}, {"sex", "M"}}),
        Row("quarters", "2021-Q1", 2, {{"unit", "hr"}, {"sex", "F"}}),
        Row("quarters", "2021-Q1", 3, {{"unit", "bm"}, {"sex", "M"}})});
  Push({Row("quarters", "2021-Q1", 4, {{"unit", "bm"}, {"sex", "F"}})});
  EXPECT_THAT(List(ListOf("quarters")),
              ElementsAre("2021-Q1 F bm 4", "2021-Q1 M bm 3", "2021-Q1 F hr 2", "2021-Q2 M bm 1"));
  v1::ListObservationsRequest slice = ListOf("quarters");
  (*slice.mutable_slice())["sex"] = "F";
  EXPECT_THAT(List(slice), ElementsAre("2021-Q1 F bm 4", "2021-Q1 F hr 2"));
}

TEST_F(ObservationsTest, RecordTellsRevisionTimeStatusAndComment) {
  v1::Observation row = Row("years", "2020", 12.5);
  row.set_status(v1::OBSERVATION_STATUS_PROVISIONAL);
  row.set_comment("counted twice, \xc3\xa9");
  const int64_t revision = Push({row});
  const std::vector<v1::ObservationRecord> records = service_.ListAll(ListOf("years"));
  ASSERT_THAT(records, SizeIs(1));
  EXPECT_EQ(records[0].observation().DebugString(), row.DebugString());
  EXPECT_EQ(records[0].revision(), revision);
  EXPECT_EQ(records[0].time().seconds(), absl::ToUnixSeconds(service_.clock().Now()));
}

TEST_F(ObservationsTest, ValuesThatGoAndComeBackAreThreeRevisions) {
  const int64_t first = Push({Row("months", "2021-01", 1)});
  const absl::Time then = service_.clock().Now();
  const int64_t second = Push({Row("months", "2021-01", 2)});
  Push({Row("months", "2021-01", 1)});
  const int64_t fourth = Push({Retraction("months", "2021-01")});
  Push({Row("months", "2021-01", 5)});

  v1::ListObservationsRequest request = ListOf("months");
  EXPECT_THAT(List(request), ElementsAre("2021-01 5"));
  request.set_include_history(true);
  EXPECT_THAT(List(request),
              ElementsAre("2021-01 1", "2021-01 2", "2021-01 1", "2021-01 retracted", "2021-01 5"));
  request.mutable_as_of()->set_revision(second);
  EXPECT_THAT(List(request), ElementsAre("2021-01 1", "2021-01 2"));
  request.set_include_history(false);
  EXPECT_THAT(List(request), ElementsAre("2021-01 2"));
  request.mutable_as_of()->set_revision(fourth);
  EXPECT_THAT(List(request), IsEmpty());
  request.mutable_as_of()->set_revision(first - 1);
  EXPECT_THAT(List(request), IsEmpty());
  *request.mutable_as_of()->mutable_time() = fields::TimestampOf(then);
  EXPECT_THAT(List(request), ElementsAre("2021-01 1"));
  *request.mutable_as_of()->mutable_time() = fields::TimestampOf(then - absl::Microseconds(1));
  EXPECT_THAT(List(request), IsEmpty());
  request.mutable_as_of()->set_revision(fourth + 2);
  EXPECT_THAT(service_.List(request), Refuses("FUTURE_AS_OF"));
}

TEST_F(ObservationsTest, BoundsTakePeriodsThatTouchThem) {
  service_.SetToday(absl::CivilDay(2022, 6, 1));
  Push({Row("weeks", "2020-W53", 53), Row("weeks", "2021-W01", 1), Row("weeks", "2021-W52", 52)});
  Push(
      {Row("days", "2020-02-29", 29), Row("days", "2020-12-31", 31), Row("days", "2021-01-01", 1)});
  Push({Row("semesters", "2020-S1", 1), Row("semesters", "2020-S2", 2)});
  Push({Row("years", "2019", 19), Row("years", "2020", 20)});
  const auto between = [&](const std::string& indicator, const std::string& start,
                           const std::string& end) {
    v1::ListObservationsRequest request = ListOf(indicator);
    request.set_start_period(start);
    request.set_end_period(end);
    return List(request);
  };
  // 2020-W53 lasts from 28 December 2020 to 3 January 2021.
  EXPECT_THAT(between("weeks", "2021", ""),
              ElementsAre("2020-W53 53", "2021-W01 1", "2021-W52 52"));
  EXPECT_THAT(between("weeks", "2021-01-04", "2021-01-04"), ElementsAre("2021-W01 1"));
  EXPECT_THAT(between("weeks", "", "2020-12-27"), IsEmpty());
  EXPECT_THAT(between("days", "2020-Q4", "2020-Q4"), ElementsAre("2020-12-31 31"));
  EXPECT_THAT(between("days", "2020-02", "2020-02"), ElementsAre("2020-02-29 29"));
  EXPECT_THAT(between("semesters", "2020-Q2", "2020-Q2"), ElementsAre("2020-S1 1"));
  EXPECT_THAT(between("semesters", "2020-07-01", ""), ElementsAre("2020-S2 2"));
  EXPECT_THAT(between("years", "2019-12-31", "2019-12-31"), ElementsAre("2019 19"));
  EXPECT_THAT(between("years", "", ""), ElementsAre("2019 19", "2020 20"));
  EXPECT_THAT(between("years", "2021", "2020"), ElementsAre());
}

TEST_F(ObservationsTest, AFilterLeavesOutAndPagesGoOnBehindWhatItLeftOut) {
  v1::Observation estimate = Row("months", "2021-03", 30);
  estimate.set_status(v1::OBSERVATION_STATUS_ESTIMATED);
  Push({Row("months", "2021-01", 10), Row("months", "2021-02", 20), estimate});
  const absl::Time then = service_.clock().Now();
  service_.clock().Advance(absl::Seconds(1));
  Push({Row("months", "2021-02", 21), Retraction("months", "2021-01"),
        Row("months", "2021-04", 40)});
  v1::ListObservationsRequest request = ListOf("months");
  request.set_filter("observation.status = ESTIMATED OR observation.value >= 21.5");
  EXPECT_THAT(List(request), ElementsAre("2021-03 30", "2021-04 40"));
  // Revisions since then, including retractions.
  request.set_include_history(true);
  request.set_filter(absl::StrCat(
      "time > \"", absl::FormatTime(absl::RFC3339_full, then, absl::UTCTimeZone()), "\""));
  EXPECT_THAT(List(request), ElementsAre("2021-01 retracted", "2021-02 21", "2021-04 40"));
  // The filter leaves out the first revision of January, which is on the first page.
  request.set_page_size(1);
  const auto page = service_.List(request);
  ATHENA_ASSERT_OK(page);
  EXPECT_THAT(page->observations(), IsEmpty());
  EXPECT_FALSE(page->next_page_token().empty());
  EXPECT_THAT(List(request), ElementsAre("2021-01 retracted", "2021-02 21", "2021-04 40"));
  request.set_filter("value > 3");
  EXPECT_THAT(std::string(service_.List(request).status().message()),
              ::testing::HasSubstr("want from byte 0 on a field: observation, revision, time"));
}

TEST_F(ObservationsTest, PagesOfOneListShowOneRevisionWhilePushesGoOn) {
  std::vector<std::string> codes;
  for (int i = 0; i < 7; ++i) codes.push_back(absl::StrCat("c", i));
  service_.Define({Base("wide", v1::Indicator::FREQUENCY_DAILY, {{"code", codes}})});
  std::mt19937 random(7);
  std::vector<v1::Observation> rows;
  for (int day = 0; day < 200; ++day) {
    for (const std::string& code : codes) {
      if (random() % 3 == 0) continue;
      rows.push_back(
          Row("wide", Period::Parse("2021-01-20")->Plus(day).ToString(), day, {{"code", code}}));
    }
  }
  std::vector<v1::Observation> shuffled = rows;
  std::shuffle(shuffled.begin(), shuffled.end(), random);
  Push(shuffled);
  for (const bool history : {false, true}) {
    for (const int size : {1, 3, 10, 97, 1000, 10'000}) {
      v1::ListObservationsRequest request = ListOf("wide");
      request.set_include_history(history);
      request.mutable_as_of()->set_revision(3);
      std::vector<v1::ObservationRecord> all;
      request.set_page_size(size);
      do {
        const absl::StatusOr<v1::ListObservationsResponse> page = service_.List(request);
        ATHENA_ASSERT_OK(page);
        EXPECT_EQ(page->revision(), 3);
        EXPECT_LE(page->observations_size(), size);
        EXPECT_TRUE(page->observations_size() == size || page->next_page_token().empty());
        all.insert(all.end(), page->observations().begin(), page->observations().end());
        request.set_page_token(page->next_page_token());
        if (all.size() % 5 == 0) Push({Row("wide", "2021-03-01", 1000.0 + size, {{"code", "c1"}})});
      } while (!request.page_token().empty());
      EXPECT_EQ(Lines(all), Lines([&] {
                  std::vector<v1::ObservationRecord> sent;
                  for (const v1::Observation& row : rows) {
                    *sent.emplace_back().mutable_observation() = row;
                  }
                  return sent;
                }()))
          << size;
    }
  }
}

TEST_F(ObservationsTest, FirstPageWithoutAsOfPinsTheRevisionOfTheOthers) {
  Push({Row("months", "2021-01", 1), Row("months", "2021-02", 2)});
  v1::ListObservationsRequest request = ListOf("months");
  request.set_page_size(1);
  const auto first = service_.List(request);
  ATHENA_ASSERT_OK(first);
  Push({Row("months", "2021-02", 22), Row("months", "2021-03", 3)});
  request.set_page_token(first->next_page_token());
  const auto second = service_.List(request);
  ATHENA_ASSERT_OK(second);
  EXPECT_EQ(second->revision(), first->revision());
  EXPECT_EQ(second->observations(0).observation().value(), 2);
  EXPECT_EQ(second->next_page_token(), "");
}

TEST_F(ObservationsTest, PagesHoldTenThousandRowsAtMost) {
  service_.SetToday(absl::CivilDay(2060, 1, 1));
  const Period first = *Period::Parse("2021-01-01");
  for (int part = 0; part < 2; ++part) {
    std::vector<v1::Observation> rows;
    for (int i = 0; i < 6000; ++i)
      rows.push_back(Row("days", first.Plus(part * 6000 + i).ToString(), i));
    Push(rows);
  }
  v1::ListObservationsRequest request = ListOf("days");
  EXPECT_THAT(service_.List(request)->observations(), SizeIs(kObservationPage));
  request.set_page_size(kMaxObservationPage + 1);
  EXPECT_THAT(service_.List(request)->observations(), SizeIs(kMaxObservationPage));
  request.set_page_size(-1);
  EXPECT_THAT(service_.List(request), StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST_F(ObservationsTest, BadRequestsAreRefused) {
  Push({Row("months", "2021-01", 1), Row("months", "2021-02", 2)});
  const auto reason = [&](const v1::ListObservationsRequest& request) {
    return status::Reason(service_.List(request).status());
  };
  v1::ListObservationsRequest request = ListOf("months");
  request.set_start_period("2021-00");
  EXPECT_EQ(reason(request), "INVALID_FIELDS");
  request = ListOf("months");
  (*request.mutable_slice())["unit"] = "bm";
  EXPECT_EQ(reason(request), "INVALID_FIELDS");
  request = ListOf("quarters");
  (*request.mutable_slice())["unit"] = "xx";
  EXPECT_EQ(reason(request), "INVALID_FIELDS");
  request = ListOf("months");
  request.set_page_token("x");
  EXPECT_EQ(reason(request), "INVALID_PAGE_TOKEN");
  request.set_page_token("");
  request.set_page_size(1);
  request.set_page_token(service_.List(request)->next_page_token());
  request.set_include_history(true);
  EXPECT_EQ(reason(request), "INVALID_PAGE_TOKEN");
  EXPECT_THAT(service_.List(ListOf("nothing")), StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(ObservationsTest, OthersReadOnlyWhatIsSharedWithThem) {
  Push({Row("months", "2021-01", 1)});
  for (const char* indicator : {"months", "nothing"}) {
    EXPECT_THAT(service_.List(ListOf(indicator), "other"),
                StatusIs(absl::StatusCode::kPermissionDenied));
  }
  v1::Indicator shared = Base("months", v1::Indicator::FREQUENCY_MONTHLY);
  shared.add_shared_with("institutions/tal");
  service_.Define({shared});
  const auto list = service_.List(ListOf("months"), "other");
  ATHENA_ASSERT_OK(list);
  EXPECT_THAT(list->observations(), SizeIs(1));
}

}  // namespace
}  // namespace athena::indicator
