#ifndef ATHENA_SERVICES_ATHENACTL_REFUSALS_H_
#define ATHENA_SERVICES_ATHENACTL_REFUSALS_H_

#include <ostream>
#include <string_view>
#include <vector>

#include "services/athenactl/observation_file.h"

namespace athena::athenactl {

// How many refused rows are listed; a file that is wrong as a whole would fill the screen for long.
inline constexpr size_t kMostRefusalsListed = 200;

// A line for each: "file.csv:12: value: got ...", as compilers name places.
void PrintRefusals(std::string_view path, const std::vector<RowRefusal>& refused,
                   std::ostream& out);

}  // namespace athena::athenactl

#endif  // ATHENA_SERVICES_ATHENACTL_REFUSALS_H_
