#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "services/athenactl/testing/fake_services.h"
#include "services/athenactl/testing/terminal.h"

namespace athena::athenactl {
namespace {

using testing::FakeIndicator;
using ::testing::HasSubstr;
using testing::Ran;

class EndsTest : public ::testing::Test {
 protected:
  EndsTest() { options_.indicator_address = indicator_.address(); }

  Ran Do(const std::vector<std::string>& words) const {
    return testing::RunAthenactl(words, options_);
  }

  FakeIndicator indicator_;
  ConnectionOptions options_;
};

TEST_F(EndsTest, ASeriesEndsIsListedAndGoesOn) {
  Ran ran = Do({"end", "a/staff", "2022-01", "--slice", "unit=BM", "--slice", "sex=F", "--reason",
                "the unit was merged"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_EQ(ran.out, "staff F.BM has ended, from 2022-01 on, at revision 1\n");
  EXPECT_EQ(Do({"end", "a/cost", "2022-Q1", "--reason", "counted elsewhere"}).code, 0);
  EXPECT_EQ(Do({"list", "series-ends", "a"}).out,
            "NAME                                INDICATOR           DIMENSIONS     ENDED FROM  "
            "REASON               SUBJECT\n"
            "a/indicators/cost/seriesEnds/-      a/indicators/cost                  2022-Q1     "
            "counted elsewhere    somebody\n"
            "a/indicators/staff/seriesEnds/F.BM  a/indicators/staff  sex=F,unit=BM  2022-01     "
            "the unit was merged  somebody\n");
  EXPECT_THAT(Do({"list", "series-ends", "a", "indicator=cost", "--json"}).out,
              HasSubstr("\"endedFrom\": \"2022-Q1\""));

  ran = Do({"end", "a/cost", "--withdraw", "--reason", "an error"});
  EXPECT_EQ(ran.out, "cost - goes on, at revision 3\n");
  EXPECT_EQ(Do({"list", "series-ends", "a", "indicator=cost"}).out,
            "There are no such series-ends that you may read.\n");
  EXPECT_THAT(Do({"list", "series-ends", "a", "include_withdrawn=yes"}).out,
              HasSubstr("a/indicators/cost/seriesEnds/-      a/indicators/cost         "
                        "                     an error"));
}

TEST_F(EndsTest, AnEndWithoutAReasonOrWithoutItsPeriodIsMisuse) {
  EXPECT_THAT(Do({"end", "a/cost", "2022-Q1"}).err, HasSubstr("--reason says why"));
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"end", "a/cost", "--reason", "x"},
        {"end", "a/cost", "2022-Q1", "--withdraw", "--reason", "x"}}) {
    const Ran ran = Do(words);
    EXPECT_EQ(ran.code, 2);
    EXPECT_THAT(ran.err, HasSubstr("say from which PERIOD on it is not expected"));
  }
  EXPECT_EQ(indicator_.changes(), 0);
}

class EndFileTest : public EndsTest {
 protected:
  Ran End(const std::string& csv, std::vector<std::string> flags = {}) {
    std::vector<std::string> words = {"end", "--file", folder_.Write("ends.csv", csv),
                                      "--institution", "a"};
    words.insert(words.end(), flags.begin(), flags.end());
    return Do(words);
  }
  testing::Folder folder_;
};

TEST_F(EndFileTest, P15_ManySeriesEndInOneCommand) {
  std::string csv = "indicator,period,unit\n";
  for (int at = 0; at < 210; ++at) csv += "staff,2022-01,u" + std::to_string(at) + "\n";
  const Ran ran = End(csv, {"--reason", "merged"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(ran.out, HasSubstr("ends.csv: 210 series: 210 ended, 0 refused, 0 left\n"));
  EXPECT_EQ(indicator_.changes(), 210);
  EXPECT_THAT(Do({"list", "series-ends", "a"}).out, HasSubstr("seriesEnds/u209"));
}

TEST_F(EndFileTest, P15_AFileThatCannotBeReadEndsNothing) {
  Ran ran = End("indicator,period,unit\nstaff,2022-01,a\nstaff,,b\n", {"--reason", "merged"});
  EXPECT_EQ(ran.code, 3);
  EXPECT_THAT(ran.err, HasSubstr("ends.csv:3: period: got nothing, want one"));
  EXPECT_THAT(ran.out, HasSubstr("2 series: 0 ended, 1 refused, 1 left"));
  ran = End("indicator,period,unit,reason\nstaff,2022-01,a,merged\nstaff,2022-01,b,\n");
  EXPECT_EQ(ran.code, 3);
  EXPECT_THAT(ran.err, HasSubstr("ends.csv:3: reason: got nothing"));
  EXPECT_EQ(End("indicator,period\nstaff,2022-01\n", {"--reason", "x", "--dry-run"}).code, 0);
  EXPECT_EQ(indicator_.changes(), 0);
}

TEST_F(EndFileTest, P15_SilentSeriesAreListedForTheFile) {
  ASSERT_EQ(Do({"push",
                folder_.Write("in.csv",
                              "indicator,period,unit,value\nstaff,2021-11,a,1\nstaff,2022-02,b,1\n"
                              "staff,2021-12,c,1\n"),
                "--institution", "a"})
                .code,
            0);
  ASSERT_EQ(End("indicator,period,unit\nstaff,2022-01,c\n", {"--reason", "closed"}).code, 0);
  athena::indicator::v1::GetCompletenessResponse answer;
  answer.add_indicators()->set_indicator("institutions/a/indicators/staff");
  indicator_.SetCompleteness(answer);
  const std::vector<std::string> silent = {"silent", "a", "--quarter", "2022-Q1"};
  EXPECT_THAT(Do(silent).out, HasSubstr("staff      unit=a  2021-11\n"));
  const Ran csv = Do({"silent", "a", "--quarter", "2022-Q1", "--csv"});
  EXPECT_EQ(csv.out, "indicator,period,unit,last\nstaff,2021-12,a,2021-11\n");
  EXPECT_EQ(End(csv.out, {"--reason", "silent"}).code, 0);
  EXPECT_THAT(Do(silent).out, HasSubstr("No series has gone silent before 2022-Q1.\n"));
  EXPECT_TRUE(indicator_.completeness_requests()[0].overdue_only());
}

TEST_F(EndFileTest, P10_ColumnsOfDimensionsAreNamedWhateverTheirCase) {
  ASSERT_EQ(Do({"import", "indicators",
                folder_.Write("k.json", R"({"name": "institutions/a/indicators/staff",
                    "dimensions": [{"id": "unit"}, {"id": "Sex"}]})")})
                .code,
            0);
  const Ran ran = End("Indicator,Period,UNIT,SEX\nstaff,2022-01,BM,F\n", {"--reason", "merged"});
  EXPECT_EQ(ran.code, 0) << ran.err;
  EXPECT_THAT(Do({"list", "series-ends", "a"}).out, HasSubstr("Sex=F,unit=BM"));
}

}  // namespace
}  // namespace athena::athenactl
