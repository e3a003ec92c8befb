#ifndef ATHENA_LIBS_CANONICAL_JCS_H_
#define ATHENA_LIBS_CANONICAL_JCS_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"

// The JSON Canonicalization Scheme (RFC 8785): texts that mean the same JSON value become the same
// bytes, in every implementation of the scheme. Pure and thread-safe.
namespace athena {

// Objects and arrays within each other; deeper ones are refused.
inline constexpr int kMaxJsonDepth = 200;

// The canonical form of a JSON text: UTF-8 without blanks, the members of each object sorted by the
// UTF-16 code units of their names, numbers as JcsNumber writes them, texts as ECMAScript does. As
// the scheme wants it, every number is a double: what a double cannot hold exactly is rounded.
//
// INVALID_ARGUMENT, NOT_JSON: no JSON, bytes that are not UTF-8, a name that comes twice in one
// object, a number beyond the range of doubles, or more than kMaxJsonDepth levels.
absl::StatusOr<std::string> Jcs(std::string_view json);

// A finite number as ECMAScript's Number.prototype.toString writes it: "1e+21", "0.000001",
// "333333333.3333333".
std::string JcsNumber(double number);

}  // namespace athena

#endif  // ATHENA_LIBS_CANONICAL_JCS_H_
