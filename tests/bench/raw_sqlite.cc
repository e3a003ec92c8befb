#include "tests/bench/raw_sqlite.h"

#include <sqlite3.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <memory>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/types/span.h"
#include "libs/sql/sqlite/sqlite_dialect.h"
#include "services/indicator/model/cell_block.h"
#include "tests/bench/workload.h"

namespace athena::bench {
namespace {

// The settings of the service's writer.
constexpr char kSettings[] = R"(
  PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;
  PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA mmap_size = 0;
  PRAGMA temp_store = MEMORY; PRAGMA wal_autocheckpoint = 0; PRAGMA cache_size = -32768;)";
constexpr int64_t kCheckpointBytes = int64_t{64} << 20;

// A row a cell.
constexpr char kCellTable[] = R"(
  CREATE TABLE cell (
    institution INTEGER NOT NULL, quarter INTEGER NOT NULL, series INTEGER NOT NULL,
    period INTEGER NOT NULL, revision INTEGER NOT NULL, value REAL, status INTEGER NOT NULL,
    has_comment INTEGER NOT NULL,
    PRIMARY KEY (institution, quarter, series, period, revision),
    CHECK ((value IS NOT NULL) = (status BETWEEN 1 AND 4))
  ) STRICT, WITHOUT ROWID)";
constexpr char kPresent[] = R"(
  SELECT period, revision, value, status, has_comment FROM cell
  WHERE institution = ? AND quarter = ? AND series = ? AND period BETWEEN ? AND ?
  ORDER BY period, revision)";
constexpr char kInsertCell[] = R"(
  INSERT INTO cell
    (institution, quarter, series, period, revision, value, status, has_comment)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?))";
// The statements of services/indicator/ingest/observation_writer.cc, feed_store.cc and
// push_store.cc.
constexpr char kInsertBlock[] = R"(
  INSERT INTO observation (institution, quarter, series, block, revision, cells)
  VALUES (?, ?, ?, ?, ?, ?))";
constexpr char kChanged[] = R"(
  INSERT INTO changed (institution, quarter, indicator, revision) VALUES (?, ?, ?, ?)
  ON CONFLICT (institution, quarter, indicator) DO UPDATE SET revision = excluded.revision)";
constexpr char kPush[] = R"(
  INSERT INTO push (institution, revision, sender, push_id, time, digest, body, outcomes)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?))";

struct Cell {
  int32_t quarter;
  int32_t series;
  int32_t period;
  double value;
};

// The pushes, each in the order of storage.
std::vector<std::vector<Cell>> PushesOf(const RawLoad& load) {
  std::vector<std::vector<Cell>> pushes;
  for (int64_t first = 0; first < load.rows; first += load.rows_per_push) {
    std::vector<Cell>& push = pushes.emplace_back();
    for (int64_t i = first; i < std::min(first + load.rows_per_push, load.rows); ++i) {
      const WorkloadRow row = RowAt(i);
      push.push_back({QuarterOf(row.day), row.series + 1, row.day, row.value});
    }
    std::sort(push.begin(), push.end(), [](const Cell& a, const Cell& b) {
      return std::tie(a.quarter, a.series, a.period) < std::tie(b.quarter, b.series, b.period);
    });
  }
  return pushes;
}

// A connection; its first fault stays. Not thread-safe.
class Connection {
 public:
  explicit Connection(const std::string& path) {
    Keep(sqlite3_open(path.c_str(), &handle_));
    sqlite3_wal_hook(
        handle_,
        [](void* self, sqlite3*, const char*, int frames) {
          static_cast<Connection*>(self)->wal_frames_ = frames;
          return SQLITE_OK;
        },
        this);
  }
  ~Connection() { sqlite3_close_v2(handle_); }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  void Run(const std::string& script) {
    Keep(sqlite3_exec(handle_, script.c_str(), nullptr, nullptr, nullptr));
  }
  void Commit() {
    Run("COMMIT");
    constexpr int64_t kPageBytes = 4096;
    if (wal_frames_ * kPageBytes <= kCheckpointBytes) return;
    Keep(sqlite3_wal_checkpoint_v2(handle_, nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr));
  }
  void Keep(int code) {
    if (!status_.ok() || code == SQLITE_OK || code == SQLITE_ROW || code == SQLITE_DONE) return;
    status_ = absl::InternalError(absl::StrCat("SQLite: ", sqlite3_errmsg(handle_)));
  }
  const absl::Status& status() const { return status_; }
  sqlite3* handle() const { return handle_; }

 private:
  sqlite3* handle_ = nullptr;
  int wal_frames_ = 0;
  absl::Status status_;
};

// A statement of a connection, which outlives it.
class Prepared {
 public:
  Prepared(Connection& connection, const char* sql) : connection_(connection) {
    connection.Keep(sqlite3_prepare_v3(connection.handle(), sql, -1, SQLITE_PREPARE_PERSISTENT,
                                       &statement_, nullptr));
  }
  ~Prepared() { sqlite3_finalize(statement_); }
  Prepared(const Prepared&) = delete;
  Prepared& operator=(const Prepared&) = delete;

  void Bind(int place, int64_t value) { sqlite3_bind_int64(statement_, place, value); }
  void Bind(int place, double value) { sqlite3_bind_double(statement_, place, value); }
  // Text and blobs are borrowed until the statement has run.
  void Bind(int place, const std::string& text) {
    sqlite3_bind_text(statement_, place, text.data(), static_cast<int>(text.size()), SQLITE_STATIC);
  }
  void BindBlob(int place, const std::string& bytes) {
    sqlite3_bind_blob(statement_, place, bytes.data(), static_cast<int>(bytes.size()),
                      SQLITE_STATIC);
  }
  // The number in its first row.
  int64_t Value() {
    connection_.Keep(sqlite3_step(statement_));
    return sqlite3_column_int64(statement_, 0);
  }
  // Runs it to the end; returns the number of rows it answered.
  int64_t Run() {
    int64_t rows = 0;
    int code = sqlite3_step(statement_);
    for (; code == SQLITE_ROW; code = sqlite3_step(statement_)) ++rows;
    connection_.Keep(code);
    sqlite3_reset(statement_);
    return rows;
  }

 private:
  Connection& connection_;
  sqlite3_stmt* statement_ = nullptr;
};

// Stores one push after the other.
class Writer {
 public:
  Writer(Connection& connection, RawLayout layout)
      : layout_(layout),
        present_(connection, kPresent),
        insert_cell_(connection, kInsertCell),
        insert_block_(connection, kInsertBlock),
        changed_(connection, kChanged),
        push_(connection, kPush) {
    for (int i = 0; i < kIndicators; ++i) indicators_.push_back(IndicatorId(i));
  }

  void Store(const std::vector<Cell>& cells, int64_t revision) {
    std::vector<std::pair<int32_t, int>> changed;  // (quarter, indicator)
    for (size_t begin = 0, end = 0; begin < cells.size(); begin = end) {
      const Cell& first = cells[begin];
      while (end < cells.size() && cells[end].quarter == first.quarter &&
             cells[end].series == first.series) {
        ++end;
      }
      const absl::Span<const Cell> stretch = absl::MakeSpan(cells).subspan(begin, end - begin);
      if (layout_ == RawLayout::kCells) {
        StoreCells(stretch, revision);
      } else {
        StoreBlocks(stretch, revision);
      }
      const std::pair mark(first.quarter, (first.series - 1) / (kCodes * kCodes));
      if (changed.empty() || changed.back() != mark) changed.push_back(mark);
    }
    for (const auto& [quarter, indicator] : changed) {
      changed_.Bind(1, int64_t{1});
      changed_.Bind(2, int64_t{quarter});
      changed_.Bind(3, indicators_[static_cast<size_t>(indicator)]);
      changed_.Bind(4, revision);
      changed_.Run();
    }
    const std::string id = absl::StrCat("push-", revision);
    const std::string digest(32, 'd');
    const std::string counts(4, 'c');
    push_.Bind(1, int64_t{1});
    push_.Bind(2, revision);
    push_.Bind(3, sender_);
    push_.Bind(4, id);
    push_.Bind(5, absl::ToUnixMicros(absl::Now()));
    push_.BindBlob(6, digest);
    push_.BindBlob(7, counts);
    push_.BindBlob(8, counts);
    push_.Run();
  }

 private:
  // A range read, to know what is new, and a row a cell.
  void StoreCells(absl::Span<const Cell> cells, int64_t revision) {
    present_.Bind(1, int64_t{1});
    present_.Bind(2, int64_t{cells.front().quarter});
    present_.Bind(3, int64_t{cells.front().series});
    present_.Bind(4, int64_t{cells.front().period});
    present_.Bind(5, int64_t{cells.back().period});
    present_.Run();
    for (const Cell& cell : cells) {
      insert_cell_.Bind(1, int64_t{1});
      insert_cell_.Bind(2, int64_t{cell.quarter});
      insert_cell_.Bind(3, int64_t{cell.series});
      insert_cell_.Bind(4, int64_t{cell.period});
      insert_cell_.Bind(5, revision);
      insert_cell_.Bind(6, cell.value);
      insert_cell_.Bind(7, int64_t{1});
      insert_cell_.Bind(8, int64_t{0});
      insert_cell_.Run();
    }
  }

  // A row for the cells of a block. As in the service where a quarter is known to lack them,
  // nothing is read.
  void StoreBlocks(absl::Span<const Cell> cells, int64_t revision) {
    std::string bytes;
    for (size_t i = 0; i < cells.size(); ++i) {
      indicator::AppendToBlock({.period = cells[i].period, .status = 1, .value = cells[i].value},
                               &bytes);
      const int32_t block = indicator::BlockOf(cells[i].period);
      if (i + 1 < cells.size() && indicator::BlockOf(cells[i + 1].period) == block) continue;
      insert_block_.Bind(1, int64_t{1});
      insert_block_.Bind(2, int64_t{cells[i].quarter});
      insert_block_.Bind(3, int64_t{cells[i].series});
      insert_block_.Bind(4, int64_t{block});
      insert_block_.Bind(5, revision);
      insert_block_.BindBlob(6, bytes);
      insert_block_.Run();
      bytes.clear();
    }
  }

  const RawLayout layout_;
  Prepared present_;
  Prepared insert_cell_;
  Prepared insert_block_;
  Prepared changed_;
  Prepared push_;
  std::vector<std::string> indicators_;
  const std::string sender_ = "sender";
};

// How many cells are stored.
int64_t StoredCells(Connection& connection, RawLayout layout) {
  if (layout == RawLayout::kCells) return Prepared(connection, "SELECT 1 FROM cell").Run();
  // Every one has a value.
  return Prepared(connection, "SELECT sum(length(cells)) FROM observation").Value() /
         static_cast<int64_t>(indicator::kMaxBlockCellBytes);
}

// Makes the tables.
absl::Status Prepare(Connection& connection, const std::string& schema) {
  std::ifstream file(schema, std::ios::binary);
  if (!file) return absl::NotFoundError(absl::StrCat("cannot read ", schema));
  connection.Run(kSettings);
  connection.Run(sql::ToSqliteScript(std::string(std::istreambuf_iterator<char>(file), {})));
  connection.Run(kCellTable);
  return connection.status();
}

class RowByRow final : public RawStore {
 public:
  explicit RowByRow(std::unique_ptr<Connection> connection)
      : connection_(std::move(connection)), writer_(*connection_, RawLayout::kBlocks) {}

  absl::Status Store(int64_t rows) override {
    connection_->Run("BEGIN IMMEDIATE");
    for (int64_t i = 0; i < rows; ++i) {
      const WorkloadRow row = RowAt(stored_++);
      writer_.Store({{QuarterOf(row.day), row.series + 1, row.day, row.value}}, stored_);
    }
    connection_->Commit();
    return connection_->status();
  }

 private:
  const std::unique_ptr<Connection> connection_;
  Writer writer_;
  int64_t stored_ = 0;
};

}  // namespace

absl::StatusOr<std::unique_ptr<RawStore>> RawStore::Create(const std::string& database,
                                                           const std::string& schema) {
  auto connection = std::make_unique<Connection>(database);
  if (absl::Status prepared = Prepare(*connection, schema); !prepared.ok()) return prepared;
  return std::make_unique<RowByRow>(std::move(connection));
}

absl::StatusOr<absl::Duration> LoadRaw(const RawLoad& load) {
  const std::vector<std::vector<Cell>> pushes = PushesOf(load);
  Connection connection(load.database);
  if (absl::Status prepared = Prepare(connection, load.schema); !prepared.ok()) return prepared;
  absl::Duration took;
  {
    Writer writer(connection, load.layout);
    const absl::Time begun = absl::Now();
    for (size_t i = 0; i < pushes.size();) {
      connection.Run("BEGIN IMMEDIATE");
      const size_t end = std::min(i + static_cast<size_t>(load.pushes_per_commit), pushes.size());
      for (; i < end; ++i) writer.Store(pushes[i], static_cast<int64_t>(i) + 1);
      connection.Commit();
      if (!connection.status().ok()) return connection.status();
    }
    took = absl::Now() - begun;
  }
  const int64_t stored = StoredCells(connection, load.layout);
  if (!connection.status().ok()) return connection.status();
  if (stored != load.rows) {
    return absl::DataLossError(absl::StrCat(stored, " rows are there, want ", load.rows));
  }
  return took;
}

}  // namespace athena::bench
