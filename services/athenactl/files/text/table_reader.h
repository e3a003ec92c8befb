#ifndef ATHENA_SERVICES_ATHENACTL_FILES_TEXT_TABLE_READER_H_
#define ATHENA_SERVICES_ATHENACTL_FILES_TEXT_TABLE_READER_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "services/athenactl/files/text/csv.h"
#include "services/athenactl/files/text/dialect.h"
#include "services/athenactl/files/text/row_report.h"
#include "services/athenactl/files/text/text_source.h"

namespace athena::athenactl {

// The id of `ids` that `typed` names: itself, or the first that equals it when case is ignored;
// `typed` where there is none.
std::string IdOfDimension(absl::Span<const std::string> ids, std::string_view typed);

// A CSV file with a line of columns, as all readers see it: columns have the names that the dialect
// gives them, rows without any field are skipped. Not thread-safe.
class TableReader {
 public:
  struct Column {
    std::string header;  // as the file has it
    std::string name;    // as the dialect maps it
    bool ignored = false;
  };
  struct Row {
    int64_t line = 0;
    int64_t last_line = 0;
    std::vector<std::string> fields;  // one for each column
    // Why the row cannot be read; `fields` are of no use then.
    std::optional<RowRefusal> fault;
  };

  // Reads the line of columns. INVALID_ARGUMENT, "line 1: ...", when there is none, a column has no
  // name or stands there twice, or the dialect names a column that is not there.
  static absl::StatusOr<TableReader> Open(TextSource& source, const Dialect& dialect);

  const std::vector<Column>& columns() const { return columns_; }
  std::vector<Column>& columns() { return columns_; }
  const Dialect& dialect() const { return dialect_; }
  // The line of columns.
  int64_t line() const { return line_; }

  // Replaces the name of a column by the name in `known` that equals it when case is ignored.
  void NameKnown(absl::Span<const std::string_view> known);
  // Every column that is not in `own` names a dimension, as IdOfDimension does with the ids of
  // `list_ids`, which is called only if there is one.
  void NameDimensions(absl::Span<const std::string_view> own,
                      absl::FunctionRef<std::vector<std::string>()> list_ids);
  // The index of a column that is not ignored; -1 when there is none.
  int Find(std::string_view name) const;
  // INVALID_ARGUMENT when there is no such column: says which columns the file has, what is wanted
  // and which flags would help.
  absl::Status Require(absl::Span<const std::string_view> names, std::string_view want) const;

  // Reads the next row; false at the end. The error of CsvReader::Next.
  absl::StatusOr<bool> Next(Row& row);

 private:
  TableReader(TextSource& source, const Dialect& dialect)
      : dialect_(dialect), reader_(source, dialect.separator) {}

  absl::Status ReadColumns();

  Dialect dialect_;
  CsvReader reader_;
  CsvRecord record_;
  int64_t line_ = 1;
  std::vector<Column> columns_;
};

}  // namespace athena::athenactl

#endif  // ATHENA_SERVICES_ATHENACTL_FILES_TEXT_TABLE_READER_H_
