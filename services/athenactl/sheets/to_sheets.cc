#include "services/athenactl/sheets/to_sheets.h"

#include <google/protobuf/descriptor.h>

#include <algorithm>
#include <set>
#include <utility>

#include "absl/functional/function_ref.h"
#include "absl/strings/str_cat.h"
#include "athena/common/v1/values.pb.h"
#include "libs/status/macros.h"
#include "services/athenactl/sheets/cells.h"

namespace athena::athenactl {
namespace {

using athena::common::v1::LocalizedText;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

const LocalizedText* TextOf(const Message& row, const Column& column) {
  const Message* holder = HolderOf(row, column.path);
  if (holder == nullptr) return nullptr;
  return static_cast<const LocalizedText*>(
      &holder->GetReflection()->GetMessage(*holder, &column.field()));
}

// The message of a row, with what its key columns say.
struct Item {
  const Message* message;
  std::vector<std::string> keys;
};

// What the repeated field of a sheet holds in the rows of its parent.
std::vector<Item> ItemsOf(const SheetLayout& sheet, const std::vector<Item>& parents) {
  std::vector<Item> items;
  for (const Item& parent : parents) {
    const Message* holder = HolderOf(*parent.message, sheet.path);
    if (holder == nullptr) continue;
    const int size = holder->GetReflection()->FieldSize(*holder, &sheet.field());
    for (int at = 0; at < size; ++at) {
      Item item{&holder->GetReflection()->GetRepeatedMessage(*holder, &sheet.field(), at),
                parent.keys};
      item.keys.push_back(absl::StrCat(at + 1));
      items.push_back(std::move(item));
    }
  }
  return items;
}

std::vector<std::string> LanguagesOf(const std::vector<SheetLayout>& layout,
                                     const std::vector<std::vector<Item>>& items) {
  std::vector<std::string> languages = {"nl", "fr", "en"};
  std::set<std::string> others;
  for (size_t at = 0; at < layout.size(); ++at) {
    for (const Column& column : layout[at].columns) {
      if (!column.localized) continue;
      for (const Item& item : items[at]) {
        const LocalizedText* text = TextOf(*item.message, column);
        if (text == nullptr) continue;
        for (const auto& [language, words] : text->text()) others.insert(language);
      }
    }
  }
  for (const std::string& language : languages) others.erase(language);
  languages.insert(languages.end(), others.begin(), others.end());
  return languages;
}

}  // namespace

const Message* HolderOf(const Message& message, const std::vector<const FieldDescriptor*>& path) {
  const Message* holder = &message;
  for (size_t at = 0; at + 1 < path.size(); ++at) {
    if (!holder->GetReflection()->HasField(*holder, path[at])) return nullptr;
    holder = &holder->GetReflection()->GetMessage(*holder, path[at]);
  }
  return holder;
}

std::string ColumnText(const Message& row, const Column& column, const std::string& language) {
  if (column.localized) {
    const LocalizedText* text = TextOf(row, column);
    if (text == nullptr) return "";
    const auto found = text->text().find(language);
    return found == text->text().end() ? "" : found->second;
  }
  const Message* holder = HolderOf(row, column.path);
  return holder == nullptr ? "" : CellText(*holder, column.field());
}

absl::StatusOr<Workbook> ToSheets(const std::vector<SheetLayout>& layout,
                                  absl::Span<const Message* const> resources) {
  std::vector<std::vector<Item>> items(layout.size());
  for (const Message* resource : resources) {
    items[0].push_back({resource, {GetText(*resource, kNameColumn)}});
  }
  for (size_t at = 1; at < layout.size(); ++at) {
    items[at] = ItemsOf(layout[at], items[static_cast<size_t>(layout[at].parent)]);
  }
  const std::vector<std::string> languages = LanguagesOf(layout, items);
  Workbook workbook;
  size_t cells = 0;
  for (size_t at = 0; at < layout.size(); ++at) {
    Sheet sheet;
    sheet.name = layout[at].name;
    sheet.columns = layout[at].keys;
    for (const Column& column : layout[at].columns) {
      if (!column.localized) {
        sheet.columns.push_back(column.name);
        continue;
      }
      for (const std::string& language : languages) {
        sheet.columns.push_back(absl::StrCat(column.name, ".", language));
      }
    }
    cells += sheet.columns.size() * (items[at].size() + 1);
    if (cells > kMostCells || sheet.columns.size() > kMostColumns) {
      return absl::ResourceExhaustedError(absl::StrCat(
          sheet.name, " and the sheets before it have more than ", kMostCells, " cells or ",
          kMostColumns, " columns: export fewer at a time, or list them as JSON"));
    }
    for (const Item& item : items[at]) {
      SheetRow row;
      row.line = static_cast<int64_t>(sheet.rows.size()) + 2;
      row.cells.reserve(sheet.columns.size());
      for (size_t key = 0; key < item.keys.size(); ++key) {
        row.cells.push_back({item.keys[key], key == 0 ? Cell::Kind::kText : Cell::Kind::kNumber});
      }
      for (const Column& column : layout[at].columns) {
        const bool number = !column.localized && IsNumeric(column.field());
        if (!column.localized) {
          row.cells.push_back({ColumnText(*item.message, column, ""),
                               number ? Cell::Kind::kNumber : Cell::Kind::kText});
          continue;
        }
        for (const std::string& language : languages) {
          row.cells.push_back({ColumnText(*item.message, column, language), Cell::Kind::kText});
        }
      }
      sheet.rows.push_back(std::move(row));
    }
    workbook.sheets.push_back(std::move(sheet));
  }
  return workbook;
}

}  // namespace athena::athenactl
