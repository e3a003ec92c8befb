#include "libs/canonical/jcs.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/status/status.h"

namespace athena {
namespace {

std::string Quoted(const std::string& text) {
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

// Whether `a` precedes `b` in the order of their UTF-16 code units (RFC 8785, 3.2.3). Both are
// UTF-8, whose bytes order in the same way, with one exception: characters beyond U+FFFF precede
// U+E000 to U+FFFF in UTF-16, which writes them as surrogates, and follow them in UTF-8, where
// their first byte is F0 or more, and that of U+E000 to U+FFFF is EE or EF.
bool Utf16Less(std::string_view a, std::string_view b) {
  const auto rank = [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte == 0xEE || byte == 0xEF ? byte + 0x10 : byte;
  };
  return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end(),
                                      [&](char x, char y) { return rank(x) < rank(y); });
}

// Makes the canonical text from what the parser reads.
class Canonicaliser : public nlohmann::json_sax<nlohmann::json> {
 public:
  bool null() override { return Add("null"); }
  bool boolean(bool value) override { return Add(value ? "true" : "false"); }
  bool number_integer(int64_t value) override { return Add(JcsNumber(static_cast<double>(value))); }
  bool number_unsigned(uint64_t value) override {
    return Add(JcsNumber(static_cast<double>(value)));
  }
  bool number_float(double value, const std::string&) override { return Add(JcsNumber(value)); }
  bool string(std::string& value) override { return Add(Quoted(value)); }
  bool binary(nlohmann::json::binary_t&) override { return Fail("binary data"); }
  bool start_object(size_t) override { return Open(); }
  bool start_array(size_t) override { return Open(); }
  bool key(std::string& name) override {
    open_.back().emplace_back(name, "");
    return true;
  }
  bool end_object() override {
    Members members = std::move(open_.back());
    open_.pop_back();
    std::sort(members.begin(), members.end(),
              [](const auto& a, const auto& b) { return Utf16Less(a.first, b.first); });
    std::string text = "{";
    for (size_t i = 0; i < members.size(); ++i) {
      const auto& [name, value] = members[i];
      if (i > 0 && name == members[i - 1].first) {
        return Fail(absl::StrCat("the member ", Quoted(name), " twice in one object"));
      }
      absl::StrAppend(&text, i > 0 ? "," : "", Quoted(name), ":", value);
    }
    return Add(text + "}");
  }
  bool end_array() override {
    const Members elements = std::move(open_.back());
    open_.pop_back();
    std::string text = "[";
    for (size_t i = 0; i < elements.size(); ++i) {
      absl::StrAppend(&text, i > 0 ? "," : "", elements[i].second);
    }
    return Add(text + "]");
  }
  bool parse_error(size_t, const std::string&, const nlohmann::json::exception& error) override {
    return Fail(error.what());
  }

  const std::string& text() const { return text_; }
  const std::string& fault() const { return fault_; }

 private:
  // Names and canonical values; an element of an array has no name.
  using Members = std::vector<std::pair<std::string, std::string>>;

  bool Open() {
    if (open_.size() == kMaxJsonDepth) {
      return Fail(absl::StrCat("more than ", kMaxJsonDepth, " levels"));
    }
    open_.emplace_back();
    return true;
  }
  bool Add(std::string value) {
    if (open_.empty()) {
      text_ = std::move(value);
    } else if (!open_.back().empty() && open_.back().back().second.empty()) {
      open_.back().back().second = std::move(value);  // of the name before it
    } else {
      open_.back().emplace_back("", std::move(value));
    }
    return true;
  }
  bool Fail(std::string fault) {
    fault_ = std::move(fault);
    return false;
  }

  std::vector<Members> open_;  // the objects and arrays that have begun, the outermost first
  std::string text_;
  std::string fault_;
};

}  // namespace

std::string JcsNumber(double number) {
  if (number == 0) return "0";
  // "-d.ddde-xx", the fewest digits that give the number back.
  std::array<char, 32> buffer;
  const auto printed =
      std::to_chars(buffer.begin(), buffer.end(), number, std::chars_format::scientific);
  std::string_view text(buffer.data(), printed.ptr - buffer.data());
  std::string sign;
  if (text.front() == '-') {
    sign = "-";
    text.remove_prefix(1);
  }
  const size_t e = text.find('e');
  std::string digits(text.substr(0, 1));
  if (e > 1) digits += text.substr(2, e - 2);
  const int exponent = std::atoi(std::string(text.substr(e + 1)).c_str());
  // The number is 0.DIGITS times ten to the power of `point`.
  const int point = exponent + 1;
  const int count = static_cast<int>(digits.size());
  if (count <= point && point <= 21) return sign + digits + std::string(point - count, '0');
  if (0 < point && point <= 21) return sign + digits.insert(point, ".");
  if (-6 < point && point <= 0) return absl::StrCat(sign, "0.", std::string(-point, '0'), digits);
  if (count > 1) digits.insert(1, ".");
  return absl::StrCat(sign, digits, exponent < 0 ? "e-" : "e+", std::abs(exponent));
}

absl::StatusOr<std::string> Jcs(std::string_view json) {
  Canonicaliser canonicaliser;
  if (nlohmann::json::sax_parse(json.begin(), json.end(), &canonicaliser)) {
    return canonicaliser.text();
  }
  return status::Refusal(absl::StatusCode::kInvalidArgument, "NOT_JSON",
                         absl::StrCat("got ", canonicaliser.fault(), ", want JSON (RFC 8259)"));
}

}  // namespace athena
