// A file as athenactl's readers see it: one byte that says how it is written, then its content.

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "services/athenactl/files/observation_file.h"
#include "services/athenactl/files/target_file.h"
#include "services/athenactl/files/text/csv.h"
#include "services/athenactl/files/text/decoding.h"
#include "services/athenactl/files/text/dialect.h"
#include "services/athenactl/files/text/text_source.h"
#include "tests/fuzz/property.h"

namespace athena::athenactl {
namespace {

using fuzz::Require;

Dialect DialectOf(uint8_t byte) {
  Dialect dialect;
  dialect.separator = ",;\t|"[byte & 3];
  dialect.decimal = (byte & 4) != 0 && dialect.separator != ',' ? ',' : '.';
  dialect.spreadsheet = (byte & 8) != 0;
  return dialect;
}

// A quoted field, or an end of the file, may hide line ends: lines are counted as CsvReader does.
int64_t LinesIn(std::string_view text) {
  int64_t lines = 1;
  for (size_t at = 0; at < text.size(); ++at) {
    const bool pair = text[at] == '\r' && at + 1 < text.size() && text[at + 1] == '\n';
    if ((text[at] == '\n' || text[at] == '\r') && !pair) ++lines;
  }
  return lines;
}

// Every line with something on it belongs to one record, in order, up to where reading ends.
void CheckRecords(std::string_view text, char separator) {
  TextSource source = TextSource::OfText(text);
  CsvReader reader(source, separator);
  CsvRecord record;
  const int64_t lines = LinesIn(text);
  int64_t last = 0;
  for (;;) {
    const absl::StatusOr<bool> more = reader.Next(record);
    if (!more.ok()) {
      Require(more.status().code() == absl::StatusCode::kInvalidArgument, "a refusal says why");
      return;
    }
    if (!*more) return;
    Require(record.line > last, "a record begins after the one before");
    Require(record.last_line >= record.line && record.last_line <= lines, "a record has lines");
    last = record.last_line;
    Require(!record.fields.empty(), "a record has fields");
    if (record.fault.has_value()) {
      Require(record.fault->line >= record.line && record.fault->line <= record.last_line,
              "a fault is in its record");
      Require(!record.fault->description.empty(), "a fault is described");
      continue;
    }
    std::vector<std::string> again;
    for (const std::string& field : record.fields) {
      Require(Utf8Prefix(field) == field.size(), "a field is UTF-8");
      Require(Unguarded(Guarded(field)) == field, "a guard is taken away");
    }
    const std::string line = CsvLine(record.fields);
    TextSource written = TextSource::OfText(line);
    CsvReader rereader(written);
    CsvRecord reread;
    const absl::StatusOr<bool> read = rereader.Next(reread);
    // A first field may begin like another encoding.
    if (read.ok() && line.substr(0, kByteOrderMark.size()) != kByteOrderMark) {
      Require(*read && !reread.fault.has_value() && reread.fields == record.fields,
              "what is written is read back");
    }
  }
}

void CheckRefusals(const std::vector<RowRefusal>& refused, int64_t line, int64_t last_line) {
  for (const RowRefusal& refusal : refused) {
    Require(refusal.line >= line && refusal.line <= last_line, "a fault is in its row");
    Require(!refusal.description.empty(), "a fault is described");
  }
}

// Every row is an observation, a deletion or refused, and what is read can be serialised.
void CheckObservations(std::string_view text, const Dialect& dialect) {
  TextSource source = TextSource::OfText(text);
  const auto reader = OpenObservations(source, dialect);
  if (!reader.ok()) return;
  FileRow row;
  int64_t last = 0;
  for (;;) {
    const absl::StatusOr<bool> more = (*reader)->Next(row);
    if (!more.ok() || !*more) return;
    Require(row.line > last && row.last_line >= row.line, "rows are in the order of lines");
    last = row.last_line;
    CheckRefusals(row.refused, row.line, row.last_line);
    if (!row.refused.empty()) continue;
    if (row.deletion.has_value()) {
      Require(row.deletion->line == row.line, "a deletion has its line");
      continue;
    }
    const auto& observation = row.row.observation;
    Require(row.row.line == row.line, "an observation has its line");
    Require(!observation.indicator().empty() && !observation.period().empty(),
            "an observation has a key");
    Require(row.row.mask >= 1 && row.row.mask <= kWholeCell, "a row speaks of something");
    std::string bytes;
    Require(observation.SerializeToString(&bytes), "an observation can be sent");
    athena::indicator::v1::Observation parsed;
    Require(parsed.ParseFromString(bytes), "its texts are UTF-8");
    Require(CellKey(parsed) == CellKey(observation), "its key is that of its cell");
  }
}

void CheckTargets(std::string_view text, const Dialect& dialect) {
  TextSource source = TextSource::OfText(text);
  const auto file = ReadTargets(source, dialect, "institutions/a", [] {
    return std::vector<std::string>{"sex", "Unit"};
  });
  if (!file.ok()) return;
  const int64_t lines = LinesIn(text);
  CheckRefusals(file->refused, 1, lines);
  Require(file->rows > 0 || (file->targets.empty() && file->refused.empty()),
          "targets come from rows");
}

}  // namespace
}  // namespace athena::athenactl

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace athena::athenactl;
  if (size == 0) return 0;
  const Dialect dialect = DialectOf(data[0]);
  const std::string_view text = athena::fuzz::TextOf(data + 1, size - 1);
  CheckRecords(text, dialect.separator);
  CheckObservations(text, dialect);
  CheckTargets(text, dialect);
  athena::fuzz::Require(Utf8Prefix(text) <= text.size(), "a prefix is a part");
  static_cast<void>(DecodeText("file", text));
  static_cast<void>(ParseDialect("file", text));
  return 0;
}
