#include "services/athenactl/commands/as_of.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "services/athenactl/terminal/arguments.h"
#include "services/athenactl/views/value_text.h"

namespace athena::athenactl {
namespace {

TEST(AsOfTest, APointInHistoryIsATimeADayOrARevision) {
  EXPECT_EQ(ReadAsOf("17")->revision(), 17);
  EXPECT_EQ(TimeText(ReadAsOf("2022-12-31T17:00:00+01:00")->time()), "2022-12-31 16:00:00");
  EXPECT_EQ(ReadAsOf("")->point_case(), athena::common::v1::AsOf::POINT_NOT_SET);
  EXPECT_TRUE(IsMisuse(ReadAsOf("yesterday").status()));
  EXPECT_TRUE(IsMisuse(ReadAsOf("2022-13-01").status()));
  EXPECT_TRUE(IsMisuse(ReadTime("17").status()));
}

}  // namespace
}  // namespace athena::athenactl
