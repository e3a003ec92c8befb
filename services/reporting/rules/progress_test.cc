#include "services/reporting/rules/progress.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/reporting/rules/testing/values.h"

namespace athena::reporting {
namespace {

TEST(MeasureProgress, ProgressPaceAndRateByHand) {
  // From 60 to 100, now 75, after 365 of 2191 days, 20 quarters left.
  const Progress progress = MeasureProgress(D("75"), D("60"), D("100"), 365, 2191, 20);
  EXPECT_EQ(Text(progress.share), "0.375");
  EXPECT_EQ(Text(progress.pace), "2.25102739726");  // 0.375 * 2191 / 365 = 821.625 / 365
  EXPECT_EQ(Text(progress.required_rate), "1.25");
}

TEST(MeasureProgress, MovingAwayIsNegative) {
  const Progress progress = MeasureProgress(D("13"), D("12"), D("8"), 100, 200, 4);
  EXPECT_EQ(Text(progress.share), "-0.25");
  EXPECT_EQ(Text(progress.pace), "-0.5");
  EXPECT_EQ(Text(progress.required_rate), "-1.25");
}

TEST(MeasureProgress, IsAbsentWhenTheEndIsTheBaseline) {
  const Progress progress = MeasureProgress(D("13"), D("8"), D("8"), 100, 200, 4);
  EXPECT_FALSE(progress.share.has_value());
  EXPECT_FALSE(progress.pace.has_value());
  EXPECT_FALSE(progress.required_rate.has_value());
}

TEST(MeasureProgress, HasNoPaceBeforeTheBeginningAndNoRateAtTheEnd) {
  const Progress progress = MeasureProgress(D("9"), D("8"), D("10"), 0, 200, 0);
  EXPECT_EQ(Text(progress.share), "0.5");
  EXPECT_FALSE(progress.pace.has_value());
  EXPECT_FALSE(progress.required_rate.has_value());
}

}  // namespace
}  // namespace athena::reporting
