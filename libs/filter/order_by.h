#ifndef ATHENA_LIBS_FILTER_ORDER_BY_H_
#define ATHENA_LIBS_FILTER_ORDER_BY_H_

#include <google/protobuf/message.h>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace athena {

// Longer ones are refused, and more fields.
inline constexpr size_t kMaxOrderByBytes = 500;
inline constexpr size_t kMaxOrderByFields = 8;

// In which order the messages of a list are wanted, in the words of AIP-132:
//
//   start_date desc, title.text.nl
//
// Fields by their names, with dots into messages and, by their keys, into maps; each may end in
// "desc". Numbers, times and dates are compared by size, texts in natural order ("3.1.9" before
// "3.1.10"), enums by number, false before true; what is not set comes first. Immutable and
// thread-safe.
class OrderBy {
 public:
  // Reads an order of messages of this type; an empty text leaves them as they are.
  // INVALID_ARGUMENT on the field `order_by`.
  static absl::StatusOr<OrderBy> Parse(std::string_view text,
                                       const google::protobuf::Descriptor* type);

  bool empty() const { return fields_.empty(); }
  // Negative, 0 or positive; both are of the type that it was read for.
  int Compare(const google::protobuf::Message& a, const google::protobuf::Message& b) const;

 private:
  // A field and, of a map, the key in it.
  struct Step {
    const google::protobuf::FieldDescriptor* field;
    std::optional<std::string> key;
  };
  struct Field {
    std::vector<Step> path;
    bool descending = false;
  };
  static absl::StatusOr<Field> ParseField(std::string_view text,
                                          const google::protobuf::Descriptor* type);
  static int CompareAt(const std::vector<Step>& path, const google::protobuf::Message* a,
                       const google::protobuf::Message* b);

  std::vector<Field> fields_;
};

}  // namespace athena

#endif  // ATHENA_LIBS_FILTER_ORDER_BY_H_
