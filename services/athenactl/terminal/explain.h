#ifndef ATHENA_SERVICES_ATHENACTL_TERMINAL_EXPLAIN_H_
#define ATHENA_SERVICES_ATHENACTL_TERMINAL_EXPLAIN_H_

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"

// Prints errors of the services. Pure and thread-safe.
namespace athena::athenactl {

// The path of a field, and what is wrong with it.
using FieldFault = std::pair<std::string, std::string>;

// The faults that a google.rpc.BadRequest lists, in its order; none without one.
std::vector<FieldFault> FieldFaultsOf(const absl::Status& status);

// The message, the faulty fields and an advice, in whole lines.
std::string Explain(const absl::Status& status);

// The error with `where` (when it is not empty) before its message. In message and fields,
// "requests[3]" of a batch, or of the repeated field `list`, becomes the fourth of `names`, when
// there are any. OK stays OK.
absl::Status At(std::string_view where, const absl::Status& status,
                const std::vector<std::string>& names = {}, std::string_view list = "requests");

}  // namespace athena::athenactl

#endif  // ATHENA_SERVICES_ATHENACTL_TERMINAL_EXPLAIN_H_
