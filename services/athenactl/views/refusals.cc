#include "services/athenactl/views/refusals.h"

#include <algorithm>

#include "services/athenactl/terminal/text.h"

namespace athena::athenactl {

void PrintRefusals(std::string_view path, const std::vector<RowRefusal>& refused, std::ostream& out,
                   int64_t all) {
  const size_t listed = std::min(refused.size(), kMostRefusalsListed);
  for (size_t at = 0; at < listed; ++at) {
    const RowRefusal& row = refused[at];
    out << Printable(path) << ":" << row.line << ": ";
    if (!row.field.empty()) out << Printable(row.field) << ": ";
    out << Printable(row.description) << "\n";
  }
  const int64_t more =
      std::max(all, static_cast<int64_t>(refused.size())) - static_cast<int64_t>(listed);
  if (more > 0) out << Printable(path) << ": and " << Grouped(more) << " more faults\n";
}

void PrintFaults(std::string_view path, const std::vector<std::string>& faults, std::ostream& out) {
  const size_t listed = std::min(faults.size(), kMostRefusalsListed);
  for (size_t at = 0; at < listed; ++at) {
    out << Printable(path) << ": " << Printable(faults[at]) << "\n";
  }
  if (faults.size() > listed) {
    out << Printable(path) << ": and " << Grouped(static_cast<int64_t>(faults.size() - listed))
        << " more faults\n";
  }
}

}  // namespace athena::athenactl
