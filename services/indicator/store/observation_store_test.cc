#include "services/indicator/store/observation_store.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "libs/sql/database.h"
#include "libs/status/testing/matchers.h"
#include "services/indicator/testing/cell_model.h"
#include "services/indicator/testing/service.h"

namespace athena::indicator {
namespace {

using ::athena::indicator::testing::Base;
using ::athena::indicator::testing::CellModel;
using ::athena::indicator::testing::CellsBy;
using ::athena::indicator::testing::DayText;
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
  ATHENA_EXPECT_OK(read);
  EXPECT_GT(most, 7);
}

constexpr int32_t kFirstDay = 18'981;  // 2021-12-20
// The outcome of every row, and every read at every revision, must be as the model says.
TEST(ObservationStoreTest, DaysInBlocksAreAsDaysByThemselves) {
  Service service;
  service.SetToday(absl::CivilDay(2022, 3, 1));
  const std::vector<std::string> sites = {"a", "b", "c"};
  service.Define({Base("i", v1::Indicator::FREQUENCY_DAILY, {{"site", sites}})});
  CellModel model;
  std::mt19937 random(7);
  int64_t head = 0;
  for (int push = 0; push < 100; ++push) {
    struct Sent {
      int32_t series;
      int32_t day;
      std::optional<double> value;
    };
    std::vector<Sent> sent;
    for (int32_t series = 1; series <= 3; ++series) {
      // The first push makes all series, in this order. Later ones mostly bring later days.
      const int32_t begin =
          push == 0 ? kFirstDay
                    : kFirstDay + std::min(push / 4, 20) + static_cast<int32_t>(random() % 5);
      const int32_t end = begin + 1 + static_cast<int32_t>(random() % 9);
      for (int32_t day = begin; day < end; ++day) {
        if (push > 0 && random() % 4 == 0) continue;
        const bool retract = push > 0 && random() % 4 == 0;
        sent.push_back({series, day, retract ? std::nullopt : std::optional<double>(random() % 3)});
      }
    }
    if (sent.empty()) continue;
    std::shuffle(sent.begin(), sent.end(), random);
    std::vector<v1::Observation> rows;
    for (const Sent& row : sent) {
      const std::string& site = sites[static_cast<size_t>(row.series) - 1];
      rows.push_back(row.value.has_value()
                         ? Row("i", DayText(row.day), *row.value, {{"site", site}})
                         : Retraction("i", DayText(row.day), {{"site", site}}));
    }
    v1::PushObservationsRequest request = PushOf(absl::StrCat("p", push), rows);
    request.set_outcome_detail(v1::OUTCOME_DETAIL_ALL);
    const auto pushed = service.Push(request, "all");
    ATHENA_ASSERT_OK(pushed);
    head = pushed->revision();
    ASSERT_EQ(pushed->outcomes_size(), static_cast<int>(sent.size()));
    for (size_t i = 0; i < sent.size(); ++i) {
      EXPECT_EQ(pushed->outcomes(static_cast<int>(i)).outcome(),
                model.Apply(sent[i].series, sent[i].day, {sent[i].value}, head))
          << "push " << push << ", " << rows[i].ShortDebugString();
    }
  }

  const std::vector<int32_t> all = {1, 2, 3};
  const std::vector<int32_t> some = {1, 3};
  const absl::Status read = service.database().Read([&](sql::ReadTx& tx) {
    for (int64_t revision = 1; revision <= head; ++revision) {
      CellRange range;
      range.institution = "gob";
      range.series = revision % 2 == 0 ? all : some;
      range.first_quarter = 51 * 4;  // 2021-Q1
      range.last_quarter = 52 * 4;
      range.revision = revision;
      for (const bool whole : {true, false}) {
        if (!whole) {
          range.first_period = kFirstDay + static_cast<int32_t>(random() % 20);
          range.last_period = range.first_period + static_cast<int32_t>(random() % 14);
        }
        std::vector<std::string> cells = model.Cells(range, false);
        EXPECT_EQ(CellsBy(ReadCells, tx, range), cells) << "revision " << revision;
        std::reverse(cells.begin(), cells.end());
        EXPECT_EQ(CellsBy(ReadCellsBackwards, tx, range), cells) << "revision " << revision;
        EXPECT_EQ(CellsBy(ReadCellHistory, tx, range), model.Cells(range, true))
            << "revision " << revision;
      }
    }
    return absl::OkStatus();
  });
  ATHENA_EXPECT_OK(read);
}

}  // namespace
}  // namespace athena::indicator
