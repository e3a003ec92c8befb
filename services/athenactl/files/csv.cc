#include "services/athenactl/files/csv.h"

#include "absl/strings/str_cat.h"
#include "libs/status/macros.h"
#include "services/athenactl/terminal/text.h"

namespace athena::athenactl {
namespace {

// Whether, after any number of apostrophes, there is what begins a formula.
bool LooksGuarded(std::string_view text) {
  const size_t begin = text.find_first_not_of('\'');
  return begin != std::string_view::npos &&
         std::string_view("=+-@\t\r").find(text[begin]) != std::string_view::npos;
}

}  // namespace

CsvReader::CsvReader(std::string_view text) : text_(text) {
  if (text_.substr(0, kByteOrderMark.size()) == kByteOrderMark) at_ = kByteOrderMark.size();
}

bool CsvReader::AtLineEnd() const {
  return at_ == text_.size() || text_[at_] == '\n' || text_.substr(at_, 2) == "\r\n";
}

absl::StatusOr<std::string> CsvReader::Quoted() {
  const int64_t begun = line_;
  std::string field;
  for (++at_; at_ < text_.size(); ++at_) {
    if (text_[at_] == '\n') ++line_;
    if (text_[at_] != '"') {
      field += text_[at_];
    } else if (text_.substr(at_, 2) == "\"\"") {
      field += text_[at_++];
    } else {
      ++at_;
      if (AtLineEnd() || text_[at_] == ',') return field;
      return absl::InvalidArgumentError(
          absl::StrCat("line ", line_,
                       ": text after a closing quote; a quote inside a quoted field is doubled"));
    }
  }
  return absl::InvalidArgumentError(absl::StrCat("line ", begun, ": a quoted field does not end"));
}

absl::StatusOr<bool> CsvReader::Next(CsvRecord& record) {
  while (at_ < text_.size() && AtLineEnd()) {
    at_ += text_[at_] == '\r' ? 2 : 1;
    ++line_;
  }
  if (at_ == text_.size()) return false;
  record.line = line_;
  record.fields.clear();
  for (;;) {
    if (at_ < text_.size() && text_[at_] == '"') {
      ATHENA_ASSIGN_OR_RETURN(std::string field, Quoted());
      record.fields.push_back(std::move(field));
    } else {
      const size_t begin = at_;
      while (!AtLineEnd() && text_[at_] != ',') {
        if (text_[at_] == '"') {
          return absl::InvalidArgumentError(absl::StrCat(
              "line ", line_, ": a quote inside a field; put the whole field in quotes"));
        }
        ++at_;
      }
      record.fields.emplace_back(text_.substr(begin, at_ - begin));
    }
    if (AtLineEnd()) break;
    ++at_;  // the comma
  }
  if (at_ < text_.size()) {
    at_ += text_[at_] == '\r' ? 2 : 1;
    ++line_;
  }
  return true;
}

std::string CsvLine(const std::vector<std::string>& fields) {
  std::string line;
  for (size_t at = 0; at < fields.size(); ++at) {
    const std::string& field = fields[at];
    if (at > 0) line += ',';
    // A line that is empty would be skipped by readers.
    if (field.find_first_of(",\"\r\n") == std::string::npos &&
        !(fields.size() == 1 && field.empty())) {
      line += field;
      continue;
    }
    line += '"';
    for (const char letter : field) {
      if (letter == '"') line += '"';
      line += letter;
    }
    line += '"';
  }
  return line + "\n";
}

std::string Guarded(std::string_view text) {
  const bool guard = LooksGuarded(text) && (text.front() == '\'' || !ReadNumber(text).has_value());
  return absl::StrCat(guard ? "'" : "", View(text));
}

std::string Unguarded(std::string_view text) {
  if (LooksGuarded(text) && text.front() == '\'') text.remove_prefix(1);
  return std::string(text);
}

}  // namespace athena::athenactl
