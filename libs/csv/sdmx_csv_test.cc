#include "libs/csv/sdmx_csv.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace athena {
namespace {

using ::testing::ElementsAre;

TEST(SdmxCsvTest, FieldsStandUnderTheirColumns) {
  EXPECT_THAT(SdmxColumns({"desk"}),
              ElementsAre("STRUCTURE", "STRUCTURE_ID", "ACTION", "desk", "TIME_PERIOD", "OBS_VALUE",
                          "OBS_STATUS", "COMMENT"));
  EXPECT_THAT(SdmxFields({"GOB:K(1.0.0)", "I", {"NORTH"}, "2021-07", "5", "A", "late"}),
              ElementsAre("dataflow", "GOB:K(1.0.0)", "I", "NORTH", "2021-07", "5", "A", "late"));
}

TEST(SdmxCsvTest, NoDimensionHasTheNameOfAnotherColumn) {
  for (const std::string& column : SdmxColumns({})) EXPECT_TRUE(IsReservedSdmxColumn(column));
  EXPECT_TRUE(IsReservedSdmxColumn("OBS_KEY"));
  EXPECT_FALSE(IsReservedSdmxColumn("desk"));
}

TEST(SdmxCsvTest, AnArtefactIsInCapitalsWithoutHyphens) {
  EXPECT_EQ(SdmxStructureId("talent-brussels", "headcount-2"),
            "TALENT_BRUSSELS:HEADCOUNT_2(1.0.0)");
}

}  // namespace
}  // namespace athena
