#include "services/athenactl/views/resource_text.h"

#include <google/protobuf/descriptor.h>

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "athena/common/v1/values.pb.h"
#include "services/athenactl/terminal/table.h"
#include "services/athenactl/terminal/text.h"
#include "services/athenactl/views/value_text.h"

namespace athena::athenactl {
namespace {

using athena::common::v1::LocalizedText;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

constexpr int kUnlimitedWidth = 120;
// What is kept free for the title.
constexpr int kTitleWidth = 24;
constexpr int kGap = 2;
// A column that is wider takes room from several others; it is shown only where all else fits.
constexpr int kWideColumn = 40;

bool IsText(const FieldDescriptor& field) {
  return field.message_type() == LocalizedText::descriptor() && !field.is_repeated();
}

// Whether a field can be a column at all.
bool CanBeColumn(const FieldDescriptor& field) {
  for (const char* const name : {"name", "etag", "create_time", "description"}) {
    if (field.name() == name) return false;
  }
  if (field.message_type() == nullptr || field.is_map()) return true;
  const std::string& type = field.message_type()->full_name();
  return !field.is_repeated() &&
         (IsText(field) || type == "athena.common.v1.Date" || type == "google.protobuf.Timestamp");
}

bool IsNumber(const FieldDescriptor& field) {
  return !field.is_repeated() && (field.cpp_type() == FieldDescriptor::CPPTYPE_DOUBLE ||
                                  field.cpp_type() == FieldDescriptor::CPPTYPE_INT32 ||
                                  field.cpp_type() == FieldDescriptor::CPPTYPE_INT64);
}

struct Column {
  const FieldDescriptor* field = nullptr;
  std::string heading;
  std::vector<std::string> cells;
  int width = 0;  // 0: empty in every row
  int rank = 0;   // lower ones get room first
  bool shown = false;
};

std::string Heading(const FieldDescriptor& field) {
  std::string heading = absl::AsciiStrToUpper(absl::StrReplaceAll(field.name(), {{"_", " "}}));
  const bool time = field.message_type() != nullptr &&
                    field.message_type()->full_name() == "google.protobuf.Timestamp";
  return time ? absl::StrCat(heading, " (UTC)") : heading;
}

std::string CellText(const Message& resource, const FieldDescriptor& field,
                     const ResourceTableOptions& options) {
  std::string text = FieldText(resource, field, options.language);
  // 0 of a number without presence says as little as an empty text.
  if (text == "0" && !field.has_presence()) return "";
  return absl::StartsWith(text, "institutions/") ? ShortName(text) : text;
}

void MeasureColumn(Column* column) {
  for (const std::string& cell : column->cells) {
    column->width = std::max(column->width, Width(Printable(cell)));
  }
  if (column->width > 0) column->width = std::max(column->width, Width(column->heading));
}

// The path and the text of each field that is set.
using FieldLines = std::vector<std::pair<std::string, std::string>>;

void AddLines(const Message& message, const std::string& prefix, FieldLines* lines) {
  std::vector<const FieldDescriptor*> fields;
  message.GetReflection()->ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
    const std::string path = absl::StrCat(prefix, field->name());
    if (field->message_type() == LocalizedText::descriptor() && !field->is_repeated()) {
      const auto& text =
          static_cast<const LocalizedText&>(message.GetReflection()->GetMessage(message, field));
      const std::map<std::string, std::string> sorted(text.text().begin(), text.text().end());
      for (const auto& [language, words] : sorted) {
        lines->emplace_back(absl::StrCat(path, ".", language), words);
      }
    } else if (field->is_repeated() && field->message_type() != nullptr && !field->is_map()) {
      for (int at = 0; at < message.GetReflection()->FieldSize(message, field); ++at) {
        AddLines(message.GetReflection()->GetRepeatedMessage(message, field, at),
                 absl::StrCat(path, "[", at, "]."), lines);
      }
    } else {
      std::string text = FieldText(message, *field, "");
      if (absl::StartsWith(text, "{")) {
        AddLines(message.GetReflection()->GetMessage(message, field), path + ".", lines);
      } else {
        lines->emplace_back(path, std::move(text));
      }
    }
  }
}

}  // namespace

std::string ShortName(const std::string& name) {
  return std::string(absl::StripPrefix(name, "institutions/"));
}

std::string ResourceTable(const Message& answer, const FieldDescriptor& listed,
                          const ResourceTableOptions& options) {
  const google::protobuf::Descriptor& type = *listed.message_type();
  const int rows = answer.GetReflection()->FieldSize(answer, &listed);
  if (rows == 0) return "";
  const auto resource = [&](int row) -> const Message& {
    return answer.GetReflection()->GetRepeatedMessage(answer, &listed, row);
  };
  const FieldDescriptor& name_field = *type.FindFieldByName("name");
  const std::string prefix =
      absl::StrCat(options.parent, options.parent.empty() ? "" : "/", listed.json_name(), "/");
  std::vector<Column> columns(1);
  bool ids = true;
  for (int row = 0; row < rows; ++row) {
    columns[0].cells.push_back(FieldText(resource(row), name_field, ""));
    ids = ids && absl::StartsWith(columns[0].cells.back(), prefix);
  }
  columns[0].heading = ids ? "ID" : "NAME";
  for (std::string& cell : columns[0].cells) {
    cell = ids ? cell.substr(prefix.size()) : ShortName(cell);
  }
  columns[0].rank = -1;
  Column title;
  for (int at = 0; at < type.field_count(); ++at) {
    const FieldDescriptor& field = *type.field(at);
    if (!CanBeColumn(field)) continue;
    Column column;
    column.field = &field;
    column.heading = Heading(field);
    column.rank = field.number();
    if (field.name() == "revision" || field.name() == "update_time") column.rank += 10'000;
    for (int row = 0; row < rows; ++row) {
      column.cells.push_back(CellText(resource(row), field, options));
    }
    if (IsText(field) && title.field == nullptr) {
      title = std::move(column);
    } else {
      columns.push_back(std::move(column));
    }
  }
  int room = options.width > 0 ? options.width : kUnlimitedWidth;
  if (title.field != nullptr) {
    MeasureColumn(&title);
    if (title.width > 0) room -= kGap + std::min(title.width, kTitleWidth);
  }
  std::vector<Column*> by_rank;
  for (Column& column : columns) {
    MeasureColumn(&column);
    if (column.width > kWideColumn) column.rank += 100'000;
    if (column.width > 0) by_rank.push_back(&column);
  }
  std::stable_sort(by_rank.begin(), by_rank.end(),
                   [](const Column* a, const Column* b) { return a->rank < b->rank; });
  for (Column* column : by_rank) {
    const int needed = column->width + (column->rank < 0 ? 0 : kGap);
    column->shown = column->rank < 0 || needed <= room;
    if (column->shown) room -= needed;
  }
  if (title.width > 0) {
    title.shown = true;
    columns.push_back(std::move(title));
  }
  std::vector<Table::Column> headings;
  for (const Column& column : columns) {
    if (!column.shown) continue;
    headings.push_back({column.heading, column.field != nullptr && IsNumber(*column.field)});
  }
  Table table(std::move(headings));
  for (int row = 0; row < rows; ++row) {
    std::vector<std::string> cells;
    for (const Column& column : columns) {
      if (column.shown) cells.push_back(column.cells[static_cast<size_t>(row)]);
    }
    table.Add(cells);
  }
  return table.Text(options.width, options.colour);
}

std::string ResourceText(const Message& resource, int width, bool colour) {
  FieldLines lines;
  AddLines(resource, "", &lines);
  Table table({{"FIELD"}, {.heading = "VALUE", .wraps = true}});
  for (const auto& [path, text] : lines) table.Add({path, text});
  return table.Text(width, colour);
}

}  // namespace athena::athenactl
