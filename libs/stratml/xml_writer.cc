#include "libs/stratml/xml_writer.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "libs/status/characters.h"

namespace athena {
namespace {

bool IsXmlCharacter(char32_t c) {
  return c == '\t' || c == '\n' || c == '\r' || (c >= 0x20 && c != 0xFFFE && c != 0xFFFF);
}

}  // namespace

void XmlWriter::Indent() { xml_.append(2 * open_.size(), ' '); }

void XmlWriter::Begin(std::string_view element, Attributes attributes) {
  Indent();
  absl::StrAppend(&xml_, "<", std::string(element));
  for (const auto& [name, value] : attributes) {
    absl::StrAppend(&xml_, " ", std::string(name), "=\"");
    Escape(value);
    xml_ += '"';
  }
  xml_ += ">\n";
  open_.push_back(element);
  is_empty_ = true;
}

void XmlWriter::End() {
  const std::string_view element = open_.back();
  open_.pop_back();
  // Nothing, not even a line end, stands in an empty element.
  if (is_empty_) {
    xml_.pop_back();
  } else {
    Indent();
  }
  is_empty_ = false;
  absl::StrAppend(&xml_, "</", std::string(element), ">\n");
}

void XmlWriter::Text(std::string_view element, std::string_view text) {
  Indent();
  is_empty_ = false;
  absl::StrAppend(&xml_, "<", std::string(element), ">");
  Escape(text);
  absl::StrAppend(&xml_, "</", std::string(element), ">\n");
}

void XmlWriter::Escape(std::string_view text) {
  constexpr std::string_view kUnknown = "\xEF\xBF\xBD";
  // A parser may drop blanks that are alone between two tags.
  const bool is_blank = text.find_first_not_of(" \t\n") == std::string_view::npos;
  while (!text.empty()) {
    const size_t length = status::CharacterLength(text);
    const std::string_view character = text.substr(0, std::max<size_t>(length, 1));
    text.remove_prefix(character.size());
    if (length == 0 || !IsXmlCharacter(status::CodePoint(character))) {
      xml_ += kUnknown;
    } else if (character == "&") {
      xml_ += "&amp;";
    } else if (character == "<") {
      xml_ += "&lt;";
    } else if (character == ">") {
      xml_ += "&gt;";
    } else if (character == "\"") {
      xml_ += "&quot;";
    } else if (character == "\r" || (is_blank && length == 1)) {
      absl::StrAppend(&xml_, "&#", static_cast<int>(character[0]), ";");
    } else {
      xml_ += character;
    }
  }
}

}  // namespace athena
