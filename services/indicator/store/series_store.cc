#include "services/indicator/store/series_store.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/status/macros.h"

namespace athena::indicator {
namespace {

constexpr sql::Statement kAllSeries{R"(
  SELECT head.institution, series.indicator, series.codes, series.series
  FROM series JOIN institution_head AS head ON head.key = series.institution
  ORDER BY series.institution, series.series)"};
constexpr sql::Statement kSeriesAfter{R"(
  SELECT indicator, codes, series FROM series WHERE institution = ? AND series > ?
  ORDER BY series)"};
constexpr sql::Statement kFindSeries{
    "SELECT series FROM series WHERE institution = ? AND indicator = ? AND codes = ?"};
constexpr sql::Statement kLastSeries{
    "SELECT series FROM series WHERE institution = ? ORDER BY series DESC LIMIT 1"};
constexpr sql::Statement kInsertSeries{
    "INSERT INTO series (institution, indicator, codes, series) VALUES (?, ?, ?, ?)"};

// absl::string_view may be a type of its own.
absl::string_view View(std::string_view text) { return {text.data(), text.size()}; }

std::string Joined(const SeriesKey& key) { return absl::StrCat(key.indicator, "\n", key.codes); }

}  // namespace

absl::StatusOr<std::unique_ptr<SeriesNumbers>> SeriesNumbers::Load(sql::Database& database,
                                                                   size_t capacity) {
  auto numbers = std::make_unique<SeriesNumbers>(capacity);
  ATHENA_RETURN_IF_ERROR(database.Read([&](sql::ReadTx& tx) {
    return tx.Query(kAllSeries, {}, [&](const sql::Row& row) {
      numbers->Publish(
          std::string(row.Text(0)),
          {{std::string(row.Text(1)), std::string(row.Text(2)), static_cast<int32_t>(row.Int(3))}});
      return absl::OkStatus();
    });
  }));
  return numbers;
}

void SeriesNumbers::Resolve(std::string_view institution, absl::Span<SeriesKey> series) const {
  std::string joined;
  absl::ReaderMutexLock lock(&mutex_);
  const auto found = institutions_.find(View(institution));
  if (found == institutions_.end()) return;
  for (SeriesKey& key : series) {
    joined.assign(key.indicator).append("\n").append(key.codes);
    const auto number = found->second.find(joined);
    if (number != found->second.end()) key.number = number->second;
  }
}

void SeriesNumbers::Publish(const std::string& institution, const std::vector<SeriesKey>& made) {
  absl::MutexLock lock(&mutex_);
  auto& known = institutions_[institution];
  for (const SeriesKey& key : made) {
    if (known.contains(Joined(key))) continue;
    ++count_;
    if (kept_ == capacity_) continue;
    known.emplace(Joined(key), key.number);
    ++kept_;
  }
}

int64_t SeriesNumbers::count() const {
  absl::ReaderMutexLock lock(&mutex_);
  return count_;
}

absl::Status FindSeriesNumbers(sql::ReadTx& tx, int64_t institution, absl::Span<SeriesKey> series) {
  constexpr size_t kColumns = 3;
  std::vector<sql::Param> keys;
  std::vector<SeriesKey*> asked;
  for (SeriesKey& key : series) {
    if (key.number != 0) continue;
    asked.push_back(&key);
    keys.insert(keys.end(), {sql::Param(institution), std::string_view(key.indicator),
                             std::string_view(key.codes)});
  }
  return tx.QueryMany(kFindSeries, kColumns, keys, [&](size_t i, const sql::Row& row) {
    asked[i]->number = static_cast<int32_t>(row.Int(0));
    return absl::OkStatus();
  });
}

absl::Status ReadSeriesAfter(
    sql::ReadTx& tx, int64_t institution, int32_t after,
    absl::FunctionRef<void(std::string_view indicator, std::string_view codes, int32_t number)>
        visit) {
  return tx.Query(kSeriesAfter, {institution, int64_t{after}}, [&](const sql::Row& row) {
    visit(row.Text(0), row.Text(1), static_cast<int32_t>(row.Int(2)));
    return absl::OkStatus();
  });
}

absl::Status NumberSeries(sql::WriteTx& tx, absl::Span<SeriesKey> series) {
  if (series.empty()) return absl::OkStatus();
  const int64_t institution = tx.head().key;
  int64_t last = 0;
  ATHENA_RETURN_IF_ERROR(tx.Query(kLastSeries, {institution}, [&](const sql::Row& row) {
    last = row.Int(0);
    return absl::OkStatus();
  }));
  std::vector<sql::Param> rows;
  rows.reserve(series.size() * 4);
  for (SeriesKey& key : series) {
    key.number = static_cast<int32_t>(++last);
    rows.insert(rows.end(), {sql::Param(institution), std::string_view(key.indicator),
                             std::string_view(key.codes), last});
  }
  return tx.ExecuteMany(kInsertSeries, 4, rows);
}

}  // namespace athena::indicator
