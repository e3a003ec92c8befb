#ifndef ATHENA_SERVICES_ATHENACTL_FILES_TEXT_ROW_REPORT_H_
#define ATHENA_SERVICES_ATHENACTL_FILES_TEXT_ROW_REPORT_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace athena::athenactl {

// A row that is refused, by a reader of files or by the service, or that is warned about.
struct RowRefusal {
  int64_t line = 0;   // in the file, from 1
  std::string field;  // "value", "unit"; may be empty
  std::string description;
};

// The faults of a file: the first ones, and how many there are. Not thread-safe.
class RowFaults {
 public:
  // So many are kept, whatever the length of the file.
  static constexpr size_t kMostKept = 10'000;

  // Adds a fault. The faults of a row are added one after the other.
  void Add(RowRefusal refusal);
  // Adds the faults of other rows.
  void Add(const RowFaults& others);
  // Counts rows whose faults are not described.
  void AddRows(int64_t rows) { rows_ += rows; }

  bool empty() const { return rows_ == 0; }
  int64_t rows() const { return rows_; }      // that have faults
  int64_t faults() const { return faults_; }  // of all of them
  // The faults that were kept, by line; those of a line in the order of Add.
  std::vector<RowRefusal> ByLine() const;

 private:
  std::vector<RowRefusal> kept_;
  int64_t rows_ = 0;
  int64_t faults_ = 0;
  int64_t last_line_ = 0;
};

// "got "x", want a number".
std::string Got(std::string_view saw, std::string_view want);

// How many lines the refusals name.
int64_t LinesOf(const std::vector<RowRefusal>& refusals);

}  // namespace athena::athenactl

#endif  // ATHENA_SERVICES_ATHENACTL_FILES_TEXT_ROW_REPORT_H_
