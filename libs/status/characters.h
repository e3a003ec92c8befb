#ifndef ATHENA_LIBS_STATUS_CHARACTERS_H_
#define ATHENA_LIBS_STATUS_CHARACTERS_H_

#include <cstddef>
#include <string_view>

// Which characters a text may have: for what checks texts, and for what prints them. Pure and
// thread-safe.
namespace athena::status {

// How many bytes the UTF-8 character at the start of `text`, which is not empty, has; 0 where there
// is none (bad bytes, an overlong form, a surrogate, beyond U+10FFFF).
size_t CharacterLength(std::string_view text);

// The code point of a character of CharacterLength bytes.
char32_t CodePoint(std::string_view character);

// Whether a character is none to be seen, but makes terminals, editors or the order of letters do
// something: control characters (U+0000 to U+001F, U+007F to U+009F; line ends and tabs among
// them), line and paragraph separators, marks and overrides of the direction of writing, the byte
// order mark, interlinear and tag characters.
bool IsControl(char32_t character);

// Whether a text has no character that can be seen: blanks of any width and line ends alone.
bool IsBlank(std::string_view text);

}  // namespace athena::status

#endif  // ATHENA_LIBS_STATUS_CHARACTERS_H_
