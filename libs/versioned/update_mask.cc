#include "libs/versioned/update_mask.h"

#include <google/protobuf/descriptor.h>

#include <algorithm>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/fields/fields.h"

namespace athena::versioned {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

constexpr std::string_view kAlwaysOutput[] = {"name", "etag", "revision", "create_time",
                                              "update_time"};

bool IsOutput(const FieldDescriptor* field) {
  return fields::IsOutputOnly(field) ||
         std::find(std::begin(kAlwaysOutput), std::end(kAlwaysOutput), field->name()) !=
             std::end(kAlwaysOutput);
}

bool IsSet(const Message& message, const FieldDescriptor* field) {
  return field->is_repeated() ? message.GetReflection()->FieldSize(message, field) > 0
                              : message.GetReflection()->HasField(message, field);
}

// Takes one field over, set or not: merging a message that holds this field alone.
void Take(const Message& patch, const FieldDescriptor* field, Message* current) {
  current->GetReflection()->ClearField(current, field);
  if (!IsSet(patch, field)) return;
  std::unique_ptr<Message> only(patch.New());
  only->CopyFrom(patch);
  std::vector<const FieldDescriptor*> set;
  patch.GetReflection()->ListFields(patch, &set);
  for (const FieldDescriptor* other : set) {
    if (other != field) only->GetReflection()->ClearField(only.get(), other);
  }
  current->MergeFrom(*only);
}

}  // namespace

void ApplyUpdate(const Message& patch, const google::protobuf::FieldMask& mask, Message* current,
                 status::FieldFaults* faults, std::string_view mask_path) {
  const bool all = mask.paths_size() == 1 && mask.paths(0) == "*";
  std::vector<std::string_view> names(mask.paths().begin(), mask.paths().end());
  if (mask.paths().empty() || all) {
    names.clear();
    for (int i = 0; i < patch.GetDescriptor()->field_count(); ++i) {
      const FieldDescriptor* field = patch.GetDescriptor()->field(i);
      if (all || IsSet(patch, field)) names.push_back(field->name());
    }
  }
  for (const std::string_view name : names) {
    const FieldDescriptor* field = patch.GetDescriptor()->FindFieldByName(std::string(name));
    if (field == nullptr) {
      faults->Add(mask_path, name,
                  absl::StrCat("a top-level field of ", patch.GetDescriptor()->name()));
      continue;
    }
    if (!IsOutput(field)) Take(patch, field, current);
  }
}

}  // namespace athena::versioned
