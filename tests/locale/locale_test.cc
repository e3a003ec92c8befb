// That a test program which is run in a locale really is in it, and that what is read and written
// there is what is read and written everywhere. German writes 1.234,5; Turkish has no I for an i.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cctype>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <sstream>
#include <string>
#include <utility>

#include "athena/indicator/v1/observation.pb.h"
#include "libs/canonical/canonical.h"
#include "libs/decimal/decimal.h"
#include "libs/period/period.h"
#include "services/athenactl/files/export_file.h"
#include "services/athenactl/files/observation_file.h"

namespace athena {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::SizeIs;

// 1234567.25 of an indicator and of codes full of letters that Turkish treats in its own way.
indicator::v1::ObservationRecord Record() {
  indicator::v1::ObservationRecord record;
  indicator::v1::Observation& cell = *record.mutable_observation();
  cell.set_indicator("inscriptions-initiales");
  cell.set_period("2021-W30");
  cell.set_value(1234567.25);
  (*cell.mutable_dimensions())["ISCED"] = "I";
  (*cell.mutable_dimensions())["iso"] = "i";
  cell.set_status(indicator::v1::OBSERVATION_STATUS_PROVISIONAL);
  cell.set_comment("İstanbul, ılık");
  return record;
}

athenactl::ExportLayout Layout(athenactl::ExportFormat format) {
  return {.format = format, .institution = "gob-bi", .dimensions = {"ISCED", "iso"}};
}

absl::StatusOr<athenactl::ObservationFile> ReadFile(const std::string& csv) {
  athenactl::TextSource source = athenactl::TextSource::OfText(csv);
  const auto reader = athenactl::OpenObservations(source, athenactl::Dialect());
  if (!reader.ok()) return reader.status();
  return athenactl::ReadAllRows(**reader);
}

void ExpectRecord(const indicator::v1::Observation& cell) {
  EXPECT_EQ(cell.indicator(), "inscriptions-initiales");
  EXPECT_EQ(cell.period(), "2021-W30");
  EXPECT_EQ(cell.value(), 1234567.25);
  EXPECT_EQ(cell.status(), indicator::v1::OBSERVATION_STATUS_PROVISIONAL);
  EXPECT_EQ(cell.comment(), "İstanbul, ılık");
  const std::map<std::string, std::string> codes(cell.dimensions().begin(),
                                                 cell.dimensions().end());
  EXPECT_THAT(codes, ElementsAre(Pair("ISCED", "I"), Pair("iso", "i")));
}

TEST(LocaleTest, TheLocaleIsThere) {
  struct Habits {
    std::string c;
    std::string cpp;
    int small_i;
  };
  const std::map<std::string, Habits> known = {
      {"", {"1234567.5", "1.23457e+06", 'i'}},
      {"de_DE.UTF-8", {"1234567,5", "1,23457e+06", 'i'}},
      {"tr_TR.UTF-8", {"1234567,5", "1,23457e+06", 'I'}},
  };
  const char* const name = std::getenv("ATHENA_TEST_LOCALE");
  const Habits& habits = known.at(name == nullptr ? "" : name);
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.1f", 1234567.5);
  EXPECT_EQ(text.data(), habits.c);
  std::ostringstream out;
  out << 1234567.5;
  EXPECT_EQ(out.str(), habits.cpp);
  EXPECT_EQ(std::tolower('I'), habits.small_i);
}

TEST(LocaleTest, DecimalsAreWrittenWithAPointAndReadWithAPoint) {
  const auto value = Decimal::Parse("-1234567.25");
  ASSERT_TRUE(value.ok()) << value.status();
  EXPECT_EQ(value->ToString(), "-1234567.25");
  EXPECT_EQ(value->ToFixed(3), "-1234567.250");
  EXPECT_EQ(value->ToDouble(), -1234567.25);
  std::ostringstream out;
  out << *value;
  EXPECT_EQ(out.str(), "-1234567.25");
  EXPECT_EQ(Decimal::FromDouble(0.1)->ToString(), "0.1");
  EXPECT_EQ(Decimal::Parse("1e-3")->ToString(), "0.001");
  EXPECT_FALSE(Decimal::Parse("0,5").ok());
  EXPECT_FALSE(Decimal::Parse("1.234.567").ok());
}

TEST(LocaleTest, PeriodsAreWrittenInPlainDigits) {
  for (const char* literal : {"2021-07-15", "2021-W30", "2021-07", "2021-Q3", "2021-S2", "2021"}) {
    const auto period = Period::Parse(literal);
    ASSERT_TRUE(period.ok()) << period.status();
    EXPECT_EQ(period->ToString(), literal);
  }
}

TEST(LocaleTest, CanonicalJsonHasPointsAndNoSeparators) {
  EXPECT_EQ(CanonicalJson(Record().observation()),
            R"({"comment":"İstanbul, ılık","dimensions":{"ISCED":"I","iso":"i"},)"
            R"("indicator":"inscriptions-initiales","period":"2021-W30",)"
            R"("status":"OBSERVATION_STATUS_PROVISIONAL","value":1234567.25})");
}

TEST(LocaleTest, CsvIsWrittenWithPointsAndReadBack) {
  const auto layout = Layout(athenactl::ExportFormat::kCsv);
  const std::string csv = athenactl::ExportHeader(layout) +
                          athenactl::ExportLine(layout, "inscriptions-initiales", Record());
  EXPECT_EQ(csv,
            "indicator,period,ISCED,iso,value,status,comment\n"
            "inscriptions-initiales,2021-W30,I,i,1234567.25,P,\"İstanbul, ılık\"\n");
  const auto file = ReadFile(csv);
  ASSERT_TRUE(file.ok()) << file.status();
  ASSERT_THAT(file->rows, SizeIs(1));
  ExpectRecord(file->rows[0].observation);
}

TEST(LocaleTest, SdmxCsvIsWrittenWithPointsAndReadBack) {
  const auto layout = Layout(athenactl::ExportFormat::kSdmxCsv);
  const std::string csv = athenactl::ExportHeader(layout) +
                          athenactl::ExportLine(layout, "inscriptions-initiales", Record());
  EXPECT_EQ(csv,
            "STRUCTURE,STRUCTURE_ID,ACTION,ISCED,iso,TIME_PERIOD,OBS_VALUE,OBS_STATUS,COMMENT\n"
            "dataflow,GOB_BI:INSCRIPTIONS_INITIALES(1.0.0),I,I,i,2021-W30,1234567.25,P,"
            "\"İstanbul, ılık\"\n");
  const auto file = ReadFile(csv);
  ASSERT_TRUE(file.ok()) << file.status();
  EXPECT_THAT(file->imprecise, IsEmpty());
  ASSERT_THAT(file->rows, SizeIs(1));
  ExpectRecord(file->rows[0].observation);
}

TEST(LocaleTest, ACommaIsNoDecimalPointInAFile) {
  const auto file = ReadFile("indicator,period,value\nk,2021,\"1,5\"\nk,2022,1.234.567\n");
  ASSERT_TRUE(file.ok()) << file.status();
  EXPECT_THAT(file->rows, IsEmpty());
  EXPECT_THAT(file->refused, SizeIs(2));
}

}  // namespace
}  // namespace athena
