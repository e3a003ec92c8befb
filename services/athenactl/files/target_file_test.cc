#include "services/athenactl/files/target_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/status/testing/matchers.h"

namespace athena::athenactl {
namespace {

namespace v1 = athena::indicator::v1;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

absl::StatusOr<TargetFile> ReadTargetsOf(std::string_view csv, const Dialect& dialect = {}) {
  TextSource source = TextSource::OfText(csv);
  return ReadTargets(source, dialect, "institutions/a", [] {
    return std::vector<std::string>{"sex", "Unit"};
  });
}

TargetFile ReadTargetRows(std::string_view csv) {
  absl::StatusOr<TargetFile> file = ReadTargetsOf(csv);
  ATHENA_EXPECT_OK(file);
  return file.value_or(TargetFile{});
}

// The only fault of a file, as "LINE FIELD: DESCRIPTION".
std::string TargetsFault(std::string_view csv) {
  const TargetFile file = ReadTargetRows(csv);
  EXPECT_THAT(file.refused, SizeIs(1));
  if (file.refused.empty()) return "";
  return absl::StrCat(file.refused[0].line, " ", file.refused[0].field, ": ",
                      file.refused[0].description);
}

TEST(TargetFileTest, RowsOfAnIndicatorMakeOneTargetInTheOrderOfTime) {
  const TargetFile file = ReadTargetRows(
      "indicator,period,value,kind,margin,interpolation\n"
      "k,2024,90,,10,step\n"
      "l,2024,5,anchor,1,\n"
      "k,2020,70,baseline,,\n"
      "k,2022,80,,10,\n");
  EXPECT_THAT(file.refused, IsEmpty());
  ASSERT_THAT(file.targets, SizeIs(2));
  const v1::Target& target = file.targets[0].target;
  EXPECT_EQ(file.targets[0].line, 2);
  EXPECT_EQ(file.targets[0].label, "line 2: k");
  EXPECT_EQ(target.indicator(), "institutions/a/indicators/k");
  EXPECT_EQ(target.baseline().period(), "2020");
  EXPECT_EQ(target.baseline().value(), 70);
  ASSERT_EQ(target.anchors_size(), 2);
  EXPECT_EQ(target.anchors(0).period(), "2022");
  EXPECT_EQ(target.anchors(0).value(), 80);
  EXPECT_FALSE(target.anchors(0).has_red());
  EXPECT_EQ(target.anchors(1).period(), "2024");
  EXPECT_EQ(target.margin(), 10);
  EXPECT_EQ(target.interpolation(), v1::Target::INTERPOLATION_STEP);
  EXPECT_EQ(file.targets[1].target.interpolation(), v1::Target::INTERPOLATION_UNSPECIFIED);
}

TEST(TargetFileTest, ASliceIsColumnsOrTextOrBoth) {
  const TargetFile file = ReadTargetRows(
      "indicator,period,value,tolerance,unit,slice\n"
      "k,2024,1,0.1,BM,\n"
      "k,2025,2,,,unit=BM\n"
      "k,2024,3,0.2,,\n"
      "k,2024,4,0.3,BM,sex=F;age=A=B\n");
  EXPECT_THAT(file.refused, IsEmpty());
  ASSERT_THAT(file.targets, SizeIs(3));
  EXPECT_EQ(file.targets[0].target.anchors_size(), 2);
  EXPECT_EQ(file.targets[0].label, "line 2: k{Unit=BM}");
  EXPECT_THAT(file.targets[1].target.slice(), IsEmpty());
  EXPECT_EQ(file.targets[2].label, "line 5: k{Unit=BM,age=A=B,sex=F}");
  EXPECT_EQ(file.targets[2].target.tolerance(), 0.3);
}

TEST(TargetFileTest, RedValuesStandWithAnchorsAndBaseline) {
  const TargetFile file = ReadTargetRows(
      "indicator,period,kind,value,red,low,high,red_low,red_high\n"
      "k,2021-Q4,baseline,5,4,,,,\n"
      "k,2022-Q4,,8,6,,,,\n"
      "range,2022,,,,10,20,5,25\n");
  EXPECT_THAT(file.refused, IsEmpty());
  ASSERT_THAT(file.targets, SizeIs(2));
  EXPECT_TRUE(file.targets[0].target.has_red_values());
  EXPECT_EQ(file.targets[0].target.baseline().red(), 4);
  EXPECT_EQ(file.targets[0].target.anchors(0).red(), 6);
  const v1::Target::Anchor& range = file.targets[1].target.anchors(0);
  EXPECT_FALSE(range.has_value());
  EXPECT_EQ(range.low(), 10);
  EXPECT_EQ(range.high(), 20);
  EXPECT_EQ(range.red_low(), 5);
  EXPECT_EQ(range.red_high(), 25);
}

TEST(TargetFileTest, AQuarterProfileIsFourShares) {
  const TargetFile file =
      ReadTargetRows("indicator,period,value,margin,quarter_profile\nk,2022,8,1,0.1/0.2/0.3/0.4\n");
  ASSERT_THAT(file.targets, SizeIs(1));
  EXPECT_THAT(file.targets[0].target.quarter_profile(), ElementsAre(0.1, 0.2, 0.3, 0.4));
}

TEST(TargetFileTest, WhatIsWrongIsSaidWithItsLine) {
  EXPECT_EQ(TargetsFault("indicator,period,value,margin\nk,2022,8,\n"),
            "2 : got nothing that says where red begins, want one of margin, tolerance and red "
            "values (red, or red_low and red_high)");
  EXPECT_THAT(TargetsFault("indicator,period,value,margin,tolerance\nk,2022,8,1,0.1\n"),
              HasSubstr("2 : got several things that say"));
  EXPECT_EQ(TargetsFault("indicator,period,value,margin\nk,2022,8,1\nk,2023,9,2\n"),
            "3 margin: got \"2\", want 1 as in line 2: it is the whole target's");
  EXPECT_THAT(TargetsFault("indicator,period,value,margin\nk,2022,\"8,5\",1\n"),
              HasSubstr("2 value: got \"8,5\", want a number"));
  EXPECT_THAT(TargetsFault("indicator,period,value,margin,kind\nk,2022,8,1,base\n"
                           "k,2023,8,,\n"),
              HasSubstr("2 kind: got \"base\", want anchor, baseline or nothing"));
  EXPECT_THAT(TargetsFault("indicator,period,value,margin,kind\nk,2020,7,1,baseline\n"),
              HasSubstr("2 kind: got a baseline alone"));
  EXPECT_THAT(TargetsFault("indicator,period,value,margin,kind\nk,2020,7,1,baseline\n"
                           "k,2021,7,,baseline\nk,2022,8,,\n"),
              HasSubstr("3 kind: got a second baseline"));
  EXPECT_THAT(TargetsFault("indicator,period,value,margin,interpolation\nk,2022,8,1,spline\n"),
              HasSubstr("2 interpolation: got \"spline\", want linear or step"));
  EXPECT_THAT(TargetsFault("indicator,period,value,margin,slice\nk,2022,8,1,unit\n"),
              HasSubstr("2 slice: got \"unit\", want unit=BM"));
  EXPECT_THAT(TargetsFault("indicator,period,value,margin,unit,slice\nk,2022,8,1,BM,unit=BF\n"),
              HasSubstr("2 slice:"));
  EXPECT_THAT(TargetsFault("indicator,period,value,margin\n,2022,8,1\n"),
              HasSubstr("2 indicator:"));
  EXPECT_THAT(TargetsFault("indicator,period,value,margin\nk,2022\n"),
              HasSubstr("got 2 fields, want 4"));
  EXPECT_THAT(TargetsFault("indicator,period,value,margin,quarter_profile\nk,2022,8,1,0.5/x\n"),
              HasSubstr("2 quarter_profile:"));
}

TEST(TargetFileTest, AFileWithoutTheColumnsItNeedsIsRefusedAsAWhole) {
  EXPECT_THAT(ReadTargetsOf("indicator;period\n").status().message(),
              HasSubstr("there is no column indicator"));
  EXPECT_THAT(ReadTargetsOf("").status().message(), HasSubstr("the file is empty"));
  EXPECT_THAT(ReadTargetsOf("indicator,period,period\n").status().message(), HasSubstr("twice"));
}

TEST(TargetFileTest, P10_ColumnsOfDimensionsAreNamedWhateverTheirCase) {
  const TargetFile file = ReadTargetRows(
      "Indicator,PERIOD,UNIT,Sex,Value,Margin\n"
      "k,2024,BM,F,90,10\n");
  EXPECT_THAT(file.refused, IsEmpty());
  ASSERT_THAT(file.targets, SizeIs(1));
  const v1::Target& target = file.targets[0].target;
  EXPECT_EQ(target.slice().at("Unit"), "BM");
  EXPECT_EQ(target.slice().at("sex"), "F");
  EXPECT_EQ(target.slice().size(), 2);
}

// Codes are the institution's: their case matters.
TEST(TargetFileTest, P10_ASliceNamesDimensionsAsColumnsDo) {
  for (const char* const slice : {"unit=bm;SEX=F", " UNIT = bm ; sex =F ", "Unit=bm;Sex=F"}) {
    const TargetFile file = ReadTargetRows(
        absl::StrCat("indicator,period,value,margin,slice\nk,2024,90,10,", slice, "\n"));
    ASSERT_THAT(file.targets, SizeIs(1)) << slice;
    const v1::Target& target = file.targets[0].target;
    EXPECT_EQ(target.slice().size(), 2);
    EXPECT_EQ(target.slice().at("Unit"), "bm");
    EXPECT_EQ(target.slice().at("sex"), "F");
  }
  EXPECT_THAT(TargetsFault("indicator,period,value,margin,UNIT,slice\nk,2022,8,1,BM,unit=BM\n"),
              HasSubstr("2 slice:"));
}

TEST(TargetFileTest, TheDimensionsAreAskedForOnceAndOnlyWhereAFileNamesOne) {
  const auto asked = [](std::string_view csv) {
    int times = 0;
    TextSource source = TextSource::OfText(csv);
    const auto list = [&] {
      ++times;
      return std::vector<std::string>{"unit"};
    };
    ATHENA_EXPECT_OK(ReadTargets(source, {}, "institutions/a", list));
    return times;
  };
  EXPECT_EQ(asked("indicator,period,value,margin,slice\nk,2024,9,1,\n"), 0);
  EXPECT_EQ(asked("indicator,period,value,margin,unit,slice\nk,2024,9,1,A,\nk,2025,9,1,,unit=A\n"),
            1);
}

}  // namespace
}  // namespace athena::athenactl
