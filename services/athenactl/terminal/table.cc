#include "services/athenactl/terminal/table.h"

#include <algorithm>

#include "services/athenactl/terminal/paint.h"
#include "services/athenactl/terminal/text.h"

namespace athena::athenactl {

void Table::Add(const std::vector<std::string>& row) {
  std::vector<std::string>& added = rows_.emplace_back();
  for (const std::string& cell : row) added.push_back(Printable(cell));
  added.resize(columns_.size());
}

std::string Table::Text(int width, bool colour) const {
  std::vector<int> widths(columns_.size(), 0);
  for (size_t at = 0; at < columns_.size(); ++at) {
    for (const auto& row : rows_) widths[at] = std::max(widths[at], Width(row[at]));
    if (widths[at] > 0) widths[at] = std::max(widths[at], Width(columns_[at].heading));
  }
  const auto line = [&](const auto& cell_of) {
    std::string text;
    for (size_t at = 0; at < columns_.size(); ++at) {
      if (widths[at] == 0) continue;
      if (!text.empty()) text += "  ";
      text +=
          columns_[at].right ? PadLeft(cell_of(at), widths[at]) : PadRight(cell_of(at), widths[at]);
    }
    text.resize(text.find_last_not_of(' ') + 1);
    return width > 0 ? Cut(text, width) : text;
  };
  std::string all =
      Paint(line([&](size_t at) { return columns_[at].heading; }), Ink::kBold, colour) + "\n";
  for (const auto& row : rows_) all += line([&](size_t at) { return row[at]; }) + "\n";
  return all;
}

}  // namespace athena::athenactl
