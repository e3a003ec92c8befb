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

}  // namespace
}  // namespace athena::athenactl
