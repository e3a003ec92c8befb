#include "services/athenactl/files/text/row_report.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "services/athenactl/terminal/text.h"

namespace athena::athenactl {

void RowFaults::Add(RowRefusal refusal) {
  if (faults_ == 0 || refusal.line != last_line_) ++rows_;
  last_line_ = refusal.line;
  ++faults_;
  if (kept_.size() < kMostKept) kept_.push_back(std::move(refusal));
}

void RowFaults::Add(const RowFaults& others) {
  for (const RowRefusal& refusal : others.kept_) {
    if (kept_.size() < kMostKept) kept_.push_back(refusal);
  }
  rows_ += others.rows_;
  faults_ += others.faults_;
  last_line_ = 0;
}

std::vector<RowRefusal> RowFaults::ByLine() const {
  std::vector<RowRefusal> sorted = kept_;
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const RowRefusal& a, const RowRefusal& b) { return a.line < b.line; });
  return sorted;
}

std::string Got(std::string_view saw, std::string_view want) {
  return absl::StrCat("got \"", Printable(saw), "\", want ", View(want));
}

int64_t LinesOf(const std::vector<RowRefusal>& refusals) {
  std::vector<int64_t> lines;
  for (const RowRefusal& refusal : refusals) lines.push_back(refusal.line);
  std::sort(lines.begin(), lines.end());
  return std::unique(lines.begin(), lines.end()) - lines.begin();
}

}  // namespace athena::athenactl
