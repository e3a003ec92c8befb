#include "services/indicator/quarters/series_ends.h"

#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "libs/period/period.h"
#include "libs/status/status.h"
#include "libs/status/testing/matchers.h"
#include "libs/versioned/store.h"
#include "services/indicator/store/observation_store.h"
#include "services/indicator/store/series_end_store.h"
#include "services/indicator/testing/service.h"

namespace athena::indicator {
namespace {

using ::athena::indicator::testing::Base;
using ::athena::indicator::testing::Faults;
using ::athena::indicator::testing::PushOf;
using ::athena::indicator::testing::Row;
using ::athena::indicator::testing::Service;
using ::athena::status::testing::Refuses;
using ::athena::status::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

using Codes = std::vector<std::pair<std::string, std::string>>;

class SeriesEndsTest : public ::testing::Test {
 protected:
  SeriesEndsTest() {
    service_.Define({Base("staff", v1::Indicator::FREQUENCY_MONTHLY,
                          {{"unit", {"bm", "hr"}}, {"sex", {"F", "M"}}}),
                     Base("cost", v1::Indicator::FREQUENCY_QUARTERLY)});
    const auto pushed =
        service_.Push(PushOf("p1", {Row("staff", "2021-01", 1, {{"unit", "bm"}, {"sex", "F"}}),
                                    Row("staff", "2021-01", 2, {{"unit", "hr"}, {"sex", "M"}}),
                                    Row("cost", "2021-Q1", 3)}));
    ATHENA_EXPECT_OK(pushed);
  }

  static v1::EndSeriesRequest Request(const std::string& indicator, const Codes& codes,
                                      const std::string& from) {
    v1::EndSeriesRequest request;
    v1::SeriesEnd& end = *request.mutable_series_end();
    end.set_indicator("institutions/gob/indicators/" + indicator);
    for (const auto& [dimension, code] : codes) (*end.mutable_dimensions())[dimension] = code;
    end.set_ended_from(from);
    request.set_reason("the unit was merged");
    return request;
  }
  absl::StatusOr<v1::SeriesEnd> End(const v1::EndSeriesRequest& request,
                                    const std::string& token = "sender") {
    service_.clock().Advance(absl::Seconds(1));
    return service_.Call<v1::SeriesEnd>(token, [&](auto& stub, auto* context, auto* response) {
      return stub.EndSeries(context, request, response);
    });
  }
  int64_t Ended(const std::string& indicator, const Codes& codes, const std::string& from) {
    const auto end = End(Request(indicator, codes, from));
    ATHENA_EXPECT_OK(end);
    return end.ok() ? end->revision() : 0;
  }
  absl::StatusOr<v1::ListSeriesEndsResponse> List(const v1::ListSeriesEndsRequest& request,
                                                  const std::string& token = "viewer") {
    return service_.Call<v1::ListSeriesEndsResponse>(
        token, [&](auto& stub, auto* context, auto* response) {
          return stub.ListSeriesEnds(context, request, response);
        });
  }
  static v1::ListSeriesEndsRequest ListOf(const std::string& indicator = "") {
    v1::ListSeriesEndsRequest request;
    request.set_parent("institutions/gob");
    request.set_indicator(indicator);
    return request;
  }
  // "staff/seriesEnds/bm.F 2021-04" of each that is listed.
  std::vector<std::string> Listed(const v1::ListSeriesEndsRequest& request,
                                  const std::string& token = "viewer") {
    const auto listed = List(request, token);
    ATHENA_EXPECT_OK(listed);
    return listed.ok() ? Lines(*listed) : std::vector<std::string>();
  }
  static std::vector<std::string> Lines(const v1::ListSeriesEndsResponse& page) {
    constexpr std::string_view kBefore = "institutions/gob/indicators/";
    std::vector<std::string> lines;
    for (const v1::SeriesEnd& end : page.series_ends()) {
      lines.push_back(absl::StrCat(end.name().substr(kBefore.size()), " ", end.ended_from()));
    }
    return lines;
  }
  SeriesEndsByCodes EndsAt(const std::string& indicator, int64_t revision) {
    SeriesEndsByCodes ends;
    const absl::Status read =
        versioned::Store(service_.database())
            .ReadAt("gob", revision, [&](const versioned::Snapshot& at) -> absl::Status {
              auto found = ReadSeriesEnds(at);
              if (!found.ok()) return found.status();
              ends = (*found)[indicator];
              return absl::OkStatus();
            });
    ATHENA_EXPECT_OK(read);
    return ends;
  }
  // What watchers are told of so many revisions after one: "4 staff 2021-Q2".
  std::vector<std::string> Watched(int64_t after, int revisions) {
    grpc::ClientContext context;
    context.AddMetadata("authorization", "Bearer viewer");
    v1::WatchObservationsRequest request;
    request.set_parent("institutions/gob");
    request.set_after_revision(after);
    const auto stream = service_.stub().WatchObservations(&context, request);
    std::vector<std::string> lines;
    v1::WatchObservationsResponse response;
    while (revisions-- > 0 && stream->Read(&response)) {
      std::string& line = lines.emplace_back(absl::StrCat(response.revision()));
      for (const auto& change : response.changes()) {
        absl::StrAppend(&line, " ", change.indicator(), " ", absl::StrJoin(change.quarters(), " "));
      }
    }
    context.TryCancel();
    stream->Finish();
    return lines;
  }
  // The last revision that changed the indicator in a quarter; 0 when none did.
  int64_t LastChangeOf(const std::string& indicator, int32_t quarter) {
    int64_t last = 0;
    EXPECT_TRUE(service_.database()
                    .Read([&](sql::ReadTx& tx) {
                      return ReadChangesAfter(
                          tx, "gob", 0, [&](std::string_view id, int32_t at, int64_t revision) {
                            if (id == indicator && at == quarter) last = revision;
                          });
                    })
                    .ok());
    return last;
  }
  static int32_t Quarter(const std::string& text) { return Period::Parse(text)->index(); }
  static int32_t Month(const std::string& text) { return Period::Parse(text)->index(); }

  Service service_;
};

TEST_F(SeriesEndsTest, AnEndSaysWhichSeriesFromWhenWhyAndWho) {
  const auto end = End(Request("staff", {{"sex", "F"}, {"unit", "bm"}}, "2021-04"));
  ATHENA_ASSERT_OK(end);
  EXPECT_EQ(end->name(), "institutions/gob/indicators/staff/seriesEnds/bm.F");
  EXPECT_EQ(end->ended_from(), "2021-04");
  EXPECT_EQ(end->reason(), "the unit was merged");
  EXPECT_EQ(end->subject(), "sender");
  EXPECT_EQ(end->revision(), 3);
  EXPECT_EQ(End(Request("cost", {}, "2021-Q2"), "planner")->name(),
            "institutions/gob/indicators/cost/seriesEnds/-");
}

TEST_F(SeriesEndsTest, EveryRevisionKeepsTheEndsThatWereDeclaredThen) {
  const int64_t first = Ended("staff", {{"unit", "bm"}, {"sex", "F"}}, "2021-04");
  const int64_t second = Ended("staff", {{"unit", "hr"}, {"sex", "M"}}, "2021-06");
  const int64_t moved = Ended("staff", {{"unit", "bm"}, {"sex", "F"}}, "2021-08");
  const int64_t undone = Ended("staff", {{"unit", "hr"}, {"sex", "M"}}, "");
  EXPECT_THAT(EndsAt("staff", first - 1), IsEmpty());
  EXPECT_THAT(EndsAt("staff", first), UnorderedElementsAre(Pair("bm,F", Month("2021-04"))));
  EXPECT_THAT(EndsAt("staff", second),
              UnorderedElementsAre(Pair("bm,F", Month("2021-04")), Pair("hr,M", Month("2021-06"))));
  EXPECT_THAT(EndsAt("staff", moved),
              UnorderedElementsAre(Pair("bm,F", Month("2021-08")), Pair("hr,M", Month("2021-06"))));
  EXPECT_THAT(EndsAt("staff", undone), UnorderedElementsAre(Pair("bm,F", Month("2021-08"))));
  EXPECT_THAT(EndsAt("cost", undone), IsEmpty());
  EXPECT_THAT(Watched(first - 1, 4), ElementsAre("3 staff 2021-Q2", "4 staff 2021-Q2",
                                                 "5 staff 2021-Q2 2021-Q3", "6 staff 2021-Q2"));
  // Where the old end lay and where the new one lies something changed.
  EXPECT_EQ(LastChangeOf("staff", Quarter("2021-Q2")), undone);
  EXPECT_EQ(LastChangeOf("staff", Quarter("2021-Q3")), moved);
  EXPECT_EQ(LastChangeOf("staff", Quarter("2021-Q4")), 0);
  // And answers about every quarter may have changed.
  EXPECT_EQ(LastChangeOf("staff", kEveryQuarter), undone);
}

TEST_F(SeriesEndsTest, DeclaringItAgainChangesNothing) {
  const int64_t first = Ended("cost", {}, "2021-Q3");
  EXPECT_EQ(Ended("cost", {}, "2021-Q3"), first);
}

TEST_F(SeriesEndsTest, AllThatIsWrongIsNamedAtOnce) {
  v1::EndSeriesRequest request = Request("staff", {{"unit", "xx"}, {"age", "1"}}, "2021-Q2");
  request.clear_reason();
  EXPECT_THAT(
      Faults(End(request).status()),
      UnorderedElementsAre("series_end.dimensions[unit]", "series_end.dimensions[sex]",
                           "series_end.dimensions[age]", "series_end.ended_from", "reason"));
}

TEST_F(SeriesEndsTest, WhatNeverWasDoesNotEnd) {
  EXPECT_THAT(End(Request("staff", {{"unit", "bm"}, {"sex", "M"}}, "2021-04")),
              StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(End(Request("nothing", {}, "2021-04")), StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(SeriesEndsTest, TheEndsThatHoldAreListedByIndicatorAndCodes) {
  Ended("staff", {{"unit", "hr"}, {"sex", "M"}}, "2021-06");
  Ended("staff", {{"unit", "bm"}, {"sex", "F"}}, "2021-04");
  const int64_t before = Ended("cost", {}, "2021-Q2");
  const int64_t withdrawn = Ended("staff", {{"unit", "bm"}, {"sex", "F"}}, "");

  const auto listed = List(ListOf());
  ATHENA_ASSERT_OK(listed);
  EXPECT_THAT(Lines(*listed),
              ElementsAre("cost/seriesEnds/- 2021-Q2", "staff/seriesEnds/hr.M 2021-06"));
  EXPECT_EQ(listed->revision(), withdrawn);
  EXPECT_EQ(listed->series_ends(0).reason(), "the unit was merged");
  EXPECT_EQ(listed->series_ends(0).revision(), before);
  EXPECT_THAT(Listed(ListOf("staff")), ElementsAre("staff/seriesEnds/hr.M 2021-06"));

  v1::ListSeriesEndsRequest all = ListOf("staff");
  all.set_include_withdrawn(true);
  EXPECT_THAT(Listed(all), ElementsAre("staff/seriesEnds/bm.F ", "staff/seriesEnds/hr.M 2021-06"));

  v1::ListSeriesEndsRequest earlier = ListOf("staff");
  earlier.mutable_as_of()->set_revision(before);
  EXPECT_THAT(Listed(earlier),
              ElementsAre("staff/seriesEnds/bm.F 2021-04", "staff/seriesEnds/hr.M 2021-06"));
}

TEST_F(SeriesEndsTest, EveryPageOfAListShowsTheSameRevision) {
  Ended("cost", {}, "2021-Q2");
  Ended("staff", {{"unit", "bm"}, {"sex", "F"}}, "2021-04");
  const int64_t last = Ended("staff", {{"unit", "hr"}, {"sex", "M"}}, "2021-06");
  v1::ListSeriesEndsRequest request = ListOf();
  request.set_page_size(2);
  const auto first = List(request);
  ATHENA_ASSERT_OK(first);
  EXPECT_THAT(Lines(*first),
              ElementsAre("cost/seriesEnds/- 2021-Q2", "staff/seriesEnds/bm.F 2021-04"));

  Ended("staff", {{"unit", "hr"}, {"sex", "M"}}, "");
  // Nor does it matter that the service is started again meanwhile.
  service_.Restart();
  request.set_page_token(first->next_page_token());
  const auto second = List(request);
  ATHENA_ASSERT_OK(second);
  EXPECT_THAT(Lines(*second), ElementsAre("staff/seriesEnds/hr.M 2021-06"));
  EXPECT_EQ(second->revision(), last);
  EXPECT_EQ(second->next_page_token(), "");

  request.set_indicator("staff");
  EXPECT_THAT(List(request), Refuses("INVALID_PAGE_TOKEN"));
}

TEST_F(SeriesEndsTest, AnotherInstitutionSeesTheEndsOfWhatIsSharedWithIt) {
  Ended("cost", {}, "2021-Q2");
  Ended("staff", {{"unit", "hr"}, {"sex", "M"}}, "2021-06");
  EXPECT_THAT(List(ListOf(), "other"), StatusIs(absl::StatusCode::kPermissionDenied));

  v1::Indicator cost = Base("cost", v1::Indicator::FREQUENCY_QUARTERLY);
  cost.add_shared_with("institutions/tal");
  service_.Define({cost});
  EXPECT_THAT(Listed(ListOf(), "other"), ElementsAre("cost/seriesEnds/- 2021-Q2"));
  EXPECT_THAT(Listed(ListOf("cost"), "other"), ElementsAre("cost/seriesEnds/- 2021-Q2"));
  for (const char* hidden : {"staff", "nothing"}) {
    EXPECT_THAT(List(ListOf(hidden), "other"), StatusIs(absl::StatusCode::kPermissionDenied))
        << hidden;
  }
}

TEST_F(SeriesEndsTest, AListOfWhatIsNotThereIsRefused) {
  EXPECT_THAT(List(ListOf("nothing")), StatusIs(absl::StatusCode::kNotFound));
  v1::ListSeriesEndsRequest request = ListOf("Staff");
  request.set_page_size(-1);
  EXPECT_THAT(Faults(List(request).status()), ElementsAre("indicator", "page_size"));
  request = ListOf();
  request.set_parent("institutions/gob/indicators/staff");
  EXPECT_THAT(Faults(List(request).status()), ElementsAre("parent"));
}

TEST_F(SeriesEndsTest, OnlySendersAndPlannersOfTheInstitutionEndSeries) {
  for (const char* token : {"viewer", "other", "pia"}) {
    EXPECT_THAT(End(Request("cost", {}, "2021-Q3"), token),
                StatusIs(absl::StatusCode::kPermissionDenied))
        << token;
  }
}

}  // namespace
}  // namespace athena::indicator
