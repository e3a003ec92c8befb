#include "services/athenactl/csv.h"

#include "absl/strings/str_cat.h"

namespace athena::athenactl {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

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
      absl::StatusOr<std::string> field = Quoted();
      if (!field.ok()) return field.status();
      record.fields.push_back(*std::move(field));
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

}  // namespace athena::athenactl
