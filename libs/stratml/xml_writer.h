#ifndef ATHENA_LIBS_STRATML_XML_WRITER_H_
#define ATHENA_LIBS_STRATML_XML_WRITER_H_

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace athena {

// Writes an XML document, indented, element by element. An element holds a text or elements, not
// both. Texts come back from any parser as they are, line ends too; a character that XML does not
// have becomes U+FFFD. Not thread-safe.
class XmlWriter {
 public:
  using Attributes = std::initializer_list<std::pair<std::string_view, std::string_view>>;

  XmlWriter() : xml_("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n") {}

  // Names are literals.
  void Begin(std::string_view element, Attributes attributes = {});
  void End();
  void Text(std::string_view element, std::string_view text);

  // The document; all elements are ended.
  std::string Take() { return std::move(xml_); }

 private:
  void Indent();
  void Escape(std::string_view text);

  std::string xml_;
  std::vector<std::string_view> open_;
  bool is_empty_ = false;  // whether nothing stands in the innermost one yet
};

}  // namespace athena

#endif  // ATHENA_LIBS_STRATML_XML_WRITER_H_
