#ifndef ATHENA_SERVICES_REPORTING_EXPORTS_PAGE_HTML_WRITER_H_
#define ATHENA_SERVICES_REPORTING_EXPORTS_PAGE_HTML_WRITER_H_

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace athena::reporting {

// Writes HTML that is XML too. Texts and values of attributes come out as they went in, whatever
// characters they have; one that neither HTML nor XML has becomes U+FFFD. Not thread-safe.
class HtmlWriter {
 public:
  // An attribute with an empty value is left out.
  using Attributes = std::initializer_list<std::pair<std::string_view, std::string_view>>;

  // Names of elements and attributes are literals.
  HtmlWriter& Begin(std::string_view element, Attributes attributes = {});
  HtmlWriter& End();
  HtmlWriter& Text(std::string_view text);
  // An element with a text.
  HtmlWriter& Put(std::string_view element, std::string_view text, Attributes attributes = {});
  // An element without an end.
  HtmlWriter& Empty(std::string_view element, Attributes attributes = {});
  // A literal.
  HtmlWriter& Raw(std::string_view markup);

  // All elements are ended.
  std::string Take() { return std::move(html_); }

 private:
  void Tag(std::string_view element, Attributes attributes);
  void Escape(std::string_view text);

  std::string html_;
  std::vector<std::string_view> open_;
};

}  // namespace athena::reporting

#endif  // ATHENA_SERVICES_REPORTING_EXPORTS_PAGE_HTML_WRITER_H_
