#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "libs/ids/ids.h"
#include "tests/fuzz/property.h"

namespace {

// [a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?, read the slow way.
bool FitsGrammar(std::string_view id) {
  constexpr std::string_view kEnds = "abcdefghijklmnopqrstuvwxyz0123456789";
  if (id.empty() || id.size() > 63) return false;
  return std::all_of(id.begin(), id.end(),
                     [&](char c) { return c == '-' || kEnds.find(c) != std::string_view::npos; }) &&
         id.front() != '-' && id.back() != '-';
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using athena::fuzz::Require;
  const std::string text(athena::fuzz::TextOf(data, size));
  const bool is_id = FitsGrammar(text);
  Require(athena::IsResourceId(text) == is_id, "an id is what the grammar says");
  const auto inside = athena::MatchName("institutions/*", "institutions/" + text);
  Require(inside.has_value() == is_id, "a name of one id holds an id");
  Require(!is_id || *inside == std::vector<std::string>{text}, "the id comes out of the name");
  for (const char* pattern : {"institutions/*", "institutions/*/plans/*",
                              "institutions/*/plans/*/elements/*", "institutions/*/risks/*"}) {
    const std::optional<std::vector<std::string>> ids = athena::MatchName(pattern, text);
    if (!ids.has_value()) continue;
    Require(athena::FillName(pattern, *ids) == text, "a name is its pattern and its ids");
    Require(std::all_of(ids->begin(), ids->end(), FitsGrammar), "a name holds ids");
  }
  return 0;
}
