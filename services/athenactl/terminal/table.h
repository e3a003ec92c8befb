#ifndef ATHENA_SERVICES_ATHENACTL_TERMINAL_TABLE_H_
#define ATHENA_SERVICES_ATHENACTL_TERMINAL_TABLE_H_

#include <string>
#include <utility>
#include <vector>

namespace athena::athenactl {

// Aligns rows under headings, in columns as wide as their longest cell. Not thread-safe.
class Table {
 public:
  struct Column {
    std::string heading;
    bool right = false;  // aligned right, for numbers: never cut
    bool wraps = false;  // long text: broken into lines where there is no room, never cut
    bool spare = false;  // left out where there is no room for it
    int least = 8;       // columns that other text keeps at least when it is cut; kWhole: all
  };
  static constexpr int kWhole = 1000;

  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}

  // Adds a row, a text for each column, and makes it printable.
  void Add(const std::vector<std::string>& row);
  bool empty() const { return rows_.empty(); }

  // The lines, at most `width` columns wide (0: unlimited), without the columns that are empty in
  // every row. Where there is no room, long texts are wrapped, and the widest other texts are cut.
  std::string Text(int width, bool colour) const;

 private:
  // The width of each column, 0 for one that is empty, so that a line takes at most `width`.
  std::vector<int> Widths(int width) const;
  // Takes from the columns that can give way; false when that is not enough.
  bool Shrink(int width, std::vector<int>* widths) const;

  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace athena::athenactl

#endif  // ATHENA_SERVICES_ATHENACTL_TERMINAL_TABLE_H_
