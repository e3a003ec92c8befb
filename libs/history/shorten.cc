#include "libs/history/shorten.h"

#include <algorithm>
#include <string>
#include <vector>

namespace athena::history {
namespace {

using google::protobuf::Value;

constexpr char kCut[] = "…";
constexpr size_t kNumberBytes = 8;

// Takes at most what `left` has.
size_t Take(size_t bytes, size_t* left) {
  const size_t taken = std::min(bytes, *left);
  *left -= taken;
  return taken;
}

bool Cut(Value* value, size_t* left) {
  switch (value->kind_case()) {
    case Value::kStringValue: {
      std::string& text = *value->mutable_string_value();
      size_t size = Take(text.size(), left);
      if (size == text.size()) return false;
      // Not inside of a UTF-8 character.
      while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xC0) == 0x80) --size;
      text.resize(size);
      text += kCut;
      return true;
    }
    case Value::kListValue: {
      auto& values = *value->mutable_list_value()->mutable_values();
      for (int i = 0; i < values.size(); ++i) {
        if (*left > 0) {
          if (!Cut(&values[i], left)) continue;
          *left = 0;
          ++i;
        }
        if (i == values.size()) return true;
        values.DeleteSubrange(i, values.size() - i);
        values.Add()->set_string_value(kCut);
        return true;
      }
      return false;
    }
    case Value::kStructValue: {
      auto& members = *value->mutable_struct_value()->mutable_fields();
      std::vector<std::string> names;
      for (const auto& [name, member] : members) names.push_back(name);
      std::sort(names.begin(), names.end());
      bool cut = false;
      for (const std::string& name : names) {
        Take(name.size(), left);
        if (*left == 0) {
          members.erase(name);
          cut = true;
          members[kCut].set_string_value("");
        } else if (Cut(&members[name], left)) {
          *left = 0;
          cut = true;
        }
      }
      return cut;
    }
    default:
      Take(kNumberBytes, left);
      return false;
  }
}

}  // namespace

bool Shorten(size_t max_bytes, Value* value) {
  size_t left = max_bytes;
  return Cut(value, &left);
}

}  // namespace athena::history
