#include "services/plan/stratml/xml_document.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "absl/strings/str_cat.h"
#include "libs/status/characters.h"
#include "libs/status/macros.h"

namespace athena::plan {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

class Scanner {
 public:
  Scanner(std::string_view xml, const XmlLimits& limits) : xml_(xml), limits_(limits) {}

  absl::StatusOr<size_t> Check() {
    if (xml_.starts_with(kByteOrderMark)) at_ = kByteOrderMark.size();
    while (at_ < xml_.size() && fault_.empty()) Step();
    if (fault_.empty() && levels_ > 0) Fault("it ends before its last element does");
    if (fault_.empty() && elements_ == 0) Fault("it has no element");
    if (fault_.empty()) return elements_;
    const auto lines = std::count(xml_.begin(), xml_.begin() + static_cast<ptrdiff_t>(at_), '\n');
    return absl::InvalidArgumentError(absl::StrCat("line ", lines + 1, ": ", fault_));
  }

 private:
  void Fault(std::string fault) { fault_ = std::move(fault); }
  std::string_view rest() const { return xml_.substr(at_); }

  void Step() {
    if (xml_[at_] == '<') return Markup();
    if (xml_[at_] == '&') return Reference();
    Character();
  }

  void Character() {
    const size_t length = status::CharacterLength(rest());
    if (length == 0) return Fault("bytes that are not UTF-8");
    const unsigned char byte = static_cast<unsigned char>(xml_[at_]);
    if (byte < 0x20 && byte != '\t' && byte != '\n' && byte != '\r') {
      return Fault("a control character, which XML does not have");
    }
    at_ += length;
  }
  void Reference() {
    const std::string_view text = rest().substr(1, rest().find(';') - 1);
    if (rest().find(';') == std::string_view::npos || text.size() > 10) {
      return Fault("a \"&\" that begins no reference: write &amp;");
    }
    if (!IsReference(text)) {
      return Fault(absl::StrCat("a reference to an entity other than the five of XML, or to a ",
                                "character that XML does not have"));
    }
    at_ += text.size() + 2;
  }
  static bool IsReference(std::string_view text) {
    for (const char* name : {"amp", "lt", "gt", "quot", "apos"}) {
      if (text == name) return true;
    }
    if (!text.starts_with('#')) return false;
    const bool is_hex = text.starts_with("#x");
    text.remove_prefix(is_hex ? 2 : 1);
    uint32_t c = 0;
    const auto [end, error] =
        std::from_chars(text.data(), text.data() + text.size(), c, is_hex ? 16 : 10);
    if (text.empty() || error != std::errc() || end != text.data() + text.size()) return false;
    return c == '\t' || c == '\n' || c == '\r' || (c >= 0x20 && c <= 0xD7FF) ||
           (c >= 0xE000 && c <= 0xFFFD) || (c >= 0x10000 && c <= 0x10FFFF);
  }

  // Goes on behind `end`, over characters that count as text.
  void Skip(std::string_view end) {
    const size_t found = xml_.find(end, at_);
    if (found == std::string_view::npos) {
      return Fault(absl::StrCat("it ends before a \"", std::string(end), "\""));
    }
    while (at_ < found && fault_.empty()) Character();
    at_ = fault_.empty() ? found + end.size() : at_;
  }

  void Markup() {
    if (rest().starts_with("<!--")) {
      at_ += 4;
      return Skip("-->");
    }
    if (rest().starts_with("<![CDATA[")) return Skip("]]>");
    if (rest().starts_with("<?")) return Skip("?>");
    if (rest().starts_with("<!")) {
      return Fault("a document type declaration: documents with one are not read");
    }
    if (rest().starts_with("</")) {
      if (levels_ == 0) return Fault("an end tag without a begin");
      --levels_;
      return Skip(">");
    }
    Tag();
  }
  void Tag() {
    if (levels_ == 0 && elements_ > 0) return Fault("a second root element");
    if (++elements_ > limits_.elements) {
      return Fault(absl::StrCat("more than ", limits_.elements, " elements"));
    }
    char quote = 0;
    char last = 0;
    for (++at_; at_ < xml_.size() && fault_.empty();) {
      const char c = xml_[at_];
      if (quote == 0 && c == '>') {
        ++at_;
        if (last != '/' && ++levels_ > limits_.levels) {
          Fault(absl::StrCat("more than ", limits_.levels, " levels of elements"));
        }
        return;
      }
      if (c == '<') return Fault("a \"<\" within a tag");
      if (c == '"' || c == '\'') {
        quote = quote == 0 ? c : quote == c ? 0 : quote;
      }
      last = c;
      c == '&' ? Reference() : Character();
    }
    if (fault_.empty()) Fault("it ends within a tag");
  }

  const std::string_view xml_;
  const XmlLimits& limits_;
  size_t at_ = 0;
  size_t levels_ = 0;
  size_t elements_ = 0;
  std::string fault_;
};

// The namespace that an element declares for its prefix ("stratml:", or empty).
std::optional<std::string_view> Declared(pugi::xml_node element, const std::string& prefix) {
  const std::string name =
      prefix.empty() ? "xmlns" : absl::StrCat("xmlns:", prefix.substr(0, prefix.size() - 1));
  const pugi::xml_attribute attribute = element.attribute(name.c_str());
  if (attribute.empty()) return std::nullopt;
  return attribute.value();
}

}  // namespace

absl::StatusOr<size_t> CheckXml(std::string_view xml, const XmlLimits& limits) {
  return Scanner(xml, limits).Check();
}

absl::StatusOr<std::unique_ptr<const XmlDocument>> XmlDocument::Parse(std::string_view xml,
                                                                      std::string_view ns,
                                                                      std::string_view root,
                                                                      const XmlLimits& limits) {
  std::unique_ptr<XmlDocument> parsed(new XmlDocument);
  ATHENA_ASSIGN_OR_RETURN(parsed->elements_, CheckXml(xml, limits));
  for (size_t at = xml.find('\n'); at != xml.npos; at = xml.find('\n', at + 1)) {
    parsed->line_ends_.push_back(at);
  }
  const pugi::xml_parse_result result =
      parsed->document_.load_buffer(xml.data(), xml.size(),
                                    pugi::parse_cdata | pugi::parse_escapes | pugi::parse_eol |
                                        pugi::parse_wconv_attribute | pugi::parse_ws_pcdata_single,
                                    pugi::encoding_utf8);
  if (!result) {
    const auto before = std::count(
        xml.begin(),
        xml.begin() + std::min<ptrdiff_t>(result.offset, static_cast<ptrdiff_t>(xml.size())), '\n');
    return absl::InvalidArgumentError(
        absl::StrCat("line ", before + 1, ": it is not well-formed: ", result.description()));
  }
  const std::string_view name = parsed->root().name();
  const size_t colon = name.find(':');
  parsed->prefix_ = colon == name.npos ? "" : std::string(name.substr(0, colon + 1));
  const std::string_view declared = Declared(parsed->root(), parsed->prefix_).value_or("");
  if (name.substr(parsed->prefix_.size()) != root || declared != ns) {
    return absl::InvalidArgumentError(
        absl::StrCat("line ", parsed->LineOf(parsed->root()), ": the root element is \"",
                     std::string(name.substr(0, 100)), "\" of the namespace \"",
                     std::string(declared.substr(0, 100)), "\", not ", std::string(root), " of ",
                     std::string(ns)));
  }
  return parsed;
}

int32_t XmlDocument::LineOf(pugi::xml_node node) const {
  const ptrdiff_t offset = node.offset_debug();
  if (offset < 0) return 0;
  return static_cast<int32_t>(
             std::lower_bound(line_ends_.begin(), line_ends_.end(), static_cast<size_t>(offset)) -
             line_ends_.begin()) +
         1;
}

std::string_view XmlDocument::NameOf(pugi::xml_node element) const {
  const std::string_view name = element.name();
  if (!name.starts_with(prefix_) || name.find(':', prefix_.size()) != name.npos) return {};
  // Below the root a declaration may only repeat it.
  const auto declared = Declared(element, prefix_);
  if (declared.has_value() && *declared != Declared(root(), prefix_)) return {};
  return name.substr(prefix_.size());
}

std::string XmlDocument::TextOf(pugi::xml_node element) {
  std::string text;
  for (const pugi::xml_node child : element.children()) {
    if (child.type() == pugi::node_pcdata || child.type() == pugi::node_cdata)
      text += child.value();
  }
  return text;
}

}  // namespace athena::plan
