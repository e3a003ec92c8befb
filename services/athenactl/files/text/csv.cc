#include "services/athenactl/files/text/csv.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/status/macros.h"
#include "services/athenactl/files/text/decoding.h"
#include "services/athenactl/terminal/text.h"

namespace athena::athenactl {
namespace {

constexpr size_t kBlockBytes = 1 << 16;

}  // namespace

absl::StatusOr<bool> CsvReader::More() {
  if (at_ < buffer_.size()) return true;
  if (ended_) return false;
  if (at_ - begin_ > kMostBytesOfRecord) {
    return absl::InvalidArgumentError(
        absl::StrCat("line ", record_line_, ": a row of more than ", kMostBytesOfRecord,
                     " bytes: is a quote not closed, or the file no text?"));
  }
  buffer_.erase(0, begin_);
  at_ -= begin_;
  begin_ = 0;
  const size_t size = buffer_.size();
  buffer_.resize(size + kBlockBytes);
  ATHENA_ASSIGN_OR_RETURN(const size_t bytes, source_.Read(buffer_.data() + size, kBlockBytes));
  buffer_.resize(size + bytes);
  ended_ = bytes == 0;
  return !ended_;
}

absl::Status CsvReader::Begin() {
  begun_ = true;
  ATHENA_RETURN_IF_ERROR(More().status());
  ATHENA_RETURN_IF_ERROR(CheckEncoding(std::string_view(buffer_).substr(0, 512)));
  if (buffer_.compare(0, kByteOrderMark.size(), kByteOrderMark) == 0) at_ = kByteOrderMark.size();
  return absl::OkStatus();
}

bool CsvReader::AtLineEnd() const { return buffer_[at_] == '\n' || buffer_[at_] == '\r'; }

absl::Status CsvReader::SkipLineEnd() {
  ++line_;
  if (buffer_[at_++] == '\n') return absl::OkStatus();
  ATHENA_ASSIGN_OR_RETURN(const bool more, More());
  if (more && buffer_[at_] == '\n') ++at_;
  return absl::OkStatus();
}

absl::Status CsvReader::SkipBlanks() {
  for (;;) {
    ATHENA_ASSIGN_OR_RETURN(const bool more, More());
    if (!more || buffer_[at_] == separator_) return absl::OkStatus();
    if (buffer_[at_] != ' ' && buffer_[at_] != '\t') return absl::OkStatus();
    ++at_;
  }
}

absl::Status CsvReader::SkipToLineEnd() {
  for (;;) {
    ATHENA_ASSIGN_OR_RETURN(const bool more, More());
    if (!more || AtLineEnd()) return absl::OkStatus();
    ++at_;
  }
}

absl::Status CsvReader::ReadQuoted(CsvRecord& record, std::string& field) {
  const int64_t begun = line_;
  ++at_;  // the quote
  for (;;) {
    ATHENA_ASSIGN_OR_RETURN(bool more, More());
    if (!more) {
      return absl::InvalidArgumentError(
          absl::StrCat("line ", begun, ": a quoted field does not end"));
    }
    const char letter = buffer_[at_++];
    if (letter == '\n' || letter == '\r') {
      field += letter;
      if (letter == '\r') {
        ATHENA_ASSIGN_OR_RETURN(more, More());
        if (more && buffer_[at_] == '\n') field += buffer_[at_++];
      }
      ++line_;
    } else if (letter != '"') {
      field += letter;
    } else {
      ATHENA_ASSIGN_OR_RETURN(more, More());
      if (!more || buffer_[at_] != '"') break;
      field += buffer_[at_++];
    }
  }
  ATHENA_RETURN_IF_ERROR(SkipBlanks());
  ATHENA_ASSIGN_OR_RETURN(const bool more, More());
  if (!more || AtLineEnd() || buffer_[at_] == separator_) return absl::OkStatus();
  record.fault = CsvFault{line_, record.fields.size(),
                          "text after a closing quote; a quote inside a quoted field is doubled"};
  return SkipToLineEnd();
}

absl::Status CsvReader::ReadField(CsvRecord& record) {
  std::string field;
  ATHENA_RETURN_IF_ERROR(SkipBlanks());
  ATHENA_ASSIGN_OR_RETURN(bool more, More());
  if (more && buffer_[at_] == '"') {
    ATHENA_RETURN_IF_ERROR(ReadQuoted(record, field));
  } else {
    for (; more && !AtLineEnd() && buffer_[at_] != separator_;) {
      if (buffer_[at_] == '"' && !record.fault.has_value()) {
        record.fault = CsvFault{line_, record.fields.size(),
                                "a quote inside a field; put the whole field in quotes"};
      }
      field += buffer_[at_++];
      ATHENA_ASSIGN_OR_RETURN(more, More());
    }
    field = std::string(Trimmed(field));
  }
  record.fields.push_back(std::move(field));
  return absl::OkStatus();
}

void CsvReader::CheckUtf8(CsvRecord& record, const std::vector<size_t>& ends) const {
  const std::string_view raw = Raw();
  const size_t good = Utf8Prefix(raw);
  if (good == raw.size()) return;
  const TextPlace place = PlaceOf(raw, good, record.line);
  const auto field = std::upper_bound(ends.begin(), ends.end(), good) - ends.begin();
  record.fault = CsvFault{place.line, static_cast<size_t>(field),
                          absl::StrCat("column ", place.column, ": ", NotUtf8(raw[good]))};
}

absl::StatusOr<bool> CsvReader::Next(CsvRecord& record) {
  if (!begun_) {
    ATHENA_RETURN_IF_ERROR(Begin());
  }
  for (;;) {
    begin_ = at_;
    record_line_ = line_;
    ATHENA_ASSIGN_OR_RETURN(const bool more, More());
    if (!more) return false;
    if (!AtLineEnd()) break;
    ATHENA_RETURN_IF_ERROR(SkipLineEnd());
  }
  record.line = line_;
  record.fields.clear();
  record.fault.reset();
  std::vector<size_t> ends;  // of the fields, in the bytes of the record
  for (;;) {
    ATHENA_RETURN_IF_ERROR(ReadField(record));
    ends.push_back(at_ - begin_);
    ATHENA_ASSIGN_OR_RETURN(const bool more, More());
    if (!more || AtLineEnd()) break;
    ++at_;  // the separator
  }
  record.last_line = line_;
  CheckUtf8(record, ends);
  ATHENA_ASSIGN_OR_RETURN(const bool more, More());
  if (more) {
    ATHENA_RETURN_IF_ERROR(SkipLineEnd());
  }
  return true;
}

}  // namespace athena::athenactl
