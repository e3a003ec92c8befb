#include "services/indicator/observation_store.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/sql/database.h"
#include "services/indicator/testing/service.h"

namespace athena::indicator {
namespace {

using ::athena::indicator::testing::Base;
using ::athena::indicator::testing::PushOf;
using ::athena::indicator::testing::Retraction;
using ::athena::indicator::testing::Row;
using ::athena::indicator::testing::Service;

std::string Shown(const StoredCell& cell) {
  return absl::StrCat(cell.quarter, " ", cell.series, " ", cell.period, " ",
                      std::string(1, cell.status), " ", cell.value);
}

// At every revision, with cells that were changed often, taken back, and reported again.
TEST(ObservationStoreTest, BackwardsAreTheSameCellsLastFirst) {
  Service service;
  service.SetToday(absl::CivilDay(2022, 3, 1));
  const std::vector<std::string> sites = {"a", "b", "c", "d", "e"};
  service.Define({Base("i", v1::Indicator::FREQUENCY_MONTHLY, {{"site", sites}})});
  std::mt19937 random(20211105);
  int64_t head = 0;
  for (int push = 0; push < 40; ++push) {
    std::vector<v1::Observation> rows;
    for (const std::string& site : sites) {
      if (push > 4 && random() % 2 == 0) continue;
      const std::string month = absl::StrCat("2021-", 10 + random() % 3);
      if (random() % 4 == 0) {
        rows.push_back(Retraction("i", month, {{"site", site}}));
      } else {
        rows.push_back(Row("i", month, static_cast<double>(random() % 9), {{"site", site}}));
      }
    }
    const auto pushed = service.Push(PushOf(absl::StrCat("p", push), rows), "all");
    if (pushed.ok()) head = pushed->revision();
  }
  ASSERT_GT(head, 30);
  // The third series is not asked for.
  const std::vector<int32_t> series = {1, 2, 4, 5};
  size_t most = 0;
  const absl::Status read = service.database().Read([&](sql::ReadTx& tx) {
    for (int64_t revision = 1; revision <= head; ++revision) {
      CellRange range;
      range.institution = "gob";
      range.series = series;
      range.first_quarter = 51 * 4;  // 2021-Q1
      range.last_quarter = 52 * 4;
      range.revision = revision;
      std::vector<std::string> forwards;
      std::vector<std::string> backwards;
      const auto into = [](std::vector<std::string>* cells) {
        return [cells](const StoredCell& cell) {
          cells->push_back(Shown(cell));
          return absl::OkStatus();
        };
      };
      EXPECT_TRUE(ReadCells(tx, range, into(&forwards)).ok());
      EXPECT_TRUE(ReadCellsBackwards(tx, range, into(&backwards)).ok());
      most = std::max(most, forwards.size());
      std::reverse(backwards.begin(), backwards.end());
      EXPECT_EQ(forwards, backwards) << "revision " << revision;
    }
    return absl::OkStatus();
  });
  EXPECT_TRUE(read.ok()) << read;
  EXPECT_GT(most, 7);
}

}  // namespace
}  // namespace athena::indicator
