#include "services/athenactl/views/cell_history.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace athena::athenactl {
namespace {

using ::testing::ElementsAre;

TEST(CellHistoryTest, EachRevisionSaysWhatItDidToItsCell) {
  google::protobuf::RepeatedPtrField<athena::indicator::v1::ObservationRecord> records;
  const auto add = [&](const std::string& period, const std::string& unit, bool retract) {
    auto& observation = *records.Add()->mutable_observation();
    observation.set_period(period);
    (*observation.mutable_dimensions())["unit"] = unit;
    observation.set_retract(retract);
  };
  add("2021", "a", false);
  add("2021", "a", false);
  add("2021", "a", true);
  add("2021", "a", false);
  add("2021", "b", false);
  add("2022", "b", false);
  EXPECT_THAT(OutcomesOf(records),
              ElementsAre("inserted", "revised", "deleted", "inserted", "inserted", "inserted"));
}

}  // namespace
}  // namespace athena::athenactl
