// Blocks whose rows are set aside once there are many: whatever is read is what an independent
// model says, and what is read now stays short.

#include "services/indicator/store/superseded_store.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <random>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "libs/sql/database.h"
#include "libs/status/testing/matchers.h"
#include "services/indicator/model/cell_block.h"
#include "services/indicator/store/observation_store.h"
#include "services/indicator/testing/cell_model.h"
#include "services/indicator/testing/service.h"

namespace athena::indicator {
namespace {

using ::athena::indicator::testing::Base;
using ::athena::indicator::testing::CellContent;
using ::athena::indicator::testing::CellModel;
using ::athena::indicator::testing::CellsBy;
using ::athena::indicator::testing::DayText;
using ::athena::indicator::testing::kNewYear;
using ::athena::indicator::testing::Lines;
using ::athena::indicator::testing::ListOf;
using ::athena::indicator::testing::PushOf;
using ::athena::indicator::testing::ReplaceOf;
using ::athena::indicator::testing::Retraction;
using ::athena::indicator::testing::Row;
using ::athena::indicator::testing::Service;

// No block that is revised cell by cell ever has more rows.
constexpr int64_t kMostRows = 32;
constexpr sql::Statement kCurrentRows{"SELECT count(*) FROM observation"};
constexpr sql::Statement kRowsAside{"SELECT count(*) FROM observation_superseded"};

int64_t Count(Service& service, const sql::Statement& statement) {
  int64_t count = -1;
  const absl::Status read = service.database().Read([&](sql::ReadTx& tx) {
    return tx.Query(statement, {}, [&](const sql::Row& row) {
      count = row.Int(0);
      return absl::OkStatus();
    });
  });
  ATHENA_EXPECT_OK(read);
  return count;
}

// A daily indicator "i" of the sites a and b.
void DefineDays(Service& service) {
  service.SetToday(absl::CivilDay(2022, 3, 1));
  service.Define({Base("i", v1::Indicator::FREQUENCY_DAILY, {{"site", {"a", "b"}}})});
}

// Days around the new year, in two blocks and two quarters, from some that every push revises to
// some that none does: the pushes after the first bring one in so many; 0: none.
constexpr int32_t kFirstRevisedDay = 18'989;
constexpr std::array<uint32_t, 10> kOneIn = {1, 40, 0, 3, 1, 2, 25, 0, 60, 4};

class Revising {
 public:
  explicit Revising(Service& service) : service_(service) {}

  // Every seventh push replaces what there is of site b.
  void Push(int push) {
    const bool replaces = push > 0 && push % 7 == 0;
    std::vector<v1::Observation> rows;
    std::vector<std::tuple<int32_t, int32_t, CellContent>> changes;
    for (int32_t series = replaces ? 2 : 1; series <= 2; ++series) {
      for (size_t i = 0; i < kOneIn.size(); ++i) {
        const int32_t day = kFirstRevisedDay + static_cast<int32_t>(i);
        if (push > 0 && (kOneIn[i] == 0 || random_() % kOneIn[i] != 0)) continue;
        changes.emplace_back(series, day, RandomContent(push));
        rows.push_back(RowOf(series, day, std::get<2>(changes.back())));
      }
    }
    v1::PushObservationsRequest request = PushOf(absl::StrCat("p", push), rows);
    if (replaces) {
      request = ReplaceOf(request.push_id(), "i", "2021-Q4", "2022-Q1", rows);
      (*request.mutable_scopes(0)->mutable_slice())["site"] = "b";
    }
    const auto pushed = service_.Push(request, "all");
    ATHENA_ASSERT_OK(pushed);
    head_ = pushed->revision();
    if (replaces) {
      for (const int32_t day : model_.Days(2)) {
        const bool named = std::any_of(changes.begin(), changes.end(), [&](const auto& change) {
          return std::get<1>(change) == day;
        });
        if (!named) model_.Apply(2, day, CellContent(), head_);
      }
    }
    for (const auto& [series, day, content] : changes) model_.Apply(series, day, content, head_);
  }

  const CellModel& model() const { return model_; }
  int64_t head() const { return head_; }

 private:
  CellContent RandomContent(int push) {
    if (push > 0 && random_() % 5 == 0) return {};
    return {static_cast<double>(random_() % 50), random_() % 4 == 0 ? absl::StrCat("c", push) : ""};
  }
  static v1::Observation RowOf(int32_t series, int32_t day, const CellContent& content) {
    const std::string site = series == 1 ? "a" : "b";
    if (!content.value.has_value()) return Retraction("i", DayText(day), {{"site", site}});
    v1::Observation row = Row("i", DayText(day), *content.value, {{"site", site}});
    row.set_comment(content.comment);
    return row;
  }

  Service& service_;
  std::mt19937 random_{20220101};
  CellModel model_;
  int64_t head_ = 0;
};

TEST(SupersededStoreTest, EveryRevisionReadsAsItWas) {
  Service service;
  DefineDays(service);
  Revising revising(service);
  for (int push = 0; push < 140; ++push) {
    ASSERT_NO_FATAL_FAILURE(revising.Push(push));
    if (push == 70) service.Restart();
  }
  EXPECT_GT(Count(service, kRowsAside), 300);

  const std::vector<int32_t> both = {1, 2};
  const std::vector<int32_t> second = {2};
  const CellModel& model = revising.model();
  const absl::Status read = service.database().Read([&](sql::ReadTx& tx) {
    for (int64_t revision = 0; revision <= revising.head(); ++revision) {
      SCOPED_TRACE(absl::StrCat("revision ", revision));
      for (const bool whole : {true, false}) {
        CellRange range;
        range.institution = "gob";
        range.series = revision % 3 == 0 ? second : both;
        range.first_quarter = 51 * 4;  // 2021-Q1
        range.last_quarter = 53 * 4;
        range.revision = revision;
        if (!whole) {
          range.first_period = kFirstRevisedDay + static_cast<int32_t>(revision % 5);
          range.last_period = range.first_period + 4;
        }
        std::vector<std::string> cells = model.Cells(range, false);
        EXPECT_EQ(CellsBy(ReadCells, tx, range), cells);
        std::reverse(cells.begin(), cells.end());
        EXPECT_EQ(CellsBy(ReadCellsBackwards, tx, range), cells);
        if (revision % 16 != 0 && revision != revising.head()) continue;
        EXPECT_EQ(CellsBy(ReadCellHistory, tx, range), model.Cells(range, true));
      }
    }
    return absl::OkStatus();
  });
  ATHENA_EXPECT_OK(read);
}

// A day of site a, as the only row of a push.
void PushDay(Service& service, int32_t day, double value, const std::string& push_id) {
  const auto pushed =
      service.Push(PushOf(push_id, {Row("i", DayText(day), value, {{"site", "a"}})}));
  ATHENA_ASSERT_OK(pushed);
}

TEST(SupersededStoreTest, WhatIsReadNowStaysShortAndNothingIsLost) {
  Service service;
  DefineDays(service);
  constexpr int kRevisions = 200;
  PushDay(service, kNewYear + 1, 7, "another day of the block");
  for (int i = 0; i < kRevisions; ++i) {
    PushDay(service, kNewYear, i, absl::StrCat("p", i));
    EXPECT_LE(Count(service, kCurrentRows), kMostRows);
  }
  EXPECT_EQ(Count(service, kCurrentRows) + Count(service, kRowsAside), kRevisions + 1);
  EXPECT_EQ(Lines(service.ListAll(ListOf("i"))),
            (std::vector<std::string>{"2022-01-01 a 199", "2022-01-02 a 7"}));
  v1::ListObservationsRequest request = ListOf("i");
  request.set_include_history(true);
  const std::vector<std::string> history = Lines(service.ListAll(request));
  ASSERT_EQ(history.size(), kRevisions + 1);
  for (size_t i = 0; i < kRevisions; ++i) {
    EXPECT_EQ(history[i], absl::StrCat("2022-01-01 a ", i));
  }
}

TEST(SupersededStoreTest, CellsThatAreSweptAndComeBackStayShortToo) {
  Service service;
  DefineDays(service);
  constexpr int kRounds = 50;
  for (int i = 0; i < kRounds; ++i) {
    PushDay(service, kNewYear, i, absl::StrCat("p", i));
    const auto swept = service.Push(ReplaceOf(absl::StrCat("r", i), "i", "2022-Q1", "2022-Q1", {}));
    ATHENA_ASSERT_OK(swept);
    EXPECT_LE(Count(service, kCurrentRows), kMostRows);
  }
  EXPECT_EQ(Count(service, kCurrentRows) + Count(service, kRowsAside), 2 * kRounds);
}

TEST(SupersededStoreTest, APushThatChangesNothingInABlockSetsNothingAside) {
  Service service;
  DefineDays(service);
  const auto most = static_cast<int>(CrowdedRows(1, BlockOf(kNewYear)));
  for (int i = 0; i < most; ++i) PushDay(service, kNewYear, i, absl::StrCat("p", i));
  PushDay(service, kNewYear, most - 1, "the same");
  EXPECT_EQ(Count(service, kCurrentRows), most);
  PushDay(service, kNewYear, most, "another");
  EXPECT_EQ(Count(service, kCurrentRows), 1);
  EXPECT_EQ(Count(service, kRowsAside), most);
}

TEST(SupersededStoreTest, AnEarlierSnapshotReadsTheSameAfterItsRowsWereSetAside) {
  Service service;
  DefineDays(service);
  for (int32_t day = kNewYear; day < kNewYear + 6; ++day) {
    PushDay(service, day, day - kNewYear, absl::StrCat("first ", day));
  }
  v1::ListObservationsRequest request = ListOf("i");
  request.set_page_size(2);
  const auto begun = service.List(request);
  ATHENA_ASSERT_OK(begun);
  v1::ListObservationsRequest as_of = ListOf("i");
  as_of.mutable_as_of()->set_revision(begun->revision());
  const std::vector<std::string> before = Lines(service.ListAll(as_of));
  ASSERT_EQ(before.size(), 6U);
  for (int i = 0; i < 40; ++i) {
    for (int32_t day = kNewYear; day < kNewYear + 6; ++day) {
      PushDay(service, day, 100 + i, absl::StrCat(i, " ", day));
    }
  }
  EXPECT_GT(Count(service, kRowsAside), 200);
  EXPECT_EQ(Lines(service.ListAll(as_of)), before);
  std::vector<std::string> pages =
      Lines({begun->observations().begin(), begun->observations().end()});
  request.set_page_token(begun->next_page_token());
  for (const std::string& line : Lines(service.ListAll(request))) pages.push_back(line);
  EXPECT_EQ(pages, before);
}

}  // namespace
}  // namespace athena::indicator
