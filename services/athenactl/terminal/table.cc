#include "services/athenactl/terminal/table.h"

#include <algorithm>

#include "services/athenactl/terminal/paint.h"
#include "services/athenactl/terminal/text.h"

namespace athena::athenactl {
namespace {

constexpr int kGap = 2;
// Wrapped texts give way until they are as narrow as this.
constexpr int kLeastWrapped = 20;

}  // namespace

void Table::Add(const std::vector<std::string>& row) {
  std::vector<std::string>& added = rows_.emplace_back();
  for (const std::string& cell : row) added.push_back(Printable(cell));
  added.resize(columns_.size());
}

std::vector<int> Table::Widths(int width) const {
  std::vector<int> natural(columns_.size(), 0);
  for (size_t at = 0; at < columns_.size(); ++at) {
    for (const auto& row : rows_) natural[at] = std::max(natural[at], Width(row[at]));
    if (natural[at] > 0) natural[at] = std::max(natural[at], Width(columns_[at].heading));
  }
  if (width <= 0) return natural;
  for (;;) {
    std::vector<int> widths = natural;
    if (Shrink(width, &widths)) return widths;
    // The last spare one goes.
    size_t spare = columns_.size();
    for (size_t at = 0; at < columns_.size(); ++at) {
      if (columns_[at].spare && natural[at] > 0) spare = at;
    }
    if (spare == columns_.size()) return widths;
    natural[spare] = 0;
  }
}

bool Table::Shrink(int width, std::vector<int>* widths) const {
  int excess = -kGap - width;
  for (const int one : *widths) excess += one > 0 ? one + kGap : 0;
  // The widest one gives way first, column by column of the screen.
  for (const bool wraps : {true, false}) {
    while (excess > 0) {
      int* widest = nullptr;
      for (size_t at = 0; at < columns_.size(); ++at) {
        const Column& column = columns_[at];
        int& one = (*widths)[at];
        if (column.right || column.wraps != wraps) continue;
        if (one > (wraps ? kLeastWrapped : column.least) && (widest == nullptr || one > *widest)) {
          widest = &one;
        }
      }
      if (widest == nullptr) break;
      --*widest;
      --excess;
    }
  }
  return excess <= 0;
}

std::string Table::Text(int width, bool colour) const {
  const std::vector<int> widths = Widths(width);
  // The lines of a row: several where a cell is wrapped.
  const auto lines_of = [&](const auto& cell_of) {
    std::vector<std::vector<std::string>> cells(columns_.size());
    size_t count = 1;
    for (size_t at = 0; at < columns_.size(); ++at) {
      if (columns_[at].wraps) {
        cells[at] = Wrapped(cell_of(at), widths[at]);
      } else {
        cells[at].push_back(columns_[at].right ? cell_of(at) : Cut(cell_of(at), widths[at]));
      }
      if (widths[at] > 0) count = std::max(count, cells[at].size());
    }
    std::vector<std::string> lines;
    for (size_t line = 0; line < count; ++line) {
      std::string text;
      for (size_t at = 0; at < columns_.size(); ++at) {
        if (widths[at] == 0) continue;
        if (!text.empty()) text += std::string(kGap, ' ');
        const std::string cell = line < cells[at].size() ? cells[at][line] : "";
        text += columns_[at].right ? PadLeft(cell, widths[at]) : PadRight(cell, widths[at]);
      }
      text.resize(text.find_last_not_of(' ') + 1);
      lines.push_back(width > 0 ? Cut(text, width) : text);
    }
    return lines;
  };
  std::string all;
  for (const std::string& line : lines_of([&](size_t at) { return columns_[at].heading; })) {
    all += Paint(line, Ink::kBold, colour) + "\n";
  }
  for (const auto& row : rows_) {
    for (const std::string& line : lines_of([&](size_t at) { return row[at]; })) all += line + "\n";
  }
  return all;
}

}  // namespace athena::athenactl
