#ifndef ATHENA_SERVICES_ATHENACTL_FILES_TEXT_CSV_H_
#define ATHENA_SERVICES_ATHENACTL_FILES_TEXT_CSV_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "libs/csv/csv.h"
#include "services/athenactl/files/text/text_source.h"

namespace athena::athenactl {

// The longest record: a longer one is no text, or has a quote that does not end.
inline constexpr size_t kMostBytesOfRecord = 1 << 20;

// Why a record cannot be read.
struct CsvFault {
  int64_t line = 0;
  size_t field = 0;  // index of the field in which it was found
  std::string description;
};

// A record of a CSV file.
struct CsvRecord {
  int64_t line = 0;       // where it begins, from 1
  int64_t last_line = 0;  // where it ends: a quoted field may have line ends
  std::vector<std::string> fields;
  // `fields` are of no use then; the records after it can be read.
  std::optional<CsvFault> fault;
};

// Reads comma-separated values (RFC 4180) in UTF-8, with any separator: fields may stand in double
// quotes and then hold separators, line ends and doubled quotes; lines end in CR LF, LF or CR, the
// last one in nothing, too. A byte order mark at the start and empty lines are skipped, blanks
// around a field are no part of it unless they stand in quotes. Memory is bounded by a record. Not
// thread-safe; `source` outlives the reader.
class CsvReader {
 public:
  explicit CsvReader(TextSource& source, char separator = ',')
      : source_(source), separator_(separator) {}

  // Reads the next record; false at the end. INVALID_ARGUMENT when nothing more can be read: the
  // file is no text in UTF-8 at all (decoding.h), or "line 7: ..." for a quoted field that does not
  // end or a record that is too long.
  absl::StatusOr<bool> Next(CsvRecord& record);

 private:
  absl::Status Begin();
  // Whether there is a byte at `at_`, after reading more of the file where needed.
  absl::StatusOr<bool> More();
  bool AtLineEnd() const;
  absl::Status SkipLineEnd();
  absl::Status SkipBlanks();
  absl::Status ReadField(CsvRecord& record);
  absl::Status ReadQuoted(CsvRecord& record, std::string& field);
  absl::Status SkipToLineEnd();
  void CheckUtf8(CsvRecord& record, const std::vector<size_t>& ends) const;
  std::string_view Raw() const { return std::string_view(buffer_).substr(begin_, at_ - begin_); }

  TextSource& source_;
  const char separator_;
  bool begun_ = false;
  bool ended_ = false;  // the source has no more
  std::string buffer_;
  size_t begin_ = 0;  // of the record at hand, in `buffer_`
  size_t at_ = 0;     // the next byte, likewise
  int64_t line_ = 1;  // of the next byte
  int64_t record_line_ = 1;
};

}  // namespace athena::athenactl

#endif  // ATHENA_SERVICES_ATHENACTL_FILES_TEXT_CSV_H_
