// Reads the parts of an XLSX file (ECMA-376, part 1, 18) that hold cells. liborcus, as of Debian 12
// (0.17.2), passes over inline strings, errors and parts with absolute names without a word, and
// what is passed over here would clear cells; so the XML is read as it is.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <pugixml.hpp>
#include <string_view>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "libs/status/macros.h"
#include "services/athenactl/files/files.h"
#include "services/athenactl/files/text/csv.h"
#include "services/athenactl/sheets/files/xlsx.h"
#include "services/athenactl/sheets/files/zip.h"
#include "services/athenactl/terminal/text.h"

namespace athena::athenactl {
namespace {

absl::Status BrokenXlsx(std::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat("this is no whole XLSX file: ", Printable(what)));
}

// The name of an element without its prefix.
std::string_view NameOf(pugi::xml_node node) {
  const std::string_view name = node.name();
  return name.substr(name.find(':') + 1);
}

// An attribute, with any prefix.
std::string AttributeOf(pugi::xml_node node, std::string_view name) {
  for (const pugi::xml_attribute one : node.attributes()) {
    const std::string_view own = one.name();
    if (own.substr(own.find(':') + 1) == name) return one.value();
  }
  return "";
}

// The children of this name.
std::vector<pugi::xml_node> ChildrenOf(pugi::xml_node node, std::string_view name) {
  std::vector<pugi::xml_node> children;
  for (const pugi::xml_node child : node.children()) {
    if (NameOf(child) == name) children.push_back(child);
  }
  return children;
}
pugi::xml_node ChildOf(pugi::xml_node node, std::string_view name) {
  for (const pugi::xml_node child : node.children()) {
    if (NameOf(child) == name) return child;
  }
  return {};
}

// Parses a part. A DOCTYPE is passed over, and entities that it defines are not expanded.
absl::Status ParsePart(const ZipArchive& zip, const std::string& name, pugi::xml_document* part) {
  ATHENA_ASSIGN_OR_RETURN(const std::string xml, zip.Read(name));
  if (xml.empty()) return BrokenXlsx(absl::StrCat(name, " is not in it"));
  const pugi::xml_parse_result parsed = part->load_buffer(
      xml.data(), xml.size(),
      pugi::parse_escapes | pugi::parse_cdata | pugi::parse_eol | pugi::parse_ws_pcdata_single);
  if (parsed) return absl::OkStatus();
  if (parsed.status == pugi::status_out_of_memory) {
    return absl::ResourceExhaustedError(absl::StrCat(name, " takes more memory than there is"));
  }
  return BrokenXlsx(absl::StrCat(name, ": ", parsed.description(), " at byte ", parsed.offset));
}

struct Relationship {
  std::string type;
  std::string target;
};
// What a part refers to, by id.
absl::StatusOr<std::map<std::string, Relationship>> ReadRelationships(const ZipArchive& zip,
                                                                      const std::string& name) {
  pugi::xml_document part;
  ATHENA_RETURN_IF_ERROR(ParsePart(zip, name, &part));
  std::map<std::string, Relationship> all;
  for (const pugi::xml_node one : ChildrenOf(part.document_element(), "Relationship")) {
    all[AttributeOf(one, "Id")] = {AttributeOf(one, "Type"), AttributeOf(one, "Target")};
  }
  return all;
}

// "_x000D_" stands for a character that XML has not, and "_x005F_" for "_" before such a text.
std::string Unescaped(std::string_view text) {
  std::string plain;
  for (size_t at = 0; at < text.size(); ++at) {
    uint32_t code = 0;
    if (text.substr(at, 2) == "_x" && at + 6 < text.size() && text[at + 6] == '_' &&
        absl::SimpleHexAtoi(View(text.substr(at + 2, 4)), &code) && code < 0x80) {
      plain += static_cast<char>(code);
      at += 6;
    } else {
      plain += text[at];
    }
  }
  return plain;
}

// The text of a string: one <t>, or one in each <r>; not that of <rPh>, which says how another one
// is pronounced.
std::string TextOf(pugi::xml_node string) {
  std::string text;
  for (const pugi::xml_node child : string.children()) {
    if (NameOf(child) == "t") text += child.child_value();
    if (NameOf(child) == "r") text += ChildOf(child, "t").child_value();
  }
  return Unescaped(text);
}

using SheetRows = std::map<int64_t, std::vector<Cell>>;  // by row, from 1

// How numbers are shown that a format code is used for (ECMA-376, part 1, 18.8.31).
Cell::Kind KindOfFormat(std::string_view code) {
  bool quoted = false;
  bool bracketed = false;
  for (size_t at = 0; at < code.size(); ++at) {
    const char letter = absl::ascii_tolower(static_cast<unsigned char>(code[at]));
    if (letter == '"') quoted = !quoted;
    if (quoted) continue;
    if (letter == '\\' || letter == '_' || letter == '*') {
      ++at;  // the next one is shown as it is, or as wide
    } else if (letter == '[' || letter == ']') {
      bracketed = letter == '[';  // a colour, a condition, a locale
    } else if (!bracketed && letter == '%') {
      return Cell::Kind::kPercent;
    } else if (!bracketed && std::string_view("ydhms").find(letter) != std::string_view::npos) {
      return Cell::Kind::kDate;
    }
  }
  return Cell::Kind::kNumber;
}

// How numbers are shown, by the index of a cell's style.
std::vector<Cell::Kind> ReadStyles(pugi::xml_node sheet) {
  std::map<std::string, Cell::Kind> kinds;
  // The formats that have no code in the file (18.8.30).
  for (const int percent : {9, 10}) kinds[absl::StrCat(percent)] = Cell::Kind::kPercent;
  for (const auto& [first, last] : {std::pair(14, 22), std::pair(45, 47)}) {
    for (int id = first; id <= last; ++id) kinds[absl::StrCat(id)] = Cell::Kind::kDate;
  }
  for (const pugi::xml_node format : ChildrenOf(ChildOf(sheet, "numFmts"), "numFmt")) {
    const std::string code = AttributeOf(format, "formatCode");
    kinds[AttributeOf(format, "numFmtId")] =
        absl::EqualsIgnoreCase(code, "general") ? Cell::Kind::kNumber : KindOfFormat(code);
  }
  std::vector<Cell::Kind> styles;
  for (const pugi::xml_node style : ChildrenOf(ChildOf(sheet, "cellXfs"), "xf")) {
    const auto found = kinds.find(AttributeOf(style, "numFmtId"));
    styles.push_back(found == kinds.end() ? Cell::Kind::kNumber : found->second);
  }
  return styles;
}

// What the cells of a workbook refer to.
struct Shared {
  std::vector<std::string> strings;
  std::vector<Cell::Kind> styles;
};

Cell CellOf(pugi::xml_node cell, const Shared& shared) {
  if (!ChildOf(cell, "f").empty()) return {"a formula", Cell::Kind::kComputed};
  const std::string type = AttributeOf(cell, "t");
  if (type == "inlineStr") return {TextOf(ChildOf(cell, "is"))};
  const std::string value = ChildOf(cell, "v").child_value();
  if (type == "s") {
    size_t index = 0;
    if (absl::SimpleAtoi(value, &index) && index < shared.strings.size()) {
      return {shared.strings[index]};
    }
    return {value, Cell::Kind::kComputed};  // of a broken file: not an empty cell
  }
  if (type == "e") return {value, Cell::Kind::kComputed};
  if (type == "str") return {Unescaped(value)};
  if (type == "b" && !value.empty()) return {value == "1" || value == "true" ? "yes" : "no"};
  if (type == "d") return {value.substr(0, value.find("T00:00:00"))};
  double number = 0;
  if (!absl::SimpleAtod(value, &number) || !std::isfinite(number)) return {value};
  size_t style = 0;
  const bool styled =
      absl::SimpleAtoi(AttributeOf(cell, "s"), &style) && style < shared.styles.size();
  return {Shortest(number), styled ? shared.styles[style] : Cell::Kind::kNumber};
}

// The place of a cell, "AB12", from 1; the column is at most kMostColumns + 1.
void ReadPlace(const std::string& reference, int64_t* row, size_t* column) {
  size_t at = 0;
  size_t letters = 0;
  for (; at < reference.size() && reference[at] >= 'A' && reference[at] <= 'Z'; ++at) {
    letters =
        std::min(letters * 26 + static_cast<size_t>(reference[at] - 'A') + 1, kMostColumns + 1);
  }
  int64_t number = 0;
  if (letters > 0) *column = letters;
  if (absl::SimpleAtoi(reference.substr(at), &number)) *row = number;
}

// The cells of a sheet. `cells` counts those of all sheets.
absl::StatusOr<SheetRows> ReadRows(pugi::xml_node worksheet, const Shared& shared, size_t* cells) {
  SheetRows rows;
  int64_t row = 0;
  for (const pugi::xml_node row_node : ChildrenOf(ChildOf(worksheet, "sheetData"), "row")) {
    int64_t number = 0;
    row = absl::SimpleAtoi(AttributeOf(row_node, "r"), &number) ? number : row + 1;
    size_t column = 0;
    for (const pugi::xml_node node : row_node.children()) {
      if (NameOf(node) != "c") continue;
      ++column;
      ReadPlace(AttributeOf(node, "r"), &row, &column);
      Cell cell = CellOf(node, shared);
      if (cell.text.empty()) continue;
      if (row < 1 || row > static_cast<int64_t>(kMostRowsOfSheet)) {
        return absl::InvalidArgumentError(
            absl::StrCat("got row ", row, ", want at most ", kMostRowsOfSheet, " rows"));
      }
      if (column > kMostColumns) {
        return absl::InvalidArgumentError(absl::StrCat("got more than ", kMostColumns, " columns"));
      }
      std::vector<Cell>& own = rows[row];
      if (column > own.size()) {
        *cells += column - own.size();
        if (*cells > kMostCells) {
          return absl::InvalidArgumentError(absl::StrCat("got more than ", kMostCells, " cells"));
        }
        own.resize(column);
      }
      own[column - 1] = std::move(cell);
    }
  }
  return rows;
}

// The name of a part that a part in `folder` names: "worksheets/sheet1.xml", "/xl/styles.xml".
std::string PartName(const std::string& folder, const std::string& target) {
  return absl::StartsWith(target, "/") ? target.substr(1) : folder + target;
}

// Takes a sheet over; its first row has the names of the columns.
absl::StatusOr<Sheet> TakeSheet(const std::string& source, SheetRows& rows) {
  Sheet sheet;
  sheet.source = source;
  for (auto& [line, cells] : rows) {
    if (sheet.columns.empty()) {
      sheet.header_line = line;
      for (const Cell& cell : cells) sheet.columns.emplace_back(Trimmed(cell.text));
      continue;
    }
    for (size_t column = sheet.columns.size(); column < cells.size(); ++column) {
      if (cells[column].text.empty()) continue;
      return absl::InvalidArgumentError(absl::StrCat(
          source, ":", line, ": got ", Printable(cells[column].text), " in column ", column + 1,
          ", want nothing: row ", sheet.header_line, " has no name for it"));
    }
    cells.resize(sheet.columns.size());
    sheet.rows.push_back({line, std::move(cells)});
  }
  return sheet;
}

absl::StatusOr<Workbook> ReadWorkbook(const std::string& path, std::string_view bytes) {
  ATHENA_ASSIGN_OR_RETURN(const ZipArchive zip, ZipArchive::Open(bytes));
  std::string main = "xl/workbook.xml";
  ATHENA_ASSIGN_OR_RETURN(const auto top, ReadRelationships(zip, "_rels/.rels"));
  for (const auto& [id, one] : top) {
    if (absl::EndsWith(one.type, "/officeDocument")) main = PartName("", one.target);
  }
  const size_t slash = main.rfind('/');
  const std::string folder = slash == std::string::npos ? "" : main.substr(0, slash + 1);
  ATHENA_ASSIGN_OR_RETURN(
      auto related,
      ReadRelationships(zip, absl::StrCat(folder, "_rels/", main.substr(folder.size()), ".rels")));
  Shared shared;
  for (const auto& [id, one] : related) {
    const bool strings = absl::EndsWith(one.type, "/sharedStrings");
    if (!strings && !absl::EndsWith(one.type, "/styles")) continue;
    pugi::xml_document part;
    ATHENA_RETURN_IF_ERROR(ParsePart(zip, PartName(folder, one.target), &part));
    if (!strings) {
      shared.styles = ReadStyles(part.document_element());
      continue;
    }
    for (const pugi::xml_node string : ChildrenOf(part.document_element(), "si")) {
      shared.strings.push_back(TextOf(string));
    }
  }
  pugi::xml_document book;
  ATHENA_RETURN_IF_ERROR(ParsePart(zip, main, &book));
  Workbook workbook;
  const std::string since_1904 =
      AttributeOf(ChildOf(book.document_element(), "workbookPr"), "date1904");
  if (since_1904 == "1" || since_1904 == "true") workbook.day_zero = absl::CivilDay(1904, 1, 1);
  size_t cells = 0;
  for (const pugi::xml_node node :
       ChildrenOf(ChildOf(book.document_element(), "sheets"), "sheet")) {
    const std::string name = AttributeOf(node, "name");
    const Relationship& sheet = related[AttributeOf(node, "id")];
    if (!absl::EndsWith(sheet.type, "/worksheet")) continue;
    pugi::xml_document part;
    ATHENA_RETURN_IF_ERROR(ParsePart(zip, PartName(folder, sheet.target), &part));
    const std::string source = absl::StrCat(path, ":", Printable(name));
    absl::StatusOr<SheetRows> rows = ReadRows(part.document_element(), shared, &cells);
    if (!rows.ok()) {
      return absl::InvalidArgumentError(absl::StrCat(source, ": ", rows.status().message()));
    }
    ATHENA_ASSIGN_OR_RETURN(Sheet taken, TakeSheet(source, *rows));
    taken.name = name;
    workbook.sheets.push_back(std::move(taken));
  }
  if (workbook.sheets.empty()) return BrokenXlsx("it has no sheets");
  return workbook;
}

}  // namespace

absl::StatusOr<Workbook> ReadXlsx(const std::string& path) {
  ATHENA_ASSIGN_OR_RETURN(const std::string bytes, ReadFile(path));
  absl::StatusOr<Workbook> workbook = ReadWorkbook(path, bytes);
  if (workbook.ok()) return workbook;
  const std::string fault(View(workbook.status().message()));
  return absl::Status(workbook.status().code(),
                      absl::StartsWith(fault, path) ? fault : absl::StrCat(path, ": ", fault));
}

}  // namespace athena::athenactl
