#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <map>
#include <memory>
#include <new>
#include <orcus/orcus_xlsx.hpp>
#include <orcus/spreadsheet/import_interface.hpp>
#include <string_view>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "libs/status/macros.h"
#include "services/athenactl/files/files.h"
#include "services/athenactl/files/text/csv.h"
#include "services/athenactl/sheets/files/xlsx.h"
#include "services/athenactl/sheets/files/zip_size.h"
#include "services/athenactl/terminal/text.h"

namespace athena::athenactl {
namespace {

namespace iface = orcus::spreadsheet::iface;
using orcus::spreadsheet::col_t;
using orcus::spreadsheet::row_t;

// What orcus reads, as far as it is kept; `overflow` says what was left out.
struct Contents {
  std::vector<std::string> strings;
  std::string segments;  // of a text of several formats
  std::vector<std::pair<std::string, std::map<row_t, std::vector<Cell>>>> sheets;
  size_t cells = 0;
  std::string overflow;
  absl::CivilDay day_zero = Workbook().day_zero;
};

class SharedStrings : public iface::import_shared_strings {
 public:
  explicit SharedStrings(Contents* contents) : contents_(*contents) {}
  size_t append(std::string_view text) override {
    contents_.strings.emplace_back(text);
    return contents_.strings.size() - 1;
  }
  size_t add(std::string_view text) override { return append(text); }
  void append_segment(std::string_view text) override { contents_.segments += text; }
  size_t commit_segments() override {
    const size_t index = append(contents_.segments);
    contents_.segments.clear();
    return index;
  }
  void set_segment_font(size_t) override {}
  void set_segment_bold(bool) override {}
  void set_segment_italic(bool) override {}
  void set_segment_font_name(std::string_view) override {}
  void set_segment_font_size(double) override {}
  void set_segment_font_color(orcus::spreadsheet::color_elem_t, orcus::spreadsheet::color_elem_t,
                              orcus::spreadsheet::color_elem_t,
                              orcus::spreadsheet::color_elem_t) override {}

 private:
  Contents& contents_;
};

class SheetSink;

// Marks the cells of formulas.
class FormulaSink : public iface::import_formula {
 public:
  explicit FormulaSink(SheetSink* sheet) : sheet_(*sheet) {}
  void set_position(row_t row, col_t col) override {
    row_ = row;
    column_ = col;
  }
  void set_formula(orcus::spreadsheet::formula_grammar_t, std::string_view) override {}
  void set_shared_formula_index(size_t) override {}
  void set_result_string(std::string_view) override {}
  void set_result_value(double) override {}
  void set_result_bool(bool) override {}
  void set_result_empty() override {}
  void commit() override;

 private:
  SheetSink& sheet_;
  row_t row_ = 0;
  col_t column_ = 0;
};

class SheetSink : public iface::import_sheet {
 public:
  SheetSink(Contents* contents, size_t index) : contents_(*contents), index_(index) {}

  void Put(row_t row, col_t column, Cell cell) {
    if (row < 0 || column < 0 || cell.text.empty()) return;
    if (static_cast<size_t>(column) >= kMostColumns) {
      contents_.overflow = absl::StrCat("more than ", kMostColumns, " columns");
      return;
    }
    std::vector<Cell>& cells = contents_.sheets[index_].second[row];
    const size_t size = static_cast<size_t>(column) + 1;
    if (size > cells.size()) {
      contents_.cells += size - cells.size();
      if (contents_.cells > kMostCells) {
        contents_.overflow = absl::StrCat("more than ", kMostCells, " cells");
        return;
      }
      cells.resize(size);
    }
    cells[size - 1] = std::move(cell);
  }

  iface::import_formula* get_formula() override { return &formula_; }
  void set_auto(row_t row, col_t col, std::string_view text) override {
    Put(row, col, {std::string(text)});
  }
  void set_string(row_t row, col_t col, orcus::spreadsheet::string_id_t index) override {
    if (index < contents_.strings.size()) Put(row, col, {contents_.strings[index]});
  }
  void set_value(row_t row, col_t col, double value) override {
    Put(row, col, {Shortest(value), Cell::Kind::kNumber});
  }
  void set_bool(row_t row, col_t col, bool value) override {
    Put(row, col, {value ? "yes" : "no"});
  }
  void set_date_time(row_t row, col_t col, int year, int month, int day, int, int,
                     double) override {
    Put(row, col, {absl::StrFormat("%04d-%02d-%02d", year, month, day)});
  }
  void set_format(row_t, col_t, size_t) override {}
  void set_format(row_t, col_t, row_t, col_t, size_t) override {}
  void fill_down_cells(row_t, col_t, row_t) override {}
  orcus::spreadsheet::range_size_t get_sheet_size() const override {
    constexpr col_t kMostColumnsOfSheet = 16'384;
    return {static_cast<row_t>(kMostRowsOfSheet), kMostColumnsOfSheet};
  }

 private:
  Contents& contents_;
  const size_t index_;
  FormulaSink formula_{this};
};

void FormulaSink::commit() { sheet_.Put(row_, column_, {"a formula", Cell::Kind::kFormula}); }

class Settings : public iface::import_global_settings {
 public:
  explicit Settings(Contents* contents) : contents_(*contents) {}
  void set_origin_date(int year, int month, int day) override {
    contents_.day_zero = absl::CivilDay(year, month, day);
  }
  void set_default_formula_grammar(orcus::spreadsheet::formula_grammar_t grammar) override {
    grammar_ = grammar;
  }
  orcus::spreadsheet::formula_grammar_t get_default_formula_grammar() const override {
    return grammar_;
  }
  void set_character_set(orcus::character_set_t) override {}

 private:
  Contents& contents_;
  orcus::spreadsheet::formula_grammar_t grammar_ = orcus::spreadsheet::formula_grammar_t::xlsx;
};

class Factory : public iface::import_factory {
 public:
  explicit Factory(Contents* contents)
      : contents_(*contents), strings_(contents), settings_(contents) {}

  iface::import_global_settings* get_global_settings() override { return &settings_; }
  iface::import_shared_strings* get_shared_strings() override { return &strings_; }
  iface::import_sheet* append_sheet(orcus::spreadsheet::sheet_t, std::string_view name) override {
    contents_.sheets.emplace_back(std::string(name), std::map<row_t, std::vector<Cell>>());
    sinks_.push_back(std::make_unique<SheetSink>(&contents_, contents_.sheets.size() - 1));
    return sinks_.back().get();
  }
  iface::import_sheet* get_sheet(std::string_view name) override {
    for (size_t at = 0; at < sinks_.size(); ++at) {
      if (contents_.sheets[at].first == name) return sinks_[at].get();
    }
    return nullptr;
  }
  iface::import_sheet* get_sheet(orcus::spreadsheet::sheet_t index) override {
    const auto at = static_cast<size_t>(index);
    return index >= 0 && at < sinks_.size() ? sinks_[at].get() : nullptr;
  }
  void finalize() override {}

 private:
  Contents& contents_;
  SharedStrings strings_;
  Settings settings_;
  std::vector<std::unique_ptr<SheetSink>> sinks_;
};

// Takes a sheet over; its first row has the names of the columns.
absl::StatusOr<Sheet> TakeSheet(const std::string& source,
                                std::map<row_t, std::vector<Cell>>& rows) {
  Sheet sheet;
  sheet.source = source;
  for (auto& [index, cells] : rows) {
    if (sheet.columns.empty()) {
      sheet.header_line = index + 1;
      for (const Cell& cell : cells) sheet.columns.emplace_back(Trimmed(cell.text));
      continue;
    }
    for (size_t column = sheet.columns.size(); column < cells.size(); ++column) {
      if (!cells[column].text.empty()) {
        return absl::InvalidArgumentError(
            absl::StrCat(source, ":", index + 1, ": got ", Printable(cells[column].text),
                         " in column ", column + 1, ", want nothing: row ", sheet.header_line,
                         " has no name for it"));
      }
    }
    cells.resize(sheet.columns.size());
    sheet.rows.push_back({index + 1, std::move(cells)});
  }
  return sheet;
}

absl::Status ReadContents(const std::string& bytes, Contents* contents) {
  // orcus throws, and never while the file is one that a spreadsheet wrote.
  try {
    Factory factory(contents);
    orcus::orcus_xlsx(&factory).read_stream(bytes);
  } catch (const std::bad_alloc&) {
    throw;
  } catch (const std::exception& fault) {
    return absl::InvalidArgumentError(
        absl::StrCat("this is no whole XLSX file: ", Printable(fault.what())));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Workbook> ReadXlsx(const std::string& path) {
  const auto fault = [&](std::string_view what) {
    return absl::InvalidArgumentError(absl::StrCat(path, ": ", View(what)));
  };
  ATHENA_ASSIGN_OR_RETURN(const std::string bytes, ReadFile(path));
  const absl::StatusOr<int64_t> inflated = InflatedSize(bytes);
  if (!inflated.ok()) return fault(View(inflated.status().message()));
  if (*inflated > kMostBytesOfWorkbook) {
    return fault(absl::StrCat("got a workbook that takes ", *inflated,
                              " bytes when it is inflated, want at most ", kMostBytesOfWorkbook));
  }
  Contents contents;
  if (const absl::Status read = ReadContents(bytes, &contents); !read.ok()) {
    return fault(View(read.message()));
  }
  if (!contents.overflow.empty()) return fault(absl::StrCat("it has ", contents.overflow));
  if (contents.sheets.empty()) return fault("it has no sheets");
  Workbook workbook;
  workbook.day_zero = contents.day_zero;
  for (auto& [name, rows] : contents.sheets) {
    ATHENA_ASSIGN_OR_RETURN(Sheet sheet,
                            TakeSheet(absl::StrCat(path, ":", Printable(name)), rows));
    sheet.name = name;
    workbook.sheets.push_back(std::move(sheet));
  }
  return workbook;
}

}  // namespace athena::athenactl
