#include "services/athenactl/sending/pushes/file_survey.h"

#include <algorithm>
#include <functional>
#include <map>
#include <optional>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "libs/status/macros.h"

namespace athena::athenactl {
namespace {

// The hash of a row's cell, and its line.
using HashedRow = std::pair<size_t, int64_t>;

size_t HashOf(const std::string& key) { return std::hash<std::string>()(key); }

// The hashes that several rows have.
absl::flat_hash_set<size_t> RepeatedHashes(std::vector<HashedRow>& rows) {
  std::sort(rows.begin(), rows.end());
  absl::flat_hash_set<size_t> repeated;
  for (size_t at = 1; at < rows.size(); ++at) {
    if (rows[at].first == rows[at - 1].first) repeated.insert(rows[at].first);
  }
  return repeated;
}

// Compares the cells of the rows with these hashes in a second reading, and refuses those that
// several rows have.
absl::Status RefuseRepeatedCells(SourceFile& file, const absl::flat_hash_set<size_t>& hashes,
                                 FileSurvey& survey) {
  ATHENA_ASSIGN_OR_RETURN(const std::unique_ptr<ObservationReader> reader, file.Reader());
  std::map<std::string, std::vector<int64_t>> lines;  // by cell
  FileRow row;
  for (;;) {
    const absl::StatusOr<bool> more = reader->Next(row);
    if (!more.ok() || !*more) break;
    if (!row.refused.empty() || row.deletion.has_value()) continue;
    std::string key = CellKey(row.row.observation);
    if (hashes.contains(HashOf(key))) lines[std::move(key)].push_back(row.line);
  }
  for (const auto& [key, repeated] : lines) {
    if (repeated.size() < 2) continue;
    constexpr size_t kMostNamed = 5;
    std::vector<std::string> named;
    for (const int64_t line : repeated) {
      survey.repeated.insert(line);
      if (named.size() < kMostNamed) named.push_back(absl::StrCat(line));
    }
    const std::string all =
        absl::StrCat(absl::StrJoin(named, ", "), repeated.size() > kMostNamed ? ", ..." : "");
    for (const int64_t line : repeated) {
      survey.refused.Add({line, "",
                          absl::StrCat("lines ", all,
                                       " have the same indicator, period and "
                                       "dimensions, want each cell once")});
    }
    survey.observations -= static_cast<int64_t>(repeated.size());
  }
  return absl::OkStatus();
}

// Reads good rows one after the other; false at the end.
class GoodRows {
 public:
  GoodRows(std::unique_ptr<ObservationReader> reader, const SourceFile& file,
           const FileSurvey& survey)
      : reader_(std::move(reader)), file_(file), survey_(survey) {}

  absl::StatusOr<bool> Next(ObservationRow& row) {
    for (;;) {
      ATHENA_ASSIGN_OR_RETURN(const bool more, reader_->Next(read_));
      if (!more) return false;
      file_.CheckDeletion(read_);
      if (!read_.refused.empty() || read_.deletion.has_value() ||
          survey_.repeated.contains(read_.line)) {
        continue;
      }
      row = std::move(read_.row);
      return true;
    }
  }

 private:
  std::unique_ptr<ObservationReader> reader_;
  const SourceFile& file_;
  const FileSurvey& survey_;
  FileRow read_;
};

}  // namespace

absl::StatusOr<SourceFile> SourceFile::Open(const std::string& path, const Dialect& dialect,
                                            bool allow_bulk_deletion) {
  ATHENA_ASSIGN_OR_RETURN(TextSource source, TextSource::Open(path));
  return SourceFile(path, std::move(source), dialect, allow_bulk_deletion);
}

absl::StatusOr<std::vector<std::string>> SourceFile::Dimensions() {
  ATHENA_ASSIGN_OR_RETURN(const std::unique_ptr<ObservationReader> reader, Reader());
  return reader->dimensions();
}

absl::StatusOr<std::unique_ptr<ObservationReader>> SourceFile::Reader() {
  ATHENA_RETURN_IF_ERROR(source_->Rewind());
  ATHENA_ASSIGN_OR_RETURN(std::unique_ptr<ObservationReader> reader,
                          OpenObservations(*source_, dialect_));
  reader->NameDimensions(dimension_ids_);
  return reader;
}

void SourceFile::CheckDeletion(FileRow& row) const {
  if (!row.deletion.has_value() || !row.refused.empty() || allow_bulk_deletion_) return;
  row.refused.push_back({row.line, "ACTION",
                         "D with an empty dimension or TIME_PERIOD takes back all cells that it "
                         "leaves open; say --allow-delete if it should"});
}

absl::StatusOr<FileSurvey> Survey(SourceFile& file) {
  ATHENA_ASSIGN_OR_RETURN(const std::unique_ptr<ObservationReader> reader, file.Reader());
  FileSurvey survey;
  std::vector<HashedRow> hashed;
  FileRow row;
  for (;;) {
    const absl::StatusOr<bool> more = reader->Next(row);
    survey.broken = more.status();
    if (!more.ok() || !*more) break;
    ++survey.rows;
    file.CheckDeletion(row);
    for (RowRefusal& refusal : row.refused) survey.refused.Add(std::move(refusal));
    for (RowRefusal& refusal : row.imprecise) survey.imprecise.Add(std::move(refusal));
    if (!row.refused.empty()) continue;
    if (row.deletion.has_value()) {
      survey.deletions.push_back(*std::move(row.deletion));
      continue;
    }
    ++survey.observations;
    hashed.emplace_back(HashOf(CellKey(row.row.observation)), row.line);
  }
  const absl::flat_hash_set<size_t> repeated = RepeatedHashes(hashed);
  if (!repeated.empty()) {
    ATHENA_RETURN_IF_ERROR(RefuseRepeatedCells(file, repeated, survey));
  }
  return survey;
}

absl::StatusOr<NextPiece> PiecesOf(SourceFile& file, const FileSurvey& survey) {
  ATHENA_ASSIGN_OR_RETURN(std::unique_ptr<ObservationReader> reader, file.Reader());
  struct State {
    GoodRows rows;
    PieceBuilder builder;
    bool ended = false;
  };
  auto state = std::make_shared<State>(State{{std::move(reader), file, survey}, {}});
  return [state]() -> absl::StatusOr<std::optional<Piece>> {
    ObservationRow row;
    while (!state->ended) {
      ATHENA_ASSIGN_OR_RETURN(const bool more, state->rows.Next(row));
      state->ended = !more;
      if (!more) break;
      if (auto full = state->builder.Add(std::move(row))) return full;
    }
    return state->builder.Finish();
  };
}

absl::StatusOr<std::vector<ObservationRow>> RowsOf(SourceFile& file, const FileSurvey& survey) {
  ATHENA_ASSIGN_OR_RETURN(std::unique_ptr<ObservationReader> reader, file.Reader());
  GoodRows good(std::move(reader), file, survey);
  std::vector<ObservationRow> rows;
  ObservationRow row;
  for (;;) {
    ATHENA_ASSIGN_OR_RETURN(const bool more, good.Next(row));
    if (!more) return rows;
    rows.push_back(std::move(row));
  }
}

}  // namespace athena::athenactl
