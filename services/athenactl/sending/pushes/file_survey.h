#ifndef ATHENA_SERVICES_ATHENACTL_SENDING_PUSHES_FILE_SURVEY_H_
#define ATHENA_SERVICES_ATHENACTL_SENDING_PUSHES_FILE_SURVEY_H_

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "services/athenactl/files/observation_file.h"
#include "services/athenactl/files/text/dialect.h"
#include "services/athenactl/files/text/row_report.h"
#include "services/athenactl/files/text/text_source.h"
#include "services/athenactl/sending/pushes/pieces.h"

// Reads a file of observations twice: first to find all that is wrong with it, then to push it.
namespace athena::athenactl {

// A file that can be read again and again, piece by piece.
class SourceFile {
 public:
  static absl::StatusOr<SourceFile> Open(const std::string& path, const Dialect& dialect,
                                         bool allow_bulk_deletion);

  const std::string& path() const { return path_; }
  // The dimensions that the columns name. INVALID_ARGUMENT as OpenObservations.
  absl::StatusOr<std::vector<std::string>> Dimensions();
  // Columns are named as these ids from now on, whatever their case.
  void SetDimensionIds(std::vector<std::string> ids) { dimension_ids_ = std::move(ids); }

  // A reader from the beginning; it is used before the next one is made.
  absl::StatusOr<std::unique_ptr<ObservationReader>> Reader();
  // Turns a bulk deletion that is not allowed into a refused row.
  void CheckDeletion(FileRow& row) const;

 private:
  SourceFile(std::string path, TextSource source, Dialect dialect, bool allow_bulk_deletion)
      : path_(std::move(path)),
        source_(std::make_unique<TextSource>(std::move(source))),
        dialect_(std::move(dialect)),
        allow_bulk_deletion_(allow_bulk_deletion) {}

  std::string path_;
  std::unique_ptr<TextSource> source_;
  Dialect dialect_;
  bool allow_bulk_deletion_;
  std::vector<std::string> dimension_ids_;
};

// What a whole file holds.
struct FileSurvey {
  int64_t rows = 0;          // refused ones, too
  int64_t observations = 0;  // that can be pushed
  RowFaults refused;         // rows that cannot be read, and rows of one cell
  RowFaults imprecise;
  std::vector<BulkDeletion> deletions;
  // Why the file cannot be read to its end; its rows should then not be pushed.
  absl::Status broken;
  absl::flat_hash_set<int64_t> repeated;  // the lines of rows whose cell another row has, too
};

// Reads the file once; twice when rows may have the same cell. Memory: 16 bytes a row. Errors: the
// columns cannot be read, or the file.
absl::StatusOr<FileSurvey> Survey(SourceFile& file);

// The pieces of the rows that the survey found good, to merge; both outlive the result.
absl::StatusOr<NextPiece> PiecesOf(SourceFile& file, const FileSurvey& survey);
// All of these rows.
absl::StatusOr<std::vector<ObservationRow>> RowsOf(SourceFile& file, const FileSurvey& survey);

}  // namespace athena::athenactl

#endif  // ATHENA_SERVICES_ATHENACTL_SENDING_PUSHES_FILE_SURVEY_H_
