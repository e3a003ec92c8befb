#include "services/reporting/exports/page/html_writer.h"

#include <algorithm>

#include "libs/status/characters.h"

namespace athena::reporting {
namespace {

constexpr std::string_view kUnknown = "\xEF\xBF\xBD";

bool IsWritable(char32_t character) {
  if (character == '\n' || character == '\t') return true;
  const bool is_control = character < 0x20 || (character >= 0x7F && character < 0xA0);
  return !is_control && character != 0xFFFE && character != 0xFFFF;
}

}  // namespace

HtmlWriter& HtmlWriter::Begin(std::string_view element, Attributes attributes) {
  Tag(element, attributes);
  html_ += '>';
  open_.push_back(element);
  return *this;
}

HtmlWriter& HtmlWriter::End() {
  html_ += "</";
  html_ += open_.back();
  html_ += '>';
  // A line for each row: people look at the source, and compare files.
  if (open_.back() == "tr" || open_.back() == "section" || open_.back() == "head") html_ += '\n';
  open_.pop_back();
  return *this;
}

HtmlWriter& HtmlWriter::Text(std::string_view text) {
  Escape(text);
  return *this;
}

HtmlWriter& HtmlWriter::Put(std::string_view element, std::string_view text,
                            Attributes attributes) {
  return Begin(element, attributes).Text(text).End();
}

HtmlWriter& HtmlWriter::Empty(std::string_view element, Attributes attributes) {
  Tag(element, attributes);
  html_ += "/>";
  return *this;
}

HtmlWriter& HtmlWriter::Raw(std::string_view markup) {
  html_ += markup;
  return *this;
}

void HtmlWriter::Tag(std::string_view element, Attributes attributes) {
  html_ += '<';
  html_ += element;
  for (const auto& [name, value] : attributes) {
    if (value.empty()) continue;
    html_ += ' ';
    html_ += name;
    html_ += "=\"";
    Escape(value);
    html_ += '"';
  }
}

void HtmlWriter::Escape(std::string_view text) {
  while (!text.empty()) {
    const size_t length = status::CharacterLength(text);
    const std::string_view character = text.substr(0, std::max<size_t>(length, 1));
    text.remove_prefix(character.size());
    if (length == 0 || !IsWritable(status::CodePoint(character))) {
      html_ += character == "\r" ? "\n" : kUnknown;
    } else if (character == "&") {
      html_ += "&amp;";
    } else if (character == "<") {
      html_ += "&lt;";
    } else if (character == ">") {
      html_ += "&gt;";
    } else if (character == "\"") {
      html_ += "&quot;";
    } else if (character == "'") {
      html_ += "&#39;";
    } else {
      html_ += character;
    }
  }
}

}  // namespace athena::reporting
