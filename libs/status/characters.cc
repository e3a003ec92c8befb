#include "libs/status/characters.h"

#include <algorithm>
#include <iterator>

namespace athena::status {
namespace {

struct Range {
  char32_t first;
  char32_t last;
};

constexpr Range kControls[] = {
    {0x0000, 0x001F},   {0x007F, 0x009F},  // C0, DEL and C1
    {0x061C, 0x061C},   {0x200E, 0x200F},  // marks of direction
    {0x2028, 0x202E},                      // separators; embeddings and overrides
    {0x2060, 0x206F},                      // invisible operators; isolates
    {0xFEFF, 0xFEFF},   {0xFFF9, 0xFFFB},  // byte order mark; interlinear
    {0xE0000, 0xE007F},                    // tags
};

constexpr Range kBlanks[] = {
    {0x0009, 0x000D}, {0x0020, 0x0020}, {0x0085, 0x0085}, {0x00A0, 0x00A0},
    {0x1680, 0x1680}, {0x2000, 0x200F}, {0x2028, 0x202F}, {0x205F, 0x206F},
    {0x2800, 0x2800}, {0x3000, 0x3000}, {0xFEFF, 0xFEFF},
};

template <size_t kSize>
bool IsIn(const Range (&ranges)[kSize], char32_t character) {
  return std::any_of(std::begin(ranges), std::end(ranges), [character](const Range& range) {
    return range.first <= character && character <= range.last;
  });
}

}  // namespace

size_t CharacterLength(std::string_view text) {
  auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  auto follows = [&](size_t i) { return i < text.size() && (byte(i) & 0xC0) == 0x80; };
  unsigned char first = byte(0);
  if (first < 0x80) return 1;
  if (first < 0xC2) return 0;
  if (first < 0xE0) return follows(1) ? 2 : 0;
  if (first < 0xF0) {
    if (!follows(1) || !follows(2)) return 0;
    if (first == 0xE0 && byte(1) < 0xA0) return 0;
    if (first == 0xED && byte(1) >= 0xA0) return 0;
    return 3;
  }
  if (first < 0xF5) {
    if (!follows(1) || !follows(2) || !follows(3)) return 0;
    if (first == 0xF0 && byte(1) < 0x90) return 0;
    if (first == 0xF4 && byte(1) >= 0x90) return 0;
    return 4;
  }
  return 0;
}

char32_t CodePoint(std::string_view character) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(character[i]); };
  const auto rest = [&](size_t i) { return static_cast<char32_t>(byte(i) & 0x3F); };
  switch (character.size()) {
    case 2:
      return (static_cast<char32_t>(byte(0) & 0x1F) << 6) | rest(1);
    case 3:
      return (static_cast<char32_t>(byte(0) & 0x0F) << 12) | (rest(1) << 6) | rest(2);
    case 4:
      return (static_cast<char32_t>(byte(0) & 0x07) << 18) | (rest(1) << 12) | (rest(2) << 6) |
             rest(3);
    default:
      return byte(0);
  }
}

bool IsControl(char32_t character) { return IsIn(kControls, character); }

bool IsBlank(std::string_view text) {
  while (!text.empty()) {
    const size_t length = CharacterLength(text);
    if (length == 0 || !IsIn(kBlanks, CodePoint(text.substr(0, length)))) return false;
    text.remove_prefix(length);
  }
  return true;
}

}  // namespace athena::status
