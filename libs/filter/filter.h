#ifndef ATHENA_LIBS_FILTER_FILTER_H_
#define ATHENA_LIBS_FILTER_FILTER_H_

#include <google/protobuf/message.h>

#include <cstddef>
#include <memory>
#include <string_view>
#include <utility>

#include "absl/status/statusor.h"

namespace athena {

// Longer ones are refused; so are deeper nests of parentheses and NOT.
inline constexpr size_t kMaxFilterBytes = 2000;
inline constexpr int kMaxFilterDepth = 20;

// Which messages of a list are wanted, in the words of AIP-160:
//
//   state = ACTIVE AND (tags:"sdg:11" OR owner = "Finance*") AND NOT max_value > 100
//
// - FIELD OPERATOR VALUE, with = != < <= > >= and ":" (has). FIELD is the name of a field, with
// dots
//   into messages and, by their keys, into maps: `display_name.text.en`. VALUE is a word or a text
//   in double quotes, in which \" and \\ stand for themselves.
// - Texts are compared byte by byte; with = and != a "*" at either end stands for anything. Numbers
//   are compared as numbers, times in RFC 3339, dates as 2022-12-31, enums by name with or without
//   their prefix (= and != only), booleans as true and false (= and != only).
// - ":" asks whether a list holds a value, whether a map has a key, or with "*" whether a field is
//   set at all: `tags:"caf:5.2"`, `dimensions.id:site`, `max_value:*`. Of a single text it is "=".
// - AND, OR, NOT (or a minus before it), parentheses. OR binds closer than AND, as the AIP has it.
//
// What is not set fulfils no comparison, but its negation by NOT: a number or a text that has no
// presence counts as 0 or "" then.
//
// Immutable and thread-safe.
class Filter {
 public:
  // Reads a filter over messages of this type; empty text lets everything through. INVALID_ARGUMENT
  // on the field `filter`, with the place, what stands there and what could.
  static absl::StatusOr<Filter> Parse(std::string_view text,
                                      const google::protobuf::Descriptor* type);

  // `message` is of the type that it was read for.
  bool Matches(const google::protobuf::Message& message) const;

  struct Expression;  // implementation

 private:
  explicit Filter(std::shared_ptr<const Expression> expression)
      : expression_(std::move(expression)) {}

  std::shared_ptr<const Expression> expression_;  // nullptr: everything
};

}  // namespace athena

#endif  // ATHENA_LIBS_FILTER_FILTER_H_
