// REPLACE pushes, and lists of pushes.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/status/testing/matchers.h"
#include "services/indicator/model/limits.h"
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
using ::athena::status::testing::Refuses;
using ::athena::status::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class ReplaceTest : public ::testing::Test {
 protected:
  ReplaceTest() {
    service_.Define({Base("days", v1::Indicator::FREQUENCY_DAILY),
                     Base("weeks", v1::Indicator::FREQUENCY_WEEKLY),
                     Base("staff", v1::Indicator::FREQUENCY_MONTHLY,
                          {{"unit", {"bm", "hr"}}, {"sex", {"F", "M"}}})});
  }

  v1::PushObservationsResponse Pushed(const v1::PushObservationsRequest& request,
                                      const std::string& token = "sender") {
    const auto response = service_.Push(request, token);
    ATHENA_EXPECT_OK(response);
    return response.ok() ? *response : v1::PushObservationsResponse();
  }
  std::vector<std::string> FaultsOf(const v1::PushObservationsRequest& request) {
    return Faults(service_.Push(request).status());
  }
  std::vector<std::string> Cells(const std::string& indicator) {
    return Lines(service_.ListAll(ListOf(indicator)));
  }
  static v1::Observation Staff(const std::string& period, const std::string& unit,
                               const std::string& sex, double value) {
    return Row("staff", period, value, {{"unit", unit}, {"sex", sex}});
  }
  absl::StatusOr<v1::ListPushesResponse> List(const v1::ListPushesRequest& request,
                                              const std::string& token = "viewer") {
    return service_.Call<v1::ListPushesResponse>(
        token, [&](auto& stub, auto* context, auto* response) {
          return stub.ListPushes(context, request, response);
        });
  }

  Service service_;
};

TEST_F(ReplaceTest, WhatThePushLeavesOutIsRetractedInsideItsScopeAndNowhereElse) {
  Pushed(PushOf("p1", {Row("days", "2021-06-30", 1), Row("days", "2021-07-01", 2),
                       Row("days", "2021-07-02", 3), Row("days", "2021-07-31", 4),
                       Row("days", "2021-08-01", 5), Row("weeks", "2021-W28", 6)}));
  v1::PushObservationsRequest request = ReplaceOf(
      "p2", "days", "2021-07", "",
      {Row("days", "2021-07-02", 3), Row("days", "2021-07-03", 7), Row("days", "2021-07-31", 8)});
  request.set_outcome_detail(v1::OUTCOME_DETAIL_ALL);
  const auto response = Pushed(request);
  EXPECT_THAT(Outcomes(response),
              ElementsAre(v1::OUTCOME_UNCHANGED, v1::OUTCOME_INSERTED, v1::OUTCOME_REVISED));
  EXPECT_EQ(response.counts().deleted(), 1);
  EXPECT_THAT(Cells("days"), ElementsAre("2021-06-30 1", "2021-07-02 3", "2021-07-03 7",
                                         "2021-07-31 8", "2021-08-01 5"));
  EXPECT_THAT(Cells("weeks"), ElementsAre("2021-W28 6"));

  v1::ListObservationsRequest history = ListOf("days");
  history.set_include_history(true);
  history.set_end_period("2021-07-01");
  history.set_start_period("2021-07-01");
  const auto records = service_.ListAll(history);
  EXPECT_THAT(Lines(records), ElementsAre("2021-07-01 2", "2021-07-01 retracted"));
  EXPECT_EQ(records.back().revision(), response.revision());
  history.mutable_as_of()->set_revision(response.revision() - 1);
  history.set_include_history(false);
  EXPECT_THAT(Lines(service_.ListAll(history)), ElementsAre("2021-07-01 2"));
}

TEST_F(ReplaceTest, AnEmptyScopeIsClearedAndOneWithoutCellsIsLeftSo) {
  Pushed(PushOf("p1", {Row("days", "2020-12-31", 1), Row("days", "2021-01-01", 2),
                       Row("days", "2021-12-31", 3)}));
  EXPECT_EQ(Pushed(ReplaceOf("p2", "days", "2021", "", {})).counts().deleted(), 2);
  EXPECT_THAT(Cells("days"), ElementsAre("2020-12-31 1"));
  EXPECT_EQ(Pushed(ReplaceOf("p3", "days", "2021", "", {})).counts().deleted(), 0);
  EXPECT_EQ(Pushed(ReplaceOf("p4", "staff", "1900", "2199", {})).counts().deleted(), 0);
}

TEST_F(ReplaceTest, AScopeMayBeASliceAndRowsOutsideOfItAreRefused) {
  Pushed(PushOf("p1", {Staff("2021-01", "bm", "F", 1), Staff("2021-01", "bm", "M", 2),
                       Staff("2021-01", "hr", "F", 3), Staff("2021-02", "bm", "F", 4)}));
  v1::PushObservationsRequest request =
      ReplaceOf("p2", "staff", "2021-01", "2021-01", {Staff("2021-01", "bm", "M", 5)});
  (*request.mutable_scopes(0)->mutable_slice())["unit"] = "bm";
  EXPECT_EQ(Pushed(request).counts().deleted(), 1);
  EXPECT_THAT(Cells("staff"), ElementsAre("2021-01 M bm 5", "2021-01 F hr 3", "2021-02 F bm 4"));

  request.set_push_id("p3");
  *request.add_observations() = Staff("2021-01", "hr", "M", 6);
  *request.add_observations() = Staff("2021-02", "bm", "M", 7);
  *request.add_observations() = Row("days", "2021-01-01", 8);
  EXPECT_THAT(FaultsOf(request), ElementsAre("observations[1].period", "observations[2].period",
                                             "observations[3].period"));
  request.set_validate_only(true);
  const auto foretold = Pushed(request);
  ASSERT_THAT(foretold.outcomes(), SizeIs(4));
  EXPECT_EQ(foretold.outcomes(1).faults(0).reason(), v1::RowFault::REASON_OUTSIDE_SCOPES);
  EXPECT_THAT(Cells("staff"), SizeIs(3));
}

TEST_F(ReplaceTest, ScopesMayOverlapAndEachCellIsRetractedOnce) {
  Pushed(PushOf("p1", {Staff("2021-01", "bm", "F", 1), Staff("2021-01", "hr", "F", 3),
                       Staff("2021-02", "bm", "F", 4), Row("days", "2021-01-01", 1)}));
  v1::PushObservationsRequest request = ReplaceOf("p2", "staff", "2021-Q1", "", {});
  for (const char* unit : {"bm", "hr"}) {
    v1::Scope& scope = *request.add_scopes();
    scope = request.scopes(0);
    (*scope.mutable_slice())["unit"] = unit;
  }
  v1::Scope& days = *request.add_scopes();
  days.set_indicator("days");
  days.set_start_period("2021-01-01");
  EXPECT_EQ(Pushed(request).counts().deleted(), 4);
  EXPECT_THAT(Cells("staff"), IsEmpty());
  EXPECT_THAT(Cells("days"), IsEmpty());
}

// The week from 28 December 2020 has its Thursday on the 31st.
TEST_F(ReplaceTest, WeeksBelongToTheYearOfTheirThursday) {
  service_.SetToday(absl::CivilDay(2022, 6, 1));
  Pushed(PushOf("p1", {Row("weeks", "2020-W53", 1), Row("weeks", "2021-W01", 2),
                       Row("weeks", "2021-W52", 3), Row("weeks", "2022-W01", 4)}));
  EXPECT_EQ(Pushed(ReplaceOf("p2", "weeks", "2021", "", {})).counts().deleted(), 2);
  EXPECT_THAT(Cells("weeks"), ElementsAre("2020-W53 1", "2022-W01 4"));
}

TEST_F(ReplaceTest, SeriesThatAreNewAreStoredBesideOnesThatGo) {
  Pushed(PushOf("p1", {Staff("2021-01", "hr", "M", 1), Staff("2021-04", "hr", "M", 1)}));
  const auto response = Pushed(ReplaceOf(
      "p2", "staff", "2021", "", {Staff("2021-01", "bm", "F", 2), Staff("2021-04", "bm", "M", 3)}));
  EXPECT_EQ(response.counts().inserted(), 2);
  EXPECT_EQ(response.counts().deleted(), 2);
  EXPECT_THAT(Cells("staff"), ElementsAre("2021-01 F bm 2", "2021-04 M bm 3"));
}

TEST_F(ReplaceTest, ScopesAreChecked) {
  const auto faults = [this](const std::string& indicator, const std::string& start,
                             const std::string& end) {
    return FaultsOf(ReplaceOf("p", indicator, start, end, {}));
  };
  EXPECT_THAT(faults("nothing", "2021", ""), ElementsAre("scopes[0].indicator"));
  EXPECT_THAT(faults("staff", "", ""),
              ElementsAre("scopes[0].start_period", "scopes[0].end_period"));
  EXPECT_THAT(faults("staff", "2021-01-01", "2021-01"), ElementsAre("scopes[0].start_period"));
  EXPECT_THAT(faults("staff", "2021-02", "2021-01"), ElementsAre("scopes[0].end_period"));
  v1::PushObservationsRequest request = ReplaceOf("p", "staff", "2021", "", {});
  (*request.mutable_scopes(0)->mutable_slice())["unit"] = "xx";
  (*request.mutable_scopes(0)->mutable_slice())["age"] = "1";
  EXPECT_THAT(FaultsOf(request),
              ::testing::UnorderedElementsAre("scopes[0].slice[unit]", "scopes[0].slice[age]"));
  request = ReplaceOf("p", "staff", "2021", "", {});
  request.set_partial(true);
  EXPECT_THAT(FaultsOf(request), ElementsAre("partial"));
  request = PushOf("p", {Row("days", "2021-01-01", 1)});
  request.set_mode(v1::PUSH_MODE_REPLACE);
  EXPECT_THAT(FaultsOf(request), ElementsAre("scopes"));
  request = ReplaceOf("p", "days", "2021", "", {Row("days", "2021-01-01", 1)});
  request.set_mode(v1::PUSH_MODE_MERGE);
  EXPECT_THAT(FaultsOf(request), ElementsAre("scopes"));
  request = ReplaceOf("p", "days", "2021", "", {});
  for (int i = 1; i < kMaxScopes; ++i) *request.add_scopes() = request.scopes(0);
  Pushed(request);
  *request.add_scopes() = request.scopes(0);
  request.set_push_id("q");
  EXPECT_THAT(FaultsOf(request), ElementsAre("scopes"));
}

TEST_F(ReplaceTest, TheOrderOfScopesIsNoContentAndTheirExtentIs) {
  v1::PushObservationsRequest request =
      ReplaceOf("p1", "days", "2021-07", "", {Row("days", "2021-07-01", 1)});
  v1::Scope& second = *request.add_scopes();
  second = request.scopes(0);
  second.set_start_period("2021-08");
  Pushed(request);
  request.mutable_scopes()->SwapElements(0, 1);
  request.mutable_scopes(0)->set_end_period("2021-08");
  EXPECT_TRUE(Pushed(request).replayed());
  request.mutable_scopes(0)->set_end_period("2021-09");
  EXPECT_THAT(service_.Push(request), Refuses("PUSH_ID_REUSED"));
  request.mutable_scopes()->RemoveLast();
  EXPECT_THAT(service_.Push(request), Refuses("PUSH_ID_REUSED"));
}

TEST_F(ReplaceTest, AsManyCellsAreSweptAsTheLimitSaysAndNotOneMore) {
  service_.SetToday(absl::CivilDay(2199, 1, 1));
  const Period first = *Period::Parse("2021-01-01");
  const auto most = static_cast<int>(kMaxSweptCells);
  for (int begin = 0; begin < most + 1; begin += kMaxPushRows) {
    v1::PushObservationsRequest request = PushOf(absl::StrCat("p", begin), {});
    for (int i = begin; i < std::min(begin + kMaxPushRows, most + 1); ++i) {
      *request.add_observations() = Row("days", first.Plus(i).ToString(), 1);
    }
    Pushed(request);
  }
  EXPECT_THAT(service_.Push(ReplaceOf("all", "days", "2021", "2199", {})),
              Refuses("SCOPES_TOO_LARGE"));
  const std::string last = first.Plus(most).ToString();
  EXPECT_EQ(
      Pushed(ReplaceOf("all", "days", "2021", "2199", {Row("days", last, 1)})).counts().deleted(),
      most);
  EXPECT_THAT(Cells("days"), ElementsAre(last + " 1"));
}

TEST_F(ReplaceTest, GetPushTellsModeAndScopes) {
  v1::GetPushRequest get;
  const auto request =
      ReplaceOf("p1", "days", "2021-07", "2021-08", {Row("days", "2021-07-01", 1)});
  get.set_name(Pushed(request).name());
  const auto push = service_.Call<v1::Push>("viewer", [&](auto& stub, auto* context, auto* answer) {
    return stub.GetPush(context, get, answer);
  });
  ATHENA_ASSERT_OK(push);
  EXPECT_EQ(push->mode(), v1::PUSH_MODE_REPLACE);
  ASSERT_THAT(push->scopes(), SizeIs(1));
  EXPECT_EQ(push->scopes(0).DebugString(), request.scopes(0).DebugString());
  EXPECT_EQ(push->push_id(), "p1");
  EXPECT_EQ(push->counts().inserted(), 1);
}

TEST_F(ReplaceTest, PushesAreListedNewestFirstInPagesOfOneRevision) {
  for (int i = 1; i <= 7; ++i) {
    Pushed(PushOf(absl::StrCat("p", i), {Row("days", "2021-07-01", i)}),
           i % 3 == 0 ? "sender2" : "sender");
  }
  const auto ids = [&](v1::ListPushesRequest request) {
    std::vector<std::string> found;
    int64_t revision = 0;
    do {
      const auto page = List(request);
      ATHENA_EXPECT_OK(page);
      if (!page.ok()) break;
      if (revision == 0) revision = page->revision();
      EXPECT_EQ(page->revision(), revision);
      for (const v1::Push& push : page->pushes()) found.push_back(push.push_id());
      request.set_page_token(page->next_page_token());
      // Pushes that are stored meanwhile do not appear in the list.
      Pushed(PushOf(absl::StrCat("more", found.size(), "-", request.page_size(), request.sender()),
                    {Row("days", "2021-07-02", 1)}));
    } while (!request.page_token().empty());
    return found;
  };
  v1::ListPushesRequest request;
  request.set_parent("institutions/gob");
  request.set_sender("sender2");
  EXPECT_THAT(ids(request), ElementsAre("p6", "p3"));
  request.set_page_size(1);
  EXPECT_THAT(ids(request), ElementsAre("p6", "p3"));
  request.set_sender("nobody");
  EXPECT_THAT(ids(request), IsEmpty());
  request.set_sender("");
  request.set_page_size(2);
  EXPECT_THAT(ids(request), SizeIs(7 + 4));
  request.set_page_size(-1);
  EXPECT_THAT(Faults(List(request).status()), ElementsAre("page_size"));
  request.set_page_size(1);
  EXPECT_THAT(List(request, "other"), StatusIs(absl::StatusCode::kPermissionDenied));
  request.set_page_token("x");
  EXPECT_THAT(List(request), Refuses("INVALID_PAGE_TOKEN"));
}

}  // namespace
}  // namespace athena::indicator
