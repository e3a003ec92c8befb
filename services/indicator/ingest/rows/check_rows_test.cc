// The order of checked cells. The faults of rows are tested with the service
// (push_pipeline_test.cc).

#include "services/indicator/ingest/rows/check_rows.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "absl/time/civil_time.h"
#include "athena/indicator/v1/indicator_service.pb.h"
#include "google/protobuf/arena.h"
#include "services/indicator/ingest/rows/push_request.h"
#include "services/indicator/model/catalog.h"
#include "services/indicator/model/definition.h"
#include "services/indicator/store/series_store.h"

namespace athena::indicator {
namespace {

using ::testing::ElementsAre;

// Daily visits of the units BM and BX.
Definitions DailyVisits() {
  Definition visits;
  visits.id = "visits";
  visits.frequency = Frequency::kDay;
  visits.dimensions.push_back({"unit", {"BM", "BX"}, {{"BM", 0}, {"BX", 1}}, false});
  std::vector<Definition> all;
  all.push_back(std::move(visits));
  return Definitions(1, std::move(all));
}

TEST(CheckRowsTest, SortsCellsByQuarterThenSeriesThenPeriod) {
  v1::PushObservationsRequest push;
  push.set_parent("institutions/gob");
  const auto add = [&](const std::string& day, const std::string& unit) {
    v1::Observation& row = *push.add_observations();
    row.set_indicator("visits");
    row.set_period(day);
    (*row.mutable_dimensions())["unit"] = unit;
    row.set_value(push.observations_size());
  };
  add("2021-07-02", "BX");  // row 0
  add("2021-06-30", "BX");
  add("2021-07-01", "BM");
  add("2021-06-29", "BM");
  add("2021-07-01", "BX");
  add("2021-06-29", "BX");  // row 5
  add("2021-07-02", "BM");
  add("2021-06-30", "BM");

  const std::string bytes = push.SerializeAsString();
  google::protobuf::Arena arena;
  const PushRequest* const request = PushRequest::Parse(bytes, arena);
  ASSERT_NE(request, nullptr);
  const Definitions definitions = DailyVisits();
  const CheckedRows checked =
      CheckRows(*request, "gob", definitions, absl::CivilDay(2021, 12, 31), SeriesNumbers(100));

  ASSERT_TRUE(checked.errors.empty());
  std::vector<std::pair<int32_t, double>> cells;  // (row, value)
  for (const CellWrite& cell : checked.cells) cells.emplace_back(cell.row, cell.value);
  // The second quarter, BM before BX, then the third.
  EXPECT_THAT(cells, ElementsAre(std::pair(3, 4.0), std::pair(7, 8.0), std::pair(5, 6.0),
                                 std::pair(1, 2.0), std::pair(2, 3.0), std::pair(6, 7.0),
                                 std::pair(4, 5.0), std::pair(0, 1.0)));
}

}  // namespace
}  // namespace athena::indicator
