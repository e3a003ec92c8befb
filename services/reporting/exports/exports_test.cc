// ExportScorecard and ExportObservations over the fakes of the other two services.

#include "services/reporting/exports/exports.h"

#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <google/protobuf/util/json_util.h>
#include <google/protobuf/util/message_differencer.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "libs/status/testing/matchers.h"
#include "services/reporting/limits.h"
#include "services/reporting/scorecards/testing/scorecards_fixture.h"

namespace athena::reporting {
namespace {

using status::testing::Refuses;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::kPlan;
using testing::kVisits;
using ::testing::StartsWith;

class ExportsTest : public testing::ScorecardsTest {
 protected:
  static v1::ExportScorecardRequest Exporting(v1::ExportFormat format) {
    v1::ExportScorecardRequest request;
    request.set_name(std::string(kPlan) + "/scorecards/2021-Q1");
    request.set_format(format);
    return request;
  }
  static v1::ExportObservationsRequest ExportingObservations() {
    v1::ExportObservationsRequest request;
    request.set_name(std::string(kPlan) + "/scorecards/2021-Q1");
    return request;
  }

  // All parts in one.
  template <typename Part>
  static Part Joined(const absl::StatusOr<std::vector<Part>>& parts) {
    ATHENA_EXPECT_OK(parts);
    Part all;
    if (!parts.ok()) return all;
    for (const Part& part : *parts) {
      EXPECT_LE(part.ByteSizeLong(), size_t{1} << 20);
      EXPECT_EQ(part.has_file(), &part == &parts->front());
      all.MergeFrom(part);
    }
    return all;
  }
  template <typename Part>
  static std::string Content(const Part& part) {
    std::string content;
    for (const std::string& piece : part.pieces()) content += piece;
    return content;
  }
  v1::ExportScorecardResponse Export(const v1::ExportScorecardRequest& request) {
    return Joined(reporting_->Export(request));
  }
  v1::ExportObservationsResponse ExportObservations() {
    return Joined(reporting_->ExportObservations(ExportingObservations()));
  }

  // A cell of an indicator.
  void AddCell(const std::string& indicator, const std::string& period, double value,
               const std::string& desk, const std::string& comment = "") {
    indicator::v1::ObservationRecord record;
    record.set_revision(3);
    record.mutable_observation()->set_period(period);
    record.mutable_observation()->set_value(value);
    record.mutable_observation()->set_status(indicator::v1::OBSERVATION_STATUS_NORMAL);
    record.mutable_observation()->set_comment(comment);
    if (!desk.empty()) (*record.mutable_observation()->mutable_dimensions())["desk"] = desk;
    indicator_.observations[indicator].push_back(record);
  }
};

TEST_F(ExportsTest, JsonIsTheScorecardAsItIsRead) {
  v1::GetScorecardRequest read = Asking();
  read.set_view(v1::SCORECARD_VIEW_FULL);
  const absl::StatusOr<v1::Scorecard> card = Get(read);
  ATHENA_ASSERT_OK(card);
  const v1::ExportScorecardResponse file = Export(Exporting(v1::EXPORT_FORMAT_JSON));
  v1::Scorecard exported;
  ASSERT_TRUE(google::protobuf::util::JsonStringToMessage(Content(file), &exported).ok());
  EXPECT_TRUE(google::protobuf::util::MessageDifferencer::Equals(exported, *card));
  EXPECT_EQ(file.file().file_name(), "gob-p-2021-Q1-nl.json");
  EXPECT_EQ(file.file().media_type(), "application/json");
  EXPECT_TRUE(
      google::protobuf::util::MessageDifferencer::Equals(file.file().basis(), card->basis()));
}

TEST_F(ExportsTest, EachFormatIsAFileWithANameAndAMediaType) {
  const auto named = [&](v1::ExportFormat format) {
    v1::ExportScorecardRequest request = Exporting(format);
    request.set_language_code("fr-BE");
    request.set_element(std::string(kPlan) + "/elements/e1");
    const v1::ExportScorecardResponse file = Export(request);
    EXPECT_NE(Content(file), "");
    return file.file().file_name() + " " + file.file().media_type();
  };
  EXPECT_EQ(named(v1::EXPORT_FORMAT_CSV),
            "gob-p-2021-Q1-e1-fr-BE.csv text/csv; charset=utf-8; header=present");
  EXPECT_THAT(named(v1::EXPORT_FORMAT_XLSX),
              StartsWith("gob-p-2021-Q1-e1-fr.xlsx application/vnd"));
  EXPECT_EQ(named(v1::EXPORT_FORMAT_HTML), "gob-p-2021-Q1-e1-fr.html text/html; charset=utf-8");
  EXPECT_EQ(named(v1::EXPORT_FORMAT_STRATML), "gob-p-2021-Q1-e1-fr-BE.xml application/xml");
}

TEST_F(ExportsTest, AllFaultsAreNamedAtOnce) {
  v1::ExportScorecardRequest request;
  request.set_name("institutions/gob/plans/p/scorecards/2021");
  request.set_language_code("no language");
  request.set_guard(true);
  const absl::Status refused = reporting_->Export(request).status();
  EXPECT_THAT(refused, Refuses("INVALID_FIELDS"));
  EXPECT_EQ(status::MetadataValue(refused, "faults"), "4");  // guard too
  EXPECT_THAT(plan_.Requests(), IsEmpty());
  request = Exporting(v1::EXPORT_FORMAT_XLSX);
  request.set_guard(true);
  EXPECT_THAT(reporting_->Export(request).status(), Refuses("INVALID_FIELDS"));
  request = Exporting(static_cast<v1::ExportFormat>(99));
  EXPECT_THAT(reporting_->Export(request).status(), Refuses("INVALID_FIELDS"));
}

TEST_F(ExportsTest, AQuarterOutsideOfThePlanIsRefusedThoughEarlierOnesAreShownToo) {
  for (const auto format : {v1::EXPORT_FORMAT_HTML, v1::EXPORT_FORMAT_CSV}) {
    v1::ExportScorecardRequest request = Exporting(format);
    now_ = absl::FromCivil(absl::CivilSecond(2024, 6, 1), absl::UTCTimeZone());
    request.set_name(std::string(kPlan) + "/scorecards/2023-Q2");
    EXPECT_THAT(reporting_->Export(request).status(), Refuses("PERIOD_OUTSIDE_PLAN"));
  }
}

TEST_F(ExportsTest, AFileOfAnySizeIsSentInParts) {
  plan_.slices = 3000;
  const absl::StatusOr<std::vector<v1::ExportScorecardResponse>> parts =
      reporting_->Export(Exporting(v1::EXPORT_FORMAT_JSON));
  ATHENA_ASSERT_OK(parts);
  EXPECT_GT(parts->size(), 2);
  v1::Scorecard exported;
  ASSERT_TRUE(google::protobuf::util::JsonStringToMessage(Content(Joined(parts)), &exported).ok());
  EXPECT_EQ(exported.result().root().children(0).indicators_size(), 3000);
}

// The refusal of a larger one tells its size; with a title shorter by what is too much, it is as
// large as is allowed.
TEST_F(ExportsTest, AScorecardOf32MiBIsExportedAndALargerOneIsRefused) {
  plan_.slices = 12'000;
  // What each slice shows.
  (*indicator_.more_definition.mutable_indicator()->mutable_display_name()->mutable_text())["nl"] =
      std::string(2320, 'i');
  std::string& title = (*plan_.more_element.mutable_title()->mutable_text())["nl"];
  title = std::string(3 << 20, 'x');
  const v1::ExportScorecardRequest request = Exporting(v1::EXPORT_FORMAT_JSON);
  const auto refused_bytes = [&]() -> size_t {
    const absl::Status refused = reporting_->Export(request).status();
    EXPECT_THAT(refused, Refuses("EXPORT_TOO_LARGE"));
    size_t bytes = 0;
    EXPECT_TRUE(absl::SimpleAtoi(status::MetadataValue(refused, "bytes"), &bytes));
    return bytes;
  };
  constexpr size_t kMost = 32 << 20;
  size_t bytes = refused_bytes();
  ASSERT_GT(bytes, kMost);
  // The length of the title takes four bytes before and after.
  ASSERT_LT(bytes - kMost, title.size() - (2 << 20));
  title.resize(title.size() - (bytes - kMost) + 1);
  plan_.changes = 2;
  EXPECT_EQ(refused_bytes(), kMost + 1);
  title.pop_back();
  plan_.changes = 3;
  ATHENA_EXPECT_OK(reporting_->Export(request));
}

TEST_F(ExportsTest, TheObservationsOf20000SlicesAreExportedAndOfMoreRefused) {
  indicator_.more_definition.mutable_indicator()->add_dimensions()->set_id("site");
  plan_.slices = 20'000;
  ATHENA_EXPECT_OK(reporting_->ExportObservations(ExportingObservations()));
  indicator::v1::Indicator& visits = *indicator_.more_definition.mutable_indicator();
  visits.set_kind(indicator::v1::Indicator::KIND_FORMULA);
  visits.set_formula("own");
  ASSERT_TRUE(google::protobuf::TextFormat::ParseFromString(
      "indicator { kind: KIND_BASE }", &indicator_.definitions["institutions/gob/indicators/own"]));
  plan_.changes = 2;
  EXPECT_THAT(reporting_->ExportObservations(ExportingObservations()).status(),
              Refuses("TOO_MANY_INDICATORS"));
}

TEST_F(ExportsTest, ThePageShowsTheQuartersBeforeTheScoredOne) {
  v1::ExportScorecardRequest request = Exporting(v1::EXPORT_FORMAT_HTML);
  now_ = absl::FromCivil(absl::CivilSecond(2022, 6, 1), absl::UTCTimeZone());
  request.set_name(std::string(kPlan) + "/scorecards/2022-Q1");
  indicator_.values_at[{"2021-Q2", 0}] = "290";
  const std::string page = Content(Export(request));
  for (const char* quarter : {"2021-Q1", "2021-Q2", "2021-Q3", "2021-Q4", "2022-Q1"}) {
    EXPECT_THAT(page, HasSubstr(absl::StrCat("<th scope=\"row\">", quarter, "</th>")));
  }
  // 100 (290 - 200 + 100) / 300.
  EXPECT_THAT(page, HasSubstr("63,3"));
}

TEST_F(ExportsTest, TheCellsBehindAScorecardAreThoseOfItsYearUpToTheQuarter) {
  indicator::v1::Indicator& definition = *indicator_.more_definition.mutable_indicator();
  definition.set_kind(indicator::v1::Indicator::KIND_BASE);
  definition.add_dimensions()->set_id("desk");
  AddCell(kVisits, "2020-12", 1, "NORTH");
  AddCell(kVisits, "2021-01", 0.1, "NORTH", "late, \"estimate\"");
  AddCell(kVisits, "2021-03", 1500000, "SOUTH", "=1+1");
  AddCell(kVisits, "2021-W13", 7, "SOUTH");  // its Thursday is 1 April
  const v1::ExportObservationsResponse file = ExportObservations();
  EXPECT_EQ(Content(file),
            "STRUCTURE,STRUCTURE_ID,ACTION,desk,TIME_PERIOD,OBS_VALUE,OBS_STATUS,COMMENT\r\n"
            "dataflow,GOB:VISITS(1.0.0),I,NORTH,2021-01,0.1,A,\"late, \"\"estimate\"\"\"\r\n"
            "dataflow,GOB:VISITS(1.0.0),I,SOUTH,2021-03,1500000,A,=1+1\r\n");
  EXPECT_EQ(file.rows(), 2);
  EXPECT_THAT(file.withheld_indicators(), IsEmpty());
  EXPECT_EQ(file.file().file_name(), "gob-p-2021-Q1-observations.csv");
  EXPECT_EQ(file.file().basis().indicator_revisions().at("institutions/gob"), 11);
  v1::ExportObservationsRequest guarded = ExportingObservations();
  guarded.set_guard(true);
  EXPECT_THAT(Content(Joined(reporting_->ExportObservations(guarded))),
              HasSubstr(",1500000,A,'=1+1\r\n"));
}

TEST_F(ExportsTest, OfALinkedSliceOnlyItsCellsAreExported) {
  indicator_.more_definition.mutable_indicator()->add_dimensions()->set_id("site");
  plan_.slices = 2;  // the sites s10000 and s10001
  for (const char* site : {"s10000", "s10001", "s10002"}) {
    AddCell(kVisits, "2021-01", 1, "");
    (*indicator_.observations[kVisits].back().mutable_observation()->mutable_dimensions())["site"] =
        site;
  }
  EXPECT_EQ(ExportObservations().rows(), 2);
}

TEST_F(ExportsTest, OfAFormulaTheCellsOfItsOperandsAreExported) {
  const auto define = [&](const std::string& id, const std::string& definition) {
    ASSERT_TRUE(google::protobuf::TextFormat::ParseFromString(
        definition, &indicator_.definitions["institutions/gob/indicators/" + id]));
  };
  indicator::v1::Indicator& visits = *indicator_.more_definition.mutable_indicator();
  visits.set_kind(indicator::v1::Indicator::KIND_FORMULA);
  visits.set_formula("in / all{desk=\"NORTH\"} - secret");
  define("in", "indicator { kind: KIND_FORMULA formula: 'all + own' }");
  define("all", "indicator { kind: KIND_BASE dimensions { id: 'desk' } }");
  define("own", "indicator { kind: KIND_BASE }");
  define("secret", "");
  AddCell("institutions/gob/indicators/all", "2021-01", 1, "NORTH");
  AddCell("institutions/gob/indicators/all", "2021-01", 2, "SOUTH");
  AddCell("institutions/gob/indicators/own", "2021-Q1", 3, "");
  AddCell("institutions/gob/indicators/secret", "2021-Q1", 4, "");
  const v1::ExportObservationsResponse file = ExportObservations();
  // `all` is read by `in` as a whole.
  EXPECT_EQ(Content(file),
            "STRUCTURE,STRUCTURE_ID,ACTION,desk,TIME_PERIOD,OBS_VALUE,OBS_STATUS,COMMENT\r\n"
            "dataflow,GOB:ALL(1.0.0),I,NORTH,2021-01,1,A,\r\n"
            "dataflow,GOB:ALL(1.0.0),I,SOUTH,2021-01,2,A,\r\n"
            "dataflow,GOB:OWN(1.0.0),I,,2021-Q1,3,A,\r\n");
  EXPECT_THAT(file.withheld_indicators(), ElementsAre("institutions/gob/indicators/secret"));
}

// Its dimension is the operand's, unless the formula fixes it.
TEST_F(ExportsTest, OfAFormulaWithASliceTheOperandsCellsOfThatSliceAreExported) {
  const auto define = [&](const std::string& id, const std::string& definition) {
    ASSERT_TRUE(google::protobuf::TextFormat::ParseFromString(
        definition, &indicator_.definitions["institutions/gob/indicators/" + id]));
  };
  define("all", "indicator { kind: KIND_BASE dimensions { id: 'desk' } }");
  define("mid", "indicator { kind: KIND_FORMULA formula: 'all' }");
  indicator::v1::Indicator& visits = *indicator_.more_definition.mutable_indicator();
  visits.set_kind(indicator::v1::Indicator::KIND_FORMULA);
  visits.set_formula("all * 2");
  AddCell("institutions/gob/indicators/all", "2021-01", 1, "NORTH");
  AddCell("institutions/gob/indicators/all", "2021-01", 2, "SOUTH");
  ASSERT_TRUE(google::protobuf::TextFormat::ParseFromString(
      R"(elements { name: 'institutions/gob/plans/p/elements/e2' code: '2'
                    indicators { indicator: 'institutions/gob/indicators/visits'
                                 slice { key: 'desk' value: 'NORTH' } } })",
      &plan_.more));
  v1::ExportObservationsRequest request = ExportingObservations();
  request.set_element(std::string(kPlan) + "/elements/e2");
  v1::ExportObservationsResponse file = Joined(reporting_->ExportObservations(request));
  EXPECT_EQ(file.rows(), 1);
  EXPECT_THAT(Content(file), HasSubstr(",NORTH,2021-01,1,"));
  visits.set_formula("mid{desk=\"SOUTH\"}");
  file = Joined(reporting_->ExportObservations(request));
  EXPECT_EQ(file.rows(), 1);
  EXPECT_THAT(Content(file), HasSubstr(",SOUTH,2021-01,2,"));
}

// The annual `visits` is evaluated in 2020; the formula f reads it from the quarter's year on.
TEST_F(ExportsTest, CellsAreExportedFromTheEarliestEvaluationPeriodOn) {
  indicator_.more_definition.mutable_indicator()->set_kind(indicator::v1::Indicator::KIND_BASE);
  ASSERT_TRUE(google::protobuf::TextFormat::ParseFromString(
      "indicator { kind: KIND_FORMULA formula: 'visits' }",
      &indicator_.definitions["institutions/gob/indicators/f"]));
  plan_.more_element.add_indicators()->set_indicator("institutions/gob/indicators/f");
  indicator_.evaluated[1] = "2020";  // in the order of names
  AddCell(kVisits, "2019-Q4", 1, "");
  AddCell(kVisits, "2020-Q1", 2, "");
  AddCell(kVisits, "2021-Q1", 3, "");
  const v1::ExportObservationsResponse file = ExportObservations();
  EXPECT_EQ(file.rows(), 2);
  EXPECT_THAT(Content(file), HasSubstr(",2020-Q1,2,"));
}

TEST_F(ExportsTest, CellsAreThoseOfTheBasis) {
  AddCell(kVisits, "2021-01", 1, "");
  AddCell(kVisits, "2021-01", 2, "");
  indicator_.observations[kVisits].back().set_revision(12);  // the basis has revision 11
  EXPECT_EQ(ExportObservations().rows(), 1);
}

TEST_F(ExportsTest, CellsWithoutValueHaveAStatus) {
  using indicator::v1::ObservationStatus;
  for (int status = indicator::v1::ObservationStatus_MIN;
       status <= indicator::v1::ObservationStatus_MAX; ++status) {
    if (status == indicator::v1::OBSERVATION_STATUS_UNSPECIFIED) continue;
    AddCell(kVisits, "2021-01", 0, "");
    indicator::v1::Observation& cell =
        *indicator_.observations[kVisits].back().mutable_observation();
    cell.clear_value();
    cell.set_status(static_cast<ObservationStatus>(status));
    cell.set_comment(indicator::v1::ObservationStatus_Name(status).substr(19));
  }
  const std::string content = Content(ExportObservations());
  for (const char* row :
       {",A,NORMAL", ",E,ESTIMATED", ",P,PROVISIONAL", ",F,FORECAST", ",M,NOT_APPLICABLE",
        ",O,MISSING", ",L,NOT_COLLECTED", ",H,HOLIDAY", ",Q,SUPPRESSED"}) {
    EXPECT_THAT(content, HasSubstr(absl::StrCat("I,2021-01,", row, "\r\n")));
  }
}

TEST_F(ExportsTest, AnIndicatorThatMayNotBeReadIsNamedWithoutAskingForItsCells) {
  indicator_.has_value = false;
  indicator_.more_value.mutable_own()->set_reason(
      indicator::v1::NO_VALUE_REASON_INDICATOR_NOT_READABLE);
  const v1::ExportObservationsResponse file = ExportObservations();
  EXPECT_THAT(file.withheld_indicators(), ElementsAre(kVisits));
  EXPECT_THAT(indicator_.ObservationsRequests(), IsEmpty());
}

TEST_F(ExportsTest, IndicatorsWhoseObservationsMayNotBeReadAreNamed) {
  indicator_.hidden_observations = {kVisits};
  AddCell(kVisits, "2021-01", 1, "");
  const v1::ExportObservationsResponse file = ExportObservations();
  EXPECT_EQ(file.rows(), 0);
  EXPECT_THAT(file.withheld_indicators(), ElementsAre(kVisits));
}

TEST_F(ExportsTest, CodesAreGuardedToo) {
  indicator_.more_definition.mutable_indicator()->add_dimensions()->set_id("desk");
  AddCell(kVisits, "2021-01", -1, "-N");
  v1::ExportObservationsRequest request = ExportingObservations();
  EXPECT_THAT(Content(Joined(reporting_->ExportObservations(request))),
              HasSubstr("I,-N,2021-01,-1,A,"));
  request.set_guard(true);
  EXPECT_THAT(Content(Joined(reporting_->ExportObservations(request))),
              HasSubstr("I,'-N,2021-01,-1,A,"));
}

TEST_F(ExportsTest, ADimensionWithTheNameOfAnotherColumnIsRefused) {
  indicator_.more_definition.mutable_indicator()->add_dimensions()->set_id("OBS_VALUE");
  EXPECT_THAT(reporting_->ExportObservations(ExportingObservations()).status(),
              Refuses("COLUMN_NAME_TAKEN"));
}

TEST_F(ExportsTest, ManyRowsAreSentInParts) {
  indicator_.more_definition.mutable_indicator()->add_dimensions()->set_id("desk");
  constexpr int kCells = 30'000;
  for (int i = 0; i < kCells; ++i) AddCell(kVisits, "2021-01", i, absl::StrCat("D", i));
  const v1::ExportObservationsResponse file = ExportObservations();
  EXPECT_EQ(file.rows(), kCells);
}

}  // namespace
}  // namespace athena::reporting
