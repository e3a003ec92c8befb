// Random pushes compared with an independent model: a map of cells and a set of closed quarters,
// without revisions, series or SQL.

#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/sql/database.h"
#include "libs/status/status.h"
#include "libs/status/testing/matchers.h"
#include "services/indicator/testing/service.h"

namespace athena::indicator {
namespace {

using ::athena::indicator::testing::Base;
using ::athena::indicator::testing::ListOf;
using ::athena::indicator::testing::Outcomes;
using ::athena::indicator::testing::PushOf;
using ::athena::indicator::testing::ReplaceOf;
using ::athena::indicator::testing::Retraction;
using ::athena::indicator::testing::Row;
using ::athena::indicator::testing::Service;

// Periods and the quarters in which they end, by a calendar. A week belongs to that of its
// Thursday.
struct Dated {
  std::string period;
  std::string quarter;
};
const std::map<std::string, std::vector<Dated>>& Calendar() {
  static const auto& calendar = *new std::map<std::string, std::vector<Dated>>{
      {"d",
       {{"2019-12-31", "2019-Q4"},
        {"2020-01-01", "2020-Q1"},
        {"2020-01-02", "2020-Q1"},
        {"2020-02-29", "2020-Q1"},
        {"2020-03-31", "2020-Q1"},
        {"2020-04-01", "2020-Q2"},
        {"2020-12-31", "2020-Q4"}}},
      {"w",
       {{"2019-W52", "2019-Q4"},
        {"2020-W01", "2020-Q1"},
        {"2020-W13", "2020-Q1"},
        {"2020-W14", "2020-Q2"},
        {"2020-W53", "2020-Q4"},
        {"2021-W01", "2021-Q1"}}},
      {"y", {{"2018", "2018-Q4"}, {"2019", "2019-Q4"}, {"2020", "2020-Q4"}}},
  };
  return calendar;
}
const std::vector<std::string> kQuarters = {"2018-Q4", "2019-Q4", "2020-Q1",
                                            "2020-Q2", "2020-Q4", "2021-Q1"};
const std::vector<std::string> kUnits = {"hr", "bm"};
// The first days of the calendar, around the new year, lie in one block.
constexpr size_t kDaysAroundNewYear = 3;

struct Content {
  std::optional<double> value;
  int status = 0;
  std::string comment;

  friend bool operator==(const Content& a, const Content& b) {
    return std::tie(a.value, a.status, a.comment) == std::tie(b.value, b.status, b.comment);
  }
};

struct Cell {
  std::string indicator;
  std::string unit;
  std::string period;

  // Empty when `period` is not valid.
  std::string quarter() const {
    for (const Dated& dated : Calendar().at(indicator)) {
      if (dated.period == period) return dated.quarter;
    }
    return "";
  }
  friend bool operator==(const Cell& a, const Cell& b) {
    return std::tie(a.indicator, a.unit, a.period) == std::tie(b.indicator, b.unit, b.period);
  }
  friend bool operator<(const Cell& a, const Cell& b) {
    return std::tie(a.indicator, a.unit, a.period) < std::tie(b.indicator, b.unit, b.period);
  }
};

using Cells = std::map<Cell, Content>;

struct Model {
  Cells cells;
  std::set<std::string> closed;
};

// The expected result of a push.
struct Expected {
  std::string refusal;  // the reason, or empty
  std::vector<v1::Outcome> outcomes;
  int deleted_beside = 0;  // by REPLACE, without a row
  int locked_beside = 0;
  Cells after;
};

Cell CellOf(const v1::Observation& row) {
  return {row.indicator(), row.dimensions().at("unit"), row.period()};
}

bool Inside(const Cell& cell, const v1::PushObservationsRequest& request) {
  for (const v1::Scope& scope : request.scopes()) {
    const auto unit = scope.slice().find("unit");
    if (scope.indicator() == cell.indicator && scope.start_period() <= cell.quarter() &&
        cell.quarter() <= scope.end_period() &&
        (unit == scope.slice().end() || unit->second == cell.unit)) {
      return true;
    }
  }
  return false;
}

Expected Expect(const Model& model, const v1::PushObservationsRequest& request) {
  const bool replaces = request.mode() == v1::PUSH_MODE_REPLACE;
  const auto locked = [&](const Cell& cell) {
    return request.correction_reason().empty() && model.closed.count(cell.quarter()) > 0;
  };
  Expected expected;
  expected.after = model.cells;
  std::set<Cell> named;
  for (const v1::Observation& row : request.observations()) {
    const Cell cell = CellOf(row);
    named.insert(cell);
    if (cell.quarter().empty() || (replaces && !Inside(cell, request))) {
      expected.outcomes.push_back(v1::OUTCOME_REJECTED);
      continue;
    }
    const auto present = model.cells.find(cell);
    const bool there = present != model.cells.end();
    Content content{std::nullopt, row.status(), row.comment()};
    if (row.has_value()) content.value = row.value();
    if (row.retract() ? !there : there && present->second == content) {
      expected.outcomes.push_back(v1::OUTCOME_UNCHANGED);
    } else if (locked(cell)) {
      expected.outcomes.push_back(v1::OUTCOME_LOCKED);
    } else if (row.retract()) {
      expected.outcomes.push_back(v1::OUTCOME_DELETED);
      expected.after.erase(cell);
    } else {
      expected.outcomes.push_back(there ? v1::OUTCOME_REVISED : v1::OUTCOME_INSERTED);
      expected.after[cell] = content;
    }
  }
  for (const auto& [cell, content] : model.cells) {
    if (!replaces || named.count(cell) > 0 || !Inside(cell, request)) continue;
    if (locked(cell)) {
      ++expected.locked_beside;
    } else {
      ++expected.deleted_beside;
      expected.after.erase(cell);
    }
  }
  const auto any = [&](v1::Outcome outcome) {
    return std::count(expected.outcomes.begin(), expected.outcomes.end(), outcome) > 0;
  };
  if (!request.partial()) {
    if (any(v1::OUTCOME_REJECTED)) {
      expected.refusal = "INVALID_FIELDS";
    } else if (any(v1::OUTCOME_LOCKED) || expected.locked_beside > 0) {
      expected.refusal = "PERIOD_CLOSED";
    }
  }
  return expected;
}

// The quarters in which two states differ, by indicator: what the feed says.
std::map<std::string, std::set<std::string>> Difference(const Cells& a, const Cells& b) {
  std::map<std::string, std::set<std::string>> changes;
  for (const auto& [some, others] : {std::pair(&a, &b), std::pair(&b, &a)}) {
    for (const auto& [cell, content] : *some) {
      const auto other = others->find(cell);
      if (other == others->end() || !(other->second == content)) {
        changes[cell.indicator].insert(cell.quarter());
      }
    }
  }
  return changes;
}

class PushModelTest : public ::testing::TestWithParam<uint32_t> {
 protected:
  PushModelTest() : random_(GetParam()) {
    service_.Define({Base("d", v1::Indicator::FREQUENCY_DAILY, {{"unit", kUnits}}),
                     Base("w", v1::Indicator::FREQUENCY_WEEKLY, {{"unit", kUnits}}),
                     Base("y", v1::Indicator::FREQUENCY_ANNUAL, {{"unit", kUnits}})});
  }

  size_t Pick(size_t count) { return random_() % count; }
  bool OneIn(size_t count) { return Pick(count) == 0; }

  // One in three is around the new year, so that its block is revised often.
  v1::Observation RandomRow() {
    const bool about_new_year = OneIn(3);
    auto of = Calendar().begin();
    std::advance(of, about_new_year ? 0 : Pick(Calendar().size()));
    const std::string& unit = kUnits[about_new_year ? 0 : Pick(2)];
    const std::string period =
        of->second[Pick(about_new_year ? kDaysAroundNewYear : of->second.size())].period;
    if (OneIn(5)) return Retraction(of->first, period, {{"unit", unit}});
    v1::Observation row = Row(of->first, OneIn(40) ? "2020-13" : period, 0, {{"unit", unit}});
    if (OneIn(6)) {
      row.clear_value();
      row.set_status(v1::OBSERVATION_STATUS_MISSING);
    } else {
      row.set_value(static_cast<double>(Pick(3)));
      row.set_status(OneIn(4) ? v1::OBSERVATION_STATUS_ESTIMATED : v1::OBSERVATION_STATUS_NORMAL);
    }
    if (OneIn(4)) row.set_comment(OneIn(2) ? "a" : "b");
    return row;
  }

  v1::PushObservationsRequest RandomPush(const std::string& push_id) {
    v1::PushObservationsRequest request = PushOf(push_id, {});
    if (OneIn(4)) {
      for (size_t scopes = 1 + Pick(3); scopes > 0; --scopes) {
        const size_t first = Pick(kQuarters.size());
        const size_t last = first + Pick(kQuarters.size() - first);
        auto of = Calendar().begin();
        std::advance(of, Pick(Calendar().size()));
        if (of->first == "y") continue;  // quarters are finer than years
        v1::Scope scope = ReplaceOf("", of->first, kQuarters[first], kQuarters[last], {}).scopes(0);
        if (OneIn(2)) (*scope.mutable_slice())["unit"] = kUnits[Pick(2)];
        *request.add_scopes() = scope;
      }
      if (request.scopes_size() > 0) request.set_mode(v1::PUSH_MODE_REPLACE);
    }
    const bool replaces = request.mode() == v1::PUSH_MODE_REPLACE;
    request.set_outcome_detail(v1::OUTCOME_DETAIL_ALL);
    request.set_partial(!replaces && OneIn(2));
    if (OneIn(4)) request.set_correction_reason("a typing error");
    std::set<Cell> used;
    for (size_t rows = (replaces ? 0 : 1) + Pick(12); rows > 0; --rows) {
      v1::Observation row = RandomRow();
      // Mostly cells inside the scopes.
      if (replaces && !Inside(CellOf(row), request) && !OneIn(20)) continue;
      if (used.insert(CellOf(row)).second) *request.add_observations() = std::move(row);
    }
    if (!replaces && request.observations_size() == 0) *request.add_observations() = RandomRow();
    return request;
  }

  // Pushes, compares the response with the model and updates the model.
  void Push(const v1::PushObservationsRequest& request) {
    const Expected expected = Expect(model_, request);
    if (OneIn(4)) {
      v1::PushObservationsRequest trial = request;
      trial.set_validate_only(true);
      const auto foretold = service_.Push(trial, "cor");
      ATHENA_ASSERT_OK(foretold);
      EXPECT_EQ(Outcomes(*foretold), expected.outcomes) << request.DebugString();
    }
    const auto answer = service_.Push(request, "cor");
    EXPECT_EQ(status::Reason(answer.status()), expected.refusal) << request.DebugString();
    if (!answer.ok()) return;
    EXPECT_EQ(Outcomes(*answer), expected.outcomes) << request.DebugString();
    const auto rows = [&](v1::Outcome outcome) {
      return std::count(expected.outcomes.begin(), expected.outcomes.end(), outcome);
    };
    EXPECT_EQ(answer->counts().deleted(), rows(v1::OUTCOME_DELETED) + expected.deleted_beside);
    EXPECT_EQ(answer->counts().locked(), rows(v1::OUTCOME_LOCKED));
    model_.cells = expected.after;
    at_[answer->revision()] = model_.cells;
    sent_.emplace_back(request, *answer);
  }

  // Sends an old push again, its rows and scopes in another order.
  void Replay() {
    auto [request, answer] = sent_[Pick(sent_.size())];
    std::shuffle(request.mutable_observations()->pointer_begin(),
                 request.mutable_observations()->pointer_end(), random_);
    std::shuffle(request.mutable_scopes()->pointer_begin(), request.mutable_scopes()->pointer_end(),
                 random_);
    const auto again = service_.Push(request, "cor");
    ATHENA_ASSERT_OK(again);
    answer.set_replayed(true);
    EXPECT_EQ(again->DebugString(), answer.DebugString());
  }

  void CloseOrReopen() {
    const std::string& quarter = kQuarters[Pick(kQuarters.size())];
    if (model_.closed.insert(quarter).second) return service_.Close(quarter);
    model_.closed.erase(quarter);
    service_.Reopen(quarter);
  }

  // Splits a push in two.
  void Split(const v1::PushObservationsRequest& request) {
    for (int part = 0; part < 2; ++part) {
      v1::PushObservationsRequest half = request;
      half.set_push_id(absl::StrCat(request.push_id(), "-", part));
      half.clear_observations();
      for (int i = part; i < request.observations_size(); i += 2) {
        *half.add_observations() = request.observations(i);
      }
      if (half.observations_size() > 0) Push(half);
    }
  }

  Cells ListedAt(int64_t revision) {
    Cells listed;
    for (const auto& [indicator, periods] : Calendar()) {
      v1::ListObservationsRequest request = ListOf(indicator);
      request.mutable_as_of()->set_revision(revision);
      request.set_page_size(5);
      for (const v1::ObservationRecord& record : service_.ListAll(request)) {
        const v1::Observation& cell = record.observation();
        Content content{std::nullopt, cell.status(), cell.comment()};
        if (cell.has_value()) content.value = cell.value();
        EXPECT_TRUE(listed.emplace(CellOf(cell), content).second) << cell.DebugString();
      }
    }
    return listed;
  }

  // The feed reports each difference between two states and nothing else.
  void ExpectFeed() {
    grpc::ClientContext context;
    context.AddMetadata("authorization", "Bearer viewer");
    v1::WatchObservationsRequest request;
    request.set_parent("institutions/gob");
    const auto stream = service_.stub().WatchObservations(&context, request);
    Cells before;
    for (const auto& [revision, cells] : at_) {
      const auto expected = Difference(before, cells);
      before = cells;
      if (expected.empty()) continue;
      v1::WatchObservationsResponse response;
      ASSERT_TRUE(stream->Read(&response));
      EXPECT_EQ(response.revision(), revision);
      std::map<std::string, std::set<std::string>> told;
      for (const auto& change : response.changes()) {
        told[change.indicator()].insert(change.quarters().begin(), change.quarters().end());
      }
      EXPECT_EQ(told, expected) << "at revision " << revision;
    }
    context.TryCancel();
    stream->Finish();
  }

  // Whether any block had so many revisions that it was compacted.
  bool AnythingAside() {
    constexpr static sql::Statement kAny{"SELECT 1 FROM observation_superseded LIMIT 1"};
    bool any = false;
    const absl::Status read = service_.database().Read([&](sql::ReadTx& tx) {
      return tx.Query(kAny, {}, [&](const sql::Row&) {
        any = true;
        return absl::OkStatus();
      });
    });
    ATHENA_EXPECT_OK(read);
    return any;
  }

  Service service_;
  std::mt19937 random_;
  Model model_;
  std::map<int64_t, Cells> at_;  // by revision
  std::vector<std::pair<v1::PushObservationsRequest, v1::PushObservationsResponse>> sent_;
};

TEST_P(PushModelTest, AnyInterleavingAgreesWithTheModelAtEveryRevision) {
  for (int step = 0; step < 200; ++step) {
    if (!sent_.empty() && OneIn(6)) {
      Replay();
      if (OneIn(8)) service_.Restart();
    } else if (OneIn(6)) {
      CloseOrReopen();
    } else {
      const v1::PushObservationsRequest request = RandomPush(absl::StrCat("push-", step));
      if (request.mode() != v1::PUSH_MODE_REPLACE && OneIn(6)) {
        Split(request);
      } else {
        Push(request);
      }
    }
    if (HasFailure()) FAIL() << "at step " << step;
  }
  ASSERT_GT(at_.size(), 60U);
  EXPECT_TRUE(AnythingAside());
  for (const auto& [revision, cells] : at_) {
    EXPECT_TRUE(ListedAt(revision) == cells) << "at revision " << revision;
  }
  ExpectFeed();
}

INSTANTIATE_TEST_SUITE_P(Seeds, PushModelTest, ::testing::Values(42U, 1914U, 20211231U));

}  // namespace
}  // namespace athena::indicator
