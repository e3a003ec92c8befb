#include "services/athenactl/files/observation_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "libs/status/testing/matchers.h"

namespace athena::athenactl {
namespace {

namespace v1 = athena::indicator::v1;
using ::testing::HasSubstr;

ObservationFile ReadRows(std::string_view csv) {
  absl::StatusOr<ObservationFile> file = ReadObservations(csv);
  ATHENA_EXPECT_OK(file);
  return file.value_or(ObservationFile{});
}

std::string ObservationsFault(std::string_view csv) {
  return std::string(ReadObservations(csv).status().message());
}

std::vector<ObservationRow> MakeRows(size_t count, size_t comment_bytes = 0) {
  std::vector<ObservationRow> rows(count);
  for (size_t at = 0; at < count; ++at) {
    rows[at].line = static_cast<int64_t>(at) + 2;
    rows[at].observation.set_indicator("visitors");
    rows[at].observation.set_period("2021-01-01");
    (*rows[at].observation.mutable_dimensions())["site"] = absl::StrCat("s", at);
    rows[at].observation.set_value(static_cast<double>(at));
    rows[at].observation.set_comment(std::string(comment_bytes, 'x'));
  }
  return rows;
}

TEST(ObservationFileTest, ColumnsComeInAnyOrderAndTheOthersAreDimensions) {
  const ObservationFile file = ReadRows(
      "value,unit,period,status,indicator,comment\n420.5,BM,2020-Q4,E,headcount,\"so, so\"\n");
  ASSERT_EQ(file.rows.size(), 1U);
  EXPECT_EQ(file.rows[0].line, 2);
  const v1::Observation& row = file.rows[0].observation;
  EXPECT_EQ(row.indicator(), "headcount");
  EXPECT_EQ(row.period(), "2020-Q4");
  EXPECT_EQ(row.value(), 420.5);
  EXPECT_EQ(row.status(), v1::OBSERVATION_STATUS_ESTIMATED);
  EXPECT_EQ(row.comment(), "so, so");
  EXPECT_EQ(row.dimensions().size(), 1U);
  EXPECT_EQ(row.dimensions().at("unit"), "BM");
}

TEST(ObservationFileTest, AnEmptyValueIsNoneAndAnEmptyCodeNoDimension) {
  const ObservationFile file = ReadRows("indicator,period,unit,value,status\nheadcount,2021,,,O\n");
  ASSERT_EQ(file.rows.size(), 1U);
  EXPECT_FALSE(file.rows[0].observation.has_value());
  EXPECT_EQ(file.rows[0].observation.status(), v1::OBSERVATION_STATUS_MISSING);
  EXPECT_TRUE(file.rows[0].observation.dimensions().empty());
}

TEST(ObservationFileTest, EveryStatusLetterHasItsStatusAndComesBack) {
  const std::string_view letters = "AEPFMOLHQ";
  for (size_t at = 0; at < letters.size(); ++at) {
    const std::string_view letter = letters.substr(at, 1);
    const ObservationFile file = ReadRows(
        absl::StrCat("indicator,period,value,status\nk,2021,,", std::string(letter), "\n"));
    ASSERT_EQ(file.rows.size(), 1U) << letter;
    EXPECT_EQ(file.rows[0].observation.status(), static_cast<int>(at) + 1);
    EXPECT_EQ(StatusLetter(file.rows[0].observation.status()), letter);
  }
  EXPECT_EQ(StatusLetter(v1::OBSERVATION_STATUS_UNSPECIFIED), "");
}

TEST(ObservationFileTest, NumbersHaveDecimalPoints) {
  const ObservationFile file = ReadRows(
      "indicator,period,value\nk,2021,0.1\nk,2022,-1e3\nk,2023,\"1,5\"\nk,2024,nan\nk,2025,0x1\n"
      "k,2026, 1\n");
  ASSERT_EQ(file.rows.size(), 2U);
  EXPECT_EQ(file.rows[0].observation.value(), 0.1);
  EXPECT_EQ(file.rows[1].observation.value(), -1000.0);
  ASSERT_EQ(file.refused.size(), 4U);
  EXPECT_EQ(file.refused[0].line, 4);
  EXPECT_EQ(file.refused[0].field, "value");
  EXPECT_EQ(file.refused[0].description,
            "got \"1,5\", want a number with a decimal point and without separators, like 1250.5");
}

TEST(ObservationFileTest, MoreDigitsThanAreKeptAreReportedWithTheirLine) {
  const ObservationFile file =
      ReadRows("indicator,period,value\nk,2021,6.0\nk,2022,33.333333333333333333\n");
  ASSERT_EQ(file.rows.size(), 2U);
  EXPECT_EQ(file.rows[1].observation.value(), 33.333333333333336);
  ASSERT_EQ(file.imprecise.size(), 1U);
  EXPECT_EQ(file.imprecise[0].line, 3);
  EXPECT_EQ(file.imprecise[0].description,
            "got 33.333333333333333333, of which 33.333333333333336 is kept: it has more digits "
            "than a double");
}

TEST(ObservationFileTest, RetractTakesACellBack) {
  const ObservationFile file =
      ReadRows("indicator,period,value,retract\nk,2021,,yes\nk,2022,1,\nk,2023,,no\n");
  ASSERT_EQ(file.rows.size(), 2U);
  EXPECT_TRUE(file.rows[0].observation.retract());
  EXPECT_FALSE(file.rows[1].observation.retract());
  ASSERT_EQ(file.refused.size(), 1U);
  EXPECT_EQ(file.refused[0].description,
            "got \"no\", want yes, which takes the cell back, or nothing");
}

TEST(ObservationFileTest, GuardsAgainstFormulasAreTakenAway) {
  const ObservationFile file =
      ReadRows("indicator,period,value,comment,unit\nk,2021,-1,'=see below,'-A\n");
  ASSERT_EQ(file.rows.size(), 1U);
  EXPECT_EQ(file.rows[0].observation.value(), -1);
  EXPECT_EQ(file.rows[0].observation.comment(), "=see below");
  EXPECT_EQ(file.rows[0].observation.dimensions().at("unit"), "-A");
}

TEST(ObservationFileTest, ARowTellsAllItsFaultsAndSparesTheOthers) {
  const ObservationFile file =
      ReadRows("indicator,period,value,status\n,,x,Z\nk,2021,1,A\nk,2021\n");
  ASSERT_EQ(file.rows.size(), 1U);
  EXPECT_EQ(file.rows[0].line, 3);
  ASSERT_EQ(file.refused.size(), 5U);
  EXPECT_EQ(file.refused[0].field, "indicator");
  EXPECT_EQ(file.refused[1].field, "period");
  EXPECT_EQ(file.refused[2].field, "value");
  EXPECT_EQ(file.refused[3].field, "status");
  EXPECT_EQ(file.refused[4].line, 4);
  EXPECT_EQ(file.refused[4].description, "got 2 fields, want 4 as in line 1");
}

TEST(ObservationFileTest, AFileWithoutTheColumnsItNeedsIsRefusedAsAWhole) {
  EXPECT_THAT(ObservationsFault("indicator,period\nk,2021\n"),
              HasSubstr("there is no column value"));
  EXPECT_THAT(ObservationsFault("indicator;period;value\nk;2021;1\n"), HasSubstr("semicolons"));
  EXPECT_THAT(ObservationsFault("indicator,period,value,value\n"),
              HasSubstr("value stands there twice"));
  EXPECT_THAT(ObservationsFault("indicator,period,value,\n"), HasSubstr("a column has no name"));
  EXPECT_THAT(ObservationsFault(""), HasSubstr("the file is empty"));
}

TEST(ObservationFileTest, PushesHaveTenThousandRowsAtMost) {
  EXPECT_TRUE(Chunks({}).empty());
  EXPECT_EQ(Chunks(MakeRows(kMostRowsOfPush)).size(), 1U);
  const std::vector<ObservationRow> rows = MakeRows(2 * kMostRowsOfPush + 1);
  const auto chunks = Chunks(rows);
  ASSERT_EQ(chunks.size(), 3U);
  EXPECT_EQ(chunks[0].size(), kMostRowsOfPush);
  EXPECT_EQ(chunks[2].size(), 1U);
  EXPECT_EQ(chunks[2][0].line, rows.back().line);
}

TEST(ObservationFileTest, PushesFitIntoARequestHoweverLongTheirTexts) {
  const std::vector<ObservationRow> rows = MakeRows(9'000, 1'000);
  size_t all = 0;
  for (const auto& chunk : Chunks(rows)) {
    size_t bytes = 0;
    for (const ObservationRow& row : chunk) bytes += row.observation.ByteSizeLong() + 4;
    EXPECT_LT(bytes, size_t{4} << 20);
    all += chunk.size();
  }
  EXPECT_EQ(all, rows.size());
}

v1::PushObservationsRequest Request(const std::vector<ObservationRow>& rows) {
  v1::PushObservationsRequest request;
  request.set_mode(v1::PUSH_MODE_MERGE);
  for (const ObservationRow& row : rows) *request.add_observations() = row.observation;
  return request;
}

TEST(ObservationFileTest, APushIdFollowsFromPlaceAndContentAlone) {
  const v1::PushObservationsRequest request = Request(MakeRows(3));
  const std::string id = PushId("visitors.csv", 1, request);
  EXPECT_THAT(id, HasSubstr("visitors.csv-1-"));
  EXPECT_EQ(PushId("visitors.csv", 1, Request(MakeRows(3))), id);
  EXPECT_NE(PushId("visitors.csv", 2, request), id);
  EXPECT_NE(PushId("others.csv", 1, request), id);
  for (const auto change :
       {+[](v1::PushObservationsRequest& push) { push.set_partial(true); },
        +[](v1::PushObservationsRequest& push) { push.set_mode(v1::PUSH_MODE_REPLACE); },
        +[](v1::PushObservationsRequest& push) { push.set_correction_reason("x"); },
        +[](v1::PushObservationsRequest& push) { push.add_scopes()->set_indicator("k"); },
        +[](v1::PushObservationsRequest& push) { push.mutable_observations()->RemoveLast(); }}) {
    v1::PushObservationsRequest changed = request;
    change(changed);
    EXPECT_NE(PushId("visitors.csv", 1, changed), id);
  }
  for (const auto change :
       {+[](v1::Observation& row) { row.set_value(7); },
        +[](v1::Observation& row) { row.clear_value(); },
        +[](v1::Observation& row) { row.set_comment("x"); },
        +[](v1::Observation& row) { row.set_period("2021-01-02"); },
        +[](v1::Observation& row) { row.clear_dimensions(); },
        +[](v1::Observation& row) { row.set_retract(true); },
        +[](v1::Observation& row) { row.set_status(v1::OBSERVATION_STATUS_PROVISIONAL); }}) {
    v1::PushObservationsRequest changed = request;
    change(*changed.mutable_observations(1));
    EXPECT_NE(PushId("visitors.csv", 1, changed), id);
  }
}

TEST(ObservationFileTest, APushIdFitsWhateverTheFileIsCalled) {
  const std::string prefix = PushIdPrefix("/data/" + std::string(300, 'x') + ".csv");
  EXPECT_LE(PushId(prefix, 1'000'000, Request(MakeRows(1))).size(), 128U);
  EXPECT_EQ(PushIdPrefix("a/b/één.csv"), "____n.csv");
}

}  // namespace
}  // namespace athena::athenactl
