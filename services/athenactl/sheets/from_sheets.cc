#include "services/athenactl/sheets/from_sheets.h"

#include <google/protobuf/descriptor.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "athena/common/v1/values.pb.h"
#include "libs/fields/fields.h"
#include "services/athenactl/files/text/csv.h"
#include "services/athenactl/files/text/dialect.h"
#include "services/athenactl/resources/differences.h"
#include "services/athenactl/resources/field_values.h"
#include "services/athenactl/resources/resource_names.h"
#include "services/athenactl/sheets/references.h"
#include "services/athenactl/sheets/to_sheets.h"
#include "services/athenactl/terminal/text.h"

namespace athena::athenactl {
namespace {

using athena::common::v1::LocalizedText;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

// What a column of a sheet is.
struct ColumnUse {
  int key = -1;                    // index among the keys
  const Column* column = nullptr;  // null: a key, or nothing that is read
  std::string language;
};

// A sheet with the layout that its name gives it.
struct UsedSheet {
  const Sheet* sheet = nullptr;
  const SheetLayout* layout = nullptr;
  std::vector<ColumnUse> uses;  // one for each column
  RowFaults* faults = nullptr;
  bool readable = true;  // whether its columns can be used

  // The text of a key column; nullptr when there is no such column.
  const Cell* KeyOf(const SheetRow& row, size_t key) const {
    for (size_t at = 0; at < uses.size(); ++at) {
      if (uses[at].key == static_cast<int>(key)) return &row.cells[at];
    }
    return nullptr;
  }
};

std::string Wanted(const std::string& got, std::string_view want) {
  return got.empty() ? absl::StrCat("got nothing, want ", View(want)) : Got(got, want);
}

// An etag as people read it: without the quotes that HTTP puts around it.
std::string Bare(const std::string& etag) {
  return Printable(absl::StrReplaceAll(etag, {{"\"", ""}}));
}

std::string ColumnName(const ColumnUse& use) {
  return use.column->localized ? absl::StrCat(use.column->name, ".", use.language)
                               : use.column->name;
}

ColumnUse UseOf(const SheetLayout& layout, const std::string& header) {
  const std::string folded = Folded(header);
  for (size_t key = 0; key < layout.keys.size(); ++key) {
    if (folded == layout.keys[key]) return {static_cast<int>(key), nullptr, ""};
  }
  for (const Column& column : layout.columns) {
    if (!column.localized && folded == column.name) return {-1, &column, ""};
    const std::string prefix = column.name + ".";
    if (!column.localized || !absl::StartsWith(folded, prefix)) continue;
    const std::string language(Trimmed(header).substr(prefix.size()));
    if (fields::IsLanguageTag(language)) return {-1, &column, language};
  }
  return {};
}

// What is shown of the header of a file with another separator, in columns of the terminal.
constexpr int kHeaderShown = 40;

// One fault for all columns that the layout does not have.
void AddUnknownColumns(const std::vector<std::string>& unknown, UsedSheet* used) {
  used->readable = false;
  if (used->sheet->columns.size() == 1) {
    if (const std::string advice = SeparatorAdvice(unknown.front()); !advice.empty()) {
      used->faults->Add(
          {used->sheet->header_line, "",
           absl::StrCat("got one column alone, ", Cut(unknown.front(), kHeaderShown), advice)});
      return;
    }
  }
  std::vector<std::string> names = used->layout->keys;
  for (const Column& column : used->layout->columns) {
    names.push_back(column.localized ? column.name + ".LANGUAGE" : column.name);
  }
  used->faults->Add(
      {used->sheet->header_line, absl::StrJoin(unknown, ", "),
       absl::StrCat(unknown.size() == 1 ? "there is no such column" : "there are no such columns",
                    "; want some of ", absl::StrJoin(names, ", "), "; --ignore passes over ",
                    unknown.size() == 1 ? "it" : "them")});
}

void UseColumns(const Dialect& dialect, UsedSheet* used) {
  const Sheet& sheet = *used->sheet;
  std::set<std::string> seen;
  std::vector<std::string> unknown;
  for (const std::string& header : sheet.columns) {
    ColumnUse use;
    if (!header.empty() && dialect.ignored.count(Folded(header)) == 0) {
      const auto mapped = dialect.columns.find(Folded(header));
      use = UseOf(*used->layout, mapped == dialect.columns.end() ? header : mapped->second);
      if (use.key < 0 && use.column == nullptr) {
        unknown.push_back(Printable(header));
      } else if (!seen.insert(use.key >= 0 ? header : ColumnName(use)).second) {
        used->faults->Add({sheet.header_line, Printable(header), "the column stands there twice"});
        used->readable = false;
      }
    }
    used->uses.push_back(std::move(use));
  }
  if (!unknown.empty()) {
    AddUnknownColumns(unknown, used);
    return;
  }
  for (size_t key = 0; key < used->layout->keys.size(); ++key) {
    const bool is_there =
        std::any_of(used->uses.begin(), used->uses.end(),
                    [&](const ColumnUse& use) { return use.key == static_cast<int>(key); });
    // The position may be left out where all items are new.
    if (is_there || (key > 0 && key + 1 == used->layout->keys.size())) continue;
    used->faults->Add(
        {sheet.header_line, used->layout->keys[key], "there is no such column, want it"});
    used->readable = false;
  }
}

// The layout of a sheet: by its name, or the first one's for the only sheet of a file.
const SheetLayout* LayoutOfSheet(const std::vector<SheetLayout>& layout, const Workbook& workbook,
                                 const Sheet& sheet) {
  for (const SheetLayout& one : layout) {
    if (Folded(sheet.name) == one.name) return &one;
  }
  return workbook.sheets.size() == 1 ? &layout.front() : nullptr;
}

// Whether a resource name is of the kind; its whole form.
std::optional<std::string> NameOf(const Kind& kind, const std::string& typed) {
  std::optional<std::string> name = WholeName(Trimmed(typed));
  if (!name.has_value()) return std::nullopt;
  const std::string parent = name->substr(0, name->rfind('/'));
  const bool fits = parent == kind.collection || absl::EndsWith(parent, "/" + kind.collection);
  return fits ? name : std::nullopt;
}

// The message that holds the field at the end of a path; made where it is not set.
Message* MutableHolderOf(Message* message, const std::vector<const FieldDescriptor*>& path) {
  for (size_t at = 0; at + 1 < path.size(); ++at) {
    message = message->GetReflection()->MutableMessage(message, path[at]);
  }
  return message;
}

// Unsets the messages on the way to a field that have nothing in them any more.
void PruneHolders(Message* message, const std::vector<const FieldDescriptor*>& path, size_t at) {
  if (at + 1 >= path.size()) return;
  const auto& reflection = *message->GetReflection();
  if (!reflection.HasField(*message, path[at])) return;
  Message* below = reflection.MutableMessage(message, path[at]);
  PruneHolders(below, path, at + 1);
  if (below->ByteSizeLong() == 0) reflection.ClearField(message, path[at]);
}

// Sets what a column names; says what is wanted when it cannot.
std::optional<std::string> SetColumn(const CellFormat& format, const Cell& cell,
                                     const ColumnUse& use, Message* row) {
  const Column& column = *use.column;
  Message* holder = MutableHolderOf(row, column.path);
  if (!column.localized) return SetCell(format, cell, column.field(), holder);
  auto* text =
      static_cast<LocalizedText*>(holder->GetReflection()->MutableMessage(holder, &column.field()));
  if (cell.text.empty()) {
    text->mutable_text()->erase(use.language);
  } else {
    (*text->mutable_text())[use.language] = cell.text;
  }
  if (text->text().empty()) holder->GetReflection()->ClearField(holder, &column.field());
  return std::nullopt;
}

bool IsEmptyItem(const Message& item) {
  const std::unique_ptr<Message> copy(item.New());
  copy->CopyFrom(item);
  fields::ClearOutputOnly(copy.get());
  return copy->ByteSizeLong() == 0;
}

// Removes the items of a repeated field that have nothing in them.
void RemoveEmptyItems(Message* holder, const FieldDescriptor& field) {
  const auto& reflection = *holder->GetReflection();
  const int size = reflection.FieldSize(*holder, &field);
  int kept = 0;
  for (int at = 0; at < size; ++at) {
    if (IsEmptyItem(reflection.GetRepeatedMessage(*holder, &field, at))) continue;
    if (kept != at) reflection.SwapElements(holder, &field, kept, at);
    ++kept;
  }
  for (int at = size; at > kept; --at) reflection.RemoveLast(holder, &field);
}

// A message that a row changes, beside what it is now.
struct Target {
  Message* wanted = nullptr;
  const Message* present = nullptr;  // null: it is new
};

class Reader {
 public:
  Reader(const Kind& kind, const Workbook& workbook, const CellFormat& format, Overwrite overwrite,
         SheetResources* result)
      : kind_(kind),
        workbook_(workbook),
        format_(format),
        overwrite_(overwrite),
        layout_(LayoutOf(kind)),
        result_(*result) {}

  void Read(const std::function<const Message*(const std::string&)>& find) {
    if (!UseSheets()) return;
    ReadResources(find);
    for (size_t at = 1; at < layout_.size(); ++at) {
      if (sheets_[at].sheet != nullptr && sheets_[at].readable) ReadItems(sheets_[at]);
    }
    for (auto at = touched_.rbegin(); at != touched_.rend(); ++at) {
      const auto& [message, layout] = *at;
      RemoveEmptyItems(MutableHolderOf(message, layout->path), layout->field());
      PruneHolders(message, layout->path, 0);
    }
    for (SheetResource& resource : result_.resources) Finish(&resource);
  }

 private:
  // Finds the sheet of each layout; false when there is none of the resources.
  bool UseSheets() {
    result_.faults.resize(workbook_.sheets.size());
    sheets_.resize(layout_.size());
    for (size_t at = 0; at < workbook_.sheets.size(); ++at) {
      const Sheet& sheet = workbook_.sheets[at];
      const SheetLayout* layout = LayoutOfSheet(layout_, workbook_, sheet);
      UsedSheet* used =
          layout == nullptr ? nullptr : &sheets_[static_cast<size_t>(layout - layout_.data())];
      if (used == nullptr || used->sheet != nullptr) {
        std::vector<std::string> names;
        for (const SheetLayout& one : layout_) names.push_back(one.name);
        result_.faults[at].Add({sheet.header_line, "",
                                absl::StrCat("got a sheet named ", Printable(sheet.name), ", want ",
                                             absl::StrJoin(names, ", "), ", each once")});
        continue;
      }
      used->sheet = &sheet;
      used->layout = layout;
      used->faults = &result_.faults[at];
      UseColumns(format_.dialect, used);
    }
    if (sheets_[0].sheet == nullptr && !workbook_.sheets.empty()) {
      result_.faults[0].Add(
          {1, "", absl::StrCat("there is no sheet ", layout_[0].name, ", want one")});
    }
    return sheets_[0].sheet != nullptr && sheets_[0].readable;
  }

  void ReadResources(const std::function<const Message*(const std::string&)>& find) {
    const UsedSheet& used = sheets_[0];
    std::vector<const SheetRow*> rows;  // of the resources
    for (const SheetRow& row : used.sheet->rows) {
      const std::string& typed = used.KeyOf(row, 0)->text;
      const std::optional<std::string> name = NameOf(kind_, typed);
      if (!name.has_value()) {
        used.faults->Add({row.line, kNameColumn,
                          Wanted(Printable(typed),
                                 absl::StrCat("a name that ends in ", kind_.collection, "/ID"))});
        continue;
      }
      if (!by_name_.emplace(*name, result_.resources.size()).second) {
        used.faults->Add({row.line, kNameColumn,
                          absl::StrCat("got ", Printable(*name), " a second time, want it once")});
        continue;
      }
      SheetResource resource;
      resource.line = row.line;
      resource.name = *name;
      resource.present = find(*name);
      resource.message = NewMessage(kind_.message);
      if (resource.present != nullptr) resource.message->CopyFrom(*resource.present);
      SetText(resource.message.get(), kNameColumn, *name);
      if (const std::string code = TextIn(used, row, "code"); !code.empty()) codes_[code] = *name;
      result_.resources.push_back(std::move(resource));
      etags_.push_back(TextIn(used, row, kEtagColumn));
      rows.push_back(&row);
    }
    // The codes of all rows are known now.
    for (size_t at = 0; at < rows.size(); ++at) {
      SheetResource& stored = result_.resources[at];
      if (!CheckExistence(used, *rows[at], stored)) {
        refused_.insert(stored.name);
        continue;
      }
      SetCells(used, *rows[at], {stored.message.get(), stored.present}, &stored);
    }
  }

  // What a row has in a column; empty when there is no such column.
  static std::string TextIn(const UsedSheet& used, const SheetRow& row, std::string_view column) {
    for (size_t at = 0; at < used.uses.size(); ++at) {
      if (used.uses[at].column != nullptr && used.uses[at].column->name == column) {
        return row.cells[at].text;
      }
    }
    return "";
  }

  // Whether the row may be compared: what it was edited from is still there.
  bool CheckExistence(const UsedSheet& used, const SheetRow& row, const SheetResource& resource) {
    const std::string& etag = etags_[static_cast<size_t>(&resource - result_.resources.data())];
    if (resource.present == nullptr) {
      if (!etag.empty()) {
        used.faults->Add(
            {row.line, kEtagColumn,
             Wanted(Bare(etag), absl::StrCat("nothing: there is no ", Printable(resource.name),
                                             " (any more), and a row without etag creates it"))});
        return false;
      }
      if (kind_.create == nullptr) {
        used.faults->Add(
            {row.line, kNameColumn,
             Wanted(Printable(resource.name),
                    absl::StrCat("one that exists: the service alone makes ", kind_.plural))});
        return false;
      }
      return true;
    }
    return true;
  }

  // Sets what the cells of a row say. Faults and changes are noted.
  void SetCells(const UsedSheet& used, const SheetRow& row, const Target& target,
                SheetResource* resource) {
    for (size_t at = 0; at < used.uses.size(); ++at) {
      const ColumnUse& use = used.uses[at];
      const bool is_etag =
          used.layout->parent < 0 && use.column != nullptr && use.column->name == kEtagColumn;
      if (use.column != nullptr && !is_etag)
        SetOne(used, row, row.cells[at], use, target, resource);
    }
  }

  void SetOne(const UsedSheet& used, const SheetRow& row, const Cell& typed, const ColumnUse& use,
              const Target& target, SheetResource* resource) {
    const auto refuse = [&](std::string_view want) {
      used.faults->Add({row.line, ColumnName(use), Wanted(Printable(typed.text), want)});
    };
    if (typed.kind == Cell::Kind::kComputed) return refuse("its value: paste it as a value");
    const bool is_reference = !use.column->localized && IsReference(use.column->field());
    if (!typed.text.empty()) {
      if (const auto want = WantedKind(typed, use.column->field())) return refuse(*want);
    }
    const bool is_new = target.present == nullptr;
    if (is_new && typed.text.empty()) return;
    const Message& before =
        is_new ? *google::protobuf::MessageFactory::generated_factory()->GetPrototype(
                     target.wanted->GetDescriptor())
               : *target.present;
    const std::string now = ColumnText(before, *use.column, use.language);
    Cell cell = typed;
    if (is_reference) {
      cell.text = WholeReferences(use.column->field(), typed.text, resource->name, codes_);
    }
    if (cell.text == now) return;
    const bool is_text =
        use.column->localized || (use.column->field().type() == FieldDescriptor::TYPE_STRING &&
                                  !use.column->field().is_repeated());
    if (!is_text) cell.text = std::string(Trimmed(cell.text));
    if (use.column->fixed) {
      if (cell.text.empty()) return;
      const std::unique_ptr<Message> scratch(target.wanted->New());
      const bool same = !SetColumn(format_, cell, use, scratch.get()) &&
                        ColumnText(*scratch, *use.column, use.language) == now;
      if (!same) {
        refuse(absl::StrCat(is_new || now.empty() ? "nothing" : Printable(now),
                            ": the service alone sets it", CommandsThatSet(use.column->field())));
      }
      return;
    }
    if (const std::optional<std::string> want = SetColumn(format_, cell, use, target.wanted)) {
      return refuse(*want);
    }
    const std::string then = ColumnText(*target.wanted, *use.column, use.language);
    PruneHolders(target.wanted, use.column->path, 0);
    if (then != now) {
      resource->changes.push_back({used.layout->name, row.line, ColumnName(use), now, then});
    }
  }

  // A position as it is typed; nullopt when it is none.
  static std::optional<int64_t> PositionOf(const Cell& cell) {
    const std::optional<int64_t> position = WholeNumber(Trimmed(cell.text));
    return position.has_value() && *position >= 1 ? position : std::nullopt;
  }

  // What the row of a sheet of items belongs to: the message that holds the repeated field.
  struct Holder {
    SheetResource* resource = nullptr;
    Target target;
  };

  // Finds the holder by the keys of a row; a null resource when there is none, or it is refused
  // anyway. Faults are noted.
  Holder FindHolder(const UsedSheet& used, const SheetRow& row) {
    const std::string& typed = used.KeyOf(row, 0)->text;
    const std::optional<std::string> name = NameOf(kind_, typed);
    const auto found = name.has_value() ? by_name_.find(*name) : by_name_.end();
    if (found == by_name_.end()) {
      used.faults->Add(
          {row.line, kNameColumn,
           Wanted(Printable(typed), absl::StrCat("a name that has a row in ", layout_[0].name))});
      return {};
    }
    if (refused_.count(*name) > 0) return {};
    SheetResource& resource = result_.resources[found->second];
    Holder holder{&resource, {resource.message.get(), resource.present}};
    // The sheets above, the outermost first.
    std::vector<const SheetLayout*> above;
    for (int at = used.layout->parent; at > 0; at = layout_[static_cast<size_t>(at)].parent) {
      above.insert(above.begin(), &layout_[static_cast<size_t>(at)]);
    }
    for (size_t level = 0; level < above.size(); ++level) {
      const Cell& cell = *used.KeyOf(row, level + 1);
      const std::optional<int64_t> position = PositionOf(cell);
      const Target item =
          position.has_value() ? ItemAt(holder.target, *above[level], *position) : Target();
      if (item.wanted == nullptr) {
        used.faults->Add(
            {row.line, used.layout->keys[level + 1],
             Wanted(Printable(cell.text), absl::StrCat("a position that ", Printable(*name),
                                                       " has in ", above[level]->name))});
        return {};
      }
      holder.target = item;
    }
    return holder;
  }

  // The item at a position of a repeated field; null when there is none.
  static Target ItemAt(const Target& holder, const SheetLayout& layout, int64_t position) {
    Target item;
    const auto at = [&](const Message* message) -> const Message* {
      const Message* own = message == nullptr ? nullptr : HolderOf(*message, layout.path);
      if (own == nullptr) return nullptr;
      const auto& reflection = *own->GetReflection();
      if (position > reflection.FieldSize(*own, &layout.field())) return nullptr;
      return &reflection.GetRepeatedMessage(*own, &layout.field(), static_cast<int>(position - 1));
    };
    item.present = at(holder.present);
    if (at(holder.wanted) == nullptr) return item;
    Message* own = MutableHolderOf(holder.wanted, layout.path);
    item.wanted = own->GetReflection()->MutableRepeatedMessage(own, &layout.field(),
                                                               static_cast<int>(position - 1));
    return item;
  }

  // The rows of a sheet that belong to one message.
  struct Rows {
    Holder holder;
    std::vector<std::pair<int64_t, const SheetRow*>> placed;  // by position
    std::vector<const SheetRow*> added;                       // without a position
  };

  void ReadItems(const UsedSheet& used) {
    std::map<const Message*, Rows> by_holder;
    std::vector<const Message*> order;
    const size_t key = used.layout->keys.size() - 1;
    for (const SheetRow& row : used.sheet->rows) {
      const Holder holder = FindHolder(used, row);
      if (holder.resource == nullptr) continue;
      Rows& rows = by_holder[holder.target.wanted];
      if (rows.holder.resource == nullptr) order.push_back(holder.target.wanted);
      rows.holder = holder;
      const Cell* cell = used.KeyOf(row, key);
      if (cell == nullptr || Trimmed(cell->text).empty()) {
        if (!HasValues(used, row)) {
          used.faults->Add({row.line, kPositionColumn,
                            "got a row without values; an item that is there is removed by a row "
                            "with its position and nothing else"});
          continue;
        }
        rows.added.push_back(&row);
      } else if (const std::optional<int64_t> position = PositionOf(*cell)) {
        rows.placed.emplace_back(*position, &row);
      } else {
        used.faults->Add(
            {row.line, kPositionColumn,
             Wanted(Printable(cell->text), "a whole number from 1 on, or nothing for a new item")});
      }
    }
    for (const Message* message : order) SetItems(used, by_holder[message]);
  }

  // Whether a row says more than what it belongs to.
  static bool HasValues(const UsedSheet& used, const SheetRow& row) {
    for (size_t at = 0; at < used.uses.size(); ++at) {
      if (used.uses[at].column != nullptr && !row.cells[at].text.empty()) return true;
    }
    return false;
  }

  void SetItems(const UsedSheet& used, Rows& rows) {
    const SheetLayout& layout = *used.layout;
    Message* own = MutableHolderOf(rows.holder.target.wanted, layout.path);
    const auto& reflection = *own->GetReflection();
    // Items that the service alone sets are not emptied.
    if (std::any_of(layout.columns.begin(), layout.columns.end(),
                    [](const Column& column) { return !column.fixed; })) {
      touched_.emplace_back(rows.holder.target.wanted, &layout);
    }
    // Positions beyond the last are those of new items: there are not more than rows.
    const int64_t present = reflection.FieldSize(*own, &layout.field());
    const int64_t last = present + static_cast<int64_t>(rows.placed.size());
    std::set<int64_t> seen;
    for (const auto& [position, row] : rows.placed) {
      if (position > last || !seen.insert(position).second) {
        used.faults->Add({row->line, kPositionColumn,
                          Wanted(absl::StrCat(position),
                                 absl::StrCat("each position once, 1 to ", present,
                                              " for what is there, or nothing for a new item"))});
        continue;
      }
      while (reflection.FieldSize(*own, &layout.field()) < position) {
        reflection.AddMessage(own, &layout.field());
      }
      SetCells(used, *row, ItemAt(rows.holder.target, layout, position), rows.holder.resource);
    }
    for (const SheetRow* row : rows.added) {
      Message* added = reflection.AddMessage(own, &layout.field());
      SetCells(used, *row, {added, nullptr}, rows.holder.resource);
    }
  }

  void Finish(SheetResource* resource) {
    if (resource->present == nullptr || resource->changes.empty()) return;
    std::vector<std::string> all;
    for (int at = 0; at < kind_.message->field_count(); ++at) {
      all.push_back(kind_.message->field(at)->name());
    }
    resource->fields = DifferencesIn(all, *resource->message, *resource->present);
    if (resource->fields.empty()) return;
    const size_t index = static_cast<size_t>(resource - result_.resources.data());
    const std::string& etag = etags_[index];
    const std::string now = GetText(*resource->present, kEtagColumn);
    const SheetChange& first = resource->changes.front();
    const auto refuse = [&](const std::string& want) {
      sheets_[0].faults->Add({resource->line, kEtagColumn, Wanted(Bare(etag), want)});
    };
    if (!etag.empty() && etag != now) {
      refuse(absl::StrCat(Bare(now), ": ", Printable(resource->name),
                          " has changed since the export, and ", first.column, " differs; export ",
                          "it again, or take the row out, which leaves it as it is"));
    } else if (etag.empty() && overwrite_ == Overwrite::kNo) {
      refuse(absl::StrCat("the etag of an export: ", Printable(resource->name), " exists, and ",
                          first.column, " differs; or --update with --reason, which changes it ",
                          "whatever it is now"));
    }
  }

  const Kind& kind_;
  const Workbook& workbook_;
  const CellFormat& format_;
  const Overwrite overwrite_;
  const std::vector<SheetLayout> layout_;
  SheetResources& result_;
  std::vector<UsedSheet> sheets_;   // one for each layout
  std::vector<std::string> etags_;  // of `resources`
  std::map<std::string, size_t> by_name_;
  std::map<std::string, std::string> codes_;  // of the rows > names
  std::set<std::string> refused_;             // names of rows that are not compared
  // Messages whose items of a sheet may be empty, those that hold others first.
  std::vector<std::pair<Message*, const SheetLayout*>> touched_;
};

}  // namespace

bool SheetResources::HasFaults() const {
  return std::any_of(faults.begin(), faults.end(),
                     [](const RowFaults& one) { return !one.empty(); });
}

std::vector<std::string> NamesIn(const Workbook& workbook, const Kind& kind) {
  const std::vector<SheetLayout> layout = LayoutOf(kind);
  std::vector<std::string> names;
  for (const Sheet& sheet : workbook.sheets) {
    if (LayoutOfSheet(layout, workbook, sheet) != &layout.front()) continue;
    for (size_t at = 0; at < sheet.columns.size(); ++at) {
      if (Folded(sheet.columns[at]) != kNameColumn) continue;
      for (const SheetRow& row : sheet.rows) {
        if (std::optional<std::string> name = NameOf(kind, row.cells[at].text)) {
          names.push_back(*std::move(name));
        }
      }
    }
  }
  return names;
}

SheetResources FromSheets(const Kind& kind, const Workbook& workbook, const CellFormat& format,
                          Overwrite overwrite,
                          const std::function<const Message*(const std::string& name)>& find) {
  SheetResources result;
  Reader(kind, workbook, format, overwrite, &result).Read(find);
  return result;
}

SheetPlace PlaceOfField(const Kind& kind, const Workbook& workbook, const SheetResource& resource,
                        std::string_view path) {
  const std::vector<SheetLayout> layout = LayoutOf(kind);
  std::vector<std::string> sheet_path;
  std::vector<std::string> column;
  std::vector<std::string> positions;
  const google::protobuf::Descriptor* type = kind.message;
  for (const absl::string_view segment : absl::StrSplit(View(path), '.')) {
    const std::pair<std::string, std::string> named =
        absl::StrSplit(segment, absl::MaxSplits('[', 1));
    const std::string index = named.second.substr(0, named.second.find(']'));
    if (type == nullptr) break;
    if (type == LocalizedText::descriptor()) {
      if (!index.empty()) column.push_back(index);
      break;
    }
    const FieldDescriptor* field = type->FindFieldByName(named.first);
    if (field == nullptr) break;
    column.push_back(field->name());
    type = IsOneCell(*field) ? nullptr : field->message_type();
    const std::optional<int64_t> at = WholeNumber(index);
    if (type == nullptr || !field->is_repeated() || !at.has_value()) continue;
    sheet_path.push_back(absl::StrJoin(column, "."));
    positions.push_back(absl::StrCat(*at + 1));
    column.clear();
  }
  const std::string name = sheet_path.empty() ? layout[0].name : absl::StrJoin(sheet_path, ".");
  SheetPlace place{0, resource.line, absl::StrJoin(column, ".")};
  for (size_t at = 0; at < workbook.sheets.size(); ++at) {
    const Sheet& sheet = workbook.sheets[at];
    const SheetLayout* own = LayoutOfSheet(layout, workbook, sheet);
    if (own == &layout.front()) place.sheet = at;
    if (own == nullptr || own == &layout.front() || own->name != name) continue;
    int64_t added = 0;
    for (const SheetRow& row : sheet.rows) {
      bool same = true;
      for (size_t key = 0; key < own->keys.size() && same; ++key) {
        const auto header =
            std::find_if(sheet.columns.begin(), sheet.columns.end(),
                         [&](const std::string& one) { return Folded(one) == own->keys[key]; });
        if (header == sheet.columns.end()) return place;
        const std::string& text =
            row.cells[static_cast<size_t>(header - sheet.columns.begin())].text;
        if (key == 0) {
          same = NameOf(kind, text) == resource.name;
        } else if (own->keys.size() == 2 && Trimmed(text).empty() && resource.present == nullptr) {
          // New items come in the order of their rows.
          same = absl::StrCat(++added) == positions[0];
        } else {
          same = Trimmed(text) == positions[key - 1];
        }
      }
      if (same) return {at, row.line, place.column};
    }
  }
  if (!sheet_path.empty()) {
    place.column = absl::StrCat(name, "[", positions.back(), "].", place.column);
  }
  return place;
}

}  // namespace athena::athenactl
