#include "services/indicator/store/series_store.h"

#include <utility>

#include "absl/strings/str_cat.h"

namespace athena::indicator {
namespace {

constexpr sql::Statement kSeriesAfter{R"(
  SELECT indicator, codes, series FROM series WHERE institution = ? AND series > ?
  ORDER BY series)"};
constexpr sql::Statement kAllInstitutions{
    "SELECT institution, number FROM institution_number ORDER BY number"};
constexpr sql::Statement kAllSeries{
    "SELECT indicator, codes, series FROM series WHERE institution = ? ORDER BY indicator, codes"};
constexpr sql::Statement kFindInstitution{
    "SELECT number FROM institution_number WHERE institution = ?"};
constexpr sql::Statement kLastInstitution{
    "SELECT number FROM institution_number ORDER BY number DESC LIMIT 1"};
constexpr sql::Statement kInsertInstitution{
    "INSERT INTO institution_number (institution, number) VALUES (?, ?)"};
constexpr sql::Statement kFindSeries{
    "SELECT series FROM series WHERE institution = ? AND indicator = ? AND codes = ?"};
constexpr sql::Statement kLastSeries{
    "SELECT series FROM series WHERE institution = ? ORDER BY series DESC LIMIT 1"};
constexpr sql::Statement kInsertSeries{
    "INSERT INTO series (institution, indicator, codes, series) VALUES (?, ?, ?, ?)"};

constexpr sql::NoteKind<int64_t> kInstitutionNote{"number of an institution"};

absl::StatusOr<int64_t> ReadNumber(sql::ReadTx& tx, const sql::Statement& statement,
                                   absl::Span<const sql::Param> params) {
  int64_t number = 0;
  const absl::Status status = tx.Query(statement, params, [&](const sql::Row& row) {
    number = row.Int(0);
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  return number;
}

// absl::string_view may be a type of its own.
absl::string_view View(std::string_view text) { return {text.data(), text.size()}; }

std::string Joined(const SeriesKey& key) { return absl::StrCat(key.indicator, "\n", key.codes); }

}  // namespace

absl::StatusOr<std::unique_ptr<SeriesNumbers>> SeriesNumbers::Load(sql::Database& database) {
  auto numbers = std::make_unique<SeriesNumbers>();
  const absl::Status status = database.Read([&](sql::ReadTx& tx) {
    std::vector<std::pair<std::string, int64_t>> institutions;
    absl::Status read = tx.Query(kAllInstitutions, {}, [&](const sql::Row& row) {
      institutions.emplace_back(row.Text(0), row.Int(1));
      return absl::OkStatus();
    });
    for (const auto& [institution, number] : institutions) {
      if (!read.ok()) return read;
      std::vector<SeriesKey> keys;
      read = tx.Query(kAllSeries, {number}, [&](const sql::Row& row) {
        keys.push_back(
            {std::string(row.Text(0)), std::string(row.Text(1)), static_cast<int32_t>(row.Int(2))});
        return absl::OkStatus();
      });
      numbers->Publish(institution, number, keys);
    }
    return read;
  });
  if (!status.ok()) return status;
  return numbers;
}

int64_t SeriesNumbers::InstitutionNumber(std::string_view institution) const {
  absl::ReaderMutexLock lock(&mutex_);
  const auto found = institutions_.find(View(institution));
  return found == institutions_.end() ? 0 : found->second.number;
}

void SeriesNumbers::Resolve(std::string_view institution, absl::Span<SeriesKey> series) const {
  std::string joined;
  absl::ReaderMutexLock lock(&mutex_);
  const auto found = institutions_.find(View(institution));
  if (found == institutions_.end()) return;
  for (SeriesKey& key : series) {
    joined.assign(key.indicator).append("\n").append(key.codes);
    const auto number = found->second.series.find(joined);
    if (number != found->second.series.end()) key.number = number->second;
  }
}

void SeriesNumbers::Publish(const std::string& institution, int64_t number,
                            const std::vector<SeriesKey>& made) {
  absl::MutexLock lock(&mutex_);
  Institution& known = institutions_[institution];
  known.number = number;
  for (const SeriesKey& key : made) {
    if (known.series.emplace(Joined(key), key.number).second) ++count_;
  }
}

int64_t SeriesNumbers::count() const {
  absl::ReaderMutexLock lock(&mutex_);
  return count_;
}

absl::StatusOr<int64_t> FindInstitutionNumber(sql::ReadTx& tx, std::string_view institution) {
  sql::Notes* const notes = tx.notes();
  if (notes != nullptr) {
    if (const int64_t* const noted = notes->Find(kInstitutionNote, institution)) return *noted;
  }
  const absl::StatusOr<int64_t> number = ReadNumber(tx, kFindInstitution, {institution});
  // Once given, a number never changes.
  if (notes != nullptr && number.ok() && *number != 0) {
    notes->Keep(kInstitutionNote, institution, *number);
  }
  return number;
}

absl::StatusOr<int32_t> FindSeriesNumber(sql::ReadTx& tx, int64_t institution,
                                         const SeriesKey& key) {
  const absl::StatusOr<int64_t> number = ReadNumber(
      tx, kFindSeries, {institution, std::string_view(key.indicator), std::string_view(key.codes)});
  if (!number.ok()) return number.status();
  return static_cast<int32_t>(*number);
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

absl::StatusOr<int64_t> NumberInstitution(sql::WriteTx& tx, std::string_view institution) {
  const absl::StatusOr<int64_t> last = ReadNumber(tx, kLastInstitution, {});
  if (!last.ok()) return last.status();
  const int64_t number = *last + 1;
  const absl::Status inserted = tx.Execute(kInsertInstitution, {institution, number}).status();
  if (!inserted.ok()) return inserted;
  return number;
}

absl::Status NumberSeries(sql::WriteTx& tx, int64_t institution, absl::Span<SeriesKey> series) {
  if (series.empty()) return absl::OkStatus();
  absl::StatusOr<int64_t> last = ReadNumber(tx, kLastSeries, {institution});
  if (!last.ok()) return last.status();
  std::vector<sql::Param> rows;
  rows.reserve(series.size() * 4);
  for (SeriesKey& key : series) {
    key.number = static_cast<int32_t>(++*last);
    rows.insert(rows.end(), {sql::Param(institution), std::string_view(key.indicator),
                             std::string_view(key.codes), *last});
  }
  return tx.ExecuteMany(kInsertSeries, 4, rows);
}

}  // namespace athena::indicator
