#ifndef ATHENA_SERVICES_ATHENACTL_VIEWS_REFUSALS_H_
#define ATHENA_SERVICES_ATHENACTL_VIEWS_REFUSALS_H_

#include <cstdint>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "services/athenactl/files/text/row_report.h"

namespace athena::athenactl {

// At most so many rows are printed: a file may be wrong in every row.
inline constexpr size_t kMostRefusalsListed = 200;

// Prints a line for each refused row, in the form of a compiler: "file.csv:12: value: got ...", and
// how many of `all` there are beside those. 0: there are no others.
void PrintRefusals(std::string_view path, const std::vector<RowRefusal>& refused, std::ostream& out,
                   int64_t all = 0);

// Likewise faults that say themselves where they are: "file.json: [3].unit: got ...".
void PrintFaults(std::string_view path, const std::vector<std::string>& faults, std::ostream& out);

}  // namespace athena::athenactl

#endif  // ATHENA_SERVICES_ATHENACTL_VIEWS_REFUSALS_H_
