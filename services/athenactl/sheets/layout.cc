#include "services/athenactl/sheets/layout.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "athena/common/v1/values.pb.h"
#include "libs/fields/fields.h"
#include "services/athenactl/sheets/cells.h"

namespace athena::athenactl {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using Path = std::vector<const FieldDescriptor*>;

class LayoutBuilder {
 public:
  explicit LayoutBuilder(std::vector<SheetLayout>* sheets) : sheets_(*sheets) {}

  // Adds the sheet of a message and those of the messages that it repeats.
  void AddSheet(SheetLayout sheet, const Descriptor& type, bool fixed) {
    const size_t index = sheets_.size();
    sheets_.push_back(std::move(sheet));
    AddFields(index, type, {}, "", fixed);
    std::stable_partition(sheets_[index].columns.begin(), sheets_[index].columns.end(),
                          [](const Column& column) { return !column.fixed; });
  }

 private:
  void AddFields(size_t index, const Descriptor& type, const Path& above, const std::string& prefix,
                 bool fixed) {
    for (int at = 0; at < type.field_count(); ++at) {
      const FieldDescriptor* field = type.field(at);
      if (sheets_[index].parent < 0 && prefix.empty() && field->name() == kNameColumn) continue;
      Path path = above;
      path.push_back(field);
      const std::string name = prefix + field->name();
      const bool set_by_service = fixed || fields::IsOutputOnly(field);
      if (IsOneCell(*field)) {
        sheets_[index].columns.push_back({name, std::move(path), false, set_by_service});
      } else if (field->is_repeated()) {
        const SheetLayout& holder = sheets_[index];
        SheetLayout sheet;
        sheet.name = holder.parent < 0 ? name : absl::StrCat(holder.name, ".", name);
        sheet.parent = static_cast<int>(index);
        sheet.path = std::move(path);
        sheet.keys = holder.keys;
        if (holder.parent >= 0) sheet.keys.back() = absl::StrCat(holder.name, ".", kPositionColumn);
        sheet.keys.push_back(kPositionColumn);
        AddSheet(std::move(sheet), *field->message_type(), set_by_service);
      } else if (field->message_type() == common::v1::LocalizedText::descriptor()) {
        sheets_[index].columns.push_back({name, std::move(path), true, set_by_service});
      } else {
        AddFields(index, *field->message_type(), path, name + ".", set_by_service);
      }
    }
  }

  std::vector<SheetLayout>& sheets_;
};

}  // namespace

std::vector<SheetLayout> LayoutOf(const Kind& kind) {
  std::vector<SheetLayout> sheets;
  SheetLayout first;
  first.name = kind.plural;
  first.keys = {kNameColumn};
  LayoutBuilder(&sheets).AddSheet(std::move(first), *kind.message, false);
  return sheets;
}

}  // namespace athena::athenactl
