#ifndef ATHENA_SERVICES_PLAN_STRATML_XML_DOCUMENT_H_
#define ATHENA_SERVICES_PLAN_STRATML_XML_DOCUMENT_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <pugixml.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace athena::plan {

// What a document may take of memory and time before it is known to be one. Plans have some twenty
// elements for each Goal or Objective, and are eight levels deep.
struct XmlLimits {
  size_t levels = 64;
  size_t elements = 200'000;
};

// How many elements `xml` has. INVALID_ARGUMENT, naming the line, unless it is UTF-8 whose tags are
// balanced and within the limits, without document type declaration and without references to other
// entities than the five of XML. Takes time linear in the size, and no memory to speak of. Pure and
// thread-safe.
absl::StatusOr<size_t> CheckXml(std::string_view xml, const XmlLimits& limits = {});

// A parsed document of the namespace of StratML. Nothing outside of it is read. Immutable,
// thread-safe; nodes live as long as it does.
class XmlDocument {
 public:
  // Checks first (CheckXml). INVALID_ARGUMENT when it is not well-formed, or when its root is not
  // `root` of the namespace `ns`.
  static absl::StatusOr<std::unique_ptr<const XmlDocument>> Parse(std::string_view xml,
                                                                  std::string_view ns,
                                                                  std::string_view root,
                                                                  const XmlLimits& limits = {});

  pugi::xml_node root() const { return document_.document_element(); }
  size_t elements() const { return elements_; }
  // The line that a node begins in, from 1.
  int32_t LineOf(pugi::xml_node node) const;
  // The name of an element without its prefix; empty when it is not of the root's namespace.
  std::string_view NameOf(pugi::xml_node element) const;
  // All text that stands directly in an element.
  static std::string TextOf(pugi::xml_node element);

 private:
  XmlDocument() = default;

  pugi::xml_document document_;
  size_t elements_ = 0;
  std::vector<size_t> line_ends_;
  std::string prefix_;  // "stratml:"
};

}  // namespace athena::plan

#endif  // ATHENA_SERVICES_PLAN_STRATML_XML_DOCUMENT_H_
