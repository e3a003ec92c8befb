#ifndef ATHENA_SERVICES_ATHENACTL_TABLE_H_
#define ATHENA_SERVICES_ATHENACTL_TABLE_H_

#include <string>
#include <utility>
#include <vector>

namespace athena::athenactl {

// Rows under headings, in columns as wide as they need to be. Not thread-safe.
class Table {
 public:
  struct Column {
    std::string heading;
    bool right = false;  // numbers stand right
  };
  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}

  // Adds a row: a text for each column. It is made printable here.
  void Add(const std::vector<std::string>& row);
  bool empty() const { return rows_.empty(); }

  // All lines; on a terminal of `width` columns (0: unlimited) what is too long at the end of a
  // line is cut. Columns that are empty in every row are left out.
  std::string Text(int width, bool colour) const;

 private:
  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace athena::athenactl

#endif  // ATHENA_SERVICES_ATHENACTL_TABLE_H_
