#include "services/athenactl/files/sdmx_csv.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "libs/status/macros.h"
#include "libs/status/testing/matchers.h"

namespace athena::athenactl {
namespace {

namespace v1 = athena::indicator::v1;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::SizeIs;

absl::StatusOr<ObservationFile> ReadSdmxCsv(std::string_view csv,
                                            const std::set<std::string>& ignored) {
  TextSource source = TextSource::OfText(csv);
  Dialect dialect;
  for (const std::string& column : ignored) dialect.ignored.insert(Folded(column));
  ATHENA_ASSIGN_OR_RETURN(TableReader table, TableReader::Open(source, dialect));
  EXPECT_TRUE(IsSdmxCsv(table));
  ATHENA_ASSIGN_OR_RETURN(const auto reader, OpenSdmxCsv(std::move(table)));
  return ReadAllRows(*reader);
}

ObservationFile ReadSdmx(std::string_view csv, const std::set<std::string>& ignored = {}) {
  absl::StatusOr<ObservationFile> file = ReadSdmxCsv(csv, ignored);
  ATHENA_EXPECT_OK(file);
  return file.value_or(ObservationFile{});
}

std::string SdmxFault(std::string_view csv) {
  return std::string(ReadSdmxCsv(csv, {}).status().message());
}

bool IsSdmx(std::string_view csv) {
  TextSource source = TextSource::OfText(csv);
  const auto table = TableReader::Open(source, Dialect());
  return table.ok() && IsSdmxCsv(*table);
}

// A file of one row: its fields after STRUCTURE and STRUCTURE_ID.
ObservationFile ReadRow(const std::string& columns, const std::string& fields,
                        const std::set<std::string>& ignored = {}) {
  return ReadSdmx(
      absl::StrCat("STRUCTURE,STRUCTURE_ID,", columns, "\ndataflow,A:K(1.0),", fields, "\n"),
      ignored);
}

TEST(SdmxCsvTest, TheHeaderTellsTheFormat) {
  EXPECT_TRUE(IsSdmx("STRUCTURE,STRUCTURE_ID,ACTION\n"));
  EXPECT_TRUE(IsSdmx("\xEF\xBB\xBFSTRUCTURE[;],STRUCTURE_ID\r\n"));
  EXPECT_TRUE(IsSdmx("\"STRUCTURE\",\"STRUCTURE_ID\"\n"));
  EXPECT_TRUE(IsSdmx("DATAFLOW,FREQ,TIME_PERIOD\n"));
  EXPECT_FALSE(IsSdmx("indicator,period,value\nSTRUCTURE,1,2\n"));
  EXPECT_FALSE(IsSdmx(""));
}

TEST(SdmxCsvTest, ARowIsAnObservationOfTheStructuresIndicator) {
  const ObservationFile file = ReadSdmx(
      "STRUCTURE,STRUCTURE_ID,ACTION,OBS_STATUS,unit,REF_AREA,TIME_PERIOD,OBS_VALUE,COMMENT\n"
      "dataflow,GOB:HEADCOUNT_TOTAL(1.0.0),I,E,BM,BE10,2020-Q4,420.5,\"so, so\"\n");
  EXPECT_THAT(file.refused, IsEmpty());
  ASSERT_THAT(file.rows, SizeIs(1));
  const v1::Observation& row = file.rows[0].observation;
  EXPECT_EQ(file.rows[0].line, 2);
  EXPECT_EQ(row.indicator(), "headcount-total");
  EXPECT_EQ(row.period(), "2020-Q4");
  EXPECT_EQ(row.value(), 420.5);
  EXPECT_EQ(row.status(), v1::OBSERVATION_STATUS_ESTIMATED);
  EXPECT_EQ(row.comment(), "so, so");
  EXPECT_FALSE(row.retract());
  const std::map<std::string, std::string> dimensions(row.dimensions().begin(),
                                                      row.dimensions().end());
  EXPECT_THAT(dimensions, ElementsAre(Pair("REF_AREA", "BE10"), Pair("unit", "BM")));
}

TEST(SdmxCsvTest, TheFieldGuidesOwnExampleIsRead) {
  const ObservationFile file = ReadSdmx(
      "STRUCTURE,STRUCTURE_ID,ACTION,DIM_1,DIM_2,TIME_PERIOD,OBS_VALUE,ATTR_2,UPDATED\n"
      "dataflow,ESTAT:NA_MAIN(1.6.0),I,A,B,2014-01,12.4,\"Normal, special\",2021-01-22T13:15:41Z\n"
      "dataflow,ESTAT:NA_MAIN(1.6.0),I,A,B,2014-02,10.8,\"Normal, special\",2021-01-22T13:15:41Z\n",
      {"ATTR_2", "UPDATED"});
  EXPECT_THAT(file.refused, IsEmpty());
  ASSERT_THAT(file.rows, SizeIs(2));
  EXPECT_EQ(file.rows[1].observation.indicator(), "na-main");
  EXPECT_EQ(file.rows[1].observation.period(), "2014-02");
  EXPECT_EQ(file.rows[1].observation.value(), 10.8);
  EXPECT_EQ(file.rows[1].observation.dimensions_size(), 2);
}

TEST(SdmxCsvTest, AStructureMayBeOfAnyKindAndWithoutVersionButHasAnId) {
  for (const char* const structure : {"dataflow", "datastructure", "dataprovision"}) {
    EXPECT_THAT(ReadSdmx(absl::StrCat("STRUCTURE,STRUCTURE_ID,TIME_PERIOD,OBS_VALUE\n", structure,
                                      ",A.B:K_1,2021,1\n"))
                    .rows,
                SizeIs(1));
  }
  for (const char* const row : {"metadataflow,A:K(1.0)", "dataflow,K", "dataflow,A:", "dataflow,:K",
                                "dataflow,A:K(1.0", "dataflow,A:(1.0)"}) {
    const ObservationFile file =
        ReadSdmx(absl::StrCat("STRUCTURE,STRUCTURE_ID,TIME_PERIOD,OBS_VALUE\n", row, ",2021,1\n"));
    EXPECT_THAT(file.rows, IsEmpty()) << row;
    EXPECT_THAT(file.refused, SizeIs(1)) << row;
  }
}

TEST(SdmxCsvTest, PeriodsAreGregorianOrReportingOnes) {
  // Day 196 of 2021 is July 15th, day 366 of a leap year December 31st.
  for (const auto& [typed, literal] :
       std::vector<std::pair<std::string, std::string>>{{"2021", "2021"},
                                                        {"2021-A1", "2021"},
                                                        {"2021-S2", "2021-S2"},
                                                        {"2021-Q3", "2021-Q3"},
                                                        {"2021-07", "2021-07"},
                                                        {"2021-M07", "2021-07"},
                                                        {"2020-W53", "2020-W53"},
                                                        {"2021-07-15", "2021-07-15"},
                                                        {"2021-D196", "2021-07-15"},
                                                        {"2020-D366", "2020-12-31"}}) {
    const ObservationFile file = ReadRow("TIME_PERIOD,OBS_VALUE", typed + ",1");
    ASSERT_THAT(file.rows, SizeIs(1)) << typed;
    EXPECT_EQ(file.rows[0].observation.period(), literal);
  }
  for (const char* const typed :
       {"2021-T1", "2021-A2", "2021-M13", "2021-M7", "2021-D366", "2021-D000", "2021-W53",
        "2021-02-29", "2021-07-15T00:00:00", "2021-01-01/P1M", "21", "2021-D", "2021-Dxyz"}) {
    const ObservationFile file = ReadRow("TIME_PERIOD,OBS_VALUE", absl::StrCat(typed, ",1"));
    EXPECT_THAT(file.rows, IsEmpty()) << typed;
    ASSERT_THAT(file.refused, SizeIs(1)) << typed;
    EXPECT_EQ(file.refused[0].field, "TIME_PERIOD");
  }
}

TEST(SdmxCsvTest, TheFrequencyMustAgreeWithThePeriodAndIsNoDimension) {
  ASSERT_THAT(ReadRow("FREQ,TIME_PERIOD,OBS_VALUE", "Q,2021-Q3,1").rows, SizeIs(1));
  EXPECT_THAT(ReadRow("FREQ,TIME_PERIOD,OBS_VALUE", "Q,2021-Q3,1").rows[0].observation.dimensions(),
              IsEmpty());
  const ObservationFile file = ReadRow("FREQ,TIME_PERIOD,OBS_VALUE", "M,2021-Q3,1");
  ASSERT_THAT(file.refused, SizeIs(1));
  EXPECT_EQ(file.refused[0].description, "got \"M\", want Q, as TIME_PERIOD 2021-Q3 is");
}

TEST(SdmxCsvTest, P2_AnActionSaysWhichPartsOfTheCellItSets) {
  struct Case {
    const char* action;
    const char* columns;
    const char* fields;
    int mask;
  };
  for (const Case& one :
       std::vector<Case>{{"R", "OBS_VALUE", "7", kWholeCell},
                         {"R", "OBS_VALUE,OBS_STATUS,COMMENT", "7,,", kWholeCell},
                         {"I", "OBS_VALUE", "7", kValuePart},
                         {"", "OBS_VALUE", "7", kValuePart},
                         {"I", "OBS_VALUE,COMMENT", "7,", kValuePart | kCommentPart},
                         {"I", "OBS_VALUE,OBS_STATUS,COMMENT", "7,,", kWholeCell},
                         {"M", "OBS_VALUE", "7", kValuePart},
                         {"A", "OBS_VALUE,OBS_STATUS,COMMENT", "7,,", kValuePart},
                         {"M", "OBS_VALUE,OBS_STATUS,COMMENT", "7,E,", kValuePart | kStatusPart},
                         {"M", "OBS_VALUE,OBS_STATUS,COMMENT", ",,better", kCommentPart},
                         {"M", "OBS_VALUE,OBS_STATUS,COMMENT", "NaN,O,", kValuePart | kStatusPart},
                         {"M", "OBS_VALUE,OBS_STATUS,COMMENT", ",,#N/A", kCommentPart},
                         {"M", "OBS_VALUE,OBS_STATUS,COMMENT", ",E,", kStatusPart}}) {
    const ObservationFile file = ReadRow(absl::StrCat("ACTION,TIME_PERIOD,", one.columns),
                                         absl::StrCat(one.action, ",2021,", one.fields));
    ASSERT_THAT(file.rows, SizeIs(1)) << one.action << " " << one.fields;
    EXPECT_EQ(file.rows[0].mask, one.mask) << one.action << " " << one.fields;
    EXPECT_FALSE(file.rows[0].observation.retract());
  }
  const ObservationFile file = ReadRow("ACTION,TIME_PERIOD,OBS_VALUE", "X,2021,7");
  EXPECT_THAT(file.rows, IsEmpty());
  ASSERT_THAT(file.refused, SizeIs(1));
  EXPECT_THAT(file.refused[0].description, HasSubstr("got \"X\", want I, A, M or R"));
}

TEST(SdmxCsvTest, AMergeOfNothingIsRefused) {
  for (const char* const fields : {"M,2021,,,", "M,2021,NaN,,better"}) {
    const ObservationFile file = ReadRow("ACTION,TIME_PERIOD,OBS_VALUE,OBS_STATUS,COMMENT", fields);
    EXPECT_THAT(file.rows, IsEmpty());
    EXPECT_THAT(file.refused, SizeIs(1));
  }
}

TEST(SdmxCsvTest, P1_ADeleteThatNamesOnlyIgnoredAttributesIsRefused) {
  for (const char* const row : {"D,MAIN,2014-01,,-", "D,,2014-01,,-", "D,MAIN,,,-"}) {
    const ObservationFile file =
        ReadRow("ACTION,desk,TIME_PERIOD,OBS_VALUE,DECIMALS", row, {"DECIMALS"});
    EXPECT_THAT(file.rows, IsEmpty()) << row;
    EXPECT_THAT(file.deletions, IsEmpty()) << row;
    ASSERT_THAT(file.refused, SizeIs(1)) << row;
    EXPECT_EQ(file.refused[0].line, 2);
    EXPECT_EQ(file.refused[0].field, "DECIMALS");
  }
  // With the value it deletes all there is.
  EXPECT_THAT(
      ReadRow("ACTION,desk,TIME_PERIOD,OBS_VALUE,DECIMALS", "D,MAIN,2014-01,-,-", {"DECIMALS"})
          .rows,
      SizeIs(1));
  EXPECT_THAT(
      ReadRow("ACTION,desk,TIME_PERIOD,OBS_VALUE,DECIMALS", "D,MAIN,2014-01,,", {"DECIMALS"}).rows,
      SizeIs(1));
  EXPECT_THAT(ReadRow("ACTION,desk,TIME_PERIOD,UNIT_MULT", "D,MAIN,2014-01,0").refused, SizeIs(1));
}

TEST(SdmxCsvTest, P7_NotAvailableIsIntentionallyMissing) {
  const ObservationFile file =
      ReadRow("TIME_PERIOD,OBS_VALUE,OBS_STATUS,COMMENT", "2021,1,#N/A,#N/A");
  ASSERT_THAT(file.rows, SizeIs(1));
  EXPECT_EQ(file.rows[0].observation.comment(), "");
  EXPECT_EQ(file.rows[0].observation.status(), v1::OBSERVATION_STATUS_UNSPECIFIED);
  EXPECT_EQ(file.rows[0].mask, kWholeCell);
}

TEST(SdmxCsvTest, P7_AColumnOfSeveralValuesCanBeIgnored) {
  for (const char* const typed : {"ATTR[]", "attr"}) {
    const ObservationFile file = ReadSdmx(
        "STRUCTURE[;],STRUCTURE_ID,TIME_PERIOD,OBS_VALUE,ATTR[]\n"
        "dataflow,A:K(1.0),2021,1,a;b\n",
        {typed});
    ASSERT_THAT(file.rows, SizeIs(1));
    EXPECT_THAT(file.rows[0].observation.dimensions(), IsEmpty());
  }
}

TEST(SdmxCsvTest, P8_TextsAreReadAsTheyStand) {
  const ObservationFile file =
      ReadRow("unit,TIME_PERIOD,OBS_VALUE,COMMENT", "-A,2021,1,'-' means nil");
  ASSERT_THAT(file.rows, SizeIs(1));
  EXPECT_EQ(file.rows[0].observation.comment(), "'-' means nil");
  EXPECT_EQ(file.rows[0].observation.dimensions().at("unit"), "-A");
}

TEST(SdmxCsvTest, NoValueIsNothingOrNaNWithAStatusThatSaysWhy) {
  for (const char* const value : {"", "NaN"}) {
    const ObservationFile file =
        ReadRow("TIME_PERIOD,OBS_VALUE,OBS_STATUS", absl::StrCat("2021,", value, ",L"));
    ASSERT_THAT(file.rows, SizeIs(1));
    EXPECT_FALSE(file.rows[0].observation.has_value());
    EXPECT_EQ(file.rows[0].observation.status(), v1::OBSERVATION_STATUS_NOT_COLLECTED);
  }
  EXPECT_THAT(ReadRow("TIME_PERIOD,OBS_VALUE", "2021,NaN").refused, SizeIs(1));
  EXPECT_THAT(ReadRow("TIME_PERIOD,OBS_VALUE,OBS_STATUS", "2021,1,B").refused, SizeIs(1));
}

TEST(SdmxCsvTest, DOfAWholeKeyTakesOneCellBack) {
  for (const char* const value : {"", "-"}) {
    const ObservationFile file =
        ReadRow("ACTION,unit,TIME_PERIOD,OBS_VALUE", absl::StrCat("D,BM,2021,", value));
    EXPECT_THAT(file.deletions, IsEmpty());
    ASSERT_THAT(file.rows, SizeIs(1));
    const v1::Observation& row = file.rows[0].observation;
    EXPECT_TRUE(row.retract());
    EXPECT_FALSE(row.has_value());
    EXPECT_EQ(row.period(), "2021");
    EXPECT_EQ(row.dimensions().at("unit"), "BM");
  }
}

TEST(SdmxCsvTest, DThatLeavesSomethingOpenIsABulkDeletion) {
  const ObservationFile file = ReadSdmx(
      "STRUCTURE,STRUCTURE_ID,ACTION,unit,sex,TIME_PERIOD\n"
      "dataflow,A:K(1.0),D,BM,,2021\n"
      "dataflow,A:K(1.0),D,BM,F,\n"
      "dataflow,A:K(1.0),D,,,\n");
  EXPECT_THAT(file.rows, IsEmpty());
  ASSERT_THAT(file.deletions, SizeIs(3));
  EXPECT_EQ(file.deletions[0].line, 2);
  EXPECT_EQ(file.deletions[0].period, "2021");
  EXPECT_THAT(file.deletions[0].slice, ElementsAre(Pair("unit", "BM")));
  EXPECT_EQ(file.deletions[1].period, "");
  EXPECT_THAT(file.deletions[1].slice, SizeIs(2));
  EXPECT_THAT(file.deletions[2].slice, IsEmpty());
  // The shortest one there is.
  EXPECT_THAT(ReadSdmx("STRUCTURE,STRUCTURE_ID,ACTION\ndatastructure,A:K(1.0),D\n").deletions,
              SizeIs(1));
}

TEST(SdmxCsvTest, DOfAnAttributeAloneIsRefused) {
  const ObservationFile file = ReadRow("ACTION,TIME_PERIOD,OBS_VALUE,COMMENT", "D,2021,,-");
  EXPECT_THAT(file.rows, IsEmpty());
  EXPECT_THAT(file.deletions, IsEmpty());
  ASSERT_THAT(file.refused, SizeIs(1));
  EXPECT_EQ(file.refused[0].field, "COMMENT");
}

TEST(SdmxCsvTest, ABadRowDeletesNothing) {
  EXPECT_THAT(ReadRow("ACTION,unit,TIME_PERIOD", "D,,2021-T1").deletions, IsEmpty());
  EXPECT_THAT(ReadRow("ACTION,unit,TIME_PERIOD", "D,_T,").deletions, IsEmpty());
}

TEST(SdmxCsvTest, ATotalIsRefusedAndSaysWhy) {
  const ObservationFile file = ReadRow("unit,TIME_PERIOD,OBS_VALUE", "_T,2021,1");
  EXPECT_THAT(file.rows, IsEmpty());
  ASSERT_THAT(file.refused, SizeIs(1));
  EXPECT_EQ(file.refused[0].field, "unit");
  EXPECT_THAT(file.refused[0].description, HasSubstr("leave rows of totals out"));
}

TEST(SdmxCsvTest, ValuesWithAMultiplierAreRefused) {
  EXPECT_THAT(ReadRow("UNIT_MULT,TIME_PERIOD,OBS_VALUE", "0,2021,1").rows, SizeIs(1));
  EXPECT_THAT(ReadRow("UNIT_MULT,TIME_PERIOD,OBS_VALUE", "6,2021,1").refused, SizeIs(1));
}

TEST(SdmxCsvTest, MoreDigitsThanAreKeptAreReportedAndTheRowIsRead) {
  const ObservationFile file =
      ReadRow("TIME_PERIOD,OBS_VALUE", "2021,0.1000000000000000055511151231257827");
  ASSERT_THAT(file.rows, SizeIs(1));
  EXPECT_EQ(file.rows[0].observation.value(), 0.1);
  ASSERT_THAT(file.imprecise, SizeIs(1));
  EXPECT_EQ(file.imprecise[0].line, 2);
  EXPECT_THAT(file.imprecise[0].description, HasSubstr("of which 0.1 is kept"));
}

TEST(SdmxCsvTest, FormsThatCannotBeReadAreRefusedAsAWhole) {
  EXPECT_THAT(SdmxFault("STRUCTURE;STRUCTURE_ID;ACTION\n"), HasSubstr("--separator \";\""));
  EXPECT_THAT(SdmxFault("DATAFLOW,TIME_PERIOD,OBS_VALUE\n"), HasSubstr("SDMX-CSV 1.0"));
  EXPECT_THAT(SdmxFault("STRUCTURE,TIME_PERIOD\n"), HasSubstr("no column STRUCTURE_ID"));
  EXPECT_THAT(SdmxFault("STRUCTURE,STRUCTURE_ID,unit: Unit\n"), HasSubstr("labels=id"));
  EXPECT_THAT(SdmxFault("STRUCTURE,STRUCTURE_ID,STRUCTURE_NAME\n"), HasSubstr("labels=id"));
  EXPECT_THAT(SdmxFault("STRUCTURE[;],STRUCTURE_ID,ATTR[]\n"), HasSubstr("one value a field"));
  EXPECT_THAT(SdmxFault("STRUCTURE,STRUCTURE_ID,a,a\n"), HasSubstr("twice"));
  EXPECT_THAT(ReadSdmxCsv("STRUCTURE,STRUCTURE_ID,A\n", {"B"}).status().message(),
              HasSubstr("there is no column b to ignore; there are STRUCTURE, STRUCTURE_ID, A"));
}

TEST(SdmxCsvTest, ARowOfAnotherLengthIsRefusedAndTheOthersAreRead) {
  const ObservationFile file = ReadSdmx(
      "STRUCTURE,STRUCTURE_ID,TIME_PERIOD,OBS_VALUE\ndataflow,A:K(1.0),2021\n"
      "dataflow,A:K(1.0),2022,2\n");
  ASSERT_THAT(file.refused, SizeIs(1));
  EXPECT_EQ(file.refused[0].line, 2);
  EXPECT_THAT(file.rows, SizeIs(1));
}

TEST(SdmxCsvTest, AnIndicatorsStructureLeadsBackToIt) {
  EXPECT_EQ(SdmxStructureId("talent-brussels", "headcount-total"),
            "TALENT_BRUSSELS:HEADCOUNT_TOTAL(1.0.0)");
  const ObservationFile file =
      ReadSdmx(absl::StrCat("STRUCTURE,STRUCTURE_ID,TIME_PERIOD,OBS_VALUE\ndataflow,",
                            SdmxStructureId("a", "k-2-x"), ",2021,1\n"));
  ASSERT_THAT(file.rows, SizeIs(1));
  EXPECT_EQ(file.rows[0].observation.indicator(), "k-2-x");
}

}  // namespace
}  // namespace athena::athenactl
